"""`fixbot doctor` without GitHub, as a person starts it: clones of all sorts, mistakes, formats, exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from fixbot.cli import main
from fixbot.shell import versions
from fixbot.shell.clone import look
from fixbot.shell.git import Git
from tests.doctor.healthy import NIGHTLY
from tests.parts.git import git
from tests.parts.github import commit, make_repository

FILES = {"src/a.py": "x = 1\n"}


@pytest.fixture(autouse=True)
def no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "FIXBOT_TOKEN", "GITHUB_API_URL", "GITHUB_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "clone", FILES)


def doctor(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_a_repository_without_a_remote_is_fine(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(clone) == 0
    said = capsys.readouterr().out
    assert "ok       forge: pull requests are files below the git directory, because there is no remote" in said
    assert said.endswith("0 problems, 0 notes, 4 ok\n")


def test_quiet_says_nothing_where_nothing_is_wrong(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(clone, "--quiet") == 0
    assert capsys.readouterr().out == ""


def test_json_goes_to_a_file(clone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(clone, "--format", "json", "--output", tmp_path / "said.json") == 0
    said = json.loads((tmp_path / "said.json").read_text())
    assert said["version"] == 1
    assert {check["id"] for check in said["checks"]} == {"git", "ruff", "configuration", "forge"}
    assert capsys.readouterr().out == ""


def test_all_mistakes_of_the_configuration_are_said_at_once(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (clone / "fixbot.toml").write_text('lables = ["a"]\nmax-open = 0\n')
    assert doctor(clone) == 1
    said = capsys.readouterr().out
    assert "did you mean 'labels'" in said
    assert "max-open must be" in said


def test_a_codemod_that_is_not_there_is_a_mistake(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (clone / "fixbot.toml").write_text('select = ["bare-excpet"]\n')
    assert doctor(clone) == 1
    assert "bare-excpet" in capsys.readouterr().out


def test_both_files_are_one_too_many(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (clone / "fixbot.toml").write_text("draft = true\n")
    (clone / "pyproject.toml").write_text("[tool.fixbot]\ndraft = true\n")
    assert doctor(clone) == 1
    assert "configured twice" in capsys.readouterr().out


def test_text_from_a_configuration_stays_on_its_line(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (clone / "fixbot.toml").write_text('exclude = ["no\\u202esuch"]\n')
    assert doctor(clone) == 0
    assert "note     exclude: no\\u202esuch matches no file of main" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [("nowhere",), (".", "--config", "missing.toml"), (".", "--base", "-x"), (".", "--format", "sarif")]
)
def test_wrong_use_is_told_from_problems(
    clone: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clone)
    assert doctor(*arguments) == 2


def test_what_is_no_repository_is_wrong_use(tmp_path: Path) -> None:
    assert doctor(tmp_path) == 2


def test_a_remote_elsewhere_is_the_reason_for_the_local_forge(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(clone, "remote", "add", "origin", "https://git.example.org/octo/sample.git")
    assert doctor(clone) == 0
    assert "because origin is not on GitHub" in capsys.readouterr().out


def test_a_password_in_the_address_of_origin_is_not_repeated(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(clone, "remote", "add", "origin", "https://x:hunter2@github.com/octo/sample.git")
    assert doctor(clone) == 0
    said = capsys.readouterr().out
    assert "note     origin: the address of origin holds a password" in said
    assert "hunter2" not in said
    assert "note     workflow: no file in .github/workflows runs fixbot" in said


def test_a_workflow_is_looked_for_in_the_working_tree_and_in_the_base(clone: Path) -> None:
    workflows = clone / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "new.yml").write_text(NIGHTLY)
    assert [(file.path, file.committed) for file in look(Git(clone), None).workflows] == [
        (".github/workflows/new.yml", False)
    ]
    commit(clone, {".github/workflows/gone.yaml": NIGHTLY, ".github/workflows/notes.txt": "fixbot run"}, "Add")
    (workflows / "gone.yaml").unlink()
    if sys.platform != "win32":
        (workflows / "link.yml").symlink_to("new.yml")
    assert [(file.path, file.committed) for file in look(Git(clone), None).workflows] == [
        (".github/workflows/gone.yaml", True),
        (".github/workflows/new.yml", True),
    ]


def test_a_detached_head_and_a_shallow_clone_are_seen(clone: Path, tmp_path: Path) -> None:
    commit(clone, {"src/b.py": ""}, "More")
    git(clone, "checkout", "--quiet", "--detach")
    found = look(Git(clone), None)
    assert (found.branch, found.base, found.is_shallow) == ("", "main", False)
    git(tmp_path, "clone", "--quiet", "--depth=1", clone.as_uri(), "shallow")
    assert look(Git(tmp_path / "shallow"), None).is_shallow


def test_nothing_is_fetched_for_a_look_at_a_partial_clone(clone: Path, tmp_path: Path) -> None:
    commit(clone, {".github/workflows/fixbot.yml": NIGHTLY, "src/a.py": "x = 2\n"}, "Add")
    git(clone, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", "--no-checkout", clone.as_uri(), "partial")
    partial = tmp_path / "partial"
    git(partial, "reset", "--quiet")
    before = git(partial, "count-objects", "-v")
    found = look(Git(partial), None)
    assert found.is_partial
    assert found.paths == {".github/workflows/fixbot.yml", "src/a.py"}
    assert git(partial, "count-objects", "-v") == before
    git(partial, "checkout", "--", ".github")
    assert [file.committed for file in look(Git(partial), None).workflows] == [True]


def test_a_base_that_is_not_here_has_no_files(clone: Path) -> None:
    found = look(Git(clone), "elsewhere")
    assert (found.base, found.paths) == ("", frozenset())


def test_the_versions_are_those_of_the_programs() -> None:
    found = versions.programs()
    assert f"git version {found.git}" in git(Path.cwd(), "--version")
    assert found.ruff
    assert found.ruff_bound.startswith(">=")
    assert found.ruff_fits


@pytest.mark.real
def test_a_server_that_is_not_there_is_a_problem_and_no_crash(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_" + "z" * 36)
    monkeypatch.setenv("GITHUB_API_URL", "http://localhost:9")
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert doctor(clone, "--repo", "octo/sample") == 1
    said = capsys.readouterr()
    assert "problem  github: GitHub could not be reached for the repository octo/sample" in said.out
    assert "zzz" not in said.out + said.err


def test_an_address_that_is_none_is_a_problem(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_" + "z" * 36)
    monkeypatch.setenv("GITHUB_API_URL", "github.com")
    assert doctor(clone, "--repo", "octo/sample") == 1
    assert "problem  github: GITHUB_API_URL is 'github.com', which is no address" in capsys.readouterr().out


def test_ruff_and_metadata_that_are_missing_are_no_crash(
    clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ruff.__main__", None)
    assert doctor(clone) == 1
    assert (
        "problem  ruff: ruff is not there -> install it beside fixbot: pip install 'ruff>=" in capsys.readouterr().out
    )


def test_git_that_is_missing_is_a_problem(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor(clone) == 1
    assert "problem  git: git is not installed" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="the old git is a shell script")
def test_git_that_is_too_old_is_asked_nothing(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/asked"\necho git version 2.25.1\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(old.parent), prepend=":")
    assert doctor(clone) == 1
    assert "git 2.25.1 is too old" in capsys.readouterr().out
    assert (tmp_path / "asked").read_text() == "--version\n"
