"""The codemod `missing-none-return`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fixbot.codemod import (
    Codemod,
    Declined,
    Evidence,
    Fixes,
    Keeps,
    Module,
    Option,
    Proposal,
    Safety,
    Severity,
    Spot,
    cst,
    own,
    statements,
)

_GIVE_NONE = (
    "__delattr__",
    "__del__",
    "__delete__",
    "__delitem__",
    "__init__",
    "__init_subclass__",
    "__post_init__",
    "__set__",
    "__set_name__",
    "__setattr__",
    "__setitem__",
)
_TYPE_COMMENT = re.compile(r"#[ \t]*type:[ \t]*\(")
_PYTHON_2 = re.compile(
    r"^from __future__ import .*\b(?:print_function|unicode_literals|absolute_import)\b", re.MULTILINE
)
_HALF = 2


class MissingNoneReturn(Codemod):
    """Say that `__init__` returns nothing.

    A signature without types at its end is one that type checkers skip: mypy does not look into the body of a function
    that has no annotation at all, so `__init__`, which gives an object its attributes, goes unchecked. `-> None` is
    true of `__init__`, `__post_init__`, `__init_subclass__`, `__del__`, `__set_name__` and of the methods that set and
    delete items and attributes, and says so to reader and checker.

    Left alone: files in which fewer than half of the functions say what they return (`files = "every"` takes these
    too), because there an annotation is not the custom; methods that return or yield a value; overloads; functions
    outside of classes; files that are written for Python 2 as well, and functions with a type comment.

    Safety: `safe` where a parameter has an annotation: checkers read the body already, and nothing changes when it
    runs. `review` where there is none: mypy reads the body from then on, and may find something there.
    """

    severity = Severity.LOW
    safety = Safety.REVIEW
    synonyms = (
        "missing type annotations in Python",
        "missing return type annotation",
        "lack return type annotation",
        "missing return annotation",
        "missing `-> None`",
    )
    pattern = re.compile(
        rb"\bdef[ \t]+__(?:init|init_subclass|post_init|del|set_name|(?:set|del)(?:attr|item)|set|delete)__"
    )
    local = True
    answers = frozenset({"ANN204"})
    references = (
        "https://docs.astral.sh/ruff/rules/missing-return-type-special-method/",
        "https://peps.python.org/pep-0484/#the-meaning-of-annotations",
    )
    options = (
        Option("files", ("annotated", "every"), "only files in which most functions say what they return, or every"),
    )

    def tamest(self) -> Safety:
        """Say `safe`: where a parameter has an annotation, nothing changes for anybody."""
        return Safety.SAFE

    def find(self, module: Module) -> Iterator[Spot]:
        """Yield every special method of a class that returns nothing and does not say so."""
        everywhere = self.chosen["files"] == "every" and not _PYTHON_2.search(module.text)
        if not everywhere and "->" not in module.text:
            return  # most files: they need not be parsed for this
        says, others = _custom(module)
        if not everywhere and (not says or says * _HALF < others):
            return
        for node, parent in statements(module.tree):
            if isinstance(node, ast.FunctionDef) and _is_method(module, node, parent) and _gives_nothing(module, node):
                yield _spot(node, says, others)

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        """Write `-> None`."""
        if not isinstance(node, cst.FunctionDef) or node.returns is not None:
            return Declined(spot.message)
        space = cst.SimpleWhitespace(" ")
        returns = cst.Annotation(cst.Name("None"), whitespace_before_indicator=space, whitespace_after_indicator=space)
        return Proposal(node.with_changes(returns=returns))

    examples = (
        Fixes(
            """
            class Shelf:
                def __init__(self):
                    self.boxes = []

                def count(self) -> int:
                    return len(self.boxes)
            """,
            """
            class Shelf:
                def __init__(self) -> None:
                    self.boxes = []

                def count(self) -> int:
                    return len(self.boxes)
            """,
            because="a file in which the other functions say what they return",
        ),
        Fixes(
            """
            class Shelf:
                def __init__(self, size: int):  # in boxes
                    self.size = size

                def __setitem__(
                    self, place: int,
                    box: str,
                ):
                    if place > self.size:
                        return
                    self.box = box

                def count(self) -> int:
                    return self.size
            """,
            """
            class Shelf:
                def __init__(self, size: int) -> None:  # in boxes
                    self.size = size

                def __setitem__(
                    self, place: int,
                    box: str,
                ) -> None:
                    if place > self.size:
                        return
                    self.box = box

                def count(self) -> int:
                    return self.size
            """,
            because="with annotated parameters nothing changes for a checker; comments and lines stay",
        ),
        Fixes(
            """
            from abc import abstractmethod


            class Plan:
                def __init_subclass__(cls, **options):
                    def later():
                        return options

                    cls.later = later

                @abstractmethod
                def __set_name__(self, owner, name): ...

                def steps(self) -> list[str]:
                    return []

                def name(self) -> str: return ""
            """,
            """
            from abc import abstractmethod


            class Plan:
                def __init_subclass__(cls, **options) -> None:
                    def later():
                        return options

                    cls.later = later

                @abstractmethod
                def __set_name__(self, owner, name) -> None: ...

                def steps(self) -> list[str]:
                    return []

                def name(self) -> str: return ""
            """,
            because="what an inner function returns does not count",
        ),
        Keeps(
            """
            class Shelf:
                def __init__(self):
                    self.boxes = []

                def count(self):
                    return len(self.boxes)
            """,
            because="nothing in the file is annotated",
        ),
        Keeps(
            "class Shelf:\r\n    def __init__(self):\r\n        self.boxes = []\r\n\r\n"
            "    def count(self):\r\n        # boxes -> number\r\n        return len(self.boxes)\r\n",
            because="an arrow in a comment is no annotation, whatever the lines end with",
        ),
        Keeps(
            """
            class Shelf:
                def __init__(self) -> None:
                    self.boxes = []
            """,
            because="it says so",
        ),
        Keeps(
            """
            class Shelf:
                def __init__(self):
                    return super().__init__()

                def __setitem__(self, place, box):
                    return self.put(place, box)

                def __delitem__(self, place):
                    yield place

                def put(self, place: int, box: str) -> str:
                    return box

                def first(self) -> str:
                    return ""

                def last(self) -> str:
                    return ""
            """,
            because="what they return is something",
        ),
        Keeps(
            """
            def __init__(self):
                self.boxes = []


            def shelf() -> type:
                return type("Shelf", (), {"__init__": __init__})
            """,
            because="it is no method of a class",
        ),
        Keeps(
            """
            from typing import overload


            class Shelf:
                @overload
                def __init__(self, size: int): ...
                @overload
                def __init__(self, size: str): ...
                def count(self) -> int:
                    return 1
                def place(self) -> int:
                    return 1
            """,
            because="overloads belong together",
        ),
        Keeps(
            """
            class Shelf:
                def __init__(self, size):
                    # type: (int) -> None
                    self.size = size

                def count(self) -> int:
                    return self.size
            """,
            because="a type comment says it",
        ),
        Keeps(
            """
            class Shelf:
                async def __init__(self):
                    self.boxes = []

                def __enter__(self):
                    return self

                def __exit__(self, *error):
                    self.boxes.clear()

                def count(self) -> int:
                    return len(self.boxes)

                def place(self) -> int:
                    return 1

                def name(self) -> str:
                    return ""
            """,
            because="a coroutine gives a coroutine, and `__exit__` may give an answer",
        ),
        Keeps(
            """
            class Shelf:
                def __init__(self):
                    self.boxes = []

                def count(self) -> int:
                    return len(self.boxes)

                def put(self, box):
                    self.boxes.append(box)

                def take(self):
                    return self.boxes.pop()
            """,
            because="few functions of the file say what they return",
        ),
    )


def _custom(module: Module) -> tuple[int, int]:
    """Return how many functions of a file say what they return, and how many there are but for these methods."""
    functions = (node for node in module.parents if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    others = [node for node in functions if node.name not in _GIVE_NONE]
    return sum(node.returns is not None for node in others), len(others)


def _is_method(module: Module, node: ast.FunctionDef, parent: ast.AST) -> bool:
    """Say whether a function stands in a class, be it under a condition."""
    around = parent if isinstance(parent, ast.ClassDef) else next(iter(module.definitions(node)), None)
    return isinstance(around, ast.ClassDef) and node.name in _GIVE_NONE


def _gives_nothing(module: Module, node: ast.FunctionDef) -> bool:
    """Say whether a method has no return annotation and never gives anything but None."""
    if node.returns is not None or any(_last(each) == "overload" for each in node.decorator_list):
        return False
    first = node.body[0].lineno
    if _TYPE_COMMENT.search("".join(module.lines[node.lineno - 1 : first])):
        return False
    return not any(_gives(inner) for inner in own(node.body))


def _gives(node: ast.AST) -> bool:
    match node:
        case ast.Return(value=None | ast.Constant(value=None)):
            return False
    return isinstance(node, ast.Return | ast.Yield | ast.YieldFrom | ast.Await)


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _spot(node: ast.FunctionDef, says: int, others: int) -> Spot:
    args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
    annotated = next((arg for arg in args if arg is not None and arg.annotation is not None), None)
    custom = Evidence(node.lineno, f"{says} of {others} other functions of this file say what they return")
    if annotated is not None:
        known = Evidence(annotated.lineno, f"`{annotated.arg}` has an annotation, so the body is checked already")
        message = f"`{node.name}` returns nothing and does not say so"
        return Spot(node=node, message=message, safety=Safety.SAFE, evidence=(custom, known))
    message = f"`{node.name}` has no annotation, so mypy skips its body; `-> None` is true of it"
    return Spot(node=node, message=message, evidence=(custom,))
