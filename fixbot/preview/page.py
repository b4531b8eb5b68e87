"""Puts together what a page shows of findings, rewrites and refusals; it reads no file and writes no HTML."""

from __future__ import annotations

import io
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fixbot.codemod import Recipe
from fixbot.markdown import visible
from fixbot.model import Change, Finding, Refusal, Rewrite, Safety, ScanReport, Severity
from fixbot.preview.pieces import Pieces, paragraphs, sentence
from fixbot.preview.told import LEFT, REWRITTEN, Told, told
from fixbot.preview.windows import Window, windows

#: So many findings are shown; the others are counted.
MOST_FINDINGS = 2_000
_MOST_ALONG = 10  # files that change along with one
_MOST_SKIPPED = 200
_BROKE = "the codemod broke on this file, which is a fault of fixbot"

#: Returns the bytes of a file by its path, None where it cannot be read.
Contents = Callable[[str], bytes | None]
_Home = tuple[Change, Rewrite]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen and tried: all findings, what holds of the rewrites, and what was refused."""

    report: ScanReport
    changes: Sequence[Change]
    refused: Sequence[Refusal]


@dataclass(frozen=True, slots=True)
class Along:
    """A file without findings of its own that changes with another one."""

    path: str
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One file: its windows, how many findings are in it, and what changes along in others."""

    path: str
    findings: int
    windows: tuple[Window, ...]
    along: tuple[Along, ...] = ()
    more_along: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """One codemod: why it is there, in figures, and the files in which it found something."""

    codemod: str
    title: Pieces
    severity: str
    why: tuple[Pieces, ...]
    left_alone: tuple[Pieces, ...]
    safety: tuple[Pieces, ...]
    references: tuple[str, ...]
    rewritten: int
    left: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that findings are filtered by, and how many of those on the page have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """What findings are filtered by."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that a page shows; `name` is that of the project, and every text in it is printable.

    `shown` counts the findings on the page, and `findings` all there are. `quiet` are the codemods that found nothing.
    """

    name: str
    files: int
    findings: int
    rewritten: int
    left: int
    changed: int
    shown: int
    facets: tuple[Facet, ...]
    sections: tuple[Section, ...]
    quiet: tuple[str, ...]
    skipped: tuple[tuple[str, Pieces], ...]
    more_skipped: int


def page(name: str, seen: Seen, codemods: Sequence[Recipe], contents: Contents, most: int = MOST_FINDINGS) -> Page:
    """Return what a page shows; the same of the same.

    Args:
        name: the project's.
        seen: what was seen and tried.
        codemods: those that looked.
        contents: reads the files in which something is left.
        most: how many findings are shown, the most severe first.
    """
    ranked = sorted(codemods, key=lambda codemod: (list(Severity).index(codemod.severity), codemod.slug()))
    order = {codemod.slug(): at for at, codemod in enumerate(ranked)}
    findings = sorted(seen.report.findings, key=lambda one: (order.get(one.codemod, 0), one.path, one.line, one.column))
    made = _Making(seen, contents, findings[:most])
    sections = tuple(section for codemod in ranked if (section := made.section(codemod)) is not None)
    skipped = _skipped(seen.report)
    rewrites = [rewrite for change in seen.changes for rewrite in change.rewrites]
    rewritten = sum(len(rewrite.findings) for rewrite in rewrites)
    return Page(
        name=visible(name),
        files=seen.report.files,
        findings=len(findings),
        rewritten=rewritten,
        left=len(findings) - rewritten,
        changed=len({rewrite.path for rewrite in rewrites}),
        shown=len(findings[:most]),
        facets=_facets(made.told.values(), [section.codemod for section in sections]),
        sections=sections,
        quiet=tuple(slug for slug in order if slug not in {finding.codemod for finding in findings}),
        skipped=tuple(skipped[:_MOST_SKIPPED]),
        more_skipped=max(0, len(skipped) - _MOST_SKIPPED),
    )


def _skipped(report: ScanReport) -> list[tuple[str, Pieces]]:
    said = [(skip.path, f"{skip.reason}: {skip.detail}") for skip in report.skipped]
    said += [(one.path, f"broken: the codemod {one.codemod} broke on it, a fault of fixbot") for one in report.broken]
    return [(visible(path), sentence(because)) for path, because in sorted(said)]


def _facets(shown: Iterable[Told], codemods: Sequence[str]) -> tuple[Facet, ...]:
    every = list(shown)
    values = {
        "codemod": codemods,
        "severity": list(map(str, Severity)),
        "safety": list(map(str, Safety)),
        "status": [REWRITTEN, LEFT],
    }
    counts = {name: Counter(getattr(one, name) for one in every) for name in values}
    return tuple(
        Facet(name, tuple(Choice(value, counts[name][value]) for value in known if counts[name][value]))
        for name, known in values.items()
    )


class _Making:
    """Makes the parts of one page."""

    def __init__(self, seen: Seen, contents: Contents, findings: Sequence[Finding]) -> None:
        self._contents = contents
        self._because = {refusal.finding: refusal.told for refusal in seen.refused}
        self._home = {
            finding: (change, rewrite)
            for change in seen.changes
            for rewrite in change.rewrites
            for finding in rewrite.findings
        }
        self._texts: dict[str, str] = {}
        self.told: Mapping[Finding, Told] = {
            finding: told(finding, f"f{number}", self._left(finding)) for number, finding in enumerate(findings, 1)
        }

    def section(self, codemod: Recipe) -> Section | None:
        """Return the section of a codemod, None where it found nothing that is shown."""
        findings = [finding for finding in self.told if finding.codemod == codemod.slug()]
        if not findings:
            return None
        explanation = codemod.explanation()
        statuses = Counter(self.told[finding].status for finding in findings)
        return Section(
            codemod=codemod.slug(),
            title=sentence(explanation.title),
            severity=str(codemod.severity),
            why=paragraphs(explanation.why),
            left_alone=paragraphs(explanation.left_alone),
            safety=paragraphs(explanation.safety),
            references=tuple(link for link in codemod.references if link.startswith("https://") and link.isprintable()),
            rewritten=statuses[REWRITTEN],
            left=statuses[LEFT],
            cards=tuple(self._cards(findings)),
        )

    def _left(self, finding: Finding) -> str | None:
        return None if finding in self._home else self._because.get(finding, _BROKE)

    def _before(self, finding: Finding) -> str:
        """Return the file of a finding as it is; it is empty where it cannot be read any more."""
        path = finding.path
        if path not in self._texts:
            home = self._home.get(finding)
            self._texts[path] = _text((home[1].before if home else self._contents(path)) or b"")
        return self._texts[path]

    def _cards(self, findings: Sequence[Finding]) -> Iterator[Card]:
        """Yield a card for each file and rewrite; what is left in a file stands with what is first rewritten there."""
        firsts = {finding.path: self._home[finding] for finding in reversed(findings) if finding in self._home}
        groups: dict[tuple[str, _Home | None], list[Finding]] = {}
        for finding in findings:
            home = self._home.get(finding, firsts.get(finding.path))
            groups.setdefault((finding.path, home), []).append(finding)
        told: set[tuple[Safety, str]] = set()
        for (_, home), inside in groups.items():
            along = _along(home) if home and (home[0].safety, home[1].group) not in told else []
            told |= {(home[0].safety, home[1].group)} if home else set()
            yield self._card(home, inside, along)

    def _card(self, home: _Home | None, inside: Sequence[Finding], along: Sequence[Rewrite]) -> Card:
        before = self._before(inside[0])
        after = _text(home[1].after) if home else before
        return Card(
            path=visible(inside[0].path),
            findings=len(inside),
            windows=windows(before, after, [self.told[finding] for finding in inside]),
            along=tuple(_told_along(one) for one in along[:_MOST_ALONG]),
            more_along=max(0, len(along) - _MOST_ALONG),
        )


def _told_along(rewrite: Rewrite) -> Along:
    return Along(visible(rewrite.path), windows(_text(rewrite.before), _text(rewrite.after), ()))


def _along(home: _Home) -> list[Rewrite]:
    """Return what has no finding of its own and stands or falls with a rewrite."""
    change, rewrite = home
    return [one for one in change.rewrites if rewrite.group and one.group == rewrite.group and not one.findings]


def _text(content: bytes) -> str:
    """Return a file's text, read as Python would; bytes that make no sense become U+FFFD."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        encoding = "utf-8-sig"
    return content.decode(encoding, "replace")
