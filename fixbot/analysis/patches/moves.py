"""Says which places of a project's tests patch the sleeps of a module, and how they move with them; it only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.patches.aims import Aim, aims_of, reaches
from fixbot.analysis.patches.exercised import Exercised, Sleep
from fixbot.analysis.patches.fakes import Edit
from fixbot.analysis.patches.retarget import CannotMoveError, retarget
from fixbot.analysis.patches.wanted import wanted

__all__ = ["Edit", "Move", "Patch", "SleepPatches"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Those `time.sleep` of one file that are about to become an awaited `sleep` of another library.

    `sleeps` has the line and the column (as `ast` has them) of each call; `library` is `asyncio`, `trio` or `anyio`.
    """

    path: str
    sleeps: frozenset[tuple[int, int]]
    library: str = "asyncio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One place of a test file that patches a sleep which is about to move.

    `serves` are the files whose sleeps it patches. `edits` move it along, all of them or none; where that is not
    possible, there are none and `because` is a whole sentence that says why.
    """

    path: str
    line: int
    target: str
    serves: tuple[str, ...]
    edits: tuple[Edit, ...] = ()
    because: str | None = None


class SleepPatches:
    """Everything in one project that puts a fake in the place of `time.sleep`."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.exercised = Exercised(corpus)

    @cached_property
    def _aims(self) -> tuple[Aim, ...]:
        return tuple(aims_of(self.exercised))

    def together(self, path: str) -> tuple[str, ...]:
        """Return the files whose sleeps have to move with those of a file, because the same patches serve them.

        The file itself is among them; sorted, and empty where nothing patches its sleeps.
        """
        found: set[str] = set()
        waiting = {path}
        while waiting:
            one = waiting.pop()
            served = {each for aim in self._aims if one in aim.serves for each in aim.serves}
            waiting |= served - found
            found |= served
        return tuple(sorted(found))

    def of(self, moves: Collection[Move]) -> tuple[Patch, ...]:
        """Return the patches that would be without effect once some sleeps have moved, and what becomes of them.

        Args:
            moves: the sleeps that move together: for each file one record, or one for each library.
        """
        return tuple(self._patch(aim, moves) for aim in self._aims if self._moving(aim, moves))

    def wanted(self, path: str, edits: Collection[Edit]) -> frozenset[str]:
        """Return the names by which a file has `time` or its `sleep` and that others reach through it after the edits.

        Their imports have to stay, even where the file itself has no more use for them.
        """
        names = {sleep.local for sleep in self.exercised.sleeps(path) if sleep.early}
        return wanted(self.exercised, path, names, edits)

    def _moving(self, aim: Aim, moves: Collection[Move]) -> list[Move]:
        """Return those moves that take a sleep away from a patch, with these sleeps alone."""
        reached = {path: {(sleep.line, sleep.column) for sleep in self._reached(aim, path)} for path in aim.serves}
        taken = (replace(move, sleeps=move.sleeps & reached.get(move.path, set())) for move in moves)
        return [move for move in taken if move.sleeps]

    def _reached(self, aim: Aim, path: str) -> list[Sleep]:
        return [sleep for sleep in self.exercised.sleeps(path) if reaches(aim, path, sleep)]

    def _patch(self, aim: Aim, moves: Collection[Move]) -> Patch:
        try:
            edits = self._edits(aim, moves)
        except CannotMoveError as exc:
            because = f"{aim.path}:{aim.line} patches `{aim.target}` {exc}"
            return Patch(path=aim.path, line=aim.line, target=aim.target, serves=aim.serves, because=because)
        return Patch(path=aim.path, line=aim.line, target=aim.target, serves=aim.serves, edits=edits)

    def _edits(self, aim: Aim, moves: Collection[Move]) -> tuple[Edit, ...]:
        moving = self._moving(aim, moves)
        libraries = sorted({move.library for move in moving})
        if len(libraries) > 1:
            message = f"for code that runs on {' and on '.join(libraries)}"
            raise CannotMoveError(message)
        moved = {move.path: move.sleeps for move in moving}
        patch = retarget(self.corpus, aim, libraries[0], moved)
        self._ensure_alone(aim, moved, libraries[0])
        return patch.edits(moved.get(aim.path, frozenset()))

    def _ensure_alone(self, aim: Aim, moved: Mapping[str, frozenset[tuple[int, int]]], library: str) -> None:
        """Make sure that everything a patch serves moves, and that it gets nothing else to serve.

        Raises:
            CannotMoveError: that is not so.
        """
        for path in aim.serves:
            for sleep in self._reached(aim, path):
                if (sleep.line, sleep.column) not in moved.get(path, ()):
                    message = f"also for {path}:{sleep.line}, which goes on to sleep"
                    raise CannotMoveError(message)
        for path, sleep in self._awaited(aim, library):
            message = f"and would then patch the `{library}.sleep` at {path}:{sleep.line} too"
            raise CannotMoveError(message)

    def _awaited(self, aim: Aim, library: str) -> Iterator[tuple[str, Sleep]]:
        """Yield what waits with the other library already where the patch is in force.

        A patch in a conftest may be in force for every test, and for all that tests run.
        """
        shared = self.corpus.mentioning("sleep") if aim.path.endswith("conftest.py") else ()
        around = [path for path in shared if library.encode() in self.corpus.files[path] and path != aim.path]
        for path in dict.fromkeys((*aim.serves, *around)):
            yield from ((path, sleep) for sleep in self.exercised.sleeps(path, library))
        for sleep in self.exercised.sleeps(aim.path, library):
            if aim.first <= sleep.line <= aim.last:
                yield aim.path, sleep
