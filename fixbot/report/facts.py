"""What every format says about a scan beside its findings; it words and counts, and formats nothing."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from fixbot.model import Skipped

if TYPE_CHECKING:
    from fixbot.model import Broken, ScanReport

#: The reason of a file on which a codemod raised an error: fixbot's own fault.
BROKEN = "broken"

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNUSUAL = re.compile(r"[^\n -~]")


def passed_over(report: ScanReport) -> tuple[Skipped, ...]:
    """Return the files that were skipped and those that a codemod broke on, in the order of paths."""
    broken = tuple(_as_skipped(one) for one in report.broken)
    return tuple(sorted(report.skipped + broken, key=lambda skipped: skipped.path))


def _as_skipped(broken: Broken) -> Skipped:
    """Return a file that a codemod broke on, with the last line of the trace."""
    error = (broken.trace.strip().splitlines() or ["no trace"])[-1]
    return Skipped(broken.path, BROKEN, f"{broken.codemod}: {error}")


def summary(report: ScanReport) -> str:
    """Return the figures of a scan as one line; seconds have one decimal."""
    files = len({finding.path for finding in report.findings})
    found = f"{counted(len(report.findings), 'finding')} in {counted(files, 'file')}" if files else "no findings"
    looked_at = f"{counted(report.files, 'file')} looked at, {len(passed_over(report))} skipped"
    return f"{found}; {looked_at}; {report.seconds:.1f} s"


def encodable(text: str) -> str:
    """Return text that UTF-8 can encode: U+FFFD stands for each lone surrogate."""
    return _SURROGATE.sub("\ufffd", text)


def showing(document: str) -> str:
    r"""Return a JSON document where every character shows: bidi overrides, what has no width as `\u202e`, `\u200b`.

    It means the same: the only characters of JSON outside of texts that are not ASCII's visible ones are line breaks.
    """
    return _UNUSUAL.sub(lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], document)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
