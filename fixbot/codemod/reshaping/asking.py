"""Recognises the places of a body that ask its `**` parameter for a key; it only reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fixbot.codemod.lazy import cst

if TYPE_CHECKING:
    from collections.abc import Container


@dataclass(frozen=True, slots=True)
class Ask:
    """A place that asks for a key: `name` is the parameter's name there, `key` is text, or the variable of a loop."""

    name: cst.Name
    key: str
    looped: bool = False


def read_in(node: cst.CSTNode, known: Container[cst.CSTNode]) -> Ask | None:
    """Return what `kwargs["x"]`, `kwargs.get("x", …)` or `kwargs.pop("x", …)` asks for, None where it is no such.

    Args:
        node: an expression.
        known: where the name of the parameter is read.
    """
    match node:
        case cst.Subscript(value=cst.Name() as name, slice=[cst.SubscriptElement(slice=cst.Index(value=key))]):
            return _ask(name, key, known)
        case cst.Call(func=cst.Attribute(value=cst.Name() as name, attr=cst.Name(value="get" | "pop")), args=args):
            plain = all(arg.keyword is None and not arg.star for arg in args)
            return _ask(name, args[0].value, known) if plain and len(args) in {1, 2} else None
    return None


def _ask(name: cst.Name, key: cst.BaseExpression, known: Container[cst.CSTNode]) -> Ask | None:
    if name not in known:
        return None
    if isinstance(key, cst.Name):
        return Ask(name, key.value, looped=True)
    text = text_of(key)
    return None if text is None else Ask(name, text)


def text_of(node: cst.BaseExpression) -> str | None:
    """Return the text of a literal, None where it is none."""
    value = node.evaluated_value if isinstance(node, cst.SimpleString | cst.ConcatenatedString) else None
    return value if isinstance(value, str) else None


def asked_whether(node: cst.Comparison, known: Container[cst.CSTNode]) -> tuple[Ask, cst.BaseExpression] | None:
    """Return what `"x" in kwargs` or `"x" not in kwargs.keys()` asks for, and what stands behind its `in`."""
    match node.comparisons:
        case [cst.ComparisonTarget(operator=cst.In() | cst.NotIn(), comparator=held)]:
            match held:
                case cst.Name() as name:
                    ask = _ask(name, node.left, known)
                case cst.Call(func=cst.Attribute(value=cst.Name() as name, attr=cst.Name(value="keys")), args=[]):
                    ask = _ask(name, node.left, known)
                case _:
                    return None
            return None if ask is None else (ask, held)
    return None
