"""Which files about building a look at a project reads, in a working tree and in a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.cli.working import WorkingFiles
from fixbot.model import Base
from fixbot.settings import Settings
from fixbot.shell.commit_files import CommitFiles
from fixbot.shell.git import Git
from tests.parts.command import plant
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

READ = [
    "Pipfile",
    "back/app/requirements-dev.txt",
    "back/pyproject.toml",
    "pyproject.toml",
    "requirements.txt",
    "requirements/base.txt",
    "setup.cfg",
]
PASSED_OVER = [".github/pyproject.toml", "README.txt", "back/app/notes.txt", "poetry.lock", "back/setup.py"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    plant(tmp_path, dict.fromkeys([*READ, *PASSED_OVER], "x = 1\n") | {"back/app/main.py": "x = 1\n"})
    plant(tmp_path, {"back/requirements.txt": "# much\n" * 200_000})
    return tmp_path


def committed(root: Path) -> None:
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "-c", "user.name=x", "-c", "user.email=x@x.invalid", "commit", "--quiet", "--message=x")


def texts(root: Path) -> list[str]:
    return sorted(WorkingFiles([], root, Settings()).project().texts)


def test_without_git_they_are_read_around_the_files(shop: Path) -> None:
    plant(shop, {"docs/requirements.txt": "x\n"})
    assert texts(shop) == READ


def test_with_git_all_that_it_tracks_are_read(shop: Path) -> None:
    plant(shop, {"docs/requirements.txt": "x\n"})
    committed(shop)
    plant(shop, {"back/app/Pipfile": ""})
    assert texts(shop) == sorted([*READ, "docs/requirements.txt"])


def test_those_at_the_root_are_read_whether_git_tracks_them_or_not(shop: Path) -> None:
    (shop / "pyproject.toml").unlink()
    committed(shop)
    plant(shop, {"pyproject.toml": ""})
    assert texts(shop) == READ


def test_a_link_is_not_followed(shop: Path) -> None:
    (shop / "setup.cfg").unlink()
    (shop / "setup.cfg").symlink_to("Pipfile")
    assert texts(shop) == [path for path in READ if path != "setup.cfg"]


def test_those_of_a_commit_are_read_from_it(shop: Path) -> None:
    committed(shop)
    (shop / "setup.cfg").unlink()
    repository = Git(shop)
    commit = git(shop, "rev-parse", "HEAD").strip()
    tree = git(shop, "rev-parse", "HEAD^{tree}").strip()
    corpus = CommitFiles(repository, Base("main", commit, tree), ()).project()
    assert sorted(corpus.texts) == READ
    assert corpus.texts["setup.cfg"] == b"x = 1\n"
