from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parts.command import CLEAN
from tests.publish.living import ALL, Life, smell

if TYPE_CHECKING:
    from pathlib import Path

# The other lives do what these do, and measuring takes them nearly as long again.
pytestmark = [pytest.mark.real, pytest.mark.no_cover]


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Give a repository with an open pull request of two findings in two files."""
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b"), "c.py": CLEAN})
    life.run()
    return life


def reactions(life: Life, number: int = 1, kind: str = "pulls") -> list[list[str]]:
    return [said.get("reactions", []) for said in life.comments(number, kind, author="ada")]


def test_rebase(life: Life) -> None:
    base = life.commit({"x.txt": "x"})
    life.comment("/fixbot rebase")
    ran = life.only_shown()
    assert (ran.states, ran.reasons) == ([("all", "updated")], ["on the new base, as asked"])
    assert life.git("rev-parse", f"{ALL}^") == base
    assert life.answers() == ["#### `/fixbot rebase`", "updated: on the new base, as asked"]
    assert reactions(life) == [["+1"]]
    assert life.settled().states == [("all", "unchanged")]


def test_rebase_with_nothing_to_do(life: Life) -> None:
    head = life.head()
    life.comment("/fixbot rebase")
    assert life.only_shown().states == [("all", "unchanged")]
    assert life.head() == head
    assert life.answers() == ["#### `/fixbot rebase`", "unchanged: it says what it should"]
    life.settled()


def test_rebase_does_not_take_a_person_s_commit_away(life: Life) -> None:
    head = life.commit({"x.txt": "x"}, ALL)
    life.comment("/fixbot rebase")
    assert life.only_shown().states == [("all", "left alone")]
    assert life.head() == head
    assert life.answers()[1].startswith("left alone: somebody has pushed")
    life.settled()


def test_recreate_keeps_a_person_s_commit_under_another_branch(life: Life) -> None:
    head = life.commit({"x.txt": "x"}, ALL)
    life.comment("/fixbot recreate")
    ran = life.only_shown()
    assert (ran.states, ran.reasons) == ([("all", "updated")], ["recreated, as asked"])
    assert life.head(f"fixbot-kept/1-{head[:12]}") == head
    assert life.git("rev-list", "--count", f"main..{ALL}") == "1"
    assert life.settled().states == [("all", "unchanged")]


def test_recreate_offers_what_was_declined_again(life: Life) -> None:
    life.close()
    life.run()
    life.comment("/fixbot recreate")
    assert ("all", "opened") in life.only_shown().states
    assert len(life.pulls()) == 1
    life.settled()


def test_ignore_closes_for_good(life: Life) -> None:
    life.comment("/fixbot ignore")
    assert life.only_shown().states == [("all", "declined")]
    assert life.record()["state"] == "closed"
    assert life.answers()[1].startswith("closed: its findings are not offered again")
    assert life.settled().states == [("all", "declined")]


def test_unignore_takes_it_back(life: Life) -> None:
    life.comment("/fixbot ignore")
    life.run()
    life.comment("/fixbot unignore")
    assert ("all", "opened") in life.only_shown().states
    assert life.answers()[-1] == "its findings may be offered again"
    assert len(life.pulls()) == 1
    life.settled()


def test_ignore_a_codemod_and_take_it_back(life: Life) -> None:
    life.comment("/fixbot ignore bare-except")
    ran = life.only_shown()
    assert (ran.states, ran.reasons) == ([("all", "emptied")], ["bare-except is ignored here, as asked"])
    assert life.answers()[1].startswith("`bare-except` is ignored from now on")
    life.commit({"d.py": smell("d")})
    assert life.run().states == []
    life.settled()
    life.comment("/fixbot unignore bare-except")
    assert life.only_shown().states == [("all", "opened")]
    assert life.settled().states == [("all", "unchanged")]


@pytest.mark.parametrize("path", ["one/a.py", "one/", "one/**", "path:one"])
def test_ignore_a_path(life: Life, path: str) -> None:
    life.comment(f"/fixbot ignore {path}")
    assert life.only_shown().states == [("all", "updated")]
    assert life.git("diff", "--name-only", "main", ALL) == "two/b.py"
    assert life.settled().states == [("all", "unchanged")]


@pytest.mark.parametrize("word", ["one/a.py:4", "one/a.py,", "#1", "@ann", "this", "https://example.org/one/a.py"])
def test_a_word_that_names_nothing_is_not_ignored(life: Life, word: str) -> None:
    life.comment(f"/fixbot ignore {word}")
    assert life.only_shown().states == [("all", "unchanged")]
    assert life.answers()[1].startswith("not understood: ")
    assert reactions(life) == [["confused"]]
    assert "ignores" not in life.marker()
    life.settled()


@pytest.mark.parametrize("asked", ["/fixbot ignore one", "/fixbot split", "/fixbot ignore bare-except"])
def test_what_is_asked_of_a_wiped_body_does_not_part_it_from_fixbot(life: Life, asked: str) -> None:
    life.edit(body="In our own words")
    life.comment(asked)
    life.run()
    life.run()
    life.settled()
    assert all("somebody has pushed" not in standing.get("reason", "") for standing in life.run().pulls)


def test_ignore_every_path_of_it(life: Life) -> None:
    life.comment("/fixbot ignore one", "/fixbot ignore two")
    assert life.only_shown().states == [("all", "emptied")]
    assert life.settled().states == []
    life.comment("/fixbot unignore one")
    assert life.run().states == [("all", "opened")]
    assert life.git("diff", "--name-only", "main", ALL) == "one/a.py"
    life.settled()


def test_split(life: Life) -> None:
    life.comment("/fixbot split")
    ran = life.only_shown()
    assert ran.states == [("all", "superseded"), ("one", "opened"), ("two", "opened")]
    assert ran.reasons[0] == "its findings come in `fixbot/bare-except/one`, `fixbot/bare-except/two` instead"
    assert life.answers()[1].startswith("superseded: its findings come in ")
    assert life.settled().states == [("one", "unchanged"), ("two", "unchanged")]


def test_split_one_finding(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a")})
    life.run()
    life.comment("/fixbot split")
    assert life.only_shown().states == [("all", "unchanged")]
    assert life.answers()[1] == "it holds one finding: there is nothing to split"
    life.settled()


def test_split_a_file_by_finding(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a", "b", "c")})
    life.run()
    life.comment("/fixbot split")
    assert [state for _, state in life.only_shown().states] == ["superseded", "opened", "opened", "opened"]
    assert [state for _, state in life.settled().states] == ["unchanged"] * 3
    assert [len(pull["fingerprints"]) for pull in life.pulls()] == [1, 1, 1]


def test_split_and_split_again(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a", "b"), "one/c.py": smell("c"), "two/d.py": smell("d")})
    life.run()
    life.comment("/fixbot split")
    life.run()
    life.settled()
    one = next(pull["number"] for pull in life.pulls() if pull["branch"].endswith("/one"))
    life.comment("/fixbot split", number=one)
    assert ("one", "superseded") in life.only_shown(max_open=9).states
    life.settled(max_open=9)
    assert sorted(len(pull["fingerprints"]) for pull in life.pulls()) in ([1, 1, 2], [1, 1, 1, 1])


def test_split_with_too_little_room_waits(life: Life) -> None:
    life.comment("/fixbot split")
    assert life.run(max_open=1).states == [("all", "superseded"), ("one", "opened"), ("two", "waiting")]
    prints = [one for pull in life.pulls() for one in pull["fingerprints"]]
    assert len(prints) == len(set(prints)) == 1
    life.run(max_open=1)
    life.settled(max_open=1)


def test_split_a_file_with_too_little_room_stays_split(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a", "b", "c")}, max_open=1)
    life.run()
    life.comment("/fixbot split")
    for _ in range(3):
        life.run()
    assert [len(pull["fingerprints"]) for pull in life.pulls()] == [1]


def test_explain(life: Life) -> None:
    life.comment("/fixbot explain")
    assert life.only_shown().states == [("all", "unchanged")]
    assert life.answers()[0] == "#### `/fixbot explain`"
    assert len(life.answers()) > 20
    life.settled()


def test_status(life: Life) -> None:
    life.comment("/fixbot status")
    life.run()
    assert life.answers() == ["#### `/fixbot status`", "unchanged: it says what it should"]
    life.settled()


def test_status_of_what_is_merged_says_why_nothing_is_done(life: Life) -> None:
    life.merge()
    life.run()
    life.comment("/fixbot status")
    life.run()
    assert life.answers() == ["#### `/fixbot status`", "merged: it is in the base"]


def test_status_on_the_dashboard(life: Life) -> None:
    board = life.board()
    life.comment("/fixbot status", "/fixbot rebase", number=board, kind="issues")
    life.only_shown()
    assert life.answers(board, "issues") == [
        "#### `/fixbot status`",
        "1 unchanged",
        "#### `/fixbot rebase`",
        "`rebase` belongs on a pull request",
    ]
    life.settled()


def test_ignore_on_the_dashboard(life: Life) -> None:
    board = life.board()
    life.comment("/fixbot ignore bare-except", number=board, kind="issues")
    assert life.only_shown().states == [("all", "emptied")]
    assert life.settled().states == []
    life.comment("/fixbot unignore bare-except", number=board, kind="issues")
    assert life.run().states == [("all", "opened")]
    life.settled()


def test_what_is_misunderstood_is_answered_and_nothing_is_done(life: Life) -> None:
    life.comment("/fixbot merge")
    assert life.only_shown().states == [("all", "unchanged")]
    assert life.answers()[1].startswith("not understood: there is no such command")
    assert reactions(life) == [["confused"]]
    life.settled()


def test_two_commands_in_one_comment(life: Life) -> None:
    life.comment("/fixbot status", "/fixbot bogus", "/fixbot status")
    life.run()
    assert [line for line in life.answers() if line.startswith("####")] == [
        "#### `/fixbot status`",
        "#### `/fixbot bogus`",
        "#### `/fixbot status`",
    ]
    assert reactions(life) == [["+1"]]
    life.settled()


def test_later_commands_are_added_to_the_one_answer(life: Life) -> None:
    for verb in ("status", "rebase", "status"):
        life.comment(f"/fixbot {verb}")
        life.run()
        life.settled()
    assert [line[5:] for line in life.answers() if line.startswith("####")] == [
        "`/fixbot status`",
        "`/fixbot rebase`",
        "`/fixbot status`",
    ]


@pytest.mark.parametrize(
    "text", ["> /fixbot ignore", "```\n/fixbot ignore\n```", "    /fixbot ignore", "use /fixbot ignore"]
)
def test_what_only_shows_a_command_is_not_obeyed(life: Life, text: str) -> None:
    life.comment(text)
    assert life.settled().states == [("all", "unchanged")]


def test_commands_on_what_is_merged(life: Life) -> None:
    life.merge()
    life.run()
    life.comment("/fixbot rebase", "/fixbot recreate", "/fixbot split", "/fixbot ignore", "/fixbot unignore")
    assert life.only_shown().states == [("all", "merged")]
    assert life.record()["state"] in {"open", "merged"}
    assert life.settled().states == [("all", "merged")]


def test_a_command_of_fixbot_s_own_is_not_obeyed(life: Life) -> None:
    life.edit(comments=[{"author": "fixbot", "body": "/fixbot ignore"}])
    assert life.settled().states == [("all", "unchanged")]


def test_a_command_is_not_obeyed_again_when_the_answer_was_deleted(life: Life) -> None:
    life.comment("/fixbot ignore")
    life.run()
    life.reopen()
    life.run()
    life.edit(comments=life.comments(author="ada"))
    life.run()
    assert life.record()["state"] == "open"


def test_a_command_on_the_dashboard_is_not_obeyed_again_when_the_answer_was_deleted(life: Life) -> None:
    board = life.board()
    life.comment("/fixbot ignore bare-except", number=board, kind="issues")
    life.run()
    life.comment("/fixbot unignore bare-except")
    life.run()
    life.edit(board, "issues", comments=life.comments(board, "issues", author="ada"))
    assert life.run().states == [("all", "unchanged")]
    life.settled()


def test_a_pull_request_that_is_reopened_after_ignore_stays_open(life: Life) -> None:
    life.comment("/fixbot ignore")
    life.run()
    life.reopen()
    assert life.run().states == [("all", "unchanged")]
    life.settled()


def test_split_an_issue_s_pull_request(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    life.close()
    life.comment("/fixbot recreate")
    life.commit({"d.py": smell("d"), "e.py": smell("e")})
    life.issue(7, "# bare-except in d.py and e.py\n")
    life.run("--issue", "7")
    number = life.pulls()[0]["number"]
    life.comment("/fixbot split", number=number)
    life.run(max_open=9)
    life.run(max_open=9)
    holding = [pull for pull in life.pulls() if {*pull["fingerprints"]} & {*life.record(number)["fingerprints"]}]
    assert len(holding) == 2
    assert all("\nRefs #7\n" in pull["body"] for pull in holding)


def test_split_when_others_are_divided_by_owner_since(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a"), "b.py": smell("b"), "CODEOWNERS": "* @ann\n"})
    life.run()
    life.comment("/fixbot split")
    life.run(shard="owner")
    assert [len(pull["fingerprints"]) for pull in life.pulls()] == [1, 1]


def test_recreate_on_a_closed_one_leaves_another_from_its_branch_alone(life: Life) -> None:
    life.close()
    life.comment("/fixbot unignore")
    life.run()
    human = life.commit({"notes.md": "mine\n"}, ALL)
    life.comment("/fixbot recreate")
    life.run()
    assert life.head() == human
    life.settled()
