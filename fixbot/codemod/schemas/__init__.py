"""What turns `**kwargs` into a schema: which functions, what is written, how each file is edited."""
