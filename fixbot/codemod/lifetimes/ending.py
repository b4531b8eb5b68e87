"""What of some started things nothing ends; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from fixbot.analysis.logs import is_log_call
from fixbot.analysis.names import dotted, last_name, own, own_nodes
from fixbot.codemod.lifetimes.starting import Started
from fixbot.codemod.lifetimes.waiting import is_awaited

_ENDS = re.compile(
    r"^a?(?:close|exit|stop|end|disconnect|dispose|shutdown|shut_down|cleanup|clean_up|teardown|tear_down|terminate|"
    r"cancel|drain|join|finali[sz]e|release|destroy|quit|kill)|_(?:close|stop|shutdown|cleanup|callback)(?:_|$)",
    re.IGNORECASE,
)


def left_open(things: Sequence[Started], start: Sequence[ast.AST], end: Sequence[ast.AST]) -> list[Started]:
    """Return what of some started things neither their own function nor what runs at the end takes care of.

    Whatever names a thing at the end, but to log it, takes care of it; so does a call there of anything that may end
    what it does not name, such as `await close_all()`.
    """
    if any(_ends_anything(node) for node in own(end)):
        return []
    mentioned = _mentioned(end)
    return [one for one in things if not one.names & mentioned and not _is_ended(one, start)]


def _ends_anything(node: ast.AST) -> bool:
    """Say whether a node calls what is no log call and no method of something with a name."""
    if not isinstance(node, ast.Call) or is_log_call(node) or last_name(node.func) in {"print", "hasattr", "getattr"}:
        return False
    return (
        isinstance(node.func, ast.Name)
        or last_name(node.func) == "all_tasks"
        or _ENDS.match(last_name(node.func)) is not None
    )


def _mentioned(nodes: Sequence[ast.AST]) -> set[str]:
    """Return all dotted names that are read in statements that do more than log, with what they begin with."""
    logged = {inner for node in own(nodes) if _logs(node) for inner in own_nodes(node)}
    found: set[str] = set()
    for node in own(nodes):
        if isinstance(node, ast.Name | ast.Attribute) and node not in logged:
            name = dotted(node)
            if name is not None and isinstance(node.ctx, ast.Load):
                found.add(name)
    return found


def _logs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and (is_log_call(node) or last_name(node.func) == "print")


def _is_ended(one: Started, nodes: Sequence[ast.AST]) -> bool:
    """Say whether the function that starts something also ends it, or says how: `stack.callback(client.close)`."""
    if one.is_task and is_awaited(one.names, one.node.lineno, nodes):
        return True
    for node in own(nodes):
        if isinstance(node, ast.Attribute) and _ENDS.search(node.attr) and dotted(node.value) in one.names:
            return True
        if isinstance(node, ast.Call) and _ENDS.search(last_name(node.func)) and _hands(node, one):
            return True
    return False


def _hands(node: ast.Call, one: Started) -> bool:
    return any(dotted(arg) in one.names for arg in node.args)
