"""What is asked of a closed pull request goes with its findings, and only what is in the base can be ignored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot.chatops.answers import Answer, write_answers
from fixbot.model import Change, Comment, Safety
from fixbot.plan import Shard
from fixbot.publish.listening import Ears, answers_on
from tests.parts.command import SMELLY, repository
from tests.parts.findings import FINDING as PLAIN
from tests.parts.findings import rewrite
from tests.parts.local_forge import BRANCH, FINDING, NOON, change, forge, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

ANSWERS = write_answers([Answer(1, "/fixbot status", "unchanged")], ())
LONG_AGO = "2001-02-03T04:05:06Z"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = repository(tmp_path / "place", {"a.py": SMELLY})
    opened(place)
    return place


def listening(
    place: Path, said: str, paths: Callable[[], Collection[str]] | None = None, *, state: str = "open"
) -> Ears:
    """Give ears that have heard one comment on the pull request."""
    change(
        place, comments=[{"body": said, "author": "ada"}], state=state, closed_at=None if state == "open" else LONG_AGO
    )
    local = forge(place)
    ears = Ears(local, list(local.pulls()), None, ["bare-except"], paths=paths)
    ears.listen(NOON)
    return ears


def shard(branch: str, fingerprint: str) -> Shard:
    finding = replace(PLAIN, fingerprint=fingerprint)
    held = replace(rewrite("a.py"), findings=(finding,))
    return Shard(branch, Change("bare-except", Safety.REVIEW, (held,)), "abcdef0", added=1, removed=1)


@pytest.mark.real
def test_a_closed_one_s_findings_are_asked_for_wherever_they_come(place: Path) -> None:
    ears = listening(place, "/fixbot recreate", state="closed")
    assert ears.wanted == {FINDING}
    assert ears.wished(shard(f"{BRANCH}-2", FINDING)) == {"open"}
    assert ears.wished(shard(f"{BRANCH}-2", "cd" * 8)) == frozenset()


@pytest.mark.real
@pytest.mark.parametrize(("said", "state"), [("/fixbot unignore", "closed"), ("/fixbot recreate", "open")])
def test_no_finding_is_asked_for_by_another_wish(place: Path, said: str, state: str) -> None:
    ears = listening(place, said, state=state)
    assert ears.wished(shard(f"{BRANCH}-2", FINDING)) == frozenset()
    assert ears.heard


@pytest.mark.real
def test_recreate_on_what_is_merged_asks_for_nothing(place: Path) -> None:
    ears = listening(place, "/fixbot recreate", state="merged")
    assert (ears.asked, ears.wanted) == ({}, set())
    assert ears.heard[0].answers == ("it is merged: there is nothing to take back",)


@pytest.mark.real
@pytest.mark.parametrize(("word", "is_ignored"), [("src", True), ("x.py", True), ("srx", False), ("new/*.py", True)])
def test_only_what_is_in_the_base_is_ignored(place: Path, word: str, is_ignored: bool) -> None:  # noqa: FBT001 - a table
    ears = listening(place, f"/fixbot ignore {word}", lambda: ["src/x.py"])
    assert (f"path:{word}" in ears.ignores()) is is_ignored
    (answer,) = ears.heard[0].answers
    assert answer is not None
    assert answer.startswith("not understood: there is no such codemod, file or folder") is not is_ignored


@pytest.mark.real
def test_the_paths_are_asked_for_once_and_only_where_they_matter(place: Path) -> None:
    times: list[int] = []

    def paths() -> list[str]:
        times.append(1)
        return ["src/x.py"]

    listening(place, "/fixbot status", paths)
    assert times == []
    listening(place, "/fixbot ignore src\n/fixbot ignore x.py", paths)
    assert times == [1]


def comment(author: str, body: str = ANSWERS, *, number: int = 1, is_bot: bool = False) -> Comment:
    return Comment(id=number, on=1, author=author, is_bot=is_bot, body=body)


@pytest.mark.parametrize(
    ("said", "is_fixbots"),
    [
        (comment("ada"), True),
        (comment("octo"), True),
        (comment("github-actions[bot]"), True),
        (comment("app", f"Hello\n\n{ANSWERS}", is_bot=True), True),
        (comment("mallory"), False),
        (comment("octo", f"fixbot said:\n\n{ANSWERS}"), False),
        (comment("ada", f"fixbot said:\n\n{ANSWERS}"), False),
        (comment("ada", "/fixbot status"), False),
        (comment("app", "/fixbot status", is_bot=True), False),
    ],
)
def test_answers_are_those_of_who_may_write_and_never_a_stranger_s(said: Comment, is_fixbots: bool) -> None:  # noqa: FBT001 - a table
    found = answers_on([said], "ada", lambda login: login == "octo")
    assert found == ([said] if is_fixbots else [])


def test_of_several_comments_with_answers_the_newest_comes_first() -> None:
    one, two = comment("ada"), comment("octo", number=2)
    assert answers_on([one, two], "ada", lambda _: True) == [two, one]
