"""Answers what the standard library's callables were found to raise, from the files in `stdlib`; reads nothing else.

The data is made by the project's `derive.stdlib` and says for which Python. `raises` is what correct code meets
when its input or the world is bad, `misuse` what only a wrong call brings about; each exception by the name that an
importer would write, with its source: `source` (the library's own code), `probe` (a call) or `docs` (a docstring).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

_CLASSES = "classes.json"


@dataclass(frozen=True, slots=True)
class Derived:
    """What is known of one callable.

    `raises` and `misuse` map an exception to its source; `returns` is typeshed's type as text, None where it is
    unknown; `complete` says that nothing but `raises` and `misuse` comes out.
    """

    raises: Mapping[str, str]
    misuse: Mapping[str, str]
    returns: str | None
    complete: bool


class _Calls:
    """The callables by full name or alias; a module's are read when one of them is asked for."""

    def get(self, name: str) -> Derived | None:
        """Return what is known of a callable by its full name or another public name of it: `json.loads`."""
        entry = _module(_home(name)).get(name)
        if entry is None:
            # `socket.SocketType.recv`: the class may be what has another name.
            holder, _, last = name.rpartition(".")
            aliases = _classes()["aliases"]
            other = aliases.get(name) or f"{aliases.get(holder, holder)}.{last}"
            entry = _module(_home(other)).get(other)
        return None if entry is None else _record(entry)

    def __iter__(self) -> Iterator[str]:
        """Yield the full name of every callable."""
        for file in sorted(_folder().iterdir(), key=lambda one: one.name):
            if file.name not in {_CLASSES, "__init__.py", "__pycache__"}:
                yield from _module(file.name.removesuffix(".json"))


def _home(name: str) -> str:
    """Return the name of the file that a callable stands in."""
    head = name.partition(".")[0]
    return head if head in sys.stdlib_module_names else "builtins"


def _record(entry: Mapping[str, Any]) -> Derived:
    raises, misuse = MappingProxyType(entry["raises"]), MappingProxyType(entry["misuse"])
    return Derived(raises, misuse, entry["returns"], complete=entry["complete"])


def _folder() -> Traversable:
    return resources.files(__package__).joinpath("stdlib")


@cache
def _module(name: str) -> Mapping[str, Mapping[str, Any]]:
    file = _folder().joinpath(f"{name}.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


@cache
def _classes() -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(_folder().joinpath(_CLASSES).read_text(encoding="utf-8"))
    return found


def derived() -> _Calls:
    """Return what is known of each callable."""
    return _CALLS


_CALLS = _Calls()


def parents(name: str) -> tuple[str, ...]:
    """Return the direct parents of a standard exception class by its full name or alias; empty where unknown."""
    return tuple(_classes()["exceptions"].get(written(name), ()))


def written(name: str) -> str:
    """Return the name an importer would write: `OSError` for `socket.error`; any other name as it is."""
    found: str = _classes()["aliases"].get(name, name)
    return found


def python() -> str:
    """Return the version of the Python that the data was derived from."""
    found: str = _classes()["python"]
    return found
