"""How a module would name a logger, and what it logs under; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.module import Module
from fixbot.analysis.names import dotted
from fixbot.analysis.remembered import remembered


@remembered
def hides_variables(module: Module) -> bool:
    """Say whether every variable of a module has an underscore first: another name would be part of what it offers.

    Constants in capitals do not count. Where `__all__` says what is offered, no name hides anything.
    """
    targets = [target for node in module.tree.body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in module.tree.body if isinstance(node, ast.AnnAssign)]
    bound = [target.id for target in targets if isinstance(target, ast.Name)]
    variables = [name for name in bound if not name.isupper() and not name.endswith("__")]
    return "__all__" not in bound and bool(variables) and all(name.startswith("_") for name in variables)


@remembered
def channel(module: Module) -> str:
    """Return what a module gives `logging.getLogger`, as source: the only text that it does, or else its own name."""
    if "logging.getLogger(" not in module.text:
        return "__name__"
    calls = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call) and node.args)
    given = {ast.unparse(call.args[0]) for call in calls if dotted(call.func) == "logging.getLogger"}
    only = given.pop() if len(given) == 1 else ""
    return only if only[:1] in {"'", '"'} else "__name__"
