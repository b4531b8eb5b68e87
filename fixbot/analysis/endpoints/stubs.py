"""Says which endpoints only pretend to do what they are for, and whether they do anything at all; it only reads."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.definitions import File, FunctionNode
from fixbot.analysis.endpoints.answers import worked_out
from fixbot.analysis.endpoints.notes import (
    Sure,
    by_answer,
    by_comment,
    by_docstring,
    by_todo,
    is_heading,
    tells_of_mock,
    todo,
)
from fixbot.analysis.endpoints.routes import Endpoint
from fixbot.analysis.logs import is_log_call
from fixbot.analysis.module import Module
from fixbot.analysis.names import last_name, own, own_nodes

_TODO_TOLD = re.compile(r"\b(?:TODO|FIXME)\b\s*[:\-]?\s*(?P<says>[^\n]*)")
_MOCK_NAME = re.compile(r"(?:^|_)(?:mock|fake|dummy|stub|placeholder)(?:s|ed)?(?:_|$)", re.IGNORECASE)
_MEANT = re.compile(
    r"\b(?:implement|actual(?:ly)?|real(?:ly)?|replace|integrate|persist|look ?up|hook up|wire|fetch|query|store"
    r"|save)\b",
    re.IGNORECASE,
)
_HEALTH = re.compile(
    r"(?:^|[/_-])(?:health\w*|ping|ready|readiness|readyz|live|liveness|livez|alive|heartbeat)(?:$|[/_-])",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?:/api)?(?:/v\d+)?/(?:status|metrics)/?", re.IGNORECASE)
_HOOK = re.compile(r"web_?hook|callback|(?:^|[/_-])hooks?(?:$|[/_-])", re.IGNORECASE)
_SAMPLES = "it looks into"
_HARMLESS = frozenset(
    {"model_dump", "dict", "isoformat", "hex", "strftime", "upper", "lower", "strip", "copy", "format", "join", "items"}
)
_BUILTINS = frozenset(
    {"str", "int", "float", "bool", "len", "dict", "list", "tuple", "set", "range", "round", "jsonify", "print"}
)
_PURE = ("datetime.", "uuid.", "time.", "random.", "decimal.", "secrets.", "django.utils.timezone.")
_ANSWERS = frozenset({"make_response", "render_template", "render"})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment: its line from 1, and its text with the sign."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Tells:
    """What tells of a stub: how sure, in which words, at which line; `says` is what is to be done."""

    sure: Sure
    because: str
    line: int
    says: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Stub:
    """An endpoint that only pretends.

    `says` is what is to be done, as somebody wrote it, empty where nobody did. `because` is what tells that it is a
    stub, at `line`. `hindrance` is why nobody but a person can say what it is to answer, None where it does nothing.
    """

    endpoint: Endpoint
    says: str
    because: str
    line: int
    hindrance: str | None


@lru_cache(maxsize=4)
def comments(module: Module) -> tuple[Comment, ...]:
    """Return the comments of a file, in order."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(module.text).readline))
    except (tokenize.TokenError, SyntaxError):
        return ()
    return tuple(Comment(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)


def comments_in(module: Module, first: int, last: int) -> list[Comment]:
    """Return the comments in some lines of a file, from 1, in order."""
    every = comments(module)
    begin = bisect_left(every, first, key=lambda each: each.line)
    end = bisect_right(every, last, key=lambda each: each.line)
    return list(every[begin:end])


def stub_of(file: File, endpoint: Endpoint) -> Stub | None:
    """Return what is known of an endpoint that only pretends, None for any other."""
    node = endpoint.node
    if _raises(node):
        return None
    inside = comments_in(file.module, node.lineno, node.end_lineno or node.lineno)
    told = ast.get_docstring(node) or ""
    hindrance = min(_doings(file, node), key=lambda each: not each.startswith(_SAMPLES), default=None)
    notes = _todos([*inside, *_above(file.module, endpoint.line)], told, node)
    signs = list(_mocked(node, inside, told))
    if hindrance is not None and not (signs and any(each.sure and _MEANT.search(each.says) for each in notes)):
        return None
    tells = max([*notes, *signs], key=lambda each: each.sure, default=None)
    if is_empty(node) and (tells is None or not tells.sure):
        tells = Tells(Sure.PERHAPS, "it does nothing", node.lineno)
    if tells is None or not tells.sure:
        return None
    says = next((each.says for each in notes if each.sure is tells.sure), "")
    return Stub(endpoint, says, tells.because, tells.line, _caution(endpoint) or hindrance or _doubt(file, node, tells))


def _doubt(file: File, node: FunctionNode, tells: Tells) -> str | None:
    """Return why an endpoint that does nothing but answer may be meant so, None where a note says that it is not."""
    if tells.sure is not Sure.YES:
        return "no note says that the endpoint itself is missing"
    made = worked_out(file, node)
    return None if made is None else f"its answer is made of `{made[:60]}`"


def _above(module: Module, line: int) -> list[Comment]:
    """Return the comments directly above a line."""
    found: list[Comment] = []
    while (each := comments_in(module, line - 1, line - 1)) and module.lines[line - 2].lstrip().startswith("#"):
        found += each
        line -= 1
    return found[::-1]


def _todos(written: list[Comment], told: str, node: FunctionNode) -> list[Tells]:
    """Return what is to be done, as the comments and the docstring say it."""
    found = []
    for each in written:
        says = todo(each.text)
        if says is not None:
            sure = Sure.NO if is_heading(each.text) and not is_empty(node) else _sure(says, each.text, node)
            says = f"implement {says}" if is_heading(each.text) else says
            found.append(Tells(sure, f"a comment says: {each.text.lstrip('# ')}", each.line, says))
    told_there = _TODO_TOLD.search(told)
    if told_there is not None:
        says = told_there["says"].strip()
        found.append(Tells(_sure(says, "", node), f"its docstring says: {told_there[0]}", node.lineno, says))
    return found


def _sure(says: str, text: str, node: FunctionNode) -> Sure:
    """Judge a note; where nothing is done at all, it need not say so plainly that the endpoint is missing."""
    sure = by_todo(says)
    return Sure.YES if is_empty(node) and (sure or is_heading(text)) else sure


def _mocked(node: FunctionNode, inside: list[Comment], told: str) -> Iterator[Tells]:
    """Yield what tells that an answer is made up."""
    for each in inside:
        is_todo = todo(each.text) is not None  # which is judged by itself, and may tell of a mock as well
        sure = Sure.NO if is_todo else by_comment(each.text)
        if sure or (is_todo and tells_of_mock(each.text)):
            yield Tells(sure, f"a comment says: {each.text.lstrip('# ')}", each.line)
    told_so, word = by_docstring(told)
    if told_so:
        yield Tells(told_so, f"its docstring says `{word}`", node.lineno)
    for inner in own_nodes(node):
        match inner:
            case ast.Name(id=name, lineno=line) if _MOCK_NAME.search(name):
                yield Tells(Sure.PERHAPS, f"it answers from `{name}`", line)
            case ast.Return(value=ast.expr() as value):
                for part in ast.walk(value):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and by_answer(part.value):
                        yield Tells(by_answer(part.value), f"it answers `{part.value}`", part.lineno)


def is_empty(node: FunctionNode) -> bool:
    """Say whether a function has nothing but a docstring and `pass`."""
    return all(
        isinstance(each, ast.Pass) or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in node.body
    )


def _raises(node: ast.AST) -> bool:
    """Say whether all that a function does is to raise an error."""
    return isinstance(getattr(node, "body", [None])[-1], ast.Raise)


def _caution(endpoint: Endpoint) -> str | None:
    where = (endpoint.path, endpoint.node.name)
    if _STATUS.fullmatch(endpoint.path) or any(_HEALTH.search(each) for each in where):
        return "who asks whether the service is up would hear that it is not"
    if any(_HOOK.search(each) for each in where):
        return "whoever calls it would call again and again"
    return None


def _doings(file: File, node: FunctionNode) -> Iterator[str]:
    """Yield what an endpoint does beside building an answer from nothing, as reasons."""
    for at in node.body:
        match at:
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                continue
            case ast.Expr(value=ast.Call() as call) if is_log_call(call) or last_name(call.func) == "print":
                continue
            case ast.Assign(targets=[ast.Name() | ast.Tuple()]) | ast.AnnAssign(target=ast.Name()) | ast.Return():
                yield from _calls(file, node, at)
            case ast.Expr():
                yield f"it calls `{_head(at.value)}`"
            case ast.If() | ast.Match():
                yield "it decides something"
            case ast.Raise():
                yield "it raises an error"
            case _:
                yield f"it has a `{type(at).__name__.removeprefix('Async').lower()}`"


def _head(node: ast.expr) -> str:
    inner = node.value if isinstance(node, ast.Await) else node
    return ast.unparse(inner.func if isinstance(inner, ast.Call) else inner)


def _calls(file: File, node: FunctionNode, at: ast.stmt) -> Iterator[str]:
    """Yield what a statement does that gives a value."""
    for inner in own([at]):
        match inner:
            case ast.Await() | ast.Yield() | ast.YieldFrom() | ast.NamedExpr():
                yield f"it does more than build an answer: `{ast.unparse(inner)[:60]}`"
            case ast.Name(id=name, ctx=ast.Load()) if _MOCK_NAME.search(name) and _is_global(file, node, name):
                yield f"{_SAMPLES} `{name}`"
            case ast.Call() if not _is_harmless(file, inner, node):
                yield f"it calls `{_head(inner)}`"


def _is_global(file: File, node: ast.AST, name: str) -> bool:
    return name not in file.names.bound(node) and name in file.names.bound(file.module.tree)


def _is_harmless(file: File, call: ast.Call, node: FunctionNode) -> bool:
    """Say whether a call only builds a value: the time, an id, a model of the answer."""
    inside = node.body[0]
    full = file.names.resolve(call.func, inside) or ""
    name = last_name(call.func)
    if full.startswith(_PURE) or full in _BUILTINS or name in _ANSWERS or is_log_call(call):
        return True
    if isinstance(call.func, ast.Attribute):
        return name in _HARMLESS or (name in {"now", "utcnow", "today"})
    return name == "jsonify" or name[:1].isupper()
