"""Holds fixbot's two codemods for blocked event loops against what ruff and flake8-async mark in their own test files.

    python -m benchmarks.blocking [--ruff RUFF] [--flake8-async FLAKE8_ASYNC] [--lines]

RUFF and FLAKE8_ASYNC are checkouts of these projects; without one of them the other is read alone. Each file is a
project of its own, and nothing is written. `--lines` tells every line that is behind a reason.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from fixbot import registry
from fixbot.codemod import ProjectCodemod, Safety
from fixbot.engine import survey, whole
from fixbot.joint import attempt_jointly

#: The reasons by file, each with its lines.
Reasons = Mapping[str, Mapping[str, tuple[int, ...]]]

CODEMODS = ("blocking-call-in-async", "blocking-sleep")
RUFF_RULES = (
    "ASYNC210",
    "ASYNC212",
    "ASYNC220",
    "ASYNC221",
    "ASYNC222",
    "ASYNC230",
    "ASYNC240",
    "ASYNC250",
    "ASYNC251",
)
FLAKE8_FILES = "async200 async210 async211 async212 async22x* async232* async23x* async240 async250* async251*"
_RUFF_FILES = "crates/ruff_linter/resources/test/fixtures/flake8_async"
_RUFF_SNAPSHOTS = "crates/ruff_linter/src/rules/flake8_async/snapshots"
_EVALUATION = "tests/eval_files"

# What a file names without importing it. flake8-async goes by the spelling, fixbot by what a name stands for, so these
# imports take the place of the comment in the first line; every other line stays what and where it is.
IMPORTS = {
    "async212.py": "import httpx, httpx2; from typing import Optional",
    "async22x.py": "import os, subprocess",
    "async22x_asyncio.py": "import os, subprocess",
}

# Why a mark is not found: by the rule, or by the file and the lines, which comes first.
_NO_WAIT = "it starts a process and does not wait for it"
_PATHS = "a question about a path takes microseconds, less than the way into a thread and back"
_CHOSEN = "it marks names that its command line calls blocking; fixbot has no such option"
_UNBOUND = "nothing in the file gives the name a meaning"
_NO_METHOD = "the class has no method of this name; the rule takes any name for one"
_REBOUND = "the name is bound to something else as well, and fixbot does not ask in which order"
_OPENED = "the `open` above is found, and speaks for what is read from its file"
RULES = {"ASYNC200": _CHOSEN, "ASYNC220": _NO_WAIT, "ASYNC240": _PATHS}
LINES: Reasons = {
    "async210.py": {_UNBOUND: (50, 51)},
    "async212.py": {_REBOUND: (49,), _NO_METHOD: (104, 106, 108, 110, 112, 114, 116, 118, 120, 122)},
    "async232.py": {_NO_METHOD: (16, 17), _OPENED: (117, 126, 133), _REBOUND: (190, 194, 204, 206)},
    "async232_asyncio.py": {_NO_METHOD: (17, 18), _OPENED: (118, 127, 134), _REBOUND: (191, 195, 205, 207)},
}

# Why something is found that carries no mark, by the file and the lines. None of these lines is called fine.
_UNHANDLED = "a comment above it says that flake8-async does not handle it yet"
_OTHER_RULE = "another rule marks the `open`, and this file is read without that rule"
BEYOND: Reasons = {
    "ASYNC240.py": {"its own comment says that ASYNC230 covers it": (60,)},
    "async212.py": {_UNHANDLED: (98,)},
    "async232.py": {_UNHANDLED: (70,), _OTHER_RULE: (106, 111, 116, 121, 125, 130, 211, 218)},
    "async232_asyncio.py": {_UNHANDLED: (71,), _OTHER_RULE: (107, 112, 117, 122, 126, 131, 212, 219)},
}


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One place that a file marks as an error: the line and the column, both from 1, and the rule."""

    line: int
    column: int
    rule: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A test file: `text` is what is looked at, `known` the lines whose own comments call them a miss."""

    name: str
    text: str
    marks: tuple[Mark, ...]
    known: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a file's marks.

    `rewritten` counts the marks that fixbot changes. `missed` and `beyond` have a reason for each line, which is
    empty where none is written down.
    """

    name: str
    marked: int
    found: int
    rewritten: int
    missed: tuple[tuple[Mark, str], ...]
    beyond: tuple[tuple[int, str], ...]

    @property
    def touched(self) -> int:
        """How many places are found that the file says are fine."""
        return sum(not reason for _, reason in self.beyond)


def ruff_marks(snapshot: str) -> dict[str, set[Mark]]:
    """Return the places that a snapshot of ruff reports, by the name of the file."""
    found: dict[str, set[Mark]] = {}
    heads = re.finditer(r"^(ASYNC\d+) [^\n]*\n\s*--> ([^\s:]+):(\d+):(\d+)$", snapshot, re.MULTILINE)
    for rule, name, line, column in (head.groups() for head in heads):
        found.setdefault(name, set()).add(Mark(int(line), int(column), rule))
    return found


def flake8_marks(text: str) -> set[Mark]:
    """Return the places that a file of flake8-async marks in comments: `# ASYNC251: 4, "trio"`, columns from 0."""
    return {
        Mark(number, int(column) + 1, rule)
        for number, line in enumerate(text.splitlines(), 1)
        for rule, column in re.findall(r"# (ASYNC2\d\d)(?:_asyncio)?: *(\d+)", line)
    }


def known_misses(text: str) -> frozenset[int]:
    """Return the lines of which a file of flake8-async says that they should be marked and are not."""
    missed = re.compile(r"# (?:should error|not handled)")
    lines = text.splitlines()
    return frozenset(number for number, line in enumerate(lines, 1) if missed.search(line))


def with_imports(name: str, text: str) -> str:
    """Return a file with the imports that it lacks in the place of the comment in its first line.

    Raises:
        ValueError: the first line is no comment.
    """
    first, end, rest = text.partition("\n")
    if name not in IMPORTS:
        return text
    if not first.startswith("#"):
        message = f"{name}: its first line is no comment any more"
        raise ValueError(message)
    return IMPORTS[name] + end + rest


def of_ruff(checkout: Path) -> Iterator[Marked]:
    """Yield ruff's test files for the rules about blocking calls."""
    marks: dict[str, set[Mark]] = {}
    for rule in RUFF_RULES:
        for snapshot in sorted((checkout / _RUFF_SNAPSHOTS).glob(f"*__{rule}_*.snap")):
            for name, found in ruff_marks(snapshot.read_text(encoding="utf-8")).items():
                marks.setdefault(name, set()).update(found)
    for name, found in sorted(marks.items()):
        yield Marked(name, (checkout / _RUFF_FILES / name).read_text(encoding="utf-8"), tuple(sorted(found)))


def of_flake8_async(checkout: Path) -> Iterator[Marked]:
    """Yield flake8-async's evaluation files for the rules about blocking calls."""
    for pattern in FLAKE8_FILES.split():
        for path in sorted((checkout / _EVALUATION).glob(f"{pattern}.py")):
            text = path.read_text(encoding="utf-8")
            looked_at = with_imports(path.name, text)
            yield Marked(path.name, looked_at, tuple(sorted(flake8_marks(text))), known_misses(text))


def measured(file: Marked, codemods: Mapping[str, ProjectCodemod]) -> Result:
    """Return what the codemods do to the marks of a file."""
    found: set[tuple[int, int]] = set()
    changed: set[tuple[int, int]] = set()
    for codemod in codemods.values():
        corpus = whole({file.name: file.text.encode()})
        survey_ = survey(corpus, codemod)
        done = attempt_jointly(corpus, codemod, Safety.REVIEW, found=survey_)
        found |= {(each.line, each.column) for each in survey_.findings}
        changed |= {(each.line, each.column) for one in done.rewrites for each in one.findings}
    places = {(mark.line, mark.column) for mark in file.marks}
    missed = tuple((mark, _why(file, mark)) for mark in file.marks if (mark.line, mark.column) not in found)
    beyond = tuple((line, _beyond(file, line)) for line, column in sorted(found - places))
    return Result(file.name, len(places), len(places & found), len(places & changed), missed, beyond)


def _why(file: Marked, mark: Mark) -> str:
    return _reason(LINES, file.name, mark.line) or RULES.get(mark.rule, "")


def _beyond(file: Marked, line: int) -> str:
    known = "its own comment says that it should be marked" if line in file.known else ""
    return _reason(BEYOND, file.name, line) or known


def _reason(reasons: Reasons, name: str, line: int) -> str:
    return next((reason for reason, lines in reasons.get(name, {}).items() if line in lines), "")


def page(title: str, results: list[Result]) -> Iterator[str]:
    """Yield the lines of a Markdown section: a table of the files, and the reasons for what is different."""
    yield f"## {title}"
    yield ""
    yield "| file | marked | found | rewritten | missed | found beyond the marks | touched although marked fine |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for each in results:
        rest = f"{len(each.missed)} | {len(each.beyond)} | {each.touched}"
        yield f"| {each.name} | {each.marked} | {each.found} | {each.rewritten} | {rest} |"
    total = [sum(getattr(each, word) for each in results) for word in ("marked", "found", "rewritten")]
    sums = [sum(len(each.missed) for each in results), sum(len(each.beyond) for each in results)]
    touched = sum(each.touched for each in results)
    yield f"| all | {' | '.join(map(str, [*total, *sums, touched]))} |"
    added = {each.name: IMPORTS[each.name] for each in results if each.name in IMPORTS}
    yield from ("", *(f"`{name}` is read with `{line}` as its first line.  " for name, line in added.items()))
    for head, reasons in (("Missed", _reasons(results, "missed")), ("Beyond the marks", _reasons(results, "beyond"))):
        yield ""
        yield f"{head}:"
        yield ""
        yield from (f"- {count}: {reason or 'NO REASON IS WRITTEN DOWN'}" for reason, count in reasons.most_common())


def _reasons(results: list[Result], word: str) -> Counter[str]:
    return Counter(reason for each in results for _, reason in getattr(each, word))


def lines(results: list[Result]) -> Iterator[str]:
    """Yield every line that was missed or found beyond the marks, with the reason."""
    for each in results:
        yield from (f"{each.name}:{mark.line} missed {mark.rule}: {reason}" for mark, reason in each.missed)
        yield from (f"{each.name}:{line} beyond: {reason}" for line, reason in each.beyond)


def main() -> int:
    """Print the page; 1 where something has no reason or is touched although it is marked fine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ruff", type=Path, help="a checkout of ruff")
    parser.add_argument("--flake8-async", type=Path, help="a checkout of flake8-async")
    parser.add_argument("--lines", action="store_true", help="tell every line that is behind a reason")
    chosen = parser.parse_args()
    codemods = {each.slug(): each for each in registry.choose(list(CODEMODS)) if isinstance(each, ProjectCodemod)}
    sources = (("ruff", chosen.ruff, of_ruff), ("flake8-async", chosen.flake8_async, of_flake8_async))
    unexplained = 0
    for title, checkout, read in sources:
        if checkout is None:
            continue
        results = [measured(file, codemods) for file in read(checkout)]
        print("\n".join([*page(title, results), ""]))
        if chosen.lines:
            print("\n".join([*lines(results), ""]))
        unexplained += sum(each.touched + sum(not reason for _, reason in each.missed) for each in results)
    return int(unexplained > 0)


if __name__ == "__main__":
    sys.exit(main())
