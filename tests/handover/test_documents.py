"""The documents between the halves: they come back as they were, and nothing else comes back at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixbot.errors import OperatorError
from fixbot.handover.documents import Listened, Plan
from fixbot.handover.text import LIMIT, read, written
from fixbot.model import (
    Base,
    Breaking,
    Change,
    Diagnostic,
    Evidence,
    Finding,
    Marker,
    Place,
    PullRequest,
    Refusal,
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
from fixbot.shell.ruff import Opinion

if TYPE_CHECKING:
    from collections.abc import Callable

FINDING = Finding(
    codemod="bare-except",
    path="a.py",
    line=1,
    column=1,
    end_line=2,
    qualname="load",
    severity=Severity.HIGH,
    safety=Safety.REVIEW,
    message="bare",
    fingerprint="0123456789abcdef0123",
    evidence=(Evidence(1, "`open` raises"),),
    breaking=Breaking("callers", "f()", "g()", ("b.py:3",)),
)
REWRITE = Rewrite("a.py", b"a = 1\n", b"a = 2\n", (FINDING,), (Refusal(FINDING, "no"),), ((1, 2),), ("x",))
PLAN = Plan(
    base=Base("main", "c" * 40, "d" * 40),
    codemods=("bare-except",),
    verify_command="pytest -q",
    report=ScanReport((FINDING,), (), 3, 1, 0.25),
    changes=(Change("bare-except", Safety.REVIEW, (REWRITE,)),),
    opinions=((Opinion((Diagnostic("E1", "odd", 1),), (), b"a = 2\n"),),),
    refused=(Refusal(FINDING, "no"),),
    excluded=("b.py",),
    parted=frozenset({"one", "two"}),
    wishes=(Wish(codemod="todo-without-ticket", path="a.py", line=1, end_line=2, says="do", lines=("# TODO",)),),
)
PULL = PullRequest(
    number=1,
    state="closed",
    title="Say it",
    branch="fixbot/bare-except/all",
    base="main",
    head="e" * 40,
    url="https://example.org/1",
    labels=("fixbot",),
    marker=Marker(codemod="bare-except", branch="x", plan="p", base="b", findings=("f",), pushed=("e" * 40,)),
    created=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
)
HEARD = Listened(
    base="main",
    situation=Situation(
        pulls=(PULL,),
        ignores=frozenset({"path:docs", "bare-except"}),
        anew=frozenset({"fixbot/bare-except/all"}),
        request=Request(7, ("bare-except",), Scope((Place("a.py", 1, 2),))),
        tickets=(Ticket(words="0" * 16, path="a.py", number=3, is_open=False),),
    ),
)


@pytest.mark.parametrize("document", [PLAN, HEARD], ids=["plan", "heard"])
def test_a_document_comes_back_as_it_was(document: Plan | Listened) -> None:
    text = written(document)
    assert read(text.encode(), type(document), "file") == document
    assert written(read(text.encode(), type(document), "file")) == text


@given(st.binary(), st.binary())
def test_any_content_comes_back_byte_for_byte(before: bytes, after: bytes) -> None:
    rewrite = replace(REWRITE, before=before, after=after)
    plan = replace(PLAN, changes=(replace(PLAN.changes[0], rewrites=(rewrite,)),))
    assert read(written(plan).encode(), Plan, "file") == plan


def test_a_path_that_is_no_unicode_comes_back() -> None:
    plan = replace(PLAN, excluded=(b"\xff.py".decode("utf-8", "surrogateescape"),))
    assert read(written(plan).encode(), Plan, "file") == plan


def test_text_can_be_read_by_a_person_and_bytes_are_in_base64() -> None:
    told = json.loads(
        written(replace(PLAN, changes=(replace(PLAN.changes[0], rewrites=(replace(REWRITE, after=b"\xff"),)),)))
    )
    assert told["changes"][0]["rewrites"][0]["before"] == "a = 1\n"
    assert told["changes"][0]["rewrites"][0]["after"] == {"base64": "/w=="}


def rewrite(plan: Any) -> Any:  # noqa: ANN401 - JSON is any
    return plan["changes"][0]["rewrites"][0]


WRONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "a field too many": (lambda plan: plan.update(x=1), "extra fields found (x)"),
    "a field too few": (lambda plan: plan["base"].pop("tree"), "required field missing @ file.base.tree"),
    "a default left out": (lambda plan: plan.pop("parted"), "not written as fixbot writes it"),
    "text for a number": (lambda plan: plan.update(issue="3"), "expected int @ file.issue"),
    "yes for a number": (lambda plan: plan.update(issue=True), "expected int @ file.issue"),
    "a number for text": (
        lambda plan: rewrite(plan).update(after=3),
        "expected bytes @ file.changes[0].rewrites[0].after",
    ),
    "an unknown word": (
        lambda plan: plan["changes"][0].update(safety="wild"),
        "expected Safety @ file.changes[0].safety",
    ),
    "text for a list": (lambda plan: plan.update(codemods="abc"), "not written as fixbot writes it"),
    "a list for an object": (lambda plan: plan.update(base=[]), "something else than an object @ file.base"),
    "nothing for an object": (lambda plan: plan.update(report=None), "@ file.report"),
    "no base64": (lambda plan: rewrite(plan).update(before={"base64": "%%"}), "expected bytes"),
    "another way to write bytes": (
        lambda plan: rewrite(plan).update(before={"base64": "YQ=="}),
        "not written as fixbot",
    ),
    "a pair of one": (lambda plan: rewrite(plan).update(spans=[[1]]), "@ file.changes[0].rewrites[0].spans[0]"),
    "a number without an end": (
        lambda plan: plan["report"].update(seconds=10**400),
        "expected float @ file.report.seconds",
    ),
    "no number": (lambda plan: plan["report"].update(seconds=float("nan")), "NaN is no number of JSON"),
}


@pytest.mark.parametrize("how", WRONG)
def test_a_document_of_another_form_is_refused_with_the_place(how: str) -> None:
    change, because = WRONG[how]
    told = json.loads(written(PLAN))
    change(told)
    with pytest.raises(OperatorError) as raised:
        read(json.dumps(told).encode(), Plan, "file")
    assert because in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[]", b"null", b"3", b'"x"', b"[" * 100_000, b"x" * 0 + b"{}"])
def test_what_is_no_document_is_refused(text: bytes) -> None:
    with pytest.raises(OperatorError, match="file"):
        read(text, Plan, "file")


def test_a_document_that_is_too_long_is_not_even_parsed() -> None:
    with pytest.raises(OperatorError, match="is larger than 200 MB"):
        read(bytes(LIMIT + 1), Plan, "file")


@pytest.mark.parametrize("figure", ["1e999", "-1e999", "1" * 400, "1" * 5000])
def test_a_figure_that_is_too_large_is_refused(figure: str) -> None:
    text = written(PLAN).replace('"seconds": 0.25', f'"seconds": {figure}')
    with pytest.raises(OperatorError, match="file") as raised:
        read(text.encode(), Plan, "file")
    assert len(str(raised.value)) < 200


def test_a_time_without_a_zone_is_refused() -> None:
    text = written(HEARD).replace("+00:00", "")
    with pytest.raises(OperatorError, match="created"):
        read(text.encode(), Listened, "file")


def test_many_mistakes_are_not_all_told() -> None:
    told = json.loads(written(PLAN)) | {f"x{number}": 1 for number in range(3)}
    told["base"] = {}
    told["report"] = {}
    with pytest.raises(OperatorError) as raised:
        read(json.dumps(told).encode(), Plan, "file")
    assert str(raised.value).endswith("; …")
