"""Finds the functions that answer requests, by their decorators; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Function, statements
from fixbot.analysis.names import last_name
from fixbot.analysis.packages import package_of

#: How each framework answers that something is not implemented: the full name of what it calls.
REFUSALS = {
    "fastapi": "fastapi.HTTPException",
    "starlette": "starlette.exceptions.HTTPException",
    "flask": "flask.abort",
    "quart": "quart.abort",
    "ninja": "ninja.errors.HttpError",
}
_FRAMEWORKS = frozenset({*REFUSALS, "sanic", "litestar", "apiflask", "flask_restx"})
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "route", "api_route"})
_NAMED = frozenset({"app", "router", "api", "bp", "blueprint", "application"})


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """A function that answers requests: its framework, the path that its decorator gives, and the decorator's line.

    `method` is the decorator's own: `get`, `post`, `route`.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef
    framework: str
    path: str
    line: int
    method: str


def endpoints(file: File) -> Iterator[Endpoint]:
    """Yield the functions of a file that answer requests, in source order."""
    for node, _ in statements(file.module.tree):
        if isinstance(node, Function) and node.decorator_list:
            found = next((one for each in node.decorator_list if (one := _endpoint(file, node, each))), None)
            if found is not None:
                yield found


def _endpoint(file: File, node: ast.FunctionDef | ast.AsyncFunctionDef, decorator: ast.expr) -> Endpoint | None:
    match decorator:
        case ast.Call(func=ast.Attribute(value=router, attr=attr), args=args) if attr in _METHODS:
            framework = package_of(file, router, node, _FRAMEWORKS) or _by_name(file, router)
            if framework is None:
                return None
            path = args[0].value if args and isinstance(args[0], ast.Constant) else ""
            first = min(each.lineno for each in node.decorator_list)
            return Endpoint(node, framework, path if isinstance(path, str) else "", first, attr)
    return None


def _by_name(file: File, router: ast.expr) -> str | None:
    """Return the one framework that a file imports, for what is called as routers are and comes from elsewhere."""
    name = last_name(router).lower()
    if not any(name == each or name.endswith(f"_{each}") for each in _NAMED):
        return None
    origins = {origin for found in file.names.bound(file.module.tree).values() for origin in found if origin}
    there = {head for origin in origins if (head := origin.partition(".")[0]) in _FRAMEWORKS}
    return there.pop() if len(there) == 1 else None
