"""What fixbot did on a branch: commits that say so and whose content bears it out, with what can be told of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from fixbot.analysis.compiling import compile_error
from fixbot.codemod import Codemod, Recipe
from fixbot.codemod.contract import of_files
from fixbot.engine import inspect
from fixbot.hunks import changed_lines
from fixbot.lifecycle.memory import Memory
from fixbot.model import Base, PullRequest, Rewrite, SourceFile, Touched
from fixbot.shell.annals import Annals
from fixbot.shell.forge import Forge
from fixbot.shell.ruff import ask
from fixbot.shell.style import read_style
from fixbot.tracker.chosen import chosen
from fixbot.tracker.landing import Told, landed, undone
from fixbot.tracker.records import Figure, FileChange, Landed
from fixbot.write import lint_figures


@dataclass
class Landings:
    """The commits of one branch, its pull requests, and what they tell together.

    `doubtful` are the commits that say that they are fixbot's, and whose content does not bear it out.
    """

    annals: Annals
    forge: Forge
    base: Base
    memory: Memory
    codemods: Sequence[Recipe]
    doubtful: list[str] = field(default_factory=list)
    _brought: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def telling(self) -> list[Told]:
        """The commits of the branch that say something of fixbot, or take another one back, the newest first."""
        return self.annals.telling(self.base.commit)

    def within(self, commit: str) -> frozenset[str]:
        """Return what a merge brought in, with itself; of any other commit that one alone."""
        if commit not in self._brought:
            self._brought[commit] = self.annals.within(commit)
        return self._brought[commit]

    def found(self) -> list[Landed]:
        """Return what fixbot did, the oldest first, with files, choices and figures."""
        claimed = [(one, self.annals.changes(one.id)) for one in landed(self.telling)]
        true = [(one, contents) for one, contents in claimed if self._is_true(one, contents)]
        self.doubtful[:] = [one.id for one, _ in claimed if all(one.id != each.id for each, _ in true)]
        named = {fingerprint for one, _ in true for fingerprint in one.findings}
        both = [*true, *self._merged_otherwise(named)]
        with_files = [(self._with_files(one, contents), contents) for one, contents in both]
        paths = {one.id: {file.path for file in one.files} for one, _ in with_files if not one.is_merged}
        taken = undone(self.telling, paths, self.within, self.changed)
        figures = self._figures(with_files)
        return [
            replace(_with_pull(one, self.memory), undone=taken.get(one.id, ""), figures=tuple(mine))
            for (one, _), mine in zip(with_files, figures, strict=True)
        ]

    def _is_true(self, one: Landed, contents: Sequence[Touched]) -> bool:
        """Say whether a commit does what it says: content and trailers fit, or what it names is gone by it."""
        if self.annals.touched(one.id) or any(mark in self.memory.merged for mark in one.findings):
            return True
        sides = list(_sides(contents))
        before, after = (_marks(self._named(one), [(side.path, text(side)) for side in sides]) for text in (_old, _new))
        return bool(before & set(one.findings)) and not after & set(one.findings)

    def _named(self, one: Landed) -> list[Codemod]:
        """Return the codemod of a commit; nothing where it looks at projects, or nobody has it."""
        return [codemod for codemod in of_files(self.codemods) if codemod.slug() == one.codemod]

    def _merged_otherwise(self, named: set[str]) -> Iterator[tuple[Landed, Sequence[Touched]]]:
        """Give what the forge says was merged and no commit of the branch tells of: squashed under another message."""
        for pull in self.memory.pulls:
            is_here = pull.state == "merged" and pull.base == self.base.branch and pull.marker is not None
            if not is_here or not set(pull.fingerprints) - named or set(pull.fingerprints) & named:
                continue
            yield _of_pull(pull, self.annals), self.forge.touched(pull.head)

    def changed(self, commit: str) -> Collection[str]:
        """Return the paths that a commit changes."""
        changed = self.annals.commit_named(commit)
        return tuple(changed.lines) if changed is not None else ()

    def _with_files(self, one: Landed, contents: Sequence[Touched]) -> Landed:
        new = {file.path: chosen(file.before or b"", file.after or b"") for file in contents}
        changed = None if one.is_merged else self.annals.commit_named(one.id)
        lines = changed.lines if changed is not None else {file.path: _lines(file) for file in contents}
        files = (FileChange(path, *counts, new.get(path, ())) for path, counts in sorted(lines.items()))
        return replace(one, files=tuple(files))

    def _figures(self, done: Sequence[tuple[Landed, Sequence[Touched]]]) -> Iterator[list[Figure]]:
        """Give what ruff and the codemod itself find before and after each commit; two calls of ruff for all."""
        answers = sorted({rule for codemod in self.codemods for rule in codemod.answers})
        style = read_style(partial(self.annals.file, self.base.commit))
        sides = [list(_sides(contents)) for _, contents in done]
        opinions = iter(ask([side for one in sides for side in one], replace(style, more=(*style.more, *answers))))
        for (one, _), mine in zip(done, sides, strict=True):
            figures = [Figure(*counted) for counted in lint_figures([next(opinions) for _ in mine])]
            yield [*self._findings(one, mine), _compiling(mine), *figures] if mine else []

    def _findings(self, one: Landed, sides: Sequence[Rewrite]) -> Iterator[Figure]:
        """Count the findings in a commit's files; a codemod that looks at whole projects cannot be asked of these."""
        named = self._named(one)
        if named:
            counts = (len(_marks(named, [(side.path, text(side)) for side in sides])) for text in (_old, _new))
            yield Figure(f"`{one.codemod}`", *counts)


def _of_pull(pull: PullRequest, annals: Annals) -> Landed:
    """Return what is known of a merged pull request whose commit is not on the branch."""
    known = annals.those_of([pull.head]) if annals.resolve(pull.head) is not None else []
    day = pull.closed_at.date().isoformat() if pull.closed_at is not None else "an unknown day"
    return Landed(
        id=pull.head,
        date=known[0].date if known else day,
        subject=pull.title,
        codemod=pull.marker.codemod if pull.marker is not None else "",
        findings=pull.fingerprints,
        is_merged=True,
    )


def _lines(file: Touched) -> tuple[int, int]:
    before, after = ((content or b"").decode("latin-1") for content in (file.before, file.after))
    return changed_lines(before, after)


def _with_pull(one: Landed, memory: Memory) -> Landed:
    """Name the pull request that a commit came in, if the forge still knows."""
    pull = _by_commit(one, memory.pulls) or _by_findings(one, memory.pulls)
    return one if pull is None else replace(one, pull=pull.number, url=pull.url)


def _by_commit(one: Landed, pulls: Iterable[PullRequest]) -> PullRequest | None:
    return next((pull for pull in pulls if one.id in {pull.head, *pull.pushed}), None)


def _by_findings(one: Landed, pulls: Iterable[PullRequest]) -> PullRequest | None:
    """Return the pull request that was merged as another commit: squashed or rebased."""
    merged = (pull for pull in pulls if pull.state == "merged" and set(pull.fingerprints) & set(one.findings))
    return next(iter(merged), None)


def _old(side: Rewrite) -> bytes:
    return side.before


def _new(side: Rewrite) -> bytes:
    return side.after


def _marks(codemods: Sequence[Codemod], files: Iterable[tuple[str, bytes]]) -> set[str]:
    """Return the fingerprints of what codemods find in some files."""
    seen = (inspect(SourceFile(path, content), codemods) for path, content in files) if codemods else ()
    return {finding.fingerprint for one in seen for finding in one.findings}


def _sides(contents: Iterable[Touched]) -> Iterator[Rewrite]:
    for file in contents:
        if file.before is not None and file.after is not None:
            yield Rewrite(file.path, file.before, file.after, ())


def _compiling(sides: Sequence[Rewrite]) -> Figure:
    counts = [sum(map(_compiles, side)) for side in ([s.before for s in sides], [s.after for s in sides])]
    return Figure("files that compile", counts[0], counts[1])


def _compiles(content: bytes) -> bool:
    return compile_error(content) is None
