"""The way from the bytes of a document to its items: what it is written in decides who reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fixbot.audit import hits, json_logs, logs, records, report, rows, tables
from fixbot.audit.items import Reading
from fixbot.audit.report import READS
from fixbot.audit.text import Text, numbered, text_of
from fixbot.chatops.words import Vocabulary, vocabulary
from fixbot.codemod import Recipe
from fixbot.model import Document, NotADocument

#: The most bytes that are read of a document.
MOST_BYTES = 2_000_000
_LOG_LIKE = 0.5
_MARKDOWN = re.compile(r"#{1,6} \S|- \[[ x]\]|\|.*\||\*\*\w")


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
        return NotADocument(name, f"it is no text, or its encoding is not known: save it as UTF-8; {READS}")
    if not text.content.strip():
        return NotADocument(name, f"it is empty; {READS}")
    known = vocabulary(codemods)
    ways = (_of_json, _of_rows, _of_log)
    found = (way(name, text, known, repository) for way in ways)
    return next((one for one in found if one), None) or report.document_of(name, text, known, repository)


def _of_json(name: str, text: Text, known: Vocabulary, repository: str) -> Document | NotADocument | None:
    """Return what JSON says, of a linter or of whoever else; None where a text is none."""
    data = json_logs.loaded(text.content) if text.content.lstrip()[:1] in {"{", "["} else None
    if data is None:
        return None
    found = json_logs.hits_of(data)
    if found and json_logs.is_of_linter(found):
        return hits.document_of(name, text, found, known, repository)
    drafts = records.drafts_of(data, repository)
    if drafts:
        records.on_lines(drafts, text.content)
        return report.of_drafts(name, text, drafts, Reading(known, repository))
    if found:
        return hits.document_of(name, text, found, known, repository)
    return _no_json(name, is_known=found == [])


def _no_json(name: str, *, is_known: bool) -> NotADocument:
    if is_known:
        return NotADocument(name, "it is the output of a linter that found nothing: there is no item in it")
    return NotADocument(name, f"it is JSON of a kind that names no places in code; {READS}")


def _of_rows(name: str, text: Text, known: Vocabulary, repository: str) -> Document | None:
    """Return what an export with one item a line says; None where a text is none."""
    table = rows.table_of(text.content)
    if table is None:
        return None
    if found := rows.hits_of(table):
        return hits.document_of(name, text, found, known, repository)
    reading = Reading(known, repository)
    drafts = list(tables.drafts_of([rows.section_of(table)], reading))
    return report.of_drafts(name, text, drafts, reading) if drafts else None


def _of_log(name: str, text: Text, known: Vocabulary, repository: str) -> Document | None:
    """Return what the lines say that a linter printed; None where a text is something else."""
    found = logs.hits_in(numbered(text.content))
    lines = [line for line in text.content.split("\n") if line.strip()]
    is_markdown = any(_MARKDOWN.match(line) for line in lines)
    if not found or (is_markdown and len(found) < _LOG_LIKE * len(lines)) or len(found) * 20 < len(lines):
        return None
    return hits.document_of(name, text, found, known, repository)
