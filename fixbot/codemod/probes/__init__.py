"""Finds the endpoints that say an application is well, and whether they ask anything; it only reads."""

from __future__ import annotations

from fixbot.codemod.probes.survey import survey

__all__ = ["survey"]
