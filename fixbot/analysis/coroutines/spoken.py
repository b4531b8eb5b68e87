"""Finds where text speaks of a function: strings, keywords, names put together at run time; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.target import Target
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.module import statements
from fixbot.analysis.names import dotted, imported, last_name

# Callables that take the name of an attribute as text.
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr", "object", "multiple", "methodcaller", "attrgetter"})
_NAMESPACES = frozenset({"globals", "locals", "vars", "__dict__"})
_PATCHES = frozenset({"patch", "object", "setattr", "multiple", "spy", "stub", "replace", "delattr", "setitem"})
# Callables whose keywords become the attributes of something that stands for something else.
_FAKES = frozenset({"multiple", "SimpleNamespace", "Mock", "MagicMock", "AsyncMock", "NonCallableMock"})
# A name that is put together from a constant beginning, and one that is not constant at all.
_PUT_TOGETHER = re.compile(rb"getattr\(\s*[^,()\n]+,\s*(?:f?[\"'](?P<start>\w*)(?:\{|%|[\"']\s*[+%]|[\"']\.format))")
_UNKNOWN = re.compile(rb"getattr\(\s*(?:self|cls)\s*,\s*[A-Za-z_]")


#: The lines of imports that are not followed, each with the last words of what is imported.
Astray = tuple[tuple[int, frozenset[str]], ...]


def spoken(nesting: Nesting, target: Target, word: str, corpus: Corpus) -> Iterator[str]:
    """Yield, in words that follow its name, where a file speaks of a target in text or by a keyword."""
    for node in nesting.named(word):
        if isinstance(node, ast.Constant):
            yield from _in_text(node, nesting, target, corpus)
    for keyword in nesting.keywords(word):
        call = nesting.parents.get(keyword)
        taker = call.func if isinstance(call, ast.Call) else None
        if taker is not None and (last_name(taker) in _FAKES or (dotted(taker) or "").endswith("patch.dict")):
            yield f"is replaced at {nesting.file.path}:{keyword.value.lineno}"


def _in_text(node: ast.Constant, nesting: Nesting, target: Target, corpus: Corpus) -> Iterator[str]:
    """Yield a hurdle where a string names the target: `"pkg.mod.name"`, or `getattr(x, "name")`."""
    outer, text = nesting.parents.get(node), str(node.value)
    taker = last_name(outer.func) if isinstance(outer, ast.Call) else ""
    by_name = taker in _BY_NAME
    if isinstance(outer, ast.Subscript):
        holder = outer.value.func if isinstance(outer.value, ast.Call) else outer.value
        by_name = last_name(holder) in _NAMESPACES
    patched = taker in _PATCHES and text.rpartition(".")[2] == target.name and _is_ours(text, nesting, corpus)
    if target.is_named(text) or patched or (text == target.name and by_name):
        yield f"is named in a string at {nesting.file.path}:{node.lineno}"


def _is_ours(text: str, nesting: Nesting, corpus: Corpus) -> bool:
    head = text.partition(".")[0]
    return corpus.project.module(head, nesting.file.path) is not None or bool(corpus.roots(head))


def replaced_holders(nesting: Nesting, target: Target, corpus: Corpus) -> Iterator[str]:
    """Yield where a patch puts something in the place of the target's class or module."""
    for node in nesting.named(target.holder):
        outer = nesting.parents.get(node)
        taker = last_name(outer.func) if isinstance(outer, ast.Call) else ""
        if not isinstance(node, ast.Constant) or taker not in _PATCHES:
            continue
        text = str(node.value)
        if text == target.holder or (text.endswith(f".{target.holder}") and _is_ours(text, nesting, corpus)):
            yield f"belongs to `{target.holder}`, which is replaced at {nesting.file.path}:{node.lineno}"


def put_together(target: Target, corpus: Corpus) -> Iterator[str]:
    """Yield where a name that is put together at run time may be that of the target."""
    name = target.name.encode()
    for path in corpus.mentioning("getattr"):
        content = corpus.files[path]
        starts = {found["start"] for found in _PUT_TOGETHER.finditer(content)}
        if any(start and name.startswith(start) for start in starts):
            yield f"may be called by a name that is put together in {path}"
        elif target.owner is not None and path == target.key[0] and _UNKNOWN.search(content):
            yield f"may be called by a name that is not known before, in {path}"


def imported_astray(path: str, found: Astray, target: Target) -> Iterator[str]:
    """Yield where a file binds the target or its module in a class, or as a global from within a function."""
    for line, names in found:
        if target.name in names or target.holder in names:
            yield f"is imported at {path}:{line} in a way that is not followed"


def astray(file: File) -> Astray:
    """Return the lines of such imports, each with the last words of what is imported."""
    found = []
    for node, parent in statements(file.module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            shared = _globals(file.module.function(node))
            names = (origin for local, origin in imported(node).items() if local in shared or _in_class(parent))
            found.append((node.lineno, frozenset(name.rpartition(".")[2] for name in names)))
    return tuple(one for one in found if one[1])


def _in_class(parent: ast.AST) -> bool:
    return isinstance(parent, ast.ClassDef)


def _globals(function: ast.AST | None) -> set[str]:
    inside = statements(function) if function is not None else ()
    return {name for node, _ in inside if isinstance(node, ast.Global) for name in node.names}
