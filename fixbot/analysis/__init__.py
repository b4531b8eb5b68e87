"""Reads code with `ast` and never changes it."""
