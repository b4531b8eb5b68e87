from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fixbot.shell.choosing import github_name
from tests.cli.conftest import FILES
from tests.parts.command import fixbot, program, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

    from codemods.bare_except import BareExcept

pytestmark = pytest.mark.real


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository with one finding of each safety as the current directory."""
    made = repository(tmp_path / "place", FILES)
    monkeypatch.chdir(made)
    return made


def test_a_person_reads_a_line_for_each_pull_request_refusal_and_skip(place: Path) -> None:
    done = fixbot("run", "--forge", "local")
    pulls = place / ".git/fixbot/pulls"
    lines = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert lines[:2] == [
        f"fixbot/bare-except/all: opened {pulls / '1.md'}: nothing of it was offered before",
        f"fixbot/bare-except/safe-all: opened {pulls / '2.md'}: nothing of it was offered before",
    ]
    assert lines[2].startswith("pkg/ask.py:4: left as it is: ")
    assert lines[3].startswith("pkg/old.py: skipped, unparsable: ")
    assert re.fullmatch(
        r"3 findings in 5 files of main; 2 rewritten, 1 left; 0 requests, 11 writes; [0-9.]+ s", lines[4]
    )
    again = fixbot("run", "--forge", "local", "--quiet").out.splitlines()
    assert again[0] == f"fixbot/bare-except/all: unchanged {pulls / '1.md'}: it says what it should"
    assert len(again) == len(lines) - 1


def test_the_json_has_its_keys(place: Path) -> None:
    found = fixbot("run", "--forge", "local", "--format", "json").json
    assert list(found) == ["version", "base", "pulls", "refused", "skipped", "summary"]
    assert found["base"] == {
        "branch": "main",
        "commit": git(place, "rev-parse", "main"),
        "tree": git(place, "rev-parse", "main^{tree}"),
    }
    assert list(found["pulls"][0]) == [
        "branch",
        "state",
        "number",
        "url",
        "head",
        "reason",
        "codemod",
        "safety",
        "files",
        "findings",
        "added",
        "removed",
    ]
    assert list(found["refused"][0]) == ["codemod", "path", "line", "fingerprint", "because", "says"]
    assert found["summary"] | {"seconds": 0} == {
        "files": 5,
        "findings": 3,
        "rewritten": 2,
        "refused": 1,
        "requests": 0,
        "writes": 11,
        "seconds": 0,
    }


@pytest.mark.parametrize("form", ["sarif", "github", "markdown"])
def test_other_formats_stand_alone_on_stdout(place: Path, form: str) -> None:
    done = fixbot("run", "--forge", "local", "--format", form)
    assert (done.code, done.err) == (0, "")
    assert "pkg/ask.py" in done.out
    written = place.parent / "result"
    again = fixbot("run", "--forge", "local", "--format", form, "--output", written)
    assert (again.code, again.out) == (0, "")
    assert "pkg/ask.py" in written.read_text()


def test_strict_minds_what_was_refused(place: Path) -> None:
    assert fixbot("run", "--forge", "local", "--strict", "--dry-run").code == 1
    git(place, "rm", "--quiet", "pkg/ask.py")
    git(place, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x")
    assert fixbot("run", "--forge", "local", "--strict", "--dry-run").code == 0
    assert fixbot("run", "--forge", "local", "--strict", "--max-open", "1").code == 1


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the codemod raise an error on every file."""
    from fixbot.registry import catalogue  # noqa: PLC0415 - the installed class, not the file

    codemod = catalogue()["bare-except"]

    def find(_self: BareExcept, _module: object) -> list[object]:
        message = "boom"
        raise RuntimeError(message)

    monkeypatch.setattr(codemod, "find", find)


@pytest.mark.usefixtures("breaking", "place")
@pytest.mark.parametrize("command", [["scan"], ["fix"], ["run", "--forge", "local"]])
def test_a_codemod_that_breaks_is_fixbot_s_own_fault(command: list[str]) -> None:
    done = fixbot(*command, "--jobs", "1")
    assert done.code == 3
    lines = done.err.splitlines()
    assert lines[0] == "fixbot: bare-except broke on a.py: RuntimeError: boom"
    assert lines[-1] == "fixbot: a codemod broke and its files were left alone; please report it"
    assert "Traceback" not in done.err
    assert "Traceback" in fixbot(*command, "--jobs", "1", "--verbose").err
    assert fixbot(*command, "--jobs", "1", "--quiet").err.splitlines() == lines[-1:]


@pytest.mark.usefixtures("place")
def test_an_error_that_nobody_expected_is_fixbot_s_own_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def boom(*_arguments: object, **_named: object) -> None:
        message = "boom"
        raise RuntimeError(message)

    monkeypatch.setattr("fixbot.cli.scan.scan_files", boom)
    done = fixbot("scan")
    assert (done.code, done.out) == (3, "")
    assert done.err.splitlines()[-1] == "fixbot: this is a fault of fixbot itself (RuntimeError); please report it"


def test_as_a_program_it_ends_with_the_same_codes(place: Path) -> None:
    assert program("run", "--forge", "local", "--dry-run", cwd=place).code == 0
    assert program("run", "--forge", "local", "--dry-run", "--strict", cwd=place).code == 1
    assert program("run", "--base", "nope", "--forge", "local", cwd=place).code == 2
    git(place, "remote", "add", "origin", str(place.parent / "gone"))
    assert program("run", "--forge", "local", cwd=place).code == 4


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/octo/sample.git", "octo/sample"),
        ("https://github.com/octo/sample/", "octo/sample"),
        ("https://someone:secret@github.com/octo/sample", "octo/sample"),
        ("git@github.com:octo/sample.git", "octo/sample"),
        ("ssh://git@github.com:22/octo/sample.git", "octo/sample"),
        ("https://example.org/octo/sample.git", None),
        ("https://github.com.example.org/octo/sample.git", None),
        ("https://example.org/github.com/octo/sample", None),
        ("/srv/github.com/octo/sample", None),
        ("https://github.com/octo", None),
        ("", None),
        (None, None),
    ],
)
def test_the_name_of_a_repository_is_read_from_its_remote(
    monkeypatch: pytest.MonkeyPatch, url: str | None, name: str | None
) -> None:
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
    assert github_name(url) == name


def test_another_server_may_be_github_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.org:8443")
    assert github_name("https://git.example.org:8443/octo/sample.git") == "octo/sample"
    assert github_name("https://github.com/octo/sample.git") is None
