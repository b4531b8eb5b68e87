"""How import lines are read, sorted, merged and wrapped, as isort and ruff do it by default; it only makes text."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fixbot.analysis.module import Module

Import = ast.Import | ast.ImportFrom
#: Says whether the project around a file has a top-level module or package of a name.
Local = Callable[[str], bool]

LONGEST = 88  # columns, as black and ruff format by default
_FUTURE, _STANDARD, _THIRD, _FIRST, _RELATIVE = range(5)
_ONE_LINE = re.compile(r"from[ ]+[\w.]+[ ]+import[ ]+\w+([ ]*,[ ]*\w+)*[ ]*")
_OF_SEVERAL = re.compile(r"([ \t]+)\w+([ ]+as[ ]+\w+)?,[ \t]*(#.*)?")

_Natural = tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """One thing that an import gives: a module, or the `name` in it; relative modules begin with their dots."""

    module: str
    name: str | None = None
    asname: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An import statement to be: plain where it has no names."""

    module: str
    names: tuple[str, ...] = ()
    asname: str | None = None

    @property
    def package(self) -> str:
        """The top-level package; one dot for all that is relative."""
        return package_of(self.module)

    @property
    def key(self) -> tuple[object, ...]:
        """What it sorts by in its section."""
        first = ordered(self.names)[0] if self.names else ""
        return _key(self.module, first, self.asname, plain=not self.names)

    def text(self, longest: int = LONGEST) -> str:
        """Return the statement without a line end, on several lines where one would be too long."""
        renamed = f" as {self.asname}" if self.asname else ""
        if not self.names:
            return f"import {self.module}{renamed}"
        names = ordered(self.names)
        text = f"from {self.module} import {', '.join(names)}{renamed}"
        return text if len(text) <= longest or renamed else wrapped(self.module, names)


def package_of(module: str) -> str:
    """Return the top-level package of a module; one dot for all that is relative."""
    return "." if module.startswith(".") else module.partition(".")[0]


def module_of(node: Import) -> str:
    """Return the module that an import names first, with its dots."""
    return node.names[0].name if isinstance(node, ast.Import) else "." * node.level + (node.module or "")


def bound_by(node: Import) -> Iterator[Bound]:
    """Yield what an import gives; `import a.b` gives `a` too."""
    for alias in node.names:
        asname = None if alias.asname == alias.name else alias.asname
        if isinstance(node, ast.ImportFrom):
            yield Bound(module_of(node), alias.name, asname)
            continue
        yield Bound(alias.name, None, asname)
        if asname is None:
            yield Bound(alias.name.partition(".")[0])


def read(statements: Iterable[str]) -> list[Bound]:
    """Return what import statements are to give, each once.

    Raises:
        ValueError: one of them is no import statement.
    """
    found: dict[Bound, None] = {}
    for statement in statements:
        node = next(iter(ast.parse(statement).body), None)
        if not isinstance(node, Import):
            message = f"{statement!r} is no import statement"
            raise ValueError(message)  # noqa: TRY004 - it is what a codemod says, not a type
        for alias in node.names:
            name = alias.name if isinstance(node, ast.ImportFrom) else None
            module = module_of(node) if isinstance(node, ast.ImportFrom) else alias.name
            found[Bound(module, name, None if alias.asname == alias.name else alias.asname)] = None
    return list(found)


def lines_for(wanted: Iterable[Bound]) -> list[Line]:
    """Return the statements for some imports: one for all names of a module, but for those with another name."""
    names: dict[str, list[str]] = {}
    alone = []
    for bound in wanted:
        if bound.name is None or bound.asname is not None:
            alone.append(Line(bound.module, (bound.name,) if bound.name else (), bound.asname))
        else:
            names.setdefault(bound.module, []).append(bound.name)
    lines = [*alone, *(Line(module, tuple(several)) for module, several in names.items())]
    return sorted(lines, key=lambda line: line.key)


def rank(module: str, local: Local) -> int:
    """Return how far down the section of a module stands."""
    package = package_of(module)
    if package in {".", "__future__"}:
        return _RELATIVE if package == "." else _FUTURE
    if package in sys.stdlib_module_names:
        return _STANDARD
    return _FIRST if local(package) else _THIRD


def is_own(rank: int) -> bool:
    """Say whether a rank is that of the project's own modules."""
    return rank >= _FIRST


def key_of(node: Import) -> tuple[object, ...]:
    """Return what an import sorts by in its section."""
    first = node.names[0]
    plain = isinstance(node, ast.Import)
    return _key(module_of(node), "" if plain else first.name, first.asname, plain=plain)


def _key(module: str, first: str, asname: str | None, *, plain: bool) -> tuple[object, ...]:
    bare = module.lstrip(".")
    distance = len(bare) - len(module)  # the furthest comes first
    member = _member(first) if first else ()
    return not plain, distance, _natural(bare.lower()), _natural(bare), member, asname or ""


def ordered(names: Iterable[str]) -> list[str]:
    """Sort the names of one import: constants, classes, all others; numbers in them by their size."""
    return sorted(names, key=_member)


def _member(name: str) -> tuple[int, _Natural, _Natural]:
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, _natural(name.lower()), _natural(name)


def _natural(text: str) -> _Natural:
    """Return a key that sorts the figures in a text as numbers."""
    parts = re.findall(r"[0-9]+|[^0-9]", text)
    return tuple((int(part), 0, "") if part.isdecimal() else (1 << 62, 0, part) for part in parts)


def wrapped(module: str, names: Iterable[str]) -> str:
    """Return a `from` import with one name on each line, each with a comma: isort leaves that as it is."""
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def merged(module: Module, node: ast.ImportFrom, names: Iterable[str], longest: int) -> str | None:
    """Return the lines of an import with some more names in it; None where its form does not allow that.

    Args:
        module: the file it is in.
        node: the import; alone on its lines.
        names: what it does not import yet.
        longest: the most columns of a line.
    """
    known = [alias.name for alias in node.names]
    text = "".join(module.lines[node.lineno - 1 : node.end_lineno]).rstrip("\r\n")
    if _ONE_LINE.fullmatch(text) and "*" not in known:
        new = _inserted(known, names)
        line = f"from {module_of(node)} import {', '.join(new)}"
        return line if len(line) <= longest else wrapped(module_of(node), new)
    return _among(module, node, names)


def _inserted(known: list[str], names: Iterable[str]) -> list[str]:
    return ordered([*known, *names]) if ordered(known) == known else [*known, *ordered(names)]


def _among(module: Module, node: ast.ImportFrom, names: Iterable[str]) -> str | None:
    """Put names into an import that has one on each line."""
    lines = [line.rstrip("\r\n") for line in module.lines[node.lineno - 1 : node.end_lineno]]
    at = [alias.lineno - node.lineno for alias in node.names]
    shapes = [_OF_SEVERAL.fullmatch(lines[index]) for index in at]
    if len(set(at)) < len(at) or at[0] == 0 or not all(shapes) or lines[-1].strip() != ")":
        return None
    indent = shapes[0][1] if shapes[0] else ""
    known = [alias.name for alias in node.names]
    for name in ordered(names)[::-1]:
        after = [index for index, other in zip(at, known, strict=True) if _member(other) < _member(name)]
        index = at[-1] if ordered(known) != known else max(after, default=at[0] - 1)
        lines.insert(index + 1, f"{indent}{name},")
    return "\n".join(lines)
