"""Finds calls by a name that is not known before, which may mean a function; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.calling.arguments import Signature, is_refused
from fixbot.analysis.calling.namespaces import THIS, through_namespace
from fixbot.analysis.calling.texts import called_in_text
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.receivers import Other, receiver
from fixbot.analysis.coroutines.target import Target, key_of
from fixbot.analysis.definitions import Class, File, Function

# An attribute of the object itself by a name that is no text, and a call of such an attribute of anything.
_OWN = re.compile(rb"\b(?:getattr|__getattribute__)\(\s*(?:self|cls)\s*,\s*[A-Za-z_]")
_QUOTED = re.compile(rb"[\"']([\w\x80-\xff]+)(?=[\"'])")
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
    """A `getattr(thing, name)` whose name is not written out, with what the thing is and how the result is called."""

    node: ast.Call
    nesting: Nesting
    thing: File | Class | Other | None
    calls: tuple[ast.Call, ...]


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
            at, calls = nesting.statement(asked), tuple(_calls(asked, nesting))
            own = ast.unparse(asked.args[0]) == THIS
            module = nesting.file if own else corpus.project.lookup(asked.args[0], nesting.file, at)
            if isinstance(module, File):
                found.append(_Asked(asked, nesting, module, calls))
            elif calls:
                thing = receiver(corpus.project, nesting.file, asked.args[0], at)
                found.append(_Asked(asked, nesting, thing, calls))
    return found


def _by_attribute(finder: Finder, function: Function, target: Target, line: tuple[Class, ...]) -> Iterator[str]:
    """Yield where `getattr(thing, name)` may give a function."""
    signature = Signature.of(function)
    for asked in finder.once(_asked):
        if not _may_name(asked.node, target.name) or not _may_have(asked, finder, target, line):
            continue
        fits = (not is_refused(call, signature, asked.nesting, firsts=(0, 1)) for call in asked.calls)
        if not asked.calls or any(fits):
            at = f"{asked.nesting.file.path}:{asked.node.lineno}"
            yield f"may be called by a name that is not known before at {at}"


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


def _may_name(asked: ast.Call, name: str | None = None) -> bool:
    """Say whether the second argument may be a name, or any; a text that is written out is looked at elsewhere."""
    word = asked.args[1] if len(asked.args) > 1 else None
    match word:
        case None | ast.Constant():
            return False
        case ast.JoinedStr(values=[ast.Constant(value=str() as start), *_]):
            return name is None or name.startswith(start)
        case ast.BinOp(left=ast.Constant(value=str() as start), op=ast.Add()):
            return name is None or name.startswith(start)
    return True


def _may_have(asked: _Asked, finder: Finder, target: Target, line: tuple[Class, ...]) -> bool:
    """Say whether an object may have the target as an attribute that is asked for.

    Of an object that nobody knows a name is asked for that stands as a text in the same file, or in one that speaks of
    the definition around; or one that is put together.
    """
    thing = asked.thing
    if isinstance(thing, File):
        bound = thing.names.bound(thing.module.tree)
        return target.owner is None and (thing.path == target.key[0] or target.name in bound or "*" in bound)
    if target.owner is None:
        return False
    if isinstance(thing, Class):
        return any(key_of(each) == key_of(thing) for each in line)
    listed = f"dir({ast.unparse(asked.node.args[0])})" in asked.nesting.file.module.text
    composed = listed or isinstance(asked.node.args[1], ast.JoinedStr | ast.BinOp)
    return thing is None and (composed or _is_quoted(target.name, asked, finder))


def _is_quoted(name: str, asked: _Asked, finder: Finder) -> bool:
    """Say whether a name stands as a text where it may be handed to a `getattr` from."""
    quoting = finder.once(_quoted).get(name.encode(errors="surrogateescape"), set())
    around = asked.nesting.file.module.definitions(asked.nesting.statement(asked.node))
    return asked.nesting.file.path in quoting or any(
        path in quoting for each in around for path in finder.corpus.mentioning(each.name)
    )


def _quoted(finder: Finder) -> dict[bytes, set[str]]:
    """Return the words that are a whole text somewhere, each with the paths of the files."""
    found: dict[bytes, set[str]] = {}
    for path, content in finder.corpus.files.items():
        for word in _QUOTED.findall(content):
            found.setdefault(word, set()).add(path)
    return found
