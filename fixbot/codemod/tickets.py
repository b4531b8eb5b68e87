"""What codemods have in common that write the number of an issue beside what is left to do."""

from __future__ import annotations

import copy
import hashlib
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.module import Module, parse
from fixbot.analysis.todos import Todo, todos
from fixbot.codemod.contract import Option
from fixbot.codemod.patches import Mark, Patch, Splice, TextCodemod
from fixbot.model import Evidence, Skipped, Ticket, Wish

__all__ = ["TicketCodemod", "Todo", "Wanting", "todos"]


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
    )

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        super().__init__(chosen)
        self._tickets: dict[str, Ticket] = {}

    @property
    def most(self) -> int:
        """How many issues may wait at once for their number to come into the code."""
        return max(int(float(self.chosen["most"])), 1)

    def knowing(self, tickets: Iterable[Ticket]) -> Self:
        """Return the same codemod, which knows what was filed."""
        made = copy.copy(self)
        made._tickets = {ticket.key: ticket for ticket in tickets}  # noqa: SLF001 - of its own kind
        return made

    @abstractmethod
    def wanting(self, module: Module) -> Iterable[Wanting]:
        """Yield the places of a file that name no issue."""

    def wishes(self, corpus: Corpus, paths: Sequence[str]) -> Iterator[Wish]:
        """Yield what wants an issue, whether one is filed for it or not, in the order of paths and lines."""
        for module in _modules(corpus, paths):
            yield from (self._wish(module, one) for one in self.wanting(module) if one.todo.text)

    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterator[Patch | Skipped]:
        """Yield each place, with its number where an issue is filed for it."""
        for path in paths:
            source = corpus.source(path)
            found = parse(source) if source is not None else Skipped(path, "missing", "there is no such file")
            if isinstance(found, Skipped):
                yield found
            else:
                yield from (self._patch(found, one) for one in self.wanting(found))

    def _patch(self, module: Module, one: Wanting) -> Patch:
        todo = one.todo
        mark = Mark(path=module.path, line=todo.line, end_line=todo.end_line, column=todo.column, message=one.message)
        ticket = self._tickets.get(self._key(module, todo)) if todo.text else None
        if ticket is None or ticket.because or not ticket.is_open:
            return Patch(marks=(mark,), because=_because(todo, ticket))
        mark = replace(mark, evidence=(Evidence(todo.line, f"issue {ticket.number} is about it"),))
        splice = Splice(path=module.path, start=one.start, end=one.end, text=one.written.format(ticket.number))
        return Patch(marks=(mark,), splices=(splice,))

    def _wish(self, module: Module, one: Wanting) -> Wish:
        todo = one.todo
        return Wish(
            codemod=self.slug(),
            key=self._key(module, todo),
            path=module.path,
            line=todo.line,
            end_line=todo.end_line,
            says=todo.text,
            lines=todo.lines,
        )

    def _key(self, module: Module, todo: Todo) -> str:
        what = "\0".join((self.slug(), module.path, todo.text, str(todo.ordinal)))
        return hashlib.sha256(what.encode(errors="surrogatepass")).hexdigest()[:16]


def _because(todo: Todo, ticket: Ticket | None) -> str:
    if not todo.text:
        return "it does not say what is to be done, so that no issue could"
    if ticket is not None and ticket.because:
        return f"no issue is filed for it: {ticket.because}"
    if ticket is not None:
        return f"issue {ticket.number}, which was filed for it, is closed; do what it says or take the comment away"
    return "no issue is filed for it yet; `fixbot run` files one, and writes its number here"


def _modules(corpus: Corpus, paths: Sequence[str]) -> Iterator[Module]:
    found = (corpus.module(path) for path in paths)
    yield from (module for module in found if module is not None)
