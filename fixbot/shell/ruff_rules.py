"""Asks ruff about single rules: what a rule is, and which edits it would make in copies of files."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fixbot.errors import FixbotError, OperatorError
from fixbot.shell.copies import copies
from fixbot.shell.ruff import called, run_alone

#: What can be the code of one rule.
CODE = re.compile(r"[A-Z]{1,8}[0-9]{1,5}")
_ALL_FOLDERS = "exclude = []"


@dataclass(frozen=True, slots=True)
class Rule:
    """What ruff says of a rule of its own; `explanation` is Markdown."""

    code: str
    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """Text that ruff would put between two places, each a line and a column (of characters) from 1."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """One place that breaks a rule; `applicability` is `safe`, `unsafe`, `display-only` or empty without a fix."""

    path: str
    start: tuple[int, int]
    end: tuple[int, int]
    message: str
    applicability: str = ""
    does: str = ""
    replacements: tuple[Replacement, ...] = ()


@cache
def rule(code: str) -> Rule:
    """Return what ruff knows of a rule.

    Raises:
        OperatorError: there is no such rule, or it is one that ruff only offers to try.
        FixbotError: ruff cannot be run.
    """
    if not CODE.fullmatch(code):
        message = f"{code!r} is not the code of a rule: write `ruff:` and one code in full, such as ruff:UP006"
        raise OperatorError(message)
    try:
        told = json.loads(called(["rule", code, "--output-format", "json"], Path.cwd()))
    except FixbotError as exc:
        if "cannot be started" in str(exc) or "did not finish" in str(exc):
            raise
        message = f"ruff has no rule {code}: `ruff linter` and `ruff rule --all` list them"
        raise OperatorError(message) from exc
    if told.get("preview") or "Removed" in str(told.get("status", "")):
        message = f"ruff's rule {code} is no stable one: choose another"
        raise OperatorError(message)
    return Rule(told["code"], told["name"], told.get("explanation", ""))


def complaints(
    code: str,
    texts: Mapping[str, str],
    others: Collection[str],
    *,
    target: str | None = None,
    line_length: int | None = None,
) -> list[Complaint]:
    """Return where files break a rule and what ruff would put there, in the order of paths and places.

    Args:
        code: the rule.
        texts: what is looked at, by path relative to the root.
        others: paths that are there as well.
        target: the oldest Python that the files run on, such as `py311`; ruff's own idea where it is None.
        line_length: how long lines may be; as above.

    Raises:
        FixbotError: ruff cannot be run.
    """
    if not texts:
        return []
    shape = ["--config", _ALL_FOLDERS]
    shape += ["--target-version", target] if target is not None else []
    shape += ["--line-length", str(line_length)] if line_length is not None else []
    with copies(texts, others) as root:
        command = ["check", "--select", code, "--output-format", "json", "--exit-zero", "--no-fix", "--quiet", *shape]
        said = json.loads(run_alone(root, command))
        found = [_complaint(root, item) for item in said if item["code"] == code]
    return sorted((one for one in found if one.path in texts), key=lambda one: (one.path, one.start, one.end))


def _complaint(root: Path, item: Mapping[str, Any]) -> Complaint:
    fix = item["fix"] or {}
    replacements = tuple(
        Replacement(_place(edit["location"]), _place(edit["end_location"]), edit["content"] or "")
        for edit in fix.get("edits", ())
    )
    return Complaint(
        path=Path(item["filename"]).relative_to(root).as_posix(),
        start=_place(item["location"]),
        end=_place(item["end_location"]),
        message=item["message"],
        applicability=fix.get("applicability", "") if replacements else "",
        does=fix.get("message") or "",
        replacements=replacements,
    )


def _place(location: Mapping[str, int]) -> tuple[int, int]:
    return location["row"], location["column"]
