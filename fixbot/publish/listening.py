"""Hears what people ask in comments and by ticking boxes, and does what is to be done before code is rewritten."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from fixbot.chatops.answers import heard
from fixbot.chatops.commands import Command, Misunderstood, Verb, commands
from fixbot.chatops.dashboard import Box, heard_until, ignored, ticked
from fixbot.lifecycle.memory import is_declined, may_be_replaced
from fixbot.markdown import code, prose
from fixbot.model import Comment, Issue, PullRequest
from fixbot.publish.bodies import remarked
from fixbot.shell.forge import Forge

_MOST_IGNORED = 40
_OFFERING = frozenset({Verb.RECREATE, Verb.UNIGNORE})
_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Heard:
    """A comment that asks for something, where it stands, and what became of each of its commands so far.

    `pull` is None where it stands on the dashboard. A command is answered after the run where its text is empty.
    """

    comment: Comment
    pull: PullRequest | None
    asked: tuple[Command | Misunderstood, ...]
    answers: tuple[str, ...]


@dataclass(slots=True)
class Ears:
    """Listens for one run and keeps the forge's pull requests as they are after what was asked is done.

    Attributes:
        forge: where people talk.
        pulls: every pull request, as it is by now.
        board: the dashboard issue, None where there is none.
        is_kept: whether this run keeps the dashboard: it is open, wanted, and about this run's base.
        slugs: the codemods that may be named.
        asked: what is asked for a branch in this run: `rebase`, `recreate`, `open`.
        heard: the comments that are to be answered.
        ticked: the boxes that were ticked.
    """

    forge: Forge
    pulls: list[PullRequest]
    board: Issue | None
    slugs: Collection[str]
    is_kept: bool = True
    asked: dict[str, set[str]] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    ticked: frozenset[Box] = frozenset()
    _on_board: set[str] = field(default_factory=set)
    _heard_on_board: int = 0

    def __post_init__(self) -> None:
        """Begin with what the dashboard remembers."""
        self._on_board = set(ignored(self.board.body)) if self.board is not None else set()
        self._heard_on_board = self._heard_until(None)

    def listen(self, now: datetime) -> None:
        """Hear all that is new, and obey."""
        if not self.pulls and self.board is None:
            return
        for comment, pull in self._new(now):
            asked = tuple(commands(comment.body, self.slugs))
            answers = tuple(self._obeyed(one, pull, comment.updated) for one in asked)
            current = None if pull is None else self._current(pull)
            self.heard.append(Heard(comment, current, asked, answers))
        if self.board is not None and self.is_kept:
            self.ticked = ticked(self.board.body)
            for box in sorted(self.ticked, key=lambda box: (box.branch, box.verb)):
                self._obey_box(box)

    def _new(self, now: datetime) -> list[tuple[Comment, PullRequest | None]]:
        """Return the comments with a command that no answer names yet, on fixbot's own pull requests and dashboard."""
        since = (now - _WINDOW).replace(hour=0, minute=0, second=0, microsecond=0)
        places: dict[int, PullRequest | None] = {pull.number: pull for pull in self.pulls}
        if self.board is not None and self.is_kept:
            places[self.board.number] = None
        found = [c for c in self.forge.comments(since) if c.on in places and "/fixbot" in c.body and not c.is_bot]
        found = [c for c in found if commands(c.body, self.slugs) and self.forge.may_write(c.author)]
        done = {on: self._answered(on, places[on]) for on in {comment.on for comment in found}}
        return [(comment, places[comment.on]) for comment in found if comment.id not in done[comment.on]]

    def _answered(self, on: int, pull: PullRequest | None) -> Container[int]:
        """Return the comments that are answered; where somebody deleted the answers, the marker knows the last one."""
        said = self.forge.comments_on(on)
        answer = answer_on(said, self.author(pull))
        newest = self._heard_until(pull)
        noted = {comment.id for comment in said if comment.id <= newest}
        done = heard(answer.body) if answer is not None else frozenset[int]()
        if newest < max(done, default=0):  # a run was cut off before it wrote that down
            self._note(pull, max(done))
        return noted | done

    def _heard_until(self, pull: PullRequest | None) -> int:
        if pull is None:
            return heard_until(self.board.body) if self.board is not None else 0
        return pull.marker.heard if pull.marker is not None else 0

    def _note(self, pull: PullRequest | None, newest: int) -> None:
        if pull is None:
            self._heard_on_board = newest
        else:
            self._edit(self._current(pull), heard=newest)

    def author(self, pull: PullRequest | None) -> str:
        """Return the login that fixbot goes by on a pull request or the dashboard."""
        return pull.author if pull is not None else self.board.author if self.board is not None else ""

    def _current(self, pull: PullRequest) -> PullRequest:
        return next(each for each in self.pulls if each.number == pull.number)

    def _open(self) -> list[PullRequest]:
        return [each for each in self.pulls if each.state == "open"]

    def _edit(self, pull: PullRequest, *, close: bool = False, **changes: object) -> None:
        """Change what a pull request remembers."""
        if pull.marker is None:
            return
        marker = replace(pull.marker, **changes)  # type: ignore[arg-type]
        body = remarked(pull, marker) if marker != pull.marker else None
        if body is None and not close:
            return
        edited = self.forge.edit(pull, body=body, close=close)
        self.pulls = [edited if each.number == pull.number else each for each in self.pulls]

    def _obeyed(self, asked: Command | Misunderstood, place: PullRequest | None, said: datetime | None) -> str:
        """Do what is asked; return the answer, empty where the run has to go on before there is one."""
        if isinstance(asked, Misunderstood):
            return f"not understood: {prose(asked.because)}"
        pull = None if place is None else self._current(place)
        if asked.target:
            return self._ignore(asked, pull)
        if pull is None:
            return "" if asked.verb is Verb.STATUS else f"`{asked.verb}` belongs on a pull request"
        if pull.marker is None:
            return "this pull request carries no marker of fixbot any more: close it, and fixbot opens a new one"
        if said is not None and pull.closed_at is not None and said <= pull.closed_at and asked.verb in _OFFERING:
            return "it was closed after that, and the newer word counts"
        return self._obeyed_here(asked.verb, pull)

    def _obeyed_here(self, verb: Verb, pull: PullRequest) -> str:
        match verb:
            case Verb.IGNORE:
                return self._decline(pull)
            case Verb.UNIGNORE:
                return self._again(pull)
            case Verb.SPLIT:
                return self._split(pull)
            case Verb.RECREATE | Verb.REBASE:
                if verb is Verb.REBASE and pull.state != "open":
                    return "it is not open: `/fixbot recreate` offers its findings again"
                if not any(each.branch == pull.branch and each.number != pull.number for each in self._open()):
                    self.asked.setdefault(pull.branch, set()).add(str(verb))  # another one would not be meant
                return "" if pull.state == "open" else self._again(pull)
            case _:
                return ""

    def _decline(self, pull: PullRequest) -> str:
        if pull.state == "merged":
            return "it is merged: there is nothing to ignore"
        if pull.state == "open":
            self._edit(pull, close=True, again=False, closed="", closed_at="")
        elif not is_declined(pull):
            self._edit(pull, again=False, closed="", closed_at="")
        return "closed: its findings are not offered again (`/fixbot unignore` takes that back)"

    def _again(self, pull: PullRequest) -> str:
        if pull.state == "open":
            return "it is open: there is nothing to take back"
        if pull.state == "merged":
            return "it is merged: there is nothing to take back"
        self._edit(pull, again=True)
        return "its findings may be offered again"

    def _split(self, pull: PullRequest) -> str:
        if pull.state != "open":
            return "it is not open: there is nothing to split"
        if len(pull.fingerprints) < 2:  # noqa: PLR2004 - one finding cannot be split
            return "it holds one finding: there is nothing to split"
        if not pull.pushed:
            return "somebody removed what fixbot keeps in its body: this run writes it again, so ask once more"
        if not may_be_replaced(pull):
            return "it is not fixbot's alone any more: close it, or take the label or the commits away"
        self._edit(pull, split=True)
        return ""

    def _ignore(self, asked: Command, pull: PullRequest | None) -> str:
        """Remember or forget a codemod or a path: in a pull request, which nobody can switch off, if there is one."""
        if asked.verb is Verb.UNIGNORE:
            return self._unignore(asked.target)
        newest = max((each for each in self.pulls if each.pushed), key=lambda each: each.number, default=None)
        if len(self.ignores()) >= _MOST_IGNORED:
            return "there is no room for more: put it into `exclude` or `ignore` in the configuration"
        keeper = pull if pull is not None and pull.pushed else newest  # one whose marker was lost gets it back anew
        if keeper is not None and keeper.marker is not None:
            self._edit(keeper, ignores=tuple(dict.fromkeys([*keeper.marker.ignores, asked.target])))
        else:
            self._on_board.add(asked.target)
        shown = code(asked.target.removeprefix("path:"))
        return f"{shown} is ignored from now on (`/fixbot unignore …` takes that back)"

    def _unignore(self, target: str) -> str:
        shown = code(target.removeprefix("path:"))
        if target not in self.ignores():
            return f"{shown} was not ignored by a comment"
        for pull in list(self.pulls):
            if pull.marker is not None:
                self._edit(pull, ignores=tuple(word for word in pull.marker.ignores if word != target))
        self._on_board.discard(target)
        return f"{shown} is not ignored any more"

    def _obey_box(self, box: Box) -> None:
        if box.verb == "unignore":
            known = [each for each in self.pulls if each.branch == box.branch and is_declined(each)]
            if known:
                self._edit(max(known, key=lambda each: each.number), again=True)
        else:
            self.asked.setdefault(box.branch, set()).add(box.verb)

    def heard_on_board(self) -> int:
        """Return the id of the newest comment on the dashboard that is heard by now, 0 for none."""
        return max([self._heard_on_board, *(each.comment.id for each in self.heard if each.pull is None)])

    def ignores(self) -> frozenset[str]:
        """Return the codemods and paths that people asked to ignore."""
        told = {word for pull in self.pulls if pull.marker is not None for word in pull.marker.ignores}
        return frozenset(told | self._on_board)


def answer_on(comments: Sequence[Comment], author: str) -> Comment | None:
    """Return the comment in which fixbot answers, provided that it is fixbot's own."""
    marked = (comment for comment in comments if "<!-- fixbot:answers " in comment.body)
    return next((comment for comment in marked if not author or comment.author == author), None)


def wished(asked: Mapping[str, Collection[str]], branch: str) -> frozenset[str]:
    """Return what is asked for a branch."""
    return frozenset(asked.get(branch, ()))
