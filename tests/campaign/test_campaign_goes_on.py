"""A campaign that lasts: what people decide, what breaks and what its operator changes while it is at work."""

from __future__ import annotations

import shutil
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from fixbot.campaigning.looking import look
from fixbot.campaigning.planning import Parcel, Planning
from fixbot.campaigning.story import Pass
from fixbot.campaigning.waiting import Waiting
from fixbot.errors import ForgeError, RateLimitError
from fixbot.shell.campaign.errand import Answer, Errand
from tests.campaign.board import sparing
from tests.campaign.many import SMELL, TIDY, TWO_FOLDERS, Many, because, states

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fixbot.campaign.records import Seen
    from fixbot.campaigning.looking import Looked
    from tests.campaign.board import Content

pytestmark = pytest.mark.real


@pytest.fixture
def many(tmp_path: Path, known: dict[Content, Future[Answer]], monkeypatch: pytest.MonkeyPatch) -> Many:
    """Give a campaign without a repository."""
    sparing(monkeypatch, known)
    return Many(tmp_path)


def listed(many: Many, names: str) -> None:
    (many.place / "list.txt").write_text("".join(f"work/{name}\n" for name in names))
    many.tables["repositories"] = {"file": "list.txt"}


def test_where_nothing_is_kept_what_people_declined_is_not_waited_for(many: Many, tmp_path: Path) -> None:
    """As on GitHub Actions, where each run begins with plans and nothing else."""
    for name in "abcde":
        many.add(name, TIDY if name in "bd" else SMELL)
    listed(many, "abcde")
    many.tables["waves"] = {"canary": 2, "size": 2, "decisions": 5}
    assert sorted(states(many.start()).values()) == ["done", "done", "open", "open", "waiting"]
    plans = shutil.copytree(many.folder / "plans", tmp_path / "made")
    many.decline("a")
    many.merge("c")
    many.start()
    shutil.copytree(many.folder / "plans", plans, dirs_exist_ok=True)
    for _ in range(2):
        shutil.rmtree(many.folder)
        found = many.start("--plans", plans)
        assert list(states(found).values()) == ["left", "done", "done", "done", "open"]
        assert sorted(many.pulls()) == ["a", "c", "e"]


def test_what_is_open_where_nobody_takes_part_any_more_takes_no_room(many: Many) -> None:
    many.add("a")
    many.add("b")
    listed(many, "ab")
    many.tables["limits"] = {"open": 1}
    assert list(states(many.start()).values()) == ["open", "ready"]
    many.tables["repositories"]["exclude"] = ["work/a"]
    found = many.start()
    assert list(states(found).values()) == ["skipped", "open"]
    assert found["pull_requests"]["open"] == 1
    assert many.pulls() == {"a": ["open"], "b": ["open"]}


def test_a_dry_run_says_what_it_would_open_within_the_limits(many: Many) -> None:
    for name in "abc":
        many.add(name)
    listed(many, "abc")
    many.tables["limits"] = {"open": 2}
    found = many.start("--dry-run")
    reasons = [row["because"] for row in found["repositories"]]
    assert reasons[0] == reasons[1]
    assert reasons[0].startswith("would open ")
    assert reasons[2] == "2 open in the campaign, and the limit is 2"
    assert many.pulls() == {}


def test_what_is_wrong_with_fixbot_itself_spoils_one_repository(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    many.add("a")
    many.add("b")
    real = look

    def broken(ordered: object, seen: Seen, *more: object, **named: object) -> Looked | Seen:
        if seen.name == "a":
            message = "what nobody thought of"
            raise ValueError(message)
        return real(ordered, seen, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("fixbot.campaigning.story.look", broken)
    found = many.start()
    assert states(found) == {"a": "failed", "b": "open"}
    assert "a fault of fixbot itself (ValueError: what nobody thought of)" in because(found, "a")


def test_what_failed_too_often_is_planned_again_where_somebody_asks(many: Many) -> None:
    many.add("a")
    many.tables["campaign"] = {"verify-command": f"test -e {many.place / 'mended'}"}
    for _ in range(3):
        found = many.start()
        assert states(found) == {"a": "failed"}
    assert "tried 2 times" in because(found, "a")
    (many.place / "mended").touch()
    assert states(many.start()) == {"a": "failed"}
    assert states(many.start("--retry-failed")) == {"a": "open"}


def watched(monkeypatch: pytest.MonkeyPatch, *acts: Callable[[], object]) -> None:
    """Let something happen at each wait between two passes."""
    todo = list(acts)
    monkeypatch.setattr("fixbot.cli.passes.time", SimpleNamespace(sleep=lambda _: todo.pop(0)()))


def test_who_watches_goes_on_when_the_forge_answers_again(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    many.add("a")
    failures = [ForgeError("GitHub answers 502")]
    real = Pass.go

    def go(one: Pass, found: Sequence[Seen]) -> list[Seen]:
        if failures:
            raise failures.pop()
        return real(one, found)

    monkeypatch.setattr(Pass, "go", go)
    watched(monkeypatch, lambda: None, lambda: many.merge("a"))
    done = many.run("start", "--jobs", "1", "--watch")
    assert (done.code, states(done.json)) == (0, {"a": "done"}), done.err
    assert "GitHub answers 502" in done.err


def test_who_watches_hears_what_the_file_says_now_and_keeps_to_it_where_it_is_wrong(
    many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.add("a")
    many.add("b")
    listed(many, "ab")
    many.tables["limits"] = {"open": 1}

    def wrong() -> None:
        many.file.write_text("[campaign]\nname = 3\n")

    def wider() -> None:
        many.tables["limits"] = {"open": 2}
        assert many.file.exists()

    def end() -> None:
        assert many.pulls() == {"a": ["open"], "b": ["open"]}
        assert many.run("pause").code == 0

    watched(monkeypatch, wrong, wider, end)
    done = many.run("start", "--jobs", "1", "--watch")
    assert (done.code, done.json["halted"]) == (0, "paused"), done.err
    assert "until then the campaign goes on as it was" in done.err


def test_a_patient_pass_asks_again_and_one_that_is_halted_does_not() -> None:
    said: list[str] = []
    naps: list[float] = []

    def refused() -> str:
        if len(said) < 2:
            message = "wait"
            raise RateLimitError(message)
        return "done"

    assert Waiting(lambda: False, is_patient=True, say=said.append, nap=naps.append).through(refused) == "done"
    assert (said, sum(naps)) == (["wait", "wait"], 600)
    said.clear()
    with pytest.raises(RateLimitError):
        Waiting(lambda: False).through(refused)
    with pytest.raises(RateLimitError):
        Waiting(lambda: bool(said), is_patient=True, say=said.append).through(refused)


class Confused:
    """An engine whose workers answer for others."""

    slots = 1

    def submit(self, errand: Errand, parcel: Path) -> Future[Answer]:
        """Answer at once."""
        del parcel
        given: Future[Answer] = Future()
        given.set_result(Answer(name=f"not {errand.name}", plan=b"{}"))
        return given

    def renew(self) -> None:
        """Do nothing."""


def test_an_answer_for_another_repository_is_none(tmp_path: Path) -> None:
    content = tmp_path / "a.pack"
    content.touch()
    errand = Errand(name="a", commit="", branch="", arguments=(), situation="", seconds=1.0)
    answers = list(filter(None, Planning(Confused(), lambda: False).answers([Parcel(errand, content)])))
    assert answers == [Answer(name="a", failed="its worker answered for another repository")]
    assert not content.exists()


def test_what_is_half_written_or_nobodys_is_tidied_away(many: Many) -> None:
    many.add("a", TWO_FOLDERS)
    many.start()
    (kept,) = (many.folder / "plans").iterdir()
    for name in (f"{'0' * 16}-{'1' * 16}.json", f"{kept.name}.77.new", "notes.txt"):
        (many.folder / "plans" / name).touch()
    (many.folder / "parcels").mkdir(exist_ok=True)
    (many.folder / "parcels" / "half.pack").touch()
    many.start()
    assert list((many.folder / "plans").iterdir()) == [kept]
    assert not list(many.folder.glob("parcels/*"))
