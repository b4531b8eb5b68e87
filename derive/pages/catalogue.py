"""Writes the pages of the codemods into a folder of their own, which holds nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from fixbot.codemod import Codemod, Fixes, Keeps, ProjectCodemod, Recipe
from fixbot.codemod.examples import Code
from fixbot.codemod.patches import TextCodemod
from fixbot.engine import inspect, survey, whole
from fixbot.engine.patching import hear
from fixbot.fitting import plural
from fixbot.markdown import cell, prose
from fixbot.model import Finding, SourceFile
from fixbot.registry import catalogue
from fixbot.render import explained
from fixbot.testing import numbered

_MOST = 8


def write_catalogue(folder: Path) -> None:
    """Write a page for each codemod and one that lists them; what is there of codemods that are gone is removed.

    Args:
        folder: where; it is made if it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = catalogue()
    pages = {f"{slug}.md": page(codemod) for slug, codemod in known.items()}
    pages["index.md"] = _index(known)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        place = folder / name
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.write_text(text, encoding="utf-8", newline="\n")


def page(codemod: type[Recipe]) -> str:
    """Return the page of one codemod, as Markdown."""
    told = explained(codemod)
    rows = list(_evidence(codemod))
    if not rows:
        return told
    head, sign, rest = told.partition("\n## Left alone\n")
    table = "\n".join(["| example | finding | because |", "|---|---|---|", *rows])
    says = "What a reviewer is told, for the examples above:"
    return f"{head}\n## Evidence\n\n{says}\n\n{table}\n{sign}{rest}"


def _index(known: Mapping[str, type[Recipe]]) -> str:
    rows = [
        f"| [{slug}]({slug}.md) | {codemod.severity} | {codemod.safety} | {cell(prose(codemod.explanation().title))}"
        f"{' (opt-in)' if codemod.opt_in else ''} |"
        for slug, codemod in known.items()
    ]
    toc = "\n".join(["```{toctree}", ":hidden:", "", *known, "```"])
    says = f"{plural(len(known), 'codemod')}, each with what it never touches. One file holds all of it."
    head = f"# The codemods\n\n{says}\n"
    return "\n".join([head, "| codemod | severity | safety | what it does |", "|---|---|---|---|", *rows, "", toc, ""])


def _evidence(codemod: type[Recipe]) -> Iterator[str]:
    """Give a row for each finding with evidence in an example: what was found, and why; those of rewrites come first.

    What a page does not show has no row.
    """
    rewritten = [(one.because, one.before) for one in codemod.examples if isinstance(one, Fixes)]
    told = [(one.because, one.code) for one in codemod.examples if isinstance(one, Keeps) and one.reports is not None]
    recipe = codemod()
    for examples in (rewritten, told):
        rows = (row for because, code in examples for row in _rows(because, _findings(recipe, code)))
        yield from islice(rows, _MOST)


def _rows(because: str, findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        reasons = list(dict.fromkeys(prose(evidence.says) for evidence in finding.evidence))
        if reasons:
            cells = [prose(because), prose(finding.message), "; ".join(reasons)]
            yield f"| {' | '.join(map(cell, cells))} |"


def _findings(recipe: Recipe, example: Code) -> tuple[Finding, ...]:
    files = {"example.py": example} if isinstance(example, str) else dict(example)
    if isinstance(recipe, ProjectCodemod):
        found = survey(whole({path: text.encode() for path, text in files.items()}), recipe)
        return tuple(finding for finding, _ in found.sites)
    if isinstance(recipe, TextCodemod):
        contents = {path: text.encode() for path, text in files.items()}
        return hear(whole(contents), numbered(recipe, contents)).findings
    if isinstance(recipe, Codemod):
        seen = (inspect(SourceFile(path, text.encode()), [recipe]) for path, text in files.items())
        return tuple(finding for one in seen for finding in one.findings)
    return ()
