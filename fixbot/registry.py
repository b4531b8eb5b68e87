"""Finds codemods by entry point; nothing else imports one."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

from fixbot.codemod import Codemod, ProjectCodemod, Recipe
from fixbot.codemod.patches import TextCodemod
from fixbot.errors import CodemodError, OperatorError

GROUP = "fixbot.codemods"
_KINDS = (Codemod, ProjectCodemod, TextCodemod)


def catalogue() -> dict[str, type[Recipe]]:
    """Return every installed codemod by its slug, sorted; they are looked for once in a process.

    Raises:
        CodemodError: two codemods share a slug, or a package of codemods cannot be imported.
    """
    return dict(installed())


@cache
def installed() -> Mapping[str, type[Recipe]]:
    """Return what `catalogue` does, the same mapping each time: the search takes longer than much of what is asked."""
    found: dict[str, type[Recipe]] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.value):
        for codemod in _codemods_of(entry.value):
            slug = codemod.slug()
            if found.setdefault(slug, codemod) is not codemod:
                message = f"two codemods are called {slug}: {found[slug].__module__} and {codemod.__module__}"
                raise CodemodError(message)
    return dict(sorted(found.items()))


def _codemods_of(package: str) -> Iterator[type[Recipe]]:
    try:
        root = importlib.import_module(package)
        modules = [root, *_submodules(root)]
    except ImportError as exc:
        message = f"the codemods of {package} cannot be imported: {exc}"
        raise CodemodError(message) from exc
    for module in modules:
        # type(thing) and not isinstance: the latter asks a lazy module for an attribute, which loads LibCST
        classes = (thing for thing in vars(module).values() if issubclass(type(thing), type))
        for cls in classes:
            if issubclass(cls, _KINDS) and cls.__module__ == module.__name__ and not inspect.isabstract(cls):
                yield cls


def _submodules(package: ModuleType) -> list[ModuleType]:
    names = sorted(found.name for found in pkgutil.iter_modules(getattr(package, "__path__", [])))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def choose(
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    options: Mapping[str, Mapping[str, str]] | None = None,
    more: Mapping[str, type[Recipe]] | None = None,
) -> tuple[Recipe, ...]:
    """Return the codemods to run, each with its options.

    Args:
        select: slugs to run; all but those that are opt-in where it is empty.
        ignore: slugs to leave out.
        options: for each slug the options that were chosen.
        more: what there is beside the installed ones, by slug; one with a colon in its name runs only where it is
            selected by that name.

    Raises:
        OperatorError: a slug or an option that does not exist; all mistakes in one message.
    """
    known = dict(sorted({**catalogue(), **(more or {})}.items()))
    named = [*select, *ignore, *(options or {})]
    mistakes = [unknown(slug, known) for slug in dict.fromkeys(named) if slug not in known]
    chosen = [slug for slug in known if _is_chosen(known[slug], select) and slug not in ignore]
    codemods: list[Recipe] = []
    for slug in chosen:
        try:
            codemods.append(known[slug]((options or {}).get(slug)))
        except OperatorError as exc:
            mistakes.append(str(exc))
    if mistakes:
        raise OperatorError("; ".join(mistakes))
    return tuple(codemods)


def _is_chosen(codemod: type[Recipe], select: Collection[str]) -> bool:
    slug = codemod.slug()
    return slug in select if select else not (codemod.opt_in or ":" in slug)


def every(more: Mapping[str, type[Recipe]] | None = None) -> tuple[Recipe, ...]:
    """Return all codemods that are installed, and what there is beside them, by slug."""
    return choose([*catalogue(), *(more or {})], more=more)


def unknown(slug: str, known: Collection[str]) -> str:
    """Say that there is no such codemod, and which one may be meant."""
    near = difflib.get_close_matches(slug, known, n=1, cutoff=0.5) if ":" not in slug else []
    hint = f"did you mean {near[0]!r}?" if near else "`fixbot codemods` lists them"
    return f"no codemod is called {slug!r}; {hint}"
