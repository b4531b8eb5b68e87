"""Says of a call whether it blocks the event loop and what could stand there instead; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import cache

from fixbot.analysis.clauses import written_types
from fixbot.analysis.coroutines.instances import classes_of
from fixbot.analysis.definitions import File
from fixbot.analysis.knowledge.blocking import Waiting, table
from fixbot.analysis.module import Function as FunctionNode
from fixbot.analysis.names import dotted, last_name


@dataclass(frozen=True, slots=True)
class Blocking:
    """What a call waits for.

    `kind` is `sleep`, `http`, `process`, `input`, `socket` or `file`. `name` is the full name of what is called, of a
    method behind its class: `requests.get`, `subprocess.Popen.wait`. `instead` is what coroutines use in its place.
    `unbounded` says that nobody knows how long it takes, which is so for all but files. `manual` says why it helps
    nobody to hand the call to a thread as it stands, None where it does help. It `is_method` of an object.
    """

    kind: str
    name: str
    instead: str
    unbounded: bool
    manual: str | None
    is_method: bool = False


@dataclass(frozen=True, slots=True)
class Likely:
    """The `words` of which a file has one that calls something that blocks by some last name.

    Those that are `unbounded` are there where nobody knows how long it takes.
    """

    words: frozenset[str]
    unbounded: frozenset[str]


@cache
def likely_calls() -> dict[str, Likely]:
    """Return the last names of all that is known to wait, sleeps left out, each with the modules that it is from."""
    known = [
        (full.rpartition(".")[2], waiting, frozenset({full.partition(".")[0]}))
        for full, waiting in table().calls.items()
    ]
    known += [(name, waiting, _sources(cls)) for (cls, name), waiting in table().methods.items()]
    words: dict[str, set[str]] = {}
    unbounded: dict[str, set[str]] = {}
    for name, waiting, sources in known:
        if waiting.kind.name == "sleep":
            continue
        words.setdefault(name, set()).update(sources)
        unbounded.setdefault(name, set()).update(sources if waiting.kind.waits else ())
    return {name: Likely(frozenset(words[name]), frozenset(unbounded[name])) for name in words}


@cache
def _sources(cls: str) -> frozenset[str]:
    """Return the modules that instances of a class are from, or the builtins that give them."""
    known = {name for pairs in (table().classes, table().returns) for name, known in pairs.items() if known == cls}
    return frozenset(name.partition(".")[0] for name in (cls, *known))


def blocking(file: File, call: ast.Call, at: ast.AST) -> Blocking | None:
    """Return what a call waits for; None where it does not wait or nothing is known of it.

    Args:
        file: the file.
        call: a call in it.
        at: the statement that the call stands in.
    """
    full = file.names.resolve(call.func, at)
    if full is not None:
        waiting = table().calls.get(full)
        return None if waiting is None or _returns_at_once(waiting, call) else _blocking(full, waiting, call)
    if not isinstance(call.func, ast.Attribute):
        return None
    owners = sorted(classes_of(file, call.func.value, at) or ())
    methods = [table().methods.get((owner, call.func.attr)) for owner in owners]
    waiting = methods[0] if methods else None
    if waiting is None or None in methods or _returns_at_once(waiting, call):
        return None
    if _is_told_not_to_wait(file, call.func.value, at, waiting) or not _sends(file, waiting, call, at):
        return None
    found = replace(_blocking(f"{owners[0]}.{call.func.attr}", waiting, call), is_method=True)
    known = waiting.elsewhere is None or is_made_in(file, call.func.value, at)
    return found if known else replace(found, manual=waiting.elsewhere)


def _blocking(name: str, waiting: Waiting, call: ast.Call) -> Blocking:
    kind = waiting.kind
    unsafe = sorted(waiting.unsafe & {keyword.arg for keyword in call.keywords if keyword.arg})
    manual = f"`{unsafe[0]}` is not safe where there are threads" if unsafe else waiting.manual
    return Blocking(kind.name, name.removeprefix("builtins."), kind.instead, kind.waits, manual)


def _is_hint(name: str, waiting: Waiting) -> bool:
    """Say whether a name among the arguments says that nothing waits: addresses in figures need nobody's answer."""
    return name in waiting.unless or (waiting.kind.name == "socket" and "NUMERIC" in name)


def _returns_at_once(waiting: Waiting, call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if waiting.needs_argument and not given:
        return True
    if any(_is_hint(last_name(node), waiting) for value in given for node in ast.walk(value)):
        return True
    first = call.args[0] if call.args else None
    return waiting.unless_first is not None and isinstance(first, ast.Constant) and first.value == waiting.unless_first


def _sends(file: File, waiting: Waiting, call: ast.Call, at: ast.AST) -> bool:
    """Say whether a request that needs a verb has one."""
    if not waiting.verbs:
        return True
    verbs = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "method")]
    match verbs:
        case [ast.Constant(value=value)]:
            return isinstance(value, str) and value.upper() in waiting.verbs
        case [ast.Name(id=name)]:
            return any(name in file.names.bound(scope) for scope in file.names.scopes(at))
    return bool(verbs)


def _is_told_not_to_wait(file: File, receiver: ast.expr, at: ast.AST, waiting: Waiting) -> bool:
    """Say whether the file somewhere tells an object of this name not to wait: `sock.setblocking(False)`.

    What is expected to fail where it would have to wait has been told so as well.
    """
    name = dotted(receiver)
    if name is None or not waiting.unless_told:
        return False
    if any(isinstance(outer, ast.Try) and _expects_to_wait(outer) for outer in file.module.ancestors(at)):
        return True
    return any(file.module.mentions(word) for word in waiting.unless_told) and any(
        isinstance(node.func, ast.Attribute)
        and node.func.attr in waiting.unless_told
        and dotted(node.func.value) == name
        and any(isinstance(value, ast.Constant) and value.value == 0 for value in node.args)
        for node in ast.walk(file.module.tree)
        if isinstance(node, ast.Call)
    )


def _expects_to_wait(node: ast.Try) -> bool:
    return any(last_name(each) == "BlockingIOError" for handler in node.handlers for each in written_types(handler))


def is_made_in(file: File, node: ast.expr, at: ast.AST) -> bool:
    """Say whether the function around a statement makes an object itself, be it under a name or where it is used."""
    if isinstance(node, ast.Call | ast.Await):
        return True
    function = file.module.function(at)
    if not isinstance(node, ast.Name) or not isinstance(function, FunctionNode):
        return False
    parameters = {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
    return node.id in file.names.bound(function) and node.id not in parameters
