"""Lets every codemod loose on modules that nobody would write, and counts what must never happen.

Nothing of fixbot's own ladder judges it: it is seen from outside, with `compile` and `tokenize` alone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from multiprocessing import Pool
from pathlib import Path

from benchmarks.mutants import Mutant, breed, examples, pieces
from benchmarks.objecting import compiles, objections_to
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
_PIECE = 100
#: What is counted, and what must never happen.
COUNTED = ("modules", "compiling", "findings", "rewritten", "refused", "rewrites", "pairs", "pairs that commute")
NEVER = ("crashes", "slow", "not settled", "not compiling", "tokens", "comments", "pairs not settled")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that must never happen: of which kind, in words, and the module that it happened to."""

    kind: str
    said: str
    name: str
    content: bytes


@dataclass(slots=True)
class Figures:
    """What was counted, and what must never happen with the module it happened to."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)

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
    figures = Figures(Counter(modules=1, compiling=int(compiles(mutant.content))))
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
    started = time.process_time()
    try:
        done = applied(recipe, content)
    except Exception as exc:  # noqa: BLE001 - that it never happens is what is measured
        figures.wrong.append(Wrong("crashes", f"{recipe.slug()} crashed: {exc!r}", mutant.name, content))
        return None
    if time.process_time() - started > 10:  # noqa: PLR2004 - seconds, as fixbot's own limit
        figures.wrong.append(Wrong("slow", f"{recipe.slug()} takes more than 10 s", mutant.name, content))
    if done.broken is not None:
        figures.wrong.append(
            Wrong("crashes", f"{recipe.slug()} broke: {done.broken.trace[-300:]}", mutant.name, content)
        )
    rewritten = len(done.rewrite.findings) if done.rewrite is not None else 0
    figures.counts.update(findings=rewritten + len(done.refused), rewritten=rewritten, refused=len(done.refused))
    if done.rewrite is None:
        return None
    figures.counts["rewrites"] += 1
    for kind, said in objections(recipe, done):
        figures.wrong.append(Wrong(kind, f"{recipe.slug()}: {said}", mutant.name, content))
    return done.rewrite.after


def objections(recipe: Recipe, done: Attempt) -> Iterator[tuple[str, str]]:
    """Say what is wrong with a rewrite, as seen from outside: the kind, one of `NEVER`, and words."""
    rewrite = done.rewrite
    if rewrite is None:
        return
    found = [(finding.line, finding.end_line) for finding in rewrite.findings]
    yield from objections_to(rewrite.before, rewrite.after, [*rewrite.spans, *found], rewrite.drops)
    again = applied(recipe, rewrite.after)
    if again.rewrite is not None and again.rewrite.after != rewrite.after:
        yield "not settled", "does not settle"


def _pair(mutant: Mutant, pair: tuple[Recipe, Recipe], after: Mapping[Recipe, bytes], figures: Figures) -> None:
    one, other = pair
    figures.counts["pairs"] += 1
    results = []
    for first, second in (pair, (other, one)):
        content = _one(mutant, second, after[first], figures) or after[first]
        again = _one(mutant, first, content, figures)
        if again is not None and (_one(mutant, second, again, figures) or _one(mutant, first, again, figures)):
            said = f"{first.slug()} and {second.slug()} never settle"
            figures.wrong.append(Wrong("pairs not settled", said, mutant.name, mutant.content))
        results.append(again or content)
    figures.counts["pairs that commute"] += results[0] == results[1]


def grown(number: int, most: int = 8) -> tuple[str, ...]:
    """Return modules that hypothesmith grows from a number; one takes as long as hundreds that are only bred."""
    import hypothesmith  # noqa: PLC0415 - only who fuzzes installs it
    from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: PLC0415 - as above

    found: list[str] = []

    @seed(number)
    @settings(
        max_examples=most, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(hypothesmith.from_node())
    def note(text: str) -> None:
        found.append(text)

    note()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some modules that are looked at together: where chance begins for them, how many, real code to breed them of."""

    seed: int
    number: int
    source: Path

    def mutants(self) -> Iterator[Mutant]:
        """Yield the modules, the same for the same piece."""
        bred = breed(self.seed, _real(self.source), examples(registry.catalogue()), grown(self.seed))
        return islice(bred, self.number)


@cache
def _real(source: Path) -> list[str]:
    return pieces(source)


_RECIPES = registry.every()


def fuzzed(piece: Piece) -> tuple[Piece, Figures]:
    """Look at every module of a piece."""
    figures = Figures()
    for mutant in piece.mutants():
        figures.add(examined(mutant, _RECIPES))
    return piece, figures


def table(figures: Figures) -> str:
    """Return all figures in a table of Markdown: what there was, and how often each thing happened that must never."""
    bad = Counter(one.kind for one in figures.wrong)
    rows = [(name, figures.counts[name]) for name in COUNTED] + [(f"**{name}**", bad[name]) for name in NEVER]
    return "\n".join(["| | |", "|-|-:|", *(f"| {name} | {count:,} |" for name, count in rows)])


def kept(file: Path, source: Path) -> dict[Piece, Figures]:
    """Return what an earlier run wrote of its pieces, line by line; a line that was cut short does not count."""
    found: dict[Piece, Figures] = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        wrong = [Wrong(kind, words, name, bytes.fromhex(content)) for kind, words, name, content in said["wrong"]]
        found[Piece(said["seed"], said["number"], source)] = Figures(Counter(said["counts"]), wrong)
    return found


def written(piece: Piece, figures: Figures) -> str:
    """Return the line that `kept` reads."""
    wrong = [(one.kind, one.said, one.name, one.content.hex()) for one in figures.wrong]
    return json.dumps({"seed": piece.seed, "number": piece.number, "counts": figures.counts, "wrong": wrong}) + "\n"


def _run(todo: Sequence[Piece], jobs: int, file: Path) -> Iterator[Figures]:
    """Yield the figures of each piece as it is done, and keep them in a file; Ctrl-C ends it early."""
    with Pool(jobs, signal.signal, (signal.SIGINT, signal.SIG_IGN)) as pool, file.open("a", encoding="utf-8") as lines:
        try:
            for done, (piece, figures) in enumerate(pool.imap_unordered(fuzzed, todo), start=1):
                lines.write(written(piece, figures))
                lines.flush()
                print(f"{done} of {len(todo)} pieces, {len(figures.wrong)} wrong in this one", file=sys.stderr)
                yield figures
        except KeyboardInterrupt:
            print("interrupted; the same command goes on from here", file=sys.stderr)


def main() -> int:
    """Fuzz, print the figures, and write what went wrong into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=10_000, help="how many modules, in pieces of a hundred")
    parser.add_argument("--seed", type=int, default=0, help="the number of the first piece")
    parser.add_argument("--source", type=Path, default=Path(sysconfig.get_path("stdlib")) / "asyncio")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kept", type=Path, default=Path("fuzz.jsonl"), help="the pieces that are done, one a line")
    parser.add_argument("--wrong", type=Path, default=Path("wrong"), help="a folder for what went wrong")
    given = parser.parse_args()
    started = time.perf_counter()
    sizes = [min(_PIECE, given.number - first) for first in range(0, given.number, _PIECE)]
    wanted = [Piece(given.seed + place, size, given.source) for place, size in enumerate(sizes)]
    before = kept(given.kept, given.source)
    total = Figures()
    for piece in wanted:
        total.add(before.get(piece, Figures()))
    for figures in _run([piece for piece in wanted if piece not in before], given.jobs, given.kept):
        total.add(figures)
    print(table(total))
    print(f"\n{time.perf_counter() - started:.0f} seconds with {given.jobs} processes")
    for number, one in enumerate(total.wrong):
        given.wrong.mkdir(exist_ok=True)
        (given.wrong / f"{number}.py").write_bytes(one.content)
        print(f"{number}: {one.name}: {one.said}")
    return int(bool(total.wrong))


if __name__ == "__main__":
    sys.exit(main())
