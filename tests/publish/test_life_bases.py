"""What becomes of pull requests whose base is renamed, turned or fixbot's own."""

from __future__ import annotations

import pytest

from tests.publish.living import ALL, Life, smell

pytestmark = pytest.mark.real


def test_an_open_one_goes_with_a_base_that_is_renamed(life: Life) -> None:
    life.git("branch", "--move", "main", "trunk")
    assert life.run().states == [("all", "unchanged")]
    assert len(life.pulls()) == 1
    life.settled()


def test_a_no_counts_although_the_base_was_renamed(life: Life) -> None:
    life.close()
    life.git("branch", "--move", "main", "trunk")
    life.run()
    assert life.pulls() == []


def test_a_no_counts_for_one_that_was_turned_before(life: Life) -> None:
    life.git("branch", "develop")
    life.edit(base="develop")
    assert life.run().states == [("all", "left alone")]
    assert life.settled().reasons == ["somebody turned it to develop"]
    life.close()
    life.run()
    assert life.pulls() == []


def test_ignoring_one_that_was_turned_does_not_bring_it_back(life: Life) -> None:
    life.git("branch", "develop")
    life.edit(base="develop")
    life.comment("/fixbot ignore")
    life.run()
    assert life.pulls() == []
    life.settled()


def test_fixbot_s_own_branch_is_no_base(life: Life) -> None:
    life.git("checkout", "--quiet", ALL)
    done = life.fixbot()
    assert done.code == 2
    assert f"{ALL} is a branch of fixbot's own: check out the one that its pull requests are for" in done.err
    assert life.fixbot("--base", ALL).code == 2


def test_what_waits_is_called_at_once_as_the_next_run_calls_it(life: Life) -> None:
    life.commit({"x.txt": "mine\n"}, ALL)
    life.commit({"b.py": smell("save")})
    assert ("all-2", "opened") in life.run().states
    life.commit({"b.py": "", "c.py": smell("keep")})
    assert sorted(life.run(max_open=1).states) == [("all", "left alone"), ("all-2", "emptied"), ("all-2", "waiting")]
    life.settled(max_open=1)


def test_what_is_new_joins_at_once_what_is_built_anew(life: Life) -> None:
    life.commit({"x.txt": "mine\n"}, ALL)
    life.commit({"a.py": smell("load", "save")})
    life.comment("/fixbot recreate")
    assert life.run(max_open=1).states == [("all", "updated")]
    assert len(life.marker()["findings"]) == 2
    life.settled(max_open=1)
