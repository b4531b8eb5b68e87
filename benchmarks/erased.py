"""Measures suggestions on narrow handlers whose types are hidden: those of the running Python's standard library.

    python -m benchmarks.erased [FOLDER]

What was derived from a function says nothing of handlers in that function: a body that calls the function it stands in
is left out.
"""

from __future__ import annotations

import ast
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.scoring import Pair, figures, normal
from fixbot.analysis.clauses import caught, is_broad
from fixbot.analysis.likely import suggestion
from fixbot.analysis.likely.elsewhere import called
from fixbot.analysis.module import Module, parse, statements
from fixbot.analysis.names import Names
from fixbot.analysis.raises import exceptions_of
from fixbot.model import SourceFile

_LEFT_OUT = frozenset({"test", "tests", "idle_test", "site-packages", "lib2to3", "__pycache__"})


def files(folder: Path) -> list[Path]:
    """Return the Python files below a folder, without tests."""
    return sorted(path for path in folder.rglob("*.py") if _LEFT_OUT.isdisjoint(path.relative_to(folder).parts))


def pairs(path: Path, root: Path) -> list[Pair]:
    """Return what each narrow handler of a file names and what is suggested for it."""
    module = parse(SourceFile(path.relative_to(root).as_posix(), path.read_bytes()))
    return list(_pairs(module)) if isinstance(module, Module) else []


def _pairs(module: Module) -> Iterator[Pair]:
    names = Names(module)
    for node, _ in statements(module.tree):
        if not isinstance(node, ast.Try) or _calls_itself(module, node):
            continue
        answer = exceptions_of(node.body, names, node)
        for handler in node.handlers:
            types = caught(names, handler, node)
            if not is_broad(types):
                likely = suggestion(module, names, node, handler, answer=answer)
                yield Pair(types, tuple(one.type for one in likely))


def _calls_itself(module: Module, node: ast.Try) -> bool:
    function = module.function(node)
    return function is not None and any(name.rpartition(".")[2] == function.name for name in called(node.body))


def main() -> None:
    """Print the figures, and the types that are missed most."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else Path(sysconfig.get_path("stdlib"))
    with ProcessPoolExecutor() as processes:
        found = [
            pair for some in processes.map(partial(pairs, root=folder), files(folder), chunksize=8) for pair in some
        ]
    print(figures(found))
    missed = Counter(
        normal(name) for pair in found for name in pair.chosen if normal(name) not in map(normal, pair.suggested)
    )
    print("missed most:", ", ".join(f"{name} {count}" for name, count in missed.most_common(12)))


if __name__ == "__main__":
    main()
