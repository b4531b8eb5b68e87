"""Says what stands in the way of giving a function a schema in some style; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.accepting.accepts import Accepted
from fixbot.analysis.calling.mocks import expected
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function
from fixbot.analysis.flows.flow import Flow
from fixbot.analysis.flows.onward import Onward
from fixbot.analysis.flows.sources import Sources, handing
from fixbot.analysis.keywords.uses import Manner, Uses
from fixbot.codemod.reshaping.plans import Style
from fixbot.codemod.schemas.homes import is_annotated

# Their objects are made of the arguments before `__init__` sees them.
_MADE_EARLY = frozenset(
    {"str", "bytes", "int", "float", "complex", "tuple", "frozenset", "datetime", "date", "time", "timedelta"}
    | {"Path", "PurePath", "Decimal", "Fraction", "UUID", "type"}
)
_PLAIN = frozenset({"dataclasses.dataclass", "functools.total_ordering", "typing.final", "typing.runtime_checkable"})
_TYPE_COMMENT = re.compile(r"#\s*type:(?!\s*ignore)")
# What says that a project has its types checked.
_CHECKERS = re.compile(rb"\[tool\.(?:mypy|pyright|pyre|ty|basedpyright)\b|^\[mypy|\b(?:mypy|pyright)\b", re.MULTILINE)


def is_strict(onward: Onward) -> bool:
    """Say whether an unknown key is an error already: every call hands all keys on to what refuses it."""
    return onward.spread.always and isinstance(onward.into, Accepted) and onward.into.closed and onward.into.strict


def against(known: Flow, style: Style, sources: Sources) -> Iterator[str]:
    """Yield what keeps a function from changing, or its callers, in words that follow its name."""
    corpus = sources.finder.corpus
    if any(map(_is_typed_in_comments, known.members)):
        yield "has its types in comments"
    if style is Style.TYPED_DICT:
        yield from _of_annotation(known, corpus)
        return
    strict = {each.uses for each in known.onward if is_strict(each)}
    if style is not Style.PARAMS or not strict.issuperset(known.members):
        yield from known.callers.unseen
        if not known.callers.calls and not known.callers.unseen:
            yield "is called nowhere that can be seen"
    if style is not Style.PARAMS:
        yield from _of_callers(known, style, corpus)
    elif not strict.issuperset(known.members):
        yield from _of_mappings(known, sources)
    if style is Style.PARAMS:
        yield from (why for why in known.callers.fixed if why.endswith("is caught"))


def _is_typed_in_comments(uses: Uses) -> bool:
    node = uses.function.node
    lines = uses.function.file.module.lines[node.lineno - 1 : node.body[0].lineno]
    return any(map(_TYPE_COMMENT.search, lines))


def _of_annotation(known: Flow, corpus: Corpus) -> Iterator[str]:
    """Yield why type checkers, or whoever looks at annotations, would not like a TypedDict."""
    yield from (why for why in known.callers.unseen if why.startswith("is used as a value"))
    yield from _of_class(known.function)
    if any(map(_CHECKERS.search, corpus.texts.values())):
        yield from _of_checkers(known)


def _of_class(function: Function) -> Iterator[str]:
    owner = function.file.owner(function.node)
    for each in owner.node.decorator_list if owner is not None else ():
        called = each.func if isinstance(each, ast.Call) else each
        if (function.file.names.resolve(called, function.file.module.parents[function.node]) or "") not in _PLAIN:
            yield f"belongs to a class that is decorated by `{ast.unparse(called)}`"


def _of_checkers(known: Flow) -> Iterator[str]:
    """Yield what the type checker of a project would say of the function once its keys are typed."""
    function = known.function
    if not is_annotated(function):
        yield "has no annotations, so that type checkers would begin to look into its body"
    for each in known.onward:
        slots = {slot.name for slot in each.into.slots} if isinstance(each.into, Accepted) else set()
        strict = isinstance(each.into, Accepted) and each.into.strict
        beyond = [name for name in known.keys if name not in slots | each.spread.beside]
        if strict and beyond:
            yield f"takes out `{beyond[0]}` before it hands the rest on, which type checkers do not see"
    if any(read.manner is Manner.POP for uses in known.members for read in uses.reads):
        yield "takes keys out of a mapping that type checkers then hold to have them"


def _of_callers(known: Flow, style: Style, corpus: Corpus) -> Iterator[str]:
    exact = style is Style.DATACLASS or all(
        each.keys is not None for one in known.callers.calls for each in one.mappings
    )
    for why in known.callers.fixed:
        if not exact or "where a `ValueError` is caught" not in why:  # what only a model raises, of unknown values
            yield why
    if _is_made_early(known.function, corpus):
        yield "makes something of a type that looks at its arguments itself"
    for uses in known.members:
        at = expected(corpus, uses.function.node.name)
        if at is not None:
            yield f"may be what a mock is expected to be called as at {at}"


def _is_made_early(function: Function, corpus: Corpus) -> bool:
    owner = function.file.owner(function.node)
    if owner is None or function.node.name != "__init__":
        return False
    bases = {name.rpartition(".")[2] for name in corpus.project.ancestry(owner).others}
    return any(name.endswith(("Error", "Exception", "Warning")) or name in _MADE_EARLY for name in bases)


def _of_mappings(known: Flow, sources: Sources) -> Iterator[str]:
    """Yield the calls that may give keys which nobody knows, where these were of no account so far."""
    for caller in known.callers.calls:
        for mapping in caller.mappings:
            uses = handing(caller, mapping)
            if mapping.keys is None and uses is None:
                yield f"is called at {caller.call.at} with a mapping that may hold any key"
            elif mapping.keys is None and uses is not None and sources.callers(uses.function).unseen:
                yield f"is called at {caller.call.at} with the keys of `{uses.function.qualname}`, whoever calls that"
