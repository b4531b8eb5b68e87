"""Reads the configuration of a repository; runs nothing and follows no link out of it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from fixbot import toml
from fixbot.errors import OperatorError
from fixbot.settings import Settings, settings_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OWN, SHARED = "fixbot.toml", "pyproject.toml"
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_settings(root: Path, config: Path | None = None) -> Settings:
    """Return the settings of the repository at `root`, or those in `config` where one is named.

    Raises:
        OperatorError: a file that is no configuration, with its line or all its mistakes; `config` does not
            exist; both of a repository's files configure fixbot.
    """
    if config is None:
        return repository_settings(lambda name: _inside(root, name))
    name = str(config)
    if not config.exists():
        message = f"no such file: {name}"
        raise OperatorError(message)
    table = _table(_content(Path(os.path.realpath(config)), name), name)
    if table is None:
        message = f"{name}: has no [tool.fixbot]"
        raise OperatorError(message)
    return _settings(table, name)


def repository_settings(read: Callable[[str], bytes | None]) -> Settings:
    """Return the settings of a repository, wherever its files are kept.

    Args:
        read: returns the content of `fixbot.toml` or `pyproject.toml` at the root, None where there is none.

    Raises:
        OperatorError: as for `read_settings`.
    """
    contents = {name: read(name) for name in (OWN, SHARED)}
    tables = {name: _table(content, name) for name, content in contents.items() if content is not None}
    filled = {name: table for name, table in tables.items() if table}
    if len(filled) > 1:
        message = f"fixbot is configured twice: keep either {OWN} or [tool.fixbot] in {SHARED}"
        raise OperatorError(message)
    return next((_settings(table, name) for name, table in filled.items()), Settings())


def is_configured(read: Callable[[str], bytes | None]) -> bool:
    """Say whether a repository has anything to say to fixbot, be it that all is as usual.

    Args:
        read: as for `repository_settings`.

    Raises:
        OperatorError: `pyproject.toml` is no configuration.
    """
    shared = read(SHARED)
    return read(OWN) is not None or (shared is not None and _table(shared, SHARED) is not None)


def text_settings(content: bytes, name: str) -> Settings:
    """Return the settings in one file's bytes; `name` decides how it is read and stands in the messages.

    Raises:
        OperatorError: the bytes are not TOML, with the line, or hold mistakes.
    """
    return _settings(_table(content, name) or {}, name)


def _settings(table: Mapping[str, object], name: str) -> Settings:
    try:
        return settings_from(table)
    except OperatorError as exc:
        message = f"{name}: {exc}"
        raise OperatorError(message) from exc


def _table(content: bytes, name: str) -> Mapping[str, object] | None:
    """Return fixbot's own table; None where a file that belongs to others too has none."""
    if len(content) > toml.LIMIT:  # also where it is not parsed: only then it is the same from a disk and from git
        message = f"{name}: is larger than 1 MB"
        raise OperatorError(message)
    last = re.split(r"[\\/:]", name)[-1]
    if last == SHARED and b"fixbot" not in content:
        return None  # a mistake in it is not for fixbot to report
    document = _parsed(content, name)
    if last == OWN:
        return document
    table = tool.get("fixbot") if isinstance(tool := document.get("tool"), dict) else None
    if table is None:
        return None if last == SHARED else document
    if isinstance(table, dict):
        return table
    message = f"{name}: [tool.fixbot] must be a table"
    raise OperatorError(message)


def _parsed(content: bytes, name: str) -> dict[str, object]:
    try:
        return toml.table(content)
    except ValueError as exc:
        message = f"{name}: {exc}"
        raise OperatorError(message) from exc


def _inside(root: Path, name: str) -> bytes | None:
    path = root / name
    if not os.path.lexists(path):
        return None
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(root)):
        message = f"{name}: is a link that leads out of the repository"
        raise OperatorError(message)
    return _content(real, name)


def _content(path: Path, name: str) -> bytes:
    try:
        with open(os.open(path, _FLAGS), "rb") as stream:  # noqa: PTH123 - Path.open cannot refuse to wait for a pipe
            status = os.fstat(stream.fileno())
            content = stream.read(toml.LIMIT + 1) if stat.S_ISREG(status.st_mode) else None
    except OSError as exc:
        message = f"{name}: cannot be read: {exc.strerror}"
        raise OperatorError(message) from exc
    if content is None:
        message = f"{name}: is not a regular file"
        raise OperatorError(message)
    return content
