"""What an application starts when it begins, and what of it nothing ends when it stops; it only reads."""

from __future__ import annotations

from fixbot.codemod.lifetimes.ending import left_open
from fixbot.codemod.lifetimes.events import Lifetime, lifetimes
from fixbot.codemod.lifetimes.starting import Started, started

__all__ = ["Lifetime", "Started", "left_open", "lifetimes", "started"]
