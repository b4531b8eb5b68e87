"""Derives from reports, findings, history and pull requests how far every item has come; it keeps no state."""
