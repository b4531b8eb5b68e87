"""Says which endpoints only pretend to do what they are for, and whether they do anything at all; it only reads."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fixbot.analysis.definitions import File
from fixbot.analysis.endpoints.routes import Endpoint
from fixbot.analysis.logs import is_log_call
from fixbot.analysis.module import Module
from fixbot.analysis.names import last_name, own, own_nodes

_TODO = re.compile(
    r"#+\s*(?:TODO|FIXME|XXX|implementation (?:for|of))\b\s*(?:\([^)]*\))?\s*[:\-]?\s*(?P<says>.*)", re.IGNORECASE
)
_TODO_TOLD = re.compile(r"\b(?:TODO|FIXME)\b\s*[:\-]?\s*(?P<says>[^\n]*)")
_MOCK = re.compile(
    r"\b(?:mock(?:ed|s)?|stub(?:bed)?|placeholder|dummy|fake|hard[- ]?coded|not (?:yet )?implemented|unimplemented"
    r"|for now|until (?:it|this) is implemented)\b",
    re.IGNORECASE,
)
_REAL = re.compile(
    r"\b(?:in (?:a |the )?(?:real|actual|proper) \w+|in production,? (?:this|it|you|we)\b)", re.IGNORECASE
)
_MOCK_NAME = re.compile(r"(?:^|_)(?:mock|fake|dummy|stub|placeholder)(?:s|ed)?(?:_|$)", re.IGNORECASE)
_MEANT = re.compile(
    r"\b(?:implement|actual(?:ly)?|real(?:ly)?|replace|integrate|persist|look ?up|hook up|wire|fetch|query|store"
    r"|save)\b",
    re.IGNORECASE,
)
_HEALTH = re.compile(
    r"(?:^|[/_-])(?:health\w*|ping|ready|readiness|readyz|live|liveness|livez|alive|version|status|heartbeat|metrics"
    r"|root)"
    r"(?:$|[/_-])",
    re.IGNORECASE,
)
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


def todo(text: str) -> str | None:
    """Return what a comment says is to be done; None where it is no such comment."""
    found = _TODO.match(text)
    return None if found is None else found["says"].strip()


def is_note(text: str) -> bool:
    """Say whether a comment says what is to be done, or what the real thing would do."""
    return todo(text) is not None or _REAL.search(text) is not None


def tells_of_mock(text: str) -> bool:
    """Say whether a comment says that something is only pretended."""
    return _MOCK.search(text) is not None


def stub_of(file: File, endpoint: Endpoint) -> Stub | None:
    """Return what is known of an endpoint that only pretends, None for any other."""
    node = endpoint.node
    inside = [each for each in comments(file.module) if node.lineno <= each.line <= (node.end_lineno or node.lineno)]
    above = _above(file.module, endpoint.line)
    told = ast.get_docstring(node) or ""
    hindrance = min(_doings(file, node), key=lambda each: not each.startswith(_SAMPLES), default=None)
    found = _todo(inside, above, told, node.lineno) or ("", "", 0)
    mocked = _mocked(node, inside, told)
    if hindrance is not None and not _is_meant(found[0], mocked):
        return None
    if not found[1] and mocked is None and not is_empty(node):
        return None
    if _raises(node):
        return None
    because, line = (found[1], found[2]) if found[1] else mocked or ("it does nothing", node.lineno)
    return Stub(endpoint, found[0], because, line, _caution(endpoint) or hindrance)


def _above(module: Module, line: int) -> list[Comment]:
    """Return the comments directly above a line."""
    by_line = {each.line: each for each in comments(module)}
    found = []
    while (line := line - 1) in by_line and module.lines[line - 1].lstrip().startswith("#"):
        found.append(by_line[line])
    return found[::-1]


def _todo(inside: list[Comment], above: list[Comment], told: str, line: int) -> tuple[str, str, int] | None:
    """Return what is to be done, how that is told, and where."""
    for each in (*inside, *above):
        says = todo(each.text)
        if says is not None:
            return says, f"a comment says: {each.text.lstrip('# ')}", each.line
    told_there = _TODO_TOLD.search(told)
    if told_there is None:
        return None
    return told_there["says"].strip(), f"its docstring says: {told_there[0]}", line


def _mocked(node: ast.FunctionDef | ast.AsyncFunctionDef, inside: list[Comment], told: str) -> tuple[str, int] | None:
    """Return what tells that an answer is made up, and where."""
    for each in inside:
        if tells_of_mock(each.text) or _REAL.search(each.text):
            return f"a comment says: {each.text.lstrip('# ')}", each.line
    if (found := _MOCK.search(told)) is not None:
        return f"its docstring says `{found[0]}`", node.lineno
    for inner in own_nodes(node):
        match inner:
            case ast.Name(id=name, lineno=line) if _MOCK_NAME.search(name):
                return f"it answers from `{name}`", line
            case ast.Return(value=ast.expr() as value):
                texts = [(each.lineno, each.value) for each in ast.walk(value) if isinstance(each, ast.Constant)]
                for at, said in texts:
                    if isinstance(said, str) and _MOCK.search(said):
                        return f"it answers `{said}`", at
    return None


def _is_meant(says: str, mocked: tuple[str, int] | None) -> bool:
    """Say whether a function that does something is a stub all the same: it says what is missing, and pretends."""
    return bool(_MEANT.search(says)) and mocked is not None


def is_empty(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
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
    is_front = endpoint.path in {"", "/"} and endpoint.node.name in {"index", "home"}
    if is_front or any(_HEALTH.search(each) for each in where):
        return "who asks whether the service is up would hear that it is not"
    if any(_HOOK.search(each) for each in where):
        return "whoever calls it would call again and again"
    return None


def _doings(file: File, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
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


def _calls(file: File, node: ast.FunctionDef | ast.AsyncFunctionDef, at: ast.stmt) -> Iterator[str]:
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


def _is_harmless(file: File, call: ast.Call, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Say whether a call only builds a value: the time, an id, a model of the answer."""
    inside = node.body[0]
    full = file.names.resolve(call.func, inside) or ""
    name = last_name(call.func)
    if full.startswith(_PURE) or full in _BUILTINS or name in _ANSWERS or is_log_call(call):
        return True
    if isinstance(call.func, ast.Attribute):
        return name in _HARMLESS or (name in {"now", "utcnow", "today"})
    return name == "jsonify" or name[:1].isupper()
