"""Takes the codemods out of an operator's folder: runs its files, or where nothing may be run, reads what they say."""

from __future__ import annotations

import copyreg
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from fixbot.codemod import Codemod, ProjectCodemod, Recipe
from fixbot.errors import CodemodError, OperatorError
from fixbot.foreign.cards import Card, cards, made_of, told
from fixbot.foreign.commands import LibcstCommand, ensure_single, is_command
from fixbot.foreign.queries import BowlerQuery
from fixbot.shell.files import LIMIT

_OWN = (Codemod, ProjectCodemod)


def of_folder(folder: Path, *, run: bool) -> dict[str, type[Recipe]]:
    """Return the codemods in the files of a folder, by slug.

    Args:
        folder: holds `.py` files; those whose names begin with an underscore are for the others to import.
        run: whether the files are run; else only what they say of their codemods is known.

    Raises:
        OperatorError: there is no such folder, a file cannot be run or holds no codemod, with the file and the line;
            two codemods share a name.
    """
    found: dict[str, tuple[str, type[Recipe]]] = {}
    for where, codemod in _codemods(folder.resolve(), run):
        slug = codemod.slug()
        if slug in found:
            message = f"{where}: {slug} is already the codemod at {found[slug][0]}: give its class another name"
            raise OperatorError(message)
        found[slug] = where, codemod
    return {slug: codemod for slug, (_, codemod) in found.items()}


@cache
def _codemods(folder: Path, run: bool) -> tuple[tuple[str, type[Recipe]], ...]:  # noqa: FBT001 - it is cached by it
    if not folder.is_dir():
        message = f"--codemods {folder}: there is no such folder"
        raise OperatorError(message)
    files = sorted(file for file in folder.glob("*.py") if not file.name.startswith("_"))
    if not files:
        message = f"--codemods {folder}: there is no file with a codemod in it (*.py)"
        raise OperatorError(message)
    return tuple(one for file in files for one in _of_file(file, run=run))


def _of_file(file: Path, *, run: bool) -> list[tuple[str, type[Recipe]]]:
    known = cards(file, _content(file))
    module = _module(file) if run else None
    made = [(card.where, told(card) if module is None else _made(card, module)) for card in known]
    found = [(where, codemod) for where, codemod in made if codemod is not None]
    if not found:
        message = f"{file}: there is no codemod in it: no class of fixbot's or LibCST's, and no `query` of Bowler"
        raise OperatorError(message)
    return found


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as exc:
        message = f"{file}: cannot be read: {exc.strerror}"
        raise OperatorError(message) from exc
    if len(content) > LIMIT:
        message = f"{file}: is larger than {LIMIT // 1_000_000} MB"
        raise OperatorError(message)
    return content


@cache
def _module(file: Path) -> ModuleType:
    """Run a file; what it imports from beside it is found after all that is installed.

    Raises:
        OperatorError: it raises an error; with its line.
    """
    folder = str(file.parent)
    if folder not in sys.path:
        sys.path.append(folder)
    spec = importlib.util.spec_from_file_location(f"fixbot_own_{file.stem}", file)
    if spec is None or spec.loader is None:
        message = f"{file}: cannot be run"
        raise OperatorError(message)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as exc:
        del sys.modules[spec.name]
        lines = [frame.lineno for frame in traceback.extract_tb(exc.__traceback__) if frame.filename == str(file)]
        hint = ": install fixbot[bowler]" if getattr(exc, "name", None) in {"bowler", "fissix"} else ""
        message = f"{file}:{(lines or [1])[-1]}: {type(exc).__name__}: {exc}{hint}"
        raise OperatorError(message) from exc
    return module


def _made(card: Card, module: ModuleType) -> type[Recipe] | None:
    """Return the codemod that a card is about; None where it is a class of another kind."""
    if not card.name:
        return made_of(card, BowlerQuery, {"file": card.file})
    thing = getattr(module, card.name, None)
    if not isinstance(thing, type) or inspect.isabstract(thing):
        return None
    if issubclass(thing, _OWN):
        return _ours(card, thing)
    if not is_command(thing):
        return None
    ensure_single(thing, card.where)
    more = {"command": thing, "arguments": getattr(thing, "arguments", {})}
    return made_of(card, LibcstCommand, more)


def _ours(card: Card, thing: type[Recipe]) -> type[Recipe]:
    """Make sure of a codemod that is written for fixbot, and let other processes find it.

    Raises:
        OperatorError: it does not keep the contract.
    """
    missing = [name for name in ("severity", "pattern") if not hasattr(thing, name)]
    if missing:
        message = f"{card.where}: {thing.__name__} has no {' and no '.join(missing)}"
        raise OperatorError(message)
    try:
        thing.explanation()
    except CodemodError as exc:
        message = f"{card.where}: {exc}"
        raise OperatorError(message) from exc
    thing.own = True
    copyreg.pickle(thing, partial(_reduced, card))
    return thing


def _reduced(card: Card, codemod: Any) -> tuple[Callable[..., Recipe], tuple[Path, str, dict[str, str]]]:  # noqa: ANN401 - copyreg's
    return _again, (card.file, card.name, codemod.chosen)


def _again(file: Path, name: str, chosen: dict[str, str]) -> Recipe:
    """Return a codemod of a file in a process that has not run it yet."""
    made: Recipe = getattr(_module(file), name)(chosen)
    return made
