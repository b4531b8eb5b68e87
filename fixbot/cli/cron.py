"""Says what is wrong with the schedule of a workflow, as GitHub reads it; starts nothing.

The fields are those of https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule:
minute, hour, day of the month, month and day of the week, each with `*`, `,`, `-` and `/`, and short English names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS: tuple[tuple[str, int, int, Sequence[str]], ...] = (
    ("a minute", 0, 59, ()),
    ("an hour", 0, 23, ()),
    ("a day of the month", 1, 31, ()),
    ("a month", 1, 12, _MONTHS),
    ("a day of the week", 0, 6, _DAYS),
)
_ITEM = re.compile(r"(?P<first>\*|[0-9]+|[A-Za-z]+)(?:-(?P<last>[0-9]+|[A-Za-z]+))?(?:/(?P<step>[0-9]+))?")


def mistake(schedule: str) -> str:
    """Return what is wrong with a schedule, empty where nothing is."""
    words = schedule.split(" ")
    if len(words) != len(_FIELDS):
        return "takes five fields, such as '23 3 * * *'"
    for word, (name, lowest, highest, names) in zip(words, _FIELDS, strict=True):
        if not all(_fits(item, lowest, highest, names) for item in word.split(",")):
            return f"takes {name} from {lowest} to {highest}, and not {word!r}"
    return ""


def _fits(item: str, lowest: int, highest: int, names: Sequence[str]) -> bool:
    found = _ITEM.fullmatch(item)
    if found is None or (found["first"] == "*" and found["last"]):
        return False
    if found["step"] is not None and not 0 < _number(found["step"]) <= highest:
        return False
    if found["first"] == "*":
        return True
    first = _number(found["first"], names, lowest)
    return lowest <= first <= _number(found["last"] or str(highest), names, lowest) <= highest


def _number(word: str, names: Sequence[str] = (), lowest: int = 0) -> int:
    """Return what a number or a short name stands for, a number that fits nowhere where it is neither."""
    if word.upper() in names:
        return names.index(word.upper()) + lowest
    return int(word) if word.isdecimal() and len(word) <= len("31") else 100
