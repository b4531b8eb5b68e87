"""`fixbot listen`, `plan` and `apply` on GitHub, each in a place of its own: what they share is in two files."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

from fixbot.shell.github import connection
from tests.parts.command import fixbot
from tests.parts.git import git
from tests.parts.git_server import auth_environment
from tests.parts.github import COLLABORATOR, NAME, STRANGER, TOKEN, GitHub
from tests.parts.openapi import assert_documented
from tests.parts.recorder import HANG_UP, Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.real

SMELL = 'def {}(path):\n    try:\n        return open(path).read()\n    except:\n        return ""\n'
Done = subprocess.CompletedProcess[str]


@pytest.fixture
def github_files() -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {f"src/{name}.py": SMELL.format(name) for name in ("load", "read")}
    return files | {"pyproject.toml": "[tool.fixbot]\nmax-hourly = 9\n", "README.md": "# sample\n"}


@dataclass(frozen=True)
class Night:
    """A GitHub, and the folder in which nothing is but what the halves hand over."""

    github: GitHub
    folder: Path
    apart: bool = False

    def command(self, *arguments: str, token: str = "") -> Done:
        """Run fixbot with nothing in its environment but what it is given; `apart` in a process of its own."""
        kept = ("PATH", "HOME", "NO_PROXY", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
        around = {name: os.environ[name] for name in kept if name in os.environ}
        around |= {"GITHUB_API_URL": self.github.url, "GITHUB_SERVER_URL": self.github.git.url}
        around |= {"GITHUB_TOKEN": token, "GITHUB_REPOSITORY": NAME, "CI": "true"} if token else {}
        if not self.apart:
            with patch.dict(os.environ, around, clear=True), contextlib.chdir(self.folder):
                done = fixbot(*arguments)
            return Done([], done.code, done.out, done.err)
        return subprocess.run(
            [sys.executable, "-c", "from fixbot.cli import main; main()", *arguments],
            env=around,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def listen(self, *arguments: str) -> Done:
        return self.command("listen", "-o", "situation.json", str(self.github.clone), *arguments, token=TOKEN)

    def plan(self, *arguments: str) -> Done:
        words = ("plan", str(self.github.clone), "--situation", "situation.json", "-o", "plan.json")
        return self.command(*words, *arguments)

    def apply(self, *arguments: str) -> Done:
        return self.command("apply", "plan.json", "--commit-via", "api", *arguments, token=TOKEN)

    def whole(self, *arguments: str) -> Done:
        """Listen, plan and apply, each of which succeeds."""
        for half in (self.listen, self.plan):
            done = half(*arguments)
            assert done.returncode == 0, done.stderr
        done = self.apply(*arguments)
        assert done.returncode == 0, done.stderr
        return done

    def pulls(self) -> list[tuple[int, str, str]]:
        found = self.github.as_human("GET", "/pulls?state=all")
        return sorted((pull["number"], pull["state"], pull["head"]["ref"]) for pull in found)

    def document(self) -> Any:  # noqa: ANN401 - JSON is any
        return json.loads((self.folder / "plan.json").read_text("utf-8"))

    def tamper(self, document: object) -> None:
        (self.folder / "plan.json").write_text(json.dumps(document), "utf-8")


@pytest.fixture
def night(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    for wait in ("_PAUSE", "_BETWEEN_REQUESTS", "_BETWEEN_WRITES"):  # a second each; a process of its own keeps to them
        monkeypatch.setattr(connection, wait, 0)
    folder = tmp_path / "handover"
    folder.mkdir()
    return Night(github, folder)


def test_the_first_night_opens_and_the_second_writes_nothing(night: Night) -> None:
    night = replace(night, apart=True)
    first = night.whole()
    assert "fixbot/bare-except/all: opened" in first.stdout
    assert night.pulls() == [(1, "open", "fixbot/bare-except/all")]
    assert_documented(night.github.recorder.requests)
    night.github.recorder.clear()
    night.github.git.counts.clear()
    second = night.whole()
    assert "fixbot/bare-except/all: unchanged" in second.stdout
    assert night.github.recorder.writes == []
    assert night.github.git.counts["push"] == 0


def test_who_publishes_needs_nothing_but_the_plan_and_leaves_nothing_behind(night: Night) -> None:
    night.listen()
    night.plan()
    (night.folder / "situation.json").unlink()
    assert night.apply().returncode == 0
    assert [path.name for path in night.folder.iterdir()] == ["plan.json"]
    assert night.pulls() == [(1, "open", "fixbot/bare-except/all")]


def test_who_reads_code_shows_no_token_and_asks_nobody(night: Night) -> None:
    night = replace(night, apart=True)
    night.listen()
    night.github.recorder.clear()
    night.github.git.counts.clear()
    told = night.folder / "told"
    check = f"{sys.executable} -c \"import os; open({str(told)!r}, 'w').write(repr(dict(os.environ)))\""
    words = ("plan", str(night.github.clone), "--situation", "situation.json", "-o", "plan.json")
    done = night.command(*words, "--verify-command", check, token=TOKEN)
    assert done.returncode == 0, done.stderr
    assert told.exists()
    files = [path.read_text("utf-8") for path in night.folder.iterdir()]
    assert [text for text in [*files, done.stdout, done.stderr] if TOKEN in text] == []
    assert (night.github.recorder.requests, sum(night.github.git.counts.values())) == ([], 0)


def test_the_operators_check_is_told_in_the_pull_request(night: Night) -> None:
    night.listen()
    night.plan("--verify-command", f"{sys.executable} -c pass")
    night.apply()
    assert "the operator's own check" in night.github.as_human("GET", "/pulls/1")["body"]


def test_a_plan_for_what_was_there_before_is_not_published(night: Night) -> None:
    night.listen()
    night.plan()
    moved = night.github.commit_as_human("main", {"README.md": "# other\n"})
    done = night.apply("--strict")
    assert done.returncode == 1
    assert f"main has moved from {night.document()['base']['commit'][:12]} to {moved[:12]}" in done.stdout
    assert night.apply().returncode == 0
    assert night.github.recorder.writes == []


def pulled(night: Night) -> None:
    url = night.github.git.clone_url(NAME)
    git(night.github.clone, "pull", "--quiet", "origin", "main", environment=auth_environment(url, TOKEN))


def test_what_people_say_is_heard_by_the_next_run_where_the_base_has_moved(night: Night) -> None:
    night.whole()
    night.github.as_human("POST", "/issues/1/comments", {"body": "/fixbot ignore bare-except"}, token=COLLABORATOR)
    night.listen()
    night.plan()
    night.github.commit_as_human("main", {"README.md": "# other\n"})
    night.github.recorder.clear()
    done = night.apply("--format", "github", "--outputs", "outputs", "--summary", "summary.md")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("::warning title=fixbot::main has moved from ")
    assert "outdated=true" in (night.folder / "outputs").read_text("utf-8")
    assert (night.folder / "summary.md").read_text("utf-8").startswith("# fixbot: main has moved from ")
    assert night.github.recorder.writes == []
    pulled(night)
    night.listen()
    night.plan()
    assert "fixbot/bare-except/all: emptied" in night.apply("--outputs", "outputs").stdout
    assert (night.folder / "outputs").read_text("utf-8").endswith("outdated=false\n")
    said = [comment["body"] for comment in night.github.as_human("GET", "/issues/1/comments")]
    assert [body for body in said if "/fixbot ignore bare-except" in body and body != said[0]]
    assert night.pulls()[0][1] == "closed"


def test_an_issue_is_told_once_that_the_base_has_moved(night: Night) -> None:
    made = night.github.as_human("POST", "/issues", {"title": "Tidy", "body": "bare-except in `src/load.py`, please"})
    number = str(made["number"])
    night.listen("--issue", number)
    night.plan("--issue", number)
    night.github.commit_as_human("main", {"README.md": "# other\n"})
    for writes in ("1 write;", "0 writes;"):
        done = night.apply("--issue", number)
        assert (done.returncode, "warning: main has moved" in done.stdout) == (0, True), done.stderr
        assert writes in done.stdout
    (said,) = night.github.as_human("GET", f"/issues/{number}/comments")
    assert said["body"].startswith("fixbot has done nothing yet: `main` has moved ")
    assert night.pulls() == []
    pulled(night)
    night.whole("--issue", number)
    (after,) = night.github.as_human("GET", f"/issues/{number}/comments")
    assert (after["id"], "Merging it closes this issue." in after["body"]) == (said["id"], True)


def test_a_plan_can_be_applied_again_where_that_broke_off(night: Night) -> None:
    night.listen()
    night.plan()
    unheard = Fault(lambda asked: (asked.method, asked.path) == ("POST", f"/repos/{NAME}/pulls"), HANG_UP, forward=True)
    night.github.recorder.inject(unheard)
    night.apply()
    assert night.apply().returncode == 0
    assert night.pulls() == [(1, "open", "fixbot/bare-except/all")]
    night.github.recorder.clear()
    done = night.apply()
    assert "fixbot/bare-except/all: unchanged" in done.stdout
    assert night.github.recorder.writes == []


def test_a_no_that_comes_after_the_plan_counts(night: Night) -> None:
    night.whole()
    night.listen()
    night.plan()
    night.github.as_human("PATCH", "/pulls/1", {"state": "closed"})
    done = night.apply()
    assert "declined" in done.stdout
    assert night.pulls() == [(1, "closed", "fixbot/bare-except/all")]


def test_what_the_plan_did_not_know_of_is_left_alone(night: Night) -> None:
    night.whole()
    night.github.commit_as_human("main", {"src/load.py": SMELL.format("load") + "\n\n" + SMELL.format("more")})
    pulled(night)
    done = night.command("plan", str(night.github.clone), "-o", "plan.json")
    assert "nothing is known of the pull requests" in done.stderr
    done = night.apply()
    assert "left alone" in done.stdout
    assert "which the plan did not know" in done.stdout
    assert night.pulls() == [(1, "open", "fixbot/bare-except/all")]
    assert "fixbot/bare-except/all: updated" in night.whole().stdout


def test_a_comment_of_a_writer_is_heard_and_that_of_a_stranger_is_not(night: Night) -> None:
    night.whole()
    night.github.as_human("POST", "/issues/1/comments", {"body": "/fixbot ignore bare-except"}, token=STRANGER)
    assert "unchanged" in night.whole().stdout
    night.github.as_human("POST", "/issues/1/comments", {"body": "/fixbot ignore bare-except"}, token=COLLABORATOR)
    assert "emptied" in night.whole().stdout
    assert night.pulls()[0][1] == "closed"


def test_an_issue_is_planned_for_and_told_the_outcome(night: Night) -> None:
    made = night.github.as_human("POST", "/issues", {"title": "Tidy", "body": "bare-except in `src/load.py`, please"})
    number = str(made["number"])
    done = night.whole("--issue", number)
    assert "opened" in done.stdout
    opened = next(pull for pull in night.pulls() if pull[1] == "open")
    assert opened[2] == f"fixbot/bare-except/issue-{number}"
    said = night.github.as_human("GET", f"/issues/{number}/comments")
    assert f"#{opened[0]}" in said[0]["body"]


def _of_a_stranger(night: Night) -> str:
    text = {"title": "Tidy", "body": "bare-except in `src/load.py`, please"}
    return str(night.github.as_human("POST", "/issues", text, token=STRANGER)["number"])


def test_what_a_stranger_writes_is_worked_on_where_somebody_who_may_write_asks_for_it(night: Night) -> None:
    number = _of_a_stranger(night)
    asked = ("--issue", number, "--asked-by", "ada")
    assert night.listen(*asked).returncode == 0
    assert night.plan("--issue", number).returncode == 0
    done = night.apply(*asked)
    assert done.returncode == 0, done.stderr
    opened = [branch for _, state, branch in night.pulls() if state == "open"]
    assert opened == [f"fixbot/bare-except/issue-{number}"]
    (said,) = night.github.as_human("GET", f"/issues/{number}/comments")
    assert "Merging it closes this issue." in said["body"]


def test_what_a_stranger_writes_and_no_writer_asks_for_is_not_worked_on(night: Night) -> None:
    number = _of_a_stranger(night)
    night.listen("--issue", number, "--asked-by", "ada")
    night.plan("--issue", number)
    for asker in ((), ("--asked-by", "mallory"), ("--asked-by", "nobody-at-all")):
        done = night.apply("--issue", number, *asker)
        assert (done.returncode, f"issue {number}: its author mallory may not" in done.stderr) == (2, True), asker
        assert ("nobody-at-all" in done.stderr) == ("nobody-at-all" in asker)
    (said,) = night.github.as_human("GET", f"/issues/{number}/comments")
    assert "the author of this one may not" in said["body"]
    assert night.pulls() == []


def test_an_issue_that_asks_for_nothing_is_answered_by_who_may_write(night: Night) -> None:
    made = night.github.as_human("POST", "/issues", {"title": "Hello", "body": "What is this?"})
    number = str(made["number"])
    assert night.listen("--issue", number).returncode == 0
    done = night.plan("--issue", number)
    assert (done.returncode, f"issue {number}: " in done.stderr) == (0, True)
    done = night.apply("--issue", number)
    assert done.returncode == 2
    assert len(night.github.as_human("GET", f"/issues/{number}/comments")) == 1
    assert night.pulls() == []


def test_what_was_not_looked_for_is_not_taken_for_gone(night: Night) -> None:
    night.whole()
    night.listen("--select", "kwargs-schema")
    night.plan("--select", "kwargs-schema")
    done = night.apply()
    assert done.returncode == 0, done.stderr
    assert night.pulls() == [(1, "open", "fixbot/bare-except/all")]
    assert "bare-except" in done.stdout


def _first(document: Any) -> Any:  # noqa: ANN401 - JSON is any
    return document["changes"][0]["rewrites"][0]


def _all(document: Any, **changes: object) -> None:  # noqa: ANN401 - JSON is any
    for rewrite in document["changes"][0]["rewrites"]:
        rewrite.update(changes)


_SAID = {"code": "@octo|\n# Approved", "message": "", "line": 1}
_LANE = "fixbot/kwargs-schema/all"
TAMPERED: dict[str, tuple[Callable[[Any], object], str]] = {
    "a workflow": (lambda plan: _first(plan).update(path=".github/workflows/ci.py"), "nothing in .git or .github"),
    "a path out": (lambda plan: _first(plan).update(path="../out.py"), "has no such file"),
    "a new file": (lambda plan: _first(plan).update(path="src/new.py"), "has no such file"),
    "another kind": (lambda plan: _first(plan).update(path="pyproject.toml"), "only Python files"),
    "another past": (lambda plan: _first(plan).update(before="x = 1\n"), "is not on main what the plan says"),
    "no change": (lambda plan: _first(plan).update(after=_first(plan)["before"]), "nothing changes in it"),
    "hidden signs": (lambda plan: _first(plan).update(after="x = 1  # \u202e\n"), "cannot be seen"),
    "too much": (lambda plan: _first(plan).update(after="x = 1\n" * 200_000), "is larger than 1 MB"),
    "no finding": (lambda plan: _first(plan).update(findings=[]), "is changed without a finding"),
    "a codemod": (lambda plan: plan["changes"][0].update(codemod="kwargs-schema"), "another codemod"),
    "a branch": (lambda plan: plan["base"].update(branch="other"), "is for the branch other"),
    "an issue": (lambda plan: plan.update(issue=7), "is about issue 7"),
    "a version": (lambda plan: plan.update(version="9.9"), "was made by fixbot 9.9"),
    "what ruff said of nothing": (lambda plan: plan["opinions"].clear(), "does not belong to its files"),
    "what ruff never says": (lambda plan: plan["opinions"][0][0].update(after=[_SAID]), "ruff has no such rule"),
    "a check of several lines": (lambda plan: plan.update(verify_command="true\n@octo"), "check is no command"),
    "a group without a finding": (lambda plan: _all(plan, group="one", findings=[]), "is changed without a finding"),
    "a lane and no file": (lambda plan: plan["changes"][0].update(lane=_LANE, rewrites=[]), "changes no file"),
    "a safety that is never written": (lambda plan: plan["changes"][0].update(safety="manual"), "what is manual"),
    "a safety that hides what it holds": (lambda plan: plan["changes"][0].update(safety="safe"), "or safety is among"),
    "a smell that is not so grave": (lambda plan: _first(plan)["findings"][0].update(severity="low"), "and not low"),
    "a report without an end": (lambda plan: plan["report"].update(seconds=float("inf")), "Infinity is no number"),
    "no list of what is excluded": (lambda plan: plan.update(excluded="a"), "is not written as fixbot writes it"),
    "parts of nothing": (lambda plan: plan.update(parted=["f" * 20]), "parts findings that it does not hold"),
    "a reason to do nothing": (lambda plan: plan.update(because="x\n::add-mask::y"), "and that is not so"),
    "a command in the log": (lambda plan: plan.update(version="9\n::add-mask::y"), "made by fixbot 9\\n::add-mask::y"),
    "a key": (lambda plan: plan.update(more=1), "extra fields found (more)"),
    "a key of several lines": (lambda plan: plan.update({"a\n::add-mask::b": 1}), "(a\\n::add-mask::b)"),
    "a type": (lambda plan: plan.update(codemods="all"), "is not written as fixbot writes it"),
}


def test_a_plan_that_was_tampered_with_is_refused_with_the_reason(night: Night) -> None:
    night.listen()
    night.plan()
    night.github.recorder.clear()
    true = (night.folder / "plan.json").read_text("utf-8")
    for how, (change, because) in TAMPERED.items():
        document = json.loads(true)
        change(document)
        night.tamper(document)
        done = night.apply()
        assert (done.returncode, done.stdout) == (2, ""), how
        assert because in done.stderr, how
        assert len(done.stderr.splitlines()) == 1, how
    assert night.github.recorder.writes == []
    assert night.pulls() == []
    night.tamper(json.loads(true))
    assert night.apply().returncode == 0, "what was not tampered with is published"


def test_a_plan_changes_no_pull_request_of_another_codemod_or_of_nobody(night: Night) -> None:
    night.whole()
    night.listen()
    night.plan()
    document = night.document()
    for lane in (_LANE, "main", "fixbot/bare-except/issue-7"):
        document["changes"][0]["lane"] = lane
        night.tamper(document)
        night.github.recorder.clear()
        done = night.apply("--no-dashboard")
        assert (done.returncode, f"from {lane}, for which it was planned, is not open" in done.stdout) == (0, True)
        assert night.github.recorder.writes == []
    assert night.pulls() == [(1, "open", "fixbot/bare-except/all")]


def test_a_plan_of_a_codemod_that_is_not_selected_is_refused(night: Night) -> None:
    night.listen()
    night.plan()
    done = night.apply("--select", "kwargs-schema")
    assert (done.returncode, "which is not selected" in done.stderr) == (2, True)
    assert night.github.recorder.writes == []


def test_a_plan_with_another_digest_is_refused(night: Night) -> None:
    night.listen()
    told = night.plan().stderr.splitlines()[-1].removeprefix("SHA-256: ")
    assert night.apply("--digest", f"sha256:{told}", "--dry-run").returncode == 0
    night.tamper(night.document() | {"verify_command": "true"})
    done = night.apply("--digest", told)
    assert (done.returncode, "SHA-256" in done.stderr) == (2, True)
    assert night.github.recorder.writes == []
