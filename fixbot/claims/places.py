"""Tells where the places are today that an item names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fixbot.claims.facts import Facts
from fixbot.model import Location


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
    path = location.path
    if any(sign in path for sign in "*?["):
        return Placed(location, facts.tracked.matching(path) or facts.tracked.matching(f"**/{path}"))
    if facts.tracked.holds(path):
        return Placed(location, (path,))
    if facts.tracked.holds(f"{path}/"):
        return Placed(location, (f"{path}/",))
    if new := facts.renamed(path):
        return Placed(location, (new,), moved=True)
    meant = facts.tracked.meant((path,)) or _longest_end(path, facts)
    return Placed(location, meant, moved=bool(meant) and "/" in path)


def _longest_end(path: str, facts: Facts) -> tuple[str, ...]:
    """Return the one file whose path ends like a path that is gone, or that alone is called so."""
    parts = path.split("/")
    for start in range(1, len(parts)):
        found = facts.tracked.meant(("/".join(parts[start:]),))
        if found:
            return found if len(found) == 1 else ()
    return ()
