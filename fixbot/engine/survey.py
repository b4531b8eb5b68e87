"""Surveys: a whole project in, findings with their sites out; what is not to be touched is left out."""

from __future__ import annotations

import gc
import traceback
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from operator import itemgetter

from fixbot import interrupts
from fixbot.analysis.declarations import folder_of
from fixbot.codemod import Corpus, Dismissed, ProjectCodemod, Site
from fixbot.codemod.contract import Screen
from fixbot.engine.inspect import finding_at, inside
from fixbot.engine.places import located
from fixbot.engine.pragmas import VENDORED, Pragmas, is_generated, is_vendored
from fixbot.model import Broken, Finding, Inspection, Safety, Skipped

#: The path of what went wrong with the project as a whole.
EVERYWHERE = "."
#: Why a file must not be changed though a finding asks for it.
GENERATED = "it is generated"
EXCLUDED = "it is excluded by the configuration"
IGNORED = "people asked fixbot to ignore it"
UNNAMED = "it was not named"


@dataclass(frozen=True, slots=True)
class Survey:
    """What a codemod found in a project, by path, line and column, and which files it was to look at."""

    sites: tuple[tuple[Finding, Site], ...] = ()
    dismissed: tuple[Dismissed, ...] = ()
    looked: tuple[Inspection, ...] = ()
    broken: Broken | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings alone."""
        return tuple(finding for finding, _ in self.sites)

    def open(self, limit: Safety, without: Collection[str] = ()) -> Counter[str]:
        """Count the findings of each file that may be rewritten, without some, by their fingerprints."""
        wanted = (finding for finding in self.findings if finding.fingerprint not in without)
        return Counter(finding.path for finding in wanted if finding.safety.within(limit))


def whole(
    files: Mapping[str, bytes],
    *,
    fixed: Mapping[str, str] | None = None,
    texts: Mapping[str, bytes] | None = None,
    unseen: Mapping[str, bytes] | None = None,
) -> Corpus:
    """Return a project of which generated and vendored files must not be changed either; see `Corpus` for the rest."""
    given = {path: GENERATED for path, content in files.items() if is_generated(content)}
    given |= {path: VENDORED for path in files if is_vendored(path)}
    return Corpus(files, fixed=given | dict(fixed or {}), texts=texts, unseen=unseen)


def may_be_code(path: str, *, executable: bool) -> bool:
    """Say whether a file that is no `.py` may call Python functions: a stub, a notebook, a script without an ending."""
    name = path.rpartition("/")[2]
    return name.endswith((".pyi", ".ipynb")) or (executable and "." not in name)


def is_about_building(path: str) -> bool:
    """Say whether a file that is no code says how a project is built or what it needs, at whichever depth it stands."""
    return folder_of(path) is not None and not path.endswith(".py")


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage meanwhile: there are millions of nodes to go through again and again, and none is garbage.

    Trees hold no cycles, so that those that are let go are gone at once.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def survey(corpus: Corpus, codemod: ProjectCodemod) -> Survey:
    """Return what a codemod finds in the files of a project that may be changed.

    What a comment on its line silences is left out. Where the codemod raises an error, nothing but that is returned.
    """
    try:
        with uncollected():
            told = list(codemod.survey(corpus))
        sites = tuple(_open(corpus, codemod, (one for one in told if isinstance(one, Site))))
    except Exception:  # noqa: BLE001 - a codemod may be anybody's code; its fault must not end the run
        interrupts.check()
        return Survey(broken=Broken(EVERYWHERE, codemod.slug(), traceback.format_exc()))
    finally:
        corpus.forget()
    slug = codemod.slug()
    told_off = (one for one in told if isinstance(one, Dismissed) and one.path not in corpus.fixed)
    dismissed = {replace(one, codemod=slug) for one in told_off}
    in_order = sorted(dismissed, key=lambda one: (one.path, one.line, one.because))
    return Survey(sites, tuple(in_order), tuple(_looked(corpus, codemod, [finding for finding, _ in sites])))


def _open(corpus: Corpus, codemod: ProjectCodemod, sites: Iterable[Site]) -> Iterable[tuple[Finding, Site]]:
    seen: Counter[str] = Counter()
    pragmas = cache(lambda module: Pragmas(module.text))
    for site in sorted(sites, key=lambda site: (site.at.path, site.at.line, site.at.column)):
        at = site.at
        if at.path in corpus.fixed:
            continue
        module, (node, around) = located(corpus, at)
        around = inside(node) or around
        lines = at.line, at.end_line
        found = finding_at(module, codemod, site, around, lines=lines, column=at.column, seen=seen)
        if not pragmas(module).silence(codemod.slug(), at.line):
            yield found, site


def having(files: Mapping[str, bytes], pattern: Screen, certain: Collection[str] = ()) -> Iterator[str]:
    """Yield the paths of the files that have a pattern, or are `certain` to, in order.

    A content that stands in several files in a row is looked through once.
    """
    for content, same in groupby(files.items(), itemgetter(1)):
        paths = [path for path, _ in same]
        left = any(path not in certain for path in paths) and bool(pattern.search(content))
        yield from (path for path in paths if left or path in certain)


def _looked(corpus: Corpus, codemod: ProjectCodemod, findings: list[Finding]) -> Iterable[Inspection]:
    """Tell for each file that has the codemod's pattern what was found there, or why it was not looked at."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    for path in having(corpus.files, codemod.pattern, by_path):
        mine = tuple(by_path.get(path, ()))
        if corpus.fixed.get(path) == GENERATED:
            yield Inspection(path, skipped=Skipped(path, "generated", "its head says so"))
        elif corpus.fixed.get(path) == VENDORED:
            yield Inspection(path, skipped=Skipped(path, "vendored", VENDORED))
        elif path not in corpus.fixed:
            skipped = corpus.skipped(path)
            yield Inspection(path, mine, skipped, parsed=skipped is None)
