"""What is planned is never more than a plan may hold: the rest is left for later, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixbot.errors import OperatorError
from fixbot.handover import bounds, text
from fixbot.handover.bounds import beyond, within
from fixbot.handover.documents import Plan
from fixbot.model import Base, Change, Finding, Refusal, Rewrite, Safety, ScanReport, Severity
from fixbot.offer import Offer
from fixbot.prepare import Prepared
from fixbot.shell.ruff import Opinion


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_FILES", 3)
    monkeypatch.setattr(bounds, "MOST_FINDINGS", 2)
    monkeypatch.setattr(bounds, "MOST_TOLD", 6)


def finding(path: str, number: int, severity: Severity) -> Finding:
    return Finding(
        codemod="bare-except",
        path=path,
        line=number,
        column=1,
        end_line=number,
        qualname="",
        severity=severity,
        safety=Safety.REVIEW,
        message="bare",
        fingerprint=f"{path}-{number}",
    )


def rewrite(path: str, count: int = 1, group: str = "", severity: Severity = Severity.HIGH) -> Rewrite:
    found = tuple(finding(path, number, severity) for number in range(1, count + 1))
    return Rewrite(path, b"1\n", b"2\n", found, group=group)


def change(*rewrites: Rewrite, lane: str = "") -> Change:
    return Change("bare-except", Safety.REVIEW, rewrites, lane)


def planned(*changes: Change, parted: frozenset[str] = frozenset()) -> Plan:
    found = tuple(finding for each in changes for finding in each.findings)
    opinions = {("bare-except", rewrite): Opinion((), ()) for each in changes for rewrite in each.rewrites}
    prepared = Prepared(ScanReport(found, (), 1, 1, 0.0), changes, (), opinions)
    offer = within(Offer(prepared, (), (), (), changes, parted))
    made = Plan.of(offer, Base("main", "c" * 40, "d" * 40), issue=0, codemods=("bare-except",), verify_command=None)
    assert list(beyond(made)) == []
    return made


def paths(plan: Plan) -> list[list[str]]:
    return [[rewrite.path for rewrite in each.rewrites] for each in plan.changes]


def test_what_fits_is_planned_as_it_is() -> None:
    changes = (change(rewrite("a"), rewrite("b", 2)), change(rewrite("a"), lane="fixbot/bare-except/all"))
    made = planned(*changes, parted=frozenset({"b-1"}))
    assert (made.changes, made.refused, made.parted) == (changes, (), frozenset({"b-1"}))


def test_open_pull_requests_and_the_gravest_come_first_and_the_rest_later() -> None:
    low = change(rewrite("a", severity=Severity.LOW), rewrite("b", severity=Severity.LOW))
    grave, is_open = change(rewrite("c", severity=Severity.CRITICAL)), change(rewrite("d"), lane="fixbot/x/all")
    made = planned(low, grave, is_open, parted=frozenset({"a-1", "b-1"}))
    assert paths(made) == [["a"], ["c"], ["d"]]
    assert len(made.opinions) == 3
    assert [(each.finding.path, each.because) for each in made.refused] == [
        ("b", "a plan changes no more than 3 files: a later run offers it")
    ]
    assert made.parted == {"a-1"}


def test_what_stands_or_falls_together_is_not_taken_apart() -> None:
    group = [rewrite(path, group="one") for path in "bcd"]
    assert paths(planned(change(rewrite("a"), *group))) == [["a"]]
    assert paths(planned(change(*group), change(rewrite("e"), rewrite("f"), lane="fixbot/x/all"))) == [["e", "f"]]


def test_a_file_of_too_many_findings_is_left_with_the_reason() -> None:
    made = planned(change(rewrite("a", 3), rewrite("b", 2)))
    assert paths(made) == [["b"]]
    assert {each.because for each in made.refused} == {"a plan holds no more than 2 findings of one file"}


def test_more_findings_than_a_plan_can_tell_of_are_said_with_what_to_do() -> None:
    with pytest.raises(OperatorError, match="7 findings, and a plan tells of no more than 6: choose fewer codemods"):
        planned(change(*[rewrite(path) for path in "abcdefg"]))
    with pytest.raises(OperatorError, match="7 findings"):
        within(Offer(Prepared(ScanReport((), (), 1, 1, 0.0), (), (), {}), (refused(),) * 7, ()))


def refused() -> Refusal:
    return Refusal(finding("a", 1, Severity.LOW), "no")


def test_a_plan_that_nobody_would_read_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    made = planned(change(replace(rewrite("a"), after=b"x" * 5_000)))
    assert text.written(made)
    monkeypatch.setattr(text, "LIMIT", 5_000)
    with pytest.raises(OperatorError, match="is larger than 0 MB: choose fewer codemods"):
        text.written(made)
