"""Says what in a function itself stands in the way of making it a coroutine; it only reads."""

from __future__ import annotations

import ast
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from zlib import crc32

from fixbot.analysis.coroutines.mentions import Hurdle, key_of
from fixbot.analysis.coroutines.public import is_public
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, Function, FunctionNode
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.module import blocks
from fixbot.analysis.names import last_name, own_nodes

_MANNERS = {
    "generator": "is a generator",
    "manager": "is a context manager",
    "read": "is a property",
    "unknown": "is decorated by something that may not know coroutines",
}
_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
# What starts or asks for an event loop: it cannot run on one, or in a thread beside it.
_LOOPS = frozenset(
    {"asyncio.run", "asyncio.get_event_loop", "asyncio.get_running_loop", "asyncio.new_event_loop"}
    | {"asyncio.create_task", "asyncio.ensure_future", "asyncio.run_coroutine_threadsafe", "asyncio.current_task"}
    | {"trio.run", "anyio.run", "asyncio.Runner", "trio.from_thread.run", "anyio.from_thread.run"}
)


def own_hurdles(corpus: Corpus, function: Function) -> Iterator[Hurdle]:
    """Yield what stands in the way, without looking at who calls the function."""
    name = function.node.name
    if name.startswith("__") and name.endswith("__"):
        yield Hurdle("is called by Python itself")
    if (because := _MANNERS.get(function.manner)) is not None:
        yield Hurdle(because)
    decorators = {function.file.names.resolve(_called(each), function.node) for each in function.node.decorator_list}
    if decorators & _CACHES:
        yield Hurdle("is cached, and a coroutine can be awaited once")
    if is_public(corpus, function):
        yield Hurdle("belongs to the public interface of the distribution")
    if any(_stops_iteration(node) for node in own_nodes(function.node)):
        yield Hurdle("may raise StopIteration, which no coroutine may")
    yield from elsewhere(corpus, function)
    for node in own_nodes(function.node):
        if isinstance(node, ast.Call) and function.file.names.resolve(node.func, function.node.body[0]) in _LOOPS:
            yield Hurdle(f"touches the event loop: `{ast.unparse(node.func)}` at {function.file.path}:{node.lineno}")
    owner = function.file.owner(function.node)
    if owner is not None:
        yield from _inherited(corpus, owner, name)


def _stops_iteration(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="next"), args=[_]) | ast.Raise(exc=ast.Name(id="StopIteration")):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="StopIteration"))):
            return True
    return False


def elsewhere(corpus: Corpus, function: Function) -> Iterator[Hurdle]:
    """Yield what else goes by the name of a function, and who calls it in text."""
    if function.file.definition(function.file.names.scopes(function.node)[0], function.node.name) is None:
        yield Hurdle("is bound more than once under its name")
    elif _twins(function):
        yield Hurdle("is defined more than once, be it for type checkers")
    for path in doctests(corpus, function.node.name):
        yield Hurdle(f"is called in a doctest in {path}")


def _twins(function: Function) -> bool:
    holder = function.file.module.parents[function.node]
    return _functions_in(holder)[function.node.name] > 1


@lru_cache(maxsize=16)
def _functions_in(holder: ast.AST) -> Counter[str]:
    return Counter(node.name for node in blocks(holder) if isinstance(node, FunctionNode))


def doctests(corpus: Corpus, name: str) -> Iterator[str]:
    """Yield the paths of the files with a doctest that calls something by a name."""
    call = re.compile(rb"(?:>>>|\.\.\.)[^\n]*\b" + re.escape(name.encode()) + rb"[ \t]*\(")
    prompted = _prompted(corpus)
    yield from (path for path in corpus.mentioning(name) if path in prompted and call.search(corpus.files[path]))


@lru_cache(maxsize=2)
def _prompted(corpus: Corpus) -> frozenset[str]:
    """Return the paths of the files in which something like a doctest may stand."""
    return frozenset(path for path, content in corpus.files.items() if b">>>" in content or b"..." in content)


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _inherited(corpus: Corpus, owner: Class, name: str) -> Iterator[Hurdle]:
    ancestry = corpus.project.ancestry(owner)
    for above in ancestry.classes[1:]:
        if above.member(name) is not None:
            yield Hurdle(f"overrides `{above.name}.{name}`")
    if ancestry.others or not ancestry.whole:
        yield Hurdle(f"may override something of `{next(filter(None, ancestry.others), 'an unknown base')}`")
    for heir in namesakes(corpus, owner, name):
        line = corpus.project.ancestry(heir).classes
        if any(key_of(each) == key_of(owner) for each in line[1:]) or may_derive(heir, owner):
            yield Hurdle(f"is overridden by `{heir.name}.{name}`")
        elif any(map(is_protocol, line)):
            yield Hurdle(f"may stand for `{heir.name}.{name}`, a protocol")
        elif is_test_file(heir.file.path) and is_faked(corpus, owner, heir):
            yield Hurdle(f"may have `{heir.name}.{name}` in its place in {heir.file.path}")


def namesakes(corpus: Corpus, owner: Class, name: str) -> Iterator[Class]:
    """Yield the other classes of the project that have a member of the same name."""
    bare = re.compile(rb"(?<![.\w])" + re.escape(name.encode(errors="surrogateescape")))
    known, mark = _members(corpus), crc32(name.encode(errors="surrogateescape"))
    for path in corpus.mentioning(name):
        if path in known and mark not in known[path]:
            continue
        content = corpus.files[path]
        file = corpus.file(path) if b"class" in content and bare.search(content) else None
        if file is None:
            continue
        classes = [Class(file, node) for node in file.module.parents if isinstance(node, ast.ClassDef)]
        if path not in known:
            known[path] = _marks(classes)
        yield from (
            each for each in classes if each.node is not owner.node and name in each.file.names.bound(each.node)
        )


@lru_cache(maxsize=1)
def _members(_: Corpus) -> dict[str, array[int]]:
    """Return, for each file that somebody has asked about, the checksums of the names that its classes have."""
    return {}


def _marks(classes: Iterable[Class]) -> array[int]:
    names = {name for each in classes for name in each.file.names.bound(each.node)}
    return array("I", [crc32(name.encode(errors="surrogateescape")) for name in names])


def may_derive(heir: Class, owner: Class) -> bool:
    """Say whether a class names a base as another class is called, and nobody knows which one is meant."""
    bases = (base for base in heir.node.bases if last_name(base) == owner.node.name)
    return any(heir.file.names.resolve(base, heir.node) is None for base in bases)


def is_faked(corpus: Corpus, owner: Class, fake: Class) -> bool:
    """Say whether a class of a test file has nothing to do with another but the names in it."""
    classes = corpus.project.ancestry(owner).classes
    above = {key_of(each) for each in corpus.project.ancestry(fake).classes}
    return above.isdisjoint(key_of(each) for each in classes) and fake.file.path != owner.file.path


def is_protocol(cls: Class) -> bool:
    """Say whether a class is a protocol."""
    bases = (base.value if isinstance(base, ast.Subscript) else base for base in cls.node.bases)
    return any(cls.file.names.resolve(base, cls.node) in _PROTOCOLS for base in bases)
