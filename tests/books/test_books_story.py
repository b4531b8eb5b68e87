"""From a report to pull requests, a merge, the tracker, and back again: with git, ruff and the local forge."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.parts.command import CLEAN, SMELLY, WHO, commit, fixbot, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

REPORT = """# Audit of the shop

**Bare excepts:** 2 instances

## Critical

### 1.1 Bare excepts hide what went wrong

**Location:** `src/a.py:4`, `src/b.py:4`

**Issue:** 2 instances of `except:`.

### 1.2 Sleeping in the event loop

**Location:** `src/wait.py:5`

`time.sleep` in an async function.

## Low

### 2.1 The logo is blurred

**Location:** `web/logo.svg`
"""
WAIT = "import time\n\n\ndef wait():\n    time.sleep(1)\n"
BRANCH = "fixbot/bare-except/all"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Give a repository with three bare excepts, of which its report claims two."""
    files = {"src/a.py": SMELLY, "src/b.py": SMELLY, "lib/c.py": SMELLY, "src/d.py": CLEAN, "src/wait.py": WAIT}
    return repository(
        tmp_path / "shop", {**files, "docs/audit.md": REPORT, "fixbot.toml": 'audits = ["docs/audit.md"]\n'}
    )


def tracker(shop: Path, *more: str) -> Any:  # noqa: ANN401 - the document is for a test to judge
    done = fixbot("tracker", "--root", shop, "--forge", "local", "--jobs", "1", "--format", "json", *more)
    assert done.code == 0, done.err
    return done.json


def audit(shop: Path, *more: str) -> Any:  # noqa: ANN401 - as above
    done = fixbot("audit", shop / "docs/audit.md", "--root", shop, "--jobs", "1", "--format", "json", *more)
    assert done.code == 0, done.err
    return done.json


def of(document: Any, item: str) -> Any:  # noqa: ANN401 - as above
    return next(one for one in document["items"] if one["id"] == item)


def merged(shop: Path) -> str:
    """Run, merge what was opened, and return the merge."""
    done = fixbot("run", shop, "--forge", "local", "--jobs", "1")
    assert done.code == 0, done.err
    git(shop, "merge", "--quiet", "--no-ff", "-m", "Merge what the bot did", BRANCH, environment=WHO)
    return git(shop, "rev-parse", "HEAD")


def ruff(shop: Path, revision: str, rule: str) -> int:
    """Count what ruff finds of a rule in the Python files of a revision."""
    found = 0
    for path in git(shop, "ls-tree", "-r", "--name-only", revision).splitlines():
        if path.endswith(".py"):
            source = git(shop, "show", f"{revision}:{path}")
            command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", rule, "--output-format", "json"]
            done = subprocess.run(
                [*command, "--exit-zero", "-"], input=f"{source}\n", capture_output=True, text=True, check=True
            )
            found += len(json.loads(done.stdout))
    return found


def test_the_report_is_held_against_the_code(shop: Path) -> None:
    found = audit(shop)
    assert [(one["id"], one["verdict"]) for one in found["items"]] == [
        ("1.1", "more than claimed"),
        ("1.2", "not true as stated"),
        ("2.1", "cannot be judged"),
    ]
    assert (of(found, "1.1")["claimed"], of(found, "1.1")["found"]) == (2, 3)
    assert "no coroutine" in of(found, "1.2")["says"]


def test_the_tracker_tells_what_git_and_ruff_tell(shop: Path) -> None:
    before = git(shop, "rev-parse", "HEAD")
    assert of(tracker(shop), "1.1")["progress"] == "not started"
    merged(shop)
    item = of(tracker(shop), "1.1")
    assert (item["progress"], item["left"]) == ("complete", 0)
    (landed,) = item["commits"]
    assert landed["commit"] == git(shop, "rev-parse", "HEAD^2")
    counted = [line.split("\t") for line in git(shop, "diff", "--numstat", before, "HEAD").splitlines()]
    assert sorted((f["path"], f["added"], f["removed"]) for f in landed["files"]) == sorted(
        (path, int(added), int(removed)) for added, removed, path in counted
    )
    figures = {figure["what"]: (figure["before"], figure["after"]) for figure in landed["figures"]}
    assert figures["ruff E722"] == (ruff(shop, before, "E722"), ruff(shop, "HEAD", "E722")) == (3, 0)
    assert figures["`bare-except`"] == (3, 0)
    assert all(file["chosen"] for file in landed["files"])


def test_what_is_reverted_is_open_again_and_regressed(shop: Path) -> None:
    merge = merged(shop)
    git(shop, "revert", "--no-edit", "-m", "1", merge, environment=WHO)
    revert = git(shop, "rev-parse", "HEAD")
    item = of(tracker(shop), "1.1")
    assert (item["progress"], item["regressed"], item["left"]) == ("not started", True, 3)
    assert [one["undone_by"] for one in item["commits"]] == [revert]
    shown = fixbot("tracker", "--root", shop, "--forge", "local", "--jobs", "1").out
    assert "**regressed** `1.1`" in shown
    assert "| 0 | 0 | 0 | 1 | 1 | 2 |" in shown, "critical: one not started, one with nothing to do"


def test_a_squashed_pull_request_is_known_by_its_trailers(shop: Path) -> None:
    fixbot("run", shop, "--forge", "local", "--jobs", "1")
    git(shop, "merge", "--quiet", "--squash", BRANCH)
    commit(shop, message=f"Clean up (#7)\n\n* {git(shop, 'log', '-1', '--format=%B', BRANCH)}")
    item = of(tracker(shop), "1.1")
    assert item["progress"] == "complete"
    assert item["commits"][0]["commit"] == git(shop, "rev-parse", "HEAD")


def test_a_squash_under_another_message_is_known_by_its_pull_request(shop: Path) -> None:
    fixbot("run", shop, "--forge", "local", "--jobs", "1")
    git(shop, "merge", "--quiet", "--squash", BRANCH)
    commit(shop, message="Clean up")
    assert of(tracker(shop), "1.1")["progress"] == "nothing to do", "nobody can know"
    place = shop / ".git/fixbot/pulls/1.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"state": "merged"}))
    item = of(tracker(shop), "1.1")
    assert item["progress"] == "complete"
    (landed,) = item["commits"]
    assert (landed["pull"], landed["added"] > 0) == (1, True)


@pytest.mark.parametrize("codemod", ["bare-except", "kwargs-schema"])
def test_who_only_says_that_a_commit_is_fixbots_is_not_believed(shop: Path, codemod: str) -> None:
    lines = [f"Fixbot-Codemod: {codemod}", f"Fixbot-Plan: {'a' * 20}", f"Fixbot-Base: {'b' * 40}"]
    said = "\n".join(["Clean up", "", *lines, f"Fixbot-Finding: {'c' * 20}"])
    mine = commit(shop, dict.fromkeys(("src/a.py", "src/b.py", "lib/c.py"), CLEAN), said)
    found = tracker(shop)
    item = of(found, "1.1")
    assert (item["progress"], item["commits"]) == ("nothing to do", [])
    told = {event["commit"]: event["says"] for event in found["timeline"]}
    assert told == {mine: "says that it is fixbot's, which its content does not bear out"}


def test_an_empty_revert_takes_nothing_back(shop: Path) -> None:
    merged(shop)
    landed = git(shop, "rev-parse", "HEAD^2")
    commit(shop, message=f"Revert\n\nThis reverts commit {landed}.\n")
    assert of(tracker(shop), "1.1")["progress"] == "complete"


def test_the_timeline_is_in_the_order_of_the_branch(shop: Path) -> None:
    merge = merged(shop)
    landed = git(shop, "rev-parse", "HEAD^2")
    git(shop, "revert", "--no-edit", "-m", "1", merge, environment=WHO)
    first = git(shop, "rev-parse", "HEAD")
    git(shop, "revert", "--no-edit", first, environment=WHO)
    second = git(shop, "rev-parse", "HEAD")
    commit(shop, message=f"Revert something else\n\nThis reverts commit {'e' * 40}.\n")
    assert [event["commit"] for event in tracker(shop)["timeline"]] == [landed, first, second]
    assert of(tracker(shop), "1.1")["progress"] == "complete"


def test_a_shallow_clone_is_refused(shop: Path, tmp_path: Path) -> None:
    merged(shop)
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{shop}", "shallow")
    done = fixbot("tracker", "--root", tmp_path / "shallow", "--forge", "local")
    assert (done.code, done.out) == (2, "")
    assert "--unshallow" in done.err
    held = audit(tmp_path / "shallow")
    assert not any(one["doubts"] for one in held["items"])


def test_a_bare_repository_is_refused(shop: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(shop), "bare.git")
    done = fixbot("audit", shop / "docs/audit.md", "--root", tmp_path / "bare.git")
    assert (done.code, done.out) == (2, "")
    assert "bare repository" in done.err


def test_a_log_with_paths_of_this_machine_is_held_against_the_same_files(shop: Path) -> None:
    said: dict[str, object] = {
        "filename": str(shop / "src/a.py"),
        "code": "E722",
        "message": "Do not use bare `except`",
    }
    place = said | {"location": {"row": 4, "column": 5}, "end_location": {"row": 4, "column": 11}}
    (shop / "ruff.json").write_text(json.dumps([place]))
    done = fixbot("audit", shop / "ruff.json", "--root", shop, "--format", "json", "--jobs", "1")
    assert [one["verdict"] for one in done.json["items"]] == ["more than claimed"]
    assert "today" not in done.json["items"][0]["says"]


def test_a_report_that_is_named_twice_is_read_once(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop)
    done = fixbot("audit", "docs/audit.md", "./docs/audit.md", shop / "docs/audit.md", "--format", "json")
    assert [one["report"] for one in done.json["reports"]] == ["docs/audit.md"]


def test_options_of_filing_alone_are_a_mistake(shop: Path) -> None:
    done = fixbot("audit", shop / "docs/audit.md", "--root", shop, "--dry-run", "--per", "codemod")
    assert (done.code, done.out) == (2, "")
    assert "--file-issues" in done.err


def test_two_trackers_of_one_repository_are_the_same_bytes(shop: Path) -> None:
    merged(shop)
    once, again = (fixbot("tracker", "--root", shop, "--forge", "local", "--jobs", "1").out for _ in range(2))
    assert once == again
    assert "## Timeline" in once


def test_without_reports_the_codemods_are_the_items(shop: Path) -> None:
    commit(shop, {"fixbot.toml": ""})
    found = tracker(shop)
    assert [(one["id"], one["progress"], one["left"]) for one in found["items"]] == [("bare-except", "not started", 3)]


def test_the_dashboard_keeps_the_tracker_through_the_next_run(shop: Path) -> None:
    assert fixbot("tracker", "--root", shop, "--forge", "local", "--dashboard", "--jobs", "1").code == 0
    place = shop / ".git/fixbot/issues/1.json"
    first = json.loads(place.read_text())["body"]
    assert "| all | 0 | 0 | 0 | 2 | 1 | 3 |" in first
    fixbot("run", shop, "--forge", "local", "--jobs", "1")
    fixbot("run", shop, "--forge", "local", "--jobs", "1")
    second = json.loads(place.read_text())["body"]
    assert "| all | 0 | 0 | 0 | 2 | 1 | 3 |" in second
    assert "## Open" in second or BRANCH in second
    calm = json.loads(place.read_text())
    fixbot("run", shop, "--forge", "local", "--jobs", "1")
    assert json.loads(place.read_text()) == calm
    fixbot("tracker", "--root", shop, "--forge", "local", "--dashboard", "--jobs", "1")
    third = json.loads(place.read_text())["body"]
    assert "| all | 0 | 1 | 0 | 1 | 1 | 3 |" in third
    assert BRANCH in third


def test_issues_are_filed_once_and_understood(shop: Path) -> None:
    one = fixbot(
        "audit", shop / "docs/audit.md", "--root", shop, "--forge", "local", "--file-issues", "--jobs", "1", "--quiet"
    )
    assert (one.code, one.err) == (0, "opened #1: Bare excepts hide what went wrong (item 1.1)\n")
    again = fixbot(
        "audit", shop / "docs/audit.md", "--root", shop, "--forge", "local", "--file-issues", "--jobs", "1", "--quiet"
    )
    assert again.err == "unchanged #1: Bare excepts hide what went wrong (item 1.1)\n"
    done = fixbot("run", shop, "--forge", "local", "--issue", "1", "--jobs", "1", "--format", "json")
    assert done.code == 0, done.err
    (pull,) = done.json["pulls"]
    assert (pull["state"], pull["findings"]) == ("opened", 3)
    record = json.loads((shop / f".git/fixbot/pulls/{pull['number']}.json").read_text())
    assert "Fixes #1" in record["body"]


def test_an_issue_follows_the_code_unless_somebody_edited_it(shop: Path) -> None:
    file = ("audit", shop / "docs/audit.md", "--root", shop, "--forge", "local", "--file-issues", "--quiet")
    fixbot(*file, "--jobs", "1")
    commit(shop, {"lib/c.py": CLEAN})
    assert fixbot(*file, "--jobs", "1").err.startswith("updated #1")
    place = shop / ".git/fixbot/issues/1.json"
    record = json.loads(place.read_text())
    page = shop / ".git/fixbot/issues/1.md"
    page.write_text(page.read_text().replace("2 findings", "two findings"))
    commit(shop, {"lib/c.py": SMELLY})
    assert fixbot(*file, "--jobs", "1").err.startswith("edited by somebody #1")
    place.write_text(json.dumps(record | {"state": "closed"}))
    assert fixbot(*file, "--jobs", "1").err.startswith("closed #1")


def test_an_issue_says_when_nothing_is_left_and_none_is_opened_for_nothing(shop: Path) -> None:
    file = (
        "audit",
        shop / "docs/audit.md",
        "--root",
        shop,
        "--forge",
        "local",
        "--file-issues",
        "--quiet",
        "--jobs",
        "1",
    )
    fixbot(*file)
    commit(shop, dict.fromkeys(("src/a.py", "src/b.py", "lib/c.py"), CLEAN))
    assert fixbot(*file).err.startswith("updated #1")
    assert "Nothing of it is there any more" in (shop / ".git/fixbot/issues/1.md").read_text()
    assert fixbot(*file).err.startswith("unchanged #1")
    assert len(list((shop / ".git/fixbot/issues").glob("*.md"))) == 1


def test_reports_with_the_same_items_have_issues_of_their_own_and_keep_them_under_another_title(shop: Path) -> None:
    one = "# Audit\n\n## H-01: Bare except\n\n**Location:** `{}:4`\n"
    commit(shop, {"docs/one.md": one.format("src/a.py"), "docs/two.md": one.format("src/b.py")})
    reports = (shop / "docs/one.md", shop / "docs/two.md")
    file = ("audit", *reports, "--root", shop, "--forge", "local", "--file-issues", "--quiet", "--jobs", "1")
    told = [line.partition(":")[0] for line in fixbot(*file).err.splitlines()]
    assert told == ["opened #1", "opened #2"]
    commit(shop, {"docs/one.md": one.format("src/a.py").replace("# Audit", "# Audit of October", 1)})
    assert [line.partition(":")[0] for line in fixbot(*file).err.splitlines()] == ["unchanged #1", "unchanged #2"]
    (shop / "docs/one.md").rename(shop / "docs/three.md")
    moved = ("audit", shop / "docs/three.md", *file[2:])
    assert [line.partition(":")[0] for line in fixbot(*moved).err.splitlines()] == ["updated #1", "unchanged #2"]


def test_an_issue_is_understood_when_code_has_moved(shop: Path) -> None:
    report = "# Audit\n\n## H-01: Bare except\n\n**Location:** `src/a.py:4`\n"
    commit(shop, {"docs/one.md": report})
    fixbot("audit", shop / "docs/one.md", "--root", shop, "--forge", "local", "--file-issues", "--jobs", "1")
    commit(shop, {"src/a.py": "# above\n" * 30 + SMELLY})
    done = fixbot("run", shop, "--forge", "local", "--issue", "1", "--jobs", "1", "--format", "json")
    assert [pull["files"] for pull in done.json["pulls"]] == [["src/a.py"]]


def test_an_issue_for_each_codemod_names_its_items(shop: Path) -> None:
    done = fixbot(
        *("audit", shop / "docs/audit.md", "--root", shop, "--forge", "local", "--file-issues", "--per", "codemod"),
        *("--jobs", "1", "--quiet"),
    )
    assert done.err == "opened #1: bare-except: 3 findings that 1 audit item speaks of\n"


def test_a_dry_run_files_nothing(shop: Path) -> None:
    done = fixbot(
        *("audit", shop / "docs/audit.md", "--root", shop, "--forge", "local", "--file-issues", "--dry-run"),
        *("--jobs", "1"),
    )
    assert done.code == 0
    assert not list(shop.glob(".git/fixbot/issues/*"))


def test_what_is_no_report_is_refused_and_nothing_is_printed(shop: Path) -> None:
    (shop / "notes.md").write_text("# Notes\n\nWe met and had tea.\n")
    done = fixbot("audit", shop / "docs/audit.md", shop / "notes.md", "--root", shop)
    assert (done.code, done.out) == (2, "")
    assert "notes.md" in done.err


def test_what_a_glob_matches_and_is_no_report_is_passed_over_with_a_note(shop: Path) -> None:
    commit(shop, {"fixbot.toml": 'audits = ["docs/*.md"]\n', "docs/notes.md": "# Notes\n\nWe had tea.\n"})
    done = fixbot("tracker", "--root", shop, "--forge", "local", "--format", "json", "--jobs", "1")
    assert (done.code, done.json["reports"]) == (0, ["docs/audit.md"])
    assert "note: docs/notes.md: " in done.err


def test_the_dashboard_is_not_written_where_the_configuration_wants_none(shop: Path) -> None:
    commit(shop, {"fixbot.toml": "dashboard = false\n"})
    done = fixbot("tracker", "--root", shop, "--forge", "local", "--dashboard", "--jobs", "1")
    assert (done.code, done.out) == (2, "")
    assert not list(shop.glob(".git/fixbot/issues/*"))


def test_a_pull_request_of_a_codemod_that_was_not_looked_for_is_not_over(shop: Path) -> None:
    fixbot("run", shop, "--forge", "local", "--jobs", "1")
    assert tracker(shop)["next"][0] == "Review 1 open pull request: #1."
    told = tracker(shop, "--select", "kwargs-schema")["next"]
    assert not any("#1" in line for line in told)


def test_audits_that_are_not_there_are_a_mistake_of_the_configuration(shop: Path) -> None:
    commit(shop, {"fixbot.toml": 'audits = ["gone/*.md"]\n'})
    done = fixbot("tracker", "--root", shop, "--forge", "local")
    assert (done.code, done.out) == (2, "")
    assert "gone/*.md" in done.err
