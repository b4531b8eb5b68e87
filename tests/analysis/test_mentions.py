from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.coroutines.glance import Glance
from fixbot.analysis.coroutines.mentions import Finder, Mentions
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function, FunctionNode

WAIT = "def wait(n=1):\n    return n\n"
DOOR = "class Door:\n    def shut(self):\n        return 1\n"


def mentions(files: Mapping[str, str], name: str, texts: Mapping[str, str] | None = None) -> Mentions:
    """Give all mentions of the first function of a qualified name."""
    content = {path: textwrap.dedent(text).encode() for path, text in files.items()}
    corpus = Corpus(content, texts={path: text.encode() for path, text in (texts or {}).items()})
    return Finder(corpus).mentions(function(corpus, name))


def function(corpus: Corpus, name: str) -> Function:
    for path in corpus.files:
        file = corpus.file(path)
        for node in ast.walk(file.module.tree) if file is not None else ():
            if file is not None and isinstance(node, FunctionNode) and Function(file, node).qualname == name:
                return Function(file, node)
    raise AssertionError(name)


def calls(files: Mapping[str, str], name: str = "wait") -> list[str]:
    """Give where a function is called and by whom; nothing else may be said of it."""
    found = mentions(files, name)
    assert found.hurdles == ()
    return sorted(f"{call.at} {call.place}" for call in found.calls)


def hurdles(files: Mapping[str, str], name: str = "wait", texts: Mapping[str, str] | None = None) -> list[str]:
    """Give what is said of a function that nobody calls."""
    found = mentions(files, name, texts)
    assert found.calls == ()
    return sorted(hurdle.says for hurdle in found.hurdles)


def of_wait(text: str) -> Mentions:
    return mentions({"app.py": WAIT + textwrap.dedent(text)}, "wait")


IMPORTS = {
    "its module": "import app\ndef main():\n    app.wait()\n",
    "its module by another name": "import app as a\ndef main():\n    a.wait()\n",
    "its name": "from app import wait\ndef main():\n    wait()\n",
    "its name by another": "from app import wait as w\ndef main():\n    w()\n",
    "everything of its module": "from app import *\ndef main():\n    wait()\n",
}


@pytest.mark.parametrize("how", IMPORTS)
def test_a_call_is_found_by_whatever_name_an_import_gives(how: str) -> None:
    assert calls({"app.py": WAIT, "main.py": IMPORTS[how]}) == ["main.py:3 main"]


@pytest.mark.parametrize(
    "text",
    [
        "def main():\n    from app import wait as w\n    w()\n",
        "try:\n    from app import wait\nexcept ImportError:\n    raise\ndef main(): wait()\n",
        "if True:\n    import app\ndef main():\n    return [app.wait() for _ in 'x']\n",
    ],
)
def test_an_import_need_not_stand_at_the_top(text: str) -> None:
    assert len(calls({"app.py": WAIT, "main.py": text})) == 1


RELATIVE = {
    "from . import app\ndef main():\n    app.wait()\n": "pkg/main.py",
    "from .app import wait\ndef main():\n    wait()\n": "pkg/main.py",
    "from ..app import wait\ndef main():\n    wait()\n": "pkg/sub/main.py",
    "from pkg.app import wait\ndef main():\n    wait()\n": "pkg/sub/main.py",
    "import pkg.app\ndef main():\n    pkg.app.wait()\n": "main.py",
    "from .app import *\ndef main():\n    wait()\n": "pkg/main.py",
}


@pytest.mark.parametrize("text", RELATIVE)
@pytest.mark.parametrize("root", ["", "src/"])
def test_imports_inside_of_a_package_lead_to_it_from_the_root_and_from_src(text: str, root: str) -> None:
    path = root + RELATIVE[text]
    files = {"pkg/__init__.py": "", "pkg/app.py": WAIT, "pkg/sub/__init__.py": ""}
    found = calls({root + name: content for name, content in files.items()} | {path: text})
    assert found == [f"{path}:3 main"]


OUTSIDE = {
    "the function": "from pkg.app import wait\n\ndef test():\n    wait()\n",
    "a name that its package hands on": "from pkg import wait\n\ndef test():\n    wait()\n",
    "everything of its module": "from pkg.app import *\n\ndef test():\n    wait()\n",
    "its package": "import pkg\n\ndef test():\n    pkg.wait()\n",
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_a_test_outside_of_src_is_not_overlooked(what: str) -> None:
    files = {
        "src/pkg/__init__.py": "from .app import wait\n",
        "src/pkg/app.py": WAIT,
        "tests/test_app.py": OUTSIDE[what],
    }
    found = mentions(files, "wait")
    assert "tests/test_app.py:4" in str([call.at for call in found.calls] + [each.says for each in found.hurdles])


@pytest.mark.parametrize(
    ("init", "name"),
    [
        ("from .app import wait\n", "wait"),
        ("from pkg.app import wait as pause\n", "pause"),
        ("from .app import *\n", "wait"),
    ],
)
def test_a_name_that_a_package_hands_on_means_the_function(init: str, name: str) -> None:
    main = f"import pkg\nfrom pkg import {name} as w\ndef one():\n    pkg.{name}()\ndef two():\n    w()\n"
    found = mentions({"pkg/__init__.py": init, "pkg/app.py": WAIT, "main.py": main}, "wait")
    assert sorted(f"{call.at} {call.place}" for call in found.calls) == ["main.py:4 one", "main.py:6 two"]


def test_another_function_of_the_same_name_has_nothing_to_do_with_it() -> None:
    other = "from time import sleep as wait\ndef main():\n    wait()\n"
    own = "def wait():\n    pass\ndef main():\n    wait()\n"
    assert calls({"app.py": WAIT, "one.py": other, "two.py": own, "three.py": "import two\ntwo.wait()\n"}) == []


def test_a_call_in_its_own_file_says_who_calls_and_where() -> None:
    found = of_wait(
        """
        wait()
        class A:
            x = wait()
            def f(self):
                wait()
            async def g(self):
                return wait(wait())
        f = lambda: wait()
        def outer():
            def inner():
                wait()
        @wait()
        def decorated(x=wait()):
            pass
        """
    )
    places = {f"{call.node.lineno - 3} {call.place}" for call in found.calls}
    assert places == {
        "1 the module", "3 the body of a class", "5 A.f", "7 A.g", "8 a lambda", "11 outer.inner",
        "12 the module", "13 the module",
    }  # fmt: skip
    assert {call.place for call in found.calls if call.caller is None} == {
        "the module", "the body of a class", "a lambda"
    }  # fmt: skip


METHODS = {
    "self": "    def f(self):\n        self.shut()\n",
    "super()": "class Back(Door):\n    def f(self):\n        super().shut()\n",
    "self in an heir": "class Back(Door):\n    def f(self):\n        self.shut()\n",
    "its class": "def f(d):\n    Door.shut(d)\n",
    "a new object": "def f():\n    Door().shut()\n",
    "an annotated parameter": "def f(d: Door):\n    d.shut()\n",
    "an annotation in quotes": "def f(d: 'Door | None'):\n    d.shut()\n",
    "a local assigned once": "def f():\n    d = Door()\n    d.shut()\n",
    "a `with`": "def f():\n    with Door() as d:\n        d.shut()\n",
    "an attribute of self": "class A:\n    def __init__(self):\n        self.d = Door()\n"
    "    def f(self):\n        self.d.shut()\n",
    "a declared attribute": "class A:\n    d: Door\n    def f(self):\n        self.d.shut()\n",
    "what a function says it returns": "def get() -> Door:\n    ...\ndef f():\n    d = get()\n    d.shut()\n",
    "a module's variable": "DOOR = Door()\ndef f():\n    DOOR.shut()\n",
    "a keyword parameter": "def f(*, d: Door):\n    d.shut()\n",
}


@pytest.mark.parametrize("how", METHODS)
def test_a_method_is_called_on_what_is_known_to_be_of_its_class(how: str) -> None:
    (found,) = calls({"app.py": DOOR + METHODS[how]}, "Door.shut")
    assert found.endswith((" f", ".f"))


def test_a_method_of_a_class_is_called_on_the_class_by_its_first_parameter() -> None:
    text = "class Door:\n    @classmethod\n    def shut(cls):\n        pass\n    @classmethod\n    def f(cls):\n"
    assert calls({"app.py": text + "        cls.shut()\n"}, "Door.shut") == ["app.py:7 Door.f"]


def test_a_method_is_called_from_other_files() -> None:
    main = "from app import Door\nimport app\ndef f(d: Door):\n    d.shut()\ndef g():\n    app.Door().shut()\n"
    assert calls({"app.py": DOOR, "main.py": main}, "Door.shut") == ["main.py:4 f", "main.py:6 g"]


ELSEWHERE = {
    "another class": "class Lid:\n    def shut(self):\n        pass\ndef f(x: Lid):\n    x.shut()\n",
    "an heir with one of its own": "class Back(Door):\n    def shut(self):\n        pass\n"
    "def f(x: Back):\n    x.shut()\n",
    "another class's self": "class Lid:\n    def f(self):\n        self.shut()\n",
    "what Python has": "def f(x: str):\n    x.shut()\n",
    "a function": "def g():\n    pass\ndef f():\n    g.shut()\n",
    "a module of the project": "import other\ndef f():\n    other.shut()\n",
    "what a function of another package gives": "import doors\ndef f():\n    x = doors.make()\n    x.shut()\n",
    "a text that a function gives": "def g() -> str:\n    ...\ndef f():\n    g().shut()\n",
    "`super()` in no class": "def f():\n    super().shut()\n",
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_a_method_of_something_else_is_left_out(where: str) -> None:
    found = mentions({"app.py": DOOR + ELSEWHERE[where], "other.py": "def shut():\n    pass\n"}, "Door.shut")
    assert found.calls == ()
    if where != "`super()` in no class":
        assert found.hurdles == ()


UNKNOWN = {
    "a parameter": "def f(x):\n    x.shut()\n",
    "an element": "def f(xs):\n    xs[0].shut()\n",
    "an attribute": "def f(x):\n    x.y.shut()\n",
    "an untold result": "def g():\n    ...\ndef f():\n    g().shut()\n",
    "two assignments": "def f(x):\n    d = Door() if x else 1\n    d.shut()\n",
    "an heir of something unclear": "class A(doors()):\n    def f(self):\n        self.shut()\n",
    "a copy": "import copy\ndef f(x):\n    d = copy.copy(Door())\n    d.shut()\n",
    "a first parameter of a function": "def f(self):\n    self.shut()\n",
    "a first parameter of a static method": "class A:\n    @staticmethod\n    def f(self):\n        self.shut()\n",
    "one of several classes": "class Lid:\n    pass\ndef f(x: Door | Lid):\n    x.shut()\n",
    "a nested function's own": "class A:\n    def g(self):\n        def f(self):\n            self.shut()\n",
    "a result of any kind": "from typing import Any\ndef g() -> Any:\n    ...\ndef f():\n    g().shut()\n",
    "what a builtin gives": "def f(x):\n    d = next(x)\n    d.shut()\n",
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_a_call_of_something_unknown_may_be_one_of_the_method(what: str) -> None:
    (found,) = hurdles({"app.py": DOOR + UNKNOWN[what]}, "Door.shut")
    assert found.startswith("may be what is meant by `")
    assert "shut` at app.py:" in found


def test_whatever_is_awaited_already_is_no_plain_function() -> None:
    text = "async def f(x):\n    await x.shut()\n    return x.shut\n"
    assert hurdles({"app.py": DOOR + text}, "Door.shut") == ["may be what is meant by `x.shut` at app.py:6"]


def test_a_property_is_called_where_it_is_read() -> None:
    text = "class Door:\n    @property\n    def shut(self):\n        return 1\ndef f(d: Door):\n    return d.shut\n"
    assert calls({"app.py": text}, "Door.shut") == ["app.py:6 f"]
    writing = text + "def g(d: Door):\n    d.shut = 1\n    del d.shut\n"
    found = mentions({"app.py": writing}, "Door.shut")
    says = sorted(hurdle.says for hurdle in found.hurdles)
    assert says == ["is replaced at app.py:8", "is replaced at app.py:9"]


def test_making_an_object_calls_what_sets_it_up() -> None:
    text = "class Door:\n    def __init__(self):\n        pass\nclass Back(Door):\n    pass\n"
    main = "from app import Door\ndef f(d: Door):\n    return Door()\n"
    found = mentions({"app.py": text, "main.py": main}, "Door.__init__")
    assert [call.at for call in found.calls] == ["main.py:3"]
    assert [hurdle.says for hurdle in found.hurdles] == ["is used as a value at main.py:2"]


def test_a_function_inside_of_another_is_looked_for_in_its_own_file() -> None:
    text = "def outer():\n    def wait():\n        pass\n    wait()\n    return lambda: wait()\n"
    other = "from app import wait\ndef main():\n    wait()\n"
    assert calls({"app.py": text, "main.py": other}, "outer.wait") == ["app.py:4 outer", "app.py:5 a lambda"]


def test_a_method_of_a_class_inside_of_a_function_is_looked_for_in_its_own_file() -> None:
    text = f"def outer():\n{textwrap.indent(DOOR, '    ')}    Door().shut()\n"
    found = mentions({"app.py": text, "main.py": "def f(x):\n    x.shut()\n"}, "outer.Door.shut")
    assert [call.at for call in found.calls] == ["app.py:5"] or "at app.py:5" in found.hurdles[0].says
    assert "main.py" not in str(found.hurdles)


VALUES = {
    "f = wait": "is used as a value at app.py:3",
    "xs = [wait]": "is used as a value at app.py:3",
    "f = {'w': wait}['w']": "is used as a value at app.py:3",
    "map(wait, 'x')": "is used as a value at app.py:3",
    "sorted('x', key=wait)": "is used as a value at app.py:3",
    "@wait\ndef g(): pass": "is used as a value at app.py:3",
    "class A(metaclass=wait): pass": "is used as a value at app.py:3",
    "wait.__name__": "is used as a value at app.py:3",
    "x = print(*wait)": "is used as a value at app.py:3",
    "def g(x: wait): pass": "is used as a value at app.py:3",
    "getattr(x, 'wait')": "is named in a string at app.py:3",
    "m.patch.object(x, 'wait')": "is named in a string at app.py:3",
    "m.patch('app.wait')": "is named in a string at app.py:3",
    "x = 'pkg.app:wait'": "is named in a string at app.py:3",
    "setattr(x, 'wait', 1)": "is named in a string at app.py:3",
}


@pytest.mark.parametrize("text", VALUES)
def test_a_function_that_is_not_called_but_spoken_of_is_used_in_ways_nobody_can_follow(text: str) -> None:
    found = of_wait(text)
    assert [hurdle.says for hurdle in found.hurdles] == [VALUES[text]]
    assert not any(hurdle.soft or hurdle.loop for hurdle in found.hurdles)


@pytest.mark.parametrize(
    "text", ["x = 'wait'", "x = 'wait for it'", "x = 'other.wait'", "print('wait')", "x.wait", "'please.wait!'"]
)
def test_a_word_alone_is_no_mention(text: str) -> None:
    assert of_wait(text).hurdles == ()


THREADS = {
    "async def f():\n    await asyncio.to_thread(wait, 1)": "app.py:4",
    "async def f(loop):\n    await loop.run_in_executor(None, wait)": "app.py:4",
    "Thread(target=wait).start()": "app.py:3",
    "pool.submit(wait)": "app.py:3",
    "async def f():\n    await anyio.to_thread.run_sync(wait)": "app.py:4",
}


@pytest.mark.parametrize("text", THREADS)
def test_a_thread_that_runs_the_function_is_a_soft_hurdle(text: str) -> None:
    (hurdle,) = of_wait(text).hurdles
    assert (hurdle.says, hurdle.soft) == (f"is handed to a thread at {THREADS[text]}", True)


@pytest.mark.parametrize("taker", ["call_soon", "call_later", "add_done_callback", "add_signal_handler"])
def test_an_event_loop_that_calls_the_function_says_so(taker: str) -> None:
    (hurdle,) = of_wait(f"def f(x):\n    x.{taker}(1, wait)\n").hurdles
    assert hurdle.loop
    assert hurdle.says == f"is called by the event loop: `{taker}` at app.py:4"


@pytest.mark.parametrize(
    ("text", "line"),
    [("import app\napp.wait = print\n", 2), ("import app\ndel app.wait\n", 2)],
)
def test_whoever_replaces_the_function_stands_in_the_way(text: str, line: int) -> None:
    assert hurdles({"app.py": WAIT, "main.py": text}) == [f"is replaced at main.py:{line}"]


@pytest.mark.parametrize(
    "text",
    [
        "def f(wait):\n    wait()",
        "def f(*wait):\n    wait()",
        "f = lambda wait: wait()",
        "f = lambda *, wait=1: wait",
        "[wait() for wait in 'x']",
        "{wait: wait() for a, wait in 'x'}",
        "f = [lambda: wait() for wait in 'x']",
        "def f():\n    for wait in 'x':\n        wait()",
        "def f():\n    import time as wait\n    wait()",
        "def f():\n    wait = 1\n    return wait",
        "def f(x):\n    with x as wait:\n        wait()",
    ],
)
def test_a_name_that_means_something_else_there_is_no_mention(text: str) -> None:
    found = of_wait(text)
    assert (found.calls, found.hurdles) == ((), ())


@pytest.mark.parametrize("text", ["def f(x, wait=wait()):\n    wait", "f = lambda wait=wait(): wait"])
def test_what_a_parameter_begins_with_is_worked_out_outside(text: str) -> None:
    found = of_wait(text)
    assert [call.place for call in found.calls] == ["the module"]


ENTRIES = {
    "pyproject.toml": '[project.scripts]\nwait = "app:wait"\n',
    "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    wait = pkg.app : wait\n",
}


@pytest.mark.parametrize("path", ENTRIES)
def test_an_entry_point_names_the_function(path: str) -> None:
    assert hurdles({"app.py": WAIT}, texts={path: ENTRIES[path]}) == [f"is named in {path}"]
    assert hurdles({"other.py": WAIT}, texts={path: ENTRIES[path]}) == []


def test_an_entry_point_may_name_a_package_or_a_class() -> None:
    text = {"pyproject.toml": 'x = "app:wait"\ny = "pkg.mod:Door.shut"\n'}
    assert hurdles({"app/__init__.py": WAIT}, texts=text) == ["is named in pyproject.toml"]
    assert hurdles({"pkg/mod.py": DOOR}, "Door.shut", texts=text) == ["is named in pyproject.toml"]


def test_an_entry_point_in_a_script_is_a_string_like_others() -> None:
    setup = "from setuptools import setup\nsetup(entry_points={'console_scripts': ['run = app:wait']})\n"
    assert hurdles({"app.py": WAIT, "setup.py": setup}) != []


def test_a_file_that_cannot_be_read_may_hold_a_call() -> None:
    assert hurdles({"app.py": WAIT, "bad.py": "wait(\n"}) == ["is mentioned in bad.py, which cannot be read"]


def test_a_name_that_no_import_explains_may_be_the_function() -> None:
    text = "from lib.app import wait\ndef main():\n    wait()\n    x = wait\n"
    assert hurdles({"src/deep/app.py": WAIT, "main.py": text}) == [
        "may be what is meant by `wait` at main.py:3",
        "may be what is meant by `wait` at main.py:4",
    ]


def test_a_name_that_very_many_files_have_is_not_followed_beyond_its_own() -> None:
    others = {f"m{number}.py": "def wait():\n    pass\n" for number in range(150)}
    files = {"app.py": WAIT + "wait()\n"} | others
    found = mentions(files, "wait")
    assert [call.at for call in found.calls] == ["app.py:3"]
    assert [hurdle.says for hurdle in found.hurdles] == [
        "has a name that 151 files mention, which are too many to follow"
    ]


def test_only_the_files_that_are_asked_for_are_looked_at() -> None:
    call = b"import app\ndef main():\n    app.wait()\n"
    finder = Finder(Corpus({"app.py": WAIT.encode(), "one.py": call, "two.py": call}))
    found = finder.mentions(function(finder.corpus, "wait"), Glance({b"wait": {"two.py": 1}, b"main": {"two.py": 0}}))
    assert [each.at for each in found.calls] == ["two.py:3"]
    assert finder.mentions(function(finder.corpus, "wait"), Glance({b"wait": {"two.py": 1}})).calls == ()
    assert len(finder.mentions(function(finder.corpus, "wait")).calls) == 2


BRINGING = {
    "one above both": "class Lid:\n    def f(self):\n        self.shut()\nclass Both(Lid, Door):\n    pass\n",
    "its own `super()`": "class Lid:\n    def f(self):\n        super().shut()\nclass Both(Lid, Door):\n    pass\n",
    "an heir of an heir": "class Lid:\n    def f(self):\n        self.shut()\nclass Back(Door):\n    pass\n"
    "class Both(Lid, Back):\n    pass\n",
}


@pytest.mark.parametrize("how", BRINGING)
def test_an_heir_of_two_classes_brings_the_method_of_the_one_to_the_other(how: str) -> None:
    (found,) = hurdles({"app.py": DOOR + BRINGING[how]}, "Door.shut")
    assert "shut` at app.py:6" in found
    alone = BRINGING[how].replace("(Lid, ", "(")
    assert hurdles({"app.py": DOOR + alone}, "Door.shut") == []


def test_a_method_may_be_the_one_that_a_class_above_declares() -> None:
    text = DOOR + "class Back(Door):\n    def shut(self):\n        return 2\ndef f(d: Door):\n    d.shut()\n"
    found = mentions({"app.py": text}, "Back.shut")
    assert {call.at for call in found.calls} == {"app.py:8"} or "app.py:8" in str(found.hurdles)


LOADED = {
    "import sys\nsys.modules['app'].wait()\n": 2,
    "import importlib\nimportlib.import_module('app').wait()\n": 2,
    "import importlib\nm = importlib.import_module('app')\nm.wait()\n": 3,
    "__import__('app').wait()\n": 1,
    "vars(m)['wait']()\n": 1,
    "globals()['wait']()\n": 1,
    "m.__dict__['wait']()\n": 1,
    "from lib import app\napp.wait()\n": 2,
}


@pytest.mark.parametrize("text", LOADED)
def test_a_module_that_is_loaded_at_run_time_may_be_the_functions(text: str) -> None:
    (found,) = hurdles({"app.py": WAIT, "main.py": text})
    assert f"main.py:{LOADED[text]}" in found


def test_a_module_of_somebody_else_is_not_of_the_class() -> None:
    assert hurdles({"app.py": DOOR + "import doors\ndef f():\n    doors.shut()\n"}, "Door.shut") == []


def test_aliases_of_a_name_in_several_packages_are_followed() -> None:
    files = {"pkg/__init__.py": "from .app import wait as pause\n", "pkg/app.py": WAIT}
    files["top.py"] = "from pkg import pause as rest\n"
    main = "from top import rest\nimport top\nrest()\ndef f():\n    top.rest()\n"
    assert calls({**files, "main.py": main}) == ["main.py:3 the module", "main.py:5 f"]
    assert calls({**files, "main.py": "from lib import rest\nrest()\n"}) == []


LAYOUTS = {
    "from app import wait\tas\tw\nw()\n": 2,
    "from app import (wait\n    as\n    w)\nw()\n": 4,
    "from app import wait\rx = 1\rwait()\r": 3,
    "x = 1\ry = 2\r\nfrom app import wait\nz = 3\rwait()\n": 5,
    "from app import wait\n\x0c\n\x0cwait()\n": 3,
    "from app import wait\nx = '\u2028\u2029\x85\x1c'\nwait()\n": 3,
    "x = '''\n\n'''; from app import wait\nf(x,\n  '''\n''', wait(),\n)\n": 6,
    "from app import wait\nclass A: x = 1; y = wait()\n": 2,
}


@pytest.mark.parametrize("text", LAYOUTS)
def test_a_call_is_found_however_a_file_is_laid_out(text: str) -> None:
    (found,) = mentions({"app.py": WAIT, "main.py": text}, "wait").calls
    assert found.at == f"main.py:{LAYOUTS[text]}"


def test_calls_around_and_inside_of_a_class_belong_to_who_runs_them() -> None:
    text = (
        "from app import wait\n@deco(\n  wait())\nclass A:\n  x = 1\n  @deco(wait(2))\n  def f(self, y=wait(3)):\n"
        "    return wait(4)\n  z = wait(5); t = lambda: wait(6)\n"
    )
    assert calls({"app.py": WAIT, "main.py": text}) == [
        "main.py:3 the module",
        "main.py:6 the body of a class",
        "main.py:7 the body of a class",
        "main.py:8 A.f",
        "main.py:9 a lambda",
        "main.py:9 the body of a class",
    ]
