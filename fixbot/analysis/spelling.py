"""Says how a type is written at one place of a file and which import that needs; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from fixbot.analysis.module import Module, statements
from fixbot.analysis.names import Names, own


def spell(names: Names, full: str, at: ast.AST) -> tuple[str | None, str | None]:
    """Return how a type is written where a statement stands, and the import that this needs.

    Args:
        names: the names of the file; its path below the root tells what its relative imports may mean.
        full: the type's full name as an importer would write it, builtins bare, or as a relative import has it.
        at: the statement.

    Returns:
        The source of the type, None where something else hides the name there or it cannot be said; and an import
        statement, None where none is needed.
    """
    if (local := _local_class(names, full, at)) is not None:
        return local, None
    if (own := _own_class(names, full)) is not None:
        return (None if _is_bound(names, own, at, inside=True) else own), None
    parts = full.split(".")
    for count in range(len(parts), 0, -1):
        known = ".".join(parts[:count])
        if (name := _standing_for(names, known, at)) is not None:
            arrives = len(known) >= len(_module_of(full)) or _is_imported(names, _module_of(full))
            return name + full[len(known) :], None if arrives else f"import {_module_of(full)}"
    if full.startswith(".") or _is_bound(names, parts[0], at):
        return None, None
    return full, None if len(parts) == 1 else f"import {_module_of(full)}"


def _module_of(full: str) -> str:
    """Return the module of a type; the class that a type is nested in is told by its capital."""
    parts = full.split(".")[:-1]
    while len(parts) > 1 and parts[-1].lstrip("_")[:1].isupper():
        parts.pop()
    return ".".join(parts)


def _own_class(names: Names, full: str) -> str | None:
    """Return how a class of this very file is written, None where the type is none."""
    module, here = _module_of(full), PurePosixPath(names.module.path).with_suffix("")
    rest = full[len(module) + 1 :] if module and module in _spans(here.parts) else full
    around: ast.Module | ast.ClassDef = names.module.tree
    for part in rest.split("."):
        found = _classes_in(around).get(part)
        if found is None:
            return None
        around = found
    return rest


@lru_cache(maxsize=16)
def _classes_in(around: ast.Module | ast.ClassDef) -> Mapping[str, ast.ClassDef]:
    """Return the classes that a module or class holds directly; of several with a name the first."""
    return {node.name: node for node in reversed(around.body) if isinstance(node, ast.ClassDef)}


def _local_class(names: Names, full: str, at: ast.AST) -> str | None:
    """Return the name of a class that a function around a statement defines, None where the type is none."""
    where, _, last = full.rpartition(".")
    scope = next((scope for scope in names.scopes(at) if last in names.bound(scope)), None)
    inside = _classes_below(scope).get(last, ()) if where and scope else ()
    return last if any(names.module.qualname(node) == where for node in inside) else None


@lru_cache(maxsize=16)
def _classes_below(scope: ast.AST) -> Mapping[str, Sequence[ast.ClassDef]]:
    """Return all classes in a scope, at whichever depth, by their names."""
    found: dict[str, list[ast.ClassDef]] = {}
    for node, _ in statements(scope):
        if isinstance(node, ast.ClassDef):
            found.setdefault(node.name, []).append(node)
    return found


def _standing_for(names: Names, full: str, at: ast.AST) -> str | None:
    """Return the name that stands for a module or class where `at` stands, one of the whole file if there is one."""
    for scope in reversed(names.scopes(at)):
        for name, origin in _meaning(names, scope).get(full, ()):
            if names.origin(name, at) == origin:
                return name
    return None


@lru_cache(maxsize=16)
def _meaning(names: Names, scope: ast.AST) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Map each full name that an import of a scope may mean to the names that it binds, with what they stand for."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, origins in names.bound(scope).items():
        origin = next(iter(origins)) if len(origins) == 1 else None
        for full in _readings(origin, names.module.path) if origin is not None else ():
            found.setdefault(full, []).append((name, origin or ""))
    return found


def _readings(origin: str, path: str) -> set[str]:
    """Return what an import may mean: a relative one stands below whichever folder is the root of the sources."""
    tail = origin.lstrip(".")
    level = len(origin) - len(tail)
    folders = PurePosixPath(path).parts[:-level] if level else ()
    return {origin, *(_spans((*folders, tail)) if folders else ())}


def _spans(parts: tuple[str, ...]) -> set[str]:
    return {".".join(parts[start:]) for start in range(len(parts))}


def _is_imported(names: Names, module: str) -> bool:
    """Say whether the file imports a module at its top: `import xml` alone does not import `xml.sax`."""
    return module in _imports(names.module)


@lru_cache(maxsize=4)
def _imports(module: Module) -> frozenset[str]:
    """Return the modules that a file imports at its top under their own names."""
    plain = (node for node in module.tree.body if isinstance(node, ast.Import))
    return frozenset(alias.name for node in plain for alias in node.names if alias.asname is None)


def _is_bound(names: Names, name: str, at: ast.AST, *, inside: bool = False) -> bool:
    """Say whether a scope around `at` binds a name; `inside` leaves the module's own out."""
    scopes = names.scopes(at)
    head = name.partition(".")[0]
    return any(head in names.bound(scope) for scope in (scopes[:-1] if inside else scopes))


def imported_inside(body: Sequence[ast.stmt], sources: Sequence[str]) -> str | None:
    """Return a name that written types begin with and that a block imports itself, None where there is none.

    Where that import fails, a clause with such a type fails too.
    """
    inside = [child for child in own(body) if isinstance(child, ast.Import | ast.ImportFrom)]
    bound = {(alias.asname or alias.name).partition(".")[0] for child in inside for alias in child.names}
    return next((head for source in sources if (head := source.partition(".")[0]) in bound), None)
