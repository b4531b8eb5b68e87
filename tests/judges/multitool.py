"""Asks Microsoft's SARIF multitool, with GitHub's rules for code scanning, about a SARIF log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it ships no types

from tests.judges.programs import from_npm, run
from tests.parts.node import MULTITOOL

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = Path(__file__).parents[1] / "data" / "sarif-2.1.0.json"
LOUD = {"error", "warning"}
UNAVOIDABLE = {
    "SARIF2005": "'informationUri'",  # the address of the project, which it has none of in its own files
}


def judge(log: str, folder: Path) -> list[str]:
    """Give what the schema refuses; where it is content, the errors and warnings of the multitool.

    The multitool says nothing at all of a log that it cannot read, so the schema comes first.
    """
    parsed = json.loads(log)
    refused = [
        error.message for error in Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).iter_errors(parsed)
    ]
    return refused or list(_complaints(log, folder))


def _complaints(log: str, folder: Path) -> Iterator[str]:
    judged = _validated(log, folder)
    assert judged["invocations"][0]["executionSuccessful"], judged["invocations"]
    rules = judged["tool"]["driver"].get("rules", [])
    for result in judged.get("results", []):
        rule, level = result["ruleId"], result.get("level", "warning")
        text = _text(result, next(known for known in rules if known["id"] == rule))
        if level in LOUD and UNAVOIDABLE.get(rule, "\0") not in text:
            yield f"{level}: {rule}: {text}"


def _text(result: dict[str, Any], rule: dict[str, Any]) -> str:
    message = result["message"]
    text: str = message.get("text") or rule["messageStrings"][message["id"]]["text"]
    return text.format(*message.get("arguments", []))


def _validated(log: str, folder: Path) -> dict[str, Any]:
    """Give the run that the multitool writes; its exit code is 0 whatever it finds."""
    if sys.platform != "linux":
        pytest.skip("the multitool is installed for Linux alone")
    (folder / "log.sarif").write_text(log, "utf-8")
    command = [str(from_npm() / MULTITOOL), "validate", "log.sarif", "--rule-kind", "Sarif;Ghas"]
    options = ["--output", "judged.sarif", "--log", "ForceOverwrite"]
    # Without it the program ends where the machine has no libicu.
    done = run([*command, *options], folder, environment={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
    assert "Analysis completed successfully" in done.stdout, done.stdout + done.stderr
    (only,) = json.loads((folder / "judged.sarif").read_text("utf-8-sig"))["runs"]
    found: dict[str, Any] = only
    return found
