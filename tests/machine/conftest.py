"""One emulator and one git server for all examples: each example has a repository of its own in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.shell.github import GitHubForge
from tests.machine.on_github import SECRETS
from tests.machine.sparing import sparing
from tests.machine.world import Spy
from tests.parts.fixtures import require_emulator
from tests.parts.git_server import GitServer
from tests.parts.github import TOKEN, site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.parts.github import Site


@pytest.fixture(scope="module")
def spy() -> Spy:
    """Give what looks for the token."""
    return Spy(*SECRETS)


@pytest.fixture(scope="module")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a running GitHub, and fixbot the way there, without pauses."""
    require_emulator()
    folder = tmp_path_factory.mktemp("site")
    with (
        pytest.MonkeyPatch.context() as patch,
        GitServer(folder / "server", TOKEN).running() as server,
        site(folder, server) as running,
    ):
        patch.setenv("NO_PROXY", "localhost,127.0.0.1")
        patch.setenv("GITHUB_API_URL", running.recorder.url)
        patch.setenv("GITHUB_SERVER_URL", server.url)
        patch.setenv("GITHUB_TOKEN", TOKEN)
        defaults = GitHubForge.__init__.__kwdefaults__ or {}
        patch.setattr(GitHubForge.__init__, "__kwdefaults__", {**defaults, "pace": 0, "nap": lambda _seconds: None})
        yield running


@pytest.fixture
def sparingly() -> Iterator[None]:
    """Let fixbot look at the same code with the same orders only once."""
    with sparing():
        yield
