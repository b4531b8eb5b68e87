"""The edit of a body whose keys come from a schema; it only edits the function it is given."""

from __future__ import annotations

from typing import Any

from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.asking import Ask, asked_whether, read_in
from fixbot.codemod.reshaping.loss import code_of, comment_lines, comments_in, lost, names_in
from fixbot.codemod.reshaping.onward import Onwards
from fixbot.codemod.reshaping.plans import Reshape, Style
from fixbot.codemod.reshaping.scopes import Names

_GIVEN = {Style.PYDANTIC: "model_fields_set", Style.PYDANTIC1: "__fields_set__"}


class Body(cst.CSTTransformer):
    """Puts what a schema holds in the place of each use of the keys, and of the parameters that join.

    Attributes:
        refused: why something cannot be edited.
        drops: the words that the body may lack afterwards.
        unused: the names in what is gone.
    """

    def __init__(self, plan: Reshape, names: Names) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.drops: set[str] = set()
        self.unused: set[str] = set()
        self._comments: list[list[str]] = [[]]
        self._plan, self._names = plan, names
        self._known = set(names.loads(plan.kwargs))
        self._joined = {node for name in plan.joined for node in names.loads(name)}
        self._fields = {field.name for field in plan.fields}
        self._handed = Onwards(plan, names)
        self._met: set[cst.CSTNode] = set()
        self._swaps: dict[cst.CSTNode, tuple[cst.BaseExpression, int]] = {}

    @property
    def homeless(self) -> bool:
        """Whether comments stood inside of what is gone, and no statement of the body can have them above it."""
        return bool(self._comments[0])

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note what is to be put in the place of a node."""
        if hasattr(node, "leading_lines"):
            self._comments.append([])
        match node:
            case cst.Subscript() | cst.Call() if (ask := read_in(node, self._known)) is not None:
                self._met.add(ask.name)
                if not self._names.is_load(node) and isinstance(node, cst.Subscript):
                    self.refused.append(f"it changes `{self._plan.kwargs}`")
                self._swap_later(node, self._value(ask, node))
            case cst.Comparison() if (found := asked_whether(node, self._known)) is not None:
                self._met.add(found[0].name)
                self._swap_later(found[1], self._given(found[0], node))
            case cst.Arg(star="**", value=value) | cst.StarredDictElement(value=value) if value in self._known:
                self._met.add(value)
                self._handed.meet(node)
            case cst.ClassDef() if any(arg.value in self._known for arg in node.keywords):
                self.refused.append("a class is made with the keys")
        return super().on_visit(node)

    def _swap_later(self, node: cst.CSTNode, new: cst.BaseExpression) -> None:
        self._swaps[node] = new, len(self._comments[-1])

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:  # noqa: ANN401 - of whichever class
        """Put the new nodes in."""
        new: Any = super().on_leave(original_node, updated_node)
        if original_node in self._swaps:
            new = self._swapped(original_node, new)
        elif isinstance(original_node, cst.Name):
            new = self._named(original_node, new)
        elif isinstance(original_node, cst.Call | cst.Dict):
            new = self._with_keys(original_node, new)
        elif isinstance(original_node, cst.FormattedStringExpression) and original_node.equal is not None:
            self._shows(original_node, new)
        return self._with_comments(new)

    def _shows(self, before: cst.CSTNode, after: cst.CSTNode) -> None:
        if not after.deep_equals(before):
            self.refused.append("an f-string shows its own code there, which would change")

    def _swapped(self, original: Any, updated: Any) -> cst.BaseExpression:  # noqa: ANN401 - any expression
        new, mark = self._swaps[original]
        bare = original.with_changes(lpar=(), rpar=())
        self._comments[-1][mark:] = comments_in(bare)
        self.drops |= lost(code_of(bare), " ".join([code_of(new), *comments_in(bare)]))
        self.unused |= names_in(bare) - names_in(new)
        return new.with_changes(lpar=updated.lpar, rpar=updated.rpar)

    def _named(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        if original in self._known and original not in self._met:
            self.refused.append(f"it uses `{self._plan.kwargs}` in a way that the schema has no equal for")
        if original not in self._joined:
            return updated
        held = self._value(Ask(original, original.value), original)
        return held.with_changes(lpar=updated.lpar, rpar=updated.rpar)

    def _value(self, ask: Ask, at: cst.CSTNode) -> cst.BaseExpression:
        """Return what gives the value of a key at a node."""
        plan = self._plan
        self._check(ask, at)
        if not plan.style.is_object:
            return cst.Name(ask.key)
        if ask.looped:
            return cst.Call(cst.Name("getattr"), [cst.Arg(cst.Name(plan.param)), cst.Arg(cst.Name(ask.key))])
        return cst.Attribute(cst.Name(plan.param), cst.Name(ask.key))

    def _check(self, ask: Ask, at: cst.CSTNode) -> None:
        plan = self._plan
        if ask.looped and not (plan.style.is_object and self._names.is_looped(ask.key)):
            self.refused.append("it computes a key while it runs")
        elif not ask.looped and ask.key not in self._fields and ask.key not in plan.joined:
            self.refused.append(f"the schema has no field `{ask.key}`")
        name = plan.param if plan.style.is_object else ask.key
        if self._names.is_shadowed(at, name):
            self.refused.append(f"`{name}` means something else in a part of it")

    def _given(self, ask: Ask, at: cst.CSTNode) -> cst.BaseExpression:
        """Return what holds the names of the keys that were given."""
        self._check(ask, at)
        if self._plan.style not in _GIVEN:
            self.refused.append(f"it asks whether `{ask.key}` was given, which only a model can tell")
        return cst.Attribute(cst.Name(self._plan.param), cst.Name(_GIVEN.get(self._plan.style, "_")))

    def _with_keys(self, original: cst.Call | cst.Dict, updated: cst.Call | cst.Dict) -> cst.BaseExpression:
        """Write the keys that go on at a call or a display."""
        done = self._handed.written(original, updated, self._value)
        if done is None:
            return updated
        self.refused += done.refused
        self._comments[-1] += done.comments
        self.drops |= {"*", ",", self._plan.kwargs}
        return done.node

    def _with_comments(self, node: Any) -> Any:  # noqa: ANN401 - of whichever class
        """Let a statement have the comments of what is gone from it, in lines above it."""
        lines = getattr(node, "leading_lines", None)
        if lines is None:
            return node
        kept = comment_lines(self._comments.pop())
        return node.with_changes(leading_lines=(*lines, *kept)) if kept else node
