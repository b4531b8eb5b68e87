"""Says how what a test puts in the place of a plain function becomes something that can be awaited; it only reads."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from dataclasses import dataclass

from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.module import statements
from fixbot.analysis.names import dotted
from fixbot.analysis.project import Project

_MOCKS = frozenset({f"{module}.{name}" for module in ("unittest.mock", "mock") for name in ("Mock", "MagicMock")})
_DEFAULTS = frozenset({"unittest.mock.DEFAULT", "mock.DEFAULT"})
# What else a mock is told that an `AsyncMock` would take in another way.
_MISTAKEN = frozenset({"spec", "spec_set", "wraps"})
_NO_CALLABLE = "with something that is no function"
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One expression of a file that is to be replaced, told by its class in `ast` and by where it stands.

    Lines count from 1 and columns are bytes from 0, as `ast` has them. `source` comes in its place and needs
    `imports`; of the names in `unused` the imports may go. `drops` are the words that `source` lacks.
    """

    path: str
    kind: str
    line: int
    column: int
    end_line: int
    end_column: int
    source: str
    imports: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()


def edit(
    file: File, node: ast.expr, source: str, *, imports: tuple[str, ...] = (), unused: tuple[str, ...] = ()
) -> Edit:
    """Return the replacement of an expression."""
    return Edit(
        path=file.path,
        kind=type(node).__name__,
        line=node.lineno,
        column=node.col_offset,
        end_line=node.end_lineno or node.lineno,
        end_column=node.end_col_offset or node.col_offset,
        source=source,
        imports=imports,
        unused=unused,
        drops=tuple((Counter(_WORD.findall(segment(file, node))) - Counter(_WORD.findall(source))).elements()),
    )


def segment(file: File, node: ast.expr) -> str:
    """Return the text of an expression as it is written."""
    return file.module.segment(node) or ast.unparse(node)


def awaitable(fake: ast.expr, file: File, at: ast.AST, project: Project) -> tuple[Edit, ...] | str:
    """Return what makes a fake awaitable: nothing where it is already; or why it cannot be made so."""
    full = file.names.resolve(fake, at)
    found = project.lookup(fake, file, at)
    if full in _DEFAULTS or (isinstance(found, Function) and isinstance(found.node, ast.AsyncFunctionDef)):
        return ()
    if isinstance(fake, ast.Call) and _makes_mock(fake, file, at):
        mistaken = {keyword.arg for keyword in fake.keywords} & (_MISTAKEN | {None})
        return factory(fake.func, file, at) if not mistaken and not fake.args else f"with `{ast.unparse(fake)}`"
    if isinstance(found, Class) or _is_type(full or dotted(fake) or "") or not _may_be_called(fake):
        return _NO_CALLABLE
    name = async_mock(file, at)
    if name is None:
        return "and `AsyncMock` means something else there"
    local, imports = name
    idle = isinstance(fake, ast.Lambda) and isinstance(fake.body, ast.Constant)
    source = f"{local}()" if idle else f"{local}(side_effect={segment(file, fake)})"
    return (edit(file, fake, source, imports=imports),)


def factory(node: ast.expr, file: File, at: ast.AST) -> tuple[Edit, ...] | str:
    """Return what makes the class of a mock that of an awaitable one; or why not."""
    full, written = file.names.resolve(node, at), dotted(node) or ""
    if full not in _MOCKS and not _is_mocker(written):
        return f"with a `{ast.unparse(node)}`"
    if isinstance(node, ast.Attribute):
        return (edit(file, node, f"{segment(file, node.value)}.AsyncMock"),)
    name = async_mock(file, at)
    if name is None:
        return "and `AsyncMock` means something else there"
    return (edit(file, node, name[0], imports=name[1], unused=(written,)),)


def async_mock(file: File, at: ast.AST) -> tuple[str, tuple[str, ...]] | None:
    """Return how a file says `AsyncMock` and the imports that this needs, None where the name is taken."""
    bound = file.names.bound(file.module.tree)
    for package in ("unittest.mock", "mock"):
        for local, origins in bound.items():
            for rest, origin in (("", f"{package}.AsyncMock"), (".AsyncMock", package)):
                if origins == {origin} and file.names.origin(local, at) == origin:
                    return f"{local}{rest}", ()
    if _imports(file, "unittest.mock") and file.names.origin("unittest", at) == "unittest":
        return "unittest.mock.AsyncMock", ()
    taken = any(
        "AsyncMock" in file.names.bound(scope) or "*" in file.names.bound(scope) for scope in file.names.scopes(at)
    )
    return None if taken else ("AsyncMock", ("from unittest.mock import AsyncMock",))


def _imports(file: File, name: str) -> bool:
    plain = (node for node, _ in statements(file.module.tree) if isinstance(node, ast.Import))
    return any(alias.name == name and alias.asname is None for node in plain for alias in node.names)


def _makes_mock(call: ast.Call, file: File, at: ast.AST) -> bool:
    return file.names.resolve(call.func, at) in _MOCKS or _is_mocker(dotted(call.func) or "")


def _is_mocker(written: str) -> bool:
    before, _, last = written.rpartition(".")
    return last in {"Mock", "MagicMock"} and before.endswith("mocker")


def _is_type(full: str) -> bool:
    last = full.rpartition(".")[2]
    return isinstance(getattr(builtins, last, None), type) or last[:1].isupper()


def _may_be_called(node: ast.expr) -> bool:
    return isinstance(node, ast.Lambda | ast.Name | ast.Attribute | ast.Call)
