"""Finds the calls that hold up an event loop and that a thread can do, and says how each gets there; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from pathlib import PurePosixPath

from fixbot.analysis.coroutines.libraries import library_in
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.places import CallPlace, place_of
from fixbot.analysis.coroutines.reach import is_coroutine
from fixbot.analysis.coroutines.sleeps import sleeps
from fixbot.analysis.coroutines.target import Key, key_of
from fixbot.analysis.coroutines.threads import bound_to_loop
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function
from fixbot.analysis.handlers.circumstances import is_test, is_test_file
from fixbot.analysis.waiting.blocking import blocking
from fixbot.analysis.waiting.upwards import Entry, Upwards, dead_end
from fixbot.analysis.waiting.waits import Wait, waits
from fixbot.codemod import awaiting, reading
from fixbot.codemod.awaiting import Thread
from fixbot.codemod.contract import Declined, Place, Proposal, Site
from fixbot.codemod.lazy import cst
from fixbot.codemod.reading import Reading, whole_read
from fixbot.codemod.unblocking import Cannot, by_hand, threaded
from fixbot.model import Dismissed, Evidence

_MOST_CAUSES = 3
# What more coroutines get to than this is mended where it stands, not at each of their calls.
_MOST_ENTRIES = 8
_TEST = "nothing else runs on the event loop of a test"
# Where something else is put in the place of `open`, what does not use it reads the real file.
_REPLACED = re.compile(rb"""mock_open|builtins\.open|builtins, *["']open""")


def survey(corpus: Corpus) -> Iterator[Site | Dismissed]:
    """Yield every call in a coroutine that blocks, be it through plain functions, and those that only seem to."""
    if not corpus.mentioning("async"):
        return
    finder = Finder(corpus)
    faked = any(_REPLACED.search(content) for content in corpus.files.values())
    through = _ThroughCalls(finder)
    for wait in waits(finder):
        if is_coroutine(wait.function):
            yield _direct(corpus, wait, faked=faked)
        else:
            yield from through.told(wait)
    yield from (_offered(at, offer) for at, offer in through.offers.items() if offer is not None)


def _is_test(function: Function) -> bool:
    """Say whether a function is a test or stands in a file of tests, by their names and not that of the folder."""
    return is_test(function.file.module, function.node.body[0]) or is_test_file(PurePosixPath(function.file.path).name)


def _direct(corpus: Corpus, wait: Wait, *, faked: bool) -> Site | Dismissed:
    """Return what there is to say of a call that a coroutine runs itself; `faked` says that tests replace `open`."""
    if wait.place.awaited or wait.place.handed_over or _is_test(wait.function):
        meant = "is awaited" if wait.place.awaited else "is handed over as it stands"
        because = f"`{wait.called}` {meant}" if wait.place.awaited or wait.place.handed_over else _TEST
        return Dismissed(wait.file.path, wait.line, because)
    at = Place.of(wait.file.path, wait.place.call)
    message = f"`{wait.called}` holds up the event loop that `{wait.function.qualname}` runs on"
    library = library_in(corpus, wait.function)
    known = (Evidence(at.line, f"`{wait.function.qualname}` is a coroutine of {library.name}: {library.because}"),)
    done = _in_thread(corpus, wait.function, wait.place, wait.blocks.manual or _nested(wait))
    if faked and isinstance(done, Place) and isinstance(done.plan, Reading):
        done = Cannot("something else is put in the place of `open` in this project")
    if isinstance(done, Cannot):
        instead = Evidence(at.line, f"coroutines use {wait.blocks.instead} in its place")
        return by_hand(at, message, (done.because,), (*(known if library.name is not None else ()), instead))
    says = f"{message}; `await {_runner(done)}(…)` lets other tasks run"
    return Site(at=at, message=says, evidence=known, places=(done,))


def _runner(place: Place) -> str:
    """Return what runs a call in a thread, as it is written there."""
    return place.plan.runner if isinstance(place.plan, Thread | Reading) else ""


def _in_thread(corpus: Corpus, function: Function, place: CallPlace, objection: str | None) -> Place | Cannot:
    """Return the place where a call of a coroutine goes to a thread, or why it does not."""
    library = _library(corpus, function, place)
    if isinstance(library, Cannot):
        return library
    return Cannot(objection) if objection is not None else _run(function, place, library)


def _library(corpus: Corpus, function: Function, place: CallPlace) -> str | Cannot:
    """Return the library whose thread a call may go to, or why none may wait there."""
    library = library_in(corpus, function)
    if place.hindrance is not None:
        return Cannot(place.hindrance)
    if library.name is None:
        return Cannot(f"nobody can tell which event loop that is: {library.because}")
    if library.name != "asyncio" and place.tidying is not None:
        return Cannot("a scope that is cancelled lets nothing wait while it tidies up")
    return library.name


def _run(function: Function, place: CallPlace, library: str) -> Place | Cannot:
    read = whole_read(function.file, place, library)
    return threaded(function.file, place, library) if read is None else read


@dataclass(frozen=True, slots=True)
class _Cause:
    """A blocking call that one in a coroutine leads to, without its tree; `seldom` where it waits conditionally."""

    called: str
    function: str
    path: str
    line: int
    seldom: bool


@dataclass(slots=True)
class _Offer:
    """A call in a coroutine, and the blocking calls that it leads to; no tree is kept with these.

    `against` comes before all that the causes have against a thread, and `done` after it.
    """

    place: str
    words: tuple[str, ...]
    against: Cannot | None
    done: Place | Cannot
    causes: list[_Cause] = field(default_factory=list)


class _ThroughCalls:
    """The calls in coroutines that lead to plain functions which wait for nobody knows how long."""

    def __init__(self, finder: Finder) -> None:
        self.offers: dict[Place, _Offer | None] = {}
        self._finder, self._upwards = finder, Upwards(finder)

    @cached_property
    def _asleep(self) -> frozenset[Key]:
        return frozenset(key_of(sleep.function) for sleep in sleeps(self._finder))

    def told(self, wait: Wait) -> Iterator[Site | Dismissed]:
        """Yield what there is to say of a call in a plain function, or offer to hand calls of that over."""
        if not wait.blocks.unbounded or wait.place.awaited or wait.place.handed_over:
            return
        if key_of(wait.function) in self._asleep:
            yield Dismissed(wait.file.path, wait.line, f"`{wait.function.qualname}` sleeps, too: see blocking-sleep")
            return
        everywhere = list(self._upwards.entries(wait.function))
        entries = [entry for entry in everywhere if not _is_test(entry.caller)]
        if not entries:
            because = _TEST if everywhere else dead_end(wait.function)
            yield Dismissed(wait.file.path, wait.line, because)
        elif len(entries) > _MOST_ENTRIES:
            yield _crossroads(wait, entries)
        else:
            for entry in entries:
                self._take(entry, wait)

    def _take(self, entry: Entry, wait: Wait) -> None:
        at = Place.of(entry.call.file.path, entry.call.node)
        if at not in self.offers:
            self.offers[at] = _offer(self._finder, entry)
        offer = self.offers[at]
        if offer is not None:
            seldom = _is_seldom(self._finder, wait)
            offer.causes.append(_Cause(wait.called, wait.function.qualname, wait.file.path, wait.line, seldom))


def _crossroads(wait: Wait, entries: list[Entry]) -> Site:
    """Return the site of a call that blocks and that many coroutines get to."""
    at = Place.of(wait.file.path, wait.place.call)
    message = f"`{wait.called}` holds up the event loop: {len(entries)} calls in coroutines get to it"
    in_order = sorted(entries, key=lambda entry: (entry.call.file.path, entry.call.node.lineno))
    known = tuple(Evidence(at.line, entry.words[0]) for entry in in_order[:_MOST_CAUSES])
    return by_hand(at, message, (f"`{wait.function.qualname}` is where so many ways meet",), known)


def _offer(finder: Finder, entry: Entry) -> _Offer | None:
    """Return how a call in a coroutine goes to a thread; None where its result is awaited or handed over."""
    call, corpus = entry.call, finder.corpus
    if not isinstance(call.node, ast.Call):
        cannot = Cannot("it is no call: a property is read")
        return _Offer(call.place, entry.words, cannot, cannot)
    place = place_of(finder.nesting(call.file), call.node)
    if place.awaited or place.handed_over:
        return None
    library = _library(corpus, entry.caller, place)
    if isinstance(library, Cannot):
        return _Offer(call.place, entry.words, library, library)
    objection = bound_to_loop(corpus.project, entry.first) or _shared(entry.first)
    against = Cannot(objection) if objection is not None else None
    return _Offer(call.place, entry.words, against, against or _run(entry.caller, place, library))


def _offered(at: Place, offer: _Offer) -> Site:
    blocked = ", ".join(list(dict.fromkeys(f"`{cause.called}`" for cause in offer.causes))[:_MOST_CAUSES])
    message = f"this call gets to {blocked} and holds up the event loop that `{offer.place}` runs on"
    last = offer.causes[0]
    below = f"`{last.function}` calls `{last.called}` at {last.path}:{last.line}"
    known = tuple(Evidence(at.line, says) for says in (*offer.words, below))
    done = offer.against or _seldom(offer) or offer.done
    if isinstance(done, Cannot):
        return by_hand(at, message, (done.because,), known)
    says = f"{message}; `await {_runner(done)}(…)` lets it wait in a thread"
    return Site(at=at, message=says, evidence=known, places=(done,))


def _nested(wait: Wait) -> str | None:
    """Say where a method is called of what another call that blocks has just given."""
    func = wait.place.call.func
    inner = func.value if isinstance(func, ast.Attribute) else None
    waits = blocking(wait.file, inner, wait.place.statement) if isinstance(inner, ast.Call) else None
    if not isinstance(inner, ast.Call) or waits is None or waits.kind == "file":
        return None
    return f"`{ast.unparse(inner.func)}` blocks as well: make one function of both and give that to a thread"


def _shared(function: Function) -> str | None:
    """Say where a call is that of a method, so that two threads may come to use one object at once."""
    if function.bound_to is None:
        return None
    return f"`{function.qualname}` would use its object from another thread while coroutines go on to use it"


def _is_seldom(finder: Finder, wait: Wait) -> bool:
    """Say whether a function waits under a condition only."""
    outers = finder.nesting(wait.file).around(wait.place.call)
    inside = takewhile(lambda outer: outer is not wait.function.node, outers)
    return any(isinstance(outer, ast.If | ast.IfExp | ast.ExceptHandler | ast.match_case) for outer in inside)


def _seldom(offer: _Offer) -> Cannot | None:
    """Say where all waits stand under a condition, so that most calls of the function may not need a thread."""
    last = offer.causes[0]
    if not all(cause.seldom for cause in offer.causes):
        return None
    return Cannot(f"`{last.function}` waits under a condition only (line {last.line})")


def edit(plan: object, node: cst.CSTNode) -> Proposal | Declined:
    """Return what stands in the place of a call that goes to a thread."""
    return reading.edit(plan, node) if isinstance(plan, Reading) else awaiting.edit(plan, node)
