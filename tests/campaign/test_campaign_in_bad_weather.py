"""A campaign while GitHub refuses, fails and asks for patience: nothing is lost, and nothing is opened twice."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from fixbot.campaign.room import AN_HOUR
from fixbot.shell.campaign.journal import open_journal
from fixbot.shell.github import weather
from tests.campaign.organisation import OWN, Plot, smelly
from tests.parts.recorder import HANG_UP, Answer, Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.campaign.board import Board
    from tests.campaign.conftest import Begun
    from tests.parts.recorder import Request

pytestmark = pytest.mark.real

EASY = "[waves]\ncanary = 9\nsize = 9\n"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
PRIMARY = "API rate limit exceeded for user ID 1."
CREATING = frozenset({"POST", "PATCH", "PUT"})


def three() -> list[Plot]:
    return [Plot(f"app-{number}", smelly(2) | OWN) for number in range(3)]


def refusal(status: int, words: str, **headers: object) -> Answer:
    """Return a refusal; underscores in names of headers stand for hyphens."""
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return Answer(status, {"Content-Type": "application/json", **named}, json.dumps({"message": words}).encode())


def second(method: str, end: str) -> Callable[[Request], bool]:
    """Say yes to a request from the second one on that has this method and whose path ends so."""
    seen = []

    def when(request: Request) -> bool:
        if request.method == method and request.path.endswith(end):
            seen.append(request)
        return bool(seen) and seen[-1] is request and len(seen) > 1

    return when


def ending(end: str) -> Callable[[Request], bool]:
    """Say yes to a request whose path ends so."""
    return lambda request: request.path.endswith(end)


def opened_once(board: Board) -> bool:
    return board.organisation.every() == dict.fromkeys(board.organisation.repositories, 1)


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("headers", [{"Retry_After": 1}, {}])
@pytest.mark.parametrize("end", ["/git/trees", "/pulls"])
def test_a_short_refusal_is_waited_out(
    begun: Begun, monkeypatch: pytest.MonkeyPatch, status: int, headers: dict[str, object], end: str
) -> None:
    monkeypatch.setattr(weather, "_WITHOUT_A_WORD", 0.1)
    board = begun(three()[:2])
    board.write(EASY)
    refused = Fault(second("POST", end), refusal(status, SECONDARY, **headers), times=1)
    board.organisation.site.recorder.inject(refused)
    board.start()
    assert refused.times == 0
    assert opened_once(board)
    assert set(board.states().values()) == {"open"}


@pytest.mark.parametrize(
    ("method", "end"),
    [
        ("GET", "/branches/main"),
        ("POST", "/git/commits"),
        ("POST", "/git/refs"),
        ("POST", "/pulls"),
        ("POST", "/labels"),
    ],
)
@pytest.mark.parametrize("limit", ["primary", "secondary"])
def test_a_long_refusal_ends_the_pass_and_the_next_one_goes_on(begun: Begun, method: str, end: str, limit: str) -> None:
    board = begun(three())
    board.write(EASY)
    answers = {
        "primary": refusal(
            403, PRIMARY, x_ratelimit_limit=5000, x_ratelimit_remaining=0, x_ratelimit_reset=int(time.time()) + 1800
        ),
        "secondary": refusal(429, SECONDARY, Retry_After=900),
    }
    recorder = board.organisation.site.recorder
    recorder.inject(Fault(second(method, end), answers[limit], times=99))
    done = board.start(code=4)
    assert "run fixbot again then, it goes on where it stopped" in done.err
    last = recorder.exchanges[-1]
    assert (last.request.method, last.answer.status) == (method, answers[limit].status)
    assert len([exchange for exchange in recorder.exchanges if exchange.answer.status in {403, 429}]) == 1
    shown = (board.kept / "status.html").read_text("utf-8")
    known = board.rows()
    assert known
    assert all(f"acme/{name}" in shown for name in known)
    recorder.calm()
    board.start()
    assert opened_once(board)
    assert set(board.states().values()) == {"open"}
    board.start()
    assert recorder.writes == []


def test_what_was_packed_before_a_long_refusal_can_be_planned_and_it_is_said_how_far_packing_came(
    begun: Begun, tmp_path: Path
) -> None:
    board = begun(three())
    board.write(EASY)
    recorder = board.organisation.site.recorder
    recorder.inject(Fault(second("GET", "/branches/main"), refusal(429, SECONDARY, Retry_After=900), times=99))
    done = board.command("pack", "--to", str(tmp_path / "parcels"))
    assert (done.code, done.err.count(": packed\n")) == (4, 1), done.err
    assert "only the first 1 of 3 repositories had their turn, and no other is packed" in done.err
    done = board.command("plan", str(tmp_path / "parcels"), "--to", str(tmp_path / "plans"), token="")
    assert (done.code, done.err.count(": planned\n")) == (0, 1), done.err
    assert list((board.kept / "parcels").iterdir()) == []


@pytest.mark.parametrize("end", ["/git/commits", "/git/refs", "/pulls", "/labels", "/reviews"])
@pytest.mark.parametrize("lost", [Answer(502), HANG_UP])
def test_what_was_done_and_answered_with_a_failure_is_not_done_twice(begun: Begun, end: str, lost: Answer) -> None:
    board = begun(three()[:2])
    board.write(EASY)
    fault = Fault(second("POST", end), lost, forward=True)
    board.organisation.site.recorder.inject(fault)
    board.start()
    assert fault.times == 0
    board.start()
    assert opened_once(board)
    assert set(board.states().values()) == {"open"}
    for name in board.organisation.repositories:
        (pull,) = board.organisation.pulls(name)
        assert len(board.organisation.repositories[name].as_human("GET", f"/pulls/{pull['number']}/reviews")) == 1
    board.start()
    assert board.organisation.site.recorder.writes == []


def test_what_a_failed_turn_may_have_opened_takes_room(begun: Begun) -> None:
    board = begun(three())
    board.write(f"{EASY}[limits]\nopen = 1\n")
    broken = Fault(lambda request: request.path.endswith("/labels"), Answer(500), times=99)
    board.organisation.site.recorder.inject(broken)
    board.start()
    assert len(board.organisation.open()) == 1
    assert sorted(board.states().values()) == ["failed", "ready", "ready"]
    board.organisation.site.recorder.calm()
    board.start()
    assert sorted(board.states().values()) == ["open", "ready", "ready"]


def test_what_a_failed_turn_has_sent_counts_for_the_pace(begun: Begun) -> None:
    board = begun(three())
    board.write(EASY)
    recorder = board.organisation.site.recorder
    recorder.inject(Fault(lambda request: request.method == "POST" and request.path.endswith("/pulls"), Answer(500)))
    recorder.inject(Fault(second("POST", "/git/refs"), refusal(429, SECONDARY, Retry_After=900)))
    board.start(code=4)
    with open_journal(board.kept / "journal.sqlite", "tidy") as journal:
        sent = sum(number for _, number in journal.pace().sent)
    assert sent == len([request for request in recorder.requests if request.method in CREATING])


def test_what_was_written_before_the_journal_was_opened_again_counts(begun: Begun) -> None:
    board = begun(three()[:1])
    board.write(EASY)
    begin = board.clock.now
    board.full()
    with open_journal(board.kept / "journal.sqlite", "tidy") as journal:
        journal.wrote(begin - timedelta(minutes=50), AN_HOUR - 100)
    board.start()
    assert opened_once(board)
    waited = board.clock.now - begin
    assert timedelta(minutes=9) < waited < timedelta(minutes=11)


def test_a_server_of_git_that_fails_spoils_one_repository(begun: Begun) -> None:
    board = begun(three())
    board.write(EASY)
    gone = board.organisation.repositories["app-1"].git.repository("acme/app-1")
    gone.rename(gone.with_suffix(".away"))
    board.start()
    assert board.states() == {"app-0": "open", "app-1": "failed", "app-2": "open"}
    gone.with_suffix(".away").rename(gone)
    board.start()
    assert opened_once(board)


def test_a_branch_that_moves_while_it_is_looked_at_is_looked_at_again(begun: Begun) -> None:
    board = begun(three()[:1])
    board.write(EASY)
    app, recorder = board.organisation.repositories["app-0"], board.organisation.site.recorder
    moves = iter([{"NEWS.md": "one\n"}])

    def move(request: Request) -> Answer | None:
        if request.path.endswith("/branches/main") and (files := next(moves, None)) is not None:
            app.commit_as_human("main", files)
        return None

    recorder.before = move
    board.start()
    assert opened_once(board)
    assert board.states() == {"app-0": "open"}


def test_a_token_that_is_no_good_is_said_and_nothing_is_skipped_for_it(begun: Begun) -> None:
    board = begun(three())
    board.write(EASY)
    board.start()
    recorder = board.organisation.site.recorder
    for end in ("/repos", "/app-1", "/app-1/branches/main", "/app-1/issues/comments"):
        refused = Fault(ending(end), refusal(401, "Bad credentials"), times=9)
        recorder.inject(refused)
        done = board.start(code=2)
        assert "GitHub does not accept the token" in done.err
        assert refused.times == 8
        assert set(board.states().values()) == {"open"}
        recorder.calm()
    server = board.organisation.site.git
    server.token, token = "another", server.token
    assert "does not accept the token" in board.start(code=2).err
    assert server.counts["refused"] <= 2
    server.token = token
    board.start()
    assert set(board.states().values()) == {"open"}


def test_the_time_of_a_pause_is_that_of_github(begun: Begun) -> None:
    """A limit that is reset soon is waited for, however wrong the clock of this machine may be."""
    board = begun(three()[:1])
    board.write(EASY)
    there = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    soon = refusal(
        403,
        PRIMARY,
        Date=f"{there:%a, %d %b %Y %H:%M:%S} GMT",
        x_ratelimit_remaining=0,
        x_ratelimit_reset=int(there.timestamp()),
    )
    board.organisation.site.recorder.inject(Fault(lambda request: request.path.endswith("/branches/main"), soon))
    board.start()
    assert opened_once(board)
