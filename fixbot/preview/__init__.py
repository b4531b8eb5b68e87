"""Turns findings, rewrites and refusals into what one page shows; every text in it is printable, and none is HTML."""

from __future__ import annotations

from fixbot.preview.page import Contents, Page, Seen, page

__all__ = ["Contents", "Page", "Seen", "page"]
