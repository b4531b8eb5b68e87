"""Which applications and routers belong together, by what includes what, and which depend on something."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, FunctionNode
from fixbot.analysis.module import statements
from fixbot.analysis.names import dotted, own_nodes
from fixbot.analysis.project import Variable
from fixbot.codemod.probes.dependencies import depending, depends

_INCLUDES = frozenset({"include_router", "mount", "register_blueprint"})
#: An application or router: the path of its file and its name there.
Owner = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Apps:
    """What includes what: `parts` has the routers that an application or router includes itself.

    `depending` are those that are made, or included, with dependencies: these go for all that they include.
    """

    parts: dict[Owner, set[Owner]] = field(default_factory=dict)
    depending: set[Owner] = field(default_factory=set)

    def within(self, owner: Owner) -> set[Owner]:
        """Return an application with all that it includes, through however many routers."""
        found: set[Owner] = set()
        stack = [owner]
        while stack:
            one = stack.pop()
            if one not in found:
                found.add(one)
                stack += self.parts.get(one, ())
        return found

    def together(self, one: Owner, other: Owner) -> bool:
        """Say whether every application that has one of two has the other too."""
        wholes = [root for root in self._roots() | {one} if one in self.within(root)]
        outermost = [root for root in wholes if root != one] or [one]
        return all(other in self.within(root) for root in outermost)

    def depends(self, owner: Owner) -> bool:
        """Say whether the endpoints of an application or router get their answers after something is resolved."""
        return any(owner in self.within(one) for one in self.depending)

    def _roots(self) -> set[Owner]:
        included = {part for parts in self.parts.values() for part in parts}
        return set(self.parts) - included


def apps(corpus: Corpus) -> Apps:
    """Return which applications and routers of a project include which, and which depend on something."""
    found = Apps()
    paths = {path for word in sorted(_INCLUDES | {"dependencies"}) for path in corpus.mentioning(word)}
    for path in sorted(paths):
        file = corpus.file(path)
        if file is not None:
            found.depending.update((path, name) for name in depending(file))
            for one, other, call in _included(corpus, file):
                found.parts.setdefault(one, set()).add(other)
                if depends(call):
                    found.depending.add(other)
    return found


def _included(corpus: Corpus, file: File) -> Iterable[tuple[Owner, Owner, ast.Call]]:
    tree = file.module.tree
    functions = [node for node, _ in statements(tree) if isinstance(node, FunctionNode)]
    for scope in (tree, *functions):
        for node in own_nodes(scope):
            match node:
                case ast.Call(func=ast.Attribute(value=outer, attr=attr), args=[*_, part]) if attr in _INCLUDES:
                    one, other = (owner(corpus, file, named, scope.body[0]) for named in (outer, part))
                    if one is not None and other is not None:
                        yield one, other, node


def owner(corpus: Corpus, file: File, named: ast.expr, at: ast.AST) -> Owner | None:
    """Return the application or router that an expression in statement `at` names; None where it names none."""
    found = corpus.project.lookup(named, file, at)
    if isinstance(found, Variable):
        return found.file.path, found.name
    name = dotted(named)
    return None if name is None else (file.path, name)
