"""Makes one item of each rule of what a linter saw, with all places of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.audit import severity, states
from fixbot.audit.places import RUNNERS
from fixbot.audit.text import Text
from fixbot.audit.wording import short, words
from fixbot.chatops.words import Vocabulary
from fixbot.model import AuditItem, Document, Kind, Location, Severity, Status

#: The most places and the most rules that are kept of one output.
MOST_PLACES, MOST_RULES = 5_000, 2_000
_LAST_LINE = 10_000_000
_ROOTS = re.compile(rf"^/(?:{RUNNERS})/")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a linter saw something: the rule, the other name of it, what it says and how far that has come.

    `is_whole` says that the message is told in one line; what follows is only about it.
    """

    rule: str
    path: str
    line: int
    message: str
    severity: Severity | None = None
    symbol: str = ""
    end_line: int = 0
    source_line: int = 1
    status: Status = Status.OPEN
    is_whole: bool = False


def items_of(hits: Sequence[Hit], vocabulary: Vocabulary, repository: str = "") -> list[AuditItem]:
    """Return one item for each rule, in the order in which the rules come, with all places of it."""
    root = _root([hit.path for hit in hits], repository)
    by_rule: dict[str, list[Hit]] = {}
    for hit in hits[:MOST_PLACES]:
        by_rule.setdefault(hit.rule or f"\0{hit.message}", []).append(hit)
    found = list(by_rule.values())[:MOST_RULES]
    return [_item(hits[0].rule or str(at), hits, vocabulary, root) for at, hits in enumerate(found, 1)]


def document_of(name: str, text: Text, found: Sequence[Hit], vocabulary: Vocabulary, repository: str) -> Document:
    """Return the document that the output of a linter is, with a word on what of it is left out."""
    items = items_of(found, vocabulary, repository)
    left_out = []
    if len(found) > MOST_PLACES:
        left_out.append(f"only the first {MOST_PLACES:,} of its places are read")
    if len(items) == MOST_RULES:
        left_out.append(f"only the first {MOST_RULES:,} of its rules are read")
    return Document(
        name=name,
        kind=Kind.LOG,
        title=short(name, 120),
        items=tuple(items),
        repaired=text.repaired,
        contradictions=tuple(left_out),
    )


def _item(rule: str, found: Sequence[Hit], vocabulary: Vocabulary, root: str) -> AuditItem:
    first = found[0]
    everywhere = tuple(dict.fromkeys(_location(hit, root) for hit in found if hit.path))
    texts = (rule, first.symbol, re.split(r"[./:]", rule)[-1], f"{first.message[:500]}")
    spoken = (vocabulary.spoken(text) for text in texts if text)
    slugs = next(([slug for each in said.values() for slug in each] for said in spoken if said), [])
    return AuditItem(
        id=short(rule, 120),
        title=short(words(first.message) or first.symbol or rule, 200),
        line=first.source_line,
        severity=severity.worst(hit.severity for hit in found),
        category=first.symbol,
        locations=everywhere,
        claimed=len(found),
        codemods=tuple(dict.fromkeys(slugs)),
        status=states.earliest(hit.status for hit in found),
        prose=short(first.message, 500),
    )


def _location(hit: Hit, root: str) -> Location:
    path = _slashed(hit.path)
    path = path.removeprefix(root) if root else _ROOTS.sub("", path)
    line = hit.line if 0 < hit.line < _LAST_LINE else 0
    return Location(path.removeprefix("./"), line, max(line, hit.end_line if hit.end_line < _LAST_LINE else 0))


def _slashed(path: str) -> str:
    return re.sub(r"^file://(?=/)", "", path.replace("\\", "/"))[:1_000]


def _root(paths: Sequence[str], repository: str) -> str:
    """Return the folder that absolute paths are in, where it is known; empty where it is not.

    It is the one that is called as the repository.
    """
    absolute = sorted({path for path in map(_slashed, paths) if re.match(r"/|[A-Za-z]:/", path)})
    if not absolute or any(_ROOTS.match(path) for path in absolute):
        return ""
    name = repository.rpartition("/")[2]
    if name and f"/{name}/" in absolute[0]:
        return absolute[0][: absolute[0].rindex(f"/{name}/") + len(name) + 2]
    return ""
