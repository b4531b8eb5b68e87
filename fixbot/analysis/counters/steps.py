"""Finds counters that are read, checked and written in steps that others can come between; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fixbot.analysis.counters.clients import Client, client_of
from fixbot.analysis.definitions import File
from fixbot.analysis.module import Function, Statement, blocks
from fixbot.analysis.names import own

_READS = frozenset({"get", "hget", "mget", "exists"})
_COUNTS = frozenset({"incr", "incrby", "incrbyfloat", "decr", "decrby", "hincrby", "hincrbyfloat"})
_SETS = frozenset({"set", "setex", "psetex", "hset", "aset"})
_ATOMIC = frozenset(
    {
        "watch",
        "eval",
        "evalsha",
        "register_script",
        "transaction",
        "lock",
        "setnx",
        "set_nx",
        "acquire",
        "execute_command",
    }
)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A call of a client or of its pipeline with a key; `at` is its statement."""

    call: ast.Call
    at: ast.AST
    client: Client
    method: str
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class Race:
    """What is read in one step and written in a later one; `check` is what is asked between, None for nothing."""

    function: ast.FunctionDef | ast.AsyncFunctionDef
    read: Use
    check: ast.expr | None
    write: Use


@dataclass(slots=True)
class _Walk:
    """What was seen so far on the way through a function: which names hold what was read."""

    reads: list[Use] = field(default_factory=list)
    pipes: dict[str, Client] = field(default_factory=dict)
    queued: dict[str, list[Use]] = field(default_factory=dict)
    held: dict[str, list[Use]] = field(default_factory=dict)
    checks: list[tuple[ast.expr, ast.AST, list[Use]]] = field(default_factory=list)


def races(file: File, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Race]:
    """Yield each counter of a function that is read and checked, and then written by another command."""
    if _is_guarded(function):
        return
    walk = _Walk()
    done: set[str] = set()
    for at in _in_order(function):
        found = _uses(file, at, walk)
        for use in found:
            race = _race(file, function, walk, use)
            if race is not None and use.key not in done:
                done.add(use.key)
                yield race
        _learn(at, found, walk)


def _is_guarded(function: ast.AST) -> bool:
    """Say whether a function locks, watches or runs a script."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in _ATOMIC:
                return True
            case ast.Call(keywords=keywords) if any(keyword.arg == "nx" for keyword in keywords):
                return True
            case ast.withitem(context_expr=expr) if "lock" in ast.unparse(expr).lower():
                return True
    return False


def _in_order(node: ast.AST) -> Iterator[Statement]:
    """Yield the statements of a function in source order, but not those of functions inside of it."""
    for child in blocks(node):
        yield child
        if not isinstance(child, Function | ast.ClassDef):
            yield from _in_order(child)


def parts(at: ast.AST) -> list[ast.AST]:
    """Return the expressions of a statement, those of its blocks left out."""
    return [child for child in ast.iter_child_nodes(at) if not isinstance(child, Statement)]


def _uses(file: File, at: ast.AST, walk: _Walk) -> list[Use]:
    found: list[Use] = []
    for node in own(parts(at)):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[key, *_]) if (
                attr in _READS | _COUNTS | _SETS
            ):
                name = ast.unparse(value)
                client = walk.pipes.get(name) or client_of(file, value, at)
                if client is not None:
                    uses = [Use(node, at, client, attr, each) for each in _keys(attr, node, key)]
                    found += uses
                    if name in walk.pipes and attr in _READS:
                        walk.queued.setdefault(name, []).extend(uses)
    return found


def _keys(method: str, call: ast.Call, key: ast.expr) -> list[str]:
    """Return the keys of a call as source text; that of a hash has its field behind."""
    if method == "mget":
        several = key.elts if isinstance(key, ast.List | ast.Tuple) else call.args
        return [ast.unparse(each) for each in several]
    more = f", {ast.unparse(call.args[1])}" if method.startswith("h") and len(call.args) > 1 else ""
    return [ast.unparse(key) + more]


def _learn(at: ast.AST, found: Sequence[Use], walk: _Walk) -> None:
    """Take in what a statement does: pipelines it makes, what it reads, what it asks."""
    reads = [use for use in found if use.method in _READS and use not in _queued(walk)]
    match at:
        case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
            held = [*reads, *_holding(value, walk), *_executed(value, walk)]
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    walk.held[name.id] = held
        case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test):
            asked = [*reads, *_holding(test, walk)]
            if asked:
                walk.checks.append((test, at, asked))
    walk.pipes |= dict(_pipes(at))
    walk.reads += reads


def _queued(walk: _Walk) -> list[Use]:
    return [use for uses in walk.queued.values() for use in uses]


def _holding(node: ast.AST, walk: _Walk) -> list[Use]:
    names = (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
    return [use for name in names for use in walk.held.get(name, [])]


def _executed(node: ast.AST, walk: _Walk) -> list[Use]:
    """Return what was queued in a pipeline that an expression executes."""
    found: list[Use] = []
    for each in ast.walk(node):
        match each:
            case ast.Call(func=ast.Attribute(value=value, attr="execute")):
                found += walk.queued.get(ast.unparse(value), [])
    return found


def _pipes(at: ast.AST) -> Iterator[tuple[str, Client]]:
    """Yield the names of the pipelines that a statement makes."""
    made: list[tuple[ast.expr, ast.expr | None]] = []
    match at:
        case ast.Assign(targets=[target], value=value):
            made = [(value, target)]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            made = [(item.context_expr, item.optional_vars) for item in items]
    for value, name in made:
        match value:
            case ast.Call(func=ast.Attribute(value=client, attr="pipeline" | "multi_exec")) if name is not None:
                yield ast.unparse(name), Client(ast.unparse(client), "it makes a pipeline")


def _race(file: File, function: ast.FunctionDef | ast.AsyncFunctionDef, walk: _Walk, write: Use) -> Race | None:
    """Return what a write completes: a check of the same key before it, or a value that was computed from it."""
    for test, at, asked in walk.checks if write.method in _COUNTS else ():
        read = next((use for use in asked if _same(use, write)), None)
        if read is not None and _decides(file, at, write.at):
            return Race(function, read, test, write)
    if write.method in _SETS:
        value = [arg for arg in write.call.args[1:] if not isinstance(arg, ast.Constant)]
        computed = [node for arg in value for node in ast.walk(arg) if isinstance(node, ast.BinOp)]
        names = [node.id for arg in value for node in ast.walk(arg) if isinstance(node, ast.Name)]
        sums = _sums(function, names, write.at)
        held = [use for node in (*computed, *sums) for use in (*_holding(node, walk), *_read_in(node, walk))]
        read = next((use for use in held if _same(use, write)), None)
        if read is not None:
            tests = (test for test, at, uses in walk.checks if read in uses and _decides(file, at, write.at))
            return Race(function, read, next(tests, None), write)
    return None


def _read_in(node: ast.AST, walk: _Walk) -> list[Use]:
    calls = {id(each) for each in ast.walk(node) if isinstance(each, ast.Call)}
    return [use for use in walk.reads if id(use.call) in calls]


def _sums(function: ast.AST, names: Sequence[str], before: ast.AST) -> Iterator[ast.AST]:
    """Yield what counts variables up, above a statement: `n += 1`, `n = n + 1`."""
    for at in _in_order(function):
        if getattr(at, "lineno", 0) >= getattr(before, "lineno", 0):
            return
        match at:
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() | ast.Sub()) if name in names:
                yield at.target
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp(op=ast.Add() | ast.Sub()) as value) if (
                name in names
            ):
                yield value


def _same(read: Use, write: Use) -> bool:
    if read.call is write.call or read.client.written != write.client.written:
        return False
    return read.key == write.key


def _decides(file: File, check: ast.AST, write: ast.AST) -> bool:
    """Say whether a check decides about a later statement: that stands in it, or it leaves before that comes."""
    if check in file.module.ancestors(write):
        return True
    body = blocks(check)
    return any(isinstance(each, _LEAVES) for each in body)
