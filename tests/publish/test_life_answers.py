from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.parts.command import MANUAL
from tests.publish.living import ALL, Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real


def test_a_split_one_that_a_person_reopened_stays_with_what_is_left_for_it(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b"), "c.py": smell("c")}, max_open=2)
    life.run()
    life.comment("/fixbot split")
    life.run()
    life.reopen()
    assert ("all", "updated") in life.run().states
    again = life.settled(max_open=9)
    assert ("all", "unchanged") in again.states
    assert [pull["number"] for pull in life.pulls()].count(1) == 1
    assert life.record()["branch"] == ALL


def test_a_split_one_that_a_person_reopened_can_be_split_again(tmp_path: Path) -> None:
    files = {path: smell("load") for path in ("one/a.py", "three/a.py", "two/a.py", "two/b.py")}
    life = Life(tmp_path / "place", files, max_open=2)
    life.run()
    life.comment("/fixbot split")
    assert sorted(life.run().states) == [
        ("all", "superseded"),
        ("one", "opened"),
        ("three", "opened"),
        ("two", "waiting"),
    ]
    life.reopen()
    life.run()
    life.comment("/fixbot split")
    ran = life.run(max_open=9)
    assert [state for branch, state in ran.states if branch == "all"] == ["superseded"]
    assert [len(pull["fingerprints"]) for pull in life.pulls()] == [1, 1, 1, 1]


def test_a_no_is_an_answer_that_strict_does_not_mind(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("load")})
    assert life.fixbot("--strict").code == 0
    life.close()
    done = life.fixbot("--strict")
    assert (done.code, [one["because"] for one in done.json["refused"]]) == (
        0,
        ["declined: pull request 1 was closed with it"],
    )
    life.commit({"b.py": MANUAL})
    assert life.fixbot("--strict").code == 1


def many(count: int) -> str:
    return smell(*(f"f{number}" for number in range(count)))


@pytest.mark.parametrize("shard", ["directory", "owner"])
def test_more_smells_in_a_long_file_come_beside_its_pull_request(tmp_path: Path, shard: str) -> None:
    life = Life(tmp_path / "place", {"a.py": many(4)}, shard=shard, max_lines=10)
    life.run()
    life.commit({"a.py": many(8)})
    assert [state for _, state in life.only_shown().states] == ["unchanged", "opened"]
    assert [len(pull["fingerprints"]) for pull in life.pulls()] == [4, 4]
    life.settled()


def test_without_rules_about_owners_it_is_by_directory(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b")}, shard="owner")
    assert life.run().states == [("all", "opened")]
