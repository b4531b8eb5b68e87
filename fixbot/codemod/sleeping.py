"""Finds the sleeps that hold up an event loop and what can be done about each; it only reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fixbot.analysis.coroutines.destinations import counted_on
from fixbot.analysis.coroutines.libraries import library_in
from fixbot.analysis.coroutines.meant import meant, silenced
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.reach import Reach, may_be_reached, unreached
from fixbot.analysis.coroutines.sleeps import Sleep, sleeps, sleeps_in
from fixbot.analysis.coroutines.target import Key, Target, key_of
from fixbot.analysis.coroutines.verdicts import Convertible, Stuck, Threadable, Unreached
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function
from fixbot.analysis.patches.moves import Edit, Move, SleepPatches
from fixbot.codemod import unblocking
from fixbot.codemod.awaiting import Await, Instead
from fixbot.codemod.contract import Place, Site
from fixbot.codemod.unblocking import Cannot, by_hand
from fixbot.model import Dismissed, Evidence


def survey(corpus: Corpus) -> Iterator[Site | Dismissed]:
    """Yield every call of `time.sleep` that holds up an event loop, and those that only seem to."""
    finder = Finder(corpus)
    drafts: list[Site | Dismissed | _Move] = []
    plain: list[_Plain] = []
    for sleep in sleeps(finder):
        if sleep.in_coroutine:
            drafts.append(_direct(finder, sleep))
        elif may_be_reached(corpus, sleep.function):
            plain.append(_Plain.of(sleep))
        else:  # most are such, and are let go of at once
            drafts.append(Dismissed(_path(sleep), sleep.place.call.lineno, unreached(sleep.function.qualname).because))
    drafts += _through_calls(finder, plain)
    yield from (draft for draft in drafts if not isinstance(draft, _Move))
    yield from _patched_along(SleepPatches(corpus), [draft for draft in drafts if isinstance(draft, _Move)])


@dataclass(frozen=True, slots=True, eq=False)
class _Move:
    """A sleep that can move to an event loop's library, where it stands, and the site for it."""

    path: str
    at: _Where
    library: str
    site: Site


_Where = tuple[int, int]  # the line and the column of a call


def _path(sleep: Sleep) -> str:
    return sleep.function.file.path


def _where(sleep: Sleep) -> _Where:
    return sleep.place.call.lineno, sleep.place.call.col_offset


@dataclass(frozen=True, slots=True)
class _Plain:
    """A sleep that a plain function runs, without its tree: where it stands, and what that function is called."""

    path: str
    at: _Where
    function: Key
    name: str
    qualname: str

    @classmethod
    def of(cls, sleep: Sleep) -> _Plain:
        function = sleep.function
        return cls(_path(sleep), _where(sleep), key_of(function), Target.of(function).name, function.qualname)

    def again(self, finder: Finder) -> Sleep:
        """Return the sleep."""
        return next(sleep for sleep in sleeps_in(finder, self.path) if _where(sleep) == self.at)


def _direct(finder: Finder, sleep: Sleep) -> Site | Dismissed | _Move:
    """Return the site of a sleep that a coroutine runs itself."""
    function, place = sleep.function, sleep.place
    at = Place.of(_path(sleep), place.call)
    if silenced(function.file.module, place):
        return Dismissed(_path(sleep), at.line, "a comment silences other linters there")
    library = library_in(finder.corpus, function)
    message = f"`time.sleep` holds up the event loop that `{function.qualname}` runs on"
    known = (Evidence(at.line, f"`{function.qualname}` is a coroutine of {library.name}: {library.because}"),)
    if (because := _against(sleep)) is not None:
        return by_hand(at, message, (because,))
    if library.name is None:
        return by_hand(at, message, (f"nobody can tell on which: {library.because}",))
    found = _awaited(finder, sleep, library.name)
    if isinstance(found, Cannot):
        return by_hand(at, message, (found.because,), known)
    says = f"{message}; `await {library.name}.sleep` lets other tasks run"
    return _Move(_path(sleep), _where(sleep), library.name, Site(at=at, message=says, evidence=known, places=(found,)))


def _against(sleep: Sleep) -> str | None:
    """Return what speaks against awaiting a sleep where it stands."""
    module, function = sleep.function.file.module, sleep.function.node
    return sleep.objection or sleep.place.hindrance or meant(module, sleep.place, function)


def _awaited(finder: Finder, sleep: Sleep, library: str, callers: Iterable[Function] = ()) -> Place | Cannot:
    noticed = counted_on(finder.corpus, [sleep.function, *callers], library)
    if noticed is not None:
        return Cannot(noticed)
    return unblocking.awaiting(sleep.function.file, sleep.place, f"{library}.sleep", sleep.head)


def _through_calls(finder: Finder, plain: list[_Plain]) -> Iterator[Site | Dismissed | _Move]:
    """Yield what there is to say of the sleeps that plain functions run."""
    reach = Reach(finder, {each.function: each.name for each in plain})
    offered: dict[tuple[Key, Key], tuple[unblocking.Handed, list[str]]] = {}
    for each in plain:
        match reach.verdict(each.function, each.qualname):
            case Unreached(because):
                yield Dismissed(each.path, each.at[0], because)
            case Stuck() as stuck:
                yield _stuck(each.again(finder), stuck.because, stuck)
            case Convertible() as verdict:
                yield _converted(finder, each.again(finder), verdict)
            case Threadable() as verdict:
                for entry in verdict.entries:
                    if entry.key not in offered:
                        offered[entry.key] = unblocking.handed(entry, finder, verdict.because), []
                    offered[entry.key][1].append(f"{each.path}:{each.at[0]}")
    for handed, slept in offered.values():
        yield _handed_over(handed, slept)


def _message(sleep: Sleep) -> str:
    return f"`time.sleep` holds up the event loop: a coroutine gets to `{sleep.function.qualname}` through calls"


def _stuck(sleep: Sleep, because: Iterable[str], verdict: Stuck | Convertible) -> Site:
    at = Place.of(_path(sleep), sleep.place.call)
    return by_hand(at, _message(sleep), because, unblocking.evidence(at.line, verdict.chain))


def _converted(finder: Finder, sleep: Sleep, verdict: Convertible) -> Site | _Move:
    """Return the site of a sleep whose function becomes a coroutine, with all that call it."""
    if (because := _against(sleep)) is not None:
        return _stuck(sleep, (because,), verdict)
    library = unblocking.common_library(finder.corpus, verdict.conversion.roots)
    if isinstance(library, Cannot):
        return _stuck(sleep, (library.because,), verdict)
    conversion = verdict.conversion
    found = _awaited(finder, sleep, library, [*conversion.functions, *conversion.roots])
    if isinstance(found, Cannot):
        return _stuck(sleep, (found.because,), verdict)
    names = ", ".join(f"`{function.qualname}`" for function in conversion.functions)
    become = "becomes a coroutine" if len(conversion.functions) == 1 else "become coroutines"
    site = Site(
        at=Place.of(_path(sleep), sleep.place.call),
        message=f"{_message(sleep)}; {names} {become}, and each call awaits",
        evidence=unblocking.evidence(sleep.place.call.lineno, verdict.chain),
        places=(
            found,
            *unblocking.becoming_coroutines(conversion.functions),
            *unblocking.awaiting_calls(conversion.calls, finder),
        ),
    )
    return _Move(_path(sleep), _where(sleep), library, site)


def _handed_over(handed: unblocking.Handed, slept: Iterable[str]) -> Site:
    """Return the site of a coroutine's call of something that sleeps and has to stay a plain function."""
    where = ", ".join(sorted({*slept}))
    return unblocking.in_thread(
        handed, f"this call sleeps ({where}) and holds up the event loop that `{handed.caller}` runs on"
    )


def _patched_along(patches: SleepPatches, moves: list[_Move]) -> Iterator[Site]:
    """Yield the sites of sleeps that move, with the tests that patch them: those of one patch move together."""
    for group in _together(patches, moves):
        found = patches.of(list(_told(group)))
        against = [patch.because for patch in found if patch.because is not None]
        if against:
            yield from (
                by_hand(move.site.at, _plainly(move.site.message), against, move.site.evidence) for move in group
            )
        elif found:
            edits = [edit for patch in found for edit in patch.edits]
            places = [place for move in group for place in _unneeded(patches, move, edits)]
            for move in group:
                yield replace(move.site, places=(*places, *map(_patch_place, edits)))
        else:
            yield from (replace(move.site, places=tuple(_unneeded(patches, move, ()))) for move in group)


def _together(patches: SleepPatches, moves: list[_Move]) -> list[list[_Move]]:
    """Group the sleeps of all files that the same patches serve."""
    groups: dict[str, list[_Move]] = {}
    for move in moves:
        path = move.path
        shared = patches.together(path)
        groups.setdefault(min((path, *shared)) if shared else f"{path}\0{move.site.at}", []).append(move)
    return list(groups.values())


def _told(group: list[_Move]) -> Iterator[Move]:
    """Yield what moves, for each file and library."""
    found: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for move in group:
        found.setdefault((move.path, move.library), set()).add(move.at)
    for (path, library), calls in sorted(found.items()):
        yield Move(path=path, sleeps=frozenset(calls), library=library)


def _unneeded(patches: SleepPatches, move: _Move, edits: Iterable[Edit]) -> Iterator[Place]:
    """Yield the places of a site; the import of what other files reach through this one stays."""
    for place in move.site.places:
        plan = place.plan
        if isinstance(plan, Await) and plan.unused:
            wanted = patches.wanted(place.path, tuple(edits))
            yield replace(place, plan=replace(plan, unused=tuple(name for name in plan.unused if name not in wanted)))
        else:
            yield place


def _patch_place(edit: Edit) -> Place:
    return Place(
        path=edit.path,
        kind=edit.kind,
        line=edit.line,
        column=edit.column,
        end_line=edit.end_line,
        end_column=edit.end_column,
        plan=Instead(edit.source, edit.imports, edit.unused, edit.drops),
    )


def _plainly(message: str) -> str:
    """Return what a message says before its semicolon, which is what would be done."""
    return message.partition("; ")[0]
