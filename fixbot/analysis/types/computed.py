"""Says of which type arithmetic and calls of the standard library are; it only works with types."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from fixbot.analysis.project import Project
from fixbot.analysis.types.names import VALUES, is_class_name
from fixbot.analysis.types.parts import ANY, Type, applied, named

_NUMBERS = ("bool", "int", "float")
_CONTAINERS = frozenset({"list", "dict", "set", "frozenset", "tuple"})
# What functions and class methods of the builtins and the standard library give.
_GIVES = {
    "len": "int", "ord": "int", "hash": "int", "id": "int", "chr": "str", "repr": "str", "hex": "str", "ascii": "str",
    "input": "str", "isinstance": "bool", "issubclass": "bool", "callable": "bool", "hasattr": "bool", "any": "bool",
    "all": "bool", "sorted": "list", "time.time": "float", "time.monotonic": "float", "time.perf_counter": "float",
    "json.dumps": "str", "os.getcwd": "str", "os.path.join": "str", "secrets.token_hex": "str",
    "secrets.token_urlsafe": "str", "random.random": "float", "random.randint": "int",
    **{f"uuid.uuid{number}": "uuid.UUID" for number in (1, 3, 4, 5)},
    **{f"datetime.datetime.{word}": "datetime.datetime" for word in ("now", "utcnow", "today", "fromisoformat")},
    **{f"datetime.datetime.{word}": "datetime.datetime" for word in ("strptime", "fromtimestamp", "combine")},
    **{f"datetime.date.{word}": "datetime.date" for word in ("today", "fromisoformat", "fromtimestamp")},
    "datetime.time.fromisoformat": "datetime.time",
    "pathlib.Path.cwd": "pathlib.Path", "pathlib.Path.home": "pathlib.Path",
}  # fmt: skip
_CONSTANTS = {"datetime.timezone.utc": "datetime.timezone", "datetime.UTC": "datetime.timezone", "math.pi": "float"}
# Arithmetic beyond that of numbers: the left side, the sign, the right side, the result.
_SUMS = {
    ("str", ast.Add, "str"): "str",
    ("bytes", ast.Add, "bytes"): "bytes",
    ("datetime.datetime", ast.Add, "datetime.timedelta"): "datetime.datetime",
    ("datetime.datetime", ast.Sub, "datetime.timedelta"): "datetime.datetime",
    ("datetime.datetime", ast.Sub, "datetime.datetime"): "datetime.timedelta",
    ("datetime.date", ast.Add, "datetime.timedelta"): "datetime.date",
    ("datetime.date", ast.Sub, "datetime.timedelta"): "datetime.date",
    ("datetime.date", ast.Sub, "datetime.date"): "datetime.timedelta",
    ("pathlib.Path", ast.Div, "str"): "pathlib.Path",
}


def computed(first: Type, op: ast.operator, second: Type | None) -> Type | None:
    """Return the type of a sum, a product and the like; `%` puts anything into a text."""
    if first.source == "str" and isinstance(op, ast.Mod):
        return first
    if second is None:
        return None
    if {first.source, second.source} <= {*_NUMBERS}:
        return _calculated(first.source, op, second.source)
    full = _SUMS.get((_full(first), type(op), _full(second)))
    return named(full, value=True) if full is not None else None


def negative(given: Type | None) -> Type | None:
    """Return the type of `-x` or `~x`; that of a flag is a number."""
    known = given is not None and given.source in _NUMBERS
    return _number([given.source, "int"]) if given is not None and known else None


def _number(sources: Iterable[str]) -> Type:
    return named(max(sources, key=_NUMBERS.index), value=True)


def _calculated(left: str, op: ast.operator, right: str) -> Type | None:
    """Return the type of arithmetic with numbers; a power of integers may be a fraction."""
    if isinstance(op, ast.Div):
        return named("float", value=True)
    plain = isinstance(op, ast.Add | ast.Sub | ast.Mult | ast.FloorDiv | ast.Mod)
    return _number([left, right, "int"]) if plain else None


def _full(given: Type) -> str:
    return dict(given.origins).get(given.source, given.source)


def standard(full: str, project: Project) -> Type | None:
    """Return the type of what a callable of the builtins or of the standard library gives."""
    full = _GIVES.get(full, full)
    if full in _CONTAINERS:
        return anything(full)
    if "." not in full:
        return named(full, value=True) if full in VALUES else None
    theirs = full.partition(".")[0] in sys.stdlib_module_names and not project.may_hold(full)
    return named(full, value=full in VALUES) if theirs and is_class_name(full) and not _is_fake(full) else None


def constant(full: str) -> Type | None:
    """Return the type of a constant of the standard library."""
    return named(_CONSTANTS[full], value=True) if full in _CONSTANTS else None


def anything(word: str) -> Type:
    """Return the type of a container of anything."""
    inside = {"dict": [ANY, ANY], "tuple": [ANY, Type("...")]}.get(word, [ANY])
    return applied(named(word), inside)


def loosened(given: Type) -> Type:
    """Return the type of a container that may be changed after it was made."""
    word = given.source.partition("[")[0]
    return anything(word) if word in _CONTAINERS else given


def _is_fake(full: str) -> bool:
    """Say whether a class makes objects that stand for others, or that are no objects but types."""
    return full.startswith(("unittest.mock.", "typing.", "enum."))
