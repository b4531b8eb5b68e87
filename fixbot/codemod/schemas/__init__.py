"""What turns `**kwargs` into a schema: which functions, which fields, what is written where."""
