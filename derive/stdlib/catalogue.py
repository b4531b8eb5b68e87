"""Names every public callable and exception class of the running standard library; imports all of its modules."""

from __future__ import annotations

import builtins
import contextlib
import importlib
import inspect
import io
import pkgutil
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType

# Not part of what a program calls, or modules that act when they are imported.
SKIPPED = frozenset(
    {
        "antigravity",
        "ensurepip",
        "encodings",
        "idlelib",
        "lib2to3",
        "msilib",
        "pydoc_data",
        "test",
        "this",
        "turtle",
        "turtledemo",
        "distutils",
        "nt",
        "ntpath",
        "_aix_support",
        "_bootsubprocess",
        "_osx_support",
        "_testcapi",
        "_testbuffer",
        "_testclinic",
        "_testimportmultiple",
        "_testinternalcapi",
        "_testmultiphase",
        "_xxtestfuzz",
        "_ctypes_test",
        "xxlimited",
        "xxlimited_35",
        "xxsubtype",
        "_xxsubinterpreters",
        "_sysconfigdata",
        "pip",
        "setuptools",
    }
)
# Implementation modules whose content is meant to be imported from elsewhere.
INNER = frozenset(
    {
        "posix",
        "posixpath",
        "genericpath",
        "sre_compile",
        "sre_constants",
        "sre_parse",
        "nturl2path",
        "opcode",
    }
)
SPECIAL = frozenset(
    {
        "__getitem__",
        "__setitem__",
        "__delitem__",
        "__iter__",
        "__next__",
        "__enter__",
        "__exit__",
        "__call__",
        "__aenter__",
        "__aexit__",
        "__anext__",
        "__contains__",
        "__len__",
    }
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything public: full name -> object, the one name of each object by its `id`, and all other names."""

    objects: dict[str, object]
    names: dict[int, str]
    aliases: dict[str, str]

    def name(self, thing: object) -> str:
        """Return the name an importer would write; for what is not public, the module and the qualified name."""
        module, last = str(getattr(thing, "__module__", "")), str(getattr(thing, "__qualname__", ""))
        public = f"{module.removeprefix('_')}.{last}"
        found = self.names.get(id(thing))
        # A class written in C that is public by a second name alone: `socket.SocketType` is what `socket.socket` is.
        second = isinstance(thing, type) and found and not found.endswith(last) and public in self.objects
        if found is not None and not second:
            return found
        return last if module == "builtins" else public if public in self.objects else f"{module}.{last}"


@cache
def modules() -> dict[str, ModuleType]:
    """Import the standard library; return its modules by name, `os.path` under that name."""
    found = {name: module for name in sorted(_module_names()) if (module := _imported(name)) is not None}
    return found | {"os.path": found["posixpath"], "builtins": builtins}


def _module_names() -> Iterator[str]:
    for name in sys.stdlib_module_names - SKIPPED:
        yield name
        module = _imported(name)
        if module is not None and hasattr(module, "__path__"):
            for info in pkgutil.walk_packages(module.__path__, f"{name}.", onerror=lambda _: None):
                if not {"tests", "__main__", "test"} & set(info.name.split(".")):
                    yield info.name


@cache
def _imported(name: str) -> ModuleType | None:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(name)
        except (ImportError, AttributeError, OSError):
            return None


@cache
def catalogue() -> Catalogue:
    """Name everything public; each object by the name with the fewest dots that its module vouches for."""
    found: dict[int, list[tuple[tuple[object, ...], str, object]]] = {}
    for module_name, module in modules().items():
        if module_name.startswith("tkinter."):
            continue
        for name, thing, rank in _public(module_name, module):
            found.setdefault(id(thing), []).append((rank, name, thing))
    objects: dict[str, object] = {}
    names: dict[int, str] = {}
    aliases: dict[str, str] = {}
    for number, candidates in found.items():
        (_, best, thing), *others = sorted(candidates, key=lambda candidate: candidate[:2])
        objects[best], names[number] = thing, best
        aliases |= {other: best for _, other, _ in others}
    return Catalogue(objects, names, aliases)


def _public(module_name: str, module: ModuleType) -> Iterator[tuple[str, object, tuple[object, ...]]]:
    listed = set(getattr(module, "__all__", ()))
    prefix = "" if module_name == "builtins" else f"{module_name}."
    for name, thing in sorted(vars(module).items()):
        if name.startswith("_") or not callable(thing):
            continue
        home = str(getattr(thing, "__module__", None) or "")
        own = module_name in {home, "builtins"}
        native = home.startswith("_") and home.lstrip("_") == module_name.rpartition(".")[2]
        exception = isinstance(thing, type) and issubclass(thing, BaseException)
        if not (own or native or name in listed or exception):
            continue
        parts = module_name.split(".")
        inner = parts[0] in INNER or any(part.startswith("_") for part in parts)
        if inner and not exception:
            continue
        vouched = own or native or name in listed
        alias = name != getattr(thing, "__name__", name)
        yield prefix + name, thing, (inner, not vouched, alias, module_name != "builtins", len(parts), not own)


def members(cls: type) -> dict[str, object]:
    """Return the public methods of a class and the operations a program uses, inherited ones too."""
    found: dict[str, object] = {}
    for parent in reversed(cls.__mro__[:-1]):
        # What a class has from a builtin one is said there; and tkinter's widgets all have all methods of Misc.
        if parent is cls or not (parent.__module__ == "builtins" or cls.__module__.startswith("tkinter")):
            found |= vars(parent)
    return {
        name: thing
        for name, thing in sorted(found.items())
        if (name in SPECIAL or not name.startswith("_"))
        and (inspect.isroutine(thing) or isinstance(thing, staticmethod | classmethod))
    }


@cache
def exceptions() -> dict[str, type[BaseException]]:
    """Return every public exception class by its name."""
    found = catalogue().objects.items()
    return {
        name: thing
        for name, thing in sorted(found)
        if isinstance(thing, type) and issubclass(thing, BaseException) and not name.startswith("_")
    }
