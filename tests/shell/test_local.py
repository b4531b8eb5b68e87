"""The local forge: branches here and in an origin, and what they tell of pull requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import BlockedError, OperatorError
from fixbot.model import Touched
from fixbot.plan import fingerprint
from tests.parts.command import CLEAN, SMELLY, WHO, commit, plant, repository
from tests.parts.git import git
from tests.parts.local_forge import (
    BRANCH,
    FINDING,
    at_origin,
    change,
    forge,
    marked,
    opened,
    plan,
    record,
    states,
    with_origin,
)

if TYPE_CHECKING:
    from pathlib import Path

    from fixbot.shell.forge import Forge


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", {"a.py": SMELLY})


def test_it_can_do_all_that_a_forge_can(place: Path) -> None:
    local: Forge = forge(place)
    assert (local.name, local.complaints, local.verified("ab" * 20)) == ("local", [], "")
    assert local.may_write("whoever")


def test_merged_and_closed_are_seen_from_the_branches(place: Path) -> None:
    local, _ = opened(place)
    git(place, "merge", "--quiet", "--no-ff", "--no-edit", BRANCH, environment=WHO)
    assert states(local) == ["merged"]
    git(place, "reset", "--quiet", "--hard", "HEAD^")
    assert states(local) == ["open"]
    git(place, "branch", "-D", BRANCH)
    assert states(local) == ["closed"]
    assert local.tally().writes == 2, "reading writes nothing"


def test_a_merge_of_an_earlier_push_counts_when_the_branch_is_gone(place: Path) -> None:
    local, head = opened(place)
    (pull,) = local.pulls()
    git(place, "merge", "--quiet", "--no-edit", BRANCH, environment=WHO)
    local.edit(pull, body=marked(head, "ef" * 20))
    git(place, "branch", "-D", BRANCH)
    assert states(local) == ["merged"]


def test_a_merge_of_what_an_update_was_about_to_replace_counts(place: Path) -> None:
    local, head = opened(place)
    (pull,) = local.pulls()
    local.edit(pull, body=marked(head, "ef" * 20))
    git(place, "merge", "--quiet", "--no-edit", BRANCH, environment=WHO)
    assert states(local) == ["merged"]


def test_a_merge_of_an_earlier_push_leaves_what_came_after_it_open(place: Path) -> None:
    local, head = opened(place)
    (pull,) = local.pulls()
    new = local.commit(plan("y = 2\n"), local.base(None))
    local.edit(pull, body=marked(head, new))
    local.move(BRANCH, new, head)
    git(place, "merge", "--quiet", "--no-edit", head, environment=WHO)
    assert states(local) == ["open"]


def test_a_commit_that_a_person_reworded_and_merged_is_merged(place: Path) -> None:
    local, _ = opened(place)
    git(place, "checkout", "--quiet", BRANCH)
    git(place, "commit", "--quiet", "--amend", "-m", f"Mine\n\n{plan(place=place).commit_message}", environment=WHO)
    git(place, "checkout", "--quiet", "main")
    assert states(local) == ["open"]
    git(place, "merge", "--quiet", "--no-edit", BRANCH, environment=WHO)
    assert states(local) == ["merged"]


def test_a_branch_that_a_person_points_at_the_base_is_closed_not_merged(place: Path) -> None:
    local, _ = opened(place)
    git(place, "branch", "--force", BRANCH, "main")
    assert states(local) == ["closed"]
    commit(place, {"b.py": CLEAN})
    git(place, "branch", "--force", BRANCH, "main")
    assert states(local) == ["closed"]


def test_a_base_that_is_gone_leaves_a_pull_request_open(place: Path) -> None:
    local, head = opened(place)
    git(place, "checkout", "--quiet", "-b", "other")
    git(place, "branch", "--quiet", "-D", "main")
    (pull,) = local.pulls()
    assert (pull.state, pull.head) == ("open", head)


def test_the_head_of_an_open_one_is_where_its_branch_is(place: Path) -> None:
    local, head = opened(place)
    git(place, "checkout", "--quiet", BRANCH)
    human = commit(place, {"a.py": "x = 1\n"})
    git(place, "checkout", "--quiet", "main")
    (pull,) = local.pulls()
    assert (pull.head, pull.pushed) == (human, (head,))


def test_one_that_was_closed_with_its_branch_stays_so_when_the_branch_comes_again(place: Path) -> None:
    local, head = opened(place)
    git(place, "branch", "-D", BRANCH)
    new = local.commit(plan("y = 2\n"), local.base(None))
    local.move(BRANCH, new, None)
    assert states(local) == ["closed"], "a run that is stopped here leaves no pull request that is back from the dead"
    assert record(place)["closed_at"] == "2026-01-02T12:00:00Z"
    local.open(plan("y = 2\n"), marked(new), new)
    assert [(pull.number, pull.state, pull.head) for pull in local.pulls()] == [(1, "closed", head), (2, "open", new)]


def test_one_that_was_merged_stays_so_when_its_branch_is_used_again(place: Path) -> None:
    local, head = opened(place)
    git(place, "merge", "--quiet", "--no-edit", BRANCH, environment=WHO)
    new = local.commit(replace(plan(), change=plan("y = 2\n").change), local.base(None))
    local.move(BRANCH, new, head)
    local.open(plan(), marked(new), new)
    assert states(local) == ["merged", "open"]
    assert record(place)["state"] == "merged"


def test_a_body_without_marker_is_known_by_its_commit(place: Path) -> None:
    local, _ = opened(place)
    change(place, body="In my own words")
    (pull,) = local.pulls()
    assert pull.marker is not None
    assert (pull.marker.codemod, pull.plan, pull.fingerprints, pull.pushed) == (
        "bare-except",
        fingerprint(plan(place=place).change),
        (FINDING,),
        (),
    )
    git(place, "checkout", "--quiet", BRANCH)
    commit(place, {"a.py": "x = 1\n"}, "By hand")
    commit(place, {"a.py": "x = 2\n"}, "By hand again")
    git(place, "checkout", "--quiet", "main")
    assert [pull.fingerprints for pull in local.pulls()] == [(FINDING,)], "below what a person committed on top"
    git(place, "branch", "-D", BRANCH)
    assert [(pull.state, pull.fingerprints) for pull in local.pulls()] == [("closed", (FINDING,))]


def test_a_marker_that_was_copied_from_another_pull_request_is_none(place: Path) -> None:
    local, head = opened(place)
    change(place, body=marked(head, branch="fixbot/other/all"))
    (pull,) = local.pulls()
    assert (pull.branch, pull.pushed, pull.fingerprints) == (BRANCH, (), (FINDING,)), "the commit's trailers count"


def test_a_body_and_a_commit_without_either_have_no_marker(place: Path) -> None:
    local, _ = opened(place)
    git(place, "checkout", "--quiet", "--force", "-B", BRANCH, "main")
    human = commit(place, {"a.py": "x = 1\n"}, "By hand")
    git(place, "checkout", "--quiet", "main")
    change(place, body="In my own words", head=human)
    (pull,) = local.pulls()
    assert pull.marker is None


def test_a_body_without_marker_whose_commit_is_gone_is_no_trouble(place: Path) -> None:
    local, _ = opened(place)
    change(place, body="In my own words", head="ef" * 20)
    git(place, "branch", "-D", BRANCH)
    assert [(pull.state, pull.marker) for pull in local.pulls()] == [("closed", None)]


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
    with pytest.raises(BlockedError, match="is not the same here and in origin"):
        local.move(BRANCH, new, head)
    assert git(place, "rev-parse", BRANCH) == human
    assert git(origin, "rev-parse", BRANCH) == head


@pytest.mark.parametrize("has_origin", [False, True], ids=["alone", "with origin"])
def test_a_branch_that_somebody_moves_meanwhile_is_told_as_such(place: Path, *, has_origin: bool) -> None:
    origin = with_origin(place) if has_origin else None
    local, head = opened(place)
    new = local.commit(plan("y = 2\n"), local.base(None))
    human = commit(place, {"b.py": CLEAN})
    git(place, "branch", "--force", BRANCH, human)
    if origin:
        git(place, "push", "--quiet", "--force", str(origin), BRANCH)
    with pytest.raises(BlockedError, match=f"the branch {BRANCH} was moved by somebody else in the meantime"):
        local.move(BRANCH, new, head)
    assert git(place, "rev-parse", BRANCH) == human


def test_a_commit_that_a_body_alone_calls_fixbot_s_is_told_and_not_pushed_over(place: Path) -> None:
    origin = with_origin(place)
    local, head = opened(place)
    human = commit(place, {"b.py": CLEAN})
    git(place, "push", "--quiet", "--force", str(origin), f"{human}:refs/heads/{BRANCH}")
    change(place, body=marked(head, human))
    assert local.heads() == {BRANCH: human}
    new = local.commit(plan("y = 2\n"), local.base(None))
    with pytest.raises(BlockedError, match="is not the same here and in origin"):
        local.move(BRANCH, new, head)
    assert git(origin, "rev-parse", BRANCH) == human


def test_what_reached_origin_alone_is_brought_here_when_it_is_opened(place: Path) -> None:
    origin = with_origin(place)
    local, merged = opened(place)
    number = local.pulls()[0].number
    change(place, state="merged")
    new = local.commit(plan("y = 2\n"), local.base(None))
    git(place, "push", "--quiet", "--force", str(origin), f"{new}:refs/heads/{BRANCH}")
    pull = local.open(plan("y = 2\n"), marked(new), new)
    assert pull.number != number
    assert git(place, "rev-parse", BRANCH) == new != merged
    human = commit(place, {"b.py": CLEAN})
    git(place, "branch", "--force", BRANCH, human)
    local.open(plan("y = 2\n"), marked(new), new)
    assert git(place, "rev-parse", BRANCH) == human, "what a person put there stays"


def test_a_branch_that_is_where_it_should_be_is_not_moved(place: Path) -> None:
    with_origin(place)
    local, head = opened(place)
    writes = local.tally().writes
    local.move(BRANCH, head, head)
    assert local.tally().writes == writes


def test_a_branch_that_only_one_place_has_is_brought_to_the_other(place: Path) -> None:
    origin = with_origin(place)
    local = forge(place)
    head = local.commit(plan(), local.base(None))
    git(place, "push", "--quiet", str(origin), f"{head}:refs/heads/{BRANCH}")
    local.open(plan(), marked(head), head)
    assert git(place, "rev-parse", BRANCH) == head
    assert local.tally().writes == 2


def test_whether_a_commit_is_the_plan_s_is_told_without_a_trace(place: Path) -> None:
    local, head = opened(place)
    base, wanted = local.base(None), plan(place=place)
    before = git(place, "count-objects")
    assert local.holds(head, wanted, base)
    assert not local.holds(head, plan("y = 2\n", place=place), base)
    assert not local.holds(base.commit, wanted, base)
    assert not local.holds("ef" * 20, wanted, base)
    assert git(place, "count-objects") == before


def test_a_commit_made_on_an_earlier_base_is_the_plan_s_too(place: Path) -> None:
    local, head = opened(place)
    commit(place, {"b.py": CLEAN})
    assert local.holds(head, plan(place=place), local.base(None))
    assert not local.holds(head, plan("y = 2\n", place=place), local.base(None))
    git(place, "checkout", "--quiet", "--orphan", "elsewhere")
    commit(place)
    assert not local.holds(head, plan(place=place), local.base("elsewhere")), "the base did not grow out of it"


def test_a_commit_made_before_its_file_changed_is_not_the_plan_s(place: Path) -> None:
    local, head = opened(place)
    commit(place, {"a.py": SMELLY + "# more\n"})
    (rewrite,) = plan().change.rewrites
    newer = replace(rewrite, before=(SMELLY + "# more\n").encode())
    wanted = plan(place=place)
    wanted = replace(wanted, change=replace(wanted.change, rewrites=(newer,)))
    assert not local.holds(head, wanted, local.base(None))


def test_a_merge_is_never_the_plan_s(place: Path) -> None:
    local, _ = opened(place)
    git(place, "merge", "--quiet", "--no-ff", "--no-edit", BRANCH, environment=WHO)
    assert not local.holds(git(place, "rev-parse", "main"), plan(place=place), local.base(None))


def test_what_a_commit_changes_is_told_wherever_it_is(place: Path) -> None:
    with_origin(place)
    local, head = opened(place)
    assert tuple(local.touched(head)) == (Touched("a.py", SMELLY.encode(), CLEAN.encode()),)
    assert not local.touched(git(place, "rev-parse", "main")), "no commit of fixbot's"
    human = at_origin(place, BRANCH, {"a.py": "x = 1\n"})
    assert not local.touched(human)


def test_a_person_s_commit_is_kept_under_another_name(place: Path) -> None:
    origin = with_origin(place)
    local, _ = opened(place)
    human = commit(place, {"a.py": "x = 1\n"})
    writes = local.tally().writes
    local.keep("fixbot-kept/1-abc", human)
    assert git(place, "rev-parse", "fixbot-kept/1-abc") == git(origin, "rev-parse", "fixbot-kept/1-abc") == human
    assert local.tally().writes == writes + 2
    local.keep("fixbot-kept/1-abc", human)
    assert local.tally().writes == writes + 2
    assert list(local.heads()) == [BRANCH], "it is no branch of fixbot's"


def test_a_person_s_commit_that_only_the_origin_has_is_kept_there(place: Path) -> None:
    origin = with_origin(place)
    git(place, "push", "--quiet", "origin", "main")
    opened(place)
    human = at_origin(place, BRANCH, {"a.py": "x = 1\n"})
    git(place, "remote", "set-url", "origin", "../origin.git")
    plant(place, {"sub/b.py": CLEAN})
    local = forge(place / "sub")
    local.keep("fixbot-kept/1-abc", human)
    assert git(origin, "rev-parse", "fixbot-kept/1-abc") == human
    assert "fixbot-kept" not in git(place, "branch", "--list")


def test_a_base_needs_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    with pytest.raises(OperatorError, match="commit something first"):
        forge(tmp_path).base(None)


def test_a_base_needs_a_branch(place: Path) -> None:
    with pytest.raises(OperatorError, match="name one that `git branch` lists"):
        forge(place).base("no-such-branch")


def test_no_branch_moves_where_records_cannot_be_written(place: Path) -> None:
    local = forge(place)
    (place / ".git/fixbot").write_text("in the way")
    head = local.commit(plan(), local.base(None))
    with pytest.raises(OperatorError, match="cannot be written"):
        local.move(BRANCH, head, None)
    with pytest.raises(OperatorError, match="cannot be written"):
        local.open(plan(), "body", head)
    assert (place / ".git/fixbot").read_text() == "in the way"
    assert git(place, "branch", "--list", BRANCH) == ""


@pytest.mark.parametrize("url", ["https://example.invalid/a/b.git", "git@example.invalid:a/b.git"])
def test_an_origin_on_another_machine_is_never_asked(place: Path, url: str) -> None:
    git(place, "remote", "add", "origin", url)
    local, head = opened(place)
    assert local.heads() == {BRANCH: head}


def test_an_origin_may_be_a_file_address(place: Path) -> None:
    origin = with_origin(place)
    git(place, "remote", "set-url", "origin", f"file://{origin}")
    _, head = opened(place)
    assert git(origin, "rev-parse", BRANCH) == head
