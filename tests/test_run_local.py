from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.parts.command import CLEAN, MANUAL, SAFE, SMELLY, WHO, commit, fixbot, plant, repository
from tests.parts.git import git, git_bytes

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
ALL = "fixbot/bare-except/all"
SAFE_ALL = "fixbot/bare-except/safe-all"
OVER = ("declined", "merged")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a repository with one finding on `main` and no origin."""
    return repository(tmp_path / "place", {"a.py": SMELLY, "c.py": CLEAN})


def run(place: Path, *arguments: str | Path) -> Any:  # noqa: ANN401 - the document is for a test to judge
    done = fixbot("run", place, "--forge", "local", "--jobs", "1", "--format", "json", *arguments)
    assert (done.code, done.err) == (0, ""), done.err
    return done.json


def states(document: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - as above
    return [(pull["branch"], pull["state"]) for pull in document["pulls"]]


def offered(document: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    """Give what is not over: neither declined nor merged."""
    return [pull for pull in document["pulls"] if pull["state"] not in OVER]


def record(place: Path, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / f".git/fixbot/pulls/{number}.json").read_text())
    return found


def write_record(place: Path, **changes: object) -> None:
    path = place / ".git/fixbot/pulls/1.json"
    path.write_text(json.dumps(record(place) | changes))


def snapshot(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Give every file with its mode, time and content, the git directory's too."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = bytes(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (status.st_mode, 0 if path.is_dir() else status.st_mtime_ns, content)
    return found


def outside_git(root: Path) -> dict[str, tuple[int, int, bytes]]:
    return {path: seen for path, seen in snapshot(root).items() if not path.startswith(".git/") and path != ".git"}


def as_human(place: Path, branch: str, files: dict[str, str], message: str = "By hand") -> str:
    """Commit on another branch and come back."""
    git(place, "checkout", "--quiet", branch)
    head = commit(place, files, message)
    git(place, "checkout", "--quiet", "main")
    return head


def test_a_pull_request_is_a_branch_and_two_files(place: Path) -> None:
    done = run(place)
    assert states(done) == [(ALL, "opened")]
    pull = done["pulls"][0]
    head = git(place, "rev-parse", ALL)
    assert (pull["number"], pull["head"], pull["url"]) == (1, head, str(place / ".git/fixbot/pulls/1.md"))
    assert done["summary"]["writes"] == 6, "branch, record, label, notes, marker, dashboard"
    kept = record(place)
    assert list(kept)[:9] == ["number", "state", "title", "branch", "base", "head", "labels", "fingerprints", "body"]
    assert (kept["number"], kept["state"], kept["branch"], kept["base"]) == (1, "open", ALL, "main")
    assert (kept["head"], kept["labels"]) == (head, ["fixbot"])
    found = fixbot("scan", place, "--format", "json").json["findings"]
    assert kept["fingerprints"] == [finding["fingerprint"] for finding in found]
    written = (place / ".git/fixbot/pulls/1.md").read_text()
    assert written == f"# {kept['title']}\n\n{kept['body']}"


def test_the_marker_says_what_the_pull_request_was_made_from(place: Path) -> None:
    run(place)
    kept = record(place)
    found = re.findall(r"<!-- fixbot:1 (\{.*\}) -->", kept["body"])
    assert len(found) == 1
    marker = json.loads(found[0])
    assert marker["branch"] == ALL
    assert marker["findings"] == kept["fingerprints"]
    assert marker["pushed"] == [kept["head"]]
    assert marker["base"] == git(place, "rev-parse", "main^{tree}")


def test_the_commit_bears_the_bot_s_name_the_base_s_date_and_trailers(place: Path) -> None:
    run(place, "--config", settings(place, author="fixbot[bot] <1+fixbot[bot]@users.noreply.github.com>"))
    shown = git(place, "show", "--no-patch", "--format=%an|%ae|%cn|%ce|%ad|%cd|%P", "--date=raw", ALL)
    who = "fixbot[bot]|1+fixbot[bot]@users.noreply.github.com"
    assert shown == f"{who}|{who}|1700000000 +0130|1700000000 +0130|{git(place, 'rev-parse', 'main')}"
    message = git(place, "show", "--no-patch", "--format=%B", ALL)
    trailers = git(place, "interpret-trailers", "--parse", stdin=message).splitlines()
    assert [line.partition(":")[0] for line in trailers] == [
        "Fixbot-Version",
        "Fixbot-Codemod",
        "Fixbot-Plan",
        "Fixbot-Base",
        "Fixbot-Finding",
    ]
    assert trailers[1] == "Fixbot-Codemod: bare-except"
    assert len(message.splitlines()[0]) <= 72
    assert git(place, "diff", "--name-only", "main", ALL) == "a.py"


def settings(place: Path, **values: object) -> Path:
    path = place.parent / "fixbot-settings.toml"
    path.write_text("".join(f"{key.replace('_', '-')} = {json.dumps(value)}\n" for key, value in values.items()))
    return path


def test_a_fresh_clone_gives_the_very_same_commit(place: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--no-local", str(place), "clone")
    git(tmp_path / "clone", "remote", "remove", "origin")
    assert run(place)["pulls"][0]["head"] == run(tmp_path / "clone")["pulls"][0]["head"]


@pytest.mark.parametrize("date", ["0 +0000", "99 -0330"])
def test_a_base_from_long_ago_is_no_trouble(tmp_path: Path, date: str) -> None:
    place = repository(tmp_path / "place", {})
    plant(place, {"a.py": SMELLY})
    git(place, "add", "--all")
    dates = {"GIT_AUTHOR_DATE": f"@{date}", "GIT_COMMITTER_DATE": f"@{date}"}
    git(place, "commit", "--quiet", "-m", "x", environment=WHO | dates)
    run(place)
    assert git(place, "show", "--no-patch", "--format=%cd", "--date=raw", ALL) == date


def test_neither_the_working_tree_nor_git_s_own_state_is_touched(place: Path) -> None:
    plant(place, {"a.py": SMELLY + "# stashed\n"})
    git(place, "stash", environment=WHO)
    plant(place, {"c.py": CLEAN + "# staged\n", "new.py": SMELLY})
    git(place, "add", "c.py")
    plant(place, {"c.py": CLEAN + "# dirty\n"})
    status = git(place, "status", "--porcelain")
    before = snapshot(place)
    done = fixbot("run", place, "--forge", "local", "--jobs", "1")
    assert done.code == 0
    assert done.err == f"note: {place} has changes that are not committed; only what is on main is looked at\n"
    after = snapshot(place)
    allowed = ("objects", "refs/heads/fixbot", "logs/refs/heads/fixbot", "fixbot")
    changed = {path for path in after if before.get(path) != after[path]}
    assert {path for path in changed if not path.startswith(tuple(f".git/{start}" for start in allowed))} == set()
    assert before.keys() <= after.keys()
    assert git(place, "status", "--porcelain") == status


def test_nothing_of_the_repository_s_is_run(place: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    trap.chmod(0o755)
    hooks = place / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-push", "reference-transaction", "post-index-change", "pre-commit", "post-commit", "update"):
        (hooks / name).symlink_to(trap)
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(place, "remote", "add", "origin", str(tmp_path / "origin.git"))
    commit(place, {".gitattributes": "*.py filter=trap diff=trap\n*.md filter=trap\n"})
    for key, value in {
        "core.hooksPath": str(hooks),
        "core.fsmonitor": str(trap),
        "core.sshCommand": str(trap),
        "filter.trap.clean": str(trap),
        "filter.trap.smudge": str(trap),
        "filter.trap.process": str(trap),
        "filter.trap.required": "true",
        "diff.trap.textconv": str(trap),
        "diff.trap.command": str(trap),
        "diff.external": str(trap),
        "core.pager": str(trap),
        "core.editor": str(trap),
        "credential.helper": str(trap),
        "gpg.program": str(trap),
        "commit.gpgSign": "true",
    }.items():
        git(place, "config", key, value)
    canary.unlink(missing_ok=True)
    os.utime(place / "a.py", (0, 0))  # git status would ask the filter now
    done = run(place)
    assert states(done) == [(ALL, "opened")]
    assert states(run(place)) == [(ALL, "unchanged")]
    assert not canary.exists()
    assert b"except (OSError" in git_bytes(place, "cat-file", "blob", f"{ALL}:a.py")


def test_a_second_run_writes_nothing_at_all(place: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(place, "remote", "add", "origin", str(tmp_path / "origin.git"))
    run(place)
    before, at_origin = snapshot(place), snapshot(tmp_path / "origin.git")
    done = run(place)
    assert states(done) == [(ALL, "unchanged")]
    assert (done["summary"]["requests"], done["summary"]["writes"]) == (0, 0)
    assert snapshot(place) == before
    assert snapshot(tmp_path / "origin.git") == at_origin


@pytest.mark.parametrize("shown", ["{}", "file://{}"])
def test_an_origin_that_is_a_path_gets_the_branch(place: Path, tmp_path: Path, shown: str) -> None:
    origin = tmp_path / "the origin.git"
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(place, "remote", "add", "origin", shown.format(origin).replace(" ", "%20" if "file" in shown else " "))
    done = run(place)
    assert git(origin, "rev-parse", ALL) == git(place, "rev-parse", ALL) == done["pulls"][0]["head"]
    assert done["summary"]["writes"] == 7, "the branch here and there, record, label, notes, marker, dashboard"


def test_a_relative_origin_is_found_from_a_folder_of_the_repository_too(place: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(place, "remote", "add", "origin", "../origin.git")
    commit(place, {"sub/d.py": CLEAN})
    run(place / "sub")
    assert git(tmp_path / "origin.git", "rev-parse", ALL) == git(place, "rev-parse", ALL)


@pytest.mark.parametrize("url", ["https://example.invalid/a/b.git", "git@example.invalid:a/b.git"])
def test_an_origin_on_another_machine_is_never_asked(place: Path, url: str) -> None:
    git(place, "remote", "add", "origin", url)
    assert states(run(place)) == [(ALL, "opened")]
    assert states(run(place)) == [(ALL, "unchanged")]


def test_an_origin_that_is_gone_is_the_forge_s_fault(place: Path, tmp_path: Path) -> None:
    git(place, "remote", "add", "origin", str(tmp_path / "gone.git"))
    done = fixbot("run", place, "--forge", "local")
    assert done.code == 4
    assert done.err == f"fixbot: {tmp_path / 'gone.git'} does not exist, or is no git repository\n"


def test_a_base_that_moves_elsewhere_changes_nothing(place: Path) -> None:
    head = run(place)["pulls"][0]["head"]
    commit(place, {"README.md": "more\n"})
    assert states(run(place)) == [(ALL, "unchanged")]
    assert git(place, "rev-parse", ALL) == head


def test_new_content_updates_the_one_pull_request(place: Path) -> None:
    first = run(place)["pulls"][0]["head"]
    base = commit(place, {"a.py": SMELLY + "\n\n" + SMELLY.replace("load", "again")})
    done = run(place)
    assert states(done) == [(ALL, "updated")]
    kept = record(place)
    assert len(kept["fingerprints"]) == 2
    assert kept["head"] == git(place, "rev-parse", ALL) != first
    assert git(place, "rev-parse", f"{ALL}^") == base
    assert not (place / ".git/fixbot/pulls/2.json").exists()
    assert states(run(place)) == [(ALL, "unchanged")]


def test_a_human_s_commit_is_left_alone(place: Path) -> None:
    run(place)
    head = as_human(place, ALL, {"a.py": CLEAN})
    commit(place, {"d.py": SMELLY})
    done = run(place)
    assert states(done) == [(ALL, "left alone"), (f"{ALL}-2", "opened")]
    assert "somebody has pushed" in done["pulls"][0]["reason"]
    assert [pull["files"] for pull in done["pulls"]] == [["a.py"], ["d.py"]]
    assert git(place, "rev-parse", ALL) == head
    before = snapshot(place / ".git")
    assert states(run(place)) == [(ALL, "left alone"), (f"{ALL}-2", "unchanged")]
    assert snapshot(place / ".git") == before
    assert fixbot("run", place, "--forge", "local", "--strict").code == 1


def test_a_branch_that_fixbot_did_not_make_is_left_alone(place: Path) -> None:
    git(place, "branch", ALL)
    there = git(place, "rev-parse", ALL)
    assert states(run(place)) == [(f"{ALL}-{there[:7]}", "opened")]
    assert git(place, "rev-parse", ALL) == there


def test_a_closed_pull_request_is_declined_for_good(place: Path) -> None:
    run(place)
    write_record(place, state="closed")
    done = run(place)
    assert states(done) == [(ALL, "declined")]
    assert done["refused"][0]["because"] == "declined: pull request 1 was closed with it"
    git(place, "branch", "--quiet", "-D", ALL)
    assert offered(run(place)) == []
    commit(place, {"a.py": "import os\n\n" + SMELLY})
    assert offered(run(place)) == [], "code that moves keeps its fingerprint"
    commit(place, {"d.py": SMELLY})
    assert [(pull["state"], pull["files"]) for pull in offered(run(place))] == [("opened", ["d.py"])]


def test_a_branch_deleted_by_hand_means_no(place: Path) -> None:
    run(place)
    git(place, "branch", "--quiet", "-D", ALL)
    done = run(place)
    assert states(done) == [(ALL, "declined")]
    assert "declined" in done["refused"][0]["because"]


def test_nothing_is_reopened_after_a_merge(place: Path) -> None:
    run(place)
    git(place, "merge", "--quiet", "--no-edit", ALL, environment=WHO)
    assert states(run(place)) == [(ALL, "merged")]
    commit(place, {"d.py": SMELLY})
    assert [(pull["state"], pull["files"]) for pull in offered(run(place))] == [("opened", ["d.py"])]


def test_a_branch_that_a_human_has_moved_in_origin_alone_is_left_alone(place: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(place, "remote", "add", "origin", str(tmp_path / "origin.git"))
    git(place, "push", "--quiet", "origin", "main")
    run(place)
    git(tmp_path, "clone", "--quiet", "origin.git", "other")
    git(tmp_path / "other", "checkout", "--quiet", ALL)
    head = commit(tmp_path / "other", {"a.py": CLEAN})
    git(tmp_path / "other", "push", "--quiet", "origin", ALL)
    commit(place, {"d.py": SMELLY})
    assert states(run(place)) == [(ALL, "left alone"), (f"{ALL}-2", "opened")]
    assert git(tmp_path / "origin.git", "rev-parse", ALL) == head


def test_a_branch_that_a_human_has_rewritten_here_alone_is_left_alone(place: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(place, "remote", "add", "origin", str(tmp_path / "origin.git"))
    pushed = run(place)["pulls"][0]["head"]
    git(place, "checkout", "--quiet", ALL)
    git(place, "commit", "--quiet", "--amend", "-m", "In my own words", environment=WHO)
    git(place, "checkout", "--quiet", "main")
    head = git(place, "rev-parse", ALL)
    commit(place, {"d.py": SMELLY})
    assert states(run(place)) == [(ALL, "left alone"), (f"{ALL}-2", "opened")]
    assert git(place, "rev-parse", ALL) == head
    assert git(tmp_path / "origin.git", "rev-parse", ALL) == pushed


@pytest.mark.parametrize("pushed", [True, False])
def test_an_update_that_was_cut_off_goes_on(place: Path, tmp_path: Path, pushed: bool) -> None:  # noqa: FBT001 - pytest gives it
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(place, "remote", "add", "origin", str(tmp_path / "origin.git"))
    old = run(place)["pulls"][0]["head"]
    commit(place, {"d.py": SMELLY})
    new = run(place)["pulls"][0]["head"]
    git(place, "update-ref", f"refs/heads/{ALL}", old)
    if not pushed:
        git(tmp_path / "origin.git", "update-ref", f"refs/heads/{ALL}", old)
    assert states(run(place)) == [(ALL, "updated")]
    assert git(place, "rev-parse", ALL) == git(tmp_path / "origin.git", "rev-parse", ALL) == new
    assert states(run(place)) == [(ALL, "unchanged")]


def test_a_first_run_that_was_cut_off_goes_on_with_its_own_branch(place: Path) -> None:
    run(place)
    for path in (place / ".git/fixbot/pulls").iterdir():
        path.unlink()
    before = git(place, "count-objects", "-v")
    assert states(run(place, "--dry-run")) == [(ALL, "opened")]
    assert git(place, "count-objects", "-v") == before
    done = run(place)
    assert states(done) == [(ALL, "opened")]
    assert record(place, done["pulls"][0]["number"])["head"] == git(place, "rev-parse", ALL)


def test_a_dry_run_writes_nothing_not_even_an_object(place: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(place, "remote", "add", "origin", str(tmp_path / "origin.git"))
    before, at_origin = snapshot(place), snapshot(tmp_path / "origin.git")
    done = run(place, "--dry-run")
    assert states(done) == [(ALL, "opened")]
    assert (done["pulls"][0]["number"], done["summary"]["writes"]) == (0, 0)
    assert snapshot(place) == before
    assert snapshot(tmp_path / "origin.git") == at_origin


def test_a_dry_run_shows_an_update_and_writes_nothing(place: Path) -> None:
    run(place)
    commit(place, {"d.py": SMELLY})
    before = snapshot(place)
    done = run(place, "--dry-run")
    assert (states(done), done["summary"]["writes"]) == ([(ALL, "updated")], 0)
    assert snapshot(place) == before


def test_two_safeties_are_two_pull_requests(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": SMELLY + "\n\n" + SAFE, "b.py": SAFE})
    done = run(place)
    assert [(pull["branch"], pull["safety"], pull["files"]) for pull in done["pulls"]] == [
        (ALL, "review", ["a.py"]),
        (SAFE_ALL, "safe", ["a.py", "b.py"]),
    ]
    assert git(place, "diff", "main", SAFE_ALL).count("+    except BaseException:") == 2
    assert "BaseException" not in git(place, "diff", "main", ALL)
    assert states(run(place)) == [(ALL, "unchanged"), (SAFE_ALL, "unchanged")]


def test_safe_alone_opens_the_safe_one(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": SMELLY, "b.py": SAFE, "c.py": MANUAL})
    done = run(place, "--safety", "safe")
    assert states(done) == [(SAFE_ALL, "opened")]


def test_limits_make_shards_and_max_open_makes_them_wait(tmp_path: Path) -> None:
    files = {f"{folder}/m{number}.py": SMELLY for folder in ("one", "two", "three") for number in range(2)}
    place = repository(tmp_path / "place", files)
    done = run(place, "--config", settings(place, max_files=2), "--max-open", "2")
    assert [(pull["branch"].rpartition("/")[2], pull["state"]) for pull in done["pulls"]] == [
        ("one", "opened"),
        ("three", "opened"),
        ("two", "waiting"),
    ]
    assert "2" in done["pulls"][2]["reason"]
    assert done["pulls"][0]["files"] == ["one/m0.py", "one/m1.py"]
    git(place, "merge", "--quiet", "--no-edit", "fixbot/bare-except/one", environment=WHO)
    again = run(place, "--config", settings(place, max_files=2), "--max-open", "2")
    assert [pull["state"] for pull in again["pulls"]] == ["unchanged", "waiting", "merged"]
    assert again["pulls"][1]["reason"] == "2 opened within the hour, and the limit is 2"
    later = run(place, "--config", settings(place, max_files=2), "--max-open", "2", "--max-hourly", "3")
    assert [pull["state"] for pull in later["pulls"]] == ["unchanged", "opened", "merged"]


def test_the_limit_of_lines_counts_too(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"one/a.py": SMELLY, "two/b.py": SMELLY})
    done = run(place, "--config", settings(place, max_lines=10))
    assert [pull["files"] for pull in done["pulls"]] == [["one/a.py"], ["two/b.py"]]
    assert all(pull["added"] + pull["removed"] <= 10 for pull in done["pulls"])


def test_a_worktree_serves_as_well_as_the_repository(place: Path, tmp_path: Path) -> None:
    git(place, "worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "tree"))
    before = snapshot(tmp_path / "tree")
    done = run(tmp_path / "tree")
    assert states(done) == [(ALL, "opened")]
    assert record(place)["base"] == "topic"
    assert snapshot(tmp_path / "tree") == before


def test_a_branch_that_is_checked_out_elsewhere_is_not_moved_under_somebody(place: Path, tmp_path: Path) -> None:
    run(place)
    git(place, "worktree", "add", "--quiet", str(tmp_path / "tree"), ALL)
    commit(place, {"d.py": SMELLY})
    head = git(place, "rev-parse", ALL)
    done = run(place)
    assert states(done) == [(ALL, "left alone")]
    assert git(place, "rev-parse", ALL) == head


def test_a_tag_of_the_same_name_does_not_confuse(place: Path) -> None:
    git(place, "tag", "main", "HEAD", environment=WHO)
    assert run(place)["base"]["branch"] == "main"


def test_another_base_may_be_named(place: Path) -> None:
    git(place, "checkout", "--quiet", "-b", "old")
    commit(place, {"a.py": CLEAN})
    assert run(place)["pulls"] == []
    done = run(place, "--base", "main")
    assert states(done) == [(ALL, "opened")]
    git(place, "checkout", "--quiet", "--detach")
    assert states(run(place, "--base", "main")) == [(ALL, "unchanged")]


STRANGE = {
    b"a b.py": 0o644,
    b"'quo\"te\\.py": 0o755,
    b"new\nline.py": 0o644,
    b"-dash.py": 0o755,
    b"caf\xe9.py": 0o644,
    b"tab\t.py": 0o644,
    "nai\u0308ve \U0001f600.py".encode(): 0o755,
    b":(top)magic.py": 0o644,
    b"#{}|`$(x)`.py": 0o644,
}


def test_any_name_and_any_mode_survives(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"x.txt": "x"})
    for name, mode in STRANGE.items():
        path = os.path.join(os.fsencode(place), name)  # noqa: PTH118 - bytes, because they are no UTF-8
        with open(path, "wb") as stream:  # noqa: PTH123
            stream.write(SMELLY.encode())
        os.chmod(path, mode)  # noqa: PTH101
    base = commit(place)
    done = run(place)
    assert states(done) == [(ALL, "opened")]
    assert {os.fsencode(path) for path in done["pulls"][0]["files"]} == set(STRANGE)
    changes = git_bytes(place, "diff-tree", "-r", "-z", base, ALL).split(b"\0")
    for meta, name in zip(changes[::2], changes[1::2], strict=False):
        expected = f"100{STRANGE[name]:o}".encode()
        assert meta.split()[:2] == [b":" + expected, expected]
    assert len(changes) // 2 == len(STRANGE)
    assert states(run(place)) == [(ALL, "unchanged")]
    assert record(place)["body"].count("\n| ") < 40


def test_what_is_not_looked_at_is_named_with_its_reason(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": SMELLY})
    inner = repository(tmp_path / "inner", {"x.py": SMELLY})
    git(place, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub.py")
    (place / "link.py").symlink_to("a.py")
    plant(
        place,
        {
            ".github/tool.py": SMELLY,
            "generated.py": "# @generated by a tool\n" + SMELLY,
            "large.py": SMELLY + "#" * 1_000_001,
            "undecodable.py": SMELLY.encode() + b"# \xff\n",
            "two.py": 'try:\n    print "x"\nexcept:\n    pass\n',
            "two_clean.py": "print 'x'\n",
            "empty.py": "",
            "null.py": b"\0",
            "text.txt": SMELLY,
        },
    )
    commit(place)
    done = run(place)
    assert done["pulls"][0]["files"] == ["a.py"]
    assert {skip["path"]: skip["reason"] for skip in done["skipped"]} == {
        ".github/tool.py": "protected",
        "generated.py": "generated",
        "large.py": "too large",
        "link.py": "symlink",
        "null.py": "unparsable",
        "sub.py": "not a file",
        "two.py": "unparsable",
        "two_clean.py": "unparsable",
        "undecodable.py": "undecodable",
    }
    assert all(skip["detail"] for skip in done["skipped"])


def test_two_processes_publish_what_one_does(tmp_path: Path) -> None:
    files = {f"m{number}.py": SMELLY for number in range(12)}
    heads = []
    for jobs in ("1", "2"):
        place = repository(tmp_path / jobs, files)
        heads.append(run(place, "--jobs", jobs)["pulls"][0]["head"])
    assert heads[0] == heads[1]


def test_a_damaged_record_is_named(place: Path) -> None:
    run(place)
    for content in ("{", "[]", json.dumps(record(place) | {"title": 3})):
        (place / ".git/fixbot/pulls/1.json").write_text(content)
        done = fixbot("run", place, "--forge", "local")
        assert done.code == 2
        assert done.err.startswith(f"fixbot: {place / '.git/fixbot/pulls/1.json'} is damaged (")
        assert len(done.err.splitlines()) == 1


def test_a_body_that_lost_its_marker_gets_it_back_and_keeps_its_words(place: Path) -> None:
    run(place)
    write_record(place, body="by hand")
    done = run(place)
    assert (done["pulls"][0]["state"], done["pulls"][0]["reason"]) == ("updated", "its marker is written again")
    assert record(place)["body"].startswith("by hand\n\n<!-- fixbot:1 ")
    assert states(run(place)) == [(ALL, "unchanged")]
    commit(place, {"d.py": SMELLY})
    assert states(run(place)) == [(ALL, "updated")]
    assert record(place)["body"].startswith("by hand\n\n<!-- fixbot:1 ")


def test_a_body_that_lost_its_marker_is_left_where_somebody_may_have_made_the_commit(place: Path) -> None:
    run(place)
    write_record(place, body="by hand")
    git(place, "checkout", "--quiet", ALL)
    git(place, "commit", "--quiet", "--amend", "--no-edit", environment=WHO)
    git(place, "checkout", "--quiet", "main")
    head = git(place, "rev-parse", ALL)
    commit(place, {"a.py": SMELLY.replace("load", "read")})
    done = run(place)
    assert ("left alone", head) in {(pull["state"], pull["head"]) for pull in done["pulls"]}
    assert git(place, "rev-parse", ALL) == head


PASSES_WITH_SMELL_IN = "import sys; sys.exit('except:' not in open('b.py').read())"


def python(code: str) -> str:
    import shlex  # noqa: PLC0415 - named only here
    import sys  # noqa: PLC0415 - named only here

    return shlex.join([sys.executable, "-c", code])


def test_a_verify_command_that_passes_is_told_in_the_pull_request(place: Path) -> None:
    command = python("import a")
    assert states(run(place, "--verify-command", command)) == [(ALL, "opened")]
    assert "passes" in record(place)["body"]


def test_a_verify_command_that_fails_for_one_file_refuses_that_file(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": SMELLY, "b.py": SMELLY, "d.py": SMELLY})
    before = outside_git(place)
    done = run(place, "--verify-command", python(PASSES_WITH_SMELL_IN))
    assert done["pulls"][0]["files"] == ["a.py", "d.py"]
    assert [(one["path"], one["because"]) for one in done["refused"]] == [
        ("b.py", "the verify command fails with exit code 1")
    ]
    assert outside_git(place) == before


def test_what_a_verify_command_says_last_is_shown_to_who_runs_it_and_stands_in_no_pull_request(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": SMELLY, "b.py": SMELLY})
    code = "import sys; ok = 'except:' in open('b.py').read(); print('::error::', id(ok), 'b broke'); sys.exit(not ok)"
    done = fixbot("run", place, "--forge", "local", "--verify-command", python(code))
    (line,) = [line for line in done.out.splitlines() if line.startswith("b.py:")]
    assert re.search(r"left as it is: the verify command fails with exit code 1; it says last: \\x3a:.* b broke$", line)
    assert "b broke" not in record(place)["body"]
    assert "the verify command fails with exit code 1" in record(place)["body"]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("false", "the verify command fails with exit code 1 before anything is changed"),
        ("no-such-program -q", "--verify-command cannot be started: no-such-program: No such file"),
        ("'", "--verify-command cannot be read: No closing quotation"),
        ("", "--verify-command is empty"),
    ],
)
def test_a_verify_command_that_cannot_work_is_wrong_use(place: Path, command: str, says: str) -> None:
    before = snapshot(place)
    done = fixbot("run", place, "--forge", "local", "--verify-command", command)
    assert done.code == 2
    assert done.err.startswith(f"fixbot: {says}")
    assert len(done.err.splitlines()) == 1
    assert snapshot(place) == before


def test_no_token_is_in_the_verify_command_s_environment(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "FIXBOT_TOKEN", "GH_TOKEN", "MY_SECRET", "NPM_AUTH", "DB_PASSWORD", "AN_API_KEY"):
        monkeypatch.setenv(name, "canary-7d1f")
    monkeypatch.setenv("HARMLESS", "yes")
    code = "import os, sys; sys.exit('canary-7d1f' in str(os.environ) or os.environ['HARMLESS'] != 'yes')"
    assert states(run(place, "--verify-command", python(code))) == [(ALL, "opened")]
