import ast

import pytest

from fixbot.analysis.module import Function, Module, parse
from fixbot.analysis.names import Names, bindings, dotted, own, own_nodes
from fixbot.model import SourceFile


def read(text: str) -> Module:
    module = parse(SourceFile("a.py", text.encode()))
    assert isinstance(module, Module)
    return module


def origin(text: str, name: str) -> str | None:
    """Return what a name stands for at the first `pass` of a text."""
    module = read(text)
    at = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Pass))
    return Names(module).origin(name, at)


STANDS_FOR = [
    ("import json\npass", "json", "json"),
    ("import json as j\npass", "j", "json"),
    ("import os.path\npass", "os", "os"),
    ("import os.path as p\npass", "p", "os.path"),
    ("from json import loads\npass", "loads", "json.loads"),
    ("from . import a\npass", "a", ".a"),
    ("from ..b import a\npass", "a", "..b.a"),
    ("pass", "len", "len"),
    ("def f():\n    pass", "len", "len"),
    ("import a\ndef f():\n    import b as a\n    pass", "a", "b"),
    ("try:\n    import a\nexcept ImportError:\n    import a\npass", "a", "a"),
    ("def f():\n    global a\n    import a\n    pass", "a", None),
]


@pytest.mark.parametrize(("text", "name", "expected"), STANDS_FOR)
def test_a_name_stands_for_what_its_import_says(text: str, name: str, expected: str | None) -> None:
    assert origin(text, name) == expected


UNCERTAIN = [
    "import a\na = 1\npass",
    "try:\n    import a\nexcept ImportError:\n    import b as a\npass",
    "def f(a):\n    pass",
    "def f(*a):\n    pass",
    "def f(**a):\n    pass",
    "def f(*, a):\n    pass",
    "def f(a, /):\n    pass",
    "def a(): ...\npass",
    "class a: ...\npass",
    "for a in b: ...\npass",
    "with b as a: ...\npass",
    "try: ...\nexcept E as a: ...\npass",
    "match b:\n    case a: pass",
    "match b:\n    case [*a]: pass",
    "match b:\n    case {**a}: pass",
    "match b:\n    case C(x=a): pass",
    "del a\npass",
    "a: int = 1\npass",
    "a += 1\npass",
    "(a := 1)\npass",
    "[a, *b] = c\npass",
    "from b import *\npass",
    "async def f():\n    async with b as a: pass",
    "async def f():\n    async for a in b: pass",
]


@pytest.mark.parametrize("text", UNCERTAIN)
def test_a_name_that_is_bound_otherwise_stands_for_nothing_certain(text: str) -> None:
    assert origin(text, "a") is None


@pytest.mark.parametrize("text", UNCERTAIN)
def test_a_builtin_that_is_bound_otherwise_stands_for_nothing_certain(text: str) -> None:
    written = text.replace("(a)", "(len)").replace("*a", "*len")
    for before, after in [(" a ", " len "), (" a:", " len:"), ("a =", "len ="), ("a:", "len:"), ("a, ", "len, ")]:
        written = written.replace(before, after)
    if "len" in written:
        assert origin(written, "len") is None


def test_a_star_import_makes_every_builtin_uncertain() -> None:
    assert origin("from os import *\ndef f():\n    pass", "open") is None


def test_a_name_of_the_class_is_not_seen_from_its_methods() -> None:
    assert origin("class A:\n    len = 1\n    def f(self):\n        pass", "len") == "len"
    assert origin("class A:\n    len = 1\n    pass", "len") is None


def test_a_dotted_name_is_resolved_from_its_head() -> None:
    module = read("import os.path as p\nx = p.join\ny = p().join\n")
    values = [node.value for node in module.tree.body if isinstance(node, ast.Assign)]
    names = Names(module)
    assert names.resolve(values[0], module.tree.body[1]) == "os.path.join"
    assert names.resolve(values[1], module.tree.body[2]) is None
    assert dotted(values[1]) is None


BOTH_WAYS = [text for text in UNCERTAIN if ":=" not in text]


@pytest.mark.parametrize("text", [*BOTH_WAYS, *(row[0] for row in STANDS_FOR)])
def test_the_fast_walk_finds_the_same_bindings_as_the_thorough_one(text: str) -> None:
    tree = read(text).tree
    for scope in [tree, *(node for node in ast.walk(tree) if isinstance(node, Function | ast.ClassDef))]:
        assert bindings(scope, walrus=False) == bindings(scope)


def test_only_what_runs_in_a_scope_is_its_own() -> None:
    tree = read("a = 1\ndef f():\n    b = 2\nclass C:\n    c = 3\nd = lambda: e\nif a:\n    g = [h for h in a]\n").tree
    found = {node.id for node in own_nodes(tree) if isinstance(node, ast.Name)}
    assert found == {"a", "d", "g", "h"}
    defined = [node for node in own(tree.body) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(defined) == 2
    assert {node.id for node in own(tree.body) if isinstance(node, ast.Name)} == found
