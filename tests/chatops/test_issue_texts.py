"""An issue asks for the codemods and the places that it names, in whichever way people name them."""

from __future__ import annotations

import sys
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixbot.chatops.issues import Asked, NotUnderstood, understood
from fixbot.chatops.items import Item, write_item
from fixbot.chatops.words import vocabulary
from fixbot.model import Issue, Place
from fixbot.registry import catalogue

CODEMODS = list(catalogue().values())
PATHS = (
    "setup.py",
    "src/sample/__init__.py",
    "src/sample/reader.py",
    "src/sample/sub/reader.py",
    "src/sample/writer.py",
    "src/stubs/api.pyi",
    "tests/test_reader.py",
)
READERS = ("src/sample/reader.py", "src/sample/sub/reader.py")
WRITER = "src/sample/writer.py"
SECONDS = 5 if sys.gettrace() else 1  # coverage slows every line down
PERMALINK = "https://ghe.example/Own/name/blob"


def outcome(title: str, body: str = "") -> Asked | NotUnderstood:
    issue = Issue(number=1, state="open", title=title, author="a", url="", body=body)
    return understood(issue, CODEMODS, PATHS, "own/name")


def asked(title: str, body: str = "") -> Asked:
    found = outcome(title, body)
    assert isinstance(found, Asked), found
    return found


def refused(title: str, body: str = "") -> NotUnderstood:
    found = outcome(title, body)
    assert isinstance(found, NotUnderstood), found
    return found


def places(text: str) -> list[tuple[str, int, int]]:
    return [(place.path, place.first, place.last) for place in asked("bare-except", text).places]


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("bare-except", ["bare-except"]),
        ("Bare excepts everywhere", ["bare-except"]),
        ("_bare except_ and **naked except**", ["bare-except"]),
        ("no `except:` please", ["bare-except"]),
        ("E722", ["bare-except"]),
        ("fix e722, W0718.", ["bare-except", "broad-except"]),
        ("BLE001", ["broad-except", "silent-except"]),
        ("`except Exception: pass` hides it", ["silent-except"]),
        ("`except Exception` is too wide", ["broad-except"]),
        ("time.sleep(1) in our handlers", ["blocking-sleep"]),
        ("blocking   I/O", ["blocking-call-in-async"]),
        ("what do these **kwargs take?", ["kwargs-schema"]),
        ("[a bare except](https://example.org/bare.html)", ["bare-except"]),
    ],
)
def test_what_people_call_a_smell_names_its_codemod(words: str, slugs: list[str]) -> None:
    for found in (asked(words), asked("A title", words)):
        assert list(found.codemods) == slugs
        assert found.places == ()


@pytest.mark.parametrize(
    "words",
    [
        "bare-exception-group",
        "my-bare-except",
        "threadbare except him",
        "XE722 and E72200",
        "docs/bare-except/index",
        "https://example.org/bare-except",
        "asyncio.time.sleep.x",
        "```py\nf(**kwargs)\ntime.sleep(1)\n```",
        "and/or, I/O, 3/4, @org/team, v1.2-rc.1, `.py` files",
    ],
)
def test_what_only_contains_such_a_word_names_none(words: str) -> None:
    assert "name one of `bare-except`" in refused(words).because


def test_the_advice_of_a_template_names_nothing() -> None:
    assert isinstance(outcome("A title", "a <!-- such as\n\nbare-except in setup.py --> b"), NotUnderstood)
    assert asked("A title", "a <!-- bare-except").codemods == ("bare-except",), "it is shown"


def test_the_output_of_a_linter_names_codemod_and_place() -> None:
    found = asked("Lint", "```\nsrc/sample/writer.py:12:5: E722 Do not use bare `except`\n```")
    assert found.codemods == ("bare-except",)
    assert found.places == (Place(WRITER, 12, 12),)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("src/sample/writer.py", [(0, 0)]),
        ("`src/sample/writer.py`.", [(0, 0)]),
        ("./src/sample/writer.py", [(0, 0)]),
        ("(sample/writer.py)", [(0, 0)]),
        ("writer.py", [(0, 0)]),
        ("**writer.py**", [(0, 0)]),
        ("src\\sample\\writer.py", [(0, 0)]),
        ("sample/writer.py::test", [(0, 0)]),
        ("writer.py:0", [(0, 0)]),
        ("writer.py:12", [(12, 12)]),
        ("`writer.py`:12", [(12, 12)]),
        ("writer.py:12:5", [(12, 12)]),
        ("writer.py:10-20", [(10, 20)]),
        ("writer.py:20-10", [(10, 20)]),
        ("writer.py#L7", [(7, 7)]),
        ("writer.py#L10-L20", [(10, 20)]),
        ("writer.py#L10C2-L20C9", [(10, 20)]),
        ("writer.py line 12", [(12, 12)]),
        ("`writer.py`, line 12", [(12, 12)]),
        ("writer.py (lines 10-20)", [(10, 20)]),
        ("writer.py at lines 3, 5 and 7 to 9", [(3, 3), (5, 5), (7, 9)]),
        ("lines 10\u201320 of `writer.py`", [(10, 20)]),
        ("Line 3 in the file writer.py", [(3, 3)]),
        ("writer.py:12 and writer.py:14, writer.py:12", [(12, 12), (14, 14)]),
        (f"{PERMALINK}/main/src/sample/writer.py#L10-L20.", [(10, 20)]),
        (f"{PERMALINK}/feature/x/src/sample/writer.py", [(0, 0)]),
        (f"{PERMALINK}/{'a' * 40}/src/sample/writer.py#L3", [(3, 3)]),
        (f"[writer.py]({PERMALINK}/main/src/sample/writer.py#L3)", [(3, 3)]),
        ("[reader.py](src/sample/writer.py#L4)", [(4, 4)]),
        ("[this](src/sample/writer.py:4)", [(4, 4)]),
        ("[this](src/sample/writer.py:4-6:1)", [(4, 6)]),
        ('File "/home/me/name/src/sample/writer.py", line 12, in write', [(12, 12)]),
        ('File "sample/writer.py", line 12', [(12, 12)]),
        ('File "C:\\me\\src\\sample\\writer.py", line 12', [(12, 12)]),
        ('File "/v/lib/python3.13/site-packages/sample/writer.py", line 12', [(12, 12)]),
    ],
)
def test_a_file_and_its_lines_are_named_in_many_ways(text: str, lines: list[tuple[int, int]]) -> None:
    assert places(f"Look at {text}") == [(WRITER, *pair) for pair in lines]


def test_a_name_alone_means_every_file_of_that_name() -> None:
    assert places("reader.py:3") == [(path, 3, 3) for path in READERS]
    assert places("sub/reader.py") == [(READERS[1], 0, 0)]


@pytest.mark.parametrize(
    "folder", ["src/sample/", "src/sample", "`sample/`", f"{PERMALINK}/../tree/x", "./src/sample/:3"]
)
def test_a_folder_means_all_below(folder: str) -> None:
    if "tree" in folder:
        folder = "https://ghe.example/own/name/tree/main/src/sample"
    assert places(folder) == [("src/sample/", 0, 0)]


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/other/name/blob/main/src/sample/writer.py#L3",
        "[writer.py](https://github.com/other/name/blob/main/writer.py)",
        "https://ghe.example/own/name/issues/3",
        "https://ghe.example/own/name/blob/main",
        "[setup.py](https://[/own/name/blob/main/setup.py)",
        'File "/usr/lib/python3.13/json/decoder.py", line 3',
        'File "/v/site-packages/six.py", line 3',
        'File "/somewhere/else.py", line 3',
        "../setup.py/x",
        "a" * 600 + "/setup.py",
    ],
)
def test_what_lies_elsewhere_is_no_place_here(text: str) -> None:
    assert asked("bare-except", text) == Asked(("bare-except",), (), ("bare-except",))


@pytest.mark.parametrize(
    "text",
    [
        "src/gone.py:3",
        "gone.py",
        "src/gone/",
        "docs/",
        f"{PERMALINK}/main/gone.py",
        f"{PERMALINK}/{'a' * 40}/gone/setup.py",
        "https://ghe.example/own/name/tree/main/nowhere",
        "docs/*.md",
        "*.cfg",
    ],
)
def test_a_path_that_no_tracked_file_has_is_told_and_widens_nothing(text: str) -> None:
    assert refused("bare-except", text).unknown == (text,)
    assert asked("bare-except", f"{text} and writer.py").unknown == (text,)


@pytest.mark.parametrize(
    "path",
    [
        "README.md",
        "setup.cfg",
        "setup.cfg:3",
        "pyproject.toml",
        "requirements.txt",
        "config.json",
        "index.html",
        "notebook.ipynb",
        "docker-compose.prod.yml",
        "src/app.pyi",
        "app.pyi",
        "templates/x.html",
        "docs/guide.adoc",
        "src/ext.c",
        "static/app.js",
        "docs\\a.md",
        "src/SETUP.CFG",
        "gone/discord.py",
        "discord.py:3",
    ],
)
@pytest.mark.parametrize("shape", ["{}", "`{}`", "**{}**", "({}).", "[the file]({})"])
def test_a_file_that_is_no_tracked_python_file_widens_nothing(path: str, shape: str) -> None:
    text = shape.format(path)
    assert len(refused(f"bare-except in {text}").unknown) == 1
    found = asked("bare-except", f"{text} and `writer.py`")
    assert found.places == (Place(WRITER),)
    assert len(found.unknown) == 1


@pytest.mark.parametrize("path", ["/docs/README.md", "./docs/a.md", ".github/workflows/ci.yml"])
def test_a_file_that_is_no_python_is_known_by_its_folder_too(path: str) -> None:
    assert refused(f"bare-except in {path}").unknown == (path,)


@pytest.mark.parametrize("page", ["blob", "blame", "raw", "edit"])
def test_a_link_to_a_file_that_is_no_python_widens_nothing(page: str) -> None:
    link = f"https://ghe.example/own/name/{page}/main/README.md"
    assert refused("bare-except", link).unknown == (link,)


@pytest.mark.parametrize(
    "words",
    [
        "https://example.org/docs/index.html",
        "example.org/docs/index.html and www.example.org",
        "Python 3.11, 3.11/3.12, v1.2.3, 2.0.x and python/3.13",
        "discord.py, `discord.py`, Rapptz/discord.py and web.py",
        "Node.js, ASP.NET, ruamel.yaml",
        "e.g. this, i.e. that, etc. and so on, e.g./i.e.",
        "os.path, `os.path/pathlib`, asyncio/time.sleep, logging/os.path",
        "`response.json()`, response.json, `self.cfg`, `parse.xml(x)`, pandas.DataFrame",
        "me@example.org, a/b@example.md, git@github.com:own/name.git, own/name.git",
        "and/or, read/write.Then, I/O, w/o, text/html, N/A., A/B",
        "I have read CONTRIBUTING.md and [the rules](.github/CODE_OF_CONDUCT.md)",
        "https://ghe.example/own/name/blob/main/CONTRIBUTING.md",
        "![what it looks like](docs/shot.png)",
        "```\n$ cat /etc/app/app.cfg\nsetup.cfg: done\n```",
        "the end.md5 and x.123",
    ],
)
def test_what_only_looks_a_little_like_a_file_is_none(words: str) -> None:
    assert asked("bare-except", words) == Asked(("bare-except",), (), ("bare-except",))


def test_a_tracked_file_is_found_whatever_it_is_called() -> None:
    issue = Issue(number=1, state="open", title="bare-except in discord.py", author="a", url="")
    found = understood(issue, CODEMODS, ["src/discord.py"], "own/name")
    assert isinstance(found, Asked)
    assert found.places == (Place("src/discord.py"),)


def test_a_bracket_behind_a_folder_calls_nothing() -> None:
    assert places("src/sample(all of it)") == [("src/sample/", 0, 0)]


def test_pasted_code_is_read_where_it_stands() -> None:
    body = "writer.py\n\n```\nsetup.py:3\n```\n\nreader.py:4"
    assert places(body) == [(WRITER, 0, 0), ("setup.py", 3, 3), *((path, 4, 4) for path in READERS)]


@pytest.mark.parametrize("glob", ["src/*.py", "src/**/x.py", "*.py", "src/[a-z]*.py"])
def test_a_glob_is_not_taken_for_a_folder(glob: str) -> None:
    assert isinstance(outcome("A title", glob), NotUnderstood)


def test_places_without_a_codemod_are_for_all_codemods() -> None:
    assert asked("Tidy up writer.py") == Asked((), (Place(WRITER),), ("writer.py",))


def test_what_was_understood_is_told_in_the_words_of_the_issue() -> None:
    assert asked("Bare excepts in `writer.py`, line 3").said == ("Bare excepts", "writer.py, line 3")


def test_ticked_lines_and_what_belongs_to_them_are_left_out() -> None:
    body = "- [x] setup.py\n  and reader.py\n- [ ] writer.py\n* [X] reader.py\n\nThanks, see sample/__init__.py"
    assert places(body) == [("src/sample/__init__.py", 0, 0), (WRITER, 0, 0)]


def test_pasted_code_below_a_list_is_read() -> None:
    assert places('- [x] setup.py\n\n```\n  File "/x/sample/writer.py", line 3\n```\n') == [(WRITER, 3, 3)]


def test_a_box_in_pasted_code_is_no_box() -> None:
    assert places("```\n- [x] writer.py\n```") == [(WRITER, 0, 0)]


@pytest.mark.parametrize(
    ("title", "body"),
    [("bare-except", "- [x] writer.py\n- [x] setup.py"), ("Tidy writer.py", "- [x] bare-except\n- [x] silent-except")],
)
def test_where_all_is_ticked_nothing_more_is_done(title: str, body: str) -> None:
    assert "every checkbox" in refused(title, body).because


def test_a_ticked_box_of_a_template_changes_nothing() -> None:
    body = "- [x] I have searched for duplicates\n- [ ] I want to help"
    assert asked("bare-except in writer.py", body).places == (Place(WRITER),)


def test_an_item_that_an_audit_filed_decides_alone() -> None:
    item = Item(("bare-except", "unheard-of"), (Place(WRITER, 3, 9), Place("src/"), Place("gone.py")), 3)
    found = asked("silent-except in setup.py", f"- [x] writer.py\n{write_item(item)}")
    assert (found.codemods, found.places) == (("bare-except",), item.places[:2])
    assert found.unknown == ("gone.py",)


@pytest.mark.parametrize("item", [Item(("unheard-of",), (Place(WRITER),)), Item(("bare-except",), (Place("gone.py"),))])
def test_an_item_of_which_nothing_is_left_asks_for_nothing(item: Item) -> None:
    assert refused("bare-except", write_item(item)).because.startswith(("the item", "none of the files"))


def test_an_item_that_is_broken_is_as_if_it_were_not_there() -> None:
    assert asked("bare-except", "<!-- fixbot:item {} -->").codemods == ("bare-except",)


def test_an_issue_that_names_too_much_is_refused() -> None:
    assert "more than 2,000" in refused("x", "setup.py " * 2001).because
    many = [f"a{number}/x.py" for number in range(1001)]
    issue = Issue(
        number=1, state="open", title="x", author="a", url="", body="".join(f"x.py:{n} " for n in range(1, 11))
    )
    assert isinstance(understood(issue, CODEMODS, many, ""), NotUnderstood)


def test_no_codemod_and_no_file_is_nothing_to_ask_for() -> None:
    issue = Issue(number=1, state="open", title="bare-except in writer.py", author="a", url="")
    assert isinstance(understood(issue, (), (), ""), NotUnderstood)


def test_what_people_call_a_smell_belongs_to_one_codemod() -> None:
    assert [codemod.slug() for codemod in CODEMODS if not codemod.synonyms] == []
    assert [
        word for word, count in Counter(word for one in CODEMODS for word in one.synonyms).items() if count > 1
    ] == []
    assert vocabulary(CODEMODS).meanings["bare except"] == ("bare-except",)


HOSTILE = [
    "bare except",
    "e722",
    *PATHS,
    "reader.py",
    ":12",
    "#L3-L4",
    " line 7",
    "lines 1, 2 of ",
    "[a](",
    ")",
    f"{PERMALINK}/main/src/",
    "https://[",
    'File "',
    '", line 3',
    "- [x] ",
    "- [ ] ",
    "```",
    "\n",
    "  ",
    "<!--",
    "-->",
    "<!-- fixbot:item {",
    "} -->",
    "../",
    "README.md",
    "a/b.html",
    "/",
    "\\",
    "*",
    "\0",
    "٣",
    "İ",
]


@given(st.lists(st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=()), max_size=4)).map("".join))
def test_whatever_an_issue_says_selects_nothing_but_what_is_known(text: str) -> None:
    found = outcome(text[:20], text)
    if isinstance(found, Asked):
        assert set(found.codemods) <= set(catalogue())
        assert all(any(path == place.path or path.startswith(place.path) for path in PATHS) for place in found.places)
        assert all(place.first == place.last == 0 or 1 <= place.first <= place.last for place in found.places)
        assert all(place.path.endswith("/") or place.path in PATHS for place in found.places)
        assert found.codemods or found.places


@pytest.mark.parametrize(
    "hostile", [*HOSTILE, "a/", "/a", "_", "except ", ".", "[", "`", "[a](", "1", "x.py:1 ", "> - ["]
)
def test_hostile_text_takes_no_time(hostile: str) -> None:
    text = (hostile * 65_536)[:65_536]
    started = time.process_time()
    outcome(text, text)
    assert time.process_time() - started < SECONDS
