from __future__ import annotations

import ast
import textwrap

import pytest

from fixbot.analysis.definitions import File, Function
from fixbot.analysis.keywords.bounds import bounds_of
from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import names_of
from fixbot.model import SourceFile


def bounds(body: str, head: str = "self, x=None, **kwargs", **names: str) -> dict[str, tuple[str, ...]]:
    """Return the bounds that a body puts on its keys; `x` stands for the key `size`."""
    text = f"def f({head}):\n{textwrap.indent(textwrap.dedent(body), '    ')}\n"
    module = parse(SourceFile("a.py", text.encode()))
    assert isinstance(module, Module)
    node = module.tree.body[0]
    assert isinstance(node, ast.FunctionDef)
    return bounds_of(Function(File(module, names_of(module)), node), {"x": "size", "y": "other", **names})


BOUNDS = [
    ("x < 1", ("ge=1",)),
    ("x <= 0", ("gt=0",)),
    ("x > 50", ("le=50",)),
    ("x >= 2.5", ("lt=2.5",)),
    ("x < -1", ("ge=-1",)),
    ("1 > x", ("ge=1",)),
    ("50 <= x", ("lt=50",)),
    ("x < 1 or x > 50", ("ge=1", "le=50")),
    ("not 1 <= x <= 50", ("ge=1", "le=50")),
    ("not (x >= 1 and x <= 50)", ("ge=1", "le=50")),
    ("not x > 0", ("gt=0",)),
    ("not not x < 1", ("ge=1",)),
    ("x is not None and x < 1", ("ge=1",)),
    ("x is not None and (x < 1 or x > 50)", ("ge=1", "le=50")),
    ("x is None or x < 1", ("ge=1",)),
    ("not (x is None or x >= 1)", ("ge=1",)),
    ("not (x is None or 1 <= x <= 50)", ("ge=1", "le=50")),
    ("'size' in kwargs and kwargs['size'] < 1", ("ge=1",)),
    ("kwargs['size'] < 1", ("ge=1",)),
    ("kwargs.get('size', 5) > 50", ("le=50",)),
    ("len(x) > 20", ("max_length=20",)),
    ("len(x) >= 20", ("max_length=19",)),
    ("len(x) < 3", ("min_length=3",)),
    ("len(x) <= 3", ("min_length=4",)),
    ("len(x) == 0", ("min_length=1",)),
    ("len(x) != 5", ("min_length=5", "max_length=5")),
    ("not 1 <= len(x) <= 9", ("min_length=1", "max_length=9")),
    ("g() or x < 1", ("ge=1",)),
    ("x < 1 or x < 3", ("ge=3",)),
    ("x > 9 or x > 5", ("le=5",)),
]


@pytest.mark.parametrize(("test", "expected"), BOUNDS)
def test_a_check_that_raises_bounds_the_value(test: str, expected: tuple[str, ...]) -> None:
    assert bounds(f"if {test}: raise ValueError('bad')") == {"size": expected}


NO_BOUNDS = [
    "x",
    "not x",
    "x == 1",
    "x != 1",
    "1 < x < 5",
    "x < a",
    "x < True",
    "x < 1e999",
    "x < '1'",
    "x < 1 and g()",
    "g() and x < 1",
    "x and x < 1",
    "y is not None and x < 1",
    "x is None and x < 1",
    "not (x < 1 or g())",
    "x < 1 and y < 1 and (x < 2 or y < 2)",
    "'other' in kwargs and kwargs['size'] < 1",
    "'size' not in kwargs and kwargs['size'] < 1",
    "x in (1, 2)",
    "z < 1",
    "x.y < 1",
    "len(x) == 3",
    "len(x) > 2.5",
    "len(x) >= 0",
    "len(z) > 2",
    "size(x) > 2",
    "not x in (1, 2)",
    "'size' in kwargs < 1",
]


@pytest.mark.parametrize("test", NO_BOUNDS)
def test_any_other_condition_bounds_nothing(test: str) -> None:
    assert bounds(f"if {test}: raise ValueError('bad')") == {}


FORMS = [
    "g()\nif x < 1: raise ValueError",
    "if x < 1:\n    log.error('bad %s', x)\n    print(x)\n    raise ValueError",
    "if g(): raise ValueError\nif x < 1: raise ValueError",
    "if x < 1: raise ValueError\nx = 5",
    "def g(): return 1\nif x < 1: raise ValueError",
]


@pytest.mark.parametrize("body", FORMS)
def test_what_stands_around_a_check_may_be_anything_that_gets_there(body: str) -> None:
    assert bounds(body) == {"size": ("ge=1",)}


OTHER_FORMS = [
    "if x < 1: return",
    "if x < 1:\n    g()\n    raise ValueError",
    "if x < 1:\n    x = 1\n    raise ValueError",
    "if x < 1: raise ValueError\nelse: g()",
    "if g():\n    if x < 1: raise ValueError",
    "try:\n    if x < 1: raise ValueError\nexcept ValueError: g()",
    "if g(): return 1\nif x < 1: raise ValueError",
    "x = 5\nif x < 1: raise ValueError",
    "for x in a: g()\nif x < 1: raise ValueError",
    "kwargs['size'] = 1\nif kwargs['size'] < 1: raise ValueError",
    "g(kwargs)\nif kwargs['size'] < 1: raise ValueError",
    "for k in ('size', 'b'):\n    g()\nif kwargs[k] < 1: raise ValueError",
    "if [kwargs[k] for k in ('size',)] < 1: raise ValueError",
    "while x < 1: raise ValueError",
]


@pytest.mark.parametrize("body", OTHER_FORMS)
def test_a_check_that_not_every_value_meets_bounds_nothing(body: str) -> None:
    assert bounds(body) == {}


def test_a_local_name_stands_for_its_key_from_where_it_is_bound_once() -> None:
    check = "if s < 1: raise ValueError"
    assert bounds(f"s = kwargs['size']\n{check}", s="size") == {"size": ("ge=1",)}
    assert bounds(f"s = kwargs['size']\ns = s or 1\n{check}", s="size") == {}


def test_a_name_without_a_key_is_left_out() -> None:
    assert bounds("if x < 1 or y > 2: raise ValueError", x="") == {"other": ("le=2",)}


def test_each_key_has_bounds_of_its_own() -> None:
    assert bounds("if x < 1 or y > 2: raise ValueError\nif len(y) > 3: raise ValueError") == {
        "size": ("ge=1",),
        "other": ("le=2", "max_length=3"),
    }


def test_a_function_without_the_parameter_has_bounds_by_names_alone() -> None:
    assert bounds("if x < 1 or kwargs['a'] < 1: raise ValueError", "x, kwargs") == {"size": ("ge=1",)}
    assert bounds("if 'size' in kwargs and x < 1: raise ValueError", "x, kwargs") == {}
