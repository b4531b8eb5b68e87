"""Which types of a tuple another type of it catches as well; reads the hierarchy of standard classes."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from fixbot.analysis.clauses import written_types
from fixbot.analysis.names import Names
from fixbot.analysis.raises.hierarchy import lineage

# Parents and their likely children, as they are written: what a file must hold before its classes are looked up.
_OS = r"OSError|IOError|EnvironmentError|WindowsError|(?:socket|select|os)\.error"
_FAMILIES = {
    r"BaseException|Exception": r"\w+",
    _OS: r"\w*(?:File|Directory|Process|Connection|Pipe|BlockingIO|Permission|Timeout|Interrupted|URL|HTTP|SSL)\w*Error"
    r"|socket\.\w+|ssl\.\w+|shutil\.\w+|UnsupportedOperation|timeout",
    r"ValueError": r"Unicode\w*Error|\w*JSONDecodeError|binascii\.Error|UnsupportedOperation|AddressValueError",
    r"UnicodeError": r"Unicode(?:De|En)codeError",
    r"LookupError": r"KeyError|IndexError",
    r"ArithmeticError": r"ZeroDivisionError|OverflowError|FloatingPointError|decimal\.\w+",
    r"RuntimeError": r"NotImplementedError|RecursionError",
    r"ImportError": r"ModuleNotFoundError",
    r"SyntaxError": r"IndentationError|TabError",
    r"NameError": r"UnboundLocalError",
    r"(?:urllib\.error\.|error\.)?URLError": r"(?:urllib\.error\.|error\.)?HTTPError",
    r"(?:subprocess\.)?SubprocessError": r"CalledProcessError|TimeoutExpired",
}
_ALTERNATIVES = "|".join(
    rf"(?=[^()]*\b(?:{parent})\b)(?=[^()]*,)(?=[^()]*\b(?:{child})\b)" for parent, child in _FAMILIES.items()
)
#: What the bytes of every clause with such a tuple look like.
DOUBLED = rf"\((?:{_ALTERNATIVES}|[^()]*\b(?:{_OS})\b[^()]*\b(?:{_OS})\b)"

# Became an alias, or a child of OSError, in some version (docs.python.org/3/library/exceptions.html#TimeoutError).
_MOVED = frozenset(
    {
        "asyncio.TimeoutError",
        "asyncio.exceptions.TimeoutError",
        "concurrent.futures.TimeoutError",
        "socket.timeout",
    }
)
_EVERY_VERSION = frozenset({"builtins.Exception", "builtins.BaseException"})


@dataclass(frozen=True, slots=True)
class Redundant:
    """One type of a tuple, by its place, with how it is written and the type that catches it as well."""

    place: int
    written: str
    parent: str
    same: bool

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"`{self.written}` is {'another name of' if self.same else 'a kind of'} `{self.parent}`"


@dataclass(frozen=True, slots=True)
class _Known:
    place: int
    written: str
    canonical: str
    lineage: tuple[str, ...]


def redundant_types(handler: ast.ExceptHandler, names: Names, text: str) -> list[Redundant]:
    """Return the types of a handler's tuple that it could do without; `text` is the source of its clause.

    What was made a child or an alias of another type in some version of Python only counts below `Exception`.
    """
    if not isinstance(handler.type, ast.Tuple) or not re.search(DOUBLED, text):
        return []
    known = []
    for place, written in enumerate(written_types(handler)):
        found = lineage(written, names, handler)
        if found is not None:
            known.append(_Known(place, ast.unparse(written), found[0], found[1]))
    return [one for known_one in known if (one := _covered(known_one, known, names, handler)) is not None]


def _covered(one: _Known, known: list[_Known], names: Names, handler: ast.ExceptHandler) -> Redundant | None:
    moved = names.resolve(written_types(handler)[one.place], handler) in _MOVED
    for other in known:
        if other is one or (moved and other.lineage[0] not in _EVERY_VERSION):
            continue
        same = other.lineage[0] == one.lineage[0]
        below = other.lineage[0] in one.lineage[1:]
        if below or (same and _goes_first(other, one)):
            return Redundant(one.place, one.written, other.written, same)
    return None


def _goes_first(left: _Known, right: _Known) -> bool:
    """Say which of two names of one class stays: its own name, else the first."""
    own = left.written == left.canonical, right.written == right.canonical
    return own[0] > own[1] or (own[0] == own[1] and left.place < right.place)
