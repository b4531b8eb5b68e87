"""What codemods have in common that write the number of an issue beside what is left to do."""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.module import Module, parse
from fixbot.analysis.todos import Todo, todos
from fixbot.codemod.contract import Option
from fixbot.codemod.patches import Mark, Patch, Splice, TextCodemod
from fixbot.model import Evidence, Skipped, Ticket, Wish
from fixbot.model.tickets import words_of

__all__ = ["TicketCodemod", "Todo", "Wanting", "todos"]

#: Where a comment stands: its path and its line.
Where = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanting:
    """One place that names no issue: the comment, what is said of it, and what a number makes of it.

    What stands between `start` and `end` of the file's text makes room for `written`, in which `{}` is the number.
    """

    todo: Todo
    message: str
    start: int
    end: int
    written: str


class TicketCodemod(TextCodemod):
    """The base of a codemod that needs numbers of issues: whoever has a forge files them and tells it their numbers.

    It runs only where it is asked for by name.
    """

    opt_in = True
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "most", ("10", "3", "25"), "how many issues may wait at once for their number to be merged", number=True
        ),
        Option("open", ("100", "30", "300"), "how many issues that fixbot filed may be open at once", number=True),
    )

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        super().__init__(chosen)
        self._tickets: tuple[Ticket, ...] = ()
        self._because: Mapping[Where, str] = {}

    @property
    def most(self) -> int:
        """How many issues may wait at once for their number to come into the code."""
        return max(int(float(self.chosen["most"])), 1)

    @property
    def most_open(self) -> int:
        """How many issues may be open at once, whether their number is in the code or not."""
        return max(int(float(self.chosen["open"])), 1)

    def knowing(self, tickets: Iterable[Ticket], because: Mapping[Where, str] | None = None) -> Self:
        """Return the same codemod, which knows what was filed, and why nothing is for some places."""
        made = copy.copy(self)
        made._tickets = tuple(tickets)  # noqa: SLF001 - of its own kind
        made._because = dict(because or {})  # noqa: SLF001 - as above
        return made

    @abstractmethod
    def wanting(self, module: Module) -> Iterable[Wanting]:
        """Yield the places of a file that name no issue."""

    def wishes(self, corpus: Corpus) -> Iterator[Wish]:
        """Yield the places for which nothing was filed, in the order of paths and lines."""
        matching = _Matching(self, corpus, self._tickets)
        known = Counter((ticket.words, ticket.path) for ticket in self._tickets)
        for module in matching.modules():
            for one in self.wanting(module):
                if one.todo.text and matching.ticket(module.path, one.todo) is None:
                    wish = self._wish(module, one.todo)
                    yield replace(wish, ordinal=known[wish.words, wish.path])
                    known[wish.words, wish.path] += 1

    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterator[Patch | Skipped]:
        """Yield each place, with its number where an issue is filed for it."""
        matching = _Matching(self, corpus, self._tickets)
        for path in paths:
            source = corpus.source(path)
            found = parse(source) if source is not None else Skipped(path, "missing", "there is no such file")
            if isinstance(found, Skipped):
                yield found
            else:
                yield from (self._patch(found, one, matching) for one in self.wanting(found))

    def _patch(self, module: Module, one: Wanting, matching: _Matching) -> Patch:
        todo = one.todo
        mark = Mark(path=module.path, line=todo.line, end_line=todo.end_line, column=todo.column, message=one.message)
        ticket = matching.ticket(module.path, todo) if todo.text else None
        if ticket is None or not ticket.is_open:
            return Patch(marks=(mark,), because=self._why_not(module.path, todo, ticket))
        mark = replace(mark, evidence=(Evidence(todo.line, f"issue {ticket.number} is about it"),))
        splice = Splice(path=module.path, start=one.start, end=one.end, text=one.written.format(ticket.number))
        return Patch(marks=(mark,), splices=(splice,))

    def _why_not(self, path: str, todo: Todo, ticket: Ticket | None) -> str:
        if not todo.text:
            return "it does not say what is to be done, so that no issue could"
        if ticket is not None:
            said = f"issue {ticket.number}, which was filed for these words, is closed"
            return f"{said}; do what it says, take the comment away, or say it in other words"
        because = self._because.get((path, todo.line))
        if because:
            return f"no issue is filed for it: {because}"
        return "no issue is filed for it yet; `fixbot run` files one, and writes its number here"

    def _wish(self, module: Module, todo: Todo) -> Wish:
        return Wish(
            codemod=self.slug(),
            path=module.path,
            line=todo.line,
            end_line=todo.end_line,
            says=todo.text,
            lines=todo.lines,
        )


class _Matching:
    """Finds for each place the issue that was filed for it: one of its words whose number stands nowhere yet.

    It is that of the same file, open ones first, else that of a file that is gone; none is for two places.
    """

    def __init__(self, codemod: TicketCodemod, corpus: Corpus, tickets: Sequence[Ticket]) -> None:
        self._codemod, self._corpus = codemod, corpus
        written = {number for module in self.modules() for todo in todos(module) for number in todo.numbers}
        self._free = sorted(
            (ticket for ticket in tickets if ticket.number not in written),
            key=lambda ticket: (not ticket.is_open, ticket.number),
        )
        self._given: dict[Where, Ticket | None] = {}
        if self._free:
            self._give()

    def modules(self) -> Iterator[Module]:
        """Yield the files that may have something to do, in the order of their paths."""
        for path, content in self._corpus.files.items():
            module = self._corpus.module(path) if self._codemod.pattern.search(content) else None
            if module is not None:
                yield module

    def ticket(self, path: str, todo: Todo) -> Ticket | None:
        """Return the issue of a place, None where there is none."""
        return self._given.get((path, todo.line))

    def _give(self) -> None:
        places = [(m.path, one.todo) for m in self.modules() for one in self._codemod.wanting(m) if one.todo.text]
        for is_here in (True, False):
            for path, todo in places:
                if self._given.get((path, todo.line)) is None:
                    self._given[path, todo.line] = self._taken(path, words_of(todo.text), is_here=is_here)

    def _taken(self, path: str, words: str, *, is_here: bool) -> Ticket | None:
        for ticket in self._free:
            is_mine = ticket.path == path if is_here else ticket.is_open and ticket.path not in self._corpus.files
            if ticket.words == words and is_mine:
                self._free.remove(ticket)
                return ticket
        return None
