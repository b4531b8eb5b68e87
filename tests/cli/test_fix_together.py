from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot import fix as fixing
from fixbot import registry
from fixbot.prepare import prepare
from fixbot.shell.files import write_source
from tests.codemod.renamed_functions import RenamedFunctions
from tests.parts.command import Done, commit, fixbot, plant
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A = "def old_a():\n    pass\n"
B = "import a\n\na.old_a()\n"
C = "def old_c():\n    old_c()\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project in which one codemod looks at everything, as the current directory."""
    monkeypatch.setattr(registry, "catalogue", lambda: {RenamedFunctions.slug(): RenamedFunctions})
    plant(tmp_path, {"pyproject.toml": '[project]\nname = "x"\n', "a.py": A, "b.py": B, "c.py": C})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def texts(place: Path) -> list[str]:
    return [(place / name).read_text() for name in ("a.py", "b.py", "c.py")]


def new(*old: str) -> list[str]:
    return [text.replace("old_", "new_") for text in old]


def test_files_are_written_together(place: Path) -> None:
    done = fixbot("fix")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:3] == ["a.py: 1 rewritten", "b.py: changed with a.py", "c.py: 1 rewritten"]
    assert done.out.splitlines()[3].startswith("2 of 2 findings rewritten in 3 files; 0 left; 3 files looked at")
    assert texts(place) == new(A, B, C)
    assert fixbot("scan").code == 0


def test_a_diff_shows_all_files_and_writes_none(place: Path) -> None:
    done = fixbot("fix", "--diff")
    assert done.code == 0
    assert [line for line in done.out.splitlines() if line.startswith("+++")] == [
        "+++ b/a.py",
        "+++ b/b.py",
        "+++ b/c.py",
    ]
    assert texts(place) == [A, B, C]


def test_the_json_names_files_that_change_along(place: Path) -> None:
    done = fixbot("fix", "--format", "json").json
    assert [(one["path"], len(one["fingerprints"])) for one in done["rewritten"]] == [
        ("a.py", 1),
        ("b.py", 0),
        ("c.py", 1),
    ]
    assert done["summary"]["rewritten"] == 2
    assert place.is_dir()


def refused(place: Path, done: Done, because: str) -> None:
    """Make sure that nothing but `c.py` was touched, with the reason."""
    assert done.code == 1
    assert f"a.py:1: left as it is: {because}\n" in done.out
    assert texts(place)[:2] == [A, B]


def test_a_file_that_was_not_named_is_not_touched(place: Path) -> None:
    refused(place, fixbot("fix", "a.py"), "b.py has to change with it, and it was not named")
    assert texts(place)[2] == C
    done = fixbot("fix", "b.py")
    assert (done.code, done.out[:24]) == (0, "0 of 0 findings rewritte")


def test_a_file_that_is_excluded_is_not_touched_but_counts(place: Path) -> None:
    plant(place, {"pyproject.toml": '[tool.fixbot]\nexclude = ["b.py"]\n'})
    refused(place, fixbot("fix"), "b.py has to change with it, and it is excluded by the configuration")
    assert texts(place)[2:] == new(C)
    assert [finding["path"] for finding in fixbot("scan", "--format", "json").json["findings"]] == ["a.py"]


def test_a_generated_file_is_not_touched(place: Path) -> None:
    plant(place, {"b.py": f"# @generated\n{B}"})
    done = fixbot("fix")
    assert "a.py:1: left as it is: b.py has to change with it, and it is generated\n" in done.out
    assert "b.py: skipped, generated: its head says so\n" in done.out
    assert texts(place) == [A, f"# @generated\n{B}", *new(C)]


def test_files_that_cannot_be_parsed_are_told_and_the_rest_goes_on(place: Path) -> None:
    plant(place, {"d.py": "old_x = = 1\n", "e.py": "x = = 1\n"})
    done = fixbot("fix")
    assert done.code == 0
    assert [line for line in done.out.splitlines() if "skipped" in line] == [
        "d.py: skipped, unparsable: line 1: invalid syntax"
    ]


def test_what_git_does_not_track_is_no_part_of_the_project(place: Path) -> None:
    git(place, "init", "--quiet")
    commit(place)
    plant(place, {"d.py": "def old_d():\n    old_d()\n", "e.py": B})
    assert fixbot("fix").code == 0
    assert texts(place) == new(A, B, C)
    assert (place / "e.py").read_text() == B


def test_a_read_only_file_holds_up_the_others(place: Path) -> None:
    (place / "b.py").chmod(0o444)
    refused(place, fixbot("fix"), "b.py has to change with it, and it is read-only")
    assert texts(place)[2:] == new(C)
    assert [path.name for path in place.iterdir() if path.name.startswith(".fixbot")] == []


def test_a_file_that_changed_in_between_holds_up_the_others(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meddle(monkeypatch, lambda: plant(place, {"b.py": B + "x = 1\n"}))
    done = fixbot("fix")
    assert "a.py:1: left as it is: b.py has to change with it, and has changed since it was read\n" in done.out
    assert texts(place) == [A, B + "x = 1\n", *new(C)]


def meddle(monkeypatch: pytest.MonkeyPatch, change: Callable[[], None]) -> None:
    """Do something after everything was read and before anything is written."""
    real = prepare

    def prepared(*arguments: object, **named: object) -> object:
        done = real(*arguments, **named)  # type: ignore[arg-type]
        change()
        return done

    monkeypatch.setattr(fixing, "prepare", prepared)


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_what_was_written_is_put_back_where_the_rest_cannot_be(
    place: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException] | None
) -> None:
    real = write_source

    def write(root: Path, path: str, content: bytes, expected: bytes) -> str | None:
        if path == "b.py" and error is not None:
            raise error
        return "the disk is full" if path == "b.py" else real(root, path, content, expected)

    monkeypatch.setattr(fixing, "write_source", write)
    done = fixbot("fix")
    assert texts(place)[:2] == [A, B]
    if error is None:
        refused(place, done, "b.py has to change with it, and the disk is full")


def test_what_cannot_be_put_back_is_told(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = write_source

    def write(root: Path, path: str, content: bytes, expected: bytes) -> str | None:
        if path == "b.py":
            plant(place, {"a.py": "x = 1\n"})
            return "the disk is full"
        return real(root, path, content, expected)

    monkeypatch.setattr(fixing, "write_source", write)
    lost = "a.py was changed and cannot be put back: it has changed since it was read"
    assert f"and the disk is full; {lost}\n" in fixbot("fix").out
    assert texts(place) == ["x = 1\n", B, *new(C)]


def test_a_scan_tells_what_is_no_finding_to_who_asks(place: Path) -> None:
    plant(place, {"d.py": "def old_d():\n    pass\n"})
    done = fixbot("scan", "--verbose")
    assert (done.code, done.err) == (1, "d.py:1: no finding: nobody calls old_d\n")
    assert fixbot("scan").err == ""
    assert fixbot("scan", "--verbose", "--quiet").err == ""
    assert "only looks like a finding" in fixbot("scan", "--help").out


def test_a_scan_of_one_file_sees_the_whole_project(place: Path) -> None:
    found = fixbot("scan", "a.py", "--format", "json").json
    assert [finding["path"] for finding in found["findings"]] == ["a.py"]
    assert (found["summary"]["files"], found["summary"]["parsed"]) == (1, 1)
    assert fixbot("scan", "b.py").code == 0
    assert place.is_dir()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_any_number_of_processes_writes_the_same(place: Path, jobs: str) -> None:
    plant(place, {f"m{number}.py": f"import a\n\na.old_a({number})\n" for number in range(12)})
    assert fixbot("fix", "--jobs", jobs).code == 0
    assert (place / "m3.py").read_text() == "import a\n\na.new_a(3)\n"


def test_every_format_can_tell_it(place: Path) -> None:
    for form in ("text", "json", "sarif", "github", "markdown"):
        assert "a.py" in fixbot("scan", "--format", form).out
    assert "old_a" in fixbot("explain", "renamed-functions").out
    assert "# b.py\nimport a\n" in fixbot("explain", "renamed-functions").out
    assert fixbot("explain", "renamed-functions", "--format", "json").json["fixes"][1]["before"]["a.py"] == A
    assert place.is_dir()
