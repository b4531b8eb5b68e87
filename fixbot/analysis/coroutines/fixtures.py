"""Finds what a parameter of a test stands for: the fixture of its name, as pytest looks for it; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from posixpath import dirname, join

from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.names import own_nodes
from fixbot.analysis.project import Project

_FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture", "pytest.yield_fixture"})


def fixture(project: Project, file: File, name: str, at: ast.AST) -> Function | None:
    """Return the fixture that a name means as a parameter around a statement; None where it is no such parameter.

    pytest looks in the class, then in the file, then in the `conftest.py` of each folder upwards. See
    https://docs.pytest.org/en/stable/reference/fixtures.html.
    """
    around = file.module.definitions(at)
    taker = next((each for each in around if isinstance(each, FunctionNode) and _takes(each, name)), None)
    if taker is None or not (taker.name.startswith("test") or _is_fixture(file, taker)):
        return None
    for holder in (each for each in around if isinstance(each, ast.ClassDef)):
        if (found := _among(file, holder.body, name, taker)) is not None:
            return found
    return _among(file, file.module.tree.body, name, taker) or _shared(project, file.path, name, taker)


def given(function: Function) -> Iterator[ast.expr]:
    """Yield what a fixture gives its tests; `None` stands for what it is given itself."""
    for node in own_nodes(function.node):
        if isinstance(node, ast.Return | ast.Yield) and node.value is not None:
            handed = isinstance(node.value, ast.Name) and _takes(function.node, node.value.id)
            yield ast.Constant(value=None) if handed else node.value


def _takes(function: FunctionNode, name: str) -> bool:
    return any(arg.arg == name and arg.annotation is None for arg in (*function.args.args, *function.args.kwonlyargs))


def _among(file: File, body: list[ast.stmt], name: str, taker: FunctionNode) -> Function | None:
    found = [node for node in body if isinstance(node, FunctionNode) and node.name == name and node is not taker]
    return Function(file, found[-1]) if found and _is_fixture(file, found[-1]) else None


def _is_fixture(file: File, node: FunctionNode) -> bool:
    called = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    return any(file.names.resolve(each, node) in _FIXTURES for each in called)


def _shared(project: Project, path: str, name: str, taker: FunctionNode) -> Function | None:
    folder = dirname(path)
    while True:
        file = project.file(join(folder, "conftest.py"))
        found = _among(file, file.module.tree.body, name, taker) if file is not None else None
        if found is not None or not folder:
            return found
        folder = dirname(folder)
