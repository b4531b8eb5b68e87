"""Pull requests on GitHub: opened once, kept, updated and never over a human, with git and with the API alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.job import Job, RunReport
from fixbot.marker import read_marker
from fixbot.model import Standing, State
from fixbot.run import run
from fixbot.settings import Settings, merged
from fixbot.shell.dry_run import DryRun
from fixbot.shell.git import Git
from fixbot.shell.github import GitHubForge
from tests.parts.git import git
from tests.parts.git_server import auth_environment
from tests.parts.github import NAME, STRANGER, TOKEN
from tests.parts.openapi import assert_documented
from tests.parts.recorder import HANG_UP, Answer, Exchange, Fault, Request

if TYPE_CHECKING:
    from pathlib import Path

    from tests.parts.github import GitHub

pytestmark = pytest.mark.real

READER = "src/sample/reader.py"
ALL = "fixbot/bare-except/all"
SAFE = "fixbot/bare-except/safe-all"
PULLS = f"/repos/{NAME}/pulls"
SMELL = "def {name}(path):\n    try:\n        return open(path).read()\n    except:\n        return ''\n"
RERAISES = "def passes(do):\n    try:\n        do()\n    except:\n        print('failed')\n        raise\n"
VIAS = ("git", "api")
# Without what has tests of its own: the dashboard, notes on lines, and the limit of an hour.
PLAIN = Settings(dashboard=False, evidence="body", max_hourly=1000)


def forge_at(url: str, clone: Path, via: str, *, token: str = TOKEN, name: str = NAME) -> GitHubForge:
    """Give a forge that makes no pauses."""
    author = "fixbot <fixbot@noreply.invalid>"
    return GitHubForge(Git(clone), name, token=token, api_url=url, commit_via=via, author=author, pace=0)


def offered(report: RunReport) -> list[Standing]:
    """Give what is not over: neither declined nor merged."""
    return [standing for standing in report.published if standing.state not in {State.DECLINED, State.MERGED}]


@dataclass(frozen=True)
class Bot:
    """A bot at one repository, without pauses between its requests."""

    github: GitHub
    via: str
    monkeypatch: pytest.MonkeyPatch

    def forge(self, token: str = TOKEN, name: str = NAME) -> GitHubForge:
        return forge_at(self.github.url, self.github.clone, self.via, token=token, name=name)

    def run(self, *, dry_run: bool = False, token: str = TOKEN, **chosen: object) -> RunReport:
        """Do the whole job, and forget what was recorded before."""
        self.github.recorder.clear()
        self.github.git.counts.clear()

        def choose(_git: Git, _name: str | None, _settings: Settings, **_chosen: bool) -> GitHubForge | DryRun:
            forge = self.forge(token)
            return DryRun(forge) if dry_run else forge

        self.monkeypatch.setattr("fixbot.run.choose_forge", choose)
        return run(Job(root=self.github.clone), merged(PLAIN, **{"commit_via": self.via, **chosen}))

    def only(self, *, dry_run: bool = False, token: str = TOKEN, **chosen: object) -> Standing:
        """Do the whole job, which has one pull request."""
        (published,) = offered(self.run(dry_run=dry_run, token=token, **chosen))
        return published

    def pulls(self) -> list[dict[str, Any]]:
        """Give all pull requests, the oldest first."""
        listed: list[dict[str, Any]] = self.github.as_human("GET", "/pulls?state=all")
        return sorted(listed, key=lambda pull: pull["number"])

    def refs(self) -> dict[str, str]:
        """Give every branch on the git server with its commit."""
        bare = self.github.git.repository(NAME)
        lines = git(bare, "for-each-ref", "--format=%(refname:short) %(objectname)").splitlines()
        return dict(line.split(" ") for line in lines)

    def at(self, branch: str, path: str) -> str:
        return git(self.github.git.repository(NAME), "show", f"{branch}:{path}")

    def fetch(self) -> None:
        """Bring the clone to what is on `main`, as a person does with `git pull`."""
        asked = auth_environment(self.github.git.url, TOKEN)
        git(self.github.clone, "pull", "--quiet", "--ff-only", "origin", "main", environment=asked)

    def moved(self, files: dict[str, str | bytes], message: str = "By hand") -> None:
        """Let a human commit on `main`, and pull it."""
        self.github.commit_as_human("main", files, message)
        self.fetch()

    def cut_off_the_next_move(self) -> None:
        """Let the connection break before a branch moves."""
        if self.via == "api":
            self.github.recorder.inject(Fault(lambda asked: asked.path == "/graphql", HANG_UP))
            return
        hook = self.github.git.repository(NAME) / "hooks/pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text('#!/bin/sh\nrm "$0"\nexit 1\n', "utf-8")
        hook.chmod(0o755)

    def assert_nothing_written(self, before: dict[str, str]) -> None:
        """Check that since the last run began nothing was written anywhere."""
        asked = [str(request) for request in self.github.recorder.requests]
        pushes = self.github.git.counts["push"] + self.github.git.counts["advertise-push"]
        assert self.github.recorder.writes == [], f"{len(asked)} requests: {asked}"
        assert pushes == 0, dict(self.github.git.counts)
        assert self.refs() == before


@pytest.fixture(params=VIAS)
def bot(request: pytest.FixtureRequest, github: GitHub, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """Give a bot for each way to bring commits to GitHub."""
    return Bot(github, request.param, monkeypatch)


@pytest.fixture
def pusher(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """Give the bot that pushes, where the way of the commits does not matter."""
    return Bot(github, "git", monkeypatch)


@pytest.fixture
def uploader(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """Give the bot that uses the API alone."""
    return Bot(github, "api", monkeypatch)


def strikes(method: str, path: str, answer: Answer, *, forward: bool = False, times: int = 1) -> Fault:
    """Answer the next requests to a path (below the repository) with something else."""
    where = f"/repos/{NAME}{path}"
    return Fault(lambda asked: (asked.method, asked.path) == (method, where), answer, forward, times=times)


def said(status: int, message: str, headers: dict[str, str] | None = None, **more: object) -> Answer:
    """Give an answer of GitHub's with a message."""
    body = json.dumps({"message": message, **more}).encode()
    return Answer(status, {"Content-Type": "application/json", **(headers or {})}, body)


def last(exchanges: list[Exchange]) -> Request:
    return exchanges[-1].request


def test_the_first_run_opens_one_pull_request_with_all_that_a_reviewer_needs(bot: Bot) -> None:
    index = (bot.github.clone / ".git/index").read_bytes()
    published = bot.only()
    assert published.state is State.OPENED
    (pull,) = bot.pulls()
    assert (pull["head"]["ref"], pull["base"]["ref"], pull["state"]) == (ALL, "main", "open")
    assert pull["title"] == "Say what an `except:` catches (1 place)"
    assert [label["name"] for label in pull["labels"]] == ["fixbot"]
    assert len(pull["body"]) < 65_536
    marker = read_marker(pull["body"])
    assert marker is not None
    assert marker.pushed == (pull["head"]["sha"],)
    assert marker.base == git(bot.github.clone, "rev-parse", "HEAD^{tree}")
    assert bot.refs()[ALL] == pull["head"]["sha"]
    assert_documented(bot.github.recorder.requests)
    assert bot.github.recorder.leaks(TOKEN) == []
    assert git(bot.github.clone, "status", "--porcelain", "--branch") == "## main"
    assert (bot.github.clone / ".git/index").read_bytes() == index


def test_the_branch_holds_the_rewritten_file_and_otherwise_the_base(bot: Bot) -> None:
    report = bot.run()
    bare = bot.github.git.repository(NAME)
    assert git(bare, "diff", "--name-status", "main", ALL) == f"M\t{READER}"
    assert git(bare, "diff", "--summary", "main", ALL) == ""
    assert git(bare, "rev-parse", f"{ALL}^") == git(bot.github.clone, "rev-parse", "HEAD")
    (standing,) = report.published
    assert standing.change is not None
    (rewrite,) = standing.change.rewrites
    assert bot.at(ALL, READER) + "\n" == rewrite.after.decode()
    assert "except (OSError, UnicodeDecodeError):" in bot.at(ALL, READER)


@pytest.mark.parametrize(("via", "requests"), [("git", 4), ("api", 5)])
@pytest.mark.parametrize("shards", [1, 3])
def test_a_second_run_asks_little_and_writes_nothing(
    github: GitHub, monkeypatch: pytest.MonkeyPatch, via: str, requests: int, shards: int
) -> None:
    bot = Bot(github, via, monkeypatch)
    if shards > 1:
        bot.moved({f"{name}/a.py": SMELL.format(name=name) for name in ("one", "two")})
    first = bot.run(max_files=25 if shards == 1 else 1)
    assert [standing.state for standing in first.published] == [State.OPENED] * shards
    before = bot.refs()
    again = bot.run(max_files=25 if shards == 1 else 1)
    assert [standing.state for standing in again.published] == [State.UNCHANGED] * shards
    bot.assert_nothing_written(before)
    asked = [str(request) for request in github.recorder.requests]
    assert len(asked) == requests, asked
    assert (again.tally.requests, again.tally.writes) == (requests, 0)


@pytest.mark.parametrize(("via", "requests"), [("git", 6), ("api", 7)])
def test_an_idle_run_with_three_open_pull_requests_and_a_dashboard_asks_at_most_ten_times(
    github: GitHub, monkeypatch: pytest.MonkeyPatch, via: str, requests: int
) -> None:
    bot = Bot(github, via, monkeypatch)
    bot.moved({f"{name}/a.py": SMELL.format(name=name) for name in ("one", "two")})
    first, _, report = (bot.run(max_files=1, dashboard=True, evidence="review") for _ in range(3))
    assert [standing.state for standing in first.published] == [State.OPENED] * 3
    assert [standing.state for standing in report.published] == [State.UNCHANGED] * 3
    assert github.recorder.writes == []
    assert (report.tally.requests, report.tally.writes) == (requests, 0)
    assert len(github.recorder.requests) == requests <= 10
    assert github.recorder.unchanged == requests, "every answer is known already"


def test_a_strangers_copy_of_the_dashboard_is_none_and_makes_no_other(pusher: Bot) -> None:
    pusher.run(dashboard=True)
    (board,) = issues(pusher)
    copy = {"title": "fixbot", "body": board["body"]}
    made = pusher.github.as_human("POST", "/issues", copy, token=STRANGER)
    pusher.github.as_human("POST", f"/issues/{made['number']}/labels", {"labels": ["fixbot:dashboard"]})
    pusher.github.as_human("PUT", f"/issues/{board['number']}/labels", {"labels": []})
    pusher.run(dashboard=True)
    assert [issue["number"] for issue in issues(pusher)] == [board["number"], made["number"]]


def issues(bot: Bot) -> list[dict[str, Any]]:
    """Give every issue that is no pull request, the oldest first."""
    listed: list[dict[str, Any]] = bot.github.as_human("GET", "/issues?state=all&per_page=100")
    return sorted((one for one in listed if "pull_request" not in one), key=lambda issue: issue["number"])


def test_a_base_that_moved_elsewhere_changes_nothing(bot: Bot) -> None:
    bot.run()
    bot.moved({"README.md": "# better\n", "other.py": "x = 1\n"})
    before = bot.refs()
    assert bot.only().state is State.UNCHANGED
    bot.assert_nothing_written(before)


def test_a_base_with_other_content_updates_the_same_pull_request(bot: Bot) -> None:
    bot.run()
    before = bot.refs()[ALL]
    bot.moved({"src/sample/writer.py": SMELL.format(name="write")})
    assert bot.only().state is State.UPDATED
    (pull,) = bot.pulls()
    assert bot.refs()[ALL] == pull["head"]["sha"] != before
    bare = bot.github.git.repository(NAME)
    assert git(bare, "rev-parse", f"{ALL}^") == bot.refs()["main"]
    assert git(bare, "diff", "--name-only", "main", ALL).split() == [READER, "src/sample/writer.py"]
    marker = read_marker(pull["body"])
    assert marker is not None
    assert marker.pushed == (before, pull["head"]["sha"])
    asked = [request for request in bot.github.recorder.requests if request.path != "/graphql"]
    assert_documented(asked)
    before_third = bot.refs()
    assert bot.only().state is State.UNCHANGED
    bot.assert_nothing_written(before_third)


def test_a_humans_commit_on_the_branch_stays(bot: Bot) -> None:
    bot.run()
    by_hand = bot.github.commit_as_human(ALL, {READER: "by hand\n"})
    bot.moved({"src/sample/writer.py": SMELL.format(name="write")})
    left, opened = offered(bot.run())
    assert (left.state, left.reason) == (State.LEFT_ALONE, "somebody has pushed to the branch of pull request 1")
    assert (opened.state, opened.branch) == (State.OPENED, f"{ALL}-2")
    before = bot.refs()
    assert [standing.state for standing in offered(bot.run())] == [State.LEFT_ALONE, State.UNCHANGED]
    bot.assert_nothing_written(before)
    assert before[ALL] == by_hand == bot.pulls()[0]["head"]["sha"]


def test_a_closed_pull_request_never_comes_again_but_new_findings_do(bot: Bot) -> None:
    bot.run()
    bot.github.as_human("PATCH", "/pulls/1", {"state": "closed"})
    before = bot.refs()
    report = bot.run()
    assert offered(report) == []
    assert [refusal.finding.path for refusal in report.refused] == [READER]
    bot.assert_nothing_written(before)
    bot.moved({"src/sample/writer.py": SMELL.format(name="write")})
    assert bot.only().state is State.OPENED
    closed, opened = bot.pulls()
    assert (closed["state"], opened["state"]) == ("closed", "open")
    assert git(bot.github.git.repository(NAME), "diff", "--name-only", "main", ALL) == "src/sample/writer.py"


def test_after_a_merge_there_is_nothing_to_do(bot: Bot) -> None:
    bot.run()
    bot.github.as_human("PUT", "/pulls/1/merge", {})
    bot.fetch()
    before = bot.refs()
    report = bot.run()
    assert (offered(report), report.prepared.report.findings) == ([], ())
    bot.assert_nothing_written(before)


def test_a_merged_pull_request_makes_room_for_the_next_one(bot: Bot) -> None:
    bot.run()
    bot.github.as_human("PUT", "/pulls/1/merge", {})
    bot.moved({"src/sample/writer.py": SMELL.format(name="write")})
    assert bot.only(max_open=1).state is State.OPENED
    assert [pull["state"] for pull in bot.pulls()] == ["closed", "open"]


def test_a_title_and_labels_that_people_chose_stay(bot: Bot) -> None:
    bot.run()
    bot.github.as_human("PATCH", "/pulls/1", {"title": "Our own words"})
    bot.github.as_human("DELETE", "/issues/1/labels/fixbot")
    before = bot.refs()
    assert bot.only().state is State.UNCHANGED
    bot.assert_nothing_written(before)
    bot.moved({"src/sample/writer.py": SMELL.format(name="write")})
    assert bot.only().state is State.UPDATED
    (pull,) = bot.pulls()
    assert (pull["title"], pull["labels"]) == ("Our own words", [])


def test_a_body_that_lost_its_marker_gets_it_back(pusher: Bot) -> None:
    pusher.only()
    pusher.github.as_human("PATCH", "/pulls/1", {"body": "rewritten"})
    mended = pusher.only()
    assert (mended.state, mended.reason) == (State.UPDATED, "its marker is written again")
    body = pusher.github.as_human("GET", "/pulls/1")["body"]
    assert body.startswith("rewritten\n")
    assert read_marker(body) is not None
    before = pusher.refs()
    assert pusher.only().state is State.UNCHANGED
    pusher.assert_nothing_written(before)


@pytest.mark.parametrize("answer", [Answer(502), HANG_UP], ids=["502", "hang-up"])
def test_a_run_cut_off_before_the_pull_request_is_finished_by_the_next(bot: Bot, answer: Answer) -> None:
    bot.github.recorder.inject(strikes("POST", "/pulls", answer))
    with pytest.raises(ForgeError, match="run fixbot again"):
        bot.run()
    assert bot.pulls() == []
    before = bot.refs()
    assert bot.only().state is State.OPENED
    (pull,) = bot.pulls()
    assert bot.refs() == before
    assert pull["head"]["sha"] == before[ALL]
    assert [label["name"] for label in pull["labels"]] == ["fixbot"]


def test_a_run_that_was_cut_off_is_finished_although_the_base_has_moved(bot: Bot) -> None:
    bot.github.recorder.inject(strikes("POST", "/pulls", HANG_UP))
    with pytest.raises(ForgeError):
        bot.run()
    bot.moved({"other.py": "x = 1\n"})
    before = bot.refs()
    assert bot.only().state is State.OPENED
    assert bot.refs() == before
    assert bot.only().state is State.UNCHANGED


def test_a_run_that_was_cut_off_is_finished_although_an_earlier_one_was_closed(bot: Bot) -> None:
    bot.run()
    bot.github.as_human("PATCH", "/pulls/1", {"state": "closed"})
    bot.moved({"src/sample/writer.py": SMELL.format(name="write")})
    bot.github.recorder.inject(strikes("POST", "/pulls", HANG_UP))
    with pytest.raises(ForgeError):
        bot.run()
    before = bot.refs()
    assert bot.only().state is State.OPENED
    assert bot.refs() == before


@pytest.mark.parametrize("content", ["by hand\n", SMELL.format(name="load")])
def test_a_branch_that_was_cut_off_and_holds_something_else_by_now_is_not_touched(bot: Bot, content: str) -> None:
    bot.github.recorder.inject(strikes("POST", "/pulls", HANG_UP))
    with pytest.raises(ForgeError):
        bot.run()
    if content.startswith("by hand"):
        bot.github.commit_as_human(ALL, {READER: content})
    else:
        bot.moved({READER: content})
    there = bot.refs()[ALL]
    published = bot.only()
    assert (published.state, published.branch) == (State.OPENED, f"{ALL}-{there[:7]}")
    assert bot.refs()[ALL] == there
    before = bot.refs()
    assert bot.only().state is State.UNCHANGED
    bot.assert_nothing_written(before)


@pytest.mark.parametrize("answer", [Answer(502), HANG_UP], ids=["502", "hang-up"])
def test_a_lost_answer_to_the_opening_leaves_one_labelled_pull_request(bot: Bot, answer: Answer) -> None:
    bot.github.recorder.inject(strikes("POST", "/pulls", answer, forward=True))
    assert bot.only().state is State.OPENED
    assert len(bot.github.recorder.matching("POST", PULLS)) == 1
    (pull,) = bot.pulls()
    assert [label["name"] for label in pull["labels"]] == ["fixbot"]
    before = bot.refs()
    assert bot.only().state is State.UNCHANGED
    bot.assert_nothing_written(before)


def test_a_pull_request_that_was_opened_unseen_is_found_by_the_next_run(bot: Bot) -> None:
    bot.github.recorder.inject(strikes("POST", "/pulls", Answer(502), forward=True))
    looks = Fault(lambda asked: asked.path == PULLS and "head=" in asked.query, said(200, ""), times=2)
    looks.answer = Answer(200, {"Content-Type": "application/json"}, b"[]")
    bot.github.recorder.inject(looks)
    with pytest.raises(ForgeError, match="run fixbot again"):
        bot.run()
    assert bot.only().state is State.UNCHANGED
    (pull,) = bot.pulls()
    assert [label["name"] for label in pull["labels"]] == ["fixbot"], "what was not done yet is done now"
    before = bot.refs()
    assert bot.only().state is State.UNCHANGED
    bot.assert_nothing_written(before)


@pytest.mark.parametrize("path", ["PATCH /pulls/1", "move"])
def test_an_update_that_was_cut_off_is_finished_by_the_next_run(bot: Bot, path: str) -> None:
    bot.run()
    bot.moved({"src/sample/writer.py": SMELL.format(name="write")})
    if path == "move":
        bot.cut_off_the_next_move()
    else:
        bot.github.recorder.inject(strikes("PATCH", "/pulls/1", Answer(502)))
    with pytest.raises(ForgeError):
        bot.run()
    assert bot.only().state is State.UPDATED
    (pull,) = bot.pulls()
    marker = read_marker(pull["body"])
    assert marker is not None
    assert marker.pushed[-1] == pull["head"]["sha"] == bot.refs()[ALL]
    assert git(bot.github.git.repository(NAME), "rev-parse", f"{ALL}^") == bot.refs()["main"]
    before = bot.refs()
    assert bot.only().state is State.UNCHANGED
    bot.assert_nothing_written(before)


def test_a_branch_that_somebody_else_began_is_left_alone(bot: Bot) -> None:
    main = bot.refs()["main"]
    bot.github.as_human("POST", "/git/refs", {"ref": f"refs/heads/{ALL}", "sha": main})
    published = bot.only()
    assert (published.state, published.branch) == (State.OPENED, f"{ALL}-{main[:7]}")
    assert bot.refs()[ALL] == main
    before = bot.refs()
    assert bot.only().state is State.UNCHANGED
    bot.assert_nothing_written(before)


def test_a_write_is_never_sent_twice(uploader: Bot) -> None:
    uploader.github.recorder.inject(strikes("POST", "/git/blobs", Answer(502), times=9))
    with pytest.raises(ForgeError, match="502"):
        uploader.run()
    assert [str(request) for request in uploader.github.recorder.writes] == [f"POST /repos/{NAME}/git/blobs"]


def test_a_token_with_a_line_end_works(pusher: Bot) -> None:
    assert pusher.only(token=f"{TOKEN}\n").state is State.OPENED


def test_a_base_that_github_does_not_have_is_named(pusher: Bot) -> None:
    with pytest.raises(OperatorError, match="does not know the branch next"):
        pusher.run(base="next")


def test_a_base_that_is_not_here_asks_for_a_fetch(bot: Bot) -> None:
    bot.github.commit_as_human("main", {"more.txt": "more"})
    with pytest.raises(OperatorError, match="git fetch"):
        bot.run()
    assert bot.github.recorder.writes == []


def test_what_is_only_here_is_not_published(bot: Bot) -> None:
    (bot.github.clone / "secret.py").write_text(SMELL.format(name="mine"), "utf-8")
    git(bot.github.clone, "add", "secret.py")
    git(bot.github.clone, "-c", "user.name=me", "-c", "user.email=me@example.org", "commit", "-qm", "mine")
    main = bot.refs()["main"]
    assert bot.only().state is State.OPENED
    bare = bot.github.git.repository(NAME)
    assert git(bare, "rev-parse", f"{ALL}^") == main
    assert git(bare, "diff", "--name-only", "main", ALL) == READER


def test_a_detached_head_starts_from_the_default_branch(bot: Bot) -> None:
    git(bot.github.clone, "checkout", "--quiet", "--detach")
    assert bot.only().state is State.OPENED
    assert bot.pulls()[0]["base"]["ref"] == "main"


def test_a_dry_run_writes_nothing(bot: Bot) -> None:
    before, objects = bot.refs(), git(bot.github.clone, "count-objects", "-v")
    published = bot.only(dry_run=True)
    assert published.state is State.OPENED
    assert published.pull is not None
    assert (published.pull.number, published.pull.url) == (0, "(dry run)")
    bot.assert_nothing_written(before)
    assert bot.pulls() == []
    assert git(bot.github.clone, "count-objects", "-v") == objects


def test_a_dry_run_says_what_would_be_updated(bot: Bot) -> None:
    bot.run()
    bot.moved({"src/sample/writer.py": SMELL.format(name="write")})
    before = bot.refs()
    report = bot.run(dry_run=True)
    assert [standing.state for standing in report.published] == [State.UPDATED]
    assert report.tally.writes == 0
    bot.assert_nothing_written(before)


def test_a_dry_run_sees_what_a_run_that_was_cut_off_left(bot: Bot) -> None:
    bot.github.recorder.inject(strikes("POST", "/pulls", Answer(502)))
    with pytest.raises(ForgeError):
        bot.run()
    before = bot.refs()
    assert bot.only(dry_run=True).state is State.OPENED
    bot.assert_nothing_written(before)


def test_more_than_the_limit_of_open_pull_requests_wait_and_come_later(bot: Bot) -> None:
    bot.moved({"one/a.py": SMELL.format(name="one")})
    first, second = bot.run(max_open=1, max_files=1).published
    assert first.state is State.OPENED
    assert (second.state, second.reason) == (State.WAITING, "1 open already, and the limit is 1")
    before = bot.refs()
    bot.run(max_open=1, max_files=1)
    bot.assert_nothing_written(before)
    bot.github.as_human("PATCH", "/pulls/1", {"state": "closed"})
    assert bot.only(max_open=1, max_files=1).state is State.OPENED
    assert len(bot.pulls()) == 2


def test_each_safety_has_a_pull_request_of_its_own(bot: Bot) -> None:
    bot.moved({"src/sample/passes.py": RERAISES})
    report = bot.run()
    assert [standing.branch for standing in report.published] == [ALL, SAFE]
    bare = bot.github.git.repository(NAME)
    assert git(bare, "diff", "--name-only", "main", ALL) == READER
    assert git(bare, "diff", "--name-only", "main", SAFE) == "src/sample/passes.py"
    assert "except BaseException:" in bot.at(SAFE, "src/sample/passes.py")
    before = bot.refs()
    assert [standing.state for standing in bot.run().published] == [State.UNCHANGED, State.UNCHANGED]
    bot.assert_nothing_written(before)


def test_a_run_without_labels_asks_for_none(pusher: Bot) -> None:
    pusher.run(labels=())
    assert [str(request) for request in pusher.github.recorder.writes] == [f"POST {PULLS}"]
