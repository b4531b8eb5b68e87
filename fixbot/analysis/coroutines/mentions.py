"""Finds every place in a project that calls a function or speaks of it in another way; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.receivers import method, receiver
from fixbot.analysis.coroutines.target import Key, Target, key_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, File, Function, FunctionNode
from fixbot.analysis.names import dotted, last_name
from fixbot.analysis.project import Project

# Callables that take the name of an attribute as text.
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr", "object", "multiple", "methodcaller", "attrgetter"})
_NAMESPACES = frozenset({"globals", "locals", "vars", "__dict__"})
_LOADERS = frozenset({"import_module", "__import__", "importorskip", "reload", "module_from_spec", "run_path"})
# Methods of an event loop and of a future that take what they call later.
_CALLED_BY_LOOP = frozenset(
    {"call_soon", "call_later", "call_at", "call_soon_threadsafe", "add_done_callback", "add_reader", "add_writer"}
    | {"add_signal_handler"}
)
_MOST_FILES = 150
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
    """

    says: str
    soft: bool = False
    loop: bool = False


@dataclass(frozen=True, slots=True)
class Mentions:
    """All that a project has to do with one function."""

    calls: tuple[Call, ...]
    hurdles: tuple[Hurdle, ...]


class Finder:
    """Finds the mentions of functions in one project, and remembers how its files are nested."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._nestings: dict[ast.AST, Nesting] = {}
        self._below: dict[Key, list[Class]] = {}

    def nesting(self, file: File) -> Nesting:
        """Return how the nodes of a file are nested, worked out once."""
        tree = file.module.tree
        if tree not in self._nestings:
            self._nestings[tree] = Nesting(file)
        return self._nestings[tree]

    def mentions(self, function: Function, where: Callable[[str], Sequence[str]] | None = None) -> Mentions:
        """Return every call of a function, and every other mention as a hurdle.

        Args:
            function: the function.
            where: gives the paths of the files to look at for a name; None means all that mention it.
        """
        target = Target.of(function)
        found: list[Call | Hurdle] = []
        for word, path in self._words(target, where or self.corpus.mentioning, found):
            file = self.corpus.file(path)
            if file is None:
                found.append(Hurdle(f"is mentioned in {path}, which cannot be read"))
            else:
                found += self._in_file(file, target, word)
        found += [Hurdle(f"is named in {path}") for path in target.entry_points(self.corpus)]
        calls = {call.key: call for call in found if isinstance(call, Call)}
        hurdles = dict.fromkeys(each for each in found if isinstance(each, Hurdle))
        return Mentions(tuple(calls.values()), tuple(hurdles))

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

    def _in_file(self, file: File, target: Target, word: str) -> Iterator[Call | Hurdle]:
        nesting = self.nesting(file)
        for node in nesting.named(word):
            if isinstance(node, ast.Constant):
                yield from _in_text(node, nesting, target)
            elif isinstance(node, ast.Name):
                means = False if nesting.hidden(node) else self._means(node, nesting, target)
                yield from _sorted_out(node, nesting, target, means=means)
            elif isinstance(node, ast.Attribute):
                yield from _sorted_out(node, nesting, target, means=self._reaches(node, nesting, target))

    def _means(self, node: ast.expr, nesting: Nesting, target: Target) -> bool | None:
        """Say whether a name means the target; None where it may."""
        at = nesting.statement(node)
        found = self.corpus.project.lookup(node, nesting.file, at)
        if isinstance(found, Function | Class):
            return key_of(found) == target.key
        if target.is_among(found) or (found is None and target.is_bound_again(node, nesting.file, at)):
            return True
        origin = nesting.file.names.resolve(node, at) or ""
        return None if found is None and target.may_be(origin) else False

    def _reaches(self, node: ast.Attribute, nesting: Nesting, target: Target) -> bool | None:
        """Say whether `x.name` means the target; None where it may."""
        at, project = nesting.statement(node), self.corpus.project
        means = self._means(node, nesting, target) if dotted(node) is not None else False
        if means is False and target.owner is None and _may_be_module(node.value, nesting, target):
            return None
        if means is not False or target.owner is None or project.lookup(node, nesting.file, at) is not None:
            return means
        if _is_foreign(node, nesting.file, at, project):
            return False
        cls = receiver(project, nesting.file, node.value, at)
        if not isinstance(cls, Class):
            return None if cls is None else False
        member = method(project, cls, target.name)
        if isinstance(member, Function):
            return key_of(member) == target.key or self._overrides(target, member)
        whole = member is not None or (project.ancestry(cls).whole and not self._may_bring(target.owner, cls))
        return False if whole else None

    def _may_bring(self, owner: Class, cls: Class) -> bool:
        """Say whether some class derives from both, so that an object of the one may have the method of the other."""
        return any(
            any(key_of(each) == key_of(cls) for each in self.corpus.project.ancestry(heir).classes)
            for heir in self._heirs(owner)
        )

    def _heirs(self, owner: Class) -> list[Class]:
        """Return the classes of the project that derive from a class, directly or through others."""
        if key_of(owner) not in self._below:
            found, names = [], [owner.node.name]
            for name in names:
                for path in self.corpus.mentioning(name):
                    file = self.corpus.file(path)
                    heirs = file.heirs.get(name, []) if file is not None else []
                    found += [Class(file, node) for node in heirs if file is not None]
                    names += [node.name for node in heirs if node.name not in names]
            self._below[key_of(owner)] = found
        return self._below[key_of(owner)]

    def _overrides(self, target: Target, member: Function) -> bool:
        """Say whether the target stands for a method where the object is of a class below that of the method."""
        owner = member.file.owner(member.node)
        above = self.corpus.project.ancestry(target.owner).classes[1:] if target.owner is not None else ()
        return owner is not None and any(key_of(each) == key_of(owner) for each in above)


def _stem(path: str) -> str:
    return PurePosixPath(path).stem.removesuffix("__init__")


def _is_foreign(node: ast.expr, file: File, at: ast.AST, project: Project) -> bool:
    """Say whether a dotted name leads into a module that is not of the project."""
    full = file.names.resolve(node, at)
    head = full.partition(".")[0] if full is not None else ""
    return head != "" and project.module(head, file.path) is None and not project.may_hold(head)


def _may_be_module(node: ast.expr, nesting: Nesting, target: Target) -> bool:
    """Say whether an object may be the module of the target that somebody loaded, or was handed, at run time."""
    if not isinstance(node, ast.Name):
        return _loads(node)
    values = (each.value for each in nesting.assigned(node.id) if each.value is not None)
    return target.is_module(node.id) or any(map(_loads, values))


def _loads(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return last_name(node.value) == "modules"
    return isinstance(node, ast.Call) and last_name(node.func) in _LOADERS


def _in_text(node: ast.Constant, nesting: Nesting, target: Target) -> Iterator[Hurdle]:
    """Yield a hurdle where a string names the target: `"pkg.mod.name"`, or `getattr(x, "name")`."""
    outer = nesting.parents.get(node)
    by_name = isinstance(outer, ast.Call) and last_name(outer.func) in _BY_NAME
    if isinstance(outer, ast.Subscript):
        holder = outer.value.func if isinstance(outer.value, ast.Call) else outer.value
        by_name = last_name(holder) in _NAMESPACES
    if target.is_named(str(node.value)) or (node.value == target.name and by_name):
        yield Hurdle(f"is named in a string at {nesting.file.path}:{node.lineno}")


def _sorted_out(node: ast.expr, nesting: Nesting, target: Target, *, means: bool | None) -> Iterator[Call | Hurdle]:
    """Yield what a mention is, once it is known whether it means the target."""
    parent, at = nesting.parents.get(node), f"{nesting.file.path}:{node.lineno}"
    called = parent if isinstance(parent, ast.Call) and parent.func is node else None
    if means is None:
        if called is None or not isinstance(nesting.parents.get(called), ast.Await):
            yield Hurdle(f"may be what is meant by `{ast.unparse(node)}` at {at}")
    elif means and called is not None:
        if not target.entered or isinstance(nesting.parents.get(called), ast.withitem):
            yield _call(called, nesting)
    elif means and target.read and isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield _call(node, nesting)
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
    return Hurdle(f"is used as a value at {at}")


def _call(node: ast.expr, nesting: Nesting) -> Call:
    scope = nesting.scope(node)
    if isinstance(scope, FunctionNode):
        function = Function(nesting.file, scope)
        return Call(nesting.file, node, function, function.qualname)
    words = {ast.Lambda: "a lambda", ast.ClassDef: "the body of a class"}
    return Call(nesting.file, node, None, words.get(type(scope), "the module"))


__all__ = ["Call", "Finder", "Hurdle", "Key", "Mentions", "key_of"]
