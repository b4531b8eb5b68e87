"""The command line: the only room that prints and that knows exit codes."""

from __future__ import annotations

from fixbot.cli.main import main

__all__ = ["main"]
