"""Keeps the books on what people did, and says what fixbot must never do; it knows no function of fixbot."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fixbot.chatops.boxes import ticked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fixbot.settings import Settings
    from tests.machine.gate import Trap
    from tests.machine.world import Pull, Ran, World

HOUR = timedelta(minutes=61)
KEPT = "fixbot-kept/"
_MARKER = re.compile(r"<!-- fixbot:1 (\{.*?\}) -->", re.DOTALL)
_TRAILER = re.compile(r"^Fixbot-Finding: (\S+)$", re.MULTILINE)


class Book:
    """What is known of one world.

    Attributes:
        prints: the findings of each pull request, by number.
        declined: findings that a person said no to.
        hand: the commits that people put on each branch and that must stay there.
        moved: such commits that may have been moved to a branch under `fixbot-kept/`, because people asked for that.
        titles: the titles that people chose.
        labels: whether people want a label on a pull request.
        later: how much time went by.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.prints: dict[int, frozenset[str]] = {}
        self.declined: set[str] = set()
        self.hand: dict[str, set[str]] = {"main": set()}
        self.moved: set[str] = set()
        self.titles: dict[int, str] = {}
        self.labels: dict[int, dict[str, bool]] = {}
        self.later = timedelta()
        self._opened: list[timedelta] = []
        self._gone_ahead: set[str] = set()
        self._wanted: set[str] = set()
        self._anew: set[str] = set()
        self._to_be_closed: set[int] = set()

    # What people do

    def pulls(self, *states: str) -> list[Pull]:
        """Give the pull requests in one of some states, the oldest first."""
        return [pull for pull in self.world.pulls() if pull.state in states]

    def commit(self, branch: str, changes: Mapping[str, str | None], onto: str | None = None, message: str = "") -> str:
        """Let a person commit to a branch, or put a commit on `onto` there by force."""
        made = self.world.history.commit(branch, changes, onto or self.world.history.heads()[branch], message)
        self.note(branch, made)
        return made

    def note(self, branch: str, made: str | None, offered: Mapping[int, frozenset[str]] | None = None) -> None:
        """Remember what a person has put on a branch, and forget what that person took away; None: the branch.

        `offered` is what pull requests offered before a branch was taken away, with all that could be read on it.
        """
        reachable = self.world.history.reachable(branch)
        kept = self.hand.get(branch, set()) & reachable
        put = {made} if made else set[str]()
        if branch in self._anew:
            self.moved |= put  # whoever asked for the branch anew did so whatever is on it when fixbot comes
            put = set()
        self.hand[branch] = kept | put
        heads = self.world.history.heads()
        self.moved &= set().union(*(self.world.history.behind(head) for head in heads.values()))
        self._told_of_branches(offered or {})

    def _told_of_branches(self, offered: Mapping[int, frozenset[str]]) -> None:
        """What people do to a branch may close a pull request: that is a no, like every closing by a person."""
        before = {pull.number for pull in self.pulls("open")}
        self.world.changed()
        for pull in self.pulls("closed"):
            if pull.number in before:
                self.declined |= offered.get(pull.number, self._offers(pull))

    def delete(self, branch: str) -> None:
        """Let a person delete a branch."""
        offered = {pull.number: self._offers(pull) for pull in self.pulls("open")}
        self.world.delete(branch)
        self.note(branch, None, offered)

    def merge(self, pull: Pull, *, squash: bool) -> None:
        """Let a person merge; with a merge commit, what people have put on the branch is on the base from then on."""
        if self.world.merge(pull.number, squash=squash):
            self._told_of_branches({})

    def label(self, pull: Pull, name: str, *, present: bool) -> None:
        """Let a person give a label, or take it away; what changes nothing says nothing."""
        if present == (name in pull.labels):
            return
        self.world.label(pull.number, name, present=present)
        self.labels.setdefault(pull.number, {})[name] = present

    def close(self, pull: Pull) -> None:
        """Let a person say no."""
        self.world.close(pull.number)
        if pull.number not in self.prints:
            self._learn(pull)  # it was opened by the run that is under way
        self.declined |= self._offers(pull)

    def reopen(self, pull: Pull) -> None:
        """Let a person take a no back."""
        if self.world.reopen(pull.number):
            self.declined -= self.prints.get(pull.number, frozenset())

    def command(self, pull: Pull, words: str, *, writer: bool) -> None:
        """Let a person ask for something in a comment."""
        self.world.say(pull.number, f"/fixbot {words}", writer=writer)
        if not writer:
            return
        if words in {"recreate", "unignore"}:
            self._to_be_closed.discard(pull.number)
            self.declined -= self.prints.get(pull.number, frozenset())
        if words == "recreate":
            if not any(each.branch == pull.branch and each.number != pull.number for each in self.pulls("open")):
                self.asked_for(pull.branch)
            self._wanted |= self.prints.get(pull.number, frozenset())
        if words == "ignore":
            self._to_be_closed.add(pull.number)

    def asked_for(self, branch: str) -> None:
        """Remember that people want a branch anew, whatever is on it and whatever the limits are."""
        self.moved |= self.hand.pop(branch, set())
        self._gone_ahead.add(branch)
        self._anew.add(branch)

    def tick(self, verb: str, branch: str) -> None:
        """Remember what a ticked box asks for."""
        for pull in self.pulls("closed"):
            if pull.branch == branch and verb in {"unignore", "recreate"}:
                self.declined -= self.prints.get(pull.number, frozenset())
        if verb == "recreate":
            self.asked_for(branch)
        if verb == "open":
            self._gone_ahead.add(branch)

    def wait(self) -> None:
        """Let more than an hour go by."""
        self.later += HOUR
        self.world.wait(HOUR)

    # What fixbot does

    def run(self, settings: Settings, trap: Trap | None = None) -> Ran:
        """Let fixbot run, and hold all that it did against the book."""
        before = {pull.number: pull for pull in self.world.pulls()}
        shared = self._shared(before.values())
        ran = self.world.run(settings, trap=trap)
        if self.world.gate.failures:
            raise self.world.gate.failures[0]
        self.after(settings, before, shared)
        if ran.report is not None and not ran.died:
            ticked_still = {box for board in self.world.boards() for box in ticked(board.body)}
            self._gone_ahead &= {box.branch for box in ticked_still}
            self._anew &= {box.branch for box in ticked_still if box.verb == "recreate"}
            self._wanted.clear()
        return ran

    def after(self, settings: Settings, before: Mapping[int, Pull], shared: set[tuple[int, int]]) -> None:
        """Hold what is there after a run against what was there before."""
        pulls = self.world.pulls()
        opened = [pull for pull in pulls if pull.number not in before]
        for pull in pulls:
            was = before.get(pull.number)
            if was is None or was.body != pull.body:
                self._learn(pull)
            if was is not None and was.state == "open" and pull.state == "closed" and pull.number in self._to_be_closed:
                self.declined |= self.prints[pull.number]
        for pull in [each for each in opened if each.state == "open"]:  # others were closed while the run went on
            again = self.prints[pull.number] & self.declined
            assert not again, f"pull request {pull.number} offers what was declined: {sorted(again)}"
        both = self._shared(pulls) - shared
        assert not both, f"two open pull requests hold the same finding: {sorted(both)}"
        self._check_limits(settings, pulls, opened)
        self.check()

    def _learn(self, pull: Pull) -> None:
        """Read the findings of a pull request: from its marker, else from its commit."""
        found = _marked(pull)
        heads = self.world.history.heads()
        if found is not None:
            self.prints[pull.number] = found
        elif pull.number not in self.prints and pull.branch in heads:
            message = self.world.history.message(heads[pull.branch])
            self.prints[pull.number] = frozenset(_TRAILER.findall(message))
        self.prints.setdefault(pull.number, frozenset())

    def _shared(self, pulls: Iterable[Pull]) -> set[tuple[int, int]]:
        known = {pull.number: self._offers(pull) for pull in pulls if pull.state == "open"}
        return {(one, two) for one in known for two in known if one < two and known[one] & known[two]}

    def _offers(self, pull: Pull) -> frozenset[str]:
        """Return what an open pull request offers now: without a marker that is what its branch holds by now."""
        head = self.world.history.heads().get(pull.branch)
        if _marked(pull) is not None or head is None:
            return self.prints.get(pull.number, frozenset())
        return frozenset(_TRAILER.findall(self.world.history.message(head)))

    def _check_limits(self, settings: Settings, pulls: Iterable[Pull], opened: Iterable[Pull]) -> None:
        free = [p for p in opened if p.branch in self._gone_ahead or self.prints[p.number] & self._wanted]
        counted = [pull for pull in opened if pull not in free]
        open_now = sum(pull.state == "open" for pull in pulls) - len(free)
        lately = sum(self.later - when < HOUR for when in self._opened) + len(counted)
        self._opened += [self.later for _ in [*counted, *free]]
        if counted:
            assert open_now <= settings.max_open, f"{open_now} are open, and the limit is {settings.max_open}"
            assert lately <= settings.max_hourly, f"{lately} in an hour, and the limit is {settings.max_hourly}"

    def check(self) -> None:
        """Check what must hold at any time."""
        history = self.world.history
        heads = history.heads()
        for branch, commits in self.hand.items():
            if commits:
                lost = commits - (history.behind(heads[branch]) if branch in heads else set())
                assert not lost, f"commits of people are not on {branch} any more: {sorted(lost)}"
        if self.moved:
            kept = {name for name in heads if name.startswith(KEPT) or name in self.hand or "fixbot/" in name}
            lost = self.moved - set().union(*(history.behind(heads[name]) for name in kept if name in heads))
            assert not lost, f"commits of people are gone: {sorted(lost)}"
        for pull in self.world.pulls():
            if pull.number in self.titles:
                assert pull.title == self.titles[pull.number], "a title that a person chose was changed"
            for name, present in self.labels.get(pull.number, {}).items():
                assert (name in pull.labels) == present, f"the label {name} of {pull.number} is not as a person left it"
        assert len(self.world.boards()) <= 1, "there are two dashboards"

    def settle(self, settings: Settings) -> None:
        """Let fixbot run until nothing is left to do, at most twice; what has done nothing once does nothing again."""
        left = self._left(settings)
        if left:
            left = self._left(settings)
        assert not left, f"nothing had changed, and a run did this: {left}"

    def _left(self, settings: Settings) -> str:
        """Let fixbot run; say what it wrote and changed, nothing where it did neither."""
        before = self.world.everything()
        ran = self.run(settings)
        assert ran.report is not None, ran.failure
        writes = self.world.gate.writes
        changed = differences(before, self.world.everything())
        return "; ".join([*([f"{writes} writes"] if writes else []), *changed])


def _marked(pull: Pull) -> frozenset[str] | None:
    """Give the findings that the marker names; None where there is no marker, a second one, or a broken one."""
    found = _MARKER.findall(pull.body)
    findings: list[str | None] = json.loads(found[0])["findings"] if len(found) == 1 else [None]
    named = frozenset(one for one in findings if isinstance(one, str))
    return named if len(named) == len(findings) else None


def differences(one: Any, other: Any, place: str = "") -> list[str]:  # noqa: ANN401 - JSON is any
    """Name every place in which two ends differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = {str(key): (one.get(key), other.get(key)) for key in sorted({*one, *other}, key=str)}
    elif isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        pairs = {str(number): pair for number, pair in enumerate(zip(one, other, strict=True))}
    else:
        return [] if one == other else [f"{place}: {one!r} is {other!r}"]
    return [found for key, pair in pairs.items() for found in differences(*pair, f"{place}/{key}")]
