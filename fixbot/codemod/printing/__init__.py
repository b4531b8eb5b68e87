"""What a codemod needs to tell output from what should be logged, and to write the log call."""
