"""`--review FILE`: the review of a run, of a plan and of what was applied, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from html import unescape
from typing import TYPE_CHECKING

import pytest

from fixbot.shell.whole import why_not_whole, write_whole
from tests.cli.conftest import FILES
from tests.parts.command import CLEAN, SMELLY, Done, commit, fixbot, repository
from tests.publish.living import Life, smell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a repository with one finding of each safety."""
    return repository(tmp_path / "place", FILES)


def applied(place: Path, *arguments: str | Path) -> Done:
    with contextlib.chdir(place):
        return fixbot("apply", *arguments)


def next_steps(text: str) -> list[str]:
    return [line for line in text.partition("## Next\n\n")[2].splitlines() if line]


def test_a_run_writes_its_review_in_the_place_of_the_last_one(place: Path, tmp_path: Path) -> None:
    told = tmp_path / "review.md"
    told.write_text("what was there\n" * 1_000, "utf-8")
    shown = fixbot("run", place, "--forge", "local", "--review", told, "--format", "markdown")
    text = told.read_text("utf-8")
    assert (shown.code, shown.out) == (0, text)
    assert text.startswith("# fixbot: 3 findings, 2 pull requests, 1 left\n")
    assert "| `bare-except` | critical | 3 | 2 | 0 | 1 | 0 |" in text
    assert "| opened | #1 `fixbot/bare-except/all` | 1 | +" in text
    assert [line.partition(":")[0] for line in next_steps(text)] == [
        "- Review 2 pull requests, then merge or close",
        "- 1 finding is left to a person",
        "- Mend 1 unparsable file, or `exclude` it",
    ]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_waits_is_told_with_what_can_be_done(place: Path, tmp_path: Path) -> None:
    told = tmp_path / "review.md"
    for limit, advice in (("--max-open", "merge or close one"), ("--max-hourly", "run again in an hour")):
        assert fixbot("run", place, "--forge", "local", "--review", told, limit, "1").code == 0
        assert f": {advice}, or raise `{limit[2:]}`." in next_steps(told.read_text("utf-8"))[0]


def test_what_a_person_closed_is_declined_and_what_he_holds_is_left_alone(tmp_path: Path) -> None:
    life = Life(tmp_path / "place", {"one/a.py": smell("a"), "two/b.py": smell("b"), "c.py": smell("c")}, max_files=1)
    told = tmp_path / "review.md"
    life.run()
    life.close(1)
    life.edit(2, labels=["fixbot:hold"])
    life.commit({"x.py": "x = 1\n"}, life.record(3)["branch"])
    number, path = 2, life.record(2)["branch"]
    life.commit({life_path(life, path): CLEAN})
    assert life.fixbot("--review", told).code == 0
    text = unescape(told.read_text("utf-8"))
    assert "| `bare-except` | critical | 2 | 1 | 0 | 0 | 1 |" in text
    assert "declined: pull request 1 was closed with it" in text
    assert "#3 is left alone: somebody has pushed to the branch" in text
    assert "`/fixbot recreate`" in text
    assert f"#{number} is left alone: there is nothing left of it to do on main, but it carries the label" in text
    assert "take the label off" in text


def life_path(life: Life, branch: str) -> str:
    return life.git("diff", "--name-only", "main", branch).splitlines()[0]


def test_what_is_too_daring_needs_a_reviewer(place: Path, tmp_path: Path) -> None:
    told = tmp_path / "review.md"
    assert fixbot("run", place, "--forge", "local", "--safety", "safe", "--review", told).code == 0
    text = told.read_text("utf-8")
    assert "| `bare-except` | critical | 3 | 1 | 1 | 1 | 0 |" in text
    assert '- 1 finding needs a reviewer: `safety = "review"` rewrites it.' in next_steps(text)


def test_plan_and_apply_each_write_their_own(place: Path, tmp_path: Path) -> None:
    made, planned, done = (tmp_path / name for name in ("plan.json", "plan.md", "done.md"))
    assert fixbot("plan", place, "-o", made, "--review", planned).code == 0
    text = planned.read_text("utf-8")
    assert text.startswith("# fixbot: 3 findings, 2 planned, 1 left\n")
    assert "| requests | unknown |" in text
    assert next_steps(text)[0] == "- Publish 2 changes with `fixbot apply`."
    assert applied(place, made, "--dry-run", "--review", done).code == 0
    assert "A dry run: nothing was written" in done.read_text("utf-8")
    assert applied(place, made, "--review", done).code == 0
    text = done.read_text("utf-8")
    assert "`fixbot apply` looks at no code" in text
    assert "| **total** | | **3** | **2** | **0** | **1** | **0** |" in text
    commit(place, {"new.py": SMELLY})
    assert applied(place, made, "--review", done).code == 0
    text = done.read_text("utf-8")
    assert text.startswith("# fixbot: main has moved from ")
    assert "| **total** | | **3** | **0** | **0** | **1** | **0** | **2** |" in text
    assert next_steps(text) == ["- Plan again: the plan is for another commit than the newest."]


@pytest.mark.parametrize("where", ["none/review.md", "folder", "file/review.md"])
def test_a_review_that_cannot_be_written_is_said_before_anything_is_published(
    place: Path, tmp_path: Path, where: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    made = tmp_path / "plan.json"
    assert fixbot("plan", place, "-o", made).code == 0
    before = sorted(path.name for path in (place / ".git").iterdir())
    for done in (
        fixbot("run", place, "--forge", "local", "--review", tmp_path / where),
        fixbot("plan", place, "--review", tmp_path / where),
        applied(place, made, "--review", tmp_path / where),
    ):
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"fixbot: cannot write {tmp_path / where}: ")
    assert sorted(path.name for path in (place / ".git").iterdir()) == before


def test_a_review_does_not_replace_another_file_of_the_command(place: Path, tmp_path: Path) -> None:
    made = tmp_path / "plan.json"
    for option in ("--output", "--summary", "--outputs", "--sarif"):
        done = fixbot("plan", place, option, made, "--review", tmp_path / "." / "plan.json")
        assert (done.code, done.err) == (2, f"fixbot: --review and {option} name the same file: {made}\n")
    assert not made.exists()


def test_a_file_is_replaced_with_its_mode_and_its_links(tmp_path: Path) -> None:
    there, link = tmp_path / "there", tmp_path / "link"
    there.write_bytes(b"old")
    there.chmod(0o640)
    link.symlink_to(there)
    assert why_not_whole(link) == ""
    write_whole(link, b"new")
    assert (link.is_symlink(), there.read_bytes(), stat.S_IMODE(there.stat().st_mode)) == (True, b"new", 0o640)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "there"]
    there.chmod(0o440)
    assert why_not_whole(there) == "it is read-only"


def test_what_is_no_regular_file_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert why_not_whole(pipe) == ""
        write_whole(pipe, b"told")
        assert os.read(reader, 10) == b"told"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
