"""What is known of a campaign's repositories and their pull requests; only records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fixbot.lifecycle.memory import is_declined
from fixbot.model import PullRequest


class State(StrEnum):
    """Where a repository stands."""

    SKIPPED = "skipped"  # it takes no part
    FAILED = "failed"  # the last look at it, or at its code, came to nothing
    NEW = "new"  # nobody has looked at its code yet
    WAITING = "waiting"  # its wave has not begun
    READY = "ready"  # something can be opened, and there is no room for it yet
    OPEN = "open"  # a pull request waits for its reviewer
    LEFT = "left"  # nothing more can be offered; findings remain for people
    DONE = "done"  # no finding is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request of a campaign.

    `state` is `open`, `merged`, `declined` (a person closed it) or `withdrawn` (fixbot did). `findings` is how many it
    has; `created` and `decided` are None where the forge does not say, and `decided` while it is open.
    """

    repository: str
    number: int
    codemod: str
    state: str
    title: str = ""
    url: str = ""
    findings: int = 0
    created: datetime | None = None
    decided: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of one repository.

    Attributes:
        name: `owner/name` on GitHub, else what the list says or the name of its folder, with more of its path where
            another has that name.
        place: where git finds it: an address, or a path.
        is_named: whether the operator's list names it, so that it needs no configuration.
        skipped: why it takes no part; empty where it does.
        failed: why the last try came to nothing; empty where it did not.
        branch: the branch that is improved.
        head: the commit that was planned for.
        key: what the plan was made of, as a hash; a plan holds as long as this is the same.
        owners: who owns what would be changed, as CODEOWNERS says.
        findings: how many there are on `head`; None where nobody has looked.
        offered: how many of them would be rewritten.
        because: why nothing is opened now; empty where there is no reason or nothing to open.
        seconds: how long planning took.
        tries: how often planning failed for this head, one after the other.
        requests: how often the forge was asked, and `writes` how often something was written there, in the last pass.
        pulls: its pull requests, the oldest first.
    """

    name: str
    place: str
    is_named: bool = False
    skipped: str = ""
    failed: str = ""
    branch: str = ""
    head: str = ""
    key: str = ""
    owners: tuple[str, ...] = ()
    findings: int | None = None
    offered: int = 0
    because: str = ""
    seconds: float = 0.0
    tries: int = 0
    requests: int = 0
    writes: int = 0
    pulls: tuple[Pull, ...] = ()

    def state(self, *, begun: bool) -> State:
        """Say where it stands; `begun` says whether its wave has."""
        is_open = any(pull.state == "open" for pull in self.pulls)
        holding = {
            State.SKIPPED: bool(self.skipped),
            State.FAILED: bool(self.failed),
            State.OPEN: is_open,
            State.NEW: self.findings is None,
            State.DONE: self.findings == 0,
            State.LEFT: self.offered == 0,
            State.WAITING: not begun,
        }
        return next((state for state, holds in holding.items() if holds), State.READY)


def pulls_of(name: str, listed: Iterable[PullRequest], codemods: Iterable[str]) -> tuple[Pull, ...]:
    """Return the pull requests of a campaign among those that a forge lists.

    A pull request is known by what it is about, not by who opened it: what `fixbot run` opened for the same codemod
    is the very one that the campaign would open.

    Args:
        name: the repository.
        listed: every pull request of fixbot there.
        codemods: what the campaign is about.
    """
    wanted = set(codemods)
    mine = [pull for pull in listed if pull.marker is not None and pull.marker.codemod in wanted]
    return tuple(_pull(name, pull) for pull in sorted(mine, key=lambda pull: pull.number))


def _pull(name: str, pull: PullRequest) -> Pull:
    fate = "declined" if is_declined(pull) else {"closed": "withdrawn"}.get(pull.state, pull.state)
    return Pull(
        repository=name,
        number=pull.number,
        codemod=pull.marker.codemod if pull.marker else "",
        state=fate,
        title=pull.title,
        url=pull.url,
        findings=len(pull.fingerprints),
        created=pull.created,
        decided=None if pull.state == "open" else pull.closed_at,
    )


def open_of(pulls: Iterable[Pull]) -> int:
    """Count the pull requests that wait for a decision."""
    return sum(pull.state == "open" for pull in pulls)


def every_pull(repositories: Iterable[Seen]) -> list[Pull]:
    """Return the pull requests of some repositories."""
    return [pull for seen in repositories for pull in seen.pulls]


def taking_part(repositories: Iterable[Seen]) -> list[Seen]:
    """Return those that are not skipped: what people decide elsewhere says nothing about the campaign."""
    return [seen for seen in repositories if not seen.skipped]


def by_codemod(pulls: Iterable[Pull]) -> Mapping[str, list[Pull]]:
    """Sort pull requests by what they are about."""
    found: dict[str, list[Pull]] = {}
    for pull in pulls:
        found.setdefault(pull.codemod, []).append(pull)
    return dict(sorted(found.items()))
