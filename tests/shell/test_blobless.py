from __future__ import annotations

import os
from pathlib import Path

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.shell.blobless import Blobless
from tests.parts.git import git
from tests.parts.git_server import GitServer
from tests.parts.github import TOKEN, commit, make_repository, publish

NAME = "octo/sample"
FILES: dict[str, str | bytes] = {"a.py": "a = 1\n", "folder/b.py": "b = 2\n", "pyproject.toml": "[tool.fixbot]\n"}


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
