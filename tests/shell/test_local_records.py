"""The records of the local forge: written by fixbot, changed by people, never half done."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.model import Note, People, PullRequest
from fixbot.shell.local.records import Records
from tests.parts.command import SMELLY, commit, repository
from tests.parts.git import git
from tests.parts.local_forge import BRANCH, FINDING, NOON, change, forge, marked, opened, plan, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from fixbot.shell.local import LocalForge

CONTRACT = ["number", "state", "title", "branch", "base", "head", "labels", "fingerprints", "body"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return repository(tmp_path / "place", {"a.py": SMELLY})


def only(local: LocalForge) -> PullRequest:
    (pull,) = local.pulls()
    return pull


def note(says: str = "raises OSError", *, finding: str = FINDING, line: int = 4) -> Note:
    return Note(path="a.py", line=line, side="RIGHT", finding=finding, says=says)


def test_a_record_is_read_as_it_was_written(place: Path) -> None:
    local, head = opened(place)
    pull = only(local)
    assert (pull.number, pull.state, pull.title, pull.branch, pull.base) == (1, "open", "T", BRANCH, "main")
    assert (pull.head, pull.pushed, pull.labels, pull.plan) == (head, (head,), (), "ab" * 10)
    assert (pull.created, pull.closed_at, pull.author) == (NOON, None, "fixbot")
    assert pull.url.endswith("/.git/fixbot/pulls/1.md")
    assert Path(pull.url).read_text() == f"# T\n\n{marked(head)}"
    assert list(record(place))[: len(CONTRACT)] == CONTRACT
    assert record(place)["fingerprints"] == [FINDING]
    assert (local.tally().writes, local.tally().requests) == (2, 0)


def test_a_record_from_before_there_were_more_keys_is_read(place: Path) -> None:
    local, head = opened(place)
    old = {key: value for key, value in record(place).items() if key in CONTRACT}
    (place / ".git/fixbot/pulls/1.json").write_text(json.dumps(old))
    pull = only(local)
    assert (pull.created, pull.pushed) == (None, (head,))
    assert not local.is_reviewed(pull)
    assert local.comments_on(1) == []
    local.annotate(pull, [note()])
    assert local.give(pull, People(labels=("l",)), ()) == ["label:l"]
    assert record(place)["labels"] == ["l"]


def test_one_that_is_open_is_not_opened_again(place: Path) -> None:
    local, head = opened(place)
    before, writes = record(place), local.tally().writes
    assert local.open(plan(), "another body", head) == only(local)
    assert (record(place), local.tally().writes) == (before, writes)


def test_numbers_go_up_and_are_sorted_as_numbers(tmp_path: Path) -> None:
    records = Records(tmp_path)
    assert [records.add("pulls", {}, shown="") for _ in range(11)] == list(range(1, 12)) == records.numbers("pulls")


def test_pull_requests_and_issues_share_one_row_of_numbers(place: Path) -> None:
    local, _ = opened(place)
    assert local.open_issue("Board", "body", ()).number == 2
    (place / ".git/fixbot/issues/7.md").write_text("# By hand\n")
    head = git(place, "rev-parse", "main")
    assert local.open(plan(branch="fixbot/x/all"), "body", head).number == 8
    assert [issue.number for issue in local.issues_holding("", "")] == [2, 7]


def test_files_that_are_no_records_are_passed_over(place: Path) -> None:
    opened(place)
    for name in ("007.json", "0.json", "x.json", "٣.json", ".2.json.99", "1.json~", "2.md"):
        (place / ".git/fixbot/pulls" / name).write_text("{")
    assert only(forge(place)).number == 1


def test_an_edit_changes_what_it_names_and_keeps_what_a_person_changed(place: Path) -> None:
    local, head = opened(place)
    pull = only(local)
    change(place, title="Mine", labels=["mine"], favourite="tea")
    edited = local.edit(pull, body=marked(head, "ef" * 20))
    assert (edited.title, edited.labels, edited.state, edited.head) == ("Mine", ("mine",), "open", head)
    assert (edited.pushed, edited.closed_at) == ((head, "ef" * 20), None)
    assert (record(place)["head"], record(place)["favourite"]) == ("ef" * 20, "tea"), "announced before it moves"
    assert Path(pull.url).read_text() == f"# Mine\n\n{marked(head, 'ef' * 20)}"
    assert local.edit(edited, title="Yours").title == only(local).title == "Yours"


def test_what_changes_nothing_writes_nothing(place: Path) -> None:
    local, head = opened(place)
    pull = only(local)
    local.give(pull, People(labels=("l",), draft=True), ())
    local.annotate(pull, [note()])
    writes = local.tally().writes
    local.edit(pull, body=marked(head), title="T")
    local.give(pull, People(labels=("l",), draft=True), ())
    local.annotate(pull, [note()])
    local.annotate(pull, [])
    assert local.tally().writes == writes


def test_a_closing_is_one_write_with_body_and_time(place: Path) -> None:
    local, head = opened(place)
    writes = local.tally().writes
    closed = local.edit(only(local), body=marked(head) + "bye", close=True)
    assert (closed.state, closed.closed_at, local.tally().writes) == ("closed", NOON, writes + 1)
    assert only(local) == closed
    later = forge(place, NOON + timedelta(hours=1))
    assert later.edit(closed, title="Other", close=True).closed_at == NOON, "it is closed already"


def test_a_closing_by_hand_has_another_time_than_fixbot_s(place: Path) -> None:
    local, _ = opened(place)
    closed = local.edit(only(local), close=True)
    change(place, state="open")
    assert (only(local).state, only(local).closed_at) == ("open", None)
    change(place, state="closed", closed_at=None)
    assert only(local).closed_at not in {None, closed.closed_at}
    change(place, state="open", closed_at=record(place)["closed_at"])
    git(place, "branch", "-D", BRANCH)
    assert (only(local).state, only(local).closed_at == closed.closed_at) == ("closed", False)


def test_an_edit_of_one_whose_branch_is_gone_leaves_it_closed(place: Path) -> None:
    local, head = opened(place)
    git(place, "branch", "-D", BRANCH)
    closed = only(local)
    edited = local.edit(closed, body=f"{marked(head)}more")
    assert (edited.state, edited.closed_at is None, edited.head) == ("closed", False, head)
    assert record(place)["state"] == "open", "a person may put the branch back"


def test_an_edit_of_a_title_keeps_the_marker_that_the_commit_gave(place: Path) -> None:
    local, _ = opened(place, body="In my own words")
    assert local.edit(only(local), title="x") == only(local)
    assert only(local).marker is not None


def test_what_a_person_took_away_is_not_given_again(place: Path) -> None:
    local, _ = opened(place)
    pull = only(local)
    people = People(labels=("a", "b"), reviewers=("ada", "org/team"), assignees=("bob",), draft=True)
    given = local.give(pull, people, ())
    assert given == ["label:a", "label:b", "reviewer:ada", "reviewer:org/team", "assignee:bob"]
    kept = record(place)
    assert (kept["labels"], kept["reviewers"], kept["assignees"]) == (["a", "b"], ["ada", "org/team"], ["bob"])
    assert kept["draft"] is True
    change(place, labels=["mine"], reviewers=[], draft=False)
    assert local.give(pull, people, ()) == given, "a run was cut off before the marker said so"
    assert local.give(pull, replace(people, labels=("a", "c")), given) == [*given, "label:c"]
    kept = record(place)
    assert (kept["labels"], kept["reviewers"], kept["draft"]) == (["mine", "c"], [], False)


def test_a_label_that_a_person_gave_is_not_there_twice(place: Path) -> None:
    local, _ = opened(place)
    change(place, labels=["a"])
    assert local.give(only(local), People(labels=("a",)), ()) == ["label:a"]
    assert record(place)["labels"] == ["a"]


@pytest.mark.parametrize(
    ("short", "counts"), [(40, True), (7, True), (6, False)], ids=["in full", "as git shows it", "too short"]
)
def test_a_review_of_the_head_counts(place: Path, short: int, counts: bool) -> None:  # noqa: FBT001 - pytest gives it
    local, head = opened(place)
    change(place, reviews=[{"author": "ada", "commit": "ef" * 20}, {"author": "bob", "commit": head[:short]}])
    assert local.is_reviewed(only(local)) is counts


def test_a_review_of_an_earlier_head_does_not_count(place: Path) -> None:
    local, head = opened(place)
    change(place, reviews=[{"author": "ada", "commit": head}])
    pull = only(local)
    new = local.commit(plan("y = 2\n"), local.base(None))
    local.move(BRANCH, new, head)
    assert not local.is_reviewed(pull), "whatever the head was when the pull request was read"


def test_notes_are_edited_in_their_place_and_never_repeated(place: Path) -> None:
    local, _ = opened(place)
    pull = only(local)
    other = note("of another", finding="cd" * 8)
    local.annotate(pull, [note("first"), note("second", line=5), other])
    local.annotate(pull, [note("new", line=9), note("more", finding="ef" * 8)])
    shown = [(entry["finding"], entry["line"], entry["says"]) for entry in record(place)["notes"]]
    assert shown == [(FINDING, 9, "new"), ("cd" * 8, 4, "of another"), ("ef" * 8, 4, "more")]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "[" * 100_000,
        '{"state": "open"}',
        {"title": 3},
        {"state": "Closed"},
        {"labels": "fixbot"},
        {"labels": [1]},
        {"created": "yesterday"},
        {"closed_at": 7},
    ],
    ids=range(10),
)
def test_a_damaged_record_is_named(place: Path, content: str | dict[str, object]) -> None:
    local, _ = opened(place)
    path = place / ".git/fixbot/pulls/1.json"
    path.write_text(content if isinstance(content, str) else json.dumps(record(place) | content))
    with pytest.raises(OperatorError, match=r"1\.json is damaged \(.*\): mend it, or delete it"):
        local.pulls()


@pytest.mark.parametrize(
    "damage",
    [{"reviews": [{"author": "ada"}]}, {"reviews": [{"commit": 1}]}, {"notes": ["x"]}, {"reviewers": "ada"}],
    ids=str,
)
def test_damage_in_what_people_write_is_named(place: Path, damage: dict[str, object]) -> None:
    local, _ = opened(place)
    pull = only(local)
    change(place, **damage)
    with pytest.raises(OperatorError, match="is damaged"):  # noqa: PT012 - each of them meets another damage
        local.is_reviewed(pull)
        local.annotate(pull, [note()])
        local.give(pull, People(reviewers=("bob",)), ())


def test_a_record_that_is_deleted_meanwhile_is_told(place: Path) -> None:
    local, _ = opened(place)
    pull = only(local)
    (place / ".git/fixbot/pulls/1.json").unlink()
    with pytest.raises(ForgeError, match="somebody has deleted pull request 1"):
        local.edit(pull, title="x")


def test_any_text_survives(place: Path) -> None:
    local, _ = opened(place)
    body = 'ü \u202e "quoted" \\ \udce9 \ud800 \r\n \x00 end'
    local.edit(only(local), body=body, title="\udcff")
    assert (only(local).body, only(local).title) == (body, "\udcff")


class Killed(BaseException):
    """What `kill` would do: nothing after it runs, but for what always does."""


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int, act: Callable[[], object]) -> bool:
    """Act, but stop before the given step on the disk (from 0); say whether it came so far."""
    count = iter(range(10**6))
    with monkeypatch.context() as patch:
        for name in ("replace", "hardlink_to", "write_bytes"):
            patch.setattr(Path, name, _counting(getattr(Path, name), lambda: next(count) == step))
        try:
            act()
        except Killed:
            return True
    return False


def _counting(real: Callable[..., object], is_last: Callable[[], bool]) -> Callable[..., object]:
    def step(*arguments: object) -> object:
        if is_last():
            raise Killed
        return real(*arguments)

    return step


STORIES: dict[str, Callable[[LocalForge], object]] = {
    "edit": lambda local: local.edit(only(local), title="New", body=f"new {only(local).body}", close=True),
    "give": lambda local: local.give(only(local), People(labels=("l",), draft=True), ()),
    "annotate": lambda local: local.annotate(only(local), [note()]),
    "say": lambda local: None if local.comments_on(1) else local.say(1, "said"),
    "open an issue": lambda local: local.issues_holding("board", "") or local.open_issue("T", "board", ["l"]),
    "edit an issue": lambda local: local.edit_issue(local.issues_holding("before", "")[0], "after, and not before"),
    "open": lambda local: local.open(plan(branch="fixbot/x/all"), "body", local.heads()[BRANCH]),
}


@pytest.mark.parametrize("story", STORIES)
def test_what_is_cut_off_anywhere_is_done_by_the_next_run(
    place: Path, monkeypatch: pytest.MonkeyPatch, story: str
) -> None:
    act, step = STORIES[story], 0
    opened(place)[0].open_issue("Board", "before", ["l"])

    def fresh(name: str) -> LocalForge:
        return forge(Path(shutil.copytree(place, place.parent / name)))

    whole = fresh("whole")
    act(whole)
    while True:
        local = fresh(f"cut-{step}")
        if not killed_at(monkeypatch, step, lambda local=local: act(local)):  # type: ignore[misc]
            break
        act(local)
        for number in (1, 2, 3):
            assert _known(local, number) == _known(whole, number), f"cut off before step {step}"
        step += 1
    assert step >= 2


def _known(local: LocalForge, number: int) -> object:
    pulls = [replace(pull, url="", head="") for pull in local.pulls() if pull.number == number]
    issue = local.issue(number)
    comments = [comment.body for comment in local.comments_on(number)]
    return pulls, issue and replace(issue, url=""), comments


def test_two_runs_at_once_never_share_a_number(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = Records(place / "r"), Records(place / "r")
    real = Records._next  # noqa: SLF001 - the moment between choosing a number and taking it

    def overtaken(self: Records) -> int:
        number = real(self)
        monkeypatch.setattr(Records, "_next", real)
        assert theirs.add("pulls", {"title": "theirs"}, shown="theirs") == number
        return number

    monkeypatch.setattr(Records, "_next", overtaken)
    assert ours.add("pulls", {"title": "ours"}, shown="ours") == 2
    assert [(ours.read("pulls", n) or {})["title"] for n in ours.numbers("pulls")] == ["theirs", "ours"]
    assert [(place / f"r/pulls/{n}.md").read_text() for n in (1, 2)] == ["theirs", "ours"]


def test_of_two_runs_at_once_one_opens_the_pull_request(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = forge(place).commit(plan(), forge(place).base(None))
    forge(place).move(BRANCH, head, None)
    real = Records.add

    def overtaken(self: Records, *arguments: object, **more: object) -> int:
        monkeypatch.setattr(Records, "add", real)
        assert forge(place).open(plan(), marked(head), head).number == 1
        return real(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Records, "add", overtaken)
    assert forge(place).open(plan(), marked(head), head).number == 1
    assert only(forge(place)).number == 1
    assert not (place / ".git/fixbot/pulls/2.md").exists()


def test_a_disk_without_links_will_do(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    _, head = opened(place)
    assert only(forge(place)).head == head


def test_records_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("in the way")
    with pytest.raises(ForgeError, match="cannot be written"):
        Records(tmp_path / "r").add("pulls", {}, shown="")
    assert (tmp_path / "r").read_text() == "in the way"


def test_time_without_a_zone_is_utc(place: Path) -> None:
    local, _ = opened(place)
    change(place, created="2026-01-02T12:00:00")
    assert only(local).created == datetime(2026, 1, 2, 12, tzinfo=UTC)
    commit(place)
