"""Answers which callables wait and let nothing else run meanwhile, from the TOML file beside it.

The file has `kinds` of waiting, groups of `calls` and groups of `classes`. The words of a kind:

    waits           nobody can say how long it takes: a network, a process, a person; not so for files on a disk
    instead         what coroutines use in its place

Those of a group of calls, of which `kind`, `names` and `docs` are always there:

    names           full names, below each module of `within` if that is there
    manual          why it helps nobody to hand the call to a thread as it stands
    unless          it does not wait where an argument mentions one of these names: `os.WNOHANG`
    unless_first    nor where the first argument is this number
    needs_argument  it waits only where there is an argument
    unsafe          keywords with which it may not run in a thread

Those of a group of classes:

    names           full names
    aliases         another name of a class -> the one in `names`
    made_by         callables that give an instance of the first class
    methods         the methods that wait; `manual` has those that no thread helps, each with the reason
    same            methods, attributes and operators whose result is of the same class
    unless_told     methods that make an instance of it not wait, where their argument is 0 or False
    verbs           the first argument, or `method`, of what is called `request` is one of these, else nothing is sent
    elsewhere       why it cannot be told whether an instance waits that the function did not make itself
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of waiting; the module's docstring explains each word."""

    name: str
    waits: bool
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is known about one callable or method that waits; the module's docstring explains each word."""

    kind: Kind
    docs: str
    manual: str | None = None
    unless: frozenset[str] = frozenset()
    unless_first: int | None = None
    needs_argument: bool = False
    unsafe: frozenset[str] = frozenset()
    unless_told: frozenset[str] = frozenset()
    elsewhere: str | None = None
    verbs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """All that is known to wait.

    `calls` by full name, `methods` by class and name. `classes` leads from every name of a class to the one that is
    used here, `returns` from a callable to the class of its result, `same` from a class to what gives it again.
    """

    calls: Mapping[str, Waiting]
    methods: Mapping[tuple[str, str], Waiting]
    classes: Mapping[str, str]
    returns: Mapping[str, str]
    same: Mapping[str, frozenset[str]]


@cache
def table() -> Table:
    """Read the data, once, when it is first asked for."""
    data = tomllib.loads(resources.files(__package__).joinpath("blocking.toml").read_text(encoding="utf-8"))
    kinds = {name: Kind(name, **words) for name, words in data["kinds"].items()}
    calls = {name: _call(kinds, entry) for entry in data["calls"] for name in _names(entry)}
    methods: dict[tuple[str, str], Waiting] = {}
    classes: dict[str, str] = {}
    returns: dict[str, str] = {}
    same: dict[str, frozenset[str]] = {}
    for entry in data["classes"]:
        names: list[str] = entry["names"]
        methods |= {(name, key): each for name in names for key, each in _methods(kinds, entry).items()}
        classes |= {name: name for name in names}
        classes |= entry.get("aliases", {})
        returns |= dict.fromkeys(entry.get("made_by", ()), names[0])
        same |= dict.fromkeys(names, frozenset(entry.get("same", ())))
    return Table(calls, methods, classes, returns, same)


def _names(entry: Mapping[str, Any]) -> list[str]:
    within = entry.get("within")
    return [f"{module}.{name}" for module in within for name in entry["names"]] if within else entry["names"]


def _call(kinds: Mapping[str, Kind], entry: Mapping[str, Any]) -> Waiting:
    return Waiting(
        kind=kinds[entry["kind"]],
        docs=entry["docs"],
        manual=entry.get("manual"),
        unless=frozenset(entry.get("unless", ())),
        unless_first=entry.get("unless_first"),
        needs_argument=entry.get("needs_argument", False),
        unsafe=frozenset(entry.get("unsafe", ())),
    )


def _methods(kinds: Mapping[str, Kind], entry: Mapping[str, Any]) -> dict[str, Waiting]:
    manual: Mapping[str, str] = entry.get("manual", {})
    return {
        name: Waiting(
            kind=kinds[entry["kind"]],
            docs=entry["docs"],
            manual=manual.get(name),
            unless_told=frozenset(entry.get("unless_told", ())),
            elsewhere=entry.get("elsewhere"),
            verbs=frozenset(entry.get("verbs", ()) if name == "request" else ()),
        )
        for name in (*entry["methods"], *manual)
    }
