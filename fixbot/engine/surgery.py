"""Edits one statement: LibCST sees only the lines of the statement, so everything else stays byte for byte."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from fixbot.analysis.module import Module, split_lines, statements
from fixbot.engine.inspect import character_column
from fixbot.engine.slices import Slice

_IN_LIBCST = {
    "AsyncFunctionDef": ("FunctionDef",),
    "AsyncFor": ("For",),
    "AsyncWith": ("With",),
    "BinOp": ("BinaryOperation",),
    "BoolOp": ("BooleanOperation",),
    "Compare": ("Comparison",),
    "ExceptHandler": ("ExceptHandler", "ExceptStarHandler"),
    "Constant": ("SimpleString", "ConcatenatedString", "Integer", "Float", "Imaginary", "Name", "Ellipsis"),
    "JoinedStr": ("FormattedString", "ConcatenatedString"),
    "UnaryOp": ("UnaryOperation",),
}

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
    targets = _targets(module, tree, list(edits), shift)
    try:
        changed = tree.visit(_Surgeon({targets[node]: edit for node, edit in edits.items()}))
    except cst.CSTValidationError as exc:
        message = f"the edit makes no Python: {exc}"
        raise ValueError(message) from exc
    return changed.code[len(opening) :] if _holds(changed, opening) else ""


def _holds(changed: cst.Module, opening: str) -> bool:
    """Say whether a statement is left below the opening; LibCST would write `pass` in its place."""
    block: cst.CSTNode = changed
    for _ in split_lines(opening):
        block = block.body[0].body  # type: ignore[attr-defined]
    return bool(block.body)  # type: ignore[attr-defined]


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


_Key = tuple[str, int, int, int, int]


def _targets(module: Module, tree: cst.Module, nodes: list[ast.AST], shift: int) -> dict[ast.AST, cst.CSTNode]:
    """Find LibCST's nodes by kind and start, expressions by their end too: `a()()` is two calls with one start."""
    wrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
    known: dict[_Key, cst.CSTNode] = {}
    for node, place in wrapper.resolve(PositionProvider).items():
        kind, start, end = type(node).__name__, place.start, place.end
        known[kind, start.line, start.column, 0, 0] = node
        known[kind, start.line, start.column, end.line, end.column] = node
    found = {}
    for wanted in nodes:
        match = next((known[key] for key in _keys(module, wanted, shift) if key in known), None)
        if match is None:
            message = f"LibCST sees no {type(wanted).__name__} at line {wanted.lineno}"  # type: ignore[attr-defined]
            raise ValueError(message)
        found[wanted] = match
    return found


def _keys(module: Module, node: ast.AST, shift: int) -> list[_Key]:
    """Return the kinds and places that LibCST's view of a node may have, its columns counted in characters."""
    line: int = node.lineno  # type: ignore[attr-defined]
    column = character_column(module.lines[line - 1], node.col_offset)  # type: ignore[attr-defined]
    end = 0, 0
    if isinstance(node, ast.expr):
        last = node.end_lineno or line
        end = last - shift, character_column(module.lines[last - 1], node.end_col_offset or 0)
    kind = type(node).__name__
    return [(name, line - shift, column, *end) for name in _IN_LIBCST.get(kind, (kind,))]


class _Surgeon(cst.CSTTransformer):
    def __init__(self, edits: Mapping[cst.CSTNode, Edit]) -> None:
        super().__init__()
        self._edits = edits

    def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
        edit = self._edits.get(original_node)
        if edit is not None:
            return edit(updated_node)  # type: ignore[return-value]
        if _shows_itself(original_node) and not updated_node.deep_equals(original_node):
            message = "an f-string shows its own code there, which would change"
            raise ValueError(message)
        return updated_node


def _shows_itself(node: cst.CSTNode) -> bool:
    """Say whether a node is a part of an f-string such as `{x=}`."""
    return isinstance(node, cst.FormattedStringExpression) and node.equal is not None
