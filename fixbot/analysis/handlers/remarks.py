"""Whether a comment beside a handler says why it is as it is; it only reads."""

from __future__ import annotations

import ast
import re

from fixbot.analysis.module import Module

# What tools read and no person: the mark goes, a reason behind it stays.
_MARKS = re.compile(
    r"noqa\b(?::[ \t]*[A-Z]+\d+(?:[ \t,]+[A-Z]+\d+)*)?|pragma:?[ \t]*no[ \t-]*(?:cover|branch|mutate)\w*"
    r"|nosec\b(?:[ \t:]*B\d+[ \t,]*)*|type:[ \t]*ignore(?:\[[\w\-, ]*\])?|pyright:[ \t]*ignore(?:\[[\w, ]*\])?"
    r"|pylint:[ \t]*disable(?:-next)?[ \t]*=[ \t]*[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*"
    r"|(?:flake8|ruff|fixbot|fmt|yapf|isort):.*"
    r"|NOSONAR\b|noinspection[ \t]+\w+|lgtm\b(?:[ \t]*\[[^\]]*\])?|codeql\b.*|coverage:.*|TODO\b.*|FIXME\b.*|@[\w.]+",
    re.IGNORECASE,
)
_BREADTH = re.compile(
    r"exception|broad|generic|catch|whatever|anything|everything|any error|all errors|any other|unexpected|defensive"
    r"|must not|should not|never",
    re.IGNORECASE,
)
_CALL = re.compile(r"(?:await )?[\w.]+\(")
_WORD = re.compile(r"[^\W\d_]{3}")
_WILLING = re.compile(
    r"ignor|best[ -]effort|swallow|suppress|silen|don'?t care|not? matter|harmless|never fail|may fail|might fail"
    r"|exception|error|fails\b|can fail|could fail|if possible|optional|not critical|non-critical"
    r"|doesn'?t work|not supported|unsupported|\bif there (?:is|are)\b",
    re.IGNORECASE,
)

_TOLD = re.compile(r"\balready\b|\b(?:is|are|was|were|be|been) (?:logged|printed|reported|shown)\b", re.IGNORECASE)


def says_why(module: Module, node: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Say whether a comment in a handler, at its clause or above it gives a reason.

    What only tools read, a note of what is still to do, and code that was commented out are no reasons. Above the
    `try` a comment counts where it speaks of failure. The handler must hold no text: a `#` is taken for a comment.
    """
    inside = module.lines[handler.lineno - 1 : handler.end_lineno]
    beside = [line.partition("#")[2] for line in inside]
    around = [*_above(module, handler.lineno), *_below(module, handler)]
    willing = [line for line in _above(module, node.lineno) if _WILLING.search(line)]
    return any(map(_is_reason, [*beside, *around, *willing]))


def says_harmless(module: Module, node: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Say whether a comment speaks against telling anybody of a failure.

    Above the `try` it speaks of the failure, or in the handler it says that somebody has been told already.
    """
    if any(_WILLING.search(line) and _is_reason(line) for line in _above(module, node.lineno)):
        return True
    inside = module.lines[handler.lineno - 1 : handler.end_lineno]
    return any(_TOLD.search(line.partition("#")[2]) for line in inside)


def says_why_broad(module: Module, handler: ast.ExceptHandler) -> bool:
    """Say whether a comment at a clause or at the head of its body speaks of catching this much."""
    first = handler.body[0].lineno
    comments = [line.strip() for line in module.lines[handler.lineno : first - 1]]
    if first > handler.lineno and (beside := module.lines[handler.lineno - 1].partition("#")[2]):
        comments.append(f"#{beside}")
    told = [comment.lstrip("#") for comment in comments if comment.startswith("#")]
    return any(_is_reason(comment) and _BREADTH.search(_MARKS.sub("", comment)) for comment in told)


def _above(module: Module, line: int) -> list[str]:
    """Return the texts of the comments directly above a line (from 1)."""
    found = []
    while line > 1 and (text := module.lines[line - 2].strip()).startswith("#"):
        found.append(text.lstrip("#"))
        line -= 1
    return found


def _below(module: Module, handler: ast.ExceptHandler) -> list[str]:
    """Return the texts of the comments under a handler's last statement that are indented as its body is."""
    found = []
    for line in module.lines[handler.end_lineno or handler.lineno :]:
        text = line.strip()
        if not text.startswith("#") or len(line) - len(line.lstrip()) <= handler.col_offset:
            break
        found.append(text.lstrip("#"))
    return found


def _is_reason(comment: str) -> bool:
    text = _MARKS.sub("", comment).strip(" \t#-:")
    return _WORD.search(text) is not None and not _is_code(text)


def _is_code(text: str) -> bool:
    """Say whether a comment is code that was taken out: statements and calls; words may look like expressions too."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    return all(not isinstance(node, ast.Expr) or _CALL.match(text) for node in body)
