"""Goes through the handlers of a file and says of each what its body can raise and what it should catch."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from fixbot.analysis.clauses import written_types
from fixbot.analysis.likely import suggestion
from fixbot.analysis.likely.rank import MOST as MOST_TYPES
from fixbot.analysis.module import Module, statements
from fixbot.analysis.names import Names
from fixbot.analysis.project import Project
from fixbot.analysis.raises import Answer, Raised, Unknown, exceptions_of, hierarchy
from fixbot.analysis.spelling import imported_inside, spell

_EVERYTHING = frozenset({"builtins.BaseException", "builtins.Exception"})


@dataclass(frozen=True, slots=True)
class Spelled:
    """A suggested type, how it is written in its file (None: the name is hidden), and the import it needs."""

    type: str
    source: str | None
    needs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """One handler of one `try`, and what its body can raise.

    Attributes:
        path: the file, relative to the root, with `/`.
        line: the line of the `try`, from 1.
        handler_line: the line of the handler.
        caught: what the handler catches now, as written; None where it catches everything.
        exceptions: what the body can raise, whatever the handlers before this one catch.
        unknown: the calls in it that may raise anything.
        complete: whether there are none of these.
        spelled: what the handler should catch, at most `MOST_TYPES`, the likeliest first.
        because: why there is no clause to suggest; empty where there is one.
        star: whether it is an `except*`.
        name: what the caught error is bound to.
        body: the lines of the body with their numbers.
    """

    path: str
    line: int
    handler_line: int
    caught: str | None
    exceptions: tuple[Raised, ...]
    unknown: tuple[Unknown, ...]
    complete: bool
    spelled: tuple[Spelled, ...]
    because: str
    star: bool = False
    name: str | None = None
    body: tuple[tuple[int, str], ...] = ()

    @property
    def suggested(self) -> tuple[str, ...]:
        """The full names of the types to catch."""
        return tuple(one.type for one in self.spelled)

    @property
    def imports(self) -> dict[str, str]:
        """The import that each suggested type needs in this file, without those that need none."""
        return {one.type: one.needs for one in self.spelled if one.needs is not None}

    @property
    def broad(self) -> bool:
        """Whether it catches every error that there is."""
        return self.caught in {None, "Exception", "BaseException"}

    @property
    def clause(self) -> str | None:
        """The clause to write, None where there is a reason for none."""
        written = [one.source for one in self.spelled if one.source is not None]
        if self.because or not written:
            return None
        return self._clause(written[0] if len(written) == 1 else f"({', '.join(written)})")

    @property
    def clause_now(self) -> str:
        """The clause as it is, on one line."""
        return self._clause(self.caught)

    def _clause(self, types: str | None) -> str:
        name = f" as {self.name}" if self.name else ""
        return f"except{'*' if self.star else ''}{f' {types}' if types else ''}{name}:"


Try = ast.Try | ast.TryStar
_Lines = tuple[tuple[int, str], ...]


def answers(module: Module, project: Project | None = None, lines: Collection[int] | None = None) -> Iterator[Handled]:
    """Yield every handler of a file in the order of its code, nested ones too.

    Args:
        module: the file.
        project: what is known of the files around it; None where only this one is looked at.
        lines: yields only the handlers of the innermost `try` around each of these lines; None means all.
    """
    names = Names(module)
    found = tries(module)
    if lines is not None:
        wanted = {innermost(found, line) for line in lines}
        found = [node for node in found if node in wanted]
    for node in found:
        answer = _answer(node, names, project)
        body = _lines(module, node.body)
        for handler in node.handlers:
            yield _handled(module, names, node, handler, answer, body)


def tries(module: Module) -> list[Try]:
    """Return every `try` that has a handler, in the order of the code."""
    return [node for node, _ in statements(module.tree) if isinstance(node, Try) and node.handlers]


def innermost(found: Sequence[Try], line: int) -> Try | None:
    """Return the innermost of some `try` statements that holds a line, from its `try` to its end."""
    around = [node for node in found if node.lineno <= line <= (node.end_lineno or node.lineno)]
    return max(around, key=lambda node: node.lineno, default=None)


def _answer(node: Try, names: Names, project: Project | None) -> Answer:
    return exceptions_of(node.body, names, node, project=project)


def _handled(
    module: Module, names: Names, node: Try, handler: ast.ExceptHandler, answer: Answer, body: _Lines
) -> Handled:
    left = _left(answer, names, node, handler)
    types = tuple(likely.type for likely in suggestion(module, names, node, handler, answer=answer))
    spelled = tuple(Spelled(full, *spell(names, full, handler)) for full in types)
    return Handled(
        path=module.path,
        line=node.lineno,
        handler_line=handler.lineno,
        caught=None if handler.type is None else ast.unparse(handler.type),
        exceptions=answer.exceptions,
        unknown=answer.unknown,
        complete=answer.complete,
        spelled=spelled,
        because=_because(answer, left, spelled) or _missing(node, spelled),
        star=isinstance(node, ast.TryStar),
        name=handler.name,
        body=body,
    )


def _because(answer: Answer, left: Answer, spelled: Sequence[Spelled]) -> str:
    """Return why no clause is suggested; empty where one is."""
    if not spelled and answer.exceptions and not left.exceptions:
        known = "" if answer.complete else " that is known"
        return f"the handlers before it catch everything{known}"
    if not spelled:
        return _nothing(answer)
    needed = len(left.possible)
    if needed > len(spelled) == MOST_TYPES:
        return f"{needed} types would be needed, which is more than {MOST_TYPES}"
    hidden = [one.type for one in spelled if one.source is None]
    return f"something else goes by the name of {hidden[0]} there" if hidden else ""


def _nothing(answer: Answer) -> str:
    if answer.exceptions:
        return "none of what is known to come out is likely to be meant"
    return "nothing in it raises, misuse aside" if answer.complete else "nothing is known of what it raises"


def _missing(node: Try, spelled: Sequence[Spelled]) -> str:
    head = imported_inside(node.body, [one.source or "" for one in spelled])
    return f"`{head}` is imported by the body itself" if head is not None else ""


def _left(answer: Answer, names: Names, node: Try, handler: ast.ExceptHandler) -> Answer:
    """Return what the handlers before one let through."""
    before = node.handlers[: node.handlers.index(handler)]
    caught = {identity for sibling in before for identity in _caught(names, sibling, node)}
    kept = (raised for raised in answer.exceptions if caught.isdisjoint((raised.type, *raised.lineage)))
    return replace(answer, exceptions=tuple(kept)) if caught else answer


def _caught(names: Names, handler: ast.ExceptHandler, at: ast.AST) -> Iterator[str]:
    """Yield the full names and identities of what a handler catches, as far as they are understood."""
    if handler.type is None:
        yield from _EVERYTHING
    for node in written_types(handler):
        known = hierarchy.lineage(node, names, at)
        if known is not None:
            yield known[1][0]
        if (full := names.resolve(node, at)) is not None:
            yield hierarchy.known_lineage(full)[0]


def _lines(module: Module, body: Sequence[ast.stmt]) -> _Lines:
    first, last = body[0].lineno, body[-1].end_lineno or body[-1].lineno
    return tuple((number, module.lines[number - 1].rstrip("\r\n")) for number in range(first, last + 1))
