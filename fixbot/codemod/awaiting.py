"""The edits that let a function wait without holding up the event loop; it only edits the node it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.codemod.contract import Declined, Proposal
from fixbot.codemod.lazy import cst


@dataclass(frozen=True, slots=True, kw_only=True)
class Await:
    """Put `await` before a call, and another callable in the place of its own where one is given.

    `imports` are what the new callable needs; the imports of the names in `unused` may go.
    """

    callee: str | None = None
    imports: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    parenthesised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """Hand a call over to a thread and await it: `runner` takes the callable and its arguments."""

    runner: str
    imports: tuple[str, ...] = ()
    parenthesised: bool = False


@dataclass(frozen=True, slots=True)
class Coroutine:
    """Make a function a coroutine function."""


@dataclass(frozen=True, slots=True)
class Instead:
    """Put another expression in the place of this one; of its words, `drops` may be missing in the new one."""

    source: str
    imports: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()


Plan = Await | Thread | Coroutine | Instead


def edit(plan: object, node: cst.CSTNode) -> Proposal | Declined:
    """Return what stands in the place of a node by one of these plans."""
    match plan:
        case Coroutine() if isinstance(node, cst.FunctionDef):
            space = cst.SimpleWhitespace(" ")
            return Proposal(node.with_changes(asynchronous=cst.Asynchronous(whitespace_after=space)))
        case Await() if isinstance(node, cst.Call):
            return _awaited_call(plan, node)
        case Thread() if isinstance(node, cst.Call):
            replacement = _awaited(_handed_over(plan.runner, node), parenthesised=plan.parenthesised)
            return Proposal(replacement, imports=plan.imports)
        case Instead() if isinstance(node, cst.BaseExpression):
            new = cst.parse_expression(plan.source).with_changes(lpar=node.lpar, rpar=node.rpar)
            return Proposal(new, imports=plan.imports, unused=plan.unused, drops=plan.drops)
    return Declined("it is not the node that was found")


def _awaited_call(plan: Await, node: cst.Call) -> Proposal | Declined:
    if plan.callee is None:
        return Proposal(_awaited(node, parenthesised=plan.parenthesised))
    called = node.with_changes(func=cst.parse_expression(plan.callee))
    return Proposal(
        _awaited(called, parenthesised=plan.parenthesised),
        imports=plan.imports,
        unused=plan.unused,
        drops=tuple(_words(node.func)),
    )


def _words(callee: cst.BaseExpression) -> list[str]:
    """Return the names that a callable is written with."""
    if isinstance(callee, cst.Attribute):
        return [*_words(callee.value), callee.attr.value, "."]
    return [callee.value] if isinstance(callee, cst.Name) else []


def _awaited(node: cst.Call, *, parenthesised: bool) -> cst.Await:
    """Put `await` before a call, inside of the parentheses that it stands in."""
    needed = parenthesised and not node.lpar
    return cst.Await(
        expression=node.with_changes(lpar=(), rpar=()),
        lpar=[cst.LeftParen()] if needed else node.lpar,
        rpar=[cst.RightParen()] if needed else node.rpar,
    )


def _handed_over(runner: str, node: cst.Call) -> cst.Call:
    """Return a call of `runner` with the callable as its first argument, laid out as the arguments are."""
    first = cst.Arg(node.func, comma=_comma(node) if node.args else cst.MaybeSentinel.DEFAULT)
    return node.with_changes(func=cst.parse_expression(runner), args=[first, *_plain(node.args)])


def _comma(node: cst.Call) -> cst.Comma:
    before = node.whitespace_before_args
    if isinstance(before, cst.ParenthesizedWhitespace):
        plain = before.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
        return cst.Comma(whitespace_after=plain)
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _plain(args: Sequence[cst.Arg]) -> Sequence[cst.Arg]:
    """Give a generator expression that is the only argument the parentheses that it needs among others."""
    if len(args) == 1 and isinstance(args[0].value, cst.GeneratorExp) and not args[0].value.lpar:
        value = args[0].value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        return [args[0].with_changes(value=value)]
    return args
