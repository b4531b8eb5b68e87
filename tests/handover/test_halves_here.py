"""`fixbot listen`, `plan` and `apply` without a server: what a person and a workflow are told, and wrong use."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fixbot import registry
from tests.parts.command import CLEAN, MANUAL, SMELLY, Done, commit, fixbot, plant, repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fixbot.codemod import Codemod, Module, Spot

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
    assert "| `bare-except` | review | 1 | 1 | new |" in text
    assert "| opened | #1 `fixbot/bare-except/all` | 1 | +" in text
    figures = dict(line.split("=") for line in outputs.read_text().splitlines())
    assert {"findings": "1", "opened": "1", "updated": "0", "closed": "0"}.items() <= figures.items()
    assert len(figures["digest"]) == 64


def test_annotations_need_a_file_for_the_plan(place: Path) -> None:
    done = fixbot("plan", place, "--format", "github")
    assert (done.code, "--output FILE" in done.err) == (2, True)


def test_one_of_a_thing_is_not_said_to_be_several(place: Path) -> None:
    done = applied(place, planned(place), "--summary", place.parent / "summary.md")
    assert "1 finding in 2 files of main; 1 rewritten, 0 left; 0 requests, " in done.out
    assert (place.parent / "summary.md").read_text("utf-8").startswith("# fixbot: 1 finding, 1 pull request\n")


@pytest.mark.parametrize("form", ["json", "markdown", "sarif"])
def test_a_plan_that_is_too_old_is_warned_of_beside_the_result(place: Path, form: str) -> None:
    made = planned(place)
    commit(place, {"c.py": CLEAN})
    done = applied(place, made, "--format", form)
    assert done.code == 0
    assert done.err.startswith("fixbot: warning: main has moved from ")
    assert "fixbot/bare-except/all: opened" in applied(place, planned(place)).out


def test_what_a_plan_says_of_its_commit_is_only_repeated_where_it_can_be_one(place: Path) -> None:
    made = planned(place)
    document = json.loads(made.read_text("utf-8"))
    document["base"]["commit"] = "`@octo`\n"
    made.write_text(json.dumps(document), "utf-8")
    done = applied(place, made)
    assert (done.code, done.out.partition(" since")[0][:22]) == (0, "warning: main has move")
    assert "@octo" not in done.out


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


@pytest.mark.parametrize("word", ["a/../b", "", "@ada", "a b"])
def test_who_asked_is_a_login(place: Path, word: str) -> None:
    done = fixbot("listen", place, "--issue", "1", "--asked-by", word)
    assert (done.code, "--asked-by takes a login" in done.err) == (2, True)


def logged(path: Path) -> Any:  # noqa: ANN401 - JSON is any
    (run,) = json.loads(path.read_text("utf-8"))["runs"]
    return run


def results(run: Any) -> list[tuple[str, bool]]:  # noqa: ANN401 - a part of JSON
    places = (each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"])
    return [(path, "fixes" in each) for path, each in zip(places, run["results"], strict=True)]


def test_code_scanning_is_told_of_the_commit_that_is_planned_and_of_nothing_else(place: Path) -> None:
    commit(place, {"c.py": MANUAL, "docs/d.py": SMELLY, "fixbot.toml": 'exclude = ["docs"]\n'})
    plant(place, {"new.py": SMELLY, "b.py": SMELLY, "a.py": "1 +\n"})
    log = place.parent / "log.sarif"
    check = f"{sys.executable} -c \"open('made.py', 'w').write('try: pass\\nexcept: pass\\n')\""
    made = json.loads(planned(place, "--sarif", log, "--verify-command", check).read_text("utf-8"))
    run = logged(log)
    assert results(run) == [("a.py", True), ("c.py", False)]
    told = [result["partialFingerprints"]["fixbot/v1"] for result in run["results"]]
    assert told == [finding["fingerprint"] for finding in made["report"]["findings"]]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_code_scanning_is_told_of_everything_whatever_an_issue_asks_for(place: Path) -> None:
    log = place.parent / "log.sarif"
    planned(place, "--issue", "3", "--sarif", log)
    assert results(logged(log)) == [("a.py", True)]


def test_a_log_that_cannot_be_written_is_said_before_any_work_is_done(place: Path) -> None:
    done = fixbot("plan", place, "--sarif", place / "none" / "log.sarif")
    assert (done.code, done.out, "its folder does not exist" in done.err) == (2, "", True)


def test_what_a_codemod_that_breaks_leaves_is_written_everywhere(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(place, {"c.py": SMELLY})
    bare: type[Codemod] = registry.catalogue()["bare-except"]  # type: ignore[assignment]
    find = bare.find

    def breaking(self: Codemod, module: Module) -> Iterator[Spot]:
        if module.path == "a.py":
            message = "a codemod's own fault"
            raise RuntimeError(message)
        yield from find(self, module)

    monkeypatch.setattr(bare, "find", breaking)
    names = ("plan.json", "log.sarif", "summary.md", "outputs")
    made, log, summary, outputs = (place.parent / name for name in names)
    told = ("--sarif", log, "--summary", summary, "--outputs", outputs, "--jobs", "1")
    done = fixbot("plan", place, "-o", made, *told)
    assert (done.code, "bare-except broke on a.py" in done.err) == (3, True)
    assert results(logged(log)) == [("c.py", True)]
    assert logged(log)["invocations"][0]["executionSuccessful"] is False
    assert len(json.loads(made.read_text("utf-8"))["changes"]) == 1
    assert ("# fixbot: 1 finding" in summary.read_text("utf-8"), "findings=1" in outputs.read_text("utf-8")) == (
        True,
        True,
    )
