"""Writes the text of the dashboard issue: every pull request by its state, each with the box that fits."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from fixbot.chatops.boxes import BRANCH, Box, Carried, Row
from fixbot.chatops.pinned import pinned
from fixbot.chatops.sections import SECTIONS, Section
from fixbot.fitting import brief, fitting, named, plural
from fixbot.lifecycle.memory import HOLD
from fixbot.lifecycle.schedule import lasting
from fixbot.markdown import numbered
from fixbot.model import PullRequest, Standing, State

#: What a search for the issue looks for; its title is people's to change.
MARK = "fixbot:dashboard"
TITLE = "fixbot: what is open, what waits, and why"
#: GitHub's limit for a body is 65,536 characters.
DASHBOARD_LIMIT = 60_000
_MOST_TITLE = 200
_MOST_REASON = 400
_AND_MORE = "- and {} more"
_IGNORES_SHOWN = 2_000

_INTRODUCTION = (
    "fixbot keeps this issue: every pull request that it opened or would open, and why each stands where it stands. "
    "Tick a box, and the next run does what the box says."
)
_STOP = """## How to make fixbot stop

Close a pull request and its findings are not offered again. The label `fixbot:hold` on a pull request keeps fixbot \
away from it. `dashboard = false` under `[tool.fixbot]` in `pyproject.toml` ends this issue; without its workflow \
fixbot does nothing at all."""


def dashboard(
    standings: Sequence[Standing],
    *,
    kept: Collection[Box] = (),
    ignores: Sequence[str] = (),
    left: int,
    findings: int,
    heard: int = 0,
    carried: Carried | None = None,
) -> str:
    """Write the issue; equal input gives equal text, in any order of the standings.

    Args:
        standings: what became of every pull request.
        kept: boxes that people ticked and that nobody has acted on yet; they stay ticked.
        ignores: codemods, and paths behind `path:`, that people asked to ignore here.
        left: how many findings are left to a person.
        findings: how many findings there are.
        heard: the id of the newest comment here that was answered, 0 for none.
        carried: what stays as it is, None where a run looked at everything.

    Returns:
        Markdown of at most 60,000 characters.
    """
    rows = carried.rows if carried is not None else ()
    counts = carried.counts if carried is not None else _counts(left, findings)
    totals = _totals(standings, rows, counts)
    text = _text(standings, rows, kept, [totals, *_ignored_here(ignores)])
    calm = _text(list(_calm(standings)), rows, (), [totals, *_ignored_here(ignores)])
    return f"{text}\n\n{pinned(text, calm, ignores, heard)}\n"


def box(standing: Standing) -> Box | None:
    """Return the box that stands before a pull request, None where ticking one would do nothing."""
    verb = SECTIONS[standing.state].verb
    if not verb or not re.fullmatch(BRANCH, standing.branch) or _is_beyond(standing):
        return None
    return Box(verb, standing.branch)


def _is_beyond(standing: Standing) -> bool:
    """Say whether no wish can change where something stands: nothing is there to be written, or people hold it."""
    if standing.state is State.WAITING:
        return standing.change is None
    if standing.state is not State.LEFT_ALONE:
        return False
    pull = standing.pull
    return pull is None or standing.change is None or HOLD in {label.lower() for label in pull.labels}


def _text(
    standings: Sequence[Standing], rows: Iterable[tuple[State, Row]], kept: Collection[Box], around: Sequence[str]
) -> str:
    """Write what people see; `around` begins with the totals, and ends with what stands below the sections."""
    parts = [_INTRODUCTION, around[0]]
    for state, section in SECTIONS.items():
        told = [_row(one) for one in standings if one.state is state] + [row for where, row in rows if where is state]
        parts += _section(section, told, kept)
    return "\n\n".join([*parts, *around[1:], _STOP])


def _counts(left: int, findings: int) -> str:
    return f"{plural(findings, 'finding')}, {left:,} of them left to a person; "


def _totals(standings: Iterable[Standing], rows: Iterable[tuple[State, Row]], counts: str) -> str:
    opened = sum(_is_open(one) for one in standings)
    opened += sum(bool(row.number) and state is not State.DECLINED for state, row in rows)
    return f"{counts}{plural(opened, 'pull request')} of fixbot open."


def _is_open(standing: Standing) -> bool:
    if SECTIONS[standing.state].verb == "rebase":
        return True
    may_be = standing.state in {State.LEFT_ALONE, State.WAITING}
    return may_be and standing.pull is not None and standing.pull.state == "open"


def _calm(standings: Iterable[Standing]) -> Iterator[Standing]:
    """Give what the next run will find if nothing happens until then."""
    for one in standings:
        if SECTIONS[one.state].verb == "rebase":
            yield replace(one, state=State.UNCHANGED, reason="")
        elif not SECTIONS[one.state].passing:
            yield one


def _section(section: Section, rows: Sequence[Row], kept: Collection[Box]) -> list[str]:
    if not rows:
        return []
    newest_first = sorted(rows, key=lambda row: (-row.number, row.branch, row.says))
    ordered = sorted(_once(newest_first), key=lambda row: row.asked not in kept)
    first, beyond = ordered[: section.most], max(0, len(ordered) - section.most)
    lines = fitting([_line(row, section, kept) for row in first], section.room, _AND_MORE, beyond)
    return [f"## {section.heading} ({len(rows):,})", section.says, "\n".join(lines)]


def _once(rows: Iterable[Row]) -> Iterator[Row]:
    """Give every box to the first alone that it could stand before."""
    given: set[Box] = set()
    for row in rows:
        yield replace(row, asked=None) if row.asked in given else row
        given |= {row.asked} if row.asked else set()


def _line(row: Row, section: Section, kept: Collection[Box]) -> str:
    if row.asked is None:
        return f"- {row.says}"
    mark = "x" if row.asked in kept else " "
    return f"- [{mark}] <!-- fixbot:do {row.asked.verb} {row.asked.branch} --> {section.action}: {row.says}"


def _row(standing: Standing) -> Row:
    reason = f" ({brief(lasting(standing.reason), _MOST_REASON)})" if standing.reason else ""
    number = standing.pull.number if standing.pull is not None else 0
    return Row(number, standing.branch, f"{_named(standing)}{reason}", box(standing))


def _named(standing: Standing) -> str:
    """Return the link to a pull request and its title; of one that is only to come, its branch and its size."""
    pull, change = standing.pull, standing.change
    if pull is not None:
        return f"{linked(pull)} {brief(pull.title, _MOST_TITLE)}"
    size = f", {plural(len(change.findings), 'finding')}" if change is not None else ""
    return f"{brief(f'`{standing.branch}`', _MOST_TITLE)}{size}"


def linked(pull: PullRequest) -> str:
    """Return the number of a pull request as a link, as text where its address is none that Markdown can hold."""
    return numbered(pull.number, pull.url)


def _ignored_here(ignores: Sequence[str]) -> list[str]:
    if not ignores:
        return []
    lines = [f"- {named(one)}" for one in ignores]
    undo = named(f"/fixbot unignore {ignores[0]}")
    says = f"People asked fixbot to. To undo one, comment {undo} on a pull request of fixbot."
    return ["## Ignored here", says, "\n".join(fitting(lines, _IGNORES_SHOWN, _AND_MORE))]
