"""Gathers the types that a handler may be meant for, each with what speaks for it; it weighs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fixbot.analysis.knowledge import practice
from fixbot.analysis.likely.elsewhere import asked_for, mentioned, shares
from fixbot.analysis.likely.signs import Sign, Signs
from fixbot.analysis.module import Module
from fixbot.analysis.names import Names
from fixbot.analysis.raises import Answer
from fixbot.analysis.raises.evidence import shortened
from fixbot.analysis.raises.facts import canonical, facts

#: Never what a narrow handler of a broad one is for.
NEVER = frozenset(
    {"Exception", "BaseException", "KeyboardInterrupt", "SystemExit", "GeneratorExit", "asyncio.CancelledError"}
)


_OFTEN = 0.5
_SOMETIMES = 0.2


@dataclass(slots=True)
class Candidate:
    """One type: what speaks for it (`grounds`), and the first expression that can raise it."""

    type: str
    grounds: set[str] = field(default_factory=set)
    line: int = 0
    because: str = ""
    source: str = ""
    practice: float | None = None

    def add(self, ground: str, line: int, because: str, source: str) -> None:
        """Note one more ground; the first keeps its place as the reason."""
        self.grounds.add(ground)
        if not self.source:
            self.line, self.because, self.source = line, because, source


class Candidates:
    """The candidates of one handler, by the name that an importer would write."""

    def __init__(self, module: Module, names: Names, node: ast.Try | ast.TryStar, handler: ast.ExceptHandler) -> None:
        self._module, self._names, self._node, self._handler = module, names, node, handler
        self.found: dict[str, Candidate] = {}
        self.complete = False

    def _of(self, name: str) -> Candidate | None:
        name = canonical(name)
        return None if name in NEVER else self.found.setdefault(name, Candidate(name))

    def _add(self, name: str, ground: str, line: int, because: str, source: str) -> None:
        if (candidate := self._of(name)) is not None:
            candidate.add(ground, line, because, source)

    def take_answer(self, answer: Answer) -> None:
        """Add what the body is known to raise; where that is all, nothing else can come out."""
        self.complete = answer.complete
        explicit = {statement.lineno for statement in self._node.body if isinstance(statement, ast.Raise)}
        for raised in answer.exceptions:
            sure = "" if getattr(raised, "sure", True) else "maybe "
            self._add(raised.type, f"{sure}{raised.source}", raised.line, raised.because, raised.source)
            if raised.source == "raise" and raised.line in explicit:
                self._add(raised.type, "always raised", raised.line, raised.because, raised.source)

    def take_facts(self, signs: Signs, seen: Iterable[Sign]) -> None:
        """Add what is known of callables of the standard library and of packages, methods by their receiver's maker."""
        for node, _ in seen:
            if isinstance(node, ast.Call):
                for name, word, source in facts(signs.names, signs.at, signs.origins, node):
                    self._add(name, f"{word} {source}", node.lineno, shortened(node, whole=True), source)

    def take_file(self) -> None:
        """Add what the file itself says: clauses around the same calls, comments, comparisons of the error."""
        for one in shares(self._module, self._names, self._node):
            often = "often" if one.share >= _OFTEN else "sometimes" if one.share >= _SOMETIMES else "rarely"
            ground = f"elsewhere {often}, alone" if one.alone else f"elsewhere {often}"
            self._add(one.type, ground, one.line, one.call, "handler")
        for full, line in mentioned(self._module, self._names, self._node, self._handler):
            self._add(full, "comment", line, "a comment", "comment")
        for full, line in asked_for(self._names, self._handler, self._node):
            self._add(full, "asked for", line, "the handler's own test", "handler")

    def take_practice(self, seen: Sequence[Sign], around: frozenset[str]) -> None:
        """Add what people catch around code that looks like this, with how strongly the signs speak for it."""
        weights = practice.practice()
        signs = {sign for _, own in seen for sign in own} | around
        signs |= {f"first: {sign}" for sign in (seen[0][1] if seen else ())}
        for name, score in weights.scores(signs).items():
            candidate = self.found.get(name)
            if candidate is None and score > weights.least and name not in NEVER and self._is_near(name):
                candidate = self._of(name)
            if candidate is not None:
                candidate.practice = score
                if not candidate.source:
                    self._add_practice(name, weights.telling(name, seen))

    def _is_near(self, name: str) -> bool:
        """Say whether a file that imports what it does may meet a type: a builtin, or one of what it imports."""
        head, dot, _ = name.partition(".")
        bound = self._names.bound(self._names.module.tree).values()
        return not dot or any(origin and origin.partition(".")[0] == head for found in bound for origin in found)

    def _add_practice(self, name: str, node: ast.expr | ast.stmt | None) -> None:
        ground = "ruled out" if self.complete else "practice"
        line, because = (node.lineno, shortened(node, whole=True)) if node is not None else (self._node.lineno, "")
        self._add(name, ground, line, because, "practice")
