"""Runs the standard library's own tests before and after a rewrite of a copy; never writes to an original."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.judging import Judged, difference, settled, written
from benchmarks.suites import SuiteFailedError, Tested, outcomes, ran, rewritten

NAME = "stdlib"

# Tests judge, so they stay as they are; lib2to3, idlelib and turtledemo are programs of their own, not imported.
_STAY = frozenset({"test", "tests", "idle_test", "lib2to3", "idlelib", "turtledemo", "ensurepip"})
_LEFT_OUT = ("site-packages", "__pycache__")
_FROZEN_OFF = ("-X", "frozen_modules=off")
_SECONDS = 600

#: The tests of modules that are not called like them.
_CALLED = {
    "_compat_pickle": "pickle",
    "_pydecimal": "decimal",
    "_pyio": "io",
    "_strptime": "strptime",
    "_weakrefset": "weakset",
    "_sitebuiltins": "site",
    "_bootsubprocess": "subprocess",
    "_collections_abc": "collections",
    "_markupbase": "htmlparser",
    "_threading_local": "threading_local",
    "concurrent": "concurrent_futures",
    "html": "htmlparser",
    "lzma": "lzma",
    "multiprocessing": "multiprocessing_spawn",
    "sre_compile": "re",
    "sre_parse": "re",
    "tkinter": "tcl",
    "xml": "xml_etree",
    "xmlrpc": "xmlrpc",
    "encodings": "codecs",
}
#: More tests of packages that have several files of them.
_MORE = {
    "urllib": ("urllib2", "urllib2_localnet", "urllib_response", "urlparse", "robotparser"),
    "xml": ("minidom", "pulldom", "sax", "xml_dom_minicompat"),
    "http": ("httplib", "httpservers", "http_cookies", "http_cookiejar"),
    "dbm": ("dbm_dumb", "dbm_gnu", "dbm_ndbm"),
    "importlib": ("pkgutil", "zipimport", "runpy"),
    "encodings": ("codecencodings_cn", "multibytecodec", "charmapcodec"),
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of an installed Python: its program, and the folder of the library that this program imports."""

    python: Path
    folder: Path


def judged(work: Path, output: Path | None = None) -> Judged:
    """Run the tests of every module that is rewritten, before and after.

    Args:
        work: a folder for copies.
        output: where fixbot's JSON and the difference are written.

    Raises:
        SuiteFailedError: fixbot fails, or the copy does not import itself.
    """
    original = Path(sysconfig.get_path("stdlib"))
    made = work / "made"
    shutil.copytree(original, made, ignore=shutil.ignore_patterns(*_LEFT_OUT, "lib-dynload"))
    said = _of_modules(rewritten(made))
    paths = {one["path"] for one in said["rewritten"]}
    if output:
        written(output, NAME, said, difference(original, made))
    tests = judges_of(paths, original)
    copy = copied(work / "python")

    def run(source: Path) -> Tested:
        placed(source, paths, copy)
        return tested(copy, tests)

    return settled(NAME, said, lambda: run(original), lambda: run(made))


def _of_modules(said: dict[str, Any]) -> dict[str, Any]:
    """Return what fixbot said without what it did to tests: these are there for it to read, as in any project."""
    done = [one for one in said["rewritten"] if _STAY.isdisjoint(Path(one["path"]).parts)]
    left = [one for one in said["findings"] if _STAY.isdisjoint(Path(one["path"]).parts)]
    rewrites = sum(len(one["fingerprints"]) for one in done)
    summary = {"findings": rewrites + len(left), "rewritten": rewrites, "refused": len(left)}
    return said | {"rewritten": done, "findings": left, "summary": summary}


def copied(into: Path) -> Copy:
    """Return a copy of the Python that runs this, in a folder of its own, where it finds its library by itself."""
    base = Path(sys.base_prefix)
    shutil.rmtree(into, ignore_errors=True)
    (into / "bin").mkdir(parents=True)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    shutil.copy2(base / "bin" / name, into / "bin" / name)
    folder = into / "lib" / name
    shutil.copytree(sysconfig.get_path("stdlib"), folder, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    return Copy(into / "bin" / name, folder)


def placed(source: Path, paths: Collection[str], copy: Copy) -> None:
    """Put files of a library into a copy, and forget what was compiled of it."""
    for path in paths:
        shutil.copyfile(source / path, copy.folder / path)
    for compiled in [*copy.folder.rglob("__pycache__")]:
        shutil.rmtree(compiled)


def judges_of(paths: Collection[str], library: Path) -> list[str]:
    """Return the tests of modules, as `python -m test` wants them.

    Args:
        paths: the files of the modules, in the library.
        library: its folder, which also has `test`.
    """
    there = {path.stem for path in (library / "test").glob("test_*")}
    return sorted({name for path in paths for name in _named(Path(path)) if name in there})


def _named(path: Path) -> Iterator[str]:
    parts = path.with_suffix("").parts
    top = parts[0]
    for name in (_CALLED.get(top, top), *_MORE.get(top, ()), *parts[1:], "_".join(parts)):
        yield f"test_{name}"


def tested(copy: Copy, tests: Collection[str]) -> Tested:
    """Run tests of a copied Python, each module in a process of its own.

    Raises:
        SuiteFailedError: the copy imports another library than its own, or there is no report.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    environment["PYTHONHASHSEED"] = "0"
    python = [str(copy.python), *_FROZEN_OFF]
    origin = ran(
        [*python, "-c", "import os, re, json; print(os.__file__, re.__file__, json.__file__)"], copy.folder, environment
    )
    if not all(Path(path).is_relative_to(copy.folder) for path in origin.stdout.split() or ["nowhere"]):
        message = f"{NAME}: imported is {origin.stdout.strip() or origin.stderr[-300:]}"
        raise SuiteFailedError(message)
    report = copy.python.parent / "report.xml"
    report.unlink(missing_ok=True)
    # what waits for another virtual machine to call waits for ever where there is none
    options = ["-j2", f"--timeout={_SECONDS}", "--ignore=*VSOCK*", f"--junit-xml={report}"]
    started = time.perf_counter()
    run = ran([*python, "-m", "test", *options, *tests], copy.python.parent, environment, longest=None)
    if not report.is_file():
        message = f"{NAME}: no report: {(run.stdout + run.stderr)[-500:]}"
        raise SuiteFailedError(message)
    return Tested(outcomes(report.read_text(encoding="utf-8")), time.perf_counter() - started)
