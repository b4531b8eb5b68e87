"""Reads a call: a known callable, something of the project, a method of a known kind; or it is not understood."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from fixbot.analysis.knowledge import library
from fixbot.analysis.names import dotted
from fixbot.analysis.raises import calls, hierarchy, kinds
from fixbot.analysis.raises.evidence import Unknown, shortened
from fixbot.analysis.raises.facts import facts
from fixbot.analysis.raises.literals import ruled_out
from fixbot.analysis.raises.naming import is_gone
from fixbot.analysis.raises.operators import FOREIGN, Effect
from fixbot.analysis.raises.origins import Origins
from fixbot.analysis.raises.summary import Summary

if TYPE_CHECKING:
    from fixbot.analysis.raises.expressions import Expressions

# Mappings that make up a value for a key that is missing.
_DEFAULTING = frozenset({"collections.defaultdict", "collections.Counter"})


def call(reader: Expressions, node: ast.Call, mark: int) -> str | None:
    """Read a call with its arguments and return the kind of its result; `mark` counts the unknowns before it."""
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    effect = _effect(reader, node, arguments)
    if effect in {None, FOREIGN} and not reader.names.module.sketched:
        _recall(reader, node)
    if any(isinstance(arg, ast.Starred) for arg in node.args) or any(k.arg is None for k in node.keywords):
        del reader.found.unknown[mark:]
        return _kept(reader, effect if effect is not None else FOREIGN, node, known=False)
    return _kept(reader, effect, node, known=True) if effect is not None else None


def _recall(reader: Expressions, node: ast.Call) -> None:
    """Keep what a callable is known to raise although not every call of it is understood."""
    spared = ruled_out(node)
    for name, word, source in facts(reader.names, reader.at, Origins(reader.names, reader.at), node):
        reader.found.raised((name,) if word == "fact" and name not in spared else (), node, source)


def _kept(reader: Expressions, effect: Effect | Summary, node: ast.Call, *, known: bool) -> str | None:
    if isinstance(effect, Summary):
        return reader.through(effect if known else replace(effect, unknown=True), node)
    return reader.apply(effect if known else replace(effect, known=False), node)


def _effect(reader: Expressions, node: ast.Call, arguments: list[ast.expr]) -> Effect | Summary | None:
    full = reader.names.resolve(node.func, reader.at)
    fact = library().calls.get(full) if full is not None else None
    if fact is not None:
        return calls.outcome(fact, node, _given(reader, arguments))
    if full is not None and hierarchy.imported_class(full) and not node.keywords:
        _given(reader, arguments)
        return Effect("exception")
    if full in _DEFAULTING:
        _given(reader, arguments)
        return replace(FOREIGN, kind="defaulting")
    if isinstance(node.func, ast.Name):
        return _named(reader, node.func, arguments)
    return _method(reader, node, arguments)


def _given(reader: Expressions, arguments: list[ast.expr]) -> list[str | None]:
    return [reader.kind(arg.value if isinstance(arg, ast.Starred) else arg) for arg in arguments]


def _named(reader: Expressions, func: ast.Name, arguments: list[ast.expr]) -> Effect | Summary | None:
    if func.id == "super" and not arguments and reader.variables.scope_of("super") is None:
        above = reader.view.above(reader.at)
        return Effect(above) if above is not None else FOREIGN
    kind = reader.kind(func)
    if reader.variables.scope_of(func.id) is None and is_gone(reader, func.id):
        return None
    _given(reader, arguments)
    return reader.view.call(func, reader.at, kind) or FOREIGN


def _method(reader: Expressions, node: ast.Call, arguments: list[ast.expr]) -> Effect | Summary | None:
    before = len(reader.found.unknown)
    if isinstance(node.func, ast.Attribute):
        ours = reader.view.call(node.func, reader.at, None)
        receiver = reader.kind(node.func.value) if ours is None else None
        ours = ours or reader.view.call(node.func, reader.at, receiver)
    else:
        receiver, ours = reader.kind(node.func), None
    if dotted(node.func) is not None:
        # The call is named instead of its receiver: `self.client.fetch`, not `self.client`.
        del reader.found.unknown[before:]
    settled = len(reader.found.unknown) > before
    given = _given(reader, arguments)
    absent = receiver is not None and receiver.endswith("?")
    if ours is not None:
        reader.found.raised(("AttributeError",) if absent else (), node, "operation")
        return ours
    fact = kinds.operation(receiver, node.func.attr) if isinstance(node.func, ast.Attribute) else None
    if fact is None:
        reader.found.raised(("AttributeError",) if absent else (), node, "operation", sure=False)
        return None if settled else FOREIGN
    effect = calls.outcome(fact, node, given, receiver)
    return replace(effect, raises=("AttributeError", *effect.raises)) if absent else effect


def awaited(reader: Expressions, node: ast.Await, mark: int) -> str | None:
    """Read `await value`: a coroutine of the project runs here, any other may raise anything."""
    kind = reader.kind(node.value)
    summary = reader.view.later("!", kind)
    if summary is not None:
        return reader.through(summary, node.value, mark)
    del reader.found.unknown[mark:]
    reader.found.unknown.append(Unknown(node.lineno, shortened(node)))
    return None
