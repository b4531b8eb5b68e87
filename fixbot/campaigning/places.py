"""Where a campaign keeps what it can do without: plans, clones, parcels; deleting any of it costs work alone."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from fixbot.errors import FixbotError, OperatorError
from fixbot.handover.documents import Plan
from fixbot.handover.text import LIMIT, read

_DIGITS = 16
_PLAN = re.compile(r"([0-9a-f]{16})-[0-9a-f]{16}\.json\Z")


def short(text: str) -> str:
    """Return a name for a text that every file system takes."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:_DIGITS]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a campaign below one of its own."""

    folder: Path

    def make(self) -> None:
        """Make what outlasts a pass, where it is not there; the others are made when they are needed.

        Raises:
            OperatorError: they cannot be made.
        """
        try:
            (self.folder / "plans").mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            message = f"cannot write {self.folder}: {exc.strerror}"
            raise OperatorError(message) from exc

    @property
    def journal(self) -> Path:
        """The journal of a campaign that has none elsewhere."""
        return self.folder / "journal.sqlite"

    @property
    def page(self) -> Path:
        """The page that shows how far the campaign is."""
        return self.folder / "status.html"

    def clone(self, name: str) -> Path:
        """Return the clone of a repository."""
        return self.folder / "clones" / f"{short(name)}.git"

    def parcel(self, name: str, key: str) -> Path:
        """Return the parcel of a repository, which is there while it is planned for."""
        return self.folder / "parcels" / f"{short(name)}-{key}.pack"

    def plan(self, name: str, key: str) -> Path:
        """Return the plan for a repository."""
        return self.folder / "plans" / f"{short(name)}-{key}.json"

    def keep(self, name: str, key: str, plan: bytes) -> None:
        """Write a plan, and drop the older ones of its repository.

        Raises:
            OSError: there is no room for it; then the older ones are still there.
        """
        place = self.plan(name, key)
        with fresh(place) as new:
            new.write_bytes(plan)
        for other in place.parent.glob(f"{short(name)}-*.json"):
            if other != place:
                other.unlink(missing_ok=True)

    def made(self, name: str, key: str) -> Plan:
        """Return the plan for a repository; one that cannot be read is dropped, so that the next pass plans again.

        Raises:
            OperatorError: it is not what fixbot writes.
            OSError: it is gone.
        """
        place = self.plan(name, key)
        try:
            return read(place.read_bytes(), Plan, "its plan")
        except FixbotError:
            place.unlink(missing_ok=True)
            raise

    def tidy(self, names: Collection[str]) -> None:
        """Drop what nobody needs any more where only these repositories are looked at: parcels, plans of others.

        Raises:
            OperatorError: the folders cannot be made, where somebody deleted them.
        """
        self.make()
        shutil.rmtree(self.folder / "parcels", ignore_errors=True)
        wanted = {short(name) for name in names}
        for place in (self.folder / "plans").iterdir():
            named = _PLAN.match(place.name)
            if named is None or named[1] not in wanted:
                with suppress(OSError):
                    place.unlink()

    def take(self, folder: Path) -> None:
        """Take the plans that were made elsewhere; whether they may be believed is judged where they are used.

        What has no name of a plan, or is longer than any plan may be, is left.

        Raises:
            OperatorError: they cannot be read, or there is no room for them.
        """
        try:
            for plan in sorted(folder.iterdir()):
                if _PLAN.match(plan.name) and plan.is_file() and plan.stat().st_size <= LIMIT:
                    with fresh(self.folder / "plans" / plan.name) as new:
                        shutil.copyfile(plan, new)
        except OSError as exc:
            message = f"cannot take the plans in {folder}: {exc.strerror}"
            raise OperatorError(message) from exc

    def halt(self, word: str) -> None:
        """Remember beside the journal why the campaign is halted: whoever deletes that one does not let it go on.

        Raises:
            OperatorError: it cannot be written.
        """
        try:
            self._halted.write_text(f"{word}\n", "utf-8")
        except OSError as exc:
            message = f"cannot write {self._halted}: {exc.strerror}"
            raise OperatorError(message) from exc

    def halted(self) -> str:
        """Return why the campaign is halted; empty where it is not."""
        try:
            return self._halted.read_text("utf-8", "replace").strip() or "halted"
        except FileNotFoundError:
            return ""
        except OSError:
            return "halted"

    def go(self) -> None:
        """Let the campaign go on.

        Raises:
            OperatorError: the word for it cannot be taken away.
        """
        try:
            self._halted.unlink(missing_ok=True)
        except OSError as exc:
            message = f"cannot delete {self._halted}: {exc.strerror}"
            raise OperatorError(message) from exc

    @property
    def _halted(self) -> Path:
        return self.folder / "halted"

    def drop(self, name: str) -> None:
        """Drop the clone of a repository, where many would not fit on the disk."""
        shutil.rmtree(self.clone(name), ignore_errors=True)

    def clear(self) -> None:
        """Drop clones and parcels: there is nothing left to do with them."""
        for name in ("clones", "parcels"):
            shutil.rmtree(self.folder / name, ignore_errors=True)


@contextmanager
def fresh(place: Path) -> Iterator[Path]:
    """Give the name of a new file, of this process alone, which takes its place once it is whole."""
    new = place.with_name(f"{place.name}.{os.getpid()}.new")
    try:
        yield new
        new.replace(place)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
