"""Says at a glance that a block cannot be understood to its end, so that nobody has to look closely; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cache

from fixbot.analysis.knowledge import library
from fixbot.analysis.names import Names, own

_FOREIGN = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield, ast.YieldFrom, ast.Import, ast.ImportFrom)


def is_foreign(body: Sequence[ast.stmt], names: Names, at: ast.AST) -> bool:
    """Say whether a block awaits, yields, imports, or uses something that no knowledge has a word about.

    False says nothing: the block may be understood or not.
    """
    return any(isinstance(node, _FOREIGN) or _is_strange(node, names, at) for node in own(body))


def _is_strange(node: ast.AST, names: Names, at: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__")):
            return True
        case ast.Call(args=args, keywords=keywords) if any(isinstance(arg, ast.Starred) for arg in args) or any(
            keyword.arg is None for keyword in keywords
        ):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return _is_strange_function(name, names, at)
        case ast.Attribute(value=ast.Name(id="self" | "cls")):
            return False
        case ast.Attribute(attr=attr):
            return attr not in _attributes() and _of_unknown_module(node, names, at)
    return False


def _is_strange_function(name: str, names: Names, at: ast.AST) -> bool:
    """Say whether nothing is known of a function, and it is none of this file."""
    full = names.origin(name, at)
    if full is None:
        return not any(name in names.bound(scope) for scope in names.scopes(at)[-1:])
    return (
        full not in library().calls
        and not full[:1].isupper()
        and not any(name in library().modules for name in _prefixes(full))
    )


def _of_unknown_module(node: ast.Attribute, names: Names, at: ast.AST) -> bool:
    full = names.resolve(node, at)
    return full is None or not any(name in library().modules for name in _prefixes(full))


def _prefixes(full: str) -> list[str]:
    parts = full.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


@cache
def _attributes() -> frozenset[str]:
    """Return every name that is known as a method or attribute of some kind of value."""
    facts = library()
    return frozenset(name for _, name in [*facts.methods, *facts.attributes])
