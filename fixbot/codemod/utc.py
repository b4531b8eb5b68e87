"""Follows what `datetime.utcnow()` gives through one function, to every use of it; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from fixbot.analysis.definitions import File
from fixbot.analysis.module import Function
from fixbot.analysis.names import last_name, own_nodes
from fixbot.codemod.zoned import differs, leaves, short

CALLS = {"datetime.datetime.utcnow": "now", "datetime.datetime.utcfromtimestamp": "fromtimestamp"}
UTCS = frozenset({"datetime.UTC", "datetime.timezone.utc", "pytz.utc", "pytz.UTC", "django.utils.timezone.utc"})
_FIELDS = frozenset({"year", "month", "day", "hour", "minute", "second", "microsecond"})
_UNTOLD = "nobody can tell whether that has a time zone"


@dataclass(slots=True)
class Uses:
    """What happens to some values that are made together: the calls that make them, and the names that hold them.

    `moves` says that a number that comes of them becomes another one.
    """

    calls: list[ast.Call] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    moves: bool = False


@dataclass(frozen=True, eq=False)
class Follower:
    """Follows values through the functions of one file."""

    file: File

    @cached_property
    def holders(self) -> dict[ast.AST, ast.AST]:
        """What directly holds each node of the file."""
        return {child: node for node in ast.walk(self.file.module.tree) for child in ast.iter_child_nodes(node)}

    def mentions(self) -> Iterator[tuple[ast.Attribute, str | None]]:
        """Yield each mention of the two functions with its full name, None where the file leaves that open."""
        for node in ast.walk(self.file.module.tree):
            if isinstance(node, ast.Attribute) and node.attr in {"utcnow", "utcfromtimestamp"}:
                full = self.file.names.resolve(node, self.statement(node))
                if full in CALLS or (full is None and last_name(node.value) == "datetime" and self._is_open(node)):
                    yield node, full

    def _is_open(self, node: ast.Attribute) -> bool:
        """Say whether what a name stands for is left open by imports of a module and of its class alone."""
        head: ast.expr = node
        while isinstance(head, ast.Attribute):
            head = head.value
        scopes = self.file.names.scopes(self.statement(node))
        found = (self.file.names.bound(scope).get(last_name(head)) for scope in scopes)
        return next((origins for origins in found if origins), None) == {"datetime", "datetime.datetime"}

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the innermost statement around a node."""
        while not isinstance(node, ast.stmt):
            node = self.holders[node]
        return node

    def against(self, node: ast.expr, uses: Uses) -> str | None:
        """Return why a value must stay as it is, None where all of its uses are seen and get the same.

        Args:
            node: an expression with the value.
            uses: takes in what was seen.
        """
        if isinstance(node, ast.Call) and self._makes(node) and node not in uses.calls:
            uses.calls.append(node)
        holder = self.holders[node]
        match holder:
            case ast.Expr():
                return None
            case ast.Attribute():
                return self._attribute(holder, uses)
            case ast.BinOp():
                return self._calculated(holder, node, uses)
            case ast.Compare(left=left, comparators=others):
                unlike = [other for other in (left, *others) if other is not node and not self._is_alike(other, uses)]
                return f"it is compared with `{short(unlike[0])}`, and {_UNTOLD}" if unlike else None
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                return self._named(name, holder, uses)
        return leaves(holder, self.holders)

    def _makes(self, node: ast.Call) -> bool:
        return self.file.names.resolve(node.func, self.statement(node)) in CALLS

    def _attribute(self, holder: ast.Attribute, uses: Uses) -> str | None:
        called = self.holders[holder]
        if not isinstance(called, ast.Call) or called.func is not holder:
            return None if holder.attr in _FIELDS else f"`.{holder.attr}` is read, which differs"
        if holder.attr == "replace":
            return self._replaced(called, uses)
        if holder.attr == "timestamp":
            uses.moves = True
            return self._counted(called)
        return differs(holder.attr, called, self.holders[called])

    def _replaced(self, called: ast.Call, uses: Uses) -> str | None:
        zone = next((keyword.value for keyword in called.keywords if keyword.arg == "tzinfo"), None)
        if zone is None:
            plain = len(called.args) <= len(_FIELDS) and all(keyword.arg for keyword in called.keywords)
            return self.against(called, uses) if plain else "nobody can tell what it replaces"
        if isinstance(zone, ast.Constant) and zone.value is None:
            return None
        if self.gets_utc(called):
            return None
        return f"it gets the time zone `{short(zone)}`"

    def gets_utc(self, called: ast.Call) -> bool:
        """Say whether a call is one of `replace(tzinfo=timezone.utc)` and nothing else."""
        match called:
            case ast.Call(
                func=ast.Attribute(attr="replace"), args=[], keywords=[ast.keyword(arg="tzinfo", value=zone)]
            ):
                return self.file.names.resolve(zone, self.statement(called)) in UTCS
        return False

    def _counted(self, called: ast.Call) -> str | None:
        """Say what speaks against a right number of seconds: another one beside it may be as wrong as it was."""
        node: ast.AST = called
        while isinstance(node, ast.expr):
            holder = self.holders[node]
            others = _beside(holder, node)
            if not all(isinstance(other, ast.Constant) or self._is_clock(other) for other in others):
                return "it is reckoned with another number of seconds, which may be as many hours off"
            node = holder if isinstance(holder, ast.BinOp | ast.Call | ast.Compare) else self.statement(holder)
        return None

    def _is_clock(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and self.file.names.resolve(node.func, self.statement(node)) == "time.time"

    def _calculated(self, holder: ast.BinOp, node: ast.expr, uses: Uses) -> str | None:
        other = holder.right if holder.left is node else holder.left
        if isinstance(holder.op, ast.Add):
            return self.against(holder, uses)
        if holder.left is node and self._is_span(other):
            return self.against(holder, uses)
        if isinstance(holder.op, ast.Sub) and self._is_alike(other, uses):
            return None
        return f"it is subtracted from or less `{short(other)}`, and {_UNTOLD}"

    def _is_span(self, node: ast.expr) -> bool:
        """Say whether an expression is a span of time."""
        at = self.statement(node)
        match node:
            case ast.Call(func=func):
                return self.file.names.resolve(func, at) == "datetime.timedelta"
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self._is_span(left) or self._is_span(right)
            case ast.Name(id=name):
                values = [stored for stored in self._stores(name, at) if stored is not None]
                return bool(values) and all(isinstance(each, ast.Call) and self._is_span(each) for each in values)
        return False

    def _stores(self, name: str, at: ast.stmt) -> list[ast.expr | None]:
        """Return the values that a function gives a name; None for what is no plain assignment."""
        function = self.file.module.function(at)
        nodes = own_nodes(function) if function is not None else ()
        found = (node for node in nodes if isinstance(node, ast.Name) and node.id == name)
        return [_value(self.holders[node], node) for node in found if not isinstance(node.ctx, ast.Load)] or [None]

    def _is_alike(self, node: ast.expr, uses: Uses) -> bool:
        """Say whether an expression has a value that is made in the same way and changes along."""
        match node:
            case ast.Call() if self._makes(node):
                if node not in uses.calls:
                    uses.calls.append(node)
                return True
            case ast.Name(id=name):
                return name in uses.names or self._named(name, self.statement(node), uses) is None
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
                return self._is_span(right) and self._is_alike(left, uses)
            case ast.Call(func=ast.Attribute(value=value, attr="replace"), args=[], keywords=keywords):
                return all(keyword.arg in _FIELDS for keyword in keywords) and self._is_alike(value, uses)
        return False

    def _named(self, name: str, at: ast.AST, uses: Uses) -> str | None:
        """Return why a local name must keep what it holds, None where all that is done with it is seen."""
        if name in uses.names:
            return None
        uses.names.add(name)
        function = self.file.module.function(at)
        if function is None:
            return f"it is kept in `{name}`, which others may read"
        nodes = [node for node in own_nodes(function) if isinstance(node, ast.Name) and node.id == name]
        mentions = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(function))
        given = any(isinstance(node, ast.arg) and node.arg == name for node in ast.walk(function.args))
        if given or mentions != len(nodes) or _is_shared(function, name):
            return f"it is kept in `{name}`, which comes from or goes elsewhere"
        for node in nodes:
            because = self.against(node, uses) if isinstance(node.ctx, ast.Load) else self._stored(node, uses)
            if because is not None:
                return because if "`" + name + "`" in because else f"{because} (through `{name}`)"
        return None

    def _stored(self, node: ast.Name, uses: Uses) -> str | None:
        holder = self.holders[node]
        if isinstance(holder, ast.AugAssign) and isinstance(holder.op, ast.Add | ast.Sub):
            return None if self._is_span(holder.value) else f"`{node.id}` is reckoned with something unknown"
        value = _value(holder, node)
        if value is None or not self._is_alike(value, uses):
            return f"`{node.id}` may hold another value as well, and {_UNTOLD}"
        return None


def _beside(holder: ast.AST, node: ast.AST) -> list[ast.expr]:
    """Return what a number is reckoned or compared with."""
    match holder:
        case ast.BinOp(left=left, right=right):
            return [part for part in (left, right) if part is not node]
        case ast.Compare(left=left, comparators=others):
            return [part for part in (left, *others) if part is not node]
    return []


def _value(holder: ast.AST, node: ast.Name) -> ast.expr | None:
    match holder:
        case ast.Assign(targets=[target], value=value) if target is node:
            return value
        case ast.AnnAssign(value=value):
            return value
    return None


def _is_shared(function: Function, name: str) -> bool:
    return any(isinstance(node, ast.Global | ast.Nonlocal) and name in node.names for node in ast.walk(function))
