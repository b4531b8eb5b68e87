"""Where strings are types: which calls and subscripts of `typing` take them; it only looks at names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_TYPING = ("typing.", "typing_extensions.", "typing.re.", "mypy_extensions.")
_GENERIC = ("typing.", "typing_extensions.", "collections.", "contextlib.", "re.", "queue.", "os.PathLike", "weakref.")
_BUILTIN = frozenset({"dict", "frozenset", "list", "set", "tuple", "type"})
#: The last names of what takes types when it is called.
CALLED = frozenset(
    {
        "Arg",
        "DefaultArg",
        "DefaultNamedArg",
        "KwArg",
        "NamedArg",
        "NamedTuple",
        "NewType",
        "TypeAliasType",
        "TypeVar",
        "TypedDict",
        "VarArg",
        "cast",
    }
)
_BY_PLACE = {"cast": (0, "typ"), "NewType": (1, "tp"), "TypeAliasType": (1, "value")}


def subscripted(full: str | None) -> str:
    """Return what a subscript of something holds: `literal`, `annotated`, `fields`, `types` or `values`."""
    if full is None:
        return "values"
    full = _vendored(full)
    last = full.rpartition(".")[2]
    if full.startswith(_TYPING):
        return {"Literal": "literal", "Annotated": "annotated", "TypedDict": "fields"}.get(last, "types")
    return "types" if full in _BUILTIN or (full.startswith(_GENERIC) and last[:1].isupper()) else "values"


def _vendored(full: str) -> str:
    """Return a name of `typing_extensions` without the package that carries its own copy."""
    before, found, name = full.rpartition("typing_extensions.")
    return f"{found}{name}" if found and before.endswith(".") else full


def arguments(full: str | None, node: ast.Call) -> Iterator[tuple[ast.expr, bool]]:
    """Yield each argument of a call, or part of one, with whether it is a type."""
    last = full.rpartition(".")[2] if full is not None and full.startswith(_TYPING) else ""
    if last in {"NamedTuple", "TypedDict"}:
        yield from _fields(node)
        return
    place, keyword = _BY_PLACE.get(last, (-1, ""))
    extension = last in CALLED and full is not None and full.startswith("mypy_extensions.")
    for index, arg in enumerate(node.args):
        yield arg, index == place or (last == "TypeVar" and index > 0) or (extension and index == 0)
    for word in node.keywords:
        named = word.arg is not None and word.arg == keyword
        bound = last == "TypeVar" and word.arg in {"bound", "default"}
        yield word.value, named or bound or (extension and not node.args and word.arg == "type")


def _fields(node: ast.Call) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the parts of `NamedTuple("a", [("b", int)])` and `TypedDict("a", {"b": int})`."""
    for arg in node.args[:1]:
        yield arg, False
    for arg in [*node.args[1:], *(word.value for word in node.keywords if word.arg is None)]:
        match arg:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                for element in elements:
                    yield from _pair(element)
            case ast.Dict():
                yield from pairs(arg)
            case _:
                yield arg, False
    for word in node.keywords:
        if word.arg is not None:
            yield word.value, True


def _pair(node: ast.expr) -> Iterator[tuple[ast.expr, bool]]:
    match node:
        case ast.List(elts=[name, kind]) | ast.Tuple(elts=[name, kind]):
            yield name, False
            yield kind, True
        case _:
            yield node, False


def pairs(node: ast.Dict) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the keys of a dictionary, which are no types, and its values, which are."""
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            yield key, False
        yield value, key is not None
