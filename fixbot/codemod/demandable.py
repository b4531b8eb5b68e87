"""What speaks against demanding a variable where it is read: who else may give it, who would swallow the error."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from fixbot.analysis.clauses import caught, written_types
from fixbot.analysis.environment import Read
from fixbot.analysis.logs import is_log_call
from fixbot.analysis.module import Function
from fixbot.analysis.names import last_name
from fixbot.analysis.remembered import remembered

_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1"})  # noqa: S104 - it is looked for, nothing binds to it
_CATCHING = frozenset({"KeyError", "LookupError", "Exception", "BaseException"})
_ERROR = re.compile(r"[A-Z]\w*[a-z]\w*")
_SWALLOWING = re.compile(r"suppress|ignor|swallow|silen|catch", re.IGNORECASE)
# Calls that take a default behind what they are asked for, and have it worked out first.
_TAKES_DEFAULT = re.compile(
    r"(?:\w*_)?(?:get\w*|pop|setdefault|next|first\w*|coalesce|default\w*|fallback\w*|either|or_else|unwrap_or|value_or"
    r"|lookup|option|config|env|nvl|if_?null|either_or|choose|pick)(?:_\w+)?",
    re.IGNORECASE,
)
_DEFAULT = re.compile(r"(?:^|_)(?:default|fallback|alternative|otherwise|if_missing|else)(?:s|_|$)", re.IGNORECASE)
_SHOWS = frozenset({"print", "pprint", "pp", "echo", "secho", "input", "warn"})
_SAYS = frozenset({"str", "repr", "format", "strip", "join", "upper", "lower", "len", "bool", "ascii"})
_Holders = Mapping[ast.AST, ast.AST]


def given_otherwise(read: Read, node: ast.expr) -> str | None:
    """Return who may give a secret in another way, None where nobody is seen.

    Args:
        read: the read of the variable.
        node: the read with its fallback.
    """
    at = read.at
    if isinstance(at, ast.AnnAssign) and isinstance(read.file.module.parents.get(at), ast.ClassDef):
        return "it is the default of a field, and whoever makes the object may give another value"
    if isinstance(at, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return "it is worked out while the file is imported, and whoever calls may give another value"
    for inner, holder in _upwards(node, read.around):
        because = _says_otherwise(holder, inner, node)
        if because is not None:
            return because
    return _named_default(read)


def swallowed(read: Read) -> str | None:
    """Return who around a read would catch the error of a missing variable, None where the function lets it through."""
    module = read.file.module
    inner: ast.AST = read.at
    for outer in (read.at, *module.ancestors(read.at)):
        if isinstance(outer, ast.Try | ast.TryStar) and inner in outer.body:
            for handler in outer.handlers:
                if _catches(read, handler):
                    return f"line {handler.lineno} catches the `KeyError` of a missing variable"
        if isinstance(outer, ast.With | ast.AsyncWith) and any(_suppresses(read, each) for each in outer.items):
            return f"line {outer.lineno} may keep the `KeyError` of a missing variable from being seen"
        if isinstance(outer, Function):
            hides = any(_SWALLOWING.search(ast.unparse(each)) for each in outer.decorator_list)
            return f"a decorator of `{outer.name}` may keep a `KeyError` from being seen" if hides else None
        inner = outer
    return None


def is_shown(read: Read, node: ast.expr) -> bool:
    """Say whether a value is only shown: printed or logged, itself or under a name that is for nothing else.

    Args:
        read: the read of the variable.
        node: the read with its fallback.
    """
    if _is_said(node, read.around):
        return True
    match read.at:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node:
            scope = read.file.module.function(read.at)
        case _:
            return False
    if scope is None:
        return False
    uses = _named(scope).get(name, ())
    loads = [each for each in uses if isinstance(each.ctx, ast.Load)]
    return bool(loads) and len(uses) == len(loads) + 1 and all(_is_said(each, _holders(scope)) for each in loads)


@remembered
def _named(scope: Function) -> Mapping[str, list[ast.Name]]:
    """Map the names in a function to where they stand."""
    found: dict[str, list[ast.Name]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Name):
            found.setdefault(node.id, []).append(node)
    return found


@remembered
def _holders(scope: Function) -> _Holders:
    """Return what holds each node below the statements of a function."""
    outer = (node for node in ast.walk(scope) if node is not scope)
    return {child: node for node in outer for child in ast.iter_child_nodes(node)}


def asks_environment(node: ast.expr) -> bool:
    """Say whether an expression reads the environment, judged by the names in it."""
    return any(last_name(part) in {"getenv", "environ"} for part in ast.walk(node))


def _upwards(node: ast.expr, around: _Holders) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Yield an expression with itself, then each expression around it with what it holds."""
    yield node, node
    inner: ast.AST = node
    while (holder := around.get(inner)) is not None:
        yield inner, holder
        inner = holder


def _says_otherwise(holder: ast.AST, inner: ast.AST, node: ast.expr) -> str | None:  # noqa: PLR0911 - one for each form
    """Return why what holds a fallback speaks against a demand."""
    match holder:
        case ast.JoinedStr():
            return "it stands in an f-string"
        case ast.keyword(arg=str() as name) if _DEFAULT.search(name):
            return "whoever gives the option or field needs no variable"
        case ast.Lambda():
            return "nobody can tell when it is called"
        case ast.Call() | ast.Dict() if _is_local(holder):
            return "it stands beside defaults for a server on the same machine, which may be meant for developing"
        case ast.Call(func=func, args=[_, *others]) if inner in others and _TAKES_DEFAULT.fullmatch(last_name(func)):
            return f"`{last_name(func)}` needs it only where what it is asked for is missing"
        case ast.Dict(keys=keys) if None in keys:
            return "what is merged with it may have another value"
        case ast.BinOp(op=ast.BitOr()):
            return "what is merged with it may have another value"
        case ast.BoolOp(op=ast.Or(), values=parts) if holder is not node:
            asked = any(part is not inner and asks_environment(part) for part in parts)
            return "another variable may have it instead" if asked else None
    return None


def _named_default(read: Read) -> str | None:
    """Say where a value is called a default, or is handed on as one."""
    targets = read.at.targets if isinstance(read.at, ast.Assign) else [getattr(read.at, "target", None)]
    names = {last_name(each) for each in targets if isinstance(each, ast.Name | ast.Attribute)}
    if any(_DEFAULT.search(name) for name in names):
        return "by its name it is a default, which something else may take the place of"
    scope = read.file.module.function(read.at) or read.file.module.tree
    if isinstance(scope, Function) and _DEFAULT.search(scope.name):
        return f"`{scope.name}` gives a default by its name, which something else may take the place of"
    taken = min((_taken(scope)[name] for name in names if name in _taken(scope)), default=None)
    return None if taken is None else f"line {taken[1]} takes it for a default, and may need none"


@remembered
def _taken(scope: Function | ast.Module) -> Mapping[str, tuple[int, int]]:
    """Map what is handed on as a default to the first call that takes it: its place among them, and its line."""
    found: dict[str, tuple[int, int]] = {}
    calls = (node for node in ast.walk(scope) if isinstance(node, ast.Call))
    for place, call in enumerate(calls):
        for arg in _defaults(call):
            found.setdefault(last_name(arg), (place, call.lineno))
    return found


def _defaults(call: ast.Call) -> Iterator[ast.expr]:
    if _TAKES_DEFAULT.fullmatch(last_name(call.func)):
        yield from call.args[1:]
    yield from (each.value for each in call.keywords if each.arg is not None and _DEFAULT.search(each.arg))


def _is_local(holder: ast.AST) -> bool:
    return any(isinstance(part, ast.Constant) and part.value in _LOCAL for part in ast.walk(holder))


def _catches(read: Read, handler: ast.ExceptHandler) -> bool:
    """Say whether a handler catches a `KeyError`; what is no name of a class may stand for anything."""
    if handler.type is None:
        return True
    found = caught(read.file.names, handler, read.at)
    return len(found) < len(written_types(handler)) or any(map(_may_be_missing, found))


def _may_be_missing(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last in _CATCHING or _ERROR.fullmatch(last) is None


def _suppresses(read: Read, item: ast.withitem) -> bool:
    made = item.context_expr
    if not isinstance(made, ast.Call):
        return _SWALLOWING.search(last_name(made)) is not None
    if read.file.names.resolve(made.func, read.at) == "contextlib.suppress":
        return any(_may_be_missing(last_name(each)) for each in made.args)
    return _SWALLOWING.search(last_name(made.func)) is not None


def _is_said(node: ast.AST, around: _Holders) -> bool:
    """Say whether what is made of a value is only a part of what is printed or logged."""
    while (holder := around.get(node)) is not None:
        match holder:
            case ast.Call() if is_log_call(holder) or last_name(holder.func) in _SHOWS:
                return node is not holder.func
            case ast.Call(func=func) if last_name(func) not in _SAYS:
                return False
            case ast.stmt() | ast.Lambda() | ast.NamedExpr() | ast.Await() | ast.comprehension():
                return False
        node = holder
    return False
