"""Runs a Bowler query on copies in a process of its own, without any token in its environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fixbot.errors import FixbotError, OperatorError
from fixbot.shell import programs
from fixbot.shell.copies import copies, is_inside

_RUNNER = Path(__file__).with_name("bowler_runner.py")
_SECRET = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|PRIVATE|API_?KEY|AUTH|^GITHUB_|^ACTIONS_|^FIXBOT_", re.IGNORECASE)
_TIMEOUT = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query made of some files.

    Attributes:
        meant: the files that it is about, by its own paths.
        texts: those that it changes, as they are afterwards.
        unparsed: those that Bowler cannot parse, with what it says.
        names: words that stand in every file which a part of the query is about; an empty part is about every file.
        broken: the trace where it raised an error, and `broken_at` the file; empty where it did not.
    """

    meant: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    unparsed: Mapping[str, str] = field(default_factory=dict)
    names: tuple[tuple[str, ...], ...] = ()
    broken: str = ""
    broken_at: str = ""


def run_query(query_file: Path, texts: Mapping[str, str], timeout: int = _TIMEOUT) -> Answer:
    """Run the query of a file.

    Args:
        query_file: the operator's file.
        texts: what the files hold that it may look at, by path relative to the root.
        timeout: seconds that it may take.

    Raises:
        OperatorError: the file holds no query that can be run.
        FixbotError: it did not end in time.
    """
    inside = {path: text for path, text in texts.items() if is_inside(path)}
    with copies(inside) as root, tempfile.TemporaryDirectory(prefix="fixbot-") as desk:
        listing, answer = Path(desk, "listing.json"), Path(desk, "answer.json")
        listing.write_text(json.dumps(sorted(inside)), "utf-8")
        said = _run([str(query_file.resolve()), str(listing), str(answer)], root, timeout)
        if not answer.is_file():
            message = f"{query_file}: its query cannot be run: {(said.strip().splitlines() or ['no message'])[-1]}"
            raise OperatorError(message)
        told = json.loads(answer.read_text("utf-8"))
    if "wrong" in told:
        message = f"{query_file}: {told['wrong']}"
        raise OperatorError(message)
    return Answer(
        meant=tuple(told["meant"]),
        texts=told["texts"],
        unparsed=told["unparsed"],
        names=tuple(map(tuple, told["names"])),
        broken=told.get("broken", ""),
        broken_at=told.get("broken_at", ""),
    )


def _run(arguments: list[str], root: Path, timeout: int) -> str:
    """Run the runner in the folder of the copies, from which nothing can be imported; return what it says."""
    env = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    try:
        done = programs.run(
            [sys.executable, "-P", str(_RUNNER), *arguments],
            cwd=root,
            env=env,
            group=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as exc:
        message = f"a query of Bowler did not finish in {timeout} seconds"
        raise FixbotError(message) from exc
    return str(done.stderr)
