"""Says which names stand for classes, and when a name of a file can be used; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.module import Definition, statements
from fixbot.analysis.names import Names, dotted, imported
from fixbot.analysis.project import Variable
from fixbot.analysis.remembered import remembered

VALUES = frozenset(
    {"int", "str", "bytes", "float", "bool", "complex", "decimal.Decimal", "fractions.Fraction", "uuid.UUID"}
    | {f"datetime.{name}" for name in ("date", "datetime", "time", "timedelta", "timezone")}
    | {f"pathlib.{name}" for name in ("Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath")}
)
# Classes outside of the project whose names do not begin with a capital, and what is no class though its name does.
_SMALL = frozenset(
    {"array.array", "collections.defaultdict", "collections.deque", "types.ModuleType"}
    | {f"datetime.{name}" for name in ("date", "datetime", "time", "timedelta", "timezone", "tzinfo")}
    | {"logging.LoggerAdapter", "numpy.ndarray", "socket.socket", "ssl.SSLContext", "time.struct_time"}
)
_NO_CLASSES = frozenset({"dataclasses.InitVar", "dataclasses.KW_ONLY", "threading.Lock", "threading.RLock"})


def is_class_name(full: str) -> bool:
    """Say whether a name outside of the project stands for a class, going by how it is written."""
    last = full.rpartition(".")[2].lstrip("_")
    return full in _SMALL or (last[:1].isupper() and len(last) > 1 and full not in _NO_CLASSES)


@remembered
def checker_names(names: Names) -> frozenset[str]:
    """Return the names that a module binds for the checker of types alone."""
    if not names.module.mentions("TYPE_CHECKING"):
        return frozenset()
    inside: set[str] = set()
    outside: set[str] = set()
    for node, _ in statements(names.module.tree):
        if names.module.definitions(node):
            continue
        bound = imported(node) if isinstance(node, ast.Import | ast.ImportFrom) else {}
        own = {node.name} if isinstance(node, Definition) else set(bound)
        (inside if _is_checked(names, node) else outside).update(own)
    return frozenset(inside - outside)


def _is_checked(names: Names, node: ast.stmt | ast.ExceptHandler | ast.match_case) -> bool:
    """Say whether a statement runs under `if TYPE_CHECKING:` only."""
    inner: ast.AST = node
    for outer in names.module.ancestors(node):
        tested = dotted(outer.test) or "" if isinstance(outer, ast.If) and inner in outer.body else ""
        if tested.endswith("TYPE_CHECKING"):
            return True
        inner = outer
    return False


@remembered
def futures(names: Names) -> frozenset[str]:
    """Return what a module imports from `__future__`."""
    body = names.module.tree.body
    return frozenset(
        alias.name
        for node in body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    )


def assigned_to(variable: Variable) -> tuple[ast.expr, ast.stmt] | None:
    """Return the one value that a module gives to a name, with its statement."""
    found: list[tuple[ast.expr, ast.stmt]] = []
    for node, _ in statements(variable.file.module.tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == variable.name:
                found.append((value, node))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name == variable.name:
                found.append((value, node))
    return found[0] if len(found) == 1 else None
