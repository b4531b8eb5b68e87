"""The hidden marker of an issue that an audit filed: which codemods and places it is about; a hint, never trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from fixbot.chatops.hidden import hidden, hide
from fixbot.model import Place

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*|ruff:[A-Z]{1,8}[0-9]{1,5}")
_PATH = re.compile(r"(?!/)[^\x00-\x1f\x7f<>\\]{1,300}")
_MOST_CODEMODS, _MOST_PLACES, _LONGEST_SLUG = 100, 1000, 100
_HIGHEST = 10**7
_ROOM = 25_000  # of the 65,536 characters that GitHub takes, and of the 60,000 that are read back
_HEX = re.compile(r"(?:[0-9a-f]{16})?")
_ALWAYS, _FILED = frozenset({"codemods", "places", "claimed"}), frozenset({"key", "text"})


@dataclass(frozen=True, slots=True)
class Item:
    """What an audit filed: `claimed` is how many findings it spoke of, 0 where it did not say.

    `key` tells which item of which report it is and `text` is a digest of what the issue says, both of 16 hex digits;
    an item that a person wrote has neither.
    """

    codemods: tuple[str, ...]
    places: tuple[Place, ...] = ()
    claimed: int = 0
    key: str = ""
    text: str = ""


def write_item(item: Item) -> str:
    """Return the item as an HTML comment of one line, at most 25,000 characters.

    Places that need more room are named by their files alone; where these do too, none is: that is everywhere.
    """
    lines = [[place.path, place.first, place.last] for place in item.places]
    files = [[path, 0, 0] for path in dict.fromkeys(place.path for place in item.places)]
    filed = {"key": item.key, "text": item.text} if item.key else {}
    shown = ""
    for places in (lines, files, []):
        table = {"codemods": item.codemods[:_MOST_CODEMODS], "places": places, "claimed": item.claimed}
        shown = hide("item", table | filed)
        if len(places) <= _MOST_PLACES and len(shown) <= _ROOM:
            break
    return shown


def read_item(body: str) -> Item | None:
    """Return the item of a body, None where there is none, more than one, or one that is not well formed."""
    table = hidden("item", body)
    return _item(table) if table is not None and set(table) in {_ALWAYS, _ALWAYS | _FILED} else None


def _item(table: Mapping[str, object]) -> Item | None:
    codemods, places, claimed = table["codemods"], table["places"], table["claimed"]
    if not isinstance(codemods, list) or not isinstance(places, list) or not _is_count(claimed):
        return None
    if len(codemods) > _MOST_CODEMODS or len(places) > _MOST_PLACES or not all(map(_is_slug, codemods)):
        return None
    key, text = table.get("key", ""), table.get("text", "")
    if not all(map(_is_place, places)) or not _is_digest(key) or not _is_digest(text):
        return None
    return Item(tuple(codemods), tuple(Place(*place) for place in places), claimed, key, text)


def _is_digest(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _is_slug(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_SLUG and _SLUG.fullmatch(value) is not None


def _is_count(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 <= value <= _HIGHEST


def _is_place(value: object) -> bool:
    match value:
        case [str() as path, first, last] if _is_count(first) and _is_count(last):
            inside = _PATH.fullmatch(path) is not None and not {"", ".", ".."} & set(path.rstrip("/").split("/"))
            return inside and (last == 0 or 1 <= first <= last)
        case _:
            return False
