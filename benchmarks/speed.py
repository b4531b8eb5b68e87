"""Measures fixbot beside ruff, Fixit 2 and LibCST in one run on two source trees, and prints a Markdown page.

Run it from anywhere: `python benchmarks/speed.py --help`.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if __package__ in {None, ""}:  # started as a file: Python then looks for imports beside it, not above
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import report, tools, trees
from benchmarks.measure import CommandFailedError, alternate, run_once
from benchmarks.report import Comparison, Limit, Missed, Series

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Command, Run
    from benchmarks.trees import Tree

# The bars that fixbot sets itself.
SCAN_TO_RUFF = Limit(most=3.0)
SCAN_TO_FIXIT = Limit(least=50.0)
FIX_TO_LIBCST = Limit(most=0.1)

NO_FIXIT = "left out; name the program with --fixit"
NO_LIBCST = "left out with --skip-libcst"

WORK_DONE = re.compile(
    r'"findings":\s*\d+|Found \d+ errors?|All checks passed'
    r"|\d+ files? (?:checked|clean)|Transformed \d+ files"
)


class LeftOutError(Exception):
    """A comparison that was not asked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured with what, how often, and the folder that holds every copy."""

    programs: tools.Tools
    rounds: int
    slow_rounds: int
    room: Path


def main() -> int:
    """Measure, print the page and write it where asked.

    Returns:
        0 whatever the bars say, 1 where a measured program failed, 2 on wrong use, 130 when stopped.
    """
    asked = _parser().parse_args()
    # a cancelled job gets SIGTERM: it too must end the measured program and remove the copies
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        programs = tools.found(fixit=asked.fixit, libcst=not asked.skip_libcst)
        origins = {
            "django": asked.django or trees.django(asked.cache),
            "stdlib": asked.stdlib or trees.standard_library(),
        }
        with tempfile.TemporaryDirectory(prefix="fixbot-speed-") as room:
            plan = Plan(programs, asked.rounds, asked.slow_rounds, Path(room))
            copies = [trees.copied(name, origin, plan.room / "scan") for name, origin in origins.items()]
            return _measure(plan, copies, asked.output)
    except (tools.ToolMissingError, trees.TreeMissingError) as missing:
        print(f"speed.py: {missing}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("speed.py: stopped; nothing was written", file=sys.stderr)
        return 130


def _measure(plan: Plan, copies: list[Tree], output: Path | None) -> int:
    where = report.machine(tools.versions(plan.programs))
    outcomes = [_tried("scan beside ruff", _scan_beside_ruff, plan, tree) for tree in copies]
    outcomes += [_tried("scan beside Fixit", _scan_beside_fixit, plan, tree) for tree in copies]
    outcomes.append(_tried("fix beside LibCST", _fix_beside_libcst, plan, copies[-1]))
    done = [each for each in outcomes if isinstance(each, Comparison)]
    missed = [each for each in outcomes if isinstance(each, Missed)]
    text = report.page(where, copies, done, missed)
    print(text, end="")
    if output:
        output.write_text(text, encoding="utf-8")
    return 1 if any(each.failed for each in missed) else 0


def _tried(what: str, measure: Callable[[Plan, Tree], Comparison], plan: Plan, tree: Tree) -> Comparison | Missed:
    print(f"{what}: {tree.name}", file=sys.stderr, flush=True)
    try:
        return measure(plan, tree)
    except LeftOutError as why:
        return Missed(f"{what}, {tree.name}", str(why), failed=False)
    except CommandFailedError as why:
        return Missed(f"{what}, {tree.name}", str(why), failed=True)


def _scan_beside_ruff(plan: Plan, tree: Tree) -> Comparison:
    scan = tools.fixbot_scan(plan.programs, tree.name, tree.folder.parent)
    ruff = tools.ruff_check(plan.programs, tree.name, tree.folder.parent)
    watched = run_once(scan, watch=True)
    run_once(ruff)
    ours, theirs = alternate(scan, ruff, rounds=plan.rounds)
    return Comparison(tree.name, SCAN_TO_RUFF, _series(scan, ours), _series(ruff, theirs), watched)


def _scan_beside_fixit(plan: Plan, tree: Tree) -> Comparison:
    if plan.programs.fixit is None:
        raise LeftOutError(NO_FIXIT)
    scan = tools.fixbot_scan(plan.programs, tree.name, tree.folder.parent)
    fixit = tools.fixit_lint(plan.programs.fixit, tree.name, tree.folder.parent)
    with trees.fixit_config(tree):
        watched = run_once(scan, watch=True)
        run_once(tools.on_one_file(fixit, plan.room / "warm"))
        ours, theirs = alternate(scan, fixit, rounds=plan.slow_rounds)
    return Comparison(tree.name, SCAN_TO_FIXIT, _series(scan, ours), _series(fixit, theirs), watched)


def _fix_beside_libcst(plan: Plan, tree: Tree) -> Comparison:
    if not plan.programs.libcst:
        raise LeftOutError(NO_LIBCST)
    folder = plan.room / "fix"
    copy = partial(trees.copy_sources, tree.folder, folder / tree.name)
    fix = tools.fixbot_fix(plan.programs, tree.name, folder)
    noop = tools.libcst_noop(tree.name, folder)
    copy()
    before = _bare_excepts(plan, tree.name, folder)
    watched = run_once(fix, watch=True)
    left = _bare_excepts(plan, tree.name, folder)
    run_once(tools.on_one_file(noop, plan.room / "warm"))
    ours, theirs = alternate(fix, noop, rounds=plan.slow_rounds, before=copy)
    fixed = Series(fix.name, ours, f"bare excepts, as ruff counts them: {before} before, {left} after")
    return Comparison(tree.name, FIX_TO_LIBCST, fixed, _series(noop, theirs), watched)


def _bare_excepts(plan: Plan, target: str, folder: Path) -> int:
    # by rule, because ruff's total includes what does not parse
    said = run_once(tools.ruff_statistics(plan.programs, target, folder)).said
    counted = re.search(r"(\d+)\s+E722\b", said)
    return int(counted[1]) if counted else 0


def _series(command: Command, runs: tuple[Run, ...]) -> Series:
    """Keep the last words about the work: a program that did nothing would be fast as well."""
    done = [match[0] for match in WORK_DONE.finditer(runs[-1].said)]
    return Series(command.name, runs, done[-1].replace('"', "") if done else "did not say")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="speed.py",
        description="Measure fixbot beside ruff, Fixit 2 and LibCST in one run, on copies of two trees.",
    )
    add = parser.add_argument
    add("--django", type=_folder, metavar="PATH", help="an unpacked Django (default: downloaded with pip)")
    add("--stdlib", type=_folder, metavar="PATH", help="a Lib folder (default: the running Python's)")
    add("--cache", type=Path, default=_cache(), metavar="PATH", help="downloads (default: %(default)s)")
    add("--fixit", metavar="PATH", help="the fixit program; without it Fixit is left out")
    add("--skip-libcst", action="store_true", help="leave out `fixbot fix` beside LibCST")
    add("--rounds", type=_count, default=5, metavar="N", help="beside ruff (default: 5)")
    add("--slow-rounds", type=_count, default=1, metavar="N", help="beside Fixit and LibCST (default: 1)")
    add("--output", type=_writable, metavar="FILE", help="write the same page there")
    return parser


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        reason = f"{text} is not a folder"
        raise argparse.ArgumentTypeError(reason)
    return path.absolute()


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        reason = f"{text} is not a number of rounds; give 1 or more"
        raise argparse.ArgumentTypeError(reason)
    return int(text)


def _writable(text: str) -> Path:
    # asked before minutes of measuring, not after
    path = Path(text).absolute()
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        reason = f"{text} cannot be written"
        raise argparse.ArgumentTypeError(reason)
    return path


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fixbot-benchmarks"


if __name__ == "__main__":
    sys.exit(main())
