from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from fixbot.errors import BlockedError, ForgeError, OperatorError
from fixbot.shell import programs
from fixbot.shell import repository as reading
from fixbot.shell.environment import auth, safe_environment
from fixbot.shell.git import Git, Identity
from tests.parts.command import CLEAN, SMELLY, commit, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

WHO = Identity("A B", "a@example.org", "1700000000 +0000")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", {"a.py": SMELLY, "pkg/b.py": CLEAN})


def head(place: Path) -> str:
    return git(place, "rev-parse", "HEAD")


def rewritten(opened: Git, base: str, content: bytes = b"x = 1\n") -> str:
    blob = opened.write_blob(content)
    tree = opened.write_tree(opened.tree_of(base), {"a.py": ("100644", blob)})
    return opened.write_commit(tree, base, "Say\n", WHO)


def test_a_git_process_knows_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "FIXBOT_TOKEN", "GIT_DIR", "GIT_SSH_COMMAND", "GIT_CONFIG_PARAMETERS", "EDITOR"):
        monkeypatch.setenv(name, "canary")
    assert "canary" not in safe_environment().values()


def test_a_token_is_shown_to_one_host_alone() -> None:
    shown = auth("https://user@git.example.org:8443/a/b.git", "s3cret")
    assert set(shown) == {"http.https://git.example.org:8443/.extraHeader"}
    assert not any("s3cret" in value for value in shown.values()), "it is only there in base64"
    assert auth("/some/path", "s3cret") == {} == auth("https://example.org/a.git", "")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the commands of git that are started, as they come."""
    words: list[str] = []
    run = programs.run

    def noting(command: list[str], **options: Any) -> Any:  # noqa: ANN401 - as it is there
        words.append(command[3])
        return run(command, **options)

    monkeypatch.setattr(programs, "run", noting)
    return words


def test_what_stays_true_of_commits_is_asked_once(place: Path, started: list[str]) -> None:
    opened, first = Git(place), head(place)
    second = rewritten(opened, first)
    seen = [opened.is_ancestor(first, second), opened.is_ancestor(second, first), opened.has(second)]
    changes = opened.changes(second)
    started.clear()
    assert [opened.is_ancestor(first, second), opened.is_ancestor(second, first), opened.has(second)] == seen
    assert seen == [True, False, True]
    assert started == []
    assert opened.changes(second) == changes
    assert started == ["diff-tree", "cat-file"]


def test_what_is_not_here_may_come(place: Path, tmp_path: Path) -> None:
    opened, first = Git(place), head(place)
    git(tmp_path, "clone", "--quiet", str(place), "other")
    later = commit(tmp_path / "other", {"a.py": CLEAN})
    assert (opened.has(later), opened.is_ancestor(first, later), opened.changes(later)) == (False, False, ())
    with opened.holding(later, str(tmp_path / "other")) as there:
        assert (there.has(later), there.is_ancestor(first, later)) == (True, True)
    assert (opened.has(later), opened.resolve(later), opened.is_ancestor(first, later)) == (False, None, False)
    git(place, "fetch", "--quiet", str(tmp_path / "other"), "main")
    assert (opened.has(later), opened.resolve(later), opened.is_ancestor(first, later)) == (True, later, True)
    assert [one.path for one in opened.changes(later)] == ["a.py"]


def test_where_a_branch_is_changes_under_the_same_question(place: Path) -> None:
    opened, first = Git(place), head(place)
    assert opened.tip("main") == first
    second = commit(place, {"a.py": CLEAN})
    assert opened.tip("main") == second
    assert opened.is_ancestor("refs/heads/main", first) is False
    git(place, "update-ref", "refs/heads/main", first)
    assert opened.is_ancestor("refs/heads/main", first) is True


def test_several_files_are_read_by_two_processes(place: Path, started: list[str]) -> None:
    opened, first = Git(place), head(place)
    started.clear()
    asked = ["a.py", "none.py", "pkg/b.py", "pkg"]
    assert opened.files(first, asked) == {"a.py": SMELLY.encode(), "pkg/b.py": CLEAN.encode()}
    assert started == ["ls-tree", "cat-file"]
    started.clear()
    assert opened.files(first, ["none.py", "pkg"]) == {}
    assert started == ["ls-tree"]


def test_a_content_that_is_lost_is_named(place: Path) -> None:
    opened, first = Git(place), head(place)
    lost = git(place, "rev-parse", "HEAD:a.py")
    (place / ".git/objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(OperatorError, match=r"the content of a\.py is not here"):
        opened.files(first, ["a.py", "pkg/b.py"])


def test_talking_to_a_remote_takes_one_process(place: Path, tmp_path: Path, started: list[str]) -> None:
    opened, first = Git(place), head(place)
    git(tmp_path, "init", "--quiet", "--bare", "away")
    started.clear()
    opened.push(str(tmp_path / "away"), "fixbot/x/all", first, None)
    assert opened.remote_heads(str(tmp_path / "away"), "fixbot/") == {"fixbot/x/all": first}
    assert started == ["push", "ls-remote"]


def test_what_is_asked_of_a_commit(place: Path) -> None:
    opened = Git(place)
    assert opened.current_branch() == "main"
    assert opened.resolve("refs/heads/main") == head(place)
    assert opened.resolve("refs/heads/none") is None
    assert opened.tree_of(head(place)) == git(place, "rev-parse", "HEAD^{tree}")
    assert opened.date_of(head(place)) == "1700000000 +0130"
    assert not opened.is_shallow()
    assert opened.file(head(place), "a.py") == SMELLY.encode()
    assert opened.file(head(place), "pkg") is None
    assert opened.file(head(place), "none") is None
    assert [(entry.path, entry.mode) for entry in opened.entries(head(place))] == [
        ("a.py", "100644"),
        ("pkg/b.py", "100644"),
    ]
    assert [content for _, content in opened.blobs(opened.entries(head(place)))] == [SMELLY.encode(), CLEAN.encode()]
    assert opened.tracked(place / "pkg") == {"pkg/b.py"}
    assert Git(place / "pkg").tracked(place / "pkg") == {"b.py"}
    assert Git(place / "pkg").top() == place


def test_a_link_is_no_file(place: Path) -> None:
    (place / "pyproject.toml").symlink_to("/etc/passwd")
    commit(place)
    assert Git(place).file(head(place), "pyproject.toml") is None


def test_a_commit_s_id_depends_on_the_arguments_alone(place: Path) -> None:
    opened = Git(place)
    assert rewritten(opened, head(place)) == rewritten(opened, head(place))
    assert rewritten(opened, head(place)) != rewritten(opened, head(place), b"y = 1\n")


def test_what_is_made_apart_has_the_same_id_and_leaves_no_trace(place: Path) -> None:
    opened = Git(place)
    before = git(place, "count-objects", "-v")
    with opened.apart() as apart:
        made = rewritten(apart, head(place))
        assert apart.resolve(made) == made
    assert git(place, "count-objects", "-v") == before
    assert opened.resolve(made) is None
    assert rewritten(opened, head(place)) == made


def test_a_branch_moves_only_from_where_it_is_expected(place: Path) -> None:
    opened = Git(place)
    new = rewritten(opened, head(place))
    opened.move_branch("fixbot/x", new, None)
    assert opened.heads("fixbot/") == {"fixbot/x": new}
    with pytest.raises(ForgeError, match=r"the branch fixbot/x cannot be moved: "):
        opened.move_branch("fixbot/x", head(place), None)
    with pytest.raises(ForgeError):
        opened.move_branch("fixbot/x", new, head(place))
    with pytest.raises(BlockedError, match=r"the branch fixbot/x stands in the way of fixbot/x/y: rename it"):
        opened.move_branch("fixbot/x/y", new, None)
    opened.move_branch("fixbot/x", head(place), new)
    assert opened.heads("fixbot/") == {"fixbot/x": head(place)}


def test_a_push_carries_what_it_expects(place: Path, tmp_path: Path) -> None:
    opened, origin = Git(place), str(tmp_path / "origin.git")
    git(tmp_path, "init", "--quiet", "--bare", origin)
    new = rewritten(opened, head(place))
    opened.push(origin, "fixbot/x", new, None)
    assert opened.remote_heads(origin, "fixbot/") == {"fixbot/x": new}
    with pytest.raises(ForgeError, match="was moved by somebody else in the meantime; run fixbot again"):
        opened.push(origin, "fixbot/x", head(place), None)
    opened.push(origin, "fixbot/x", head(place), new)
    assert opened.remote_heads(origin, "fixbot/") == {"fixbot/x": head(place)}
    with pytest.raises(ForgeError, match="does not exist, or is no git repository"):
        opened.push(str(tmp_path / "none"), "fixbot/x", new, None)


def test_what_an_origin_says_when_it_refuses_is_passed_on(place: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    hook = tmp_path / "origin.git/hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    opened = Git(place)
    with pytest.raises(ForgeError, match="git says: "):
        opened.push(str(tmp_path / "origin.git"), "fixbot/x", head(place), None)


def test_who_stands_on_a_branch(place: Path, tmp_path: Path) -> None:
    git(place, "worktree", "add", "--quiet", "-b", "topic/x", str(tmp_path / "a tree"))
    git(place, "worktree", "add", "--quiet", "--detach", str(tmp_path / "loose"))
    assert Git(place).occupied() == {"main": str(place), "topic/x": str(tmp_path / "a tree")}


def test_changes_are_seen_without_a_filter(place: Path, tmp_path: Path) -> None:
    opened = Git(place)
    assert not opened.has_changes()
    commit(place, {".gitattributes": "*.py filter=trap\n"})
    git(place, "config", "filter.trap.clean", f"touch {tmp_path}/canary; cat")
    git(place, "config", "filter.trap.required", "true")
    os.utime(place / "a.py", (0, 0))
    assert not opened.has_changes()
    (place / "a.py").write_text(CLEAN)
    assert opened.has_changes()
    assert not (tmp_path / "canary").exists()
    git(tmp_path, "clone", "--quiet", "--bare", str(place), "bare.git")


def test_a_git_that_does_not_end_is_told(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Git(place)
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 20\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(reading, "_TIMEOUT", 0.2)
    with pytest.raises(ForgeError, match=r"git symbolic-ref did not finish in 0.2 seconds"):
        opened.current_branch()


def test_what_git_says_goes_into_the_error(place: Path) -> None:
    with pytest.raises(OperatorError, match=r"git rev-parse failed: fatal: "):
        Git(place).tree_of("nothing")
    subprocess.run(["git", "-C", str(place), "symbolic-ref", "HEAD", "refs/other/main"], check=True)
    with pytest.raises(OperatorError, match="HEAD is detached"):
        Git(place).current_branch()
