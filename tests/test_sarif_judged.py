"""What `fixbot scan --format sarif` prints is what GitHub's code scanning takes, says Microsoft's multitool."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.judges import multitool
from tests.parts.command import CLEAN, MANUAL, SAFE, SMELLY, plant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.real


def scanned(place: Path, files: dict[str, str]) -> str:
    """Give what the command prints for these files."""
    plant(place, dict(files))
    command = [sys.executable, "-c", "from fixbot.cli import main; main()", "scan", "--format", "sarif"]
    done = subprocess.run(command, cwd=place, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> str:
    files = {"src/smelly.py": SMELLY, "src/safe.py": SAFE, "src/manual.py": MANUAL, "src/clean.py": CLEAN}
    awkward = {"a b/hä#%.py": SMELLY, "broken.py": "def (:\n", "crlf.py": SMELLY.replace("\n", "\r\n")}
    return scanned(tmp_path_factory.mktemp("scanned"), files | awkward)


def test_a_log_with_findings_is_taken(log: str, tmp_path: Path) -> None:
    results = json.loads(log)["runs"][0]["results"]
    assert len(results) >= 5
    assert [result for result in results if "fixes" in result]
    assert multitool.judge(log, tmp_path) == []


def test_a_log_without_findings_is_taken(tmp_path: Path) -> None:
    found = scanned(tmp_path / "place", {"clean.py": CLEAN})
    assert json.loads(found)["runs"][0]["results"] == []
    assert multitool.judge(found, tmp_path) == []


def wrong_level(result: dict[str, Any]) -> None:
    result["level"] = "critical"


def no_place(result: dict[str, Any]) -> None:
    del result["locations"]


def backwards(result: dict[str, Any]) -> None:
    result["locations"][0]["physicalLocation"]["region"] |= {"startLine": 9, "endLine": 3}


def another_rule(result: dict[str, Any]) -> None:
    result["ruleIndex"] = 99


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(wrong_level, "critical"), (no_place, "location"), (backwards, "SARIF1007"), (another_rule, "SARIF1009")],
)
def test_a_spoilt_log_is_refused(log: str, spoil: Callable[[dict[str, Any]], None], says: str, tmp_path: Path) -> None:
    spoilt = json.loads(log)
    spoil(spoilt["runs"][0]["results"][0])
    complaints = multitool.judge(json.dumps(spoilt), tmp_path)
    assert complaints
    assert says in complaints[0]


def test_fixes_that_miss_their_file_are_refused(log: str, tmp_path: Path) -> None:
    spoilt = json.loads(log)
    spoilt["runs"][0]["results"][0]["fixes"] = [{"artifactChanges": [{"artifactLocation": {}, "replacements": []}]}]
    assert multitool.judge(json.dumps(spoilt), tmp_path)
