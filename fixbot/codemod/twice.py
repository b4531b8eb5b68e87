"""What stands between two statements of one suite that do the same, and whether it matters; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from fixbot.analysis.module import Definition, Function, Module, statements
from fixbot.analysis.names import bindings, dotted, own

_SUITES = ("body", "orelse", "finalbody")
#: Functions that may read or bind any name by its text.
REFLECTS = frozenset({"eval", "exec", "globals", "locals", "vars", "dir", "setattr", "delattr", "__import__"})
_NOQA = re.compile(r"#[ \t]*noqa\b(?P<codes>:[ \t]*[A-Z]+\d+(?:[ \t,]+[A-Z]+\d+)*)?", re.IGNORECASE)
_DECLARES = re.compile(r"\b(?:global|nonlocal)\b([^\n]*)")
_WORD = re.compile(r"\w+|[^\w\s]")


def suites(module: Module) -> Iterator[list[ast.stmt]]:
    """Yield every suite of a module: statements that run one after the other."""
    for node in (module.tree, *(node for node, _ in statements(module.tree))):
        for name in _SUITES:
            suite = getattr(node, name, None)
            if suite and isinstance(suite, list) and isinstance(suite[0], ast.stmt):
                yield suite


def running(nodes: Sequence[ast.AST], *, annotations: bool = True) -> Iterator[ast.AST]:
    """Yield what runs when statements run: decorators, defaults, annotations and class bodies too, no function's body.

    Without `annotations` those of functions are taken to be kept as text (PEP 563).
    """
    for node in nodes:
        if isinstance(node, Definition):
            yield node
            yield from running(_evaluated(node, annotations=annotations), annotations=annotations)
            if isinstance(node, ast.ClassDef):
                yield from running(node.body, annotations=annotations)
        else:
            for part in own([node]):
                if part is not node and isinstance(part, Definition):
                    yield from running([part], annotations=annotations)
                else:
                    yield part


def _evaluated(node: Definition, *, annotations: bool) -> list[ast.AST]:
    """Return the expressions of a definition's head that are evaluated where it stands."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
    arguments = node.args
    parts: list[ast.AST | None] = [*node.decorator_list, *arguments.defaults, *arguments.kw_defaults]
    if annotations:
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        parts += [node.returns, *(each.annotation for each in every if each is not None)]
    return [part for part in parts if part is not None]


@lru_cache(maxsize=4)
def keeps_annotations(module: Module) -> bool:
    """Say whether a module has its annotations kept as text."""
    future = (node for node in module.tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
    return any(alias.name == "annotations" for node in future for alias in node.names)


def uses(nodes: Sequence[ast.AST], name: str, *, annotations: bool = True) -> bool:
    """Say whether statements read a name while they run, or may by its text."""
    for node in running(nodes, annotations=annotations):
        match node:
            case ast.Name(id=id_) if id_ == name:
                return True
            case ast.Call(func=ast.Name(id=called)) if called in REFLECTS:
                return True
    return False


def rebinds(module: Module, nodes: Sequence[ast.stmt], name: str, origin: str | None = None) -> bool:
    """Say whether statements bind or delete a name, or functions of the module may do so by `global`.

    Args:
        module: the file.
        nodes: the statements, without what they only define.
        name: what is bound.
        origin: a full name; an import that binds the name to it does no harm.
    """
    if name in declared(module):
        return True
    found = bindings(ast.Module(list(nodes), []))
    return "*" in found or not found.get(name, set()) <= {origin} - {None}


@lru_cache(maxsize=4)
def declared(module: Module) -> frozenset[str]:
    """Return the words behind `global` and `nonlocal`, be it in a text."""
    return frozenset(word for line in _DECLARES.findall(module.text) for word in re.findall(r"\w+", line))


def calls(nodes: Sequence[ast.AST]) -> list[str]:
    """Return what statements call while they run, as it is written; something unnamed is an empty text."""
    found = (node.func for node in running(nodes) if isinstance(node, ast.Call))
    return [dotted(func) or ast.unparse(func) for func in found]


def is_excused(line: str, codes: frozenset[str], words: Sequence[str] = ()) -> bool:
    """Say whether a line has `noqa` for all, or for one of these codes, or another of these words in a comment."""
    found = _NOQA.search(line)
    if found is not None and (found["codes"] is None or codes & set(re.findall(r"[A-Z]+\d+", found["codes"].upper()))):
        return True
    comment = line.partition("#")[2]
    return any(word in comment for word in words)


def text_of(module: Module, node: ast.stmt) -> str:
    """Return the lines of a statement, its decorators included."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    return "".join(module.lines[first - 1 : node.end_lineno])


def has_own_lines(module: Module, node: ast.stmt) -> bool:
    """Say whether a statement shares its lines with no other one."""
    before = module.lines[node.lineno - 2].rstrip("\r\n") if node.lineno > 1 else ""
    last = module.lines[(node.end_lineno or node.lineno) - 1].encode()[node.end_col_offset or 0 :].decode()
    alone = not last.strip() or last.lstrip().startswith("#")
    return (
        alone
        and module.lines[node.lineno - 1][: node.col_offset].isspace() | (node.col_offset == 0)
        and not (before.endswith("\\"))
    )


def words(text: str) -> tuple[str, ...]:
    """Return each word and sign of a text once, for what may go with it."""
    return tuple(dict.fromkeys(_WORD.findall(text)))


def in_function(module: Module, node: ast.AST) -> bool:
    """Say whether a statement runs in a function."""
    return any(isinstance(outer, Function) for outer in module.ancestors(node))
