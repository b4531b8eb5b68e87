"""The main story of a repository with fixbot: opened, updated, emptied, asked and answered; and what is left of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fixbot.settings import Settings
from tests.machine.book import Book
from tests.machine.gate import Trap

if TYPE_CHECKING:
    from tests.machine.world import World

SMELL = "def {name}(path):\n    try:\n        return open(path).read()\n    except:\n        return ''\n"
FILES = {"README.md": "# sample\n", "a.py": SMELL.format(name="load"), "one/c.py": SMELL.format(name="fetch")}
STAGES = (0, 1)
_MARKER = re.compile(r"<!-- fixbot:1 (\{.*?\}) -->", re.DOTALL)
_BOX_LINE = re.compile(r"^- \[.\] <!-- fixbot:do (\w+ \S+) --> [^\[\n]*(\[#\d+\]|#\d+)", re.MULTILINE)
_CHANCE = re.compile(r"\b\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|\+00:00)?|(?<=\"comment\":)\d+|(?<=\"heard\":)\[[\d,]*\]")


@dataclass(frozen=True, slots=True)
class Crash:
    """A run of the story, from 0, is killed before or after its write `nth`."""

    stage: int
    nth: int
    before: bool


class Story:
    """Tells the story once, in one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.book = Book(world)
        self.writes: list[int] = []
        forge = "github" if world.talks else "local"
        limits = {"max_files": 1, "max_hourly": 10}
        self.settings = Settings(select=("bare-except",), forge=forge, reviewers=("ada",), **limits)  # type: ignore[arg-type]

    def tell(self, crash: Crash | None = None) -> None:
        """Tell it to its end; where a run is killed, another one follows at once."""
        self._run(crash, 0)
        self._people_act()
        self._run(crash, 1)

    def _run(self, crash: Crash | None, stage: int) -> None:
        if crash is not None and crash.stage == stage:
            ran = self.book.run(self.settings, Trap(crash.nth, crash.before, self.world.gate.die, kills=True))
            assert ran.died, f"there is no write {crash.nth}"
        ran = self.book.run(self.settings)
        assert ran.report is not None, ran.failure
        self.writes.append(self.world.gate.writes)

    def _people_act(self) -> None:
        """What one file reads is something else, the other does not smell any more, and somebody asks."""
        mended = FILES["one/c.py"].replace("except:", "except OSError:")
        changed = FILES["a.py"].replace("open(path).read()", "int(open(path).read())")
        self.book.commit("main", {"a.py": changed, "one/c.py": mended})
        for pull in self.book.pulls("open"):
            self.book.command(pull, "explain", writer=True)  # what it says does not depend on the run that says it

    def end(self) -> dict[str, Any]:
        """Give what is there in the end, without what is different each time."""
        pulls = {pull.branch: pull for pull in self.world.pulls()}
        return {
            "branches": self.world.history.heads(),
            "pulls": {
                branch: (pull.state, pull.title, sorted(pull.labels), _told(pull.body))
                for branch, pull in pulls.items()
            },
            "said": _plain(self.world.said()),
            "boards": [sorted(_BOX_LINE.findall(board.body)) for board in self.world.boards()],
        }


def _told(body: str) -> Any:  # noqa: ANN401 - JSON is any
    """Give the visible text, and the marker without the time of a closing and the number of a comment."""
    (marker,) = _MARKER.findall(body)
    told = json.loads(marker)
    return _MARKER.sub("", body), told | {"closed_at": "", "heard": bool(told["heard"])}


def _plain(said: dict[str, list[str]]) -> dict[str, list[str]]:
    return {place: sorted(_CHANCE.sub("…", one) for one in words) for place, words in said.items()}
