"""Gives tests an organisation on GitHub with a campaign that is about it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from tests.campaign.board import Board, quick
from tests.campaign.organisation import Plot, organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from fixbot.shell.campaign.errand import Answer
    from tests.campaign.board import Content
    from tests.parts.git_server import GitServer

    Begun = Callable[[Sequence[Plot]], Board]


@pytest.fixture(scope="session")
def known() -> dict[Content, Future[Answer]]:
    """Give what was planned for in this session."""
    return {}


@pytest.fixture
def begun(
    tmp_path: Path,
    git_server: GitServer,
    emulate_installed: None,  # noqa: ARG001 - asked for what it does
    known: dict[Content, Future[Answer]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Begun]:
    """Give what makes an organisation of some repositories, with an empty folder for its campaign."""
    with contextlib.ExitStack() as stack:

        def begin(plots: Sequence[Plot]) -> Board:
            for name in ("github", "operator"):
                (tmp_path / name).mkdir()
            made = stack.enter_context(organisation(tmp_path / "github", git_server, plots))
            board = Board(made, tmp_path / "operator")
            quick(monkeypatch, board, known)
            return board

        yield begin
