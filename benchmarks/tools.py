"""Finds the measured programs and spells their command lines; runs nothing but their `--version`."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.measure import Command

FINDINGS = frozenset({0, 1})  # every linter here: 1 says that something was found
FIXIT = frozenset({0, 1, 2, 3})  # bit 1: violations; bit 2: a file that does not parse, as Lib/test has them


class ToolMissingError(Exception):
    """A program that is to be measured is not installed."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The paths of the programs; None for what is left out."""

    fixbot: str
    ruff: str
    fixit: str | None
    libcst: bool


def found(*, fixit: str | None, libcst: bool) -> Tools:
    """Find fixbot and ruff beside the running Python, then on PATH, and make sure of the others.

    Raises:
        ToolMissingError: One of them is not there.
    """
    if fixit is not None and shutil.which(fixit) is None:
        reason = f"--fixit: {fixit} cannot be run"
        raise ToolMissingError(reason)
    if libcst and not libcst_version():
        reason = "LibCST is not installed for this Python; install it or pass --skip-libcst"
        raise ToolMissingError(reason)
    absolute = fixit and str(Path(shutil.which(fixit) or fixit).absolute())
    return Tools(_executable("fixbot"), _executable("ruff"), absolute, libcst)


def fixbot_scan(tools: Tools, target: str, folder: Path) -> Command:
    """Spell `fixbot scan` for one codemod."""
    argv = (tools.fixbot, "scan", "--select", "bare-except", "--format", "json")
    return Command("fixbot scan", argv, target, folder, FINDINGS)


def ruff_check(tools: Tools, target: str, folder: Path) -> Command:
    """Spell `ruff check` for the same smell, without its cache and anybody's configuration."""
    argv = (tools.ruff, "check", "--select", "E722", "--no-cache", "--isolated")
    return Command("ruff check", argv, target, folder, FINDINGS)


def ruff_statistics(tools: Tools, target: str, folder: Path) -> Command:
    """Spell the same check, with one line for each rule instead of one for each finding; never timed."""
    check = ruff_check(tools, target, folder)
    return replace(check, argv=(*check.argv, "--statistics"))


def fixit_lint(executable: str, target: str, folder: Path) -> Command:
    """Spell `fixit lint`; which rule it applies is the configuration's affair."""
    return Command("fixit lint", (executable, "lint"), target, folder, FIXIT)


def fixbot_fix(tools: Tools, target: str, folder: Path) -> Command:
    """Spell `fixbot fix` for one codemod."""
    argv = (tools.fixbot, "fix", "--select", "bare-except")
    return Command("fixbot fix", argv, target, folder, FINDINGS)


def libcst_noop(target: str, folder: Path) -> Command:
    """Spell LibCST's own no-op codemod, with as many jobs as it likes and without a formatter."""
    argv = (sys.executable, "-m", "libcst.tool", "codemod", "--no-format", "noop.NOOPCommand")
    # 1: some file did not parse, as Lib/test has them
    return Command("libcst.tool codemod", argv, target, folder, frozenset({0, 1}))


def on_one_file(command: Command, folder: Path) -> Command:
    """Point a slow command at one empty file: its program is read from disk, its imports compiled."""
    folder.mkdir(exist_ok=True)
    (folder / "one.py").write_text("", encoding="utf-8")
    return replace(command, target="one.py", folder=folder)


def versions(tools: Tools) -> list[str]:
    """Return one line for each program: its name and what it calls its version."""
    lines = [_says_version(tools.fixbot), _says_version(tools.ruff)]
    if tools.fixit:
        lines.append(_says_version(tools.fixit))
    if tools.libcst:
        lines.append(f"libcst {libcst_version()}")
    return lines


def libcst_version() -> str:
    """Return the version of the running Python's LibCST; empty where there is none."""
    try:
        return importlib.metadata.version("libcst")
    except importlib.metadata.PackageNotFoundError:
        return ""


def _executable(name: str) -> str:
    # not resolved: a virtual environment's python is a link to one that has other programs beside it
    path = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if path is None:
        reason = f"{name} is neither beside {sys.executable} nor on PATH"
        raise ToolMissingError(reason)
    return str(Path(path).absolute())


def _says_version(executable: str) -> str:
    said = subprocess.run([executable, "--version"], capture_output=True, text=True, check=False)
    name = Path(executable).name
    if said.returncode:
        return f"{name} (version not said)"
    number = re.search(r"\d[\w.+-]*", said.stdout)
    return f"{name} {number[0] if number else said.stdout.strip()}"
