"""Says what became of the tests of a package after a rewrite."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.suites import Tested, differences

_HEADS = ("package", "findings", "rewritten", "refused", "tests", "passed before", "passed after", "other outcomes")


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a package: fixbot's summary, the tests before and after, and what is another outcome.

    `flaky` are the tests whose outcome is not always the same on the same files; they are not in `changed`.
    """

    name: str
    findings: int
    rewritten: int
    refused: int
    before: Tested
    after: Tested
    changed: tuple[tuple[str, str, str], ...]
    flaky: tuple[str, ...]


def settled(name: str, said: dict[str, Any], before: Callable[[], Tested], after: Callable[[], Tested]) -> Judged:
    """Compare the tests before a rewrite and after it; run both again where something differs, to find flaky ones.

    Args:
        name: the package.
        said: what fixbot said.
        before: runs the tests as they were.
        after: runs them on what fixbot made.
    """
    first, then = before(), after()
    changed = [*differences(first.outcomes, then.outcomes)]
    flaky: set[str] = set()
    if changed:
        again = ((first, before()), (then, after()))
        flaky = {test for once, twice in again for test, _, _ in differences(once.outcomes, twice.outcomes)}
    summary = said["summary"]
    figures = (summary["findings"], summary["rewritten"], summary["refused"])
    left = tuple(one for one in changed if one[0] not in flaky)
    return Judged(name, *figures, first, then, left, tuple(sorted(flaky)))


def difference(was: Path, became: Path) -> str:
    """Return what differs between two folders as a unified diff."""
    ignored = ("__pycache__", "*.pyc", ".pytest_cache", ".ruff_cache", ".mypy_cache")
    options = [f"--exclude={name}" for name in ignored]
    run = subprocess.run(
        ["diff", "-ru", *options, str(was), str(became)],  # noqa: S607 - whichever the machine has
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return run.stdout.replace(f"{was}/", "a/").replace(f"{became}/", "b/")


def written(output: Path, name: str, said: dict[str, Any], changes: str) -> None:
    """Write what fixbot said and did, for a person who looks for the cause of a difference."""
    output.mkdir(parents=True, exist_ok=True)
    (output / f"{name}.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    (output / f"{name}.diff").write_text(changes, encoding="utf-8")


def page(rows: Sequence[Judged]) -> Iterator[str]:
    """Yield the lines of a Markdown table of packages, and below it every test with another outcome."""
    yield f"| {' | '.join((*_HEADS, 'flaky'))} |"
    yield f"|---|{'--:|' * len(_HEADS)}"
    for row in rows:
        passed = [Counter(side.outcomes.values())["passed"] for side in (row.before, row.after)]
        figures = [row.findings, row.rewritten, row.refused, len(row.before.outcomes), *passed]
        yield f"| {row.name} | {' | '.join(map(str, [*figures, len(row.changed), len(row.flaky)]))} |"
    yield ""
    for row in rows:
        yield from (f"- {row.name}: {test}: {was}, then {became}" for test, was, became in row.changed)
