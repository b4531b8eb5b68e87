"""What one file about building says that a project needs: Python and other distributions; it only reads text."""

from __future__ import annotations

import ast
import configparser
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from posixpath import basename, dirname
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from fixbot import toml
from fixbot.analysis.module import parse
from fixbot.model import Skipped, SourceFile

_TARGET = "target-version"
# What makes a dependency of Poetry or Pipenv one that is not always there.
_CONDITIONS = frozenset(
    {"markers", "optional", "platform", "platform_machine", "python", "python_version", "sys_platform"}
)
# Files for pip with what a project needs to run, not to be tested or built.
_RUNNING = re.compile(r"(?:requirements|(?:requirements[-_.])?(?:base|common|core|main|prod|production|runtime))\.txt")
_POETRY = re.compile(r"([~^])\s*(\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Declared:
    """What one file asks for: `python` as alternatives, and each distribution by its normalised name.

    Each set of specifiers is one alternative; an empty set asks for no certain version. `fixed` are those of `needs`
    that are installed with the project wherever it runs: in no extra or group, under no condition. `target` is the
    Python that linters and formatters are told to write for.
    """

    path: str
    python: tuple[SpecifierSet, ...] = ()
    needs: tuple[tuple[str, tuple[SpecifierSet, ...]], ...] = ()
    fixed: tuple[tuple[str, tuple[SpecifierSet, ...]], ...] = ()
    target: tuple[int, int] | None = None

    def versions(self, name: str) -> list[SpecifierSet] | None:
        """Return which versions of a distribution are asked for, None where it is not named."""
        found = [alternatives for other, alternatives in self.needs if other == name]
        return [each for alternatives in found for each in alternatives] if found else None

    def always(self, name: str) -> list[SpecifierSet]:
        """Return which versions of a distribution are asked for wherever the project runs, if it is."""
        return [each for other, alternatives in self.fixed if other == name for each in alternatives]


def folder_of(path: str) -> str | None:
    """Return the folder that a file about building speaks of, empty for the root; None where it is no such file."""
    name, folder = basename(path), dirname(path)
    if name in {"pyproject.toml", "setup.cfg", "setup.py", "Pipfile"}:
        return folder
    if not name.endswith(".txt"):
        return None
    if basename(folder) == "requirements":
        return dirname(folder)
    return folder if name.startswith("requirements") else None


@lru_cache(maxsize=512)
def declared(path: str, content: bytes) -> Declared:
    """Return what a file about building asks for; what cannot be read asks for nothing."""
    readers = {"setup.cfg": _setup_cfg, "setup.py": _setup_py, "pyproject.toml": _pyproject, "Pipfile": _pipfile}
    read = readers.get(basename(path), partial(_requirements, fixed=_RUNNING.fullmatch(basename(path)) is not None))
    text = content.decode("utf-8-sig", "replace")
    try:
        said = list(read(text))
    except (ValueError, TypeError, AttributeError, RecursionError, configparser.Error):  # it is not what it should be
        said = []
    return Declared(
        path,
        tuple(version for each in said if each.name == "python" for version in each.versions),
        tuple((each.name, each.versions) for each in said if each.name not in {"python", _TARGET}),
        tuple((each.name, each.versions) for each in said if each.fixed),
        min((each.target for each in said if each.target is not None), default=None),
    )


@dataclass(frozen=True, slots=True)
class _Said:
    name: str
    versions: tuple[SpecifierSet, ...] = ()
    fixed: bool = False
    target: tuple[int, int] | None = None


def _requirement(line: object, *, fixed: bool = False) -> Iterator[_Said]:
    """Read one requirement as PEP 508 writes it."""
    try:
        found = Requirement(str(line))
    except InvalidRequirement:
        return
    yield _Said(str(canonicalize_name(found.name)), (found.specifier,), fixed and found.marker is None)


def _lines(value: object, *, fixed: bool = False) -> Iterator[_Said]:
    for line in value if isinstance(value, list) else str(value or "").splitlines():
        yield from _requirement(line, fixed=fixed) if isinstance(line, str) else ()


def _python(value: object) -> Iterator[_Said]:
    alternatives = _alternatives(value)
    if alternatives:
        yield _Said("python", alternatives)


def _alternatives(value: object) -> tuple[SpecifierSet, ...]:
    """Read specifiers as PEP 440 and Poetry write them: `>=3.8,<4`, `^3.8`, `~3.8 || 3.11.*`, `*`."""
    if isinstance(value, Mapping):
        value = value.get("version", "*")
    if isinstance(value, list):
        return tuple(each for one in value for each in _alternatives(one))
    found = []
    for part in re.split(r"\|\|?", str(value)):
        try:
            found.append(SpecifierSet(_plain(part)))
        except InvalidSpecifier:
            continue
    return tuple(found)


def _plain(constraint: str) -> str:
    """Turn Poetry's operators into those of PEP 440."""
    spread = re.sub(r"(?<=[\w*])\s+(?=[<>=!~^])", ",", constraint.strip())
    parts = (_POETRY.sub(_bounds, part.strip()) for part in spread.split(","))
    return ",".join(f"=={part}" if part[:1].isdigit() else part for part in parts if part not in {"", "*"})


def _bounds(found: re.Match[str]) -> str:
    figures = [int(figure) for figure in found[2].split(".")]
    first = next((index for index, figure in enumerate(figures) if figure), len(figures) - 1)
    fixed = first + 1 if found[1] == "^" else min(2, len(figures))
    upper = [*figures[: fixed - 1], figures[fixed - 1] + 1]
    return f">={found[2]},<{'.'.join(map(str, upper))}"


def _requirements(text: str, *, fixed: bool) -> Iterator[_Said]:
    """Read what pip reads: https://pip.pypa.io/en/stable/reference/requirements-file-format/."""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        plain = re.split(r"\s#|\s--?\w", line.strip())[0]
        if plain and not plain.startswith(("#", "-")):
            yield from _requirement(plain, fixed=fixed)


def _pyproject(text: str) -> Iterator[_Said]:
    document: dict[str, Any] = toml.table(text.encode())
    project, tools = document.get("project", {}), document.get("tool", {})
    yield from _python(project.get("requires-python", ""))
    yield from _lines(project.get("dependencies", []), fixed=True)
    yield from _targets(tools)
    groups = [project.get("optional-dependencies"), document.get("dependency-groups")]
    for group in [*groups, tools.get("pdm", {}).get("dev-dependencies")]:
        for lines in (group or {}).values():
            yield from _lines(lines)
    yield from _lines(tools.get("uv", {}).get("dev-dependencies", []))
    poetry = tools.get("poetry", {})
    yield from _table(poetry.get("dependencies") or {}, fixed=True)
    groups = [group.get("dependencies") for group in poetry.get("group", {}).values()]
    for table in [poetry.get("dev-dependencies"), *groups]:
        yield from _table(table or {})


def _targets(tools: Mapping[str, Any]) -> Iterator[_Said]:
    """Read `target-version` of ruff, which is one, and of black, which are several."""
    for tool in ("ruff", "black"):
        given = tools.get(tool, {}).get("target-version", [])
        found = (re.fullmatch(r"py(\d)(\d+)", str(each)) for each in (given if isinstance(given, list) else [given]))
        yield from (_Said(_TARGET, target=(int(each[1]), int(each[2]))) for each in found if each is not None)


def _table(table: Mapping[str, object], *, fixed: bool = False) -> Iterator[_Said]:
    for name, value in table.items():
        plain = isinstance(value, str) or (isinstance(value, Mapping) and _CONDITIONS.isdisjoint(value))
        yield _Said(str(canonicalize_name(name)), _alternatives(value), fixed and plain)


def _pipfile(text: str) -> Iterator[_Said]:
    """Read https://pipenv.pypa.io/en/latest/pipfile.html."""
    document: dict[str, Any] = toml.table(text.encode())
    requires = document.get("requires", {})
    version = requires.get("python_full_version") or requires.get("python_version")
    yield from _python(version or "")
    yield from _table(document.get("packages", {}), fixed=True)
    yield from _table(document.get("dev-packages", {}))


def _setup_cfg(text: str) -> Iterator[_Said]:
    document = configparser.ConfigParser(interpolation=None)
    document.read_string(text)
    options = document["options"] if document.has_section("options") else {}
    yield from _python(options.get("python_requires", ""))
    yield from _lines(options.get("install_requires", ""), fixed=True)
    extras = document["options.extras_require"] if document.has_section("options.extras_require") else {}
    for lines in extras.values():
        yield from _lines(lines)


def _setup_py(text: str) -> Iterator[_Said]:
    """Read the literals that are handed to `setup`, or the names that they were given to."""
    module = parse(SourceFile("setup.py", text.encode()))
    body = [] if isinstance(module, Skipped) else module.tree.body
    known = {
        node.targets[0].id: node.value
        for node in body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in (each for statement in body for each in ast.walk(statement)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "setup":
            given = {keyword.arg: _literal(keyword.value, known) for keyword in node.keywords}
            yield from _python(given.get("python_requires") or "")
            yield from _lines(given.get("install_requires"), fixed=True)
            extras = given.get("extras_require")
            for lines in extras.values() if isinstance(extras, dict) else ():
                yield from _lines(lines)


def _literal(node: ast.expr, known: Mapping[str, ast.expr]) -> object:
    if isinstance(node, ast.Name) and node.id in known:
        node = known[node.id]
    try:
        found = ast.literal_eval(node)
    except (ValueError, TypeError):
        return None
    return list(found) if isinstance(found, tuple) else found
