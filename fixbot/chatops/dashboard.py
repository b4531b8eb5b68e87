"""The dashboard issue: writes its text, and reads back what people ticked there as a hint that is never trusted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fixbot.chatops.hidden import hidden, hide, is_id, shape
from fixbot.chatops.sections import SECTIONS, Section
from fixbot.fitting import brief, fitting, named, plural
from fixbot.lifecycle.memory import HOLD
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
_IGNORES_KEPT = 6_000

# Two hyphens would end a comment early on some versions of GitHub's renderer.
_BRANCH = r"fixbot/(?:[A-Za-z0-9._/]|-(?!-)){1,190}"
_VERBS = "|".join(sorted({section.verb for section in SECTIONS.values() if section.verb}))
_TICKED = re.compile(rf"^- \[[xX]\] <!-- fixbot:do ({_VERBS}) ({_BRANCH}) -->", re.MULTILINE)
_ANY_TICK = re.compile(r"^- \[[xX]\] (?=<!-- fixbot:do )", re.MULTILINE)
_MARKER = shape("dashboard")
_IGNORE = re.compile(r"[^\x00-\x1f\x7f<>]{1,300}")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/-]{1,300}")

_INTRODUCTION = (
    "fixbot keeps this issue: every pull request that it opened or would open, and why each stands where it stands. "
    "Tick a box, and the next run does what the box says."
)
_STOP = """## How to make fixbot stop

Close a pull request and its findings are not offered again. The label `fixbot:hold` on a pull request keeps fixbot \
away from it. `dashboard = false` under `[tool.fixbot]` in `pyproject.toml` ends this issue; without its workflow \
fixbot does nothing at all."""


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """What a ticked box asks for: `rebase`, `open`, `recreate` or `unignore`, and the branch that it is about."""

    verb: str
    branch: str


@dataclass(frozen=True, slots=True)
class _Marker:
    """What the hidden comment holds: digests of what is said for good, and of all the text."""

    ignores: tuple[str, ...]
    says: str
    text: str
    heard: int


def dashboard(
    standings: Sequence[Standing],
    *,
    kept: Collection[Box] = (),
    ignores: Sequence[str] = (),
    left: int,
    findings: int,
    heard: int = 0,
) -> str:
    """Write the issue; equal input gives equal text, in any order of the standings.

    Args:
        standings: what became of every pull request.
        kept: boxes that people ticked and that nobody has acted on yet; they stay ticked.
        ignores: codemods, and paths behind `path:`, that people asked to ignore here.
        left: how many findings are left to a person.
        findings: how many findings there are.
        heard: the id of the newest comment here that was answered, 0 for none.

    Returns:
        Markdown of at most 60,000 characters.
    """
    text = _text(standings, kept, ignores, _totals(standings, left, findings))
    calm = _text(list(_calm(standings)), (), ignores, _totals(standings, left, findings))
    told = {"heard": heard, "ignores": _remembered(ignores), "says": _digest(calm), "text": _digest(text)}
    return f"{text}\n\n{hide('dashboard', told)}\n"


def is_dashboard(body: str | None) -> bool:
    """Say whether a body is that of the dashboard: whether it has one well-formed marker."""
    return _marker(body) is not None


def ignored(body: str | None) -> tuple[str, ...]:
    """Return what the dashboard remembers as ignored; nothing where its marker is missing, doubled or malformed."""
    marker = _marker(body)
    return marker.ignores if marker else ()


def heard_until(body: str | None) -> int:
    """Return the id of the newest comment that the dashboard remembers as answered, 0 for none."""
    marker = _marker(body)
    return marker.heard if marker else 0


def ticked(body: str | None) -> frozenset[Box]:
    """Return the boxes that are ticked: only those at the start of a list line, as fixbot writes them."""
    return frozenset(Box(verb, branch) for verb, branch in _TICKED.findall(body or ""))


def is_current(body: str | None, wanted: str) -> bool:
    """Say whether the issue need not be written again.

    That a run opened or updated something is told once; when the next run finds it unchanged, nothing new is to say.

    Args:
        body: the text that the issue has now; people may have edited it.
        wanted: what `dashboard` would write.
    """
    now, then = _marker(body), _marker(wanted)
    if now is None or then is None or ticked(body) != ticked(wanted):
        return False
    same = (now.ignores, now.says, now.heard) == (then.ignores, then.says, then.heard)
    return same and now.text == _digest(_MARKER.sub("", body or ""))


def box(standing: Standing) -> Box | None:
    """Return the box that stands before a pull request, None where ticking one would do nothing."""
    verb = SECTIONS[standing.state].verb
    if not verb or not re.fullmatch(_BRANCH, standing.branch) or _is_beyond(standing):
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


def _text(standings: Sequence[Standing], kept: Collection[Box], ignores: Sequence[str], totals: str) -> str:
    parts = [_INTRODUCTION, totals]
    for state, section in SECTIONS.items():
        parts += _section(section, [one for one in standings if one.state is state], kept)
    return "\n\n".join([*parts, *_ignored_here(ignores), _STOP])


def _totals(standings: Iterable[Standing], left: int, findings: int) -> str:
    opened = sum(_is_open(one) for one in standings)
    says = f"{plural(findings, 'finding')}, {left:,} of them left to a person"
    return f"{says}; {plural(opened, 'pull request')} of fixbot open."


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


def _section(section: Section, standings: Sequence[Standing], kept: Collection[Box]) -> list[str]:
    if not standings:
        return []
    asked = [(box(one), one) for one in sorted(standings, key=_order)]
    ordered = sorted(_once(asked), key=lambda pair: pair[0] not in kept)
    first, beyond = ordered[: section.most], max(0, len(ordered) - section.most)
    lines = fitting([_line(one, asked, kept) for asked, one in first], section.room, _AND_MORE, beyond)
    return [f"## {section.heading} ({len(standings):,})", section.says, "\n".join(lines)]


def _order(standing: Standing) -> tuple[int, str, str]:
    """Put the newest first."""
    return -(standing.pull.number if standing.pull else 0), standing.branch, standing.reason


def _once(asked: Iterable[tuple[Box | None, Standing]]) -> Iterator[tuple[Box | None, Standing]]:
    """Give every box to the first alone that it could stand before."""
    given: set[Box] = set()
    for one, standing in asked:
        yield (None if one in given else one), standing
        given |= {one} if one else set()


def _line(standing: Standing, asked: Box | None, kept: Collection[Box]) -> str:
    section = SECTIONS[standing.state]
    opening = ""
    if asked is not None:
        mark = "x" if asked in kept else " "
        opening = f"[{mark}] <!-- fixbot:do {asked.verb} {asked.branch} --> {section.action}: "
    reason = f" ({brief(standing.reason, _MOST_REASON)})" if standing.reason else ""
    return f"- {opening}{_named(standing)}{reason}"


def _named(standing: Standing) -> str:
    """Return the link to a pull request and its title; of one that is only to come, its branch and its size."""
    pull, change = standing.pull, standing.change
    if pull is not None:
        return f"{linked(pull)} {brief(pull.title, _MOST_TITLE)}"
    size = f", {plural(len(change.findings), 'finding')}" if change is not None else ""
    return f"{brief(f'`{standing.branch}`', _MOST_TITLE)}{size}"


def linked(pull: PullRequest) -> str:
    """Return the number of a pull request as a link, as text where its address is none that Markdown can hold."""
    return f"[#{pull.number}]({pull.url})" if _ADDRESS.fullmatch(pull.url) else f"#{pull.number}"


def _ignored_here(ignores: Sequence[str]) -> list[str]:
    if not ignores:
        return []
    lines = [f"- {named(one)}" for one in ignores]
    undo = named(f"/fixbot unignore {ignores[0]}")
    says = f"People asked fixbot to. To undo one, comment {undo} on a pull request of fixbot."
    return ["## Ignored here", says, "\n".join(fitting(lines, _IGNORES_SHOWN, _AND_MORE))]


def _remembered(ignores: Iterable[str]) -> list[str]:
    """Return as many as the marker has room for; what could not be read back is left out."""
    kept: list[str] = []
    for one in dict.fromkeys(ignores):
        if _IGNORE.fullmatch(one) and len(hide("dashboard", {"ignores": [*kept, one]})) <= _IGNORES_KEPT:
            kept.append(one)
    return kept


def _digest(text: str) -> str:
    """Return 16 hex digits that tell whether a text is the one that fixbot wrote, whatever is ticked in it."""
    plain = _ANY_TICK.sub("- [ ] ", text.replace("\r\n", "\n")).strip()
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()[:16]


def _marker(body: str | None) -> _Marker | None:
    read = hidden("dashboard", body or "")
    if read is None or set(read) != {"heard", "ignores", "says", "text"}:
        return None
    ignores, says, text, heard = read["ignores"], read["says"], read["text"], read["heard"]
    if not isinstance(ignores, list) or not isinstance(says, str) or not isinstance(text, str):
        return None
    if not is_id(heard):
        return None
    if not all(isinstance(one, str) and _IGNORE.fullmatch(one) for one in ignores):
        return None
    return _Marker(tuple(ignores), says, text, heard)
