"""Writes what is known of an item that commits did something about: commits, files, choices, figures, impact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fixbot.fitting import brief, fitting, named, plural
from fixbot.markdown import numbered
from fixbot.tracker.records import Entry, Figure, FileChange, Landed

_LONGEST = 400
_ROOM = 6_000
_MOST_FIGURES = 12


def detail(entry: Entry, impacts: Mapping[str, str]) -> Iterator[str]:
    """Yield the paragraphs that stand below an item's heading.

    Args:
        entry: the item.
        impacts: what each codemod's rewrites mean, by slug.
    """
    because = brief(entry.because, _LONGEST)
    yield f"{because[:1].upper()}{because[1:]}."
    told = dict.fromkeys(impacts[one.codemod] for one in entry.landed if one.codemod in impacts)
    lines = [line for one in (*entry.landed, *entry.undone) for line in _commit(one)]
    lines += [f"- **Impact**: {' '.join(told)}"] if told else []
    if lines:
        yield "\n".join(lines)


def _commit(one: Landed) -> Iterator[str]:
    taken_back = f", taken back by {named(one.undone[:7])}" if one.undone else ""
    other = ", merged as another one" if one.is_merged else ""
    head = f"{named(one.id[:7])} of {one.date}{_pull(one)}{other}{taken_back}"
    yield f"- **Commit**: {head}: {brief(one.subject, _LONGEST)}"
    yield (
        f"- **Files**: {plural(len(one.files), 'file')}, {plural(one.added, 'insertion')}, "
        f"{plural(one.removed, 'deletion')}"
    )
    yield from fitting([_file(file) for file in one.files], _ROOM, "  - and {} more")
    if one.figures:
        yield f"- **Verification**: {'; '.join(map(_figure, one.figures[:_MOST_FIGURES]))}"
    yield from (f"- **Breaking change**: {brief(line, _LONGEST)}" for line in one.breaking)


def _pull(one: Landed) -> str:
    if not one.pull:
        return ""
    return f", {numbered(one.pull, one.url)}"


def _file(file: FileChange) -> str:
    chosen = f": {', '.join(map(named, file.chosen))}" if file.chosen else ""
    return f"  - {named(file.path)} (+{file.added}/-{file.removed}){chosen}"


def _figure(figure: Figure) -> str:
    return f"{brief(figure.what, _LONGEST)} {figure.before:,} → {figure.after:,}"
