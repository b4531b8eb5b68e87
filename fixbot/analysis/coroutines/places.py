"""Says of each call what stands around it, and what forbids to wait there; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.coroutines.hazards import AnyTry, lock_around, swallower, tidier
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.definitions import FunctionNode
from fixbot.analysis.names import own

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
# What takes a callable and runs it in a thread, and what wraps a file so that its methods do.
_THREADS = frozenset(
    {
        "anyio.to_thread.run_sync",
        "anyio.wrap_file",
        "asgiref.sync.sync_to_async",
        "asyncio.to_thread",
        "fastapi.concurrency.run_in_threadpool",
        "starlette.concurrency.run_in_threadpool",
        "threading.Thread",
        "threading.Timer",
        "trio.to_thread.run_sync",
        "trio.wrap_file",
    }
)
_EXECUTORS = frozenset({"run_in_executor", "submit"})


@dataclass(frozen=True, slots=True, eq=False)
class CallPlace:
    """A call and what stands around it in the function that runs it.

    `chain` are the nodes between the call and its `statement`, innermost first. `parent` is what directly holds it.
    `barred` says why no `await` may stand there: "it stands in a generator expression". `lock` is the `with` that
    holds a thread's lock meanwhile, or the call that took it. `swallowed` is the handler, `with` or `finally` of a
    `try` in which a cancellation would vanish that an `await` lets in. `tidying` is the `try` whose `finally` it stands
    in, or the handler of a cancellation. It is `crowded` where a word follows without a space: `f()if x else y`.
    """

    call: ast.Call
    statement: ast.stmt
    chain: tuple[ast.AST, ...]
    barred: str | None
    handed_over: bool
    crowded: bool
    lock: ast.With | ast.Call | None
    swallowed: ast.ExceptHandler | ast.With | AnyTry | None
    tidying: ast.ExceptHandler | AnyTry | None

    @property
    def parent(self) -> ast.AST:
        """The node that directly holds the call."""
        return self.chain[0] if self.chain else self.statement

    @property
    def awaited(self) -> bool:
        """Whether the result of the call is awaited as it stands."""
        return isinstance(self.parent, ast.Await)

    @property
    def parenthesised(self) -> bool:
        """Whether the awaited call needs parentheses of its own: `(await f()).x`."""
        match self.parent:
            case ast.Attribute() | ast.Await():
                return True
            case _ if self.crowded:
                return True
            case ast.Subscript(value=value) | ast.Call(func=value):
                return value is self.call
        return False

    @property
    def hindrance(self) -> str | None:
        """Why nobody may wait here without a second thought, in words that follow the call; None where they may."""
        if self.barred is not None:
            return self.barred
        if self.lock is not None:
            held = self.lock.items[0].context_expr if isinstance(self.lock, ast.With) else self.lock.func
            return f"a thread's lock is held meanwhile (`{ast.unparse(held)}`, line {self.lock.lineno})"
        if self.swallowed is not None:
            return f"a cancellation would be swallowed on line {self.swallowed.lineno}"
        if isinstance(self.statement, ast.AugAssign) and not isinstance(self.statement.target, ast.Name):
            return f"`{ast.unparse(self.statement.target)}` is read before, and may have changed when the wait is over"
        return None


def run_by(function: FunctionNode) -> list[ast.Call]:
    """Return the calls that a function runs itself, in the order of the code, the outer before the inner.

    What stands in nested functions, lambdas and classes is left out, decorators, defaults and bases of those are not.
    """
    found = [node for node in _running(function) if isinstance(node, ast.Call)]
    return sorted(
        found, key=lambda node: (node.lineno, node.col_offset, -(node.end_lineno or 0), -(node.end_col_offset or 0))
    )


def _running(function: FunctionNode) -> Iterator[ast.AST]:
    for node in own(function.body):
        yield node
        match node:
            case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
                yield from own([*node.decorator_list, *args.defaults, *filter(None, args.kw_defaults)])
            case ast.Lambda(args=args):
                yield from own([*args.defaults, *filter(None, args.kw_defaults)])
            case ast.ClassDef():
                yield from own([*node.decorator_list, *node.bases, *node.keywords])


def place_of(nesting: Nesting, call: ast.Call) -> CallPlace:
    """Return what stands around a call.

    Args:
        nesting: how the nodes of the file are nested.
        call: a call in the file.
    """
    chain: list[ast.AST] = []
    statement = nesting.file.module.tree.body[0]
    for outer in nesting.around(call):
        if isinstance(outer, ast.stmt):
            statement = outer
            break
        chain.append(outer)
    return CallPlace(
        call=call,
        statement=statement,
        chain=tuple(chain),
        barred=_barred(nesting, call, chain),
        handed_over=_is_handed_over(nesting, call, chain, statement),
        crowded=_is_crowded(nesting, call),
        lock=lock_around(nesting, call, statement),
        swallowed=swallower(nesting, call),
        tidying=tidier(nesting, call),
    )


def _barred(nesting: Nesting, call: ast.Call, chain: list[ast.AST]) -> str | None:
    inside = 0
    path: list[ast.AST] = [call, *chain]
    for index, outer in enumerate(chain):
        inner = path[index]
        if isinstance(outer, ast.Lambda) and inner is outer.body:
            return "it stands in a lambda"
        if not isinstance(outer, _COMPREHENSIONS) or _is_first_iterable(outer, inner, path[index - 1]):
            continue
        if isinstance(outer, ast.GeneratorExp):
            return "it stands in a generator expression"
        inside += 1
    if inside > 1:
        return "it stands in a comprehension inside another one, where Python before 3.11 has no `await`"
    scope = nesting.scope(call)
    words = {ast.ClassDef: "it stands in the body of a class", ast.Module: "it stands in no function"}
    return words.get(type(scope))


def _is_crowded(nesting: Nesting, call: ast.Call) -> bool:
    line = nesting.file.module.lines[(call.end_lineno or call.lineno) - 1].encode()
    return line[call.end_col_offset or 0 :][:1].isalpha()


def _is_first_iterable(outer: ast.expr, inner: ast.AST, within: ast.AST) -> bool:
    """Say whether what a comprehension first runs through is `within`: the function itself works that out."""
    generators: list[ast.comprehension] = getattr(outer, "generators", [])
    return inner is generators[0] and within is generators[0].iter


def _is_handed_over(nesting: Nesting, call: ast.Call, chain: list[ast.AST], statement: ast.stmt) -> bool:
    around = [node for node in chain if not isinstance(node, ast.keyword | ast.Starred)]
    taker = around[0] if around else None
    if not isinstance(taker, ast.Call) or call is taker.func:
        return False
    full = nesting.file.names.resolve(taker.func, statement)
    return full in _THREADS or (isinstance(taker.func, ast.Attribute) and taker.func.attr in _EXECUTORS)
