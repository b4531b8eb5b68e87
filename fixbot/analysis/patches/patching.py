"""Reads what a test file puts in the place of something else: the patches of `mock` and pytest; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Statement, statements
from fixbot.analysis.names import dotted, last_name
from fixbot.analysis.patches.exercised import between, own_expressions

_MOCKS = ("unittest.mock.", "mock.")
_VERBS = frozenset({"patch", "object", "multiple", "dict", "setattr", "delattr", "spy"})
_CHANGEABLE = frozenset({"patch", "patch.object", "setattr", "spy", "patch.multiple"})
# What a patch may say besides what it patches: with any of it an `AsyncMock` does what the mock did.
_HARMLESS = frozenset({"return_value", "side_effect", "autospec", "create", "raising", "name", "new_callable"})
_TARGETS = frozenset({"target", "new", "attribute", "value"})
#: What is odd about what is written in an unknown way.
VAGUE = "in a way that fixbot does not understand"
#: What is odd about a string that names something in full, though no patch is seen to use it.
LOOSE = "in a string that no patch is seen to use"
_WHOLE = re.compile(r"[A-Za-z_][\w.]*\.[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Patching:
    """One place that puts something in the place of `target`, a full name as the file's imports say it.

    An owner that is not understood is a `?`. Either a string (`text`) says all of the target, or an expression
    (`owner`) and a string (`attribute`). `fake` is what comes in its place, where that is given. `odd` says why this
    cannot be changed.
    """

    node: ast.expr | ast.stmt
    at: Statement
    target: str
    text: ast.Constant | None = None
    owner: ast.expr | None = None
    attribute: ast.Constant | None = None
    fake: ast.expr | None = None
    factory: ast.expr | None = None
    odd: str | None = None


def patchings(file: File, line: int | None = None) -> Iterator[Patching]:
    """Yield everything in a file that may patch something, in no order; where a line is given, what has part in it."""
    verbs = _VERBS | _own_names(file)
    for at in between(file, line or 1, line or len(file.module.lines)):
        told: set[ast.AST] = set()
        nodes = list(own_expressions(at))
        for node in nodes:
            if not isinstance(node, ast.Call) or last_name(node.func) not in verbs:
                continue
            if (kind := _kind(node, file, at)) is not None:
                found = list(_patched(node, kind, file, at))
                told.update(inner for each in found for inner in (each.text, each.attribute) if inner is not None)
                yield from found
        yield from _assigned(at, file)
        yield from _loose(at, nodes, told)


def _own_names(file: File) -> set[str]:
    """Return the other names that a file has for a `patch`: `from unittest.mock import patch as p`."""
    found = (node for node, _ in statements(file.module.tree) if isinstance(node, ast.ImportFrom))
    return {alias.asname for node in found for alias in node.names if alias.name == "patch" and alias.asname}


def _kind(node: ast.Call, file: File, at: ast.AST) -> str | None:
    """Return which way of patching a call is: `patch`, `patch.object`, `setattr`, None for others."""
    full = file.names.resolve(node.func, at) or ""
    for prefix in _MOCKS:
        if full.startswith(f"{prefix}patch"):
            return full.removeprefix(prefix)
    *before, last = (dotted(node.func) or last_name(node.func)).split(".")
    if last in {"setattr", "delattr"}:
        return last if before else f"built-in {last}"
    if last == "spy" and before and "mock" in before[-1]:
        return last
    if "patch" in before[1:]:
        return f"patch.{last}"
    return "patch" if last == "patch" and before and "mock" in before[-1] else None


def _patched(node: ast.Call, kind: str, file: File, at: Statement) -> Iterator[Patching]:
    named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    arguments = list(node.args)
    if kind in {"patch.multiple", "patch.dict"}:
        yield from _several(node, kind, named, file, at)
        return
    first = arguments.pop(0) if arguments else named.get("target")
    if first is None:
        return
    odd = None if kind in _CHANGEABLE and _is_plain(node, named) else VAGUE
    if kind == "patch" or (kind in {"setattr", "delattr"} and _is_text(first)):
        target, text, owner, attribute = _written(first), first if _is_text(first) else None, None, None
        odd = odd or (None if text is not None else "by a name that is put together when it runs")
    else:
        second = arguments.pop(0) if arguments else named.get("attribute", named.get("name"))
        attribute = second if _is_text(second) else None
        owner, text = first, None
        target = f"{_owned(first, file, at)}.{str(attribute.value) if attribute is not None else '?'}"
    odd = odd or (VAGUE if arguments[1:] else None)
    fake = arguments[0] if arguments else named.get("new", named.get("value"))
    yield Patching(
        node=node,
        at=at,
        target=target,
        text=text,
        owner=owner,
        attribute=attribute,
        fake=fake,
        factory=named.get("new_callable"),
        odd=odd,
    )


def _is_plain(node: ast.Call, named: dict[str, ast.expr]) -> bool:
    starred = any(isinstance(each, ast.Starred) for each in node.args) or any(not each.arg for each in node.keywords)
    return not starred and set(named) <= _HARMLESS | _TARGETS


def _several(node: ast.Call, kind: str, named: dict[str, ast.expr], file: File, at: Statement) -> Iterator[Patching]:
    """Yield what `patch.multiple` and `patch.dict` patch: only one attribute alone can be moved elsewhere."""
    if not node.args:
        return
    first, keys = node.args[0], {key: value for key, value in named.items() if key not in {"spec", "create", "clear"}}
    if len(node.args) > 1 and isinstance(node.args[1], ast.Dict):
        pairs = zip(node.args[1].keys, node.args[1].values, strict=True)
        keys |= {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
    alone = kind == "patch.multiple" and len(keys) == 1 and len(node.args) == 1 and not set(named) - set(keys)
    text = first if _is_text(first) else None
    owned = str(text.value) if text is not None else _owned(first, file, at)
    owned = owned.removesuffix(".__dict__")
    for key, value in keys.items():
        yield Patching(
            node=node,
            at=at,
            target=f"{owned}.{key}",
            text=text,
            owner=None if text is not None else first,
            fake=value,
            odd=None if alone else f"with `{kind}`",
        )


def _assigned(at: Statement, file: File) -> Iterator[Patching]:
    """Yield assignments to an attribute of something that was imported."""
    targets = at.targets if isinstance(at, ast.Assign) else []
    for target in targets:
        if isinstance(target, ast.Attribute) and (full := file.names.resolve(target, at)) is not None:
            yield Patching(node=target, at=at, target=full, odd="with an assignment")


def _loose(at: Statement, nodes: list[ast.expr], told: set[ast.AST]) -> Iterator[Patching]:
    """Yield strings that name something in full, though no patch is seen to use them."""
    if isinstance(at, ast.Expr) and isinstance(at.value, ast.Constant):
        return
    for node in nodes:
        if _is_text(node) and node not in told and _WHOLE.fullmatch(str(node.value)):
            yield Patching(node=node, at=at, target=str(node.value), odd=LOOSE)


def _owned(node: ast.expr, file: File, at: ast.AST) -> str:
    full = file.names.resolve(node, at)
    return full if full is not None else f"?.{last_name(node)}"


def _written(node: ast.expr) -> str:
    """Return the target that an expression makes, with a `?` for what is only known when it runs."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "?" for part in node.values)
    if isinstance(node, ast.BinOp):
        return _written(node.left) + _written(node.right)
    return "?"


def _is_text(node: ast.AST | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
