"""Has every repository planned for that has changed: it packs parcels, hands them to an engine and collects plans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from fixbot.campaigning.looking import Looked
from fixbot.campaigning.places import Places
from fixbot.interrupts import check
from fixbot.shell.campaign.engines import Engine
from fixbot.shell.campaign.errand import Answer, Errand
from fixbot.shell.campaign.parcels import pack

_MOST_TRIES = 3  # of the engine, not of the repository
_OFTEN = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a worker gets: an errand, and the file that holds the code."""

    errand: Errand
    content: Path

    def drop(self) -> None:
        """Delete the file, which nobody needs any more."""
        with suppress(OSError):
            self.content.unlink(missing_ok=True)


def parcel(looked: Looked, places: Places, seconds: float, *, whole: bool) -> Parcel:
    """Pack what is needed to plan for a repository.

    Args:
        looked: the repository as it is.
        places: where parcels are kept.
        seconds: what planning may take.
        whole: whether a command of the operator's runs over all files.

    Raises:
        FixbotError: its forge or its server does not give what is needed, or it is too large.
        OSError: there is no room for it.
    """
    seen = looked.seen
    place = places.parcel(seen.name, seen.key)
    place.parent.mkdir(parents=True, exist_ok=True)
    errand = Errand(
        name=seen.name,
        commit=looked.base.commit,
        branch=looked.base.branch,
        arguments=looked.arguments,
        situation=looked.situation(),
        seconds=seconds,
    )
    pack(looked.git, looked.base.commit, place, whole=whole)
    return Parcel(errand, place)


@dataclass(slots=True)
class Planning:
    """Work at an engine: never more than it can do at once and one more, so that little waits in memory.

    Attributes:
        engine: who does it.
        is_over: says whether all work is to end.
        is_all_begun: whether every parcel has been handed over.
    """

    engine: Engine
    is_over: Callable[[], bool]
    is_all_begun: bool = False
    _running: dict[Future[Answer], tuple[Parcel, int]] = field(default_factory=dict)
    _renewed: int = 0
    _tries: Counter[str] = field(default_factory=Counter)

    def answers(self, todo: Iterable[Parcel | None]) -> Iterator[Answer | None]:
        """Yield what comes of each parcel, as it comes.

        Args:
            todo: the parcels, made when there is room for them; None stands for a repository without one.

        Yields:
            Answers, and None whenever there was time to do something else.
        """
        parcels = iter(todo)
        while not (self.is_all_begun and not self._running) and not self.is_over():
            check()
            self._fill(parcels)
            yield None
            if self._running:
                yield from self._finished()
        for future in self._running:
            future.cancel()

    def _fill(self, parcels: Iterator[Parcel | None]) -> None:
        while not self.is_all_begun and len(self._running) <= self.engine.slots and not self.is_over():
            try:
                one = next(parcels)
            except StopIteration:
                self.is_all_begun = True
            else:
                if one is not None:
                    self._begin(one)

    def _begin(self, one: Parcel) -> None:
        self._running[self.engine.submit(one.errand, one.content)] = one, self._renewed

    def _finished(self) -> Iterator[Answer]:
        done, _ = wait(self._running, timeout=_OFTEN, return_when=FIRST_COMPLETED)
        for future in done:
            one, renewed = self._running.pop(future)
            error = _error(future)
            if error is None:
                one.drop()
                yield _answered(one, future.result())
            elif isinstance(error, CancelledError):  # then it was the engine that broke off, and not this errand
                if renewed == self._renewed:
                    self.engine.renew()
                    self._renewed += 1
                self._begin(one)
            else:
                yield from self._again(one, error)

    def _again(self, one: Parcel, error: BaseException) -> Iterator[Answer]:
        """Give to the engine once more what it has lost; what it always dies of is left."""
        name = one.errand.name
        self._tries[name] += 1
        if self._tries[name] < _MOST_TRIES:
            self._begin(one)
            return
        one.drop()
        yield Answer(name=name, failed=f"its worker died {_MOST_TRIES} times ({type(error).__name__})")


def _answered(one: Parcel, answer: Answer) -> Answer:
    """Return an answer that is about the repository that it was asked about."""
    name = one.errand.name
    return answer if answer.name == name else Answer(name=name, failed="its worker answered for another repository")


def _error(future: Future[Answer]) -> BaseException | None:
    """Return why an engine has no answer; None where it has one."""
    return CancelledError() if future.cancelled() else future.exception()
