"""Counts what becomes of functions with `**kwargs` in other people's packages, and runs their tests before and after.

    python -m benchmarks.keywords [--style STYLE] [--set NAME=VALUE] FOLDER...
    python -m benchmarks.keywords [--style STYLE] [--set NAME=VALUE] --suites LIST.toml [NAME...]

A FOLDER is an unpacked source distribution, which is only read. LIST.toml names packages whose tests run here, one
table each with `folder`, `python`, `package`, `path` and `arguments`; NAME picks some. They are copied before they are
rewritten, and their tests run with all the rights of whoever starts this. Exit code: 1 where a test has another outcome
after the rewrite, or fixbot breaks.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import suites
from fixbot import registry
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.definitions import Function, FunctionNode
from fixbot.analysis.flows.onward import inner_flow
from fixbot.analysis.keywords.uses import uses_of
from fixbot.cli.working import WorkingFiles
from fixbot.codemod import Corpus, Safety
from fixbot.fix import FixReport, fix
from fixbot.settings import Settings
from fixbot.shell.files import read_source
from fixbot.shell.style import read_style

SLUG = "kwargs-schema"
STYLES = ("typed-dict", "params")
MOST = 10

#: Where a function is: the path of its file and the line of its `def`.
At = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Counted:
    """The functions with `**kwargs` of a package in one style.

    `known` have keys of which their bodies and what they call leave none in doubt, and `done` of these are rewritten.
    `manual` are left to a person, `failed` were offered and did not climb the ladder, `dismissed` have not the smell.
    Of the others nothing is said. `reasons` are those of all that is not rewritten, `of_known` those of `known` ones.
    """

    name: str
    style: str
    functions: int
    known: int
    rewritten: int
    done: int
    manual: int
    failed: int
    dismissed: int
    reasons: Counter[str]
    of_known: Counter[str]
    broken: tuple[str, ...]


def reason(said: str) -> str:
    """Return why something is left alone without what differs from function to function.

    >>> reason("`f` takes any keyword and checks none; left to a person: `f` has a `kwargs` that is kept (a.py:1)")
    'has a `…` that is kept'
    """
    because = said.rpartition("left to a person: ")[2]
    plain = re.sub(r"(?: at| in)? \(?[\w./-]+\.py(?::\d+)?\)?", "", re.sub(r"^`[^`]*` ", "", because))
    head, found, rules = plain.partition("ruff finds something new: ")
    if found:
        return f"{head}{found}{', '.join(sorted(set(re.findall(r'[A-Z]+[0-9]+(?= )', rules))))}"
    return re.sub(r"`[^`]*`", "`…`", plain)


def places(corpus: Corpus) -> Iterator[tuple[At, bool]]:
    """Yield every function with `**kwargs` that may be changed, and whether all its keys are known."""
    finder = Finder(corpus)
    for path in corpus.files:
        file = corpus.file(path) if path not in corpus.fixed else None
        for node in ast.walk(file.module.tree) if file is not None else ():
            if file is not None and isinstance(node, FunctionNode) and node.args.kwarg is not None:
                yield (path, node.lineno), _known(finder, Function(file, node))


def _known(finder: Finder, function: Function) -> bool:
    """Say whether the body and what it calls ask for some keys, and for no others than can be told."""
    uses = uses_of(function)
    if uses is None:
        return False
    onward, unknown = inner_flow(finder, [uses])
    return not unknown and bool(uses.reads or any(getattr(each.into, "slots", ()) for each in onward))


def tried(folder: Path, chosen: Mapping[str, str]) -> tuple[Corpus, FixReport]:
    """Return a package as it is, and what `fixbot fix` would do to it."""
    files = WorkingFiles([folder], folder, Settings())
    codemods = registry.choose([SLUG], options={SLUG: chosen})
    style = read_style(lambda name: getattr(read_source(folder, name), "content", None))
    return files.project(), fix(files, codemods, root=folder, limit=Safety.REVIEW, style=style, jobs=1, write=False)


def counted(folder: Path, chosen: Mapping[str, str]) -> Counted:
    """Return what becomes of the functions with `**kwargs` of a package."""
    corpus, done = tried(folder.resolve(), chosen)
    all_known = dict(places(corpus))
    rewritten = {(one.path, one.line) for rewrite in done.rewrites for one in rewrite.findings}
    left = dict(_left(done))
    safeties = Counter(one.finding.safety is Safety.MANUAL for one in done.refused)
    return Counted(
        name=folder.name if folder.name != "src" else folder.resolve().parent.name,
        style=chosen["style"],
        functions=len(all_known),
        known=sum(all_known.values()),
        rewritten=len(rewritten),
        done=sum(all_known.get(at, False) for at in rewritten),
        manual=safeties[True],
        failed=safeties[False],
        dismissed=len(done.report.dismissed),
        reasons=Counter(left.values()),
        of_known=Counter(because for at, because in left.items() if all_known.get(at, False)),
        broken=tuple(one.trace for one in done.report.broken),
    )


def _left(done: FixReport) -> Iterator[tuple[At, str]]:
    """Yield everything that is not rewritten, and why."""
    yield from (((one.path, one.line), reason(one.because)) for one in done.report.dismissed)
    for one in done.refused:
        by_hand = one.finding.safety is Safety.MANUAL
        because = reason(one.finding.message) if by_hand else f"a check: {reason(one.because)}"
        yield (one.finding.path, one.finding.line), because


_FIGURES = ("functions", "known", "rewritten", "done", "manual", "failed", "dismissed")


def page(style: str, rows: list[Counted]) -> Iterator[str]:
    """Yield the lines of a Markdown section: a table of the packages, and the most frequent reasons."""
    yield f"## {style}"
    yield ""
    yield (
        "| package | functions with `**kwargs` | all keys known | rewritten | of the known | share of the known "
        "| left to a person | failed a check | dismissed | nothing said |"
    )
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        yield _row(row.name, [getattr(row, word) for word in _FIGURES])
    yield _row("all", [sum(getattr(row, word) for row in rows) for word in _FIGURES])
    heads = {"reasons": "not to rewrite", "of_known": "not to rewrite one whose keys are all known"}
    for word, head in heads.items():
        reasons = sum((getattr(row, word) for row in rows), Counter[str]())
        yield from ("", f"The {MOST} most frequent reasons {head}, of {len(reasons)}:", "")
        yield from (f"{place}. {count}: {said}" for place, (said, count) in enumerate(reasons.most_common(MOST), 1))
    yield ""


def _row(name: str, figures: list[int]) -> str:
    functions, known, rewritten, done, *rest = map(str, figures)
    share = f"{figures[3] / figures[1]:.0%}" if figures[1] else ""
    silent = figures[0] - figures[2] - sum(figures[4:])
    return f"| {' | '.join([name, functions, known, rewritten, done, share, *rest, str(silent)])} |"


def _counting(folders: Iterable[Path], choices: Mapping[str, Mapping[str, str]]) -> int:
    broken = 0
    found = list(folders)
    for style, chosen in choices.items():
        rows = [counted(folder, chosen) for folder in found]
        print("\n".join(page(style, rows)), flush=True)
        for row in rows:
            print("\n".join(f"{row.name} breaks:\n{trace}" for trace in row.broken), end="")
            broken += len(row.broken)
    return int(broken > 0)


def _testing(found: Iterable[suites.Suite], choices: Mapping[str, Mapping[str, str]]) -> int:
    rows: list[suites.Compared] = []
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for suite in found:
            print(f"{suite.name} …", file=sys.stderr, flush=True)
            try:
                for row in suites.compared(suite, SLUG, choices, Path(folder)):
                    rows.append(row)  # noqa: PERF402 - those before an error count
            except suites.SuiteFailedError as exc:
                print(exc, file=sys.stderr)
                failed = True
    print("\n".join(suites.table(rows)))
    return int(failed or any(row.changed for row in rows))


def main() -> int:
    """Print the page; 1 where a test has another outcome or something breaks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="folders to count in, or names of suites")
    parser.add_argument("--style", action="append", help=f"a style of {SLUG}; may be repeated")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=f"an option of {SLUG}")
    parser.add_argument("--suites", type=Path, help="a list of packages whose tests are run before and after")
    given = parser.parse_args()
    more = dict(option.split("=", 1) for option in given.set)
    choices = {style: {"style": style, **more} for style in given.style or STYLES}
    if given.suites is None:
        return _counting(map(Path, given.names), choices)
    return _testing(suites.listed(given.suites, given.names), choices)


if __name__ == "__main__":
    sys.exit(main())
