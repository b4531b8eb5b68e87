import ast
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.raises import Answer, exceptions_of
from fixbot.model import SourceFile


def ask(body: str, above: str = "", parameters: str = "x, y, text: str") -> Answer:
    inside = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    source = f"{textwrap.dedent(above)}\nasync def f({parameters}):\n    try:\n{inside}\n    except: pass\n"
    module = parse(SourceFile("a.py", source.encode()))
    assert isinstance(module, Module)
    *_, node = (node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    return exceptions_of(node.body, Names(module), node)


CASES = [
    ("a key of anything", "x['a']", ["KeyError"]),
    ("a name as the key of anything", "x[y]", ["KeyError"]),
    ("an index of anything", "x[0]", ["IndexError"]),
    ("a negative index of anything", "x[-1]", ["IndexError"]),
    ("a key of an attribute", "x.y['a']", ["KeyError"]),
    ("a key that is removed", "del x['a']", ["KeyError"]),
    ("a key that is counted up", "x['a'] += 1", ["KeyError"]),
    ("a slice of anything", "x[1:]", []),
    ("an attribute of anything", "x.a", []),
    ("a division", "x / y", ["ZeroDivisionError"]),
    ("a remainder", "x % y", ["ZeroDivisionError"]),
    ("a division by a constant", "x / 3", []),
    ("a text in a template", "'%s' % x", []),
    ("parts of anything", "a, b = x", ["ValueError"]),
    ("the next of anything", "next(x)", ["StopIteration"]),
    ("JSON with a hook", "import json\njson.loads(text, object_hook=x)", ["json.JSONDecodeError"]),
    ("a raise of a class that nobody knows", "import other\nraise other.Failed(x)", ["other.Failed"]),
]


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_depends_on_the_unknown_is_named_and_stays_unknown(body: str, expected: list[str]) -> None:
    found = ask(body)
    doubtful = [raised.type for raised in found.exceptions if not raised.sure]
    assert (doubtful, found.complete) == (expected, False)
    assert not set(expected).intersection(found.possible)


@pytest.mark.parametrize("made", ["defaultdict(list)", "Counter(text)"])
def test_a_dict_that_makes_up_its_values_misses_no_key(made: str) -> None:
    assert ask(f"a = {made}\na['a']", "from collections import Counter, defaultdict").exceptions == ()


def test_what_may_be_none_has_no_method_then() -> None:
    (raised,) = ask("x.get('a').upper()", parameters="x: dict").exceptions
    assert (raised.type, raised.sure) == ("AttributeError", False)


def test_what_may_be_none_of_the_project_has_no_attribute_then() -> None:
    above = "class A:\n    def __init__(self):\n        self.b = 1"
    found = ask("x.b", above, parameters="x: 'A | None'")
    assert ([raised.type for raised in found.exceptions], found.complete) == (["AttributeError"], True)


def test_an_exception_that_is_made_and_not_raised_does_nothing() -> None:
    assert ask("a = KeyError(text)").complete


def test_super_outside_of_a_class_is_unknown() -> None:
    found = ask("super().nothing()")
    assert [one.call for one in found.unknown] == ["super"]


def test_what_is_sure_once_is_sure() -> None:
    assert [raised.sure for raised in ask("x['a']; y['a']", parameters="x: dict, y").exceptions] == [True, False]


def test_typing_s_brackets_are_no_items() -> None:
    found = ask("typing.Dict[str, int]", "import typing")
    assert found.exceptions == ()


READ = [
    ("async with x as z:\n    int(text)", ["ValueError"], ["x"]),
    ("async with x.open(int(text)):\n    pass", ["ValueError"], ["x.open"]),
    ("async for a in x:\n    int(text)", ["ValueError"], ["x"]),
    ("await x.fetch(int(text))", ["ValueError"], ["await x.fetch(int(text))"]),
    ("match text:\n    case 'a':\n        int(text)\n    case b:\n        chr(y)", ["ValueError", "OverflowError"], []),
    ("match x:\n    case [a, *b] if a:\n        int(text)", ["ValueError"], ["x"]),
    ("match x:\n    case {'a': a, **rest}:\n        pass", [], ["x"]),
    ("yield int(text)", ["ValueError"], ["(yield int(text))"]),
    ("x.a += int(text)", ["ValueError"], ["x.a"]),
    ("x.a = int(text)", ["ValueError"], ["x.a"]),
    ("a: int = int(text)", ["ValueError"], []),
    ("a: int", [], []),
    ("a = {**x}", [], ["{**x}"]),
    ("a = [*x]", [], ["x"]),
    ("a = [*text.split()]", [], []),
    ("a = {'a': int(text), **x}", ["ValueError"], ["{'a': int(text), **x}"]),
]


@pytest.mark.parametrize(("body", "expected", "missing"), READ)
def test_what_stands_beside_the_unknown_is_read(body: str, expected: list[str], missing: list[str]) -> None:
    found = ask(body)
    assert list(dict.fromkeys(raised.type for raised in found.exceptions)) == expected
    assert [one.call for one in found.unknown] == missing


DOCUMENTED = '''
    class Failed(Exception): pass
    def load(a):
        """Load it.

        Raises:
            Failed: it is not there.
            KeyError: it has no name.
            Unheard: of.
        """
        raise KeyError
    '''


def test_a_docstring_is_a_weaker_source() -> None:
    found = ask("load(x)", DOCUMENTED)
    assert [(raised.type, raised.source, raised.sure) for raised in found.exceptions] == [
        ("KeyError", "project", True),
        ("Failed", "docstring", False),
    ]


def test_a_docstring_makes_nothing_complete() -> None:
    found = ask("load(x)", "def load(a):\n    ':raises KeyError: a.'\n    a.fetch()")
    assert [(raised.type, raised.source) for raised in found.exceptions] == [("KeyError", "docstring")]
    assert not found.complete
    assert found.possible == ()
