"""Says whether a nested function hands its arguments on to another one as they are; it only reads."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping
from dataclasses import dataclass

from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.names import last_name
from fixbot.analysis.project import Project

# What takes a function with its arguments and calls it with these.
_CALLING = frozenset({"to_thread", "partial", "submit", "create_task", "apply"})
_ASKING = frozenset({"wraps", "update_wrapper", "iscoroutinefunction", "isasyncgenfunction", "isgeneratorfunction"})
_ASKING_BUILTINS = frozenset({"getattr", "hasattr", "callable", "id", "repr", "str", "isinstance"})
# What makes text of a mapping, or asks for its size.
_WHOLE = frozenset({"str", "repr", "len", "bool", "print"})
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What is known of a wrapper: `wrapped` is the name of the function, `skipped` are names that are None there."""

    project: Project
    file: File
    wrapped: str
    skipped: frozenset[str]


def is_wrapper(node: FunctionNode, known: Wrapping) -> bool:
    """Say whether a function takes `(*args, **kwargs)`, maybe after `self`, and calls another with just these.

    What it takes it neither changes nor keeps, and nothing that it does depends on a single key.
    """
    args = node.args
    lead = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    if args.vararg is None or args.kwarg is None or args.kwonlyargs or args.defaults or len(lead) > 1:
        return False
    handed = _Handed(known, tuple(lead), args.vararg.arg, args.kwarg.arg)
    parents = {child: outer for outer in ast.walk(node) for child in ast.iter_child_nodes(outer)}
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    if any(
        isinstance(each, ast.arg) and parents.get(each) is not args and each.arg in handed.all
        for each in ast.walk(node)
    ):
        return False
    if any(not isinstance(each.ctx, ast.Load) for each in names if each.id in {*handed.all, known.wrapped}):
        return False
    uses = [each for each in names if each.id == known.wrapped and _is_in_body(each, node, parents)]
    calls = [handed.is_call(each, parents) for each in uses]
    right = all(called or _only_asks(each, parents) for each, called in zip(uses, calls, strict=True))
    keywords = (each for each in names if each.id == handed.kwargs)
    return right and any(calls) and all(handed.keeps(each, parents) for each in keywords)


def _is_in_body(node: ast.AST, function: FunctionNode, parents: Mapping[ast.AST, ast.AST]) -> bool:
    while (outer := parents.get(node)) is not function:
        if outer is None:
            return False
        node = outer
    return node in function.body


def _only_asks(node: ast.Name, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Say whether a use of the wrapped function only asks about it."""
    outer = parents[node]
    if isinstance(outer, ast.Attribute):
        call = parents[outer]
        return outer.attr != "__call__" and not (isinstance(call, ast.Call) and call.func is outer)
    if isinstance(outer, ast.Call):
        return last_name(outer.func) in _ASKING | _ASKING_BUILTINS
    return isinstance(outer, ast.FormattedValue | ast.Compare)


@dataclass(frozen=True, slots=True)
class _Handed:
    """The parameters of a wrapper: those before, `*args` and `**kwargs`."""

    known: Wrapping
    lead: tuple[str, ...]
    args: str
    kwargs: str

    @property
    def all(self) -> frozenset[str]:
        """Their names."""
        return frozenset({*self.lead, self.args, self.kwargs})

    def is_call(self, node: ast.Name, parents: Mapping[ast.AST, ast.AST]) -> bool:
        """Say whether a name of the wrapped function is called with just what the wrapper takes."""
        outer = parents[node]
        if not isinstance(outer, ast.Call):
            return False
        given = outer.args
        if outer.func is not node:
            if given[:1] != [node] or last_name(outer.func) not in _CALLING:
                return False
            given = given[1:]
        return [ast.unparse(each) for each in given] == [*self.lead, f"*{self.args}"] and [
            (each.arg, ast.unparse(each.value)) for each in outer.keywords
        ] == [(None, self.kwargs)]

    def keeps(self, node: ast.Name, parents: Mapping[ast.AST, ast.AST]) -> bool:
        """Say whether a use of the keywords depends on no single one of them."""
        outer = parents[node]
        if isinstance(outer, ast.keyword) and outer.arg is None:
            call = parents[outer]
            return isinstance(call, ast.Call) and (self._is_wrapped(call) or self._is_indifferent(call))
        return _as_a_whole(node, parents)

    def _is_wrapped(self, call: ast.Call) -> bool:
        name = self.known.wrapped
        return (isinstance(call.func, ast.Name) and call.func.id == name) or (
            last_name(call.func) in _CALLING and [getattr(each, "id", None) for each in call.args[:1]] == [name]
        )

    def _is_indifferent(self, call: ast.Call) -> bool:
        """Say whether what else is called with the keywords depends on no single one, or is never called."""
        if isinstance(call.func, ast.Name) and call.func.id in self.known.skipped:
            return True
        tree = self.known.file.module.tree
        found = self.known.project.lookup(call.func, self.known.file, tree.body[0])
        return isinstance(found, Function) and len(call.keywords) == 1 and _is_indifferent(found)


def _is_indifferent(function: Function) -> bool:
    """Say whether a function takes any keywords, and none by its name."""
    args = function.node.args
    if args.kwarg is None or args.kwonlyargs or args.args or function.node.decorator_list:
        return False
    name = args.kwarg.arg
    parents = {child: outer for outer in ast.walk(function.node) for child in ast.iter_child_nodes(outer)}
    uses = (each for each in ast.walk(function.node) if isinstance(each, ast.Name) and each.id == name)
    return all(isinstance(each.ctx, ast.Load) and _as_a_whole(each, parents) for each in uses)


def _as_a_whole(node: ast.Name, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Say whether keywords are only made text of, or gone through one like the other."""
    outer = parents[node]
    match outer:
        case ast.FormattedValue():
            return True
        case ast.Call(func=ast.Name(id=taker)) if node in outer.args:
            return taker in _WHOLE and hasattr(builtins, taker)
        case ast.Call(func=ast.Attribute(attr=attr)) if node in outer.args:
            return attr in _LOGGING
        case ast.Attribute(attr="items" | "keys" | "values"):
            return _is_gone_through(parents[outer], parents)
    return False


def _is_gone_through(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Say whether the items of keywords are walked through in a comprehension that compares no key with a text."""
    outer = parents.get(node)
    if isinstance(outer, ast.Call) and last_name(outer.func) == "sorted":
        outer = parents.get(outer)
    if not isinstance(outer, ast.comprehension):
        return False
    whole = parents[outer]
    return not any(isinstance(each, ast.Compare) for each in ast.walk(whole))
