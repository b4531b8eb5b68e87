"""The base of a run in clones as CI makes them: shallow, of one branch, with a HEAD that is on no branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.errors import OperatorError
from fixbot.shell.git import Git
from fixbot.shell.local import LocalForge
from tests.parts.command import CLEAN, SMELLY, commit, fixbot, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """Give a repository whose default branch is `main`, with another one called `develop`."""
    place = repository(tmp_path / "origin", {"a.py": CLEAN})
    git(place, "checkout", "--quiet", "-b", "develop")
    commit(place, {"a.py": SMELLY}, "Go on")
    git(place, "checkout", "--quiet", "main")
    return place


def checked_out(origin: Path, place: Path, ref: str) -> Path:
    """Clone as actions/checkout does: one commit of one branch, which it names as origin does and checks out."""
    git(origin, "init", "--quiet", str(place))
    git(place, "remote", "add", "origin", origin.as_uri())
    wanted = f"+refs/heads/{ref}:refs/remotes/origin/{ref}"
    git(place, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", wanted)
    git(place, "checkout", "--quiet", "-B", ref, f"refs/remotes/origin/{ref}")
    return place


def based(place: Path, branch: str | None) -> tuple[str, str]:
    found = LocalForge(Git(place), "").base(branch)
    return found.branch, found.commit


def test_a_branch_that_only_origin_has_here_is_a_base(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", origin.as_uri(), "place")
    tip = git(origin, "rev-parse", "develop")
    assert based(tmp_path / "place", "develop") == ("develop", tip)


def test_a_branch_of_ones_own_counts_more_than_that_of_origin(origin: Path, tmp_path: Path) -> None:
    place = checked_out(origin, tmp_path / "place", "develop")
    own = commit(place, {"b.py": CLEAN}, "Not pushed")
    assert based(place, "develop") == ("develop", own)


def test_the_branch_that_is_checked_out_alone_is_planned_for(origin: Path, tmp_path: Path) -> None:
    place = checked_out(origin, tmp_path / "place", "develop")
    (place / "fixbot.toml").write_text('base = "develop"\n')
    done = fixbot("plan", place, "--output", tmp_path / "plan.json")
    assert done.code == 0, done.err
    assert git(origin, "rev-parse", "develop") in (tmp_path / "plan.json").read_text()


def test_a_detached_head_does_not_keep_a_branch_of_origin_from_being_named(origin: Path, tmp_path: Path) -> None:
    place = checked_out(origin, tmp_path / "place", "develop")
    git(place, "checkout", "--quiet", "--detach")
    git(place, "branch", "--quiet", "-D", "develop")
    assert based(place, "develop")[1] == git(origin, "rev-parse", "develop")


def test_a_branch_that_was_not_fetched_is_said_with_what_to_do(origin: Path, tmp_path: Path) -> None:
    place = checked_out(origin, tmp_path / "place", "main")
    with pytest.raises(OperatorError, match="the branch develop has no commit") as refused:
        based(place, "develop")
    assert str(refused.value).endswith(
        ": fetch it; in a workflow `ref: develop` of actions/checkout does, or `fetch-depth: 0`"
    )


def test_what_only_looks_like_a_branch_of_origin_is_none(origin: Path, tmp_path: Path) -> None:
    place = checked_out(origin, tmp_path / "place", "main")
    git(place, "tag", "origin/develop")
    git(place, "update-ref", "refs/remotes/other/develop", "HEAD")
    with pytest.raises(OperatorError, match="has no commit"):
        based(place, "develop")


def test_a_pull_request_for_a_branch_that_only_origin_has_stays_as_it_is(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--no-single-branch", str(origin), "place")
    place = tmp_path / "place"
    first = fixbot("run", place, "--forge", "local", "--base", "develop")
    assert "fixbot/bare-except/all: opened" in first.out, first.err
    again = fixbot("run", place, "--forge", "local", "--base", "develop")
    assert "fixbot/bare-except/all: unchanged" in again.out
    assert "0 writes" in again.out
