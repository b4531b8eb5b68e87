"""GitHub's rate limits and failures: waited out within bounds, and no write is done twice."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from io import BytesIO
from ssl import SSLEOFError
from typing import TYPE_CHECKING, Any

import pytest
from github import GithubException
from urllib3 import HTTPResponse
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

from fixbot.errors import FixbotError, ForgeError, OperatorError, RateLimitError, TokenError
from fixbot.shell.github.weather import Patience
from tests.parts.github import NAME, TOKEN, make_repository
from tests.parts.recorder import HANG_UP, Answer, Recorder
from tests.shell.github_rooms import HERE, answer, body_for, forge_at, plan_for, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fixbot.shell.github import GitHubForge
    from tests.parts.recorder import Request

LIMITED = "API rate limit exceeded for user ID 1."
SECONDARY = "You have exceeded a secondary rate limit."
HOUR = {"Retry-After": "3600"}


@dataclass
class Sky:
    """A GitHub that says what a test wants it to say, in order, and then that all is well."""

    recorder: Recorder
    clone: Path
    says: list[Answer] = field(default_factory=list)
    naps: list[float] = field(default_factory=list)
    fine: Answer = field(default_factory=lambda: answer([]))

    def __call__(self, request: Request) -> Answer:
        if request.path == HERE:
            url = f"{self.recorder.url}{HERE}"
            return answer({"id": 1, "clone_url": f"{url}.git", "url": url, "node_id": "R_1"})
        return self.says.pop(0) if self.says else self.fine

    def forge(self, **chosen: Any) -> GitHubForge:  # noqa: ANN401 - whatever a forge takes
        """Give a forge that notes for how long it would wait."""
        made = forge_at(self.recorder.url, self.clone, nap=self.naps.append, **chosen)
        self.recorder.clear()
        return made


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repository(tmp_path_factory.mktemp("weather") / "clone", {})


@pytest.fixture
def sky(clone: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sky]:
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    with Recorder().running() as recorder:
        recorder.before = made = Sky(recorder, clone)
        yield made


def in_seconds(seconds: float) -> str:
    return str(int(time.time() + seconds))


LIMITS = [
    (said(429, "Too many", {"Retry-After": "7"}), 7),
    (said(403, SECONDARY, {"Retry-After": "7"}), 7),
    (said(403, "anything", {"Retry-After": "7"}), 7),
    (said(429, "Too many"), 60),
    (said(403, SECONDARY), 60),
    (said(403, "You have triggered an abuse detection mechanism."), 60),
    (said(429, "Too many", {"Retry-After": "soon"}), 60),
    (Answer(429, {}, b"<html>"), 60),
]


@pytest.mark.parametrize(("limit", "wait"), LIMITS)
@pytest.mark.parametrize("write", [False, True])
def test_what_a_rate_limit_refused_is_done_after_the_wait(sky: Sky, limit: Answer, wait: float, *, write: bool) -> None:
    forge = sky.forge()
    sky.says, sky.fine = [limit], answer([]) if not write else answer({"id": 1})
    if write:
        forge.say(1, "hello")
    else:
        assert forge.pulls() == []
    assert sky.naps == [wait]
    assert len(sky.recorder.requests) == 2


@pytest.mark.parametrize("status", [403, 429])
def test_a_primary_limit_is_waited_out_until_its_reset(sky: Sky, status: int) -> None:
    forge = sky.forge()
    for headers in (
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": in_seconds(30)},
        {"X-RateLimit-Reset": in_seconds(30)},
    ):
        sky.says = [said(status, LIMITED, headers)]
        forge.pulls()
    assert all(25 < nap <= 32 for nap in sky.naps)
    assert len(sky.naps) == 2


def test_a_reset_that_has_passed_is_waited_out_for_a_second(sky: Sky) -> None:
    forge = sky.forge()
    sky.says = [said(403, LIMITED, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": in_seconds(-30)})]
    forge.pulls()
    assert sky.naps == [1]


@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_a_clock_that_is_wrong_here_does_not_matter(sky: Sky, ahead: float) -> None:
    forge = sky.forge()
    there = time.time() + ahead
    date = {"Date": formatdate(there, usegmt=True)}
    limits = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": in_seconds(ahead + 30)}
    sky.says, sky.fine = [said(403, LIMITED, date | limits)], Answer(200, date, b"[]")
    forge.pulls()
    assert 29 <= sky.naps[0] <= 32
    assert abs(forge.now().timestamp() - there) <= 1


@pytest.mark.parametrize("date", ["", "soon", "Sun, 99 Nov 2026 00:00:00 GMT"])
def test_a_date_that_is_none_is_today(sky: Sky, date: str) -> None:
    forge = sky.forge()
    sky.fine = Answer(200, {"Date": date}, b"[]")
    forge.pulls()
    assert abs(forge.now().timestamp() - time.time()) < 60


def test_a_date_to_come_back_at_is_understood(sky: Sky) -> None:
    forge = sky.forge()
    sky.says = [said(403, SECONDARY, {"Retry-After": formatdate(time.time() + 30, usegmt=True)})]
    forge.pulls()
    assert 25 < sky.naps[0] <= 30


def test_without_a_word_the_wait_doubles_and_then_ends(sky: Sky) -> None:
    forge = sky.forge()
    sky.says = [said(403, SECONDARY)] * 9
    with pytest.raises(ForgeError, match=r"asks to wait 240 seconds, until \d\d:\d\d UTC: run fixbot again then"):
        forge.say(1, "hello")
    assert sky.naps == [60, 120]
    assert len(sky.recorder.requests) == 3


def test_three_waits_are_enough(sky: Sky) -> None:
    forge = sky.forge()
    sky.says = [said(429, "Too many", {"Retry-After": "1"})] * 9
    with pytest.raises(ForgeError, match="rate limit is used up: run fixbot again later"):
        forge.pulls()
    assert sky.naps == [1, 1, 1]


@pytest.mark.parametrize("answer", [Answer(502), Answer(503), HANG_UP], ids=["502", "503", "hang-up"])
def test_a_question_that_failed_is_asked_again(sky: Sky, answer: Answer) -> None:
    forge = sky.forge(pace=0.001)
    sky.says = [answer, answer]
    assert forge.pulls() == []
    assert len(sky.recorder.requests) == 3
    assert sky.naps == [0.002]


def test_a_server_in_maintenance_says_how_long(sky: Sky) -> None:
    forge = sky.forge()
    sky.says = [said(503, "Maintenance", {"Retry-After": "9"})]
    forge.pulls()
    assert sky.naps == [9]


@pytest.mark.parametrize("answer", [Answer(502), Answer(503, {"Retry-After": "1"}), HANG_UP])
@pytest.mark.parametrize("via", ["git", "api"])
def test_a_write_that_failed_is_never_sent_twice(sky: Sky, answer: Answer, via: str) -> None:
    forge = sky.forge(commit_via=via)
    sky.says = [Answer(200, {}, b"[]"), answer]
    with pytest.raises(ForgeError):
        forge.open(plan_for(), body_for(), "")
    assert [str(request) for request in sky.recorder.writes] == [f"POST /repos/{NAME}/pulls"]
    assert sky.naps == []


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        (said(401, "Bad credentials"), TokenError, "does not accept the token.* it has expired"),
        (said(401, "Requires authentication"), TokenError, "does not accept the token"),
        (said(403, "Resource not accessible"), OperatorError, "may not do that .*Resource not accessible"),
        (
            said(403, "Resource not accessible", {"X-RateLimit-Remaining": "9", "X-RateLimit-Reset": "9"}),
            OperatorError,
            "may not do that .*Resource not accessible",
        ),
        (Answer(403, {}, b"<html>blocked"), OperatorError, "may not do that"),
        (said(404, "Not Found"), OperatorError, "does not know the list of pull requests"),
        (Answer(404), OperatorError, "does not know the list of pull requests"),
        (said(422, "Validation Failed", errors=[{"field": "q", "code": "bad"}]), ForgeError, "Failed; q: bad"),
        (said(422, "Invalid", errors=["why\nnot"]), ForgeError, "Invalid; why not$"),
        (said(429, "Too many", HOUR), RateLimitError, "asks to wait 3600 seconds"),
        (said(403, SECONDARY, HOUR), RateLimitError, "asks to wait 3600 seconds"),
        (said(403, LIMITED, {"X-RateLimit-Reset": in_seconds(9000)}), RateLimitError, "asks to wait"),
        (Answer(502), ForgeError, "failed at the list of pull requests .502."),
        (said(503, "Maintenance", {"Retry-After": "7200"}), RateLimitError, "asks to wait 7200 seconds"),
        (HANG_UP, ForgeError, "could not be reached for the list of pull requests"),
        (Answer(200, {"Content-Type": "text/html"}, b"<html>Log in"), OperatorError, "is not GitHub"),
        (Answer(200, {}, b"{"), OperatorError, "is not GitHub"),
        (Answer(200, {}, b"[1]"), OperatorError, "is not GitHub"),
        (answer({"message": "hello"}), OperatorError, "is not GitHub"),
        (answer([{"number": 1}]), OperatorError, "is not GitHub"),
        (Answer(304), OperatorError, "is not GitHub"),
    ],
)
def test_what_goes_wrong_is_one_sentence_by_whose_fault_it_is(
    sky: Sky, answer: Answer, error: type[FixbotError], says: str
) -> None:
    forge = sky.forge()
    sky.says = [answer] * 4
    with pytest.raises(FixbotError, match=says) as caught:
        forge.pulls()
    assert type(caught.value) is error
    assert len(str(caught.value).splitlines()) == 1
    assert TOKEN not in str(caught.value)


def test_the_token_does_not_follow_a_link_to_another_host(sky: Sky) -> None:
    forge = sky.forge()
    for link in ("http://elsewhere.invalid/x", f"{sky.recorder.url.rpartition(':')[0]}:1/x", "//elsewhere.invalid/x"):
        sky.says = [Answer(200, {"Link": f'<{link}>; rel="next"'}, b"[]")]
        with pytest.raises(OperatorError, match="another host"):
            forge.pulls()
    assert len(sky.recorder.requests) == 3


def test_pages_are_followed_below_the_path_of_an_enterprise_server(sky: Sky) -> None:
    seen = []

    def serve(request: Request) -> Answer:
        seen.append(str(request))
        if request.path == f"/api/v3{HERE}":
            return answer({"id": 1, "clone_url": "x", "url": "x"})
        link = {"Link": f'<{sky.recorder.url}/api/v3/repositories/1/pulls?page=2>; rel="next"'}
        return answer([], headers=link if "page=2" not in request.query else {})

    sky.recorder.before = serve
    forge = forge_at(f"{sky.recorder.url}/api/v3", sky.clone)
    assert forge.pulls() == []
    assert seen[2] == "GET /api/v3/repositories/1/pulls?page=2"
    assert all(asked.startswith("GET /api/v3/") for asked in seen)


def test_a_repository_that_was_renamed_is_asked_under_its_new_name(sky: Sky) -> None:
    def serve(request: Request) -> Answer:
        if request.path == "/repos/octo/old":
            return Answer(301, {"Location": f"{sky.recorder.url}/repositories/1"})
        if request.path == "/repositories/1":
            return answer({"id": 1, "clone_url": "x", "url": "x", "full_name": NAME})
        return answer([])

    sky.recorder.before = serve
    forge = forge_at(sky.recorder.url, sky.clone, name="octo/old")
    sky.recorder.clear()
    assert forge.pulls() == []
    assert sky.recorder.requests[0].path == f"{HERE}/pulls"


def test_a_redirect_to_another_host_is_not_followed(sky: Sky) -> None:
    forge = sky.forge()
    sky.says = [Answer(301, {"Location": "http://elsewhere.invalid/x"})]
    with pytest.raises(OperatorError, match="another host"):
        forge.pulls()
    assert len(sky.recorder.requests) == 1


def test_writes_keep_their_distance(sky: Sky) -> None:
    forge = sky.forge(pace=0.2)
    sky.fine = answer({"id": 1})
    begun = time.monotonic()
    forge.say(1, "one")
    forge.say(1, "two")
    assert time.monotonic() - begun > 0.2


def test_requests_and_writes_are_counted(sky: Sky) -> None:
    forge = sky.forge()
    sky.says = [answer([])]
    sky.fine = answer({"id": 1})
    forge.pulls()
    forge.say(1, "one")
    assert (forge.tally().requests, forge.tally().writes) == (3, 1)


@pytest.mark.parametrize("error", [SSLError(SSLEOFError()), NewConnectionError(None, "no")], ids=["tls", "connect"])  # type: ignore[arg-type]
def test_an_error_under_a_write_ends_it_whatever_it_is(error: Exception) -> None:
    with pytest.raises(type(error)):
        Patience.with_pause(0).increment("POST", "/x", error=error)
    with pytest.raises(MaxRetryError):
        _tired().increment("GET", "/x", error=error)


def _tired() -> Patience:
    return Patience.with_pause(0).new(total=0)


def test_a_refusal_that_is_no_limit_is_handed_on() -> None:
    body = BytesIO(json.dumps({"message": "no"}).encode())
    with pytest.raises(GithubException, match="no"):
        Patience.with_pause(0).increment("POST", "/x", response=HTTPResponse(body, status=403, preload_content=False))
