"""Tells which files of a repository a path means that a person wrote; it knows their names and reads none."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fixbot.settings import excluder

#: So many different globs are looked up at most: each is held against every file.
_MOST_GLOBS = 50


class Tracked:
    """The files of a repository, to be asked by whole paths, ends of paths, names and folders."""

    def __init__(self, paths: Collection[str]) -> None:
        self._files = frozenset(paths)
        self._folders = frozenset(_folders(paths))
        self._known: dict[str, tuple[str, ...]] = {}
        self._matched: dict[str, tuple[str, ...]] = {}
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(self._files | self._folders):
            self._by_name.setdefault(_last(path), []).append(path)

    def holds(self, path: str) -> bool:
        """Say whether this very file is tracked, or a file below this very folder, which ends in `/`."""
        return path in self._files or path in self._folders

    def meant(self, names: Iterable[str], *, exact: bool = False) -> tuple[str, ...]:
        """Return the paths that the first of the names means that means any, sorted; folders end in `/`.

        A name alone means every file that is called so; one with folders before it the file at that path or,
        unless it has to be `exact`, those whose paths end so.
        """
        for name in names:
            found = self._exactly(name) if exact else self._found(name)
            if found:
                return found
        return ()

    def matching(self, glob: str) -> tuple[str, ...]:
        """Return the files that a glob means, sorted, as the configuration's `exclude` would; none for a wrong one."""
        if glob not in self._matched and len(self._matched) < _MOST_GLOBS:
            self._matched[glob] = self._globbed(glob)
        return self._matched.get(glob, ())

    def means_all(self, glob: str) -> bool:
        """Say whether a glob means every file that ends in `.py`, so that it restricts nothing."""
        return set(self.matching(glob)).issuperset(path for path in self._files if path.endswith(".py"))

    def _globbed(self, glob: str) -> tuple[str, ...]:
        try:
            is_meant = excluder([glob])
        except ValueError:
            return ()
        return tuple(sorted(filter(is_meant, self._files)))

    def _exactly(self, name: str) -> tuple[str, ...]:
        return tuple(path for path in (name, f"{name}/") if self.holds(path))[:1]

    def _found(self, name: str) -> tuple[str, ...]:
        if name not in self._known:
            self._known[name] = self._searched(name)
        return self._known[name]

    def _searched(self, name: str) -> tuple[str, ...]:
        is_file = "/" not in name
        if not is_file and (exact := self._exactly(name)):
            return exact
        folder, end = f"{name.rstrip('/')}/", f"/{name}"
        found = self._by_name.get(_last(name), [])
        files = [path for path in found if path == name or path.endswith(end)]
        if files or is_file:
            return tuple(path for path in files if not path.endswith("/")) if is_file else tuple(files)
        return tuple(path for path in found if path.endswith(f"/{folder}"))


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _folders(paths: Iterable[str]) -> set[str]:
    """Return every folder above a file, with a slash behind."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and f"{folder}/" not in found:
            found.add(f"{folder}/")
            folder = folder.rpartition("/")[0]
    return found
