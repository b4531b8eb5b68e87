from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from tests.parts.command import fixbot, plant, program, unmeasured
from tests.parts.git import git

PAGE = Path(__file__).parents[2] / "docs" / "raises.md"
KEYS = ["path", "line", "handler_line", "exceptions", "complete", "unknown", "suggested", "caught", "imports"]
READ = """\
import json


def read(text: str, row: dict, client):
    try:
        data = json.loads(text)
        client.send(row)
    except Exception as exc:
        data = None
    try:
        number = int(text)
    except:
        number = 0
    return data, number
"""
NESTED = """\
def first(text: str, row: dict):
    try:
        try:
            return int(text)
        except ValueError:
            return row["none"]
    except:
        return None
    finally:
        row.clear()
"""
BAD = "def f(:\nexcept\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project without git as the current directory."""
    plant(tmp_path, {"pyproject.toml": "", "read.py": READ, "nested.py": NESTED, "plain.py": "one = 1\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*words: str | Path) -> list[dict[str, object]]:
    done = fixbot("raises", "--format", "json", *words)
    assert (done.code, done.err) == (0, "")
    found = done.json
    assert isinstance(found, list)
    return found


def handlers(*words: str | Path) -> list[tuple[object, object]]:
    return [(entry["line"], entry["handler_line"]) for entry in asked(*words)]


def refused(*words: str | Path) -> str:
    done = fixbot("raises", *words)
    assert (done.code, done.out) == (2, "")
    return done.err


@pytest.mark.usefixtures("place")
def test_the_json_has_the_keys_and_types_of_the_contract() -> None:
    first, second = asked("read.py")
    assert [list(entry) for entry in (first, second)] == [KEYS, KEYS]
    assert first | {"unknown": [], "exceptions": []} == {
        "path": "read.py",
        "line": 5,
        "handler_line": 8,
        "exceptions": [],
        "complete": False,
        "unknown": [],
        "suggested": ["json.JSONDecodeError"],
        "caught": "Exception",
        "imports": {},
    }
    assert first["unknown"] == [{"line": 7, "call": "client.send"}]
    assert second["exceptions"] == [{"type": "ValueError", "line": 11, "because": "int(text)", "source": "builtin"}]
    assert (second["complete"], second["unknown"], second["caught"]) == (True, [], None)


@pytest.mark.usefixtures("place")
def test_every_handler_of_every_try_has_an_entry() -> None:
    assert handlers("nested.py") == [(2, 7), (3, 5)]
    assert handlers("read.py", "nested.py", "plain.py") == [(2, 7), (3, 5), (5, 8), (10, 12)]


def test_a_directory_means_all_files_below_it(place: Path) -> None:
    plant(place, {"pkg/deep/more.py": READ})
    assert {entry["path"] for entry in asked(".")} == {"read.py", "nested.py", "pkg/deep/more.py"}
    assert {entry["path"] for entry in asked("pkg")} == {"pkg/deep/more.py"}


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("line", "expected"),
    [(5, (5, 8)), (6, (5, 8)), (9, (5, 8)), (10, (10, 12)), (13, (10, 12))],
)
def test_a_line_means_the_try_around_it(line: int, expected: tuple[int, int]) -> None:
    assert handlers(f"read.py:{line}") == [expected]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("line", "expected"), [(2, (2, 7)), (3, (3, 5)), (6, (3, 5)), (7, (2, 7)), (10, (2, 7))])
def test_a_line_in_several_tries_means_the_innermost(line: int, expected: tuple[int, int]) -> None:
    assert handlers(f"nested.py:{line}") == [expected]


@pytest.mark.usefixtures("place")
def test_several_lines_of_one_file_are_answered_once_each() -> None:
    assert handlers("read.py:5", "read.py:6", "read.py:12") == [(5, 8), (10, 12)]
    assert handlers("read.py:12", "nested.py") == [(2, 7), (3, 5), (10, 12)]


def test_a_line_in_a_try_that_only_has_a_finally_means_the_one_around_it(place: Path) -> None:
    plant(place, {"a.py": "try:\n    try:\n        f()\n    finally:\n        g()\nexcept OSError:\n    pass\n"})
    assert handlers("a.py:3") == [(1, 6)]


@pytest.mark.usefixtures("place")
def test_a_line_outside_every_try_is_told_where_they_are() -> None:
    said = refused("read.py:1")
    assert "read.py:1: no `try` with a handler is there; there is one on lines 5-9, 10-13\n" in said
    assert "plain.py:1: the file has no `try` with a handler" in refused("plain.py:1")
    assert "read.py:99: " in refused("read.py:99")


def test_of_many_tries_the_nearest_are_named(place: Path) -> None:
    plant(place, {"many.py": "try:\n    a()\nexcept OSError:\n    pass\n" * 20 + "\n"})
    said = refused("many.py:81")
    assert "there is one on lines 49-52, 53-56, 57-60, 61-64, 65-68, 69-72, 73-76, 77-80 and 12 more" in said


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("tail", ["x", "0", "-1", "1.5", "", "9" * 5000, "\u0663"])
def test_a_bad_line_number_is_wrong_use(tail: str) -> None:
    assert "a line is a number from 1" in refused(f"read.py:{tail}")


@pytest.mark.usefixtures("place")
def test_all_mistakes_are_named_at_once() -> None:
    said = refused("read.py:x", ".:3", "nested.py:0")
    assert "read.py:x: " in said
    assert ".:3: a directory has no lines" in said
    assert "nested.py:0: " in said


@pytest.mark.usefixtures("place")
def test_a_missing_file_is_wrong_use() -> None:
    assert "no such file or directory: none.py" in refused("none.py")
    assert "no such file or directory: none.py:3" in refused("none.py:3")
    assert "no such file or directory: C:\\none.py" in refused("C:\\none.py")
    assert fixbot("raises").code == 2


def test_a_drive_letter_is_no_path_with_a_line(place: Path) -> None:
    plant(place, {"C/x.py": READ})
    assert "no such file or directory: C:\\x.py" in refused("C:\\x.py")
    assert "no such file or directory: C:/x.py" in refused("C:/x.py")


@pytest.mark.skipif(os.name == "nt", reason="names there have no colon")
def test_a_path_may_have_a_colon(place: Path) -> None:
    plant(place, {"a.py:7": READ, "b:c/d.py": NESTED})
    assert handlers("a.py:7") == [(5, 8), (10, 12)]
    assert handlers("a.py:7:12") == [(10, 12)]
    assert handlers("b:c/d.py:4") == [(3, 5)]


def test_a_file_that_does_not_parse_is_wrong_use_where_it_is_what_was_asked(place: Path) -> None:
    plant(place, {"bad.py": BAD, "dull.py": "def f(:\n"})
    assert "bad.py: unparsable: line 1: invalid syntax" in refused("bad.py")
    assert "dull.py: unparsable: line 1: invalid syntax" in refused("dull.py")
    assert "bad.py: unparsable: line 1: invalid syntax" in refused("read.py", "bad.py:1")


@pytest.mark.parametrize("words", [("bad.py", "read.py"), (".",)])
def test_a_file_that_does_not_parse_among_others_is_skipped(place: Path, words: tuple[str, ...]) -> None:
    plant(place, {"bad.py": BAD})
    done = fixbot("raises", "--format", "json", *words)
    assert (done.code, done.err) == (0, "bad.py: skipped, unparsable: line 1: invalid syntax\n")
    assert "read.py" in {entry["path"] for entry in done.json}


@pytest.mark.skipif(os.name == "nt", reason="links there need a privilege")
def test_a_link_is_wrong_use_where_it_is_what_was_asked(place: Path) -> None:
    (place / "link.py").symlink_to("read.py")
    assert "link.py: symlink: a link is not followed" in refused("link.py")
    assert "link.py: symlink: a link is not followed" in refused("link.py:5")


@pytest.mark.parametrize("content", ["", "one = 1\n", "# no except: here\n", "try:\n    f()\nfinally:\n    g()\n"])
def test_a_file_without_a_handler_says_so(place: Path, content: str) -> None:
    plant(place, {"a.py": content})
    done = fixbot("raises", "a.py")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("no `try` with a handler; 1 file looked at, 0 skipped; ")
    assert fixbot("raises", "a.py", "--format", "json").out == "[]\n"
    assert fixbot("raises", "a.py", "--quiet").out == ""


@pytest.mark.parametrize(
    "content",
    [
        NESTED.replace("    ", "\t").encode(),
        NESTED.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + NESTED.encode(),
        b"# coding: latin-1\n" + NESTED[:-1].encode() + b"  # \xe4",
    ],
    ids=["tabs", "crlf", "bom", "latin-1 and no last line end"],
)
def test_the_bytes_of_a_file_do_not_change_the_answer(place: Path, content: bytes) -> None:
    plant(place, {"a.py": content})
    shift = content.startswith(b"#")
    assert [(entry["line"], entry["handler_line"]) for entry in asked("a.py")] == [
        (2 + shift, 7 + shift),
        (3 + shift, 5 + shift),
    ]
    assert f"    {4 + shift}  return int(text)  ValueError [builtin]\n" in fixbot("raises", f"a.py:{4 + shift}").out


def test_nothing_but_json_goes_to_standard_output(place: Path) -> None:
    plant(place, {"bad.py": BAD, "ansi.py": "try:\n    f('\x1b[31m')\nexcept OSError:\n    pass\n"})
    done = program("raises", ".", "--format", "json", "--jobs", "2", "--verbose", cwd=place, environment=unmeasured())
    assert done.code == 0
    assert len(json.loads(done.out)) == 5
    assert done.out.isascii()
    assert done.err.startswith("bad.py: skipped")


def test_a_note_is_not_given_where_quiet_is_wanted(place: Path) -> None:
    plant(place, {"bad.py": BAD})
    done = fixbot("raises", ".", "--quiet")
    assert (done.code, done.err) == (0, "")
    assert "looked at" not in done.out


def test_an_output_file_is_written(place: Path) -> None:
    done = fixbot("raises", "read.py", "--format", "json", "--output", place / "out.json")
    assert (done.code, done.out) == (0, "")
    assert len(json.loads((place / "out.json").read_text())) == 2


def test_the_number_of_processes_does_not_change_the_answer(place: Path) -> None:
    plant(place, {f"pkg/m{number}.py": READ if number % 2 else NESTED for number in range(20)})
    alone = asked(".", "--jobs", "1")
    assert len(alone) == 44
    assert asked(".", "--jobs", "2") == alone


def test_what_the_configuration_excludes_is_left_out(place: Path) -> None:
    plant(place, {"vendor/a.py": READ, "other.toml": 'exclude = ["vendor/**"]\n'})
    assert "vendor/a.py" in {entry["path"] for entry in asked(".")}
    assert "vendor/a.py" not in {entry["path"] for entry in asked(".", "--config", "other.toml")}
    assert "unknown" in refused(".", "--config", _written(place / "odd.toml", "unknown = 1\n"))


def _written(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


@pytest.mark.usefixtures("place")
def test_a_format_that_there_is_not_is_wrong_use() -> None:
    assert "'sarif' is not one of 'text', 'json'" in refused("read.py", "--format", "sarif")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("option", ["--select", "--ignore", "--safety", "--set"])
def test_options_that_choose_codemods_are_not_offered(option: str) -> None:
    said = refused("read.py", option, "safe")
    assert "No such option" in said
    assert option in said
    assert option not in fixbot("raises", "--help").out


@pytest.mark.usefixtures("place")
def test_the_text_shows_the_lines_with_what_they_raise_and_what_to_write() -> None:
    done = fixbot("raises", "read.py")
    assert (done.code, done.err) == (0, "")
    shown, _, figures = done.out.rpartition("\n\n")
    assert shown == (
        "read.py:5: try\n"
        "    6  data = json.loads(text)  json.JSONDecodeError [stdlib]\n"
        "    7  client.send(row)         unknown: client.send\n"
        "    not complete: client.send may raise anything\n"
        "read.py:8: except Exception as exc:\n"
        "    write: except json.JSONDecodeError as exc:\n"
        "\n"
        "read.py:10: try\n"
        "    11  number = int(text)  ValueError [builtin]\n"
        "    complete: nothing else can come out, misuse aside\n"
        "read.py:12: except:\n"
        "    write: except ValueError:"
    )
    assert figures.startswith("2 handlers in 1 file, 1 complete, 2 with a suggestion; 1 file looked at, 0 skipped; ")


def test_files_that_git_does_not_track_are_named_to_be_asked(place: Path) -> None:
    git(place, "init", "--quiet")
    done = fixbot("raises", ".", "--format", "json")
    assert done.json == []
    assert "read.py: skipped, untracked" in done.err
    assert handlers("read.py:5") == [(5, 8)]


def test_nothing_is_written(place: Path) -> None:
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    fixbot("raises", ".")
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_too_deep_a_file_is_skipped_with_the_reason(place: Path) -> None:
    depth = sys.getrecursionlimit() // 2
    plant(place, {"deep.py": f"def f(a):\n    try:\n        return a{' + a' * depth}\n    except:\n        pass\n"})
    done = fixbot("raises", ".", "--jobs", "1")
    assert done.code == 0
    assert "deep.py: skipped, too deep: " in done.err
    assert "read.py:5" in done.out


def test_the_example_in_the_documentation_is_what_the_command_says(place: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    source, shown = (
        re.search(rf"^```{name}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL) for name in ("python", "text")
    )
    assert source
    assert shown
    plant(place, {"shop.py": source[1]})
    assert fixbot("raises", "shop.py", "--quiet").out == shown[1]
