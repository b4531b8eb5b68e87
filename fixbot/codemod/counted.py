"""Writes one script in the place of two pipelines that read and count; it only edits the node it is given."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Sequence

from fixbot.codemod.contract import Declined, Proposal
from fixbot.codemod.counting import SCRIPT, Both
from fixbot.codemod.lazy import cst

_TEXT = f'''# Counts in KEYS[1] and KEYS[2] if both are below their limits, ARGV[1] and
# ARGV[2]; they live for ARGV[3] and ARGV[4] seconds. Gives back both counts.
{SCRIPT} = """
local first = tonumber(redis.call("GET", KEYS[1]) or 0)
local second = tonumber(redis.call("GET", KEYS[2]) or 0)
if first < tonumber(ARGV[1]) and second < tonumber(ARGV[2]) then
    redis.call("INCR", KEYS[1])
    redis.call("EXPIRE", KEYS[1], ARGV[3])
    redis.call("INCR", KEYS[2])
    redis.call("EXPIRE", KEYS[2], ARGV[4])
end
return {{first, second}}
"""'''
_ABOUT_STEPS = re.compile(r"increment|count|pipeline|atomic|race|concurren|lua|script|expir|ttl", re.IGNORECASE)
_WORD = re.compile(r"\w+|[^\w\s]")
_AN_INDENT = "    "


def edit(plan: Both, node: cst.FunctionDef) -> Proposal | Declined:
    """Write the script's call in the place of what reads, and nothing in the place of what counts."""
    changes = _changes(plan)
    new = node.visit(changes)
    if not getattr(changes, "done", False) or not isinstance(new, cst.FunctionDef):
        return Declined("a comment or a line break stands where the statements would go")
    old, now = (Counter(_WORD.findall(cst.Module([]).code_for_node(each))) for each in (node, new))
    return Proposal(new, before=(_TEXT,), drops=tuple((old - now).elements()))


def _told(node: cst.BaseStatement) -> str:
    """Return a statement as `ast` writes it; nothing for one with a block."""
    if not isinstance(node, cst.SimpleStatementLine):
        return ""
    return ast.unparse(ast.parse(cst.Module([node.with_changes(leading_lines=[])]).code))


def _comment(node: cst.BaseStatement) -> str:
    found = node.trailing_whitespace.comment if isinstance(node, cst.SimpleStatementLine) else None
    return found.value if found is not None else ""


def _changes(plan: Both) -> cst.CSTTransformer:
    class Rewriting(cst.CSTTransformer):
        done = False

        def leave_IndentedBlock(  # noqa: N802 - LibCST calls it so
            self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
        ) -> cst.IndentedBlock:
            del original_node
            body = _rewritten(list(updated_node.body), plan)
            if body is None:
                return updated_node
            self.done = True
            return updated_node.with_changes(body=body)

    return Rewriting()


def _rewritten(body: list[cst.BaseStatement], plan: Both) -> list[cst.BaseStatement] | None:
    told = [_told(node) for node in body]
    start = _found(told, plan.opening)
    end = _found(told, plan.closing, start + len(plan.opening))
    if start < 0 or end < 0:
        return None
    opening, closing = body[start : start + len(plan.opening)], body[end : end + len(plan.closing)]
    notes = [_comment(node) for node in closing]
    lives = [notes[at] for at in (-4, -2)]
    stray = [_comment(node) for node in opening] + [note for note in notes if note not in lives]
    if any(stray) or not all(isinstance(node, cst.SimpleStatementLine) for node in (*opening, *closing)):
        return None
    kept = _kept(closing)
    call = _call(plan, lives)
    above = [
        line for node in opening for line in getattr(node, "leading_lines", []) if node is opening[0] or line.comment
    ]
    new = call.with_changes(leading_lines=above)
    rest = body[end + len(plan.closing) :]
    if kept and rest:
        rest[0] = rest[0].with_changes(leading_lines=[*kept, *getattr(rest[0], "leading_lines", [])])
    elif kept:
        return None
    return [*body[:start], new, *body[start + len(plan.opening) : end], *rest]


def _found(told: Sequence[str], wanted: Sequence[str], start: int = 0) -> int:
    ends = len(told) - len(wanted) + 1
    return next((at for at in range(start, ends) if tuple(told[at : at + len(wanted)]) == tuple(wanted)), -1)


def _kept(closing: Sequence[cst.BaseStatement]) -> list[cst.EmptyLine]:
    """Return the comments above statements that go which speak of something else."""
    lines = [line for node in closing for line in getattr(node, "leading_lines", []) if line.comment is not None]
    about = any(_ABOUT_STEPS.search(line.comment.value) for line in lines if line.comment is not None)
    return [] if about else lines


def _call(plan: Both, lives: Sequence[str]) -> cst.SimpleStatementLine:
    lines = [f"{plan.call}("]
    for at, given in enumerate(plan.given):
        note = dict(zip(plan.notes, lives, strict=True)).get(at, "")
        lines.append(f"{_AN_INDENT}{given}," + (f"  {note}" if note else ""))
    if any(lives):
        source = "\n".join([*lines, ")"])
    else:
        source = f"{plan.call}({', '.join(plan.given)})"
        source = source if len(source) <= 79 else "\n".join([*lines, ")"])  # noqa: PLR2004 - a short line
    made = cst.parse_statement(source)
    if not isinstance(made, cst.SimpleStatementLine):
        raise TypeError(source)
    return made
