"""Reads which exceptions a docstring says a function raises; knows the three usual ways of writing that."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_NAME = r"[A-Za-z_][\w.]*"
_FIELD = re.compile(rf"^\s*:(?:raises?|except(?:ion)?)\s+({_NAME}(?:\s*,\s*{_NAME})*)\s*:", re.MULTILINE)
_HEAD = re.compile(r"^([ \t]*)(?:Raises|Exceptions):?[ \t]*\n((?:[ \t]*-{3,}[ \t]*\n)?)", re.MULTILINE)
_ENTRY = re.compile(rf"^[`*:~!]*(?:class:`~?|exc:`~?)?({_NAME}(?:\s*(?:,|or)\s*{_NAME})*)[`*]*\s*(?::|$|\()")


def raises(docstring: str) -> tuple[str, ...]:
    """Return the names of exceptions as a docstring writes them, in its order, each once.

    Understood are Google's and NumPy's `Raises` sections and Sphinx's `:raises X:`.
    """
    names = [name for match in _FIELD.finditer(docstring) for name in re.split(r"\s*,\s*", match[1])]
    for head in _HEAD.finditer(docstring):
        names += _section(docstring[head.end() :], len(head[1].expandtabs()), underlined=bool(head[2]))
    return tuple(dict.fromkeys(name for name in names if _is_class(name)))


def _section(text: str, indent: int, *, underlined: bool) -> Iterator[str]:
    """Yield the names of a section: entries stand deeper than its title, NumPy's at the same depth."""
    depth: int | None = None
    for line in text.splitlines():
        here = len(line.expandtabs()) - len(line.expandtabs().lstrip())
        if not line.strip():
            if underlined and depth is not None:
                return
            continue
        depth = here if depth is None else depth
        if here < depth or (not underlined and here <= indent):
            return
        match = _ENTRY.match(line.strip()) if here == depth else None
        if match is not None:
            yield from re.split(r"\s*(?:,|\bor\b)\s*", match[1])


def _is_class(name: str) -> bool:
    return name.rpartition(".")[2][:1].isupper()


def documented(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    """Return what the docstring of a function says it raises."""
    text = ast.get_docstring(node)
    return raises(text) if text and ("aise" in text or "xcept" in text) else ()
