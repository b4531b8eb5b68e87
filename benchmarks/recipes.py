"""What the tests of other people's packages need beyond what their source distributions say."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_EXTRAS = ("test", "tests", "testing")
_GROUPS = ("test", "tests", "testing", "dev")
_ALWAYS = ("pytest", "pytest-timeout")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a package is tested.

    `needs` are requirements of its tests, `package` is what they import and `path` where in the distribution that is.
    `arguments` are pytest's: where the tests are, and those left out, because they need the network or do not end.
    What is empty is guessed.
    """

    needs: tuple[str, ...] = ()
    package: str = ""
    path: str = ""
    arguments: tuple[str, ...] = ()


KNOWN = {
    "billiard": Recipe(needs=("psutil",)),
    "boltons": Recipe(arguments=("--doctest-modules", "boltons", "tests")),
    "bottle": Recipe(needs=("mako", "jinja2"), arguments=("test",)),
    "cherrypy": Recipe(needs=("setuptools", "pytest<9"), arguments=("cherrypy/test",)),
    "docutils": Recipe(needs=("pygments",), arguments=("test",)),
    "dulwich": Recipe(needs=("fastimport", "merge3", "paramiko", "patiencediff"), arguments=("tests",)),
    "httplib2": Recipe(needs=("pysocks", "cryptography", "pytest-forked"), arguments=("tests",)),
    "ipython": Recipe(needs=("pytest-asyncio", "testpath", "packaging", "setuptools<81"), arguments=("tests",)),
    "kombu": Recipe(needs=("hypothesis", "Pyro4", "pytest-freezer")),
    # the processes that its tests of servers start wait for each other for ever; those of the visualiser want a browser
    "luigi": Recipe(
        needs=("toml", "jsonschema", "hypothesis", "sqlalchemy<1.4", "psutil", "mock", "pygments"),
        arguments=("test", *(f"--ignore=test/{name}" for name in ("contrib", "server_test.py", "visualiser"))),
    ),
    "mako": Recipe(needs=("beaker", "markupsafe", "pygments", "babel", "dogpile.cache"), arguments=("test",)),
    "nltk": Recipe(arguments=("nltk/test/unit",)),
    # its pyproject.toml gives an option as text that pytest 9 wants as a number
    "psutil": Recipe(needs=("setuptools", "pyperf"), arguments=("-o", "verbosity_subtests=0", "tests")),
    "rope": Recipe(arguments=("ropetest",)),
    "roundup": Recipe(needs=("mock", "docutils", "requests", "pytz", "beautifulsoup4"), arguments=("test",)),
    "supervisor": Recipe(needs=("setuptools<81",)),
    "tornado": Recipe(needs=("pycurl",), arguments=("tornado/test",)),
    "trac": Recipe(
        needs=("setuptools<81", "babel", "pygments", "docutils", "pytz"),
        arguments=("-o", "python_files=*.py", *(f"trac/{name}/tests" for name in ("util", "web", "wiki", "ticket"))),
    ),
    "waitress": Recipe(path="src", arguments=("tests",)),
}


def recipe(name: str, folder: Path) -> Recipe:
    """Return how the package in `folder` is tested: as it is known, and the rest as its files say.

    Raises:
        FileNotFoundError: there is nothing that its tests could import, or no tests.
    """
    known = KNOWN.get(name.lower(), Recipe())
    package, path = (known.package, known.path) if known.package else _imported(name, folder)
    arguments = known.arguments or _tests(folder, package, path)
    needs = (*_ALWAYS, *(known.needs or _said(folder)))
    return Recipe(needs, package, known.path or path, arguments)


def extras() -> str:
    """Return the extras that test requirements are often in; pip passes over those that a package has not."""
    return ",".join(_EXTRAS)


def _imported(name: str, folder: Path) -> tuple[str, str]:
    """Guess what a package is imported as, and from where: what is spelled like its name."""
    wanted = re.sub(r"[-_.]+", "_", name).lower()
    for path in (".", "src", "lib"):
        for found in sorted((folder / path).glob("*")):
            there = found.suffix == ".py" or (found / "__init__.py").is_file()
            if there and found.stem.lower() == wanted:
                return found.stem, path
    message = f"{name}: nothing in {folder} is called like it"
    raise FileNotFoundError(message)


def _tests(folder: Path, package: str, path: str) -> tuple[str, ...]:
    for name in ("tests", "test", "t/unit", f"{path}/{package}/tests", f"{path}/{package}/test"):
        if (folder / name).is_dir():
            return (name,)
    message = f"{package}: {folder} has no tests"
    raise FileNotFoundError(message)


def _said(folder: Path) -> tuple[str, ...]:
    """Return the test requirements in `[dependency-groups]`; those of `_ALWAYS` come in the version that is there."""
    file = folder / "pyproject.toml"
    groups = tomllib.loads(file.read_text(encoding="utf-8")).get("dependency-groups", {}) if file.is_file() else {}
    said = [need for name in _GROUPS for need in groups.get(name, ()) if isinstance(need, str)]
    return tuple(need for need in said if re.match(r"[\w.-]+", need) and not need.startswith("pytest"))
