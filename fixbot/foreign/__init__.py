"""Other people's codemods on the same rails: ruff's own fixes, commands of LibCST, queries of Bowler."""

from __future__ import annotations

from fixbot.foreign.shelf import shelf

__all__ = ["shelf"]
