"""Where new imports and set-up statements go at the top of a module."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fixbot.analysis.module import Definition, Module
from fixbot.engine import order
from fixbot.engine.order import Import, Line, Local

_MOST_COLUMNS = 120


@dataclass(frozen=True, slots=True)
class Patch:
    """Text without a last line end that takes the place of some lines: `first` from 1, `end` is no more inside.

    Of what is put in at one line that of the lowest `rank` comes first.
    """

    first: int
    end: int
    text: str
    rank: int = 1 << 10


def insertions(
    module: Module, imports: Iterable[str], setup: Iterable[str], *, until: int, local: Local = lambda _: False
) -> list[Patch]:
    """Return what has to change so that each statement of `imports` and `setup` stands once at the top.

    All of them go before line `until`, the first line that needs them while the module is being imported; `local`
    says which top-level names are the project's own.

    Raises:
        ValueError: something in `imports` is no import statement.
    """
    leading = leading_imports(module, until)
    late = [node for node in _alone(module) if node not in leading and (node.end_lineno or node.lineno) < until]
    present = {bound for node in leading for bound in order.bound_by(node)}
    present |= {bound for node in late if isinstance(node, ast.ImportFrom) for bound in order.bound_by(node)}
    wanted = order.lines_for(bound for bound in order.read(imports) if bound not in present)
    placing = _Placing(module, leading, late, local)
    placed, left = placing.among(wanted)
    new_setup = list(dict.fromkeys(setup))
    if not leading:
        return placed + _first_of_all(module, left, new_setup, local)
    placed += placing.apart(left)
    return placed + (_place_setup(module, leading, new_setup) if new_setup else [])


def is_setup_line(line: str) -> bool:
    """Say whether a line can be one that `insertions` puts in: blank, an import, or a name given a value."""
    try:
        body = ast.parse(line.strip()).body
    except SyntaxError:
        return False
    return all(isinstance(node, ast.Import | ast.ImportFrom | ast.Assign) for node in body)


def leading_imports(module: Module, until: int) -> list[Import]:
    """Return the imports at the top of a module, up to the first statement that linters do not allow between them."""
    found = []
    for node in module.tree.body:
        if node.lineno >= until or node.col_offset:
            break  # what shares its line with the statement before it cannot be put below it
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif not _may_precede_imports(node):
            break
    return found


def _may_precede_imports(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name.startswith("__") and name.endswith("__")
        case ast.If() | ast.Try():
            return any(isinstance(child, ast.Import | ast.ImportFrom) for child in ast.walk(node))
    return False


def _alone(module: Module) -> list[Import]:
    """Return the imports straight in a module that have their lines to themselves."""
    body = module.tree.body
    shared = {node for pair in pairwise(body) if _after(pair[0]) > pair[1].lineno for node in pair}
    return [node for node in body if isinstance(node, Import) and node not in shared]


@dataclass(frozen=True, slots=True)
class _Placing:
    """Finds the places of import statements; `late` are imports that follow other statements."""

    module: Module
    leading: Sequence[Import]
    late: Sequence[Import]
    local: Local

    def among(self, lines: Sequence[Line]) -> tuple[list[Patch], list[Line]]:
        """Place the statements that have their like in the module; return the others too."""
        in_order = sorted(lines, key=lambda line: self._rank(line.module))
        found = [(line, self._merged(line) or self._beside(line)) for line in in_order]
        return [patch for _, patch in found if patch is not None], [line for line, patch in found if patch is None]

    def apart(self, lines: Iterable[Line]) -> Iterator[Patch]:
        """Yield new sections below those that come first, or above them all."""
        sections: dict[int, list[Line]] = {}
        for line in lines:
            lower = [node for node in self.leading if self._rank_of(node) < self._rank(line.module)]
            sections.setdefault(_after(lower[-1]) if lower else 0, []).append(line)
        crowded = {node.lineno for node in self.leading}
        for at, several in sections.items():
            text, rank = _sections(several, self.local, self._longest()), self._rank(several[0].module)
            if at == 0:
                first = _above_comments(self.module, self.leading[0])
                yield Patch(first, first, f"{text}\n", rank)
            else:
                yield Patch(at, at, f"\n{text}\n" if at in crowded else f"\n{text}", rank)

    def _merged(self, line: Line) -> Patch | None:
        """Put names into an import from the same module."""
        for node in _alone(self.module) if line.names and line.asname is None else ():
            same = isinstance(node, ast.ImportFrom) and order.module_of(node) == line.module
            if not same or node not in [*self.leading, *self.late]:
                continue
            text = order.merged(self.module, node, line.names, self._longest())  # type: ignore[arg-type]
            if text is not None:
                return Patch(node.lineno, _after(node), text)
        return None

    def _longest(self) -> int:
        """Return how many columns a line may have: as many as an import has already."""
        rows = (self.module.lines[node.lineno - 1].rstrip() for node in (*self.leading, *self.late))
        return min(_MOST_COLUMNS, max([order.LONGEST, *map(len, rows)]))

    def _beside(self, line: Line) -> Patch | None:
        """Put a statement where it sorts among its like: of the same package, else of the same section."""
        run = self._run(line)
        if not run:
            return None
        mine = self._rank(line.module), line.key
        at = next((node.lineno for node in run if (self._rank_of(node), order.key_of(node)) > mine), _after(run[-1]))
        return Patch(at, at, line.text(self._longest()), self._rank(line.module))

    def _run(self, line: Line) -> list[Import]:
        """Return the neighbouring imports that a statement belongs to; none where it needs a section of its own."""
        rank = self._rank(line.module)
        runs, late = _runs(self.leading), _runs(self.late)
        akin = [run for run in (*late, *runs) if any(self._package(node) == line.package for node in run)]
        equal = [run for run in runs if any(self._rank_of(node) == rank for node in run)]
        if order.is_own(rank):
            found = akin or equal or [run for run in late if any(self._rank_of(node) == rank for node in run)]
            return found[-1] if found else []
        return next((run for run in (*akin[::-1], *equal) if run in runs), [])

    def _rank(self, module: str) -> int:
        return order.rank(module, self.local)

    def _rank_of(self, node: Import) -> int:
        return order.rank(order.module_of(node), self.local)

    def _package(self, node: Import) -> str:
        return order.package_of(order.module_of(node))


def _sections(lines: Iterable[Line], local: Local, longest: int) -> str:
    """Return import statements by their sections, a blank line between two."""
    found: dict[int, list[str]] = {}
    for line in lines:
        found.setdefault(order.rank(line.module, local), []).append(line.text(longest))
    return "\n\n".join("\n".join(found[rank]) for rank in sorted(found))


def _runs(imports: Iterable[Import]) -> list[list[Import]]:
    """Return neighbouring imports together; those from the future are never among others."""
    runs: list[list[Import]] = []
    for node in imports:
        near = runs and node.lineno <= _after(runs[-1][-1]) and not _is_future(runs[-1][-1])
        if near:
            runs[-1].append(node)
        else:
            runs.append([node])
    return runs


def _above_comments(module: Module, node: ast.stmt) -> int:
    """Return the first line of the comments directly above a statement, of the statement where they open the file."""
    line = node.lineno
    while line > 1 and module.lines[line - 2].startswith("#"):
        line -= 1
    return line if line > 1 else node.lineno


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _after(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) + 1


def _first_of_all(module: Module, lines: Sequence[Line], setup: Sequence[str], local: Local) -> list[Patch]:
    """Put statements at the top of a module that has no imports."""
    text = "\n\n".join(filter(None, (_sections(lines, local, order.LONGEST), "\n".join(setup))))
    top = _top(module)
    return [Patch(top, top, _apart(module, text, setup=bool(setup)))] if text else []


def _top(module: Module) -> int:
    """Return the first line after the docstring, the future imports and the leading comments."""
    head: ast.stmt | None = None
    for node in module.tree.body:
        is_doc = node is module.tree.body[0] and ast.get_docstring(module.tree, clean=False) is not None
        if is_doc or _is_future(node):
            head = node
    if head is not None:
        return _after(head)
    line = 1
    while line <= len(module.lines) and module.lines[line - 1].lstrip().startswith("#"):
        line += 1
    return line


def _apart(module: Module, text: str, *, setup: bool) -> str:
    """Keep blank lines on either side of a first import where the neighbours have text: two above a definition."""
    top = _top(module)
    above = module.lines[top - 2].strip() if top > 1 else ""
    below = [line.strip() for line in module.lines[top - 1 :]]
    blank = next((index for index, line in enumerate(below) if line), len(below))
    if blank == len(below):
        return ("\n" if above else "") + text
    head = next((node for node in module.tree.body if node.lineno >= top), None)
    wanted = 2 if isinstance(head, Definition) and not setup else 1
    return ("\n" if above else "") + text + "\n" * max(0, wanted - blank)


def _place_setup(module: Module, leading: list[Import], lines: list[str]) -> list[Patch]:
    at = _after(leading[-1])
    below = module.lines[at - 1].strip() if at <= len(module.lines) else ""
    return [Patch(at, at, "\n".join(["", *lines, *([""] if below else [])]))]
