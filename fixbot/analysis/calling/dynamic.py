"""Finds calls by a name that is not known before, which may mean a function; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.calling.arguments import Signature, is_refused
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.receivers import receiver
from fixbot.analysis.coroutines.target import Target, key_of
from fixbot.analysis.definitions import Class, File, Function

# An attribute of the object itself by a name that is no text, and a call of such an attribute of anything.
_OWN = re.compile(rb"\b(?:getattr|__getattribute__)\(\s*(?:self|cls)\s*,\s*[A-Za-z_]")
_CALLED = re.compile(rb"\bgetattr\(.*\)\s*\(")
_GLOBAL = re.compile(rb"\b(?:globals|locals|vars)\(\)\s*(?:\[\s*|\.get\(\s*)[A-Za-z_]")


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
    elif _GLOBAL.search(corpus.files[function.file.path]):
        yield f"may be called by a name that is not known before, in {function.file.path}"
    if owner is not None or target.home is None:
        yield from _called_at_once(finder, function, target, line)
    if owner is not None and target.home is not None:
        others = (path for path in corpus.mentioning(function.node.name) if path != function.file.path)
        if target.owner is not None:
            yield from (f"belongs to a class inside of a function, and is mentioned in {path}" for path in others)


def _called_at_once(finder: Finder, function: Function, target: Target, line: tuple[Class, ...]) -> Iterator[str]:
    """Yield where `getattr(thing, name)(...)` may mean a function."""
    corpus, signature = finder.corpus, Signature.of(function)
    for path in corpus.mentioning("getattr"):
        file = corpus.file(path) if _CALLED.search(corpus.files[path]) else None
        if file is None:
            continue
        nesting = finder.nesting(file)
        for node in nesting.named("getattr"):
            asked = nesting.parents.get(node)
            call = nesting.parents.get(asked) if isinstance(asked, ast.Call) and asked.func is node else None
            if not isinstance(call, ast.Call) or call.func is not asked or not isinstance(asked, ast.Call):
                continue
            fits = _may_name(asked, target.name) and not is_refused(call, signature, nesting, firsts=(0, 1))
            composed = isinstance(asked.args[-1], ast.JoinedStr | ast.BinOp)
            if fits and _may_have(asked.args[0], nesting, finder, target, line, composed=composed):
                yield f"may be called by a name that is not known before at {path}:{node.lineno}"


def _may_name(asked: ast.Call, name: str) -> bool:
    """Say whether the second argument may be a name; a text that is written out is looked at elsewhere."""
    word = asked.args[1] if len(asked.args) > 1 else None
    match word:
        case None | ast.Constant():
            return False
        case ast.JoinedStr(values=[ast.Constant(value=str() as start), *_]):
            return name.startswith(start)
        case ast.BinOp(left=ast.Constant(value=str() as start), op=ast.Add()):
            return name.startswith(start)
    return True


def _may_have(
    thing: ast.expr, nesting: Nesting, finder: Finder, target: Target, line: tuple[Class, ...], *, composed: bool
) -> bool:
    """Say whether an object may have the target as an attribute that is asked for.

    Of an object that nobody knows only a name that stands somewhere as a text is asked for, or one that is `composed`.
    """
    project, at = finder.corpus.project, nesting.statement(thing)
    found = project.lookup(thing, nesting.file, at)
    if isinstance(found, File):
        bound = found.names.bound(found.module.tree)
        return target.owner is None and (found.path == target.key[0] or target.name in bound or "*" in bound)
    if target.owner is None:
        return False
    cls = receiver(project, nesting.file, thing, at)
    if isinstance(cls, Class):
        return any(key_of(each) == key_of(cls) for each in line)
    return cls is None and (composed or _is_quoted(target.name, finder))


def _is_quoted(name: str, finder: Finder) -> bool:
    """Say whether a name stands somewhere as a text, so that it may be handed to what calls by name."""
    quoted = re.compile(rb"[\"']" + re.escape(name.encode(errors="surrogateescape")) + rb"[\"']")
    return any(quoted.search(finder.corpus.files[path]) for path in finder.corpus.mentioning(name))
