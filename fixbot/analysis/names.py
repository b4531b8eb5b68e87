"""What a name stands for: the imports, the builtins, and what a scope binds itself."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from functools import lru_cache

from fixbot.analysis.module import Function, Module, blocks

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_BUILTINS = frozenset(dir(builtins))


def dotted(node: ast.expr) -> str | None:
    """Return `a.b.c` for a plain chain of names, None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := dotted(node.value)) is not None:
        return f"{left}.{node.attr}"
    return None


def last_name(node: ast.AST) -> str:
    """Return `c` for `a.b.c` and for `f().c`, the name itself for a name, nothing for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield every node that runs in `scope` itself, in no order: nested functions, lambdas and classes stay closed."""
    stack = _children(scope)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _SCOPES):
            stack += _children(node)


def own(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Yield every node that runs when `nodes` run, without what is only defined there."""
    for node in nodes:
        yield node
        if not isinstance(node, _SCOPES):
            yield from own_nodes(node)


def _children(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = []
    for value in vars(node).values():
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [item for item in value if isinstance(item, ast.AST)]
    return found


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Map each name that an import binds to the full dotted name it stands for; relative ones keep their dots."""
    if isinstance(node, ast.Import):
        return {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
    origin = "." * node.level + (node.module or "")
    joint = "" if origin.endswith(".") else "."
    return {a.asname or a.name: f"{origin}{joint}{a.name}" for a in node.names if a.name != "*"}


def bindings(scope: ast.AST, *, walrus: bool = True) -> dict[str, set[str | None]]:
    """Map each name that a module, class or function binds itself to what it may stand for.

    An import adds the full name it binds; every other way of binding adds None. Names of comprehensions are their
    own affair. Without `walrus` expressions are taken to bind nothing, which is several times faster.
    """
    bound: dict[str, set[str | None]] = {}
    elsewhere: set[str] = set()
    for node in own_nodes(scope) if walrus else _binders(scope):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for local, origin in imported(node).items():
                bound.setdefault(local, set()).add(origin)
            if any(alias.name == "*" for alias in node.names):
                bound["*"] = {None}
        elif isinstance(node, ast.Global | ast.Nonlocal):
            elsewhere.update(node.names)
        elif (name := _bound_by(node)) is not None:
            bound.setdefault(name, set()).add(None)
    return {name: origins for name, origins in bound.items() if name not in elsewhere}


def _binders(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements of a scope and those parts of them that bind names."""
    if isinstance(scope, Function):
        yield from ast.walk(scope.args)
    stack = blocks(scope)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _SCOPES):
            stack += blocks(node)
        for field in _BINDS.get(type(node), ()):
            part = getattr(node, field)
            for root in part if isinstance(part, list) else [part]:
                yield from ast.walk(root)


_BINDS: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Assign: ("targets",),
    ast.AugAssign: ("target",),
    ast.AnnAssign: ("target",),
    ast.Delete: ("targets",),
    ast.For: ("target",),
    ast.AsyncFor: ("target",),
    ast.With: ("items",),
    ast.AsyncWith: ("items",),
    ast.match_case: ("pattern",),
}


def _bound_by(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return name
        case ast.MatchMapping(rest=name):
            return name
    return None


class Names:
    """Resolves the names of one module as they are seen from a statement."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._bindings: dict[ast.AST, dict[str, set[str | None]]] = {}

    def resolve(self, node: ast.expr, at: ast.AST) -> str | None:
        """Return the full name of an expression in statement `at`: `json.loads`, builtins bare.

        None where it is not certain: the innermost scope that binds the first name must do so by imports alone,
        all of the same thing; where no scope binds it, it must be a builtin.
        """
        written = dotted(node)
        if written is None:
            return None
        head, _, rest = written.partition(".")
        origin = self.origin(head, at)
        return f"{origin}.{rest}" if origin and rest else origin

    def origin(self, name: str, at: ast.AST) -> str | None:
        """Return what a bare name stands for in statement `at`, None where that is not certain."""
        for scope in self.scopes(at):
            if name in (bound := self.bound(scope)):
                origins = bound[name]
                return next(iter(origins)) if len(origins) == 1 else None
        starred = "*" in self.bound(self.module.tree)
        return name if name in _BUILTINS and not starred else None

    def scopes(self, at: ast.AST) -> list[ast.AST]:
        """Return the functions around a statement, innermost first, then the module; a directly enclosing class too."""
        around = self.module.definitions(at)
        seen = [outer for i, outer in enumerate(around) if i == 0 or isinstance(outer, Function)]
        return [*seen, self.module.tree]

    def bound(self, scope: ast.AST) -> dict[str, set[str | None]]:
        """Return the bindings of one scope, computed once."""
        if scope not in self._bindings:
            self._bindings[scope] = bindings(scope, walrus=self.module.mentions(":="))
        return self._bindings[scope]


@lru_cache(maxsize=4)
def names_of(module: Module) -> Names:
    """Return the names of a module, the same for everybody who asks while it is looked at."""
    return Names(module)
