"""The main story, killed at every single write: the next run finishes it, and nothing tells that it was ever killed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.machine.book import differences
from tests.machine.locally import Locally, through_gates
from tests.machine.on_github import OnGitHub
from tests.machine.story import FILES, STAGES, Crash, Story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.machine.world import Spy, World
    from tests.parts.github import Site

# What it looks at is measured by other tests, and measuring takes it half as long again.
pytestmark = [pytest.mark.real, pytest.mark.long, pytest.mark.no_cover]
NewWorld = Callable[[], "World"]
_numbers = itertools.count(1)


@pytest.fixture(params=["github", "local", "local with origin"])
def new_world(
    request: pytest.FixtureRequest, tmp_path: Path, spy: Spy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NewWorld]:
    """Give what makes worlds, all alike."""
    with ExitStack() as stack:
        if request.param == "github":
            running: Site = request.getfixturevalue("running_site")
            yield lambda: OnGitHub(running, f"octo/s{next(_numbers)}", FILES, spy)
            return
        stack.enter_context(through_gates(monkeypatch))

        def here() -> World:
            folder = tmp_path / str(next(_numbers))
            folder.mkdir()
            return Locally(folder, FILES, origin=request.param == "local with origin")

        yield here


def test_the_story_is_told_in_full(new_world: NewWorld) -> None:
    story = Story(new_world())
    story.tell()
    end = story.end()
    assert sorted(pull[0] for pull in end["pulls"].values()) == ["closed", "open"]
    assert len(end["boards"]) == 1
    assert any("fixbot:answers" in words for said in end["said"].values() for words in said)
    story.book.settle(story.settings)
    assert story.end() == end
    assert story.world.complaints() == []


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.usefixtures("sparingly")
def test_a_crash_at_any_write_leaves_no_trace(new_world: NewWorld, stage: int, before: bool) -> None:  # noqa: FBT001
    """The code is the same each time and looked at once; where the story is told in full it is looked at each time."""
    calm = Story(new_world())
    calm.tell()
    end, wrong = calm.end(), []
    for nth in range(1, calm.writes[stage] + 1):
        story = Story(new_world())
        try:
            story.tell(Crash(stage, nth, before))
            wrong += [f"write {nth}: {said}" for said in differences(end, story.end())]
            story.book.settle(story.settings)
            assert story.world.complaints() == []
        except AssertionError as exc:
            wrong.append(f"write {nth}: {exc}")
    assert calm.writes[stage] > 1
    assert not wrong, "\n".join(wrong)
