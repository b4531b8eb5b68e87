from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.calling.decorators import is_cache, passes_through
from fixbot.analysis.calling.hooks import has_overloads, hook
from fixbot.analysis.calling.mocks import expected, replaced
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function, FunctionNode


def function(corpus: Corpus, name: str) -> Function:
    for path in corpus.files:
        file = corpus.file(path)
        for node in ast.walk(file.module.tree) if file is not None else ():
            if file is not None and isinstance(node, FunctionNode) and Function(file, node).qualname == name:
                return Function(file, node)
    raise AssertionError(name)


def corpus_of(files: Mapping[str, str], texts: Mapping[str, str] | None = None) -> Corpus:
    content = {path: textwrap.dedent(text).encode() for path, text in files.items()}
    return Corpus(content, texts={path: text.encode() for path, text in (texts or {}).items()})


def hook_of(text: str, name: str = "book", path: str = "app.py") -> str | None:
    corpus = corpus_of({path: text})
    return hook(corpus, function(corpus, name))


def passes(text: str, decorator: str = "@deco") -> bool:
    corpus = corpus_of(
        {"lib.py": text, "app.py": f"from lib import *\nimport lib\n{decorator}\ndef book(**k): return 1\n"}
    )
    found = function(corpus, "book")
    return passes_through(corpus.project, found.file, found.node.decorator_list[0], found.node)


METHOD = "def book(self, **kwargs): return 1"


@pytest.mark.parametrize(
    "text",
    [
        "def book(**kwargs):\n    return 1\n",
        "import functools\n@functools.lru_cache(maxsize=1)\ndef book(**kwargs): return 1\n",
        "import functools\n@functools.cache\ndef book(**kwargs): return 1\n",
    ],
)
def test_a_plain_function_is_no_hook(text: str) -> None:
    assert hook_of(text) is None


@pytest.mark.parametrize(
    "head",
    [
        "class A:",
        "class A(object):",
        "from abc import ABC\nclass A(ABC):",
        "import abc\nclass A(metaclass=abc.ABCMeta):",
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]):",
        "from enum import Enum\nclass A(Enum):",
        "class A(ValueError):",
        "class B: ...\nclass A(B):",
    ],
)
def test_a_method_of_the_project_is_no_hook(head: str) -> None:
    assert hook_of(f"{head}\n    {METHOD}\n", "A.book") is None


FOREIGN = {
    "from django.views import View\nclass A(View):": "django.views.View",
    "from threading import Thread\nclass B(Thread): ...\nclass A(B):": "threading.Thread",
    "import x\nclass A(x.make()):": "an unknown base",
    "class A(B):": "B",
    "from x import Meta\nclass A(metaclass=Meta):": "Meta",
}


@pytest.mark.parametrize("head", FOREIGN)
def test_a_method_may_override_something_of_another_library(head: str) -> None:
    assert hook_of(f"{head}\n    {METHOD}\n", "A.book") == f"may override something of `{FOREIGN[head]}`"
    private = f"{head}\n    def _book(self, **kwargs): return 1\n"
    assert hook_of(private, "A._book") is None


@pytest.mark.parametrize("name", ["__call__", "__new__", "__exit__", "__init_subclass__"])
def test_python_calls_its_own_methods(name: str) -> None:
    assert hook_of(f"class A:\n    def {name}(self, **kwargs): return 1\n", f"A.{name}") == "is called by Python itself"


DECORATED = {
    "import flask\napp = flask.Flask()\n@app.get('/')": "is decorated by `app.get`, which may call it in its own way",
    "import click\n@click.command()": "is decorated by `click.command`, which may call it in its own way",
    "from celery import shared_task\n@shared_task": "is decorated by `shared_task`, which may call it in its own way",
    "import pytest\n@pytest.fixture": "is called by pytest",
    "import typing\n@typing.overload": "is there for type checkers alone",
}


@pytest.mark.parametrize("head", DECORATED)
def test_what_decorates_a_function_may_call_it(head: str) -> None:
    assert hook_of(f"{head}\ndef book(**kwargs): return 1\n") == DECORATED[head]


def test_a_property_is_none_to_call() -> None:
    assert hook_of(f"class A:\n    @property\n    {METHOD}\n", "A.book") == "is a property"
    text = f"class A:\n    @property\n    def x(self): return 1\n    @x.setter\n    {METHOD}\n"
    assert hook_of(text, "A.book") == "is a property"


@pytest.mark.parametrize("body", ["...", "pass", "'''Text.'''", "raise NotImplementedError"])
def test_a_function_without_a_body_says_nothing(body: str) -> None:
    assert hook_of(f"def book(**kwargs):\n    {body}\n") == "has no body of its own"


PYTEST = {
    ("pytest_configure", "conftest.py"): True,
    ("test_it", "tests/test_app.py"): True,
    ("test_it", "app.py"): False,
    ("helper", "tests/test_app.py"): False,
}


@pytest.mark.parametrize("what", PYTEST)
def test_pytest_calls_its_hooks_and_tests(what: tuple[str, str]) -> None:
    name, path = what
    found = hook_of(f"def {name}(**kwargs): return 1\n", name, path)
    assert found == ("is called by pytest" if PYTEST[what] else None)


def test_pytest_calls_the_tests_of_classes_and_none_within_functions() -> None:
    path = "tests/test_app.py"
    text = "class TestA:\n    def test_b(self, **k): return 1\ndef test_c():\n    def test_d(**k): return 1\n"
    assert hook_of(text, "TestA.test_b", path) == "is called by pytest"
    assert hook_of(text, "test_c.test_d", path) is None


def test_an_entry_point_is_called_from_outside() -> None:
    corpus = corpus_of(
        {"app.py": "def book(**k): return 1\n"}, {"pyproject.toml": "[project.scripts]\nx = 'app:book'\n"}
    )
    assert hook(corpus, function(corpus, "book")) == "is an entry point in pyproject.toml"


def test_a_member_of_a_protocol_is_no_function_of_its_own() -> None:
    text = f"from typing import Protocol\nclass A(Protocol):\n    {METHOD}\n"
    assert hook_of(text, "A.book") == "is a member of a protocol"


INIT = "def __init__(self, **kwargs): self.x = 1"
MADE = {
    "from threading import Thread\nclass A(Thread):": None,
    "from dataclasses import dataclass\n@dataclass\nclass A:": None,
    "import abc\nclass A(metaclass=abc.ABCMeta):": None,
    "from django.views import View\nclass A(View):": (
        "may be called by `django.views.View`, which makes objects of its heirs"
    ),
    "import attr\n@attr.s\nclass A:": "belongs to a class that is decorated by `attr.s`",
    "from x import Meta\nclass A(metaclass=Meta):": "is called by a metaclass, `Meta`",
    "class B:\n    def __new__(cls, **k): return 1\nclass A(B):": "shares its arguments with `B.__new__`",
}


@pytest.mark.parametrize("head", MADE)
def test_an_init_is_called_by_those_who_make_objects(head: str) -> None:
    assert hook_of(f"{head}\n    {INIT}\n", "A.__init__") == MADE[head]


KNOWN = {
    "@staticmethod": True,
    "@functools.wraps(f)": True,
    "@contextlib.asynccontextmanager": True,
    "@typing.override": True,
    "@functools.lru_cache": False,
    "@functools.cache": False,
    "@functools.singledispatch": False,
    "@unknown": False,
    "@app.route('/')": False,
}


@pytest.mark.parametrize("decorator", KNOWN)
def test_decorators_of_the_standard_library_are_known(decorator: str) -> None:
    text = f"import functools, contextlib, typing\n{decorator}\ndef book(**k): return 1\n"
    corpus = corpus_of({"app.py": text})
    found = function(corpus, "book")
    first = found.node.decorator_list[0]
    assert passes_through(corpus.project, found.file, first, found.node) is KNOWN[decorator]
    assert is_cache(found.file, first, found.node) is ("cache" in decorator)


def plain(body: str, *, before: str = "", params: str = "*args, **kwargs", kind: str = "def") -> str:
    """Give a decorator whose wrapper has a body."""
    return (
        "import asyncio, functools, inspect\nfrom functools import wraps\n"
        f"def key(*args, **kwargs):\n    return str(kwargs)\n"
        f"def deco(func):\n    {before or 'pass'}\n    @wraps(func)\n    {kind} wrapper({params}):\n"
        f"{textwrap.indent(body, ' ' * 8)}\n    return wrapper\n"
    )


PASS = [
    plain("return func(*args, **kwargs)"),
    plain("return await func(*args, **kwargs)", kind="async def"),
    plain("return func(self, *args, **kwargs)", params="self, *args, **kwargs"),
    plain("log.debug('%s %s', args, kwargs)\nreturn func(*args, **kwargs)"),
    plain("print(f'{kwargs} {func.__name__}', func)\nreturn func(*args, **kwargs)").replace(", func)", ")"),
    plain("name = key(*args[1:], **kwargs)\nreturn func(*args, **kwargs)"),
    plain("name = [v for k, v in sorted(kwargs.items())]\nreturn func(*args, **kwargs)"),
    plain("for _ in range(3):\n    try:\n        return func(*args, **kwargs)\n    except OSError: ..."),
    plain("if inspect.iscoroutinefunction(func): ...\nreturn func(*args, **kwargs)"),
    plain("return await asyncio.to_thread(func, *args, **kwargs)", kind="async def"),
    plain("return run(lambda: func(*args, **kwargs))"),
    plain("return func(*args, **kwargs)", before="registry[func.__name__] = 1"),
    "def deco(func):\n    func.marked = True\n    return func\n",
    "from typing import cast\n"
    + plain("return func(*args, **kwargs)").replace("return wrapper", "return cast(F, wrapper)"),
    "import functools as t\ndef deco(f):\n    def w(*a, **k): return f(*a, **k)\n    return t.update_wrapper(w, f)\n",
    (
        "import inspect\ndef deco(f):\n    if inspect.iscoroutinefunction(f):\n"
        "        async def w(*a, **k): return await f(*a, **k)\n"
        "        return w\n    else:\n        def v(*a, **k): return f(*a, **k)\n        return v\n"
    ),
]


@pytest.mark.parametrize("text", PASS)
def test_a_decorator_that_hands_on_all_passes_calls_through(text: str) -> None:
    assert passes(text)


NOT = [
    plain("return func(*args)"),
    plain("return func(**kwargs)"),
    plain("return func(*args, x=1, **kwargs)"),
    plain("return func(1, *args, **kwargs)"),
    plain("return func(*args[1:], **kwargs)"),
    plain("kwargs['x'] = 1\nreturn func(*args, **kwargs)"),
    plain("if kwargs['x']: ...\nreturn func(*args, **kwargs)"),
    plain("kwargs.get('x')\nreturn func(*args, **kwargs)"),
    plain("kwargs.pop('x')\nreturn func(*args, **kwargs)"),
    plain("'x' in kwargs\nreturn func(*args, **kwargs)"),
    plain("self.kwargs = kwargs\nreturn func(*args, **kwargs)"),
    plain("kwargs = {}\nreturn func(*args, **kwargs)"),
    plain("name = frozenset(kwargs.items())\nreturn func(*args, **kwargs)"),
    plain("name = [v for k, v in kwargs.items() if k == 'x']\nreturn func(*args, **kwargs)"),
    plain("inspect.signature(func).bind(*args, **kwargs)\nreturn func(*args, **kwargs)"),
    plain("other(*args, **kwargs)\nreturn func(*args, **kwargs)"),
    plain("later(func)\nreturn func(*args, **kwargs)"),
    plain("return 1"),
    plain("return func(*args, **kwargs)", before="func = 1"),
    plain("return func(*args, **kwargs)", before="wrapper = 1"),
    plain("return func(*args, **kwargs)", before="if x: return"),
    plain("return func(a, **kwargs)", params="a, **kwargs"),
    plain("return func(a, b, *args, **kwargs)", params="a, b, *args, **kwargs"),
    plain("return func(*args, **kwargs)", params="*args, x=1, **kwargs"),
    plain("return func(*args, **kwargs)", params="self, *args, **kwargs"),
    plain("def inner(kwargs):\n    return func(*args, **kwargs)\nreturn inner(1)"),
    plain("return func(*args, **kwargs)").replace("@wraps(func)", "@other"),
    plain("return func(*args, **kwargs)").replace("return wrapper", "return register(wrapper)"),
    plain("return func(*args, **kwargs)").replace("def deco", "@other\ndef deco"),
    plain("return func(*args, **kwargs)").replace("    return wrapper\n", "    if x:\n        return wrapper\n"),
    "def deco(func):\n    def other(x): return x\n    return other\n",
    "def deco(func): ...\n",
    "def deco():\n    return 1\n",
    "class deco:\n    def __init__(self, func): ...\n",
    "deco = lambda func: func\n",
]


@pytest.mark.parametrize("text", NOT)
def test_a_decorator_that_asks_for_more_does_not_pass_calls_through(text: str) -> None:
    assert not passes(text)


def factory(params: str, inner: str = "return func(*args, **kwargs)") -> str:
    return f"def make({params}):\n" + textwrap.indent(plain(inner), "    ") + "    return deco\n"


def test_a_factory_of_decorators_is_looked_into() -> None:
    assert passes(factory("x=1"), "@make(x=2)")
    assert passes(factory("x=1"), "@lib.make()")
    assert not passes(factory("x=1"), "@make")
    assert not passes(factory("x=1", "return func(*args)"), "@make()")
    assert not passes(plain("return func(*args, **kwargs)"), "@deco(1)")


def test_what_a_factory_is_not_given_is_not_called() -> None:
    text = factory("x, build=None, *, name=None", "if build: build(**kwargs)\nreturn func(*args, **kwargs)")
    assert passes(text, "@make(1)")
    assert not passes(text, "@make(1, other)")
    assert not passes(text, "@make(1, build=other)")
    assert not passes(text, "@make(*things)")
    assert not passes(text, "@make(**things)")
    assert not passes(text.replace("build=None", "build=other"), "@make(1)")
    named = factory("*, name=None, x=1", "if name: name(**kwargs)\nreturn func(*args, **kwargs)")
    assert passes(named, "@make()")
    assert not passes(named, "@make(name=other)")


TWO_WAYS = """
def make(func=None, *, x=1):
    def deco(f):
        def wrapper(*args, **kwargs):
            return f(*args, **kwargs)
        return wrapper
    if func is None:
        return deco
    return deco(func)
"""


def test_a_decorator_may_be_a_factory_too() -> None:
    assert passes(TWO_WAYS, "@make")
    assert passes(TWO_WAYS, "@make(x=2)")
    either = "    return deco if func is None else deco(func)\n"
    assert passes(TWO_WAYS.partition("    if func")[0] + either, "@make")


def test_a_method_is_no_decorator_that_is_looked_into() -> None:
    text = "class A:\n" + textwrap.indent(plain("return func(*args, **kwargs)"), "    ")
    assert not passes(text, "@lib.A.deco")


OVERLOADS = """
import typing
from typing import overload

{head}
    @overload
    def book(self, x: int) -> int: ...
    @typing.overload
    def book(self, x: str, **kwargs: int) -> str: ...
    def book(self, x, **kwargs): return x
    def save(self, x, **kwargs): return x
"""


@pytest.mark.parametrize("head", ["class Desk:", "if True:", "def make():"])
def test_a_function_with_overloads_is_left_alone(head: str) -> None:
    corpus = corpus_of({"app.py": OVERLOADS.format(head=head)})
    file = corpus.file("app.py")
    assert file is not None
    functions = [Function(file, node) for node in ast.walk(file.module.tree) if isinstance(node, FunctionNode)]
    named = [each for each in functions if each.node.name == "book"]
    assert hook(corpus, named[-1]) == "is overloaded"
    assert [has_overloads(each) for each in named] == [True, True, True]
    assert [has_overloads(each) for each in functions if each.node.name == "save"] == [False]


def test_a_namesake_elsewhere_is_no_overload() -> None:
    assert hook_of("class Desk:\n    @overload\n    def book(self): ...\ndef book(**kwargs): return 1\n") is None


@pytest.mark.parametrize(
    "text",
    [
        "def book(sender, **kwargs): return 1",
        "def book(sender, instance, created, **kwargs): return 1",
        "class A:\n    def book(self, sender, **kwargs): return 1",
        "class A:\n    @staticmethod\n    def book(sender, **kwargs): return 1",
    ],
)
def test_a_function_that_begins_with_a_sender_is_a_receiver_of_signals(text: str) -> None:
    assert hook_of(text, "A.book" if "class" in text else "book") == "looks like a receiver of signals"


@pytest.mark.parametrize(
    "text", ["def book(text, sender, **kwargs): return 1", "def book(*, sender, **kwargs): return 1"]
)
def test_a_sender_that_comes_later_is_none_of_a_signal(text: str) -> None:
    assert hook_of(text) is None


SETUP = """
setup(
    entry_points=\'\'\'
    [paste.filter_factory]
    debug = pkg.app:book
    \'\'\'
)
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", SETUP),
        ("sub/setup.py", SETUP),
        ("setup.py", SETUP.replace("pkg.app:", "pkg:")),
        ("setup.py", "E = {'paste.app_factory': ['main = pkg.app:book']}"),
    ],
)
def test_a_setup_file_may_name_an_entry_point(path: str, text: str) -> None:
    corpus = corpus_of({"pkg/app.py": "def book(**kwargs): return 1", path: text})
    assert hook(corpus, function(corpus, "book")) == f"is an entry point in {path}"


@pytest.mark.parametrize("text", ["x = other:book", "pkg.app: booking", "book = pkg.app:other"])
def test_an_entry_point_of_another_module_or_name_is_another_one(text: str) -> None:
    corpus = corpus_of({"pkg/app.py": "def book(**kwargs): return 1", "setup.py": f"E = '{text}'"})
    assert hook(corpus, function(corpus, "book")) is None


@pytest.mark.parametrize(
    "text",
    [
        "m.book.assert_called_once_with(x=1)",
        "m.book.call_args.kwargs",
        "m.assert_has_calls([call.book(x=1)])",
        "assert m.mock_calls == [call.desk.book(x=1)]",
        "m.book.side_effect = fake",
        "m = MagicMock(**{'book.side_effect': fake})",
        "m.book = fake",
        "m.desk.book = fakes.book  # for now",
        "m.book = lambda x: x",
    ],
)
def test_a_mock_may_look_at_the_arguments(text: str) -> None:
    assert expected(corpus_of({"tests/test_a.py": f"\n{text}\n"}), "book") == "tests/test_a.py:2"
    assert expected(corpus_of({"main.py": f"from unittest.mock import *\nmock\n{text}\n"}), "book") == "main.py:3"
    assert expected(corpus_of({"tests/test_a.py": f"{text}\n"}), "save") is None


@pytest.mark.parametrize(
    "text",
    [
        "m.book.return_value = 1",
        "m.book = Mock()",
        "m.book = 1",
        "self.book = book",
        "m.book == fake",
        "m.booking = fake",
        "m.handbook.side_effect = fake",
    ],
)
def test_a_mock_that_takes_any_arguments_expects_none(text: str) -> None:
    assert expected(corpus_of({"tests/test_a.py": f"book\n{text}\n"}), "book") is None


def test_an_attribute_that_is_set_outside_of_tests_is_no_mock() -> None:
    assert expected(corpus_of({"main.py": "m.book = fake\n"}), "book") is None


def test_a_patch_puts_something_in_the_place_of_a_function() -> None:
    assert replaced(corpus_of({"test_a.py": "patch('app.book')\n"}), "book") == "test_a.py:1"
    assert replaced(corpus_of({"test_a.py": "patch('app.books')\nbook\n"}), "book") is None
