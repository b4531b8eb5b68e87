"""Reads items out of tables, whatever the order of their columns, and tells tables of counts from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fixbot.audit import chaptered, places, severity
from fixbot.audit.fields import Part, Piece, Role
from fixbot.audit.headings import Head, Strength, head_of
from fixbot.audit.items import Draft, Reading
from fixbot.audit.outline import Block, Section, Shape
from fixbot.audit.titles import only_file
from fixbot.audit.wording import short, words
from fixbot.model import Severity

_COLUMNS = {
    "severity": r"severity|sev|priority|prio|risk|risk level|criticality|level|rating",
    "line": r"lines?|line ?\(s\)|line no\.?|line numbers?|row|ln",
    "file": (
        r"files?|paths?|file ?path|location\(?s?\)?|where|modules?|targets?|source|file\(s\)"
        r"|affected files?|file:line|file & line|place"
    ),
    "id": r"#|id|phase|step|no\.?|nr\.?|ref|number|key|issue ?(?:id|#|no\.?)|finding ?(?:id|#|no\.?)|bug ?(?:id"
    r"|#)|sl|s\.?no",
    "status": r"status|state|done|fixed|resolved|progress|resolution status",
    "category": r"category|type|component|area|class|rule|kind|code|check",
    "epic": r"epic|issue ?ref",
    "remedy": (
        r"recommendation|recommended fix|fix|remediation|suggestion|suggested fix|action|solution"
        r"|mitigation|proposed fix"
    ),
    "commit": r"commits?|sha|hash|fix commit",
    "title": r"issues?|titles?|findings?|description|problems?|message|names?|vulnerabilit(?:y|ies)|summary"
    r"|details?|what|bug|defect|weakness"
    r"|observation|smell|task|item|debt|subject|comment|note|description of \w+|(?:issue|finding|problem) description",
    "notes": r"notes|remarks|comments|evidence|impact|root cause",
    "count": r"count|total|number of (?:issues|findings)|issues found|quantity|amount",
}
_BY_NAME = {name: re.compile(rf"^(?:{said})$", re.IGNORECASE) for name, said in _COLUMNS.items()}
_IMPACT = {"impact": ("severity",)}
_EMPTY = frozenset({"", "-", "\u2013", "\u2014", "n/a", "none", "*"})


def columns_of(head: Sequence[str]) -> dict[str, int]:
    """Return which column of a table holds what, by its head; the first one of a name counts."""
    found: dict[str, int] = {}
    for at, cell in enumerate(head):
        plain = words(cell).strip(" :")
        name = next((name for name, pattern in _BY_NAME.items() if pattern.match(plain)), "")
        if name and name not in found:
            found[name] = at
    if "severity" not in found:
        found.update({name: at for at, cell in enumerate(head) for name in _IMPACT.get(words(cell).lower(), ())})
    return found


def holds_items(columns: dict[str, int]) -> bool:
    """Say whether a table with these columns lists items: titles, and beside them how bad, where, or which number."""
    if "count" in columns:
        return False
    if "title" not in columns:
        return {"file", "status"} <= set(columns)
    return bool({"severity", "file", "line"} & set(columns)) or (
        "id" in columns and bool({"status", "epic", "commit"} & set(columns))
    )


def drafts_of(sections: Sequence[Section], reading: Reading) -> Iterator[Draft]:
    """Yield the items that the rows of tables are."""
    for section in sections:
        for block in section.blocks:
            columns = columns_of(block.rows[0]) if block.shape is Shape.TABLE and block.rows else {}
            if holds_items(columns):
                yield from _rows(section, block, columns, reading)


def _rows(section: Section, block: Block, columns: dict[str, int], reading: Reading) -> Iterator[Draft]:
    above, done = chaptered.severity_of(section), chaptered.status_of(section)
    for row, line in zip(block.rows[1:], block.row_lines[1:], strict=True):
        cells = {
            name: row[at] for name, at in columns.items() if at < len(row) and words(row[at]).lower() not in _EMPTY
        }
        if "title" not in columns and only_file(cells.get("file", "")):
            # What is to be done with the file is told by the heading above.
            cells["title"] = cells["file"]
        if "title" in cells:
            draft = _draft(cells, line, above, reading)
            draft.status = draft.status or done
            draft.category = draft.category or words(section.title)
            draft.is_own = not chaptered.is_left_out(section)
            yield draft


def _draft(cells: dict[str, str], line: int, above: Severity | None, reading: Reading) -> Draft:
    head = head_of(cells["title"])
    number = words(cells.get("id", "")).lstrip("#").strip("[]") or head.number
    said = severity.said(cells["severity"]) if "severity" in cells else None
    roles = {
        "notes": Role.BODY,
        "remedy": Role.REMEDY,
        "status": Role.STATUS,
        "commit": Role.COMMIT,
        "title": Role.BODY,
    }
    parts = [Part(roles[name], name, [Piece(cells[name], line)]) for name in roles if name in cells]
    where = _where(cells, reading)
    title = Head(
        short(number, 60), head.title, Strength.NAMED if number else head.strength, said or head.severity, head.status
    )
    return Draft(title, line, parts, words(cells.get("category", "")), above, None, where)


def _where(cells: dict[str, str], reading: Reading) -> tuple[places.Named, ...]:
    """Return the places of a row: a file in one column and its lines in another belong together."""
    file = cells.get("file", "")
    named = places.in_text(file, reading.repository, is_field=True)
    lines = places.in_text(f"lines {words(cells['line']).removeprefix('L')}", "").lone if "line" in cells else ()
    lines = lines or (
        places.in_text(f"lines {words(cells['line']).lstrip('~Llines ')}", "").lone if "line" in cells else ()
    )
    if lines and named.locations:
        paths = dict.fromkeys(place.path for place in named.locations)
        whole = [path for path in paths if all(not place.line for place in named.locations if place.path == path)]
        return (places.on_lines(whole, lines), places.Named(tuple(place for place in named.locations if place.line)))
    return (places.Named(named.locations, (*named.lone, *lines)),)


def epic_of(block: Block, line: int) -> str:
    """Return the number of the issue that the row in a line stands for, by its column of epics; empty for none."""
    columns = columns_of(block.rows[0]) if block.rows else {}
    if "epic" not in columns or line not in block.row_lines:
        return ""
    row = block.rows[block.row_lines.index(line)]
    said = words(row[columns["epic"]]) if columns["epic"] < len(row) else ""
    return said if re.fullmatch(r"[0-9]+(?:\.[0-9]+)+", said) else ""
