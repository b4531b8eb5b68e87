"""Scans that the formats are tried on."""

from __future__ import annotations

import pytest

from fixbot.model import Broken, Evidence, Finding, Safety, ScanReport, Severity, Skipped

HOSTILE = "a,b:c%0A|`@x`\n::error::<!-- \x1b[31m\u202e\udcff [click](http://x) fixes #1"


def finding(path: str, message: str, severity: Severity = Severity.CRITICAL) -> Finding:
    """Make a finding that a person decides on, with one piece of evidence."""
    return Finding(
        codemod="bare-except",
        path=path,
        line=12,
        column=5,
        end_line=14,
        qualname="Reader.load",
        severity=severity,
        safety=Safety.REVIEW,
        message=message,
        fingerprint="f1",
        evidence=(Evidence(11, "`json.loads(body)` raises `json.JSONDecodeError`"),),
    )


@pytest.fixture
def report() -> ScanReport:
    """Make a scan as it usually is."""
    found = (finding("src/a.py", "`except:` hides errors"),)
    return ScanReport(found, (Skipped("b.py", "unparsable", "line 3: invalid syntax"),), 230, 19, 0.4321)


@pytest.fixture
def clean() -> ScanReport:
    """Make a scan that found nothing."""
    return ScanReport((), (), 1, 0, 0.04)


@pytest.fixture
def hostile() -> ScanReport:
    """Make a scan of a repository that wants to be more than text."""
    found = (finding(f"::{HOSTILE}.py", HOSTILE), finding("ä b/ü.py", "##[add-mask]", Severity.LOW))
    skipped = (Skipped(HOSTILE, "unparsable", HOSTILE), Skipped(HOSTILE, "unparsable", HOSTILE))
    return ScanReport(found, skipped, 3, 3, 1.0, (Broken(HOSTILE, "bare-except", f"Trace\nKeyError: {HOSTILE}"),))


@pytest.fixture
def broken() -> ScanReport:
    """Make a scan in which a codemod raised an error on one file."""
    trace = 'Traceback (most recent call last):\n  File "x.py", line 1\nKeyError: 1\n'
    return ScanReport(
        (),
        (Skipped("z.py", "generated", "its head says so"),),
        2,
        1,
        1.0,
        (Broken("b.py", "bare-except", trace),),
    )
