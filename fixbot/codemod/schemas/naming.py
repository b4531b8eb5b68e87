"""Finds names for a schema and for the parameter that takes it; it only reads."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from fixbot.analysis.coroutines.target import Key, key_of, module_name
from fixbot.analysis.definitions import File, Function, FunctionNode
from fixbot.analysis.module import statements
from fixbot.analysis.names import imported
from fixbot.analysis.remembered import remembered
from fixbot.codemod.reshaping.plans import Style
from fixbot.codemod.schemas.entries import Entry, Unfit

_PARAMETERS = ("params", "parameters", "options", "settings")
# What a pydantic model has itself, of either version; a field of the name hides it, or is refused.
_OF_MODELS = frozenset(
    {
        "register",
        "mro",
        "copy",
        "dict",
        "json",
        "schema",
        "schema_json",
        "validate",
        "construct",
        "fields",
        "parse_obj",
        "parse_raw",
    }
    | {"parse_file", "from_orm", "update_forward_refs", "Config"}
)

# What the body of a schema needs under its own name.
_OF_CLASSES = frozenset({"Any", "Optional", "Field", "field", "list", "dict", "object", "NotRequired"})


class SchemaNames:
    """Gives out names for the schemas of one project, each once."""

    def __init__(self) -> None:
        self._given: dict[str, Key] = {}

    def of(self, functions: Sequence[Function], home: File) -> str | None:
        """Return a name for the schema that functions share, which its home has not yet: `CreateBookingParams`."""
        function = functions[0]
        taken = home.names.bound(home.module.tree)
        for name in _names(functions):
            owner = self._given.get(name, key_of(function))
            texts = (home.module.text, function.file.module.text)
            written = any(re.search(rf"\b{name}\b", text) for text in texts)
            if name not in taken and not written and owner == key_of(function):
                self._given[name] = owner
                return name
        return None


def _names(functions: Sequence[Function]) -> Iterator[str]:
    function = functions[0]
    owner = function.file.owner(function.node)
    own = "" if function.node.name == "__init__" else _camel(function.node.name)
    holder = _camel(owner.node.name) if owner is not None else ""
    if own and not _has_twin(functions):
        yield f"{own}Params"
    if holder:
        yield f"{holder}{own}Params"
    yield f"{_camel(module_name(function.file.path))}{holder}{own}Params"


def _has_twin(functions: Sequence[Function]) -> bool:
    """Say whether another function of the file has the same name and takes any keyword too."""
    function, own = functions[0], {each.node for each in functions}
    same = _any_keyword(function.file.module.tree).get(function.node.name, ())
    return not own.issuperset(same) and function.file.owner(function.node) is not None


@remembered
def _any_keyword(tree: ast.Module) -> Mapping[str, list[FunctionNode]]:
    """Map the names of the functions of a file that take any keyword to them."""
    found: dict[str, list[FunctionNode]] = {}
    for node, _ in statements(tree):
        if isinstance(node, FunctionNode) and node.args.kwarg is not None:
            found.setdefault(node.name, []).append(node)
    return found


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def parameter_name(functions: Iterable[Function]) -> str | None:
    """Return a name for the parameter that takes the schema, which none of some functions uses otherwise."""
    used = {name for function in functions for name in _used(function.node)}
    return next((name for name in _PARAMETERS if name not in used), None)


def _used(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name


def clash(home: File, imports: Iterable[str]) -> Unfit | None:
    """Say which name that a schema needs means something else in its home."""
    bound = home.names.bound(home.module.tree)
    if "*" in bound:
        return Unfit(f"has to do with {home.path}, which imports everything of another module")
    for line in imports:
        for name, origin in imported(ast.parse(line).body[0]).items():  # type: ignore[arg-type]
            if bound.get(name, {origin}) != {origin}:
                return Unfit(f"has to do with {home.path}, where `{name}` means something else")
    return None


def misnamed(entries: Iterable[Entry], function: Function, style: Style) -> Unfit | None:
    """Say why a key cannot be a field or a parameter."""
    for entry in entries:
        because = _misnamed(entry.name, style) or _taken(entry.name, function)
        because = because or (_hidden(entry, function) if style is Style.PARAMS else None)
        if because is not None:
            return Unfit(f"takes `{entry.name}`, {because}")
    return None


def _misnamed(name: str, style: Style) -> str | None:
    if not name.isidentifier() or keyword.iskeyword(name):
        return "which is no name in Python"
    if style in {Style.PYDANTIC, Style.PYDANTIC1} and (name.startswith(("_", "model_")) or name in _OF_MODELS):
        return "which no field of a pydantic model can be called"
    if style is not Style.PARAMS and name in _OF_CLASSES:
        return "which means something else inside of a class"
    if name.startswith("__"):
        return "which means something else inside of a class"
    return None


def _taken(name: str, function: Function) -> str | None:
    args = function.node.args
    own = (*args.posonlyargs, *args.args, *args.kwonlyargs)
    return "which is a parameter of its own too" if any(arg.arg == name for arg in own) else None


def _hidden(entry: Entry, function: Function) -> str | None:
    """Say why a key of this name cannot be a parameter: the body uses the name for something else."""
    name, node = entry.name, function.node
    loads = [each for each in ast.walk(node) if isinstance(each, ast.Name) and each.id == name]
    if name not in function.file.names.bound(node):
        return "and the body uses that name for something else" if loads or _declares(node, name) else None
    own = _taking_over(entry, function)
    first = min(loads, key=lambda each: (each.lineno, each.col_offset), default=None)
    if own is None or first is None or first is not own.targets[0]:
        return "and a variable of the body has that name"
    return None


def _declares(node: ast.AST, name: str) -> bool:
    return any(
        (isinstance(each, ast.Global | ast.Nonlocal) and name in each.names)
        or (isinstance(each, ast.arg) and each.arg == name)
        for each in ast.walk(node)
    )


def _taking_over(entry: Entry, function: Function) -> ast.Assign | None:
    """Return the statement that gives a key to the variable of its name, where it is the only read."""
    asked = [each for each in entry.key.reads if each.uses.function.node is function.node]
    if len(asked) != 1 or asked[0].read.computed:
        return None
    for node in function.node.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if value is asked[0].read.node:
                return node if target == entry.name else None
    return None
