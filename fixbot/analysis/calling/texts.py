"""Finds calls that are written inside of a text which is run as code: `eval`, `timeit`, `python -c`; it only reads."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator

from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.names import last_name

_RUNNING = frozenset({"eval", "exec", "execfile", "compile", "timeit", "Timer", "repeat", "run", "runctx", "Profile"})
# A file that runs text; any other is not looked into.
_RUNS = re.compile(rb"\b(?:eval|exec|execfile|timeit|Timer|runctx)\(|(?<![\w.])compile\(|[\"']-c[\"']")
_CALLED = re.compile(r"\b([^\W\d]\w*)[ \t]*\(")


def called_in_text(finder: Finder, name: str) -> Iterator[str]:
    """Yield, in words that follow its name, where a text that is run as code calls something by a name."""
    yield from (f"is called in a text that is run as code at {at}" for at in finder.once(_called).get(name, ()))


def _called(finder: Finder) -> dict[str, list[str]]:
    """Return what the texts of a project call, each with where that is."""
    found: dict[str, list[str]] = {}
    for path, content in finder.corpus.files.items():
        file = finder.corpus.file(path) if _RUNS.search(content) else None
        nesting = finder.nesting(file) if file is not None else None
        for node, text in _texts(nesting.file.module.tree) if nesting is not None else ():
            for word in dict.fromkeys(_words(node, text, nesting)) if nesting is not None else ():
                found.setdefault(word, []).append(f"{path}:{node.lineno}")
    return found


def _texts(tree: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CALLED.search(node.value):
            yield node, node.value


def _words(node: ast.Constant, text: str, nesting: Nesting) -> Iterator[str]:
    """Yield what a text calls; one that is not run where it stands has to be code, and no docstring."""
    around = [each for each in nesting.around(node) if isinstance(each, ast.expr)]
    if any(isinstance(each, ast.Call) and last_name(each.func) in _RUNNING for each in around):
        yield from _CALLED.findall(text)
    elif around or not isinstance(nesting.parents.get(node), ast.Expr):
        code = _parsed(text)
        calls = (each for each in ast.walk(code) if isinstance(each, ast.Call)) if code is not None else ()
        yield from filter(None, (last_name(each.func) for each in calls))


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
