"""What one mention of the `**` parameter asks of which key: a read, a test or a store; it only reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fixbot.analysis.definitions import Function
from fixbot.analysis.keywords.literal import Key, Loop, key_at
from fixbot.analysis.keywords.order import Mention
from fixbot.analysis.keywords.records import Manner, Read

METHODS = {"get": Manner.GET, "pop": Manner.POP, "setdefault": Manner.SET}
_MOST = 2  # arguments that these methods take


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A read, the mention it is made of, and the loop over literal names that its key comes from."""

    mention: Mention
    read: Read
    loop: Loop | None = None

    @property
    def asks(self) -> bool:
        """Whether it is `key in kwargs`, which is true where the key is there."""
        node = self.read.node
        return self.read.manner is Manner.ASK and isinstance(node, ast.Compare) and isinstance(node.ops[-1], ast.In)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A use of one key, whatever the key is."""

    node: ast.expr
    key: ast.expr
    manner: Manner
    default: ast.expr | None = None


def asked(function: Function, mention: Mention) -> Asked | None:
    """Return what a mention asks of keys that are known, None for every other use."""
    question = question_of(mention)
    key = key_at(function, mention, question.key) if question is not None else None
    if question is None or key is None:
        return None
    read = _read(question, key)
    return Asked(mention, read, key.loop)


def _read(question: Question, key: Key) -> Read:
    computed = key.loop is not None
    return Read(question.node, key.names, question.manner, question.default, computed=computed)


def question_of(mention: Mention) -> Question | None:
    """Return the use of one key that a mention is part of: `kwargs[key]`, `kwargs.get(key)`, `key in kwargs`."""
    match mention.holder():
        case ast.Subscript(value=value, slice=key, ctx=ctx) as node if value is mention.node:
            return Question(node, key, Manner.ITEM if isinstance(ctx, ast.Load) else Manner.SET)
        case ast.Attribute(attr="keys") if is_method(mention):
            return _membership(mention, 2)
        case ast.Attribute(attr=name) if is_method(mention) and name in METHODS:
            return _method(mention.holder(1), METHODS[name])
        case ast.Compare():
            return _membership(mention, 0)
    return None


def is_method(mention: Mention) -> bool:
    """Say whether a mention is the object of a method call: `kwargs.get(...)`."""
    around = mention.holder(1)
    return isinstance(around, ast.Call) and around.func is mention.holder()


def _method(call: ast.AST, manner: Manner) -> Question | None:
    if not isinstance(call, ast.Call) or call.keywords or not 0 < len(call.args) <= _MOST:
        return None
    if any(isinstance(arg, ast.Starred) for arg in call.args):
        return None
    default = call.args[1] if len(call.args) == _MOST else None
    if default is None and manner is not Manner.POP:
        default = ast.copy_location(ast.Constant(None), call)
    return Question(call, call.args[0], manner, default)


def _membership(mention: Mention, level: int) -> Question | None:
    """Return `key in …` where what a mention is part of, `level` levels further out, is what is looked into."""
    compare = mention.holder(level)
    if (
        not isinstance(compare, ast.Compare)
        or len(compare.ops) != 1
        or not isinstance(compare.ops[0], ast.In | ast.NotIn)
    ):
        return None
    inside = compare.comparators[0] is (mention.holder(level - 1) if level else mention.node)
    return Question(compare, compare.left, Manner.ASK) if inside else None
