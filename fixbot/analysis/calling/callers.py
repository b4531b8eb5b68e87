"""Who calls a function with which keys, and what stands in the way of changing that; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.calling.arguments import Caller, Mapping, Signature, given, is_refused, refusals
from fixbot.analysis.calling.decorators import is_cache
from fixbot.analysis.calling.dynamic import dynamic_calls
from fixbot.analysis.calling.heirs import above, descendants
from fixbot.analysis.calling.making import makings
from fixbot.analysis.calling.partials import calls_of, partial_of
from fixbot.analysis.calling.reaching import Reached, class_of_super, supers
from fixbot.analysis.coroutines.hurdles import doctests, elsewhere
from fixbot.analysis.coroutines.mentions import Call, Finder, call_at
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.target import Key, Target, key_of
from fixbot.analysis.definitions import Class, Function


@dataclass(frozen=True, slots=True, eq=False)
class Callers:
    """All calls of a function in a project, in source order of each file.

    `unseen` says why there may be others. `fixed` says what keeps these from being changed: a change that leaves
    callers as they are does not mind it. Both are in words that follow the function's name. The calls in `refused`
    never get to the body: they lack a parameter that is needed, and so they will if they are left as they are.
    """

    calls: tuple[Caller, ...]
    unseen: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    refused: tuple[Caller, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """A call with what keeps it from being changed, and what is not seen of it."""

    caller: Caller
    fixed: tuple[str, ...]
    unseen: tuple[str, ...]
    refused: bool


def callers_of(finder: Finder, function: Function) -> Callers:
    """Return who calls a function: by its name, through `super()`, through its class, through a partial of it.

    Calls of a class and of those that inherit it count as calls of its `__init__`. A method is what is meant where an
    object may be of a class that overrides it too, so that a call may belong to several methods of a family.
    """
    signature = Signature.of(function)
    calls: dict[Key, _Judged] = {}
    unseen = list(_spoken_of(finder, function))
    fixed = [f"is cached by `{name}`, which asks for arguments with a hash" for name in _caches(function)]
    for reached in _reached(finder, function):
        unseen += [reached.unseen] if reached.unseen else []
        fixed += [reached.fixed] if reached.fixed else []
        call = reached.call
        if call is not None and isinstance(call.node, ast.Call) and call.key not in calls:
            judged = _caller(call.node, reached, call, signature, finder.nesting(call.file))
            calls[call.key] = judged
            unseen += judged.unseen
    ordered = sorted(calls.values(), key=lambda judged: judged.caller.call.key)
    right = [judged.caller for judged in ordered if not judged.refused]
    inner = {id(caller.call.node) for caller in right}
    fixed += [why for judged in ordered if not judged.refused for why in judged.fixed]
    fixed += [why for caller in right for why in _nested(caller, inner)]
    fixed += [why for caller in right for why in _untouchable(caller, finder)]
    refused = tuple(judged.caller for judged in ordered if judged.refused)
    return Callers(tuple(right), tuple(dict.fromkeys(unseen)), tuple(dict.fromkeys(fixed)), refused)


def _nested(caller: Caller, inner: set[int]) -> Iterator[str]:
    """Yield where a call stands among the arguments of another one."""
    inside = (node for node in ast.walk(caller.call.node) if node is not caller.call.node)
    if any(id(node) in inner for node in inside):
        yield f"is called at {caller.call.at} with a call of itself among its arguments"


def _untouchable(caller: Caller, finder: Finder) -> Iterator[str]:
    """Yield why the file of a call must stay as it is."""
    because = finder.corpus.fixed.get(caller.call.file.path)
    if because is not None:
        yield f"is called at {caller.call.at}, and that file stays as it is: {because}"


def _spoken_of(finder: Finder, function: Function) -> Iterator[str]:
    """Yield what else goes by the function's name, and which doctests call it."""
    yield from (hurdle.says for hurdle in elsewhere(finder.corpus, function))
    owner = function.file.owner(function.node)
    yield from dynamic_calls(finder, function, descendants(finder, owner)[0] if owner is not None else [])
    name = Target.of(function).name
    if name != function.node.name:
        yield from (f"is called in a doctest in {path}" for path in doctests(finder.corpus, name))


def _caches(function: Function) -> Iterator[str]:
    for decorator in function.node.decorator_list:
        if is_cache(function.file, decorator, function.node):
            yield ast.unparse(decorator)


def _reached(finder: Finder, function: Function) -> Iterator[Reached]:
    """Yield all that may run a function, each as what it is."""
    owner = function.file.owner(function.node)
    if owner is not None and function.node.name == "__init__":
        found = makings(finder, function, owner)
    else:
        found = _mentioned(finder, function, owner)
    for each in found:
        partial = partial_of(each.value, each.nesting) if each.value is not None and each.nesting is not None else None
        if partial is None or each.value is None or each.nesting is None:
            yield each
            continue
        after = calls_of(partial, each.nesting, finder)
        at = f"{each.nesting.file.path}:{partial.lineno}"
        if after is None:
            yield Reached(unseen=f"goes into a `functools.partial` at {at} whose calls cannot be followed")
        else:
            first = 1 + _taken(each.value, function, each.nesting, finder)
            yield Reached(call_at(partial, each.nesting), first=first, after=tuple(after))


def _mentioned(finder: Finder, function: Function, owner: Class | None) -> Iterator[Reached]:
    """Yield what the mentions of a function or method are."""
    found = finder.mentions(function)
    yield from (Reached(unseen=hurdle.says) for hurdle in found.hurdles if hurdle.node is None)
    below = descendants(finder, owner)[0] if owner is not None else []
    line = {key_of(each) for each in (owner, *below) if each is not None}
    for value in found.values:
        nesting = finder.nesting(value.file) if value.file is not None else None
        if value.node is not None and nesting is not None and _counts(value.node, nesting, function, line, finder):
            yield Reached(value=None if value.maybe else value.node, nesting=nesting, unseen=value.says)
    for call in found.calls:
        if not isinstance(call.node, ast.Call):
            yield Reached(unseen=f"is read like an attribute at {call.at}")
        elif not _is_of_another(call.node, finder.nesting(call.file), function, finder):
            yield Reached(call, first=_taken(call.node.func, function, finder.nesting(call.file), finder))
    if owner is not None:
        yield from supers(finder, function, below)


def _counts(node: ast.expr, nesting: Nesting, function: Function, line: set[Key], finder: Finder) -> bool:
    """Say whether a mention may run a function: no call that it would refuse, no `super()` that is looked at anyway."""
    cls = class_of_super(node, nesting, finder)
    signature, outer = Signature.of(function), nesting.parents.get(node)
    firsts = (0, 1) if signature.hidden else (0,)
    called = isinstance(outer, ast.Call) and outer.func is node
    refused = isinstance(outer, ast.Call) and called and is_refused(outer, signature, nesting, firsts=firsts)
    return not refused and (cls is None or key_of(cls) not in line)


def _is_of_another(call: ast.Call, nesting: Nesting, function: Function, finder: Finder) -> bool:
    """Say whether `super().name(...)` in a class with a method of that name means the one above it."""
    cls = class_of_super(call.func, nesting, finder)
    meant = above(finder.corpus.project, cls, function.node.name) if cls is not None else None
    return cls is not None and (meant is None or key_of(meant) != key_of(function))


def _taken(func: ast.expr, function: Function, nesting: Nesting, finder: Finder) -> int:
    """Return how many positional arguments go to the object that a method is bound to, as it is written before them."""
    if function.bound_to != "instance" or function.node.name == "__init__":
        return 0
    if not isinstance(func, ast.Attribute):
        return 1
    found = finder.corpus.project.lookup(func.value, nesting.file, nesting.statement(func))
    return 1 if isinstance(found, Class) else 0


def _caller(node: ast.Call, reached: Reached, call: Call, signature: Signature, nesting: Nesting) -> _Judged:
    """Return the record of a call with why it cannot be changed, or what cannot be seen of a partial."""
    found = given(node, signature, nesting, first=reached.first)
    later = [given(each, signature, nesting, first=0, taken=found.count) for each in reached.after or ()]
    whole = not any(each.others or each.mappings or each.starred for each in later)
    common = set[str].intersection(*(set(each.own) for each in later)) if later else set[str]()
    bound = frozenset({*found.own, *common})
    reasons = [*refusals(call, found, signature, bound, nesting)]
    if any(each.wrong for each in later):
        reasons.append(f"is called wrongly through the `functools.partial` at {call.at}")
    unseen = [] if whole else [f"goes into a `functools.partial` at {call.at} whose calls give more than it takes"]
    caller = Caller(call, found.others, found.mappings, bound, reached.first)
    refused = reached.after is None and not found.wrong and found.lacks(signature)
    return _Judged(caller, tuple(reasons), tuple(unseen), refused)


__all__ = ["Caller", "Callers", "Mapping", "callers_of"]
