"""Says whether the defaults of what takes some keys may be others than those that are seen; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from fixbot.analysis.accepting.accepts import Accepted, Unknown
from fixbot.analysis.accepting.callees import Called, Making, callee
from fixbot.analysis.calling.mocks import expected, replaced
from fixbot.analysis.calling.stores import assigned
from fixbot.analysis.coroutines.hurdles import namesakes
from fixbot.analysis.coroutines.public import is_public
from fixbot.analysis.coroutines.target import key_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function
from fixbot.analysis.flows.onward import Onward
from fixbot.analysis.flows.sources import Sources
from fixbot.analysis.keywords.uses import Uses
from fixbot.analysis.names import last_name


def is_shared(onward: Onward, members: Iterable[Uses], sources: Sources) -> bool:
    """Say whether what takes the keys gets the same schema."""
    found = _called(onward, onward.spread.call, sources) if onward.spread.call is not None else None
    return isinstance(found, Called) and key_of(found.function) in {key_of(uses.function) for uses in members}


def in_doubt(onward: Onward, sources: Sources) -> str | None:
    """Say why the defaults of what takes the keys may be others than those that are seen, None where they are not.

    A method may be overridden, and a test may put something else in the place of a function and look at its arguments.
    """
    call = onward.spread.call
    if call is None:
        return None
    corpus, name = sources.finder.corpus, last_name(call.func)
    found = _called(onward, call, sources)
    if _is_model(found, corpus):
        return f"hands its keys on to `{name}`, which remembers which of its fields were given"
    if isinstance(onward.into, Accepted) and onward.into.doubtful:
        return f"hands its keys on to `{name}`, which {onward.into.doubtful}"
    function = found.function if isinstance(found, Called) else None
    at = (replaced(corpus, name) or expected(corpus, name) or assigned(corpus, name)) if name else None
    if at is not None:
        return f"hands its keys on to `{name}`, which a test replaces at {at}"
    if _is_of_super(call) or (function is not None and _may_be_overridden(corpus, function)):
        taker = function.qualname if function is not None else ast.unparse(call.func)
        return f"hands its keys on to `{taker}`, which may be overridden with other defaults"
    return None


def _called(onward: Onward, call: ast.Call, sources: Sources) -> Called | Making | Unknown:
    finder, file = sources.finder, onward.uses.function.file
    return callee(finder.corpus.project, file, call.func, finder.nesting(file).statement(call))


def _is_model(found: Called | Making | Unknown, corpus: Corpus) -> bool:
    others = corpus.project.ancestry(found.cls).others if isinstance(found, Making) else ()
    return any(name.partition(".")[0].startswith("pydantic") for name in others)


def _is_of_super(call: ast.Call) -> bool:
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(held, ast.Call) and last_name(held.func) == "super"


def _may_be_overridden(corpus: Corpus, function: Function) -> bool:
    owner = function.file.owner(function.node)
    if owner is None or function.node.name == "__init__":
        return False
    heirs = (heir for heir in namesakes(corpus, owner, function.node.name) if heir.node is not owner.node)
    line = {each.node for each in corpus.project.ancestry(owner).classes}
    return is_public(corpus, function) or any(heir.node not in line and heir.node.bases for heir in heirs)
