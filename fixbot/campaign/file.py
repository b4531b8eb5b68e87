"""The record of what a campaign's file asks for, made from its tables; names every mistake at once."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fixbot.errors import OperatorError
from fixbot.model import Safety

_Reader = tuple[Callable[[object], object], str]
_MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where a campaign's repositories come from; what is not given is None.

    `file` lists them, one a line, and who is on that list takes part. What is in `folder` and what belongs to
    `organisation` takes part where it carries fixbot's configuration. `topic` and `language` narrow down what belongs
    to the organisation; `exclude` are globs of names that never take part.
    """

    file: str | None = None
    folder: str | None = None
    organisation: str | None = None
    topic: str | None = None
    language: str | None = None
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many pull requests of a campaign may be open at once: in all, in each repository, for each owner."""

    open: int = 50
    repository: int = 1
    owner: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """How a campaign goes on from few repositories to all.

    `canary` is how many come first, `size` how many each later wave takes. The next wave begins once people have
    decided on `decisions` pull requests of the last one and merged at least the share `threshold` of them (0 to 1).
    """

    canary: int = 5
    size: int = 25
    threshold: float = 0.5
    decisions: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What a campaign does, and where.

    `codemods` are slugs. `options` (a table for each codemod) and `settings` go over the configuration of each
    repository; they are as they stand in the file, and whoever reads configurations knows whether they are right.
    `verify_command` is the operator's own check. `minutes` is what planning one repository may take.
    """

    name: str
    codemods: tuple[str, ...]
    sources: Sources
    safety: Safety = Safety.REVIEW
    forge: str = "auto"
    limits: Limits = Limits()
    rollout: Rollout = Rollout()
    options: Mapping[str, object] = field(default_factory=dict, hash=False)
    settings: Mapping[str, object] = field(default_factory=dict, hash=False)
    verify_command: str | None = None
    minutes: int = 20


def campaign_from(document: Mapping[str, object]) -> Campaign:
    """Return the campaign that a file asks for.

    Args:
        document: the tables of its TOML: `campaign`, `repositories`, `limits`, `waves`, `codemods`, `settings`.

    Raises:
        OperatorError: unknown keys, wrong values, nothing to do or nowhere to do it; all mistakes in one message.
    """
    mistakes = [_unknown(key, _TABLES) for key in document if key not in _TABLES]
    read = {name: _read(name, _table(name, document, mistakes), mistakes) for name in _READERS}
    over = {name: _table(name, document, mistakes) for name in ("settings", "codemods")}
    chosen = [key for key in over["settings"] if key in _ELSEWHERE]
    mistakes += [f"[settings] {key}: stands under {_ELSEWHERE[key]}" for key in chosen]
    mistakes += _missing(read["campaign"], read["repositories"])
    if mistakes:
        raise OperatorError("; ".join(mistakes))
    return Campaign(
        **read["campaign"],
        sources=Sources(**read["repositories"]),
        limits=Limits(**read["limits"]),
        rollout=Rollout(**read["waves"]),
        options=over["codemods"],
        settings=over["settings"],
    )


def _read(name: str, table: Mapping[str, object], mistakes: list[str]) -> dict[str, Any]:
    """Return the values of a table by the names of its record's fields, and add what is wrong with it."""
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _READERS[name]:
            mistakes.append(f"[{name}] {_unknown(key, _READERS[name])}")
            continue
        read, expected = _READERS[name][key]
        known = read(value)
        if known is None:
            mistakes.append(f"[{name}] {key} must be {expected}")
        values[key.replace("-", "_")] = known
    return values


def _table(name: str, document: Mapping[str, object], mistakes: list[str]) -> Mapping[str, object]:
    table = document.get(name, {})
    if isinstance(table, Mapping):
        return table
    mistakes.append(f"[{name}] must be a table")
    return {}


def _missing(about: Mapping[str, Any], sources: Mapping[str, Any]) -> list[str]:
    places = ("file", "folder", "organisation")
    needs = {
        "[campaign] name is missing: it stands in reports and names the campaign's folder": "name" in about,
        "[campaign] codemods is missing: a list of slugs": "codemods" in about,
        f"[repositories] names none: say one of {', '.join(places)}": any(place in sources for place in places),
        "[repositories] topic and language choose among an organisation's: say organisation as well": (
            "organisation" in sources or not {"topic", "language"} & set(sources)
        ),
    }
    return [said for said, is_there in needs.items() if not is_there]


def _unknown(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    return f"unknown key {reprlib.repr(key)}: {hint}"


def _line(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() and value.isprintable() else None


def _words(value: object) -> tuple[str, ...] | None:
    words = tuple(value) if isinstance(value, list) else ()
    return words if words and all(_line(word) for word in words) else None


def _name(value: object) -> str | None:
    """Take what can be a folder's name on every system."""
    plain = isinstance(value, str) and value.isascii() and value.replace("-", "").replace("_", "").isalnum()
    return value if isinstance(value, str) and plain and len(value) <= _LONGEST_NAME else None


def _count(value: object) -> int | None:
    return value if type(value) is int and 1 <= value <= _MOST else None


def _share(value: object) -> float | None:
    return float(value) if type(value) in {int, float} and 0 <= value <= 1 else None  # type: ignore[arg-type, operator]


def _safety(value: object) -> Safety | None:
    return next((safety for safety in (Safety.SAFE, Safety.REVIEW) if value == safety), None)


def _forge(value: object) -> str | None:
    return value if isinstance(value, str) and value in {"auto", "github", "local"} else None


_LONGEST_NAME = 60
_TEXT: _Reader = (_line, "a text on one line")
_COUNT: _Reader = (_count, f"a whole number from 1 to {_MOST}")
_READERS: dict[str, dict[str, _Reader]] = {
    "campaign": {
        "name": (_name, f"at most {_LONGEST_NAME} letters, digits, - and _"),
        "codemods": (_words, "a list of slugs"),
        "safety": (_safety, "'safe' or 'review'"),
        "forge": (_forge, "'auto', 'github' or 'local'"),
        "verify-command": _TEXT,
        "minutes": _COUNT,
    },
    "repositories": {
        **dict.fromkeys(("file", "folder", "organisation", "topic", "language"), _TEXT),
        "exclude": (_words, "a list of globs"),
    },
    "limits": dict.fromkeys(("open", "repository", "owner"), _COUNT),
    "waves": {
        **dict.fromkeys(("canary", "size", "decisions"), _COUNT),
        "threshold": (_share, "a number from 0 to 1"),
    },
}
_TABLES = {**_READERS, "codemods": {}, "settings": {}}
# What the campaign itself decides: the same key in two places would be two truths.
_ELSEWHERE = {
    "select": "[campaign] codemods",
    "ignore": "[campaign] codemods",
    "safety": "[campaign]",
    "forge": "[campaign]",
    "codemods": "[codemods]",
    "max-open": "[limits] repository",
}
