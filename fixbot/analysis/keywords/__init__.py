"""What the body of a function does with its `**kwargs`."""
