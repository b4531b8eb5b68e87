"""The edits that give a function a schema in the place of its `**kwargs`, and its callers an object to pass."""
