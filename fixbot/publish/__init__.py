"""Brings what a run has prepared to a forge, and says what became of it; it knows no particular forge."""
