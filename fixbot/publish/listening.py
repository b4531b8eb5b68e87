"""Hears what people ask in comments and by ticking boxes, once each; what is asked is done elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fixbot.chatops.answers import Answer, heard, holds_answers, is_answers, is_edited, read_answers, understood
from fixbot.chatops.boxes import Box, numbered, ticked
from fixbot.chatops.commands import Command, Misunderstood, commands
from fixbot.chatops.pinned import heard_until, ignored
from fixbot.model import Comment, Issue, PullRequest
from fixbot.plan import Shard
from fixbot.publish.obeying import Obeying
from fixbot.settings import excluder
from fixbot.shell.forge import Forge

_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Heard:
    """A comment that asks for something, where it stands, and what became of each of its commands so far.

    `pull` is None where it stands on the dashboard. A command is answered after the run where its answer is None.
    """

    comment: Comment
    pull: PullRequest | None
    asked: tuple[Command | Misunderstood, ...]
    answers: tuple[str | None, ...]


@dataclass(slots=True)
class Ears:
    """Listens for one run and keeps the forge's pull requests as they are after what was asked is done.

    Attributes:
        forge: where people talk.
        pulls: every pull request, as it is by now.
        board: the dashboard issue, None where there is none.
        slugs: the codemods that may be named.
        is_kept: whether this run keeps the dashboard: it is open, wanted, and about this run's base.
        paths: gives every tracked path of the base, asked at most once; without it any path may be ignored.
        asked: what is asked for a branch in this run: `rebase`, `recreate`, `open`.
        wanted: the findings of closed pull requests that people asked for again in this run, by fingerprint.
        heard: the comments that are to be answered.
        ticked: the boxes that were ticked.
    """

    forge: Forge
    pulls: list[PullRequest]
    board: Issue | None
    slugs: Collection[str]
    is_kept: bool = True
    paths: Callable[[], Collection[str]] | None = None
    asked: dict[str, set[str]] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    heard: list[Heard] = field(default_factory=list)
    ticked: frozenset[Box] = frozenset()
    _obeying: Obeying = field(init=False)
    _heard_on_board: int = field(init=False)
    _tracked: Collection[str] | None = None

    def __post_init__(self) -> None:
        """Begin with what the dashboard remembers; what obeys works on the very list of pull requests."""
        on_board = set(ignored(self.board.body)) if self.board is not None else set()
        self._obeying = Obeying(self.forge, self.pulls, on_board, self.asked, self.wanted)
        self._heard_on_board = self._heard_until(None)

    def listen(self, now: datetime) -> None:
        """Hear all that is new, and obey."""
        if not self.pulls and self.board is None:
            return
        for comment, pull, done in self._new(now):
            self._hear(comment, pull, done)
        if self.board is not None and self.is_kept:
            self.ticked = ticked(self.board.body)
            numbers = numbered(self.board.body)
            for box in sorted(self.ticked, key=lambda box: (box.branch, box.verb)):
                self._obeying.obey_box(box, numbers.get(box, 0))

    def _hear(self, comment: Comment, pull: PullRequest | None, done: Collection[str]) -> None:
        """Obey a comment; what it said before it was edited and what is `done` is not done again."""
        is_there = None if self.paths is None else self._is_there
        asked = tuple(one for one in commands(comment.body, self.slugs, is_there) if str(one) not in done)
        answers = tuple(self._obeying.obey(one, pull, comment.updated) for one in asked)
        current = None if pull is None else self._obeying.current(pull)
        if asked:
            self.heard.append(Heard(comment, current, asked, answers))

    def _new(self, now: datetime) -> list[tuple[Comment, PullRequest | None, Collection[str]]]:
        """Return the comments with a command that no answer names yet, and what each has been answered all the same.

        Only those on fixbot's own pull requests and dashboard count.
        """
        since = (now - _WINDOW).replace(hour=0, minute=0, second=0, microsecond=0)
        places: dict[int, PullRequest | None] = {pull.number: pull for pull in self.pulls}
        if self.board is not None and self.is_kept:
            places[self.board.number] = None
        found = [c for c in self.forge.comments(since) if c.on in places and not c.is_bot]
        found = [c for c in found if commands(c.body, self.slugs) and self.forge.may_write(c.author)]
        answers = {on: self._answers(on, places[on]) for on in {comment.on for comment in found}}
        return [
            (comment, places[comment.on], understood(answers[comment.on][1], comment.id))
            for comment in found
            if comment.id not in answers[comment.on][0] or is_edited(answers[comment.on][1], comment.id, comment.body)
        ]

    def _answers(self, on: int, pull: PullRequest | None) -> tuple[Collection[int], Sequence[Answer]]:
        """Return the comments that are answered, and the answers that are still there to be read.

        Where somebody deleted the answers, the marker knows the last one.
        """
        said = self.forge.comments_on(on)
        bodies = [comment.body for comment in answers_on(said, self.author(pull), self.forge.may_write)]
        newest = self._heard_until(pull)
        noted = {comment.id for comment in said if comment.id <= newest}
        done = frozenset[int]().union(*map(heard, bodies))
        if newest < max(done, default=0):  # a run was cut off before it wrote that down
            self._note(pull, max(done))
        return noted | done, [answer for body in bodies for answer in read_answers(body)]

    def _heard_until(self, pull: PullRequest | None) -> int:
        if pull is None:
            return heard_until(self.board.body) if self.board is not None else 0
        return pull.marker.heard if pull.marker is not None else 0

    def _note(self, pull: PullRequest | None, newest: int) -> None:
        if pull is None:
            self._heard_on_board = newest
        else:
            self._obeying.edit(self._obeying.current(pull), heard=newest)

    def _is_there(self, path: str) -> bool:
        """Say whether a path, as `/fixbot ignore` takes it, names a tracked file or folder of the base."""
        if self._tracked is None:
            self._tracked = self.paths() if self.paths is not None else ()
        return any(map(excluder([path]), self._tracked))

    def author(self, pull: PullRequest | None) -> str:
        """Return the login that fixbot goes by on a pull request or the dashboard."""
        return pull.author if pull is not None else self.board.author if self.board is not None else ""

    def wished(self, shard: Shard) -> frozenset[str]:
        """Return what is asked for a shard: for its branch, and `open` where it has findings that are `wanted`."""
        mine = {finding.fingerprint for finding in shard.change.findings}
        asked = wished(self.asked, shard.branch)
        return asked if self.wanted.isdisjoint(mine) else asked | {"open"}

    def heard_on_board(self) -> int:
        """Return the id of the newest comment on the dashboard that is heard by now, 0 for none."""
        return max([self._heard_on_board, *(each.comment.id for each in self.heard if each.pull is None)])

    def ignores(self) -> frozenset[str]:
        """Return the codemods and paths that people asked to ignore."""
        return self._obeying.ignores()


def answers_on(comments: Sequence[Comment], author: str, may_write: Callable[[str], bool]) -> list[Comment]:
    """Return the comments in which fixbot answers, the newest first: several where it went by several logins.

    Args:
        comments: those on one pull request or issue, the oldest first.
        author: who opened that.
        may_write: says whether a login may write to the repository: what a stranger pasted counts for nothing.
    """

    def is_fixbots(comment: Comment) -> bool:
        if comment.is_bot or comment.author.endswith("[bot]"):
            return holds_answers(comment.body)
        return is_answers(comment.body) and (comment.author == author or may_write(comment.author))

    return [comment for comment in reversed(comments) if is_fixbots(comment)]


def wished(asked: Mapping[str, Collection[str]], branch: str) -> frozenset[str]:
    """Return what is asked for a branch."""
    return frozenset(asked.get(branch, ()))
