"""Turns measurements into one Markdown page, each bar with met or not met; measures nothing."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measure import pairwise_ratio

if TYPE_CHECKING:
    from benchmarks.measure import Run
    from benchmarks.trees import Tree

MEGABYTE = 1_000_000
MEMORY_BAR = 200  # megabytes


@dataclass(frozen=True, slots=True)
class Limit:
    """A bar: at most `most` times the other's wall time, or at least `least` times faster; one of the two."""

    most: float | None = None
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """All timed runs of one command, and what it said of its work."""

    name: str
    runs: tuple[Run, ...]
    did: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """fixbot beside another program on one tree; `watched` is fixbot's run whose memory was sampled."""

    tree: str
    limit: Limit
    fixbot: Series
    other: Series
    watched: Run


@dataclass(frozen=True, slots=True)
class Missed:
    """A comparison that was left out, or in which a program failed, and why."""

    what: str
    reason: str
    failed: bool


def page(where: str, sizes: list[Tree], comparisons: list[Comparison], missed: list[Missed]) -> str:
    """Return the whole page: machine, trees, timings, bars, and what was not measured."""
    parts = ["# fixbot, side by side", where, trees_table(sizes)]
    if comparisons:
        parts += [timings_table(comparisons), bars_table(comparisons)]
    if missed:
        parts.append("\n".join(["Not measured:", "", *(f"- {each.what}: {each.reason}" for each in missed)]))
    return "\n\n".join(parts) + "\n"


def machine(versions: list[str]) -> str:
    """Return what the figures are taken on; asked before the first run, the load tells of others' work."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    python = f"{platform.python_implementation()} {platform.python_version()}"
    lines = [
        f"- machine: {_cores()} cores, {_processor()}, {platform.system()} {platform.machine()}",
        f"- load averages before the first run (1, 5, 15 minutes): {load}",
        f"- versions: {python}, {', '.join(versions)}",
    ]
    return "\n".join(lines)


def trees_table(sizes: list[Tree]) -> str:
    """Return the trees with the number, lines and bytes of their Python files."""
    rows = [f"| {tree.name} | {tree.origin} | {tree.files:,} | {tree.lines:,} | {tree.size:,} |" for tree in sizes]
    return "\n".join(["| tree | from | Python files | lines | bytes |", "|---|---|--:|--:|--:|", *rows])


def timings_table(comparisons: list[Comparison]) -> str:
    """Return one row for each command of each comparison."""
    head = [
        "| tree | command | runs | wall median (min to max) | CPU | largest process | what it did |",
        "|---|---|--:|--:|--:|--:|---|",
    ]
    rows = [_timing(each.tree, series) for each in comparisons for series in (each.fixbot, each.other)]
    return "\n".join([*head, *rows])


def bars_table(comparisons: list[Comparison]) -> str:
    """Return each bar with the figure held against it."""
    rows = [_speed_bar(each) for each in comparisons] + _memory_bars(comparisons)
    return "\n".join(["| bar | measured | |", "|---|--:|---|", *rows])


def _timing(tree: str, series: Series) -> str:
    walls = [run.wall for run in series.runs]
    wall = f"{median(walls):.3f} s ({min(walls):.3f} to {max(walls):.3f})"
    cpu = f"{median(run.cpu for run in series.runs):.2f} s"
    peak = _megabytes(max(run.peak for run in series.runs))
    return f"| {tree} | `{series.name}` | {len(walls)} | {wall} | {cpu} | {peak} | {series.did} |"


def _speed_bar(each: Comparison) -> str:
    names = f"{each.tree}: `{each.fixbot.name}`"
    if each.limit.most is not None:
        ratio = pairwise_ratio(each.fixbot.runs, each.other.runs)
        bar = f"{names} takes at most {each.limit.most:g} times the wall time of `{each.other.name}`"
        return f"| {bar} | {ratio:.3g} times | {_verdict(ratio <= each.limit.most)} |"
    least = each.limit.least or 1
    ratio = pairwise_ratio(each.other.runs, each.fixbot.runs)
    bar = f"{names} is at least {least:g} times faster than `{each.other.name}`"
    return f"| {bar} | {ratio:.3g} times | {_verdict(ratio >= least)} |"


def _memory_bars(comparisons: list[Comparison]) -> list[str]:
    runs = [run for each in comparisons for run in (*each.fixbot.runs, each.watched)]
    trees = [run.tree for run in runs if run.tree is not None]
    rows = []
    if runs:
        rows.append(_memory_bar("largest single process", max(run.peak for run in runs)))
    if trees:
        rows.append(_memory_bar("all processes together, shared pages once", max(trees)))
    return rows


def _memory_bar(what: str, used: int) -> str:
    verdict = _verdict(used < MEMORY_BAR * MEGABYTE)
    return f"| fixbot's peak memory is under {MEMORY_BAR} MB: {what} | {_megabytes(used)} | {verdict} |"


def _verdict(met: bool) -> str:  # noqa: FBT001 - called with a comparison, which names itself
    return "met" if met else "not met"


def _megabytes(used: int) -> str:
    return f"{used / MEGABYTE:.0f} MB"


def _cores() -> int:
    # the cores this process may use, where the system tells; a container may have been given fewer
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text(errors="replace").splitlines() if listing.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "processor unknown"
