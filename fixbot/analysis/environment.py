"""Where a file reads the variables of its environment, and what it takes where they are missing; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Statement, statements
from fixbot.analysis.names import dotted, last_name

#: Bytes that every file has that reads a variable.
PATTERN = re.compile(rb"getenv|environ|\bSettings\b|\benvvar\b|\bdecouple\b|BaseSettings")
_READS = frozenset({"os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault", "decouple.config"})
_LAST = frozenset({"environ", "getenv", "get", "pop", "setdefault", "config"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Read:
    """One read of a variable: `node` is the read itself, in statement `at`; `key` is the expression of the name.

    `default` is what is taken where the variable is missing, None where nothing is. `required` says that a missing
    variable is an error there. `way` is the full name of what reads it: `os.getenv`, `os.environ.pop`; empty for fields
    and options.
    """

    file: File
    name: str
    node: ast.expr
    at: Statement
    key: ast.expr | None = None
    default: ast.expr | None = None
    required: bool = False
    around: Mapping[ast.AST, ast.AST]
    way: str = ""

    @property
    def line(self) -> int:
        """The line of the read, from 1."""
        return self.node.lineno


def reads(file: File) -> Iterator[Read]:
    """Yield every read of a variable whose name is written in the file, in source order."""
    for at, _ in statements(file.module.tree):
        around: dict[ast.AST, ast.AST] = {}
        found = [read for node in _own(at, around) if (read := _read(file, node, at, around)) is not None]
        yield from sorted(found, key=lambda read: (read.node.lineno, read.node.col_offset))
        if isinstance(at, ast.ClassDef):
            yield from _fields(file, at)


def _own(at: Statement, around: dict[ast.AST, ast.AST]) -> Iterator[ast.expr]:
    """Yield the expressions of a statement that are in no statement of its blocks, and note what holds each."""
    stack: list[ast.AST] = [at]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.expr):
            yield node
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, Statement):
                around[child] = node
                stack.append(child)


def _read(file: File, node: ast.expr, at: Statement, around: Mapping[ast.AST, ast.AST]) -> Read | None:
    match node:
        case ast.Subscript(value=value, slice=key, ctx=ast.Load()) if _full(file, value, at) == "os.environ":
            name = _text(file, key, at)
            return _of(file, name, node, at, around, key=key, required=True, way="os.environ")
        case ast.Call(func=func) if (full := _full(file, func, at)) in _READS:
            asked, default = _arguments(node)
            name = _text(file, asked, at)
            required = default is None and full in {"decouple.config", "os.environ.pop"}
            return _of(file, name, node, at, around, key=asked, default=default, required=required, way=full or "")
        case ast.Call(keywords=keywords):
            given = {keyword.arg: keyword.value for keyword in keywords}
            name = _text(file, given.get("envvar"), at)
            return _of(file, name, node, at, around, default=given.get("default"))
    return None


def _of(
    file: File,
    name: str | None,
    node: ast.expr,
    at: Statement,
    around: Mapping[ast.AST, ast.AST],
    *,
    key: ast.expr | None = None,
    default: ast.expr | None = None,
    required: bool = False,
    way: str = "",
) -> Read | None:
    if name is None:
        return None
    return Read(
        file=file, name=name, node=node, at=at, key=key, default=default, required=required, around=around, way=way
    )


def _full(file: File, node: ast.expr, at: ast.AST) -> str | None:
    written = dotted(node)
    return file.names.resolve(node, at) if written is not None and _may_read(written) else None


def _may_read(written: str) -> bool:
    return (
        written.rpartition(".")[2] in {"environ", "getenv", "get", "pop", "setdefault", "config"} or "." not in written
    )


def _arguments(call: ast.Call) -> tuple[ast.expr | None, ast.expr | None]:
    """Return the name that a call asks for and its default; none of what is given by `*` or `**`."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    given = dict(enumerate(call.args))
    if None in named or any(isinstance(arg, ast.Starred) for arg in call.args):
        return None, None
    return given.get(0, named.get("key")), given.get(1, named.get("default"))


def _text(file: File, key: ast.expr | None, at: ast.AST) -> str | None:
    """Return the name of a variable: a text, or a name that the file gives one text and nothing else."""
    match key:
        case ast.Constant(value=str() as name):
            return name if _NAME.fullmatch(name) else None
        case ast.Name(id=name) if not any(name in file.names.bound(scope) for scope in file.names.scopes(at)[:-1]):
            values = [
                node.value
                for node, _ in statements(file.module.tree)
                if isinstance(node, ast.Assign) and any(last_name(target) == name for target in node.targets)
            ]
            return _text(file, values[0], at) if len(values) == 1 and isinstance(values[0], ast.Constant) else None
    return None


def _fields(file: File, node: ast.ClassDef) -> Iterator[Read]:
    """Yield the fields of a class of settings, which pydantic fills from the environment."""
    if not any(last_name(base) == "BaseSettings" for base in node.bases):
        return
    prefix = _prefix(node)
    for field in node.body:
        target = field.target if isinstance(field, ast.AnnAssign) else None
        if isinstance(field, ast.AnnAssign) and isinstance(target, ast.Name) and target.id != "model_config":
            default, name = _field(field.value)
            name = name or f"{prefix}{target.id}".upper()
            required = field.value is None or (isinstance(default, ast.Constant) and default.value is ...)
            yield Read(file=file, name=name, node=target, at=field, default=default, required=required, around={})


def _field(value: ast.expr | None) -> tuple[ast.expr | None, str | None]:
    """Return the default of a field and the variable that it names itself."""
    match value:
        case ast.Call(func=func, args=args, keywords=keywords) if last_name(func) == "Field":
            named = {keyword.arg: keyword.value for keyword in keywords}
            given = [named[key] for key in ("validation_alias", "alias", "env") if key in named]
            names = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            default = args[0] if args else named.get("default", named.get("default_factory", ast.Constant(value=...)))
            return default, names[0] if names else None
    return value, None


def _prefix(node: ast.ClassDef) -> str:
    """Return the `env_prefix` of a class of settings, in either way of writing it."""
    for part in ast.walk(node):
        match part:
            case ast.keyword(arg="env_prefix", value=ast.Constant(value=str() as prefix)):
                return prefix
            case ast.Assign(targets=[ast.Name(id="env_prefix")], value=ast.Constant(value=str() as prefix)):
                return prefix
    return ""


_SECRET = re.compile(r"(?:.*_)?(?:\w*(?:SECRET|PASSWORD|PASSWD|TOKEN|APIKEY)|PASSPHRASE|SALT|PEPPER|CREDENTIALS?)")
_PASS = re.compile(r".+_(?:PASS|PWD)")
_KEYS = re.compile(
    r"(?:.*_)?(?:API|PRIVATE|SECRET|ENCRYPTION|SIGNING|SIGNATURE|HMAC|JWT|MASTER|AUTH|SESSION|FERNET|CRYPTO)_KEY"
    r"|.*SECRET\w*_KEY"
)
_TAIL = re.compile(r"_(?:\d+|V\d+|PROD|PRODUCTION|LIVE|STAGING|PRIMARY|SECONDARY|OLD|NEW)\Z")
_OPEN = frozenset(
    {
        *("PUBLIC", "PUBLISHABLE", "MAX", "MIN", "NUM", "USE", "ENABLE", "ENABLED", "DISABLE", "HAS", "IS", "REQUIRE"),
        *("SHOW", "ALLOW", "SKIP", "NO", "TEST", "FAKE", "MOCK", "DUMMY", "EXAMPLE", "ASKPASS"),
    }
)


def is_secret(name: str) -> bool:
    """Say whether a variable of this name holds a secret itself, and not where one is or what it is like."""
    name = _TAIL.sub("", name.upper())
    if not _OPEN.isdisjoint(name.split("_")) or name.startswith("GOOGLE_APPLICATION"):
        return False
    return any(pattern.fullmatch(name) for pattern in (_SECRET, _PASS, _KEYS))


def may_be_empty(name: str) -> bool:
    """Say whether there are programs that need no such secret: a server without a password, an open interface."""
    name = _TAIL.sub("", name.upper())
    return _KEYS.fullmatch(name) is None and not name.endswith(("SECRET", "SALT", "PEPPER"))
