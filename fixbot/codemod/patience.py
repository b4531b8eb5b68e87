"""Says where somebody may mean to wait without a limit, and why a person has to set one; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Function
from fixbot.analysis.names import dotted, last_name
from fixbot.analysis.waiting.blocking import is_made_in
from fixbot.analysis.waiting.endless import Endless

_SILENCED = re.compile(r"#.*(?:\bnoqa\b(?!:)|\bnoqa:.*\bS113\b|\bnosec\b)", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#\s*(?!type:|noqa|pragma|pylint|fmt:)\w")
# The words of what goes on for as long as there is something to say.
_LASTS = re.compile(r"stream|\bsse\b|websocket|subscribe|long.?poll|\bpoll|\bwatch|\blisten", re.IGNORECASE)
# What asks the other side to answer only when something happens.
_ASKS = re.compile(r"long.?poll|\bpoll|\bwait\b|\bwatch\b|\btimeout\b|getUpdates|\bstream\b", re.IGNORECASE)


def meant(file: File, one: Endless) -> str | None:
    """Return why a call may wait as long as it likes, None where nothing says so."""
    call = one.called.call
    lines = file.module.lines[call.lineno - 1 : call.end_lineno]
    if any(_SILENCED.search(line) for line in lines):
        return "a comment for linters says that it is meant"
    if one.given is not None and any(_COMMENT.search(line) for line in lines):
        return "a comment beside it says why there is no limit"
    unpacked = one.called.unpacks
    if unpacked is not None and _speaks_of_limits(file, one):
        return f"`**{ast.unparse(unpacked)}` may bring the limit, of which the code around it speaks"
    if one.is_session and _has_limits_of_its_own(file, one):
        return "the session may have a limit of its own: an adapter is mounted, or a method replaced"
    return None


def objection(file: File, one: Endless) -> str | None:
    """Return why a person has to say how long a call may wait, None where anybody can."""
    called = one.called
    if called.in_text:
        return "it stands in an f-string"
    if called.unpacks is not None:
        return f"`**{ast.unparse(called.unpacks)}` may bring a `timeout`, too"
    streamed = called.keyword("stream")
    if one.name == "httpx.stream" or (streamed is not None and not _is_false(streamed)):
        return "the answer is read bit by bit, and somebody has to know how long it may be silent"
    asked = next((text for text in _texts(called.call) if _ASKS.search(text)), None)
    if asked is not None:
        return f"`{asked}` may ask the other side to answer later"
    if one.lasting and _LASTS.search(file.module.text):
        return "the file speaks of streams, or of waiting for something to happen, and many requests share this limit"
    return _of_others(file, one) if one.is_session else None


def _speaks_of_limits(file: File, one: Endless) -> bool:
    """Say whether the function around a call has something to do with timeouts, beside the call itself."""
    around = file.module.function(one.called.at) or file.module.tree
    return any(
        (isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value == "timeout")
        or (isinstance(node, ast.keyword | ast.arg) and node.arg == "timeout")
        for node in ast.walk(around)
    )


def _has_limits_of_its_own(file: File, one: Endless) -> bool:
    """Say whether the file mounts an adapter on a session, or puts something in the place of its methods."""
    func = one.called.call.func
    name = last_name(func.value) if isinstance(func, ast.Attribute) else ""
    return re.search(rf"\b{name}\.(?:mount\s*\(|(?:request|send|get|post)\s*=(?!=))", file.module.text) is not None


def _of_others(file: File, one: Endless) -> str | None:
    """Say where a session may be one that somebody else has made, who may have given it a limit, or another class."""
    func = one.called.call.func
    node = func.value if isinstance(func, ast.Attribute) else func
    if is_made_in(file, node, one.called.at):
        return None
    if isinstance(node, ast.Name):
        scope = next((each for each in file.names.scopes(one.called.at) if node.id in file.names.bound(each)), None)
        if scope is not None and not isinstance(scope, Function):
            return None
    elif all(isinstance(value, ast.Call) for value in _assigned(file, one, node)):
        return None
    return "the session may be one that somebody else has made"


def _assigned(file: File, one: Endless, node: ast.expr) -> Iterator[ast.expr]:
    """Yield what the class around a call gives to an attribute; of a field of a dataclass its annotation."""
    written = dotted(node)
    cls = next((each for each in file.module.definitions(one.called.at) if isinstance(each, ast.ClassDef)), None)
    for each in ast.walk(cls) if cls is not None else ():
        match each:
            case ast.Assign(targets=targets, value=value) if any(dotted(target) == written for target in targets):
                if not _says_none(value):
                    yield value
            case ast.AnnAssign(target=ast.Attribute() as target, value=ast.expr() as value):
                if dotted(target) == written and not _says_none(value):
                    yield value
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation) if name == last_name(node):
                yield annotation


def _texts(call: ast.Call) -> Iterator[str]:
    """Yield the texts among the arguments of a call."""
    for value in (*call.args, *(each.value for each in call.keywords)):
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _says_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value
