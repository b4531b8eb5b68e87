"""Which keys flow through a function from its callers to what takes them, and what imports what."""
