"""Which facts hold at a place in the code, and when they end; follows names as they are written, runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from fixbot.analysis.module import Definition, Module
from fixbot.analysis.names import own
from fixbot.analysis.raises.guards import Fact, each_time, fact, facts, following, never_zero, written

_EMPTYING = frozenset({"pop", "popitem", "popleft", "clear", "remove", "discard"})
_EMPTIED = frozenset({"has", "filled", "index"})
_SWALLOWING = ("suppress", "ignor", "catch", "swallow", "silen", "raises")
_BLOCKS = ("body", "orelse", "finalbody")
_MOST = 400  # facts at a time, which are compared with each statement; nobody who writes code keeps that many in mind
_LOOPS = ast.For | ast.AsyncFor | ast.While


class Guards:
    """The facts that hold at the point that is being read."""

    def __init__(self) -> None:
        self.held: frozenset[Fact] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.held)

    def add(self, found: Collection[Fact]) -> None:
        """Take facts that hold from here on, unless there are too many already."""
        if found and len(self.held) < _MOST:
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


@lru_cache(maxsize=4)
def entries_of(module: Module) -> Entries:
    """Return what holds where the statements of a module stand, the same for everybody who asks."""
    return Entries(module.parents)


class Entries:
    """What holds where each statement stands, from the tests around it and before it in its function.

    A block is gone through once, as far as somebody asks.
    """

    def __init__(self, parents: Mapping[ast.AST, ast.AST]) -> None:
        self._parents = parents
        self._known: dict[ast.AST, frozenset[Fact]] = {}
        self._rest: dict[tuple[ast.AST, str], Iterator[tuple[ast.AST, frozenset[Fact]]]] = {}

    def around(self, at: ast.AST) -> Guards:
        """Return what holds where a statement stands."""
        guards = Guards()
        guards.held = self._at(at)
        return guards

    def _at(self, child: ast.AST) -> frozenset[Fact]:
        parent = self._parents.get(child)
        if parent is None:
            return frozenset()
        if child not in self._known:
            key = parent, _field(parent, child)
            if key not in self._rest:
                self._rest[key] = _through(getattr(*key), self._into(*key))
            for statement, held in self._rest[key]:
                self._known[statement] = held
                if statement is child:
                    break
        return self._known[child]

    def _into(self, parent: ast.AST, field: str) -> frozenset[Fact]:
        """Return what holds where a block begins."""
        guards = Guards() if isinstance(parent, Definition) else self.around(parent)
        if isinstance(parent, _LOOPS):
            guards.end([parent])
        if isinstance(parent, ast.Try | ast.TryStar) and field != "body":
            guards.end(parent.body)
        if isinstance(parent, ast.If | ast.While):
            guards.add(facts(parent.test, holds=field == "body"))
        if isinstance(parent, ast.For) and field == "body":
            guards.add(each_time(parent.target, parent.iter))
        return guards.held


def _field(parent: ast.AST, child: ast.AST) -> str:
    """Return which block of a node holds a statement, handler or case."""
    if isinstance(child, ast.ExceptHandler | ast.match_case):
        return "handlers" if isinstance(child, ast.ExceptHandler) else "cases"
    ends = ((name, block[-1]) for name in _BLOCKS if (block := getattr(parent, name, None)))
    return next(name for name, last in ends if _start(child) <= _start(last))


def _start(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def _through(block: Sequence[ast.AST], held: frozenset[Fact]) -> Iterator[tuple[ast.AST, frozenset[Fact]]]:
    """Yield each statement of a block with what holds before it; handlers and cases begin alike."""
    guards = Guards()
    guards.held = held
    for node in block:
        yield node, guards.held
        if isinstance(node, ast.stmt):
            _pass(guards, node)


def _pass(guards: Guards, node: ast.stmt) -> None:
    """Take what a statement ends and what holds behind it."""
    guards.end([node])
    guards.doubt(node)
    guards.add(following(node))
    if isinstance(node, ast.If) and ends(node.body):
        behind = Guards()
        behind.add(facts(node.test, holds=False))
        behind.end(node.orelse)
        guards.add(behind.held)
