"""What becomes of pull requests: only comparing, never asking or writing."""
