"""Looks at one repository of a campaign: what its forge says, what is asked for there; it looks at no code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fixbot import VERSION, registry
from fixbot.campaign.records import Seen, pulls_of
from fixbot.errors import OperatorError, TokenError
from fixbot.foreign import shelf
from fixbot.halves import heard
from fixbot.handover.text import written
from fixbot.job import Job
from fixbot.model import Base, PullRequest
from fixbot.owners import PLACES, owners
from fixbot.run import base_of
from fixbot.settings import Settings
from fixbot.shell.bare import Bare
from fixbot.shell.blobless import Blobless
from fixbot.shell.campaign.reading import Ordered, read_campaign
from fixbot.shell.campaign.sources import is_bare, is_on_github
from fixbot.shell.choosing import choose_forge, token_here
from fixbot.shell.config import OWN, SHARED, is_configured, repository_settings
from fixbot.shell.forge import READ_ONLY, Forge
from fixbot.shell.git import Git

_KEY = 16  # hex digits


@dataclass(frozen=True, slots=True)
class Looked:
    """One repository as it is now: what is known of it, and the ways to it.

    `arguments` are those of `fixbot plan` there, and `pulls` every pull request of fixbot.
    """

    seen: Seen
    git: Git
    forge: Forge
    settings: Settings
    base: Base
    arguments: tuple[str, ...]
    pulls: Sequence[PullRequest]

    @property
    def job(self) -> Job:
        """What is asked for there."""
        name = self.seen.name if isinstance(self.git, Blobless) else None
        return Job(root=Path(self.seen.place), repository=name, automated=True)

    def situation(self) -> str:
        """Ask the forge what planning has to know, and return that as text."""
        return written(heard(self.job, self.settings, self.git, self.forge, self.base))

    def owners(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Return who owns some files, as the repository's CODEOWNERS says."""
        found = (self.git.file(self.base.commit, place) for place in PLACES)
        text = next((content for content in found if content is not None), b"")
        owning = owners(text.decode("utf-8", "replace"))
        return tuple(sorted({owner for path in paths for owner in owning(path)}))


def begun(file: Path) -> Ordered:
    """Read a campaign's file, and make sure that there is all that it asks for.

    Raises:
        OperatorError: it cannot be read, is wrong, or names a codemod or an option that there is not.
    """
    ordered = read_campaign(file)
    settings = _complete(ordered.over(Settings()))
    try:
        registry.choose(settings.select, settings.ignore, settings.codemods, settings.foreign)
    except OperatorError as exc:
        message = f"{file}: {exc}"
        raise OperatorError(message) from exc
    return ordered


def _complete(settings: Settings) -> Settings:
    """Return settings with the rules of ruff that they name as codemods."""
    names = [*settings.select, *settings.ignore, *settings.codemods]
    return replace(settings, foreign=shelf((), names, run=False))


def look(ordered: Ordered, seen: Seen, clone: Path, *, dry_run: bool = False, reading: bool = False) -> Looked | Seen:
    """Look at one repository.

    Args:
        ordered: the campaign.
        seen: what was known of it.
        clone: where its clone is kept, if its forge is on the network.
        dry_run: whether nothing may be written to its forge.
        reading: whether nothing will be, so that a token will do that may only read.

    Returns:
        What is there, or what was known with the reason why the repository takes no part.

    Raises:
        ForgeError: its server or GitHub does not answer.
        OperatorError: the token is wrong.
        TokenError: nobody knows the token.
    """
    try:
        git = _opened(ordered, seen, clone)
        commit = git.newest() if isinstance(git, Blobless) else git.resolve("HEAD")
        if commit is None:
            is_far = isinstance(git, Blobless)
            return replace(seen, skipped="is empty" if is_far else "has no commit on the branch that it shows first")
        written_there = {name: git.file(commit, name) for name in (OWN, SHARED)}
    except OperatorError as exc:
        if is_on_github(ordered):
            raise  # it is the token's fault, and not the repository's
        return replace(seen, skipped=str(exc))
    try:
        known = repository_settings(written_there.get)
    except OperatorError as exc:
        return replace(seen, skipped=str(exc))
    if not seen.is_named and not is_configured(written_there.get):
        return replace(seen, skipped="has no configuration of fixbot, and no list names it")
    return _on_forge(ordered, seen, git, _complete(ordered.over(known)), dry_run=dry_run, reading=reading)


def _opened(ordered: Ordered, seen: Seen, clone: Path) -> Git:
    if is_on_github(ordered):
        clone.mkdir(parents=True, exist_ok=True)
        return Blobless(clone, seen.place, token_here())
    place = Path(seen.place)
    return Bare(place) if is_bare(place) else Git(place)


def _on_forge(
    ordered: Ordered, seen: Seen, git: Git, settings: Settings, *, dry_run: bool, reading: bool
) -> Looked | Seen:
    is_far = isinstance(git, Blobless)
    settings = replace(settings, forge="github" if is_far else "local", commit_via=settings.commit_via or "api")
    forge = choose_forge(git, seen.name if is_far else None, settings, dry_run=dry_run)
    try:
        why_not = forge.obstacle()
        if reading and why_not == READ_ONLY:
            why_not = ""
        if not why_not and isinstance(git, Blobless) and settings.base:
            git.fetch(settings.base)
        base = None if why_not else _base(git, forge, settings.base)
    except TokenError:
        raise
    except OperatorError as exc:
        base, why_not = None, str(exc)
    if base is None:
        return replace(seen, skipped=why_not)
    arguments, pulls = _arguments(ordered, settings), forge.pulls()
    key = _key(base, arguments)
    now = replace(
        seen,
        skipped="",
        branch=base.branch,
        head=base.commit,
        key=key,
        pulls=pulls_of(seen.name, pulls, ordered.campaign.codemods),
        tries=seen.tries if key == seen.key else 0,
    )
    return Looked(now, git, forge, settings, base, arguments, pulls)


def _base(git: Git, forge: Forge, branch: str | None) -> Base:
    """Return what is improved; a branch that moved after it was brought here is brought again."""
    try:
        return base_of(forge, branch)
    except OperatorError as exc:
        if isinstance(exc, TokenError) or not isinstance(git, Blobless):
            raise
        git.fetch(branch)
        return base_of(forge, branch)


def _arguments(ordered: Ordered, settings: Settings) -> tuple[str, ...]:
    """Return what tells `fixbot plan` in that repository what is asked for."""
    chosen = [
        f"{slug}.{name}={value}" for slug, options in settings.codemods.items() for name, value in options.items()
    ]
    words = ["--select", ",".join(settings.select), "--safety", settings.safety.value]
    words += ["--shard", settings.shard, "--update", settings.update]
    words += [word for one in sorted(chosen) for word in ("--set", one)]
    command = ordered.campaign.verify_command
    return (*words, *(("--verify-command", command) if command else ()))


def _key(base: Base, arguments: tuple[str, ...]) -> str:
    """Return what tells one plan from another: who made it, of what, and what was asked for."""
    made_of = json.dumps([VERSION, base.branch, base.commit, *arguments])
    return hashlib.sha256(made_of.encode()).hexdigest()[:_KEY]
