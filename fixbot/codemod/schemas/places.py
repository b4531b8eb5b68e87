"""Turns the schema of a function into the places that change, in whichever files; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fixbot.analysis.calling.arguments import Caller
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.definitions import File, Function
from fixbot.analysis.flows.cycles import Imports
from fixbot.analysis.flows.flow import Flow
from fixbot.analysis.flows.sources import handing
from fixbot.analysis.keywords.uses import Uses
from fixbot.analysis.types import Type, spell_type
from fixbot.codemod.contract import Place
from fixbot.codemod.reshaping.plans import Append, Field, Onward, Pass, Reshape, Style
from fixbot.codemod.schemas.entries import Unfit
from fixbot.codemod.schemas.homes import is_annotated
from fixbot.codemod.schemas.naming import parameter_name
from fixbot.codemod.schemas.shape import Shape, Written
from fixbot.codemod.schemas.typed import Home


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema that is going to be written: its name, its class as source and what that needs, and where it stands.

    `annotation` is what the parameter is annotated with.
    """

    name: str
    source: str
    imports: tuple[str, ...]
    annotation: str
    home: Home


def reshaping(flow: Flow, shape: Shape, written: Written, style: Style) -> Reshape | Unfit:
    """Return what happens to the functions themselves, but for what differs between them."""
    param = parameter_name([uses.function for uses in flow.members]) if style.is_object else "params"
    if param is None:
        return Unfit("has no free name for a parameter")
    return Reshape(
        style=style,
        kwargs="",
        param=param,
        fields=written.fields if style.is_object or is_annotated(flow.function) else _bare(written.fields),
        joined=tuple(each.entry.name for each in shape.joined),
        plain=written.plain,
    )


def _bare(fields: Sequence[Field]) -> tuple[Field, ...]:
    return tuple(replace(field, type="") for field in fields)


class Passing:
    """Finds the edits of the calls of functions that get a schema, in one project."""

    def __init__(self, finder: Finder, imports: Imports) -> None:
        self._finder, self._imports = finder, imports

    def places(self, flow: Flow, shape: Shape, schema: Schema, param: str) -> list[Place] | Unfit:
        """Return the places of all calls, or why one of them cannot be changed."""
        found = []
        for caller in flow.callers.calls:
            place = self._place(caller, flow, shape, schema, param)
            if isinstance(place, Unfit):
                return place
            found.append(place)
        return found

    def members(self, flow: Flow, shape: Shape, schema: Schema, plan: Reshape) -> list[Place] | Unfit:
        """Return the places of the functions; the first of them brings the schema along where that stands before it."""
        onward, home = dict(shape.onward), schema.home
        found: list[Place] = []
        for uses in flow.members:
            file = uses.function.file
            left = _left(flow, uses, onward.get(uses, ()), is_object=plan.style.is_object)
            passed = len(left) < len(uses.spreads)
            own = replace(plan, kwargs=uses.name, onward=left, annotation=schema.annotation, passed=passed)
            if not schema.source:
                own = replace(own, imports=schema.imports)
            elif file.path != home.file.path:
                spelled = self._spelled(schema, file, uses.function.node)
                if isinstance(spelled, Unfit):
                    return spelled
                own = replace(own, annotation=spelled[0], imports=spelled[1])
            elif not home.behind and not found:
                own = replace(own, schema=schema.source, imports=schema.imports)
            found.append(Place.of(file.path, uses.function.node, own))
        if home.behind:
            found.append(Place.of(home.file.path, home.anchor, Append(schema.source, schema.imports)))
        return found

    def _place(self, caller: Caller, flow: Flow, shape: Shape, schema: Schema, param: str) -> Place | Unfit:
        file, node = caller.call.file, caller.call.node
        if not isinstance(node, ast.Call):
            return Unfit(f"is called in its own way at {caller.call.at}")
        whole = _is_whole(caller, flow)
        written = (param, ()) if whole else self._spelled(schema, file, self._finder.nesting(file).statement(node))
        if isinstance(written, Unfit):
            return written
        names = {each.entry.name for each in shape.joined}
        if names and not _in_order(node, names, shape, caller):
            return Unfit(f"is called at {caller.call.at} with arguments whose order would change")
        given = (each.arg for each in node.keywords if each.arg in names or each.arg in caller.given)
        moved = tuple(
            (each.index + caller.first, each.entry.name)
            for each in shape.joined
            if each.index is not None and each.index + caller.first < len(node.args)
        )
        plan = Pass(
            schema=written[0],
            keys=tuple(filter(None, given)),
            joined=moved,
            param="" if _by_position(caller, flow.function, names) else param,
            imports=written[1],
            hang=_hang(file, node, self._finder.nesting(file).statement(node)),
            whole=whole,
        )
        return Place.of(file.path, node, plan)

    def _spelled(self, schema: Schema, file: File, at: ast.AST) -> tuple[str, tuple[str, ...]] | Unfit:
        """Return how a caller writes the schema's class, and the imports that it needs."""
        home = schema.home.file
        if file.path != home.path and self._imports.reaches(home.path, file.path):
            return Unfit(f"has to do with {file.path}, which {home.path} imports itself")
        wanted = Type(schema.name, ((schema.name, f"{home.path}:{schema.name}"),))
        corpus = self._finder.corpus
        found = spell_type(wanted, file, at, corpus.project, corpus=corpus)
        scopes = file.names.scopes(at)[:-1]
        hidden = found is not None and any(found.source.partition(".")[0] in file.names.bound(each) for each in scopes)
        if found is None or hidden:
            return Unfit(f"has to do with {file.path}, where `{schema.name}` cannot be imported")
        return found.source, found.imports


def _is_whole(caller: Caller, flow: Flow) -> bool:
    """Say whether a call hands on all that a function got which has the same schema: then the object itself goes on."""
    if caller.given or len(caller.mappings) != 1:
        return False
    uses = handing(caller, caller.mappings[0])
    mine = next((each for each in flow.members if uses is not None and each.function.node is uses.function.node), None)
    spreads = mine.spreads if mine is not None else ()
    return any(each.value is caller.mappings[0].node.value and not each.gone for each in spreads)


def _left(flow: Flow, uses: Uses, onward: tuple[Onward, ...], *, is_object: bool) -> tuple[Onward, ...]:
    """Return how the keys go on where they are written out, without the calls that take the object itself."""
    whole = {id(caller.call.node) for caller in flow.callers.calls if is_object and _is_whole(caller, flow)}
    return tuple(part for part, spread in zip(onward, uses.spreads, strict=False) if id(spread.node) not in whole)


def _hang(file: File, node: ast.Call, at: ast.AST) -> str:
    """Return how much further right the first line of a call starts than its statement."""
    lines = [file.module.lines[each.lineno - 1] for each in (at, node)]  # type: ignore[attr-defined]
    outer, inner = (line[: len(line) - len(line.lstrip())] for line in lines)
    return inner[len(outer) :] if inner.startswith(outer) else ""


def _in_order(node: ast.Call, names: set[str], shape: Shape, caller: Caller) -> bool:
    """Say whether the arguments that move are evaluated in the same order as before."""
    indexes = {each.index + caller.first for each in shape.joined if each.index is not None}
    staying = [arg for index, arg in enumerate(node.args[caller.first :], caller.first) if index not in indexes]
    staying += [
        each.value for each in node.keywords if each.arg is not None and each.arg not in names | caller.given.keys()
    ]
    everything = [*node.args[caller.first :], *(each.value for each in node.keywords)]
    return not staying or all(map(is_still, everything))


def is_still(node: ast.expr) -> bool:
    """Say whether it does not matter when an expression is worked out: a name, a literal, an attribute of a name."""
    return all(isinstance(each, ast.Name | ast.Constant | ast.Attribute | ast.expr_context) for each in ast.walk(node))


def _by_position(caller: Caller, function: Function, joined: set[str]) -> bool:
    """Say whether a call gives all other arguments by position, so that the schema may follow them."""
    args, node = function.node.args, caller.call.node
    owner = function.file.owner(function.node)
    if function.node.name == "__init__" and owner is not None and owner.node.bases:
        return False  # a base may look at what is given by position, as exceptions do
    if caller.first or args.defaults or args.vararg is not None or args.kwonlyargs or not isinstance(node, ast.Call):
        return False
    own = {arg.arg for arg in (*args.posonlyargs, *args.args)} - joined
    return not any(each.arg in own for each in node.keywords) and not any(isinstance(a, ast.Starred) for a in node.args)
