"""Answers what a builtin or standard callable raises and returns, from the TOML files beside it.

The words of an entry for a callable, all optional:

    raises            what it raises when its input is bad
    returns           the kind of its result (`kinds.py`), `same`, `element`, `… of argument`, `… of receiver`
    given             kind of the first argument -> what is raised instead of `raises`
    only_given        any other kind of first argument is not understood
    literal           raised instead where the first argument is a literal; `literals`: where all of them are
    unless_literal    also raised where the first argument is there and no literal
    without_arguments raised instead where there is no argument
    none              also raised where an argument may be None or is a JSON value
    unknown           also raised where nothing is known of the first argument, which is often None
    keywords          keyword -> what is also raised where it is given and not a false constant
    enough            with this many arguments, a default included, nothing is raised
    default           with this many arguments, the last of them is the result in place of None
    positional        how many positional arguments are understood
    foreign           keywords whose value is code that is then called: not understood
    known             the arguments (from 0) whose kind must be known
    plain             every argument must be of a kind that formats and compares without foreign code
    plain_receiver    the same of the receiver
    iterates          the argument (from 0) that is run through; `iterates_alone`: the first if there is one
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import resources
from typing import Any

_FILES = ("builtins.toml", "stdlib.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What is known about one callable; the module's docstring explains each word."""

    raises: tuple[str, ...] = ()
    returns: str | None = None
    given: Mapping[str, list[str]] = field(default_factory=dict)
    only_given: bool = False
    literal: tuple[str, ...] | None = None
    literals: tuple[str, ...] | None = None
    unless_literal: tuple[str, ...] = ()
    without_arguments: tuple[str, ...] | None = None
    none: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    keywords: Mapping[str, list[str]] = field(default_factory=dict)
    enough: int | None = None
    default: int | None = None
    positional: int | None = None
    foreign: tuple[str, ...] = ()
    known: tuple[int, ...] = ()
    plain: bool = False
    plain_receiver: bool = False
    iterates: int | None = None
    iterates_alone: bool = False
    source: str = "stdlib"
    docs: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """All facts: callables and constants by full name, methods and attributes by kind.

    `classes` are the kinds by full name, `modules` those whose exception classes may be named, `removed` the
    builtins that Python 3 does not have.
    """

    calls: Mapping[str, Fact]
    constants: Mapping[str, str]
    methods: Mapping[tuple[str, str], Fact]
    attributes: Mapping[tuple[str, str], str]
    classes: Mapping[str, str]
    modules: frozenset[str]
    removed: frozenset[str]


_LISTS = frozenset(f.name for f in fields(Fact) if str(f.type).startswith("tuple"))


@cache
def library() -> Library:
    """Read the data, once, when it is first asked for."""
    calls: dict[str, Fact] = {}
    constants: dict[str, str] = {}
    methods: dict[tuple[str, str], Fact] = {}
    attributes: dict[tuple[str, str], str] = {}
    classes: dict[str, str] = {}
    modules: set[str] = set()
    removed: set[str] = set()
    for name in _FILES:
        data = _read(name)
        source = name.removesuffix(".toml").removesuffix("s")
        modules.update(data.get("exceptions", {}).get("modules", ()), data["module"])
        removed.update(data.get("removed", {}).get("names", ()))
        for module, entry in data["module"].items():
            prefix = "" if module == "builtins" else f"{module}."
            docs = entry.get("docs", "")
            calls |= {prefix + key: _fact(value, source, docs) for key, value in entry.get("calls", {}).items()}
            constants |= {prefix + k: kind for kind, keys in entry.get("constants", {}).items() for k in keys}
        for kind, entry in data["kind"].items():
            methods |= {(kind, key): fact for key, fact in _methods(entry, source).items()}
            attributes |= {(kind, key): value for key, value in entry.get("attributes", {}).items()}
            if "class" in entry:
                classes[entry["class"]] = kind
    return Library(calls, constants, methods, attributes, classes, frozenset(modules), frozenset(removed))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__name__).joinpath(name).read_text(encoding="utf-8"))


def _methods(entry: dict[str, Any], source: str) -> dict[str, Fact]:
    quiet = {name: {"returns": kind} for kind, names in entry.get("quiet", {}).items() for name in names}
    # Operations stand beside the methods under a name that no method can have.
    operations = {
        f"<{word}>": entry[word] for word in ("iterates", "item", "stores", "deletes", "enters") if word in entry
    }
    everything = quiet | operations | entry.get("methods", {})
    return {name: _fact(value, source, "") for name, value in everything.items()}


def _fact(entry: dict[str, Any], source: str, docs: str) -> Fact:
    values = {key: tuple(value) if key in _LISTS else value for key, value in entry.items()}
    source = "stdlib" if source == "stdlib" else "builtin"
    known: dict[str, Any] = dict(values)
    return Fact(**known, source=source, docs=docs)
