"""Puts together what there is beside the installed codemods: an operator's folders, and the rules of ruff by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from fixbot import registry
from fixbot.codemod import Recipe
from fixbot.errors import OperatorError
from fixbot.foreign.folder import of_folder
from fixbot.foreign.ruff import PREFIX, rule_codemod


def shelf(
    folders: Sequence[Path], names: Iterable[str], *, run: bool = True, target: Path | None = None
) -> dict[str, type[Recipe]]:
    """Return the codemods that are not installed as such, by slug.

    Args:
        folders: an operator's own; their files are code.
        names: what was selected, ignored or configured, by whomever: of these the rules of ruff are meant.
        run: whether the files are run; else they are only read, for whoever looks at no code and holds a token.
        target: what is worked on: none of the folders that are run may lie in it.

    Raises:
        OperatorError: a folder, a file or a rule is not as it must be, or two codemods share a name.
    """
    found: dict[str, type[Recipe]] = {}
    installed = registry.catalogue() if folders else {}
    for folder in folders:
        if run and target is not None and folder.resolve().is_relative_to(target.resolve()):
            message = f"--codemods {folder}: it lies in what is worked on, whose own files are never run: move it out"
            raise OperatorError(message)
        for slug, codemod in of_folder(folder, run=run).items():
            if slug in installed or slug in found:
                message = f"--codemods {folder}: there is another codemod that is called {slug}: rename its class"
                raise OperatorError(message)
            found[slug] = codemod
    rules = dict.fromkeys(name for name in names if name.startswith(PREFIX))
    return found | {name: rule_codemod(name) for name in rules}
