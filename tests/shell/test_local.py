from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.marker import Marker, write_marker
from fixbot.model import Base, Change, PullRequestPlan, Rewrite, Safety
from fixbot.shell.git import Git
from fixbot.shell.local import LocalForge
from tests.parts.command import CLEAN, SMELLY, WHO, commit, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "fixbot/bare-except/all"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", {"a.py": SMELLY})


def forge(place: Path) -> LocalForge:
    return LocalForge(Git(place), "Bot <bot@example.org>")


def plan(after: str = CLEAN) -> PullRequestPlan:
    change = Change("bare-except", Safety.REVIEW, (Rewrite("a.py", SMELLY.encode(), after.encode(), ()),))
    return PullRequestPlan(
        branch=BRANCH,
        base="main",
        title="T",
        commit_message="T\n",
        labels=("l",),
        fingerprint="ab" * 10,
        change=change,
        body="why",
    )


def marked(*pushed: str) -> str:
    marker = Marker("bare-except", BRANCH, "ab" * 10, "cd" * 20, (), pushed)
    return f"why\n{write_marker(marker)}\n"


def opened(place: Path) -> tuple[LocalForge, str]:
    local = forge(place)
    head = local.commit(plan(), local.base(None))
    local.move(BRANCH, head, None)
    local.open(plan(), marked(head), head)
    return local, head


def with_origin(place: Path) -> Path:
    origin = place.parent / "origin.git"
    git(place.parent, "init", "--quiet", "--bare", str(origin))
    git(place, "remote", "add", "origin", str(origin))
    return origin


def test_a_record_is_read_as_it_was_written(place: Path) -> None:
    local, head = opened(place)
    (pull,) = local.pulls()
    assert (pull.number, pull.state, pull.title, pull.branch, pull.base) == (1, "open", "T", BRANCH, "main")
    assert (pull.head, pull.pushed, pull.labels, pull.plan) == (head, (head,), ("l",), "ab" * 10)
    assert pull.url.endswith("/.git/fixbot/pulls/1.md")
    assert local.tally().writes == 2
    assert local.tally().requests == 0


def test_an_update_keeps_the_number_and_what_a_person_wrote(place: Path) -> None:
    local, _ = opened(place)
    (pull,) = local.pulls()
    path = place / ".git/fixbot/pulls/1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"title": "Mine", "labels": ["mine"]}))
    (pull,) = local.pulls()
    local.update(pull, replace(plan(), title="Other"), marked("ef" * 20), "ef" * 20)
    (pull,) = local.pulls()
    assert (pull.number, pull.title, pull.labels, pull.head) == (1, "Mine", ("mine",), "ef" * 20)


def test_numbers_go_up_and_are_sorted_as_numbers(place: Path) -> None:
    local, head = opened(place)
    for _ in range(10):
        local.open(plan(), marked(head), head)
    assert [pull.number for pull in local.pulls()] == list(range(1, 12))


def test_merged_and_closed_are_seen_from_the_branches(place: Path) -> None:
    local, _ = opened(place)
    git(place, "merge", "--quiet", "--no-ff", "--no-edit", BRANCH, environment=WHO)
    assert [pull.state for pull in local.pulls()] == ["merged"]
    git(place, "reset", "--quiet", "--hard", "HEAD^")
    assert [pull.state for pull in local.pulls()] == ["open"]
    git(place, "branch", "-D", BRANCH)
    assert [pull.state for pull in local.pulls()] == ["closed"]


def test_of_two_places_the_one_that_a_human_moved_is_told(place: Path) -> None:
    origin = with_origin(place)
    local, head = opened(place)
    assert local.heads() == {BRANCH: head}
    human = commit(place, {"b.py": CLEAN})
    git(place, "branch", "--force", BRANCH, human)
    assert local.heads() == {BRANCH: human}
    git(place, "branch", "--force", BRANCH, head)
    git(place, "push", "--quiet", "--force", str(origin), f"{human}:refs/heads/{BRANCH}")
    assert local.heads() == {BRANCH: human}


def test_a_branch_that_differs_is_not_moved(place: Path) -> None:
    origin = with_origin(place)
    local, head = opened(place)
    human = commit(place, {"b.py": CLEAN})
    git(place, "branch", "--force", BRANCH, human)
    new = local.commit(plan("y = 2\n"), local.base(None))
    with pytest.raises(ForgeError, match="is not the same here and in origin"):
        local.move(BRANCH, new, head)
    assert git(place, "rev-parse", BRANCH) == human
    assert git(origin, "rev-parse", BRANCH) == head


def test_whether_a_commit_is_the_plan_s_is_told_without_a_trace(place: Path) -> None:
    local, head = opened(place)
    base = local.base(None)
    before = git(place, "count-objects")
    assert local.holds(head, plan(), base)
    assert not local.holds(head, plan("y = 2\n"), base)
    assert not local.holds(head, plan(), Base("main", head, Git(place).tree_of(head)))
    assert git(place, "count-objects") == before


def test_a_base_needs_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    with pytest.raises(OperatorError, match="commit something first"):
        forge(tmp_path).base(None)


def test_records_that_cannot_be_written_are_told(place: Path) -> None:
    local = forge(place)
    (place / ".git/fixbot").write_text("in the way")
    with pytest.raises(ForgeError, match="cannot be written"):
        local.open(plan(), "body", "ab" * 20)
    assert (place / ".git/fixbot").read_text() == "in the way"
