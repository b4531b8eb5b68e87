"""Reads what linters write as JSON: SARIF, and what bandit, ruff, flake8, pylint, mypy, semgrep and others write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from fixbot.audit import severity, states
from fixbot.audit.hits import Hit
from fixbot.model import Severity, Status

_LEVELS = {"error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW, "none": Severity.LOW}
_OF_ESLINT = {1: Severity.MEDIUM, 2: Severity.HIGH}
_MOST = 20_000


def loaded(text: str) -> object:
    """Return what JSON, or lines of JSON, hold; None where a text is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _lines(text)


def _lines(text: str) -> list[object] | None:
    found: list[object] = []
    for line in text.split("\n"):
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError):
                return None
    return found or None


def hits_of(data: object) -> list[Hit] | None:
    """Return what a document of JSON says of code; None where it is of no kind that is known."""
    if isinstance(data, dict):
        return _of_object({str(key): value for key, value in data.items()})
    if not isinstance(data, list):
        return None
    records = [record for each in data[:_MOST] if (record := _dict(each))]
    found = [hit for record in records for hit in _of_record(record)]
    return found if found or (data == []) else None


def is_of_linter(found: Sequence[Hit]) -> bool:
    """Say whether what was found in JSON is of a linter: at least half of it is told by a rule."""
    return sum(bool(hit.rule) for hit in found) * 2 >= len(found)


def _of_object(data: dict[str, object]) -> list[Hit] | None:
    if isinstance(data.get("runs"), list):
        return [hit for run in _dicts(data["runs"]) for hit in _sarif(run)]
    for key in ("results", "messages", "generalDiagnostics", "issues", "diagnostics"):
        if key in data and (isinstance(data[key], list)):
            found = [hit for record in _dicts(data[key]) for hit in _of_record(record)]
            whole = severity.said(_text(data, "severity")) if key == "diagnostics" else None
            found = [replace(hit, severity=hit.severity or whole) for hit in found]
            # The one linter that counts lines from 0.
            found = (
                [replace(hit, line=hit.line + 1, end_line=hit.end_line + 1) for hit in found]
                if key == "generalDiagnostics"
                else found
            )
            return found if found or not data[key] else None
    lists = [hit for value in data.values() for record in _dicts(value) for hit in _of_record(record)]
    return lists or None


def _of_record(data: dict[str, object]) -> Iterator[Hit]:
    """Yield what one record says; the formats differ in the names of their fields alone."""
    if isinstance(data.get("messages"), list) and _text(data, "filePath"):
        yield from _eslint(data)
        return
    inner = [_dict(data.get(key)) or {} for key in ("location", "start", "extra", "range", "lines")]
    location, start, extra, span, _ = inner
    lines = _dict(location.get("lines")) or {}
    path = _text(data, "path", "filename", "file", "file_path") or _text(location, "path", "file")
    path = path or _text(data, "component").rpartition(":")[2]
    data = (
        {**data, "code": _text(_dict(data.get("code")) or {}, "value")} if isinstance(data.get("code"), dict) else data
    )
    if " " in _text(data, "code"):
        # A piece of the code itself.
        data = {key: value for key, value in data.items() if key != "code"}
    rule = _text(data, "test_id", "check_id", "code", "message-id", "messageId", "rule", "check_name", "symbol")
    # Where a record has a code and it is null, it has a name at best.
    rule = rule or (_text(data, "name") if "code" in data else "")
    if not path or not (rule or _text(data, "message")):
        return
    span = _dict(location.get("range")) or span
    begun = _dict((_dict(location.get("positions")) or {}).get("begin")) or _dict(data.get("textRange")) or {}
    begins = (
        (data, "line_number", "line"),
        (location, "row", "line"),
        (start, "line"),
        (lines, "begin"),
        (begun, "line", "startLine"),
        (_dict(span.get("start")) or {}, "line"),
    )
    line = next((found for record, *names in begins if (found := _number(record, *names))), 0)
    ends = (
        (_dict(data.get("end_location")) or _dict(data.get("end")) or lines, "row", "line", "end"),
        (data, "endLine", "end_line"),
        (_dict(data.get("textRange")) or {}, "endLine"),
        (_dict(span.get("end")) or {}, "line"),
    )
    end = next((found for record, *names in ends if (found := _number(record, *names))), 0)
    said = _text(data, "issue_text", "message", "text", "description") or _text(extra, "message")
    symbol = _text(data, "symbol", "test_name")
    said = said.partition("\n")[0].removeprefix(f"{rule}: ")
    yield Hit(rule, path, line, said, _severity(data, extra), symbol, end, status=_status(data))


def _status(data: dict[str, object]) -> Status:
    """Return how far a record says that it has come: by its resolution, else by its state."""
    said = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", f"{_text(data, 'resolution') or _text(data, 'status')}")
    return (states.said(said.replace("_", " ")) if said else None) or Status.OPEN


def _severity(data: dict[str, object], extra: dict[str, object]) -> Severity | None:
    said = _text(data, "issue_severity", "severity", "type", "level") or _text(extra, "severity")
    return severity.said(said) if said else None


def _eslint(data: dict[str, object]) -> Iterator[Hit]:
    for message in _dicts(data["messages"]):
        level = message.get("severity")
        rule = _text(message, "ruleId")
        path, line = _text(data, "filePath"), _number(message, "line")
        told = _OF_ESLINT.get(level) if isinstance(level, int) else None
        yield Hit(rule, path, line, _text(message, "message"), told, end_line=_number(message, "endLine"))


def _sarif(run: dict[str, object]) -> Iterator[Hit]:
    """Yield what one run of a SARIF document says, with what its rules say of themselves."""
    driver = _dict((_dict(run.get("tool")) or {}).get("driver")) or {}
    rules = _dicts(driver.get("rules"))
    by_id = {_text(rule, "id"): rule for rule in rules}
    for result in _dicts(run.get("results")):
        at = (
            int(index)
            if isinstance(index := result.get("ruleIndex", (_dict(result.get("rule")) or {}).get("index")), int)
            and index >= 0
            else len(rules)
        )
        named = _text(result, "ruleId") or _text(_dict(result.get("rule")) or {}, "id")
        named = named or (_text(rules[at], "id") if at < len(rules) else "")
        rule = by_id.get(named) or (rules[at] if at < len(rules) else {})
        if result.get("suppressions"):
            continue
        message = _short(rule) or _text(_dict(result.get("message")) or {}, "text")
        for physical in _physical(result):
            region = _dict(physical.get("region")) or {}
            path = unquote(_text(_dict(physical.get("artifactLocation")) or {}, "uri"))
            line, end = _number(region, "startLine"), _number(region, "endLine")
            yield Hit(named or "rule", path, line, message, _sarif_severity(result, rule), _text(rule, "name"), end)


def _physical(result: dict[str, object]) -> list[dict[str, object]]:
    found = [_dict(location.get("physicalLocation")) for location in _dicts(result.get("locations"))]
    return [each for each in found if each] or [{}]


def _sarif_severity(result: dict[str, object], rule: dict[str, object]) -> Severity | None:
    """Return how bad a result is: by the score of its rule, by its level or that of the rule, by its rank."""
    both = [_dict(each.get("properties")) or {} for each in (result, rule)]
    score = next((found for each in both if (found := _score(each.get("security-severity"), 10))), 0.0)
    if score:
        return severity.scored(score)
    level = _text(result, "level")
    rank = _score(result.get("rank"), 100)
    if rank and not level:
        return severity.scored(rank / 10)
    configured = _text(_dict(rule.get("defaultConfiguration")) or {}, "level")
    return _LEVELS.get(level or configured or "warning")


def _score(value: object, most: int) -> float:
    """Return a figure between 0 and the most there can be; 0.0 where a value is none."""
    try:
        score = float(value) if isinstance(value, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return 0.0
    return score if 0 < score <= most else 0.0


def _short(rule: dict[str, object]) -> str:
    described = (_dict(rule.get(key)) or {} for key in ("shortDescription", "fullDescription"))
    return next((text for each in described if (text := _text(each, "text"))), _text(rule, "name"))


def _dict(value: object) -> dict[str, object] | None:
    return value if isinstance(value, dict) else None


def _dicts(value: object) -> list[dict[str, object]]:
    return [each for each in value[:_MOST] if isinstance(each, dict)] if isinstance(value, list) else []


def _text(record: dict[str, object], *names: str) -> str:
    found = next((value[:2_000] for name in names if isinstance(value := record.get(name), str) and value), "")
    # JSON may hold halves of characters, which no text can be written with.
    return found.encode("utf-8", "replace").decode("utf-8")


def _number(record: dict[str, object], *names: str) -> int:
    found = (record.get(name) for name in names)
    return next((n for n in found if isinstance(n, int) and not isinstance(n, bool) and 0 < n < 10_000_000), 0)  # noqa: PLR2004 - lines that a file may have
