"""What becomes of a time that gets a time zone, at the place where it is used, in words; it only reads."""

from __future__ import annotations

import ast
import re

from fixbot.analysis.names import last_name

_SAME = frozenset({"date", "time", "weekday", "isoweekday", "isocalendar", "toordinal", "ctime", "utctimetuple"})
# What does not show a time zone, whichever the platform: `%c` does in some places, `%s` counts from another hour.
_FORMAT = re.compile(r"(?:[^%]|%[-_]?[aAbBdHIjmMpSUwWyYfGuVFTDRehn%])*", re.DOTALL)


def differs(method: str, called: ast.Call, holder: ast.AST) -> str | None:
    """Return why a method gives something else for a time with a zone, None where it gives the same.

    Args:
        method: its name.
        called: the call of it.
        holder: what holds the call.
    """
    counted = method == "timetuple" and isinstance(holder, ast.Call) and last_name(holder.func) == "timegm"
    if method in _SAME or counted:
        return None
    if method == "strftime":
        return _formatted(called)
    if method == "isoformat":
        return _written(holder)
    if method == "astimezone":
        return "`astimezone` takes it for local time, which is wrong except where local time is UTC"
    return f"nobody can tell what `.{method}` makes of it"


def _formatted(called: ast.Call) -> str | None:
    match called.args:
        case [ast.Constant(value=str() as text)] if not called.keywords:
            return None if _FORMAT.fullmatch(text) else "its format shows a time zone, or depends on the platform"
    return "nobody can tell whether the format shows a time zone"


def _written(holder: ast.AST) -> str:
    match holder:
        case ast.BinOp(right=ast.Constant(value=str() as end)) if end.startswith("Z"):
            return "`Z` is put behind `isoformat()`, which would say `+00:00` itself"
    return "`isoformat()` would have `+00:00` at its end, and whoever reads it may not expect that"


def leaves(holder: ast.AST, holders: dict[ast.AST, ast.AST]) -> str:
    """Say where a value goes that is lost sight of."""
    match holder:
        case ast.Return() | ast.Yield():
            says = "it is returned, and callers may compare it with values that have no time zone"
        case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target):
            says = f"it is stored in `{short(target)}`, beside values that may have no time zone"
        case ast.keyword(arg=str() as name):
            call = holders[holder]
            given = short(call.func) if isinstance(call, ast.Call) else "a class"
            says = f"it is given to `{given}` as `{name}`, which may want it without a time zone"
        case ast.Call(func=func):
            says = f"it is given to `{short(func)}`, which may want it without a time zone"
        case ast.Dict() | ast.List() | ast.Tuple() | ast.Set():
            says = "it is put into a collection, beside values that may have no time zone"
        case ast.FormattedValue():
            says = "it is shown in an f-string, with `+00:00` at its end"
        case ast.Lambda():
            says = "a function returns it, and whoever calls that may not expect a time zone"
        case _:
            says = "nobody can tell who uses it"
    return says


def short(node: ast.AST) -> str:
    """Return the source of a node on one line, in at most 60 characters, fit to stand between backquotes."""
    return " ".join(ast.unparse(node).split()).replace("`", "'")[:60]
