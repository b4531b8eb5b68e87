"""Measures how much memory fixbot takes for a large tree, all of its processes together, and prints a Markdown table.

    python -m benchmarks.memory [--files N] [--fix] [--select SLUGS] [--keep FOLDER]

The tree is made of real code: the standard library and the installed packages of the Python that runs this, copied
under different names until there are as many files, and committed to a new repository. Nothing of it is run.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

if __package__ in {None, ""}:  # started as a file: Python then looks for imports beside it, not above
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import tools
from benchmarks.measure import Command, CommandFailedError, run_once
from benchmarks.trees import standard_library

FILES = 15_000
BAR = 500  # megabytes, all processes together
SAMPLE_EVERY = 0.2  # seconds: these runs take minutes
MEGABYTE = 1_000_000
_GIT = shutil.which("git") or "git"
_DONE = frozenset({0, 1})


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many files a tree has, and their bytes in ascending order."""

    bytes: tuple[int, ...]

    def told(self) -> str:
        """Return a sentence about them."""
        kilobytes = [size / 1000 for size in self.bytes]
        tenth = kilobytes[len(kilobytes) * 9 // 10]
        return (
            f"{len(kilobytes):,} Python files, {sum(kilobytes) / 1000:.0f} MB: half of them below "
            f"{median(kilobytes):.1f} kB, nine of ten below {tenth:.0f} kB, the largest {kilobytes[-1]:.0f} kB."
        )


def main() -> int:
    """Make the tree, measure and print.

    Returns:
        0 whatever the bar says, 1 where a measured program failed, 2 on wrong use.
    """
    asked = _parser().parse_args()
    try:
        programs = tools.found(fixit=None, libcst=False)
    except tools.ToolMissingError as missing:
        print(f"memory.py: {missing}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="fixbot-memory-") as room:
        folder = asked.keep or Path(room) / "tree"
        if not (folder / ".git").exists():
            make(folder, asked.files)
        print(sizes(folder).told(), end="\n\n", flush=True)
        print("| command | wall | CPU | largest process | all processes together | |")
        print("|---|--:|--:|--:|--:|---|")
        try:
            for command in _commands(programs.fixbot, folder, asked):
                print(_row(command), flush=True)
        except CommandFailedError as why:
            print(f"memory.py: {why}", file=sys.stderr)
            return 1
    return 0


def make(folder: Path, count: int) -> None:
    """Copy sources to a new folder until it has so many Python files, and commit them."""
    taken = 0
    for number in range(count):
        for name, path in _sources():
            target = folder / f"copy{number}" / name / path.relative_to(_origins()[name])
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            taken += 1
            if taken == count:
                _commit(folder)
                return


def _origins() -> dict[str, Path]:
    return {"lib": standard_library(), "packages": Path(sysconfig.get_path("purelib"))}


def _sources() -> Iterator[tuple[str, Path]]:
    for name, origin in _origins().items():
        for path in sorted(origin.rglob("*.py")):
            if path.is_file() and (name != "lib" or "site-packages" not in path.parts):
                yield name, path


def _commit(folder: Path) -> None:
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "--quiet"), ("add", "--force", "--all"), (*who, "commit", "--quiet", "-m", "Sources")):
        subprocess.run([_GIT, "-C", str(folder), *arguments], check=True)


def sizes(folder: Path) -> Sizes:
    """Return the sizes of the Python files below a folder."""
    return Sizes(tuple(sorted(path.stat().st_size for path in folder.rglob("*.py"))))


def _commands(fixbot: str, folder: Path, asked: argparse.Namespace) -> Iterator[Command]:
    chosen = ("--select", asked.select) if asked.select else ()
    common = ("--no-progress", "--quiet", *chosen)
    yield Command("fixbot scan", (fixbot, "scan", "--format", "json", *common), ".", folder, _DONE)
    if asked.fix:
        yield Command("fixbot fix --diff", (fixbot, "fix", "--diff", *common), ".", folder, _DONE)


def _row(command: Command) -> str:
    run = run_once(command, watch=True, every=SAMPLE_EVERY)
    together = "not sampled" if run.tree is None else f"{run.tree / MEGABYTE:.0f} MB"
    verdict = "" if run.tree is None else "met" if run.tree < BAR * MEGABYTE else f"not met: {BAR} MB"
    largest = f"{run.peak / MEGABYTE:.0f} MB"
    return f"| `{command.name}` | {run.wall:.0f} s | {run.cpu:.0f} s | {largest} | {together} | {verdict} |"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=FILES, help=f"how many Python files the tree has [{FILES}]")
    parser.add_argument(
        "--fix", action="store_true", help="measure `fixbot fix --diff` as well, which takes far longer"
    )
    parser.add_argument("--select", help="these codemods only, as for `fixbot scan`")
    parser.add_argument(
        "--keep", type=Path, help="make the tree in this folder and leave it; one that is there is used"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
