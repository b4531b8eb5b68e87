"""Follows an object of the running standard library to what a call of it runs, and a function to its source."""

from __future__ import annotations

import ast
import functools
import inspect
import sysconfig
from functools import cache
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, MethodType

from derive.stdlib.catalogue import catalogue
from derive.stdlib.steps import Native, Source, Target

LIBRARY = Path(sysconfig.get_path("stdlib"))
ANY_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_CONTAINERS = (str, bytes, bytearray, list, tuple, dict, set, frozenset, int, float, range, memoryview)
_SLOT = (type(object.__init__), type("".join), type(object.__init__.__get__(object())))
# Every callable written in C that was met, for the probes.
# Said at length in a program's own terms: they report, and what goes wrong in them is not the caller's affair.
NATIVES: dict[str, object] = {}
QUIET = ("warnings.", "gettext.", "logging.", "sys.audit", "traceback.", "linecache.", "_warnings.", "sys._getframe")


@cache
def definition(function: FunctionType) -> ANY_FUNCTION | None:
    """Return the source of a function of the standard library, None for any other."""
    return _index(function.__code__.co_filename).get((function.__code__.co_firstlineno, function.__name__))


@cache
def _index(filename: str) -> dict[tuple[int, str], ANY_FUNCTION]:
    path = Path(filename)
    if filename.startswith("<frozen "):
        inner = LIBRARY / filename.removeprefix("<frozen ").removesuffix(">").replace(".", "/")
        path = inner / "__init__.py" if inner.is_dir() else inner.with_suffix(".py")
    if LIBRARY not in path.parents or not path.exists() or "site-packages" in path.parts:
        return {}
    nodes = ast.walk(ast.parse(path.read_bytes()))
    found = [node for node in nodes if isinstance(node, ANY_FUNCTION)]
    return {(min([node.lineno, *(d.lineno for d in node.decorator_list)]), node.name): node for node in found}


def targets(thing: object, owner: type | None = None) -> tuple[Target, ...] | None:
    """Return what a call of `thing` runs, found on the class `owner`; None where that is not understood."""
    if isinstance(thing, type):
        return _constructor(thing)
    if isinstance(thing, staticmethod | classmethod | functools.partial):
        return targets(thing.func if isinstance(thing, functools.partial) else thing.__func__, owner)
    if isinstance(thing, MethodType):
        bound = thing.__self__
        return targets(thing.__func__, bound if isinstance(bound, type) else type(bound))
    if any(isinstance(function, FunctionType) for function in (thing, inspect.getattr_static(thing, "__wrapped__", 0))):
        return _python(inspect.unwrap(thing), owner)  # type: ignore[arg-type]
    if isinstance(thing, (BuiltinFunctionType, *_SLOT)) or inspect.ismethoddescriptor(thing):
        return _native(thing, owner)
    return None


def _python(thing: object, owner: type | None) -> tuple[Target, ...] | None:
    if not isinstance(thing, FunctionType):
        return None
    name = f"{thing.__module__}.{thing.__qualname__}"
    if name.startswith(QUIET):
        return ()
    return (Source(thing, owner),) if definition(thing) is not None else None


def _native(thing: object, owner: type | None) -> tuple[Target, ...]:
    name = native_name(thing)
    cls = getattr(thing, "__objclass__", None)
    if cls is object or name.startswith(QUIET):
        return ()
    if cls is None and isinstance(thing.__self__ if hasattr(thing, "__self__") else None, type) and owner is not None:
        name = f"{catalogue().name(thing.__self__)}.{thing.__name__}"  # type: ignore[attr-defined]
    NATIVES[name] = thing
    return (Native(name, method=cls in _CONTAINERS or name in {"next", "getattr", "min", "max", "iter"}),)


def native_name(thing: object) -> str:
    """Return the full name of a callable written in C, by the class or the module that holds it."""
    last = str(getattr(thing, "__name__", ""))
    holder = getattr(thing, "__objclass__", None) or getattr(thing, "__self__", None)
    if isinstance(holder, type):
        return f"{catalogue().name(holder)}.{last}"
    if holder is not None and not inspect.ismodule(holder):
        return f"{catalogue().name(type(holder))}.{last}"
    return catalogue().name(thing)


@cache
def _constructor(cls: type) -> tuple[Target, ...] | None:
    if issubclass(cls, BaseException):
        return ()
    found: list[Target] = []
    for name in ("__new__", "__init__"):
        maker = next((vars(parent)[name] for parent in cls.__mro__ if name in vars(parent)), None)
        holder = next((parent for parent in cls.__mro__ if name in vars(parent)), object)
        if isinstance(maker, staticmethod):
            maker = maker.__func__
        if isinstance(maker, FunctionType):
            found.extend(_python(maker, cls) or ())
        elif holder is not object:
            NATIVES[catalogue().name(holder)] = holder
            found.append(Native(catalogue().name(holder)))
    return tuple(dict.fromkeys(found))


def method(cls: type, name: str) -> tuple[Target, ...] | None:
    """Return what a call of the method `name` of an object of `cls` runs; None where there is no such method."""
    found = inspect.getattr_static(cls, name, None)
    return None if found is None or isinstance(found, property) else targets(found, cls)


def above(cls: type, function: FunctionType, name: str) -> tuple[Target, ...] | None:
    """Return what `super().name` runs within `function`, for an object of `cls`."""
    lineage = cls.__mro__
    own = [n for n, parent in enumerate(lineage) if vars(parent).get(function.__name__) is function]
    holder = function.__qualname__.rpartition(".")[0]
    places = own or [n for n, parent in enumerate(lineage) if parent.__qualname__ == holder]
    if not places:
        return None
    for parent in lineage[places[0] + 1 :]:
        if name in vars(parent):
            return () if parent is object else targets(vars(parent)[name], cls)
    return None
