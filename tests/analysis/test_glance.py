from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fixbot.analysis.coroutines.glance import glance
from fixbot.analysis.coroutines.mentions import Finder, key_of
from fixbot.analysis.coroutines.reach import is_coroutine
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function, FunctionNode

WAIT = "def wait(*args):\n    pass\n"


def paths(name: str, **files: str) -> tuple[str, ...]:
    return glance({f"{stem}.py": text.encode() for stem, text in files.items()}).paths(name)


def test_a_file_in_which_a_coroutine_calls_a_name_is_told() -> None:
    coroutine = "from a import wait\nasync def run():\n    wait()\n"
    assert paths("wait", a=WAIT, b=coroutine, c=coroutine, d="def main():\n    wait()\n") == ("b.py", "c.py")
    assert paths("other", a=WAIT, b=coroutine) == ()


def test_a_name_that_plain_code_alone_calls_is_nowhere() -> None:
    assert paths("wait", a=WAIT + "def main():\n    wait()\nasync def run():\n    pass\n") == ()
    assert paths("wait", a=WAIT + "wait()\n") == ()
    assert paths("wait", a=WAIT + "async def run():\n    return wait\n") == ()


CALLS = {
    "through another function": "def a():\n    wait()\nasync def run():\n    a()\n",
    "through a method": "class A:\n    def a(self):\n        wait()\n    async def run(self):\n        self.a()\n",
    "by another name": "from b import wait as w\nasync def run():\n    w()\n",
    "by two other names": "from b import wait as v\nfrom a import v as w\nasync def run():\n    w()\n",
    "of a module": "import b as c\nasync def run():\n    c.wait()\n",
    "in a function inside": "async def run():\n    def inner():\n        wait()\n    inner()\n",
    "after a function inside": "async def run():\n    def inner():\n        pass\n    wait()\n",
    "in a class inside": "async def run():\n    class A:\n        def f(self):\n            wait()\n",
    "in a decorator inside": "async def run():\n    @wait()\n    def inner():\n        pass\n",
    "in a default inside": "async def run():\n    def inner(x=wait()):\n        pass\n",
    "in a lambda": "async def run():\n    return lambda: wait()\n",
    "over a few lines": "async def run():\n    return (\n        1,\n        wait(\n            2,\n        ),\n    )",
    "in an f-string": "async def run():\n    return f'{wait()}'\n",
    "with room": "async  def run():\n\treturn wait (1)\n",
    "in one line": "async def run(): wait()\n",
    "deeper": "if True:\n    async def run():\n        if True:\n            wait()\n",
    "as a decorator's maker": "def a():\n    wait()\nasync def run():\n    @a()\n    def f():\n        pass\n",
    "in a loop of functions": "def a():\n    b()\ndef b():\n    a()\n    wait()\nasync def run():\n    a()\n",
    "in its own": "def wait():\n    wait()\nasync def run():\n    wait()\n",
    "in an async generator": "async def run():\n    yield wait()\n",
    "through making an object": "class A:\n    def __init__(self):\n        wait()\nasync def run():\n    A()\n",
    "through a property": "class A:\n    @property\n    def a(self):\n        wait()\nasync def run(x):\n    x.a\n",
    "through a cached property": "from functools import cached_property\nclass A:\n    @cached_property\n    @f\n"
    "    def a(self):\n        wait()\nasync def run(x):\n    x.a\n",
    "at a time that is worked out": "def run(loop):\n    loop.call_at(loop.time() + 1, wait)\n",
    "in parentheses": "async def run():\n    (wait)()\n",
    "by an event loop": "def run(loop):\n    loop.call_soon(wait, 1)\n",
    "through what an event loop calls": "def a():\n    wait()\ndef run(x):\n    x.call_later(\n        5, a\n    )",
    "through a method that an event loop calls": "class A:\n    def a(self):\n        wait()\n"
    "    def run(self, loop):\n        loop.add_reader(1, self.a)\n",
}


@pytest.mark.parametrize("how", CALLS)
def test_a_call_is_not_overlooked(how: str) -> None:
    assert "a.py" in paths("wait", a=CALLS[how], b=WAIT)


def test_what_a_set_up_calls_is_reached_through_the_class() -> None:
    text = "class Door:\n    def __init__(self):\n        wait()\nasync def run():\n    Door()\n"
    assert paths("Door", a=text) == ("a.py",)


def test_a_property_is_a_call_where_it_is_read() -> None:
    text = "class A:\n    @property\n    def a(self):\n        pass\n    def b(self):\n        pass\n"
    reader = "async def run(x):\n    return x.a, x.b\n"
    assert paths("a", a=text, b=reader) == ("b.py",)
    assert paths("b", a=text, b=reader) == ()


def test_without_coroutines_only_an_event_loop_calls_anything() -> None:
    files = {
        "a": WAIT + "def main(loop):\n    wait()\n    loop.add_signal_handler(1, tick)\n",
        "b": "def tick():\n    wait()\n",
    }
    assert paths("tick", **files) == ("a.py",)
    assert paths("wait", a=files["a"].replace("add_signal_handler", "add"), b=files["b"]) == ()


def reached(corpus: Corpus) -> list[tuple[Function, frozenset[str]]]:
    """Give every plain function that a coroutine gets to, with the files of the calls on the way, without a glance."""
    finder = Finder(corpus)
    functions = []
    for path in corpus.files:
        file = corpus.file(path)
        assert file is not None
        functions += [Function(file, node) for node in ast.walk(file.module.tree) if isinstance(node, FunctionNode)]
    calls = {key_of(each): finder.mentions(each).calls for each in functions}
    live = {key_of(each) for each in functions if is_coroutine(each)}
    while more := {
        key for key, own in calls.items() if key not in live and any(c.caller and key_of(c.caller) in live for c in own)
    }:
        live |= more
    return [
        (each, frozenset(c.file.path for c in calls[key_of(each)] if c.caller and key_of(c.caller) in live))
        for each in functions
        if key_of(each) in live and not is_coroutine(each)
    ]


def overlooked(files: Mapping[str, str]) -> list[str]:
    content = {path: text.encode() for path, text in files.items()}
    seen, corpus = glance(content), Corpus(content)
    quick = Finder(corpus)
    return [
        f"{function.qualname} in {path}"
        for function, where in reached(corpus)
        for path in where - {call.file.path for call in quick.mentions(function, seen).calls}
    ]


NAMES = ("a", "b", "c", "d")
USES = (
    "{0}()", "x = [{0}(1) for _ in 'x']", "m.{0}()", "self.{0}()", "K().{0}()", "p = k.{0}", "return {0}(\n{1}    1)",
    "if {0}():\n{1}    {0}()", "f = lambda: {0}()", "with {0}() as w:\n{1}    w.{0}", "from m import {0} as z\n{1}z()",
    "def inner(q={0}()):\n{1}    {0}()", "@{0}\n{1}def inner():\n{1}    pass", "'''\n{1}text\n'''\n{1}{0}()",
    "K.{0}(K())", "import m as n\n{1}n.{0}()", "loop.call_soon({0})", "class L:\n{1}    def f(self):\n{1}        {0}()",
)  # fmt: skip


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    def define(name: str, depth: str, parameters: str) -> str:
        head = draw(st.sampled_from(["def", "def", "async def"])) + f" {name}({parameters}):\n"
        head = draw(st.sampled_from(["", "", f"{depth}@property\n"])) * bool(depth) + depth + head
        uses = draw(st.lists(st.tuples(st.sampled_from(USES), st.sampled_from(NAMES)), min_size=1, max_size=3))
        return head + "".join(f"{depth}    {use.format(name, depth + '    ')}\n" for use, name in uses)

    files = {}
    for path, other in (("m.py", "n"), ("n.py", "m")):
        top = draw(
            st.sampled_from([f"from {other} import *", f"import {other} as m", f"from {other} import a as b, K"])
        )
        own = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=3))
        methods = draw(st.lists(st.sampled_from((*NAMES, "__init__")), unique=True, min_size=1, max_size=2))
        text = f"{top}\n" + "".join(define(name, "", "k: K = 1") for name in own) + "class K:\n"
        files[path] = text + "".join(define(name, "    ", "self, k: 'K' = 1") for name in methods)
    return files


@settings(max_examples=40, deadline=None)
@given(projects())
@example({"m.py": "def a():\n    pass\ndef b():\n    a()\n", "n.py": "import m\nasync def c():\n    m.b()\n"})
def test_nothing_that_a_coroutine_gets_to_is_overlooked(files: dict[str, str]) -> None:
    assert overlooked(files) == []


def test_the_comparison_knows_what_coroutines_get_to() -> None:
    files = {"m.py": "def a():\n    pass\ndef b():\n    a()\n", "n.py": "import m\nasync def c():\n    m.b()\n"}
    found = reached(Corpus({path: text.encode() for path, text in files.items()}))
    assert {function.qualname: set(where) for function, where in found} == {"a": {"m.py"}, "b": {"n.py"}}
