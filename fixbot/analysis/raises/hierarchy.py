"""Which exception class is whose parent, from the builtins and known standard modules; imports no other."""

from __future__ import annotations

import ast
import builtins
import importlib
from dataclasses import dataclass
from functools import cache

from fixbot.analysis.definitions import Class, File
from fixbot.analysis.knowledge import library, thirdparty
from fixbot.analysis.names import Names
from fixbot.analysis.project import Project, alone

_EVERY = "builtins.BaseException"
#: What is raised without more being known of it is taken for an ordinary exception.
USUAL = ("builtins.Exception", _EVERY, "builtins.object")


@cache
def imported_class(name: str) -> type[BaseException] | None:
    """Return the exception class with this full name.

    None where there is none, or where it stands in a module that the knowledge does not list: importing runs
    the module, and some standard ones act when imported.
    """
    module, _, last = name.rpartition(".")
    if module and module not in library().modules:
        return None
    try:
        found = getattr(importlib.import_module(module) if module else builtins, last, None)
    except ImportError:
        return None  # another system's
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


@cache
def known_lineage(name: str) -> tuple[str, ...]:
    """Return identities of a class that is not the project's and of its parents, as far as they are known."""
    standard = standard_lineage(name)
    if standard:
        return standard
    above = [(standard_lineage(parent) or (parent,))[0] for parent in thirdparty.parents(name)]
    return (thirdparty.canonical(name), *dict.fromkeys((*above, *USUAL)))


@dataclass(frozen=True, slots=True)
class Lineage:
    """How an exception class is written, and the identities of it and its parents, nearest first.

    An identity is the full name, of a class of the project `path:Name`. Not `whole` where a parent is not known.
    """

    written: str
    identities: tuple[str, ...]
    whole: bool = True


def lineage(
    node: ast.expr, names: Names, at: ast.AST, project: Project | None = None
) -> tuple[str, tuple[str, ...]] | None:
    """Return how an exception class is written and the identities of it and its parents; None where unknown.

    A class of this file or of the project counts where it is the only thing its name is bound to, has no decorator
    or metaclass, and all that it derives from is understood.
    """
    where = project or alone(names)
    known = class_named(node, at, where.adopt(names), where)
    return (known.written, known.identities) if known is not None and known.whole else None


def class_named(node: ast.expr, at: ast.AST, file: File, project: Project) -> Lineage | None:
    """Return what is known of an exception class that an expression names in a file; None where it is none.

    A class that the project does not define and the standard library does not have counts by its name alone.
    """
    full = file.names.resolve(node, at)
    if full is not None and (known := standard_lineage(full)):
        return Lineage(written(full), known)
    found = project.lookup(node, file, at)
    if isinstance(found, Class):
        return class_lineage(found, file, project)
    if full is None or found is not None or not full.rpartition(".")[2][:1].isupper() or full.startswith("."):
        return None
    return None if hasattr(builtins, full) else Lineage(full, known_lineage(full), whole=False)


def class_lineage(cls: Class, file: File, project: Project) -> Lineage | None:
    """Return what is known of a class of the project as it is seen from a file; None where it is no exception."""
    ancestry = project.ancestry(cls)
    own = [identity(each, project) for each in ancestry.classes]
    above = [known_lineage(full) for full in ancestry.others]
    parents = list(dict.fromkeys(name for names in above for name in names if name))
    whole = ancestry.whole and all(map(standard_lineage, ancestry.others)) and not _decorated(ancestry.classes)
    if _EVERY not in parents:
        if whole:
            return None
        parents += USUAL
    return Lineage(project.spelled(cls, file), (*own, *parents), whole)


def identity(cls: Class, project: Project) -> str:
    """Return the identity of a class of the project, by which the project finds it again."""
    name = f"{cls.file.path}:{cls.name}"
    project.classes[name] = cls
    return name


def _decorated(classes: tuple[Class, ...]) -> bool:
    return any(cls.node.decorator_list for cls in classes)
