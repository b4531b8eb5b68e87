"""Writes the issue that is filed for items of an audit, and knows it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixbot.chatops.hidden import shape
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


@dataclass(frozen=True, slots=True)
class Filing:
    """An issue as it should be: which item it is for, its title and its body with the marker."""

    key: str
    title: str
    body: str


def key_of(*parts: str) -> str:
    """Return what names an item wherever its report lies: 16 hex digits."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:16]


def of_item(held: Held, report: str, title: str) -> Filing:
    """Return the issue for one item.

    Args:
        held: the item and what the code says of it.
        report: the name of its report.
        title: the title of its report, by which the item is known again.
    """
    item = held.item
    head = f"{visible(item.title)[:_LONGEST_TITLE]} (item {visible(item.id)[:20]})"
    severity = item.severity or held.findings[0].severity
    told = [f"Item {named(item.id, 20)} of {named(report)}, severity {severity}: {held.judgement}; {held.says}."]
    return _filing(key_of(title, item.id, item.title), head, told, [held])


def of_codemod(codemod: str, items: Sequence[tuple[str, Held]]) -> Filing:
    """Return the issue for all items that one codemod answers, each with the name of its report."""
    found = {finding.fingerprint for _, held in items for finding in held.findings}
    told = [
        f"- item {named(held.item.id, 20)} of {named(report)}: {brief(held.item.title, _LONGEST_TITLE)} "
        f"({held.judgement})"
        for report, held in items
    ]
    lines = fitting(told, _MOST_SAID * 10, _AND_MORE)
    head = f"{codemod}: {plural(len(found), 'finding')} that {plural(len(items), 'audit item')} speak of"
    return _filing(
        key_of("codemod", codemod), head, ["What reports say of it:", "\n".join(lines)], [h for _, h in items]
    )


def _filing(key: str, title: str, told: Sequence[str], held: Sequence[Held]) -> Filing:
    findings = sorted(
        {finding.fingerprint: finding for one in held for finding in one.findings}.values(),
        key=lambda finding: (finding.path, finding.line, finding.column),
    )
    text = "\n\n".join([*told, *_found(findings), _HOW])
    codemods = tuple(dict.fromkeys(finding.codemod for finding in findings))
    places = tuple(dict.fromkeys(Place(finding.path, finding.line, finding.end_line) for finding in findings))
    whole = any(one.item.claimed or not one.item.locations for one in held)
    claimed = sum(one.item.claimed for one in held)
    item = Item(codemods, () if whole else places, claimed, key, _digest(text))
    return Filing(key, title, f"{text}\n\n{write_item(item)}\n")


def _found(findings: Sequence[Finding]) -> Iterator[str]:
    lines = [f"- {named(f'{one.path}:{one.line}')}: {brief(one.message, _MOST_SAID)}" for one in findings]
    yield f"{plural(len(findings), 'finding')}:"
    yield "\n".join(fitting(lines, _ROOM, _AND_MORE))


def filed_key(body: str) -> str:
    """Return the key of an issue that was filed; empty where it is none."""
    item = read_item(body)
    return item.key if item is not None else ""


def is_as_filed(body: str) -> bool:
    """Say whether nobody has edited an issue since it was filed."""
    item = read_item(body)
    return item is not None and item.text == _digest(shape("item").sub("", body))


def _digest(text: str) -> str:
    """Return 16 hex digits of a text, whatever ends its lines and stands around it."""
    plain = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()[:16]
