"""Finds calls by a name that is not known before, which may mean a function; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.calling.arguments import Shape, Signature, is_misfit
from fixbot.analysis.calling.namespaces import THIS, through_namespace
from fixbot.analysis.calling.texts import called_in_text
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.coroutines.target import Key, Target, key_of
from fixbot.analysis.definitions import Class, File, Function

# An attribute of the object itself by a name that is no text, and a call of such an attribute of anything.
_OWN = re.compile(rb"\b(?:getattr|__getattribute__)\(\s*(?:self|cls)\s*,\s*[A-Za-z_]")
_ASKING = re.compile(rb"\bgetattr\(\s*[^,]+,\s*+(?![\"'][^\"']*[\"']\s*[,)])")


def dynamic_calls(finder: Finder, function: Function, below: list[Class]) -> Iterator[str]:
    """Yield, in words that follow its name, where a function may be called without being named.

    Args:
        finder: what finds mentions in the project.
        function: the function.
        below: the classes that derive from the one of a method.
    """
    corpus, target = finder.corpus, Target.of(function)
    owner = function.file.owner(function.node)
    line = (*corpus.project.ancestry(owner).classes, *below) if owner is not None else ()
    if target.owner is not None:
        for path in sorted({each.file.path for each in line}):
            if _OWN.search(corpus.files[path]):
                yield f"may be called by a name that is not known before, in {path}"
    yield from through_namespace(finder, target, line)
    yield from called_in_text(finder, target.name)
    if owner is not None or target.home is None:
        yield from _by_attribute(finder, function, target, line)
    if owner is not None and target.home is not None:
        others = (path for path in corpus.mentioning(function.node.name) if path != function.file.path)
        if target.owner is not None:
            yield from (f"belongs to a class inside of a function, and is mentioned in {path}" for path in others)


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A `getattr(thing, name)` whose name is not written out: where it stands, and how the result is called.

    `start` is what the name begins with as far as it is written. `thing` is the path of a module, the key of a class,
    something else that is known, or None. It is `composed` where the name is put together, or one of all that the thing
    has. `around` are the names of the definitions that it stands in.
    """

    path: str
    line: int
    start: str
    thing: str | Key | bool | None
    composed: bool
    around: tuple[str, ...]
    calls: tuple[Shape, ...]


def _asked(finder: Finder) -> list[_Asked]:
    """Return all that a project asks for by such names, where it is called or comes from a module of the project."""
    corpus, found = finder.corpus, list[_Asked]()
    for path in corpus.mentioning("getattr"):
        file = corpus.file(path) if _ASKING.search(corpus.files[path]) else None
        nesting = finder.nesting(file) if file is not None else None
        for node in nesting.named("getattr") if nesting is not None else ():
            asked = nesting.parents.get(node) if nesting is not None else None
            if nesting is None or not isinstance(asked, ast.Call) or asked.func is not node or not _may_name(asked):
                continue
            at, calls = nesting.statement(asked), tuple(Shape.of(call, nesting) for call in _calls(asked, nesting))
            own = ast.unparse(asked.args[0]) == THIS
            module = nesting.file if own else corpus.project.lookup(asked.args[0], nesting.file, at)
            if isinstance(module, File):
                found.append(_told(asked, nesting, module.path, calls))
            elif calls:
                thing = receiver(corpus.project, nesting.file, asked.args[0], at)
                known = key_of(thing) if isinstance(thing, Class) else None if thing is None else True
                found.append(_told(asked, nesting, known, calls))
    return found


def _told(asked: ast.Call, nesting: Nesting, thing: str | Key | bool | None, calls: tuple[Shape, ...]) -> _Asked:  # noqa: FBT001 - it is one of several kinds
    listed = f"dir({ast.unparse(asked.args[0])})" in nesting.file.module.text
    around = nesting.file.module.definitions(nesting.statement(asked))
    return _Asked(
        nesting.file.path,
        asked.lineno,
        _start(asked.args[1]),
        thing,
        listed or isinstance(asked.args[1], ast.JoinedStr | ast.BinOp),
        tuple(each.name for each in around),
        calls,
    )


def _by_attribute(finder: Finder, function: Function, target: Target, line: tuple[Class, ...]) -> Iterator[str]:
    """Yield where `getattr(thing, name)` may give a function."""
    signature = Signature.of(function)
    for asked in finder.once(_asked):
        if not target.name.startswith(asked.start) or not _may_have(asked, finder, target, line):
            continue
        fits = (not is_misfit(call, signature, firsts=(0, 1)) for call in asked.calls)
        if not asked.calls or any(fits):
            yield f"may be called by a name that is not known before at {asked.path}:{asked.line}"


def _calls(asked: ast.Call, nesting: Nesting) -> Iterator[ast.Call]:
    """Yield the calls of what `getattr` gives: at once, or by the name that it is given in the same scope."""
    outer = nesting.parents.get(asked)
    match outer:
        case ast.Call(func=func) if func is asked:
            yield outer
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.NamedExpr(target=ast.Name(id=name)):
            scope = nesting.scope(asked)
            for node in nesting.named(name):
                call = nesting.parents.get(node)
                if isinstance(call, ast.Call) and call.func is node and any(e is scope for e in nesting.around(node)):
                    yield call


def _may_name(asked: ast.Call) -> bool:
    """Say whether the second argument may be any name; a text that is written out is looked at elsewhere."""
    return len(asked.args) > 1 and not isinstance(asked.args[1], ast.Constant)


def _start(word: ast.expr) -> str:
    """Return what a name that is put together begins with, as far as that is written."""
    match word:
        case ast.JoinedStr(values=[ast.Constant(value=str() as start), *_]):
            return start
        case ast.BinOp(left=ast.Constant(value=str() as start), op=ast.Add()):
            return start
    return ""


def _may_have(asked: _Asked, finder: Finder, target: Target, line: tuple[Class, ...]) -> bool:
    """Say whether an object may have the target as an attribute that is asked for.

    Of an object that nobody knows a name is asked for that stands as a text in the same file, or in one that speaks of
    the definition around; or one that is put together.
    """
    thing = asked.thing
    if isinstance(thing, str):
        return target.owner is None and (thing == target.key[0] or _is_bound(finder, thing, target.name))
    if target.owner is None:
        return False
    if isinstance(thing, tuple):
        return any(key_of(each) == thing for each in line)
    return thing is None and (asked.composed or _is_quoted(target.name, asked, finder))


def _is_bound(finder: Finder, path: str, name: str) -> bool:
    """Say whether a module may have a name."""
    if path not in finder.corpus.mentioning(name) and b"*" not in finder.corpus.files[path]:
        return False
    file = finder.corpus.file(path)
    bound = file.names.bound(file.module.tree) if file is not None else {}
    return name in bound or "*" in bound


def _is_quoted(name: str, asked: _Asked, finder: Finder) -> bool:
    """Say whether a name stands as a text where it may be handed to a `getattr` from."""
    quoting = finder.once(_Quoting).of(name)
    return asked.path in quoting or any(
        path in quoting for each in asked.around for path in finder.corpus.mentioning(each)
    )


class _Quoting:
    """Which files have a word as a whole text, for those words that somebody asked for."""

    def __init__(self, finder: Finder) -> None:
        self._corpus, self._known = finder.corpus, dict[str, frozenset[str]]()

    def of(self, name: str) -> frozenset[str]:
        """Return the paths of the files that have a word as a text."""
        if name not in self._known:
            quoted = re.compile(rb"[\"']" + re.escape(name.encode(errors="surrogateescape")) + rb"[\"']")
            paths = self._corpus.mentioning(name)
            self._known[name] = frozenset(path for path in paths if quoted.search(self._corpus.files[path]))
        return self._known[name]
