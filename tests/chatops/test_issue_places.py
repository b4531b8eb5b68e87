"""What an issue names as a place never means the whole repository, and what is said in prose names no place."""

from __future__ import annotations

import pytest

from fixbot.chatops.issues import Asked, NotUnderstood, understood
from fixbot.model import Issue
from fixbot.registry import catalogue

CODEMODS = list(catalogue().values())
PATHS = ("lib/b.py", "src/app.py", "src/sub/c.py", "tests/test_app.py")
LINK = "https://github.com/octo/sample"
APP, SUB = "src/app.py", "src/sub/c.py"


def outcome(body: str, repository: str = "octo/sample") -> Asked | NotUnderstood:
    issue = Issue(number=1, state="open", title="Please", author="a", url="", body=body)
    return understood(issue, CODEMODS, PATHS, repository)


def places(body: str, repository: str = "octo/sample") -> list[str]:
    found = outcome(body, repository)
    assert isinstance(found, Asked), found
    assert found.unknown == ()
    return [place.path for place in found.places]


def unknown(body: str, repository: str = "octo/sample") -> tuple[str, ...]:
    found = outcome(body, repository)
    assert isinstance(found, NotUnderstood), found
    return found.unknown


@pytest.mark.parametrize(
    ("where", "paths"),
    [
        ("in src", ["src/"]),
        ("in 'src'", ["src/"]),
        ("in `src`", ["src/"]),
        ("under **src**", ["src/"]),
        ("in the folder src", ["src/"]),
        ("in the src folder", ["src/"]),
        ("in src and tests", ["src/", "tests/"]),
        ("in src, lib and `tests`", ["src/", "lib/", "tests/"]),
        ("in /src", ["src/"]),
        ("in ./src", ["src/"]),
        ("in sub", ["src/sub/"]),
        ("in src.app", [APP]),
        ("in src.app.load", [APP]),
        ("in the module `src.sub`", ["src/sub/"]),
        ("in src/*", [APP, SUB]),
        ("in src/**", [APP, SUB]),
        ("in src/**/*.py", [APP, SUB]),
        ("in `src/*.py`", [APP]),
        ("in **/c.py", [SUB]),
        ("in test_*.py", ["tests/test_app.py"]),
        ("in src/[a-b]*.py", [APP]),
        ("in *.py", []),
        (f"in {LINK}/tree/main/src", ["src/"]),
    ],
)
def test_a_place_is_named_in_words_too(where: str, paths: list[str]) -> None:
    assert places(f"bare-except {where}") == paths
    assert places(f"bare-except {where}.") == paths
    assert places(f"bare-except {where}, please") == paths


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("in scr/app", "scr/app"),
        ("under lib/nope, please", "lib/nope"),
        ("below `lib/nope`", "lib/nope"),
        ("in the docs folder", "docs"),
        ("in the folder docs.", "docs"),
        ("in /docs", "/docs"),
        ("in ./docs", "./docs"),
        ("in docs/**/*.py", "docs/**/*.py"),
        ("in scr/*", "scr/*"),
        ("in gone_*.py", "gone_*.py"),
        (f"in {LINK}/tree/main/docs", f"{LINK}/tree/main/docs"),
        (f"in <{LINK}/tree/main/gone>", f"{LINK}/tree/main/gone"),
        (f"in {LINK}/pull/3/files", f"{LINK}/pull/3/files"),
        ("in https://github.com/other/one/blob/main/src/app.py", "https://github.com/other/one/blob/main/src/app.py"),
    ],
)
def test_a_place_that_is_not_there_never_means_everywhere(where: str, said: str) -> None:
    assert unknown(f"bare-except {where}") == (said,)


def test_each_place_of_a_list_counts() -> None:
    found = outcome("bare-except in src/app.py, scr/app and lib/nope")
    assert isinstance(found, Asked)
    assert (len(found.places), found.unknown) == (1, ("scr/app", "lib/nope"))


@pytest.mark.parametrize("link", [LINK, "https://ghe.example/any/name"])
def test_where_the_repository_has_no_name_a_link_to_what_is_tracked_counts(link: str) -> None:
    assert places(f"bare-except in {link}/blob/main/src/app.py#L4", "") == [APP]
    assert places(f"bare-except: {link}/tree/main/src", "") == ["src/"]
    assert unknown(f"bare-except: {link}/blob/main/gone.py", "") == (f"{link}/blob/main/gone.py",)
    assert unknown(f"bare-except: {link}/tree/main/gone", "") == (f"{link}/tree/main/gone",)


@pytest.mark.parametrize(
    "words",
    [
        "in and/or out",
        "in read/write mode",
        "in try/except blocks",
        "in async/await code",
        "in client/server code",
        "in I/O, in w/o, in A/B and in 3/4 of all",
        "in text/html and in application/json",
        "in application/* and image/*",
        "in Python 3.11/3.12 and in python/3.13",
        "in os.path/pathlib and in json/yaml",
        "in https://api.example.org/v1/users",
        "in /api/v1/users and under /users/{id}",
        "in api/v1/users",
        "in example.org/docs/page",
        "in /etc/hosts, under /var/log",
        "in octo/sample",
        "in @octo/team",
        "in this folder, in the same folder, in each folder, in the root folder",
        "in code, in general, in os.path and in time.sleep",
        "in the folder where it is",
        "2*x/3, */5 * * * *, a*b, *args, **kwargs, /* c */",
        "*see that* and **this one**",
        f"as in {LINK}/issues/3",
        "as in https://github.com/other/one/blob/main/src/app.py",
        f"in {LINK}, in {LINK}/tree/main",
    ],
)
def test_what_is_prose_behind_in_names_no_place(words: str) -> None:
    found = outcome(f"bare-except {words}")
    assert isinstance(found, Asked), found
    assert (found.places, found.unknown) == ((), ())


def test_emphasis_is_no_glob() -> None:
    for text in ("**src/app.py**", "*src/app.py*", "**src/app.py**.", "*in src/app.py*"):
        assert places(f"bare-except {text}") == [APP], text
    assert places("bare-except *src/sub/*") == ["src/sub/"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("bare-excpet in src/app.py", "bare-except"),
        ("bare-excpet", "bare-except"),
        ("Bare excpet, please", "bare-except"),
        ("silnet_except in src/app.py", "silent-except"),
        ("blocking-call-in-asnyc in src/", "blocking-call-in-async"),
    ],
)
def test_a_codemod_that_is_misspelt_is_asked_back(text: str, meant: str) -> None:
    found = outcome(text)
    assert isinstance(found, NotUnderstood)
    assert f"did you mean `{meant}`?" in found.because


@pytest.mark.parametrize("text", ["rule E999 in src/app.py", "```\nsrc/app.py:3:1: E501 too long\n```"])
def test_a_rule_that_no_codemod_answers_runs_none(text: str) -> None:
    found = outcome(text)
    assert isinstance(found, NotUnderstood)
    assert "no codemod here answers `E" in found.because


@pytest.mark.parametrize(
    "text",
    ["Tidy src/app.py: base exceptions, RFC2119, UTF8, PEP484, HTTP404", "bare-excpet and bare-except in src/app.py"],
)
def test_what_is_far_from_a_codemod_is_not_asked_back(text: str) -> None:
    assert places(text) == [APP]


@pytest.mark.parametrize(
    "where",
    [
        "everywhere but src/app.py",
        "in all files except `src/app.py`",
        "in src/ except for src/app.py",
        "in lib/ except src/app.py",
        "in lib/, not in src/app.py",
        "in lib/ but not in the file src/app.py",
    ],
)
def test_a_place_that_is_left_out_is_not_taken_for_one_that_is_meant(where: str) -> None:
    found = outcome(f"bare-except {where}")
    assert isinstance(found, NotUnderstood), found
    assert found.because == "it says where not to look (`src/app.py`): name the places that are meant"


def test_pasted_code_that_says_in_names_no_place() -> None:
    assert places("bare-except\n\n```\nfor one in src:\n    print(one in lib/nope)\n```") == []


@pytest.mark.parametrize("text", ["bare-except src/app.py", "catch-all except src/app.py", "a bare except: src/app.py"])
def test_the_name_of_a_smell_leaves_nothing_out(text: str) -> None:
    assert places(text) == [APP]


@pytest.mark.parametrize(
    ("where", "lines"),
    [
        ("`src/app.py:48,68,71,87-89`", [(48, 48), (68, 68), (71, 71), (87, 89)]),
        ("src/app.py:45-52, 60", [(45, 52), (60, 60)]),
        ("src/app.py:3, 4 of them", [(3, 3)]),
        ("src/app.py:3:12: E722", [(3, 3)]),
        ("src/app.py(12,5): error", [(12, 12)]),
        ("`src/app.py` L45", [(45, 45)]),
        ("src/app.py (L10-L12)", [(10, 12)]),
        ("src/app.py (10)", [(0, 0)]),
    ],
)
def test_lines_behind_a_path_are_read_as_people_and_compilers_write_them(
    where: str, lines: list[tuple[int, int]]
) -> None:
    found = outcome(f"bare-except: {where}")
    assert isinstance(found, Asked), found
    assert [(place.path, place.first, place.last) for place in found.places] == [(APP, *pair) for pair in lines]
