"""Says where a SARIF log is more than GitHub's code scanning takes; it cuts nothing off.

The figures are in "SARIF support for code scanning" and "SARIF results exceed one or more limits" of GitHub's
documentation.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fixbot.model import ScanReport

_MOST_BYTES = 10_000_000
_MOST_RESULTS = 25_000
_SHOWN_RESULTS = 5_000
_LESS = "choose fewer codemods with --select, or scan a part of the project"


def beyond_github(report: ScanReport, log: str) -> list[str]:
    """Return what GitHub would refuse or leave out of the log of a scan, each with what to do about it."""
    said = []
    results = len(report.findings)
    if results > _MOST_RESULTS:
        said.append(f"GitHub refuses more than {_MOST_RESULTS:,} results, and these are {results:,}: {_LESS}")
    elif results > _SHOWN_RESULTS:
        said.append(f"GitHub keeps the {_SHOWN_RESULTS:,} gravest of these {results:,} results: {_LESS}")
    size = _packed(log.encode("utf-8", "surrogateescape"))
    if size > _MOST_BYTES:
        most, mine = (f"{number / 1_000_000:.1f} MB" for number in (_MOST_BYTES, size))
        said.append(f"GitHub refuses more than {most} of gzip, and this is {mine}: try --no-fixes, {_LESS}")
    return said


def _packed(content: bytes) -> int:
    """Return the size after gzip; what is small before is not packed."""
    return len(content) if len(content) <= _MOST_BYTES else len(gzip.compress(content, compresslevel=6))
