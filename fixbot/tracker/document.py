"""The tracker as a JSON document."""

from __future__ import annotations

import json

from fixbot.history import History, Point
from fixbot.tracker.ahead import ahead
from fixbot.tracker.records import Books, Entry, Landed, Progress
from fixbot.tracker.totals import totals


def as_json(books: Books, past: History | None = None) -> str:
    """Return all that the tracker tells, with the findings over time where they were counted."""
    told: dict[str, object] = {
        "version": 1,
        "branch": books.branch,
        "commit": books.commit,
        "date": books.date,
        "reports": list(books.documents),
        "totals": {
            row.name: {str(progress): row.of(progress) for progress in Progress} | {"items": row.total}
            for row in totals(books.entries)
        },
        "items": [_entry(entry) for entry in books.entries],
        "unclaimed": [
            {"codemod": one.codemod, "path": one.path, "line": one.line, "fingerprint": one.fingerprint}
            for one in books.unclaimed
        ],
        "timeline": [
            {"commit": event.id, "date": event.date, "subject": event.subject, "says": event.says}
            for event in books.events
        ],
        "open": [pull.number for pull in books.open],
        "next": ahead(books),
    }
    if past is not None:
        told["history"] = [_point(point) for point in past.points]
        told["counted"] = list(past.counted)
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"


def _point(point: Point) -> dict[str, object]:
    severities = {str(severity): number for severity, number in point.severities.items()}
    return {"commit": point.commit, "time": point.time, "findings": point.findings, **severities}


def _entry(entry: Entry) -> dict[str, object]:
    item = entry.held.item
    return {
        "id": item.id,
        "title": item.title,
        "severity": str(item.severity) if item.severity else None,
        "report": entry.document,
        "codemods": list(item.codemods),
        "progress": str(entry.progress),
        "because": entry.because,
        "regressed": entry.regressed,
        "verdict": str(entry.held.judgement),
        "left": len(entry.left),
        "pulls": [pull.number for pull in entry.pulls],
        "commits": [_landed(one) for one in (*entry.landed, *entry.undone)],
        "doubts": list(entry.held.doubts),
    }


def _landed(one: Landed) -> dict[str, object]:
    return {
        "commit": one.id,
        "date": one.date,
        "subject": one.subject,
        "codemod": one.codemod,
        "pull": one.pull,
        "files": [
            {"path": file.path, "added": file.added, "removed": file.removed, "chosen": list(file.chosen)}
            for file in one.files
        ],
        "added": one.added,
        "removed": one.removed,
        "figures": [{"what": figure.what, "before": figure.before, "after": figure.after} for figure in one.figures],
        "breaking": list(one.breaking),
        "undone_by": one.undone,
    }
