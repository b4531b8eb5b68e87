"""What a call of a known callable raises and gives, by its fact and its arguments; reads no scope."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from fixbot.analysis.knowledge import Fact
from fixbot.analysis.raises.kinds import base, certain, element, holding, is_standard, join, may_be_none, plain
from fixbot.analysis.raises.literals import is_forgiving, ruled_out
from fixbot.analysis.raises.operators import Effect, running_through

# What gives seconds: https://docs.python.org/3/library/time.html, datetime.timedelta, os.stat_result.
_CLOCKS = frozenset(
    {
        "time",
        "monotonic",
        "perf_counter",
        "process_time",
        "timestamp",
        "total_seconds",
        "getmtime",
        "getatime",
        "getctime",
        "st_mtime",
        "st_atime",
        "st_ctime",
    }
)


def outcome(fact: Fact, call: ast.Call, kinds: Sequence[str | None], receiver: str | None = None) -> Effect:
    """Return the effect of a call: `kinds` are those of its arguments, the positional ones first.

    What the arguments themselves raise is the caller's to add.
    """
    spared = ruled_out(call)
    raises = tuple(name for name in _own(fact, call, kinds) if name not in spared)
    through = _iterated(fact, call, kinds)
    if not through.known or not _understood(fact, call, kinds, receiver):
        # What it raises on its own account is worth knowing beside what it may run.
        return Effect(None, raises, known=False, source=fact.source)
    doubted = fact.unknown if kinds and kinds[0] is None else ()
    if not all(isinstance(arg, ast.Constant) for arg in _arguments(call)):
        raises += fact.unless_literal
    compares = fact.plain and fact.iterates is not None and any(map(may_be_none, map(element, kinds)))
    if compares or any(may_be_none(kind) for kind in kinds[: len(call.args)]):
        raises += fact.none
    for keyword in call.keywords:
        if not _false(keyword.value):
            raises += tuple(name for name in fact.keywords.get(keyword.arg or "", ()) if name not in spared)
    kind = _result(fact, call, kinds, receiver)
    return Effect(kind, (*raises, *through.raises), source=fact.source, doubted=doubted)


def _understood(fact: Fact, call: ast.Call, kinds: Sequence[str | None], receiver: str | None) -> bool:
    first = base(kinds[0]) if kinds else None
    if fact.positional is not None and len(call.args) > fact.positional:
        return False
    if any(keyword.arg in fact.foreign for keyword in call.keywords):
        return False
    if fact.only_given and (first is None or first not in fact.given):
        return False
    if any(index < len(call.args) and not is_standard(kinds[index]) for index in fact.known):
        return False
    if any(isinstance(arg, ast.Lambda) for arg in _arguments(call)):
        return False
    return (not fact.plain or all(map(plain, kinds))) and (not fact.plain_receiver or plain(receiver))


def _own(fact: Fact, call: ast.Call, kinds: Sequence[str | None]) -> tuple[str, ...]:
    count = len(call.args) + len(call.keywords)
    if fact.enough is not None and count >= fact.enough:
        return ()
    if fact.without_arguments is not None and not count:
        return fact.without_arguments
    if fact.literals is not None and all(isinstance(arg, ast.Constant) for arg in _arguments(call)):
        return fact.literals
    if fact.literal is not None and call.args and isinstance(call.args[0], ast.Constant):
        return fact.literal
    first = kinds[0] if call.args else None
    if first == "float" and _is_clock(call.args[0]):
        first = "int"
    return tuple(fact.given.get(first or "", fact.raises))


def _iterated(fact: Fact, call: ast.Call, kinds: Sequence[str | None]) -> Effect:
    alone = fact.iterates_alone and len(call.args) == 1
    index = 0 if alone else fact.iterates
    if index is None or index >= len(call.args):
        return Effect()
    return running_through(certain(kinds[index]) if fact.none else kinds[index])


def _result(  # noqa: PLR0911 - one return for each word
    fact: Fact, call: ast.Call, kinds: Sequence[str | None], receiver: str | None
) -> str | None:
    result = fact.returns
    if result == "file":
        return _opened(call)
    if fact.default is not None and len(call.args) + len(call.keywords) >= fact.default:
        return join(certain(result), kinds[-1]) if certain(result) else None
    word, _, source = (result or "").partition(" of ")
    if result == "same":
        return certain(receiver)
    if result == "element":
        return element(receiver)
    if not source:
        return result
    of = kinds[0] if source == "argument" and kinds else receiver
    if word == "element":
        return element(of) if len(call.args) == 1 and not call.keywords else None
    return of if word == "same" else holding(word, element(of))


def _opened(call: ast.Call) -> str | None:
    # builtins.open has its mode second, Path.open first.
    index = 1 if isinstance(call.func, ast.Name) or ast.unparse(call.func) == "io.open" else 0
    modes = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or call.args[index : index + 1]
    if not modes:
        return _text(call)
    if isinstance(modes[0], ast.Constant) and isinstance(modes[0].value, str):
        return "binary" if "b" in modes[0].value else _text(call)
    return None


def _text(call: ast.Call) -> str:
    return "forgiving" if is_forgiving(call) else "file"


def _is_clock(node: ast.expr) -> bool:
    """Say whether a number is what a clock or a file system tells, or that times something: never infinite."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        return _is_clock(node.left) and (_is_clock(node.right) or isinstance(node.right, ast.Constant))
    named = node.func if isinstance(node, ast.Call) else node
    return (named.attr if isinstance(named, ast.Attribute) else "") in _CLOCKS


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _false(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not value.value
