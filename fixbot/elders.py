"""Keeps rewrites out of projects that run on Python 2 as well; fixbot knows Python 3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from fixbot.analysis.ancient import SAYS, runs_on_two
from fixbot.examine import Part
from fixbot.model import Refusal

#: Returns the content of a file by its path, None where there is none.
Reader = Callable[[str], bytes | None]


class Elders:
    """Knows the projects that run on Python 2 as well, by the files about building around a path."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._said = cache(self._of_folder)

    def held_back(self, part: Part) -> Part:
        """Return what became of findings, with every rewrite that touches such a project refused."""
        tried = part.attempt
        because = next((said for one in tried.rewrites if (said := self.because(one.path)) is not None), None)
        if because is None:
            return part
        refused = tuple(Refusal(finding, because) for one in tried.rewrites for finding in one.findings)
        return replace(part, attempt=replace(tried, rewrites=(), refused=(*tried.refused, *refused)))

    def because(self, path: str) -> str | None:
        """Return why a file is left as it is, None where nothing stands against it."""
        for folder in PurePosixPath(path).parents:
            said = self._said(str(folder))
            if said is not None:
                return said or None
        return None

    def _of_folder(self, folder: str) -> str | None:
        """Return the reason that a folder gives, empty where it is for Python 3 alone; None where it says nothing."""
        found = {name: self._read(name if folder == "." else f"{folder}/{name}") for name in SAYS}
        said = {name: runs_on_two(name, content) for name, content in found.items() if content is not None}
        if False in said.values():
            return ""
        old = next((name for name, answer in said.items() if answer), None)
        return None if old is None else f"`{old}` says that the project runs on Python 2 as well"
