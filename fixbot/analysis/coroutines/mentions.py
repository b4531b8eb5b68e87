"""Finds every place in a project that calls a function or speaks of it in another way; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeVar, cast

from fixbot.analysis.coroutines.glance import Glance
from fixbot.analysis.coroutines.identity import Identity
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.spoken import Astray, astray, imported_astray, put_together, replaced_holders, spoken
from fixbot.analysis.coroutines.target import Key, Target, key_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File, Function, FunctionNode
from fixbot.analysis.names import last_name

# Methods of an event loop and of a future that take what they call later.
_CALLED_BY_LOOP = frozenset(
    {"call_soon", "call_later", "call_at", "call_soon_threadsafe", "add_done_callback", "add_reader", "add_writer"}
    | {"add_signal_handler"}
)
_MOST_FILES = 150
_Result = TypeVar("_Result")
# An import that is indented: in a class, or in a function that may say `global`.
_ASTRAY = re.compile(rb"^[ \t]+(?:import|from)[ \t]", re.MULTILINE)
_PATCH = re.compile(rb"\b(?:patch|setattr|spy|mock)\b")
_THREADED = frozenset({"to_thread", "run_in_executor", "run_sync", "Thread", "submit"})


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A place that runs a function; `caller` is None outside of functions, in a lambda say: then `place` says where.

    `node` is no call where a property is read.
    """

    file: File
    node: ast.expr
    caller: Function | None
    place: str

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells a call from every other one."""
        return self.file.path, self.node.lineno, self.node.col_offset

    @property
    def at(self) -> str:
        """The path and the line."""
        return f"{self.file.path}:{self.node.lineno}"


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Something that stands in the way of making a function a coroutine, in words that follow its name.

    It is `soft` where another way is still open: a thread. `loop` says that the event loop itself calls the function.
    `node` is the mention in `file` that uses the function as a value, or only `maybe` means it; None where it is
    something else. It is `awaited` where it may be an awaited call, so that a coroutine would do.
    """

    says: str
    soft: bool = False
    loop: bool = False
    node: ast.expr | None = field(default=None, compare=False, repr=False)
    file: File | None = field(default=None, compare=False, repr=False)
    maybe: bool = field(default=False, compare=False, repr=False)
    awaited: bool = field(default=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Mentions:
    """All that a project has to do with one function.

    `values` are those hurdles that have a node, several of one line too, and with them those that are awaited.
    """

    calls: tuple[Call, ...]
    hurdles: tuple[Hurdle, ...]
    values: tuple[Hurdle, ...] = ()


class Finder:
    """Finds the mentions of functions in one project, and remembers how its files are nested."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._identity = Identity(corpus)
        self._done: dict[object, object] = {}

    def nesting(self, file: File) -> Nesting:
        """Return how the nodes of a file are nested, worked out once while its tree is kept."""
        return self.corpus.project.kept(Nesting, file)

    def once(self, work: Callable[[Finder], _Result]) -> _Result:
        """Return what some work on the whole project comes to; it is done the first time that somebody asks.

        That is kept to the end, so that it has names, paths and lines, and no file and no node.
        """
        if work not in self._done:
            self._done[work] = work(self)
        return cast("_Result", self._done[work])

    def mentions(self, function: Function, near: Glance | None = None) -> Mentions:
        """Return every call of a function, and every other mention as a hurdle.

        Args:
            function: the function.
            near: for a quick look, where coroutines may get to: nothing but calls from there is found for sure.
        """
        return self.mentions_of(Target.of(function), near)

    def mentions_of(self, target: Target, near: Glance | None = None) -> Mentions:
        """Return the same for a target: a class whose making runs a method that it inherits, say."""
        found: list[Call | Hurdle] = []
        for word, path in self._words(target, near.paths if near is not None else self.corpus.mentioning, found):
            file = self.corpus.file(path)
            if file is None:
                found.append(Hurdle(f"is mentioned in {path}, which cannot be read"))
            else:
                found += self._in_file(file, target, word, near)
        if near is None:
            found += map(Hurdle, self._spoken_of(target))
            unseen = self.corpus.elsewhere(target.name)
            found += [Hurdle(f"is mentioned in {path}, which is not looked at", soft=True) for path in unseen]
        calls = {call.key: call for call in found if isinstance(call, Call)}
        hurdles = [each for each in found if isinstance(each, Hurdle)]
        values = tuple(each for each in hurdles if each.node is not None)
        in_the_way = dict.fromkeys(each for each in hurdles if not each.awaited)
        return Mentions(tuple(calls.values()), tuple(in_the_way), values)

    def _spoken_of(self, target: Target) -> Iterator[str]:
        """Yield what else in the project may have to do with a target."""
        yield from (f"is named in {path}" for path in target.entry_points(self.corpus))
        yield from put_together(target, self.corpus)
        if target.mangled is not None and (paths := self.corpus.mentioning(target.mangled)):
            yield f"is called by its inner name in {paths[0]}"
        holding = {*self.corpus.mentioning(target.holder)}
        # The end of a text: without one a file need not be parsed.
        ends = re.compile(re.escape(target.holder.encode(errors="surrogateescape")) + rb"[\"'\\]")
        for path in sorted(holding & self.once(_patching)):
            file = self.corpus.file(path) if ends.search(self.corpus.files[path]) else None
            if file is not None:
                yield from replaced_holders(self.nesting(file), target, self.corpus)
        importing = self.once(_Astray)
        for path in sorted((holding | {*self.corpus.mentioning(target.name)}) & importing.paths):
            yield from imported_astray(path, importing.of(path), target)

    def _words(
        self, target: Target, where: Callable[[str], Sequence[str]], found: list[Call | Hurdle]
    ) -> Iterator[tuple[str, str]]:
        """Yield the names that the target goes by, each with the files to look at for it."""
        words = [target.name]
        for word in words:
            paths = where(word) if target.home is None else (target.key[0],)
            if len(paths) > _MOST_FILES:
                found.append(Hurdle(f"has a name that {len(paths)} files mention, which are too many to follow"))
                paths = (target.key[0],)
            for path in paths:
                yield word, path
                words += [alias for alias in self._aliases(word, path, target) if alias not in words]

    def _aliases(self, word: str, path: str, target: Target) -> Iterator[str]:
        """Yield the other names that a file gives to the target for all who import from there."""
        file = self.corpus.file(path)
        for alias in sorted(self.nesting(file).aliases(word)) if file is not None else ():
            found = self.corpus.project.find(f".{_stem(path)}.{alias}".replace("..", "."), path)
            if alias != word and isinstance(found, Function | Class) and key_of(found) == target.key:
                yield alias

    def _in_file(self, file: File, target: Target, word: str, near: Glance | None) -> Iterator[Call | Hurdle]:
        nesting = self.nesting(file)
        for node in nesting.named(word):
            if isinstance(node, ast.Name | ast.Attribute) and (near is None or _is_near(node, nesting, near)):
                means = self._identity.of(node, nesting, target, quick=near is not None)
                yield from _sorted_out(node, nesting, target, means=means)
        if near is None:
            yield from map(Hurdle, spoken(nesting, target, word, self.corpus))


def _patching(finder: Finder) -> frozenset[str]:
    """Return the paths of the files that may put something in the place of something else."""
    return frozenset(path for path, content in finder.corpus.files.items() if _PATCH.search(content))


class _Astray:
    """The files with an import that is indented, and what they import so, as far as somebody asked."""

    def __init__(self, finder: Finder) -> None:
        self._corpus, self._known = finder.corpus, dict[str, Astray]()
        self.paths = frozenset(path for path, content in finder.corpus.files.items() if _ASTRAY.search(content))

    def of(self, path: str) -> Astray:
        """Return what a file imports in a way that is not followed."""
        if path not in self._known:
            file = self._corpus.file(path)
            self._known[path] = astray(file) if file is not None else ()
        return self._known[path]


def _is_near(node: ast.expr, nesting: Nesting, near: Glance) -> bool:
    """Say whether a mention is worth a look: no call, or one in something that coroutines may get to."""
    call = nesting.parents.get(node)
    if not isinstance(call, ast.Call) or call.func is not node:
        return True
    scope = nesting.scope(node)
    if not isinstance(scope, FunctionNode):
        return False
    called = Target.of(Function(nesting.file, scope)).name
    return isinstance(scope, ast.AsyncFunctionDef) or bool(near.paths(called))


def _stem(path: str) -> str:
    return PurePosixPath(path).stem.removesuffix("__init__")


def _sorted_out(node: ast.expr, nesting: Nesting, target: Target, *, means: bool | None) -> Iterator[Call | Hurdle]:
    """Yield what a mention is, once it is known whether it means the target."""
    parent, at = nesting.parents.get(node), f"{nesting.file.path}:{node.lineno}"
    called = parent if isinstance(parent, ast.Call) and parent.func is node else None
    if means is None:
        awaited = called is not None and isinstance(nesting.parents.get(called), ast.Await)
        says = f"may be what is meant by `{ast.unparse(node)}` at {at}"
        yield Hurdle(says, node=node, file=nesting.file, maybe=True, awaited=awaited)
    elif means and called is not None:
        if not target.entered or isinstance(nesting.parents.get(called), ast.withitem):
            yield call_at(called, nesting)
    elif means and target.read and isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield call_at(node, nesting)
    elif means and isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        yield Hurdle(f"is replaced at {at}")
    elif means and not (isinstance(parent, ast.ClassDef) and node in parent.bases):
        yield _value(node, nesting, at)


def _value(node: ast.expr, nesting: Nesting, at: str) -> Hurdle:
    """Return what it means that a function is used without being called."""
    outer = nesting.parents.get(node)
    call = nesting.parents.get(outer) if isinstance(outer, ast.keyword) else outer
    taker = last_name(call.func) if isinstance(call, ast.Call) else ""
    if taker in _CALLED_BY_LOOP:
        return Hurdle(f"is called by the event loop: `{taker}` at {at}", loop=True)
    if taker in _THREADED:
        return Hurdle(f"is handed to a thread at {at}", soft=True)
    return Hurdle(f"is used as a value at {at}", node=node, file=nesting.file)


def call_at(node: ast.expr, nesting: Nesting) -> Call:
    """Return the record of a place that runs a function."""
    scope = nesting.scope(node)
    if isinstance(scope, FunctionNode):
        function = Function(nesting.file, scope)
        return Call(nesting.file, node, function, function.qualname)
    words = {ast.Lambda: "a lambda", ast.ClassDef: "the body of a class"}
    return Call(nesting.file, node, None, words.get(type(scope), "the module"))


__all__ = ["Call", "Finder", "Hurdle", "Key", "Mentions", "call_at", "key_of"]
