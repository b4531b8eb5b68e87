"""Plans for one repository in a process of its own, which holds no token: it takes a parcel and gives a plan."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from fixbot import VERSION
from fixbot.errors import FixbotError
from fixbot.markdown import visible
from fixbot.shell.campaign.parcels import unpack

# What a worker's environment has besides may be secrets of the operator's.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "USER")
_BEGIN = "from fixbot.cli import main; main()"
_OWN_FAULT = 3
_OFTEN, _GRACE = 0.2, 20.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What a worker is told besides the parcel: only text and numbers, so that it can go anywhere.

    `arguments` are those of `fixbot plan`, `situation` is the text that `fixbot listen` writes, `seconds` what it may
    take and `version` that of fixbot where the plan is wanted.
    """

    name: str
    commit: str
    branch: str
    arguments: tuple[str, ...]
    situation: str
    seconds: float
    version: str = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker gives back: a plan, or why there is none; `seconds` is how long it took."""

    name: str
    plan: bytes = b""
    failed: str = ""
    seconds: float = 0.0


def run_errand(errand: Errand, parcel: bytes | Path, halt: Event | None = None) -> Answer:
    """Do one errand.

    Args:
        errand: what to do.
        parcel: the parcel, or the file that holds it.
        halt: once it is set, the work ends without a plan.

    Returns:
        The plan, or why there is none: whatever goes wrong with one repository is no error here.
    """
    started = time.monotonic()
    if errand.version != VERSION:
        failed = f"fixbot is {VERSION} on this worker, and {errand.version} where the campaign was started"
        return Answer(name=errand.name, failed=failed)
    try:
        with tempfile.TemporaryDirectory(prefix="fixbot-", ignore_cleanup_errors=True) as folder:
            plan, failed = _planned(errand, parcel, Path(folder), halt or Event())
    except FixbotError as exc:
        plan, failed = b"", str(exc)
    except OSError as exc:
        plan, failed = b"", f"the worker cannot write: {exc.strerror}"
    except ValueError as exc:  # a zero byte, or a commit that is none: it may have come through foreign hands
        plan, failed = b"", f"what planning was told is damaged: {exc}"
    return Answer(name=errand.name, plan=plan, failed=failed, seconds=time.monotonic() - started)


def _planned(errand: Errand, parcel: bytes | Path, folder: Path, halt: Event) -> tuple[bytes, str]:
    repository, situation, output = folder / "repository", folder / "situation.json", folder / "plan.json"
    repository.mkdir()
    unpack(parcel, errand.commit, errand.branch, repository)
    situation.write_text(errand.situation, "utf-8")
    command = [sys.executable, "-I", "-c", _BEGIN, "plan", str(repository), "--base", errand.branch]
    command += ["--situation", str(situation), "--output", str(output), "--jobs", "1", "--no-progress", "--quiet"]
    log = folder / "said"
    code = _ended([*command, *errand.arguments], folder, log, errand.seconds, halt)
    if code is None:
        return b"", f"planning took longer than {errand.seconds / 60:.0f} minutes" if not halt.is_set() else "halted"
    if code not in {0, _OWN_FAULT} or not output.exists():
        return b"", _why(code, log)
    return output.read_bytes(), ""


def _ended(command: list[str], folder: Path, log: Path, seconds: float, halt: Event) -> int | None:
    """Run a program to its end and return its exit code; None where its time was up or all work has to end."""
    temporary = folder / "tmp"
    temporary.mkdir()
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    own_group = 0 if hasattr(os, "killpg") else None
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - this very Python with fixbot
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=environment,
            cwd=folder,
            process_group=own_group,
        )
        try:
            return _waited(process, seconds, halt)
        finally:
            _end(process)


def _waited(process: subprocess.Popen[bytes], seconds: float, halt: Event) -> int | None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not halt.is_set():
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_OFTEN)
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program: it is asked to, so that it ends what it has started in groups of their own, and then made to."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _why(code: int, log: Path) -> str:
    """Say why there is no plan: in the last words of the program, which are fixbot's own."""
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    said = visible(lines[-1].removeprefix("fixbot: ").strip()) if lines else ""
    if code < 0:
        return f"the process that planned was killed (signal {-code}), as when memory runs out"
    return said or f"planning ended with exit code {code}"
