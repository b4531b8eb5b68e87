"""Asks zizmor, which looks for ways to attack through workflows and actions, with no network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.judges.documents import plant
from tests.judges.programs import installed, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.judges.documents import Document

FOUND = range(10, 15)  # its exit codes that stand for findings


def judge(documents: Sequence[Document], folder: Path) -> list[str]:
    """Give every finding above informational, code smells included."""
    plant(documents, folder)
    options = ["--offline", "--no-progress", "--format=json-v1", "--min-severity=low", "--strict-collection"]
    done = run([installed("zizmor"), *options, "--pedantic", "."], folder)
    assert done.returncode == 0 or done.returncode in FOUND, done.stderr
    findings = json.loads(done.stdout)
    assert bool(findings) == bool(done.returncode), done
    return [_line(finding) for finding in findings]


def _line(finding: dict[str, Any]) -> str:
    place = finding["locations"][0]
    path, line = (
        place["symbolic"]["key"]["Local"]["verbatim_path"],
        place["concrete"]["location"]["start_point"]["row"] + 1,
    )
    severity = finding["determinations"]["severity"]
    return f"{path}:{line}: {severity}: {finding['ident']}: {finding['desc']}"
