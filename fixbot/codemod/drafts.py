"""A statement of SQL with values that come from elsewhere, and how these are written beside it; it only reads."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from fixbot.analysis.coroutines.instances import classes_of
from fixbot.analysis.definitions import File
from fixbot.analysis.sql.grammar import Role, Statement, holes_in, marked
from fixbot.analysis.sql.pieces import Hole, Piece, holes
from fixbot.analysis.sql.runs import Built, Runs
from fixbot.codemod.bound import literals
from fixbot.codemod.unblocking import Cannot

_NUMBERS = frozenset({"int", "float", "decimal.Decimal"})


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """One value that is to be bound: the holes it is made of, its name, and its source text."""

    numbers: tuple[int, ...]
    name: str
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A statement, what is put into it, and in which file: `foreign` are the holes with values from elsewhere.

    `strict` says that a driver of the project asks for values of the type that a column has.
    """

    file: File
    runs: Runs
    strict: bool
    built: Built
    parts: Sequence[Piece]
    told: Statement
    foreign: tuple[Hole, ...]

    def pairs(self) -> list[tuple[Hole, Role]]:
        """Return the holes with what they are in the statement."""
        return list(zip(holes(self.parts), self.told.roles, strict=True))

    @property
    def driver(self) -> str | None:
        """The driver that runs it, None where that is not known."""
        return self.built.run.driver if self.built.run is not None else None

    def kind(self, node: ast.expr) -> str:
        """Return `text` or `number` where a value is known to be that, else nothing."""
        if isinstance(node, ast.BinOp):
            kinds = {self.kind(node.left), self.kind(node.right)}
            return "number" if kinds == {"number"} else ""
        classes = classes_of(self.file, node, self.built.at)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = self.file.names.origin(node.func.id, self.built.at)
            classes = (
                frozenset({"int" if name == "len" else str(name)})
                if name in {"str", "int", "len", "float"}
                else classes
            )
        if not classes:
            return ""
        return "text" if classes == {"str"} else "number" if classes <= _NUMBERS else ""

    def values(self) -> list[Value] | Cannot:
        """Return what is to be bound, in order: one value for a literal in quotes, however many holes it has."""
        text, found, names = marked(self.parts), [], {*(word.lstrip(":") for word in self.told.bound), *self._keys()}
        quoted = {number: literal for literal in literals(text) for number in holes_in(literal)}
        done: set[int] = set()
        for number, (hole, role) in enumerate(self.pairs()):
            if number in done or hole not in self.foreign:
                continue
            literal = quoted.get(number, "") if role.quoted else ""
            group = tuple(holes_in(literal)) or (number,)
            if any(holes(self.parts)[each] not in self.foreign for each in group):
                return Cannot("one literal in quotes has parts of the program and of a value")
            done.update(group)
            name = _free(name_of(hole.node) or role.column.rpartition(".")[2] or "value", names)
            names.add(name)
            found.append(Value(group, name, self._source(group, literal)))
        return found

    def _keys(self) -> list[str]:
        """Return the names of the values that go along already."""
        call = self.built.run.call if self.built.run is not None else None
        given = [arg for arg in call.args[1:] if isinstance(arg, ast.Dict)] if call is not None else []
        return [str(key.value) for each in given for key in each.keys if isinstance(key, ast.Constant)]

    def _source(self, group: tuple[int, ...], literal: str) -> str:
        """Return the source text of one value."""
        all_holes = holes(self.parts)
        node = all_holes[group[0]].node
        if len(literal) <= len("''") + 1:
            is_text = not literal or self.kind(node) == "text"
            return _written(node if is_text else ast.Call(ast.Name("str", ast.Load()), [node], []))
        values: list[ast.expr] = []
        for sign in literal[1:-1]:
            numbers = holes_in(sign)
            values.append(
                ast.FormattedValue(all_holes[numbers[0]].node, -1, None) if numbers else ast.Constant(value=sign)
            )
        return _written(ast.parse(ast.unparse(ast.JoinedStr(values)), mode="eval").body)


def name_of(node: ast.expr) -> str:
    """Return the last name of a value, nothing where it has none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)) if name.isidentifier():
            return name
        case ast.Call(func=ast.Name(id="str" | "int" | "float"), args=[first]):
            return name_of(first)
    return ""


def _free(name: str, taken: set[str]) -> str:
    return next(each for each in (name, *(f"{name}_{at}" for at in range(2, 1000))) if each not in taken)


def _written(node: ast.expr) -> str:
    """Return the source text of an expression, with double quotes where nothing speaks against them."""
    source = ast.unparse(node)
    return source.replace("'", '"') if '"' not in source and "\\" not in source else source
