"""The formats of an audit: each item of a document beside what the code says of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fixbot.fitting import brief, named, plural
from fixbot.markdown import cell, visible
from fixbot.model import Document, Held, Judgement, Severity
from fixbot.report.facts import encodable
from fixbot.report.plain import harmless

_LONGEST_TITLE = 72
_LONGEST_SAID = 400
_HEADS = ("item", "severity", "claimed", "found", "what the code says", "codemod")


@dataclass(frozen=True, slots=True)
class Audited:
    """A document, and each of its items held against the code."""

    document: Document
    held: tuple[Held, ...]


def as_json(audits: Sequence[Audited]) -> str:
    """Return all documents as one JSON document; `report` is the name of the first."""
    told = {
        "version": 1,
        "report": audits[0].document.name if audits else "",
        "items": [_item(audit.document, held) for audit in audits for held in audit.held],
        "reports": [_document(audit) for audit in audits],
        "summary": {str(judgement): number for judgement, number in counts(audits).items()},
    }
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"


def counts(audits: Iterable[Audited]) -> dict[Judgement, int]:
    """Return how often each judgement was made, those that were made in their order."""
    counted = Counter(held.judgement for audit in audits for held in audit.held)
    return {judgement: counted[judgement] for judgement in Judgement if counted[judgement]}


def _item(document: Document, held: Held) -> dict[str, object]:
    item = held.item
    return {
        "id": item.id,
        "title": item.title,
        "severity": str(item.severity) if item.severity else None,
        "category": item.category,
        "locations": [{"path": one.path, "line": one.line, "end_line": one.end_line} for one in item.locations],
        "claimed": held.claimed,
        "found": held.found,
        "verdict": str(held.judgement),
        "codemod": item.codemods[0] if item.codemods else None,
        "codemods": list(item.codemods),
        "status": str(item.status),
        "commits": list(item.commits),
        "recommendation": item.recommendation,
        "says": held.says,
        "doubts": list(held.doubts),
        "findings": [
            {"codemod": one.codemod, "path": one.path, "line": one.line, "fingerprint": one.fingerprint}
            for one in held.findings
        ],
        "report": document.name,
        "line": item.line,
    }


def _document(audit: Audited) -> dict[str, object]:
    document = audit.document
    return {
        "report": document.name,
        "kind": str(document.kind),
        "title": document.title,
        "items": len(audit.held),
        "repaired": document.repaired,
        "contradictions": list(document.contradictions),
        "totals": [
            {"what": total.what, "number": total.number, "of": total.of, "line": total.line}
            for total in document.totals
        ],
    }


def as_text(audits: Sequence[Audited], *, brief_only: bool = False) -> str:
    """Return every document as a table for a terminal, then what it contradicts, then figures."""
    lines: list[str] = []
    for audit in audits:
        lines += [_heading(audit), *_repaired(audit.document), "", *_rows(audit.held), *_contradictions(audit), ""]
    lines += [] if brief_only else [figures(audits)]
    return "".join(f"{harmless(encodable(line)).rstrip()}\n" for line in lines)


def _heading(audit: Audited) -> str:
    document = audit.document
    return f"{visible(document.name)}: {document.kind}, {plural(len(audit.held), 'item')}{_severities(audit.held)}"


def _severities(held: Sequence[Held]) -> str:
    counted = Counter(one.item.severity for one in held)
    told = [f"{counted[severity]} {severity}" for severity in Severity if counted[severity]]
    return f" ({', '.join(told)})" if told else ""


def _repaired(document: Document) -> list[str]:
    return [f"its text was damaged: {document.repaired}"] if document.repaired else []


def _rows(held: Sequence[Held]) -> Iterator[str]:
    table = [_HEADS, *(_cells(one) for one in held)]
    widths = [max(len(row[at]) for row in table) for at in range(len(_HEADS))]
    for row, one in zip(table, [None, *held], strict=True):
        cells = [text.rjust(width) if at in {2, 3} else text.ljust(width) for at, (text, width) in _each(row, widths)]
        yield "  ".join([*cells, _cut(one.item.title) if one else "title"])
        if one is not None:
            yield f"{' ' * (widths[0] + 2)}{_plain(one.says)}"
            yield from (f"{' ' * (widths[0] + 2)}doubt: {_plain(doubt)}" for doubt in one.doubts)


def _each(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[int, tuple[str, int]]]:
    return enumerate(zip(row, widths, strict=True))


def _cells(held: Held) -> tuple[str, ...]:
    item = held.item
    return (
        visible(item.id)[:20],
        str(item.severity or "-"),
        "-" if held.claimed is None else str(held.claimed),
        "-" if held.found is None else str(held.found),
        str(held.judgement),
        ", ".join(item.codemods[:2]) or "-",
    )


def _cut(title: str) -> str:
    shown = visible(title)
    return shown if len(shown) <= _LONGEST_TITLE else f"{shown[: _LONGEST_TITLE - 1].rstrip()}…"


def _plain(says: str) -> str:
    return says.replace("`", "")


def _contradictions(audit: Audited) -> list[str]:
    told = [f"  - {_plain(one)}" for one in audit.document.contradictions]
    return ["", "not true together in this document:", *told] if told else []


def figures(audits: Sequence[Audited]) -> str:
    """Return how many items there are and what the code says of them, as one line."""
    items = sum(len(audit.held) for audit in audits)
    told = [f"{number} {judgement}" for judgement, number in counts(audits).items()]
    return f"{plural(items, 'item')}: {', '.join(told)}" if told else "no items"


def as_markdown(audits: Sequence[Audited]) -> str:
    """Return every document as a table of GitHub's Markdown."""
    parts = [f"# Audit\n\n{figures(audits)}."]
    parts += [_section(audit) for audit in audits]
    return encodable("\n\n".join(parts)) + "\n"


def _section(audit: Audited) -> str:
    document = audit.document
    head = f"## {named(document.name)}\n\n{document.kind.capitalize()}, {plural(len(audit.held), 'item')}"
    parts = [f"{head}{_severities(audit.held)}."]
    parts += [f"Its text was damaged: {document.repaired}."] if document.repaired else []
    rows = [
        "| item | severity | title | claimed | found | what the code says | codemod |",
        "|---|---|---|---|---|---|---|",
    ]
    parts.append("\n".join([*rows, *map(_row, audit.held)]))
    if document.contradictions:
        told = "\n".join(f"- {brief(one, _LONGEST_SAID)}" for one in document.contradictions)
        parts.append(f"Not true together in this document:\n\n{told}")
    return "\n\n".join(parts)


def _row(held: Held) -> str:
    item = held.item
    id_, severity, claimed, found, judgement, _ = _cells(held)
    says = "; ".join([f"**{judgement}**: {brief(held.says, _LONGEST_SAID)}", *_doubts(held)])
    codemods = ", ".join(map(named, item.codemods)) or "-"
    shown = [named(id_), severity, brief(item.title, _LONGEST_TITLE), claimed, found, says, codemods]
    return f"| {' | '.join(map(cell, shown))} |"


def _doubts(held: Held) -> list[str]:
    return [f"doubt: {brief(doubt, _LONGEST_SAID)}" for doubt in held.doubts]
