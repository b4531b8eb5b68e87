"""Reads which exceptions the docstring of a callable announces; pure."""

from __future__ import annotations

import inspect
import re
import sys
from functools import cache

from derive.stdlib.catalogue import catalogue

_NAME = r"`*:?(?:exc:`)?((?:\w+\.)*[A-Za-z]\w+)`*"
_SECOND = rf"(?:\s*(?:,|or|and|,\s*or)\s+(?:an?\s+)?{_NAME})?"
_SENTENCE = re.compile(rf"\b[Rr]aises?(?:\s+an?|\s+the|\s*:)?\s+{_NAME}{_SECOND}")
_NEVER = re.compile(r"(?:\b(?:not|never|without|cannot|don't|doesn't|n't|if|to)\s+(?:\w+\s+)?)$")


def announced(thing: object) -> frozenset[type[BaseException]]:
    """Return the real exception classes that the docstring of `thing` itself says it raises."""
    text = _text(thing)
    found: set[type[BaseException]] = set()
    for match in _SENTENCE.finditer(text):
        if not _NEVER.search(text[: match.start()]):
            found.update(cls for name in match.groups() if name and (cls := _class(name, _module(thing))))
    return frozenset(found)


def _text(thing: object) -> str:
    if isinstance(thing, staticmethod | classmethod):
        thing = thing.__func__
    text = getattr(thing, "__doc__", None)
    inherited = isinstance(thing, type) and text in {parent.__doc__ for parent in thing.__mro__[1:]}
    return " ".join(inspect.cleandoc(text).split()) if isinstance(text, str) and not inherited else ""


def _module(thing: object) -> str:
    cls = getattr(thing, "__objclass__", None)
    return str(getattr(cls or thing, "__module__", None) or getattr(getattr(thing, "__func__", None), "__module__", ""))


@cache
def _class(name: str, module: str) -> type[BaseException] | None:
    known = catalogue()
    spellings = (name, f"{module}.{name}", f"{module.lstrip('_')}.{name}")
    objects = [known.objects.get(known.aliases.get(spelling, spelling)) for spelling in spellings]
    objects.append(getattr(sys.modules.get(module), name, None))
    return next((thing for thing in objects if isinstance(thing, type) and issubclass(thing, BaseException)), None)
