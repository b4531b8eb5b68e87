"""The way from the bytes of a document to its items: what kind it is, which ways of writing it uses, what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from fixbot.audit import chapters, claims, json_logs, lists, logs, places, tables, totals
from fixbot.audit.headings import is_of_readme
from fixbot.audit.items import MOST, Draft, Reading
from fixbot.audit.outline import Section, Shape, sections_of
from fixbot.audit.text import Text, numbered, text_of
from fixbot.audit.told import Told, merged, told
from fixbot.audit.wording import short, stems, words
from fixbot.chatops.words import Vocabulary, vocabulary
from fixbot.codemod import Recipe
from fixbot.model import AuditItem, Document, Kind, NotADocument, Status

#: The most bytes that are read of a document.
MOST_BYTES = 2_000_000
_MOST_CONTRADICTIONS = 100
_READS = (
    "fixbot reads audit reports, trackers and reviews in Markdown, and what linters print or write as JSON or SARIF: "
    "each item needs a number such as 1.1 or H-01, a severity, or a place such as path:line"
)
_KINDS = (
    (Kind.REVIEW, r"\bsession\b|retrospective"),
    (
        Kind.TRACKER,
        (
            r"tracker|fix(?:es)? log|refactor\w* (?:plan|status)|final status|tracking|progress|backlog"
            r"|\bto-?dos?\b|technical debt|tech debt|\bplan\b|status of|punch list"
        ),
    ),
    (Kind.AUDIT, r"audit|report|assessment|findings|bug hunt|vulnerabilit|security|pentest|analysis"),
    (Kind.REVIEW, r"\breview\b"),
)
_LOG_LIKE, _STATED, _OF_README = 0.5, 0.5, 2
_COMMIT_LINE = re.compile(r"^(?:[0-9]+\.\s+)?(?P<commit>[0-9a-f]{7,40})\s+(?:-\s+)?(?P<subject>\S.*)$")
_SHARED = 0.7
# A line of its own that would be a heading: bold with a number, or a finding with its number.
_PSEUDO = re.compile(
    r"^(?:\*\*(?P<bold>(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,2}\.?"
    r"|\[?[A-Z]{1,6}-?[0-9]{1,4}\]?[:.]?) [^*\n]{2,200})\*\*[ \t]*"
    r"|(?P<plain>(?:finding|issue|bug|vulnerability) #?[0-9]{1,4}: [^\n]{2,200}))$",
    re.IGNORECASE | re.MULTILINE,
)


def read_document(
    name: str, content: bytes, codemods: Sequence[Recipe | type[Recipe]], repository: str = ""
) -> Document | NotADocument:
    """Return what a document says, or why nothing can be read out of it.

    Args:
        name: what the operator calls the document.
        content: its bytes, in whatever encoding; more than 2 MB are not read.
        codemods: those that may answer an item.
        repository: `owner/name` of the code that the document is about; links to other repositories are no places.
    """
    if len(content) > MOST_BYTES:
        size = (
            f"it has {len(content):,} bytes, and fixbot reads {MOST_BYTES:,} at most: split it, or keep the"
            f" part with the items"
        )
        return NotADocument(name, size)
    text = text_of(content)
    if text is None:
        return NotADocument(name, f"it is no text, or its encoding is not known: save it as UTF-8; {_READS}")
    if not text.content.strip():
        return NotADocument(name, f"it is empty; {_READS}")
    known = vocabulary(codemods)
    return _of_log(name, text, known, repository) or _of_markdown(name, text, known, repository)


def _of_log(name: str, text: Text, known: Vocabulary, repository: str) -> Document | NotADocument | None:
    """Return what the output of a linter says; None where the text is none."""
    if text.content.lstrip()[:1] in {"{", "["}:
        data = json_logs.loaded(text.content)
        if data is not None:
            hits = json_logs.hits_of(data)
            return _log(name, text, hits or [], known, repository) if hits else _no_json(name, is_known=hits == [])
    hits = logs.hits_in(numbered(text.content))
    lines = [line for line in text.content.split("\n") if line.strip()]
    is_markdown = any(re.match(r"#{1,6} \S|- \[[ x]\]|\|.*\||\*\*\w", line) for line in lines)
    if not hits or (is_markdown and len(hits) < _LOG_LIKE * len(lines)) or len(hits) * 20 < len(lines):
        return None
    return _log(name, text, hits, known, repository)


def _no_json(name: str, *, is_known: bool) -> NotADocument:
    if is_known:
        return NotADocument(name, "it is the output of a linter that found nothing: there is no item in it")
    return NotADocument(name, f"it is JSON of a kind that names no places in code; {_READS}")


def _log(name: str, text: Text, hits: list[logs.Hit], known: Vocabulary, repository: str) -> Document:
    items = logs.items_of(hits, known, repository)[:MOST]
    return Document(name=name, kind=Kind.LOG, title=short(name, 120), items=tuple(items), repaired=text.repaired)


def _of_markdown(name: str, text: Text, known: Vocabulary, repository: str) -> Document | NotADocument:
    sections = sections_of(text.content)
    if not chapters.drafts_of(sections):
        sections = _unwrapped(sections, text.content)
    reading = _reading(sections, text, known, repository)
    written = chapters.drafts_of(sections)
    kind = _kind(sections, written)
    items, contradictions = _items(sections, written, kind, reading)
    if not items:
        return _from_code(name, text, sections, known, repository)
    if _is_readme(sections, items, written):
        because = f"it reads like a README or a changelog, not like a report; {_READS}"
        return NotADocument(name, because)
    return _document(name, text, sections, kind, items, contradictions)


def _unwrapped(sections: list[Section], content: str) -> list[Section]:
    """Return the sections of a text whose headings are lines of bold or of plain text, or that is quoted as a whole."""
    blocks = [block for section in sections for block in section.blocks]
    quoted = [block for block in blocks if block.shape is Shape.CODE and block.language in {"markdown", "md"}]
    if len(quoted) == 1:
        content = "\n" * (quoted[0].line - 1) + quoted[0].text
        return sections_of(content)
    if not _PSEUDO.search(content):
        return sections
    again = sections_of(_PSEUDO.sub(r"### \g<bold>\g<plain>", content))
    return again if chapters.drafts_of(again) else sections


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
) -> tuple[list[AuditItem], list[str]]:
    """Return the items of a document and what was said of them that cannot be true together.

    What is written out under headings counts; where there is nothing of the kind, tables and lists do.
    """
    keeps_book = kind in {Kind.TRACKER, Kind.REVIEW}
    first = [each for draft in written for each in _ranged(draft, reading)]
    more = (
        [told(draft, reading) for draft in islice(lists.named_drafts(sections), MOST)]
        if keeps_book or not written
        else []
    )
    if keeps_book and not written:
        more += _rows(sections, reading, [one.item for one in more])
    if written:
        rows = [draft for draft in islice(tables.drafts_of(sections, reading), MOST) if draft.head.number]
        first += [told(draft, reading) for draft in rows if draft.is_own]
        more += [told(draft, reading) for draft in rows if not draft.is_own]
    items, contradictions = merged(first, more, adds=not written)
    if not items:
        drafts = list(islice(tables.drafts_of(sections, reading), MOST)) or lists.drafts_of(sections, reading)[:MOST]
        items, contradictions = merged([told(draft, reading) for draft in drafts], [], adds=True)
    if keeps_book:
        items = _with_commits(items, sections)
    return [item if item.id else replace(item, id=str(at)) for at, item in enumerate(items[:MOST], 1)], contradictions


def _ranged(draft: Draft, reading: Reading) -> Iterator[Told]:
    return (told(each, reading) for each in lists.ranged(draft))


def _rows(sections: Sequence[Section], reading: Reading, known: Sequence[AuditItem]) -> list[Told]:
    """Return what the rows of tables tell; one with an epic's number that is told elsewhere tells of that."""
    numbers = {item.id: item for item in known}
    tables_of = [block for section in sections for block in section.blocks if block.shape is Shape.TABLE]
    found: list[Told] = []
    for draft in islice(tables.drafts_of(sections, reading), MOST):
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


def _kind(sections: Sequence[Section], written: Sequence[Draft]) -> Kind:
    """Return what kind of document it is: its title says it, else how many of its items have a state."""
    title = words(next((section.title for section in sections if section.title), ""))
    named = next((kind for kind, pattern in _KINDS if re.search(pattern, title, re.IGNORECASE)), None)
    boxes = lists.ticked(sections)
    states = [draft.head.status for draft in written] or [
        state if state is not Status.OPEN else None for state in boxes
    ]
    is_kept = bool(states) and sum(state is not None for state in states) >= _STATED * len(states)
    return named or (Kind.TRACKER if is_kept else Kind.AUDIT)


def _from_code(
    name: str, text: Text, sections: Sequence[Section], known: Vocabulary, repository: str
) -> Document | NotADocument:
    """Return what the output of a linter says that a document quotes; else why nothing can be read out of it."""
    blocks = [block for section in sections for block in section.blocks if block.shape is Shape.CODE]
    hits = [
        hit
        for block in blocks
        if block.language in {"", "text", "console", "log"}
        for hit in logs.hits_in(block.lines())
    ]
    if hits:
        return replace(_log(name, text, hits, known, repository), title=_title(sections, name))
    return NotADocument(name, f"no item could be told from its text; {_READS}")


def _is_readme(sections: Sequence[Section], items: Sequence[AuditItem], written: Sequence[Draft]) -> bool:
    """Say whether a document that has something like items is one for users of a program."""
    of_readme = sum(is_of_readme(section.title) for section in sections)
    severe = sum(item.severity is not None for item in items)
    return of_readme >= _OF_README and severe * 2 < len(items) and not any(draft.head.strength > 2 for draft in written)  # noqa: PLR2004 - named


def _title(sections: Sequence[Section], name: str) -> str:
    return short(words(next((section.title for section in sections if section.title), "")) or name, 200)


def _document(
    name: str, text: Text, sections: Sequence[Section], kind: Kind, items: Sequence[AuditItem], said: Sequence[str]
) -> Document:
    counted = totals.totals_of(sections)
    contradictions = [*said, *totals.disagreeing(counted), *totals.miscounted(sections)]
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
