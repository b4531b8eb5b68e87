import time

import pytest

from fixbot.errors import OperatorError
from fixbot.settings import excluder, settings_from


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("docs", "docs/conf.py"),
        ("docs", "src/docs/conf.py"),
        ("docs/", "docs/conf.py"),
        ("*_pb2.py", "a/b/c_pb2.py"),
        ("/setup.py", "setup.py"),
        ("./setup.py", "setup.py"),
        ("tests/*", "tests/deep/down/a.py"),
        ("tests/**", "tests/a.py"),
        ("**", "a.py"),
        ("**/gen/*.py", "gen/a.py"),
        ("**/gen/*.py", "a/b/gen/a.py"),
        ("a/**/b/**/c.py", "a/b/x/b/y/c.py"),
        ("a/**/**/c.py", "a/c.py"),
        ("v?.py", "v1.py"),
        ("v[0-9].py", "v7.py"),
        ("v[!0-9].py", "va.py"),
        ("v[]].py", "v].py"),
        ("v[--a].py", "v-.py"),
        ("v[a&&b].py", "v&.py"),
        ("a+(b).py", "a+(b).py"),
        ("*a*b*", "xaxbx"),
        ("*ab", "aabab"),
        ("a*a", "aa"),
        ("new\nline.py", "new\nline.py"),
    ],
)
def test_a_glob_excludes(glob: str, path: str) -> None:
    assert excluder([glob])(path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("docs", "docs2/conf.py"),
        ("docs", "mydocs/conf.py"),
        ("/setup.py", "a/setup.py"),
        ("./setup.py", "a/setup.py"),
        ("tests/*.py", "src/tests/a.py"),
        ("tests/**", "tests"),
        ("a/*.py", "a/b/c.py"),
        ("a?b", "a/b"),
        ("a[!x]b", "a/b"),
        ("v[!0-9].py", "v7.py"),
        ("a.py", "axpy"),
        ("a.py", "a.pyc"),
        ("a*a", "a"),
        ("A.py", "a.py"),
    ],
)
def test_a_glob_lets_others_through(glob: str, path: str) -> None:
    assert not excluder([glob])(path)


def test_no_glob_excludes_nothing() -> None:
    assert not excluder([])("a.py")


def test_one_of_several_globs_is_enough() -> None:
    excluded = excluder(["docs", "*_pb2.py"])
    assert [excluded(path) for path in ("docs/a.py", "a_pb2.py", "a.py")] == [True, True, False]


@pytest.mark.parametrize("glob", ["../x", "a/../b", "/", ".", "a\\b", "x" * 300, "[z-a]", "[!]x"])
def test_a_glob_that_can_never_match_is_a_mistake(glob: str) -> None:
    with pytest.raises(OperatorError, match=r"^exclude: "):
        settings_from({"exclude": [glob]})


def test_a_glob_of_many_stars_costs_no_time() -> None:
    start = time.process_time()
    assert not excluder(["*a" * 90 + "b", "**/a/" * 30 + "b"])("a" * 250 + "/a" * 500)
    assert time.process_time() - start < 1
