"""A small codemod of whole projects, for tests: it gives functions that are called `old_…` their new names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Safety,
    Severity,
    Site,
    cst,
)


class RenamedFunctions(ProjectCodemod):
    """Functions that are called by their old names.

    The new names are known, the old ones are not.

    Left alone: what nobody calls.

    Safety: a caller outside of the project is not seen.
    """

    severity = Severity.LOW
    pattern = re.compile(rb"old_\w+")
    references = ("https://example.org/names",)
    examples = (
        Fixes("def old_a():\n    pass\n\n\nold_a()\n", "def new_a():\n    pass\n\n\nnew_a()\n", because="one file"),
        Fixes(
            {"a.py": "def old_a():\n    pass\n", "b.py": "import a\n\na.old_a()\n"},
            {"a.py": "def new_a():\n    pass\n", "b.py": "import a\n\na.new_a()\n"},
            because="two files",
        ),
        Keeps("def new_a():\n    pass\n", because="it has its new name"),
        Keeps("def old_a():\n    pass\n", because="nobody calls it"),
        Keeps("def old_odd():\n    pass\n\n\nold_odd()\n", because="it is odd", reports="a person"),
    )

    def tamest(self) -> Safety:
        """Say that some are safe."""
        return Safety.SAFE

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every definition of an old name with all calls of it."""
        calls: dict[str, list[Place]] = {}
        definitions: list[tuple[str, Place]] = []
        for path in corpus.files:
            file = corpus.file(path)
            for node in ast.walk(file.module.tree) if file is not None else ():
                match node:
                    case ast.FunctionDef(name=name) if name.startswith("old_"):
                        definitions.append((name, Place.of(path, node)))
                    case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name.startswith("old_"):
                        calls.setdefault(name, []).append(Place.of(path, node))
        for name, at in definitions:
            if name in calls:
                yield self._site(name, at, calls[name])
            else:
                yield Dismissed(at.path, at.line, f"nobody calls {name}")

    def _site(self, name: str, at: Place, calls: list[Place]) -> Site:
        if name == "old_odd":
            return Site(at=at, message="an odd name; a person has to look", safety=Safety.MANUAL)
        safety = Safety.SAFE if name.startswith("old_safe") else None
        return Site(at=at, message="an old name; there is a new one", safety=safety, places=(at, *calls))

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the new name."""
        if isinstance(node, cst.FunctionDef):
            if node.name.value == "old_declined":
                return Declined("nobody knows its new name")
            return Proposal(node.with_changes(name=_new(node.name)), drops=(node.name.value,))
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name | cst.Attribute):
            return Declined("it is no call")
        name = node.func if isinstance(node.func, cst.Name) else node.func.attr
        old = name.value
        renamed = node.with_deep_changes(name, value=_new(name).value)
        if old == "old_lossy":
            renamed = renamed.with_changes(args=())
        if old == "old_undefined":
            renamed = renamed.with_changes(func=cst.Name("nowhere"))
        if old == "old_slow":
            renamed = renamed.with_changes(args=())
            return Proposal(renamed, imports=("import asyncio",), unused=("time",), drops=(old, "time"))
        if old == "old_crash":
            raise KeyError(place.path)
        return Proposal(renamed, drops=(old,))


def _new(name: cst.Name) -> cst.Name:
    new = "newest_" if name.value == "old_long" else "new_"
    return name.with_changes(value=name.value.replace("old_", new, 1))
