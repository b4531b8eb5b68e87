"""Takes imports out of a text that nothing uses any more; where there is any doubt they stay."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fixbot.analysis.module import Function, Module, split_lines
from fixbot.analysis.names import bindings, own_nodes
from fixbot.engine.inspect import character_column
from fixbot.hunks import Hunk, lost_words

_Import = ast.Import | ast.ImportFrom
_Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Pruned:
    """A text without some imports, the lines (from 1) that changed or went, and the words that are gone."""

    text: str
    lines: frozenset[int] = frozenset()
    words: Counter[str] = field(default_factory=Counter)


def prune(before: Module, text: str, names: Iterable[str], wanted: _Wanted) -> Pruned:
    """Take out the imports of some names that something used before and nothing does now.

    Args:
        before: the file as it was; what it imported without using it is there for others.
        text: the file as it is now.
        names: as the file knows them.
        wanted: says whether another file uses a name of this one.
    """
    try:
        module = Module(before.path, text, ast.parse(text), "utf-8")
    except (SyntaxError, ValueError, RecursionError):
        return Pruned(text)  # the ladder says what is wrong with it
    return _cut(module, _going(before, module, frozenset(names), wanted))


def _going(before: Module, module: Module, names: frozenset[str], wanted: _Wanted) -> dict[_Import, list[ast.alias]]:
    """Return what may go of which imports; what was idle before had its reason to be there."""
    was_idle = {_bound(before, node, alias) for node, aliases in _idle(before, names) for alias in aliases}
    found = {}
    for node, aliases in _idle(module, names):
        bound = {alias: _bound(module, node, alias) for alias in aliases}
        top = node in module.tree.body
        going = [alias for alias in aliases if bound[alias] not in was_idle and not (top and wanted(bound[alias][1]))]
        if going:
            found[node] = going
    return found


def _cut(module: Module, going: dict[_Import, list[ast.alias]]) -> Pruned:
    lines = list(module.lines)
    touched: set[int] = set()
    words: Counter[str] = Counter()
    for node in sorted(_spared(module, going), key=lambda node: -node.lineno):
        first, last = node.lineno, node.end_lineno or node.lineno
        new = _without(module, node, going[node])
        words += lost_words([Hunk(first, tuple(module.lines[first - 1 : last]), tuple(split_lines(new)))])
        touched |= set(range(first, last + 1))
        lines[first - 1 : last] = [new] if new else []
        if not new:
            _close_gap(lines, first - 1)
    return Pruned("".join(lines), frozenset(touched), words)


def _imports(module: Module) -> Iterator[_Import]:
    """Yield the imports that are alone on their lines, without a comment, straight in the module or in a function."""
    for node, parent in module.parents.items():
        if isinstance(node, _Import) and isinstance(parent, ast.Module | Function):
            last = node.end_lineno or node.lineno
            text = "".join(module.lines[node.lineno - 1 : last])
            plain = re.fullmatch(r"\s*(?:from|import)\b[^;#]*", text) is not None
            above = module.lines[node.lineno - 2] if node.lineno > 1 else ""
            if plain and not above.rstrip("\r\n").endswith("\\"):
                yield node


def _bound(module: Module, node: _Import, alias: ast.alias) -> tuple[str, str]:
    """Return where an import binds a name, and the name."""
    return module.qualname(node), alias.asname or alias.name.partition(".")[0]


def _idle(module: Module, names: frozenset[str]) -> Iterator[tuple[_Import, list[ast.alias]]]:
    """Yield the imports of some names with those of them that nothing in the file uses."""
    for node in _imports(module):
        scope = module.parents[node]
        idle = [
            alias
            for alias in node.names
            if (name := _bound(module, node, alias)[1]) in names
            and alias.name not in {alias.asname, "*"}
            and not _uses(scope, name)
            and not (scope is module.tree and _is_offered(module, name))
        ]
        if idle and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            yield node, idle


def _is_offered(module: Module, name: str) -> bool:
    """Say whether a name stands in `__all__`."""
    offers = (node for node in module.tree.body if any(_is_name(each, "__all__") for each in ast.walk(node)))
    return any(isinstance(each, ast.Constant) and each.value == name for node in offers for each in ast.walk(node))


def _uses(scope: ast.AST, name: str) -> bool:
    """Say whether a scope, or one in it that does not bind the name itself, has it other than in an import."""
    return any(_is_use(node, name) for node in own_nodes(scope))


def _is_use(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=id_):
            return id_ == name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return name in names
        case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
            return _is_quoted(annotation, name)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if name in bindings(node):
            return any(_is_use(part, name) for part in _outside(node))
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
            return _uses(node, name) or _is_quoted(getattr(node, "returns", None), name)
    return False


def _outside(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[ast.AST]:
    """Yield what belongs to a function and is seen from around it."""
    arguments = node.args
    parts: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
    if not isinstance(node, ast.Lambda):
        parts += [*node.decorator_list, node.returns]
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        parts += [each.annotation for each in every if each is not None]
    for part in parts:
        if part is not None:
            yield from ast.walk(part)


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_quoted(annotation: ast.expr | None, name: str) -> bool:
    nodes = () if annotation is None else ast.walk(annotation)
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    return any(isinstance(text, str) and re.search(rf"\b{re.escape(name)}\b", text) for text in texts)


def _spared(module: Module, going: dict[_Import, list[ast.alias]]) -> list[_Import]:
    """Return the imports that may change: those that go leave something in each function."""
    gone = {node for node, aliases in going.items() if len(aliases) == len(node.names)}
    kept = []
    for node in going:
        parent = module.parents[node]
        empty = isinstance(parent, Function) and all(each in gone for each in parent.body)
        if not (node in gone and empty):
            kept.append(node)
    return kept


def _without(module: Module, node: _Import, going: Sequence[ast.alias]) -> str:
    """Return the lines of an import without some of its names, nothing where none is left."""
    staying = [index for index, alias in enumerate(node.names) if alias not in going]
    if not staying:
        return ""
    lines = module.lines[node.lineno - 1 : node.end_lineno]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def place(line: int | None, column: int | None) -> int:
        index = (line or node.lineno) - node.lineno
        return starts[index] + character_column(lines[index], column or 0)

    begins = [place(alias.lineno, alias.col_offset) for alias in node.names]
    ends = [place(alias.end_lineno, alias.end_col_offset) for alias in node.names]
    text, last = "".join(lines), staying[-1]
    text = text[: ends[last]] + text[ends[-1] :]
    for index in reversed(range(last)):
        if index not in staying:
            text = text[: begins[index]] + text[begins[index + 1] :]
    return text


def _close_gap(lines: list[str], index: int) -> None:
    """Leave as many blank lines as the larger gap around a line had that is gone; none where a block begins."""
    above = index
    while above and not lines[above - 1].strip():
        above -= 1
    below = index
    while below < len(lines) and not lines[below].strip():
        below += 1
    opens = not above or lines[above - 1].rstrip().endswith(":")
    spare = below - index if opens else min(index - above, below - index)
    del lines[index : index + spare]
