"""Turns what holds up an event loop into sites: what has to change for it, and where; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fixbot.analysis.coroutines.libraries import library_in, spelled
from fixbot.analysis.coroutines.mentions import Call, Finder
from fixbot.analysis.coroutines.places import CallPlace, place_of
from fixbot.analysis.coroutines.threads import bound_to_loop
from fixbot.analysis.coroutines.verdicts import Chain, Conversion, Entry
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, Function
from fixbot.codemod.awaiting import Await, Coroutine, Thread
from fixbot.codemod.contract import Place, Site
from fixbot.model import Evidence, Safety

#: How each library hands a call to a thread, and whether keyword arguments may go along.
RUNNERS = {
    "asyncio": ("asyncio.to_thread", True),
    "trio": ("trio.to_thread.run_sync", False),
    "anyio": ("anyio.to_thread.run_sync", False),
}


@dataclass(frozen=True, slots=True)
class Cannot:
    """Why something is left to a person."""

    because: str


def awaiting_calls(calls: Iterable[Call], finder: Finder) -> Iterator[Place]:
    """Yield the places where calls of a function that becomes a coroutine are awaited."""
    for call in calls:
        if isinstance(call.node, ast.Call):
            needed = place_of(finder.nesting(call.file), call.node).parenthesised
            yield Place.of(call.file.path, call.node, Await(parenthesised=needed))


def becoming_coroutines(functions: Iterable[Function]) -> Iterator[Place]:
    """Yield the places where functions become coroutine functions."""
    for function in functions:
        yield Place.of(function.file.path, function.node, Coroutine())


def common_library(corpus: Corpus, functions: Iterable[Function]) -> str | Cannot:
    """Return the library that all of some coroutines run on, or why it cannot be told."""
    found = [(function, library_in(corpus, function)) for function in functions]
    names = {library.name for _, library in found}
    unknown = next(((function, library) for function, library in found if library.name is None), None)
    if unknown is not None:
        return Cannot(f"nobody can tell which event loop `{unknown[0].qualname}` runs on: {unknown[1].because}")
    if len(names) != 1:
        both = " and ".join(sorted(filter(None, names)))
        return Cannot(f"coroutines of {both} both get there")
    return next(iter(filter(None, names)))


def awaiting(file: File, place: CallPlace, full: str, unused: str) -> Place | Cannot:
    """Return the place where a call becomes `await full(...)`; `unused` is a name that may not be needed any more."""
    written = spelled(file, place.statement, full)
    if written is None:
        return Cannot(f"`{full.partition('.')[0]}` means something else there")
    source, needed = written
    plan = Await(
        callee=source,
        imports=(needed,) if needed is not None else (),
        unused=(unused,),
        parenthesised=place.parenthesised,
    )
    return Place.of(file.path, place.call, plan)


def threaded(file: File, place: CallPlace, library: str) -> Place | Cannot:
    """Return the place where a call is handed over to a thread and awaited."""
    runner, keywords = RUNNERS[library]
    if place.call.keywords and not keywords:
        return Cannot(f"`{runner}` takes no keyword arguments")
    written = spelled(file, place.statement, runner)
    if written is None:
        return Cannot(f"`{runner.partition('.')[0]}` means something else there")
    source, needed = written
    imports = (needed,) if needed is not None else ()
    return Place.of(file.path, place.call, Thread(runner=source, imports=imports, parenthesised=place.parenthesised))


def evidence(line: int, chain: Chain, *more: str) -> tuple[Evidence, ...]:
    """Return what leads to a finding as its evidence, all of it on the finding's line."""
    return tuple(Evidence(line, says) for says in (*chain.words, *more))


@dataclass(frozen=True, slots=True)
class Handed:
    """A call of something that blocks: where it stands, who makes it, and how it goes to a thread, or why not.

    `along` is what has to change with it. No tree is kept with this.
    """

    at: Place
    caller: str
    done: Place | Cannot
    known: tuple[Evidence, ...]
    along: tuple[Place, ...] = ()


def handed(entry: Entry, finder: Finder, because: str) -> Handed:
    """Return how a call is handed over to a thread; `because` says why nothing better can be done."""
    call, called, along = entry.found()
    at, done = Place.of(call.file.path, call.node), _handed_over(call, called, along, finder)
    known = evidence(call.node.lineno, entry.chain, because)
    if isinstance(done, Cannot):
        return Handed(at, call.place, done, known)
    others = (*becoming_coroutines(along.functions), *awaiting_calls(along.calls, finder))
    return Handed(at, call.place, done, known, others)


def in_thread(handed: Handed, message: str) -> Site:
    """Return the site where a call of something that blocks is handed over to a thread."""
    if isinstance(handed.done, Cannot):
        return by_hand(handed.at, message, (handed.done.because,), handed.known)
    says = f"{message}; a thread can wait in its place"
    return Site(at=handed.at, message=says, evidence=handed.known, places=(handed.done, *handed.along))


def _handed_over(call: Call, called: Function, along: Conversion, finder: Finder) -> Place | Cannot:
    if not isinstance(call.node, ast.Call):
        return Cannot("it is no call")
    place = place_of(finder.nesting(call.file), call.node)
    because = place.hindrance or bound_to_loop(finder.corpus.project, called)
    if because is not None:
        return Cannot(because)
    library = common_library(finder.corpus, along.roots)
    return library if isinstance(library, Cannot) else threaded(call.file, place, library)


def by_hand(at: Place, message: str, because: Iterable[str], known: tuple[Evidence, ...] = ()) -> Site:
    """Return a site that is left to a person, with what stands in the way."""
    first, *others = because
    more = tuple(Evidence(at.line, each) for each in others)
    return Site(at=at, message=f"{message}; left to a person: {first}", safety=Safety.MANUAL, evidence=known + more)
