from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import suites
from benchmarks.suites import Suite, SuiteFailedError, compared, differences, listed, outcomes, table

REPORT = """<?xml version="1.0"?><testsuites><testsuite name="pytest">
<testcase classname="tests.test_a" name="test_good"/>
<testcase classname="tests.test_a" name="test_at[18:03:06]"><skipped message="no"/></testcase>
<testcase classname="tests.test_a" name="test_bad"><failure message="no"/><error message="no"/></testcase>
</testsuite></testsuites>"""

PACKAGE = """\
import json


def read(text):
    try:
        return json.loads(text)
    except:
        return None
"""
TESTS = """\
import nothing

import pytest


def test_it_reads():
    assert nothing.read("1") == 1


def test_what_it_swallows():
    class Odd(str):
        def startswith(self, *_):
            raise SystemExit

    assert nothing.read(Odd()) is None


def test_it_was_read(tmp_path_factory, request):
    pytest.skip("not today")
"""


def suite_in(folder: Path) -> Suite:
    (folder / "source").mkdir()
    (folder / "source/nothing.py").write_text(PACKAGE)
    (folder / "source/test_nothing.py").write_text(TESTS)
    text = (
        f'[nothing]\nfolder = "source"\npython = "{sys.executable}"\npackage = "nothing"\npath = "."\narguments = []\n'
    )
    (folder / "list.toml").write_text(text)
    (found,) = listed(folder / "list.toml")
    return found


def test_a_report_gives_the_outcome_of_every_test() -> None:
    assert outcomes(REPORT) == {
        "tests.test_a::test_good": "passed",
        "tests.test_a::test_at[(time)]": "skipped",
        "tests.test_a::test_bad": "error",
    }


def test_tests_that_come_go_or_turn_out_otherwise_are_different() -> None:
    before = {"same": "passed", "gone": "passed", "turned": "passed"}
    after = {"same": "passed", "come": "failure", "turned": "error"}
    assert list(differences(before, after)) == [
        ("come", "missing", "failure"),
        ("gone", "passed", "missing"),
        ("turned", "passed", "error"),
    ]


def test_a_list_must_name_what_is_there(tmp_path: Path) -> None:
    suite_in(tmp_path)
    with pytest.raises(SuiteFailedError, match="no such table"):
        listed(tmp_path / "list.toml", ["other"])
    (tmp_path / "source").rename(tmp_path / "elsewhere")
    with pytest.raises(SuiteFailedError, match=r"source or .* is not there"):
        listed(tmp_path / "list.toml")


@pytest.mark.real
def test_a_suite_is_run_before_and_after_a_rewrite_of_its_copy(tmp_path: Path) -> None:
    suite = suite_in(tmp_path)
    (row,) = compared(suite, "bare-except", {"narrowed": {"narrow": "likely"}}, tmp_path / "copies")
    assert (suite.folder / "nothing.py").read_text() == PACKAGE
    assert (row.rewritten, row.files, row.flaky) == (1, 1, ())
    assert [(was, became) for _, was, became in row.changed] == [("passed", "failure")]
    shown = "\n".join(table([row]))
    assert "| nothing | narrowed | 3 | 2 | 1 | 1 | 1 | 1 | 0 |" in shown
    assert "- nothing, narrowed: test_nothing::test_what_it_swallows: passed, then failure" in shown


@pytest.mark.real
def test_a_suite_that_tests_something_else_is_no_measure(tmp_path: Path) -> None:
    suite = suite_in(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(SuiteFailedError, match="nothing is imported from"):
        suites.tested(suite, tmp_path / "empty")
    with pytest.raises(SuiteFailedError, match="exit code 2"):
        suites.fixed(suite.folder, "no-such-codemod", {})
