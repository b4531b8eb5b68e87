import ast
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.raises.origins import Origins
from fixbot.model import SourceFile


def made_by(asked: str, body: str, parameters: str = "x") -> str | None:
    head = "import subprocess, shop, socket\nfrom shop import Store\n"
    text = f"{head}async def f({parameters}):\n{textwrap.indent(body, '    ')}\n    last = {asked}\n"
    module = parse(SourceFile("app.py", text.encode()))
    assert isinstance(module, Module)
    (last,) = (
        node for node in ast.walk(module.tree) if isinstance(node, ast.Assign) and node.end_lineno == text.count("\n")
    )
    return Origins(Names(module), last).made_by(last.value)


MADE = [
    ("a", "a = Store()", "shop.Store"),
    ("a", "a = await shop.connect()", "shop.connect"),
    ("a", "a = None\na = Store()", "shop.Store"),
    ("a", "a = Store()\na = shop.other()", None),
    ("a", "a: Store = x()", "shop.Store"),
    ("a", "a: Store", "shop.Store"),
    ("a", "with Store() as a:\n    pass", "shop.Store"),
    ("a", "if a := Store():\n    pass", "shop.Store"),
    ("a", "a = [1]", "list"),
    ("a", "a = f'{x}'", "str"),
    ("a", "a = 1", "int"),
    ("x", "pass", None),
    ("b", "pass", None),
    ("x.y", "x.y = Store()", "shop.Store"),
    ("self.store", "self.store = Store()", "shop.Store"),
    ("x().y", "pass", None),
    ("Store()", "pass", "shop.Store"),
    ("a.cursor()", "a = Store()", "shop.Store.cursor"),
    ("a.one().two()", "a = Store()", None),
    ("b.cursor()", "pass", None),
    ("x()()", "pass", None),
    ("'text'", "pass", "str"),
    ("{}", "pass", "dict"),
    ("x + 1", "pass", None),
]


@pytest.mark.parametrize(("asked", "body", "expected"), MADE)
def test_a_value_comes_from_what_is_assigned_to_its_name(asked: str, body: str, expected: str | None) -> None:
    assert made_by(asked, body) == expected


def test_an_annotated_parameter_is_what_its_annotation_says() -> None:
    assert made_by("store", "pass", "store: Store") == "shop.Store"
