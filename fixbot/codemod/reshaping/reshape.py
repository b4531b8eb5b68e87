"""The edit of a function that gets a schema, signature, docstring and body; it only edits the function it is given."""

from __future__ import annotations

from collections import Counter

from fixbot.codemod.contract import Declined, Proposal
from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.blocks import own_lines, with_body
from fixbot.codemod.reshaping.body import Body
from fixbot.codemod.reshaping.docstring import with_docstring
from fixbot.codemod.reshaping.loss import code_of, comments_in, lost, names_in
from fixbot.codemod.reshaping.meaning import objection
from fixbot.codemod.reshaping.plans import Reshape, Style
from fixbot.codemod.reshaping.scopes import Names
from fixbot.codemod.reshaping.signature import with_annotation, with_signature


def reshaped(plan: Reshape, node: cst.FunctionDef) -> Proposal | Declined:
    """Return a function that takes its keys as the plan says."""
    if plan.joined and not plan.style.is_object:
        return Declined("parameters join an object alone")
    signed = with_annotation(plan, node) if plan.style is Style.TYPED_DICT else with_signature(plan, node)
    if isinstance(signed, Declined):
        return signed
    if Counter(_header_comments(node)) - Counter(_header_comments(signed)):
        return Declined("a comment in its signature would be lost")
    drops = lost(_header(node), _header(signed))
    unused = _spoken(node) - _spoken(signed)
    if plan.style is not Style.TYPED_DICT:
        edited = _edited(plan, node)
        if isinstance(edited, Declined):
            return edited
        signed = signed.with_changes(body=edited[0])
        drops |= edited[1]
        unused |= edited[2]
    before = (plan.schema,) if plan.schema else ()
    return Proposal(
        signed,
        imports=plan.imports,
        unused=tuple(sorted(unused - {plan.kwargs})),
        drops=tuple(sorted(drops)),
        before=before,
    )


def _edited(plan: Reshape, node: cst.FunctionDef) -> tuple[cst.BaseSuite, set[str], set[str]] | Declined:
    """Return the new body, the words that it may lack, and the names in what is gone."""
    names = Names(node)
    removed = own_lines(plan, names) if plan.style is Style.PARAMS else {}
    because = objection(plan, names, removed)
    if because is not None:
        return Declined(because)
    work = Body(plan, names)
    body = names.function.body.visit(work)
    if work.refused:
        return Declined(work.refused[0])
    assert isinstance(body, cst.BaseSuite)  # noqa: S101 - nothing takes a body out
    body, gone = with_body(names.function.body, body, removed)
    body, renamed = with_docstring(plan, body)
    if work.homeless:
        return Declined("a comment in its body would be lost")
    return body, work.drops | gone | renamed, work.unused | names_in(*removed)


def _bare(node: cst.FunctionDef) -> cst.FunctionDef:
    return node.with_changes(body=cst.SimpleStatementSuite(body=[cst.Pass()]), decorators=[], leading_lines=[])


def _header(node: cst.FunctionDef) -> str:
    return code_of(_bare(node))


def _header_comments(node: cst.FunctionDef) -> list[str]:
    return comments_in(_bare(node))


def _spoken(node: cst.FunctionDef) -> set[str]:
    """Return the names in the annotations and defaults of the parameters."""
    params = node.params
    starred = (param for param in (params.star_arg, params.star_kwarg) if isinstance(param, cst.Param))
    every = (*params.posonly_params, *params.params, *params.kwonly_params, *starred)
    return names_in(*(part for param in every for part in (param.annotation, param.default) if part is not None))
