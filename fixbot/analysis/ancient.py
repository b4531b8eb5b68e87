"""Whether a distribution runs on Python 2 as well; it only reads text."""

from __future__ import annotations

import re

from fixbot.analysis.declarations import declared

#: The files that say on which Pythons a distribution runs, beside each other in one folder.
SAYS = ("setup.py", "setup.cfg", "pyproject.toml")
_CLASSIFIER = re.compile(rb"Programming Language :: Python :: 2(?:\.7)?\s*(?:[\"']|$)", re.MULTILINE)
_TWO = ("2.7.18", "2.7.0")


def runs_on_two(name: str, content: bytes) -> bool | None:
    """Say whether a file about building wants its project to run on Python 2; None where it says nothing of it.

    Args:
        name: the file's name, one of `SAYS`.
        content: its bytes.
    """
    allowed = [one for one in declared(name, content).python if list(one)]
    if allowed:
        return any(one.contains(version) for one in allowed for version in _TWO)
    return True if _CLASSIFIER.search(content) else None
