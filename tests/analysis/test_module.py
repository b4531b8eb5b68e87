import ast
import re

import pytest

from fixbot.analysis.module import Module, parse, split_lines, statements
from fixbot.analysis.sketch import sketch
from fixbot.model import Skipped, SourceFile

NESTED = """\
import os
class A:
    async def f(self):
        try:
            with x:
                for y in z:
                    pass
        except E:
            match y:
                case 1:
                    return
        else:
            while 1:
                break
        finally:
            if a:
                b()
            elif c:
                d()
"""


def read(content: str | bytes) -> Module:
    module = parse(SourceFile("a.py", content.encode() if isinstance(content, str) else content))
    assert isinstance(module, Module)
    return module


def test_statements_come_with_their_parents_in_the_order_of_the_code() -> None:
    tree = read(NESTED).tree
    found = [node for node, _ in statements(tree) if isinstance(node, ast.stmt)]
    assert [node.lineno for node in found] == sorted(node.lineno for node in found)
    assert {id(node) for node in found} == {id(n) for n in ast.walk(tree) if isinstance(n, ast.stmt)}
    for node, parent in statements(tree):
        assert node in list(ast.iter_child_nodes(parent))


def test_ancestors_lead_from_the_parent_to_the_module() -> None:
    module = read(NESTED)
    last = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Return))
    kinds = [type(node).__name__ for node in module.ancestors(last)]
    assert kinds == ["match_case", "Match", "ExceptHandler", "Try", "AsyncFunctionDef", "ClassDef", "Module"]
    assert module.qualname(last) == "A.f"
    assert module.function(last) is module.definitions(last)[0]


def test_what_stands_in_a_class_or_module_has_no_function() -> None:
    module = read("class A:\n    x = 1\ny = 2\n")
    inner, outer = module.tree.body[0].body[0], module.tree.body[1]  # type: ignore[attr-defined]
    assert module.function(inner) is module.function(outer) is None
    assert (module.qualname(inner), module.qualname(outer)) == ("A", "<module>")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a\n"]),
        ("a\r\nb\rc\n\nd", ["a\r\n", "b\r", "c\n", "\n", "d"]),
        ("a\x0cb\u2028c\x1cd\n", ["a\x0cb\u2028c\x1cd\n"]),
    ],
)
def test_lines_end_where_python_ends_them(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


@pytest.mark.parametrize(
    "content",
    [
        "x = 'ü'\n".encode(),
        b"\xef\xbb\xbfx = 1\n",
        "# coding: latin-1\nx = 'ü'\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"),
    ],
)
def test_a_file_is_encoded_as_it_was_decoded(content: bytes) -> None:
    module = read(content)
    assert module.encode(module.text) == content


@pytest.mark.parametrize(
    ("content", "reason", "detail"),
    [
        (b"x = '\xff'\n", "undecodable", "encoding: it is not utf-8"),
        (b"a = 1\nb = 2\nx = '\xff'\n", "undecodable", "line 3: not utf-8"),
        (b"# coding: nonsense\n", "undecodable", "encoding: its declaration"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "undecodable", "encoding: its declaration"),
        (b"a = 1\nprint 'x'\n", "unparsable", "line 2: Missing parentheses"),
        (b"x = '\x00'\n", "unparsable", "null bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_skipped_with_the_reason(content: bytes, reason: str, detail: str) -> None:
    skipped = parse(SourceFile("a.py", content))
    assert isinstance(skipped, Skipped)
    assert skipped.reason == reason
    assert detail in skipped.detail


def test_a_file_too_deep_for_the_parser_is_skipped() -> None:
    skipped = parse(SourceFile("a.py", b"x = " + b"(" * 5000 + b")" * 5000))
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "unparsable"


def thin(text: str) -> Module:
    module = sketch(SourceFile("a.py", text.encode()), re.compile(rb"except\s*:").search)
    assert isinstance(module, Module)
    return module


def test_a_sketch_leaves_out_what_does_not_matter_and_keeps_every_line() -> None:
    text = "import os\ndef f():\n    return 1\n\ndef g():\n    try:\n        a()\n    except:\n        pass\nx = 2\n"
    module = thin(text)
    assert module.text == text
    f, g, x = module.tree.body[1:]
    assert isinstance(f, ast.FunctionDef)
    assert [ast.unparse(node) for node in f.body] == ["..."]
    assert (g.lineno, x.lineno) == (5, 10)
    assert isinstance(g.body[0], ast.Try)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        'def f():\n    x = """\nexcept:\n"""\ndef g():\n    pass\n',
        "def f(a='('):\n    return (\n1)\n",
        "class A:\n    '''doc'''\n    def f(self):\n        return [\n]\n",
        "def f(): return 1\nx = 1\n",
        "def f():\n    '''\ndef g():\n'''\n    return 1\n",
        "async  def f():\n\n# comment\n\n    return 1\nx = 1\n",
    ],
)
def test_a_sketch_has_the_same_top_as_the_whole(text: str) -> None:
    def top(module: Module) -> list[tuple[str, int]]:
        return [(type(node).__name__, node.lineno) for node in module.tree.body]

    assert top(thin(text)) == top(read(text))


def test_a_sketch_of_what_does_not_parse_is_skipped_as_the_whole_is() -> None:
    source = SourceFile("a.py", b"def f():\n    return 1\nx = = 1\n")
    assert sketch(source, bool) == parse(source)
