"""What the project around a file runs on: the lowest Python, and which pydantic; it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.specifiers import Specifier, SpecifierSet

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.declarations import Declared, declared, folder_of

_IMPORT = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*(?:from|import)[ \t]+pydantic\b", re.MULTILINE)
_LOWER = frozenset({">", ">=", "==", "===", "~="})
_EXACT = frozenset({"==", "===", "~="})
_PYTHONS = ((2, 7), *((3, minor) for minor in range(40)))
_PATCHES = (0, 1, 99)
_NEWEST = 2  # major version of pydantic
_UNPACK = (4, 1)  # of typing-extensions


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a project runs on.

    `python` is the lowest version that it supports as (major, minor), None where nothing says so. `pydantic` is its
    major version, 1 or 2, None where the project does not use it. `typing_extensions` says whether that is there
    wherever the project runs, with `Unpack`, and `says` where pydantic was found, in words that can follow "because",
    empty where it was not.
    """

    python: tuple[int, int] | None = None
    pydantic: int | None = None
    typing_extensions: bool = False
    says: str = ""


def requirements_for(corpus: Corpus, path: str) -> Requirements:
    """Return what the project around a file runs on; of the files about building the nearest upwards counts.

    Args:
        corpus: all files, and among its texts those about building.
        path: the file, relative to the root, with `/`.
    """
    levels = list(_levels(corpus, path))
    pythons = [lowest(each.python for each in level) for _, level in levels]
    pythons += [min((each.target for each in level if each.target is not None), default=None) for _, level in levels]
    pydantic, says = _pydantic(corpus, levels)
    return Requirements(
        next((python for python in pythons if python is not None), None),
        pydantic,
        any(_is_new(one) for _, level in levels for each in level for one in each.always("typing-extensions")),
        says,
    )


_Level = tuple[str, list[Declared]]


def _levels(corpus: Corpus, path: str) -> Iterator[_Level]:
    """Yield the folders around a file that have files about building, the nearest first, with what these say."""
    scripts = {name: content for name, content in corpus.files.items() if name.rpartition("/")[2] == "setup.py"}
    by_folder: dict[str, list[tuple[str, bytes]]] = {}
    for name, content in sorted((corpus.texts | scripts).items()):
        folder = folder_of(name)
        if folder is not None:
            by_folder.setdefault(folder, []).append((name, content))
    for parent in PurePosixPath(path).parents:
        folder = "" if str(parent) == "." else str(parent)
        if folder in by_folder:
            yield folder, [declared(name, content) for name, content in by_folder[folder]]


def lowest(alternatives: Iterable[Iterable[SpecifierSet]]) -> tuple[int, int] | None:
    """Return the lowest Python that one of some sets allows; those without a lower bound do not count."""
    bounded = [each for several in alternatives for each in several if any(one.operator in _LOWER for one in each)]
    return next((python for python in _PYTHONS if any(_allows(each, python) for each in bounded)), None)


def _allows(versions: SpecifierSet, python: tuple[int, int]) -> bool:
    pinned = {one.version for one in versions if one.operator in _EXACT}
    exact = [version for version in pinned if re.match(rf"{python[0]}\.{python[1]}(?:\.|$)", version)]
    return any(versions.contains(f"{python[0]}.{python[1]}.{patch}") for patch in _PATCHES) or any(
        versions.contains(version) for version in exact if not version.endswith("*")
    )


def _pydantic(corpus: Corpus, levels: list[_Level]) -> tuple[int | None, str]:
    for _, level in levels:
        asked = [(each.path, found) for each in level if (found := each.versions("pydantic")) is not None]
        certain = [(path, one, major) for path, found in asked for one in found if (major := _major(one)) is not None]
        if certain:
            path, one, major = certain[0]
            return major, f"`{path}` asks for `pydantic{one}`"
        if asked:
            return _NEWEST, f"`{asked[0][0]}` asks for `pydantic`"
    root = levels[0][0] if levels else ""
    inside = f"{root}/".removeprefix("/")
    paths = (path for path in corpus.mentioning("pydantic") if path.startswith(inside))
    importing = next((path for path in paths if _IMPORT.search(corpus.files[path])), None)
    return (None, "") if importing is None else (_NEWEST, f"`{importing}` imports `pydantic`")


def _is_new(versions: SpecifierSet) -> bool:
    """Say whether a set of versions of `typing-extensions` allows one that has `Unpack`, which is so from 4.1 on."""
    return any(versions.contains(f"4.{minor}.0") for minor in range(_UNPACK[1], 100)) or any(
        one.operator in _EXACT and _figures(one) >= _UNPACK for one in versions
    )


def _major(versions: SpecifierSet) -> int | None:
    """Return the only major version that a set allows, None where there are several."""
    if any(_is_below_two(one) for one in versions):
        return 1
    lower = [_figures(one) for one in versions if one.operator in _LOWER]
    if not lower:
        return None
    reached = max(lower) >= (_NEWEST,) or any(one.operator in _EXACT for one in versions)
    return min(max(max(lower)[0], 1), _NEWEST) if reached else None


def _is_below_two(one: Specifier) -> bool:
    figures = _figures(one)
    return (one.operator == "<" and figures <= (_NEWEST, 0)) or (one.operator == "<=" and figures < (_NEWEST,))


def _figures(one: Specifier) -> tuple[int, ...]:
    """Return the figures of a version, one at least, without zeros at the end."""
    found = [int(figure) for figure in re.findall(r"\d+", one.version.removesuffix("*"))[:2]] or [0]
    return tuple(found if found[1:] != [0] else found[:1])
