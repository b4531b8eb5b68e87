"""Reads narrow handlers out of packages: what they catch, and what fixbot sees of the code around it."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fixbot.analysis.clauses import caught, is_broad
from fixbot.analysis.likely.candidates import Candidates
from fixbot.analysis.likely.response import circumstances
from fixbot.analysis.likely.signs import Signs
from fixbot.analysis.module import Module, parse, statements
from fixbot.analysis.names import Names
from fixbot.analysis.raises import exceptions_of
from fixbot.analysis.raises.facts import canonical
from fixbot.model import SourceFile

#: The most handlers that one package gives.
MOST = 600
_LARGEST = 400_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One handler: the types it names, those of its siblings, the signs of its code, and grounds by type."""

    package: str
    path: str
    line: int
    types: tuple[str, ...]
    earlier: frozenset[str]
    later: frozenset[str]
    signs: frozenset[str]
    grounds: dict[str, frozenset[str]]
    complete: bool


def samples(package: str, root: Path) -> list[Sample]:
    """Return the narrow handlers of a package, each body and clause once, in an order that is always the same."""
    files = sorted((path.relative_to(root).as_posix() for path in root.rglob("*.py")), key=_anyhow)
    found: list[Sample] = []
    known: set[bytes] = set()
    for name in files:
        content = (root / name).read_bytes()
        if len(content) > _LARGEST or b"except " not in content:
            continue
        module = parse(SourceFile(name, content))
        if isinstance(module, Module):
            found += _of_module(package, module, known)
        if len(found) > MOST:
            break
    return found


def _anyhow(path: str) -> bytes:
    """Order files as if at random, so that the first of a large package are not all of one folder."""
    return hashlib.sha256(path.encode()).digest()


def _of_module(package: str, module: Module, known: set[bytes]) -> Iterator[Sample]:
    names = Names(module)
    for node, _ in statements(module.tree):
        if not isinstance(node, ast.Try):
            continue
        for handler in node.handlers:
            types = tuple(map(canonical, caught(names, handler, node)))
            if is_broad(types):
                continue
            text = ast.unparse(ast.Module(node.body, [])) + "|".join(types)
            key = hashlib.sha256(text.encode("utf-8", "replace")).digest()
            if key not in known:
                known.add(key)
                try:
                    yield sample(package, module, names, node, handler)
                except RecursionError:
                    continue


def sample(package: str, module: Module, names: Names, node: ast.Try, handler: ast.ExceptHandler) -> Sample:
    """Return what is seen of one handler."""
    place = node.handlers.index(handler)
    clauses = [tuple(map(canonical, caught(names, sibling, node))) for sibling in node.handlers]
    signs = Signs(names, node)
    seen = signs.of(node.body)
    candidates = Candidates(module, names, node, handler)
    candidates.take_answer(exceptions_of(node.body, names, node))
    candidates.take_facts(signs, seen)
    candidates.take_file()
    first = {f"first: {sign}" for sign in (seen[0][1] if seen else ())}
    return Sample(
        package,
        module.path,
        node.lineno,
        clauses[place],
        frozenset(name for types in clauses[:place] for name in types),
        frozenset(name for types in clauses[place + 1 :] for name in types or ("*",)),
        frozenset({sign for _, own in seen for sign in own} | first)
        | circumstances(module, names, node, handler, seen),
        {name: frozenset(one.grounds) for name, one in candidates.found.items()},
        candidates.complete,
    )
