"""The calls of a file, each with the statement around it; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.module import Module, Statement, statements


@dataclass(frozen=True, slots=True)
class Called:
    """A call, the statement that it stands in, and whether it is written inside of an f-string."""

    call: ast.Call
    at: ast.AST
    in_text: bool

    def keyword(self, name: str) -> ast.expr | None:
        """Return the value that the call gives a keyword."""
        return next((each.value for each in self.call.keywords if each.arg == name), None)

    @property
    def unpacks(self) -> ast.expr | None:
        """The mapping that the call takes keywords from, None where it takes them from none."""
        return next((each.value for each in self.call.keywords if each.arg is None), None)


def calls_in(module: Module) -> Iterator[Called]:
    """Yield every call of a file, in no order inside of one statement."""
    for around, _ in statements(module.tree):
        stack: list[tuple[ast.AST, bool]] = [(around, False)]
        while stack:
            node, in_text = stack.pop()
            inside = in_text or isinstance(node, ast.JoinedStr)
            stack += [(child, inside) for child in ast.iter_child_nodes(node) if not isinstance(child, Statement)]
            if isinstance(node, ast.Call):
                yield Called(node, around, in_text)
