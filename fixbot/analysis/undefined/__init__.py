"""The names of a file that are nothing when they are read; it reads one file at a time."""

from __future__ import annotations

from fixbot.analysis.undefined.scopes import Scope, Undefined
from fixbot.analysis.undefined.walk import undefined

__all__ = ["Scope", "Undefined", "undefined"]
