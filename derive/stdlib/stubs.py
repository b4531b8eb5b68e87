"""Answers from typeshed which parameters a standard callable has and what it returns; runs nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import typeshed_client as typeshed

from derive.stdlib.catalogue import catalogue, modules

ANY_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_HOMELESS = frozenset({"Incomplete", "MaybeNone", "Unused"})
_TYPING = frozenset({"typing", "typing_extensions", "collections.abc", "types", "_typeshed"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name, its annotation as text, whether it may be left out, and whether only by keyword."""

    name: str
    annotation: str
    optional: bool
    keyword: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call: its parameters without the receiver, and the return type as an importer would write it."""

    parameters: tuple[Parameter, ...]
    returns: str | None


@cache
def signatures(name: str) -> tuple[Signature, ...]:
    """Return the signatures of the callable with this full name, a class by its constructor; empty where unknown."""
    module, _, path = _split(name)
    if not path:
        return ()
    parts = path.split(".")
    found = _find(module, parts)
    if found is None:
        return ()
    home, info = found
    if isinstance(info.ast, ast.ClassDef):
        return _constructor(name, home, info)
    method = len(parts) > 1
    return tuple(_signature(node, home, method=method, owner=name.rpartition(".")[0]) for node in _functions(info))


@cache
def returns(name: str) -> str | None:
    """Return the return type as text; None where it is unknown or the overloads differ."""
    found = {signature.returns for signature in signatures(name)}
    if len(found) > 1 and None not in found:
        found = {re.sub(r"\[.*?\]+", "", str(text)) for text in found}
    return found.pop() if len(found) == 1 else None


@cache
def attribute(name: str) -> str | None:
    """Return the type of the attribute with this full name as text, None where typeshed does not say."""
    module, _, path = _split(name)
    found = _find(module, path.split(".")) if path.count(".") == 1 else None
    if found is None:
        return None
    home, info = found
    if isinstance(info.ast, ast.AnnAssign):
        return _written(info.ast.annotation, home, name.rpartition(".")[0])
    return returns(name) if isinstance(info.ast, ANY_FUNCTION) and info.ast.decorator_list else None


def _split(name: str) -> tuple[str, str, str]:
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        if ".".join(parts[:length]) in modules():
            return ".".join(parts[:length]), ".", ".".join(parts[length:])
    return "builtins", "", name


@cache
def _context() -> typeshed.SearchContext:
    # Nothing but typeshed itself, and made once: each one asks another Python for its path.
    return typeshed.get_search_context(search_path=[])


@cache
def _stub(module: str) -> Mapping[str, typeshed.NameInfo]:
    try:
        name = "posixpath" if module == "os.path" else module
        return typeshed.get_stub_names(name, search_context=_context()) or {}
    except typeshed.InvalidStub:
        return {}


def _find(module: str, parts: list[str]) -> tuple[str, typeshed.NameInfo] | None:
    """Return the definition and the module it stands in, through imports and base classes."""
    info = _stub(module).get(parts[0])
    for _ in range(5):
        if info is None or not isinstance(info.ast, typeshed.ImportedName):
            break
        module = ".".join(info.ast.module_name)
        info = _stub(module).get(info.ast.name or "")
    if info is None or len(parts) == 1:
        return (module, info) if info is not None else None
    inner = (info.child_nodes or {}).get(parts[1])
    if inner is not None:
        return module, inner
    for base in getattr(info.ast, "bases", ()):
        text = ast.unparse(base.value if isinstance(base, ast.Subscript) else base)
        place, _, last = text.rpartition(".")
        found = _find(place or module, [last, *parts[1:]])
        found = found or _find("builtins", [text, *parts[1:]])
        if found:
            return found
    return None


def _functions(info: typeshed.NameInfo) -> Iterator[ANY_FUNCTION]:
    nodes = info.ast.definitions if isinstance(info.ast, typeshed.OverloadedName) else [info.ast]
    return (node for node in nodes if isinstance(node, ANY_FUNCTION))


def _constructor(name: str, home: str, info: typeshed.NameInfo) -> tuple[Signature, ...]:
    for special in ("__init__", "__new__"):
        found = _find(home, [info.name, special])
        if found is not None and list(_functions(found[1])):
            made = [_signature(node, found[0], method=True, owner=name) for node in _functions(found[1])]
            return tuple(Signature(signature.parameters, name) for signature in made)
    return (Signature((), name),)


def _signature(node: ANY_FUNCTION, home: str, *, method: bool, owner: str) -> Signature:
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    first_default = len(positional) - len(given.defaults)
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    found = [_parameter(arg, home, optional=n >= first_default, keyword=False) for n, arg in enumerate(positional)]
    found = found[1:] if method and "staticmethod" not in decorators else found
    pairs = zip(given.kwonlyargs, given.kw_defaults, strict=True)
    found += [_parameter(arg, home, optional=default is not None, keyword=True) for arg, default in pairs]
    return Signature(tuple(found), _written(node.returns, home, owner))


def _parameter(arg: ast.arg, home: str, *, optional: bool, keyword: bool) -> Parameter:
    annotation = _spelled(arg.annotation, home) if arg.annotation else ""
    return Parameter(arg.arg.lstrip("_"), annotation, optional, keyword)


def _spelled(node: ast.expr, home: str) -> str:
    """Write an annotation with its private aliases spelled out."""
    if isinstance(node, ast.BinOp):
        return f"{_spelled(node.left, home)} | {_spelled(node.right, home)}"
    text = ast.unparse(node)
    info = _stub(home).get(text) if text.startswith("_") else None
    if info is not None and isinstance(info.ast, ast.AnnAssign | ast.Assign) and info.ast.value is not None:
        return text if isinstance(info.ast.value, ast.Call) else _spelled(info.ast.value, home)
    return text


def _written(node: ast.expr | None, home: str, owner: str) -> str | None:
    """Write an annotation with full names; None where a type variable or a private alias decides."""
    if node is None:
        return None
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return _written(ast.parse(node.value, mode="eval").body, home, owner)
        return "None" if node.value is None else "..." if node.value is ... else None
    if isinstance(node, ast.BinOp):
        sides = [_written(side, home, owner) for side in (node.left, node.right)]
        return None if None in sides else " | ".join(str(side) for side in sides)
    if isinstance(node, ast.Subscript):
        return _subscript(node, home, owner)
    return _full(ast.unparse(node), home, owner)


def _subscript(node: ast.Subscript, home: str, owner: str) -> str | None:
    outer = _written(node.value, home, owner)
    if outer == "Literal":
        return ast.unparse(node)
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    inner = [_written(item, home, owner) for item in items]
    if outer is None or None in inner:
        return None if outer in {"Literal", "Annotated"} else outer
    return f"{outer}[{', '.join(str(item) for item in inner)}]"


def _full(text: str, home: str, owner: str) -> str | None:  # noqa: PLR0911 - one return a way to be defined
    if text == "Self":
        return owner
    info = _stub(home).get(text.partition(".")[0])
    if info is None:
        return text if "." in text or text in catalogue().objects else None
    if isinstance(info.ast, ast.ClassDef):
        return _public(home, text)
    if not isinstance(info.ast, typeshed.ImportedName) or text in _HOMELESS:
        return None
    source = ".".join(info.ast.module_name)
    if info.ast.name is None:
        return text
    if source in _TYPING:
        known = source != "_typeshed" and re.fullmatch(r"[A-Z]\w+", text)
        return _public(source, text) if known else None
    return _full(info.ast.name, source, owner) if info.ast.name in _stub(source) else None


def _public(home: str, text: str) -> str:
    if home in {"typing", "typing_extensions"}:
        return text
    found = getattr(modules().get(home), text, None)
    name = catalogue().names.get(id(found)) if found is not None else None
    return name or (text if home == "builtins" else f"{home}.{text}")
