"""Cuts what stands below a heading into parts: each label such as "Location:" with what belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fixbot.audit.outline import Block, Section, Shape
from fixbot.audit.wording import words


class Role(StrEnum):
    """What a part of an item tells."""

    BODY = "body"
    PLACE = "place"
    SEVERITY = "severity"
    STATUS = "status"
    COMMIT = "commit"
    CATEGORY = "category"
    REMEDY = "remedy"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a part: prose or code, and where they begin."""

    text: str
    line: int
    is_code: bool = False
    language: str = ""
    is_item: bool = False


@dataclass(slots=True)
class Part:
    """A part of an item: its role, its label and its pieces in the order of the text."""

    role: Role
    label: str
    pieces: list[Piece] = field(default_factory=list)

    @property
    def prose(self) -> str:
        """What the part says without code."""
        return "\n".join(piece.text for piece in self.pieces if not piece.is_code)

    @property
    def first(self) -> str:
        """The first line that the part says."""
        return self.prose.partition("\n")[0]


_ROLES = (
    (
        Role.REMEDY,
        (
            r"recommend\w*|suggest\w*|fix|fixes|solutions?|remed\w+|mitigation\w*|best practices?|actions?|resolution"
            r"|how to fix|propos\w+|correct|corrected|improved|improvement|should be|after|better|instead|good"
            r"|secure\b.*|refactor\w*|todo|next steps?|technical implementation|implementation|success criteria"
        ),
    ),
    (Role.SEVERITY, r"severity|priority|risk rating|risk level|criticality|cvss.*|level|urgency|risk severity|how bad"),
    (
        Role.PLACE,
        (
            r"files?|locations?|paths?|where|affected|targets?|found(?: in)?|modules?|lines?|line numbers?|contexts?"
            r"|links? to code|code snippets?|source|instances"
        ),
    ),
    (Role.STATUS, r"status|(?<!current )(?<!before )(?<!after )state|progress|updates?"),
    (Role.COMMIT, r"commits?|fixed in|fix commit|pr"),
    (Role.CATEGORY, r"category|type|component|class|area|tags?|epic|cwe"),
)
_BY_ROLE = tuple((role, re.compile(rf"\b(?:{said})\b", re.IGNORECASE)) for role, said in _ROLES)
_KNOWN = (
    r"severity|priority|risk|risk rating|locations?|files?|file path|files? affected|affected (?:files?|code"
    r"|locations?)|path|status"
    r"|category|type|commits?|recommendations?|recommended (?:fix|mitigation(?: steps)?)|fix|suggested fix"
    r"|solution|remediation"
    r"|mitigation|description|impact|issue|problem|lines?|target|difficulty|likelihood|finding id|suggestion"
    r"|resolution|evidence|cvss|validation(?: steps)?|references?|related[\w ]{0,30}|root cause|steps to"
    r" reproduce|owner|effort"
    r"|affected[\w /-]{1,30}|finding|problem description|code"
)
_LABEL = re.compile(
    r"(?:^|(?<=\|)|(?<=\u00b7)|(?<=\u2022)|(?<=  )|(?<=, )|(?<=; ))\s*(?:[-\u2022]\s+)?[^\w\s*_`(\[]{0,4}\s?"
    r"(?:(?P<stars>\*\*\*|\*\*|__|\*|_)(?P<bold>[^*_\n|:]{1,70}?)(?:[:?]\s*(?P=stars)|(?P=stars)\s*:)"
    rf"|(?P<plain>{_KNOWN})\s*:(?=\s|$))\s*",
    re.IGNORECASE,
)
_ALONE = re.compile(r"^\s*(\*\*|__)(?P<bold>[^*_\n]{1,70})\1\s*$")
_META = frozenset({Role.SEVERITY, Role.PLACE, Role.STATUS, Role.COMMIT, Role.CATEGORY})
# A label with these words tells of the problem, whatever else is in it.
_NOT_REMEDY = re.compile(
    r"\b(?:why|problem\w*|issues?|current\w*|missing|before|vulnerab\w+|bad|wrong|not|impact)\b", re.IGNORECASE
)
_LONGEST = 2_000


def role_of(label: str) -> Role:
    """Return what a label, or a heading within an item, says that follows."""
    plain = words(re.sub(r"\([^()]{0,100}\)", "", label[:200])).lower()
    found = next((role for role, pattern in _BY_ROLE if pattern.search(plain)), Role.BODY)
    if found is Role.REMEDY and _NOT_REMEDY.search(plain) and not re.search(r"recommend|solution|required", plain):
        return Role.BODY
    return found if found is Role.REMEDY or len(plain.split()) <= 4 else Role.BODY  # noqa: PLR2004 - a label is short


def _is_known(label: str) -> bool:
    return role_of(label) in _META or re.fullmatch(r"(?:\w+ )?id", words(label), re.IGNORECASE) is not None


def labels(line: str) -> list[tuple[str, str]]:
    """Return the labels in a line with what stands behind each; what stands before the first has an empty label."""
    line = line[:_LONGEST]
    alone = _ALONE.match(line)
    if alone and not re.search(r"\w\.[A-Za-z]\w{0,9}(?::L?[0-9]|$)", alone["bold"]):
        return [(alone["bold"], "")]
    found = list(_LABEL.finditer(line))
    if not found or line[: found[0].start()].strip(" |-*"):
        return [("", line)]
    ends = [*(match.start() for match in found[1:]), len(line)]
    return [
        ((match["bold"] or match["plain"]).strip(), line[match.end() : end].strip(" |\u00b7;,"))
        for match, end in zip(found, ends, strict=True)
    ]


def parts_of(section: Section) -> list[Part]:
    """Return the parts of an item: those below its heading, and those that sections of its own make."""
    cutter = _Cutter()
    for block in section.blocks:
        cutter.take(block)
    for below in section.all_below():
        cutter.start(role_of(below.title), words(below.title))
        for block in below.blocks:
            cutter.take(block)
    return cutter.parts


def parts_in(blocks: Sequence[Block]) -> list[Part]:
    """Return the parts that blocks make."""
    cutter = _Cutter()
    for block in blocks:
        cutter.take(block)
    return cutter.parts


class _Cutter:
    """Takes blocks one by one and keeps the parts that they make."""

    def __init__(self) -> None:
        self.parts = [Part(Role.BODY, "")]
        self._home = Role.BODY
        # A block at this depth of lists or above it no longer belongs to the last label.
        self._closed = -1

    def start(self, role: Role, label: str) -> None:
        """Begin a part with the heading of a section of its own."""
        self.parts.append(Part(role, label))
        self._home, self._closed = role, -1

    def take(self, block: Block) -> None:
        """Take in one block."""
        if self._closed >= block.depth and (block.shape is not Shape.CODE or self._closed == _ANY_DEPTH):
            self._back()
        if block.shape is Shape.CODE:
            self.parts[-1].pieces.append(Piece(block.text, block.line, is_code=True, language=block.language))
        elif block.shape is Shape.TABLE:
            self._table(block)
        else:
            self._lines(block)

    def _back(self) -> None:
        self.parts.append(Part(self._home, ""))
        self._closed = -1

    def _table(self, block: Block) -> None:
        """Take in a table: one of two columns holds a label and a value in each row."""
        for row, line in zip(block.rows, block.row_lines, strict=True):
            role = role_of(row[0]) if len(row) == 2 else Role.BODY  # noqa: PLR2004 - a label and a value
            named = [pair for cell in row for pair in labels(cell) if pair[0] and pair[1] and _is_known(pair[0])]
            if not named and (role in _META or (len(row) == 2 and _is_known(row[0]))) and row[1].strip():  # noqa: PLR2004 - as above
                self.parts.append(Part(role, words(row[0]), [Piece(row[1], line)]))
            elif named:
                self.parts += [Part(role_of(label), words(label), [Piece(value, line)]) for label, value in named]
            elif any(cell.strip() for cell in row):
                self.parts.append(Part(Role.BODY, "", [Piece(" | ".join(row), line)]))
        self._back()

    def _lines(self, block: Block) -> None:
        is_item = block.shape is Shape.ITEM
        for line, text in block.lines():
            for label, value in labels(text):
                role = role_of(label) if label else Role.BODY
                if label and (not is_item or role is not Role.BODY):
                    self.parts.append(Part(role, words(label), [Piece(value, line)] if value else []))
                    self._closed = self._closing(role, block, is_said=bool(value))
                elif value.strip() or label:
                    self.parts[-1].pieces.append(Piece(text if label else value, line, is_item=is_item))

    @staticmethod
    def _closing(role: Role, block: Block, *, is_said: bool) -> int:
        """Return down to which depth what follows is no longer about a label; what a label of one line says is all."""
        if is_said and role in _META - {Role.PLACE}:
            return _ANY_DEPTH
        if block.shape is Shape.ITEM:
            return block.depth
        return 0 if is_said and role is Role.PLACE else -1


_ANY_DEPTH = 1_000


def values(parts: Sequence[Part], role: Role) -> Iterator[str]:
    """Yield what the parts of a role say."""
    return (part.prose for part in parts if part.role is role and part.prose.strip())
