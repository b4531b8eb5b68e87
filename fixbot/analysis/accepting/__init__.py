"""Which keywords a call takes: parameters of functions, fields of dataclasses and models, columns of tables."""
