from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot.report import beyond_github, limits

if TYPE_CHECKING:
    from fixbot.model import ScanReport


def several(report: ScanReport, count: int) -> ScanReport:
    return replace(report, findings=report.findings * count)


def test_what_github_takes_whole_is_not_talked_about(report: ScanReport) -> None:
    assert beyond_github(several(report, 5_000), "{}") == []


def test_more_results_than_github_keeps_are_told(report: ScanReport) -> None:
    (said,) = beyond_github(several(report, 5_001), "{}")
    assert said.startswith("GitHub keeps the 5,000 gravest of these 5,001 results: choose fewer codemods")


def test_more_results_than_github_takes_are_told(report: ScanReport) -> None:
    (said,) = beyond_github(several(report, 25_001), "{}")
    assert said.startswith("GitHub refuses more than 25,000 results, and these are 25,001: ")


def test_only_what_is_large_after_gzip_is_too_large(report: ScanReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_BYTES", 100_000)
    assert beyond_github(report, " " * 200_000) == []
    assert beyond_github(report, os.urandom(40_000).hex()) == []
    (said,) = beyond_github(report, os.urandom(200_000).hex())
    assert said.startswith("GitHub refuses more than 0.1 MB of gzip, and this is 0.2 MB: try --no-fixes, choose fewer")
