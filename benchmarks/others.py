"""Runs the tests of other people's packages before and after `fixbot fix --safety review` with every codemod.

    python -m benchmarks.others [--cache FOLDER] [--output FOLDER] NAME...
    python -m benchmarks.others [--cache FOLDER] [--output FOLDER] --stdlib

NAME is a package on PyPI, `bottle` or `bottle==0.13.4`: its source distribution is fetched, and gets an environment
with what its tests need. `--stdlib` stands for the standard library of the Python that runs this, with the tests in its
own `test` of each module that is rewritten. Only copies are rewritten. Tests run with all the rights of whoever starts
this.

Printed is a Markdown table, and below it every test whose outcome is another one afterwards. Where something differs
all tests run once more before and after; one that is then not what it was on the same files is called flaky and not
compared. `--output` also gets what fixbot said and the difference that it made. Exit code: 1 where a test has another
outcome, or a package could not be tested.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import library
from benchmarks.distributions import distribution
from benchmarks.judging import Judged, difference, page, settled, written
from benchmarks.suites import Suite, SuiteFailedError, copied, rewritten, tested


def judged(suite: Suite, work: Path, output: Path | None = None) -> Judged:
    """Run the tests of a package before and after a rewrite of a copy.

    Args:
        suite: the package.
        work: a folder for copies.
        output: where fixbot's JSON and the difference are written.

    Raises:
        SuiteFailedError: see `tested` and `rewritten`.
    """
    # both sides are copies of copies: tests that go through a folder see its files in the same order
    plain, made = (_set_aside(suite, work, name) for name in ("plain", "made"))
    said = rewritten(made.folder)
    if output:
        written(output, suite.name, said, difference(suite.folder, made.folder))
    return settled(
        suite.name, said, lambda: tested(suite, copied(plain, work)), lambda: tested(suite, copied(made, work))
    )


def _set_aside(suite: Suite, work: Path, name: str) -> Suite:
    """Return a suite with a copy of its package for its folder."""
    place = work.resolve() / name
    shutil.rmtree(place, ignore_errors=True)
    return replace(suite, folder=copied(suite, work).rename(place))


def _judge(name: str, cache: Path, work: Path, output: Path | None) -> Judged:
    if name == library.NAME:
        return library.judged(work, output)
    return judged(distribution(name, cache), work, output)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; return the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.others", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="a package on PyPI")
    parser.add_argument("--stdlib", action="store_true", help="the standard library of this Python")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/fixbot-benchmarks/packages")
    parser.add_argument("--output", type=Path, help="a folder for what fixbot said and did")
    chosen = parser.parse_args(arguments)
    names = [*chosen.names, *([library.NAME] if chosen.stdlib else [])]
    if not names:
        parser.error("name a package, or use --stdlib")
    # a shell that starts this in the background ignores Ctrl-C for it, and tests that send it to themselves would wait
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rows, failed = [], False
    with tempfile.TemporaryDirectory() as work:
        for name in names:
            try:
                rows.append(_judge(name, chosen.cache, Path(work), chosen.output))
            except SuiteFailedError as exc:
                print(f"{name} could not be tested: {exc}", file=sys.stderr)
                failed = True
            else:
                print(*page(rows[-1:]), sep="\n", file=sys.stderr, flush=True)
    print(*page(rows), sep="\n")
    return int(failed or any(row.changed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
