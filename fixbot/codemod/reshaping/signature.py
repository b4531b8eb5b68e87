"""The edit of a signature that gets a schema; it only edits the function it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fixbot.codemod.contract import Declined
from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.loss import code_of
from fixbot.codemod.reshaping.plans import Field, Reshape
from fixbot.codemod.reshaping.rows import Row, laid_out, row_of

_WIDTH = 75  # a method stands deeper than what is seen of it


def with_signature(plan: Reshape, node: cst.FunctionDef) -> cst.FunctionDef | Declined:
    """Return the function with the parameters that the plan asks for, its body as it was."""
    params = node.params
    if params.star_kwarg is None or params.star_kwarg.name.value != plan.kwargs:
        return Declined(f"it takes no `**{plan.kwargs}`")
    own = {param.name.value for param in _own(params)}
    missing = [name for name in plan.joined if name not in own]
    if missing:
        return Declined(f"it has no parameter `{missing[0]}`")
    row = row_of(_written(params), node.whitespace_before_params)
    for name in plan.joined:
        row = row.without(_index(row, name))
    row = _without_idle_signs(row)
    new = _new(plan, own)
    if isinstance(new, Declined):
        return new
    if not plan.style.is_object or not _is_positional(row):
        new = _behind_star(row, new)
    last = len(row.entries) - 1
    return _fitted(node, row.put(last, new) if new else row.without(last))


def with_annotation(plan: Reshape, node: cst.FunctionDef) -> cst.FunctionDef | Declined:
    """Return the function with the plan's annotation at its `**` parameter."""
    star = node.params.star_kwarg
    if star is None or star.name.value != plan.kwargs:
        return Declined(f"it takes no `**{plan.kwargs}`")
    return node.with_deep_changes(star, annotation=_annotation(plan.annotation))


def _annotation(source: str) -> cst.Annotation:
    nothing = cst.SimpleWhitespace("")
    return cst.Annotation(cst.parse_expression(source), whitespace_before_indicator=nothing)


def _own(params: cst.Parameters) -> list[cst.Param]:
    """Return the parameters that have a name, without those with stars."""
    return [*params.posonly_params, *params.params, *params.kwonly_params]


def _written(params: cst.Parameters) -> list[Any]:
    """Return all that stands between the brackets, in source order."""
    slash = [params.posonly_ind] if isinstance(params.posonly_ind, cst.ParamSlash) else []
    star = [params.star_arg] if isinstance(params.star_arg, cst.Param | cst.ParamStar) else []
    return [*params.posonly_params, *slash, *params.params, *star, *params.kwonly_params, params.star_kwarg]


def _index(row: Row, name: str) -> int:
    return next(
        at
        for at, entry in enumerate(row.entries)
        if isinstance(entry.node, cst.Param) and entry.node.name.value == name
    )


def _new(plan: Reshape, own: set[str]) -> list[Any] | Declined:
    """Return the parameters that take the place of the one with two stars."""
    if plan.style.is_object:
        if plan.param in own - set(plan.joined):
            return Declined(f"it already has a parameter `{plan.param}`")
        return [cst.Param(cst.Name(plan.param), _annotation(plan.annotation) if plan.annotation else None)]
    for field in plan.fields:
        if field.name in own:
            return Declined(f"it already has a parameter `{field.name}`")
        if field.default is not None and not _may_be_shared(cst.parse_expression(field.default)):
            return Declined(f"all calls would share the default of `{field.name}`")
        if field.default is None and not field.required:
            return Declined(f"no default of `{field.name}` stands for leaving it out")
    return [_parameter(field) for field in plan.fields]


def _parameter(field: Field) -> cst.Param:
    typed = _annotation(field.type) if field.type else None
    if field.default is None:
        return cst.Param(cst.Name(field.name), typed)
    space = cst.SimpleWhitespace(" " if typed else "")
    equal = cst.AssignEqual(whitespace_before=space, whitespace_after=space)
    return cst.Param(cst.Name(field.name), typed, equal, cst.parse_expression(field.default))


def _may_be_shared(default: cst.BaseExpression) -> bool:
    match default:
        case cst.Tuple():
            return all(_may_be_shared(element.value) for element in default.elements)
        case cst.UnaryOperation():
            return _may_be_shared(default.expression)
        case cst.BinaryOperation():
            return _may_be_shared(default.left) and _may_be_shared(default.right)
    return isinstance(default, cst.Name | cst.Attribute | cst.BaseNumber | cst.SimpleString | cst.Ellipsis)


def _is_positional(row: Row) -> bool:
    """Say whether a parameter without a default can follow by position."""
    before = [entry.node for entry in row.entries[:-1]]
    return not any(isinstance(node, cst.ParamStar) or _is_starred(node) or _has_default(node) for node in before)


def _is_starred(node: Any) -> bool:  # noqa: ANN401 - a parameter or a sign
    return isinstance(node, cst.Param) and node.star == "*"


def _has_default(node: Any) -> bool:  # noqa: ANN401 - a parameter or a sign
    return isinstance(node, cst.Param) and node.default is not None


def _behind_star(row: Row, new: Sequence[Any]) -> list[Any]:
    """Return new parameters that are keyword-only, whatever stands before them."""
    starred = any(isinstance(entry.node, cst.ParamStar) or _is_starred(entry.node) for entry in row.entries)
    return [*new] if starred or not new else [cst.ParamStar(), *new]


def _without_idle_signs(row: Row) -> Row:
    """Take out a `*` that nothing follows, and a `/` that nothing precedes."""
    for at, entry in reversed([*enumerate(row.entries)]):
        idle = isinstance(entry.node, cst.ParamStar) and not _is_keyword_only_next(row, at)
        if idle or (isinstance(entry.node, cst.ParamSlash) and at == 0):
            row = row.without(at)
    return row


def _is_keyword_only_next(row: Row, at: int) -> bool:
    return at + 1 < len(row.entries) and row.entries[at + 1].node.star != "**"


def _fitted(node: cst.FunctionDef, row: Row) -> cst.FunctionDef:
    """Put the parameters in, each on its own line where one line is too short."""
    new = _laid(node, row)
    header = _header(new)
    if row.is_flat and "\n" not in header and len(header) > _WIDTH:
        return _laid(node, row.exploded())
    return new


def _header(node: cst.FunctionDef) -> str:
    body = cst.SimpleStatementSuite(body=[cst.Pass()])
    plain = node.with_changes(body=body, decorators=[], leading_lines=[], lines_after_decorators=[])
    return code_of(plain).removesuffix("\n").removesuffix("pass").rstrip()


def _laid(node: cst.FunctionDef, row: Row) -> cst.FunctionDef:
    laid = laid_out(row)
    return node.with_changes(params=_parameters(laid.elements), whitespace_before_params=laid.opening)


def _parameters(elements: Sequence[Any]) -> cst.Parameters:
    slash = next((at for at, node in enumerate(elements) if isinstance(node, cst.ParamSlash)), -1)
    star = next(
        (at for at, node in enumerate(elements) if isinstance(node, cst.ParamStar) or _is_starred(node)), len(elements)
    )
    return cst.Parameters(
        posonly_params=elements[: max(slash, 0)],
        posonly_ind=elements[slash] if slash >= 0 else cst.MaybeSentinel.DEFAULT,
        params=elements[slash + 1 : star],
        star_arg=elements[star] if star < len(elements) else cst.MaybeSentinel.DEFAULT,
        kwonly_params=elements[star + 1 :],
    )
