"""What a person asks for on a closed pull request comes in spite of the limits, wherever it lands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.publish.living import ALL, Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real


def test_recreate_on_a_closed_one_comes_beside_another_from_its_branch(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a")}, max_open=1)
    life.run()
    life.close()
    life.commit({"b.py": smell("b")})
    life.run()
    human = life.commit({"notes.md": "mine\n"}, ALL)
    life.comment("/fixbot recreate")
    assert ("all-2", "opened") in life.only_shown().states
    assert life.head() == human
    life.settled()


def test_recreate_on_a_closed_one_goes_round_a_person_s_commit_on_its_branch(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a"), "b/c.py": smell("c")}, max_open=1)
    life.run()
    human = life.commit({"notes.md": "mine\n"}, ALL)
    life.close()
    life.commit({"d.py": "import time\n\n\nasync def wait():\n    time.sleep(1)\n"})
    life.run()
    life.comment("/fixbot recreate")
    assert f"fixbot/bare-except/all-{human[:7]}" in {
        pull["branch"] for pull in life.run().pulls if pull["state"] == "opened"
    }
    assert life.head() == human
    life.settled()


def test_a_folder_that_is_not_there_is_not_ignored(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a")})
    life.run()
    life.comment("/fixbot ignore nope")
    assert life.only_shown().states == [("all", "unchanged")]
    assert life.answers()[1].startswith("not understood: there is no such codemod, file or folder")
    life.settled()


def test_the_last_of_several_words_counts(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a")})
    life.run()
    before = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    life.edit(comments=[{"author": "ada", "body": "/fixbot ignore\n/fixbot recreate", "updated": before}])
    assert ("all", "opened") in life.only_shown().states
    life.settled()


def test_a_box_is_about_the_one_behind_it_although_another_was_declined_since(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a")})
    life.run()
    life.close()
    life.commit({"b.py": smell("b")})
    life.run()
    (other,) = life.pulls()
    life.tick("unignore")
    life.close(other["number"])
    life.run()
    offered = {fingerprint for pull in life.pulls() for fingerprint in pull["fingerprints"]}
    assert offered == set(life.record(1)["fingerprints"])
