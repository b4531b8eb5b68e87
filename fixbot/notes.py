"""Says on the lines of a pull request's diff what was done there and why; it only makes text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from fixbot.analysis.module import split_lines
from fixbot.fitting import brief, fitting
from fixbot.hunks import Hunk, hunks
from fixbot.model import Change, Finding, Note, Rewrite
from fixbot.shown import sides

#: How many characters one note has at most, its marker included.
NOTE_LIMIT = 1_500
_MARKER = 100  # characters that a forge adds to know its note again
_MOST_WHAT = 300
_MOST_REASON = 400
_AND_MORE = "- and {} more"
_LONE_RETURN = re.compile(r"\r(?!\n)")
_Place = tuple[str, int]


def notes(change: Change, limit: int = 50) -> tuple[Note, ...]:
    """Return what stands on the lines of the diff: one note for each finding that has evidence.

    Findings that are seen on the same line share one note, under the first one's fingerprint. Every line is one that
    git shows, whichever of the shortest diffs it chooses; a finding without any such line has no note.

    Args:
        change: what the pull request changes.
        limit: how many notes there are at most, the first in the order of paths and lines.
    """
    seen: dict[tuple[str, str, int], list[Finding]] = {}
    for rewrite in change.rewrites:
        told = [finding for finding in rewrite.findings if finding.evidence]
        diff = _Diff(rewrite) if told else None
        for finding in told:
            place = diff.place(finding) if diff else None
            if place is not None:
                seen.setdefault((rewrite.path, *place), []).append(finding)
    written = [_note(path, side, line, findings) for (path, side, line), findings in seen.items()]
    return tuple(sorted(written, key=lambda note: (note.path, note.line, note.side))[:limit])


def _note(path: str, side: str, line: int, findings: list[Finding]) -> Note:
    return Note(path=path, line=line, side=side, finding=findings[0].fingerprint, says=_says(findings))


def _says(findings: list[Finding]) -> str:
    room = NOTE_LIMIT - _MARKER
    what = list(dict.fromkeys(brief(finding.message.rpartition("; ")[2], _MOST_WHAT) for finding in findings))
    head = fitting(what, room // 2, "and {} more")
    reasons = dict.fromkeys(brief(one.says, _MOST_REASON) for finding in findings for one in finding.evidence)
    # Every line takes a line break, and a paragraph one more.
    left = room - sum(len(line) + 2 for line in head)
    tail = fitting([f"- {reason}" for reason in reasons], left, _AND_MORE)
    return "\n\n".join(filter(None, [*head, "\n".join(tail)]))


class _Diff:
    """One rewrite as git compares it, where only a line feed ends a line."""

    def __init__(self, rewrite: Rewrite) -> None:
        # latin-1 keeps every byte apart, so that lines can be compared without knowing the encoding
        before, after = rewrite.before.decode("latin-1"), rewrite.after.decode("latin-1")
        self._starts = list(accumulate((line.count("\n") for line in split_lines(before)), initial=1))
        old, new = _LONE_RETURN.sub("\0", before), _LONE_RETURN.sub("\0", after)
        self._hunks = hunks(old, new)
        self._left, self._right = sides(split_lines(old), split_lines(new))
        shifts = accumulate((len(hunk.new) - len(hunk.old) for hunk in self._hunks), initial=0)
        self._begins = [hunk.start + shift for hunk, shift in zip(self._hunks, shifts, strict=False)]

    def place(self, finding: Finding) -> _Place | None:
        """Return the side and the line where a reviewer looks for a finding, None where no line is sure to be seen."""
        first, last = (self._starts[min(at, len(self._starts)) - 1] for at in (finding.line, finding.end_line))
        return min(self._candidates(first, last), default=((), None))[1]

    def _candidates(self, first: int, last: int) -> Iterator[tuple[tuple[int, int], _Place]]:
        """Give lines with how far they are from what is asked for: the kind of line counts, then the distance."""
        own = [hunk for hunk in self._hunks if _touches(hunk, first, last)]
        for line in self._right.shown:
            hunk, before = self._before(line)
            is_changed = line in self._right.changed
            is_own = hunk in own if is_changed else first <= before <= last
            kind = (0 if is_changed else 2) if is_own else (3 if is_changed else 5)
            yield (kind, abs(before - first)), ("RIGHT", line)
        for line in self._left.changed:
            is_own = any(hunk.start <= line <= hunk.end for hunk in own)
            yield (1 if is_own else 4, abs(line - first)), ("LEFT", line)

    def _before(self, line: int) -> tuple[Hunk | None, int]:
        """Return the hunk that a line of the file after is in, and the line before that it stands for."""
        at = bisect_right(self._begins, line) - 1
        if at < 0:
            return None, line
        hunk, begin = self._hunks[at], self._begins[at]
        if line - begin < len(hunk.new):
            return hunk, hunk.start + min(line - begin, max(0, len(hunk.old) - 1))
        return None, hunk.end + 1 + line - begin - len(hunk.new)


def _touches(hunk: Hunk, first: int, last: int) -> bool:
    """Say whether lines were changed, or some put in between them."""
    return hunk.start <= last and hunk.end >= first if hunk.old else first < hunk.start <= last
