"""Tells lines of a comment that speak from those that only show something; it renders nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

_FENCE = re.compile(r" {0,3}(`{3,}+(?=[^`]*\Z)|~{3,}+)")
_FENCE_END = re.compile(r" {0,3}(`{3,}+|~{3,}+) *\Z")
_LIST = re.compile(r" {0,3}(?:[-*+]|[0-9]{1,9}[.)])(?: |\Z)")
_QUOTE = re.compile(r" {0,3}(?:(?:[-*+]|[0-9]{1,9}[.)]) ++)*>")
_RAW = re.compile(r" {0,3}<(?:pre|script|style|textarea)(?=[\s>]|\Z)", re.IGNORECASE)
_RAW_END = re.compile(r"</(?:pre|script|style|textarea)>", re.IGNORECASE)
_COMMENT, _COMMENT_END = re.compile(r" {0,3}<!--"), re.compile(r"-->")
_TAG = re.compile(r" {0,3}</?[A-Za-z]")
_HEADING_OR_RULE = re.compile(r" {0,3}(?:#{1,6}(?: |\Z)|(?:(?:\* *+){3,}+|(?:- *+){3,}+|(?:_ *+){3,}+)\Z)")
_UNDERLINE = re.compile(r" {0,3}(?:=++|--) *\Z")
# In lists, and above what may underline a heading, nobody can tell whether a backtick is of the same paragraph.
_FOR_GOOD = -1
_TICKS = re.compile(r"\\.|(`+)", re.DOTALL)
_ODD = re.compile(r" {0,3}<[!?]")


class Kind(Enum):
    """What a line is to its reader.

    `ATTACHED` is a line of a paragraph that continues a quote, or that a code span may go on in; `DOUBTFUL` is one of
    which only a whole Markdown parser could tell.
    """

    SPOKEN = auto()
    BLANK = auto()
    LISTED = auto()
    QUOTED = auto()
    ATTACHED = auto()
    FENCED = auto()
    INDENTED = auto()
    MARKUP = auto()
    DOUBTFUL = auto()


def lines_of(text: str) -> list[str]:
    """Return the lines of Markdown, which knows three line ends and no others."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def blocks(text: str) -> Iterator[tuple[Kind, str]]:
    """Yield each line with its kind, as CommonMark 0.31 has it; in doubt a line is not taken for `SPOKEN`.

    Of what stands in a list item, only the line with the item's own sign and lines at the margin are `SPOKEN`.
    """
    page = _Page()
    for line in lines_of(text):
        yield page.kind(line.expandtabs(4)), line


def closing(text: str) -> str:
    """Return the line that ends the fenced block in which a text stops; empty where it stops in none."""
    page = _Page()
    for line in lines_of(text):
        page.kind(line.expandtabs(4))
    return page.fence


@dataclass(slots=True)
class _Page:
    """What is open at the end of the lines that were read so far."""

    fence: str = ""
    until: re.Pattern[str] | None = None
    tag: bool = False
    remark: bool = False
    listed: bool = False
    paragraph: bool = False
    below_quote: bool = False
    ticks: int = 0
    doubtful: bool = False

    def kind(self, line: str) -> Kind:
        """Take the next line in; tabs are spaces already."""
        if self.doubtful:
            return Kind.DOUBTFUL
        if self.fence:
            return self._fenced(line)
        if self.until is not None:
            return self._markup(line)
        if not line.strip(" "):
            self.tag = False
            self._ended()
            return Kind.BLANK
        return self._opened(line) or self._inside(line)

    def _fenced(self, line: str) -> Kind:
        end = _FENCE_END.match(line)
        if end and end[1].startswith(self.fence):
            self.fence = ""
        return Kind.FENCED

    def _markup(self, line: str) -> Kind:
        if self.until is not None and self.until.search(line):
            self.until = None
        return Kind.MARKUP

    def _opened(self, line: str) -> Kind | None:
        """Tell a line that opens something which is no paragraph."""
        if fence := _FENCE.match(line):
            return self._opened_fence(line, fence[1])
        if _COMMENT.match(line) or _RAW.match(line):
            self.until = _COMMENT_END if _COMMENT.match(line) else _RAW_END
            return self._markup(line)
        if _ODD.match(line):
            self.doubtful = True
            return Kind.DOUBTFUL
        if self.tag or _TAG.match(line):
            self.tag = True
            return Kind.MARKUP
        return None

    def _opened_fence(self, line: str, ticks: str) -> Kind:
        if self.tag or (self.listed and line.startswith(" ")):
            self.doubtful = True  # whether this opens, closes or only shows depends on all that is around
            return Kind.DOUBTFUL
        self.fence = ticks
        self._ended()
        return Kind.FENCED

    def _ended(self) -> None:
        """Leave the paragraph, with all that cannot go on behind it."""
        self.paragraph = self.below_quote = self.remark = False
        self.ticks = 0

    def _inside(self, line: str) -> Kind:
        """Tell a line of a paragraph, a heading, a list or a quote."""
        if _HEADING_OR_RULE.match(line):
            self._ended()
            return Kind.MARKUP
        if _QUOTE.match(line):
            self.below_quote = self.paragraph = True
            self.listed = self.listed or _LIST.match(line) is not None
            return Kind.QUOTED
        if line.startswith("    ") and not self.paragraph:
            return Kind.INDENTED
        if _LIST.match(line):
            self._ended()
            self.listed = True
        elif not line.startswith(" ") and not self.paragraph:
            self.listed = False
        was_remark, was_code = self._remarked(line), self._coded(line)
        self.paragraph = True
        inside = self.listed and "`" in line and (line.startswith(" ") or _LIST.match(line))
        if inside or (self.ticks and _UNDERLINE.match(line)):
            self.ticks = _FOR_GOOD
        if was_remark:
            return Kind.MARKUP
        if self.below_quote or was_code:
            return Kind.ATTACHED
        return Kind.LISTED if self.listed and line.startswith(" ") else Kind.SPOKEN

    def _remarked(self, line: str) -> bool:
        """Say whether a comment was open that began amid a paragraph, and remember whether one is now."""
        was = self.remark
        opened, closed = line.rfind("<!--"), line.rfind("-->")
        self.remark = opened > closed or (was and closed < 0)
        return was

    def _coded(self, line: str) -> bool:
        """Say whether a code span may go on in a line, and remember the backticks that would end it behind."""
        was, at = self.ticks, 0
        if was == _FOR_GOOD:
            return True
        while found := _TICKS.search(line, at):
            at = found.end()
            if not found[1]:
                at -= 1 if self.ticks else 0  # in code a backslash is nothing special
            elif not self.ticks or self.ticks == len(found[1]):
                self.ticks = 0 if self.ticks else len(found[1])
        return was > 0
