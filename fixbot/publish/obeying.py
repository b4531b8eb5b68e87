"""Does what people ask before code is rewritten: closes pull requests, and remembers the rest in their markers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from fixbot.chatops.boxes import Box
from fixbot.chatops.commands import Command, Misunderstood, Verb
from fixbot.lifecycle.memory import is_declined, may_be_replaced
from fixbot.markdown import code, prose
from fixbot.model import PullRequest
from fixbot.publish.bodies import remarked
from fixbot.shell.forge import Forge

_MOST_IGNORED = 40
_OFFERING = frozenset({Verb.RECREATE, Verb.UNIGNORE})
_OVER: Mapping[str, str] = {"open": "it is open", "merged": "it is merged"}


@dataclass(slots=True)
class Obeying:
    """Obeys one command or box at a time; each of the attributes is changed in place.

    Attributes:
        forge: where pull requests are closed and edited.
        pulls: every pull request, as it is by now.
        on_board: the codemods and paths that the dashboard remembers as ignored.
        asked: what is asked for a branch: `rebase`, `recreate`, `open`.
        wanted: the findings of closed pull requests that are asked for again, by fingerprint.
    """

    forge: Forge
    pulls: list[PullRequest]
    on_board: set[str]
    asked: dict[str, set[str]]
    wanted: set[str]
    _closed: set[int] = field(default_factory=set)

    def obey(self, asked: Command | Misunderstood, place: PullRequest | None, said: datetime | None) -> str | None:
        """Do what is asked; return the answer, None where the run has to go on before there is one.

        Args:
            asked: the command.
            place: the pull request on which it stands, None for the dashboard.
            said: when it was written, None where nobody knows.
        """
        if isinstance(asked, Misunderstood):
            return f"not understood: {prose(asked.because)}"
        pull = None if place is None else self.current(place)
        if asked.target:
            return self._unignore(asked.target) if asked.verb is Verb.UNIGNORE else self._ignore(asked.target, pull)
        if pull is None:
            return None if asked.verb is Verb.STATUS else f"`{asked.verb}` belongs on a pull request"
        if pull.marker is None:
            return "this pull request carries no marker of fixbot any more: close it, and fixbot opens a new one"
        if asked.verb in _OFFERING and pull.number not in self._closed and _is_older(said, pull.closed_at):
            return "it was closed after that, and the newer word counts"
        return self._obey_here(asked.verb, pull)

    def obey_box(self, box: Box, number: int) -> None:
        """Do what a ticked box asks for; `number` is that of the pull request behind it, 0 where nobody knows.

        Another one from the same branch may have been declined since the box was ticked.
        """
        if box.verb != "unignore":
            self._ask(box.branch, box.verb)
            return
        known = [each for each in self.pulls if each.branch == box.branch and is_declined(each)]
        known = [each for each in known if number in {0, each.number}]
        if known:
            self.edit(max(known, key=lambda each: each.number), again=True)

    def ignores(self) -> frozenset[str]:
        """Return the codemods and paths that people asked to ignore."""
        told = {word for pull in self.pulls if pull.marker is not None for word in pull.marker.ignores}
        return frozenset(told | self.on_board)

    def current(self, pull: PullRequest) -> PullRequest:
        """Return a pull request as it is by now."""
        return next(each for each in self.pulls if each.number == pull.number)

    def edit(self, pull: PullRequest, *, close: bool = False, **changes: object) -> None:
        """Change what a pull request remembers."""
        if pull.marker is None:
            return
        marker = replace(pull.marker, **changes)  # type: ignore[arg-type]
        body = remarked(pull, marker) if marker != pull.marker else None
        if body is None and not close:
            return
        edited = self.forge.edit(pull, body=body, close=close)
        self.pulls[:] = [edited if each.number == pull.number else each for each in self.pulls]

    def _ask(self, branch: str, verb: str) -> None:
        self.asked.setdefault(branch, set()).add(verb)

    def _obey_here(self, verb: Verb, pull: PullRequest) -> str | None:
        match verb:
            case Verb.IGNORE:
                return self._decline(pull)
            case Verb.UNIGNORE:
                return self._offer_again(pull)
            case Verb.SPLIT:
                return self._split(pull)
            case Verb.REBASE | Verb.RECREATE:
                return self._make_anew(verb, pull)
            case _:
                return None

    def _make_anew(self, verb: Verb, pull: PullRequest) -> str | None:
        if pull.state == "open":
            self._ask(pull.branch, verb)
            return None
        if verb is Verb.REBASE:
            return "it is not open: `/fixbot recreate` offers its findings again"
        return self._recreate_closed(pull)

    def _decline(self, pull: PullRequest) -> str:
        if pull.state == "merged":
            return "it is merged: there is nothing to ignore"
        if pull.state == "open":
            self.edit(pull, close=True, again=False, closed="", closed_at="")
            self._closed.add(pull.number)  # what is said after this command is newer than the closing
        elif not is_declined(pull):
            self.edit(pull, again=False, closed="", closed_at="")
        return "closed: its findings are not offered again (`/fixbot unignore` takes that back)"

    def _offer_again(self, pull: PullRequest) -> str:
        if pull.state in _OVER:
            return f"{_OVER[pull.state]}: there is nothing to take back"
        self.edit(pull, again=True)
        return "its findings may be offered again"

    def _recreate_closed(self, pull: PullRequest) -> str:
        """Ask for the findings of a closed one wherever they come now; another one from its branch is not meant."""
        if pull.state == "closed":
            self.wanted.update(pull.fingerprints)
            if not any(each.branch == pull.branch and each.state == "open" for each in self.pulls):
                self._ask(pull.branch, Verb.RECREATE)
        return self._offer_again(pull)

    def _split(self, pull: PullRequest) -> str | None:
        if pull.state != "open":
            return "it is not open: there is nothing to split"
        if len(pull.fingerprints) < 2:  # noqa: PLR2004 - one finding cannot be split
            return "it holds one finding: there is nothing to split"
        if not pull.pushed:
            return "somebody removed what fixbot keeps in its body: this run writes it again, so ask once more"
        if not may_be_replaced(pull):
            return "it is not fixbot's alone any more: close it, or take the label or the commits away"
        self.edit(pull, split=True)
        return None

    def _ignore(self, target: str, pull: PullRequest | None) -> str:
        """Remember a codemod or a path: in a pull request, which nobody can switch off, if there is one."""
        newest = max((each for each in self.pulls if each.pushed), key=lambda each: each.number, default=None)
        if len(self.ignores()) >= _MOST_IGNORED:
            return "there is no room for more: put it into `exclude` or `ignore` in the configuration"
        keeper = pull if pull is not None and pull.pushed else newest  # one whose marker was lost gets it back anew
        if keeper is not None and keeper.marker is not None:
            self.edit(keeper, ignores=tuple(dict.fromkeys([*keeper.marker.ignores, target])))
        else:
            self.on_board.add(target)
        return f"{_shown(target)} is ignored from now on (`/fixbot unignore …` takes that back)"

    def _unignore(self, target: str) -> str:
        if target not in self.ignores():
            return f"{_shown(target)} was not ignored by a comment"
        for pull in list(self.pulls):
            if pull.marker is not None:
                self.edit(pull, ignores=tuple(word for word in pull.marker.ignores if word != target))
        self.on_board.discard(target)
        return f"{_shown(target)} is not ignored any more"


def _shown(target: str) -> str:
    return code(target.removeprefix("path:"))


def _is_older(said: datetime | None, closed: datetime | None) -> bool:
    return said is not None and closed is not None and said <= closed
