import ast
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.spelling import spell
from fixbot.model import SourceFile

DECODE = "json.JSONDecodeError"
URL = "urllib.error.URLError"


def spelled(full: str, text: str, path: str = "a.py") -> tuple[str | None, str | None]:
    module = parse(SourceFile(path, textwrap.dedent(text).encode()))
    assert isinstance(module, Module)
    handler = next(node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler))
    return spell(Names(module), full, handler)


def in_function(head: str, inside: str = "pass", parameter: str = "x") -> str:
    return f"{head}\ndef f({parameter}):\n    {inside}\n    try:\n        x()\n    except:\n        pass\n"


WAYS = [
    ("ValueError", "", ("ValueError", None)),
    ("ValueError", "from x import *", ("ValueError", None)),
    ("ValueError", "ValueError = KeyError", (None, None)),
    ("ValueError", "from x import ValueError", (None, None)),
    (DECODE, "import json", (DECODE, None)),
    (DECODE, "import json as j", ("j.JSONDecodeError", None)),
    (DECODE, "from json import JSONDecodeError", ("JSONDecodeError", None)),
    (DECODE, "from json import JSONDecodeError as Bad", ("Bad", None)),
    (DECODE, "from json import loads", (DECODE, "import json")),
    (DECODE, "import json.decoder", (DECODE, None)),
    (DECODE, "", (DECODE, "import json")),
    (DECODE, "def g():\n    import json", (DECODE, "import json")),
    (DECODE, "json = 1", (None, None)),
    (DECODE, "import ujson as json", (None, None)),
    (DECODE, "try:\n    import json\nexcept ImportError:\n    import ujson as json", (None, None)),
    ("xml.parsers.expat.ExpatError", "import xml", ("xml.parsers.expat.ExpatError", "import xml.parsers.expat")),
    (URL, "import urllib.error", (URL, None)),
    (URL, "import urllib.request", (URL, "import urllib.error")),
    (URL, "import urllib", (URL, "import urllib.error")),
    (URL, "from urllib import error", ("error.URLError", None)),
    (URL, "from urllib import error as bad", ("bad.URLError", None)),
    (URL, "import urllib.error as bad", ("bad.URLError", None)),
    (URL, "from urllib import request", (URL, "import urllib.error")),
    ("shop.User.Missing", "from shop import User", ("User.Missing", None)),
    ("shop.User.Missing", "import shop", ("shop.User.Missing", None)),
    ("shop.User.Missing", "", ("shop.User.Missing", "import shop")),
    ("Own", "class Own(Exception): pass", ("Own", None)),
    ("User.Missing", "class User:\n    class Missing(Exception): pass", ("User.Missing", None)),
]


@pytest.mark.parametrize(("full", "head", "expected"), WAYS)
def test_a_type_is_written_as_its_file_imports_it(
    full: str, head: str, expected: tuple[str | None, str | None]
) -> None:
    assert spelled(full, in_function(head)) == expected


@pytest.mark.parametrize("full", ["ValueError", DECODE, "Own"])
def test_a_parameter_can_hide_a_name(full: str) -> None:
    head = "import json\nclass Own(Exception): pass"
    assert spelled(full, in_function(head, parameter="x, ValueError, json, Own")) == (None, None)


def test_an_import_inside_the_function_is_used() -> None:
    assert spelled(DECODE, in_function("", "import json as local")) == ("local.JSONDecodeError", None)


def test_a_name_of_the_whole_file_is_taken_before_one_of_the_function() -> None:
    assert spelled(DECODE, in_function("import json", "import json as local")) == (DECODE, None)


def test_a_local_name_can_hide_a_builtin() -> None:
    assert spelled("ValueError", in_function("", "ValueError = x")) == (None, None)


FAR = ("app.errors.Bad", "import app.errors")
RELATIVE = [
    ("app/views.py", "from .errors import Bad", ("Bad", None)),
    ("src/app/views.py", "from .errors import Bad", ("Bad", None)),
    ("src/app/views.py", "from . import errors", ("errors.Bad", None)),
    ("src/app/web/views.py", "from ..errors import Bad as Worse", ("Worse", None)),
    ("src/app/web/views.py", "from .errors import Bad", FAR),
    ("src/app/views.py", "from ..errors import Bad", FAR),
    ("app/views.py", "from ..errors import Bad", FAR),
    ("app/views.py", "from .errors import Worse", FAR),
]


@pytest.mark.parametrize(("path", "head", "expected"), RELATIVE)
def test_relative_imports_are_understood_by_the_path(path: str, head: str, expected: tuple[str, str | None]) -> None:
    assert spelled("app.errors.Bad", in_function(head), path) == expected


AS_IMPORTED = [
    (".errors.Bad", "from .errors import Bad", ("Bad", None)),
    ("..x.errors.Bad", "from ..x import errors", ("errors.Bad", None)),
    (".errors.Bad", "", (None, None)),
]


@pytest.mark.parametrize(("full", "head", "expected"), AS_IMPORTED)
def test_a_relative_name_is_written_by_what_imports_it_or_not_at_all(
    full: str, head: str, expected: tuple[str | None, str | None]
) -> None:
    assert spelled(full, in_function(head), "shop/web/views.py") == expected


def test_a_class_of_this_very_file_needs_no_import() -> None:
    own = in_function("class Bad(Exception): pass")
    assert spelled("app.errors.Bad", own, "src/app/errors.py") == ("Bad", None)
    assert spelled("other.errors.Bad", own, "src/app/errors.py") == ("other.errors.Bad", "import other.errors")


LOCAL = """
    class A:
        class Inner(Exception): pass
        def g(self):
            class Local(Exception): pass
            def inner():
                try: x()
                except: pass
"""


@pytest.mark.parametrize(
    ("full", "written"),
    [
        ("A.Inner", "A.Inner"),
        ("A.g.Local", "Local"),
        ("A.h.Local", None),
        ("A.g.inner.Local", None),
        ("A.Missing", None),
    ],
)
def test_a_class_inside_of_a_function_has_its_bare_name_and_only_there(full: str, written: str | None) -> None:
    assert spelled(full, LOCAL) == (written, None)


def test_a_class_inside_of_another_function_cannot_be_written() -> None:
    text = "def g():\n    class Local(Exception): pass\ndef f():\n    try: g()\n    except: pass\n"
    assert spelled("g.Local", text) == (None, None)
