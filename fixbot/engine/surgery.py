"""Edits one statement: LibCST sees only the lines of the statement, so everything else stays byte for byte."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from fixbot.analysis.module import Module, split_lines, statements
from fixbot.engine.inspect import character_column
from fixbot.engine.slices import Slice

_SAME_IN_LIBCST = {"AsyncFunctionDef": "FunctionDef", "AsyncFor": "For", "AsyncWith": "With"}

Edit = Callable[[cst.CSTNode], cst.CSTNode]


def operate(module: Module, part: Slice, edits: Mapping[ast.AST, Edit]) -> str:
    """Return the lines of `part` with each edit applied to LibCST's view of its node, inner nodes first.

    Raises:
        ValueError: LibCST cannot read these lines, does not give them back unchanged, or has no such node.
    """
    before = "".join(module.lines[part.first - 1 : part.last])
    if "\r" in before and "\n" not in before:  # LibCST does not keep the line ends of old Macs
        return _operated(module, part, edits, before.replace("\r", "\n")).replace("\n", "\r")
    return _operated(module, part, edits, before)


def _operated(module: Module, part: Slice, edits: Mapping[ast.AST, Edit], before: str) -> str:
    opening = _opening(module, before)
    try:
        tree = cst.parse_module(opening + before)
    except cst.ParserSyntaxError as exc:
        message = f"LibCST cannot read line {part.first}: {exc.message}"
        raise ValueError(message) from exc
    if tree.code != opening + before:
        message = f"LibCST does not give line {part.first} back as it was"
        raise ValueError(message)
    shift = part.first - 1 - len(split_lines(opening))
    targets = _targets(module, tree, {node: node.lineno - shift for node in edits})  # type: ignore[attr-defined]
    changed = tree.visit(_Surgeon({targets[node]: edit for node, edit in edits.items()}))
    return changed.code[len(opening) :]


def _opening(module: Module, before: str) -> str:
    """Return lines that make an indented statement a whole module.

    LibCST indents new blocks by the first step that it sees, so that has to be the file's and not the depth.
    """
    depth = before[: len(before) - len(before.lstrip(" \t\f"))]
    step, end = _step(module), _line_end(before)
    if not depth:
        return ""
    nested = depth != step and depth.startswith(step)
    return f"if 1:{end}{step}if 1:{end}" if nested else f"if 1:{end}"


def _step(module: Module) -> str:
    """Return how far the file indents its first block."""
    for node, _ in statements(module.tree):
        before = module.lines[node.lineno - 1][: node.col_offset] if isinstance(node, ast.stmt) else ""
        if before and not before.strip():
            return before
    return ""


def _line_end(text: str) -> str:
    first = text.partition("\n")
    return "\r\n" if first[0].endswith("\r") and first[1] else "\n"


def _targets(module: Module, tree: cst.Module, lines: Mapping[ast.AST, int]) -> dict[ast.AST, cst.CSTNode]:
    """Find LibCST's nodes by kind and start."""
    wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
    starts = {
        (type(node).__name__, place.start.line, place.start.column): node
        for node, place in wrapper.resolve(PositionProvider).items()
    }
    found = {}
    for node, line in lines.items():
        kind = type(node).__name__
        text = module.lines[node.lineno - 1]  # type: ignore[attr-defined]
        column = character_column(text, node.col_offset)  # type: ignore[attr-defined]
        match = starts.get((_SAME_IN_LIBCST.get(kind, kind), line, column))
        if match is None:
            message = f"LibCST sees no {kind} at line {node.lineno}"  # type: ignore[attr-defined]
            raise ValueError(message)
        found[node] = match
    return found


class _Surgeon(cst.CSTTransformer):
    def __init__(self, edits: Mapping[cst.CSTNode, Edit]) -> None:
        super().__init__()
        self._edits = edits

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
        edit = self._edits.get(original_node)
        return updated_node if edit is None else edit(updated_node)  # type: ignore[return-value]
