"""Which numbers a project gives names to, and how such a name is written at some place of it."""
