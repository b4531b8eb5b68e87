"""Reads the audit reports, trackers, reviews and linters' outputs that people have; it has no effects."""

from fixbot.audit.reading import MOST_BYTES, read_document

__all__ = ["MOST_BYTES", "read_document"]
