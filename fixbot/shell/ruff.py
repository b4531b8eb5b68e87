"""Runs ruff on copies in a folder of its own: isolated, without a cache, two calls for any number of files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fixbot.errors import FixbotError
from fixbot.model import Diagnostic, Rewrite
from fixbot.shell import programs

_TIMEOUT = 300
# Some messages name the file: a copy has another name before and after.
_COPY = re.compile(r"\b(?:before|after)/n\d+/\w+\.py")
_ALWAYS = ("E9", "F")
# Settings of somebody else, and what a program that has no use for it need not know.
_KEPT_BACK = re.compile(r"^RUFF_|TOKEN", re.IGNORECASE)
# An ignore file around the temporary folder would make ruff pass over every copy and find nothing wrong.
_ALONE = ("--isolated", "--no-cache", "--no-respect-gitignore")


@dataclass(frozen=True, slots=True)
class Style:
    """What a project asks of ruff, as plain data and never as its configuration file.

    `select` stands in the place of ruff's default rules, `more` come on top of either; `formatting` are settings of
    the formatter, each as `key=value` in TOML.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    line_length: int | None = None
    target: str | None = None
    formatting: tuple[str, ...] = ()
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opinion:
    """What ruff says of one rewrite; `formatted` is the new text where the old one was formatted and the new is not."""

    before: tuple[Diagnostic, ...]
    after: tuple[Diagnostic, ...]
    formatted: bytes | None = None


def ask(rewrites: Sequence[Rewrite], style: Style) -> list[Opinion]:
    """Return ruff's opinion of each rewrite, in order, from one call of its linter and one of its formatter.

    Raises:
        FixbotError: ruff cannot be run.
    """
    if not rewrites:
        return []
    with tempfile.TemporaryDirectory(prefix="fixbot-") as folder:
        root = Path(folder).resolve()
        for number, rewrite in enumerate(rewrites):
            _write(root, "before", number, rewrite.path, rewrite.before)
            _write(root, "after", number, rewrite.path, rewrite.after)
        found = _lint(root, style)
        _format(root, style)
        return [_opinion(root, number, rewrite, found) for number, rewrite in enumerate(rewrites)]


def _write(root: Path, side: str, number: int, path: str, content: bytes) -> None:
    place = _place(root, side, number, path)
    place.parent.mkdir(parents=True)
    place.write_bytes(content)


def _place(root: Path, side: str, number: int, path: str) -> Path:
    """Give every copy a folder of its own; only `__init__.py` keeps its name, because rules depend on it."""
    name = "__init__.py" if path.rpartition("/")[2] == "__init__.py" else "module.py"
    return root / side / f"n{number}" / name


def _opinion(root: Path, number: int, rewrite: Rewrite, found: Mapping[str, list[Diagnostic]]) -> Opinion:
    before, after = (_place(root, side, number, rewrite.path) for side in ("before", "after"))
    was_formatted = before.read_bytes() == rewrite.before
    now = after.read_bytes()
    formatted = now if was_formatted and now != rewrite.after else None
    return Opinion(tuple(found.get(str(before), ())), tuple(found.get(str(after), ())), formatted)


def _lint(root: Path, style: Style) -> dict[str, list[Diagnostic]]:
    command = ["check", "--output-format", "json", "--exit-zero", "--no-fix", "--quiet"]
    asked = "--select" if style.select else "--extend-select"  # a new ruff has other default rules
    rules = [asked, ",".join((*style.select, *style.more, *_ALWAYS))]
    if style.ignore:
        rules += ["--ignore", ",".join(style.ignore)]
    try:
        said = run_alone(root, [*command, *rules, *_shape(style)])
    except FixbotError:  # a project may name rules that this ruff does not have
        said = run_alone(root, command)
    found: dict[str, list[Diagnostic]] = {}
    for item in json.loads(said):
        message = _COPY.sub("this file", item["message"])
        diagnostic = Diagnostic(item["code"] or "syntax", message, item["location"]["row"])
        found.setdefault(item["filename"], []).append(diagnostic)
    return found


def _format(root: Path, style: Style) -> None:
    run_alone(root, ["format", "--quiet", *_shape(style), *_formatting(style)], accept=(0, 2))


def _shape(style: Style) -> list[str]:
    words = []
    if style.line_length is not None:
        words += ["--line-length", str(style.line_length)]
    if style.target is not None:
        words += ["--target-version", style.target]
    return words


def _formatting(style: Style) -> list[str]:
    return [word for setting in style.formatting for word in ("--config", setting)]


def run_alone(root: Path, command: Sequence[str], accept: Sequence[int] = (0,)) -> str:
    """Run one of ruff's commands on a folder of copies, without any configuration; return what it prints.

    Raises:
        FixbotError: it cannot be run, or ends with a code that is not accepted.
    """
    return called([command[0], *_ALONE, *command[1:], str(root)], root, accept)


def called(command: Sequence[str], root: Path, accept: Sequence[int] = (0,)) -> str:
    """Run ruff in a folder; return what it prints.

    Raises:
        FixbotError: as for `run_alone`.
    """
    try:
        done = programs.run(
            [_ruff(), *command],
            text=True,
            encoding="utf-8",
            timeout=_TIMEOUT,
            cwd=root,
            env={name: value for name, value in os.environ.items() if not _KEPT_BACK.search(name)},
        )
    except OSError as exc:
        message = f"ruff {command[0]} cannot be started: {exc.strerror or exc}"
        raise FixbotError(message) from exc
    except subprocess.TimeoutExpired as exc:
        message = f"ruff {command[0]} did not finish in {_TIMEOUT} seconds"
        raise FixbotError(message) from exc
    if done.returncode not in accept:
        message = f"ruff {command[0]} failed: {(done.stderr.strip() or 'no message').splitlines()[0]}"
        raise FixbotError(message)
    return str(done.stdout)


def _ruff() -> str:
    from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]  # noqa: PLC0415 - a scan never needs it

    return str(find_ruff_bin())
