"""What running something of the project comes to, and what asks for it; it only says what there is to ask."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Protocol

from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.project import Project, Variable
from fixbot.analysis.raises.evidence import Raised


@dataclass(frozen=True, slots=True)
class Summary:
    """What running something of the project can raise, whether it may raise more, and the kind of its result."""

    exceptions: tuple[Raised, ...] = ()
    unknown: bool = False
    returns: str | None = None


class Engine(Protocol):
    """Runs the analysis over a definition; `level` is how many more calls are followed."""

    project: Project

    def summary(self, function: Function, level: int) -> Summary:
        """Return what running the body of a function can raise."""

    def attribute(self, cls: Class, name: str, level: int) -> Summary | None:
        """Return what reading an attribute that methods of a class set gives, None where none sets it."""

    def variable(self, found: Variable, level: int) -> str | None:
        """Return the kind of a module's variable."""

    def annotation(self, file: File, node: ast.expr, at: ast.AST, level: int) -> str | None:
        """Return the kind that an annotation in a file stands for."""

    def word(self, mark: str, thing: Class | Function) -> str:
        """Return the kind of something of the project."""

    def thing(self, word: str) -> Class | Function:
        """Return what a kind stands for."""
