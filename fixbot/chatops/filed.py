"""Writes the issue that is filed for items of an audit, and knows it again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from fixbot.chatops.hidden import digest, shape
from fixbot.chatops.items import Item, read_item, write_item
from fixbot.fitting import brief, fitting, named, plural
from fixbot.markdown import visible
from fixbot.model import Finding, Held, Place

#: What a search for the issues looks for.
MARK = "fixbot:item"
_LONGEST_TITLE = 160
_MOST_SAID = 600
_ROOM = 30_000
_AND_MORE = "- and {} more"
_HOW = (
    "`fixbot run --issue N`, with the number of this issue, opens pull requests for what can be rewritten of that. "
    "Close the issue and it is not filed again."
)


_OVER = "Nothing of it is there any more, so that there is nothing to do here."


@dataclass(frozen=True, slots=True)
class Filing:
    """An issue as it should be: its title, what its marker says, and its body with that.

    One that `is_over` has nothing left to ask for: it is written only where there is an issue for it already.
    """

    title: str
    item: Item
    body: str
    is_over: bool = False

    @property
    def key(self) -> str:
        """What the issue is known by."""
        return self.item.key


def key_of(*parts: str) -> str:
    """Return what names an item: 16 hex digits."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]


def of_item(held: Held, report: str, ordinal: int = 0, whole: Collection[str] = ()) -> Filing:
    """Return the issue for one item.

    Args:
        held: the item and what the code says of it.
        report: the path of its report, by which it is known again together with its own number.
        ordinal: which of the items with that number it is, from 0.
        whole: the files of which the item has every finding: it asks for these as a whole, wherever their lines go.
    """
    item = held.item
    head = f"{visible(item.title)[:_LONGEST_TITLE]} (item {visible(item.id)[:20]})"
    severity = f", severity {item.severity}" if item.severity else ""
    told = [f"Item {named(item.id, 20)} of {named(report)}{severity}: {held.judgement}; {held.says}."]
    return _filing(key_of("item", report, item.id, str(ordinal)), head, told, [held], whole)


def of_codemod(codemod: str, items: Sequence[tuple[str, Held]]) -> Filing:
    """Return the issue for all items that one codemod answers, each with the path of its report."""
    found = {finding.fingerprint for _, held in items for finding in held.findings}
    told = [
        f"- item {named(held.item.id, 20)} of {named(report)}: {brief(held.item.title, _LONGEST_TITLE)} "
        f"({held.judgement})"
        for report, held in items
    ]
    lines = fitting(told, _MOST_SAID * 10, _AND_MORE)
    speaking = f"{plural(len(items), 'audit item')} {'speaks' if len(items) == 1 else 'speak'} of"
    head = f"{codemod}: {plural(len(found), 'finding')} that {speaking}"
    held = [one for _, one in items]
    return _filing(key_of("codemod", codemod), head, ["What reports say of it:", "\n".join(lines)], held)


def _filing(key: str, title: str, told: Sequence[str], held: Sequence[Held], whole: Collection[str] = ()) -> Filing:
    findings = sorted(
        {finding.fingerprint: finding for one in held for finding in one.findings}.values(),
        key=lambda finding: (finding.path, finding.line, finding.column),
    )
    text = "\n\n".join([*told, *_found(findings), _HOW] if findings else [*told, _OVER])
    codemods = dict.fromkeys(finding.codemod for finding in findings)
    asked = tuple(codemods or dict.fromkeys(slug for one in held for slug in one.item.codemods))
    is_everywhere = any(one.item.claimed or not one.item.locations for one in held)
    places = () if is_everywhere else tuple(dict.fromkeys(_place(finding, whole) for finding in findings))
    item = Item(asked, places, sum(one.item.claimed for one in held), key, digest(text))
    return Filing(title, item, f"{text}\n\n{write_item(item)}\n", is_over=not findings)


def _place(finding: Finding, whole: Collection[str]) -> Place:
    is_whole = finding.path in whole
    return Place(finding.path) if is_whole else Place(finding.path, finding.line, finding.end_line)


def _found(findings: Sequence[Finding]) -> Iterator[str]:
    lines = [f"- {named(f'{one.path}:{one.line}')}: {brief(one.message, _MOST_SAID)}" for one in findings]
    yield f"{plural(len(findings), 'finding')}:"
    yield "\n".join(fitting(lines, _ROOM, _AND_MORE))


def filed_item(body: str) -> Item | None:
    """Return what an issue was filed for; None where it is none that was."""
    item = read_item(body)
    return item if item is not None and item.key else None


def is_same(filing: Filing, title: str, item: Item) -> bool:
    """Say whether an issue is for the same although its report is called or numbered otherwise by now."""
    paths = {place.path for place in filing.item.places}
    is_there = paths == {place.path for place in item.places} and (bool(paths) or title == filing.title)
    return is_there and filing.item.codemods == item.codemods


def is_as_filed(body: str) -> bool:
    """Say whether nobody has edited an issue since it was filed."""
    item = read_item(body)
    return item is not None and item.text == digest(shape("item").sub("", body))
