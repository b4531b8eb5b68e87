"""Fetches source distributions by name, and makes each an environment that its tests run in."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.recipes import extras, recipe
from benchmarks.suites import Suite, SuiteFailedError

_SUFFIXES = (".tar.gz", ".zip", ".tar.bz2")
# Coverage and the like are no part of what a test finds; a rewrite that makes a test wait for ever is a difference.
_OPTIONS = ("-o", "addopts=", "--timeout=300", "--continue-on-collection-errors")


def distribution(name: str, cache: Path) -> Suite:
    """Return a package with its tests, fetched and installed once.

    Args:
        name: as on PyPI; `name==1.0` for a version of it.
        cache: where the archive, what it holds and its environment are kept.

    Raises:
        SuiteFailedError: pip cannot fetch or install it, or it has no tests.
    """
    bare, _, version = name.partition("==")
    place = cache.resolve() / (f"{bare.lower()}-{version}" if version else bare.lower())
    place.mkdir(parents=True, exist_ok=True)
    folder = _unpacked(_archive(name, place / "archive"), place / "source")
    try:
        how = recipe(bare, folder)
    except FileNotFoundError as exc:
        raise SuiteFailedError(str(exc)) from exc
    python = _environment(place / "environment", f"{bare}[{extras()}]=={_version(folder)}", how.needs)
    _lend_compiled(place / "environment", folder / how.path)
    return Suite(bare, folder, python, how.package, how.path, (*_OPTIONS, *how.arguments))


def _archive(name: str, into: Path) -> Path:
    found = [path for path in into.glob("*") if path.name.endswith(_SUFFIXES)]
    if not found:
        bare = name.partition("==")[0]
        _pip(Path(sys.executable), "download", "--no-deps", "--no-binary", bare, "--dest", str(into), name)
        found = [path for path in into.glob("*") if path.name.endswith(_SUFFIXES)]
    if len(found) != 1:
        message = f"{name}: {into} holds {len(found)} archives and not one"
        raise SuiteFailedError(message)
    return found[0]


def _unpacked(archive: Path, into: Path) -> Path:
    if not into.is_dir():
        partial = into.with_name("unpacking")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.unpack_archive(archive, partial, filter=None if archive.suffix == ".zip" else "data")
        # renamed when complete, so that what was interrupted is not taken for it the next time
        partial.rename(into)
    return next(path for path in into.iterdir() if path.is_dir())


def _version(folder: Path) -> str:
    """Return the version in the metadata of a source distribution."""
    for line in (folder / "PKG-INFO").read_text(encoding="utf-8").splitlines():
        if line.startswith("Version: "):
            return line.removeprefix("Version: ").strip()
    message = f"{folder} does not say what version it is"
    raise SuiteFailedError(message)


def _environment(place: Path, itself: str, needs: tuple[str, ...]) -> Path:
    """Return the Python of an environment that has a package, what it needs and what its tests need."""
    python = place / "bin" / "python"
    if not (place / "complete").is_file():
        venv.create(place, clear=True, with_pip=True)
        _pip(python, "install", "--prefer-binary", itself, *needs)
        (place / "complete").touch()
    return python


def _lend_compiled(environment: Path, folder: Path) -> None:
    """Put the compiled modules that were installed beside the sources, where the tests will look for them."""
    for site in environment.glob("lib/python*/site-packages"):
        for compiled in site.rglob("*.so"):
            place = folder / compiled.relative_to(site)
            if place.parent.is_dir() and not place.exists():
                shutil.copyfile(compiled, place)


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if run.returncode:
        message = f"pip {arguments[0]} failed: {run.stderr[-800:]}"
        raise SuiteFailedError(message)
