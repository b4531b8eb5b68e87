"""Functions that answer requests over HTTP: which they are, and which of them only pretend to; it only reads."""
