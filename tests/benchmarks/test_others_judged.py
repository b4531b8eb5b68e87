from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import suites
from benchmarks.judging import difference, page, settled
from benchmarks.library import judges_of
from benchmarks.others import judged, main
from benchmarks.recipes import recipe

SAID = {"summary": {"findings": 5, "rewritten": 3, "refused": 2}, "rewritten": []}
PACKAGE = """\
def price(prices, item):
    try:
        return prices[item]
    except KeyError:
        raise LookupError(item)
"""
TESTS = """\
import pytest
import shop


def test_it_has_a_price():
    assert shop.price({"tea": 3}, "tea") == 3


def test_it_says_what_went_wrong():
    with pytest.raises(LookupError) as caught:
        shop.price({}, "tea")
    assert caught.value.__cause__ is None
"""


def runs(*outcomes: Mapping[str, str]) -> Callable[[], suites.Tested]:
    left: Iterator[Mapping[str, str]] = iter(outcomes)
    return lambda: suites.Tested(next(left), 0.1)


def package_in(folder: Path) -> suites.Suite:
    (folder / "tests").mkdir(parents=True)
    (folder / "shop.py").write_text(PACKAGE)
    (folder / "tests/test_shop.py").write_text(TESTS)
    return suites.Suite("shop", folder, Path(sys.executable), "shop", ".", ("tests",))


def test_what_is_the_same_is_run_once_before_and_once_after() -> None:
    row = settled("shop", SAID, runs({"a": "passed"}), runs({"a": "passed"}))
    assert (row.findings, row.rewritten, row.refused, row.changed, row.flaky) == (5, 3, 2, (), ())


def test_a_test_that_turns_out_otherwise_each_time_after_is_a_difference() -> None:
    was, became = {"a": "passed", "b": "passed"}, {"a": "failure", "b": "passed"}
    row = settled("shop", SAID, runs(was, was), runs(became, became))
    assert row.changed == (("a", "passed", "failure"),)
    assert "- shop: a: passed, then failure" in page([row])
    assert "| shop | 5 | 3 | 2 | 2 | 2 | 1 | 1 | 0 |" in page([row])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"a": "passed"}, {"a": "failure"}], [{"a": "failure"}, {"a": "failure"}]),
        ([{"a": "passed"}, {"a": "passed"}], [{"a": "failure"}, {"a": "passed"}]),
    ],
)
def test_a_test_that_differs_on_the_same_files_is_flaky(before: list[Any], after: list[Any]) -> None:
    row = settled("shop", SAID, runs(*before), runs(*after))
    assert (row.changed, row.flaky) == ((), ("a",))


def test_what_a_package_says_of_its_tests_is_found(tmp_path: Path) -> None:
    (tmp_path / "src/tea_shop").mkdir(parents=True)
    (tmp_path / "src/tea_shop/__init__.py").touch()
    (tmp_path / "test").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[dependency-groups]\ntest = ["pytest>8", "mako", {include-group = "x"}]\n'
    )
    found = recipe("Tea-Shop", tmp_path)
    assert (found.package, found.path, found.arguments) == ("tea_shop", "src", ("test",))
    assert found.needs == ("pytest", "pytest-timeout", "mako")


def test_a_package_without_tests_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing in .* is called like it"):
        recipe("shop", tmp_path)
    (tmp_path / "shop.py").touch()
    with pytest.raises(FileNotFoundError, match="has no tests"):
        recipe("shop", tmp_path)


def test_the_judges_of_modules_are_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    for name in ("test_json.py", "test_decimal.py", "test_urllib2.py", "test_difflib.py"):
        (tmp_path / "test" / name).touch()
    paths = {"json/decoder.py", "_pydecimal.py", "urllib/request.py", "nothing.py"}
    assert judges_of(paths, tmp_path) == ["test_decimal", "test_json", "test_urllib2"]


def test_nothing_to_test_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "name a package" in capsys.readouterr().err


def test_the_difference_names_files_from_the_folder_on(tmp_path: Path) -> None:
    for name, text in (("was", "1\n"), ("is", "2\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(text)
    said = difference(tmp_path / "was", tmp_path / "is")
    assert "-1\n+2\n" in said
    assert str(tmp_path) not in said


@pytest.mark.real
def test_a_package_is_judged_by_its_own_tests_on_what_every_codemod_makes_of_a_copy(tmp_path: Path) -> None:
    suite = package_in(tmp_path / "source")
    (tmp_path / "work").mkdir()
    row = judged(suite, tmp_path / "work", tmp_path / "output")
    assert (suite.folder / "shop.py").read_text() == PACKAGE
    assert row.rewritten == 1
    assert [(was, became) for _, was, became in row.changed] == [("passed", "failure")]
    assert "raise LookupError(item) from exc" in (tmp_path / "output/shop.diff").read_text()
