"""Understands which codemods and places an issue asks for; nothing in it selects what fixbot does not know already."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from fixbot.chatops.blocks import Kind, blocks
from fixbot.chatops.items import Item, read_item
from fixbot.chatops.mention import Mention
from fixbot.chatops.mentions import mentions
from fixbot.chatops.tracked import Tracked
from fixbot.chatops.words import Vocabulary, vocabulary
from fixbot.codemod.contract import Recipe
from fixbot.model import Issue, Place

LONGEST_TEXT = 65_536
_MOST_MENTIONS, _MOST_PLACES = 2000, 10_000
_BOX = re.compile(r"([ \t]*)(?:> ?)?(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\[([ xX])\](?=[ \t])")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an issue asks for: no codemods means all of them, no places the whole repository, never both.

    `said` are the words that were understood, `unknown` the paths that no tracked Python file has, whether another
    file has them or none: foreign text, both.
    """

    codemods: tuple[str, ...]
    places: tuple[Place, ...]
    said: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Why nothing can be done for an issue, and what to write instead; `unknown` as in `Asked`."""

    because: str
    unknown: tuple[str, ...] = ()


def understood(
    issue: Issue, codemods: Sequence[Recipe | type[Recipe]], paths: Collection[str], repository: str
) -> Asked | NotUnderstood:
    """Return what an issue asks for in its title and the first 65,536 characters of its body.

    `codemods` are those that may be asked for, `paths` the tracked Python files, `repository` is `owner/name`. The
    marker of an item that an audit filed decides alone. Lines with a ticked checkbox are done and left out.
    """
    body = issue.body[:LONGEST_TEXT]
    slugs = [codemod.slug() for codemod in codemods]
    tracked = Tracked(paths)
    if item := read_item(body):
        return _of_item(item, slugs, tracked)
    reader = _Reader(vocabulary(codemods), tracked, repository)
    parts = _parts(f"{issue.title[:LONGEST_TEXT]}\n\n{_without_comments(body)}")
    return _asked(reader, parts, slugs)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The lines of an issue, each with whether it is pasted code: those of boxes, ticked or not, and the others."""

    done: list[tuple[bool, str]] = field(default_factory=list)
    open: list[tuple[bool, str]] = field(default_factory=list)
    rest: list[tuple[bool, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Found:
    """What lines ask for.

    `left_out` is a place that they name as one that is not meant. `texts` are their words without the places, in prose
    and in pasted code.
    """

    codemods: frozenset[str]
    places: dict[Place, None]
    said: dict[str, None]
    unknown: dict[str, None]
    left_out: str
    texts: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Reader:
    words: Vocabulary
    tracked: Tracked
    repository: str

    def read(self, lines: Sequence[tuple[bool, str]]) -> _Found | None:
        """Return what lines ask for, None where that is more than anyone can mean."""
        found = self._mentions(lines)
        if len(found) > _MOST_MENTIONS:
            return None
        places: dict[Place, None] = {}
        unknown: dict[str, None] = {}
        said: dict[str, None] = {}
        for mention in found:
            if mention.is_glob and self.tracked.means_all(mention.names[0]):
                continue
            meant = tuple(self._places(mention))
            places.update(dict.fromkeys(meant))
            (said if meant else unknown)[mention.said] = None
            if len(places) > _MOST_PLACES:
                return None
        texts = self._text(lines, is_code=False), self._text(lines, is_code=True)
        meanings = {**self.words.spoken(texts[0]), **self.words.pasted(texts[1])}
        codemods = frozenset(slug for slugs in meanings.values() for slug in slugs)
        left_out = next((mention.said for mention in found if mention.is_left_out), "")
        return _Found(codemods, places, {**dict.fromkeys(meanings), **said}, unknown, left_out, texts)

    def doubt(self, found: _Found) -> str:
        """Say which word may be meant for a codemod and is none; empty where none is."""
        if near := self.words.near(found.texts[0]):
            return f"there is no codemod `{near[0]}`: did you mean `{near[1]}`?"
        rule = self.words.unanswered("\n".join(found.texts))
        return f"no codemod here answers `{rule}`" if rule else ""

    def _text(self, lines: Sequence[tuple[bool, str]], *, is_code: bool) -> str:
        """Return pasted or other lines without the places that they mention."""
        text = "\n".join(line for pasted, line in lines if pasted is is_code)
        return mentions(text, self.repository, self._exists)[1]

    def _mentions(self, lines: Sequence[tuple[bool, str]]) -> list[Mention]:
        found: list[Mention] = []
        for pasted, some in groupby(lines, key=itemgetter(0)):
            text = "\n".join(line for _, line in some)
            found += mentions(text, self.repository, self._exists, pasted=pasted)[0]
        return found

    def _exists(self, mention: Mention) -> bool:
        return bool(self._meant(mention))

    def _meant(self, mention: Mention) -> tuple[str, ...]:
        if mention.is_glob:
            return self.tracked.matching(mention.names[0])
        return self.tracked.meant(mention.names, exact=mention.exact)

    def _places(self, mention: Mention) -> Iterator[Place]:
        for path in self._meant(mention):
            pairs = () if path.endswith("/") else mention.lines
            yield from (Place(path, first, last) for first, last in pairs or ((0, 0),))


def _asked(reader: _Reader, parts: _Parts, slugs: Sequence[str]) -> Asked | NotUnderstood:
    found, done, boxes = (reader.read(lines) for lines in ([*parts.rest, *parts.open], parts.done, parts.open))
    if found is None or done is None or boxes is None:
        return NotUnderstood(f"it names more than {_MOST_MENTIONS:,} places: ask for folders, or in several issues")
    unknown = tuple(found.unknown)
    left = boxes.codemods or boxes.places or boxes.unknown
    if not left and ((done.places and not found.places) or (done.codemods and not found.codemods)):
        return NotUnderstood("every checkbox that names something is ticked: untick what is to be done", unknown)
    if because := _objection(reader, found, slugs):
        return NotUnderstood(because, unknown)
    chosen = tuple(slug for slug in slugs if slug in found.codemods)
    return Asked(chosen, tuple(found.places), tuple(found.said), unknown)


def _objection(reader: _Reader, found: _Found, slugs: Sequence[str]) -> str:
    """Say why what was found is not enough to go by; empty where it is."""
    if found.left_out:
        return f"it says where not to look (`{found.left_out}`): name the places that are meant"
    if found.unknown and not found.places:
        return "no tracked Python file has the path that it names: write it as the repository has it"
    doubt = "" if found.codemods else reader.doubt(found)
    return doubt or ("" if found.codemods or found.places else _what_to_write(slugs))


def _of_item(item: Item, slugs: Sequence[str], tracked: Tracked) -> Asked | NotUnderstood:
    """Return what an item asks for of what there still is."""
    chosen = tuple(slug for slug in slugs if slug in item.codemods)
    places = tuple(dict.fromkeys(place for place in item.places if tracked.holds(place.path)))
    unknown = tuple(dict.fromkeys(place.path for place in item.places if not tracked.holds(place.path)))
    if not chosen:
        return NotUnderstood("the item names no codemod that this run has", unknown)
    if item.places and not places:
        return NotUnderstood("none of the files that the item names is tracked any more", unknown)
    return Asked(chosen, places, ("the item that an audit filed",), unknown)


def _what_to_write(slugs: Sequence[str]) -> str:
    known = ", ".join(f"`{slug}`" for slug in slugs)
    return f"it names no codemod and no tracked Python file: name one of {known}, or a path such as `src/app.py:12`"


def _parts(text: str) -> _Parts:
    """Take the lines of an issue apart; what is indented below a box belongs to it."""
    parts = _Parts()
    where, depth, was_code = parts.rest, -1, False
    for kind, line in blocks(text):
        is_code = kind is Kind.FENCED
        box = None if is_code else _BOX.match(line)
        if box:
            where, depth = (parts.open if box[2] == " " else parts.done), _depth(box[1])
        elif line.strip() and not (is_code and was_code) and _depth(line) <= depth:
            where, depth = parts.rest, -1
        where.append((is_code, line[box.end() :] if box else line))
        was_code = is_code
    return parts


def _depth(line: str) -> int:
    """Return the columns before the first sign of a line."""
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip()) if line.strip() else len(line.expandtabs(4))


def _without_comments(body: str) -> str:
    """Return Markdown without its HTML comments, which templates use for their advice; each must be closed."""
    kept, at = [], 0
    while (start := body.find("<!--", at)) >= 0 and (end := body.find("-->", start)) >= 0:
        kept.append(body[at:start])
        at = end + len("-->")
    return "".join([*kept, body[at:]])
