"""One file of Python as text and syntax tree, and who stands inside whom."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from fixbot.analysis.depth import DEEPEST, is_deep
from fixbot.model import Skipped, SourceFile

# Python's own idea of a line: other characters that str.splitlines breaks at (form feeds, U+2028) do not count.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_TRY = ("body", "handlers", "orelse", "finalbody")
_LOOP = ("body", "orelse")
# Which fields hold statements, by kind: a walk that asks only these is several times faster than ast.walk.
_BLOCKS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Module: ("body",),
    ast.FunctionDef: ("body",),
    ast.AsyncFunctionDef: ("body",),
    ast.ClassDef: ("body",),
    ast.If: _LOOP,
    ast.For: _LOOP,
    ast.AsyncFor: _LOOP,
    ast.While: _LOOP,
    ast.With: ("body",),
    ast.AsyncWith: ("body",),
    ast.Try: _TRY,
    ast.TryStar: _TRY,
    ast.ExceptHandler: ("body",),
    ast.Match: ("cases",),
    ast.match_case: ("body",),
}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef
Statement = ast.stmt | ast.ExceptHandler | ast.match_case


def split_lines(text: str) -> list[str]:
    """Split `text` where Python's tokenizer does, keeping the line ends."""
    return _LINE.findall(text)


def statements(node: ast.AST) -> Iterator[tuple[Statement, ast.AST]]:
    """Yield every statement, handler and case below `node` with its parent, in source order, and no expression."""
    stack = [(child, node) for child in reversed(blocks(node))]
    while stack:
        pair = stack.pop()
        yield pair
        if type(pair[0]) in _BLOCKS:
            stack += [(child, pair[0]) for child in reversed(blocks(pair[0]))]


def blocks(node: ast.AST) -> list[Statement]:
    """Return the statements, handlers and cases that a node directly holds, in source order."""
    return [child for name in _BLOCKS.get(type(node), ()) for child in getattr(node, name)]


@dataclass(frozen=True, eq=False)
class Module:
    """A file that parsed: `text` is decoded and without its byte order mark, `tree` is what `ast` makes of it.

    Where it is `sketched`, the tree lacks what did not matter, and whoever looks at it is in a hurry.
    """

    path: str
    text: str
    tree: ast.Module
    encoding: str
    bom: bytes = b""
    sketched: bool = False

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text with their ends; line 1 is at index 0."""
        return split_lines(self.text)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The statement, handler, case or module that directly holds each statement, handler or case."""
        return dict(statements(self.tree))

    def mentions(self, text: str) -> bool:
        """Say whether something stands in the text; it is looked for once."""
        if text not in self._mentioned:
            self._mentioned[text] = text in self.text
        return self._mentioned[text]

    @cached_property
    def _mentioned(self) -> dict[str, bool]:
        return {}

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """Return the text of a node as `ast.get_source_segment` does, which goes through the whole text each time."""
        first, last = node.lineno, node.end_lineno or node.lineno
        lines = self.lines[first - 1 : last]
        lines[-1] = lines[-1].encode()[: node.end_col_offset].decode()
        lines[0] = lines[0].encode()[node.col_offset :].decode()
        return "".join(lines)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what holds a statement, from its parent out to the module."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def definitions(self, node: ast.AST) -> list[Definition]:
        """Return the functions and classes around a statement, innermost first."""
        return [outer for outer in self.ancestors(node) if isinstance(outer, Definition)]

    def function(self, node: ast.AST) -> Function | None:
        """Return the function whose body directly runs a statement, or None at module or class level."""
        outer = next(iter(self.definitions(node)), None)
        return outer if isinstance(outer, Function) else None

    def qualname(self, node: ast.AST) -> str:
        """Return the dotted name of the definitions around a statement, `<module>` where there is none."""
        return ".".join(outer.name for outer in reversed(self.definitions(node))) or "<module>"

    def encode(self, text: str) -> bytes:
        """Turn text back into bytes the way the file was written.

        Raises:
            UnicodeEncodeError: the file's encoding has no bytes for a character.
        """
        return self.bom + text.encode(self.encoding)


@lru_cache(maxsize=4)
def parse(source: SourceFile) -> Module | Skipped:
    """Decode and parse a file; what cannot be decoded or parsed is skipped with the line and the reason.

    The last few are remembered, because finding, rewriting and verifying look at the same bytes.
    """
    return parsed(source, source.content)


def parsed(source: SourceFile, shown: bytes, *, sketched: bool = False) -> Module | Skipped:
    """Decode a file, and parse `shown` in the place of its content: the same lines, some of them blank."""
    bom = codecs.BOM_UTF8 if source.content.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding = _declared_encoding(source.content)
        text = source.content[len(bom) :].decode(encoding)
    except (SyntaxError, LookupError) as exc:
        missing = "invalid or missing" in str(exc)  # tokenize's words for two first lines that are not UTF-8
        because = "it is not utf-8; declare it (PEP 263)" if missing else f"its declaration is not understood: {exc}"
        return Skipped(source.path, "undecodable", f"encoding: {because}")
    except UnicodeDecodeError as exc:
        line = source.content.count(b"\n", 0, exc.start) + 1
        return Skipped(source.path, "undecodable", f"line {line}: not {exc.encoding}; declare its encoding (PEP 263)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(shown)
    except SyntaxError as exc:
        return Skipped(source.path, "unparsable", f"line {exc.lineno or 1}: {exc.msg}")
    except (ValueError, RecursionError, MemoryError) as exc:
        return Skipped(source.path, "unparsable", str(exc) or type(exc).__name__)
    if is_deep(tree):
        return Skipped(source.path, "too deep", f"it is nested more than {DEEPEST} levels deep")
    return Module(source.path, text, tree, encoding, bom, sketched)


def _declared_encoding(content: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return "utf-8" if encoding == "utf-8-sig" else encoding
