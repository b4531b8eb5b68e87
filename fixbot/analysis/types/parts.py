"""The record of a type, and how several are put together into one; it only works with text."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Type:
    """A type, written so that another file can write it too.

    `source` is an expression in which each name but builtins stands for an origin: `origins` maps it to the full name
    that an importer writes (`datetime.date`), or for what the project defines to its path and dotted name there
    (`shop/models.py:Booking`). `value` says that instances are plain values whose type a validator can check without
    harm to callers: numbers, text, dates, enums, lists of these; not services, files or what tests fake.
    """

    source: str
    origins: tuple[tuple[str, str], ...] = ()
    value: bool = False


ANY = Type("Any", (("Any", "typing.Any"),))
NONE = Type("None", (), value=True)


def named(full: str, *, value: bool = False) -> Type:
    """Return the type with a full name, or with a path and a dotted name in the project, or of a builtin."""
    name = full.rpartition(":")[2].rpartition(".")[2]
    if name == full:
        return Type(full, (), value)
    local = f"{name}_" if name in _BUILTINS else name
    return Type(local, ((local, full),), value)


def applied(head: Type, arguments: Sequence[Type], *, value: bool = False) -> Type:
    """Return a generic type with its arguments: `dict[str, int]`."""
    (first, *rest), origins = _joined([head, *arguments])
    return Type(f"{first}[{', '.join(rest)}]", origins, value)


def union(types: Iterable[Type]) -> Type:
    """Return what is of one of several types: each once, `None` last; `Any` where one of them is, or there is none.

    A container of anything takes in those of the same kind: `list[Any]` and `list[int]` are `list[Any]`. So does a
    tuple of any length with those of the same type, and two of different lengths give one.
    """
    given = _lengthened(list(types))
    parts = list({(one.source, one.origins): one for each in given for one in members(each)}.values())
    if any(_full(part) == "typing.Any" for part in parts) or not parts:
        return ANY
    wide = {_head(part.source) for part in parts if _is_wide(part)}
    kept = [part for part in parts if part.source != "None" and (_head(part.source) not in wide or _is_wide(part))]
    none = [NONE] if any(part.source == "None" for part in parts) else []
    sources, origins = _joined([*kept, *none])
    return Type(" | ".join(sources), origins, all(each.value for each in given))


def _lengthened(given: list[Type]) -> list[Type]:
    """Return types with those tuples of any length that are so in one place, or that have several lengths."""
    parts = [(each, one, _repeated(one)) for each in given for one in members(each)]
    lengths: dict[Type, set[int]] = {}
    for _, _, repeated in parts:
        if repeated is not None:
            lengths.setdefault(repeated[0], set()).add(repeated[1])
    longer = {element for element, several in lengths.items() if len(several) > 1}
    if not longer:
        return given
    return [
        _endless(repeated[0], one) if repeated is not None and repeated[0] in longer else one
        for _, one, repeated in parts
    ]


def _repeated(given: Type) -> tuple[Type, int] | None:
    """Return the one type that a tuple holds, and how many of it: 0 for any length; None for all else."""
    match parsed(given.source):
        case ast.Subscript(value=ast.Name(id="tuple"), slice=inside):
            parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        case _:
            return None
    held = {part(given, each) for each in parts if not (isinstance(each, ast.Constant) and each.value is ...)}
    endless = len(parts) > 1 and isinstance(parts[-1], ast.Constant) and parts[-1].value is ...
    return (held.pop(), 0 if endless else len(parts)) if len(held) == 1 else None


def _endless(element: Type, given: Type) -> Type:
    return applied(Type("tuple"), [element, Type("...")], value=given.value)


def members(given: Type) -> Iterator[Type]:
    """Yield the types that a union is one of, the type itself where it is no union."""
    waiting = [parsed(given.source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BinOp):
            waiting += [node.right, node.left]
        else:
            yield part(given, node)


def part(given: Type, node: ast.expr) -> Type:
    """Return the type that a part of a type's source stands for."""
    used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    origins = tuple(pair for pair in given.origins if pair[0] in used)
    source = source_of(node)
    return NONE if source == "None" else Type(source, origins, given.value)


def parsed(source: str) -> ast.expr:
    """Return a type's source as a tree."""
    return ast.parse(source, mode="eval").body


def source_of(node: ast.expr, names: dict[str, str] | None = None) -> str:
    """Return a tree as source with strings in double quotes, and with other names where some are given."""
    return ast.unparse(_Written(names or {}).visit(parsed(ast.unparse(node))))


class _Written(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._names.get(node.id, node.id))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str) or '"' in node.value:
            return node
        return ast.Name('"' + repr(node.value)[1:-1] + '"')  # what unparse writes as it stands


def _joined(types: Sequence[Type]) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """Return the sources of several types, with names changed where one would stand for two origins."""
    known: dict[str, str] = {}
    sources = []
    for each in types:
        names = {}
        for local, full in each.origins:
            names[local] = _local(local, full, known)
            known[names[local]] = full
        changed = any(local != name for local, name in names.items())
        sources.append(source_of(parsed(each.source), names) if changed else each.source)
    return sources, tuple(known.items())


def _local(local: str, full: str, known: dict[str, str]) -> str:
    """Return the name that stands for an origin among those that are known, a new one where there is none."""
    same = next((name for name, origin in known.items() if origin == full), None)
    if same is not None:
        return same
    fresh = (f"{local}{number}" for number in count(2))
    return local if local not in known else next(name for name in fresh if name not in known)


def _full(given: Type) -> str:
    return dict(given.origins).get(given.source, given.source)


def _head(source: str) -> str:
    return source.partition("[")[0]


def _is_wide(given: Type) -> bool:
    """Say whether a type is a container of anything."""
    if given.source in {"list", "dict", "set", "frozenset", "tuple"}:
        return True
    node = parsed(given.source)
    if not isinstance(node, ast.Subscript):
        return False
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return all(ast.unparse(each) in {"Any", "..."} for each in parts)
