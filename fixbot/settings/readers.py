"""What each key of a configuration takes: a reader gives the value, or nothing, or says what is wrong with it."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Callable, Mapping
from typing import TypeVar

from fixbot.lifecycle.schedule import Window, parse, zone
from fixbot.model import Safety
from fixbot.settings.globs import LONGEST, excluder

LOWEST, HIGHEST = 1, 1000
LONGEST_LABEL = 50  # GitHub takes no longer one
MOST_WINDOWS = 20
MOST_REVIEWERS, MOST_ASSIGNEES = 15, 10  # of one pull request, as GitHub's own form says
CODEOWNERS = "codeowners"
_T = TypeVar("_T")


def _words(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, (list, tuple)) or len(value) > HIGHEST:
        return None
    words = tuple(word.strip() for word in value if isinstance(word, str))
    return words if all(words) and len(words) == len(value) else None


def _globs(value: object) -> tuple[str, ...] | None:
    globs = _words(value)
    excluder(globs or ())
    return globs


def _labels(value: object) -> tuple[str, ...] | None:
    labels = _words(value)
    return labels if all(len(word) <= LONGEST_LABEL and _is_plain(word) for word in labels or ()) else None


def _is_plain(word: str) -> bool:
    return word.isprintable() and not {"<", ">"} & set(word)


def _windows(value: object) -> tuple[Window, ...] | None:
    words = _words(value)
    if words is None or len(words) > MOST_WINDOWS:
        return None
    return tuple(_each(parse, words))


def _timezone(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    zone(value)
    return value


def _people(pattern: str, most: int, kind: str) -> Callable[[object], tuple[str, ...] | None]:
    """Return a reader of names without their `@`, each once: to a forge `Ann` and `ann` are the same."""

    def name(word: str) -> str:
        login = word.removeprefix("@")
        if not re.fullmatch(pattern, login, re.ASCII):
            message = f"{reprlib.repr(word)} is not {kind}"
            raise ValueError(message)
        return CODEOWNERS if login.lower() == CODEOWNERS else login

    def read(value: object) -> tuple[str, ...] | None:
        words = _words(value)
        if words is None or len(words) > most:
            return None
        return tuple({login.lower(): login for login in _each(name, words)}.values())

    return read


def _each(read: Callable[[str], _T], words: tuple[str, ...]) -> list[_T]:
    """Read every word.

    Raises:
        ValueError: what is wrong with each of those that cannot be read.
    """
    values, mistakes = list[_T](), []
    for word in words:
        try:
            values.append(read(word))
        except ValueError as exc:
            mistakes.append(str(exc))
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return values


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: object) -> int | None:
    return value if type(value) is int and LOWEST <= value <= HIGHEST else None


def _one_of(*choices: str) -> tuple[Callable[[object], str | None], str]:
    def read(value: object) -> str | None:
        return value if isinstance(value, str) and value in choices else None

    return read, " or ".join(map(repr, choices))


def _safety(value: object) -> Safety | None:
    return next((safety for safety in (Safety.SAFE, Safety.REVIEW) if value == safety), None)


def _line(pattern: str) -> Callable[[object], str | None]:
    match = re.compile(rf"(?=.{{1,{LONGEST}}}\Z){pattern}").fullmatch
    return lambda value: value if isinstance(value, str) and value.isprintable() and match(value) else None


def _options(value: object) -> dict[str, dict[str, str]] | None:
    if not isinstance(value, Mapping):
        return None
    mistakes = []
    for slug, table in value.items():
        if not isinstance(table, Mapping):
            mistakes.append(f"{slug!r} must be a table of options")
            continue
        bad = [option for option, chosen in table.items() if not isinstance(chosen, (str, int))]
        mistakes += [f"{f'{slug}.{option}'!r} must be a string, a whole number, true or false" for option in bad]
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return {slug: {name: _text(chosen) for name, chosen in table.items()} for slug, table in value.items()}


def _text(chosen: str | int) -> str:
    return chosen if isinstance(chosen, str) else json.dumps(chosen)  # true and false as TOML writes them


# The rules of git-check-ref-format(1); what looks like an option never reaches git.
_BRANCH = r"(?![-/.]|@$)(?!.*(\.\.|//|/\.|@\{|\.lock(/|$)|[/.]$))[^\s~^:?*\[\\]+"
_AUTHOR = r"[^<>]*[^\W_][^<>]* <[^<>\s@]+@[^<>\s@]+>"
_LOGIN = r"[a-z0-9A-Z][\w.-]{0,99}"
_COUNT = (_count, f"a whole number from {LOWEST} to {HIGHEST}")
_WINDOWS = (_windows, f"a list of at most {MOST_WINDOWS} windows like 'mon-fri 22:00-06:00'")
_BOOL = (_bool, "true or false")
READERS: dict[str, tuple[Callable[[object], object], str]] = {
    "select": (_words, f"a list of at most {HIGHEST} slugs"),
    "ignore": (_words, f"a list of at most {HIGHEST} slugs"),
    "safety": (_safety, "'safe' or 'review'"),
    "exclude": (_globs, f"a list of at most {HIGHEST} globs"),
    "audits": (_globs, f"a list of at most {HIGHEST} globs"),
    "max-open": _COUNT,
    "max-hourly": _COUNT,
    "max-files": _COUNT,
    "max-lines": _COUNT,
    "shard": _one_of("directory", "owner", "finding"),
    "update": _one_of("conflict", "behind", "never"),
    "schedule": _WINDOWS,
    "update-schedule": _WINDOWS,
    "timezone": (_timezone, "a time zone like 'Europe/Berlin'"),
    "labels": (_labels, f"a list of printable names without < and >, of at most {LONGEST_LABEL} characters"),
    "reviewers": (
        _people(rf"{_LOGIN}(/{_LOGIN})?", MOST_REVIEWERS, "a login or org/team"),
        f"a list of at most {MOST_REVIEWERS} logins, org/team or {CODEOWNERS!r}",
    ),
    "assignees": (
        _people(rf"(?i:(?!{CODEOWNERS}\Z)){_LOGIN}", MOST_ASSIGNEES, "a login"),
        f"a list of at most {MOST_ASSIGNEES} logins",
    ),
    "draft": _BOOL,
    "evidence": _one_of("review", "checks", "body"),
    "dashboard": _BOOL,
    "base": (_line(_BRANCH), "the name of a branch"),
    "author": (_line(_AUTHOR), "like 'Name <name@example.org>', on one line"),
    "forge": _one_of("auto", "github", "local"),
    "commit-via": _one_of("git", "api"),
    "codemods": (_options, "a table with a table for each codemod"),
}
