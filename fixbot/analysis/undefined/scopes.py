"""What each scope binds so far, and what a name is there; it knows nothing of statements."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field

#: What a name is bound to: the full name that an import gives it, or nothing that is known.
SOMETHING = ""
#: A name that is only declared, `x: int`; one that is deleted; one whose `except` clause is over.
DECLARED, DELETED, OVER = "<declared>", "<deleted>", "<over>"
_SPECIAL = frozenset({DECLARED, DELETED, OVER})
# Names that Python or its starter puts into every module, and builtins that other versions than this one have.
_GIVEN = frozenset(
    {
        "__annotate__",
        "__annotations__",
        "__builtins__",
        "__cached__",
        "__file__",
        "__lazy_import__",
        "__warningregistry__",
        "BaseExceptionGroup",
        "EncodingWarning",
        "ExceptionGroup",
        "ImportCycleError",
        "PythonFinalizationError",
        "WindowsError",
        "aiter",
        "anext",
        "copyright",
        "credits",
        "exit",
        "frozendict",
        "license",
        "quit",
        "sentinel",
    }
)
BUILTINS = frozenset(dir(builtins)) - {"_"} | _GIVEN
_OF_CLASSES = frozenset({"__module__", "__qualname__"})


@dataclass(slots=True, eq=False)
class Scope:
    """A scope as far as it was read: `kind` is `module`, `class`, `function`, `comprehension` or `types`.

    `names` has what each name is bound to; `nested` the names that an inner function binds by `nonlocal`.
    """

    kind: str
    node: ast.AST
    names: dict[str, str] = field(default_factory=dict)
    nested: set[str] = field(default_factory=set)
    starred: bool = False


Chain = tuple[Scope, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Undefined:
    """A name that is nothing where it is read.

    `node` is the name, or the string around it, of an annotation or a formatted one; `around` the statement or handler
    it stands in. `chain` has the scopes from the module inwards, as they were after the whole file was read. `state`
    says how the name was lost: `DELETED`, `OVER`, `DECLARED`, or nothing where no scope has it. `later` says that it
    stands in a function, lambda or annotation, which runs after what is around it.
    """

    name: str
    node: ast.Name | ast.Constant | ast.JoinedStr
    around: ast.stmt | ast.ExceptHandler
    chain: Chain
    state: str
    later: bool


def known(chain: Chain, name: str, *, forward: bool = False) -> str | None:
    """Return what a name stands for at the end of a chain, None where nothing is known or it is nothing."""
    if forward and (found := chain[0].names.get(name)) is not None and found not in _SPECIAL:
        return found
    for scope in _visible(chain):
        found = scope.names.get(name)
        if found is not None and not (found == DECLARED and scope.kind != "function"):
            return None if found in _SPECIAL else found
    return name if name in BUILTINS else None


def lost(chain: Chain, name: str, *, forward: bool = False, package: bool = False) -> str | None:
    """Return how a name is nothing at the end of a chain, None where it is something or nobody can tell."""
    if forward and chain[0].names.get(name, DELETED) not in _SPECIAL:
        return None
    for scope in _visible(chain):
        found = scope.names.get(name)
        if found is None or (found == DECLARED and scope.kind != "function"):
            continue
        return found if found in _SPECIAL else None
    given = name in BUILTINS or (package and name == "__path__") or _is_cell(chain, name)
    if given or any(scope.starred for scope in chain):
        return None
    return SOMETHING


def set_inside(chain: Chain, name: str) -> bool:
    """Say whether a function in one that declares a name binds it by `nonlocal`."""
    return any(name in scope.nested and scope.names.get(name) == DECLARED for scope in chain)


def _visible(chain: Chain) -> list[Scope]:
    """Return the scopes that a name is looked for in, innermost first.

    A class is looked into from its own body alone, and from the type parameters directly in it.
    """
    seen, at = [], len(chain) - 1
    seen.append(chain[at])
    direct = chain[at].kind == "types"
    for scope in reversed(chain[:at]):
        if scope.kind != "class" or direct:
            seen.append(scope)
        direct = direct and scope.kind == "types"
    return seen


def _is_cell(chain: Chain, name: str) -> bool:
    if chain[-1].kind == "class" and name in _OF_CLASSES:
        return True
    kinds = [scope.kind for scope in chain]
    return name == "__class__" and "class" in kinds and "function" in kinds[kinds.index("class") :]
