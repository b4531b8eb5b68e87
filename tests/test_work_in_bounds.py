from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from fixbot import scan as scanning
from fixbot.codemod import (
    Codemod,
    Corpus,
    Declined,
    Dismissed,
    Module,
    Place,
    ProjectCodemod,
    Proposal,
    Recipe,
    Safety,
    Severity,
    Site,
    Spot,
    cst,
)
from fixbot.examine import Orders
from fixbot.model import ScanReport, SourceFile
from fixbot.prepare import prepare
from fixbot.scan import scan
from fixbot.shell.ruff import Style

SECONDS = 1.0

pytestmark = [
    pytest.mark.single,
    pytest.mark.skipif(sys.platform == "win32", reason="nothing there ends a process in time"),
]


class _Slow(Codemod):
    """Looks for `slow`.

    It is for tests.

    Left alone: nothing.

    Safety: none.
    """

    severity = Severity.LOW
    pattern = re.compile(rb"slow|deep|large|plain")

    def find(self, module: Module) -> Iterable[Spot]:
        if "slow" in module.text:
            re.match(r"(a+)+$", "a" * 60 + "b")
        if "large" in module.text:
            bytearray(10**12)
        if "deep" in module.text:
            raise RecursionError
        yield Spot(node=module.tree.body[0], message="it is plain")

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        del spot, node
        return Declined("it is only looked for")


class _Joint(ProjectCodemod):
    """Looks at everything.

    It is for tests.

    Left alone: nothing.

    Safety: none.
    """

    severity = Severity.LOW
    pattern = re.compile(rb"plain")

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        if "slow.py" in corpus.files:
            time.sleep(1000)
        for path in corpus.files:
            file = corpus.file(path)
            if file is not None:
                plan = (lambda: None) if "odd.py" in corpus.files else None
                at = Place.of(path, file.module.tree.body[0], plan)
                yield Site(at=at, message="here", safety=Safety.MANUAL, places=(at,))

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        del place, node
        return Declined("it is only looked for")


GIVEN = scanning.BOUNDS.seconds


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "BOUNDS", replace(scanning.BOUNDS, seconds=SECONDS))
    monkeypatch.setattr(scanning, "SECONDS_IN_ALL", SECONDS)


def seen(codemod: Recipe, jobs: int = 1, **files: str) -> ScanReport:
    sources = [SourceFile(f"{name}.py", f"{text}\n".encode()) for name, text in files.items()]
    return scan(sources, [codemod], jobs=jobs)


MANY = {f"plain{number}": "plain" for number in range(20)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_takes_too_long_is_skipped_and_the_run_goes_on(jobs: int) -> None:
    report = seen(_Slow(), jobs, **MANY, slow="slow")
    assert [(one.path, one.reason, one.detail) for one in report.skipped] == [
        ("slow.py", "timeout", "took longer than 1 s")
    ]
    assert len(report.findings) == len(MANY)
    assert report.broken == ()


def test_a_rewrite_skips_it_too() -> None:
    sources = [SourceFile("slow.py", b"slow\n"), SourceFile("plain.py", b"plain\n")]
    done = prepare(sources, Orders((_Slow(),)), jobs=1, style=Style())
    assert [(one.path, one.reason) for one in done.report.skipped] == [("slow.py", "timeout")]
    assert [one.path for one in done.report.findings] == ["plain.py"]


def test_a_file_for_which_memory_does_not_suffice_is_skipped() -> None:
    report = seen(_Slow(), large="large", plain="plain")
    assert [(one.path, one.reason) for one in report.skipped] == [("large.py", "too much memory")]
    assert [one.path for one in report.findings] == ["plain.py"]


def test_a_file_that_is_nested_too_deeply_is_skipped() -> None:
    nested = "deep\nx = " + "(".join(["f"] * 120) + "(" + ")" * 120
    report = seen(_Slow(), nested=nested, plain="plain")
    assert [(one.path, one.reason) for one in report.skipped] == [("nested.py", "too deep")]
    assert [one.path for one in report.findings] == ["plain.py"]


def test_a_codemod_that_recurses_without_end_is_broken() -> None:
    report = seen(_Slow(), flat="deep", plain="plain")
    assert [(one.path, one.codemod) for one in report.broken] == [("flat.py", _Slow.slug())]
    assert report.skipped == ()


def test_a_codemod_that_takes_too_long_for_a_project_is_given_up() -> None:
    report = seen(_Joint(), slow="plain", plain="plain")
    assert [(one.path, one.codemod, one.trace) for one in report.broken] == [
        (".", _Joint.slug(), "timeout: took longer than 2 s, on the whole project")
    ]


def test_what_cannot_travel_between_processes_is_surveyed_here() -> None:
    assert [one.path for one in seen(_Joint(), odd="plain").findings] == ["odd.py"]
    assert [one.path for one in seen(_Joint(), plain="plain").findings] == ["plain.py"]


def test_the_time_limit_is_ten_seconds() -> None:
    assert scanning.SECONDS == GIVEN == 10
