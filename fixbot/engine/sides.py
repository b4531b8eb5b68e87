"""A file before and after, compared without the statements that were put in whole, and with an eye on its imports."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from fixbot.analysis.module import Module
from fixbot.engine.order import Bound, Import, bound_by
from fixbot.engine.places import first_line
from fixbot.hunks import Hunk, hunks


@dataclass(frozen=True, slots=True)
class Sides:
    """The differing lines of both sides, and the imports straight in the module.

    `mentioned` are the lines (from 1) of each import before; `kept` are the lines of imports after, and `bound` is
    what these give. Lines after are counted without what was put in.
    """

    hunks: tuple[Hunk, ...]
    mentioned: dict[int, frozenset[Bound]]
    kept: frozenset[int]
    bound: frozenset[Bound]

    @classmethod
    def of(cls, before: Module, after: Module, inserted: Iterable[str]) -> Sides:
        """Compare two states of a file, the later one without some statements, each of them once."""
        out = set(_lines_of(after, inserted))
        left = [line for line in range(1, len(after.lines) + 1) if line not in out]
        renumbered = {line: number for number, line in enumerate(left, start=1)}
        shown = [_ended(after.lines[line - 1]) for line in left] if out else after.lines
        return cls(
            tuple(
                hunks("".join(map(_ended, before.lines)) if out else before.text, "".join(shown), anchored=bool(out))
            ),
            {line: frozenset(bound_by(node)) for node in _imports(before) for line in _span(node)},
            frozenset(renumbered[line] for node in _imports(after) for line in _span(node) if line in renumbered),
            frozenset(bound for node in _imports(after) for bound in bound_by(node)),
        )

    def only_imports(self, hunk: Hunk, shift: int, covered: Collection[int]) -> bool:
        """Say whether a change puts more into imports and takes nothing out of them.

        Args:
            hunk: the change.
            shift: by how many lines what stands before it has grown.
            covered: lines before, from 1, that may change in any way.
        """
        old = [line for line, text in enumerate(hunk.old, start=hunk.start) if text.strip() and line not in covered]
        new = (line for line, text in enumerate(hunk.new, start=hunk.start + shift) if text.strip())
        holds = all(line in self.mentioned and self.mentioned[line] <= self.bound for line in old)
        free = any(line in covered for line in range(hunk.start, hunk.end + 1))
        return holds and (free or all(line in self.kept for line in new))


def _ended(line: str) -> str:
    """End a line that has no end, so that something can follow it."""
    return line if line.endswith(("\n", "\r")) else f"{line}\n"


def _imports(module: Module) -> Iterator[Import]:
    """Yield the imports straight in a module that share no line."""
    taken = Counter(line for node in module.tree.body for line in _span(node))
    for node in module.tree.body:
        if isinstance(node, Import) and all(taken[line] == 1 for line in _span(node)):
            yield node


def _span(node: ast.stmt) -> range:
    return range(first_line(node), (node.end_lineno or node.lineno) + 1)


def _lines_of(module: Module, inserted: Iterable[str]) -> Iterator[int]:
    """Yield the lines of the statements of a module that are the same, however they are laid out, as some others."""
    wanted = Counter(ast.dump(node) for text in inserted for node in ast.parse(text).body)
    for node in module.tree.body if wanted else ():
        dumped = ast.dump(node)
        if wanted[dumped] > 0:
            wanted[dumped] -= 1
            yield from _span(node)
