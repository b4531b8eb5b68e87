"""Decides which types a handler should catch, and with what reasons; it writes nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from fixbot.analysis.clauses import caught
from fixbot.analysis.handlers import OUTSIDE_EXCEPTION, is_main_loop
from fixbot.analysis.likely import Policy, suggestion
from fixbot.analysis.module import Module
from fixbot.analysis.names import Names, own
from fixbot.analysis.raises import Answer, exceptions_of
from fixbot.analysis.raises.facts import parents
from fixbot.analysis.raises.families import families
from fixbot.analysis.spelling import imported_inside, spell
from fixbot.model import Evidence

#: The policies of the option `narrow`, the default first; `types_for` says what each does.
NARROW = ("complete", "likely", "never")
# What is written into code has to have a better reason than that others write it.
_WRITTEN = Policy(least=0.15, unfounded=0.4, ratio=0.2, hardly=0.04, guessed=0.4)
_MOST_TYPES = 4
_MOST_EVIDENCE = 4
_MOST_UNKNOWN = 2
_CAUGHT_NAMES = ("exc", "error", "caught", "exc_")


@dataclass(frozen=True, slots=True)
class Types:
    """What a clause should catch: its source, the imports that it needs, and the reasons.

    `typed` says that types stand there and not `Exception`; `caught` are their full names.
    """

    source: str
    imports: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    caught: tuple[str, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether types are named rather than `Exception`."""
        return bool(self.caught)


def types_for(module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler, *, narrow: str) -> Types:
    """Return what a handler should catch.

    Args:
        module: the file.
        names: its names.
        node: the `try`.
        handler: the handler of it that is asked about.
        narrow: `complete` names types where the whole body is understood, `likely` wherever there is a suggestion,
            `never` nowhere. Guards of endless loops, and handlers around something unknown that is awaited, stay
            `Exception` under each of them.
    """
    answer = exceptions_of(node.body, names, node)
    types = _chosen(module, names, node, handler, answer, narrow=narrow)
    if handler.type is not None or not awaits(node):
        return types
    return replace(types, evidence=(*types.evidence, Evidence(handler.lineno, "a cancelled task now passes through")))


def _chosen(
    module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler, answer: Answer, *, narrow: str
) -> Types:
    broad = Types("Exception", evidence=_evidence(answer))
    if narrow == "never":
        return broad
    if (why := _outlives(module, node, answer)) is not None:
        return replace(broad, evidence=(*broad.evidence, Evidence(handler.lineno, why)))
    exact = _spelled(names, node, handler, answer, possible(answer)) if answer.complete else None
    # Whoever only looks is in a hurry: what is likely is worked out where it may be written, or offered to a reviewer.
    if exact is not None or (module.sketched and narrow != "likely"):
        return exact or broad
    wanted = [one.type for one in suggestion(module, names, node, handler, answer=answer, policy=_WRITTEN)]
    likely = _spelled(names, node, handler, answer, wanted)
    if likely is None or narrow == "likely":
        return likely or broad
    offered = Evidence(handler.lineno, f"likely: `except {likely.source}:`")
    return replace(broad, evidence=(*broad.evidence, offered))


def possible(answer: Answer) -> tuple[str, ...]:
    """Return every type that can come out of a block that is understood, none below another one."""
    return tuple(families(answer.possible, {name: parents(name) for name in answer.possible}))


def _outlives(module: Module, node: ast.Try, answer: Answer) -> str | None:
    """Return why a handler has to outlive whatever its body raises, None where nothing says so."""
    if is_main_loop(module, node):
        return "it guards an endless loop: the clause stays broad"
    if not answer.complete and any(isinstance(part, ast.Call) and _is_looked_up(part.func) for part in own(node.body)):
        return "it calls what it finds in a table, which may raise anything: the clause stays broad"
    lines = {unknown.line for unknown in answer.unknown}
    for part in own(node.body):
        for waited in _waited_for(part):
            if not lines.isdisjoint(range(waited.lineno, (waited.end_lineno or waited.lineno) + 1)):
                return "it awaits something of which nothing is known: the clause stays broad"
    return None


def _is_looked_up(func: ast.expr) -> bool:
    return isinstance(func, ast.Subscript)


def _waited_for(part: ast.AST) -> list[ast.expr]:
    match part:
        case ast.Await(value=value) | ast.AsyncFor(iter=value):
            return [value]
        case ast.AsyncWith(items=items):
            return [item.context_expr for item in items]
    return []


def _spelled(
    names: Names, node: ast.Try, handler: ast.ExceptHandler, answer: Answer, wanted: Sequence[str]
) -> Types | None:
    """Return a clause of the wanted types without those that are caught before; None where that cannot be said."""
    before = node.handlers[: node.handlers.index(handler)]
    earlier = {name for sibling in before for name in caught(names, sibling, node)}
    above = {raised.type: set(raised.lineage) for raised in answer.exceptions}
    known = earlier | {f"builtins.{name}" for name in earlier}
    types = [name for name in wanted if name not in earlier and known.isdisjoint(above.get(name, ()))]
    if _probes(node, answer) and not {"AttributeError", "Exception"} & {*types, *earlier}:
        types.append("AttributeError")
    if not types or len(types) > _MOST_TYPES or (OUTSIDE_EXCEPTION | {"Exception"}) & set(types):
        return None
    if types == ["NotImplementedError"] and not answer.complete:
        return None  # what a base class says of a method that others write
    spelled = [spell(names, name, handler) for name in types]
    texts = [text for text, _ in spelled if text is not None]
    if len(texts) < len(spelled) or imported_inside(node.body, texts) is not None:
        return None
    source = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
    imports = tuple(needed for _, needed in spelled if needed is not None)
    return Types(source, imports, _evidence(answer), tuple(types))


def _probes(node: ast.Try, answer: Answer) -> bool:
    """Say whether a body imports something and reads attributes: it asks what this version or platform has."""
    imports = any(raised.source == "import" for raised in answer.exceptions)
    return imports and any(isinstance(child, ast.Attribute) for child in own(node.body))


def _evidence(answer: Answer) -> tuple[Evidence, ...]:
    """Say what raises what, an expression at a time, and name the first things that nothing is known of."""
    types: dict[tuple[int, str], list[str]] = {}
    for raised in answer.exceptions:
        types.setdefault((raised.line, _plain(raised.because)), []).append(f"`{raised.type}`")
    found = [
        Evidence(line, f"`{because}` raises {' or '.join(dict.fromkeys(names))}")
        for (line, because), names in types.items()
    ]
    unknown = list(dict.fromkeys(f"`{_plain(one.call)}`" for one in answer.unknown))
    if unknown:
        more = f" and {len(unknown) - _MOST_UNKNOWN} more" if len(unknown) > _MOST_UNKNOWN else ""
        says = f"{', '.join(unknown[:_MOST_UNKNOWN])}{more} may raise anything"
        found = [*found[: _MOST_EVIDENCE - 1], Evidence(answer.unknown[0].line, says)]
    return tuple(sorted(found[:_MOST_EVIDENCE], key=lambda evidence: evidence.line))


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "'").split())


def free_name(module: Module, at: ast.AST) -> str | None:
    """Return a name for what is caught that nothing around `at` uses: Python deletes it at the handler's end.

    A handler inside other handlers gets another name than they would, since its end would delete theirs.
    """
    scope: ast.AST = next(reversed(module.definitions(at)), module.tree)
    free = _free_in(module, scope)
    depth = sum(isinstance(outer, ast.ExceptHandler) for outer in module.ancestors(at))
    return free[depth] if depth < len(free) else None


@lru_cache(maxsize=16)
def _free_in(module: Module, scope: ast.AST) -> Sequence[str]:
    text = "".join(module.lines[getattr(scope, "lineno", 1) - 1 : getattr(scope, "end_lineno", None)])
    return [name for name in _CAUGHT_NAMES if not re.search(rf"\b{name}\b", text)]


def awaits(node: ast.Try) -> bool:
    """Say whether the body of a `try` awaits, so that a cancelled task surfaces there."""
    return any(isinstance(child, ast.Await | ast.AsyncFor | ast.AsyncWith) for child in own(node.body))
