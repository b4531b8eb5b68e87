"""What tools that write whole texts have in common: the files they can read, and what differs afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from fixbot.analysis.module import Module, parse
from fixbot.codemod import Corpus, Evidence, Safety
from fixbot.codemod.patches import Mark, Patch, Splice
from fixbot.hunks import Hunk, hunks
from fixbot.model import Skipped

_LONGEST = 120


def readable(corpus: Corpus, paths: Iterable[str]) -> tuple[dict[str, Module], list[Skipped]]:
    """Return the files that Python understands, and why the others are not looked at."""
    modules: dict[str, Module] = {}
    skipped = []
    for path in paths:
        source = corpus.source(path)
        found = parse(source) if source is not None else Skipped(path, "missing", "there is no such file")
        if isinstance(found, Module):
            modules[path] = found
        else:
            skipped.append(found)
    return modules, skipped


def patch_of(modules: Mapping[str, Module], texts: Mapping[str, str], message: str, safety: Safety) -> Patch | None:
    """Return what turns files into other texts, all of it together; None where nothing differs.

    Args:
        modules: the files as they are.
        texts: what a tool made of them, by path.
        message: what is said of each place.
        safety: how much of a reviewer it needs.
    """
    marks: list[Mark] = []
    splices: list[Splice] = []
    for path, text in sorted(texts.items()):
        module = modules[path]
        starts = [*accumulate((len(line) for line in module.lines), initial=0)]
        for hunk in hunks(module.text, text):
            last = max(hunk.end, hunk.start)
            marks.append(
                Mark(path=path, line=hunk.start, end_line=last, message=message, evidence=tuple(_becomes(hunk)))
            )
            old = starts[hunk.start - 1], starts[hunk.start - 1 + len(hunk.old)]
            splices.append(Splice(path=path, start=old[0], end=old[1], text="".join(hunk.new)))
    return Patch(marks=tuple(marks), splices=tuple(splices), safety=safety) if marks else None


def _becomes(hunk: Hunk) -> Iterator[Evidence]:
    """Show a line that becomes another one."""
    old, new = ([line.strip() for line in side] for side in (hunk.old, hunk.new))
    if len(old) == len(new) == 1 and new[0] and "`" not in old[0] + new[0] and len(new[0]) <= _LONGEST:
        yield Evidence(hunk.start, f"becomes `{new[0]}`")
