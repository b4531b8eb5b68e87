"""Definitions that stand twice in one place; long, because this file is also their documentation and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.codemod import (
    Codemod,
    Declined,
    Definition,
    Evidence,
    Fixes,
    Function,
    Keeps,
    Module,
    Proposal,
    Safety,
    Severity,
    Spot,
    circumstances,
    cst,
    dotted,
    twice,
)
from fixbot.codemod.screens import RepeatedDefinitions

_CODES = frozenset({"F811", "E0102"})
_EXCUSES = ("disable=function-redefined", "E0102", "no-redef")
# Names of what is only there to be decorated.
_NAMELESS = re.compile(r"_+|step_impl|impl")
# Decorators that mean to have several definitions of a name.
_SEVERAL = re.compile(r"(?:.*\.)?(?:overload|register|setter|getter|deleter|dispatch|multimethod|variant)\Z")
# Decorators that hand a definition to nobody.
_PLAIN = re.compile(
    r"(?:.*\.)?(?:property|cached_property|staticmethod|classmethod|abstractmethod|override|final|wraps|cache|lru_cache"
    r"|contextmanager|asynccontextmanager|dataclass|total_ordering|unique|skip|skipIf|skipUnless|expectedFailure)\Z"
    r"|pytest\.mark\..*\Z"
)
_PLAIN_BASES = frozenset({"object", "Exception", "ValueError", "TypeError", "RuntimeError", "LookupError", "TestCase"})


class DuplicateDefinition(Codemod):
    """Define each function and class once.

    A second `def` or `class` of the same name in the same place silently replaces the first: what stands above is
    never called, and whoever mends it there mends nothing. Of two tests with one name the first never runs. Where
    both are the same to the letter the later one goes. Where they differ, only a person knows which one was meant;
    the finding names both places, says which one wins and what differs.

    Left alone: definitions in different places (the branches of an `if`, a `try` and its handlers), where the name is
    used, bound anew or deleted between the two, `@overload`, `@x.setter` and the like, `_` and other names that say
    that nobody asks for them, and what a comment for linters excuses. Reported only, even where both are the same, are
    definitions that a decorator hands to a framework, as routes, commands and fixtures are, classes whose bases may
    keep a list of them, and those with a default that is computed or a comment of their own.

    Safety: `safe` for functions with nothing called in between; `review` for classes, and where something is called
    that could hold on to the first. The others are `manual`.
    """

    severity = Severity.HIGH
    safety = Safety.REVIEW
    synonyms = (
        "duplicate definition",
        "duplicate function",
        "duplicate method",
        "duplicate class",
        "defined twice",
        "function redefinition",
        "redefined function",
        "E0102",
    )
    pattern = RepeatedDefinitions()
    answers = frozenset({"F811"})
    references = (
        "https://docs.astral.sh/ruff/rules/redefined-while-unused/",
        "https://docs.python.org/3/reference/compound_stmts.html#function-definitions",
    )

    def tamest(self) -> Safety:
        """Say `safe`: a function that is there twice to the letter is needed once."""
        return Safety.SAFE

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every definition that replaces one which nothing has used."""
        found = [spot for suite in twice.suites(module) for spot in _in_suite(module, suite)]
        yield from sorted(found, key=lambda spot: spot.node.lineno)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Take the later one out."""
        if not isinstance(node, cst.FunctionDef | cst.ClassDef):
            return Declined(spot.message)
        return Proposal(None, drops=twice.words(cst.Module([]).code_for_node(node)))

    examples = (
        Fixes(
            """
            def gross(net):
                return net * 1.19


            def label(net):
                return f"{gross(net)} EUR"


            def gross(net):
                return net * 1.19


            print(label(10))
            """,
            """
            def gross(net):
                return net * 1.19


            def label(net):
                return f"{gross(net)} EUR"


            print(label(10))
            """,
            because="a function stands there twice",
        ),
        Fixes(
            """
            class Basket:
                def __init__(self):
                    self.lines = []

                @property
                def total(self):
                    # cents are kept
                    return sum(self.lines)

                def add(self, price):
                    self.lines.append(price)

                @property
                def total(self):
                    # cents are kept
                    return sum(self.lines)
            """,
            """
            class Basket:
                def __init__(self):
                    self.lines = []

                @property
                def total(self):
                    # cents are kept
                    return sum(self.lines)

                def add(self, price):
                    self.lines.append(price)
            """,
            because="a property stands there twice, comments and all",
        ),
        Fixes(
            """
            class NoSuchShop(Exception):
                \"\"\"There is none.\"\"\"


            class NoSuchShop(Exception):
                \"\"\"There is none.\"\"\"
            """,
            """
            class NoSuchShop(Exception):
                \"\"\"There is none.\"\"\"
            """,
            because="a class stands there twice",
        ),
        Keeps(
            """
            def main():
                serve(8000)


            def main():
                serve(9000)
            """,
            because="only a person knows which one was meant",
            reports="`main` is defined twice: line 1 is replaced by line 5 before anything uses it; the bodies differ",
        ),
        Keeps(
            """
            class TestBasket:
                def test_it_is_empty(self):
                    assert not basket()

                def test_it_is_empty(self):
                    assert basket().total == 0
            """,
            because="two tests have one name",
            reports="the test on line 2 never runs",
        ),
        Keeps(
            """
            @app.get("/orders")
            def orders():
                return []


            @app.get("/orders")
            def orders():
                return []
            """,
            because="a framework got both of them",
            reports="`app.get` may have handed on each of them",
        ),
        Keeps(
            """
            class Order(Model):
                pass


            class Order(Model):
                pass
            """,
            because="a base may keep a list of its classes",
            reports="`Model` may know of each of them",
        ),
        Keeps(
            """
            def main():
                serve(8000)


            if __name__ == "__main__":
                main()


            def main():
                serve(9000)


            if __name__ == "__main__":
                main()
            """,
            because="two scripts came into one file",
            reports="a script runs line 1, whoever imports it gets line 9",
        ),
        Keeps(
            """
            def read(path, started=now()):
                return path


            def read(path, started=now()):
                return path
            """,
            because="a default is computed twice",
            reports="something is computed where it is defined",
        ),
        Keeps(
            """
            def read(path):
                return path


            # for Windows
            def read(path):
                return path
            """,
            because="a comment would lose what it speaks of",
            reports="a comment stands there",
        ),
        Keeps(
            """
            class Basket:
                @property
                def total(self):
                    return self._total

                @total.setter
                def total(self, value):
                    self._total = value
            """,
            because="a property and its setter share a name",
        ),
        Keeps(
            """
            from typing import overload

            @overload
            def read(path: str) -> str: ...
            @overload
            def read(path: bytes) -> bytes: ...
            def read(path):
                return path
            """,
            because="overloads come several at a time",
        ),
        Keeps(
            """
            from functools import singledispatch

            @singledispatch
            def show(value):
                return str(value)

            @show.register
            def _(value: int):
                return hex(value)

            @show.register
            def _(value: bytes):
                return value.hex()
            """,
            because="a name that is an underline is for nobody",
        ),
        Keeps(
            """
            def read(path):
                return path

            read = logged(read)

            def read(path):
                return path
            """,
            because="the name is bound anew in between",
        ),
        Keeps(
            """
            def step():
                return 1

            first = step

            def step():
                return 2
            """,
            because="the first one is used in between",
        ),
        Keeps(
            """
            import sys

            if sys.platform == "win32":
                def beep():
                    return 7
            else:
                def beep():
                    return 8
            """,
            because="the branches of an if are different places",
        ),
        Keeps(
            """
            def find(key):
                return None

            try:
                from shop._fast import find
            except ImportError:
                def find(key):
                    return key
            """,
            because="the handler of a try is another place",
        ),
        Keeps(
            """
            def find(key):
                return None

            def find(key):  # noqa: F811 - it is the faster one
                return key
            """,
            because="a comment for linters excuses it",
        ),
    )


def _in_suite(module: Module, suite: list[ast.stmt]) -> Iterator[Spot]:
    known: dict[str, tuple[int, Definition]] = {}
    for place, node in enumerate(suite):
        if not isinstance(node, Definition):
            continue
        before = known.get(node.name)
        known[node.name] = place, node
        if before is not None and not _NAMELESS.fullmatch(node.name):
            between = suite[before[0] + 1 : place]
            if not _is_meant(module, before[1], node, between):
                yield _spot(module, before[1], node, between)


def _is_meant(module: Module, first: Definition, second: Definition, between: list[ast.stmt]) -> bool:
    """Say whether there is a reason for both: something uses the first, or they belong together."""
    decorators = [name for node in (first, second) for name in _decorators(node)]
    if any(map(_SEVERAL.match, decorators)):
        return True
    if re.match(r"_[^_]", second.name) and not all(map(_PLAIN.match, decorators)):
        return True
    if any(twice.is_excused(module.lines[node.lineno - 1], _CODES, _EXCUSES) for node in (first, second)):
        return True
    evaluated = not twice.keeps_annotations(module)
    head = [*second.decorator_list, *(second.bases if isinstance(second, ast.ClassDef) else ())]
    read = [*(node for node in between if not _is_guard(node)), *head, *_defaults(second)]
    return twice.rebinds(module, between, first.name) or twice.uses(read, first.name, annotations=evaluated)


def _spot(module: Module, first: Definition, second: Definition, between: list[ast.stmt]) -> Spot:
    name, lines = second.name, (first.lineno, second.lineno)
    message = f"`{name}` is defined twice: line {lines[0]} is replaced by line {lines[1]} before anything uses it"
    if _is_test(module, second):
        kind = "the tests of the class" if isinstance(second, ast.ClassDef) else "the test"
        verb = "run" if isinstance(second, ast.ClassDef) else "runs"
        message = f"{kind} on line {lines[0]} never {verb}: `{name}` is defined again on line {lines[1]}, which wins"
    guard = next((node for node in between if _is_guard(node) and twice.uses([node], name)), None)
    if guard is not None:
        message = f"`{name}` is defined twice: a script runs line {lines[0]}, whoever imports it gets line {lines[1]}"
    because = _differing(first, second) or _in_the_way(module, first, second, between)
    safety = Safety.MANUAL
    if because is None:
        careful = isinstance(second, ast.ClassDef) or bool(twice.calls(between))
        because, safety = "both are the same", Safety.REVIEW if careful else Safety.SAFE
    said = f"nothing in between uses, binds or deletes `{name}`"
    if guard is not None:
        said, safety = f"line {guard.lineno} uses it only where the file is run as a script", Safety.MANUAL
    evidence = (
        Evidence(lines[0], f"`{_header(first)}` is replaced; {said}"),
        Evidence(lines[1], f"`{_header(second)}` wins"),
    )
    return Spot(node=second, message=f"{message}; {because}", safety=safety, evidence=evidence)


def _is_guard(node: ast.stmt) -> bool:
    """Say whether a statement asks whether the file is run as a script."""
    return isinstance(node, ast.If) and any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(node.test))


def _differing(first: Definition, second: Definition) -> str | None:
    """Return what is not the same in two definitions, None where all is."""
    if type(first) is not type(second):
        return f"they are {_kind(first)} and {_kind(second)}"
    head = "bases" if isinstance(first, ast.ClassDef) else "parameters"
    parts = {
        "decorators": (first.decorator_list, second.decorator_list),
        head: (_head(first), _head(second)),
        "bodies": (first.body, second.body),
    }
    found = [said for said, (one, other) in parts.items() if _dumped(one) != _dumped(other)]
    return None if not found else f"the {' and the '.join(found)} differ"


def _in_the_way(module: Module, first: Definition, second: Definition, between: list[ast.stmt]) -> str | None:
    """Return why the later one of two that are the same cannot go, None where it can."""
    told = next((name for name in _decorators(second) if not _PLAIN.match(name)), None)
    if told is not None:
        return f"`{told}` may have handed on each of them"
    if isinstance(second, ast.ClassDef):
        bases = [ast.unparse(base) for base in (*second.bases, *(keyword.value for keyword in second.keywords))]
        base = next((base for base in bases if base.rpartition(".")[2] not in _PLAIN_BASES), None)
        if base is not None:
            return f"`{base}` may know of each of them"
    ran = [part for part in twice.running([second]) if part is not second]
    calls = [part for part in ran if isinstance(part, ast.Call) and not _is_decorator(part, second)]
    read = {part.id for part in ran if isinstance(part, ast.Name)}
    if calls or any(twice.rebinds(module, between, name) for name in read):
        return "something is computed where it is defined"
    return _commented(module, first, second)


def _commented(module: Module, first: Definition, second: Definition) -> str | None:
    text = twice.text_of(module, second)
    top = min([second.lineno, *(each.lineno for each in second.decorator_list)])
    above = module.lines[top - 2].strip() if top > 1 else ""
    end = second.end_lineno or second.lineno
    below = next((line for line in module.lines[end:] if line.strip()), "")
    hangs = below.lstrip().startswith("#") and len(below) - len(below.lstrip()) > second.col_offset
    own = "#" in text and text.rstrip() != twice.text_of(module, first).rstrip()
    return "a comment stands there, which would be lost" if above.startswith("#") or hangs or own else None


def _is_test(module: Module, node: Definition) -> bool:
    tests = circumstances.is_test_file(module.path)
    in_class = any(
        isinstance(outer, ast.ClassDef) and outer.name.startswith("Test") for outer in module.ancestors(node)
    )
    if isinstance(node, ast.ClassDef):
        return tests and node.name.startswith("Test") and not twice.in_function(module, node)
    return (tests or in_class) and node.name.startswith("test") and not twice.in_function(module, node)


def _is_decorator(part: ast.AST, node: Definition) -> bool:
    return any(part is decorator for decorator in node.decorator_list)


def _decorators(node: Definition) -> list[str]:
    funcs = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    return [dotted(func) or ast.unparse(func) for func in funcs]


def _defaults(node: Definition) -> list[ast.expr]:
    if isinstance(node, ast.ClassDef):
        return []
    return [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]


def _head(node: Definition) -> list[ast.AST]:
    if isinstance(node, Function):
        return [node.args, *([node.returns] if node.returns is not None else [])]
    return [*node.bases, *node.keywords]


def _dumped(nodes: object) -> list[str]:
    return [ast.dump(node) for node in nodes] if isinstance(nodes, list) else []


def _kind(node: Definition) -> str:
    kinds = {ast.ClassDef: "a class", ast.AsyncFunctionDef: "a coroutine"}
    return kinds.get(type(node), "a function")


def _header(node: Definition) -> str:
    words = {ast.ClassDef: "class", ast.AsyncFunctionDef: "async def"}
    return f"{words.get(type(node), 'def')} {node.name}"
