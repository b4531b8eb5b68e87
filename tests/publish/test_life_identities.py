"""Whoever's token a run has, the answers on a pull request of GitHub's stand in one comment that is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fixbot.chatops.answers import Answer, write_answers
from fixbot.model import PullRequest, Standing, State
from fixbot.publish.answering import Answering
from fixbot.publish.listening import Ears
from tests.parts.github import COLLABORATOR, STRANGER, TOKEN
from tests.shell.github_rooms import Rooms, body_for, plan_for, said

if TYPE_CHECKING:
    from tests.parts.github import GitHub

pytestmark = pytest.mark.real
FIXBOT, MAINTAINER = {"token": TOKEN}, {"token": COLLABORATOR}


@pytest.fixture
def rooms(github: GitHub) -> Rooms:
    """Give a GitHub with a pull request that the maintainer's token opened."""
    rooms = Rooms(github)
    head = rooms.pushed(rooms.forge())
    rooms.forge(**MAINTAINER).open(plan_for(), body_for(), head)
    return rooms


def explained(pull: PullRequest) -> str:
    raise AssertionError(pull)


def answered(rooms: Rooms, who: dict[str, str]) -> int:
    """Listen and answer as a run does; give how many comments were heard."""
    forge = rooms.forge(**who)
    ears = Ears(forge, list(forge.pulls()), None, ["bare-except"])
    ears.listen(forge.now())
    standings = [Standing(state=State.UNCHANGED, branch=pull.branch, pull=pull) for pull in ears.pulls]
    Answering(forge=forge, ears=ears, standings=standings, explain=explained).answer()
    return len(ears.heard)


def ask(rooms: Rooms, body: str = "/fixbot status") -> None:
    rooms.github.as_human("POST", "/issues/1/comments", {"body": body})


def answers(rooms: Rooms) -> list[tuple[str, int]]:
    """Give who wrote each comment with answers, and how many are in it."""
    found: list[dict[str, Any]] = rooms.github.as_human("GET", "/issues/1/comments")
    marked = [row for row in found if "<!-- fixbot:answers " in row["body"]]
    return [(row["user"]["login"], row["body"].count("<!-- fixbot:answer ")) for row in marked]


def test_two_tokens_answer_in_one_comment(rooms: Rooms) -> None:
    for who in (FIXBOT, MAINTAINER, FIXBOT):
        ask(rooms)
        assert answered(rooms, who) == 1
        assert answered(rooms, MAINTAINER) == 0
    assert answers(rooms) == [("fixbot", 3)]


def test_who_may_not_edit_it_writes_one_and_goes_on_with_that(rooms: Rooms) -> None:
    ask(rooms)
    answered(rooms, MAINTAINER)
    (first,) = (row["id"] for row in rooms.github.as_human("GET", "/issues/1/comments") if row["body"][0] == "<")
    refusal = said(403, "Resource not accessible by integration")
    rooms.inject("PATCH", f"/issues/comments/{first}", refusal, times=9)
    for _ in range(3):
        ask(rooms)
        assert answered(rooms, FIXBOT) == 1
        assert answered(rooms, FIXBOT) == 0
    assert answers(rooms) == [("ada", 1), ("fixbot", 3)]
    assert len(rooms.github.recorder.matching("PATCH", f"/repos/octo/sample/issues/comments/{first}")) == 1


def test_a_comment_is_heard_once_whoever_answered_it(rooms: Rooms) -> None:
    ask(rooms, "/fixbot ignor")
    answered(rooms, MAINTAINER)
    ask(rooms)
    rows = rooms.github.as_human("GET", "/issues/1/comments")
    rooms.inject("PATCH", f"/issues/comments/{rows[1]['id']}", said(403, "no"), times=9)
    assert answered(rooms, FIXBOT) == 1
    rooms.github.as_human("PATCH", f"/issues/comments/{rows[0]['id']}", {"body": "/fixbot statu"})
    assert [answered(rooms, FIXBOT), answered(rooms, FIXBOT), answered(rooms, MAINTAINER)] == [1, 0, 0]


def test_a_stranger_s_comment_with_a_pasted_marker_is_not_taken(rooms: Rooms) -> None:
    ask(rooms)
    rows = rooms.github.as_human("GET", "/issues/1/comments")
    pasted = write_answers([Answer(rows[0]["id"], "/fixbot status", "done")], [rows[0]["id"] + 9])
    rooms.github.as_human("POST", "/issues/1/comments", {"body": pasted}, token=STRANGER)
    assert answered(rooms, FIXBOT) == 1
    assert answers(rooms) == [("mallory", 1), ("fixbot", 1)]
    assert rooms.github.as_human("GET", "/issues/1/comments")[1]["body"] == pasted
