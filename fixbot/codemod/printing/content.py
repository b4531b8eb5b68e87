"""What a print says: which level fits it, and whether it may be kept in a log; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.clauses import caught, is_broad
from fixbot.analysis.module import Function, Module
from fixbot.analysis.names import Names, dotted

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PRIVATE = (
    "address addresses apikey auth authorization birthday bearer body card cards cookie cookies credential credentials "
    "customer dob email emails firstname guest guests headers iban jwt lastname login mail mobile passphrase passwd "
    "password passwords patient payload person phone phones pin profile pwd recipient request secret secrets sender "
    "session signature ssn surname tel telephone token tokens user username users zip zipcode"
)
# What has a name and is no person.
_KINDS = (
    "app arg argument attr attribute backend base bucket cache channel class cls cluster codec collection column "
    "command component config container dag database db device dir directory distribution endpoint engine env event "
    "extension factory feature field file folder format func function graph group handler host image index interface "
    "item job key kind label lang language layer lib library link log logger loop method metric migration model module "
    "name network node op operation option package param parameter parser path pipeline plugin pool port process "
    "program project property protocol provider queue region registry repo repository resource role route rule schema "
    "script section server service setting shard signal space stage state step storage stream table tag target task "
    "template test theme thread tool topic tree type unit var variable version view volume widget worker zone"
)
_PERSONAL, _THINGS = frozenset(_PRIVATE.split()), frozenset(_KINDS.split())
# Texts beside which any value may be one of these, and the parts of an answer that may hold anything.
_SPEAKS = re.compile(
    r"\b(?:sms|whatsapp|phone|e-?mail|password|passwd|secret|token|credentials?|customers?|users?|ssn|iban|card)\b",
    re.IGNORECASE,
)
_ANSWERS = frozenset({"response", "resp", "req", "reply"})
_CONTENTS = frozenset({"text", "content", "data", "json", "body"})
_ENDS = frozenset({"to", "from", "caller", "cell", "contact", "dialed", "called", "recipient", "sender"})
# Calls and attributes that tell something about a value and not the value.
_ABOUT = frozenset({"len", "type", "bool", "id", "isinstance", "hasattr", "callable", "sum", "count"})
_COUNTS = frozenset({"count", "counts", "num", "total", "len", "length", "size", "type", "types", "agent"})
_FAILS = re.compile(
    r"\b(?:error|errors|fail|fails|failed|failure|exception|cannot|can't|could not|couldn't|unable|crash\w*|fatal"
    r"|invalid|not found|traceback)\b|❌|✗",
    re.IGNORECASE,
)
_FAILS_FIRST = re.compile(
    r"[\W_]*(?:error|errors|failed|failure|fatal|exception|cannot|can't|could not|couldn't|unable|critical)\b|\s*[❌✗]",
    re.IGNORECASE,
)
# Counts, of which no failure is known: there were 0 of them, or the number is a value and other counts follow.
_TALLY = re.compile(
    r"[\W_]*(?:errors|failed|failures)\s*[:=]?\s*"
    r"(?:0\s*(?:[,;/|)]|of\b|\Z)|[,;/|]?\s*(?:passed|skipped|succeeded|successful|total|warnings)\b)",
    re.IGNORECASE,
)
_WARNS = re.compile(
    r"\b(?:warn(?:ings?)?|caution|deprecated|not (?:configured|set|available|supported)|unsupported|unavailable|missing"
    r"|ignoring|ignored|fall(?:ing|s)? ?back)\b|⚠",
    re.IGNORECASE,
)
_NOTES = re.compile(r"[\W_]*(?:note|info|hint|warning|skip\w*)\b", re.IGNORECASE)
_DEBUGS = re.compile(r"[\W_]*(?:debug|dbg|trace|xxx|todo|got here|here|in here|test|testing)\b|[\W_]*\Z", re.IGNORECASE)


def values(call: ast.Call) -> list[ast.expr]:
    """Return the expressions that a print shows, those inside of f-strings one by one."""
    found: list[ast.expr] = []
    for argument in call.args:
        if isinstance(argument, ast.JoinedStr):
            found += [part.value for part in argument.values if isinstance(part, ast.FormattedValue)]
        elif not isinstance(argument, ast.Constant):
            found.append(argument)
    return found


def text(call: ast.Call) -> str:
    """Return the words that stand in a print, without what it shows."""
    return " ".join(said for argument in call.args for said in _words(argument))


def _words(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(said)):
            yield said
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _words(part)
        case ast.BinOp(left=left, right=right):
            yield from _words(left)
            yield from _words(right)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(said)))):
            yield said


def personal(call: ast.Call, error: str | None) -> str | None:
    """Return the first value that looks as if it told of a person or a secret, as it is written; None without one.

    Args:
        call: the print.
        error: the name of what was caught around it, which counts as harmless.
    """
    shown = [node for value in values(call) for node in _shown(value)]
    speaks = _SPEAKS.search(text(call)) is not None
    for node in shown:
        harmless = dotted(node) == error or not _COUNTS.isdisjoint(_split(node))
        if _is_personal(node) or (speaks and not harmless):
            return ast.unparse(node)
    return None


def _shown(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the names and accesses whose values are shown, not those of which only a property is."""
    match node:
        case ast.Name() | ast.Attribute() if dotted(node) is not None:
            yield node
        case ast.Subscript(value=value, slice=ast.Constant(value=str())):
            yield node
            yield from _shown(value)
        case ast.Call(func=ast.Name(id=name)) if name in _ABOUT:
            return
        case ast.Call(func=func) if dotted(func) is not None and not node.args and not node.keywords:
            yield func
        case ast.Compare():
            return
        case ast.IfExp(body=body, orelse=orelse):
            yield from _shown(body)
            yield from _shown(orelse)
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield from _shown(child)
                elif isinstance(child, ast.keyword):
                    yield from _shown(child.value)


def _split(node: ast.expr) -> list[str]:
    return [word.lower() for word in _WORDS.findall(ast.unparse(node))]


def _is_personal(node: ast.expr) -> bool:
    words = _split(node)
    known = set(words)
    if {"number", "no", "nr"} & known and _ENDS & known:
        return True
    if _COUNTS & known:
        return False
    if _PERSONAL & known or {"api", "key"} <= known or (_ANSWERS & known and _CONTENTS & known):
        return True
    named = [place for place, word in enumerate(words) if word in {"name", "names"}]
    return any(place == 0 or words[place - 1] not in _THINGS for place in named)


def level(module: Module, names: Names, call: ast.Call, at: ast.stmt, *, stderr: bool) -> str:
    """Return the level that fits what a print says and where it stands."""
    said, handler = text(call), handler_of(module, at)
    if handler is not None:
        shows = {node.id for value in values(call) for node in ast.walk(value) if isinstance(node, ast.Name)}
        if (_FAILS.search(said) and not _NOTES.match(said)) or handler.name in shows:
            return "exception" if is_broad(caught(names, handler, handler)) and not _traced(handler) else "error"
        return "warning"
    if _TALLY.match(said):
        return "warning" if stderr else "info"
    if _FAILS_FIRST.match(said):
        return "error"
    if stderr or _WARNS.search(said):
        return "warning"
    return "debug" if is_dump(call) or _DEBUGS.match(said) else "info"


def is_dump(call: ast.Call) -> bool:
    """Say whether a print only shows values, with at most their own names beside them."""
    shown = {re.sub(r"\W", "", ast.unparse(value)).lower() for value in values(call)}
    said = [re.sub(r"\W", "", word).lower() for word in text(call).split()]
    return bool(shown) and all(not word or word in shown for word in said)


def handler_of(module: Module, at: ast.stmt) -> ast.ExceptHandler | None:
    """Return the handler that a statement stands in, None where a function lies between."""
    for outer in module.ancestors(at):
        if isinstance(outer, Function):
            return None
        if isinstance(outer, ast.ExceptHandler):
            return outer
    return None


def _traced(handler: ast.ExceptHandler) -> bool:
    """Say whether a handler shows the traceback itself."""
    return any(isinstance(node, ast.Name) and node.id == "traceback" for node in ast.walk(handler))
