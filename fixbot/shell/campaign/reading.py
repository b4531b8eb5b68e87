"""Reads a campaign's file and the list of repositories that it names; runs nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from fixbot.campaign.file import Campaign, campaign_from
from fixbot.errors import OperatorError
from fixbot.settings import Settings, merged, settings_from

_LARGEST = 10_000_000  # bytes
# What a repository says of itself is not for a campaign to change.
_ITS_OWN = frozenset({"audits", "base", "exclude"})


@dataclass(frozen=True, slots=True)
class Ordered:
    """A campaign, where its file is, and the folder for all that it keeps."""

    campaign: Campaign
    file: Path

    @property
    def folder(self) -> Path:
        """Where plans, clones and the journal are kept: beside the file."""
        return self.file.parent / f"{self.campaign.name}.campaign"

    def beside(self, path: str) -> Path:
        """Return a path as the file means it: from its own folder."""
        return self.file.parent / path

    def over(self, known: Settings) -> Settings:
        """Lay what the campaign asks for over a repository's configuration.

        No dashboard is kept there unless the campaign asks for that: it has a page of its own.

        Raises:
            OperatorError: it asks for what a configuration cannot have.
        """
        campaign = self.campaign
        own = [f"[settings] {key}: each repository says that itself" for key in campaign.settings if key in _ITS_OWN]
        if own:
            raise OperatorError("; ".join(own))
        table = settings_from(dict(campaign.settings))
        names = [name.replace("-", "_") for name in campaign.settings]
        given = {"dashboard": False} | {name: getattr(table, name) for name in names}
        laid = merged(
            known, select=campaign.codemods, safety=campaign.safety, codemods=campaign.options, forge=campaign.forge
        )
        return _with(laid, given)


def _with(settings: Settings, given: dict[str, object]) -> Settings:
    return replace(settings, **given)  # type: ignore[arg-type]  # each comes from a record of this very type


def read_campaign(file: Path) -> Ordered:
    """Return the campaign in a file.

    Raises:
        OperatorError: it cannot be read or is no TOML, or asks for what there is not; all mistakes in one message.
    """
    document = _document(file)
    try:
        made = Ordered(campaign_from(document), file.absolute())
        made.over(Settings())
    except OperatorError as exc:
        message = f"{file}: {exc}"
        raise OperatorError(message) from exc
    return made


def _document(file: Path) -> dict[str, object]:
    try:
        content = _content(file)
        return tomllib.loads(content)
    except (ValueError, RecursionError) as exc:
        message = f"{file}: is not TOML: {exc}"
        raise OperatorError(message) from exc


def listed(file: Path) -> list[str]:
    """Return the repositories in a list, one a line; empty lines and what follows a `#` do not count.

    Raises:
        OperatorError: it cannot be read, or names none.
    """
    try:
        lines = [line.partition("#")[0].strip() for line in _content(file).splitlines()]
    except ValueError as exc:
        message = f"{file}: is not UTF-8"
        raise OperatorError(message) from exc
    found = list(dict.fromkeys(line for line in lines if line))
    if not found:
        message = f"{file}: names no repository: write one on each line"
        raise OperatorError(message)
    return found


def _content(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as exc:
        message = f"cannot read {file}: {exc.strerror}"
        raise OperatorError(message) from exc
    if len(content) > _LARGEST:
        message = f"{file}: is larger than {_LARGEST // 1_000_000} MB"
        raise OperatorError(message)
    return content.decode("utf-8-sig")
