"""The small words for what a value is: `str`, `match?` (or None), `list[str]`; None means nothing is known.

Works on the words only; reads no code.
"""

from __future__ import annotations

from collections.abc import Sequence

from fixbot.analysis.knowledge import Fact, library

NUMBERS = frozenset({"int", "float", "bool"})
SEQUENCES = frozenset({"str", "bytes", "list", "tuple"})
CONTAINERS = frozenset({"list", "tuple", "set", "dict", "iterator", "pair", "triple"})
#: Tuples of which it is known how many values they hold.
SIZES = {"pair": 2, "triple": 3}
UNKNOWN = "any"
_PROJECT = frozenset("@&^~!%")  # what begins the kinds of the project's own definitions


def base(kind: str | None) -> str | None:
    """Return the word without what it holds and without the `?`; None where the kind says nothing."""
    word = kind.partition("[")[0].removesuffix("?") if kind else None
    return None if word == UNKNOWN else word


def inner(kind: str | None) -> str | None:
    """Return what stands in the brackets: the kind of the elements, or of the keys of a dict."""
    return kind.partition("[")[2].removesuffix("?").removesuffix("]") or None if kind else None


def may_be_none(kind: str | None) -> bool:
    """Say whether a value of this kind is known to be None at times; JSON has its null."""
    return kind is not None and (kind.endswith("?") or kind in {"none", "json"})


def optional(kind: str | None) -> str:
    """Return the kind of a value that may be None as well."""
    return kind if kind and kind.endswith("?") else f"{kind or UNKNOWN}?"


def certain(kind: str | None) -> str | None:
    """Return the kind without None."""
    word = kind.removesuffix("?") if kind else None
    return None if word == UNKNOWN else word


def holding(word: str, element: str | None) -> str:
    """Return the kind of a container and its elements."""
    return f"{word}[{element}]" if element else word


def join(left: str | None, right: str | None) -> str | None:
    """Return the kind of a value that is one of two."""
    if left == right:
        return left
    if "none" in {left, right}:
        return optional(left if right == "none" else right)
    if left and right and certain(left) == certain(right):
        return optional(left)
    if {left, right} <= {"list", "list[]"} or (base(left) == base(right) and base(left) in CONTAINERS):
        return base(left)
    return None


def agreed(found: Sequence[str | None]) -> str | None:
    """Return the kind of a value that is one of several; None where one of them is not known."""
    joined = found[0] if found else None
    for kind in found[1:]:
        joined = join(joined, kind) if joined is not None and kind is not None else None
    return joined


def plain(kind: str | None) -> bool:
    """Say whether formatting, hashing and comparing such a value runs no code but Python's own."""
    word = base(kind)
    if word is None or word == "dict" or word[0] in _PROJECT:
        return False
    return word not in CONTAINERS or plain(inner(kind))


def is_standard(kind: str | None) -> bool:
    """Say whether a value is known to be of a class that the project does not define."""
    word = base(kind)
    return word is not None and word[0] not in _PROJECT


def operation(kind: str | None, name: str) -> Fact | None:
    """Return what is known about a method of a kind, or about its `<item>`, `<iterates>`, `<enters>`."""
    word = base(kind)
    return library().methods.get((word, name)) if word else None


def element(kind: str | None) -> str | None:
    """Return the kind of what comes out when such a value is run through."""
    fact = operation(kind, "<iterates>")
    return None if fact is None else inner(kind) if fact.returns == "element" else fact.returns
