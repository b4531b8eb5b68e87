"""Writes a type as older versions of Python do, without `|` or `list[int]`; it only works with text."""

from __future__ import annotations

import ast

from fixbot.analysis.types.parts import NONE, Type, members, parsed, source_of

# What stands for a builtin with arguments before Python 3.9: https://peps.python.org/pep-0585/
_GENERIC = {word.lower(): word for word in ("List", "Dict", "Set", "FrozenSet", "Tuple", "Type")}


def older(type: Type, *, pipes: bool, generics: bool) -> Type:  # noqa: A002 - what it is
    """Return a type as older versions of Python write it."""
    if pipes and generics:
        return type
    writer = _Older(dict(type.origins), pipes=pipes, generics=generics)
    source = source_of(writer.written(parsed(type.source)))
    return Type(source, tuple(writer.origins.items()), type.value)


class _Older:
    def __init__(self, origins: dict[str, str], *, pipes: bool, generics: bool) -> None:
        self.origins = origins
        self._pipes, self._generics = pipes, generics

    def written(self, node: ast.expr) -> ast.expr:
        match node:
            case ast.BinOp(left=left, right=right) if self._pipes:
                return ast.BinOp(self.written(left), ast.BitOr(), self.written(right))
            case ast.BinOp():
                return self._union(node)
            case ast.Subscript(value=value, slice=inside):
                head = self._head(value) if not self._generics else value
                return ast.Subscript(head, self.written(inside), ast.Load()) if head is not None else value
            case ast.Tuple(elts=elements):
                return ast.Tuple([self.written(each) for each in elements], ast.Load())
            case ast.List(elts=elements):
                return ast.List([self.written(each) for each in elements], ast.Load())
        return node

    def _union(self, node: ast.BinOp) -> ast.expr:
        parts = [each.source for each in members(Type(ast.unparse(node)))]
        kept = [self.written(parsed(each)) for each in parts if each != NONE.source]
        inside = ast.Tuple(kept, ast.Load()) if len(kept) > 1 else kept[0]
        written = ast.Subscript(self._typing("Union"), inside, ast.Load()) if len(kept) > 1 else inside
        return ast.Subscript(self._typing("Optional"), written, ast.Load()) if len(kept) < len(parts) else written

    def _head(self, node: ast.expr) -> ast.expr | None:
        """Return what takes the arguments in place of a generic class, None where nothing does."""
        local = ast.unparse(node)
        full = self.origins.get(local, local)
        if full in _GENERIC:
            return self._typing(_GENERIC[full])
        if full.startswith("collections.abc."):
            self.origins[local] = full.replace("collections.abc.", "typing.")
        plain = full.startswith(("typing.", "typing_extensions.", "collections.abc.")) or ":" in full
        return node if plain else None

    def _typing(self, word: str) -> ast.expr:
        full = f"typing.{word}"
        local = next((name for name, origin in self.origins.items() if origin == full), None)
        if local is None:
            local = word if word not in self.origins else f"{word}_"
            self.origins[local] = full
        return ast.Name(local, ast.Load())
