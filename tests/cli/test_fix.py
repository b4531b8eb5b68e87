from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.parts.command import CLEAN, MANUAL, SAFE, SMELLY, fixbot, plant, program
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path


def contents(root: Path) -> dict[str, bytes]:
    return {str(place.relative_to(root)): place.read_bytes() for place in root.rglob("*") if place.is_file()}


def test_what_is_all_fixed_is_exit_code_zero(project: Path) -> None:
    done = fixbot("fix", "a.py", "b.py", "c.py")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == ["a.py: 1 rewritten", "b.py: 1 rewritten"]
    assert "except (OSError, UnicodeDecodeError):\n" in (project / "a.py").read_text()
    assert "except BaseException:\n" in (project / "b.py").read_text()
    assert (project / "c.py").read_text() == CLEAN
    again = fixbot("fix", "a.py", "b.py", "c.py")
    assert (again.code, again.out.splitlines()[0][:26]) == (0, "0 of 0 findings rewritten ")


def test_what_a_person_must_do_is_exit_code_one(project: Path) -> None:
    done = fixbot("fix", "pkg/ask.py")
    assert done.code == 1
    assert done.out.startswith("pkg/ask.py:4: left as it is: bare except left alone: ")
    assert (project / "pkg/ask.py").read_text() == MANUAL


def test_a_diff_writes_nothing(project: Path) -> None:
    before = contents(project)
    done = fixbot("fix", "--diff")
    assert done.code == 1
    assert contents(project) == before
    assert done.out.startswith("--- a/a.py\n+++ b/a.py\n@@ ")
    assert "\n2 of 3 findings rewritten in 2 files; 1 left; " in f"\n{done.err}"
    assert fixbot("fix", "--diff", "--quiet", "a.py").err == ""
    assert contents(project) == before


ODD: dict[str, str | bytes] = {
    "crlf.py": SMELLY.replace("\n", "\r\n"),
    "open end.py": SMELLY.removesuffix("\n"),
    "latin.py": b"# coding: latin-1\nNAME = '\xe9'\n" + SMELLY.encode(),
    "feed.py": "\f\n" + SMELLY + "X = '\u2028\x1c'\n",
    'quo"te\\.py': SMELLY,
    "new\nline.py": SMELLY,
    "tab\tname.py": SMELLY,
    "na\u00efve.py": SMELLY,
    "-dash.py": SMELLY,
}


@pytest.mark.parametrize("name", ODD)
def test_git_makes_of_the_diff_what_fixbot_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "--quiet")
    plant(tmp_path, {name: ODD[name]})
    git(tmp_path, "add", "--all")
    assert fixbot("fix", "--diff", "--output", "changes.diff").code == 0
    git(tmp_path, "apply", "--whitespace=nowarn", "changes.diff")
    by_git = (tmp_path / name).read_bytes()
    plant(tmp_path, {name: ODD[name]})
    assert fixbot("fix").code == 0
    assert (tmp_path / name).read_bytes() == by_git


def test_safe_means_the_safe_ones_alone(project: Path) -> None:
    done = fixbot("fix", "--safety", "safe", "--format", "json")
    assert done.code == 1
    assert [one["path"] for one in done.json["rewritten"]] == ["b.py"]
    assert (project / "a.py").read_text() == SMELLY
    assert (project / "b.py").read_text() != SAFE


def test_the_json_accounts_for_every_finding(project: Path) -> None:
    found = {finding["fingerprint"] for finding in fixbot("scan", "--format", "json").json["findings"]}
    done = fixbot("fix", "--format", "json").json
    assert list(done) == ["version", "rewritten", "refused", "findings", "skipped", "diff", "summary"]
    gone = {fingerprint for one in done["rewritten"] for fingerprint in one["fingerprints"]}
    left = {one["fingerprint"] for one in done["refused"]}
    assert gone | left == found
    assert not gone & left
    assert left == {finding["fingerprint"] for finding in done["findings"]}
    assert all(one["because"] for one in done["refused"])
    assert project.is_dir()


@pytest.mark.parametrize("form", ["sarif", "github", "markdown"])
def test_other_formats_list_what_is_left(project: Path, form: str) -> None:
    done = fixbot("fix", "--format", form)
    assert (done.code, done.err) == (1, "")
    assert "pkg/ask.py" in done.out
    assert "a.py" not in done.out.replace("pkg/ask.py", "")
    assert project.is_dir()


@pytest.mark.parametrize(
    ("option", "there", "not_there"),
    [
        ("narrow=complete", "except (OSError, UnicodeDecodeError):", "except Exception:"),
        ("narrow=never", "except Exception:", "OSError"),
        ("narrow=likely", "except (OSError, UnicodeDecodeError):", "except Exception:"),
        ("log=silent", "logger.debug(", "$"),
        ("log=never", "except (OSError, UnicodeDecodeError):", "logg"),
    ],
)
def test_each_option_of_a_codemod_changes_the_result(project: Path, option: str, there: str, not_there: str) -> None:
    assert fixbot("fix", "a.py", "--select", "bare-except", "--set", f"bare-except.{option}").code == 0
    written = (project / "a.py").read_text()
    assert there in written
    assert not_there not in written


def test_an_option_may_stand_in_the_configuration(project: Path) -> None:
    plant(project, {"pyproject.toml": '[tool.fixbot.codemods.bare-except]\nlog = "never"\n'})
    assert fixbot("fix", "a.py").code == 0
    assert "logg" not in (project / "a.py").read_text()


@pytest.mark.single
def test_one_process_and_two_write_the_same(project: Path) -> None:
    many = {f"many/m{number}.py": SMELLY.replace("load", f"load{number}") for number in range(20)}
    written = []
    for jobs in ("1", "2"):
        plant(project, many)
        assert fixbot("fix", "many", "--jobs", jobs, "--select", "bare-except,silent-except").code == 0
        written.append(contents(project / "many"))
    assert written[0] == written[1]
    assert written[0]["m0.py"] != many["many/m0.py"].encode()


def test_modes_stay(project: Path) -> None:
    (project / "a.py").chmod(0o750)
    fixbot("fix", "a.py")
    assert stat.S_IMODE((project / "a.py").stat().st_mode) == 0o750


def test_a_file_that_cannot_be_written_is_refused_with_the_reason(project: Path) -> None:
    (project / "a.py").chmod(0o444)
    done = fixbot("fix", "a.py")
    assert done.code == 1
    assert done.out.startswith("a.py:4: left as it is: it is read-only\n")
    assert (project / "a.py").read_text() == SMELLY


def test_a_configuration_of_ruff_that_cannot_be_read_is_none(project: Path) -> None:
    plant(project, {"ruff.toml": "line-length = " + "[" * 5000})
    assert fixbot("fix", "a.py").code == 0
    assert (project / "a.py").read_text() != SMELLY


def test_as_a_program_it_ends_with_the_same_codes(project: Path) -> None:
    assert program("fix", "a.py", cwd=project).code == 0
    assert program("fix", "pkg/ask.py", cwd=project).code == 1
    assert program("fix", "--safety", "manual", cwd=project).code == 2
