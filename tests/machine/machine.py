"""A machine that lives with fixbot in one repository and tries to make it do what it must never do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fixbot.settings import Settings
from tests.machine.book import Book
from tests.machine.choices import (
    EDITS,
    SMELL,
    TITLES,
    VERBS,
    WEATHER,
    WORDINGS,
    fresh,
    mostly,
    nth,
    path,
    some,
    yes_or_no,
)
from tests.machine.gate import Trap

if TYPE_CHECKING:
    from tests.machine.world import Pull, World

_MARKER = re.compile(r"<!-- fixbot:1 .*? -->", re.DOTALL)
_BOX = re.compile(r"- \[ \] (<!-- fixbot:do (\w+) (\S+) -->)")
_PUSHED = re.compile(r'("pushed":\[[^\]]+)\]')


def _has_pulls(machine: Machine) -> bool:
    return bool(machine.book.world.pulls())


class Machine(RuleBasedStateMachine):
    """People, fixbot and the weather; `make` gives a new world with some files on `main`."""

    def __init__(self) -> None:
        super().__init__()
        self.book: Book
        self.settings = Settings(select=("bare-except",))
        self._names = 0

    @initialize(
        smelly=st.sets(path, min_size=1, max_size=3),
        variant=yes_or_no,
        max_files=st.sampled_from([1, 25]),
        in_halves=yes_or_no,
    )
    def begin(self, smelly: set[str], variant: bool, max_files: int, in_halves: bool) -> None:  # noqa: FBT001 - drawn
        files = {one: self._smell() for one in sorted(smelly)} | {"README.md": "# sample\n"}
        self.book = Book(self.make(files, variant=variant))
        self.book.world.in_halves = in_halves
        forge = "github" if self.book.world.talks else "local"
        self.settings = replace(self.settings, forge=forge, reviewers=("ada",), max_files=max_files)
        self.book.run(self.settings)

    def make(self, files: dict[str, str], *, variant: bool) -> World:
        """Make a new world with some files on `main`; there may be two kinds of them."""
        raise NotImplementedError

    def _smell(self) -> str:
        self._names += 1
        return SMELL.format(name=f"load{self._names}")

    def _pull(self, number: int, *states: str) -> Pull | None:
        pulls = self.book.pulls(*states)
        return pulls[number % len(pulls)] if pulls else None

    # The base moves

    @rule(how=st.sampled_from(sorted(EDITS)), place=path)
    def edit_the_base(self, how: str, place: str) -> None:
        history = self.book.world.history
        files = history.files(history.heads()["main"])
        text = files.get(place, "")
        edited = text + self._smell() if how == "add a smell" else EDITS[how](text)
        if edited != text:
            self.book.commit("main", {place: edited})

    @rule(place=path, other=path)
    def delete_or_rename_a_file(self, place: str, other: str) -> None:
        history = self.book.world.history
        files = history.files(history.heads()["main"])
        if place in files and other not in files:
            self.book.commit("main", {other: files[place], place: None})
        elif place in files and place == other:
            self.book.commit("main", {place: None})

    # People on fixbot's branches

    @precondition(_has_pulls)
    @rule(how=st.sampled_from(["commit", "amend", "force", "merge the base", "delete"]), number=some, place=path)
    def act_on_a_branch(self, how: str, number: int, place: str) -> None:
        branch = self._branch(number)
        if branch is None:
            return
        match how:
            case "commit":
                self.book.commit(branch, {place: f"# by hand {self._smell()}"})
            case "amend":
                self._amend(branch)
            case "force":
                self.book.commit(branch, {"other.md": "something else\n"}, onto="main")
            case "merge the base":
                if (made := self.book.world.history.merge(branch, "main")) is not None:
                    self.book.note(branch, made)
            case _:
                self.book.delete(branch)

    def _branch(self, number: int) -> str | None:
        """Give the branch of some pull request that is not merged."""
        pull = self._pull(number, "open") or self._pull(number, "closed")
        there = self.book.world.history.heads()
        return pull.branch if pull is not None and pull.branch in there else None

    def _amend(self, branch: str) -> None:
        history = self.book.world.history
        head = history.heads()[branch]
        files: dict[str, str | None] = {**history.files(head), "NOTES.md": "amended\n"}
        gone = dict.fromkeys(history.files(f"{head}^").keys() - files.keys())
        self.book.commit(branch, files | gone, onto=f"{head}^", message=history.message(head))

    # People on pull requests

    @precondition(_has_pulls)
    @rule(how=st.sampled_from(["close", "reopen", "merge", "squash"]), number=some)
    def act_on_a_pull_request(self, how: str, number: int) -> None:
        pull = self._pull(number, "closed" if how == "reopen" else "open")
        if pull is None:
            return
        match how:
            case "close":
                self.book.close(pull)
            case "reopen":
                self.book.reopen(pull)
            case _:
                self.book.merge(pull, squash=how == "squash")

    @precondition(_has_pulls)
    @rule(
        number=some,
        how=st.sampled_from(WORDINGS),
    )
    def edit_a_pull_request(self, number: int, how: str) -> None:
        pull = self._pull(number, "open", "closed")
        if pull is None:
            return
        if how in TITLES:
            self.book.world.edit(pull.number, title=TITLES[how])
            self.book.titles[pull.number] = TITLES[how]
            return
        marker = "".join(_MARKER.findall(pull.body)[:1])
        head = self.book.world.history.heads().get(pull.branch, "0" * 40)
        body = {
            "wiped": "",
            "replaced": "Our own words.",
            "doubled": f"{pull.body}\n{marker}",
            "appended": f"Read this first.\n\n{pull.body}",
            "broken": pull.body.replace('"findings":[', '"findings":[7,'),
            "forged": _PUSHED.sub(rf'\1,"{head}"]', pull.body),
        }[how]
        self.book.world.edit(pull.number, body=body)

    @precondition(_has_pulls)
    @rule(number=some, name=st.sampled_from(["fixbot", "fixbot:hold", "ours"]), present=yes_or_no)
    def label(self, number: int, name: str, present: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        if pull := self._pull(number, "open"):
            self.book.label(pull, name, present=present)

    @precondition(_has_pulls)
    @rule(number=some, words=st.sampled_from(VERBS), writer=mostly)
    def command(self, number: int, words: str, writer: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        if pull := self._pull(number, "open", "closed", "merged"):
            self.book.command(pull, words, writer=writer)

    @precondition(_has_pulls)
    @rule(number=some)
    def tick_a_box(self, number: int) -> None:
        for board in self.book.world.boards():
            boxes = _BOX.findall(board.body)
            if boxes:
                mark, verb, branch = boxes[number % len(boxes)]
                self.book.tick(verb, branch)
                self.book.world.rewrite_board(board, board.body.replace(f"[ ] {mark}", f"[x] {mark}"))

    # Fixbot, and what happens to it

    @rule()
    def wait(self) -> None:
        self.book.wait()

    @rule(
        max_open=st.integers(1, 3),
        max_hourly=st.sampled_from([1, 2, 10]),
        max_files=st.sampled_from([1, 25]),
        shard=st.sampled_from(["directory", "finding"]),
        update=st.sampled_from(["conflict", "behind", "never"]),
        evidence=st.sampled_from(["review", "checks", "body"]),
        commit_via=st.sampled_from(["git", "api"]),
    )
    def choose(self, **chosen: object) -> None:  # fixbot: ignore[kwargs-schema]
        self.settings = replace(self.settings, **chosen)  # type: ignore[arg-type]

    def _offer(self, place: str | None) -> None:
        """Give the next run something to do."""
        if place is not None:
            self.edit_the_base("add a smell", place)

    @rule()
    def run(self) -> None:
        ran = self.book.run(self.settings)
        assert ran.report is not None, ran.failure

    @rule()
    def run_twice(self) -> None:
        self.book.settle(self.settings)

    @rule(fresh=fresh, write=nth, before=yes_or_no)
    def be_killed(self, fresh: str | None, write: int, before: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        self._offer(fresh)
        gate = self.book.world.gate
        ran = self.book.run(self.settings, Trap(write, before, gate.die, kills=True))
        assert ran.died or ran.report is not None, ran.failure

    @precondition(lambda self: self.book.world.talks)
    @rule(fresh=fresh, write=nth, before=yes_or_no, weather=st.sampled_from(sorted(WEATHER)))
    def run_in_bad_weather(self, fresh: str | None, write: int, before: bool, weather: str) -> None:  # noqa: FBT001 - drawn
        self._offer(fresh)
        is_limit = WEATHER[weather].status in {403, 429}  # then GitHub has not acted
        self.book.run(self.settings, Trap(write, before or is_limit, lambda: WEATHER[weather]))

    @rule(fresh=fresh, write=nth, before=yes_or_no)
    def run_beside_another(self, fresh: str | None, write: int, before: bool) -> None:  # noqa: FBT001 - drawn
        self._offer(fresh)

        def compete() -> None:
            self.book.world.run(self.settings, elsewhere=True)

        self.book.run(self.settings, Trap(write, before, compete))

    @rule(
        fresh=fresh,
        write=nth,
        before=yes_or_no,
        number=some,
        act=st.sampled_from(["commit", "force", "delete", "close", "hold"]),
    )
    def run_while_people_act(self, fresh: str | None, write: int, before: bool, number: int, act: str) -> None:  # noqa: FBT001 - drawn
        self._offer(fresh)

        def do() -> None:
            if act in {"commit", "force", "delete"}:
                self.act_on_a_branch(act, number, "b.py")
            elif act == "close":
                self.act_on_a_pull_request(act, number)
            else:
                self.label(number, "fixbot:hold", True)  # noqa: FBT003 - a rule's parameters have one order

        self.book.run(self.settings, Trap(write, before, do))

    @invariant()
    def nothing_forbidden_has_happened(self) -> None:
        if hasattr(self, "book"):
            self.book.check()

    def teardown(self) -> None:
        """Whatever happened, another run finds its feet, the one after it writes nothing, and no secret shows."""
        if hasattr(self, "book"):
            self.book.settle(self.settings)
            assert self.book.world.complaints() == []
