"""Reads names and attributes: what they stand for, whether they are there, of what kind their values are."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from fixbot.analysis.knowledge import library
from fixbot.analysis.raises import hierarchy, kinds
from fixbot.analysis.raises.operators import FOREIGN, Effect

if TYPE_CHECKING:
    from fixbot.analysis.raises.expressions import Expressions


# What is private to something else may be gone in its next version.
_ABSENT = Effect(raises=("AttributeError",), known=False)


def _is_private(node: ast.Attribute) -> bool:
    own = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}
    return node.attr.startswith("_") and not node.attr.endswith("__") and not own


def name(reader: Expressions, node: ast.Name) -> str | None:
    """Read a name and return the kind of its value, None where that is not known."""
    if node.id in reader.local:
        return reader.local[node.id]
    scope = reader.variables.scope_of(node.id)
    full = reader.names.origin(node.id, reader.at)
    if scope is None:
        if is_gone(reader, node.id):
            reader.found.raised(("NameError",), node, "operation")
        return "class" if isinstance(getattr(builtins, full or "", None), type) else None
    if full is not None:
        if full in library().modules:
            return "module"
        given = library().constants.get(full)
        named = reader.view.named(node, reader.at) if given is None else None
        return named.returns if named is not None else given
    if reader.variables.bound_later(node.id, scope, node.lineno):
        reader.found.raised(("NameError",), node, "operation")
    kind = reader.variables.kind(node.id, scope)
    named = reader.view.named(node, reader.at) if kind is None else None
    return named.returns if named is not None else kind


def is_gone(reader: Expressions, name: str) -> bool:
    """Say whether a name was a builtin of Python 2; other missing ones may be put in from outside."""
    starred = "*" in reader.names.bound(reader.variables.scopes[-1])
    return name in library().removed and not starred and not reader.variables.shared(name)


def attribute(reader: Expressions, node: ast.Attribute, mark: int) -> str | None:
    """Read `value.name`; `mark` counts the unknowns before it."""
    full = reader.names.resolve(node, reader.at)
    if full is not None:
        if full in library().constants:
            return library().constants[full]
        if full in library().calls or full in library().modules:
            return None
        if hierarchy.imported_class(full):
            return "class"
    named = reader.view.named(node, reader.at)
    if named is not None:
        return reader.through(named, node)
    receiver = reader.kind(node.value)
    kind = library().attributes.get((kinds.base(receiver) or "", node.attr))
    if kind is None and kinds.operation(receiver, node.attr) is None:
        del reader.found.unknown[mark:]
        given = reader.view.attribute(receiver, node.attr)
        if given is None:
            return reader.apply(_ABSENT if _is_private(node) else FOREIGN, node)
        kind = reader.through(given, node)
    absent = receiver is not None and receiver.endswith("?")
    return reader.apply(Effect(kind, ("AttributeError",) if absent else ()), node)
