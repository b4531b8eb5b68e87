"""Says where placeholders are written for the values of a statement, and where the values; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.analysis.definitions import File
from fixbot.analysis.module import blocks
from fixbot.analysis.names import own
from fixbot.analysis.sql.drivers import STYLES, Style
from fixbot.analysis.sql.grammar import mark, marked, read
from fixbot.analysis.sql.origins import own_text
from fixbot.analysis.sql.pieces import holes
from fixbot.analysis.sql.runs import Run
from fixbot.codemod.bound import Bind, Text, alike, with_values
from fixbot.codemod.contract import Place
from fixbot.codemod.drafts import Draft, Value
from fixbot.codemod.unblocking import Cannot

_REST = re.compile(r"--[^\n]*|/\*.*?\*/|\"[^\"]*\"|`[^`]*`|'(?:[^']|'')*'", re.DOTALL)
_EXTEND = Cannot("it takes values in a way that a person has to extend")


def places_of(draft: Draft) -> tuple[Place, ...] | Cannot:
    """Return the places that change where the values of a statement are bound, or why a person has to do it."""
    run = draft.built.run
    if run is None or run.driver is None:
        return Cannot("no call that runs it is seen here")
    values = draft.values()
    return values if isinstance(values, Cannot) else _Writing(draft, run, STYLES[run.driver], values).places()


@dataclass(frozen=True, slots=True, eq=False)
class _Writing:
    """How some values go along with a statement that a call runs."""

    draft: Draft
    run: Run
    style: Style
    values: Sequence[Value]

    def places(self) -> tuple[Place, ...] | Cannot:
        """Return the places that change."""
        text, how = self._text(), self._how()
        if isinstance(text, Cannot):
            return text
        return how if isinstance(how, Cannot) else self._written(text, how)

    def _written(self, text: Text, how: str) -> tuple[Place, ...] | Cannot:
        path, call, name = self.draft.file.path, self.run.call, self.run.name
        pairs = tuple((value.name, value.source) for value in self.values)
        if how == "bindparams" and self.run.text is not None and not name:
            return (Place.of(path, self.run.text, Bind(text=text, nested=False, how=how, values=pairs)),)
        if call is None or how == "bindparams":
            return Cannot(f"`{name}` leads to it in a way that a person has to follow")
        told = None if name else text
        bind = Bind(text=told, nested=self.run.text is not None, how=how, values=pairs, before=self._before())
        because = self._through() if name else None
        if because is not None:
            return Cannot(because)
        changed = Place.of(path, call, bind)
        return (Place.of(path, self.draft.built.node, text), changed) if name else (changed,)

    def _text(self) -> Text | Cannot:
        placeholders: dict[int, str] = {}
        count = sum(word.startswith("$") for word in self.draft.told.bound)
        for at, value in enumerate(self.values, count + 1):
            word = {Style.DOLLAR: f"${at}", Style.NAMED: f":{value.name}"}.get(self.style, str(self.style))
            placeholders |= dict.fromkeys(value.numbers, word)
        told = tuple(placeholders.get(number) for number in range(len(self.draft.told.roles)))
        doubled = self.style is Style.PERCENT and not self._given()
        if None in told and self.style is Style.PERCENT and not self._plain_rest(told):
            return Cannot("a part of the program that is put in may have a `%`")
        new = with_values(marked(self.draft.parts), told, doubled=doubled)
        if len(read([new]).bound) != len(self.draft.told.bound) + len(self.values):
            return Cannot("its quotes and comments are more than can be followed")
        sql = alike(new)
        return Text(placeholders=told, sql=sql, doubled=doubled)

    def _plain_rest(self, told: Sequence[str | None]) -> bool:
        """Say whether what stays is text without a sign that the driver would read."""
        left = [hole for hole, word in zip(holes(self.draft.parts), told, strict=True) if word is None]
        texts = [own_text(self.draft.file, hole.node, self.draft.built.at) for hole in left]
        return all(text is not None and "%" not in text for text in texts)

    def _given(self) -> list[ast.expr]:
        """Return the values that go along already."""
        return list(self.run.call.args[1:]) if self.run.call is not None else []

    def _how(self) -> str | Cannot:
        """Return in which form the values go along."""
        given, call = self._given(), self.run.call
        if any(isinstance(each, ast.Starred) for each in given) or (call is not None and call.keywords):
            return "bindparams" if self.style is Style.NAMED else _EXTEND
        if self.style is Style.NAMED:
            return self._named(given)
        return self._numbered(given) if self.style is Style.DOLLAR else self._positional(given)

    def _named(self, given: Sequence[ast.expr]) -> str | Cannot:
        call = self.run.call
        if given and not all(isinstance(each, ast.Dict) for each in given):
            return _EXTEND
        plain = call is not None and (not given or (len(given) == 1 and _is_mapping(given[0])))
        if self.run.name and not plain:
            return _EXTEND
        plain = plain and self.run.method != "exec"
        return "mapping" if plain and call is not None and self._leads_straight(call) else "bindparams"

    def _numbered(self, given: Sequence[ast.expr]) -> str | Cannot:
        numbers = {int(word[1:]) for word in self.draft.told.bound if word.startswith("$")}
        complete = numbers == set(range(1, len(given) + 1))
        return "arguments" if complete else Cannot("its placeholders are not counted as its values are")

    def _positional(self, given: Sequence[ast.expr]) -> str | Cannot:
        bound, node = self.draft.told.bound, self.draft.built.node
        if not given:
            return Cannot("it has placeholders and no values") if bound else "tuple"
        values = given[0].elts if isinstance(given[0], ast.Tuple | ast.List) else []
        starred = any(isinstance(each, ast.Starred) for each in values)
        same = len(given) == 1 and len(values) == len(bound) and set(bound) == {str(self.style)} and not starred
        return _EXTEND if not same or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)) else "tuple"

    def _leads_straight(self, call: ast.Call) -> bool:
        """Say whether the call has the text itself, or the one `text()` around it."""
        first = call.args[0]
        return first is self.run.text or (isinstance(first, ast.Name) and first.id == self.run.name)

    def _before(self) -> tuple[int, ...]:
        """Count for each value the placeholders that come before it."""
        if not self._given() or self.style not in {Style.QUESTION, Style.PERCENT}:
            return tuple(0 for _ in self.values)
        text = marked(self.draft.parts)
        heads = (text.partition(mark(value.numbers[0]))[0] for value in self.values)
        found = [len(read([f"{head}'" if _is_open(head) else head]).bound) for head in heads]
        return tuple(found)

    def _through(self) -> str | None:
        """Return why a text and the call that runs it, with a variable between, cannot change together."""
        draft, built = self.draft, self.draft.built
        if draft.runs.loads(self.run.name, built.at) != 1 or self.run.text is not None:
            return f"`{self.run.name}` is used in more than one place"
        between = _between(draft.file, built.at, self.run.at)
        if between is None or not isinstance(built.at, ast.Assign | ast.AnnAssign) or built.at.value is not built.node:
            return f"`{self.run.name}` leads to it in a way that a person has to follow"
        if between and not all(isinstance(hole.node, ast.Name) for hole in self.draft.foreign):
            return "what is put in may change before it is run"
        names = {node.id for hole in self.draft.foreign for node in ast.walk(hole.node) if isinstance(node, ast.Name)}
        stored = {node.id for node in own(between) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        return "what is put in may change before it is run" if names & stored else None


def _between(file: File, first: ast.AST, last: ast.AST) -> list[ast.AST] | None:
    """Return the statements between two of the same block, None where they are not of one."""
    parent = file.module.parents.get(first)
    if parent is None or file.module.parents.get(last) is not parent:
        return None
    block: list[ast.AST] = list(blocks(parent))
    start, end = block.index(first), block.index(last)
    return block[start + 1 : end] if start < end else None


def _is_open(text: str) -> bool:
    """Say whether a text ends in a literal that is not closed."""
    return "'" in _REST.sub("", text)


def _is_mapping(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict) and None not in node.keys
