"""Who mistypes a command and edits the comment is heard; what was understood is never done again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.publish.living import Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Give a repository with an open pull request of two findings in two files."""
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b")})
    life.run()
    return life


def edit(life: Life, *lines: str, number: int = 1, kind: str = "pulls") -> None:
    """Let Ada say something else in her last comment, as the web page does."""
    said = life.record(number, kind)["comments"]
    last = [comment for comment in said if comment["author"] == "ada"][-1]
    last |= {"body": "\n".join(lines), "updated": "2126-01-01T00:00:00Z"}
    life.edit(number, kind, comments=said)


def headings(life: Life) -> list[str]:
    return [line.removeprefix("#### ") for line in life.answers() if line.startswith("####")]


def test_a_mistyped_command_is_heard_when_it_is_edited(life: Life) -> None:
    life.comment("/fixbot ignor")
    life.run()
    assert life.answers()[1].endswith("did you mean `/fixbot ignore`?")
    life.settled()
    edit(life, "/fixbot ignore")
    assert life.only_shown().states == [("all", "declined")]
    assert life.answers()[0] == "#### `/fixbot ignore`"
    assert life.answers()[1].startswith("closed: its findings are not offered again")
    life.settled()


def test_a_mistyped_command_on_the_dashboard_is_heard_when_it_is_edited(life: Life) -> None:
    board = life.board()
    life.comment("/fixbot ignore bare-exept", number=board, kind="issues")
    life.run()
    edit(life, "/fixbot ignore bare-except", number=board, kind="issues")
    assert life.only_shown().states == [("all", "emptied")]
    life.settled()


def test_who_is_misunderstood_twice_is_answered_twice_in_one_place(life: Life) -> None:
    life.comment("/fixbot ignor")
    life.run()
    edit(life, "/fixbot ignoer")
    life.run()
    assert headings(life) == ["`/fixbot ignoer`"]
    life.settled()
    edit(life, "/fixbot split")
    assert ("all", "superseded") in life.run().states
    life.settled()


def test_what_was_understood_beside_a_mistake_is_not_done_again(life: Life) -> None:
    life.comment("/fixbot ignore", "/fixbot stats")
    life.run()
    life.reopen()
    life.run()
    edit(life, "/fixbot ignore", "/fixbot status")
    life.run()
    assert life.record()["state"] == "open"
    assert headings(life) == ["`/fixbot ignore`", "`/fixbot status`"]
    life.settled()


def test_a_mistake_that_is_taken_out_needs_no_answer(life: Life) -> None:
    life.comment("/fixbot status", "/fixbot bogus")
    life.run()
    edit(life, "/fixbot status")
    life.settled()


def test_a_command_that_was_understood_is_not_heard_again_when_it_is_edited(life: Life) -> None:
    life.comment("/fixbot status")
    life.run()
    edit(life, "/fixbot ignore")
    assert life.settled().states == [("all", "unchanged")]


def test_a_command_in_capitals_is_answered(life: Life) -> None:
    life.comment("/FIXBOT ignore")
    assert life.only_shown().states == [("all", "unchanged")]
    assert life.answers()[1].endswith("did you mean `/fixbot ignore`?")
    life.settled()
