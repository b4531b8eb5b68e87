from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.publish.living import Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
OURS = "Thanks, I look at it on monday"


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """Give a repository with a pull request that fixes an issue, and a text in which a person wrote."""
    life = Life(tmp_path / "place", {"a.py": smell("a"), "b.py": smell("b")})
    life.issue(7, "# bare-except\n")
    life.run("--issue", "7")
    write(life, "\n")
    return life


def write(life: Life, end: str) -> None:
    number = life.pulls()[0]["number"]
    body = life.record(number)["body"].replace("Fixes #7\n", f"Fixes #7{end}{end}{OURS}{end}")
    life.edit(number, body=body)


def lines(life: Life) -> list[str]:
    """Give what the pull request says of the issue, and what the person says."""
    (pull,) = life.pulls()
    return [line for line in pull["body"].splitlines() if "#7" in line or line == OURS]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_persons_text_does_not_close_an_issue_of_which_something_left(life: Life, end: str) -> None:
    write(life, end)
    assert lines(life)[0] == "Fixes #7"
    number = life.pulls()[0]["number"]
    life.comment("/fixbot ignore b.py", number=number)
    life.run()
    assert [line for line in lines(life) if line != OURS] == ["Refs #7"]
    assert OURS in lines(life)
    assert "fixes" not in life.marker(number)
    life.settled()


def test_a_persons_text_says_it_too_where_the_commit_stays(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"a.py": smell("a"), "b.py": "def ("})
    life.issue(7, "# bare-except\n")
    life.run("--issue", "7")
    (pull,) = life.pulls()
    life.edit(pull["number"], body=pull["body"].replace("Refs #7", f"It Refs #7 or so\n\nRefs #7\n\n{OURS}"))
    life.commit({"b.py": "b = 1\n"})
    life.run("--issue", "7")
    assert lines(life) == ["It Refs #7 or so", "Fixes #7", OURS]
    assert life.pulls()[0]["head"] == pull["head"]


def test_what_a_person_says_of_the_issue_in_words_of_their_own_stays(life: Life) -> None:
    (pull,) = life.pulls()
    life.edit(pull["number"], body=pull["body"].replace("Fixes #7", "Part of #7"))
    life.comment("/fixbot ignore b.py", number=pull["number"])
    life.run()
    assert lines(life) == ["Part of #7", OURS]
    life.settled()
