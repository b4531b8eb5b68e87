"""Runs small projects that tests make up: files as modules that import each other, and what their functions do."""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import inspect
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType


def module_name(path: str, files: Mapping[str, str]) -> str:
    """Give the name that a file is imported by: inside of a package the dotted one, else its own."""
    folder, _, name = path.removesuffix(".py").rpartition("/")
    if f"{folder}/__init__.py" not in files:
        return name
    return folder.replace("/", ".") if name == "__init__" else f"{folder.replace('/', '.')}.{name}"


class Files(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports from texts."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.paths = {module_name(path, files): path for path in files}
        self.files = files

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        del path, target
        if fullname not in self.paths:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=self.is_package(fullname))

    def is_package(self, fullname: str) -> bool:
        return self.paths[fullname].endswith("__init__.py")

    def get_source(self, fullname: str) -> str:
        return self.files[self.paths[fullname]]


@contextmanager
def loaded(files: Mapping[str, str]) -> Iterator[dict[str, ModuleType]]:
    """Import all files, and give the modules by path; afterwards they are gone."""
    finder = Files(files)
    shadowed = {name: sys.modules.pop(name) for name in finder.paths if name in sys.modules}
    sys.meta_path.insert(0, finder)
    try:
        yield {path: importlib.import_module(name) for name, path in finder.paths.items()}
    finally:
        sys.meta_path.remove(finder)
        for name in finder.paths:
            sys.modules.pop(name, None)
        sys.modules.update(shadowed)


@dataclass(frozen=True)
class Outcome:
    """What calling a function came to: its result, or the error; and what it printed meanwhile."""

    result: str
    error: Exception | None
    printed: str

    def __repr__(self) -> str:
        return f"{self.printed!r} then {self.error!r}" if self.error else f"{self.printed!r} then {self.result}"


def called(function: object) -> Outcome:
    """Call a function, or run a coroutine that never waits."""
    assert callable(function)
    said = io.StringIO()
    result, error = "", None
    with contextlib.redirect_stdout(said):
        try:
            made = function()
            result = repr(finished(made) if inspect.iscoroutine(made) else made)
        except Exception as exc:  # noqa: BLE001 - whatever it is, it is held against what it was before
            error = exc
    return Outcome(re.sub(r"0x[0-9a-f]+", "0x", result), error, said.getvalue())


def finished(coroutine: object) -> object:
    assert inspect.iscoroutine(coroutine)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    message = "it waits"
    raise AssertionError(message)


def ran(modules: Mapping[str, ModuleType], entries: Sequence[str]) -> dict[str, Outcome]:
    """Call the entry points, each of whichever module has it."""
    found = {name: each for module in modules.values() for name, each in vars(module).items() if name in entries}
    return {entry: called(found[entry]) for entry in entries}
