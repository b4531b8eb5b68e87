import ast
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.raises import exceptions_of
from fixbot.model import SourceFile

CASES = [
    ("x", "int(*x)", ["ValueError", "TypeError"], ["int"]),
    ("x: str", "int(**x)", ["ValueError"], ["int"]),
    ("x: str", "x.nothing", [], ["x.nothing"]),
    ("x: str = None", "x.upper()", ["AttributeError"], []),
    ("x: int", "x ** -1", ["ZeroDivisionError", "OverflowError"], []),
    ("x: int", "x ** 2", [], []),
    ("x: int", "x | 1", [], []),
    ("x: int", "x << 1", [], []),
    ("x: int, y: int", "x << y", ["ValueError"], []),
    ("x: float", "x << 1", [], ["x << 1"]),
    ("x: int", "x @ x", [], ["x @ x"]),
    ("x: float", "x % 0", ["ZeroDivisionError"], []),
    ("x: str", "x % 1", ["TypeError", "ValueError"], []),
    ("x: str", "x * 3", [], []),
    ("x: str", "-x", [], ["-x"]),
    ("x: int", "not x", [], []),
    ("x: str", "[a async for a in x]", [], ["[a async for a in x]"]),
    ("x: dict", "x['a']", ["KeyError"], []),
    ("x: list[str]", "a, b = x", ["ValueError"], []),
    ("x: str", "sorted(x, key=lambda a: a)", [], ["sorted"]),
    ("x: str", "f'{x:>10}'", [], ["x"]),
    ("x: str", "unicode(x)", ["NameError"], []),
    ("x: str", "{**x}", [], ["{**x}"]),
    ("x: str", "a = x.splitlines()\nb = a[0]\nb.foo()", ["IndexError"], ["b.foo"]),
    ("x: list[str]", "iter(x, 1)", [], ["iter"]),
    ("x: list[str]", "sorted(x, key=str)", [], ["sorted"]),
    ("x: str", "abs(x)", [], ["abs"]),
    ("x: str", "str(lambda: x)", [], ["str"]),
    ("x: dict", "a = x.copy()\na['a']", ["KeyError"], []),
    ("x: list[str]", "a = x.copy()\na[0].foo()", ["IndexError"], ["a[0].foo"]),
    ("x: str, y", "a = open(x, y)\na.read()", ["OSError"], ["a.read"]),
    ("x: str", "a = open(x, 'rb')\na.read().foo()", ["OSError"], ["a.read().foo"]),
    ("x: list[str], y: list[int]", "a = x if x else y\na[0]", ["IndexError"], []),
    ("x: str, y: str = None", "a = x if x else y\na.upper()", ["AttributeError"], []),
]


@pytest.mark.parametrize(("parameters", "body", "types", "unknown"), CASES)
def test_an_operation_raises_what_its_kinds_say(
    parameters: str, body: str, types: list[str], unknown: list[str]
) -> None:
    inside = textwrap.indent(body, " " * 8)
    text = f"async def f({parameters}):\n    try:\n{inside}\n    except: pass\n"
    module = parse(SourceFile("a.py", text.encode()))
    assert isinstance(module, Module)
    node = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    answer = exceptions_of(node.body, Names(module), node)
    assert list(dict.fromkeys(raised.type for raised in answer.exceptions)) == types
    assert [one.call for one in answer.unknown] == unknown
