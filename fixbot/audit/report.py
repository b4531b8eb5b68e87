"""Reads a report, a tracker or a review in Markdown: which ways of writing it uses, what kind it is, what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from fixbot.audit import chapters, claims, hits, json_logs, kinds, lists, logs, places, records, tables, totals
from fixbot.audit.items import MOST, Draft, Reading
from fixbot.audit.languages import in_english
from fixbot.audit.outline import MOST_SECTIONS, Section, Shape, sections_of
from fixbot.audit.text import Text
from fixbot.audit.told import Told, merged, told
from fixbot.audit.wording import short, stems, words
from fixbot.chatops.words import Vocabulary
from fixbot.model import AuditItem, Document, Kind, NotADocument

_MOST_CONTRADICTIONS = 100
#: What is read, for whoever gave something else.
READS = (
    "fixbot reads audit reports, trackers and reviews in Markdown or plain text, findings as JSON or CSV, and what "
    "linters print or write as JSON or SARIF: each item needs a number such as 1.1 or H-01, a severity, or a place "
    "such as path:line"
)
_COMMIT_LINE = re.compile(r"^(?:[0-9]+\.\s+)?(?P<commit>[0-9a-f]{7,40})\s+(?:-\s+)?(?P<subject>\S.*)$")
_SHARED = 0.7
# A line of its own that would be a heading: bold with a number, or a finding with its number.
_PSEUDO = re.compile(
    r"^(?:\*\*(?P<bold>(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.?"
    r"|\[?[A-Z]{1,6}-?[0-9]{1,4}\]?[:.]?) [^*\n]{2,200})\*\*[ \t]*"
    r"|(?P<plain>(?:finding|issue|bug|vulnerability) #?[0-9]{1,4}: [^\n]{2,200}))$",
    re.IGNORECASE | re.MULTILINE,
)


def document_of(name: str, text: Text, known: Vocabulary, repository: str) -> Document | NotADocument:
    """Return what a text in Markdown says, or why nothing can be read out of it.

    Args:
        name: what the operator calls the document.
        text: its text.
        known: the words for codemods that may answer an item.
        repository: `owner/name` of the code that it is about; may be empty.
    """
    text = replace(text, content=in_english(text.content))
    sections = sections_of(text.content)
    if len(chapters.drafts_of(sections)) <= 1:
        sections = _unwrapped(sections, text.content)
    reading = _reading(sections, text, known, repository)
    written = chapters.drafts_of(sections)
    kind = kinds.kind_of(sections, written)
    items, contradictions, is_sure = _items(sections, written, kind, reading)
    if not items:
        return _from_code(name, text, sections, known, repository)
    if not (kinds.is_borne(items) if kinds.is_titled(name, sections) else is_sure and kinds.is_placed(items, written)):
        return NotADocument(name, f"hardly anything in it says how bad something is, or where; {READS}")
    if kinds.is_readme(sections, items, written):
        because = f"it reads like a README or a changelog, not like a report; {READS}"
        return NotADocument(name, because)
    if kind is Kind.AUDIT and not written and kinds.is_kept(sections, items):
        kind = Kind.TRACKER
    return _document(name, text, sections, kind, items, contradictions)


def of_drafts(name: str, text: Text, drafts: Sequence[Draft], reading: Reading) -> Document:
    """Return the document whose items are already drafts, as rows of an export or records of JSON are."""
    tells = [told(draft, reading) for draft in drafts[:MOST]]
    items, contradictions = merged(tells, [], adds=True)
    is_kept = sum(one.own is not None for one in tells) >= kinds.STATED * len(tells)
    return Document(
        name=name,
        kind=Kind.TRACKER if is_kept else Kind.AUDIT,
        title=short(name, 120),
        items=tuple(_numbered(items)),
        repaired=text.repaired,
        contradictions=(*_dropped(len(drafts)), *contradictions[:_MOST_CONTRADICTIONS]),
    )


def _numbered(items: Sequence[AuditItem]) -> list[AuditItem]:
    return [item if item.id else replace(item, id=str(at)) for at, item in enumerate(items[:MOST], 1)]


def _dropped(count: int) -> tuple[str, ...]:
    """Return the sentence that says that not all of so many items are read; nothing where all are."""
    return (f"only the first {MOST:,} of its items are read",) if count > MOST else ()


def _unwrapped(sections: list[Section], content: str) -> list[Section]:
    """Return the sections of a text whose headings are lines of bold or of plain text, or that is quoted as a whole."""
    blocks = [block for section in sections for block in section.blocks]
    quoted = [block for block in blocks if block.shape is Shape.CODE and block.language in {"markdown", "md"}]
    if len(quoted) == 1 and not chapters.drafts_of(sections):
        content = "\n" * (quoted[0].line - 1) + quoted[0].text
        return sections_of(content)
    if not _PSEUDO.search(content):
        return sections
    again = sections_of(_PSEUDO.sub(r"### \g<bold>\g<plain>", content))
    return again if len(chapters.drafts_of(again)) > len(chapters.drafts_of(sections)) else sections


def _reading(sections: Sequence[Section], text: Text, known: Vocabulary, repository: str) -> Reading:
    """Return what has to be known of the whole document to read an item of it."""
    head = [section.title for section in sections[:1]] + [
        block.text for section in sections[:4] for block in section.blocks[:6] if block.shape is Shape.TEXT
    ]
    titles = [section.title for section in sections[1:2]]
    only = places.only_file([*titles, *(each[:2_000] for each in head)], repository)
    return Reading(known, repository, only, claims.statistics_of(text.content.split("\n")))


def _items(
    sections: Sequence[Section], written: Sequence[Draft], kind: Kind, reading: Reading
) -> tuple[list[AuditItem], list[str], bool]:
    """Return the items of a document, what was said of them that cannot be true together, and whether they are sure.

    They are where at least half of them say themselves how bad they are, or where.

    What is written out under headings counts; where there is nothing of the kind, tables and lists do.
    """
    keeps_book = kind in {Kind.TRACKER, Kind.REVIEW}
    first = [each for draft in written for each in _ranged(draft, reading)]
    more = (
        [told(draft, reading) for draft in islice(lists.named_drafts(sections), MOST + 1)]
        if keeps_book or not written
        else []
    )
    if keeps_book and not written:
        more += _rows(sections, reading, [one.item for one in more])
    if written:
        rows = [draft for draft in islice(tables.drafts_of(sections, reading), MOST + 1) if draft.head.number]
        first += [told(draft, reading) for draft in rows if draft.is_own]
        more += [told(draft, reading) for draft in rows if not draft.is_own]
        first.sort(key=lambda one: one.item.line)
    items, contradictions = merged(first, more, adds=not written)
    tells = first if written else more
    if not items:
        drafts = list(islice(tables.drafts_of(sections, reading), MOST + 1)) or lists.drafts_of(sections, reading)
        tells = [told(draft, reading) for draft in drafts]
        items, contradictions = merged(tells, [], adds=True)
    if keeps_book:
        items = _with_commits(items, sections)
    is_sure = sum(one.is_sure for one in tells) * 2 >= len(tells)
    return _numbered(items), [*_dropped(len(items)), *contradictions], is_sure


def _ranged(draft: Draft, reading: Reading) -> Iterator[Told]:
    return (told(each, reading) for each in lists.ranged(draft))


def _rows(sections: Sequence[Section], reading: Reading, known: Sequence[AuditItem]) -> list[Told]:
    """Return what the rows of tables tell; one with an epic's number that is told elsewhere tells of that."""
    numbers = {item.id: item for item in known}
    tables_of = [block for section in sections for block in section.blocks if block.shape is Shape.TABLE]
    found: list[Told] = []
    for draft in islice(tables.drafts_of(sections, reading), MOST + 1):
        one = told(draft, reading)
        epic = next((number for block in tables_of if (number := tables.epic_of(block, draft.line))), "")
        if epic in numbers:
            one = replace(one, item=replace(one.item, id=epic, title=numbers[epic].title))
        found.append(one)
    return found


def _with_commits(items: Sequence[AuditItem], sections: Sequence[Section]) -> list[AuditItem]:
    """Return items with the commits of a list of commits whose subjects have the words of their titles."""
    lines = [
        line
        for section in sections
        for block in section.blocks
        if block.shape is Shape.CODE
        for line in block.text.split("\n")
    ]
    found = [
        match
        for line in lines[:5_000]
        if (match := _COMMIT_LINE.match(line.strip()[:300])) and not match["commit"].isdigit()
    ]
    subjects = [(match["commit"], stems(match["subject"])) for match in found[:500]]
    return [_with_those(item, subjects) for item in items]


def _with_those(item: AuditItem, subjects: Sequence[tuple[str, frozenset[str]]]) -> AuditItem:
    title = stems(item.title)
    more = [commit for commit, said in subjects if len(title) > 1 and len(title & said) >= _SHARED * len(title)]
    return replace(item, commits=tuple(dict.fromkeys([*item.commits, *more])))


def _from_code(
    name: str, text: Text, sections: Sequence[Section], known: Vocabulary, repository: str
) -> Document | NotADocument:
    """Return what the output of a linter says that a document quotes; else why nothing can be read out of it."""
    blocks = [block for section in sections for block in section.blocks if block.shape is Shape.CODE]
    found = [
        hit
        for block in blocks
        if block.language in {"", "text", "console", "log"}
        for hit in logs.hits_in(block.lines())
    ]
    quoted = [data for block in blocks if block.language == "json" and (data := json_logs.loaded(block.text))]
    drafts = [draft for data in quoted for draft in records.drafts_of(data, repository)]
    if drafts and not found:
        document = of_drafts(name, text, drafts, Reading(known, repository))
        return replace(document, title=_title(sections, name))
    if found:
        return replace(hits.document_of(name, text, found, known, repository), title=_title(sections, name))
    return NotADocument(name, f"no item could be told from its text; {READS}")


def _title(sections: Sequence[Section], name: str) -> str:
    return short(words(next((section.title for section in sections if section.title), "")) or name, 200)


def _document(
    name: str, text: Text, sections: Sequence[Section], kind: Kind, items: Sequence[AuditItem], said: Sequence[str]
) -> Document:
    counted = totals.totals_of(sections)
    cut = (
        [f"only what stands below its first {MOST_SECTIONS:,} headings is read"]
        if len(sections) > MOST_SECTIONS
        else []
    )
    contradictions = [*cut, *said, *totals.disagreeing(counted), *totals.miscounted(sections)]
    if kind is Kind.AUDIT:
        contradictions = [*totals.borne_out(counted, items), *contradictions]
    contradictions += totals.unfinished(sections, items, counted)
    return Document(
        name=name,
        kind=kind,
        title=_title(sections, name),
        items=tuple(items),
        totals=counted,
        repaired=text.repaired,
        contradictions=tuple(dict.fromkeys(contradictions))[:_MOST_CONTRADICTIONS],
    )
