"""Commands of LibCST as codemods: each file by itself, and all that a command changes in it together."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from fixbot import interrupts
from fixbot.codemod import Corpus
from fixbot.codemod.patches import Patch
from fixbot.errors import OperatorError
from fixbot.foreign.cards import CardCodemod
from fixbot.foreign.texts import patch_of, readable
from fixbot.model import Broken, Skipped

if TYPE_CHECKING:
    from libcst.codemod import Codemod as Command


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
            made = self._run(path, module.text)
            if isinstance(made, Skipped | Broken):
                yield made
            elif made is not None and (patch := patch_of(modules, {path: made}, says, self.safety)) is not None:
                yield patch

    def _run(self, path: str, text: str) -> str | Skipped | Broken | None:
        """Return a file after the command, why it is passed over, or None where the command does not want it."""
        from libcst.codemod import (  # noqa: PLC0415 - most runs need none of it
            CodemodContext,
            TransformExit,
            TransformFailure,
            TransformSkip,
            transform_module,
        )

        context = CodemodContext(filename=path)
        done = transform_module(self.command(context, **self.arguments), text)
        interrupts.check()
        if isinstance(done, TransformExit):
            raise KeyboardInterrupt
        if isinstance(done, TransformSkip):
            return None
        if isinstance(done, TransformFailure):
            if type(done.error).__name__ == "ParserSyntaxError":
                return Skipped(path, "unparsable", "LibCST cannot read it")
            return Broken(path, self.slug(), done.traceback_str)
        return done.code


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
