"""Decides the schema of a function in one style: its fields, and what the body makes of them; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from fixbot.analysis.calling.caught import is_caught
from fixbot.analysis.flows.flow import Asked, Flow
from fixbot.analysis.flows.sources import Sources
from fixbot.analysis.keywords.bounds import bounds_of
from fixbot.analysis.keywords.uses import Manner, Uses
from fixbot.codemod.reshaping.plans import Field, Onward, Style
from fixbot.codemod.schemas.entries import Entry, Unfit, entry_of
from fixbot.codemod.schemas.handing_on import handed_on
from fixbot.codemod.schemas.joining import Joined
from fixbot.codemod.schemas.naming import misnamed
from fixbot.codemod.schemas.typed import Home, Typing

_MOST_PARAMETERS = 12
_PYDANTIC = frozenset({Style.PYDANTIC, Style.PYDANTIC1})


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The keys of a function as the entries of a schema, and how they go on in each function that shares it."""

    entries: tuple[Entry, ...]
    joined: tuple[Joined, ...]
    onward: tuple[tuple[Uses, tuple[Onward, ...]], ...]


def shaped(flow: Flow, style: Style, sources: Sources, joined: Sequence[Joined] = ()) -> Shape | Unfit:
    """Return what the schema of a function has to have, or why it cannot have one."""
    if style is Style.TYPED_DICT:
        annotated = tuple(_annotated(flow))
        return misnamed(annotated, flow.function, style) or Shape(annotated, (), ())
    entries: list[Entry] = []
    for key in flow.keys.values():
        entry = entry_of(flow, key, sources.finder)
        if isinstance(entry, Unfit):
            return entry
        entries.append(entry)
    unfit = _unfit(flow, entries, style)
    if unfit is not None:
        return unfit
    onward = []
    for uses in flow.members:
        found = _handed_on(flow, uses, entries, style, joined, sources)
        if isinstance(found, Unfit):
            return found
        onward.append((uses, found))
    return Shape(tuple(entries), tuple(joined), tuple(onward))


def _annotated(flow: Flow) -> Iterable[Entry]:
    """Yield what type checkers are told: a key is needed where the body always reads it and every call gives it."""
    for key in flow.keys.values():
        if key.reads and not key.slots and not key.given and all(_is_refused(asked) for asked in key.reads):
            continue
        reads = [asked.read for asked in key.reads]
        needed = any(
            read.always and read.default is None and read.manner in {Manner.ITEM, Manner.POP} for read in reads
        )
        changed = any(read.manner in {Manner.SET, Manner.ASK} or read.default is not None for read in reads)
        given = all(key.name in caller.given or caller.mappings for caller in flow.callers.calls)
        yield Entry(key, required=needed and given and not changed, differs=True)


def _is_refused(asked: Asked) -> bool:
    """Say whether the body asks for a key only in order to refuse it."""
    if asked.read.manner is not Manner.ASK:
        return False
    tests = (node for node in ast.walk(asked.uses.function.node) if isinstance(node, ast.If))
    found = (node for node in tests if any(each is asked.read.node for each in ast.walk(node.test)))
    return any(isinstance(node.body[-1], ast.Raise) for node in found)


def _unfit(flow: Flow, entries: list[Entry], style: Style) -> Unfit | None:
    for uses in flow.members:
        misfit = misnamed(entries, uses.function, style)
        if misfit is not None:
            return misfit
        if style is Style.PARAMS and any(read.computed for read in uses.reads):
            return Unfit("reads keys in a loop over their names")
        if uses.harmless:
            return Unfit(f"asks whether `{uses.name}` is empty, or shows it")
    asked = next((entry for entry in entries if entry.differs and style not in _PYDANTIC), None)
    if asked is not None:
        return Unfit(f"tells whether `{asked.name}` was given, which {_called(style)} cannot")
    return _too_many(entries, style) or _shared(flow, entries, style)


def _too_many(entries: list[Entry], style: Style) -> Unfit | None:
    if style is Style.PARAMS and len(entries) > _MOST_PARAMETERS:
        return Unfit(f"takes {len(entries)} keys, which are too many to write out as parameters")
    return None


def _shared(flow: Flow, entries: list[Entry], style: Style) -> Unfit | None:
    """Say which default would be one object where it was a new one at each read."""
    partial_of = any(caller.first for caller in flow.callers.calls)
    for entry in entries:
        if isinstance(entry.default, ast.List | ast.Dict):
            once = all(asked.read.always for asked in entry.key.reads)
            if style is Style.PARAMS or partial_of or not once:
                return Unfit(f"has a default for `{entry.name}` that can be changed")
    return None


def _called(style: Style) -> str:
    return "a dataclass" if style is Style.DATACLASS else "a plain parameter"


def _handed_on(
    flow: Flow, uses: Uses, entries: Sequence[Entry], style: Style, joined: Sequence[Joined], sources: Sources
) -> tuple[Onward, ...] | Unfit:
    found = []
    names = [each.entry.name for each in joined]
    for place in (each for each in flow.onward if each.uses is uses):
        onward = handed_on(place, flow, entries, style, names, sources)
        if isinstance(onward, Unfit):
            return onward
        found.append(onward)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Written:
    """The fields of a schema as they are written at its home, with what that needs and what stays loose."""

    fields: tuple[Field, ...]
    joined: tuple[Field, ...]
    imports: tuple[str, ...]
    loose: tuple[str, ...]
    plain: bool


def written(shape: Shape, flow: Flow, style: Style, home: Home, typing: Typing, sources: Sources) -> Written:
    """Write the fields of a schema."""
    bounds = _bounds(shape, flow, sources) if style in _PYDANTIC else {}
    fields: list[Field] = []
    imports: list[str] = []
    loose: list[str] = []
    plain = True
    every = (*(each.entry for each in shape.joined), *shape.entries)
    hidden = {entry.name for entry in every} if style is not Style.PARAMS else set()
    for entry in every:
        found = typing.type_of(entry, style)
        spelled = typing.spelled(found, home, hidden)
        if found is None or spelled.source == "Any":
            loose.append(entry.name)
        plain = plain and found is not None and found.value
        imports += spelled.imports
        default = source_of(entry)
        constraints = tuple(filter(partial(_fits, spelled.source), bounds.get(entry.name, ())))
        fields.append(Field(entry.name, spelled.source, entry.required, default, constraints))
    count = len(shape.joined)
    unique = tuple(dict.fromkeys(imports))
    return Written(tuple(fields[count:]), tuple(fields[:count]), unique, tuple(loose), plain)


def _fits(kind: str, bound: str) -> bool:
    """Say whether a model can hold a field to a constraint as the body does; numbers with fractions have a NaN."""
    wanted = "str" if "length" in bound else "int"
    return kind in {wanted, f"{wanted} | None", f"Optional[{wanted}]"}


def source_of(entry: Entry) -> str | None:
    """Return the default of an entry as it was written, with quotes as the linters of most projects like them."""
    if entry.default is None:
        return None
    written = next((_segment(asked, entry.default) for asked in entry.key.reads), None)
    if written is not None:
        return written
    if isinstance(entry.default, ast.Constant) and isinstance(entry.default.value, str):
        plain = entry.default.value
        return f'"{plain}"' if plain.isprintable() and '"' not in plain and "\\" not in plain else repr(plain)
    return ast.unparse(entry.default)


def _segment(asked: Asked, default: ast.expr) -> str | None:
    """Return a default as the body of a function writes it, where it does in one line."""
    if asked.read.default is not default or not hasattr(default, "lineno"):
        return None
    found = asked.uses.function.file.module.segment(default)
    if "\n" in found or ast.dump(ast.parse(found, mode="eval").body) != ast.dump(default):
        return None  # a default that nobody wrote
    return found


def _bounds(shape: Shape, flow: Flow, sources: Sources) -> dict[str, tuple[str, ...]]:
    """Return the constraints that the body checks itself, of the keys and of the parameters that join."""
    names = {each.entry.name: each.entry.name for each in shape.joined}
    for node in flow.function.node.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                key = _key_of(value, flow)
                names |= {} if key is None else {name: key}
    waited_for = any(is_caught(each.call, sources.finder.nesting(each.call.file)) for each in flow.callers.calls)
    late = flow.function.file.generates(flow.function.node)
    return bounds_of(flow.function, names) if len(flow.members) == 1 and not (waited_for or late) else {}


def _key_of(node: ast.expr, flow: Flow) -> str | None:
    """Return the one key that an expression reads."""
    reads = (asked.read for key in flow.keys.values() for asked in key.reads)
    return next((read.keys[0] for read in reads if read.node is node and len(read.keys) == 1), None)
