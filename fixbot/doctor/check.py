"""What is said about one point, and how a list of such sayings is written; it judges nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fixbot.markdown import visible

VERSION = 1


class Level(StrEnum):
    """How much a point matters: nothing to do, good to know, or a run will not do what it should."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One point: its id (stable), how much it matters, what is there, and what to do about it (may be empty)."""

    id: str
    level: Level
    says: str
    do: str = ""


def ok(about: str, says: str) -> Check:
    """Say that a point is as it should be."""
    return Check(about, Level.OK, says)


def note(about: str, says: str, do: str = "") -> Check:
    """Say something that is good to know."""
    return Check(about, Level.NOTE, says, do)


def problem(about: str, says: str, do: str) -> Check:
    """Say that something will go wrong, and what to do."""
    return Check(about, Level.PROBLEM, says, do)


def is_wrong(checks: Iterable[Check]) -> bool:
    """Say whether there is a problem among the checks."""
    return any(check.level is Level.PROBLEM for check in checks)


def as_text(checks: Sequence[Check], *, brief: bool) -> str:
    """Return a line for each check, each character of it visible; with `brief`, no line for what is as it should be."""
    wanted = [check for check in checks if not (brief and check.level is Level.OK)]
    lines = [
        visible(f"{check.level:<8} {check.id}: {check.says}{f' -> {check.do}' * bool(check.do)}") for check in wanted
    ]
    if not brief:
        lines.append(_summary(checks))
    return "".join(f"{line}\n" for line in lines)


def _summary(checks: Sequence[Check]) -> str:
    counts = {level: sum(check.level is level for check in checks) for level in Level}
    figures = (_counted(counts[Level.PROBLEM], "problem"), _counted(counts[Level.NOTE], "note"))
    return f"{', '.join(figures)}, {counts[Level.OK]} ok"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def as_json(checks: Sequence[Check]) -> str:
    """Return the checks as JSON, version 1: `id`, `level`, `says` and `do` of each."""
    listed = [
        {"id": check.id, "level": str(check.level), "says": visible(check.says), "do": visible(check.do)}
        for check in checks
    ]
    return json.dumps({"version": VERSION, "checks": listed}, indent=2, ensure_ascii=False) + "\n"
