from __future__ import annotations

import time

import pytest

from fixbot.owners import PLACES, owners

FILE = """\
# Whom to ask.
*       @anna @ben
*.pyi   @types #since May
*.pyx me@example.com
*.ipynb @lab/notebooks
/build/logs/ @carl
docs/* @writers
plugins/ @dora
/tools/ @carl @dora
**/logs @loggers
/made/
/made/by-hand @carl
"""

CASES = [
    ("setup.py", ("anna", "ben")),
    ("src/deep/x.pyi", ("types",)),
    ("fast.pyx", ()),
    ("a/b.ipynb", ("lab/notebooks",)),
    ("docs/conf.py", ("writers",)),
    ("docs/ext/conf.py", ("anna", "ben")),
    ("other/docs/conf.py", ("anna", "ben")),
    ("plugins/x.py", ("dora",)),
    ("src/plugins/deep/x.py", ("dora",)),
    ("tools/deep/x.py", ("carl", "dora")),
    ("src/tools/x.py", ("anna", "ben")),
    ("build/logs/x.py", ("loggers",)),
    ("src/deep/logs/x/y.py", ("loggers",)),
    ("made/x.py", ()),
    ("made/by-hand", ("carl",)),
    ("made/by-hand/x.py", ("carl",)),
]


@pytest.mark.parametrize(("path", "expected"), CASES)
def test_the_last_line_that_matches_counts(path: str, expected: tuple[str, ...]) -> None:
    assert owners(FILE)(path) == expected


PATTERNS = [
    ("*", "a/b.py", True),
    ("/*", "b.py", True),
    ("/*", "a/b.py", False),
    ("b.py", "a/b.py", True),
    ("/b.py", "a/b.py", False),
    ("a", "a/b/c.py", True),
    ("a/", "x/a/c.py", True),
    ("a/", "x/a", False),
    ("a/b", "x/a/b", False),
    ("a/b", "a/b/c.py", True),
    ("a/**", "a/b/c.py", True),
    ("a/**", "a", False),
    ("**", "a/b/c.py", True),
    ("a/**/c.py", "a/c.py", True),
    ("a/**/c.py", "a/b/b/c.py", True),
    ("a/**/c.py", "b/c.py", False),
    ("**/b/**/d.py", "a/b/c/d.py", True),
    ("**/b/**/d.py", "b/c/d.pyi", False),
    ("a/*/c.py", "a/b/c.py", True),
    ("a/*/c.py", "a/b/b/c.py", False),
    ("?.py", "x/a.py", True),
    ("?.py", "x/ab.py", False),
    ("a\\ b/", "a b/c.py", True),
    ("a\\*.py", "a*.py", True),
    ("a\\*.py", "ab.py", False),
    ("a\\b.py", "ab.py", True),
    ("A.py", "a.py", False),
    ("a.py", "a-py", False),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), PATTERNS)
def test_a_pattern_means_what_gitignore_means_by_it(pattern: str, path: str, *, expected: bool) -> None:
    assert owners(f"{pattern} @me")(path) == (("me",) if expected else ())


BAD = [
    "a.py @you extra",
    "a.py @",
    "a.py @-",
    "a.py @you/",
    "a.py you",
    "!a.py @you",
    "[ab].py @you",
    "***/a.py @you",
    "\\#a.py @you",
    "/ @you",
    "//a.py @you",
    "# a.py @you",
    "   ",
    "\\",
    "[Section]",
]


@pytest.mark.parametrize("line", BAD)
def test_a_line_that_github_does_not_understand_is_passed_over(line: str) -> None:
    assert owners(f"* @me\n{line}\n")("a.py") == ("me",)


def test_whom_a_comment_names_is_no_owner() -> None:
    assert owners("*.py @me # ask @you first\n")("a.py") == ("me",)


def test_addresses_are_left_out_and_nobody_is_named_twice() -> None:
    assert owners("*.py me@example.com @me @org/a.team @me @company_bot\r\n")("a.py") == (
        "me",
        "org/a.team",
        "company_bot",
    )


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert owners("\ufeff/a.py @me")("a.py") == ("me",)


def test_an_empty_file_gives_nobody_anything() -> None:
    assert owners("")("a.py") == ()


def test_a_file_that_is_too_large_for_github_does_not_count() -> None:
    line = "* @me\n"
    assert owners(line + "#" * (3 * 1024 * 1024 - len(line) - 1))("a.py") == ("me",)
    assert owners(line + "#" * (3 * 1024 * 1024 - len(line)))("a.py") == ()
    assert owners(line + "ä" * (3 * 1024 * 512))("a.py") == ()


def test_no_pattern_takes_long() -> None:
    started = time.perf_counter()
    nested = owners("**/" * 400 + "x @me")
    assert nested("a/" * 400 + "b") == ()
    assert owners("*a" * 400 + "x @me")("a" * 4000) == ()
    assert time.perf_counter() - started < 2


def test_github_s_places_are_known_in_their_order() -> None:
    assert PLACES[0] == ".github/CODEOWNERS"
    assert len(PLACES) == 3
