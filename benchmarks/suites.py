"""Runs the test suites of other people's packages before and after a rewrite of a copy; never writes to an original."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

_LONGEST = 1800  # seconds
_FIXBOT = (sys.executable, "-c", "from fixbot.cli import main; main()")


class SuiteFailedError(Exception):
    """A suite could not be run, or fixbot failed on its package."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A package with tests.

    `python` is an interpreter that has what the tests need, `package` what they must import from the copy, `path`
    where in `folder` that is, and `arguments` are pytest's.
    """

    name: str
    folder: Path
    python: Path
    package: str
    path: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tested:
    """The outcome of every test by its name (passed, failure, error or skipped), and how many seconds they took."""

    outcomes: Mapping[str, str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A suite after a rewrite: `changed` has each test whose outcome is not what it was, before and after.

    `flaky` are the tests that two runs before the rewrite did not agree about; they are not compared.
    """

    name: str
    style: str
    before: Tested
    after: Tested
    rewritten: int
    files: int
    changed: tuple[tuple[str, str, str], ...]
    flaky: tuple[str, ...]


def listed(path: Path, names: Collection[str] = ()) -> list[Suite]:
    """Return the suites of a TOML file, one table each; relative paths start from where the file is.

    Args:
        path: the file.
        names: those that are wanted; all where it is empty.

    Raises:
        SuiteFailedError: something that is named is not there.
    """
    found = []
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, table in ((name, tables.get(name)) for name in names or tables):
        if table is None:
            message = f"{name}: {path} has no such table"
            raise SuiteFailedError(message)
        # not resolved: a virtual environment's python is a link
        folder, python = path.parent / table["folder"], (path.parent / table["python"]).absolute()
        if not folder.is_dir() or not python.is_file():
            message = f"{name}: {folder} or {python} is not there"
            raise SuiteFailedError(message)
        found.append(Suite(name, folder, python, table["package"], table["path"], tuple(table["arguments"])))
    return found


def outcomes(report: str) -> dict[str, str]:
    """Return what a JUnit report says of each test; a time of day in a name is no part of it."""
    found: dict[str, str] = {}
    for case in ET.fromstring(report).iter("testcase"):  # noqa: S314 - pytest wrote it just now
        full = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
        name = re.sub(r"\d\d:\d\d:\d\d", "(time)", full)
        said = [part.tag for part in case if part.tag in {"failure", "error", "skipped"}]
        found[name] = max(said, default="passed", key=("skipped", "failure", "error").index)
    return found


def tested(suite: Suite, folder: Path) -> Tested:
    """Run the tests of a suite in a copy of its package.

    Raises:
        SuiteFailedError: the tests import the package from elsewhere, or there is no report.
    """
    # the order of a set is in the names of some tests, and in what others print
    settled = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    environment = os.environ | settled | {"PYTHONPATH": str(folder / suite.path)}
    environment.pop("VIRTUAL_ENV", None)
    script = f"import {suite.package}; print({suite.package}.__file__)"
    origin = ran([str(suite.python), "-c", script], folder, environment)
    if not Path(origin.stdout.strip()).is_relative_to(folder):
        message = f"{suite.name}: {suite.package} is imported from {origin.stdout.strip() or origin.stderr[-300:]}"
        raise SuiteFailedError(message)
    report = folder.parent / f"{suite.name}.xml"
    report.unlink(missing_ok=True)
    options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    started = time.perf_counter()
    run = ran([str(suite.python), "-m", "pytest", *options, *suite.arguments], folder, environment)
    seconds = time.perf_counter() - started
    if not report.is_file():
        message = f"{suite.name}: pytest wrote no report: {(run.stdout + run.stderr)[-500:]}"
        raise SuiteFailedError(message)
    return Tested(outcomes(report.read_text(encoding="utf-8")), seconds)


def ran(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, longest: float | None = _LONGEST
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder to its end, without input.

    Raises:
        SuiteFailedError: it takes longer than `longest` seconds.
    """
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=longest,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        message = f"{folder.name}: {Path(command[0]).name} took longer than {longest} s"
        raise SuiteFailedError(message) from exc


def fixed(folder: Path, slug: str, chosen: Mapping[str, str]) -> tuple[int, int]:
    """Run one codemod on a copy; return how many findings were rewritten in how many files.

    Raises:
        SuiteFailedError: fixbot fails.
    """
    options = [part for name, value in chosen.items() for part in ("--set", f"{slug}.{name}={value}")]
    said = rewritten(folder, ["--select", slug, *options])
    return said["summary"]["rewritten"], len({one["path"] for one in said["rewritten"]})


def rewritten(folder: Path, options: Sequence[str] = ()) -> dict[str, Any]:
    """Run `fixbot fix` on a copy, with every codemod unless the options choose; return what it says as JSON.

    Raises:
        SuiteFailedError: fixbot fails.
    """
    command = [*_FIXBOT, "fix", "--safety", "review", "--format", "json", "--no-progress", "--quiet", *options, "."]
    run = ran(command, folder, os.environ)
    if run.returncode not in {0, 1}:
        message = f"fixbot ended with exit code {run.returncode}: {run.stderr[-500:]}"
        raise SuiteFailedError(message)
    said: dict[str, Any] = json.loads(run.stdout)
    return said


def copied(suite: Suite, into: Path) -> Path:
    """Return a fresh copy of a package, each time in the same place."""
    folder = into.resolve() / suite.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(suite.folder, folder, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", ".git"))
    return folder


def compared(suite: Suite, slug: str, choices: Mapping[str, Mapping[str, str]], into: Path) -> Iterator[Compared]:
    """Run a suite twice as it is and once after each rewrite.

    Args:
        suite: the package.
        slug: the codemod.
        choices: its options, by what they are called in the table.
        into: a folder for the copies.

    Raises:
        SuiteFailedError: see `tested` and `fixed`.
    """
    before, again = (tested(suite, copied(suite, into)) for _ in range(2))
    flaky = {name for name, _, _ in differences(before.outcomes, again.outcomes)}
    for style, chosen in choices.items():
        folder = copied(suite, into)
        rewritten, files = fixed(folder, slug, chosen)
        after = tested(suite, folder)
        changed = tuple(one for one in differences(before.outcomes, after.outcomes) if one[0] not in flaky)
        yield Compared(suite.name, style, before, after, rewritten, files, changed, tuple(sorted(flaky)))


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield each test whose outcome is another one, with both; one that was not run at all is `missing`."""
    for name in sorted(before.keys() | after.keys()):
        was, became = before.get(name, "missing"), after.get(name, "missing")
        if was != became:
            yield name, was, became


def table(rows: Sequence[Compared]) -> Iterator[str]:
    """Yield the lines of a Markdown table of suites, and below it every test with another outcome."""
    heads = (
        "package",
        "style",
        "tests",
        "passed before",
        "passed after",
        "rewritten",
        "files",
        "other outcomes",
        "flaky",
    )
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        passed = [Counter(side.outcomes.values())["passed"] for side in (row.before, row.after)]
        figures = [len(row.before.outcomes), *passed, row.rewritten, row.files, len(row.changed), len(row.flaky)]
        yield f"| {row.name} | {row.style} | {' | '.join(map(str, figures))} |"
    yield ""
    for row in rows:
        yield from (f"- {row.name}, {row.style}: {name}: {was}, then {became}" for name, was, became in row.changed)
