"""Cuts Markdown into sections and blocks with the lines where they stand; nothing inside of a line is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table").disable(["reference", "entity"])
_PARSER.core.ruler.enableOnly(["normalize", "block"])
#: What stands behind so many headings is not looked at: no person wrote it.
MOST_SECTIONS = 4_000
_FRONT = re.compile(r"\A---\n.{0,5000}?\n(?:---|\.\.\.)\n", re.DOTALL)
_SUMMARY = re.compile(r"<summary[^>]{0,200}>(.{0,500}?)</summary>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")


class Shape(StrEnum):
    """What a block is: a paragraph, the first one of an item of a list, code, a table, the summary of a fold."""

    TEXT = "text"
    ITEM = "item"
    CODE = "code"
    TABLE = "table"
    FOLD = "fold"


@dataclass(frozen=True, slots=True)
class Block:
    """One block: `text` is its Markdown or its code, `line` its first line, from 1.

    `marker` is what begins an item of a list (`-`, `3.`) and `depth` how deep its list is, from 1. `language` is that
    of code. `rows` are the cells of a table, its head first, and `row_lines` where each row stands.
    """

    shape: Shape
    text: str
    line: int
    marker: str = ""
    depth: int = 0
    language: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    row_lines: tuple[int, ...] = ()

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield the lines of the block with their numbers."""
        yield from enumerate(self.text.split("\n"), self.line)


@dataclass(slots=True)
class Section:
    """A heading with what stands below it up to the next one: `level` 0 is what stands before all of them."""

    title: str
    level: int
    line: int
    above: Section | None = None
    blocks: list[Block] = field(default_factory=list)
    below: list[Section] = field(default_factory=list)

    def chapters(self) -> Iterator[Section]:
        """Yield the section and those it stands in, the nearest first."""
        yield self
        yield from self.ancestors()

    @property
    def is_title(self) -> bool:
        """Whether it is the one heading in which all others stand: that of the document."""
        return self.above is not None and self.above.level == 0 and len(self.above.below) == 1

    def ancestors(self) -> Iterator[Section]:
        """Yield the sections that this one stands in, the nearest first, without the one at the top."""
        section = self.above
        while section is not None and section.level > 0:
            yield section
            section = section.above

    def all_below(self) -> Iterator[Section]:
        """Yield the sections that stand in this one, at any depth, in the order of the text."""
        for section in self.below:
            yield section
            yield from section.all_below()


def sections_of(text: str) -> list[Section]:
    """Return the sections of a Markdown text in its order; the first one is what stands before all headings."""
    text = _FRONT.sub(lambda found: "\n" * found[0].count("\n"), text)
    tokens = _PARSER.parse(text.replace("\0", " "))
    builder = _Builder()
    for at, token in enumerate(tokens):
        if len(builder.sections) > MOST_SECTIONS:
            break
        builder.take(token, tokens[at + 1] if at + 1 < len(tokens) else token)
    return builder.sections


class _Builder:
    """Takes the tokens of a text one by one and keeps the sections."""

    def __init__(self) -> None:
        top = Section("", 0, 1)
        self.sections = [top]
        self._markers: list[str] = []
        self._depth = 0
        self._is_first = False
        self._rows: list[list[str]] = []
        self._row_lines: list[int] = []
        self._in_table = False

    def take(self, token: Token, following: Token) -> None:
        """Take in one token; `following` is the one behind it, which has the text of a heading."""
        line = token.map[0] + 1 if token.map else 0
        match token.type:
            case "heading_open":
                self._open(following.content, int(token.tag[1:]), line)
            case "bullet_list_open" | "ordered_list_open":
                self._depth += 1
            case "bullet_list_close" | "ordered_list_close":
                self._depth -= 1
            case "list_item_open":
                self._markers.append(f"{token.info}{token.markup}")
                self._is_first = True
            case "fence" | "code_block":
                self._code(token, line)
            case "html_block":
                self._html(token, line)
            case "inline":
                self._inline(token, line)
            case _:
                self._table(token, line)

    def _open(self, title: str, level: int, line: int) -> None:
        above = self.sections[-1]
        while above.level >= level and above.above is not None:
            above = above.above
        section = Section(_COMMENT.sub("", title).strip(), level, line, above)
        above.below.append(section)
        self.sections.append(section)
        self._is_heading = True

    def _add(self, block: Block) -> None:
        self.sections[-1].blocks.append(block)

    def _code(self, token: Token, line: int) -> None:
        inner = line + 1 if token.type == "fence" else line
        language = token.info.split(" ")[0].strip().lower()[:30]
        self._add(Block(Shape.CODE, token.content.rstrip("\n"), inner, depth=self._depth, language=language))
        self._is_first = False

    def _html(self, token: Token, line: int) -> None:
        content = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), token.content)
        for found in _SUMMARY.finditer(content):
            at = line + content[: found.start()].count("\n")
            self._add(Block(Shape.FOLD, _TAG.sub("", found[1]).strip(), at))
        left = _TAG.sub("", _SUMMARY.sub(lambda found: "\n" * found[0].count("\n"), content))
        before = len(left) - len(left.lstrip("\n"))
        if left.strip():
            self._add(Block(Shape.TEXT, left.strip("\n"), line + left[:before].count("\n")))

    def _inline(self, token: Token, line: int) -> None:
        content = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), token.content)
        if self._in_table:
            self._rows[-1].append(content)
        elif self.sections[-1].level and self._is_heading:
            self._is_heading = False
        elif content.strip():
            is_item = self._is_first and self._depth > 0
            shape, marker = (Shape.ITEM, self._markers[-1]) if is_item else (Shape.TEXT, "")
            self._add(Block(shape, content, line, marker=marker, depth=self._depth))
            self._is_first = False

    _is_heading = False

    def _table(self, token: Token, line: int) -> None:
        if token.type == "table_open":
            self._in_table, self._rows, self._row_lines = True, [], []
        elif token.type == "tr_open":
            self._rows.append([])
            self._row_lines.append(line)
        elif token.type == "table_close":
            self._in_table = False
            rows = tuple(tuple(row) for row in self._rows)
            self._add(Block(Shape.TABLE, "", self._row_lines[0], rows=rows, row_lines=tuple(self._row_lines)))


def code_in(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks of code among others."""
    return [block for block in blocks if block.shape is Shape.CODE]
