"""Says in which order Python looks through a class and those above it; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from fixbot.analysis.definitions import Class, File
from fixbot.analysis.project import Project

_DEEPEST = 20
# What takes part in no call.
_IDLE = frozenset(
    {"object", "abc.ABC"}
    | {f"{module}.{word}" for module in ("typing", "typing_extensions") for word in ("Generic", "Protocol")}
)


@dataclass(frozen=True, slots=True)
class Outer:
    """A base that no class of the project is: its full name as far as it is known, and where it is written."""

    full: str
    written: str
    node: ast.expr = field(compare=False)
    file: File = field(compare=False)
    at: ast.AST = field(compare=False)


def lineage(project: Project, cls: Class) -> tuple[Class | Outer, ...] | None:
    """Return a class and all above it in the order of Python, None where there is no such order.

    Source: https://docs.python.org/3/howto/mro.html
    """
    found = _linear(project, cls, _DEEPEST)
    return tuple(found) if found is not None else None


def _linear(project: Project, cls: Class, depth: int) -> list[Class | Outer] | None:
    if not depth:
        return None
    above: list[list[Class | Outer]] = []
    direct: list[Class | Outer] = []
    for base in cls.node.bases:
        node = base.value if isinstance(base, ast.Subscript) else base
        found = project.lookup(node, cls.file, cls.node)
        full = cls.file.names.resolve(node, cls.node) or ""
        if isinstance(found, Class):
            lines = _linear(project, found, depth - 1)
            if lines is None:
                return None
            above.append(lines)
            direct.append(found)
        elif full not in _IDLE:
            outer = Outer(full, ast.unparse(node), node, cls.file, cls.node)
            above.append([outer])
            direct.append(outer)
    return _merged([[cls], *above, direct])


def _merged(lines: list[list[Class | Outer]]) -> list[Class | Outer] | None:
    found: list[Class | Outer] = []
    waiting = [line for line in lines if line]
    while waiting:
        heads = (line[0] for line in waiting)
        first = next((head for head in heads if not any(head in line[1:] for line in waiting)), None)
        if first is None:
            return None
        found.append(first)
        waiting = [rest for line in waiting if (rest := [each for each in line if each != first])]
    return found
