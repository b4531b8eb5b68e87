"""The layout of what stands between brackets, told apart so that entries come and go; it keeps every comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.loss import comment_lines, comments_in

if TYPE_CHECKING:
    _Space = cst.BaseParenthesizableWhitespace

STEP = "    "
_AFTER = {"Arg": "whitespace_after_arg", "Param": "whitespace_after_param", "ParamSlash": "whitespace_after"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, an argument, a parameter or an element of a display, without its comma.

    `indent` is what stands before it: on its line where that is its own, else behind the comma before. `lead` are the
    lines above it, `trail` is what follows its comma on the line, `gap` the space before the comma.
    """

    node: Any
    own_line: bool = False
    indent: str = " "
    lead: tuple[cst.EmptyLine, ...] = ()
    trail: cst.TrailingWhitespace | None = None
    gap: _Space | None = None

    @property
    def comments(self) -> list[str]:
        """The comments around the entry."""
        around = (*self.lead, *filter(None, (self.gap, self.trail)))
        return [comment for space in around for comment in comments_in(space)]


@dataclass(frozen=True, slots=True)
class Row:
    """What stands between two brackets.

    `opening` follows the first bracket on its line, `foot` are the lines above the last one, and `closing` is what
    stands before that: on its line where `closes_apart`, else behind the last entry. `comma` tells of the last one.
    """

    entries: tuple[Entry, ...]
    opening: cst.TrailingWhitespace | None = None
    foot: tuple[cst.EmptyLine, ...] = ()
    closing: str = ""
    closes_apart: bool = False
    comma: bool = False

    @property
    def is_vertical(self) -> bool:
        """Whether each entry has a line of its own."""
        return bool(self.entries) and all(entry.own_line for entry in self.entries)

    @property
    def is_flat(self) -> bool:
        """Whether all stands on one line, values apart."""
        return not self.closes_apart and not any(entry.own_line for entry in self.entries)

    @property
    def indent(self) -> str:
        """What a new line begins with."""
        return next((entry.indent for entry in self.entries[::-1] if entry.own_line), self.closing + STEP)

    def put(self, at: int, nodes: Sequence[cst.CSTNode]) -> Row:
        """Return the row with other entries, one or more, in the place of one."""
        old, new = self.entries[at], [replace(self.entries[at], node=nodes[0], trail=None, gap=None)]
        new += [self.entry(node) for node in nodes[1:]]
        new[-1] = replace(new[-1], trail=old.trail, gap=old.gap)
        return replace(self, entries=(*self.entries[:at], *new, *self.entries[at + 1 :]))

    def entry(self, node: cst.CSTNode) -> Entry:
        """Return an entry that is laid out as the others are."""
        if any(entry.own_line for entry in self.entries):
            return Entry(node, own_line=True, indent=self.indent)
        return Entry(node)

    def without(self, at: int) -> Row:
        """Return the row without one entry; its comments stay where it was."""
        old, rest = self.entries[at], list(self.entries[:at] + self.entries[at + 1 :])
        kept = comment_lines(old.comments, self.indent)
        if at == len(rest):
            return replace(self, entries=tuple(rest), foot=kept + self.foot)
        rest[at] = replace(rest[at], lead=kept + rest[at].lead)
        if at == 0:
            rest[0] = replace(rest[0], own_line=old.own_line, indent=old.indent)
        return replace(self, entries=tuple(rest))

    def exploded(self, base: str = "") -> Row:
        """Return the row with a line for each entry, `base` more to the right than the block that it stands in."""
        entries = (replace(entry, own_line=True, indent=base + STEP) for entry in self.entries)
        return replace(self, entries=tuple(entries), closing=base, closes_apart=True, comma=True)


def row_of(elements: Sequence[Any], opening: _Space, closing: _Space | None = None) -> Row:
    """Tell apart what stands between brackets.

    Args:
        elements: arguments, parameters or elements of a display, with their commas.
        opening: the space behind the first bracket.
        closing: the space before the last one, where the elements do not have it.
    """
    entries: list[Entry] = []
    ends = [_parts(opening)]
    comma = False
    for element in elements:
        _, lead, own_line, indent = ends[-1]
        comma = isinstance(element.comma, cst.Comma)
        after = _AFTER.get(type(element).__name__)
        bare = {"comma": cst.MaybeSentinel.DEFAULT} | ({after: cst.SimpleWhitespace("")} if after and not comma else {})
        gap = element.comma.whitespace_before if comma else None
        entries.append(Entry(element.with_changes(**bare), own_line=own_line, indent=indent, lead=lead, gap=gap))
        space = element.comma.whitespace_after if comma else getattr(element, after) if after else None
        ends.append(_parts(space))
    if closing is not None and not closing.empty:
        ends[-1] = _parts(closing)
    trails = [trail for trail, *_ in ends]
    _, foot, apart, indent = ends[-1]
    if not entries:
        return Row((), opening=trails[0], foot=foot, closing=indent if foot else "", closes_apart=bool(foot))
    trailed = (replace(entry, trail=trail) for entry, trail in zip(entries, trails[1:], strict=True))
    return Row(tuple(trailed), trails[0], foot, indent, closes_apart=apart, comma=comma)


def _parts(space: _Space | None) -> tuple[cst.TrailingWhitespace | None, tuple[cst.EmptyLine, ...], bool, str]:
    """Return the rest of the line, the lines between, whether there is a new line, and what it begins with."""
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.first_line, tuple(space.empty_lines), True, space.last_line.value
    return None, (), False, space.value if isinstance(space, cst.SimpleWhitespace) else ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A row as LibCST has it: `closing` is the space before the last bracket where the elements do not have it."""

    opening: _Space
    elements: tuple[Any, ...]
    closing: _Space


def laid_out(row: Row) -> Laid:
    """Put a row together again."""
    spaces, trail = [], row.opening
    for entry in row.entries:
        spaces.append(_space(trail, entry.lead, entry.indent if entry.own_line else None, entry.indent, row.indent))
        trail = entry.trail
    spaces.append(_space(trail, row.foot, row.closing if row.closes_apart else None, row.closing, row.closing))
    elements = []
    for entry, after in zip(row.entries[:-1], spaces[1:], strict=False):
        elements.append(entry.node.with_changes(comma=_comma(entry, after)))
    if not row.entries:
        return Laid(spaces[0], (), cst.SimpleWhitespace(""))
    last, end = row.entries[-1], spaces[-1]
    name = _AFTER.get(type(last.node).__name__)
    if row.comma or (last.gap is not None and not last.gap.empty):
        elements.append(last.node.with_changes(comma=_comma(last, end)))
    elif name:
        elements.append(last.node.with_changes(**{name: end}))
    else:
        return Laid(spaces[0], (*elements, last.node), end)
    return Laid(spaces[0], tuple(elements), cst.SimpleWhitespace(""))


def _comma(entry: Entry, after: _Space) -> cst.Comma:
    return cst.Comma(whitespace_before=entry.gap or cst.SimpleWhitespace(""), whitespace_after=after)


def _space(
    trail: cst.TrailingWhitespace | None,
    lines: tuple[cst.EmptyLine, ...],
    own: str | None,
    inline: str,
    fallback: str,
) -> _Space:
    """Return the space between two entries; a comment in it needs a new line, wherever the next entry stood."""
    comments = (trail is not None and trail.comment is not None) or any(line.comment for line in lines)
    if own is None and not comments:
        return cst.SimpleWhitespace(inline)
    return cst.ParenthesizedWhitespace(
        first_line=trail or cst.TrailingWhitespace(),
        empty_lines=lines,
        indent=True,
        last_line=cst.SimpleWhitespace(fallback if own is None else own),
    )
