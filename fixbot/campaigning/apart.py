"""Planning in two steps that share no secret: what holds a token packs, what holds none plans."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from pathlib import Path

from fixbot.campaign.records import Seen
from fixbot.campaigning.looking import look
from fixbot.campaigning.places import Places, fresh
from fixbot.campaigning.planning import parcel
from fixbot.errors import FixbotError, OperatorError, RateLimitError, TokenError
from fixbot.handover.text import read, written
from fixbot.shell.campaign.engines import Engine, engine
from fixbot.shell.campaign.errand import Answer, Errand
from fixbot.shell.campaign.reading import Ordered

_ERRAND, _PACK = ".errand.json", ".pack"
# What is planned for: the repository, and how the files of its parcel begin.
_Running = dict[Future[Answer], tuple[str, str]]
_STEM = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}\Z")


def pack_all(ordered: Ordered, repositories: Sequence[Seen], places: Places, to: Path) -> Iterator[str]:
    """Write a parcel for each repository that takes part, and say what becomes of each.

    Args:
        ordered: the campaign.
        repositories: those of this job.
        places: where clones are kept meanwhile.
        to: the folder for parcels.

    Raises:
        RateLimitError: GitHub wants to be left alone.
        TokenError: the token is no good, or no good any more.
    """
    for number, seen in enumerate(repositories):
        try:
            because = seen.skipped or _packed(ordered, seen, places, to)
        except (RateLimitError, TokenError):
            yield f"only the first {number} of {len(repositories)} repositories had their turn, and no other is packed"
            raise
        except FixbotError as exc:
            because = str(exc)
        except OSError as exc:
            because = f"cannot be packed: {exc.strerror or exc}"
        places.drop(seen.name)
        yield f"{seen.name}: {because or 'packed'}"


def _packed(ordered: Ordered, seen: Seen, places: Places, to: Path) -> str:
    """Pack one repository; return why it takes no part, empty where it does."""
    found = look(ordered, seen, places.clone(seen.name), reading=True)
    if isinstance(found, Seen):
        return found.skipped
    place = places.parcel(seen.name, found.seen.key)
    pack, errand = to / f"{place.stem}{_PACK}", to / f"{place.stem}{_ERRAND}"
    is_whole = ordered.campaign.verify_command is not None
    try:
        made = parcel(found, places, ordered.campaign.minutes * 60.0, whole=is_whole)
        shutil.move(made.content, pack)  # it may be another disk
        errand.write_text(written(made.errand), "utf-8")
    except BaseException:
        for half in (place, pack, errand):
            with suppress(OSError):
                half.unlink(missing_ok=True)
        raise
    return ""


def plan_all(parcels: Path, to: Path, workers: int) -> Iterator[str]:
    """Plan for each parcel in a folder, and say what becomes of each; one that is none holds up no other.

    Args:
        parcels: the folder.
        to: the folder for plans.
        workers: how many processes at once.
    """
    with engine("processes", workers) as processes:
        running: _Running = {}
        for place in sorted(parcels.glob(f"*{_ERRAND}")):
            try:
                _begin(processes, place, running)
            except FixbotError as exc:
                yield str(exc)
            except OSError as exc:
                yield f"{place.name}: cannot be read: {exc.strerror}"
            yield from _ended(running, to, processes.slots)
        yield from _ended(running, to, 0)


def _ended(running: _Running, to: Path, most: int) -> Iterator[str]:
    """Wait until no more than so many are under way: a plan may be large, and is let go once it is written."""
    while len(running) > most:
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            name, stem = running.pop(future)
            yield f"{name}: {_told(future, to / f'{stem}.json')}"


def _told(future: Future[Answer], place: Path) -> str:
    """Keep the plan that came of a parcel, and say what became of it; what nobody foresaw ends no other."""
    error = future.exception()
    if error is not None:
        return f"fixbot itself is at fault, please report it: {type(error).__name__}: {error}"
    answer = future.result()
    return answer.failed or _kept(answer, place)


def _begin(processes: Engine, place: Path, running: _Running) -> None:
    """Begin to plan for a parcel.

    Raises:
        OperatorError: it is none.
    """
    stem = place.name.removesuffix(_ERRAND)
    if not _STEM.match(stem) or not place.is_file():
        message = f"{place.name}: `fixbot campaign pack` has not written it"
        raise OperatorError(message)
    errand = read(place.read_bytes(), Errand, place.name)
    running[processes.submit(errand, place.with_name(f"{stem}{_PACK}"))] = errand.name, stem


def _kept(answer: Answer, place: Path) -> str:
    """Write a plan, and say what became of it."""
    try:
        with fresh(place) as new:
            new.write_bytes(answer.plan)
    except OSError as exc:
        return f"there is no room for its plan: {exc.strerror}"
    return "planned"
