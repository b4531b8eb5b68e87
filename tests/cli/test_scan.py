from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fixbot.cli import output
from fixbot.report import limits
from tests.parts.command import CLEAN, SMELLY, fixbot, plant, program, unmeasured
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

PERSONS = "pkg/ask.py"


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(place): (place.read_bytes(), place.stat().st_mtime_ns)
        for place in sorted(root.rglob("*"))
        if place.is_file()
    }


def test_findings_are_exit_code_one(project: Path) -> None:
    assert fixbot("scan").code == 1
    assert fixbot("scan", project / "c.py").code == 0


def test_a_scan_changes_nothing(project: Path) -> None:
    before = snapshot(project)
    fixbot("scan")
    assert snapshot(project) == before


def test_the_json_has_the_keys_and_types_of_the_contract(project: Path) -> None:
    found = fixbot("scan", "--select", "bare-except", "--format", "json").json
    assert list(found) == ["version", "findings", "skipped", "summary"]
    assert found["version"] == 1
    types = {
        "codemod": str,
        "path": str,
        "line": int,
        "column": int,
        "end_line": int,
        "qualname": str,
        "severity": str,
        "safety": str,
        "message": str,
        "fixable": bool,
        "fingerprint": str,
        "evidence": list,
    }
    for finding in found["findings"]:
        assert {key: type(value) for key, value in finding.items()} == types
        assert all({k: type(v) for k, v in e.items()} == {"line": int, "says": str} for e in finding["evidence"])
    places = [(f["path"], f["line"], f["column"], f["end_line"], f["safety"]) for f in found["findings"]]
    assert places == [
        ("a.py", 4, 5, 5, "review"),
        ("b.py", 4, 5, 6, "safe"),
        ("pkg/ask.py", 4, 5, 5, "manual"),
    ]
    assert [(s["path"], s["reason"]) for s in found["skipped"]] == [("pkg/old.py", "unparsable")]
    assert found["summary"] | {"seconds": 0} == {"files": 5, "parsed": 3, "findings": 3, "seconds": 0}
    assert [f["fixable"] for f in found["findings"]] == [True, True, False]
    assert project.name == "project"


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("text", "a.py:4:5: critical bare-except: "),
        ("json", '{\n  "version": 1'),
        ("sarif", "{"),
        ("github", "::error file=a.py,line=4,"),
        ("markdown", "|"),
    ],
)
def test_each_format_writes_the_result_alone_to_stdout(project: Path, form: str, start: str) -> None:
    done = fixbot("scan", "--format", form)
    assert (done.code, done.err) == (1, "")
    assert start in done.out[: len(start) + 200]
    assert done.out.endswith("\n")
    written = project / "result"
    again = fixbot("scan", "--format", form, "--output", written)
    assert (again.code, again.out) == (1, "")
    assert len(written.read_text()) == pytest.approx(len(done.out), abs=4)  # the seconds may differ


def results(*arguments: str) -> dict[str, Any]:
    done = fixbot("scan", "--format", "sarif", *arguments)
    assert (done.code, done.err) == (1, "")
    (run,) = done.json["runs"]
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    return dict(zip(places, run["results"], strict=True))


@pytest.mark.parametrize("arguments", [(), ("--fixes",)])
def test_sarif_tells_how_each_finding_would_be_fixed(project: Path, arguments: tuple[str, ...]) -> None:
    before = snapshot(project)
    found = results(*arguments)
    assert {path: len(result.get("fixes", [])) for path, result in found.items()} == {"a.py": 1, "b.py": 1, PERSONS: 0}
    (change,) = found["b.py"]["fixes"][0]["artifactChanges"]
    region = {"startLine": 4, "startColumn": 11, "endLine": 4, "endColumn": 11}
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": " BaseException"}}]
    assert not [result for result in found.values() if "properties" in result], "a person's finding says it already"
    assert snapshot(project) == before


def test_sarif_without_fixes_has_the_same_findings(project: Path) -> None:
    plain, told = results("--no-fixes"), results()
    assert not [result for result in plain.values() if "fixes" in result or "properties" in result]
    assert plain == {path: {k: v for k, v in result.items() if k != "fixes"} for path, result in told.items()}
    assert project.is_dir()


def test_sarif_has_no_fix_more_daring_than_asked_for(project: Path) -> None:
    found = results("--safety", "safe")
    assert [path for path, result in found.items() if "fixes" in result] == ["b.py"]
    because = "its safety is review, and no more than safe is asked for"
    assert found["a.py"]["properties"] == {"notFixedBecause": because}
    assert project.is_dir()


@pytest.mark.parametrize("form", ["text", "json", "github", "markdown"])
def test_fixes_in_a_format_that_has_none_are_wrong_use(project: Path, form: str) -> None:
    done = fixbot("scan", "--fixes", "--format", form)
    says = "fixbot: --fixes is for --format sarif; add that, or see the changes with `fixbot fix --diff`\n"
    assert (done.code, done.out, done.err) == (2, "", says)
    done = fixbot("scan", "--no-fixes", "--format", form)
    says = "fixbot: --no-fixes is for --format sarif; no other format has fixes, so leave it out\n"
    assert (done.code, done.out, done.err) == (2, "", says)
    assert project.is_dir()


def test_what_is_more_than_github_takes_is_told_to_whoever_is_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_SHOWN_RESULTS", 2)
    done = fixbot("scan", "--format", "sarif", "--no-fixes")
    assert done.code == 1
    assert done.err.startswith("GitHub keeps the 2 gravest of these 3 results: ")
    assert len(done.json["runs"][0]["results"]) == 3
    assert fixbot("scan", "--format", "sarif", "--quiet").err == ""
    assert fixbot("scan", "--format", "json").err == ""
    assert project.is_dir()


LOADED = """
import sys
from fixbot.cli import main
try:
    main(["scan", "a.py", "--format", "sarif", "--output", "log", "--jobs", "1", sys.argv[1]])
finally:
    sys.stdout.write(str("fixbot.remedies" in sys.modules))
"""


@pytest.mark.parametrize(("option", "loaded"), [("--no-fixes", "False"), ("--fixes", "True")])
def test_what_rewrites_is_loaded_only_for_fixes(project: Path, option: str, loaded: str) -> None:
    command = [sys.executable, "-c", LOADED, option]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (loaded, "")


def test_quiet_leaves_the_findings_alone(project: Path) -> None:
    plant(project, {"c.py": CLEAN})
    lines = fixbot("scan", "--quiet").out.splitlines()
    assert lines[0].startswith("a.py:4:5")
    assert not any("skipped" in line or "files" in line for line in lines)
    assert fixbot("scan", "--quiet", "c.py").out == ""


def test_a_scan_without_findings_says_what_it_looked_at(project: Path) -> None:
    done = fixbot("scan", "c.py")
    assert done.code == 0
    assert "1 file" in done.out
    assert project.name in str(project)


def test_select_ignore_and_configuration_choose_the_codemods(project: Path) -> None:
    assert fixbot("scan", "--select", "bare-except").code == 1
    assert fixbot("scan", "--ignore", "bare-except").code == 0
    plant(project, {"other.toml": 'ignore = ["bare-except"]\n'})
    assert fixbot("scan", "--config", "other.toml").code == 0
    plant(project, {"fixbot.toml": 'exclude = ["pkg", "a.py"]\n'})
    found = fixbot("scan", "--format", "json").json["findings"]
    assert [finding["path"] for finding in found] == ["b.py"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("scan", "--select", "bare-exept"),
            "fixbot: no codemod is called 'bare-exept'; did you mean 'bare-except'?\n",
        ),
        (("scan", "--select", ","), "fixbot: --select and --ignore take codemods: SLUG[,SLUG]\n"),
        (("scan", "nowhere", "neither.py"), "fixbot: no such file or directory: nowhere, neither.py\n"),
        (("scan", "--config", "no.toml"), "fixbot: no such file: no.toml\n"),
        (
            ("scan", "--output", "no/such/place"),
            "fixbot: cannot write no/such/place: its folder does not exist\n",
        ),
        (("scan", "--output", "pkg"), "fixbot: cannot write pkg: it is a directory\n"),
        (
            ("scan", "--set", "bare-except"),
            "fixbot: --set 'bare-except' is not of the form CODEMOD.OPTION=VALUE\n",
        ),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_two(project: Path, arguments: tuple[str, ...], says: str) -> None:
    done = fixbot(*arguments)
    assert (done.code, done.out, done.err) == (2, "", says)
    assert project.is_dir()


def test_all_mistakes_in_options_of_codemods_are_told_at_once(project: Path) -> None:
    wrong = ["bare-except.narow=never", "no-such.a=b", "bare-exept.log=never"]
    done = fixbot("scan", *(word for value in wrong for word in ("--set", value)))
    assert done.code == 2
    assert "bare-except has no option 'narow'; it has: narrow, log" in done.err
    assert "no codemod is called 'no-such'" in done.err
    assert "did you mean 'bare-except'?" in done.err
    assert len(done.err.splitlines()) == 1
    other = fixbot("scan", "--set", "bare-except.log=x")
    assert (other.code, other.err) == (2, "fixbot: bare-except.log is one of silent, never, not 'x'\n")
    assert project.is_dir()


@pytest.mark.parametrize("arguments", [("scna",), ("scan", "--frmat", "json"), ("scan", "--jobs", "0"), ()])
def test_a_wrong_command_or_option_is_exit_code_two(arguments: tuple[str, ...]) -> None:
    done = fixbot(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_help_and_version_are_exit_code_zero() -> None:
    for arguments in (["--help"], ["-h"], ["--version"], ["scan", "--help"], ["fix", "-h"], ["run", "-h"]):
        done = fixbot(*arguments)
        assert (done.code, done.err) == (0, "")
        assert done.out


def test_one_process_and_two_see_the_same(project: Path) -> None:
    plant(project, {f"many/m{number}.py": SMELLY.replace("load", f"load{number}") for number in range(40)})
    texts = [fixbot("scan", "--jobs", jobs, "--quiet", "--format", "text").out for jobs in ("1", "2")]
    assert texts[0] == texts[1]
    assert texts[0].count("many/m") == 40


def test_no_bar_where_stderr_is_no_terminal(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "_PATIENCE", -1.0)
    assert fixbot("scan", "--quiet").err == ""
    assert fixbot("scan").err == ""
    assert project.is_dir()


WITH_A_BAR = "import sys; from fixbot.cli import main, output; output._PATIENCE = -1.0; sys.exit(main())"


def on_a_terminal(project: Path, *arguments: str) -> tuple[str, str]:

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", WITH_A_BAR, *arguments], cwd=project, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        assert process.stdout is not None
        out = process.stdout.read()
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # Linux says so when the other side is closed
        pass
    os.close(ours)
    return out.decode(), shown.decode()


def test_a_bar_appears_on_a_terminal_and_leaves_stdout_alone(project: Path) -> None:
    plant(project, {f"many/m{number}.py": SMELLY for number in range(6)})
    out, shown = on_a_terminal(project, "scan", "--format", "json")
    assert out.startswith("{\n")
    assert "Reading" in shown
    assert "100%" in shown


@pytest.mark.parametrize("option", ["--no-progress", "--quiet"])
def test_the_bar_can_be_switched_off(project: Path, option: str) -> None:
    assert on_a_terminal(project, "scan", option)[1] == ""


def test_a_reader_that_has_enough_is_no_error(project: Path) -> None:
    plant(project, {f"many/m{number}.py": SMELLY for number in range(600)})

    command = f'"{sys.executable}" -c "import sys; from fixbot.cli import main; sys.exit(main())" scan | head -1'
    done = subprocess.run(
        ["sh", "-c", command], cwd=project, env=unmeasured(), capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("a.py:4:5")
    assert done.stderr == ""


def test_as_a_program_it_ends_with_the_same_codes(project: Path) -> None:
    assert program("scan", "c.py", cwd=project).code == 0
    assert program("scan", cwd=project).code == 1
    wrong = program("scan", "nowhere", cwd=project)
    assert (wrong.code, wrong.out, wrong.err) == (2, "", "fixbot: no such file or directory: nowhere\n")


def test_what_git_does_not_track_is_skipped_below_a_package_too(project: Path) -> None:

    top = project.parent
    git(top, "init", "--quiet")
    git(top, "add", "project/a.py")
    found = fixbot("scan", "--format", "json").json
    assert [finding["path"] for finding in found["findings"]] == ["a.py"]
    assert {skip["reason"] for skip in found["skipped"]} == {"untracked"}


def test_a_folder_that_a_repository_ignores_is_read_as_if_there_were_none(project: Path) -> None:

    git(project.parent, "init", "--quiet")
    assert len(fixbot("scan", "--format", "json").json["findings"]) == 3
