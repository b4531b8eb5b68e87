"""Tells where the places are today that an item names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from fixbot.claims.facts import Facts
from fixbot.model import Location

#: Another machine's path says nothing of where a file is in the project.
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")


@dataclass(frozen=True, slots=True)
class Placed:
    """A place of an item, and the paths that it means today: files, and folders with a `/` behind; none means gone.

    `moved` says that it is not where it was said to be.
    """

    location: Location
    paths: tuple[str, ...]
    moved: bool = False

    def holds(self, path: str) -> bool:
        """Say whether a file is one of the paths, or below one."""
        return any(path == mine or (mine.endswith("/") and path.startswith(mine)) for mine in self.paths)

    @property
    def file(self) -> str:
        """The one file that it means; empty where that is a folder, several or none."""
        return self.paths[0] if len(self.paths) == 1 and not self.paths[0].endswith("/") else ""

    def shown(self) -> str:
        """Return the place as it was written."""
        where = self.location
        if not where.line:
            return where.path
        return f"{where.path}:{where.line}" + (f"-{where.end_line}" if where.end_line > where.line else "")


def placed(locations: Iterable[Location], facts: Facts) -> list[Placed]:
    """Return the places of an item as they are today."""
    return [_placed(location, facts) for location in locations]


def _placed(location: Location, facts: Facts) -> Placed:
    path = _relative(location.path, facts.root)
    if any(sign in path for sign in "*?["):
        return Placed(location, facts.tracked.matching(path) or facts.tracked.matching(f"**/{path}"))
    there = next((each for each in (path, f"{path.rstrip('/')}/") if facts.tracked.holds(each)), "")
    if there:  # a folder has no lines
        return Placed(replace(location, line=0, end_line=0) if there.endswith("/") else location, (there,))
    went = facts.renamed(path)
    if went is not None:  # git knows it, so that a file which only has such a name is another one
        return Placed(location, (went,) if went else (), moved=bool(went))
    meant = _meant(path, facts)
    is_of_here = not _ABSOLUTE.match(path) and path.partition("/")[0] != facts.root.rpartition("/")[2]
    return Placed(location, meant, moved=bool(meant) and "/" in path and is_of_here)


def _relative(path: str, root: str) -> str:
    """Return a path without what names this machine: the folder of the project, and a scheme."""
    plain = path.removeprefix("file://").replace("\\", "/").removeprefix("./")
    return plain.removeprefix(f"{root}/") if root else plain


def _meant(path: str, facts: Facts) -> tuple[str, ...]:
    """Return the files whose path ends so, else the one file whose path ends like the end of it."""
    found = facts.tracked.meant((path,))
    parts = path.split("/")
    least = 1 if _ABSOLUTE.match(path) else 2  # many files are called alike
    for start in range(1, 0 if found else len(parts) - least + 1):
        found = facts.tracked.meant(("/".join(parts[start:]),))
        if found:
            return found if len(found) == 1 else ()
    return found
