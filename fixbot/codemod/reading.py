"""Turns `open(path).read()` into one call that a thread can do and that closes the file; it only reads and edits."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from fixbot.analysis.coroutines.instances import classes_of
from fixbot.analysis.coroutines.libraries import spelled
from fixbot.analysis.coroutines.places import CallPlace
from fixbot.analysis.definitions import File
from fixbot.codemod.contract import Declined, Place, Proposal
from fixbot.codemod.lazy import cst
from fixbot.codemod.unblocking import RUNNERS, Cannot

_OPENS = frozenset({"open", "builtins.open", "io.open"})
_MODES = {"r": "read_text", "rt": "read_text", "tr": "read_text", "rb": "read_bytes", "br": "read_bytes"}
_KEYWORDS = ("encoding", "errors")
_PATHS = frozenset({"pathlib.Path", "str"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Read a whole file in a thread: `runner` takes `method` of what `path` makes of the file's name.

    `named` says that `runner` takes keyword arguments.
    """

    runner: str
    path: str
    method: str
    named: bool
    imports: tuple[str, ...]
    parenthesised: bool


def whole_read(file: File, place: CallPlace, library: str) -> Place | Cannot | None:
    """Return the place where `open(path).read()` becomes the read of a path in a thread.

    That holds where the path is known to be a text or a `Path`, for `open` takes more than that, and where nothing
    but the mode, the encoding and its errors is said.

    Returns:
        The place, why there is none, or None where the call is something else.
    """
    call = place.call
    opened = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(opened, ast.Call) or file.names.resolve(opened.func, place.statement) not in _OPENS:
        return None
    method = _method(opened)
    if call.args or call.keywords or not isinstance(call.func, ast.Attribute) or call.func.attr != "read":
        return Cannot("the file is never closed: open it in a `with` inside of a function, and give that to a thread")
    if method is None or not _is_path(file, opened.args[0], place.statement):
        return Cannot("nobody can tell that `pathlib` reads the same there")
    runner, named = RUNNERS[library]
    if not named and [keyword.arg for keyword in opened.keywords if keyword.arg != "mode"] not in ([], ["encoding"]):
        return Cannot(f"`{runner}` takes no keyword arguments")
    written = [spelled(file, place.statement, full) for full in (runner, "pathlib.Path")]
    if None in written:
        return Cannot(f"`{runner.partition('.')[0]}` or `pathlib` means something else there")
    sources = [source for source, _ in filter(None, written)]
    imports = tuple(needed for _, needed in filter(None, written) if needed)
    plan = Reading(
        runner=sources[0],
        path=sources[1],
        method=method,
        named=named,
        imports=imports,
        parenthesised=place.parenthesised,
    )
    return Place.of(file.path, call, plan)


def _method(opened: ast.Call) -> str | None:
    """Return the method of `Path` that reads the file as `open` would, None where there is none."""
    keywords = {keyword.arg: keyword.value for keyword in opened.keywords}
    modes = [*opened.args[1:], *([keywords.pop("mode")] if "mode" in keywords else [])]
    match modes:
        case []:
            method = "read_text"
        case [ast.Constant(value=str() as mode)] if mode in _MODES:
            method = _MODES[mode]
        case _:
            return None
    fits = bool(opened.args) and keywords.keys() <= set(_KEYWORDS if method == "read_text" else ())
    return method if fits and not isinstance(opened.args[0], ast.Starred) else None


def _is_path(file: File, node: ast.expr, at: ast.AST) -> bool:
    known = classes_of(file, node, at)
    return known is not None and known <= _PATHS


def edit(plan: Reading, node: cst.CSTNode) -> Proposal | Declined:
    """Write the read of a path in the place of `open(path).read()`."""
    match node:
        case cst.Call(func=cst.Attribute(value=cst.Call(args=[first, *others]))):
            path = cst.Call(cst.parse_expression(plan.path), [cst.Arg(first.value)])
            reads = cst.Arg(cst.Attribute(path, cst.Name(plan.method)))
            given = {arg.keyword.value: arg for arg in others if arg.keyword is not None}
            more = [_plain(given[name], named=plan.named) for name in _KEYWORDS if name in given]
            called = cst.Call(cst.parse_expression(plan.runner), [reads, *more])
            needed = plan.parenthesised and not node.lpar
            awaited = cst.Await(
                called,
                lpar=[cst.LeftParen()] if needed else node.lpar,
                rpar=[cst.RightParen()] if needed else node.rpar,
            )
            return Proposal(awaited, imports=plan.imports, drops=_dropped(node, plan, [first, *others]))
    return Declined("it is not the node that was found")


def _plain(arg: cst.Arg, *, named: bool) -> cst.Arg:
    return cst.Arg(arg.value, keyword=arg.keyword, equal=arg.equal) if named else cst.Arg(arg.value)


def _dropped(node: cst.Call, plan: Reading, args: list[cst.Arg]) -> tuple[str, ...]:
    """Return the words of the old call that the new one lacks."""
    modes = [arg.value for arg in args[1:] if arg.keyword is None or arg.keyword.value == "mode"]
    quoted = [mark for mode in modes if isinstance(mode, cst.SimpleString) for mark in (mode.quote, mode.raw_value)]
    named = ["mode", "=", ","] if modes or not plan.named else []
    return ("open", "read", "io", ".", *quoted, *named, *(() if plan.named else _KEYWORDS), *_lost(node))


def _lost(node: cst.Call) -> tuple[str, ...]:
    match node.func:
        case cst.Attribute(value=cst.Call(func=cst.Name(value=name))):
            return (name,)
    return ()
