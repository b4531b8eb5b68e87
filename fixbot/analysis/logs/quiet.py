"""Where a log call does harm, and what runs while a module is imported; it only reads."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from fixbot.analysis.module import Definition, Function, Module, statements
from fixbot.analysis.names import Names, imported, own, own_nodes

# What `import logging` loads (CPython 3.11 to 3.14): one of these cannot import it in turn.
_LOADED_BY_LOGGING = frozenset(
    {
        "_collections_abc",
        "_pyio",
        "_sitebuiltins",
        "_weakrefset",
        "abc",
        "codecs",
        "collections",
        "contextlib",
        "copyreg",
        "encodings",
        "enum",
        "functools",
        "genericpath",
        "importlib",
        "io",
        "keyword",
        "linecache",
        "ntpath",
        "operator",
        "os",
        "posixpath",
        "re",
        "reprlib",
        "site",
        "sre_compile",
        "sre_constants",
        "sre_parse",
        "stat",
        "string",
        "textwrap",
        "threading",
        "token",
        "tokenize",
        "traceback",
        "types",
        "warnings",
        "weakref",
        "zipimport",
    }
)
# Folders with what shows others how it is done, in as few lines as will do.
_SHOWS = frozenset({"demo", "demos", "doc", "docs", "example", "examples", "samples", "tutorial", "tutorials"})
_SIGNAL = re.compile(r"\bsignal\(([^()]*)")
_BEHIND_COMMA = re.compile(r",\s*([\w.]+)")
_TALKS = frozenset({"bdb.Bdb", "cmd.Cmd", "code.InteractiveConsole", "code.InteractiveInterpreter"})


def must_be_quiet(module: Module, names: Names, at: ast.AST) -> str | None:
    """Return why statement `at` should not log, None where nothing speaks against it."""
    by_file = _of_file(module.path)
    if by_file is not None:
        return by_file
    for outer in module.definitions(at):
        if isinstance(outer, ast.ClassDef):
            bases = {names.resolve(base, outer) or "" for base in outer.bases}
            if any(base.startswith("logging.") for base in bases):
                return "the class is a part of logging: logging here calls it again"
            if not bases.isdisjoint(_TALKS):
                return "the class talks to somebody at a terminal, where a log would get in between"
        elif outer.name == "__del__" or _is_called_at_the_end(module, outer):
            return "`__del__` may run it while the interpreter shuts down, when loggers are gone"
        elif _handles_signals(module, outer.name):
            return "a signal handler may interrupt logging, whose locks it would wait for"
    return None


def _of_file(path: str) -> str | None:
    if _is_loaded_by_logging(path):
        return "`import logging` imports this module"
    shows = not _SHOWS.isdisjoint(PurePosixPath(path).parts[:-1])
    return "an example shows something else than how to log" if shows else None


def _is_called_at_the_end(module: Module, function: Function) -> bool:
    """Say whether `__del__` of the class around a method calls it: `self.close()`."""
    owner = next(iter(module.definitions(function)), None)
    if not isinstance(owner, ast.ClassDef):
        return False
    return function.name in _called_at_the_end(owner)


@lru_cache(maxsize=16)
def _called_at_the_end(owner: ast.ClassDef) -> frozenset[str]:
    """Return the names of the methods that `__del__` of a class calls."""
    ends = [node for node in owner.body if isinstance(node, Function) and node.name == "__del__"]
    calls = [part.func for end in ends for part in own(end.body) if isinstance(part, ast.Call)]
    return frozenset(call.attr for call in calls if isinstance(call, ast.Attribute))


def _is_loaded_by_logging(path: str) -> bool:
    """Say whether a file is one of those modules: at the root, or in the `Lib` of CPython's repository."""
    first, *rest = PurePosixPath(path).with_suffix("").parts
    return (rest[0] if first == "Lib" and rest else first) in _LOADED_BY_LOGGING


def _handles_signals(module: Module, function: str) -> bool:
    """Say whether a module registers a function with `signal.signal`, judged by its text: the rest may be left out."""
    return function in _signalled(module)


@lru_cache(maxsize=4)
def _signalled(module: Module) -> frozenset[str]:
    """Return the names behind a comma in calls of `signal`, each part of a dotted one."""
    given = (each[1].split(".") for call in _SIGNAL.finditer(module.text) for each in _BEHIND_COMMA.finditer(call[1]))
    return frozenset(name for parts in given for name in (parts if parts[0] else parts[2:]))


@lru_cache(maxsize=4)
def calling_own(module: Module) -> Sequence[int]:
    """Return which statements at the top may run a function or class of the module while it is imported, from 0."""
    defined = {child.name for child, _ in statements(module.tree) if isinstance(child, Definition)}
    return [
        index
        for index, node in enumerate(module.tree.body)
        if any(isinstance(part, ast.Name) and part.id in defined for part in _runs(node))
    ]


def _runs(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs when a statement is executed, decorators, defaults and class bodies included."""
    inner: list[ast.AST] = []
    if isinstance(node, Function):
        inner = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.ClassDef):
        inner = [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
        for child in node.body:
            yield from _runs(child)
    else:
        for part in own([node]):
            yield from _runs(part) if isinstance(part, Definition) else [part]
    yield from own(inner)


def times_bound(tree: ast.Module, name: str) -> int:
    """Return how often a module binds or deletes a name at its own level."""
    return _times_bound(tree)[name]


@lru_cache(maxsize=4)
def _times_bound(tree: ast.Module) -> Counter[str | None]:
    return Counter(name for node in own_nodes(tree) for name in _bound(node))


def _bound(node: ast.AST) -> list[str | None]:
    match node:
        case ast.Name(id=name) if not isinstance(node.ctx, ast.Load):
            return [name]
        case ast.Import() | ast.ImportFrom():
            return list(imported(node))
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return [name]
    return []
