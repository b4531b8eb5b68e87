"""Reads a file in the order in which it runs, functions last, and tells each name that is nothing when it is read."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable
from functools import partial

from fixbot.analysis.module import Module, statements
from fixbot.analysis.undefined.parts import arguments_of, catches_name_errors, flat, is_future, last
from fixbot.analysis.undefined.reading import Reader
from fixbot.analysis.undefined.scopes import DECLARED, DELETED, OVER, SOMETHING, Scope, Undefined, set_inside

_NO_CHECK = frozenset({"no_type_check"})
_CONDITIONAL = (ast.If, ast.While, ast.Match)


def undefined(module: Module, *, lazy: bool = False) -> list[Undefined]:
    """Return every name of a file that is nothing when it is read, in source order.

    Args:
        module: the file, whole and not sketched.
        lazy: whether annotations are looked at when they are asked for, as from Python 3.14 on.

    Returns:
        The names; none where the file is nested too deeply to be read.
    """
    walk = _Walk(module, lazy=lazy)
    try:
        walk.run()
    except RecursionError:
        return []
    finally:
        walk.visitors.clear()  # they lead back to the walk, and so keep the tree until garbage is collected
    found = (one for one in walk.found if one.state != DECLARED or not set_inside(one.chain, one.name))
    return sorted(found, key=lambda one: (one.node.lineno, one.node.col_offset))


class _Walk(Reader):
    """Reads statements; `Reader` reads expressions."""

    def __init__(self, module: Module, *, lazy: bool) -> None:
        super().__init__(Scope("module", module.tree), package=module.path.endswith("__init__.py"))
        self._module = module
        self._has_globals = "global " in module.text
        self._conditions = 0
        self._functions: deque[Callable[[], None]] = deque()
        self.lazy = lazy or any(is_future(node) for node in module.tree.body)
        self.visitors |= {
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.Lambda: self._lambda,
            ast.ClassDef: self._class,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Assign: self._assign,
            ast.AugAssign: self._augmented,
            ast.AnnAssign: self._annotated,
            ast.For: self._for,
            ast.AsyncFor: self._for,
            ast.If: self._branching,
            ast.While: self._branching,
            ast.Match: self._branching,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.Delete: self._delete,
            ast.Global: self._global,
            ast.Nonlocal: self._nonlocal,
        }
        if hasattr(ast, "TypeAlias"):
            self.visitors[ast.TypeAlias] = self._type_alias

    def run(self) -> None:
        """Read the module, then all that runs later."""
        self.body(self._module.tree.body)
        while self._functions or self.annotations:
            while self._functions:
                self._functions.popleft()()
            if self.annotations:
                self.annotations.popleft()()

    def body(self, nodes: list[ast.stmt]) -> None:
        """Read statements one after the other."""
        visitors, other = self.visitors, self.generic
        for node in nodes:
            self.around = node
            (visitors.get(type(node)) or other)(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.defaults(node.args)
        checked = not any(last(each) in _NO_CHECK for each in node.decorator_list)
        outer = self.chain
        self._type_parameters(node)
        if checked and self.checked:
            for arg in arguments_of(node.args):
                if arg.annotation is not None:
                    self.annotation(arg.annotation)
            if node.returns is not None:
                self.annotation(node.returns)
        if self._has_globals:
            self._declare_globals(node)
        inner = self.chain
        self.chain = outer
        self.bind(node.name)
        self._functions.append(partial(self._function_body, node, inner, checked=checked and self.checked))

    def _function_body(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, chain: tuple[Scope, ...], *, checked: bool
    ) -> None:
        scope = Scope("function", node, dict.fromkeys((arg.arg for arg in arguments_of(node.args)), SOMETHING))
        self.chain, self.checked, self.guarded, self._conditions = (*chain, scope), checked, 0, 0
        self._conditions = sum(isinstance(outer, _CONDITIONAL) for outer in self._around(node))
        self.body(node.body)

    def _around(self, node: ast.stmt) -> list[ast.AST]:
        return list(self._module.ancestors(node)) if self._module.mentions("del ") else []

    def _lambda(self, node: ast.Lambda) -> None:
        self.defaults(node.args)
        self._functions.append(partial(self._lambda_body, node, self.chain, self.around))

    def _lambda_body(self, node: ast.Lambda, chain: tuple[Scope, ...], around: ast.stmt | ast.ExceptHandler) -> None:
        scope = Scope("function", node, dict.fromkeys((arg.arg for arg in arguments_of(node.args)), SOMETHING))
        self.chain, self.around, self.guarded = (*chain, scope), around, 0
        self.visit(node.body)

    def _class(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        outer, checked, conditions = self.chain, self.checked, self._conditions
        self._type_parameters(node)
        for base in [*node.bases, *(keyword.value for keyword in node.keywords)]:
            self.visit(base)
        self.checked = checked and not any(last(each) in _NO_CHECK for each in node.decorator_list)
        self.chain = (*self.chain, Scope("class", node))
        self.body(node.body)
        self.chain, self.checked, self._conditions = outer, checked, conditions
        self.bind(node.name)

    def _type_parameters(self, node: ast.AST) -> None:
        """Bind `[T: Bound = Default]` in a scope of their own; bounds and defaults are looked at later."""
        parameters = getattr(node, "type_params", [])
        if not parameters:
            return
        scope = Scope("types", node, {parameter.name: SOMETHING for parameter in parameters})
        self.chain = (*self.chain, scope)
        for parameter in parameters:
            for part in (getattr(parameter, "bound", None), getattr(parameter, "default_value", None)):
                if part is not None:
                    self.later(part)

    def _type_alias(self, node: ast.AST) -> None:
        name, value = node.name, node.value  # type: ignore[attr-defined]  # Python 3.11 does not know it
        self.bind(name.id)
        outer = self.chain
        self._type_parameters(node)
        self.later(value)
        self.chain = outer

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.bind(name, alias.name if alias.asname else name)

    def _import_from(self, node: ast.ImportFrom) -> None:
        origin = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.chain[-1].starred = True
            else:
                self.bind(alias.asname or alias.name, f"{origin}.{alias.name}")

    def _assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.load(node.target.id, node.target)
        self.visit(node.value)
        self.visit(node.target)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if self.checked:
            self.annotation(node.annotation)
        if node.value is not None:
            kind = last(node.annotation) == "TypeAlias"
            (self.type if kind else self.visit)(node.value)
            self.visit(node.target)
        elif not isinstance(node.target, ast.Name):
            self.visit(node.target)
        elif node.target.id not in self.chain[-1].names:
            self.bind(node.target.id, DECLARED)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        self.body(node.body)
        self._conditions += 1
        self.body(node.orelse)
        self._conditions -= 1

    def _branching(self, node: ast.If | ast.While | ast.Match) -> None:
        self._conditions += 1
        if isinstance(node, ast.Match):
            self.visit(node.subject)
            for case in node.cases:
                self.visit(case.pattern)
                if case.guard is not None:
                    self.visit(case.guard)
                self.body(case.body)
        else:
            self.visit(node.test)
            self.body(node.body)
            self.body(node.orelse)
        self._conditions -= 1

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        guards = any(catches_name_errors(handler.type, node.body) for handler in node.handlers)
        self.guarded += guards
        self.body(node.body)
        self.guarded -= guards
        self._conditions += 1
        for handler in node.handlers:
            self._handler(handler)
        self.body(node.orelse)
        self._conditions -= 1
        self.body(node.finalbody)

    def _handler(self, node: ast.ExceptHandler) -> None:
        self.around = node
        if node.type is not None:
            self.visit(node.type)
        before = None
        if node.name is not None:
            before = self.chain[-1].names.get(node.name)
            self.bind(node.name)
        self.body(node.body)
        if node.name is not None:
            self.bind(node.name, OVER if before is None else before)

    def _delete(self, node: ast.Delete) -> None:
        for target in flat(node.targets):
            if not isinstance(target, ast.Name):
                self.visit(target)
                continue
            self.load(target.id, target)
            if not self._conditions:
                self.chain[-1].names[target.id] = DELETED

    def _declare_globals(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Bind in the module what a function declares `global`: it may be set before anything reads it."""
        top = self.chain[0].names
        for inner, _ in statements(node):
            if isinstance(inner, ast.Global):
                for name in inner.names:
                    if top.get(name, DECLARED) in {DECLARED, DELETED, OVER}:
                        top[name] = SOMETHING

    def _global(self, node: ast.Global) -> None:
        if len(self.chain) > 1:
            for name in node.names:
                self.chain[-1].names[name] = self.chain[0].names.get(name, SOMETHING)

    def _nonlocal(self, node: ast.Nonlocal) -> None:
        for name in node.names:
            self.chain[-1].names[name] = SOMETHING
            for scope in self.chain[:-1]:
                scope.nested.add(name)
