"""Renames a function's `**` parameter in its docstring; it only edits the body it is given."""

from __future__ import annotations

import re
from typing import Any

from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.loss import lost
from fixbot.codemod.reshaping.plans import Reshape


def with_docstring(plan: Reshape, body: Any) -> tuple[Any, set[str]]:  # noqa: ANN401 - a block or a line
    """Return the body with its docstring about the new parameter, and the words that it may lack."""
    match body:
        case cst.IndentedBlock(
            body=[cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() as docstring), *_]), *_]
        ) if plan.style.is_object:
            new = _renamed(plan, docstring.value)
            return body.with_deep_changes(docstring, value=new), lost(docstring.value, new)
    return body, set()


def _renamed(plan: Reshape, text: str) -> str:
    """Return a docstring's text with the entry for the keys renamed, its type too where one is written."""
    stars, name = r"(?:\\{0,2}\*){2}", re.escape(plan.kwargs)
    kind = plan.annotation.strip("\"'")
    entries = (
        (rf"^([ \t]*){stars}{name}([ \t]*)$", rf"\g<1>{plan.param}\g<2>"),
        (rf"^([ \t]*)(?:{stars})?{name}([ \t]*)\([^)\n]*\)([ \t]*:)", rf"\g<1>{plan.param}\g<2>({kind})\g<3>"),
        (rf"^([ \t]*)(?:{stars})?{name}([ \t]+:[ \t]*)[^\n]+?([ \t]*)$", rf"\g<1>{plan.param}\g<2>{kind}\g<3>"),
        (rf"^([ \t]*)(?:{stars})?{name}(:)", rf"\g<1>{plan.param}\g<2>"),
        (
            rf"(:(?:param|parameter|arg|keyword)[ \t]+)(?:[^:\n]*[ \t])?(?:{stars})?{name}(:)",
            rf"\g<1>{plan.param}\g<2>",
        ),
        (rf"(:type[ \t]+)(?:{stars})?{name}(:[ \t]*)[^\n]*?([ \t]*)$", rf"\g<1>{plan.param}\g<2>{kind}\g<3>"),
    )
    for entry, new in entries:
        text = re.sub(entry, new, text, flags=re.MULTILINE)
    return text
