from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.publish.living import ALL, Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real


def text(life: Life) -> str:
    body: str = life.record(life.board(), "issues")["body"]
    return body


def test_rebase(life: Life) -> None:
    base = life.commit({"x.txt": "x"})
    life.tick("rebase")
    assert life.only_shown().states == [("all", "updated")]
    assert life.git("rev-parse", f"{ALL}^") == base
    assert "[x]" not in text(life)
    assert life.settled().states == [("all", "unchanged")]


def test_recreate(life: Life) -> None:
    head = life.commit({"x.txt": "x"}, ALL)
    life.run()
    life.tick("recreate")
    assert life.only_shown().states == [("all", "updated")]
    assert life.head(f"fixbot-kept/1-{head[:12]}") == head
    assert life.settled().states == [("all", "unchanged")]


def test_open_goes_ahead_although_a_limit_says_wait(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a", "b")}, shard="finding", max_open=1)
    ran = life.run()
    assert [state for _, state in ran.states] == ["opened", "waiting"]
    life.settled()
    life.tick("open", f"fixbot/bare-except/{ran.states[1][0]}")
    assert sorted(state for _, state in life.only_shown().states) == ["opened", "unchanged"]
    assert [state for _, state in life.settled().states] == ["unchanged", "unchanged"]


def test_what_could_not_be_done_stays_ticked_until_it_can(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("load")})
    origin = tmp_path / "origin.git"
    life.git("clone", "--quiet", "--bare", ".", str(origin))
    life.git("remote", "add", "origin", str(origin))
    life.run()
    ours = life.head()
    theirs = life.commit({"x.txt": "x"}, ALL)
    life.git("push", "--quiet", "--force", "origin", f"{theirs}:refs/heads/{ALL}")
    life.git("update-ref", f"refs/heads/{ALL}", life.commit({"y.txt": "y"}, ALL))
    life.run()
    life.tick("recreate")
    (reason,) = life.run().reasons
    assert "is not the same here and in origin" in reason
    assert "[x]" in text(life)
    life.settled()
    life.git("update-ref", f"refs/heads/{ALL}", theirs)
    assert life.run().states == [("all", "updated")]
    assert "[x]" not in text(life)
    assert (life.head(), life.head(f"fixbot-kept/1-{theirs[:12]}")) == (ours, theirs)
    life.settled()


def test_who_goes_ahead_comes_before_those_that_wait(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {f"{name}/a.py": smell(name) for name in ("one", "two")}, max_files=1, max_hourly=1)
    assert life.run().states == [("one", "opened"), ("two", "waiting")]
    life.tick("rebase", "fixbot/bare-except/one")
    life.tick("open", "fixbot/bare-except/two")
    life.commit({"one/b.py": smell("more")})
    life.close()
    ran = life.run()
    assert sorted(state for _, state in ran.states) == ["declined", "opened", "waiting"]
    assert "2 opened within the hour, and the limit is 1" in ran.reasons
    life.settled()


def test_unignore(life: Life) -> None:
    life.close()
    life.run()
    life.tick("unignore")
    assert life.only_shown().states == [("all", "opened")]
    assert "[x]" not in text(life)
    assert life.settled().states == [("all", "unchanged")]


def test_what_a_person_ticks_and_unticks_is_not_done(life: Life) -> None:
    page = life.root / f".git/fixbot/issues/{life.board()}.md"
    before = page.read_text()
    life.tick("rebase")
    page.write_text(before)
    assert life.settled().states == [("all", "unchanged")]


def test_a_closed_dashboard_is_left_alone(life: Life) -> None:
    board = life.board()
    life.edit(board, "issues", state="closed")
    life.commit({"a.py": smell("load", "read")})
    before = life.record(board, "issues")
    assert life.run().states == [("all", "updated")]
    assert life.record(board, "issues") == before
    assert life.board() == board
    life.settled()


def test_no_dashboard_where_none_is_wanted(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("load")}, dashboard=False)
    life.run()
    assert not (life.root / ".git/fixbot/issues").exists()
    life.settled()


def test_no_dashboard_for_nothing(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": "a = 1\n"})
    assert life.settled().states == []


def test_the_boxes_of_a_dashboard_that_is_switched_off_are_not_obeyed(life: Life) -> None:
    life.commit({"x.txt": "x"})
    life.tick("rebase")
    assert life.settled(dashboard=False).states == [("all", "unchanged")]


def test_a_renamed_dashboard_without_label_is_found(life: Life) -> None:
    board = life.board()
    life.edit(board, "issues", title="Ours", labels=[])
    life.commit({"a.py": smell("load", "read")})
    life.run()
    assert (life.board(), life.record(board, "issues")["title"]) == (board, "Ours")
    life.settled()


def test_a_box_for_a_branch_that_nobody_has_does_nothing(life: Life) -> None:
    life.commit({"x.txt": "x"})
    page = life.root / f".git/fixbot/issues/{life.board()}.md"
    box = f"- [x] <!-- fixbot:do recreate fixbot/bare-except/none --> do\n- [x] <!-- fixbot:do merge {ALL} --> do\n"
    page.write_text(page.read_text().replace("- [ ] <!--", box + "- [ ] <!--", 1))
    assert life.run().states == [("all", "unchanged")]
    assert "[x]" not in text(life)
    life.settled()


def test_words_of_a_person_do_not_make_it_write_for_ever(life: Life) -> None:
    page = life.root / f".git/fixbot/issues/{life.board()}.md"
    page.write_text("# Ours\n\nHello\n\n" + page.read_text().partition("\n\n")[2])
    life.run()
    life.settled()
    assert life.record(life.board(), "issues")["title"] == "Ours"


def test_a_dashboard_whose_marker_is_gone_is_made_anew_once(life: Life) -> None:
    board = life.board()
    page = life.root / f".git/fixbot/issues/{board}.md"
    page.write_text("# Mine\n\nMy own words\n")
    life.run()
    assert life.board() != board
    assert page.read_text() == "# Mine\n\nMy own words\n"
    life.settled()


def test_a_doubled_dashboard_is_one(life: Life) -> None:
    board = life.board()
    page = life.root / f".git/fixbot/issues/{board}.md"
    copy = page.with_name("9.md")
    copy.write_text(page.read_text())
    life.commit({"a.py": smell("load", "read")})
    life.run()
    assert copy.read_text().endswith(f"\nGiven up: the dashboard of fixbot is #{board}.\n")
    assert "brought up to date" in page.read_text()
    life.settled()


def test_it_names_every_state_with_its_reason(tmp_path: Path) -> None:
    files = {f"{name}/m.py": smell(name) for name in ("one", "two", "three", "four")}
    life = Life(tmp_path / "place", files, shard="finding", max_open=3)
    life.run()
    life.close(1)
    life.merge(life.record(2)["branch"])
    life.commit({"x.txt": "x"}, life.record(3)["branch"])
    states = sorted(state for _, state in life.run().states)
    assert states == ["declined", "left alone", "merged", "opened"]
    headings = re.findall(r"^## (.*) \(1\)$", text(life), re.MULTILINE)
    assert headings == [
        "Left alone, because people work on them",
        "Open, new",
        "Declined: closed without a merge",
        "Merged",
    ]
    life.settled()


def test_the_boxes_of_a_closed_dashboard_are_not_obeyed(life: Life) -> None:
    life.commit({"x.txt": "x"})
    life.tick("rebase")
    life.edit(life.board(), "issues", state="closed")
    assert life.settled().states == [("all", "unchanged")]


def test_the_boxes_of_a_closed_dashboard_do_not_bring_back_what_is_declined_twice(life: Life) -> None:
    life.close()
    life.run()
    life.tick("unignore")
    life.edit(life.board(), "issues", state="closed")
    life.run()
    for pull in life.pulls():
        life.close(pull["number"])
    life.run()
    assert life.pulls() == []


def test_a_closed_dashboard_is_told_nothing(life: Life) -> None:
    board = life.board()
    life.edit(board, "issues", state="closed")
    life.comment("/fixbot ignore bare-except", number=board, kind="issues")
    assert life.settled().states == [("all", "unchanged")]


def test_what_a_dashboard_that_is_switched_off_still_remembers_stays_ignored(life: Life) -> None:
    life.comment("/fixbot ignore bare-except", number=life.board(), kind="issues")
    life.run()
    assert life.run(dashboard=False).states == []


def test_two_bases_settle(life: Life) -> None:
    life.git("branch", "old")
    life.run("--base", "old")
    life.run()
    life.settled("--base", "old")
    life.settled()


def test_two_bases_do_not_lose_what_was_ticked(life: Life) -> None:
    life.git("branch", "old")
    life.commit({"x.txt": "x"})
    life.tick("rebase")
    life.run("--base", "old")
    assert ("all", "updated") in life.run().states


def test_offer_again_brings_back_one_pull_request(life: Life) -> None:
    life.close()
    life.commit({"b.py": smell("b")})
    life.run()
    second = life.pulls()[0]["number"]
    life.close(second)
    life.run()
    assert f"offer again: #{second} " in text(life)
    life.tick("unignore")
    life.run()
    (pull,) = life.pulls()
    assert pull["fingerprints"] == life.record(second)["fingerprints"]


def test_open_goes_ahead_outside_of_the_update_window(life: Life) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).strftime("%a").lower()
    life.commit({"a.py": smell("load", "read")})
    assert life.run(update_schedule=[day]).states == [("all", "waiting")]
    life.tick("open")
    assert life.run(update_schedule=[day]).states == [("all", "updated")]


def test_a_box_is_only_where_it_does_something(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("load")})
    life.run()
    life.commit({"x.txt": "x"}, ALL)
    life.edit(labels=["fixbot", "fixbot:hold"])
    assert life.run().states == [("all", "left alone")]
    assert "fixbot:do recreate" not in text(life)
    life.edit(labels=["fixbot"])
    life.run()
    life.tick("recreate")
    assert life.run().states == [("all", "updated")]
