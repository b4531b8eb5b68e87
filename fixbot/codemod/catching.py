"""Decides which types a handler should catch, and how this module writes them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace

from fixbot.analysis.handlers import OUTSIDE_EXCEPTION, is_main_loop
from fixbot.analysis.module import Module
from fixbot.analysis.names import Names, own
from fixbot.analysis.raises import Answer, exceptions_of
from fixbot.model import Evidence

_MOST_TYPES = 4
_MOST_EVIDENCE = 4
_MOST_UNKNOWN = 2
_CAUGHT_NAMES = ("exc", "error", "caught", "exc_")


@dataclass(frozen=True, slots=True)
class Types:
    """The types of a clause: their source, the imports they need, and the reasons; `exact` where nothing is unknown."""

    source: str
    imports: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    exact: bool = False


def types_for(module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler, *, narrow: bool) -> Types:
    """Return what a handler should catch: exact types where the whole body is understood, else `Exception`."""
    answer = exceptions_of(node.body, names, node)
    found = _exact(module, names, node, handler, answer) if narrow and answer.complete else None
    types = found or Types("Exception", evidence=_evidence(answer))
    if not awaits(node):
        return types
    return replace(types, evidence=(*types.evidence, Evidence(handler.lineno, "a cancelled task now passes through")))


def _exact(module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler, answer: Answer) -> Types | None:
    earlier = {name for sibling in node.handlers for name in _caught(names, sibling, node) if sibling is not handler}
    types = [name for name in answer.suggested if name not in earlier]
    if _probes(node, answer) and not {"AttributeError", "Exception"} & {*types, *earlier}:
        types.append("AttributeError")
    if not types or len(types) > _MOST_TYPES or OUTSIDE_EXCEPTION & set(types) or is_main_loop(module, node):
        return None
    spelled = [spell(names, name, handler) for name in types]
    if any(text is None for text, _ in spelled):
        return None
    texts = [str(text) for text, _ in spelled]
    source = texts[0] if len(texts) == 1 else f"({', '.join(texts)})"
    imports = tuple(needed for _, needed in spelled if needed is not None)
    return Types(source, imports, _evidence(answer), exact=True)


def _probes(node: ast.Try, answer: Answer) -> bool:
    """Say whether a body imports something and reads attributes: it asks what this version or platform has."""
    imports = any(raised.source == "import" for raised in answer.exceptions)
    return imports and any(isinstance(child, ast.Attribute) for child in own(node.body))


def _caught(names: Names, handler: ast.ExceptHandler, at: ast.AST) -> set[str]:
    if handler.type is None:
        return set()
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {full for written in types if (full := names.resolve(written, at)) is not None}


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


def spell(names: Names, full: str, at: ast.AST) -> tuple[str | None, str | None]:
    """Return how a type is written where `at` stands, and the import it needs.

    The first is None where the name is hidden by something else there.
    """
    package, _, last = full.rpartition(".")
    if not package:
        return (full if names.origin(full, at) in {full, None} and not _hidden(names, full, at) else None), None
    for scope in reversed(names.scopes(at)):
        for name, origins in names.bound(scope).items():
            if origins == {full} and names.origin(name, at) == full:
                return name, None
            if origins == {package} and names.origin(name, at) == package and "." not in package:
                return f"{name}.{last}", None
    head = package.partition(".")[0]
    hidden = _hidden(names, head, at) and names.origin(head, at) != head
    return (None, None) if hidden else (full, f"import {package}")


def _hidden(names: Names, name: str, at: ast.AST) -> bool:
    """Say whether a scope around `at` binds a name to something else; a class of the module's own is itself."""
    if all(name not in names.bound(scope) for scope in names.scopes(at)):
        return False
    tree = names.scopes(at)[-1]
    return not any(isinstance(node, ast.ClassDef) and node.name == name for node in getattr(tree, "body", []))


def free_name(module: Module, at: ast.AST) -> str | None:
    """Return a name for what is caught that nothing around `at` uses: Python deletes it at the handler's end.

    A handler inside other handlers gets another name than they would, since its end would delete theirs.
    """
    scope: ast.AST = next(reversed(module.definitions(at)), module.tree)
    text = "".join(module.lines[getattr(scope, "lineno", 1) - 1 : getattr(scope, "end_lineno", None)])
    free = [name for name in _CAUGHT_NAMES if not re.search(rf"\b{name}\b", text)]
    depth = sum(isinstance(outer, ast.ExceptHandler) for outer in module.ancestors(at))
    return free[depth] if depth < len(free) else None


def awaits(node: ast.Try) -> bool:
    """Say whether the body of a `try` awaits, so that a cancelled task surfaces there."""
    return any(isinstance(child, ast.Await | ast.AsyncFor | ast.AsyncWith) for child in own(node.body))
