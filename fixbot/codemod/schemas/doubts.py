"""Says whether the defaults of what takes some keys may be others than those that are seen; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.accepting.callees import Called, callee
from fixbot.analysis.calling.mocks import expected, replaced
from fixbot.analysis.coroutines.hurdles import namesakes
from fixbot.analysis.coroutines.public import is_public
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function
from fixbot.analysis.flows.onward import Onward
from fixbot.analysis.flows.sources import Sources
from fixbot.analysis.names import last_name


def in_doubt(onward: Onward, sources: Sources) -> str | None:
    """Say why the defaults of what takes the keys may be others than those that are seen, None where they are not.

    A method may be overridden, and a test may put something else in the place of a function and look at its arguments.
    """
    call, file = onward.spread.call, onward.uses.function.file
    if call is None:
        return None
    finder = sources.finder
    found = callee(finder.corpus.project, file, call.func, finder.nesting(file).statement(call))
    function = found.function if isinstance(found, Called) else None
    name = last_name(call.func)
    at = (replaced(finder.corpus, name) or expected(finder.corpus, name)) if name else None
    if at is not None:
        return f"hands its keys on to `{name}`, which a test replaces at {at}"
    if function is not None and not _is_of_super(call) and _may_be_overridden(finder.corpus, function):
        return f"hands its keys on to `{function.qualname}`, which may be overridden with other defaults"
    return None


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
