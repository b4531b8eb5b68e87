"""Writes the keys that a body hands on to a call or puts into a display; it only edits the node it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.asking import Ask
from fixbot.codemod.reshaping.loss import code_of, comments_in
from fixbot.codemod.reshaping.plans import Onward, Reshape, Style
from fixbot.codemod.reshaping.rows import STEP, Row, laid_out, row_of
from fixbot.codemod.reshaping.scopes import Names

_WIDTH = 75  # a method stands deeper than what is seen of it
_NARROW = 62  # and what is put into its displays deeper still
_DUMP = {Style.PYDANTIC: "model_dump", Style.PYDANTIC1: "dict"}
_SET = {Style.PYDANTIC: "model_fields_set", Style.PYDANTIC1: "__fields_set__"}

Value = Callable[[Ask, cst.CSTNode], "cst.BaseExpression"]


@dataclass(frozen=True, slots=True)
class Written:
    """A call or display with the keys written out, why that is wrong, and comments that have no place in it."""

    node: cst.BaseExpression
    refused: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


class Onwards:
    """The places of one body where the keys go on, each with its part of the plan, in source order."""

    def __init__(self, plan: Reshape, names: Names) -> None:
        self._plan, self._names = plan, names
        self._left = list(plan.onward)
        self._found: dict[cst.CSTNode, Onward | None] = {}

    def meet(self, node: cst.CSTNode) -> None:
        """Take note of the next `**kwargs`, an argument or an element of a display."""
        self._found[node] = self._left.pop(0) if self._left else None

    def written(self, original: cst.Call | cst.Dict, updated: cst.Call | cst.Dict, value: Value) -> Written | None:
        """Return a node with its `**kwargs` replaced, None where it has none.

        Args:
            original: the node as it was.
            updated: the node with what is inside of it edited.
            value: gives what stands for the value of a key.
        """
        inside = original.args if isinstance(original, cst.Call) else original.elements
        places = [at for at, each in enumerate(inside) if each in self._found]
        if not places:
            return None
        row = _row(updated)
        refused: list[str] = []
        for at in reversed(places):
            part = self._found[inside[at]]
            indent = row.indent if row.entries[at].own_line else None
            nodes = self._nodes(part, original, inside[at], value, indent)
            if nodes is None:
                refused.append("it hands the keys on in a place that was not planned" if part is None else _LOST)
                continue
            row = row.put(at, nodes) if nodes else row.without(at)
        comments = [comment for at in places for comment in comments_in(_bare(inside[at]))]
        return Written(self._fitted(original, updated, row), tuple(refused), tuple(comments))

    def _nodes(
        self, part: Onward | None, around: cst.CSTNode, at: cst.CSTNode, value: Value, indent: str | None
    ) -> list[Any] | None:
        """Return what stands in the place of one `**kwargs`, on its own line at an `indent`; None where nothing can."""
        if part is None:
            return None
        if part.each is not None:
            held = [(key, value(Ask(cst.Name(key), key), at)) for key in part.each]
            if isinstance(around, cst.Call):
                return [_keyword(key, each) for key, each in held]
            quote = _quote(around)
            return [cst.DictElement(cst.SimpleString(f"{quote}{key}{quote}"), each) for key, each in held]
        if self._plan.style not in _DUMP:
            return None
        value(Ask(cst.Name("_"), self._plan.fields[0].name), at)
        source = self._given(list(dict.fromkeys((*part.without, *self._plan.joined))), indent)
        new = cst.parse_expression(source)
        return [cst.Arg(new, star="**") if isinstance(around, cst.Call) else cst.StarredDictElement(new)]

    def _given(self, without: list[str], indent: str | None) -> str:
        """Return the source of a mapping of the keys that were given."""
        param, style = self._plan.param, self._plan.style
        names = ", ".join(f'"{name}"' for name in without)
        if self._plan.plain:
            exclude = f", exclude={{{names}}}" if without else ""
            source = f"{param}.{_DUMP[style]}(exclude_unset=True{exclude})"
            return source if indent is None or len(source) + len(indent) <= _NARROW else self._apart(without, indent)
        besides = f" and key not in {{{names}}}" if without else ""
        return f"{{key: value for key, value in {param} if key in {param}.{_SET[style]}{besides}}}"

    def _apart(self, without: list[str], indent: str) -> str:
        """Return the same with a line for each argument, and where they are too many for one, for each key."""
        step, inner = f"{indent}{STEP}", f"{indent}{STEP}{STEP}"
        keys = [f'"{name}"' for name in without]
        names = "{" + ", ".join(keys) + "}"
        if len(names) + len(step) > _NARROW:
            names = "{\n" + "".join(f"{inner}{key},\n" for key in keys) + f"{step}}}"
        lines = ["exclude_unset=True,\n", *([f"exclude={names},\n"] if keys else [])]
        head = f"{self._plan.param}.{_DUMP[self._plan.style]}"
        return f"{head}(\n{''.join(f'{step}{line}' for line in lines)}{indent})"

    def _fitted(self, original: cst.CSTNode, updated: Any, row: Row) -> Any:  # noqa: ANN401 - a call or a display
        """Lay the row out, with a line for each entry where one line is too short."""
        new = _laid(updated, row)
        code = code_of(new)
        line, column = self._names.place(original)
        if "\n" in code or self._names.in_text(original) or len(code) + column <= _WIDTH or len(row.entries) == 1:
            return new
        before = self._names.lines[line - 1]
        return _laid(updated, row.exploded(" " * (len(before) - len(before.lstrip()) - self._names.depth(original))))


_LOST = "only a model can tell which keys were given"


def _row(node: Any) -> Row:  # noqa: ANN401 - a call or a display
    if isinstance(node, cst.Call):
        return row_of(node.args, node.whitespace_before_args)
    return row_of(node.elements, node.lbrace.whitespace_after, node.rbrace.whitespace_before)


def _laid(node: Any, row: Row) -> Any:  # noqa: ANN401 - a call or a display
    if isinstance(node, cst.Call):
        laid = laid_out(row)
        return node.with_changes(args=laid.elements, whitespace_before_args=laid.opening)
    laid = laid_out(row)
    return node.with_changes(
        elements=laid.elements,
        lbrace=node.lbrace.with_changes(whitespace_after=laid.opening),
        rbrace=node.rbrace.with_changes(whitespace_before=laid.closing),
    )


def _keyword(key: str, value: cst.BaseExpression) -> cst.Arg:
    nothing = cst.SimpleWhitespace("")
    equal = cst.AssignEqual(whitespace_before=nothing, whitespace_after=nothing)
    return cst.Arg(value, cst.Name(key), equal)


def _quote(display: cst.CSTNode) -> str:
    """Return the quotes that a display writes its keys in."""
    assert isinstance(display, cst.Dict)  # noqa: S101 - keys go on in calls and displays alone
    keys = [each.key for each in display.elements if isinstance(each, cst.DictElement)]
    return next((key.quote[0] for key in keys if isinstance(key, cst.SimpleString)), '"')


def _bare(node: Any) -> Any:  # noqa: ANN401 - an argument or an element
    space = {"whitespace_after_arg": cst.SimpleWhitespace("")} if isinstance(node, cst.Arg) else {}
    return node.with_changes(comma=cst.MaybeSentinel.DEFAULT, **space)
