"""What runs on the event loop, and what blocks it; it only reads."""
