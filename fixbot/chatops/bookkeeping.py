"""The tracker's part of the dashboard issue: finds it in a body, and puts another one in its place."""

from __future__ import annotations

import re

from fixbot.chatops.hidden import harmless

_OPEN, _CLOSE = "<!-- fixbot:books -->", "<!-- fixbot:end-books -->"
_PART = re.compile(rf"\n*{re.escape(_OPEN)}\n.*?{re.escape(_CLOSE)}(?=\n|\Z)", re.DOTALL)


def books_in(body: str | None) -> str:
    """Return the part of a body that the tracker wrote, with its signs; empty where there is none, or several."""
    found = _PART.findall((body or "").replace("\r\n", "\n"))
    return found[0].strip("\n") if len(found) == 1 else ""


def without_books(body: str) -> str:
    """Return a body without what the tracker wrote."""
    return _PART.sub("", body.replace("\r\n", "\n"))


def as_books(text: str) -> str:
    """Return the part of the dashboard that holds some text of the tracker."""
    return f"{_OPEN}\n## How far the reports have come\n\n{harmless(text.strip())}\n\n{_CLOSE}"


def with_books(body: str, part: str) -> str:
    """Return the body of a dashboard with a part of the tracker above the last heading; an empty one takes it away."""
    rest = without_books(body)
    head, sign, tail = rest.rpartition("\n## ")
    if not part or not sign:
        return f"{rest}\n\n{part}" if part else rest
    return f"{head.rstrip()}\n\n{part}\n{sign}{tail}"
