"""Says how a patch of `time.sleep` becomes one of another library's `sleep`, or why it cannot; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fixbot.analysis.coroutines.libraries import spelled
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.analysis.module import Statement, statements
from fixbot.analysis.patches.aims import Aim
from fixbot.analysis.patches.exercised import between, own_expressions
from fixbot.analysis.patches.fakes import Edit, awaitable, edit, factory, segment
from fixbot.analysis.patches.patching import VAGUE, Patching, patchings

Places = frozenset[tuple[int, int]]
_PLAIN_TEXT = re.compile(r"""[rRuU]?(["'])([^'"\\\n]*)\1""")


class CannotMoveError(Exception):
    """Why a patch stays as it is: the rest of a sentence that names it."""


@dataclass(frozen=True, slots=True)
class Retarget:
    """A patch that moves: its aim, its place in the tree of its file, and the library whose `sleep` it goes to.

    `landing` is how the patched module writes the library.
    """

    corpus: Corpus
    aim: Aim
    file: File
    patching: Patching
    library: str
    landing: str

    def edits(self, staying: Places) -> tuple[Edit, ...]:
        """Return what moves the patch.

        Args:
            staying: lines and columns in the patch's own file that are edited for themselves.

        Raises:
            CannotMoveError: it cannot be moved.
        """
        found = [*self._target(), *self._questions(staying), *self._fake()]
        return tuple(dict.fromkeys(found))

    def _target(self) -> Iterator[Edit]:
        """Yield what makes the patch aim at the other `sleep`."""
        patching, attribute = self.patching, self.patching.attribute
        complete = patching.text is not None and patching.text.value == self.aim.target
        if patching.text is not None:
            yield self._quoted(patching.text, f"{self._owned()}.sleep" if complete else self._owned())
        elif patching.owner is not None:
            yield self._owner(patching.owner, patching.at)
        if attribute is not None and attribute.value != "sleep":
            yield self._quoted(attribute, "sleep")
        elif attribute is None and not complete and self.aim.rest[-1] != "sleep":
            message = f"by the name `{self.aim.rest[-1]}`"
            raise CannotMoveError(message)

    def _owned(self) -> str:
        """Return the full name of the library as the patched module has it."""
        return f"{self.aim.target.removesuffix('.'.join(self.aim.rest))}{self.landing}"

    def _quoted(self, node: ast.Constant, value: str) -> Edit:
        match = _PLAIN_TEXT.fullmatch(segment(self.file, node))
        if match is None:
            message = "with a string that is written in parts"
            raise CannotMoveError(message)
        return edit(self.file, node, f"{match[1]}{value}{match[1]}")

    def _owner(self, owner: ast.expr, at: Statement) -> Edit:
        """Return what makes the object that has the patched attribute the library."""
        if self.file.names.resolve(owner, at) == "time":
            return self._everywhere(owner, at)
        if len(self.aim.rest) == 1:
            return edit(self.file, owner, f"{segment(self.file, owner)}.{self.landing}")
        if not isinstance(owner, ast.Attribute):
            message = "by a name that is imported from there"
            raise CannotMoveError(message)
        return edit(self.file, owner, f"{segment(self.file, owner.value)}.{self.landing}")

    def _everywhere(self, owner: ast.expr, at: Statement) -> Edit:
        """Return what makes `time` in a test the library, which is imported where it is not yet."""
        names, unused = self.file.names, (segment(self.file, owner),)
        for local, origins in names.bound(self.file.module.tree).items():
            if origins == {self.library} and names.origin(local, at) == self.library:
                return edit(self.file, owner, local, unused=unused)
        if any({self.library, "*"} & set(names.bound(scope)) for scope in names.scopes(at)):
            message = f"and `{self.library}` means something else there"
            raise CannotMoveError(message)
        return edit(self.file, owner, self.library, imports=(f"import {self.library}",), unused=unused)

    def _questions(self, staying: Places) -> Iterator[Edit]:
        """Yield what makes a test ask the moved fake for its calls: `mod.time.sleep.assert_called_once()`."""
        for at in between(self.file, self.aim.first, self.aim.last):
            nodes = [node for node in own_expressions(at) if self.aim.first <= node.lineno <= self.aim.last]
            if any(isinstance(node, ast.Name) and node.id == "StopIteration" for node in nodes):
                message = "and raises `StopIteration`, which no coroutine lets out"
                raise CannotMoveError(message)
            asked = {node.value for node in nodes if isinstance(node, ast.Attribute)}
            patched = (node for node in nodes if isinstance(node, ast.Attribute) and self._is_patched(node, at))
            for node in patched:
                if (node.lineno, node.col_offset) in staying:
                    continue
                if node not in asked:
                    message = f"and uses it in line {node.lineno}"
                    raise CannotMoveError(message)
                owner = self._owner(node.value, at)
                yield edit(self.file, node, f"{owner.source}.sleep", imports=owner.imports, unused=owner.unused)

    def _is_patched(self, node: ast.Attribute, at: Statement) -> bool:
        """Say whether an expression means what is patched."""
        whole = {self.aim.target} | ({"time.sleep"} if len(self.aim.rest) > 1 else set())
        return self.file.names.resolve(node, at) in whole

    def _fake(self) -> tuple[Edit, ...]:
        """Return what makes the fake awaitable."""
        found: tuple[Edit, ...] | str = ()
        patching = self.patching
        if patching.fake is not None:
            found = awaitable(patching.fake, self.file, patching.at, self.corpus.project)
        elif patching.factory is not None:
            found = factory(patching.factory, self.file, patching.at)
        if isinstance(found, str):
            raise CannotMoveError(found)
        return found


def retarget(corpus: Corpus, aim: Aim, library: str, moved: Mapping[str, Places]) -> Retarget:
    """Return a patch as something that can be moved, given the sleeps of each file that move.

    Raises:
        CannotMoveError: it is written in a way that is not understood, or its file must not be changed.
    """
    file = corpus.file(aim.path)
    patching = next((each for each in patchings(file, aim.line) if aim.is_at(each)), None) if file is not None else None
    if aim.path in corpus.fixed:
        message = f"and that file is not changed: {corpus.fixed[aim.path]}"
        raise CannotMoveError(message)
    if file is None or patching is None or aim.odd is not None:
        raise CannotMoveError(aim.odd or VAGUE)
    landings = {path: _landing(corpus, path, places, library) for path, places in moved.items()}
    return Retarget(corpus, aim, file, patching, library, landings.get(aim.home or "", library))


def _landing(corpus: Corpus, path: str, places: Places, library: str) -> str:
    """Return how a file writes the library with which it is going to wait.

    Raises:
        CannotMoveError: it does so in a way that no patch from outside reaches.
    """
    file = corpus.file(path)
    found: set[str | None] = set()
    for at, _ in statements(file.module.tree) if file is not None else ():
        if file is not None and any((node.lineno, node.col_offset) in places for node in own_expressions(at)):
            written = spelled(file, at, f"{library}.sleep")
            source = written[0].removesuffix(".sleep") if written is not None else None
            outside = source in file.names.bound(file.module.tree) or (written is not None and written[1] is not None)
            found.add(source if outside and written is not None and written[0].endswith(".sleep") else None)
    if len(found) != 1 or None in found:
        message = f"and {path} has its own name for `{library}.sleep`"
        raise CannotMoveError(message)
    return str(found.pop())
