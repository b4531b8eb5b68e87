"""Small words for the shape of an expression and for the parts of a name; reads no scope."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

_SHAPES: dict[type[ast.expr], str] = {
    ast.Name: "name",
    ast.Attribute: "attribute",
    ast.Subscript: "item",
    ast.Call: "call",
    ast.Slice: "slice",
    ast.Tuple: "tuple",
    ast.BinOp: "operation",
    ast.JoinedStr: "str",
    ast.List: "list",
    ast.Dict: "dict",
    ast.ListComp: "comprehension",
    ast.GeneratorExp: "comprehension",
}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def shape(node: ast.expr | None) -> str:
    """Return one word for what an expression looks like; a constant gives its type."""
    match node:
        case None:
            return "nothing"
        case ast.Constant(value=value):
            return type(value).__name__
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return "negative"
    return _SHAPES.get(type(node), "other")


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """Return the words that a name or a text is made of, in small letters: `readConfig_file` has three."""
    return tuple(word.lower() for word in _WORD.findall(name))
