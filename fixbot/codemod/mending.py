"""What should stand in the place of a handler, decided with `ast` and written with LibCST."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from fixbot.analysis import handlers
from fixbot.analysis.clauses import rebinds_error
from fixbot.analysis.handlers.remarks import says_harmless, says_why_broad
from fixbot.analysis.handlers.silence import is_behind_the_back, is_ordinary
from fixbot.analysis.logs import logger_at, takes_traceback
from fixbot.analysis.module import Definition, Module
from fixbot.analysis.names import Names, own
from fixbot.codemod.catching import Types, free_name
from fixbot.codemod.clause import with_cause, with_first, with_rest, with_traceback, with_types
from fixbot.codemod.contract import Proposal
from fixbot.codemod.lazy import cst
from fixbot.codemod.wording import log_statement


@dataclass(frozen=True, slots=True)
class Mending:
    """A handler's new clause and what is put into its body.

    `types` and `log` are source; without `types` the clause stays as it is. `name` is what the error is bound to,
    `traceback` says that a log call which is already there is to carry it, `rest` is the source of what logs all
    that the types leave out, and `indent` is the column of the body.
    """

    types: str | None
    name: str | None = None
    log: str | None = None
    traceback: bool = False
    rest: str | None = None
    indent: int = 0
    imports: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()


def as_broad(module: Module, node: ast.ExceptHandler) -> Mending:
    """Return the mending that only says what a bare `except:` has always meant."""
    return Mending("BaseException", _name(module, node))


def narrowed(
    module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler, *, types: Types, log: bool
) -> Mending:
    """Return the mending that catches `types`, with a log call where the handler is silent and `log` is wanted."""
    name = _name(module, node)
    calls = handlers.log_calls(node)
    uses = handlers.uses_error(node)
    known = bool(calls) and all(takes_traceback(module, names, call, node) for call in calls)
    mending = Mending(
        types.source,
        name,
        traceback=known and name is None and not types.typed and not uses,
        indent=node.col_offset + 4,
        imports=types.imports,
    )
    silent = not (calls or uses or handlers.raises(node) or handlers.declines(node) or handlers.speaks(node))
    meant = says_harmless(module, parent, node) or says_why_broad(module, node)
    meant = meant or _is_expected(names, parent)
    silent = silent and not is_behind_the_back(module, node) and not meant
    if not log or not silent or types.source == "ImportError":
        return mending
    goes_on = any(isinstance(part, ast.Try) for part in own(node.body))  # with something else to try
    ordinary = types.typed or goes_on or is_second(module, node) or is_ordinary(module, names, parent, node)
    return with_log(module, names, parent, node, mending, level="debug" if ordinary else "warning") or mending


def _is_expected(names: Names, node: ast.Try) -> bool:
    """Say whether a body is there to fail, or ends what it goes through: it only raises, or asks for the next item."""
    calls = [part for part in own(node.body) if isinstance(part, ast.Call)]
    ends = bool(calls) and all(names.resolve(call.func, node) == "next" for call in calls)
    return ends or all(isinstance(part, ast.Raise) for part in node.body)


def is_second(module: Module, node: ast.ExceptHandler) -> bool:
    """Say whether a handler stands in another one: what failed there was tried in the place of something else."""
    for outer in module.ancestors(node):
        if isinstance(outer, Definition | ast.ExceptHandler):
            return isinstance(outer, ast.ExceptHandler)
    return False


def with_log(
    module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler, mending: Mending, *, level: str
) -> Mending | None:
    """Return the mending with a log call at its head, None where no logger can be reached."""
    logger = logger_at(module, names, node)
    if logger is None:
        return None
    said = log_statement(module, names, parent, node, logger=logger, level=level)
    return replace(mending, log=said, imports=(*mending.imports, *logger.imports), setup=logger.setup)


def clause_only(module: Module, node: ast.ExceptHandler, types: Types) -> Mending:
    """Return the mending that names the types and the causes, and leaves the body as it is."""
    return Mending(types.source, _name(module, node), indent=node.col_offset + 4, imports=types.imports)


def with_audit(
    module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler, mending: Mending
) -> Mending | None:
    """Return the mending with a last handler that logs what is left and passes it on; None without a logger."""
    logger = logger_at(module, names, node)
    if logger is None:
        return None
    said = log_statement(module, names, parent, node, logger=logger, level="exception")
    return replace(mending, rest=said, imports=(*mending.imports, *logger.imports), setup=logger.setup)


def _name(module: Module, node: ast.ExceptHandler) -> str | None:
    """Return the name for the cause of what the handler raises; None where it raises nothing new."""
    if not handlers.new_raises(node):
        return None
    if node.name is None:
        return free_name(module, node)
    return None if rebinds_error(node) else node.name


def mended(handler: cst.ExceptHandler, mending: Mending) -> Proposal:
    """Write a mending into LibCST's view of the handler."""
    if mending.types is not None:
        handler = with_types(handler, mending.types, mending.name)
    if mending.name is not None:
        handler = with_cause(handler, mending.name)
    if mending.traceback:
        handler = with_traceback(handler, mending.indent)
    if mending.log is not None:
        handler = with_first(handler, mending.log, mending.indent)
    replacement = handler if mending.rest is None else with_rest(handler, mending.rest)
    return Proposal(replacement, mending.imports, mending.setup)
