import ast
import importlib
import textwrap

import pytest

from fixbot.analysis.knowledge import library
from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.raises import Answer, Raised, Unknown, exceptions_of
from fixbot.analysis.raises.hierarchy import imported_class
from fixbot.model import SourceFile


def answer(source: str) -> Answer:
    module = parse(SourceFile("sample.py", textwrap.dedent(source).encode()))
    assert isinstance(module, Module)
    statement = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    return exceptions_of(statement.body, Names(module), statement)


def of(body: str, parameters: str = "x, y, text: str", above: str = "", before: str = "pass") -> Answer:
    lines = [above, f"def sample({parameters}):", textwrap.indent(before, "    "), "    try:"]
    return answer("\n".join([*lines, textwrap.indent(textwrap.dedent(body).strip(), " " * 8), "    except: pass"]))


def types(found: Answer) -> list[str]:
    return list(dict.fromkeys(raised.type for raised in found.exceptions))


UNDERSTOOD = [
    ("a constant", "", "return 1", "x", []),
    ("nothing at all", "", "pass", "x", []),
    ("a plain name that is returned", "", "return x", "x", []),
    ("a conversion of a name", "", "int(x)", "x", ["ValueError", "TypeError"]),
    ("a conversion of text", "", "int(x)", "x: str", ["ValueError"]),
    ("a conversion of an int", "", "int(x)", "x: int", []),
    ("a conversion of what may be None", "", "int(x)", "x: str | None", ["ValueError", "TypeError"]),
    ("a default of None", "", "float(x)", "x: str = None", ["ValueError", "TypeError"]),
    ("Optional", "from typing import Optional", "int(x)", "x: Optional[str]", ["ValueError", "TypeError"]),
    (
        "an environment variable without default",
        "import os",
        "int(os.environ.get('A'))",
        "x",
        ["ValueError", "TypeError"],
    ),
    ("getenv without default", "import os", "int(os.getenv('A'))", "x", ["ValueError", "TypeError"]),
    ("getenv with default", "import os", "int(os.getenv('A', '1'))", "x", ["ValueError"]),
    ("an environment variable as an item", "import os", "os.environ['A']", "x", ["KeyError"]),
    ("get on a dict", "", "int(x.get('a'))", "x: dict", ["ValueError", "TypeError"]),
    ("a key of a dict", "", "x['a']", "x: dict", ["KeyError"]),
    ("pop from a dict", "", "x.pop('a')", "x: dict", ["KeyError"]),
    ("pop from a dict with a default", "", "x.pop('a', None)", "x: dict", []),
    ("removing a key", "", "del x['a']", "x: dict", ["KeyError"]),
    ("setting a key", "", "x['a'] = 1", "x: dict", []),
    ("an index of a list", "", "x[0]", "x: list", ["IndexError"]),
    ("a part of a split text", "", "x.split(',')[1]", "x: str", ["IndexError"]),
    ("a slice of a text", "", "x[1:3]", "x: str", []),
    ("an index of a text", "", "x[0]", "x: str", ["IndexError"]),
    ("unpacking a split text", "", "a, b = x.split()", "x: str", ["ValueError"]),
    ("unpacking what is written out", "", "a, b = 1, 2", "x", []),
    ("the first of an iterator", "", "next(iter(x))", "x: list", ["StopIteration"]),
    ("the first with a default", "", "next(iter(x), None)", "x: list", []),
    ("the least of what may be empty", "", "min(x)", "x: list[int]", ["ValueError"]),
    ("the least with a default", "", "min(x, default=0)", "x: list[int]", []),
    ("a character code", "", "chr(x)", "x", ["ValueError", "OverflowError"]),
    ("encoding", "", "x.encode('ascii')", "x: str", ["UnicodeEncodeError"]),
    ("decoding", "", "x.decode()", "x: bytes", ["UnicodeDecodeError"]),
    ("hexadecimal", "", "bytes.fromhex(x)", "x", ["ValueError"]),
    ("a place in a text", "", "x.index('a')", "x: str", ["ValueError"]),
    ("removing from a list of texts", "", "x.remove('a')", "x: list[str]", ["ValueError"]),
    ("division by a name", "", "x / y", "x: int, y: int", ["ZeroDivisionError"]),
    ("division by a constant", "", "x % 7", "x: int, y", []),
    ("division by the literal zero", "", "x / 0", "x: int, y", ["ZeroDivisionError"]),
    ("an assertion", "", "assert x", "x", ["AssertionError"]),
    ("an import", "", "import somewhere", "x", ["ImportError"]),
    ("an import from", "", "from .here import there", "x", ["ImportError"]),
    ("a name of Python 2", "", "unicode", "x", ["NameError"]),
    ("a call of a builtin of Python 2", "", "raw_input('?')", "x", ["NameError"]),
    ("opening a file", "", "with open(x) as f:\n    pass", "x", ["OSError"]),
    ("reading text", "", "with open(x) as f:\n    f.read()", "x", ["OSError", "UnicodeDecodeError"]),
    ("reading bytes", "", "with open(x, 'rb') as f:\n    f.read()", "x", ["OSError"]),
    (
        "running through lines",
        "",
        "for line in open(x):\n    int(line)",
        "x",
        ["OSError", "UnicodeDecodeError", "ValueError"],
    ),
    ("JSON of text", "import json", "json.loads(x)", "x: str", ["json.JSONDecodeError"]),
    (
        "JSON of text or bytes",
        "import json",
        "json.loads(x)",
        "x",
        ["json.JSONDecodeError", "UnicodeDecodeError", "TypeError"],
    ),
    (
        "a key of JSON",
        "import json",
        "json.loads(x)['a']",
        "x: str",
        ["json.JSONDecodeError", "KeyError", "TypeError"],
    ),
    (
        "a method of JSON",
        "import json",
        "json.loads(x).get('a')",
        "x: str",
        ["json.JSONDecodeError", "AttributeError"],
    ),
    ("an alias of a module", "import json as j", "j.loads(x)", "x: str", ["json.JSONDecodeError"]),
    ("a match that may not be", "import re", "re.match('a', x).group()", "x: str", ["AttributeError"]),
    ("a pattern from outside", "import re", "re.compile(x)", "x", ["re.error"]),
    ("base64 of bytes", "import base64", "base64.b64decode(x)", "x: bytes", ["binascii.Error"]),
    ("a date", "from datetime import datetime", "datetime.fromisoformat(x)", "x", ["ValueError"]),
    ("a UUID", "import uuid", "uuid.UUID(x)", "x", ["ValueError", "TypeError", "AttributeError"]),
    ("a decimal", "from decimal import Decimal", "Decimal(x)", "x", ["decimal.InvalidOperation"]),
    ("removing a file", "import os", "os.remove(x)", "x", ["OSError"]),
    ("looking for a file", "import os", "os.path.exists(os.path.join(x, 'a'))", "x", []),
    (
        "text of a path",
        "from pathlib import Path",
        "Path(x).read_text()",
        "x",
        ["OSError", "UnicodeDecodeError"],
    ),
    ("a path put together", "from pathlib import Path", "(Path(x) / 'a').unlink()", "x", ["OSError"]),
    (
        "a program that must succeed",
        "import subprocess",
        "subprocess.run(['a'], check=True, timeout=3)",
        "x",
        [
            "OSError",
            "subprocess.SubprocessError",
            "subprocess.CalledProcessError",
            "subprocess.TimeoutExpired",
        ],
    ),
    (
        "a literal",
        "import ast",
        "ast.literal_eval(x)",
        "x",
        ["ValueError", "SyntaxError", "TypeError", "MemoryError", "RecursionError"],
    ),
    ("packed bytes", "import struct", "struct.unpack('<I', x)", "x", ["struct.error"]),
    ("text without its margin", "import textwrap", "textwrap.dedent(x)", "x: str", []),
    ("text with a margin", "import textwrap", "textwrap.indent(x, ' ')", "x: str | None", ["AttributeError"]),
    ("a random token", "import secrets", "secrets.token_hex(8)", "x", []),
    ("files by a pattern", "import glob", "for each in glob.glob(x): int(each)", "x: str", ["ValueError"]),
    ("a thread that is not started", "import threading", "threading.Thread(target=x)", "x", []),
    ("the thread that runs", "import threading", "threading.current_thread()", "x", []),
    ("a square root", "import math", "math.sqrt(x)", "x", ["ValueError"]),
    ("a module by name", "import importlib", "importlib.import_module('a')", "x", ["ImportError"]),
    (
        "a logger of the module",
        "import logging\nlog = logging.getLogger('a')",
        "log.info('a %s', x)",
        "x",
        [],
    ),
    ("a text with a known value in it", "", "f'{x:>3} {x}'", "x: int", []),
    ("a comparison of a name with a constant", "", "x == 'a' and x is not None", "x", []),
    ("membership in constants", "", "x in ('a', 'b')", "x", []),
    ("a comprehension", "", "[int(part) for part in x.split()]", "x: str", ["ValueError"]),
    ("an explicit raise", "", "raise KeyError(x)", "x", ["KeyError"]),
    ("an alias of OSError", "", "raise IOError('a')", "x", ["OSError"]),
    ("a class of the file", "class MyError(ValueError): pass", "raise MyError(x)", "x", ["MyError"]),
    ("a standard class", "import socket", "raise socket.timeout", "x", ["TimeoutError"]),
    ("adding to what may be None", "", "x + 'a'", "x: str | None", ["TypeError"]),
    ("ordering what may be None", "", "x > 1", "x: int | None", ["TypeError"]),
    ("an index of what may be None", "", "x[0]", "x: list | None", ["IndexError", "TypeError"]),
    ("a shift by a name", "", "x << y", "x: int, y: int", ["ValueError"]),
    ("a power of a name", "", "x ** y", "x: int, y: int", ["ZeroDivisionError", "OverflowError"]),
    ("a constant power", "", "-x ** 2", "x: int", []),
    ("text in a template", "", "'%d' % x", "x: str", ["TypeError", "ValueError"]),
    ("a repeated text", "", "3 * x + x", "x: str", []),
    ("sets together", "", "x | y", "x: set, y: set", []),
    ("a choice", "", "(x if y else 'a').strip()", "x: str, y", []),
    ("what or puts in the place of None", "", "(x or 'a').strip()", "x: str | None", []),
    ("a name bound in an expression", "", "(a := x).strip() + a.strip()", "x: str", []),
    ("a dict and a set written out", "", "{'a': int(x)}, {1}", "x: str", ["ValueError"]),
    ("a function written out", "", "lambda: anything()", "x", []),
    ("a lambda's default", "", "lambda a=int(x): a", "x: str", ["ValueError"]),
    ("a key of the environment", "import os", "'A' in os.environ", "x", []),
    ("a constant of a module", "import os", "os.sep.join(['a'])", "x", []),
    (
        "a slice of JSON",
        "import json",
        "json.loads(x)[1:]",
        "x: str",
        ["json.JSONDecodeError", "TypeError", "KeyError"],
    ),
    ("a starred part", "", "a, *b = x.split()", "x: str", ["ValueError"]),
    ("a nested function is not run", "", "def inner():\n    anything()", "x", []),
]


@pytest.mark.parametrize(
    ("above", "body", "parameters", "expected"),
    [case[1:] for case in UNDERSTOOD],
    ids=[case[0] for case in UNDERSTOOD],
)
def test_what_is_understood_is_answered_completely(above: str, body: str, parameters: str, expected: list[str]) -> None:
    found = of(body, parameters, above)
    assert (types(found), found.unknown) == (expected, ())


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ("x.fetch(1)", "x.fetch"),
        ("self.client.fetch(1).text()", "self.client.fetch"),
        ("x.attribute", "x.attribute"),
        ("x['a']", "x['a']"),
        ("anything(x)", "anything"),
        ("x + y", "x + y"),
        ("x / y", "x / y"),
        ("x == y", "x == y"),
        ("x in y", "x in y"),
        ("-x", "-x"),
        ("str(x)", "str"),
        ("f'{x}'", "x"),
        ("'%s' % x", "'%s' % x"),
        ("','.join(x)", "','.join"),
        ("list(x)", "list"),
        ("sorted(x)", "sorted"),
        ("next(x)", "next"),
        ("int(*x)", "int"),
        ("dict(**x)", "dict"),
        ("for item in x:\n    pass", "x"),
        ("with x as y:\n    pass", "x"),
        ("with x:\n    int(y)", "x"),
        ("a, b = x", "x"),
        ("x.name = 1", "x.name"),
        ("x['a'] = 1", "x['a']"),
        ("del x.name", "x.name"),
        ("raise x", "raise x"),
        ("raise", "raise"),
        ("yield x", "(yield x)"),
        ("class A: pass", "class A:"),
        ("import pickle\npickle.loads(x)", "pickle.loads"),
        ("import json\njson.loads(x, object_hook=y)", "json.loads"),
        ("import re\nre.sub('a', x, 'b')", "re.sub"),
        ("min([1, 2], key=x)", "min"),
    ],
)
def test_what_may_run_foreign_code_is_named_as_unknown(body: str, call: str) -> None:
    found = of(body, "self, x, y")
    assert [unknown.call for unknown in found.unknown] == [call]
    assert not found.complete


def test_awaiting_is_not_understood() -> None:
    found = answer("async def f(x):\n    try:\n        await x\n    except: pass\n")
    assert found.unknown == (Unknown(3, "await x"),)


def test_each_exception_names_its_line_its_expression_and_its_source() -> None:
    found = of("a = int(text)\nb = json.loads(y)\nassert a", "text: str, y: str", "import json")
    assert found.exceptions == (
        Raised("ValueError", 5, "int(text)", "builtin"),
        Raised("json.JSONDecodeError", 6, "json.loads(y)", "stdlib"),
        Raised("AssertionError", 7, "assert a", "operation"),
    )


def test_raise_and_import_are_sources_of_their_own() -> None:
    assert [raised.source for raised in of("import a\nraise OSError").exceptions] == ["import", "raise"]


def test_a_long_expression_is_shortened_to_one_line() -> None:
    [raised] = of(f"int({'x' * 90!r})").exceptions
    assert len(raised.because) == 60
    assert raised.because.endswith("…")


def test_a_type_below_another_is_not_suggested() -> None:
    assert of("int(text)\njson.loads(text)", above="import json").possible == ("ValueError",)


def test_suggestions_stand_in_the_order_of_the_code_and_once() -> None:
    assert of("x['a']\nint(y)\nx['b']", "x: dict, y: str").possible == ("KeyError", "ValueError")


def test_a_class_of_the_file_is_covered_by_its_parent() -> None:
    found = of("int(text)\nraise MyError", above="class Own(ValueError): pass\nclass MyError(Own): pass")
    assert found.possible == ("ValueError",)


@pytest.mark.parametrize(
    "above",
    [
        "from elsewhere import Base\nclass MyError(Base): pass",
        "class MyError(ValueError):\n    def __init__(self): anything()",
        "@anything\nclass MyError(ValueError): pass",
        "class MyError(MyError): pass",
        "class MyError(Other): pass\nclass Other(MyError): pass",
        "class MyError(ValueError): pass\nMyError = anything",
        "try:\n    from a import MyError\nexcept ImportError:\n    class MyError(ValueError): pass",
    ],
)
def test_a_class_that_is_not_plainly_understood_makes_a_raise_unknown(above: str) -> None:
    module = parse(
        SourceFile("sample.py", f"{above}\ndef f():\n    try:\n        raise MyError\n    finally: pass\n".encode())
    )
    assert isinstance(module, Module)
    statement = next(node for node in ast.walk(module.tree.body[-1]) if isinstance(node, ast.Try))
    assert not exceptions_of(statement.body, Names(module), statement).complete


def test_what_an_inner_handler_catches_does_not_come_out() -> None:
    found = of("try:\n    int(text)\n    y['a']\nexcept ValueError:\n    pass", "text: str, y: dict")
    assert types(found) == ["KeyError"]


def test_an_inner_handler_of_a_parent_catches_too() -> None:
    assert types(of("try:\n    y['a']\nexcept (LookupError, OSError):\n    pass", "x, y: dict")) == []


def test_an_inner_handler_of_a_child_lets_the_parent_out() -> None:
    assert types(of("try:\n    open(x)\nexcept FileNotFoundError:\n    pass")) == ["OSError"]


def test_an_inner_bare_handler_catches_the_unknown() -> None:
    assert of("try:\n    anything()\nexcept:\n    pass").complete


def test_an_inner_handler_of_exceptions_leaves_the_unknown() -> None:
    assert not of("try:\n    anything()\nexcept Exception:\n    pass").complete


def test_an_inner_handler_that_is_not_understood_catches_nothing() -> None:
    assert types(of("try:\n    int(text)\nexcept elsewhere.Error:\n    pass", above="import elsewhere")) == [
        "ValueError"
    ]


@pytest.mark.parametrize("again", ["raise", "raise error"])
def test_an_inner_handler_that_raises_again_lets_it_out(again: str) -> None:
    assert types(of(f"try:\n    int(text)\nexcept ValueError as error:\n    {again}")) == ["ValueError"]


def test_an_inner_bare_handler_that_raises_again_lets_the_unknown_out() -> None:
    assert not of("try:\n    anything()\nexcept:\n    raise").complete


def test_what_handlers_else_and_finally_do_is_read() -> None:
    found = of(
        """
        try:
            int(text)
        except ValueError as error:
            y['a']
            str(error)
        else:
            assert x
        finally:
            chr(x)
        """,
        "text: str, x, y: dict",
    )
    assert (types(found), found.complete) == (
        ["AssertionError", "KeyError", "ValueError", "OverflowError"],
        True,
    )


def test_branches_and_loops_are_read() -> None:
    found = of(
        "while x:\n    if x:\n        int(text)\n        break\n    else:\n        y['a']\n        continue",
        "text: str, x, y: dict",
    )
    assert (types(found), found.complete) == (["ValueError", "KeyError"], True)


def test_a_name_is_known_by_what_was_assigned_before_the_block() -> None:
    assert types(of("parts[1]", "x: str", before="parts = x.split()")) == ["IndexError"]


def test_a_name_may_be_made_from_itself() -> None:
    assert of("x.lower()", "y", before="x = input()\nx = x.strip()").complete


def test_a_name_that_is_bound_to_two_kinds_is_unknown() -> None:
    assert not of("parts[1]", "x: str", before="parts = x.split()\nparts = anything()").complete


def test_a_loop_that_changes_the_kind_of_a_name_is_noticed() -> None:
    assert not of("a = ''\nfor i in range(3):\n    a.strip()\n    a = anything").complete


def test_a_branch_that_changes_the_kind_of_a_name_is_noticed() -> None:
    assert not of("a = ''\nif x:\n    a = anything\na.strip()").complete


def test_names_that_are_made_from_each_other_come_to_an_end() -> None:
    assert not answer("a = b\nb = a\ndef f():\n    try:\n        a.strip()\n    except: pass").complete


def test_a_list_that_others_add_to_has_unknown_elements() -> None:
    assert not of("sorted(a)", before="a = [1]\na.append(x)").complete


def test_a_list_that_is_added_to_in_the_block_has_unknown_elements() -> None:
    assert not of("a = [1]\na.append(x)\nsorted(a)").complete


@pytest.mark.parametrize("test", ["found", "found is not None"])
def test_inside_a_test_for_a_match_there_is_one(test: str) -> None:
    found = of(f"found = re.match('a', x)\nif {test}:\n    found.group(1)", above="import re")
    assert (types(found), found.complete) == ([], True)


def test_pairs_of_a_dict_are_taken_apart() -> None:
    found = of("for key, value in x.items():\n    int(value)", "x: dict")
    assert (types(found), found.complete) == (["ValueError", "TypeError"], True)


def test_a_generator_that_was_made_before_is_unknown() -> None:
    assert not of("list(a)", before="a = (anything(b) for b in x)").complete


def test_a_global_that_a_function_rebinds_is_unknown() -> None:
    source = "A = ''\ndef g():\n    global A\n    A = 1\ndef f():\n    try:\n        A.strip()\n    except: pass"
    assert not answer(source).complete


def test_a_builtin_that_the_file_replaces_is_unknown() -> None:
    assert [unknown.call for unknown in of("int(x)", above="def int(a): anything()").unknown] == ["int"]


def test_a_name_that_only_the_handler_binds_may_be_missing() -> None:
    assert types(answer("try:\n    text = unicode\nexcept:\n    unicode = str\n")) == ["NameError"]


def test_a_name_that_stands_alone_is_there_to_see_whether_it_exists() -> None:
    assert types(answer("try:\n    profile\nexcept:\n    profile = None\n")) == ["NameError"]


@pytest.mark.parametrize("body", ["somewhere", "a = somewhere"])
def test_a_name_that_nobody_binds_may_be_missing(body: str) -> None:
    assert types(of(body)) == ["NameError"]


def test_a_builtin_that_stands_alone_is_there() -> None:
    assert types(of("complex")) == []


def test_a_name_that_nobody_binds_may_be_put_in_from_outside() -> None:
    assert types(of("int(somewhere)")) == ["ValueError", "TypeError"]


def test_a_star_import_may_bring_any_name() -> None:
    assert types(answer("from a import *\ntry:\n    b = unicode\nexcept:\n    pass\n")) == []


def test_adding_to_a_number_is_understood() -> None:
    assert of("n += 1", before="n = 0").complete


def test_a_class_outside_the_known_modules_is_not_imported() -> None:
    assert imported_class("antigravity.Anything") is None


def test_every_type_in_the_data_is_an_exception_that_can_be_imported() -> None:
    facts = [*library().calls.values(), *library().methods.values()]
    lists = [
        names
        for fact in facts
        for names in (
            fact.raises,
            fact.none,
            fact.literal or (),
            fact.literals or (),
            fact.without_arguments or (),
            *fact.given.values(),
            *fact.keywords.values(),
        )
    ]
    named = {name for names in lists for name in names}
    assert len(named) > 30
    assert {name for name in named if imported_class(name) is None} == set()


def test_every_callable_and_constant_in_the_data_is_real() -> None:
    # Not every system has these.
    elsewhere = {"os.getuid", "os.geteuid", "os.getgid", "os.killpg", "os.getpgid"}
    named = {*library().calls, *library().constants} - elsewhere
    assert {name for name in named if not real(name)} == set()


def test_every_method_and_attribute_in_the_data_is_real() -> None:
    classes = {kind: name for name, kind in library().classes.items()}
    # These are set on each object, not on its class.
    own = {
        "args",
        "stdout",
        "stderr",
        "returncode",
        "status",
        "reason",
        "name",
        "level",
        "closed",
        "stem",
        "suffix",
        "hex",
    }
    named = {(kind, name) for kind, name in [*library().methods, *library().attributes] if not name.startswith("<")}
    wrong = {
        (kind, name)
        for kind, name in named
        if kind in classes and name not in own and not real(f"{classes[kind]}.{name}")
    }
    assert wrong == set()


def test_every_kind_in_the_data_is_described() -> None:
    described = {kind for kind, _ in [*library().methods, *library().attributes]} | set(library().classes.values())
    words = {
        fact.returns.split(" of ")[0]
        for fact in [*library().calls.values(), *library().methods.values()]
        if fact.returns
    }
    kinds = {word.replace("]", "").split("[")[0].rstrip("?") for word in {*words, *library().constants.values()}}
    described |= {"opaque", "pair"}
    assert kinds - described == {"same", "same as argument", "element", "any"}


def real(name: str) -> bool:
    parts = name.split(".")
    for count in range(len(parts) - 1, -1, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:count]) or "builtins")
        except ImportError:
            continue
        for part in parts[count:]:
            found = getattr(found, part, None)
        return found is not None
    return False


@pytest.mark.parametrize("caught", ["requests.RequestException", "requests.exceptions.RequestException", "OSError"])
def test_an_inner_handler_of_a_parent_catches_what_a_package_raises(caught: str) -> None:
    body = f"""
        try:
            requests.get(text).json()
        except {caught}:
            pass
    """
    assert types(of(body, above="import requests")) == []
    assert "requests.exceptions.JSONDecodeError" in types(of(body.replace(caught, "KeyError"), above="import requests"))


def test_a_type_of_a_package_stands_for_those_below_it() -> None:
    assert of("requests.get(text).json()", above="import requests").possible == (
        "requests.exceptions.RequestException",
    )
