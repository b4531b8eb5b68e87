"""The fixtures that give the real parts to tests; `tests/conftest.py` makes them known."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.parts import github as github_part
from tests.parts import node
from tests.parts.git_server import GitServer
from tests.parts.github import TOKEN, GitHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = {
    "README.md": "# sample\n",
    "src/sample/reader.py": (
        'def load(path):\n    try:\n        return open(path).read()\n    except:\n        return ""\n'
    ),
}


@pytest.fixture
def git_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitServer]:
    """Give a git server without repositories that lets in only the canary token."""
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)  # a git hook that runs the tests sets GIT_DIR
    with GitServer(tmp_path / "server", TOKEN).running() as server:
        monkeypatch.setenv("GITHUB_SERVER_URL", server.url)
        yield server


def require_emulator() -> None:
    """Skip where the emulator cannot be had; on CI that is a failure, lest nobody notice.

    Raises:
        UnavailableError: the emulator cannot be had, and CI is "true".
    """
    try:
        node.installed()
    except node.UnavailableError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def emulate_installed() -> None:
    """Install the emulator, once a session."""
    require_emulator()


@pytest.fixture
def github_files() -> dict[str, str | bytes]:
    """Give the files on `main`; a test module overrides this fixture to begin with others."""
    return dict(FILES)


@pytest.fixture
def github(
    tmp_path: Path,
    git_server: GitServer,
    github_files: dict[str, str | bytes],
    emulate_installed: None,  # noqa: ARG001 - asked for what it does
) -> Iterator[GitHub]:
    """Give a GitHub of its own to each test, with `github_files` on `main` of `octo/sample`."""
    folder = tmp_path / "github"
    folder.mkdir()
    with github_part.running(folder, git_server, github_files) as running:
        yield running
