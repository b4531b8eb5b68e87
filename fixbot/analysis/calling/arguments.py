"""Tells apart what one call gives to a function: its own parameters, other keywords, mappings; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.calling.caught import caught_around, is_in_text
from fixbot.analysis.calling.written import written_keys
from fixbot.analysis.coroutines.mentions import Call
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.definitions import Function


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A `**mapping` at a call; `keys` are those that it holds where they are written out, else None."""

    node: ast.keyword
    keys: frozenset[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """One call of a function, or one `functools.partial` of it.

    `given` maps each keyword that is none of the function's own parameters to its value, in source order. `bound` are
    the own parameters that the call gives, by position or by keyword; for a partial, those that it gives together with
    every call of its result. `first` is the index of the first positional argument that belongs to the function: 1 for
    a partial and where the object of a method is given (`Booking.save(booking, ...)`), 2 for both, else 0.
    """

    call: Call
    given: dict[str, ast.expr]
    mappings: tuple[Mapping, ...]
    bound: frozenset[str]
    first: int = 0


@dataclass(frozen=True, slots=True)
class Signature:
    """The own parameters of a function, without the one that its object or class is bound to.

    `positional` can be given by position, `plain` by keyword, `needed` have no default; `hidden` is the name of the
    first parameter of a method. It is `open` where it takes any number of arguments by position.
    """

    positional: tuple[str, ...]
    plain: frozenset[str]
    needed: frozenset[str]
    hidden: frozenset[str]
    open: bool

    @classmethod
    def of(cls, function: Function) -> Signature:
        """Return the own parameters of a function."""
        args = function.node.args
        names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
        only = {arg.arg for arg in args.kwonlyargs}
        optional = names[len(names) - len(args.defaults) :] if args.defaults else []
        defaults = zip(args.kwonlyargs, args.kw_defaults, strict=True)
        needed = {*names, *only} - {*optional, *(arg.arg for arg, default in defaults if default is not None)}
        skipped = 1 if function.bound_to is not None else 0
        hidden = frozenset(names[:skipped])
        plain = ({arg.arg for arg in args.args} | only) - hidden
        return cls(
            tuple(names[skipped:]), frozenset(plain), frozenset(needed) - hidden, hidden, args.vararg is not None
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """What can be told of the arguments of a call without its file.

    `stars` says for each positional one whether it is a `*`; `names` are those of the keywords, None for a mapping, and
    `keys` what each mapping holds where that is written out.
    """

    stars: tuple[bool, ...]
    names: tuple[str | None, ...]
    keys: tuple[frozenset[str] | None, ...]

    @classmethod
    def of(cls, call: ast.Call, nesting: Nesting) -> Shape:
        """Return the shape of a call in a file."""
        return cls(
            tuple(isinstance(each, ast.Starred) for each in call.args),
            tuple(each.arg for each in call.keywords),
            tuple(written_keys(each.value, nesting) for each in call.keywords if each.arg is None),
        )


@dataclass(frozen=True, slots=True)
class _Way:
    """What the arguments of a shape give from one index on; as in `Given`."""

    own: tuple[str, ...]
    count: int
    starred: bool
    wrong: bool
    open: bool

    def lacks(self, signature: Signature) -> bool:
        """Say whether a parameter that is needed is not given for sure, so that Python refuses the call."""
        return not self.open and not self.starred and not signature.needed <= {*self.own}


@dataclass(frozen=True, slots=True)
class Given:
    """What some arguments give: own parameters, other keywords, mappings; and whether Python would refuse them.

    `count` is how many parameters are given by position for sure; it is `starred` where `*` may give more.
    """

    own: tuple[str, ...]
    count: int
    others: dict[str, ast.expr]
    mappings: tuple[Mapping, ...]
    starred: bool
    wrong: bool

    @property
    def is_open(self) -> bool:
        """Whether a mapping may hold any key."""
        return any(mapping.keys is None for mapping in self.mappings)

    def lacks(self, signature: Signature) -> bool:
        """Say whether a parameter that is needed is not given for sure, so that Python refuses the call."""
        return not self.is_open and not self.starred and not signature.needed <= {*self.own}


def is_refused(call: ast.Call, signature: Signature, nesting: Nesting, *, firsts: tuple[int, ...] = (0,)) -> bool:
    """Say whether Python refuses a call if it means a function, so that it means another one or is wrong already.

    Args:
        call: the call.
        signature: the parameters of the function.
        nesting: the file of the call.
        firsts: the indexes where the arguments may begin that count: a method may be meant without its object.
    """
    return is_misfit(Shape.of(call, nesting), signature, firsts=firsts)


def is_misfit(shape: Shape, signature: Signature, *, firsts: tuple[int, ...] = (0,)) -> bool:
    """Say the same of the shape of a call."""
    ways = [_way(shape, signature, first=first) for first in firsts]
    return all(way.wrong or way.lacks(signature) for way in ways)


def given(call: ast.Call, signature: Signature, nesting: Nesting, *, first: int, taken: int = 0) -> Given:
    """Return what a call gives.

    Args:
        call: the call.
        signature: the parameters of what is called.
        nesting: the file of the call.
        first: the index of the first positional argument that counts.
        taken: how many parameters are given by position already.
    """
    shape = Shape.of(call, nesting)
    way = _way(shape, signature, first=first, taken=taken)
    plain = signature.plain
    others = {each.arg: each.value for each in call.keywords if each.arg is not None and each.arg not in plain}
    wild = (each for each in call.keywords if each.arg is None)
    mappings = tuple(Mapping(each, keys) for each, keys in zip(wild, shape.keys, strict=True))
    return Given(way.own, way.count, others, mappings, way.starred, way.wrong)


def _way(shape: Shape, signature: Signature, *, first: int, taken: int = 0) -> _Way:
    positional = shape.stars[first:]
    star = next((at for at, each in enumerate(positional) if each), None)
    count = taken + (len(positional) if star is None else star)
    by_position = signature.positional[taken:count]
    names = [each for each in shape.names if each is not None and each in signature.plain]
    others = dict.fromkeys(each for each in shape.names if each is not None and each not in names)
    written = [key for keys in shape.keys for key in sorted(keys or ())]
    own = (*by_position, *names, *(key for key in written if key in signature.plain))
    everything = (*own, *others, *(key for key in written if key not in signature.plain))
    wrong = (
        _repeats(everything, {*by_position} - signature.plain)
        or (count > len(signature.positional) and not signature.open)
        or any(shape.stars[:first])
        or len(shape.stars) < first
        or not signature.hidden.isdisjoint({*others, *written})
    )
    return _Way(own, count, star is not None, wrong, None in shape.keys)


def _repeats(names: tuple[str, ...], apart: set[str]) -> bool:
    """Say whether something is given twice; parameters that only a position gives leave their names to keywords."""
    counted = [name for name in names if name not in apart]
    return len(counted) != len({*counted})


def refusals(call: Call, found: Given, signature: Signature, bound: frozenset[str], nesting: Nesting) -> Iterator[str]:
    """Yield why a call cannot be changed, in words that follow the function's name.

    Args:
        call: the call.
        found: what it gives.
        signature: the parameters of what is called.
        bound: the own parameters that are given in the end.
        nesting: the file of the call.
    """
    unknown = found.is_open
    if found.wrong:
        yield f"is called wrongly at {call.at}"
    if found.starred and not signature.open:
        yield f"is called at {call.at} with `*` arguments that may be any of its parameters"
    free = sorted(signature.plain - bound)
    if unknown and free:
        yield f"is called at {call.at} with a mapping that may hold `{free[0]}` too"
    held = sorted(key for mapping in found.mappings for key in mapping.keys or () if key in signature.plain)
    if held:
        yield f"is called at {call.at} with a mapping that holds `{held[0]}` too"
    if isinstance(call.node, ast.Call) and _would_be_reordered(call.node, signature):
        yield f"is called at {call.at} with arguments that would be worked out in another order"
    if is_in_text(call.node, nesting):
        yield f"is called in an f-string at {call.at}"
    error = caught_around(call.node, nesting)
    if error is not None:
        yield f"is called at {call.at} where a `{error}` is caught"


def _would_be_reordered(call: ast.Call, signature: Signature) -> bool:
    """Say whether keywords would move past others when all that are no own parameter come to stand together."""
    moving = [at for at, each in enumerate(call.keywords) if each.arg is None or each.arg not in signature.plain]
    if not moving or len(moving) == moving[-1] - moving[0] + 1:
        return False
    return not all(is_settled(each.value) for each in call.keywords[moving[0] : moving[-1] + 1])


def is_settled(node: ast.expr) -> bool:
    """Say whether nothing happens where an expression is worked out: names, constants, attributes, literals of these.

    An attribute counts, though a property may do anything.
    """
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=value) | ast.UnaryOp(operand=value):
            return is_settled(value)
        case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
            return all(map(is_settled, elts))
        case ast.Dict(keys=keys, values=values):
            return all(key is not None and is_settled(key) for key in keys) and all(map(is_settled, values))
    return False
