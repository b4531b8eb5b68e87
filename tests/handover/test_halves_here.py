"""`fixbot listen`, `plan` and `apply` without a server: what a person and a workflow are told, and wrong use."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.parts.command import CLEAN, SMELLY, Done, fixbot, repository

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", {"a.py": SMELLY, "b.py": CLEAN})


def planned(place: Path, *arguments: str | Path) -> Path:
    made = place.parent / "plan.json"
    done = fixbot("plan", place, "-o", made, *arguments)
    assert done.code == 0, done.err
    return made


def applied(place: Path, *arguments: str | Path) -> Done:
    with contextlib.chdir(place):
        return fixbot("apply", *arguments)


def test_a_plan_is_told_to_a_person_and_applied(place: Path) -> None:
    made = place.parent / "plan.json"
    done = fixbot("plan", place, "-o", made)
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[:2] == ["bare-except: 1 finding in 1 file", "1 finding, 1 planned, 0 left"]
    assert "fixbot/bare-except/all: opened" in applied(place, made).out
    assert "fixbot/bare-except/all: unchanged" in applied(place, planned(place)).out


def test_a_plan_goes_to_standard_output_where_no_file_is_named(place: Path) -> None:
    done = fixbot("plan", place)
    assert done.json["codemods"]
    assert done.json["changes"][0]["rewrites"][0]["before"] == SMELLY


def test_a_workflow_is_told_beside_the_log(place: Path) -> None:
    summary, outputs = place.parent / "summary.md", place.parent / "outputs"
    summary.write_text("before\n")
    told = ("--summary", summary, "--outputs", outputs)
    done = fixbot("plan", place, "-o", place.parent / "plan.json", "--format", "github", *told)
    assert done.out.startswith("::error file=a.py,line=4,")
    assert applied(place, place.parent / "plan.json", *told).code == 0
    text = summary.read_text()
    assert text.startswith("before\n# fixbot: 1 finding, 1 planned\n")
    assert "- `bare-except`: planned: 1 finding in 1 file" in text
    assert "- `fixbot/bare-except/all`: opened #1: nothing of it was offered before" in text
    figures = dict(line.split("=") for line in outputs.read_text().splitlines())
    assert {"findings": "1", "opened": "1", "updated": "0", "closed": "0"}.items() <= figures.items()
    assert len(figures["digest"]) == 64


def test_annotations_need_a_file_for_the_plan(place: Path) -> None:
    done = fixbot("plan", place, "--format", "github")
    assert (done.code, "--output FILE" in done.err) == (2, True)


def test_a_summary_that_cannot_be_written_is_said(place: Path) -> None:
    made = planned(place)
    done = applied(place, made, "--dry-run", "--summary", place / "none" / "summary.md")
    assert (done.code, "cannot write" in done.err) == (2, True)


def test_an_issue_that_is_not_there_is_planned_as_nothing_and_applied_as_wrong_use(place: Path) -> None:
    made = planned(place, "--issue", "3")
    because = "there is no issue 3 here, or the token may not see it"
    assert json.loads(made.read_text())["because"] == because
    done = applied(place, made, "--issue", "3")
    assert (done.code, done.err) == (2, f"fixbot: {because}\n")


def test_a_situation_of_something_else_is_refused(place: Path) -> None:
    heard = place.parent / "situation.json"
    assert fixbot("listen", place, "-o", heard).code == 0
    document = json.loads(heard.read_text())
    for other in ({"base": "other"}, {"version": "0"}):
        heard.write_text(json.dumps(document | other))
        done = fixbot("plan", place, "--situation", heard)
        assert (done.code, "listen again" in done.err) == (2, True)
    heard.write_text(json.dumps(document))
    done = fixbot("plan", place, "--situation", heard, "--issue", "3")
    assert (done.code, "listen again" in done.err) == (2, True)


def test_a_plan_that_is_not_there_or_is_none_is_wrong_use(place: Path) -> None:
    assert applied(place, place / "none.json").code == 2
    assert applied(place, place / "a.py").code == 2
