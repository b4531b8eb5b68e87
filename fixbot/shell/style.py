"""Reads what a project asks of ruff and black as plain data; never hands their configuration files to ruff."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from fixbot import toml
from fixbot.shell.ruff import Style

#: The files at a project's root that say something of style.
STYLES = ("pyproject.toml", ".ruff.toml", "ruff.toml")
_RULE = re.compile(r"[A-Z]{1,6}[0-9]{0,4}\Z")
_TARGET = re.compile(r"py3[0-9]{1,2}\Z")
_MINORS = range(7, 15)  # the versions of Python 3 that ruff knows
_WIDTHS = range(20, 321)  # what ruff accepts is 1 to 320; narrower ones are nobody's


def read_style(read: Callable[[str], bytes | None]) -> Style:
    """Return the rules, line length and target version of a project.

    Args:
        read: returns a file at the project's root, None where there is none.
    """
    document = _table(read("pyproject.toml"))
    project = document.get("tool", {})
    ruff = _table(read(".ruff.toml")) or _table(read("ruff.toml")) or _under(project, "ruff")
    lint = {**ruff, **_under(ruff, "lint")}
    return Style(
        select=_rules(lint, "select"),
        ignore=_rules(lint, "ignore") + _rules(lint, "extend-ignore"),
        line_length=_width(ruff) or _width(_under(project, "black")),
        target=_target(ruff.get("target-version")) or _lowest(_under(document, "project").get("requires-python")),
        formatting=_formatting(_under(ruff, "format"), _under(project, "black")),
        more=_rules(lint, "extend-select"),
    )


def _table(content: bytes | None) -> dict[str, Any]:
    try:
        return toml.table(content or b"")
    except ValueError:
        return {}


def _under(table: object, name: str) -> dict[str, Any]:
    inner = table.get(name) if isinstance(table, Mapping) else None
    return dict(inner) if isinstance(inner, Mapping) else {}


def _rules(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    listed = table.get(name)
    found = listed if isinstance(listed, list) else []
    return tuple(rule for rule in found if isinstance(rule, str) and _RULE.match(rule))


def _width(table: Mapping[str, Any]) -> int | None:
    width = table.get("line-length")
    return width if isinstance(width, int) and width in _WIDTHS else None


def _formatting(ruff: Mapping[str, Any], black: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the formatter's settings that change how a line looks; only values from this list get through."""
    quotes = ruff.get("quote-style") or ("preserve" if black.get("skip-string-normalization") is True else None)
    chosen = {"quote-style": quotes, "indent-style": ruff.get("indent-style")}
    words = [f'format.{key}="{value}"' for key, value in chosen.items() if value in _FORMATS[key]]
    commas = ruff.get("skip-magic-trailing-comma", black.get("skip-magic-trailing-comma"))
    return (*words, "format.skip-magic-trailing-comma=true") if commas is True else tuple(words)


_FORMATS = {"quote-style": ("single", "double", "preserve"), "indent-style": ("space", "tab")}


def _target(value: object) -> str | None:
    return value if isinstance(value, str) and _TARGET.match(value) else None


def _lowest(requires: object) -> str | None:
    """Return the target for the oldest Python that a project supports, as ruff takes it where nothing else is said."""
    try:
        wanted = SpecifierSet(requires) if isinstance(requires, str) else None
    except InvalidSpecifier:
        return None
    known = (minor for minor in _MINORS if wanted is not None and wanted.contains(f"3.{minor}.99"))
    return next((f"py3{minor}" for minor in known), None)
