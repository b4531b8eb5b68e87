"""Words for a function that gets a schema: what is known of each key, and who has to change what; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import islice

from fixbot.analysis.definitions import Function
from fixbot.analysis.flows.flow import Asked, Flow, Key
from fixbot.analysis.keywords.uses import Manner
from fixbot.codemod.contract import Place
from fixbot.codemod.reshaping.plans import Pass, Reshape, Style
from fixbot.codemod.schemas.places import Schema
from fixbot.codemod.schemas.shape import Shape, Written, source_of
from fixbot.model import Breaking, Evidence

_MOST_WORDS = 3
_MANNERS = {Manner.ASK: "is asked for", Manner.SET: "is set"}
_SAID = {
    Style.PYDANTIC: "a pydantic model, `{}`, has a field for each key and refuses every other",
    Style.PYDANTIC1: "a pydantic model, `{}`, has a field for each key and refuses every other",
    Style.DATACLASS: "a dataclass, `{}`, has a field for each key and takes no other",
    Style.TYPED_DICT: "`{}` tells type checkers the keys, and nothing changes at run time",
    Style.PARAMS: "each key becomes a keyword-only parameter",
}


def message(flow: Flow, schema: Schema, style: Style) -> str:
    """Say what is the matter with a function, and after a semicolon what is done about it."""
    function = flow.function
    count = "1 key flows" if len(flow.keys) == 1 else f"{len(flow.keys)} keys flow"
    smell = f"`{function.qualname}` takes any keyword and checks none, {count} through it"
    return f"{smell}; {_SAID[style].format(schema.name)}"


def evidence(flow: Flow, written: Written) -> tuple[Evidence, ...]:
    """Return what speaks for each key, and which types a person should tighten."""
    line = flow.function.node.lineno
    found = [
        Evidence(line, f"`{key.name}` {', '.join(_words(key, flow.function.file.path))}") for key in flow.keys.values()
    ]
    named = {arg.arg for uses in flow.members for arg in ast.walk(uses.function.node.args) if isinstance(arg, ast.arg)}
    own = sorted({key for each in flow.onward for key in each.spread.before} - flow.keys.keys() - named)
    words = [f"`{name}` is set by the function itself and given by no caller: it is no field" for name in own]
    words += [f"the call at {caller.call.at} fails as it is, and is left alone" for caller in flow.callers.refused]
    words += [f"`{field.name}` is a parameter that goes along with the keys, and joins" for field in written.joined]
    found += [Evidence(line, says) for says in words]
    if written.loose:
        names = ", ".join(f"`{name}`" for name in written.loose)
        found.append(Evidence(line, f"nothing tells the type of {names}: a person should tighten `Any`"))
    return tuple(found)


def _words(key: Key, path: str) -> Iterator[str]:
    """Yield what is known of a key, the body first."""
    reads = (_read(asked, path) for asked in key.reads)
    yield from islice(dict.fromkeys(reads), _MOST_WORDS)
    yield from islice(dict.fromkeys(slot.says for slot in key.slots), _MOST_WORDS)
    callers = list(dict.fromkeys(f"is given at {caller.call.at}" for caller, _ in key.given))
    yield from callers[:_MOST_WORDS]
    if len(callers) > _MOST_WORDS:
        yield f"and at {len(callers) - _MOST_WORDS} places more"
    if not key.reads and not key.slots:
        yield "and is read nowhere"


def _read(asked: Asked, path: str) -> str:
    read, own = asked.read, asked.uses.function.file.path
    at = f"in line {read.node.lineno}" if own == path else f"at {own}:{read.node.lineno}"
    if read.manner in _MANNERS:
        return f"{_MANNERS[read.manner]} {at}"
    if read.default is None:
        return f"is read without a default {at}"
    return f"is read {at}, where `{ast.unparse(read.default)}` stands for it"


def breaking(flow: Flow, shape: Shape, schema: Schema, plan: Reshape, calls: Sequence[Place]) -> Breaking | None:
    """Say who has to change what, with a call before and after; None where nobody has to."""
    if plan.style is Style.TYPED_DICT:
        return None
    function = flow.function
    callers = tuple(dict.fromkeys(f"{place.path}:{place.line}" for place in calls))
    if plan.style is Style.PARAMS:
        who = f"Calls of `{function.qualname}` stay as they are, but a keyword that is none of its own is an error now"
        names = ", ".join(field.name for field in plan.fields)
        return Breaking(who, f"{_callee(function)}(anything=1)", f"TypeError: it takes {names}", ())
    home = schema.home.file.path
    joined = "".join(f", `{name}`" for name in plan.joined)
    what = f"one `{schema.name}` of `{home}` for its keywords{joined}"
    who = f"Whoever calls `{function.qualname}` from elsewhere passes {what}"
    before, after = _calls(flow, shape, schema, plan, calls)
    return Breaking(who, before, after, callers)


def _callee(function: Function) -> str:
    owner = function.file.owner(function.node)
    if function.node.name == "__init__" and owner is not None:
        return owner.node.name
    return function.node.name


def _calls(flow: Flow, shape: Shape, schema: Schema, plan: Reshape, calls: Sequence[Place]) -> tuple[str, str]:
    """Return a call before and after: the first that is changed, or one that is made up of the fields."""
    for caller, place in zip(flow.callers.calls, calls, strict=True):
        node = caller.call.node
        if isinstance(node, ast.Call) and isinstance(place.plan, Pass) and (node.keywords or place.plan.joined):
            return ast.unparse(node), ast.unparse(_after(node, place.plan))
    fields = ", ".join(
        f"{field.name}={source_of(each) or '…'}" for field, each in zip(plan.fields, shape.entries, strict=True)
    )
    callee = _callee(flow.function)
    return f"{callee}({fields})", f"{callee}({plan.param}={schema.name}({fields}))"


def _after(node: ast.Call, plan: Pass) -> ast.Call:
    """Return a call with its keys in the schema."""
    joined = dict(plan.joined)
    moved = [ast.keyword(joined[index], arg) for index, arg in enumerate(node.args) if index in joined]
    inside = [each for each in node.keywords if each.arg is None or each.arg in plan.keys]
    schema = ast.Call(ast.parse(plan.schema, mode="eval").body, [], [*moved, *inside])
    args = [arg for index, arg in enumerate(node.args) if index not in joined]
    keywords = [each for each in node.keywords if each not in inside]
    if plan.param:
        return ast.Call(node.func, args, [*keywords, ast.keyword(plan.param, schema)])
    return ast.Call(node.func, [*args, schema], keywords)
