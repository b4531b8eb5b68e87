"""Bare `except:` clauses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.codemod import (
    Codemod,
    Declined,
    Evidence,
    Fixes,
    Keeps,
    Module,
    Names,
    Option,
    Proposal,
    Safety,
    Severity,
    Spot,
    cst,
    handlers,
    logger_at,
    statements,
)
from fixbot.codemod.catching import Types, awaits, free_name, types_for
from fixbot.codemod.clause import with_cause, with_first, with_traceback, with_types
from fixbot.codemod.wording import log_statement


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands in the place of a bare `except:`; `types` and `log` are source."""

    types: str
    name: str | None = None
    log: str | None = None
    traceback: bool = False
    imports: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()


class BareExcept(Codemod):
    """Say what an `except:` catches.

    A bare `except:` also catches `SystemExit`, `KeyboardInterrupt`, `GeneratorExit` and a cancelled task, so a
    process cannot be stopped and the mistake that was made stays invisible. The clause now names what the body
    can raise: `BaseException` where the handler passes everything on, `ImportError` around imports, the exact
    types where every statement of the body is understood, otherwise `Exception`. A handler that says nothing
    gets a log call with the traceback, in the module's own manner; one that raises something new names its cause.

    Left alone: handlers that a person may end with Ctrl-C (`input`, `serve_forever`), bodies that yield, and text
    in strings. Handlers that mean to catch more than `Exception` (they name `SystemExit`, await a task they have
    cancelled, end the process, hand the error on, or work under eventlet or gevent) become `BaseException`, which
    changes nothing. Import fallbacks get no log call. The last handler of an endless loop stays `Exception`.

    Safety: `safe` where the handler catches as much as before; `review` elsewhere, because what is no longer caught
    now reaches the caller.
    """

    severity = Severity.CRITICAL
    safety = Safety.REVIEW
    pattern = re.compile(rb"except\s*(?::|\\)")
    answers = frozenset({"E722", "S110", "S112"})
    successors = frozenset({"BLE001", "SIM105", "TRY301"})
    drops = frozenset({"pass", "error"})
    references = (
        "https://docs.python.org/3/library/exceptions.html#exception-hierarchy",
        "https://docs.astral.sh/ruff/rules/bare-except/",
    )
    options = (
        Option("narrow", ("complete", "never"), "name exact types where the whole body is understood, or never"),
        Option("log", ("silent", "never"), "add a log call to handlers that say nothing, or never"),
    )

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every handler without a type."""
        names = Names(module)
        for node, parent in statements(module.tree):
            if isinstance(node, ast.ExceptHandler) and node.type is None and isinstance(parent, ast.Try):
                yield self._spot(module, names, parent, node)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Write the types, the cause and the log call."""
        plan = spot.plan
        if not isinstance(plan, Plan) or not isinstance(node, cst.ExceptHandler):
            return Declined(spot.message)
        handler = with_types(node, plan.types, plan.name)
        if plan.name is not None:
            handler = with_cause(handler, plan.name)
        if plan.traceback:
            handler = with_traceback(handler, spot.node.col_offset + 4)
        if plan.log is not None:
            handler = with_first(handler, plan.log)
        return Proposal(handler, plan.imports, plan.setup)

    def _spot(self, module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler) -> Spot:
        why = "the handler passes on whatever was raised" if handlers.always_reraises(node.body) else None
        why = why or handlers.stays_broad(module, names, parent, node)
        if why is not None:
            return _as_broad_as_before(module, node, why)
        why = handlers.may_be_ended_by_hand(parent)
        if why is not None:
            message = f"left alone: {why}"
            return Spot(node=node, message=message, safety=Safety.MANUAL, evidence=(Evidence(node.lineno, why),))
        types = types_for(module, names, parent, node, narrow=self.chosen["narrow"] == "complete")
        return self._narrowed(module, names, parent, node, types)

    def _narrowed(
        self, module: Module, names: Names, parent: ast.Try, node: ast.ExceptHandler, types: Types
    ) -> Spot:
        name = free_name(module, node) if handlers.new_raises(node) else None
        log, imports, setup = None, types.imports, ()
        logger = logger_at(module, names, node) if self._is_silent(node, types) else None
        if logger is not None:
            level = "debug" if types.exact else "warning"
            log = log_statement(module, names, parent, node, logger=logger, level=level)
            imports, setup = (*imports, *logger.imports), logger.setup
        traceback = bool(handlers.log_calls(node)) and not types.exact and not handlers.uses_error(node)
        message = f"bare except hides what went wrong; `except {types.source}:` fits the body"
        evidence = types.evidence
        if awaits(parent):
            evidence = (*evidence, Evidence(node.lineno, "a cancelled task now passes through"))
        plan = Plan(types.source, name, log, traceback and name is None, imports, setup)
        return Spot(node=node, message=message, evidence=evidence, plan=plan)

    def _is_silent(self, node: ast.ExceptHandler, types: Types) -> bool:
        """Say whether a handler needs a log call: it neither logs, raises nor uses the error, and guards no import."""
        speaks = handlers.log_calls(node) or handlers.raises(node) or handlers.uses_error(node)
        return self.chosen["log"] == "silent" and not speaks and types.source != "ImportError"


def _as_broad_as_before(module: Module, node: ast.ExceptHandler, why: str) -> Spot:
    name = free_name(module, node) if handlers.new_raises(node) else None
    return Spot(
        node=node,
        message=f"bare except means everything: {why}; `except BaseException:` says so",
        safety=Safety.SAFE,
        evidence=(Evidence(node.lineno, why),),
        plan=Plan("BaseException", name),
    )
