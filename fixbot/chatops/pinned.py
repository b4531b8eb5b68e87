"""What the dashboard remembers in a hidden comment: writes it, and reads it back as a hint that is never trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fixbot.chatops.bookkeeping import books_in, without_books
from fixbot.chatops.boxes import ticked, unticked
from fixbot.chatops.hidden import digest, hidden, hide, is_id, shape

_IGNORES_KEPT = 6_000
_MARKER = shape("dashboard")
_IGNORE = re.compile(r"[^\x00-\x1f\x7f<>]{1,300}")


@dataclass(frozen=True, slots=True)
class _Marker:
    """What the hidden comment holds: digests of what is said for good, and of all the text."""

    ignores: tuple[str, ...]
    says: str
    text: str
    heard: int


def pinned(text: str, calm: str, ignores: Iterable[str], heard: int) -> str:
    """Return the hidden comment.

    Args:
        text: all that people see.
        calm: what the next run would write if nothing happens until then.
        ignores: codemods, and paths behind `path:`, that people asked to ignore.
        heard: the id of the newest comment that was answered, 0 for none.
    """
    told = {"heard": heard, "ignores": _remembered(ignores), "says": _digest(calm), "text": _digest(text)}
    return hide("dashboard", told)


def is_dashboard(body: str | None) -> bool:
    """Say whether a body is that of the dashboard: whether it has one well-formed marker."""
    return _marker(body) is not None


def ignored(body: str | None) -> tuple[str, ...]:
    """Return what the dashboard remembers as ignored; nothing where its marker is missing, doubled or malformed."""
    marker = _marker(body)
    return marker.ignores if marker else ()


def heard_until(body: str | None) -> int:
    """Return the id of the newest comment that the dashboard remembers as answered, 0 for none."""
    marker = _marker(body)
    return marker.heard if marker else 0


def is_current(body: str | None, wanted: str) -> bool:
    """Say whether the issue need not be written again.

    That a run opened or updated something is told once; when the next run finds it unchanged, nothing new is to say.

    Args:
        body: the text that the issue has now; people may have edited it.
        wanted: what `dashboard` would write.
    """
    now, then = _marker(body), _marker(wanted)
    if now is None or then is None or ticked(body) != ticked(wanted):
        return False
    same = (now.ignores, now.says, now.heard) == (then.ignores, then.says, then.heard)
    return same and books_in(body) == books_in(wanted) and now.text == _digest(_MARKER.sub("", body or ""))


def _remembered(ignores: Iterable[str]) -> list[str]:
    """Return as many as the marker has room for; what could not be read back is left out."""
    kept: list[str] = []
    for one in dict.fromkeys(ignores):
        if _IGNORE.fullmatch(one) and len(hide("dashboard", {"ignores": [*kept, one]})) <= _IGNORES_KEPT:
            kept.append(one)
    return kept


def _digest(text: str) -> str:
    """Return 16 hex digits that tell whether a text is the one that fixbot wrote.

    What is ticked in it and what the tracker says there does not count.
    """
    return digest(unticked(without_books(text)))


def _marker(body: str | None) -> _Marker | None:
    read = hidden("dashboard", body or "")
    if read is None or set(read) != {"heard", "ignores", "says", "text"}:
        return None
    ignores, says, text, heard = read["ignores"], read["says"], read["text"], read["heard"]
    if not isinstance(ignores, list) or not isinstance(says, str) or not isinstance(text, str):
        return None
    if not is_id(heard):
        return None
    if not all(isinstance(one, str) and _IGNORE.fullmatch(one) for one in ignores):
        return None
    return _Marker(tuple(ignores), says, text, heard)
