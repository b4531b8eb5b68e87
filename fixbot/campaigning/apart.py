"""Planning in two steps that share no secret: what holds a token packs, what holds none plans."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, as_completed
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
    for seen in repositories:
        try:
            because = seen.skipped or _packed(ordered, seen, places, to)
        except (RateLimitError, TokenError):
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
    made = parcel(found, places, ordered.campaign.minutes * 60.0, whole=ordered.campaign.verify_command is not None)
    stem = places.plan(seen.name, found.seen.key).stem
    shutil.move(made.content, to / f"{stem}{_PACK}")  # it may be another disk
    (to / f"{stem}{_ERRAND}").write_text(written(made.errand), "utf-8")
    return ""


def plan_all(parcels: Path, to: Path, workers: int) -> Iterator[str]:
    """Plan for each parcel in a folder, and say what becomes of each; one that is none holds up no other.

    Args:
        parcels: the folder.
        to: the folder for plans.
        workers: how many processes at once.
    """
    with engine("processes", workers) as processes:
        running: dict[Future[Answer], str] = {}
        for place in sorted(parcels.glob(f"*{_ERRAND}")):
            try:
                running[_begun(processes, place)] = place.name.removesuffix(_ERRAND)
            except FixbotError as exc:
                yield str(exc)
            except OSError as exc:
                yield f"{place.name}: cannot be read: {exc.strerror}"
        for future in as_completed(running):
            answer = future.result()
            yield f"{answer.name}: {answer.failed or _kept(answer, to / f'{running[future]}.json')}"


def _begun(processes: Engine, place: Path) -> Future[Answer]:
    """Begin to plan for a parcel.

    Raises:
        OperatorError: it is none.
    """
    stem = place.name.removesuffix(_ERRAND)
    if not _STEM.match(stem) or not place.is_file():
        message = f"{place.name}: `fixbot campaign pack` has not written it"
        raise OperatorError(message)
    errand = read(place.read_bytes(), Errand, place.name)
    return processes.submit(errand, place.with_name(f"{stem}{_PACK}"))


def _kept(answer: Answer, place: Path) -> str:
    """Write a plan, and say what became of it."""
    try:
        with fresh(place) as new:
            new.write_bytes(answer.plan)
    except OSError as exc:
        return f"there is no room for its plan: {exc.strerror}"
    return "planned"
