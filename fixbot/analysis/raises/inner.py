"""What an inner handler takes out of what was found inside its `try`; looks at classes, not at its body."""

from __future__ import annotations

import ast
from dataclasses import replace

from fixbot.analysis.raises import hierarchy
from fixbot.analysis.raises.evidence import Found, Raised
from fixbot.analysis.raises.view import View

_EVERYTHING = "builtins.BaseException"


def split(handler: ast.ExceptHandler, found: Found, view: View, at: ast.AST) -> tuple[Found, Found]:
    """Return what a handler may catch, and what may pass it."""
    types, whole = _types(handler, view, at)
    if _EVERYTHING in types:
        return found, Found()
    left = [raised for raised in found.exceptions if types.isdisjoint(raised.lineage)]
    if not whole:
        return found, replace(found, exceptions=left)
    caught = [raised for raised in found.exceptions if not types.isdisjoint(raised.lineage)]
    return Found([*caught, *_below(types, left)], list(found.unknown)), replace(found, exceptions=left)


def _below(types: set[str], left: list[Raised]) -> list[Raised]:
    # `except FileNotFoundError` around what raises OSError catches some of it.
    return [raised for raised in left if any(raised.lineage[0] in _parents(name) for name in types)]


def _types(handler: ast.ExceptHandler, view: View, at: ast.AST) -> tuple[set[str], bool]:
    """Return the identities of what a handler is known to catch, and whether that is all."""
    if handler.type is None:
        return {_EVERYTHING}, True
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    known = [view.lineage(node, at) for node in nodes]
    return {found.identities[0] for found in known if found}, all(found and found.whole for found in known)


def _parents(identity: str) -> tuple[str, ...]:
    return hierarchy.standard_lineage(identity.removeprefix("builtins."))
