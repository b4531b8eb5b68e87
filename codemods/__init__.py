"""The codemods that ship with fixbot: one file, one class, one smell."""
