"""Says what there is to say of one finding, and whether it would be rewritten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from fixbot.markdown import visible
from fixbot.model import Breaking, Finding
from fixbot.preview.pieces import Pieces, of_line, sentence, shown

REWRITTEN, LEFT = "rewritten", "left"
_NEAR = 30  # lines: evidence farther away is told, and its line is not shown
_MOST_LINES = 12  # of a finding that is left, where it has more, only the first ones are sure to be shown
_MOST_EVIDENCE = 20
_MOST_CALLERS = 12
_MOST_CALL = 8  # lines


@dataclass(frozen=True, slots=True)
class Broken:
    """What a rewrite asks of callers: who must change what, a call before and after, and how many change along."""

    who: Pieces
    before: tuple[Pieces, ...]
    after: tuple[Pieces, ...]
    callers: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as a page shows it; all text in it is printable.

    `mark` is its own in the page. `status` is `rewritten` or `left`; `because` says why it is left, and is empty
    where the message already does. `line` is where it stands, and `lines` are those that should be seen.
    """

    mark: str
    codemod: str
    path: str
    place: str
    name: str
    severity: str
    safety: str
    status: str
    message: Pieces
    because: Pieces
    evidence: tuple[tuple[int, Pieces], ...]
    more_evidence: int
    line: int
    lines: frozenset[int]
    breaking: Broken | None


def told(finding: Finding, mark: str, because: str | None) -> Told:
    """Return what is said of a finding.

    Args:
        finding: the finding.
        mark: what tells it from all others on the page.
        because: why it is not rewritten, None where it is.
    """
    path = visible(finding.path)
    evidence = tuple((one.line, sentence(one.says)) for one in finding.evidence[:_MOST_EVIDENCE])
    return Told(
        mark=mark,
        codemod=finding.codemod,
        path=path,
        place=f"{visible(PurePosixPath(finding.path).name)}:{finding.line}",
        name="" if finding.qualname == "<module>" else visible(finding.qualname),
        severity=str(finding.severity),
        safety=str(finding.safety),
        status=REWRITTEN if because is None else LEFT,
        message=sentence(finding.message),
        because=() if because in {None, finding.message} else sentence(because or ""),
        evidence=evidence,
        more_evidence=len(finding.evidence) - len(evidence),
        line=finding.line,
        lines=_lines(finding),
        breaking=None if finding.breaking is None else _broken(finding.breaking),
    )


def _lines(finding: Finding) -> frozenset[int]:
    """Return the lines that should be seen: the first ones of the finding, and those of its evidence nearby."""
    last = min(finding.end_line, finding.line + _MOST_LINES)
    wanted = {*range(finding.line, last + 1), finding.line}
    near = range(finding.line - _NEAR, last + _NEAR + 1)
    return frozenset(wanted | {one.line for one in finding.evidence if one.line in near})


def _broken(breaking: Breaking) -> Broken:
    before, after = (
        tuple(of_line(line) for line in side.splitlines()[:_MOST_CALL]) for side in (breaking.before, breaking.after)
    )
    callers = tuple("".join(piece.text for piece in shown(caller)) for caller in breaking.callers[:_MOST_CALLERS])
    return Broken(sentence(breaking.who), before, after, callers, len(breaking.callers) - len(callers))
