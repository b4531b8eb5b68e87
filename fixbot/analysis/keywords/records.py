"""The records of what a body does with its `**kwargs`: reads, spreads, and what does not say; they only hold."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import StrEnum

from fixbot.analysis.definitions import Function


class Manner(StrEnum):
    """How a key is asked for."""

    ITEM = "item"  # kwargs["x"]
    GET = "get"  # kwargs.get("x"), kwargs.get("x", default)
    POP = "pop"  # kwargs.pop("x"), kwargs.pop("x", default)
    ASK = "ask"  # "x" in kwargs, "x" not in kwargs
    SET = "set"  # kwargs["x"] = …, kwargs.setdefault("x", …), del kwargs["x"]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One place of a body that asks for one key, or for one of several in a loop over literal names.

    `default` stands for a key that is not given: None where a missing key is an error, or where that is not asked.
    `always` says that every call that gets to the end of the body, or to what comes after, has passed here: the place
    stands in no branch, handler, nested function or half of an `and`, and in no loop but one over literal names that
    goes through all of them. `computed` says that the key is written as the variable of a loop over literal names;
    then `default` may name that variable too.
    """

    node: ast.expr
    keys: tuple[str, ...]
    manner: Manner
    default: ast.expr | None = None
    always: bool = False
    computed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """One place where all keys that are left are handed on: `call(**kwargs)` or `{**kwargs}`.

    `node` is the call or the display, `value` the name after the stars. `beside` are the keys that stand in the same
    call or display, `before` those of them that a display has before the stars, so that a key given by the caller wins.
    `gone` are the keys that every call has popped by then, `call` is the call that the keys end up in: `node` itself,
    or the one call that a display is unpacked into; None where they are only kept. `dict(a=1, **kwargs)` counts as a
    display, though one in which a key that is given twice is an error. It is `mixed` where other mappings, or keys that
    nobody can tell, are put in beside. `always` is as for a read.
    """

    node: ast.Call | ast.Dict
    value: ast.Name
    beside: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    call: ast.Call | None = None
    mixed: bool = False
    always: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Opaque:
    """A use that does not say which keys there are: in words that follow "`kwargs` …", such as "is kept whole"."""

    node: ast.AST
    because: str


@dataclass(frozen=True, slots=True, eq=False)
class Uses:
    """All uses of the `**` parameter of a function, in source order.

    `checks` says that the body itself refuses keys that it does not know: `if kwargs: raise TypeError`.
    `harmless` are uses that no key depends on, such as `if kwargs:` or a log line.
    """

    function: Function
    name: str
    reads: tuple[Read, ...] = ()
    spreads: tuple[Spread, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    harmless: tuple[ast.AST, ...] = ()
    checks: bool = False
