"""Two runs at once, the other after every single write: the next one sets it right, and then nothing is left to do."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from fixbot.settings import Settings
from tests.machine.book import Book
from tests.machine.gate import Trap
from tests.machine.on_github import OnGitHub
from tests.machine.story import SMELL

if TYPE_CHECKING:
    from tests.machine.world import Spy
    from tests.parts.github import Site

# What it looks at is measured by other tests, and measuring takes it half as long again.
pytestmark = [pytest.mark.real, pytest.mark.no_cover]
_MOST = 40
_numbers = itertools.count(1)


def met(book: Book, settings: Settings, stage: str, nth: int) -> bool:
    """Let two runs open or update a pull request, the second after write `nth` of the first; say if it came to that."""

    def compete() -> None:
        book.world.run(settings, elsewhere=True)

    if stage == "an update":
        book.run(settings)
        book.commit("main", {"a.py": SMELL.format(name="load") + "\n\nLAST = 1\n"})
    book.run(settings, Trap(nth, before=False, act=compete))
    has_met = book.world.gate.has_sprung
    book.settle(settings)
    return has_met


@pytest.mark.usefixtures("sparingly")
@pytest.mark.parametrize("stage", ["an opening", "an update"])
@pytest.mark.parametrize(
    ("commit_via", "apart"), [("git", 1), ("api", 0), ("api", 1)], ids=["git", "the same commit", "two commits"]
)
def test_two_runs_that_meet_leave_nothing_undone(
    running_site: Site, spy: Spy, commit_via: str, apart: int, stage: str
) -> None:
    settings = Settings(
        select=("bare-except",), reviewers=("ada",), update="behind", max_hourly=10, commit_via=commit_via
    )
    nth, has_met, wrong = 0, True, []
    while has_met and nth < _MOST:
        nth += 1
        files = {"README.md": "# sample\n", "a.py": SMELL.format(name="load")}
        book = Book(OnGitHub(running_site, f"octo/m{next(_numbers)}", files, spy, apart=apart))
        try:
            has_met = met(book, settings, stage, nth)
            assert book.world.complaints() == []
        except AssertionError as exc:
            wrong.append(f"write {nth}: {exc}")
    assert not wrong, "\n".join(wrong)
    assert nth > 1
    assert not has_met
