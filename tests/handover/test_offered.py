"""A plan that is fitted to what a forge tells now: what it did not know, and what people said since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from fixbot.handover.documents import Plan
from fixbot.handover.offered import offer_of, wishes_of
from fixbot.job import Job
from fixbot.model import (
    Base,
    Change,
    Finding,
    Marker,
    Place,
    PullRequest,
    Request,
    Rewrite,
    Safety,
    ScanReport,
    Scope,
    Severity,
    Situation,
    Ticket,
    Wish,
)
from fixbot.settings import Settings
from fixbot.shell.git import Git
from fixbot.shell.ruff import Opinion
from tests.parts.command import CLEAN, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

    from fixbot.offer import Offer

BRANCH = "fixbot/bare-except/all"


def finding(path: str) -> Finding:
    return Finding(
        codemod="bare-except",
        path=path,
        line=1,
        column=1,
        end_line=1,
        qualname="",
        severity=Severity.HIGH,
        safety=Safety.REVIEW,
        message="bare",
        fingerprint=path.encode().hex().ljust(20, "0")[:20],
    )


def rewrite(path: str, group: str = "") -> Rewrite:
    return Rewrite(path, b"a = 1\n", b"a = 2\n", (finding(path),), group=group)


def pull(*paths: str, state: str = "open", codemod: str = "bare-except", base: str = "main") -> PullRequest:
    found = tuple(finding(path).fingerprint for path in paths)
    marker = Marker(codemod=codemod, branch=BRANCH, plan="p", base="b", findings=found, pushed=("c" * 40,), onto="main")
    head = "c" * 40
    return PullRequest(
        number=7, state=state, base=base, marker=marker, title="T", branch=BRANCH, head=head, url="https://x.org/7"
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", {"a.py": CLEAN})


def offered(place: Path, *rewrites: Rewrite, known: dict[str, Any] | None = None, lane: str = "") -> Offer:
    base = Base("main", git(place, "rev-parse", "main"), git(place, "rev-parse", "main^{tree}"))
    plan = Plan(
        base=base,
        codemods=("bare-except",),
        report=ScanReport((), (), 1, 1, 0.0),
        changes=(Change("bare-except", Safety.REVIEW, rewrites, lane),),
        opinions=(tuple(Opinion((), ()) for _ in rewrites),),
    )
    situation = replace(Situation(), **(known or {}))
    return offer_of(plan, Job(root=place).offering(Settings(), Git(place), base, situation))


def paths(offer: Offer) -> list[list[str]]:
    return [[one.path for one in shard.change.rewrites] for shard in offer.shards]


def reasons(offer: Offer) -> list[str]:
    return [refusal.because for refusal in offer.refused]


def test_what_nobody_has_said_a_word_about_is_offered(place: Path) -> None:
    offer = offered(place, rewrite("a.py"), rewrite("b.py"))
    assert (paths(offer), reasons(offer)) == ([["a.py", "b.py"]], [])


def test_what_was_declined_since_is_left_and_the_rest_goes_on(place: Path) -> None:
    offer = offered(place, rewrite("a.py"), rewrite("b.py"), known={"pulls": (pull("a.py", state="closed"),)})
    assert paths(offer) == [["b.py"]]
    assert reasons(offer) == ["declined: pull request 7 was closed with it"]


def test_what_stands_or_falls_together_is_left_together(place: Path) -> None:
    both = (rewrite("a.py", "one"), rewrite("b.py", "one"))
    offer = offered(place, *both, known={"pulls": (pull("a.py", state="closed"),)})
    assert (paths(offer), len(offer.refused)) == ([], 2)


def test_what_is_in_a_pull_request_that_the_plan_did_not_know_is_left(place: Path) -> None:
    offer = offered(place, rewrite("a.py"), rewrite("b.py"), known={"pulls": (pull("a.py", "c.py"),)})
    assert paths(offer) == [["b.py"]]
    assert reasons(offer) == [f"it is in the pull request from {BRANCH}, which the plan did not know"]


def test_what_is_in_a_pull_request_as_a_whole_is_offered_for_that(place: Path) -> None:
    offer = offered(place, rewrite("a.py"), rewrite("b.py"), known={"pulls": (pull("a.py"),)})
    assert {shard.branch: shard.change.lane for shard in offer.shards}[BRANCH] == BRANCH
    assert reasons(offer) == []


def test_what_an_open_pull_request_has_is_not_taken_apart(place: Path) -> None:
    known = {"ignores": frozenset({"path:a.py"}), "pulls": (pull("a.py", "b.py"),)}
    offer = offered(place, rewrite("a.py"), rewrite("b.py"), lane=BRANCH, known=known)
    assert (paths(offer), set(reasons(offer))) == ([], {"people asked to ignore a.py"})


@pytest.mark.parametrize(
    ("known", "because"),
    [
        ({}, f"the pull request from {BRANCH}, for which it was planned, is not open any more"),
        ({"pulls": (pull("a.py", codemod="kwargs-schema"),)}, f"the pull request from {BRANCH} is about kwargs-schema"),
        (
            {"pulls": (pull("a.py"),), "request": Request(3, ("bare-except",), Scope((Place("other.py"),)))},
            "issue 3 does not ask for it",
        ),
    ],
    ids=["not open", "of another codemod", "out of scope"],
)
def test_a_change_does_not_go_into_a_pull_request_of_something_else(
    place: Path, known: dict[str, Any], because: str
) -> None:
    offer = offered(place, rewrite("a.py"), lane=BRANCH, known=known)
    assert (paths(offer), reasons(offer)) == ([], [because])


@pytest.mark.parametrize(
    ("known", "because"),
    [
        ({"ignores": frozenset({"bare-except"})}, "people asked to ignore bare-except"),
        ({"ignores": frozenset({"path:a.py"})}, "people asked to ignore a.py"),
        ({"pulls": (pull("a.py", base="other"),)}, "pull request 7 has it, which somebody turned to another base"),
        ({"request": Request(3, ("kwargs-schema",))}, "bare-except is not asked for"),
        ({"request": Request(3, ("bare-except",), Scope((Place("b.py"),)))}, "issue 3 does not ask for it"),
    ],
)
def test_what_people_say_counts_although_the_plan_did_not_hear_it(
    place: Path, known: dict[str, Any], because: str
) -> None:
    offer = offered(place, rewrite("a.py"), known=known)
    assert (paths(offer), reasons(offer)) == ([], [because])


def test_however_often_plans_ask_no_more_issues_are_open_than_a_codemod_says(place: Path) -> None:
    base = Base("main", git(place, "rev-parse", "main"), git(place, "rev-parse", "main^{tree}"))
    wish = Wish(codemod="todo-without-ticket", path="a.py", line=1, end_line=1, says="mend it", lines=("# TODO",))
    plan = Plan(base=base, codemods=(wish.codemod,), report=ScanReport((), (), 1, 1, 0.0), wishes=(wish,) * 10)
    settings = Settings(select=(wish.codemod,))
    offering = Job(root=place).offering(settings, Git(place), base, Situation())
    filed = [Ticket(words="0" * 16, path="b.py", number=number, is_open=number != 1) for number in range(1, 98)]
    found = wishes_of(plan, offering, filed)
    assert len(found.wishes) == 4
    assert set(found.because.values()) == {"no more than 100 are open at once: close those that are done"}
