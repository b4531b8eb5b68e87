"""What is known of the callables that a block calls, of the standard library and of packages; it weighs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fixbot.analysis.knowledge import thirdparty
from fixbot.analysis.knowledge.derived import derived
from fixbot.analysis.names import Names
from fixbot.analysis.raises import hierarchy
from fixbot.analysis.raises.origins import Origins


def canonical(name: str) -> str:
    """Return the one name of a type that fixbot writes: `OSError` for `IOError`, a package's own for its aliases."""
    return thirdparty.canonical(hierarchy.written(name))


def parents(name: str) -> tuple[str, ...]:
    """Return the names of the classes above an exception, nearest first, as far as they are known."""
    above = hierarchy.standard_lineage(name)[1:] or thirdparty.parents(name)
    return tuple(canonical(one.removeprefix("builtins.")) for one in above)


def facts(names: Names, at: ast.AST, origins: Origins, call: ast.Call) -> Iterator[tuple[str, str, str]]:
    """Yield what a call of a known callable raises: the type, `fact` or `misuse`, and `stdlib` or `package`."""
    full = _called(names, at, origins, call.func)
    if full is None:
        return
    known, foreign = derived().get(full), thirdparty.call(full)
    if known is not None:
        yield from ((name, "fact", "stdlib") for name in known.raises)
        yield from ((name, "misuse", "stdlib") for name in known.misuse)
    if foreign is not None:
        yield from ((name, "fact", "package") for name in foreign.raises)
        yield from ((name, "misuse", "package") for name in foreign.misuse)


def _called(names: Names, at: ast.AST, origins: Origins, func: ast.expr) -> str | None:
    """Return the full name of what is called; a method's is that of the class of its receiver and its own."""
    full = names.resolve(func, at)
    if full is not None or not isinstance(func, ast.Attribute):
        return full
    owner = origins.made_by(func.value)
    return f"{_given_by(owner)}.{func.attr}" if owner is not None else None


def _given_by(maker: str) -> str:
    """Return the class of what a callable gives: a class gives itself, a function what it is known to return."""
    known, foreign = derived().get(maker), thirdparty.call(maker)
    returned = known.returns if known is not None else foreign.returns if foreign is not None else None
    last = maker.rpartition(".")[2]
    return returned.partition(" | ")[0].partition("[")[0] if returned and not last[:1].isupper() else maker
