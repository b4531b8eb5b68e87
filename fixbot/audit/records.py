"""Reads items out of JSON that is no linter's: whatever has something like a title beside a place or a severity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from fixbot.audit import places, severity, states
from fixbot.audit.fields import Part, Piece, Role
from fixbot.audit.headings import Head, Strength
from fixbot.audit.items import MOST, Draft
from fixbot.audit.wording import short, words
from fixbot.model import Location

# What a key means, by its name in small letters without signs; the first that has a value counts.
_TITLES = "title headline issue finding problem name message summary rule description text comment body details detail"
_PATHS = (
    "file path filepath filename location locations files affectedfiles affectedfile module source where sourcefile"
    " target component relativepath"
)
_LINES = "line lines linenumber lineno linestart startline linerange linenumbers rowstart row"
_ENDS = "endline lineend endlinenumber rowend"
_SEVERITIES = "severity priority level risk risklevel criticality impact"
_IDS = "id key findingid issueid number ref no nr ruleid code"
_STATES = "status state resolution"
_REMEDIES = "suggestion recommendation recommendations fix suggestedfix improvement solution remediation mitigation"
_CATEGORIES = "category type kind area"
_QUOTES = "code snippet codesnippet evidence currentcode excerpt"
_COMMITS = "commit commits fixedin fixcommit"
_MOST_RECORDS, _DEEPEST, _LONGEST, _LONGEST_ID = 20_000, 12, 4_000, 60
_NUMBER = re.compile(r"#?[\w.-]{1,40}\Z")
_FILE_LIKE = re.compile(r"[\w./@+~*\\-]{1,300}\Z")
_ENDED = re.compile(r"[\w./@+~*\\-]{0,300}\w\.[A-Za-z]\w{0,9}(?::[0-9, -]{1,40})?\Z")


@dataclass(frozen=True, slots=True)
class Record:
    """An object of JSON with the names of its keys made alike, and the file that it stands under."""

    values: dict[str, object]
    file: str = ""

    def text(self, names: str) -> str:
        """Return the first value that is a text or a number, among keys in the order of their names."""
        for name in names.split():
            value = self.values.get(name)
            if isinstance(value, str) and value.strip():
                return _safe(value.strip()[:_LONGEST])
            if isinstance(value, int | float) and not isinstance(value, bool) and name not in {"risk", "impact"}:
                return str(value)[:_LONGEST_ID]
        return ""


def drafts_of(data: object, repository: str) -> list[Draft]:
    """Return the items that JSON holds, in its order; one that holds others is none itself."""
    found = (record for record in _records(data, "", 0) if _is_item(record, repository))
    return [_draft(record, repository) for record in islice(found, MOST + 1)]


def _records(data: object, file: str, depth: int) -> Iterator[Record]:
    """Yield the objects in JSON that hold no further ones of interest; keys and names that are files are kept."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for each in data[:_MOST_RECORDS]:
            yield from _records(each, file, depth + 1)
    elif isinstance(data, dict):
        record = Record({_plain(key): value for key, value in data.items()}, file)
        own = record.text("file path filepath filename name")
        below = file if not _ENDED.match(own) else own
        inner = [(key, value) for key, value in data.items() if _holds_objects(value)]
        found = [
            each
            for key, value in inner
            for each in _records(value, str(key) if _ENDED.match(str(key)[:300]) else below, depth + 1)
        ]
        if not any(_is_item(each, "") for each in found):
            yield record
        yield from found


def _holds_objects(value: object) -> bool:
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(isinstance(each, dict) for each in value[:_MOST_RECORDS])


def _is_item(record: Record, repository: str) -> bool:
    """Say whether a record is an item: it has words, and a place with a line, or a severity beside another field."""
    if not _title(record):
        return False
    has_place = any(place.locations for place in _where(record, repository))
    level = severity.said(record.text(_SEVERITIES)) if record.text(_SEVERITIES) else None
    has_line = bool(_span(record)) or ":" in record.text(_PATHS)
    more = record.text(f"{_REMEDIES} {_CATEGORIES} {_STATES} description")
    return bool((has_place and (level or has_line or record.text(_REMEDIES))) or (level and more))


def _title(record: Record) -> str:
    """Return what a record is about; a name that is the file it is about is no title."""
    for name in _TITLES.split():
        said = record.text(name)
        if said and " " in said.strip() and not _ENDED.match(said):
            return said
    return next((said for name in _TITLES.split()[:6] if (said := record.text(name)) and not _ENDED.match(said)), "")


def _draft(record: Record, repository: str) -> Draft:
    title = _title(record)
    level = severity.said(record.text(_SEVERITIES)) if record.text(_SEVERITIES) else None
    number = next((said for name in _IDS.split() if (said := record.text(name)) and _NUMBER.match(said)), "")
    head = Head(
        number.lstrip("#"),
        short(words(title.partition("\n")[0]), 200),
        Strength.NAMED if number else Strength.NONE,
        level,
    )
    roles = ((Role.BODY, _TITLES), (Role.STATUS, _STATES), (Role.COMMIT, _COMMITS))
    parts = [
        Part(role, name, [Piece(said, 1)])
        for role, names in roles
        for name in names.split()
        if (said := record.text(name)) and said != title
    ]
    parts += [Part(Role.REMEDY, name, [Piece(said, 1)]) for name in _REMEDIES.split() if (said := _lines(record, name))]
    quotes = [said for name in _QUOTES.split() if "\n" in (said := record.text(name)) or "(" in said]
    parts += [Part(Role.BODY, "", [Piece(said, 1, is_code=True)]) for said in quotes[:1]]
    draft = Draft(head, 1, parts, words(record.text(_CATEGORIES))[:_LONGEST_ID], places=_where(record, repository))
    draft.status = states.said(record.text(_STATES)) if record.text(_STATES) else None
    return draft


def _lines(record: Record, name: str) -> str:
    """Return what a key says: a text, or a list of texts with one a line."""
    value = record.values.get(name)
    if isinstance(value, list):
        return "\n".join(_safe(each[:_LONGEST]) for each in value[:20] if isinstance(each, str))
    return record.text(name)


def _where(record: Record, repository: str) -> tuple[places.Named, ...]:
    """Return the places of a record; lines in a key of their own belong to each file that has none."""
    found = [place for each in _said_places(record) for place in _located(each, repository)]
    found = found or (_located(record.file, repository) if record.file else [])
    first, last = _number(record, _LINES), _number(record, _ENDS)
    spans = [(first, max(first, last))] if first and last else places.in_text(f"lines {_span(record)}", "").lone
    whole = [place.path for place in found if not place.line]
    if spans and whole:
        lined = tuple(place for place in found if place.line)
        return (places.on_lines(dict.fromkeys(whole), spans), places.Named(lined))
    return (places.Named(tuple(found)),) if found else ()


def _said_places(record: Record) -> Iterator[str]:
    """Yield what the keys for places say: a text, a list of texts, or objects with a file and a line."""
    for name in _PATHS.split():
        value = record.values.get(name)
        for each in value[:100] if isinstance(value, list) else [value]:
            if isinstance(each, str) and each.strip():
                yield _safe(each.strip()[:_LONGEST])
            elif isinstance(each, dict):
                inner = Record({_plain(key): one for key, one in each.items()})
                path, span = inner.text("file path filepath filename uri"), _span(inner)
                end = _number(inner, _ENDS)
                yield f"{path}:{span}-{end}" if path and span and end else f"{path}:{span}" if path and span else path


def _located(said: str, repository: str) -> list[Location]:
    if _ENDED.match(said) and ":" not in said:
        return [Location(said.replace("\\", "/").removeprefix("./"))]
    found = places.in_text(said, repository, is_field=True).locations
    return list(found) or ([Location(said)] if _FILE_LIKE.match(said) and "/" in said.strip("/") else [])


def _span(record: Record) -> str:
    """Return what the key for lines says, as text: `12`, `12-14`, `12, 40`."""
    value = next((record.values[name] for name in _LINES.split() if record.values.get(name)), "")
    if isinstance(value, list):
        numbers = [str(each) for each in value[:20] if isinstance(each, int) and 0 < each < 10_000_000]  # noqa: PLR2004 - lines
        joint = "-" if len(numbers) == 2 and "range" in " ".join(record.values) else ", "  # noqa: PLR2004 - from and to
        return joint.join(numbers)
    if isinstance(value, dict):
        inner = Record({_plain(key): one for key, one in value.items()})
        return "-".join(filter(None, (inner.text("start from begin first"), inner.text("end to last"))))
    return re.sub(r"^(?:lines?|L)\s*", "", record.text(_LINES), flags=re.IGNORECASE)[:200]


def _number(record: Record, names: str) -> int:
    found = record.text(names)
    return int(found) if found.isascii() and found.isdigit() and len(found) < 8 else 0  # noqa: PLR2004 - lines of a file


def _plain(key: object) -> str:
    return re.sub(r"[^a-z]", "", str(key)[:100].lower())


def _safe(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def on_lines(drafts: Sequence[Draft], content: str) -> None:
    """Set of each draft the line where its title stands in the text, as long as titles are found in their order."""
    at, line, missing = 0, 1, 0
    for draft in drafts:
        needle = re.split(r'["\\]|[^\x20-\x7e]', draft.head.title)[0][:_LONGEST_ID]
        found = content.find(needle, at) if needle and missing < 20 else -1  # noqa: PLR2004 - then they are written otherwise
        if found < 0:
            missing += 1
        else:
            line += content.count("\n", at, found)
            at = found
        draft.line = line
