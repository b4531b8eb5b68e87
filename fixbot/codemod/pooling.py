"""Finds pools of connections that leave the project's own limits unread, or keep what is dead; it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fixbot.analysis.configured.pools import ENGINE, HTTPX, KINDS, Kind, Pool, of_nobody, pools
from fixbot.analysis.configured.settings import Setting, settings_named
from fixbot.analysis.configured.unread import asked_for, is_read
from fixbot.analysis.configured.urls import database
from fixbot.analysis.configured.written import Reach, Written
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.patches.replaced import refuses
from fixbot.analysis.spelling import spell
from fixbot.codemod import arguing
from fixbot.codemod.arguing import Given
from fixbot.codemod.contract import Declined, Place, Proposal, Site
from fixbot.codemod.lazy import cst
from fixbot.model import Dismissed, Evidence, Safety

# Connections that httpx keeps open by itself; `httpx.Limits` forgets that number where it is told another one.
_KEPT = 20
_SIZES = ("pool_size", "max_overflow")
_CHECKS = ("pool_pre_ping", "pool_recycle")
_WHY = {
    "engine": "SQLAlchemy keeps 5 connections and opens 10 more; each engine has a pool of its own",
    "Redis client": "redis-py opens connections as they are asked for; beyond the limit it raises an error",
    "HTTP client": "httpx opens 100 connections and keeps 20; beyond the limit a request waits for its turn",
}
_PING = "a connection that the server has closed fails the next query; to ask first takes one round trip"


@dataclass(frozen=True, slots=True)
class _Use:
    """What a setting becomes in a call: `keyword=source`."""

    setting: Setting
    keyword: str
    written: Written


def survey(corpus: Corpus) -> Iterator[Site | Dismissed]:
    """Yield every pool that gets limits or a check, and the settings for such limits that nothing reads."""
    found = list(pools(corpus))
    there = {pool.kind.name for pool in found}
    unread = {kind.name: _unread(corpus, kind) if kind.name in there else [] for kind in KINDS}
    reach = Reach(corpus)
    used: set[tuple[str, int]] = set()
    hindrances: dict[str, str] = {}
    for pool in found:
        reason = of_nobody(pool) or _of_a_file(corpus, pool)
        if reason is not None:
            yield Dismissed(pool.file.path, pool.called.call.lineno, reason)
            continue
        uses = _uses(reach, pool, unread[pool.kind.name])
        against = _objection(corpus, pool) if uses else None
        if against is not None:
            hindrances.setdefault(pool.kind.name, f"{against} ({pool.file.path}:{pool.called.call.lineno})")
            uses = []
        used |= {_place(use.setting) for use in uses}
        yield from _sites(corpus, pool, uses)
    for kind in KINDS:
        left = [each for each, _ in unread[kind.name] if _place(each) not in used]
        yield from _left(corpus, kind, left, hindrances.get(kind.name))


def edit(plan: object, node: cst.CSTNode) -> Proposal | Declined:
    """Give a call its limits."""
    return arguing.edit(plan, node)


def _place(setting: Setting) -> tuple[str, int]:
    return setting.file.path, setting.node.lineno


def _unread(corpus: Corpus, kind: Kind) -> list[tuple[Setting, str]]:
    """Return the settings for a kind of pool that nothing reads, each with its keyword."""
    every = settings_named(corpus, "|".join(name for _, name in kind.arguments), *kind.words)
    return [
        (each, keyword)
        for each in every
        for keyword, name in kind.arguments
        if re.fullmatch(name, each.name, re.IGNORECASE) and not is_read(corpus, each)
    ]


def _of_a_file(corpus: Corpus, pool: Pool) -> str | None:
    """Say where the database of an engine is a file, or in memory."""
    return "its database is a file, or in memory" if pool.kind is ENGINE and _database(corpus, pool) == "file" else None


def _database(corpus: Corpus, pool: Pool) -> str | None:
    call = pool.called.call
    node = call.args[0] if call.args else pool.called.keyword("url")
    return database(corpus, pool.file, node, pool.called.at) if node is not None else None


def _uses(reach: Reach, pool: Pool, unread: list[tuple[Setting, str]]) -> list[_Use]:
    """Return the settings that a call can reach and has not, one for each keyword; none where it has a size."""
    sizes = [keyword for keyword, _ in pool.kind.arguments[:2]]
    if pool.has(*sizes):
        return []
    found: dict[str, list[_Use]] = {}
    for setting, keyword in unread:
        written = reach.written(setting, pool.file, pool.called.call, pool.called.at)
        if written is not None and not pool.has(keyword):
            found.setdefault(keyword, []).append(_Use(setting, keyword, written))
    return [several[0] for several in found.values() if len(several) == 1]


def _objection(corpus: Corpus, pool: Pool) -> str | None:
    """Return why a call cannot have limits, None where it can."""
    if pool.kind is ENGINE and _database(corpus, pool) != "server":
        return "the address of the database may be SQLite's, some pools of which take no `max_overflow`"
    return None


def _sites(corpus: Corpus, pool: Pool, uses: list[_Use]) -> Iterator[Site]:
    """Yield the site of a pool that gets something."""
    arguments = [(use.keyword, use.written.source) for use in uses]
    pings = pool.kind is ENGINE and not pool.has(*_CHECKS)
    if pings:
        arguments.append(("pool_pre_ping", "True"))
    if not arguments:
        return
    at = Place.of(pool.file.path, pool.called.call)
    evidence = tuple(Evidence(at.line, each) for each in _told(pool, uses, pings=pings))
    message = f"`{pool.written}` {_lacks(uses, pings=pings)}"
    against = _hindrance(corpus, pool, arguments)
    plan = _plan(pool, arguments, uses) if against is None else None
    if plan is None:
        says = f"{message}; left to a person: {against or '`httpx` means something else there'}"
        yield Site(at=at, message=says, safety=Safety.MANUAL, evidence=evidence)
        return
    written = ", ".join(f"{name}={source}" for name, source in plan.arguments)
    place = Place.of(pool.file.path, pool.called.call, plan)
    yield Site(at=at, message=f"{message}; `{written}` does", evidence=evidence, places=(place,))


def _lacks(uses: list[_Use], *, pings: bool) -> str:
    limits = "does not use the limits that the project has" if uses else ""
    checks = "does not look whether a connection is still alive" if pings else ""
    return " and ".join(filter(None, (limits, checks)))


def _told(pool: Pool, uses: list[_Use], *, pings: bool) -> Iterator[str]:
    for use in uses:
        value = "" if use.setting.value is None else f" is {use.setting.value:g} and"
        where = f"{use.setting.file.path}:{use.setting.node.lineno}"
        yield f"`{use.setting.shown}`{value} stands in {where}, and nothing reads it"
    if uses:
        yield _WHY[pool.kind.name]
    if pings:
        yield _PING


def _hindrance(corpus: Corpus, pool: Pool, arguments: list[tuple[str, str]]) -> str | None:
    if pool.called.in_text:
        return "it stands in an f-string"
    full = pool.file.names.resolve(pool.called.call.func, pool.called.at) or pool.written
    where = next((each for name, _ in arguments if (each := refuses(corpus, full, pool.file.path, name))), None)
    return f"a test looks at the arguments of `{pool.written}`, or replaces it: {where}" if where is not None else None


def _plan(pool: Pool, arguments: list[tuple[str, str]], uses: list[_Use]) -> Given | None:
    imports = tuple(dict.fromkeys(each for use in uses for each in use.written.imports))
    if pool.kind is not HTTPX:
        return Given(tuple(arguments), imports)
    limits, needed = spell(pool.file.names, "httpx.Limits", pool.called.at)
    if limits is None:
        return None
    inside = ", ".join(f"{name}={source}" for name, source in (*arguments, ("max_keepalive_connections", str(_KEPT))))
    return Given((("limits", f"{limits}({inside})"),), (*imports, *([needed] if needed else [])))


def _left(corpus: Corpus, kind: Kind, left: list[Setting], because: str | None) -> Iterator[Site]:
    """Yield a site for each place where the project sets limits that no pool can be given."""
    by_home: dict[tuple[str, str], list[Setting]] = {}
    for each in left:
        by_home.setdefault((each.file.path, each.owner.name if each.owner is not None else ""), []).append(each)
    for (path, _), several in by_home.items():
        first = min(several, key=lambda each: each.node.lineno)
        at = Place.of(path, first.node)
        names = " and ".join(f"`{each.name}`" for each in several)
        plural = "are" if len(several) > 1 else "is"
        reason = because or f"no {kind.name} can reach {'them' if len(several) > 1 else 'it'} for sure"
        message = (
            f"{names} {plural} set and nothing reads {'them' if len(several) > 1 else 'it'}; left to a person: {reason}"
        )
        asked = ((each, *place) for each in several for place in asked_for(corpus, each.name))
        evidence = tuple(
            Evidence(at.line, f"`{each.name}` is asked of the environment itself in {where}:{line}")
            for each, where, line in asked
        )
        yield Site(at=at, message=message, safety=Safety.MANUAL, evidence=evidence)
