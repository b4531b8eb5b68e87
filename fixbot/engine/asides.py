"""Where whole statements go that stand above or below another one; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from fixbot.analysis.module import Module
from fixbot.engine.places import first_line

_GAP = 2  # blank lines around a definition (PEP 8)
_DEFINITION = re.compile(r"@|class\b|def\b|async\b")


def above(module: Module, node: ast.stmt) -> int:
    """Return the line that a statement of a module begins with, the comments directly above it included.

    Comments that open the file belong to the file.

    Raises:
        ValueError: the statement shares that line with the one before it.
    """
    first = line = first_line(node)
    index = module.tree.body.index(node)
    before = (module.tree.body[index - 1].end_lineno or 0) if index else 0
    if before >= first or _goes_on(module, first - 1):
        raise ValueError(_shared(first))
    while line > before + 1 and module.lines[line - 2].startswith("#"):
        line -= 1
    return line if line > 1 else first


def below(module: Module, node: ast.stmt) -> int:
    """Return the line after a statement of a module, its last comments included.

    Raises:
        ValueError: the statement shares its last line with the one after it.
    """
    last = node.end_lineno or node.lineno
    following = module.tree.body[module.tree.body.index(node) + 1 :]
    end = first_line(following[0]) if following else len(module.lines) + 1
    if end <= last or (following and _goes_on(module, last)):
        raise ValueError(_shared(last))
    indented = re.compile(r"[ \t\f]+#")
    comments = (line for line in range(last + 1, end) if indented.match(module.lines[line - 1]))
    return max(comments, default=last) + 1


def stands(module: Module, text: str, line: int) -> bool:
    """Say whether statements stand in a module above some line already, one after the other."""
    try:
        wanted = [ast.dump(node) for node in ast.parse(text).body]
    except SyntaxError:
        return False
    there = [ast.dump(node) for node in module.tree.body if node.lineno < line]
    return any(there[at : at + len(wanted)] == wanted for at in range(len(there)))


def _goes_on(module: Module, line: int) -> bool:
    return line > 0 and module.lines[line - 1].rstrip("\r\n").endswith("\\")


def texts(module: Module, aside: Mapping[str, int]) -> dict[int, str]:
    """Return what is put in above which line, with the blank lines that it needs around it and line feeds.

    Args:
        module: the file.
        aside: statements, each with the line above which it is to stand.
    """
    found: dict[int, list[str]] = {}
    plain: dict[int, str] = {}
    for text, line in aside.items():
        after = None if _DEFINITION.match(text) else _import_above(module, line)
        if after is None:
            found.setdefault(line, []).append(text)
        else:
            plain[after] = f"{plain.get(after, '')}\n{text}\n"
    return plain | {line: _spaced(module, line, ("\n" * (_GAP + 1)).join(several)) for line, several in found.items()}


def _import_above(module: Module, line: int) -> int | None:
    """Return the line behind an import that is the last thing above a line, where one blank line is enough."""
    over = [node for node in module.tree.body if (node.end_lineno or node.lineno) < line]
    last = over[-1] if over and isinstance(over[-1], ast.Import | ast.ImportFrom) else None
    end = (last.end_lineno or last.lineno) if last is not None else 0
    blank = not any(text.strip() for text in module.lines[end : line - 1])
    return end + 1 if last is not None and blank and line > end + 1 else None


def _spaced(module: Module, line: int, text: str) -> str:
    over, under = (_blank(lines) for lines in (module.lines[: line - 1][::-1], module.lines[line - 1 :]))
    head = "" if over is None else "\n" * max(0, _GAP - over)
    tail = "" if under is None else "\n" * max(0, _GAP - under)
    return f"{head}{text}\n{tail}"


def _blank(lines: list[str]) -> int | None:
    """Count the blank lines at the start of some; None where there is nothing else."""
    return next((index for index, line in enumerate(lines) if line.strip()), None)


def _shared(line: int) -> str:
    return f"line {line} shares its lines with another statement"
