"""Takes the scripts out of `run` blocks and has each judged by who knows its language: shellcheck, or Python itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.judges.programs import installed, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.judges.documents import Document, Step

EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
STRICTER = "avoid-nullary-conditions,check-set-e-suppressed,deprecate-which,quote-safe-variables"


def judge(documents: Sequence[Document], folder: Path) -> list[str]:
    """Give the complaints about every `run` block, and those blocks that nobody here can judge."""
    steps = [step for document in documents for step in document.steps() if "run" in step.says]
    return [complaint for step in steps for complaint in _complaints(step, folder)]


def _complaints(step: Step, folder: Path) -> list[str]:
    script = EXPRESSION.sub("word", step.says["run"])
    if step.shell == "bash -e" and "windows" in step.runs_on:
        return [f"{step.where}: the shell of Windows is another one where none is named"]
    if step.shell in {"bash", "bash -e", "sh"}:
        return _of_shell(step, script, folder)
    if step.shell == "python":
        return _of_python(step, script)
    return [f"{step.where}: nobody here can judge {step.shell or 'a script without a shell'}"]


def _of_shell(step: Step, script: str, folder: Path) -> list[str]:
    first = "#!/bin/sh -e" if step.shell == "sh" else "#!/bin/bash -e"
    command = [installed("shellcheck"), "--norc", "--format=gcc", f"--enable={STRICTER}", "-"]
    done = run(command, folder, stdin=f"{first}\n{script}")
    said = (done.stdout + done.stderr).splitlines()
    assert bool(said) == bool(done.returncode), done
    return [f"{step.where}: {line}" for line in said]


def _of_python(step: Step, script: str) -> list[str]:
    try:
        compile(script, step.where, "exec")
    except SyntaxError as error:
        return [f"{step.where}: {error}"]
    return []
