"""SQL in Python code: what a text is put together from, what stands where in it, and who runs it; it only reads."""
