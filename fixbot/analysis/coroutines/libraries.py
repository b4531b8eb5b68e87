"""Says on which event loop a coroutine runs, and how the names of its library are written there; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.module import blocks, statements
from fixbot.analysis.names import imported, own_nodes
from fixbot.analysis.remembered import remembered
from fixbot.analysis.spelling import spell

_LOOPS = frozenset({"anyio", "asyncio", "trio"})
# They run coroutines on a loop of their own, on which asyncio's functions fail.
_OTHERS = frozenset({"curio", "twisted"})
# Another library, or a loop of the project's own, which sends into coroutines or makes what they wait for.
_OTHER_LOOP = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+(?:cocotb|curio|trio)\b|\btypes\.coroutine\b|\.send\(None\)", re.MULTILINE
)
_AWAITABLE = re.compile(rb"\bdef __await__\b")
_ASYNCIO = re.compile(rb"^[ \t]*(?:import|from)[ \t]+(?:asyncio|anyio)\b", re.MULTILINE)
_MARKS = {f"pytest.mark.{name}": name for name in _LOOPS}


@dataclass(frozen=True, slots=True)
class Library:
    """The library that a coroutine runs on: `asyncio`, `trio`, `anyio`, None where it cannot be told; and why.

    It is `assumed` where the file says nothing at all.
    """

    name: str | None
    because: str
    assumed: bool = False


@lru_cache(maxsize=4)
def library_of(file: File, function: FunctionNode) -> Library:
    """Return the library that a function runs on, or would run on if it were a coroutine function.

    Its own calls decide, then those of the coroutine functions around and inside of it, then what the file imports;
    where there is nothing it is asyncio.

    Args:
        file: the file.
        function: a function of it.
    """
    own = _used(file, function)
    if own:
        return _chosen(own, "the function itself uses")
    around = [outer for outer in file.module.definitions(function) if isinstance(outer, ast.AsyncFunctionDef)]
    inside = [node for node, _ in statements(function) if isinstance(node, ast.AsyncFunctionDef)]
    near = frozenset().union(*(_used(file, each) for each in (*around, *inside)))
    return _chosen(near, "the coroutines around it use") if near else _imported(file)


def _used(file: File, function: FunctionNode) -> frozenset[str]:
    """Return the libraries whose names a function calls, or whose mark it carries; it is looked at once."""
    known = _known_uses(file)
    if function not in known:
        known[function] = _uses(file, function)
    return known[function]


@remembered
def _known_uses(_: File) -> dict[FunctionNode, frozenset[str]]:
    return {}


def _uses(file: File, function: FunctionNode) -> frozenset[str]:
    at = function.body[0]
    called = (file.names.resolve(node.func, at) for node in own_nodes(function) if isinstance(node, ast.Call))
    marks = {_MARKS.get(file.names.resolve(each, function) or "", "") for each in function.decorator_list}
    return (frozenset((full or "").partition(".")[0] for full in called) | marks) & _LOOPS


def _chosen(used: frozenset[str], who: str) -> Library:
    if {"asyncio", "trio"} <= used:
        return Library(None, f"{who} both asyncio and trio")
    if len(used) > 1:
        # anyio runs on either of the others, so their presence says which.
        used = used - {"anyio"}
    name = next(iter(used))
    return Library(name, f"{who} {name}")


def _imported(file: File) -> Library:
    there = _packages(file.module.tree)
    loops = there & _LOOPS
    if "asyncio" not in loops and there & _OTHERS:
        return Library(None, f"the file imports {min(there & _OTHERS)}, which has a loop of its own")
    if loops == {"anyio"} or {"anyio", "trio"} <= loops:
        return Library("anyio", "the file imports anyio")
    if {"asyncio", "trio"} <= loops:
        return Library(None, "the file imports asyncio and trio, and nothing here tells which of them runs this")
    if loops == {"trio"}:
        return Library("trio", "the file imports trio")
    if not loops:
        return Library("asyncio", "the file imports no other event loop", assumed=True)
    return Library("asyncio", "the file imports asyncio")


def library_in(corpus: Corpus, function: Function) -> Library:
    """Return the library of a function, with a look at the whole project where its file says nothing."""
    library = library_of(function.file, function.node)
    if not library.assumed or not _may_have_others(corpus):
        return library
    return Library(None, "its file imports no event loop, and the project has others than that of asyncio")


@lru_cache(maxsize=2)
def _may_have_others(corpus: Corpus) -> bool:
    """Say whether a project shows another loop, or makes what is awaited without ever speaking of asyncio."""
    contents = corpus.files.values()
    if any(_OTHER_LOOP.search(content) for content in contents):
        return True
    return any(map(_AWAITABLE.search, contents)) and not any(map(_ASYNCIO.search, contents))


@remembered
def _packages(tree: ast.Module) -> frozenset[str]:
    """Return the top names of all that a file imports, be it inside of functions."""
    found = (node for node, _ in statements(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return frozenset(name.partition(".")[0] for node in found for name in _sources(node))


def _sources(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        yield node.module or "" if not node.level else ""
    else:
        yield from (alias.name for alias in node.names)


def spelled(file: File, at: ast.AST, full: str) -> tuple[str, str | None] | None:
    """Return how a library's function is written in a statement.

    Args:
        file: the file.
        at: the statement.
        full: its full name: `asyncio.sleep`, `trio.to_thread.run_sync`.

    Returns:
        Its source and the import that it needs, None for that where none is; None for both where something else has
        its name there.
    """
    source, needed = spell(file.names, full, at)
    module, _, name = full.rpartition(".")
    if needed is not None and "." in module:
        # `import trio` brings the library's modules along: `trio.to_thread` needs no import of its own.
        source, needed = spell(file.names, module, at)
        source = f"{source}.{name}" if source else None
    if source is None or needed is not None:
        return None if source is None else (source, needed)
    head = source.partition(".")[0]
    scope = next((scope for scope in file.names.scopes(at) if head in file.names.bound(scope)), None)
    if scope is None or _is_there(scope, at, head):
        return source, None
    # `if __name__ == "__main__": import asyncio` is no import for whoever imports the file.
    plain = scope is file.module.tree and full.partition(".")[0] == head and not _for_types(file, head)
    return (source, f"import {head}") if plain else None


def _is_there(scope: ast.AST, at: ast.AST, head: str) -> bool:
    """Say whether an import has surely bound a name in a scope before a statement uses it."""
    imports = (node for node in blocks(scope) if isinstance(node, ast.Import | ast.ImportFrom))
    early = isinstance(scope, ast.Module)
    return any(head in imported(node) and (early or node.lineno < getattr(at, "lineno", 0)) for node in imports)


def _for_types(file: File, head: str) -> bool:
    """Say whether a name is imported for type checkers, which linters do not want beside another import."""
    found = ((node, parent) for node, parent in statements(file.module.tree) if isinstance(parent, ast.If))
    return any(
        isinstance(node, ast.Import | ast.ImportFrom) and head in imported(node) and _checks_types(parent)
        for node, parent in found
    )


def _checks_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
