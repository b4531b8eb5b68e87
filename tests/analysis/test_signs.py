import ast
import textwrap

import pytest

from fixbot.analysis.likely.elsewhere import asked_for, mentioned
from fixbot.analysis.likely.response import circumstances
from fixbot.analysis.likely.shapes import shape, words
from fixbot.analysis.likely.signs import Signs
from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.model import SourceFile


def read(text: str) -> tuple[Module, Names, ast.Try, ast.ExceptHandler]:
    module = parse(SourceFile("app.py", textwrap.dedent(text).encode()))
    assert isinstance(module, Module)
    node = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    return module, Names(module), node, node.handlers[0]


def inside(body: str, head: str = "import os\nimport ujson\nfrom . import near") -> set[str]:
    """Give the signs of some statements in a function that knows nothing of its parameter."""
    block = textwrap.indent(body, " " * 8)
    _, names, node, _ = read(f"{head}\ndef f(self, given):\n    try:\n{block}\n    except OSError:\n        pass\n")
    return {sign for _, signs in Signs(names, node).of(node.body) for sign in signs}


SIGNS = [
    ("int(given)", {"int", "int(parameter)", "int/1"}),
    ("os.stat('x')", {"os.stat", "os.stat(str)", "from os", "any stat", "says stat"}),
    ("ujson.loads(given)", {"ujson.loads", "function loads", "imported function", "from ujson"}),
    ("near.look()", {"from here", "says look"}),
    ("readAll()", {"function readAll", "function", "says read", "says all"}),
    ("Reader()", {"makes", "says reader"}),
    ("given()()", {"call"}),
    ("given.readFile(1)", {".readFile()", ".readFile()/1", "method", "method of name", "given.readFile()", "on given"}),
    ("self.look()", {"method of self"}),
    ("a = open(given)\na.read()", {"open.read()", "of open"}),
    ("given.x = 1", {"attribute=", "other.attribute="}),
    ("self.x = 1", {"self.attribute="}),
    ("del given.x", {"del attribute"}),
    ("a = given.x", {"attribute", ".x", "attribute of parameter"}),
    ("a = os.name", {"known attribute", "attribute os.name"}),
    ("a = ujson.name", {"attribute of import"}),
    ("a = given['x']", {"load item", "load item str", "load item str of parameter", "load given[]", "item on given"}),
    ("a = table[given]", {"load item name", "load item parameter"}),
    ("a = table[0]", {"load item int", "load item 0"}),
    ("a = table[-1]", {"load item negative"}),
    ("del table['x']", {"del item str"}),
    ("a = os.environ['x']", {"load item of os.environ", "load item str of os.environ"}),
    ("a = given.split()[0]", {"load item int of .split()"}),
    ("a, b = given", {"unpack", "unpack 2", "unpack name"}),
    ("a, b = given.split()", {"unpack call", "unpack split()"}),
    ("a, b = 1, 2", set()),
    ("for a, b in given: pass", {"for", "for name", "unpack 2"}),
    ("c = [a for a, b in given]", {"comprehension", "unpack"}),
    ("import x", {"import"}),
    ("from x import y", {"import", "from import"}),
    ("from . import y", {"import", "from . import"}),
    ("raise", {"raise"}),
    ("raise OSError('x')", {"raise", "raise OSError"}),
    ("a = given + 1", {"Add", "Add name"}),
    ("given += 1", {"Add="}),
    ("a = given < 1", {"Lt"}),
    ("basestring", {"alone name", "alone basestring", "unbound", "unbound basestring"}),
    ("given.x", {"alone attribute"}),
    ("given['x']", {"alone item"}),
]


@pytest.mark.parametrize(("body", "expected"), SIGNS, ids=[body for body, _ in SIGNS])
def test_code_has_the_signs_that_can_be_seen_in_it(body: str, expected: set[str]) -> None:
    assert expected <= inside(body)


def test_values_that_are_written_out_are_no_unpacking() -> None:
    assert not any(sign.startswith("unpack") for sign in inside("a, b = 1, 2"))


def test_what_an_inner_broad_handler_swallows_is_no_sign() -> None:
    signs = inside(
        "try:\n    int(given)\nexcept Exception:\n    float(given)\nelse:\n    abs(given)\nfinally:\n    hex(given)"
    )
    assert {"abs", "hex"} <= signs
    assert {"int", "float"}.isdisjoint(signs)


def test_what_is_only_defined_is_no_sign() -> None:
    assert "int" not in inside("def g():\n    int(given)\nh = lambda: int(given)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", "name"),
        ("x[1:2]", "item"),
        ("-1", "negative"),
        ("f'{x}'", "str"),
        ("None", "NoneType"),
        ("not x", "other"),
    ],
)
def test_an_expression_has_a_shape(text: str, expected: str) -> None:
    assert shape(ast.parse(text, mode="eval").body) == expected


def test_nothing_has_a_shape_too() -> None:
    assert shape(None) == "nothing"


def test_a_name_is_made_of_words() -> None:
    assert words("readConfig_file2XML") == ("read", "config", "file", "xml")


def around(handler: str, head: str = "import shop") -> frozenset[str]:
    block = textwrap.indent(handler, " " * 8)
    text = f"{head}\ndef load_all(given):\n    try:\n        shop.get(given)\n    except OSError as e:\n{block}\n"
    module, names, node, caught = read(text)
    return circumstances(module, names, node, caught, Signs(names, node).of(node.body))


RESPONSES = [
    ("raise", {"then Raise", "then raise"}),
    ("raise shop.Gone('x')", {"then raise new", "then raise Gone"}),
    ("return None", {"then return NoneType"}),
    ("import json", {"then import"}),
    ("given['x'] = 1", {"then store item"}),
    ("del given['x']", {"then store item"}),
    ("print('cannot read')", {"then print", "then says cannot", "then says read"}),
    ("given.close()", {"then .close()"}),
    ("return e.errno", {"then error.errno"}),
    ("pass  # no such file", {"comment says such", "comment says file"}),
]


@pytest.mark.parametrize(("handler", "expected"), RESPONSES, ids=[handler for handler, _ in RESPONSES])
def test_what_a_handler_does_is_seen(handler: str, expected: set[str]) -> None:
    assert expected <= around(handler)


def test_where_a_try_stands_is_seen() -> None:
    signs = around("pass")
    assert {"in load", "in all", "file imports shop", "inside FunctionDef", "1 statements", "1 calls"} <= signs
    module, names, node, caught = read("try:\n    import json\nexcept ImportError:\n    json = None\n")
    assert {"at the top", "imports first", "only imports", "0 calls"} <= circumstances(module, names, node, caught, [])


def clause(handler: str, head: str = "from shop import Gone") -> tuple[Module, Names, ast.Try, ast.ExceptHandler]:
    return read(f"{head}\ntry:\n    f()\nexcept Exception as e:\n{textwrap.indent(handler, '    ')}\n")


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("KeyError or OSError", ["KeyError", "OSError"]),
        ("Gone, or the like", []),
        ("a GoneError", ["GoneError"]),
        ("shop.NotFound", ["shop.NotFound"]),
        ("any Exception", []),
        ("Some Words", []),
    ],
)
def test_types_that_a_comment_names_are_taken_from_it(comment: str, expected: list[str]) -> None:
    module, names, node, handler = clause(f"pass  # {comment}")
    assert [name for name, _ in mentioned(module, names, node, handler)] == expected


def test_a_type_that_a_comment_names_is_the_one_that_the_file_imports() -> None:
    module, names, node, handler = clause("pass  # a NotFound", "from shop import NotFound")
    assert list(mentioned(module, names, node, handler)) == [("shop.NotFound", 5)]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("isinstance(e, Gone)", ["shop.Gone"]),
        ("isinstance(e, (KeyError, own.Bad))", ["KeyError", "own.Bad"]),
        ("type(e) is KeyError", ["KeyError"]),
        ("isinstance(other, KeyError)", []),
        ("type(other) is KeyError", []),
        ("isinstance(e, types())", []),
    ],
)
def test_types_that_a_handler_asks_for_are_found(test: str, expected: list[str]) -> None:
    _, names, node, handler = clause(f"if {test}:\n    raise")
    assert [name for name, _ in asked_for(names, handler, node)] == expected
