"""Commands of LibCST as codemods: each file by itself, and all that a command changes in it together."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar

from fixbot import interrupts
from fixbot.codemod import Corpus, Module
from fixbot.codemod.patches import Patch
from fixbot.errors import OperatorError
from fixbot.foreign.cards import CardCodemod
from fixbot.foreign.texts import patch_of, readable
from fixbot.model import Broken, Skipped

if TYPE_CHECKING:
    from libcst.codemod import Codemod as Command

_NO_PACKAGE = "LibCST would have to know which package its relative imports start from"


class LibcstCommand(CardCodemod):
    """A command of LibCST in a file of an operator's, and the arguments that it is made with."""

    command: ClassVar[type[Command]]
    arguments: ClassVar[Mapping[str, Any]] = {}

    def patches(self, corpus: Corpus, paths: Sequence[str]) -> Iterator[Patch | Skipped | Broken]:
        """Yield what the command would change, one patch for each file."""
        modules, skipped = readable(corpus, paths)
        yield from skipped
        says = f"LibCST would change this: {self.explanation().title}"
        for path, module in modules.items():
            made = self._run(module, *_placed(corpus, module))
            if isinstance(made, Skipped | Broken):
                yield made
            elif made is not None and (patch := patch_of(modules, {path: made}, says, self.safety)) is not None:
                yield patch

    def _run(self, module: Module, name: str | None, package: str | None) -> str | Skipped | Broken | None:
        """Return a file after the command, why it is passed over, or None where the command does not want it."""
        from libcst.codemod import (  # noqa: PLC0415 - most runs need none of it
            CodemodContext,
            TransformExit,
            TransformFailure,
            TransformSkip,
            transform_module,
        )

        context = CodemodContext(filename=module.path, full_module_name=name, full_package_name=package)
        done = transform_module(self.command(context, **self.arguments), module.text)
        interrupts.check()
        if isinstance(done, TransformExit):
            raise KeyboardInterrupt
        if isinstance(done, TransformSkip):
            return None
        if isinstance(done, TransformFailure):
            if type(done.error).__name__ == "ParserSyntaxError":
                return Skipped(module.path, "unparsable", "LibCST cannot read it")
            if package is None and isinstance(done.error, ValueError):
                return Skipped(module.path, "unparsable", _NO_PACKAGE)
            return Broken(module.path, self.slug(), done.traceback_str)
        return done.code


def _placed(corpus: Corpus, module: Module) -> tuple[str, str] | tuple[None, None]:
    """Return the full names of a file's module and package, both None where its imports leave all known packages."""
    from libcst.helpers import calculate_module_and_package  # noqa: PLC0415 - most runs need none of it

    root = _root(corpus, module)
    if root is None:
        return None, None
    found = calculate_module_and_package(root or ".", module.path)
    return found.name, found.package


def _root(corpus: Corpus, module: Module) -> str | None:
    """Return the folder that absolute imports of a file start from, None where that cannot be.

    It is the nearest one in no package, or as far above it as the relative imports of the file climb.
    """
    parts = module.path.split("/")
    folders = ["/".join(parts[:depth]) for depth in range(len(parts))]
    names = [part.removesuffix(".py") for part in parts]
    outside = [*takewhile(lambda depth: folders[depth] in corpus.roots(names[depth]), range(len(parts)))] or [0]
    climbs = max((node.level for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)), default=0)
    fitting = (folders[depth] for depth in reversed(outside) if len(parts) - 1 - depth >= climbs)
    return next(fitting, None)


def is_command(thing: type) -> bool:
    """Say whether a class is a command that can be made."""
    known = any(base.__module__.startswith("libcst.codemod") and base.__name__ == "Codemod" for base in thing.__mro__)
    return known and not inspect.isabstract(thing)


def ensure_single(thing: Any, where: str) -> None:  # noqa: ANN401 - LibCST is not loaded here
    """Make sure that a class of commands can work on one file by itself.

    Raises:
        OperatorError: it needs to know of others.
    """
    needs = sorted(
        one.__name__ for one in thing.get_inherited_dependencies() if getattr(one, "gen_cache", None) is not None
    )
    if needs:
        message = f"{where}: {thing.__name__} needs {', '.join(needs)}, which looks at a whole repository: leave it out"
        raise OperatorError(message)
