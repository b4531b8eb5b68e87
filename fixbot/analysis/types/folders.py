"""Says how the imports of a project write its modules, which folders alone do not tell; it only reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from posixpath import dirname, join

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.project import Project

_IMPORT = re.compile(
    rb"^(?:\xef\xbb\xbf)?[ \t]*"
    rb"(?:from[ \t]+([A-Za-z_][\w.]*)[ \t]+import[ \t]*\(?([\w, \t]*)|import[ \t]+([\w., \t]+))",
    re.MULTILINE,
)
Prefixes = dict[str, set[str]]


def written_module(path: str, file: File, project: Project, corpus: Corpus | None) -> str | None:
    """Return the dotted name that imports of a module's folder give it: those of the file itself, else all others.

    Args:
        path: the module, relative to the root.
        file: the file that is to import it.
        project: the project of the file.
        corpus: all files of the project; without them only the file itself is asked.

    Returns:
        The name; empty where nothing imports from the folder, None where that is done in several ways, or where the
        file would find another module under the name.
    """
    own: Prefixes = {}
    for name in _names(file.module.text.encode(errors="replace")):
        _take(own, name, project.module(name, file.path))
    found = _spelled(path, own)
    if found == "" and corpus is not None:
        found = _spelled(path, _prefixes(corpus))
    return found if not found or project.module(found, file.path) == path else None


@lru_cache(maxsize=2)
def _prefixes(corpus: Corpus) -> Prefixes:
    """Map each folder from which something is imported to what stands before the names of its modules."""
    found: Prefixes = {}
    for path, content in corpus.files.items():
        find = _finder(corpus, path)
        for name in set(_names(content)):
            _take(found, name, find(name))
    return found


def _finder(corpus: Corpus, importer: str) -> Callable[[str], str | None]:
    """Return what finds the file that an absolute import means, without opening any."""
    around = [dirname(importer)]
    while around[-1]:
        around.append(dirname(around[-1]))
    around.sort(key=lambda folder: join(folder, "__init__.py") in corpus.files)

    def find(name: str) -> str | None:
        tail = name.replace(".", "/")
        roots = corpus.roots(name.partition(".")[0])
        stems = (join(folder, tail) for folder in (*around, *(roots if len(roots) == 1 else ())))
        files = (path for stem in stems for path in (f"{stem}.py", f"{stem}/__init__.py"))
        return next((path for path in files if path in corpus.files), None)

    return find


def _names(content: bytes) -> Iterator[str]:
    """Yield the absolute names of what may be modules in the import statements of a file."""
    for source, members, plain in _IMPORT.findall(content):
        words = [each.split()[0].decode(errors="replace") for each in (members or plain).split(b",") if each.split()]
        yield from words if plain else (source.decode(), *(f"{source.decode()}.{word}" for word in words))


def _take(found: Prefixes, name: str, path: str | None) -> None:
    if path is None:
        return
    parts, folder = name.split("."), _stem(path)
    while parts:
        parts, folder = parts[:-1], dirname(folder)
        found.setdefault(folder, set()).add(".".join(parts))


def _spelled(path: str, prefixes: Prefixes) -> str | None:
    folder = dirname(_stem(path))
    if folder not in prefixes:
        return ""
    several = prefixes[folder]
    inside = _stem(path)[len(folder) :].strip("/")
    return ".".join(filter(None, [*several, inside])) if len(several) == 1 else None


def _stem(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__")
