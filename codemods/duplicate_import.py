"""Imports that stand twice in one place; long, because this file is also their documentation and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from fixbot.codemod import (
    Codemod,
    Declined,
    Evidence,
    Fixes,
    Keeps,
    Module,
    Names,
    Proposal,
    Safety,
    Severity,
    Spot,
    cst,
    imported,
    meanwhile,
    names_of,
    twice,
)
from fixbot.codemod.screens import RepeatedImports

_Import = ast.Import | ast.ImportFrom
# What is imported: the dots of a relative import with the module, the name, and the name that it gets.
_Key = tuple[str, str, str | None]

_CODES = frozenset({"F811", "W0404", "PLW0404", "I001", "E402"})
_EXCUSES = ("disable=reimported", "W0404", "isort:", "fmt:")
# Calls that may put something else into a module, by what they are called.
_MEDDLES = re.compile(r"patch|monkey|reload|modules|mock|stub|fake|install|inject|replace|setattr|delattr|exec|eval")


@dataclass(frozen=True, slots=True)
class _Known:
    """An import that has run, and its place in the suite."""

    node: _Import
    place: int


@dataclass(frozen=True, slots=True)
class _Again:
    """One name of an import that is there already, from which import, and what is called first in between."""

    place: int
    name: str
    first: _Import
    called: str | None = None


@dataclass(frozen=True)
class _Suite:
    """Statements that run one after the other, and what they have imported so far."""

    module: Module
    statements: list[ast.stmt]
    known: dict[_Key, _Known] = field(default_factory=dict)

    @cached_property
    def runs(self) -> meanwhile.Meanwhile:
        """What they do, which most suites are never asked."""
        return meanwhile.looked_through(self.module, self.statements, _MEDDLES)


class DuplicateImport(Codemod):
    """Import each thing once.

    The second import of the same name from the same module does nothing. Whoever reads it looks for the difference,
    and whoever takes one of the two out believes that the name is gone. The later one goes, or those of its names
    that are there already; of two neighbours the one that imports less.

    Left alone: imports in different places (a function of its own for a late import, the branches of an `if`, a
    `try` and its handlers), where the name is used, bound anew or deleted between the two, where something may have
    been put into the module meanwhile (`reload`, `sys.modules`, patches), another way of writing it such as
    `import a as a`, and what a `noqa` for F811 excuses. What is imported at run time and again below
    `if TYPE_CHECKING:` is found. Reported only are lines with a comment, which would be lost, and an import that is
    all its block holds.

    Safety: `safe`, since Python keeps what it has imported; `review` where functions are called between two imports
    of a name, which could have changed what the module holds.
    """

    severity = Severity.LOW
    safety = Safety.REVIEW
    synonyms = ("duplicate import", "duplicated import", "repeated import", "reimported", "imported twice", "W0404")
    pattern = RepeatedImports()
    answers = frozenset({"F811", "PLW0404"})
    references = (
        "https://docs.python.org/3/reference/import.html#the-module-cache",
        "https://docs.astral.sh/ruff/rules/redefined-while-unused/",
    )

    def tamest(self) -> Safety:
        """Say `safe`: most imports that are there twice do nothing."""
        return Safety.SAFE

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every import that brings something that is there, in source order."""
        names = names_of(module)
        found: dict[_Import, Spot] = {}
        for suite in twice.suites(module):
            for spot in _in_suite(module, names, suite):
                if isinstance(spot.node, _Import):
                    found.setdefault(spot.node, spot)
        yield from sorted(found.values(), key=lambda spot: (spot.node.lineno, spot.node.col_offset))

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Take out the names that are there, or the whole statement."""
        if not isinstance(node, cst.Import | cst.ImportFrom) or not isinstance(spot.plan, frozenset):
            return Declined(spot.message)
        if not isinstance(node.names, Sequence) or len(spot.plan) == len(node.names):
            return Proposal(None, drops=twice.words(cst.Module([]).code_for_node(node)))
        kept = [alias for place, alias in enumerate(node.names) if place not in spot.plan]
        kept[-1] = kept[-1].with_changes(comma=node.names[-1].comma)
        return Proposal(node.with_changes(names=kept), drops=twice.words(cst.Module([]).code_for_node(node)))

    examples = (
        Fixes(
            """
            import json
            import os
            import json

            print(json.dumps(os.environ.copy()))
            """,
            """
            import json
            import os

            print(json.dumps(os.environ.copy()))
            """,
            because="a module is imported twice",
        ),
        Fixes(
            """
            from shop.models import Basket, Order
            from shop.texts import greeting
            from shop.models import (
                Customer,
                Order,
                Price,
            )
            """,
            """
            from shop.models import Basket, Order
            from shop.texts import greeting
            from shop.models import (
                Customer,
                Price,
            )
            """,
            because="one of several names is there",
        ),
        Fixes(
            """
            from typing import Any
            from typing import Any, Protocol

            class Reads(Protocol):
                def read(self) -> Any: ...
            """,
            """
            from typing import Any, Protocol

            class Reads(Protocol):
                def read(self) -> Any: ...
            """,
            because="of two neighbours the smaller one goes",
        ),
        Fixes(
            """
            from decimal import (
                Decimal,
                Decimal,
            )
            """,
            """
            from decimal import (
                Decimal,
            )
            """,
            because="a statement names it twice",
        ),
        Fixes(
            """
            def read(path):
                import json
                import pathlib
                import json

                return json.loads(pathlib.Path(path).read_text())
            """,
            """
            def read(path):
                import json
                import pathlib

                return json.loads(pathlib.Path(path).read_text())
            """,
            because="a function imports it twice itself",
        ),
        Fixes(
            """
            from typing import TYPE_CHECKING

            from shop.models import Order

            if TYPE_CHECKING:
                from shop.baskets import Basket
                from shop.models import Order

            def total(order: Order) -> int: ...
            """,
            """
            from typing import TYPE_CHECKING

            from shop.models import Order

            if TYPE_CHECKING:
                from shop.baskets import Basket

            def total(order: Order) -> int: ...
            """,
            because="what is there at run time is there for types",
        ),
        Keeps(
            """
            import json

            def read(text):
                import json

                return json.loads(text)
            """,
            because="a function has an import of its own",
        ),
        Keeps(
            """
            try:
                import tomllib
            except ImportError:
                import tomli as tomllib
            else:
                import tomllib
            """,
            because="the parts of a try are different places",
        ),
        Keeps(
            """
            import sys
            if sys.platform == "win32":
                from shop.windows import sound
            else:
                from shop.windows import sound
            """,
            because="the branches of an if are different places",
        ),
        Keeps(
            """
            from shop.models import Order
            from shop.models import Order as Order
            """,
            because="the second one hands the name on to others",
        ),
        Keeps(
            """
            import os
            import os.path
            import xml.sax
            import xml.dom
            """,
            because="a module below another one is another module",
        ),
        Keeps(
            """
            from datetime import date
            from shop.calendar import date
            from datetime import date
            """,
            because="the name is bound to something else in between",
        ),
        Keeps(
            """
            import json
            del json
            import json
            """,
            because="the name is deleted in between",
        ),
        Keeps(
            """
            import logging
            logging.basicConfig()
            import logging
            """,
            because="the name is used in between",
        ),
        Keeps(
            """
            from socket import socket
            from gevent import monkey
            monkey.patch_all()
            from socket import socket
            """,
            because="the module holds something else after it was patched",
        ),
        Keeps(
            """
            import importlib
            import shop.prices
            from shop.prices import today
            importlib.reload(shop.prices)
            from shop.prices import today
            """,
            because="the module was loaded anew",
        ),
        Keeps(
            """
            from shop.models import Order
            from shop import *
            from shop.models import Order
            """,
            because="a star may bring the name",
        ),
        Keeps(
            """
            from shop.models import Order
            from shop.texts import hello
            from shop.models import Order  # noqa: F811 - it is the faster one
            """,
            because="a comment for linters excuses it",
        ),
        Keeps(
            """
            from shop.models import Order
            from shop.texts import hello
            from shop.models import Order  # the new one
            """,
            because="a comment would be lost",
            reports="a comment stands there",
        ),
        Keeps(
            """
            from typing import TYPE_CHECKING
            from shop.models import Order
            if TYPE_CHECKING:
                from shop.models import Order
            """,
            because="nothing would be left of the block",
            reports="nothing else stands in its block",
        ),
        Keeps(
            """
            import json; import json
            """,
            because="two statements share a line",
            reports="shares its line",
        ),
    )


def _in_suite(module: Module, names: Names, statements: list[ast.stmt]) -> Iterator[Spot]:
    suite = _Suite(module, statements)
    for place, node in enumerate(statements):
        if isinstance(node, _Import):
            smaller = _smaller_than_next(module, node, statements[place + 1 : place + 2])
            if smaller is not None and suite.known.keys().isdisjoint(_keys(node)):
                yield smaller
                continue
            again = list(_again(suite, node, place))
            if again:
                yield _spot(module, node, again, len(statements))
            gone = {one.place for one in again}
            suite.known.update((key, _Known(node, place)) for at, key in enumerate(_keys(node)) if at not in gone)
        elif isinstance(node, ast.If) and _is_for_types(names, node) and suite.known:
            yield from _for_types(suite, node, place)


def _for_types(suite: _Suite, block: ast.If, place: int) -> Iterator[Spot]:
    """Yield what a block for type checkers imports though it is there at run time."""
    for node in block.body:
        if isinstance(node, _Import) and (again := list(_again(suite, node, place))):
            yield _spot(suite.module, node, again, len(block.body))


def _again(suite: _Suite, node: _Import, place: int) -> Iterator[_Again]:
    """Yield the names of an import that are there, from the suite or from the import itself."""
    here: set[_Key] = set()
    for index, key in enumerate(_keys(node)):
        alias = node.names[index]
        first = suite.known.get(key)
        if alias.name == "*" or _is_excused(suite.module, node, alias):
            continue
        if key in here:
            yield _Again(index, _bound(alias), node)
        elif first is not None and _is_harmless(suite, first.place, place, node, alias):
            called = None
            if isinstance(node, ast.ImportFrom) and place > first.place + 1:
                called = suite.runs.call(first.place, place)
            yield _Again(index, _bound(alias), first.node, called)
        here.add(key)


def _is_harmless(suite: _Suite, first: int, place: int, node: _Import, alias: ast.alias) -> bool:
    """Say whether nothing between two imports of a name may be what the second one is there for."""
    name = _bound(alias)
    if place == first + 1:
        return True
    return name not in twice.declared(suite.module) and not suite.runs.matters(name, imported(node)[name], first, place)


def _spot(module: Module, node: _Import, again: list[_Again], held: int) -> Spot:
    written = ", ".join(f"`{one.name}`" for one in again)
    firsts = {one.first.lineno: one.first for one in again if one.first is not node}
    there = f"line {' and '.join(map(str, sorted(firsts)))}" if firsts else "the same statement"
    message = f"{written} {'is' if len(again) == 1 else 'are'} imported again; {there} has it already"
    evidence = [Evidence(line, f"`{ast.unparse(first)}` stands here") for line, first in sorted(firsts.items())]
    called = next((one.called for one in again if one.called is not None), None)
    said = "nothing in between binds, deletes or uses it" if called is None else f"`{called}` is called in between"
    evidence.append(Evidence(node.lineno, said))
    because = _in_the_way(module, node, alone=held == 1 and len(again) == len(node.names))
    if because is not None:
        message, safety = f"{message}; {because}", Safety.MANUAL
    else:
        safety = Safety.SAFE if called is None else Safety.REVIEW
    plan = frozenset(one.place for one in again)
    return Spot(node=node, message=message, safety=safety, evidence=tuple(evidence), plan=plan)


def _smaller_than_next(module: Module, node: _Import, following: list[ast.stmt]) -> Spot | None:
    """Return the finding of an import of which the very next statement imports everything and more."""
    after = next(iter(following), None)
    if not isinstance(after, type(node)) or not isinstance(after, _Import):
        return None
    mine, theirs = set(_keys(node)), set(_keys(after))
    excused = any(_is_excused(module, each, alias) for each in (node, after) for alias in each.names)
    if not mine < theirs or len(mine) < len(node.names) or excused or _in_the_way(module, node, alone=False):
        return None
    written = ", ".join(f"`{_bound(alias)}`" for alias in node.names)
    message = f"{written} {'is' if len(node.names) == 1 else 'are'} imported again by the next statement, with more"
    evidence = (Evidence(after.lineno, f"`{ast.unparse(after)}` follows"),)
    every = frozenset(range(len(node.names)))
    return Spot(node=node, message=message, safety=Safety.SAFE, evidence=evidence, plan=every)


def _in_the_way(module: Module, node: _Import, *, alone: bool) -> str | None:
    """Return why an import cannot be changed, None where it can."""
    if not twice.has_own_lines(module, node):
        return "it shares its line with another statement"
    if "#" in twice.text_of(module, node):
        return "a comment stands there, which would be lost"
    return "nothing else stands in its block" if alone else None


def _is_excused(module: Module, node: _Import, alias: ast.alias) -> bool:
    lines = {node.lineno, alias.lineno, node.end_lineno or node.lineno}
    return any(twice.is_excused(module.lines[line - 1], _CODES, _EXCUSES) for line in lines)


def _is_for_types(names: Names, node: ast.If) -> bool:
    return names.resolve(node.test, node) in {"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"}


def _keys(node: _Import) -> list[_Key]:
    if isinstance(node, ast.Import):
        return [("", alias.name, alias.asname) for alias in node.names]
    return [("." * node.level + (node.module or "") + ":", alias.name, alias.asname) for alias in node.names]


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]
