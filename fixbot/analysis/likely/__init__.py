"""Ranks what a careful maintainer would catch around a block, by what can come out of it and by common practice."""

from __future__ import annotations

import ast

from fixbot.analysis.clauses import caught
from fixbot.analysis.likely.candidates import Candidates
from fixbot.analysis.likely.rank import Likely, Policy, chance, chosen
from fixbot.analysis.likely.response import circumstances
from fixbot.analysis.likely.signs import Signs
from fixbot.analysis.module import Module
from fixbot.analysis.names import Names
from fixbot.analysis.raises import Answer
from fixbot.analysis.raises.facts import canonical, parents

__all__ = ["Likely", "Policy", "ranking", "suggestion"]


def suggestion(
    module: Module,
    names: Names,
    node: ast.Try | ast.TryStar,
    handler: ast.ExceptHandler,
    *,
    answer: Answer,
    policy: Policy | None = None,
) -> tuple[Likely, ...]:
    """Return what a careful maintainer would name in a handler, the likeliest first, at most four; may be empty.

    Where the answer is complete, nothing that surely comes out is left out, and nothing else is in.

    Args:
        module: the file.
        names: its names.
        node: the `try`.
        handler: one of its handlers; what those before it catch is left out.
        answer: what the body is known to raise.
        policy: when to answer and how much to say.
    """
    ranked = ranking(module, names, node, handler, answer=answer)
    lineage = {likely.type: parents(likely.type) for likely in ranked}
    known = {canonical(name) for name in answer.possible} if answer.complete else set()
    certain = known & {canonical(raised.type) for raised in answer.exceptions if raised.sure}
    if certain:
        ranked = tuple(likely for likely in ranked if likely.type in known)
    return chosen(ranked, lineage, policy or Policy(), certain=certain)


def ranking(
    module: Module, names: Names, node: ast.Try | ast.TryStar, handler: ast.ExceptHandler, *, answer: Answer
) -> tuple[Likely, ...]:
    """Return every type that something speaks for, by falling chance; equals in the order of their names."""
    signs = Signs(names, node)
    seen = signs.of(node.body)
    candidates = Candidates(module, names, node, handler)
    candidates.take_answer(answer)
    candidates.take_facts(signs, seen)
    candidates.take_file()
    candidates.take_practice(seen, circumstances(module, names, node, handler, seen))
    siblings = node.handlers[: node.handlers.index(handler)]
    before = {canonical(name) for sibling in siblings for name in caught(names, sibling, node) or ("BaseException",)}
    found = [one for one in candidates.found.values() if before.isdisjoint({one.type, *parents(one.type)})]
    likely = [Likely(one.type, chance(one), one.line, one.because, one.source) for one in found]
    return tuple(sorted(likely, key=lambda one: (-one.chance, one.type)))
