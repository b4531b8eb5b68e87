"""Lets exceptions flow through the calls of the standard library until nothing changes any more; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from derive.stdlib.blame import FRAGILE
from derive.stdlib.read import steps
from derive.stdlib.steps import Again, Call, Gap, Native, Raise, Source, Step, Target, Try

Leak = tuple[type[BaseException], bool]
Leaks = frozenset[Leak]
NONE: Leaks = frozenset()


@dataclass(frozen=True, slots=True)
class Probed:
    """What a callable written in C was seen to raise, and whether that is all."""

    leaks: Leaks
    complete: bool = False


@dataclass(slots=True)
class Flow:
    """Which exceptions leave which function; asks `probed` for what is written in C."""

    probed: Mapping[str, Probed] = field(default_factory=dict)
    leaks: dict[Source, Leaks] = field(default_factory=dict)
    steps: dict[Source, tuple[Step, ...]] = field(default_factory=dict)
    callers: dict[Source, set[Source]] = field(default_factory=dict)
    holes: set[Source] = field(default_factory=set)

    def solve(self) -> None:
        """Run the flow through what was read to its fixed point."""
        order = list(self.steps)
        waiting = dict.fromkeys(reversed(order))
        while waiting:
            source = next(iter(waiting))
            del waiting[source]
            found = self._block(self.steps[source], NONE)
            if found != self.leaks[source]:
                self.leaks[source] = found
                waiting |= dict.fromkeys(self.callers.get(source, ()))
        self._spread_holes(order)

    def read(self, roots: Iterable[Source]) -> None:
        """Read all that the roots can reach."""
        waiting = list(roots)
        while waiting:
            source = waiting.pop()
            if source in self.steps:
                continue
            self.steps[source], self.leaks[source] = steps(source), NONE
            for target in _called(self.steps[source]):
                if isinstance(target, Source):
                    self.callers.setdefault(target, set()).add(source)
                    waiting.append(target)

    def _spread_holes(self, order: list[Source]) -> None:
        waiting = [source for source in order if self._open(self.steps[source])]
        while waiting:
            source = waiting.pop()
            if source not in self.holes:
                self.holes.add(source)
                waiting.extend(self.callers.get(source, ()))

    def _open(self, body: Iterable[Step]) -> bool:
        return any(isinstance(step, Gap) for step in _all(body)) or any(
            not (target.name in self.probed and self.probed[target.name].complete)
            for target in _called(body)
            if isinstance(target, Native)
        )

    def _block(self, body: Iterable[Step], held: Leaks) -> Leaks:
        found: set[Leak] = set()
        for step in body:
            if isinstance(step, Raise):
                found.add((step.type, step.misuse))
            elif isinstance(step, Again):
                found |= held
            elif isinstance(step, Call):
                leaks = [(leak, target) for target in step.targets for leak in self.out_of(target)]
                found |= {leak for leak, target in leaks if _passes(leak, step, target)}
            elif isinstance(step, Try):
                found |= self._try(step, held)
        return frozenset(found)

    def out_of(self, target: Target) -> Leaks:
        """Return what leaves a call of `target`."""
        if isinstance(target, Source):
            return self.leaks[target]
        return self.probed[target.name].leaks if target.name in self.probed else NONE

    def _try(self, step: Try, held: Leaks) -> Leaks:
        left = self._block(step.body, held)
        found: set[Leak] = set()
        for handler in step.handlers:
            types = handler.types if handler.types is not None else ()
            caught = frozenset(leak for leak in left if issubclass(leak[0], types))
            left -= caught
            found |= self._block(handler.body, caught)
        return left | found | self._block(step.otherwise, held) | self._block(step.final, held)


def _passes(leak: Leak, step: Call, target: Target) -> bool:
    """Tell whether an exception of a callee can reach the caller: not where internal values rule it out."""
    kind, misuse = leak
    if issubclass(kind, step.never) or (misuse and not step.given):
        return False
    built_in = isinstance(target, Native) and target.method
    if issubclass(kind, FRAGILE):
        look_up = isinstance(target, Native) and not built_in and not step.constant and kind is KeyError
        return step.given or look_up
    if built_in and not issubclass(kind, OSError | UnicodeDecodeError):
        return step.given
    return not (step.constant and issubclass(kind, (ValueError, re.error)) and kind is not UnicodeDecodeError)


def _all(body: Iterable[Step]) -> Iterator[Step]:
    for step in body:
        yield step
        if isinstance(step, Try):
            yield from _all([*step.body, *step.otherwise, *step.final])
            for handler in step.handlers:
                yield from _all(handler.body)


def _called(body: Iterable[Step]) -> Iterator[Target]:
    return (target for step in _all(body) if isinstance(step, Call) for target in step.targets)
