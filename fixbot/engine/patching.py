"""Turns what another tool would change into findings, and some of it into rewrites; it runs and writes nothing."""

from __future__ import annotations

import ast
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from fixbot import interrupts
from fixbot.analysis.module import Module, parse
from fixbot.codemod import Corpus, Safety, Spot
from fixbot.codemod.patches import Mark, Patch, Splice, TextCodemod
from fixbot.engine.inspect import finding_at, inside
from fixbot.engine.places import over
from fixbot.engine.pragmas import Pragmas
from fixbot.engine.survey import EVERYWHERE, GENERATED
from fixbot.engine.unused import prune
from fixbot.engine.wanted import Wanted
from fixbot.errors import FixbotError
from fixbot.hunks import hunks, lost_words
from fixbot.model import Broken, Finding, Inspection, Refusal, Rewrite, Skipped


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A patch with a finding for each of its places."""

    findings: tuple[Finding, ...]
    patch: Patch

    @property
    def paths(self) -> frozenset[str]:
        """The files that it is about."""
        return frozenset(f.path for f in self.findings) | frozenset(one.path for one in self.patch.splices)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a tool tells of a project, and which files it looked at; `dismissed` is always empty."""

    told: tuple[Told, ...] = ()
    looked: tuple[Inspection, ...] = ()
    broken: Broken | None = None
    dismissed: tuple[()] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order of paths and lines."""
        found = (finding for one in self.told for finding in one.findings)
        return tuple(sorted(found, key=lambda finding: (finding.path, finding.line, finding.column)))

    def open(self, limit: Safety) -> Counter[str]:
        """Count the findings of each file that may be rewritten."""
        return Counter(finding.path for finding in self.findings if finding.safety.within(limit))

    @property
    def firsts(self) -> dict[str, str]:
        """Map each fingerprint to that of the first finding which is rewritten with it."""
        return {f.fingerprint: one.findings[0].fingerprint for one in self.told for f in one.findings}


def hear(corpus: Corpus, codemod: TextCodemod, paths: Iterable[str] | None = None) -> Heard:
    """Ask a tool what it would change.

    Args:
        corpus: all files of the project.
        codemod: what runs the tool.
        paths: the files to look at; all that may be changed where that is None.

    Raises:
        FixbotError: the tool cannot be run.
    """
    asked = corpus.files if paths is None else paths
    wanted = [path for path in asked if path not in corpus.fixed and codemod.pattern.search(corpus.files[path])]
    try:
        said = list(codemod.patches(corpus, wanted))
    except FixbotError:
        raise
    except Exception:  # noqa: BLE001 - a codemod may be anybody's code; its fault must not end the run
        interrupts.check()
        return Heard(broken=Broken(EVERYWHERE, codemod.slug(), traceback.format_exc()))
    told = tuple(_Hearing(corpus, codemod).told(one for one in said if isinstance(one, Patch)))
    return Heard(told, tuple(_looked(corpus, codemod, wanted, said, told)))


def _looked(
    corpus: Corpus,
    codemod: TextCodemod,
    wanted: Sequence[str],
    said: Sequence[Patch | Skipped | Broken],
    told: Iterable[Told],
) -> Iterator[Inspection]:
    """Tell for each file what was found there, or why it was not looked at."""
    findings: dict[str, list[Finding]] = {}
    for finding in (finding for one in told for finding in one.findings):
        findings.setdefault(finding.path, []).append(finding)
    skipped = {one.path: one for one in said if isinstance(one, Skipped)}
    broken = {one.path: one for one in said if isinstance(one, Broken)}
    for path in dict.fromkeys([*wanted, *skipped, *broken, *findings]):
        found = tuple(sorted(findings.get(path, ()), key=lambda finding: (finding.line, finding.column)))
        mine = (broken[path],) if path in broken else ()
        yield Inspection(path, found, skipped.get(path), parsed=path not in skipped, broken=mine)
    for path, because in corpus.fixed.items():
        if because == GENERATED and codemod.pattern.search(corpus.files.get(path, b"")):
            yield Inspection(path, skipped=Skipped(path, "generated", "its head says so"))


class _Hearing:
    """Gives the findings of patches, in which what people forbid is left alone."""

    def __init__(self, corpus: Corpus, codemod: TextCodemod) -> None:
        self._corpus, self._codemod = corpus, codemod
        self._seen: Counter[str] = Counter()
        self._pragmas = cache(lambda module: Pragmas(module.text))

    def told(self, patches: Iterable[Patch]) -> Iterator[Told]:
        """Yield each patch of which something is left, in the order of paths and lines."""
        for patch in sorted(patches, key=lambda patch: (patch.marks[0].path, patch.marks[0].line)):
            kept, because = self._kept(patch)
            forbidden = because or patch.because
            findings = tuple(self._finding(mark, module, patch.safety, forbidden) for mark, module in kept)
            if findings:
                yield Told(findings, replace(patch, because=forbidden))

    def _kept(self, patch: Patch) -> tuple[list[tuple[Mark, Module]], str]:
        """Return the places that may be spoken of, and why nothing may be done at them; empty where it may."""
        kept, because = [], ""
        for path in dict.fromkeys([*(mark.path for mark in patch.marks), *(one.path for one in patch.splices)]):
            if path in self._corpus.fixed:
                because = because or f"{path} has to change with it, and {self._corpus.fixed[path]}"
        for mark in patch.marks:
            module = self._module(mark.path)
            if module is None or not module.lines or mark.path in self._corpus.fixed:
                continue
            if self._pragmas(module).silence(self._codemod.slug(), mark.line):
                because = because or f"a comment asks to leave line {mark.line} of {mark.path} alone"
            else:
                kept.append((mark, module))
        return kept, because

    def _module(self, path: str) -> Module | None:
        source = self._corpus.source(path)
        module = parse(source) if source is not None else None
        return module if isinstance(module, Module) else None

    def _finding(self, mark: Mark, module: Module, safety: Safety | None, because: str) -> Finding:
        first = min(mark.line, len(module.lines))
        last = min(max(mark.end_line, first), len(module.lines))
        around = _around(module, first)
        message = f"{mark.message}: {because}" if because else mark.message
        spot = Spot(
            node=ast.Pass(), message=message, safety=Safety.MANUAL if because else safety, evidence=mark.evidence
        )
        column = len(module.lines[first - 1][: mark.column - 1].encode(errors="surrogatepass"))
        return finding_at(module, self._codemod, spot, around, lines=(first, last), column=column, seen=self._seen)


def _around(module: Module, line: int) -> ast.AST:
    """Return the innermost statement on a line, the module where there is none."""
    found: ast.AST = module.tree
    for node in over(module.tree, line):
        if isinstance(node, ast.stmt):
            found = node
    return inside(found) or found


@dataclass(slots=True)
class Patched:
    """The files that change, the findings that cannot be rewritten now, and the patches that were applied."""

    rewrites: list[Rewrite] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    done: list[Told] = field(default_factory=list)


def patched(corpus: Corpus, chosen: Sequence[Told]) -> Patched:
    """Apply some patches; where two want the same text, the first has it."""
    made = Patched()
    splices: dict[str, list[Splice]] = {}
    for one in chosen:
        mine = [splice for splice in one.patch.splices if splice not in splices.get(splice.path, ())]
        rival = next((splice for splice in mine if any(_clash(splice, o) for o in splices.get(splice.path, ()))), None)
        if rival is not None:
            because = f"what another finding changes in {rival.path} is in its way; the next run comes back to it"
            made.refused += [Refusal(finding, because) for finding in one.findings]
            continue
        for splice in mine:
            splices.setdefault(splice.path, []).append(splice)
        made.done.append(one)
    texts = {path: _spliced(_text(corpus, path), inside) for path, inside in splices.items()}
    made.rewrites = list(_rewrites(corpus, texts, made.done))
    return made


def _clash(one: Splice, other: Splice) -> bool:
    """Say whether two changes of a file want the same characters, or both put something at the same place."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _text(corpus: Corpus, path: str) -> Module:
    source = corpus.source(path)
    module = parse(source) if source is not None else None
    if not isinstance(module, Module):
        message = f"{path} is to change, and cannot be parsed"
        raise TypeError(message)
    return module


def _spliced(module: Module, inside: Iterable[Splice]) -> str:
    text = module.text
    for splice in sorted(inside, key=lambda splice: (splice.start, splice.end), reverse=True):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text


def _rewrites(corpus: Corpus, texts: dict[str, str], done: Sequence[Told]) -> Iterator[Rewrite]:
    groups = _groups(done)
    wanted = Wanted(corpus, texts)
    for path, text in sorted(texts.items()):
        module = _text(corpus, path)
        gone = lost_words(hunks(module.text, text))
        imported = {name for node in ast.walk(module.tree) for name in _imported(node) if gone[name]}
        pruned = prune(module, text, imported, lambda name, path=path: wanted.by_others(path, name))  # type: ignore[misc]
        found = [finding for one in done for finding in one.findings if finding.path == path]
        yield Rewrite(
            path,
            corpus.files[path],
            module.encode(pruned.text),
            tuple(sorted(found, key=lambda finding: (finding.line, finding.column))),
            spans=tuple((hunk.start, max(hunk.start, hunk.end)) for hunk in hunks(module.text, pruned.text)),
            group=groups.get(path, ""),
        )


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _groups(done: Iterable[Told]) -> dict[str, str]:
    """Name the group of each file that changes with others."""
    found: list[set[str]] = []
    for one in done:
        mine = {splice.path for splice in one.patch.splices}
        touching = [each for each in found if each & mine]
        found = [each for each in found if not each & mine]
        found.append(mine.union(*touching))
    return {path: min(each) for each in found if len(each) > 1 for path in each}
