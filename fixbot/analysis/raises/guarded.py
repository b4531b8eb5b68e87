"""Which facts hold at a place in the code, and when they end; follows names as they are written, runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from fixbot.analysis.names import own
from fixbot.analysis.raises.guards import Fact, each_time, fact, facts, following, never_zero, written

_EMPTYING = frozenset({"pop", "popitem", "popleft", "clear", "remove", "discard"})
_EMPTIED = frozenset({"has", "filled", "index"})
_SWALLOWING = ("suppress", "ignor", "catch", "swallow", "silen", "raises")
_LOOPS = ast.For | ast.AsyncFor | ast.While


class Guards:
    """The facts that hold at the point that is being read."""

    def __init__(self) -> None:
        self.held: frozenset[Fact] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.held)

    def add(self, found: Iterable[Fact]) -> None:
        """Take facts that hold from here on."""
        self.held = self.held.union(found)

    def forget(self, texts: set[str]) -> None:
        """Drop what was known of names, attributes and items that are bound anew, as `rebound` gives them."""
        if self.held and texts:
            self.held = frozenset(each for each in self.held if not any(_touches(text, each) for text in texts))

    def end(self, nodes: Sequence[ast.AST]) -> None:
        """Drop what was known of whatever some code binds anew."""
        if self.held:
            self.forget(rebound(nodes))

    def doubt(self, node: ast.AST) -> None:
        """Drop what was known to be in the containers of objects, where a statement before a `try` calls something."""
        kept = frozenset(each for each in self.held if "." not in each.of or each.what not in _EMPTIED)
        if len(kept) < len(self.held) and any(isinstance(part, ast.Call) for part in own([node])):
            self.held = kept

    def know(self, what: str, of: ast.expr, more: ast.expr | None = None, word: str = "") -> bool:
        """Say whether a fact holds of an expression."""
        return bool(self.held) and not self.held.isdisjoint(fact(what, of, more, word=word))

    def kind(self, of: ast.expr) -> str | None:
        """Return the kind that a test found a value to have."""
        text = written(of) if self.held else None
        return next((each.more for each in self.held if each.what == "is" and each.of == text), None)

    def spared(self, node: ast.expr) -> frozenset[str]:  # noqa: PLR0911 - one return for each form
        """Return the exceptions that an operation or a call cannot raise here."""
        match node:
            case ast.BinOp(right=right) if never_zero(right) or self.know("nonzero", right):
                return frozenset({"ZeroDivisionError"})
            case ast.Subscript(value=value, slice=index):
                return self._items(value, index)
            case ast.Call(func=ast.Attribute(value=holder, attr="pop" | "popleft" | "popitem"), args=args):
                filled = {"IndexError"} if self._count(holder) and not args else set()
                there = args and self.know("has", holder, args[0])
                return frozenset(filled | ({"KeyError"} if there or (filled and not args) else set()))
            case ast.Call(func=ast.Name(id="min" | "max"), args=[items]) if self._count(items):
                return frozenset({"ValueError"})
            case ast.Call(func=ast.Name(id="next"), args=[ast.Call(func=ast.Name(id="iter"), args=[items])]):
                return frozenset({"StopIteration"} if self._count(items) else ())
            case ast.Call(func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str() as name)]):
                return frozenset({"AttributeError"} if self.know("attribute", value, word=name) else ())
        return frozenset()

    def _items(self, value: ast.expr, index: ast.expr) -> frozenset[str]:
        if not self.held:
            return frozenset()
        place = _number(index)
        fits = place is not None and self._count(value) >= (place + 1 if place >= 0 else -place)
        spared = {"KeyError"} if self.know("has", value, index) else set()
        return frozenset(spared | ({"IndexError"} if fits or self.know("index", value, index) else set()))

    def _count(self, items: ast.expr) -> int:
        text = written(items) if self.held else None
        return max((each.count for each in self.held if each.what == "filled" and each.of == text), default=0)


def _number(index: ast.expr) -> int | None:
    match index:
        case ast.Constant(value=int() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
    return None


def ends(body: Sequence[ast.stmt]) -> bool:
    """Say whether code never goes on behind these statements."""
    match body[-1] if body else None:
        case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
            return True
        case ast.If(body=inner, orelse=orelse):
            return ends(inner) and ends(orelse)
        case ast.With(items=items, body=inner) | ast.AsyncWith(items=items, body=inner):
            return ends(inner) and not any(_swallows(item.context_expr) for item in items)
    return False


def _swallows(manager: ast.expr) -> bool:
    """Say whether a context manager is named for what it keeps from passing on, as `contextlib.suppress` is."""
    func = manager.func if isinstance(manager, ast.Call) else manager
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return any(word in name.lower() for word in _SWALLOWING)


def rebound(nodes: Sequence[ast.AST]) -> set[str]:
    """Return the texts of the names, attributes and items that some code binds, deletes or empties."""
    found: set[str | None] = set()
    for node in own(nodes):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.MatchAs(name=name) | ast.MatchStar(name=name) | ast.MatchMapping(rest=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=name):
                found.add(name)
            case ast.Subscript(value=holder, ctx=ast.Store(), slice=ast.Slice()):
                found.add(f"{written(holder)}()")
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store()):
                found.add(written(node))
            case ast.Subscript(value=holder, ctx=ast.Del()):
                found |= {written(node), f"{written(holder)}()"}
            case ast.Call(func=ast.Attribute(value=holder, attr=attr)) if attr in _EMPTYING:
                found.add(f"{written(holder)}()")
    return {text for text in found if text is not None}


def _touches(text: str, held: Fact) -> bool:
    if text.endswith("()"):
        return held.what in _EMPTIED and held.of == text[:-2]
    if text in held.names:
        return True
    return any(part == text or part.startswith((f"{text}.", f"{text}[")) for part in (held.of, held.more))


def around(at: ast.AST, parents: dict[ast.AST, ast.AST]) -> Guards:
    """Return what holds where a statement stands, from the tests around it and before it in its function."""
    guards = Guards()
    for parent, child in reversed(list(_outwards(at, parents))):
        if isinstance(parent, _LOOPS):
            guards.end([parent])
        if isinstance(parent, ast.Try | ast.TryStar) and child not in parent.body:
            guards.end(parent.body)
        if isinstance(parent, ast.If | ast.While):
            guards.add(facts(parent.test, holds=child in parent.body))
        if isinstance(parent, ast.For) and child in parent.body:
            guards.add(each_time(parent.target, parent.iter))
        for earlier in _before(parent, child):
            guards.end([earlier])
            guards.doubt(earlier)
            guards.add(following(earlier))
            if isinstance(earlier, ast.If) and ends(earlier.body):
                behind = Guards()
                behind.add(facts(earlier.test, holds=False))
                behind.end(earlier.orelse)
                guards.add(behind.held)
    return guards


def _outwards(at: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[tuple[ast.AST, ast.AST]]:
    while (parent := parents.get(at)) is not None:
        yield parent, at
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return
        at = parent


def _before(parent: ast.AST, child: ast.AST) -> list[ast.stmt]:
    for name in ("body", "orelse", "finalbody"):
        block: list[ast.stmt] = getattr(parent, name, [])
        for index, statement in enumerate(block):
            if statement is child:
                return block[:index]
    return []
