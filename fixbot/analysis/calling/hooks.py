"""Says which functions Python or a framework calls, so that others decide on their arguments; it only reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.analysis.calling.decorators import is_cache, passes_through
from fixbot.analysis.calling.heirs import foreign
from fixbot.analysis.coroutines.hurdles import is_protocol
from fixbot.analysis.coroutines.target import Target
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Class, Function, FunctionNode
from fixbot.analysis.handlers.circumstances import is_test_file
from fixbot.analysis.names import own_nodes

_OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})
_FIXTURES = frozenset({"pytest.fixture", "pytest_asyncio.fixture", "pytest.hookimpl", "pytest.hookspec"})
_READ = frozenset({"property", "functools.cached_property", "abc.abstractproperty"})
# Frameworks that make the objects of classes which derive from theirs.
_MAKERS = re.compile(
    r"(?:django|rest_framework|wtforms|flask_wtf|scrapy|tornado|celery|marshmallow|unittest"
    r"|pydantic|pydantic_settings|sqlmodel|peewee|mongoengine|tortoise|beanie|argparse|pathlib|datetime)\b"
)
# Decorators of classes that leave an `__init__` which is written out to the class.
_KEEPING = frozenset({"dataclasses.dataclass", "functools.total_ordering", "enum.unique"}) | {
    f"{module}.{name}" for module in ("typing", "typing_extensions") for name in ("final", "runtime_checkable")
}


def hook(corpus: Corpus, function: Function) -> str | None:
    """Return why others than the project call a function in their own way, None where nothing says so.

    The reason is in words that follow the function's name: "is called by pytest".
    """
    return next(_hooks(corpus, function), None)


def has_overloads(function: Function) -> bool:
    """Say whether the scope of a function has `@overload` twins of it, which say what type checkers take it for."""
    file, node = function.file, function.node
    if not file.module.mentions("overload"):
        return False
    scope = next(iter(file.module.definitions(node)), file.module.tree)
    twins = (each for each in own_nodes(scope) if isinstance(each, FunctionNode) and each.name == node.name)
    return any(_is_overload(Function(file, each)) for each in twins if each is not node)


def _is_overload(function: Function) -> bool:
    names = (function.file.names.resolve(each, function.node) for each in function.node.decorator_list)
    return not _OVERLOADS.isdisjoint(names)


def _own_names(function: Function) -> list[str]:
    """Return the names of the parameters without the one for the object."""
    args = function.node.args
    names = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    return names[1:] if function.bound_to is not None else names


def _hooks(corpus: Corpus, function: Function) -> Iterator[str]:
    name = function.node.name
    if name.startswith("__") and name.endswith("__") and name != "__init__":
        yield "is called by Python itself"
    yield from _decorated(corpus, function)
    yield from _of_pytest(function)
    if function.abstract or function.empty:
        yield "has no body of its own"
    if has_overloads(function):
        yield "is overloaded"
    if _own_names(function)[:1] == ["sender"] and function.node.args.kwarg is not None:
        yield "looks like a receiver of signals"
    paths = Target.of(function).entry_points(corpus)
    yield from (f"is an entry point in {path}" for path in paths)
    owner = function.file.owner(function.node)
    if owner is not None and name == "__init__":
        yield from _of_making(corpus, owner)
    elif owner is not None:
        yield from _of_method(corpus, owner, name)


def _decorated(corpus: Corpus, function: Function) -> Iterator[str]:
    for decorator in function.node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        full = function.file.names.resolve(called, function.node)
        if full in _OVERLOADS:
            yield "is there for type checkers alone"
        elif full in _FIXTURES:
            yield "is called by pytest"
        elif full in _READ or (isinstance(called, ast.Attribute) and called.attr in {"setter", "deleter", "getter"}):
            yield "is a property"
        elif not is_cache(function.file, decorator, function.node) and not passes_through(
            corpus.project, function.file, decorator, function.node
        ):
            yield f"is decorated by `{ast.unparse(called)}`, which may call it in its own way"


def _of_pytest(function: Function) -> Iterator[str]:
    name, file = function.node.name, function.file
    owner = file.owner(function.node)
    nested = file.module.function(function.node) is not None
    in_test = is_test_file(file.path) and (owner is None or owner.node.name.startswith("Test"))
    if (name.startswith("pytest_") and owner is None) or (in_test and not nested and name.startswith("test")):
        yield "is called by pytest"


def _of_method(corpus: Corpus, owner: Class, name: str) -> Iterator[str]:
    if is_protocol(owner):
        yield "is a member of a protocol"
    base = foreign(corpus, owner) if not name.startswith("_") else None
    if base is not None:
        yield f"may override something of `{base}`"


def _of_making(corpus: Corpus, owner: Class) -> Iterator[str]:
    """Yield what else than a plain call makes the objects of a class."""
    for each in corpus.project.ancestry(owner).classes:
        if each.member("__new__") is not None:
            yield f"shares its arguments with `{each.name}.__new__`"
        metaclass = [word for word in each.node.keywords if word.arg == "metaclass"]
        for word in metaclass:
            if each.file.names.resolve(word.value, each.node) != "abc.ABCMeta":
                yield f"is called by a metaclass, `{ast.unparse(word.value)}`"
    for decorator in owner.node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if owner.file.names.resolve(called, owner.node) not in _KEEPING:
            yield f"belongs to a class that is decorated by `{ast.unparse(called)}`"
    base = foreign(corpus, owner)
    if base is not None and _MAKERS.match(base):
        yield f"may be called by `{base}`, which makes objects of its heirs"
