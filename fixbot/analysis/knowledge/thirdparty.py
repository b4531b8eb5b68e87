"""Answers what callables of well-known packages raise, from one file a package; imports none of these packages.

A file says which version it was read from, then:

    exceptions   full name as importers write it -> its parents, in the order of its bases
    aliases      another public name of a class, function or module-level callable -> the name used here
    calls        groups of callables with the same facts; `a.B.*` stands for the public methods of `a.B` not named

Words of a group of calls:

    names     full names; what is reached through an instance stands behind its class: `docker.DockerClient.images.get`
    raises    what to catch when the input or the world is bad: the base class that covers it
    also      what can come out as well, but is rarely caught there: an answer without it is not complete
    misuse    what a wrong type of argument or a call at the wrong time raises
    returns   the class of the result: awaited, where it is awaited, and entered, where it is a context manager
    source    `>>> code` that raises it, `path:line` in the installed package, or an address

What code that is given as an argument raises, a callback or an iterator, is not told.
"""

from __future__ import annotations

import builtins
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

# The standard classes that the files name as parents: reading facts imports nothing.
_STANDARD: Mapping[str, tuple[str, ...]] = {
    "http.client.HTTPException": ("Exception",),
    "http.client.IncompleteRead": ("http.client.HTTPException",),
    "json.JSONDecodeError": ("ValueError",),
    "ssl.SSLCertVerificationError": ("ssl.SSLError", "ValueError"),
    "ssl.SSLError": ("OSError",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is known about one callable; the module's docstring explains each word."""

    raises: tuple[str, ...]
    also: tuple[str, ...] = ()
    misuse: tuple[str, ...] = ()
    returns: str | None = None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """All facts of one package, under the name it is imported by and the version they were read from."""

    name: str
    distribution: str
    version: str
    exceptions: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, str]
    calls: Mapping[str, Call]


def packages() -> tuple[str, ...]:
    """Return the import names of all packages there is a file for, in alphabetical order."""
    files = resources.files(__package__).joinpath("packages").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def facts(package: str) -> Package | None:
    """Return what is known of the package with this import name; None where there is no file for it."""
    if not package.isidentifier():
        return None
    file = resources.files(__package__).joinpath("packages", f"{package}.toml")
    if not file.is_file():
        return None
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    # A file system that does not tell `PIL` from `pil` finds a file of another package.
    return _package(data) if data["package"] == package else None


def call(full_name: str) -> Call | None:
    """Return what is known of a callable by any of its full names; None where nothing is.

    A method is named behind its class: `requests.Session.get`.
    """
    name = canonical(full_name)
    package = facts(_first(name))
    if package is None:
        return None
    owner, _, last = name.rpartition(".")
    general = None if last.startswith("_") else package.calls.get(f"{owner}.*")
    return package.calls.get(name, general)


def canonical(full_name: str) -> str:
    """Return the name that the data uses for a class or callable; the same name where it knows no other.

    A method is found by the alias of its class.
    """
    package = facts(_first(full_name))
    if package is None:
        return full_name
    parts = full_name.split(".")
    for end in range(len(parts), 0, -1):
        target = package.aliases.get(".".join(parts[:end]))
        if target is not None:
            return canonical(".".join([target, *parts[end:]]))
    return full_name


def parents(full_name: str) -> tuple[str, ...]:
    """Return the ancestors of an exception class in its method resolution order, without `object`.

    Builtins have their bare name. Empty where the class is not known.
    """
    name = canonical(full_name)
    return _lineage(name)[1:] if _bases(name) else ()


@cache
def _lineage(name: str) -> tuple[str, ...]:
    bases = _bases(name) or _STANDARD.get(name)
    if bases is None:
        return tuple(cls.__name__ for cls in getattr(builtins, name).__mro__[:-1])
    return (name, *_merged([*map(_lineage, bases), bases]))


def _bases(name: str) -> tuple[str, ...]:
    package = facts(_first(name))
    return package.exceptions.get(name, ()) if package is not None else ()


def _merged(lines: Iterable[Sequence[str]]) -> list[str]:
    # Python's own order of ancestors: a class stands before its parents, and parents as their class names them.
    waiting = [list(line) for line in lines]
    merged: list[str] = []
    while waiting := [line for line in waiting if line]:
        head = next(line[0] for line in waiting if not any(line[0] in other[1:] for other in waiting))
        merged.append(head)
        waiting = [[name for name in line if name != head] for line in waiting]
    return merged


def _first(full_name: str) -> str:
    return full_name.partition(".")[0]


def _package(data: dict[str, Any]) -> Package:
    calls = {name: _call(group) for group in data.get("calls", ()) for name in group["names"]}
    exceptions = {name: tuple(bases) for name, bases in data.get("exceptions", {}).items()}
    return Package(
        name=data["package"],
        distribution=data["distribution"],
        version=data["version"],
        exceptions=exceptions,
        aliases=data.get("aliases", {}),
        calls=calls,
    )


def _call(group: dict[str, Any]) -> Call:
    return Call(
        raises=tuple(group["raises"]),
        also=tuple(group.get("also", ())),
        misuse=tuple(group.get("misuse", ())),
        returns=group.get("returns"),
        source=group["source"],
    )
