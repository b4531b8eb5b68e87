from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.publish.living import ALL, Life, smell

if TYPE_CHECKING:
    from pathlib import Path

# The other lives do what these do, and measuring takes them nearly as long again.
pytestmark = [pytest.mark.real, pytest.mark.no_cover]
MARKER = re.compile(r"<!-- fixbot:1 .*? -->")
FILLER = "".join(f"x{number} = {number}\n" for number in range(30))


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Give a repository with an open pull request of one finding, far from the end of its file."""
    life = Life(tmp_path / "place", {"a.py": smell("load") + "\n\n" + FILLER})
    life.run()
    return life


def moved(life: Life) -> None:
    """Let the base move in the same file, far away."""
    life.commit({"a.py": smell("load") + "\n\n" + FILLER + "y = 1\n"})


def in_conflict(life: Life) -> None:
    """Let the base move where the pull request changes the file, the finding's own text apart."""
    life.commit({"a.py": "import os\n\n" + smell("load") + "\n\n" + FILLER})


@pytest.mark.parametrize("update", ["conflict", "never"])
@pytest.mark.parametrize("changes", [{"b.txt": "x"}, {"b.py": "b = 1\n"}])
def test_a_base_that_moves_elsewhere_writes_nothing(life: Life, update: str, changes: dict[str, str]) -> None:
    life.commit(changes)
    assert life.settled(update=update).states == [("all", "unchanged")]


@pytest.mark.parametrize("update", ["conflict", "never"])
def test_a_base_that_moves_elsewhere_in_the_file_writes_nothing(life: Life, update: str) -> None:
    moved(life)
    assert life.settled(update=update).states == [("all", "unchanged")]


def test_behind_follows_the_base_once(life: Life) -> None:
    base = life.commit({"b.txt": "x"})
    ran = life.only_shown(update="behind")
    assert (ran.states, ran.reasons) == ([("all", "updated")], ["on the new base"])
    assert life.git("rev-parse", f"{ALL}^") == base
    assert life.settled(update="behind").states == [("all", "unchanged")]


def test_behind_waits_for_a_review(life: Life) -> None:
    life.edit(reviews=[{"author": "ada", "commit": life.head()}])
    life.commit({"b.txt": "x"})
    assert life.settled(update="behind").states == [("all", "unchanged")]


def test_a_conflict_is_made_anew_on_the_new_base(life: Life) -> None:
    in_conflict(life)
    ran = life.only_shown()
    assert (ran.states, ran.reasons) == ([("all", "conflict")], ["made anew on the new base"])
    assert life.git("rev-list", "--count", f"main..{ALL}") == "1"
    life.git("merge", "--quiet", "--no-edit", ALL)


def test_never_means_never(life: Life) -> None:
    head = life.head()
    in_conflict(life)
    ran = life.run(update="never")
    assert ran.states == [("all", "left alone")]
    assert ran.reasons == ['it conflicts with the base, but `update = "never"`']
    assert life.head() == head
    life.settled(update="never")


def test_never_opens_what_is_new_beside_what_is_open(life: Life) -> None:
    head = life.head()
    life.commit({"d.py": smell("d")})
    assert life.run(update="never").states == [("all", "unchanged"), ("all-2", "opened")]
    assert life.head() == head
    assert life.settled(update="never").states == [("all", "unchanged"), ("all-2", "unchanged")]


def test_a_wiped_body_gets_its_marker_back(life: Life) -> None:
    life.edit(body="")
    ran = life.only_shown()
    assert (ran.states, ran.reasons) == ([("all", "updated")], ["its marker is written again"])
    assert life.settled().states == [("all", "unchanged")]
    assert not MARKER.sub("", life.record()["body"]).strip()


def test_a_marker_that_another_run_wrote_over_is_mended_and_all_is_given_in_one_run(life: Life) -> None:
    other = life.commit({"b.txt": "x"})
    body = life.record()["body"].replace(life.head(), other).replace('"done"', '"reviewer:ada"')
    life.edit(body=body)
    ran = life.only_shown()
    assert (ran.states, ran.reasons) == ([("all", "updated")], ["its marker is written again"])
    assert life.marker()["pushed"] == [other, life.head()]
    assert life.marker()["given"][-1] == "done"
    assert life.settled().states == [("all", "unchanged")]


def test_what_was_heard_is_remembered_although_the_marker_is_gone(life: Life) -> None:
    life.edit(comments=[{"author": "ada", "body": "/fixbot explain"}])
    life.run()
    life.edit(body="In our own words")
    life.run()
    assert life.marker()["heard"] > 0
    life.settled()


def test_a_doubled_marker_counts_as_none(life: Life) -> None:
    body = life.record()["body"]
    life.edit(body=f"{body}\n{MARKER.findall(body)[0]}\n")
    life.run()
    assert len(MARKER.findall(life.record()["body"])) == 1
    assert life.settled().states == [("all", "unchanged")]


def test_a_marker_from_another_pull_request_counts_as_none(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b")}, max_files=1)
    life.run()
    theirs = MARKER.findall(life.record(2)["body"])[0]
    life.edit(1, body=MARKER.sub(lambda _: theirs, life.record(1)["body"]))
    life.run()
    assert [life.marker(number)["branch"][-3:] for number in (1, 2)] == ["one", "two"]
    assert life.settled().states == [("one", "unchanged"), ("two", "unchanged")]


def test_words_of_a_person_stay_on_an_update(life: Life) -> None:
    life.edit(title="Mine", body="My words\n" + life.record()["body"])
    assert life.run().states == [("all", "unchanged")]
    in_conflict(life)
    life.run()
    assert life.record()["title"] == "Mine"
    assert life.record()["body"].startswith("My words\n")
    assert life.settled().states == [("all", "unchanged")]


def test_words_of_a_person_stay_when_it_is_emptied(life: Life) -> None:
    life.edit(title="Mine", body="My words\n" + life.record()["body"])
    life.commit({"a.py": FILLER})
    assert life.run().states == [("all", "emptied")]
    assert (life.record()["title"], life.record()["body"][:9]) == ("Mine", "My words\n")


def test_an_untouched_text_follows_the_content(life: Life) -> None:
    life.commit({"a.py": smell("load", "read") + "\n\n" + FILLER})
    life.run()
    assert life.record()["title"].endswith("(2 places)")
    assert "**2 findings in 1 file**" in life.record()["body"]
    assert life.record()["body"] == (life.root / ".git/fixbot/pulls/1.md").read_text().partition("\n\n")[2]


PEOPLE: dict[str, Any] = {"labels": ["bot", "tidy"], "reviewers": ["codeowners", "@Zoe"], "assignees": ["eve"]}


@pytest.fixture
def owned(tmp_path: Path) -> Life:
    """Give a repository with code owners and an open pull request."""
    life = Life(tmp_path / "place", {"a.py": smell("a"), "CODEOWNERS": "*.py @ann @org/crew\n"}, **PEOPLE, draft=True)
    life.run()
    return life


def test_a_new_one_is_given_to_people(owned: Life) -> None:
    record = owned.record()
    assert (record["labels"], record["assignees"], record["draft"]) == (["bot", "tidy"], ["eve"], True)
    assert record["reviewers"] == ["ann", "org/crew", "Zoe"]


def test_what_people_took_away_stays_away(owned: Life) -> None:
    owned.edit(labels=["mine"], reviewers=["bob"], assignees=[], draft=False)
    owned.settled()
    owned.commit({"a.py": smell("a", "b")})
    assert owned.run().states == [("all", "updated")]
    record = owned.record()
    assert (record["labels"], record["reviewers"], record["assignees"]) == (["mine"], ["bob"], [])
    assert record["draft"] is False
    owned.settled()


def test_notes_are_edited_and_not_repeated(life: Life) -> None:
    (before,) = life.record()["notes"]
    in_conflict(life)
    life.run()
    (after,) = life.record()["notes"]
    assert (after["finding"], after["says"]) == (before["finding"], before["says"])
    life.commit({"a.py": smell("load", "read") + "\n\n" + FILLER})
    life.run()
    assert len(life.record()["notes"]) == 2


def test_reasons_in_the_body_alone(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a")}, evidence="body")
    life.run()
    assert life.record()["notes"] == []
    life.settled()


@pytest.mark.parametrize("update", ["conflict", "behind", "never"])
@pytest.mark.parametrize("shard", ["directory", "owner", "finding"])
@pytest.mark.parametrize("more", [{}, {"dashboard": False, "evidence": "body"}, {"draft": True, "labels": []}])
def test_the_second_run_is_idle_whatever_the_settings(
    tmp_path: Path, update: str, shard: str, more: dict[str, object]
) -> None:
    files = {"a.py": smell("a"), "one/b.py": smell("b", "c"), "CODEOWNERS": "one/ @ann\n"}
    life = Life(tmp_path / "place", files, update=update, shard=shard, **more)
    assert {state for _, state in life.run().states} == {"opened"}
    assert {state for _, state in life.settled().states} == {"unchanged"}


def test_nothing_of_the_machine_is_in_what_is_published(owned: Life) -> None:
    texts = [str(owned.record()[key]) for key in ("title", "body", "notes")]
    texts.append(owned.record(owned.board(), "issues")["body"])
    texts.append(owned.git("show", "--no-patch", "--format=%B", ALL))
    assert not any(str(owned.root.parent) in text or "/root" in text for text in texts)


def test_the_operator_s_check_runs_once_where_something_joins(life: Life, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    check = f"{sys.executable} -c \"open({str(ran)!r}, 'a').write('x')\""
    life.commit({"a.py": smell("load") + "\n\n" + FILLER + smell("save")})
    assert life.run("--verify-command", check).states == [("all", "updated")]
    assert len(life.marker()["findings"]) == 2
    assert ran.read_text() == "xx", "on the base, then with the change"
