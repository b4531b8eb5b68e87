"""Makes campaigns of any size, and what is known of their repositories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fixbot.campaign.file import Campaign, Rollout, Sources
from fixbot.campaign.records import Pull, Seen

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
CAMPAIGN = Campaign(
    name="timeouts",
    codemods=("requests-timeout", "silent-except"),
    sources=Sources(organisation="shop"),
    rollout=Rollout(canary=2, size=3, threshold=0.5, decisions=2),
)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def pull(
    number: int = 1,
    state: str = "open",
    findings: int = 1,
    *,
    opened: float | None = 2,
    decided: float | None = None,
    codemod: str = "requests-timeout",
    repository: str = "shop/cart",
    **more: str,
) -> Pull:
    """Make a pull request; `opened` and `decided` say how many days ago."""
    return Pull(
        repository=repository,
        number=number,
        codemod=codemod,
        state=state,
        title=more.get("title", "Give each request a timeout"),
        url=more.get("url", f"https://github.test/{repository}/pull/{number}"),
        findings=findings,
        created=None if opened is None else ago(opened),
        decided=None if decided is None else ago(decided),
    )


def seen(name: str, findings: int | None = 0, pulls: Sequence[Pull] = (), **more: str | int) -> Seen:
    """Make a repository; `offered`, `because`, `skipped` and `failed` may be said too."""
    mine = tuple(replace(one, repository=name, url=one.url.replace("shop/cart", name)) for one in pulls)
    known = Seen(name=name, place=f"https://github.test/{name}.git", findings=findings, pulls=mine)
    return replace(known, **more)  # type: ignore[arg-type] # each test says what its field takes


_FAILED = (
    "the forge does not let its token read this repository: give it the permission `contents: read`",
    "git clone: fatal: unable to access: Could not resolve host; tried three times, and once more an hour later",
    "planning took longer than 20 minutes, and that is what [campaign] minutes allows",
)


def many(count: int) -> list[Seen]:
    """Make an organisation in the middle of a campaign, the same one each time."""
    return [_one(number, count) for number in range(count)]


def _one(number: int, count: int) -> Seen:
    name = f"organisation/{('billing', 'checkout', 'search-index', 'ml', 'gateway')[number % 5]}-service-{number:04}"
    if number % 37 == 36:
        return seen(name, None, skipped="it is archived")
    if number % 53 == 52:
        return seen(name, None, failed=_FAILED[number % 3])
    if number * 10 <= count * 4:
        return _begun(name, number, 60 * (1 - number / (count * 0.4)) + 0.5)
    return seen(name, number % 13 + 1, offered=1) if number * 10 < count * 9 else seen(name, None)


def _begun(name: str, number: int, age: float) -> Seen:
    codemod = CAMPAIGN.codemods[number % 3 == 0]
    waits = pull(number, opened=age, codemod=codemod)
    merged = pull(number, "merged", number % 7 + 2, opened=age, decided=age * 0.5, codemod=codemod)
    declined = pull(number, "declined", 2, opened=age, decided=age * 0.3, codemod=CAMPAIGN.codemods[1])
    return {
        1: seen(name, 2, [merged], because="nothing that remains can be rewritten"),
        2: seen(name, 3, [waits], offered=3),
        3: seen(name, 5, [declined], because="a person declined it"),
        4: seen(name, 8, offered=4, because="50 open in the campaign, and the limit is 50"),
    }.get(number % 8, seen(name, 0, [merged]))
