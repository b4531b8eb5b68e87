"""Makes items of sections, of lines and of what fields say; all ways of writing an item end here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fixbot.audit import claims, places, severity, states
from fixbot.audit.fields import Part, Piece, Role, values
from fixbot.audit.headings import Head, Strength
from fixbot.audit.outline import Section
from fixbot.audit.wording import short, without_signs, words
from fixbot.chatops.words import Vocabulary
from fixbot.model import AuditItem, Location, Severity, Status

_PYTHON = frozenset(
    {"", "py", "python", "python3", "py3", "pycon", "pyi", "text", "txt", "console", "bash", "sh", "diff", "plaintext"}
)
_FILE = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,9})\Z")
_COMMIT = re.compile(
    r"`([0-9a-f]{7,40})`|(?:\bcommits?|\bfixed in)[: ]+\(?`?([0-9a-f]{7,40})\b|\(([0-9a-f]{7,40})\)", re.IGNORECASE
)
_HASH = re.compile(r"\b[0-9a-f]{7,40}\b")
_MOST_QUOTES, _LONGEST_QUOTE, _LONGEST_PROSE, _LONGEST_REMEDY, _MOST_LINES = 20, 4_000, 4_000, 800, 8
_WAS_CHANGED = re.compile(r"\b(?:fixed|modified|created|changed|added)\b", re.IGNORECASE)
# What proves an item, or is only read along, is not where it is.
_ELSEWHERE = re.compile(
    r"^(?:proof of concept|poc\b|exploit|validation|related|references?|see also|tests?\b|owasp)", re.IGNORECASE
)
_EVERYWHERE = re.compile(r"\W*(?:throughout|various|multiple|several|many|all|everywhere|entire|n/?a)\b", re.IGNORECASE)
#: The most items that are kept of a document.
MOST = 2_000
_COMMENTS = re.compile(r"(?m)(?:^|\s)(?:#|//).*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What has to be known of a document to read one item of it.

    `only` is the one file that the document is about, empty where there is none; `statistics` are its lines that count
    something.
    """

    vocabulary: Vocabulary
    repository: str = ""
    only: str = ""
    statistics: tuple[claims.Statistic, ...] = ()


@dataclass(slots=True)
class Draft:
    """An item while it is read: what a heading, a row or a line says of it, and the parts below."""

    head: Head
    line: int
    parts: list[Part] = field(default_factory=list)
    category: str = ""
    above: Severity | None = None
    status: Status | None = None
    places: tuple[places.Named, ...] = ()
    chapter: Section | None = None
    is_own: bool = True


def finished(draft: Draft, reading: Reading) -> AuditItem:
    """Return the item that a draft comes to."""
    head, parts = draft.head, draft.parts
    told = [part for part in parts if part.role is not Role.REMEDY]
    quotes = _quotes(told)
    prose = "\n".join(part.prose for part in told if part.role is Role.BODY and part.prose.strip())
    located = places.settled((*draft.places, *_named(draft, told, reading.repository)), reading.only)
    where = "\n".join(part.prose for part in told if part.role is Role.PLACE and not _WAS_CHANGED.search(part.label))
    named = next((words(part.first) for part in parts if re.fullmatch(r"(?:\w+ )?id", part.label, re.IGNORECASE)), "")
    count = claims.claimed(head.title, where, prose, reading.statistics)
    return AuditItem(
        id=named if named and head.strength < Strength.DOTTED else head.number,
        title=head.title,
        line=draft.line,
        severity=_severity(draft),
        category=draft.category or next((words(said) for said in values(parts, Role.CATEGORY)), ""),
        locations=located,
        claimed=count.number,
        unit=count.unit,
        recommendation=_remedy(parts),
        codemods=_codemods(head.title, prose, quotes, located, reading.vocabulary),
        status=own_state(draft) or draft.status or Status.OPEN,
        commits=commits_in(parts, head.title),
        prose=_clean(prose)[:_LONGEST_PROSE],
        quotes=tuple(piece.text[:_LONGEST_QUOTE] for piece in quotes[:_MOST_QUOTES]),
    )


def _severity(draft: Draft) -> Severity | None:
    """Return the severity: a field says it first, then the heading, its number and the chapter."""
    fields = [part for part in draft.parts if part.role is Role.SEVERITY and part.prose.strip()]
    # A risk may be that of the change.
    risks = [part for part in fields if part.label.lower().startswith("risk")]
    said = next((found for part in fields if part not in risks and (found := severity.said(part.first))), None)
    said = said or draft.head.severity or severity.of_id(draft.head.number) or draft.above
    return said or next((found for part in risks if (found := severity.said(part.first))), None)


def says_severity(draft: Draft) -> bool:
    """Say whether an item says itself how bad it is: in a field, its heading or its number."""
    fields = (severity.said(part.first) for part in draft.parts if part.role is Role.SEVERITY)
    return bool(any(fields) or draft.head.severity or severity.of_id(draft.head.number))


def own_state(draft: Draft) -> Status | None:
    """Return how far an item itself says that it has come, whatever the chapter says in which it stands."""
    fields = (states.said(said.partition("\n")[0]) for said in values(draft.parts, Role.STATUS))
    done = (states.done(part.first) for part in draft.parts if part.role is Role.REMEDY)
    told = (states.told(piece.text) for part in draft.parts for piece in part.pieces if not piece.is_code)
    said = [state for state in (*fields, draft.head.status, *done) if state] or [state for state in told if state]
    return states.latest(said) if said else None


def _named(draft: Draft, told: Sequence[Part], repository: str) -> Iterable[places.Named]:
    """Yield what each part of an item names, in the order of the text."""
    yield places.in_text(f"{draft.head.title} {draft.head.aside}", repository)
    named = [
        (part, piece, _piece(piece, part, repository, is_field=part.role is Role.PLACE))
        for part in told
        if part.role in {Role.BODY, Role.PLACE}
        for piece in part.pieces
        if not (piece.is_code and _ELSEWHERE.search(part.label))
    ]
    # Where a field says the places, those in running text are only about it.
    fields = [place for part, _, one in named if part.role is Role.PLACE for place in one.locations]
    fields = fields or [place for one in draft.places for place in one.locations if place.line]
    # A field that says "throughout" says that there is no one place.
    is_nowhere = not fields and any(part.role is Role.PLACE and _EVERYWHERE.match(part.first) for part in told)
    whole = {place.path for place in fields} - {place.path for place in fields if place.line}
    for part, piece, one in named:
        if is_nowhere and not piece.is_code and part.role is not Role.PLACE:
            yield places.Named(tuple(place for place in one.locations if place.line), one.lone)
        elif part.role is Role.PLACE or ((not fields or piece.is_code) and not _ELSEWHERE.search(part.label)):
            yield one
        elif not fields or piece.is_item:
            yield places.Named(tuple(place for place in one.locations if place.line), one.lone)
        else:
            yield places.with_lines(one, whole)


def _piece(piece: Piece, part: Part, repository: str, *, is_field: bool) -> places.Named:
    if piece.is_code:
        return places.in_code(piece.text, repository)
    label = f"{part.label}: " if re.match(r"lines?\b", part.label, re.IGNORECASE) else ""
    return places.in_text(label + piece.text, repository, is_field=is_field)


def _quotes(told: Sequence[Part]) -> list[Piece]:
    return [piece for part in told for piece in part.pieces if piece.is_code and piece.text.strip()]


def _remedy(parts: Sequence[Part]) -> str:
    """Return what an item asks for, in a few lines: its prose, and code only where there is no prose."""
    remedies = [part for part in parts if part.role is Role.REMEDY]
    said = [line for part in remedies for line in _clean(part.prose).split("\n") if line.strip()]
    if not said:
        said = [line for part in remedies for piece in part.pieces if piece.is_code for line in piece.text.split("\n")]
    kept = [short(without_signs(line) if not line.startswith(" ") else line) for line in said if line.strip()]
    return "\n".join(kept[:_MOST_LINES])[:_LONGEST_REMEDY]


def _clean(prose: str) -> str:
    return "\n".join(filter(None, (words(line) for line in prose.split("\n"))))


def _codemods(
    title: str, prose: str, quotes: Sequence[Piece], located: Sequence[Location], vocabulary: Vocabulary
) -> tuple[str, ...]:
    """Return the codemods that answer an item: those of its title, else of its text, else of its code."""
    if _is_foreign(quotes, located):
        return ()
    code = " ".join(_COMMENTS.sub("", piece.text) for piece in quotes)
    texts = (words(title), _clean(prose), prose, code)
    found = ([slug for slugs in vocabulary.spoken(text).values() for slug in slugs] for text in texts)
    return tuple(dict.fromkeys(next(filter(None, found), [])))


def _is_foreign(quotes: Sequence[Piece], located: Sequence[Location]) -> bool:
    """Say whether an item is about code that is not Python: by the endings of its places, else by its quotations."""
    endings = {found[1].lower() for place in located if (found := _FILE.search(place.path))}
    if endings:
        return not endings & {"py", "pyi", "ipynb", "pyx"}
    return bool(quotes) and not any(piece.language in _PYTHON for piece in quotes)


def commits_in(parts: Sequence[Part], title: str = "") -> tuple[str, ...]:
    """Return the commits that parts name: all that a label for them says, else those that are called commits."""
    found: list[str] = []
    for part in parts:
        if part.role is Role.COMMIT:
            found += _HASH.findall(part.prose)
        else:
            found += commits_of(part.prose)
    return tuple(dict.fromkeys([*commits_of(title), *found]))


def commits_of(text: str) -> list[str]:
    """Return the commits that a text names as such; a mere number is none."""
    said = [found[1] or found[2] or found[3] for found in _COMMIT.finditer(text)]
    return [commit.lower() for commit in said if not commit.isdigit() and re.search("[0-9]", commit)]
