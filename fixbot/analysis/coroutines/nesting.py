"""Who stands inside whom in one file, down to the last expression; it only reads."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from fixbot.analysis.definitions import File
from fixbot.analysis.module import statements
from fixbot.analysis.names import imported

_Worded = ast.expr | ast.keyword
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Module)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_WORD = re.compile(r"\w+")
_LAST_WORD = re.compile(r"(\w+)\Z")
# Fields without nodes, or with such as one object stands for wherever they are, so that it has no parent of its own.
_PLAIN = frozenset(
    {"arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "name"}
    | {"names", "op", "ops", "rest", "simple", "type_comment", "type_ignores"}
)
_HOLD = {
    kind: tuple(name for name in kind._fields if name not in _PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
} | {ast.Constant: ()}


@dataclass(slots=True, eq=False)
class _Piece:
    """A statement outside of functions, which `holder` holds, or of a class what stands before its body.

    It goes from line `first` to line `last`. `words` has its names, strings and keywords by their last word.
    """

    root: ast.stmt
    holder: ast.AST
    first: int
    last: int
    words: dict[str, list[_Worded]] | None = None


def _pieces(holder: ast.Module | ast.ClassDef) -> Iterator[_Piece]:
    """Yield the pieces of a module or class body, in source order."""
    for node in holder.body:
        if isinstance(node, ast.ClassDef):
            yield _Piece(node, holder, _first(node), _first(node.body[0]))
            yield from _pieces(node)
        else:
            yield _Piece(node, holder, _first(node), node.end_lineno or node.lineno)


def _first(node: ast.stmt) -> int:
    """Return the line in which a statement begins, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


@dataclass(slots=True, eq=False)
class _Parents:
    """The node that holds each node, and names and strings, for those pieces of a tree that somebody asked for."""

    tree: ast.Module
    _known: dict[ast.AST, ast.AST] = field(default_factory=dict)
    _pieces: list[_Piece] = field(init=False)
    _starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._pieces = list(_pieces(self.tree))
        self._starts = [piece.first for piece in self._pieces]

    def get(self, node: ast.AST) -> ast.AST | None:
        """Return what directly holds a node, None for the module."""
        if node not in self._known:
            for piece in self.at(getattr(node, "lineno", 0)):
                self.words(piece)
        return self._known.get(node)

    def at(self, line: int) -> Iterator[_Piece]:
        """Yield the pieces that have something in a line, the last first; none but neighbours share one."""
        for piece in reversed(self._pieces[: bisect_right(self._starts, line)]):
            if piece.last < line:
                return
            yield piece

    def words(self, piece: _Piece) -> dict[str, list[_Worded]]:
        """Return the names, strings and keywords of a piece by their last word."""
        if piece.words is None:
            piece.words = {}
            self._known[piece.root] = piece.holder
            self._walk(piece, piece.words)
        return piece.words

    def _walk(self, piece: _Piece, words: dict[str, list[_Worded]]) -> None:
        """Go through a piece once; a generator for each node would take twice as long."""
        known = self._known
        waiting: list[ast.AST] = [piece.root]
        while waiting:
            node = waiting.pop()
            _note(node, words)
            for name in _HOLD[type(node)]:
                value = getattr(node, name)
                if isinstance(value, list):
                    if name == "body" and isinstance(node, ast.ClassDef) and node is piece.root:
                        continue
                    for child in value:
                        if isinstance(child, ast.AST):
                            known[child] = node
                            waiting.append(child)
                elif isinstance(value, ast.AST):
                    known[value] = node
                    waiting.append(value)


def _note(node: ast.AST, words: dict[str, list[_Worded]]) -> None:
    kind = type(node)
    if kind is ast.Name:
        words.setdefault(node.id, []).append(node)  # type: ignore[attr-defined, arg-type]
    elif kind is ast.Attribute:
        words.setdefault(node.attr, []).append(node)  # type: ignore[attr-defined, arg-type]
    elif kind is ast.Constant:
        last = _LAST_WORD.search(node.value) if isinstance(node.value, str) else None  # type: ignore[attr-defined]
        if last is not None:
            words.setdefault(last[1], []).append(node)  # type: ignore[arg-type]
    elif kind is ast.keyword:
        words.setdefault(node.arg or "", []).append(node)  # type: ignore[attr-defined, arg-type]


@dataclass(frozen=True, eq=False)
class Nesting:
    """A file with the parent of each of its nodes, and its nodes by the names in them; only where one looks."""

    file: File

    @cached_property
    def parents(self) -> _Parents:
        """The node that directly holds each node."""
        return _Parents(self.file.module.tree)

    @cached_property
    def _text(self) -> str:
        """The text with the line ends that are looked for here."""
        text = self.file.module.text
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        """Other names that imports give to a name."""
        found: dict[str, set[str]] = {}
        for node, _ in statements(self.file.module.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for local, origin in imported(node).items():
                    found.setdefault(origin.rpartition(".")[2], set()).add(local)
        return found

    def aliases(self, name: str) -> set[str]:
        """Return the names that imports of this file give to something called `name`."""
        renamed = re.search(rf"{re.escape(name)}\s+as\b", self._text) is not None
        return self._aliases.get(name, set()) if renamed else set()

    def named(self, name: str) -> Iterator[ast.expr]:
        """Yield every name, attribute and string that may mean something called `name`, under any alias."""
        for word in sorted({name} | self.aliases(name)):
            yield from (node for node in self._written(word) if isinstance(node, ast.expr))

    def keywords(self, name: str) -> list[ast.keyword]:
        """Return the keyword arguments of a name."""
        return [node for node in self._written(name) if isinstance(node, ast.keyword)]

    def _written(self, word: str) -> Iterator[_Worded]:
        for piece in self._pieces(found.start() for found in re.finditer(re.escape(word), self._text)):
            yield from self.parents.words(piece).get(word, [])

    def assigned(self, name: str) -> Iterator[ast.Assign | ast.AnnAssign]:
        """Yield the statements anywhere in the file that assign to a plain name."""
        for node in self._written(name):
            outer = self.parents.get(node)
            if isinstance(outer, ast.Assign | ast.AnnAssign) and outer.value is not None and outer.value is not node:
                yield outer

    def among(self, names: frozenset[str]) -> Iterator[ast.expr]:
        """Yield every name and attribute that may mean something called by one of many names, under any alias."""
        words = names.union(*(self._aliases.get(name, ()) for name in names)) if " as " in self._text else names
        found = (each.start() for each in _WORD.finditer(self._text) if each[0] in words)
        for known in map(self.parents.words, self._pieces(found)):
            among = (node for word in words & known.keys() for node in known[word] if isinstance(node, ast.expr))
            yield from sorted(among, key=lambda node: (node.lineno, node.col_offset))

    def _pieces(self, places: Iterable[int]) -> Iterator[_Piece]:
        """Yield the pieces that stand at some places of the text, in its order, the last first."""
        found: dict[int, _Piece] = {}
        line, seen = 1, 0
        for at in places:
            line, seen = line + self._text.count("\n", seen, at), at
            found |= {id(piece): piece for piece in self.parents.at(line)}
        yield from reversed(found.values())

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what holds a node, from its parent out to the module."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def scope(self, node: ast.AST) -> Scope:
        """Return what runs a node: decorators, defaults and bases belong to the scope outside of their definition."""
        inner = node
        for outer in self.around(node):
            if isinstance(outer, _SCOPES) and inner in (outer.body if isinstance(outer.body, list) else [outer.body]):
                return outer
            inner = outer
        return self.file.module.tree

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the statement that a node stands in, the node itself where it is one."""
        found = next((each for each in (node, *self.around(node)) if isinstance(each, ast.stmt)), None)
        return found if found is not None else self.file.module.tree.body[0]

    def hidden(self, node: ast.Name) -> bool:
        """Say whether a lambda's parameter or a comprehension's target takes the name away from its scope."""
        inner: ast.AST = node
        for outer in self.around(node):
            if isinstance(outer, ast.stmt):
                return False
            within = inner is outer.body if isinstance(outer, ast.Lambda) else not _is_first_iterable(outer, node, self)
            if within and node.id in _binds(outer):
                return True
            inner = outer
        return False


def _binds(node: ast.AST) -> set[str]:
    """Return the names of a lambda's parameters, or of a comprehension's targets."""
    if isinstance(node, ast.Lambda):
        return {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
    targets = [each.target for each in node.generators] if isinstance(node, _COMPREHENSIONS) else []
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def _is_first_iterable(outer: ast.AST, node: ast.AST, nesting: Nesting) -> bool:
    """Say whether a node stands in what a comprehension first runs through, which its scope works out."""
    if not isinstance(outer, _COMPREHENSIONS):
        return False
    first = outer.generators[0].iter
    return first is node or any(each is first for each in nesting.around(node))
