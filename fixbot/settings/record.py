"""The record of all that may be configured, made from a table or a command line; names every mistake at once."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fixbot.errors import OperatorError
from fixbot.lifecycle.schedule import Window
from fixbot.model import Safety
from fixbot.settings.readers import READERS

if TYPE_CHECKING:
    from fixbot.codemod import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that a repository or a command line can choose.

    `select` and `ignore` are slugs of codemods, `exclude` are globs (see `excluder`), `audits` are globs of the reports
    that the tracker draws on, `codemods` holds each codemod's options as strings, `base` is a branch (None: the
    repository's own).

    Of pull requests, `max_open` counts those at once, `max_hourly` those opened within an hour, `max_files` and
    `max_lines` bound each of them. `shard` says what each is made of (`directory`, `owner`, `finding`), `update`
    when an open one is written anew: on a `conflict` or where its content would differ, whenever it is `behind`
    its base, `never`. They are opened in the windows of `schedule` and updated in those of `update_schedule` on
    the clocks of `timezone`; without windows, always. `reviewers` are logins, `org/team` and the word
    `codeowners`, `assignees` are logins. `evidence` is where the reasons stand (`review`, `checks`, `body`).
    `commit_via` is how commits reach GitHub, `git` or `api`; where it is empty `fixbot apply` takes the API, the
    others git.

    `foreign` are codemods beside the installed ones, by slug: no file and no single option gives them, because they
    may be code.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    safety: Safety = Safety.REVIEW
    exclude: tuple[str, ...] = ()
    audits: tuple[str, ...] = ()
    max_open: int = 3
    max_hourly: int = 2
    max_files: int = 25
    max_lines: int = 250
    shard: str = "directory"
    update: str = "conflict"
    schedule: tuple[Window, ...] = ()
    update_schedule: tuple[Window, ...] = ()
    timezone: str = "UTC"
    labels: tuple[str, ...] = ("fixbot",)
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool = False
    evidence: str = "review"
    dashboard: bool = True
    base: str | None = None
    author: str = "fixbot <fixbot@noreply.invalid>"
    forge: str = "auto"
    commit_via: str = ""
    codemods: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    foreign: Mapping[str, type[Recipe]] = field(default_factory=dict, hash=False)


def settings_from(table: Mapping[str, object]) -> Settings:
    """Return the settings that a configuration table asks for; its keys use dashes, as in `max-open`.

    Raises:
        OperatorError: unknown keys and wrong values; all mistakes in one message.
    """
    return Settings(**_checked(table, mark=""))


def merged(settings: Settings, **given: object) -> Settings:
    """Lay values by the names of `Settings`' fields (None: not given) over a file's; options go one by one.

    Raises:
        OperatorError: wrong values; all mistakes in one message, each under its option's name.
    """
    table = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
    changes = _checked(table, mark="--")
    if "codemods" in changes:
        both = [*settings.codemods, *changes["codemods"]]
        changes["codemods"] = {
            slug: {**settings.codemods.get(slug, {}), **changes["codemods"].get(slug, {})} for slug in both
        }
    return replace(settings, **changes)


def parse_set(words: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the options in words of the form `CODEMOD.OPTION=VALUE`; of two equal ones the later counts.

    Raises:
        OperatorError: words of another form; all of them in one message.
    """
    options: dict[str, dict[str, str]] = {}
    mistakes = []
    for word in words:
        name, equals, value = word.partition("=")
        slug, _, option = name.partition(".")
        if equals and slug.strip() and option.strip():
            options.setdefault(slug.strip(), {})[option.strip()] = value
        else:
            mistakes.append(f"--set {reprlib.repr(word)} is not of the form CODEMOD.OPTION=VALUE")
    if mistakes:
        raise OperatorError("; ".join(mistakes))
    return options


def _checked(table: Mapping[str, object], *, mark: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    mistakes = []
    for key, value in table.items():
        read, expected = READERS.get(key, (None, ""))
        try:
            if read is None:
                mistakes.append(_unknown(key))
            elif (known := read(value)) is None:
                mistakes.append(f"{mark}{key} must be {expected}")
            else:
                values[key.replace("-", "_")] = known
        except ValueError as exc:
            mistakes.append(f"{mark}{key}: {exc}")
    if mistakes:
        raise OperatorError("; ".join(mistakes))
    return values


def _unknown(key: str) -> str:
    if key.replace("_", "-") == "verify-command":
        return f"{key} is only taken from the command line: a repository must not make fixbot run a program"
    if key.replace("_", "-") in {"codemods-dir", "codemod-dirs", "foreign"}:
        return f"{key}: a folder of codemods is only taken from the command line, as --codemods DIR: it is code"
    near = difflib.get_close_matches(key, READERS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(READERS)}"
    return f"unknown key {reprlib.repr(key)}: {hint}"
