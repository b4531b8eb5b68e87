"""Cuts sections into entries: the items of lists, and lines of text that each begin with a place or a severity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fixbot.audit import chaptered, severity, states
from fixbot.audit.fields import Role, labels, role_of
from fixbot.audit.headings import Strength, head_of, holds_no_items
from fixbot.audit.outline import Block, Section, Shape
from fixbot.audit.titles import BOLD_LEAD, PLACE, PLACE_ALONE, only_file
from fixbot.audit.wording import bare, words
from fixbot.model import Severity, Status

_IN_FILE = re.compile(r"^\W{0,6}In (?:file )?[`*_\"]{0,3}@?(?P<path>[^`*_\"\s]{1,300})[`*_\"]{0,3}:?\W*$")
COMMENT = re.compile(r"^_[^_\n]{1,60}_(?:\s*\|\s*_[^_\n]{1,60}_){1,3}\s*$")
RANGE = re.compile(r"^`(?P<span>[0-9]{1,7}(?:-[0-9]{1,7})?)`:\s*")
# A place on a line of its own, and below it what a comment on code begins with.
PLACED_COMMENT = re.compile(
    r"^(?P<path>[\w./@+~-]{1,300}\.[A-Za-z]\w{0,9}):(?P<span>[0-9]{1,7}(?:-[0-9]{1,7})?)\n(?=_[^_\n]{1,60}_)"
)
_SEVERE = r"critical|blocker|severe|high|medium|moderate|low|minor|major|informational|info|nit|warning|p[0-4]"
_STARTS = re.compile(
    rf"^\W{{0,4}}(?:[\[(](?:{_SEVERE})[\])](?=\W)|(?:{_SEVERE})\s*[:|-]?\s+(?={PLACE})"
    rf"|{PLACE}(?:\s*[:|\u2013\u2014-]+)?\s+\S|{PLACE}$)",
    re.IGNORECASE,
)
_PLACE_START = re.compile(PLACE)
_SHOUTED = re.compile(r"^(?:CRITICAL|HIGH|MEDIUM|LOW|INFO|MINOR|MAJOR|BLOCKER)\s*[:-]\s+\S")
#: What is wrong, by the label before it.
PROBLEM = re.compile(r"(?:issues?|problems?|title|message|description|what|finding|bug|summary)\b", re.IGNORECASE)
_WHOLE_FILE = re.compile(
    r"^[`*]{0,3}[\w./@+~-]{1,300}/[\w.@+~-]{1,100}\.[A-Za-z]\w{0,9}[`*]{0,3}\s*[:\u2013\u2014-]{1,2}\s+\S"
)
_HEADING = re.compile(r"^(?:\*\*|__)[^*\n]{2,80}(?:\*\*|__):?\s*$|^[^\n|`]{2,60}:\s*$")
# Folded parts of a review that tell of the review itself.
_OF_REVIEW = re.compile(
    r"review details|files selected|walkthrough|sequence diagram|prompt for|additional context|learnings|configuration"
    r"|recent review|commits|tips|script executed|analysis chain|committable",
    re.IGNORECASE,
)
_NITS = re.compile(r"\bnit(?:pick)?s?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list with what is told below it, and where it stands.

    `group` is the line of text or the item above it that heads the list, empty where the section does.
    """

    section: Section
    block: Block
    below: tuple[Block, ...]
    file: str
    above: Severity | None
    group: str = ""


def entries_of(section: Section) -> Iterator[Entry]:
    """Yield what stands in a section, item by item: deeper lists and code belong to the item before."""
    yield from _Cutter(section).entries()


class _Cutter:
    """Goes through the blocks of a section and remembers what file and what group they are about."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._blocks = [each for block in section.blocks for each in _split(block)]
        self._file, self._above = file_of(section), chaptered.severity_of(section)
        self._group = ""
        self._is_skipped = False
        self._at = 0

    def entries(self) -> Iterator[Entry]:
        while self._at < len(self._blocks):
            block = self._blocks[self._at]
            self._at += 1
            if block.shape is Shape.FOLD or _IN_FILE.match(block.text[:400]):
                self._fold(block)
            elif self._is_heading(block):
                self._begin(block)
            elif block.shape in {Shape.ITEM, Shape.TEXT} and block.depth <= 1:
                yield from self._entry(block)

    def _fold(self, block: Block) -> None:
        """Take in the summary of a fold, which names a file, or a kind of comments."""
        path = _path(block.text)
        if path:
            self._file = path
        elif block.shape is Shape.FOLD:
            self._is_skipped = _OF_REVIEW.search(block.text) is not None
            self._group = words(block.text)[:80]
            self._above = severity.LOWEST if _NITS.search(block.text) else chaptered.severity_of(self._section)

    def _is_heading(self, block: Block) -> bool:
        """Say whether a line of text heads the list behind it."""
        behind = self._blocks[self._at] if self._at < len(self._blocks) else None
        return (
            block.shape is Shape.TEXT
            and block.depth == 0
            and behind is not None
            and behind.shape is Shape.ITEM
            and _HEADING.match(block.text) is not None
            and head_of(block.text).strength is Strength.NONE
            and not _STARTS.match(block.text)
        )

    def _begin(self, block: Block) -> None:
        self._group = words(block.text)
        self._file = only_file(self._group.rstrip(":")) or file_of(self._section)
        self._is_skipped = holds_no_items(self._group.rstrip(":"))
        self._above = severity.of_chapter(self._group.rstrip(":")) or chaptered.severity_of(self._section)

    def _entry(self, block: Block) -> Iterator[Entry]:
        start = self._at
        while self._at < len(self._blocks) and _belongs(block, self._blocks[self._at]):
            self._at += 1
        below = tuple(self._blocks[start : self._at])
        if PLACED_COMMENT.match(block.text):
            self._is_skipped = False
        if self._is_skipped:
            return
        if file := _heads_others(block, below):
            yield from (
                self._one(each, (), file) for each in below if each.shape is Shape.ITEM and each.depth > block.depth
            )
        elif _heads_items(block, below):
            yield from self._deeper(block, below)
        else:
            yield self._one(block, below, self._file)

    def _one(self, block: Block, below: tuple[Block, ...], file: str) -> Entry:
        return Entry(self._section, block, below, file, self._above, self._group)

    def _deeper(self, block: Block, below: Sequence[Block]) -> Iterator[Entry]:
        """Yield the items below one that is only what they have in common."""
        first = min(each.depth for each in below if each.shape is Shape.ITEM)
        starts = [at for at, each in enumerate(below) if each.shape is Shape.ITEM and each.depth == first]
        for at, end in zip(starts, [*starts[1:], len(below)], strict=True):
            yield replace(self._one(below[at], tuple(below[at + 1 : end]), self._file), group=words(block.text)[:80])


def is_record(block: Block) -> bool:
    """Say whether a paragraph is nothing but labels with their values, among them a file and what is wrong with it."""
    lines = block.text.split("\n")
    if block.shape not in {Shape.TEXT, Shape.ITEM} or len(lines) < 2:  # noqa: PLR2004 - a file and what is wrong
        return False
    named = [labels(line)[0][0] for line in lines[:20]]
    roles = {role_of(label) for label in named if label}
    is_told = any(PROBLEM.match(label) for label in named) or Role.SEVERITY in roles
    return all(named) and Role.PLACE in roles and is_told


def _split(block: Block) -> Iterator[Block]:
    """Yield the lines of a paragraph that begin with a place or a severity as items of their own."""
    lines = block.text.split("\n")
    if block.shape is Shape.ITEM and len(lines) > 1 and lines[-1].endswith(":") and only_file(lines[-1]):
        # The file of the next list, which stands close behind this one.
        yield replace(block, text="\n".join(lines[:-1]))
        yield Block(Shape.TEXT, lines[-1], block.line + len(lines) - 1)
        return
    starts = [at for at, line in enumerate(lines) if _STARTS.match(line[:500])]
    shouted = [at for at, line in enumerate(lines) if _SHOUTED.match(line)]
    starts = sorted({*starts, *(shouted if len(shouted) > 1 else [])})
    if is_record(block) and not block.depth and block.shape is Shape.TEXT:
        yield Block(Shape.ITEM, block.text, block.line, depth=1)
        return
    if block.shape is not Shape.TEXT or block.depth or not starts or PLACED_COMMENT.match(block.text):
        yield block
        return
    starts = sorted({*starts, *(at for at, line in enumerate(lines) if _WHOLE_FILE.match(line[:500]))})
    if starts[0]:
        yield replace(block, text="\n".join(lines[: starts[0]]))
    for at, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = "\n".join(lines[at:end])
        yield Block(Shape.ITEM, text, block.line + at, depth=1, marker="")


def _belongs(block: Block, other: Block) -> bool:
    if block.shape is Shape.TEXT:
        return _belongs_to_text(block, other)
    if not block.marker:
        # A line of its own: what is listed below it tells more of it, and so does a paragraph that is no heading.
        is_text = other.shape is Shape.TEXT and not (_PLACE_START.match(block.text) or _HEADING.match(other.text))
        is_text = is_text and not _starts(other)
        return other.shape is Shape.CODE or (other.shape is Shape.ITEM and bool(other.marker)) or is_text
    return other.depth > block.depth or (other.depth == block.depth and other.shape is not Shape.ITEM)


def _belongs_to_text(block: Block, other: Block) -> bool:
    is_comment = is_comment_on_code(block)
    if not is_comment and head_of(block.text.partition("\n")[0]).strength is not Strength.NAMED:
        return other.shape is Shape.CODE
    is_more = other.shape is Shape.TEXT and not is_comment_on_code(other)
    return other.shape in {Shape.ITEM, Shape.CODE} or (is_more and (is_comment or not _starts(other)))


def is_comment_on_code(block: Block) -> bool:
    """Say whether a paragraph begins as tools for reviews begin their comments on code."""
    return any(form.match(block.text) for form in (RANGE, PLACED_COMMENT)) or (
        COMMENT.match(block.text.partition("\n")[0]) is not None
    )


def _starts(block: Block) -> bool:
    return is_comment_on_code(block) or BOLD_LEAD.match(block.text) is not None


def _heads_others(block: Block, below: Sequence[Block]) -> str:
    """Return the file where an item of a list is only the file that the deeper items are about; else nothing."""
    items = [other for other in below if other.shape is Shape.ITEM]
    if not items or block.shape is not Shape.ITEM or not block.marker:
        return ""
    return only_file(block.text)


def _heads_items(block: Block, below: Sequence[Block]) -> bool:
    """Say whether an item only names what the deeper items have in common, each of which has a place and words."""
    items = [bare(other.text[:1_000]) for other in below if other.shape is Shape.ITEM]
    if not block.marker or len(items) < 2 or re.search(PLACE, bare(block.text[:500])):  # noqa: PLR2004 - one tells more of it
        return False
    told = [states.boxed(text)[0] for text in items]
    placed = [text for text in told if re.search(PLACE, text[:500]) and not PLACE_ALONE.match(text[:500])]
    is_label = head_of(states.boxed(block.text)[0]).strength > Strength.NONE or block.marker[:-1].isdigit()
    return len(placed) == len(items) and not is_label and severity.of_title(bare(block.text)) is None


def status_of(entry: Entry) -> Status | None:
    """Return the state that all in a group or a chapter have, where its name is one of a state."""
    return (states.of_chapter(entry.group) if entry.group else None) or chaptered.status_of(entry.section)


def file_of(section: Section) -> str:
    """Return the file that a section is about, by its heading."""
    return next((path for one in (section, *section.ancestors()) if (path := _path(one.title))), "")


def _path(text: str) -> str:
    found = _IN_FILE.match(text[:400])
    path = found["path"].rstrip(":") if found else ""
    return path if re.search(r"[./]", path) else only_file(text)
