from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.shell import programs
from fixbot.shell.blobless import Blobless
from tests.parts.git import git
from tests.parts.git_server import GitServer
from tests.parts.github import TOKEN, commit, make_repository, publish

NAME = "octo/sample"
FILES: dict[str, str | bytes] = {"a.py": "a = 1\n", "folder/b.py": "b = 2\n", "pyproject.toml": "[tool.fixbot]\n"}
LOCKS = ("config.lock", "shallow.lock", "packed-refs.lock", "HEAD.lock", "refs/fixbot/tip.lock", "objects/info/x.lock")


@pytest.fixture
def server(git_server: GitServer, tmp_path: Path) -> GitServer:
    """Give a git server with a repository of two commits."""
    git_server.create(NAME)
    clone = make_repository(tmp_path / "clone", FILES)
    commit(clone, {"a.py": "a = 2\n"}, "More")
    publish(clone, git_server.clone_url(NAME), TOKEN)
    git_server.counts.clear()
    return git_server


def opened(server: GitServer, tmp_path: Path, token: str = TOKEN) -> Blobless:
    folder = tmp_path / "bare"
    folder.mkdir()
    return Blobless(folder, server.clone_url(NAME), token)


def contents(folder: Path) -> list[str]:
    around = {"GIT_DIR": str(folder), "GIT_NO_LAZY_FETCH": "1"}
    listed = git(folder, "cat-file", "--batch-check", "--batch-all-objects", environment=around)
    return [line for line in listed.splitlines() if line.split()[1] == "blob"]


@pytest.mark.real
def test_commits_and_trees_come_and_contents_do_not(server: GitServer, tmp_path: Path) -> None:
    repository = opened(server, tmp_path)
    tip = repository.fetch()
    assert [entry.path for entry in repository.entries(tip)] == sorted(FILES)
    assert repository.tree_of(tip)
    assert contents(repository.git_dir) == []
    assert not [path for path in repository.git_dir.rglob("*") if path.suffix in {".py", ".toml"}]


@pytest.mark.real
def test_a_content_comes_when_it_is_asked_for(server: GitServer, tmp_path: Path) -> None:
    repository = opened(server, tmp_path)
    tip = repository.fetch("main")
    assert repository.file(tip, "a.py") == b"a = 2\n"
    assert repository.file(tip, "none.py") is None
    assert len(contents(repository.git_dir)) == 1


@pytest.mark.real
def test_an_earlier_commit_is_there_too(server: GitServer, tmp_path: Path) -> None:
    repository = opened(server, tmp_path)
    tip = repository.fetch()
    before = git(tmp_path / "clone", "rev-parse", "main^")
    assert repository.is_ancestor(before, tip)


@pytest.mark.real
def test_a_tree_is_made_without_the_contents_of_others(server: GitServer, tmp_path: Path) -> None:
    repository = opened(server, tmp_path)
    tip = repository.fetch()
    server.counts.clear()
    tree = repository.write_tree(repository.tree_of(tip), {"a.py": ("100644", repository.write_blob(b"a = 3\n"))})
    assert len(tree) == 40
    with repository.apart() as apart:
        assert apart.write_tree(tree, {"a.py": ("100644", apart.write_blob(b"a = 4\n"))}) != tree
    assert sum(server.counts.values()) == 0


@pytest.mark.real
def test_the_token_is_in_no_file(server: GitServer, tmp_path: Path) -> None:
    repository = opened(server, tmp_path)
    repository.file(repository.fetch(), "a.py")
    held = [path for path in repository.git_dir.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert held == []
    assert TOKEN not in "".join(os.environ.values())


@pytest.mark.real
def test_nothing_is_checked_out(server: GitServer, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="--base BRANCH"):
        opened(server, tmp_path).current_branch()


@pytest.mark.real
def test_a_wrong_token_is_the_operators_fault(server: GitServer, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="does not accept the token"):
        opened(server, tmp_path, "wrong").fetch()


@pytest.mark.real
def test_a_branch_or_a_repository_that_is_not_there_is_named(server: GitServer, tmp_path: Path) -> None:
    with pytest.raises(ForgeError, match="other"):
        opened(server, tmp_path).fetch("other")


@pytest.mark.real
@pytest.mark.parametrize("lock", LOCKS)
def test_what_a_git_that_was_killed_has_locked_is_free_again(server: GitServer, tmp_path: Path, lock: str) -> None:
    repository = opened(server, tmp_path)
    before = repository.fetch()
    commit(tmp_path / "clone", {"a.py": "a = 3\n"}, "Still more")
    git(tmp_path / "clone", "remote", "remove", "origin")
    publish(tmp_path / "clone", server.clone_url(NAME), TOKEN)
    (repository.git_dir / lock).touch()
    again = Blobless(repository.git_dir, server.clone_url(NAME), TOKEN)
    assert again.fetch() != before
    assert not (repository.git_dir / lock).exists()


def test_no_lock_is_taken_away_behind_a_link(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.lock").touch()
    (tmp_path / "bare").mkdir()
    repository = Blobless(tmp_path / "bare", "https://github.invalid/octo/sample.git")
    (repository.git_dir / "refs/linked").symlink_to(other)
    (repository.git_dir / "linked.lock").symlink_to(other / "x.lock")
    Blobless(repository.git_dir, "https://github.invalid/octo/sample.git")
    assert (other / "x.lock").exists()
    assert not (repository.git_dir / "linked.lock").is_symlink()
    linked = tmp_path / "linked"
    linked.symlink_to(repository.git_dir)
    (repository.git_dir / "x.lock").touch()
    Blobless(linked, "https://github.invalid/octo/sample.git")
    assert (repository.git_dir / "x.lock").exists()


def test_a_folder_that_is_set_up_is_set_up_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    real = programs.run

    def counted(command: list[str], **options: Any) -> subprocess.CompletedProcess[Any]:  # noqa: ANN401 - as `run` has
        ran.append(command[3])
        return real(command, **options)

    monkeypatch.setattr(programs, "run", counted)
    address = "https://github.invalid/octo/{}.git"
    (tmp_path / "bare").mkdir()
    folder = Blobless(tmp_path / "bare", address.format("sample")).git_dir
    assert ran[0] == "init"
    ran.clear()
    Blobless(folder, address.format("sample"))
    assert ran == []
    assert Blobless(folder, address.format("moved")).remote_url() == address.format("moved")
    (folder / "HEAD").unlink()
    assert Blobless(folder, address.format("moved")).resolve("HEAD") is None
    assert (folder / "HEAD").is_file()
