"""Measures how fast the findings of earlier commits are counted: `python -m benchmarks.history CLONE [REF]`.

The clone needs a working tree or an empty one, and all contents of its past. The first commit is scanned as a whole;
what follows is the difference between counting that one alone and counting all.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from fixbot.errors import FixbotError
from fixbot.history import History
from fixbot.past import over_time
from fixbot.registry import choose
from fixbot.shell.git import Git
from fixbot.shell.workers import default_jobs

_HEAD = (
    "| commits | files | seconds for the first | seconds for all | commits a second after the first "
    "| findings at the first | at the last |\n|--:|--:|--:|--:|--:|--:|--:|"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A history, how long counting it took, and how long its first commit alone; in seconds."""

    history: History
    all: float
    first: float

    def row(self) -> str:
        """Return a row of the table."""
        first, last = self.history.points[0], self.history.points[-1]
        after = len(self.history.points) - 1
        speed = f"{after / max(self.all - self.first, 0.001):,.0f}" if after else ""
        times = f"{self.first:.2f} | {self.all:.2f} | {speed}"
        return f"| {after + 1:,} | {last.files:,} | {times} | {first.findings:,} | {last.findings:,} |"


def main() -> int:
    """Measure and print a table with a row for each number of commits; 2 where there is nothing to measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description="Count findings of the past.")
    add = parser.add_argument
    add("clone", type=Path, help="a clone with all its contents")
    add("ref", nargs="?", default="HEAD", help="a commit or a full ref (default: %(default)s)")
    add("--last", type=int, nargs="+", default=[200, 400], metavar="N", help="how many commits (default: 200 400)")
    add("--jobs", type=int, default=default_jobs(), metavar="N", help="processes at once (default: %(default)s)")
    asked = parser.parse_args()
    try:
        git = Git(asked.clone)
        _measured(git, asked.ref, 1, asked.jobs)  # what git reads and Python imports is warm from here on
        rows = [_measured(git, asked.ref, last, asked.jobs).row() for last in asked.last]
    except FixbotError as exc:
        print(f"benchmarks.history: {exc}", file=sys.stderr)
        return 2
    print("\n".join([_HEAD, *rows]))
    return 0


def _measured(git: Git, ref: str, last: int, jobs: int) -> Measured:
    codemods = choose()
    started = time.perf_counter()
    history = over_time(git, ref, codemods, last=last, jobs=jobs)
    middle = time.perf_counter()
    over_time(git, history.points[0].commit, codemods, last=1, jobs=jobs)
    return Measured(history, middle - started, time.perf_counter() - middle)


if __name__ == "__main__":
    sys.exit(main())
