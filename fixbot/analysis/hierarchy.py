"""Which exception class is whose parent, from the builtins and known standard modules; imports no other."""

from __future__ import annotations

import ast
import builtins
import importlib
from functools import cache

from fixbot.analysis.knowledge import library
from fixbot.analysis.names import Names


@cache
def imported_class(name: str) -> type[BaseException] | None:
    """Return the exception class with this full name.

    None where there is none, or where it stands in a module that the knowledge does not list: importing runs
    the module, and some standard ones act when imported.
    """
    module, _, last = name.rpartition(".")
    if module and module not in library().modules:
        return None
    found = getattr(importlib.import_module(module) if module else builtins, last, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def written(name: str) -> str:
    """Return the name that an importer would use: `OSError` for any of its aliases, others as they are."""
    found = imported_class(name)
    return found.__name__ if found is not None and found.__module__ == "builtins" else name


@cache
def standard_lineage(name: str) -> tuple[str, ...]:
    """Return identities of a standard class and of its parents, nearest first; empty where unknown."""
    found = imported_class(name)
    return tuple(f"{cls.__module__}.{cls.__qualname__}" for cls in found.__mro__) if found is not None else ()


def lineage(node: ast.expr, names: Names, at: ast.AST) -> tuple[str, tuple[str, ...]] | None:
    """Return how an exception class is written and the identities of it and its parents; None where unknown.

    A class of this file counts where it is the only thing its name is bound to, has no decorator, metaclass,
    `__init__` or `__new__`, and derives from one understood class.
    """
    full = names.resolve(node, at)
    if full is not None:
        known = standard_lineage(full)
        return (written(full), known) if known else None
    definition = _own_class(node, names, at)
    if definition is None:
        return None
    above = lineage(definition.bases[0], names, definition)
    return (definition.name, (definition.name, *above[1])) if above else None


def _own_class(node: ast.expr, names: Names, at: ast.AST) -> ast.ClassDef | None:
    *inner, tree = names.scopes(at)
    if not isinstance(node, ast.Name) or any(node.id in names.bound(scope) for scope in inner):
        return None
    if names.bound(tree).get(node.id) != {None} or not isinstance(tree, ast.Module):
        return None
    found = [child for child in tree.body if _binds(child, node.id)]
    if len(found) != 1 or not isinstance(found[0], ast.ClassDef):
        return None
    cls = found[0]
    if len(cls.bases) != 1 or cls.keywords or cls.decorator_list or _customised(cls):
        return None
    # A base stands above its class; anything else could go round in circles.
    return None if isinstance(at, ast.ClassDef) and cls.lineno >= at.lineno else cls


def _customised(cls: ast.ClassDef) -> bool:
    own = {child.name for child in cls.body if isinstance(child, ast.FunctionDef)}
    return not own.isdisjoint({"__init__", "__new__"})


def _binds(child: ast.stmt, name: str) -> bool:
    nested = ast.walk(child)
    return any(
        (isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name)
        or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.Global) and name in node.names)
        for node in nested
    )
