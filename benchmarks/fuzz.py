"""Lets every codemod loose on modules that nobody would write, and counts what must never happen.

Nothing of fixbot's own ladder judges it: it is seen from outside, with `compile` and `tokenize` alone.
"""

from __future__ import annotations

import argparse
import codecs
import difflib
import io
import random
import re
import sys
import sysconfig
import time
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import Pool
from pathlib import Path

from benchmarks.mutants import Mutant, breed, examples, pieces
from fixbot import registry
from fixbot.attempt import Attempt, attempt
from fixbot.codemod import Codemod, ProjectCodemod, Recipe, Safety
from fixbot.codemod.patches import TextCodemod
from fixbot.engine import whole
from fixbot.joint import attempt_jointly
from fixbot.model import SourceFile
from fixbot.otherwise import attempt_otherwise
from fixbot.testing import numbered

_PATH = "shop/sample.py"
_PAIRS = 2
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Figures:
    """What was counted, and what must never happen with the module it happened to."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, bytes]] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Count what others counted."""
        self.counts.update(other.counts)
        self.wrong += other.wrong


def applied(recipe: Recipe, content: bytes) -> Attempt:
    """Apply one codemod to one file, which is a project of its own."""
    files = {_PATH: content}
    match recipe:
        case ProjectCodemod():
            return attempt_jointly(whole(files), recipe, Safety.REVIEW)
        case TextCodemod():
            return attempt_otherwise(whole(files), numbered(recipe, files), Safety.REVIEW)
        case Codemod():
            return attempt(SourceFile(_PATH, content), recipe, Safety.REVIEW)
    message = f"{type(recipe).__name__} is no kind of codemod"
    raise TypeError(message)


def examined(mutant: Mutant, recipes: Sequence[Recipe]) -> Figures:
    """Apply every codemod to a module, and some pairs in both orders."""
    figures = Figures(Counter(modules=1, compiling=int(_compiles(mutant.content))))
    after: dict[Recipe, bytes] = {}
    for recipe in recipes:
        content = _one(mutant, recipe, mutant.content, figures)
        if content is not None:
            after[recipe] = content
    chance = random.Random(mutant.name)  # noqa: S311 - nothing is kept secret with it
    pairs = [(one, other) for one in after for other in after if one.slug() < other.slug()]
    for one, other in chance.sample(pairs, min(len(pairs), _PAIRS)):
        _pair(mutant, (one, other), after, figures)
    return figures


def _one(mutant: Mutant, recipe: Recipe, content: bytes, figures: Figures) -> bytes | None:
    """Return what a codemod makes of a module, None where it leaves it alone."""
    started = time.perf_counter()
    try:
        done = applied(recipe, content)
    except Exception as exc:  # noqa: BLE001 - that it never happens is what is measured
        figures.wrong.append((f"{recipe.slug()} crashed: {exc!r}", mutant.name, content))
        return None
    if time.perf_counter() - started > 10:  # noqa: PLR2004 - seconds, as fixbot's own limit
        figures.wrong.append((f"{recipe.slug()} took {time.perf_counter() - started:.0f} s", mutant.name, content))
    if done.broken is not None:
        figures.wrong.append((f"{recipe.slug()} broke: {done.broken.trace[-300:]}", mutant.name, content))
    figures.counts["refused"] += len(done.refused)
    if done.rewrite is None:
        return None
    figures.counts["rewritten files"] += 1
    figures.counts["rewritten findings"] += len(done.rewrite.findings)
    figures.wrong += [(f"{recipe.slug()}: {said}", mutant.name, content) for said in objections(recipe, done)]
    return done.rewrite.after


def objections(recipe: Recipe, done: Attempt) -> Iterator[str]:
    """Say what is wrong with a rewrite, as seen from outside."""
    rewrite = done.rewrite
    if rewrite is None:
        return
    found = [(finding.line, finding.end_line) for finding in rewrite.findings]
    yield from objections_to(rewrite.before, rewrite.after, [*rewrite.spans, *found], rewrite.drops)
    again = applied(recipe, rewrite.after)
    if again.rewrite is not None and again.rewrite.after != rewrite.after:
        yield "does not settle"


def objections_to(
    before: bytes, after: bytes, spans: Iterable[tuple[int, int]], drops: Iterable[str] = ()
) -> Iterator[str]:
    """Say what is wrong with a file after a change of some of its lines.

    Args:
        before: the file.
        after: the same afterwards.
        spans: the first and the last of lines that may change.
        drops: words that a codemod says go with the statements that they are about.
    """
    if not _compiles(after):
        yield "does not compile"
        return
    lost = _comments(before).keys() - _comments(after).keys() - set(drops)
    if lost:
        yield f"loses of its comments {sorted(lost)[:5]}"
    for line in _touched(before, after, spans):
        yield f"changes line {line}, outside of what it found"


def _pair(mutant: Mutant, pair: tuple[Recipe, Recipe], after: Mapping[Recipe, bytes], figures: Figures) -> None:
    one, other = pair
    figures.counts["pairs"] += 1
    results = []
    for first, second in (pair, (other, one)):
        content = _one(mutant, second, after[first], figures) or after[first]
        again = _one(mutant, first, content, figures)
        if again is not None and (_one(mutant, second, again, figures) or _one(mutant, first, again, figures)):
            figures.wrong.append((f"{first.slug()} and {second.slug()} never settle", mutant.name, mutant.content))
        results.append(again or content)
    figures.counts["pairs that commute"] += results[0] == results[1]


def _compiles(content: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(content, _PATH, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _comments(content: bytes) -> Counter[str]:
    """Count the words of comments; where there are no tokens, there are none."""
    try:
        tokens = [*tokenize.tokenize(io.BytesIO(content).readline)]
    except (tokenize.TokenError, SyntaxError, ValueError):
        return Counter()
    comments = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return Counter(word for comment in comments for word in _WORD.findall(comment))


def _touched(before: bytes, after: bytes, spans: Iterable[tuple[int, int]]) -> list[int]:
    """Return the old lines that are gone and belong to nothing that was found; imports may change anywhere."""
    covered = {line for first, last in spans for line in range(first, last + 1)}
    old, new = (side.removeprefix(codecs.BOM_UTF8).splitlines() for side in (before, after))
    known = {old[line - 1].strip() for line in covered if line <= len(old)}
    gone = []
    for kind, first, last, _, _ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        numbers = range(first + 1, last + 1) if kind in {"replace", "delete"} else ()
        gone += [number for number in numbers if number not in covered and old[number - 1].strip() not in known]
    return [number for number in gone if old[number - 1].strip() and b"import" not in old[number - 1]]


def grown(number: int) -> str:
    """Return a module that hypothesmith grows from a number."""
    import hypothesmith  # noqa: PLC0415 - only who fuzzes installs it
    from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: PLC0415 - as above

    found: list[str] = []

    @seed(number)
    @settings(
        max_examples=5, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(hypothesmith.from_node())
    def note(text: str) -> None:
        found.append(text)

    note()
    return found[number % len(found)]


def _job(mutant: Mutant) -> Figures:
    return examined(mutant, _RECIPES)


_RECIPES = registry.every()


def main() -> int:
    """Fuzz, print the figures, and write what went wrong into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--source", type=Path, default=Path(sysconfig.get_path("stdlib")) / "asyncio")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--wrong", type=Path, default=Path("wrong"), help="a folder for what went wrong")
    given = parser.parse_args()
    started = time.perf_counter()
    mutants = breed(given.seed, pieces(given.source), examples(registry.catalogue()), grown)
    total = Figures()
    with Pool(given.jobs) as pool:
        for figures in pool.imap_unordered(_job, islice(mutants, given.number), chunksize=8):
            total.add(figures)
    for name, count in total.counts.items():
        print(f"{name}: {count:,}")
    print(f"seconds: {time.perf_counter() - started:.0f}")
    print(f"wrong: {len(total.wrong)}")
    for number, (said, name, content) in enumerate(total.wrong):
        given.wrong.mkdir(exist_ok=True)
        (given.wrong / f"{number}.py").write_bytes(content)
        print(f"{number}: {name}: {said}")
    return int(bool(total.wrong))


if __name__ == "__main__":
    sys.exit(main())
