"""Applies sites to a project, each with all that it needs in whichever files, or not at all; it writes no file."""

from __future__ import annotations

import ast
import posixpath
import traceback
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath

from fixbot import interrupts
from fixbot.analysis.module import Module
from fixbot.codemod import Corpus, Declined, Place, ProjectCodemod, Site, cst
from fixbot.engine.compose import Top, Work, compose, dropped
from fixbot.engine.inspect import not_to_be_built
from fixbot.engine.places import first_line, node_at
from fixbot.engine.pragmas import Pragmas
from fixbot.engine.unused import Pruned, prune
from fixbot.engine.wanted import Wanted
from fixbot.hunks import hunks
from fixbot.model import Broken, Finding, Refusal, Rewrite

Found = tuple[Finding, Site]


@dataclass(frozen=True, slots=True)
class Applied:
    """The files that change, and the findings that cannot be rewritten."""

    rewrites: tuple[Rewrite, ...] = ()
    refused: tuple[Refusal, ...] = ()
    broken: Broken | None = None


@dataclass(slots=True)
class _Draft:
    """One file with some places edited, and the places that cannot be."""

    module: Module
    text: str = ""
    top: Top = field(default_factory=Top)
    spans: list[tuple[int, int]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    drops: Counter[str] = field(default_factory=Counter)
    stopped: dict[Place, str] = field(default_factory=dict)
    broken: Broken | None = None

    @property
    def changed(self) -> bool:
        """Whether anything is different."""
        return self.text != self.module.text


class Editor:
    """Applies the sites of one codemod to one project, any number of times; it remembers each file's edits."""

    def __init__(self, corpus: Corpus, codemod: ProjectCodemod) -> None:
        self.corpus, self.codemod = corpus, codemod
        self._drafts: dict[tuple[str, tuple[Place, ...]], _Draft] = {}

    def apply(self, sites: Sequence[Found]) -> Applied:
        """Apply some sites together; those of which a place cannot be edited are left out whole."""
        refused: list[Refusal] = []
        broken: Broken | None = None
        left = list(sites)
        while True:
            drafts = {path: self._draft(path, places) for path, places in _by_file(left).items()}
            broken = broken or next((draft.broken for draft in drafts.values() if draft.broken is not None), None)
            objections = [(found, self._objection(found[1], drafts)) for found in left]
            refused += [Refusal(found[0], because) for found, because in objections if because is not None]
            if all(because is None for _, because in objections):
                return Applied(tuple(self._rewrites(left, drafts)), tuple(refused), broken)
            left = [found for found, because in objections if because is None]

    def _objection(self, site: Site, drafts: dict[str, _Draft]) -> str | None:
        for place in site.places:
            because = drafts[place.path].stopped.get(place)
            if because is not None:
                return because if place.path == site.at.path else f"{place.path} has to change with it, and {because}"
        return None if any(drafts[place.path].changed for place in site.places) else "there is nothing to change"

    def _draft(self, path: str, places: tuple[Place, ...]) -> _Draft:
        if (path, places) not in self._drafts:
            self._drafts[path, places] = self._drafted(path, places)
        return self._drafts[path, places]

    def _drafted(self, path: str, places: tuple[Place, ...]) -> _Draft:
        file = self.corpus.file(path)
        because = self.corpus.fixed.get(path) or ("it cannot be parsed" if file is None else None)
        if file is None or because is not None:
            return _Draft(Module(path, "", ast.Module([], []), "utf-8"), stopped=dict.fromkeys(places, because or ""))
        draft = _Draft(file.module)
        pragmas = Pragmas(draft.module.text)
        silenced = [place for place in places if pragmas.silence(self.codemod.slug(), place.line)]
        draft.stopped |= {place: f"a comment asks to leave line {place.line} alone" for place in silenced}
        if not draft.stopped:
            self._compose(draft, places)
        return draft

    def _compose(self, draft: _Draft, places: tuple[Place, ...]) -> None:
        try:
            works = self._works(draft, places)
            draft.text = compose(draft.module, works, draft.top, partial(self._is_local, draft.module.path))
            draft.module.encode(draft.text)
        except (ValueError, RecursionError, MemoryError) as exc:
            self._blame(draft, places, str(exc) or type(exc).__name__)
        except Exception as exc:  # noqa: BLE001 - a codemod may be anybody's code; its fault must not end the run
            interrupts.check()
            if because := not_to_be_built(draft.module, exc):
                self._blame(draft, places, because)
                return
            draft.broken = Broken(draft.module.path, self.codemod.slug(), traceback.format_exc())
            self._blame(draft, places, "the codemod broke on it")

    def _is_local(self, path: str, name: str) -> bool:
        """Say whether a top-level name is that of a module or package that a file of the project can import."""
        folders = [*map(str, PurePosixPath(path).parents)]
        around = {"" if folder == "." else folder for folder in folders}
        return not (around | {posixpath.join(folder, "src") for folder in around}).isdisjoint(self.corpus.roots(name))

    def _blame(self, draft: _Draft, places: tuple[Place, ...], because: str) -> None:
        """Find out which places are at fault: those that fail alone, or where none does, all."""
        alone: dict[Place, str] = {}
        if len(places) > 1:
            for place in places:
                alone |= self._draft(draft.module.path, (place,)).stopped
        draft.stopped |= alone or dict.fromkeys(places, because)

    def _works(self, draft: _Draft, places: tuple[Place, ...]) -> list[Work]:
        found: dict[ast.AST, tuple[ast.AST, list[Place]]] = {}
        for place in places:
            node, around = node_at(draft.module, place)
            found.setdefault(node, (around, []))[1].append(place)
            draft.spans.append((first_line(node), place.end_line))
        return [Work(node, around, partial(self._edit, draft, around, on)) for node, (around, on) in found.items()]

    def _edit(self, draft: _Draft, around: ast.AST, places: list[Place], node: cst.CSTNode) -> cst.CSTNode:
        """Apply all that is to be done to one node, one after the other."""
        for place in places:
            proposal = self.codemod.edit(place, node)
            if isinstance(proposal, Declined):
                draft.stopped[place] = proposal.because
                continue
            draft.top.add(draft.module, around, proposal)
            draft.unused += proposal.unused
            draft.drops += dropped(node, proposal)
            if proposal.replacement is None:
                return cst.RemoveFromParent()  # type: ignore[return-value]
            node = proposal.replacement
        return node

    def _rewrites(self, sites: Sequence[Found], drafts: dict[str, _Draft]) -> Iterable[Rewrite]:
        changed = {path: draft for path, draft in sorted(drafts.items()) if draft.changed}
        texts = {path: draft.text for path, draft in changed.items()}
        homes: dict[str, list[Finding]] = {path: [] for path in changed}
        groups: dict[str, str] = {}
        for cluster in clusters(sites):
            paths = sorted({place.path for _, site in cluster for place in site.places} & changed.keys())
            groups |= dict.fromkeys(paths, paths[0] if len(paths) > 1 else "")
            for finding, site in cluster:
                nearest = [finding.path, *sorted(place.path for place in site.places)]
                homes[next(path for path in nearest if path in changed)].append(finding)
        known = Wanted(self.corpus, texts)
        for path, draft in changed.items():
            wanted = partial(known.by_others, path)
            pruned = prune(draft.module, draft.text, draft.unused, wanted)
            yield Rewrite(
                path,
                self.corpus.files[path],
                draft.module.encode(pruned.text),
                tuple(sorted(homes[path], key=lambda finding: (finding.line, finding.column))),
                spans=(*sorted(set(draft.spans)), *_lines_before(draft, pruned)),
                drops=tuple(sorted((draft.drops + pruned.words).elements())),
                group=groups[path],
                inserted=tuple(draft.top.aside),
            )


def clusters(sites: Iterable[Found]) -> list[list[Found]]:
    """Put sites together that change a file in common, directly or through others."""
    found: list[tuple[set[str], list[Found]]] = []
    for site in sites:
        files = {place.path for place in site[1].places}
        touching = [each for each in found if each[0] & files]
        found = [each for each in found if not each[0] & files]
        found.append((files.union(*(each[0] for each in touching)), [one for each in touching for one in each[1]]))
        found[-1][1].append(site)
    return [inside for _, inside in found]


def _by_file(sites: Iterable[Found]) -> dict[str, tuple[Place, ...]]:
    """Return the places of some sites by file, each once, in the order of the sites."""
    found: dict[str, dict[Place, None]] = {}
    for _, site in sites:
        for place in site.places:
            found.setdefault(place.path, {})[place] = None
    return {path: tuple(places) for path, places in found.items()}


def _lines_before(draft: _Draft, pruned: Pruned) -> list[tuple[int, int]]:
    """Tell where the lines of pruned imports stood in the file before anything was edited."""
    shift, lines = 0, []
    changes = hunks(draft.module.text, draft.text)
    for line in sorted(pruned.lines):
        while changes and changes[0].start + shift + len(changes[0].new) <= line:
            shift += len(changes[0].new) - len(changes.pop(0).old)
        lines.append((line - shift, line - shift))
    return lines
