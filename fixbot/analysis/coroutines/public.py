"""Says what of a project other people's code may call: what a distribution exports; it only reads."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath
from posixpath import dirname, join

from fixbot import toml
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.declarations import Declared, declared
from fixbot.analysis.definitions import Class, File, Function
from fixbot.analysis.handlers.circumstances import is_test_file

_SHOWS = frozenset({"demo", "demos", "doc", "docs", "example", "examples", "samples", "tutorial", "tutorials"})
# Folders and files that are distributed along, and that nobody imports.
_ASIDE = frozenset({"__main__", "bin", "conftest", "contrib", "scripts", "setup", "tools", *_SHOWS})
_SERVERS = frozenset({"daphne", "gunicorn", "hypercorn", "uvicorn", "uwsgi", "waitress"})
_DESCRIBES = ("setup.py", "setup.cfg", "pyproject.toml")
# The words that describe a distribution to those who look for one.
_CLASSIFIED = re.compile(
    rb"(?:Development Status|Intended Audience|License|Operating System|Programming Language|Topic) :: "
)


def is_public(corpus: Corpus, function: Function) -> bool:
    """Say whether a function belongs to the public interface of a project that builds a distribution.

    That is what `__all__` of its module lists, what the `__init__` of a package around it binds (the function, its
    class, or its module), and what an example or the documentation imports. Of a distribution that is described for an
    index of packages, and is no application, anybody may import whatever has no leading underscore. Names with one are
    public only where `__all__` lists them.
    """
    if not builds_distribution(corpus, function.file.path):
        return False
    holder = _outermost(function)
    names = {holder} if holder == function.node.name else {holder, function.node.name}
    if holder in _listed(function.file):
        return not _is_private(function.node.name) or holder == function.node.name
    if any(map(_is_private, names)):
        return False
    exported = _exported(corpus, function.file, holder) or _is_shown(corpus, function.file, holder)
    return exported or _is_published(corpus, function.file.path)


def _outermost(function: Function) -> str:
    return function.qualname.partition(".")[0]


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _listed(file: File) -> set[str]:
    """Return the names in `__all__`, as far as they are written out."""
    found: set[str] = set()
    for node in file.module.tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AugAssign(target=ast.Name(id="__all__"), value=value)
            ):
                found |= _texts(value)
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                found |= _texts(value)
    return found


def _texts(value: ast.expr) -> set[str]:
    return {node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _exported(corpus: Corpus, file: File, holder: str) -> bool:
    """Say whether a package around a file hands a definition, or the file itself, to its importers."""
    folder = dirname(file.path)
    while (package := corpus.file(join(folder, "__init__.py"))) is not None:
        if package.path == file.path or _hands_out(corpus, package, file, holder):
            return True
        if not folder:
            break
        folder = dirname(folder)
    return False


def _is_shown(corpus: Corpus, file: File, holder: str) -> bool:
    """Say whether a file that shows others how it is done imports a definition, or its module."""
    shown = (path for path in corpus.mentioning(holder) if not _SHOWS.isdisjoint(PurePosixPath(path).parts[:-1]))
    files = (corpus.file(path) for path in shown if path != file.path)
    return any(example is not None and _hands_out(corpus, example, file, holder) for example in files)


def _hands_out(corpus: Corpus, package: File, file: File, holder: str) -> bool:
    bound = package.names.bound(package.module.tree)
    for name, origins in bound.items():
        for origin in origins - {None}:
            found = corpus.project.find(origin or "", package.path)
            definition = isinstance(found, Function | Class) and found.node.name == holder
            if definition and not _is_private(name) and _path(found) == file.path:
                return True
            if isinstance(found, File) and found.path == file.path and not _is_private(name):
                return True
    return "*" in bound and _starred(corpus, package, file)


def _is_published(corpus: Corpus, path: str) -> bool:
    """Say whether a file is one that people import who installed a distribution from an index of packages."""
    parts = PurePosixPath(path).with_suffix("").parts
    alone = any(part.startswith("_") and part != "__init__" for part in parts) or not _ASIDE.isdisjoint(parts)
    return not alone and not is_test_file(path) and any(_is_described(corpus, each) for each in _folders(path))


def _is_described(corpus: Corpus, folder: str) -> bool:
    paths = [f"{folder}{name}" for name in _DESCRIBES]
    said = {path: corpus.texts.get(path) or corpus.files.get(path) or b"" for path in paths}
    described = any(_CLASSIFIED.search(content) and b"Private ::" not in content for content in said.values())
    return described and not any(_is_application(declared(path, content)) for path, content in said.items())


def _is_application(told: Declared) -> bool:
    """Say whether a project asks for a server, or pins what it needs: it is deployed, and nobody imports it."""
    pinned = [name for name, several in told.fixed if any(one.operator == "==" for each in several for one in each)]
    return any(name in _SERVERS for name, _ in told.fixed) or len(pinned) > len(told.fixed) / 2


def _folders(path: str) -> list[str]:
    """Return the folders around a file, the nearest first, each with its slash and the root as nothing."""
    return ["" if str(folder) == "." else f"{folder}/" for folder in PurePosixPath(path).parents]


def _path(found: object) -> str:
    return found.file.path if isinstance(found, Function | Class) else ""


def _starred(corpus: Corpus, package: File, file: File) -> bool:
    """Say whether a package imports everything of a file that lists nothing."""
    stars = (node for node in package.module.tree.body if isinstance(node, ast.ImportFrom))
    origins = ("." * node.level + (node.module or "") for node in stars if any(a.name == "*" for a in node.names))
    return any(corpus.project.find(origin, package.path) == file for origin in origins) and not _listed(file)


def builds_distribution(corpus: Corpus, path: str) -> bool:
    """Say whether a file may belong to a distribution: the files about building in a folder around it say so.

    Args:
        corpus: the project.
        path: the file, relative to the root, with `/`.
    """
    return any(_is_built(corpus, folder) for folder in _folders(path))


def _is_built(corpus: Corpus, folder: str) -> bool:
    """Say whether the files about building in a folder say that it is built, and none says otherwise."""
    if _setup(corpus, folder):
        return True
    document = _document(corpus, folder)
    tools = document.get("tool", {})
    opted_out = (
        tools.get("poetry", {}).get("package-mode") is False
        or tools.get("pdm", {}).get("distribution") is False
        or tools.get("uv", {}).get("package") is False
    )
    return "build-system" in document and not opted_out


def _setup(corpus: Corpus, folder: str) -> bool:
    script, declared = corpus.files.get(f"{folder}setup.py", b""), corpus.texts.get(f"{folder}setup.cfg", b"")
    called = re.search(rb"\bsetup\s*\(", script)
    return called is not None or re.search(rb"^\[metadata\]", declared, re.MULTILINE) is not None


def _document(corpus: Corpus, folder: str) -> dict[str, dict[str, dict[str, object]]]:
    try:
        return toml.table(corpus.texts.get(f"{folder}pyproject.toml", b""))
    except ValueError:
        return {}
