"""Takes statements out of the body of a function, but not their comments; it only edits the body it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.asking import read_in
from fixbot.codemod.reshaping.loss import code_of, comment_lines, lost
from fixbot.codemod.reshaping.meaning import Removed
from fixbot.codemod.reshaping.plans import Reshape
from fixbot.codemod.reshaping.scopes import Names


def own_lines(plan: Reshape, names: Names) -> dict[cst.BaseSmallStatement, cst.Name]:
    """Return the statements of the body itself that give a key to a variable of its name, and those variables."""
    known = set(names.loads(plan.kwargs))
    found: dict[cst.BaseSmallStatement, cst.Name] = {}
    for small in _small(names.function.body):
        match small:
            case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)], value=value):
                ask = read_in(value, known)
            case cst.AnnAssign(target=cst.Name() as target, value=cst.BaseExpression() as value):
                ask = read_in(value, known)
            case _:
                continue
        if ask is not None and not ask.looped and ask.key == target.value:
            found[small] = target
    return found


def _small(body: cst.BaseSuite) -> list[cst.BaseSmallStatement]:
    """Return the simple statements of a body itself."""
    lines: Sequence[Any] = body.body if isinstance(body, cst.IndentedBlock) else [body]
    return [small for line in lines if _is_line(line) for small in line.body]


def _is_line(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine | cst.SimpleStatementSuite)


def with_body(original: cst.BaseSuite, updated: Any, removed: Removed) -> tuple[Any, set[str]]:  # noqa: ANN401 - a suite
    """Return a body without some statements, and the words that it may lack.

    Args:
        original: the body as it was.
        updated: the same body with its expressions edited.
        removed: the statements of the original body that go.
    """
    gone = {word for small in removed for word in lost(code_of(small) + ";")}
    if not removed:
        return updated, gone
    if not isinstance(original, cst.IndentedBlock):
        return updated.with_changes(body=_left(original, updated, removed) or [cst.Pass()]), gone
    kept: list[Any] = []
    waiting: list[cst.EmptyLine] = []
    for before, line in zip(original.body, updated.body, strict=True):
        small = _left(before, line, removed) if _is_line(before) else []
        if _is_line(before) and not small:
            waiting = _waiting(waiting, line)
            continue
        new = line.with_changes(body=small) if _is_line(before) else line
        kept.append(_below(waiting, new, first=not kept) if waiting else new)
        waiting = []
    return _closed(updated, kept, waiting), gone


def _left(original: Any, updated: Any, removed: Removed) -> list[Any]:  # noqa: ANN401 - lines and suites
    """Return the statements of a line that stay."""
    stay = [new for old, new in zip(original.body, updated.body, strict=True) if old not in removed]
    if stay and len(stay) < len(updated.body):
        stay[-1] = stay[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return stay


def _waiting(before: Sequence[cst.EmptyLine], line: cst.SimpleStatementLine) -> list[cst.EmptyLine]:
    """Return the lines above a statement that goes, and its comment, below those that wait already."""
    comment = line.trailing_whitespace.comment
    own = comment_lines([comment.value]) if comment is not None else ()
    lines = [*before, *line.leading_lines, *own]
    return lines if any(each.comment for each in lines) else lines[:1]


def _below(waiting: list[cst.EmptyLine], node: Any, *, first: bool) -> Any:  # noqa: ANN401 - any statement
    lines = getattr(node, "leading_lines", ())
    has_comment = any(line.comment for line in waiting)
    lines = [*waiting, *lines] if has_comment else lines or waiting
    if first:
        lines = [line for at, line in enumerate(lines) if any(each.comment for each in lines[: at + 1])]
    return node.with_changes(leading_lines=lines)


def _closed(block: Any, kept: list[Any], waiting: list[cst.EmptyLine]) -> Any:  # noqa: ANN401 - a block
    """Return the block with what is left, and the comments that no statement follows."""
    lines = waiting if any(line.comment for line in waiting) else []
    if not kept:
        return block.with_changes(body=[cst.SimpleStatementLine([cst.Pass()], leading_lines=lines)])
    return block.with_changes(body=kept, footer=[*lines, *block.footer])
