"""The one comment on an issue that says what became of it: writes it, and knows it again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from fixbot.chatops.dashboard import linked
from fixbot.chatops.hidden import digest, hidden, hide, shape
from fixbot.chatops.sections import SECTIONS
from fixbot.fitting import brief, fitting, named, plural
from fixbot.model import Refusal, Standing, State

_MOST_TITLE = 200
_MOST_REASON = 400
_ROOM = 5_000
_MOST_NAMED = 10
_AND_MORE = "- and {} more"
_PYTHON = re.compile(r"\.py(?!\w)", re.IGNORECASE)
_PENDING = frozenset({State.LEFT_ALONE, State.WAITING})


class Kind(StrEnum):
    """What became of an issue that fixbot was asked to work on."""

    DONE = "done"
    NOTHING_FOUND = "nothing found"
    NOT_UNDERSTOOD = "not understood"
    NOT_ALLOWED = "not allowed"
    CLOSED = "closed"
    PULL_REQUEST = "pull request"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Unseen:
    """A file or a codemod that was asked for and not looked at, and why."""

    what: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the comment tells.

    `codemods` and `places` (paths, or `path:line`) are what the issue was understood to ask for, no place means
    everywhere. `unknown` are paths in it that no tracked Python file has. `standings` are the pull requests with what
    it asked for, those too that were opened for something else; `fixes` says that the one there is holds all of it and
    closes the issue, `left` is what none of them holds, and `unseen` is what nobody looked at. `base` is the branch
    that they are for, where merging into that closes no issue, or the one that has moved. `because` says why it was not
    understood, and `catalogue` are the codemods that there are, for one who wrote something else.
    """

    issue: int
    kind: Kind
    codemods: Sequence[str] = ()
    places: Sequence[str] = ()
    unknown: Sequence[str] = ()
    standings: Sequence[Standing] = ()
    left: Sequence[Refusal] = ()
    unseen: Sequence[Unseen] = ()
    fixes: bool = False
    base: str = ""
    because: str = ""
    catalogue: Sequence[str] = ()


def outcome(told: Told) -> str:
    """Write the comment: short, and the same text whenever the same is to be told."""
    text = "\n\n".join(_PARTS[told.kind](told))
    return f"{text}\n\n{hide('outcome', {'issue': told.issue, 'kind': told.kind, 'text': digest(text)})}"


def is_outcome(body: str | None, issue: int) -> bool:
    """Say whether a comment is the one that tells the outcome of an issue, word for word as `outcome` wrote it.

    One that quotes it, or that somebody has edited, holds a person's words.
    """
    read = hidden("outcome", body or "")
    if body is None or read is None or set(read) != {"issue", "kind", "text"}:
        return False
    is_of_issue = type(read["issue"]) is int and read["issue"] == issue and read["kind"] in list(Kind)
    return is_of_issue and read["text"] == digest(shape("outcome").sub("", body))


def _done(told: Told) -> list[str]:
    lines = [f"{_line(one)}{_ELSEWHERE if _is_elsewhere(one, told) else ''}" for one in told.standings]
    parts = [f"{_asked(told)}.", "\n".join(fitting(lines, _ROOM, _AND_MORE)), _merging(told)]
    return [*filter(None, parts), *_rest(told)]


_ELSEWHERE = " (opened for something else)"


def _is_elsewhere(standing: Standing, told: Told) -> bool:
    marker = standing.pull.marker if standing.pull else None
    return marker is not None and marker.issue != told.issue


def _merging(told: Told) -> str:
    """Say what merging makes of the issue; that everything is there is claimed only where `fixes` says so."""
    pending = sum(one.state in _PENDING for one in told.standings)
    if told.left or told.unseen or told.unknown or not told.standings:
        return "That is not all that was asked for."
    if pending == len(told.standings):
        return "That is not done yet, for the reason above."
    if pending:
        return "That is not all that was asked for. The rest is not done yet, for the reason above."
    if any(_is_elsewhere(one, told) for one in told.standings):
        return "What was opened for something else does not close this issue."
    if len(told.standings) > 1:
        return "Each holds a part of what was asked for, so merging one of them does not close this issue."
    why = f", because it is for the branch {named(told.base)}" if told.base else ""
    return "Merging it closes this issue." if told.fixes else f"Merging it does not close this issue{why}."


def _nothing_found(told: Told) -> list[str]:
    found = "has nothing new to offer" if told.left else "found nothing to rewrite"
    where = " in what it may look at" if told.unseen else ""
    return [f"{_asked(told)} and {found}{where}.", *_rest(told)]


def _not_understood(told: Told) -> list[str]:
    known = ", ".join(named(slug) for slug in told.catalogue[:50])
    example = named(f"{told.catalogue[0] if told.catalogue else 'bare-except'} in src/app.py:12")
    how = "Write the name of a codemod, and where: a path, with or without a line, or a link to a line."
    because = brief(told.because or "it found nothing that it knows how to look for", _MOST_REASON)
    return [
        f"fixbot has done nothing: {because}{'' if because.endswith('?') else '.'}",
        f"{how} For example {example}.",
        *([f"Codemods: {known}."] if known else []),
        *_unknown(told.unknown),
    ]


def _refused(told: Told) -> list[str]:
    return [_WHY_NOT[told.kind]]


def _outdated(told: Told) -> list[str]:
    again = "take the label off and put it on again, or start the workflow with the number of this issue"
    why = f"{named(told.base)} has moved since it looked at the code"
    return [f"fixbot has done nothing yet: {why}. Ask for it once more: {again}."]


_WHY_NOT = {
    Kind.NOT_ALLOWED: "fixbot works on issues of people who may write to this repository, and the author of this one "
    "may not. Somebody who may can open an issue with the same text.",
    Kind.CLOSED: "This issue is closed, so fixbot has done nothing. Open it again and run fixbot once more.",
    Kind.PULL_REQUEST: "This is a pull request, and fixbot is asked for work in an issue. On a pull request of its own "
    "it obeys comments such as `/fixbot rebase`.",
}
_PARTS = {
    Kind.DONE: _done,
    Kind.NOTHING_FOUND: _nothing_found,
    Kind.NOT_UNDERSTOOD: _not_understood,
    Kind.NOT_ALLOWED: _refused,
    Kind.CLOSED: _refused,
    Kind.PULL_REQUEST: _refused,
    Kind.OUTDATED: _outdated,
}


def _asked(told: Told) -> str:
    places = f" in {_some(told.places)}" if told.places else ""
    return f"fixbot looked for {_some(told.codemods)}{places}"


def _line(standing: Standing) -> str:
    """Tell of one pull request; that it was opened or updated just now is left out, so that the text stays."""
    pull, state, reason = standing.pull, standing.state, brief(standing.reason, _MOST_REASON)
    name = f"{linked(pull)} {brief(pull.title, _MOST_TITLE)}" if pull else brief(f"`{standing.branch}`", _MOST_TITLE)
    if SECTIONS[state].verb == "rebase":
        return f"- {name}"
    why = f": {reason}" if standing.reason else ""
    return f"- {name} ({State(state)}{why})"


def _rest(told: Told) -> list[str]:
    return [*_left(told.left), *_unseen(told.unseen), *_unknown(told.unknown)]


def _unseen(unseen: Sequence[Unseen]) -> list[str]:
    if not unseen:
        return []
    lines = [f"- {named(one.what)}: {brief(one.because, _MOST_REASON)}" for one in unseen[:_MOST_NAMED]]
    rest = [_AND_MORE.format(len(unseen) - len(lines))] if len(unseen) > len(lines) else []
    return ["Asked for and not looked at:", "\n".join([*lines, *rest])]


def _left(left: Sequence[Refusal]) -> list[str]:
    if not left:
        return []
    lines = [
        f"- {named(f'{one.finding.path}:{one.finding.line}')}: {brief(one.because, _MOST_REASON)}"
        for one in left[:_MOST_NAMED]
    ]
    more = len(left) - len(lines)
    rest = [_AND_MORE.format(more)] if more else []
    return [f"{plural(len(left), 'place')} left as they are:", "\n".join([*lines, *rest])]


def _unknown(paths: Sequence[str]) -> list[str]:
    """Tell of paths that are none; of a file that is no Python nobody has looked whether it is there."""
    missing = [path for path in paths if _PYTHON.search(path)]
    others = [path for path in paths if not _PYTHON.search(path)]
    return [
        *([f"Not in this repository: {_some(missing)}."] if missing else []),
        *([f"Not a Python file of this repository: {_some(others)}."] if others else []),
    ]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(named(name) for name in names[:_MOST_NAMED]) + more
