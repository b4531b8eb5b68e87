"""Holds what documents claim against the code: found as claimed, elsewhere, more, fewer, not there, not true."""

from fixbot.claims.facts import Commit, Facts
from fixbot.claims.holding import hold

__all__ = ["Commit", "Facts", "hold"]
