"""Reads exports with one item a line: comma, tabulator or semicolon between the cells, names of columns in front."""

from __future__ import annotations

import csv
import re

from fixbot.audit import severity, states, tables
from fixbot.audit.hits import Hit
from fixbot.audit.outline import Block, Section, Shape
from fixbot.audit.wording import words
from fixbot.model import Status

_DELIMITERS = ",\t;|"
_LEAST, _MOST_ROWS, _MOST_COLUMNS, _LONGEST_HEAD, _LONGEST_CELL = 3, 20_000, 60, 2_000, 4_000
_RULE = re.compile(r"rule(?: ?(?:id|key|name))?|check(?: ?id)?|code|message-id|test_id", re.IGNORECASE)


def table_of(text: str) -> Block | None:
    """Return the table that a whole text is; None where its first line names no columns of items."""
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    if len(first) > _LONGEST_HEAD or first.count(delimiter) + 1 < _LEAST or first.lstrip().startswith("|"):
        return None
    head = next(csv.reader([first], delimiter=delimiter), [])
    if not tables.holds_items(tables.columns_of(_named(head))) or any(len(words(cell)) > 40 for cell in head):  # noqa: PLR2004 - names
        return None
    return _table(text, delimiter)


def _named(head: list[str]) -> list[str]:
    """Return names of columns as words: `file_path` is a file path."""
    return [re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", cell).strip() for cell in head]


def _table(text: str, delimiter: str) -> Block | None:
    reader = csv.reader(text.split("\n"), delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(tuple(cell[:_LONGEST_CELL] for cell in row[:_MOST_COLUMNS]))
                lines.append(reader.line_num)
            if len(rows) > _MOST_ROWS:
                break
    except csv.Error:
        return None
    rows[0] = tuple(_named(list(rows[0])))
    return Block(Shape.TABLE, "", lines[0], rows=tuple(rows), row_lines=tuple(lines)) if len(rows) > 1 else None


def section_of(table: Block) -> Section:
    """Return a section that holds nothing but a table."""
    return Section("", 0, 1, blocks=[table])


def hits_of(table: Block) -> list[Hit]:
    """Return what the rows say of code where one column has the rule and another the file; else nothing."""
    columns = tables.columns_of(table.rows[0])
    rule = next((at for at, name in enumerate(table.rows[0]) if _RULE.fullmatch(words(name))), None)
    if rule is None or "file" not in columns:
        return []
    return [
        _hit(row, columns, rule, line)
        for row, line in zip(table.rows[1:], table.row_lines[1:], strict=True)
        if len(row) > rule
    ]


def _hit(row: tuple[str, ...], columns: dict[str, int], rule: int, line: int) -> Hit:
    cells = {name: row[at].strip() for name, at in columns.items() if at < len(row)}
    at = re.match(r"[0-9]{1,7}\Z", cells.get("line", ""))
    said = cells.get("status", "")
    return Hit(
        row[rule].strip(),
        cells.get("file", ""),
        int(at[0]) if at else 0,
        cells.get("title", ""),
        severity.said(cells["severity"]) if cells.get("severity") else None,
        source_line=line,
        status=(states.said(said) if said else None) or Status.OPEN,
    )
