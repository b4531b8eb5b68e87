"""Finds, copies and counts the source trees that are measured; never writes to an original."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DJANGO = "5.2"
# What an installed Python has beside the `Lib` of its source: compiled, generated, or other people's.
NOT_SOURCE = ("site-packages", "dist-packages", "__pycache__", "lib-dynload", "config-*")

# Fixit 2 has no rule for a bare except; this one also looks at every `try` and its handlers. The file is
# named fixit.toml because Django's own pyproject.toml must stay (Fixit reads both, fixit.toml first).
FIXIT_CONFIG = """\
[tool.fixit]
root = true
enable = ["fixit.rules.avoid_or_in_except:AvoidOrInExcept"]
disable = ["fixit.rules"]
"""


@dataclass(frozen=True, slots=True)
class Tree:
    """A copied source tree: its name, which is also its folder's, and the size of its Python files."""

    name: str
    origin: str
    folder: Path
    files: int
    lines: int
    size: int


class TreeMissingError(Exception):
    """A tree that was asked for is not there and cannot be had."""


def copied(name: str, origin: Path, into: Path) -> Tree:
    """Copy a tree's sources to `into`/`name` and count its Python files, their lines and bytes.

    Raises:
        TreeMissingError: `origin` is not a folder, or holds no Python file.
    """
    if not origin.is_dir():
        reason = f"{origin} is not a folder"
        raise TreeMissingError(reason)
    folder = into / name
    copy_sources(origin, folder)
    files = [path for path in folder.rglob("*.py") if path.is_file()]
    if not files:
        reason = f"{origin} holds no Python file"
        raise TreeMissingError(reason)
    lines = size = 0
    # one at a time: the kernel counts this script's own peak towards every program that it starts
    for path in files:
        content = path.read_bytes()
        lines, size = lines + content.count(b"\n"), size + len(content)
    return Tree(name, origin.name, folder, len(files), lines, size)


def copy_sources(origin: Path, folder: Path) -> None:
    """Make `folder` a fresh copy of `origin`, replacing what is there."""
    shutil.rmtree(folder, ignore_errors=True)
    # copyfile, not copy2: a system's library may be read-only, and its copy must not be
    shutil.copytree(
        origin,
        folder,
        ignore=shutil.ignore_patterns(*NOT_SOURCE),
        copy_function=shutil.copyfile,
        ignore_dangling_symlinks=True,
    )


def standard_library() -> Path:
    """Return the folder of the running Python's standard library."""
    return Path(sysconfig.get_path("stdlib"))


def django(cache: Path) -> Path:
    """Return Django's unpacked source distribution, downloaded with pip into `cache` the first time.

    Raises:
        TreeMissingError: pip could not download it.
    """
    unpacked = cache / f"Django-{DJANGO}"
    if unpacked.is_dir():
        return unpacked
    archive = _downloaded(cache)
    partial = cache / f"unpacking-{os.getpid()}"
    with tarfile.open(archive) as tar:
        tar.extractall(partial, filter="data")
    # renamed when complete, so that an interrupted unpacking is not taken for Django the next time
    next(partial.iterdir()).rename(unpacked)
    partial.rmdir()
    return unpacked


@contextlib.contextmanager
def fixit_config(tree: Tree) -> Iterator[None]:
    """Put Fixit's configuration at the root of a copied tree, and take it away again."""
    config = tree.folder / "fixit.toml"
    config.write_text(FIXIT_CONFIG, encoding="utf-8")
    try:
        yield
    finally:
        config.unlink()


def _downloaded(cache: Path) -> Path:
    options = ("--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(cache))
    pip = subprocess.run([sys.executable, "-m", "pip", "download", *options, f"Django=={DJANGO}"], check=False)
    archives = [path for path in cache.glob("*.tar.gz") if path.name.lower() == f"django-{DJANGO}.tar.gz"]
    if pip.returncode or not archives:
        reason = "pip could not download Django's source distribution; unpack it and name it with --django"
        raise TreeMissingError(reason)
    return archives[0]
