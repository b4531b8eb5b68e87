from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function, FunctionNode
from fixbot.analysis.flows.cycles import Imports
from fixbot.analysis.flows.flow import Flow, flow, together
from fixbot.analysis.flows.onward import inner_flow, own_names
from fixbot.analysis.flows.sources import Sources, handing
from fixbot.analysis.keywords.uses import Uses, uses_of


def corpus_of(files: Mapping[str, str] | str) -> Corpus:
    several = {"app.py": files} if isinstance(files, str) else files
    return Corpus({path: textwrap.dedent(text).encode() for path, text in several.items()})


def uses(corpus: Corpus, name: str) -> Uses:
    for path in corpus.files:
        file = corpus.file(path)
        for node in ast.walk(file.module.tree) if file is not None else ():
            if file is not None and isinstance(node, FunctionNode) and Function(file, node).qualname == name:
                found = uses_of(Function(file, node))
                assert found is not None
                return found
    raise AssertionError(name)


def flowing(files: Mapping[str, str] | str, *names: str) -> Flow:
    corpus = corpus_of(files)
    finder = Finder(corpus)
    sources = Sources(finder)
    members = tuple(uses(corpus, name) for name in names or ("f",))
    onward, unknown = inner_flow(finder, members)
    return flow(members, onward, unknown, together(sources.callers(each.function) for each in members), sources)


def given(files: Mapping[str, str] | str, name: str = "f") -> list[dict[str, str | None]]:
    """Give what each call of a function gives, in source order; None where the value is not written there."""
    sources = Sources(Finder(corpus_of(files)))
    found = sources.callers(uses(sources.finder.corpus, name).function)
    return [
        {key: None if value is None else ast.unparse(value) for key, value in sources.given(caller)}
        for caller in found.calls
    ]


# What imports what.


def reaches(files: Mapping[str, str], start: str = "a.py", end: str = "z.py") -> bool:
    return Imports(corpus_of({"z.py": "", **files})).reaches(start, end)


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "import z\n"},
        {"a.py": "from z import x\n"},
        {"a.py": "from z import *\n"},
        {"a.py": "import b\n", "b.py": "import c\n", "c.py": "import z\n"},
        {"a.py": "import b\n", "b.py": "import a\nimport z\n"},
        {"a.py": "try:\n    import z\nexcept ImportError:\n    z = None\n"},
        {"a.py": "if x:\n    import z\n"},
        {"a.py": "class A:\n    import z\n"},
        {"a.py": "with x:\n    for y in x:\n        import z\n"},
        {"a.py": "if not TYPE_CHECKING and x:\n    import z\n"},
    ],
)
def test_a_file_runs_what_it_imports_while_it_is_imported(files: dict[str, str]) -> None:
    assert reaches(files)


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": ""},
        {"a.py": "import y\n"},
        {"a.py": "def f():\n    import z\n"},
        {"a.py": "class A:\n    def f(self):\n        import z\n"},
        {"a.py": "async def f():\n    import z\n"},
        {"a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import z\n"},
        {"a.py": "import typing\nif typing.TYPE_CHECKING:\n    from z import x\n"},
        {"a.py": "import b\n", "b.py": "def f():\n    import z\n"},
        {"a.py": "import b\n", "b.py": "import a\n"},
        {"a.py": "import b\n", "b.py": "this is no Python\n"},
    ],
)
def test_a_file_does_not_run_what_it_imports_later_or_for_types(files: dict[str, str]) -> None:
    assert not reaches(files)


def test_a_file_does_not_count_as_one_that_it_reaches() -> None:
    assert not reaches({"a.py": "import b\n", "b.py": "import a\n"}, "a.py", "a.py")


def test_a_package_runs_before_what_is_in_it() -> None:
    files = {"p/__init__.py": "", "p/q/__init__.py": "import z\n", "p/q/r.py": "", "a.py": "import p.q.r\n"}
    assert reaches(files)
    assert reaches(files, "a.py", "p/__init__.py")
    assert not reaches(files, "p/q/r.py", "z.py")


@pytest.mark.parametrize("text", ["from . import z\n", "from .z import x\n", "import p.z\n", "from p import z\n"])
def test_imports_within_a_package_are_followed(text: str) -> None:
    assert reaches({"p/__init__.py": "", "p/a.py": text, "p/z.py": ""}, "p/a.py", "p/z.py")


def test_a_root_that_is_a_package_runs_too() -> None:
    assert reaches({"__init__.py": "", "a.py": "from . import z\n"}, "a.py", "__init__.py")


def test_an_unknown_file_imports_nothing() -> None:
    assert not reaches({"a.py": ""}, "missing.py", "z.py")


# Where keys go on to.


def test_what_takes_the_keys_is_known_or_said_not_to_be() -> None:
    found = flowing(
        """\
        import m
        def g(x, y=1):
            return x
        def h(**more):
            return m.h(**more)
        def f(**kw):
            g(**kw)
            h(**kw)
            m.h(**kw)
            return kw, {**kw}
        """
    )
    assert found.unknown == (
        "has a `kw` that is kept in a tuple (app.py:10)",
        "hands `**kw` on to `h`, which hands its keywords on: `m.h` is not of the project (app.py:8)",
        "hands `**kw` on to `m.h`: `m.h` is not of the project (app.py:9)",
        "hands `**kw` on to `a dictionary`: they are kept in a dictionary (app.py:10)",
    )
    assert len(found.onward) == 4


def test_nothing_is_unknown_where_all_is_read_or_taken() -> None:
    found = flowing("def g(x):\n    return x\ndef f(**kw):\n    return kw.get('y'), g(**kw)\n")
    assert (found.unknown, found.function.qualname) == ((), "f")


def test_own_names_are_those_that_a_keyword_may_give() -> None:
    corpus = corpus_of("def f(a, /, b, *c, d=1, **kw):\n    return kw['x']\n")
    assert own_names(uses(corpus, "f")) == {"b", "d"}


# What is known of each key.


def test_keys_are_in_the_order_of_body_callees_and_callers() -> None:
    found = flowing("def g(b, a):\n    return a\ndef f(**kw):\n    g(**kw)\n    return kw['c']\nf(d=1, b=2)\n")
    assert list(found.keys) == ["c", "b", "a", "d"]


def test_a_key_has_all_reads_slots_and_values() -> None:
    found = flowing(
        "def g(x: int = 1):\n    return x\ndef f(**kw):\n    kw['x']\n    return g(**kw)\nf(x=2)\nf(**{'x': 3})\n"
    )
    key = found.keys["x"]
    assert [asked.read.node.lineno for asked in key.reads] == [4]
    assert [slot.says for slot in key.slots] == ["`x` is a parameter of `g`"]
    values = [None if value is None else ast.unparse(value) for _, value in key.given]
    assert [caller.call.at for caller, _ in key.given] == ["app.py:6", "app.py:7"]
    assert values == ["2", None]


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("return g(**kw)", ["x", "y"]),
        ("return g(x=1, **kw)", ["y"]),
        ("return g(**{'x': 1, **kw})", ["y"]),
        ("return g(**{**kw, 'x': 1})", ["y"]),
        ("kw.pop('x', 1)\n    return g(**kw)", ["x", "y"]),
        ("return g(1, **kw)", ["y"]),
        ("return g(a, **kw)", ["y"]),
    ],
)
def test_what_the_function_gives_itself_is_no_key(body: str, keys: list[str]) -> None:
    found = flowing(f"def g(x, y=2):\n    return x\ndef f(a, **kw):\n    {body}\n")
    assert list(found.keys) == keys
    assert all(not found.keys[name].slots for name in keys if "pop" in body and name == "x")


def test_a_parameter_of_the_function_is_no_key() -> None:
    found = flowing("def g(x, y=2):\n    return x\ndef f(y, **kw):\n    return y, g(**kw)\nf(y=1, x=2)\n")
    assert list(found.keys) == ["x"]


def test_a_parameter_that_a_mapping_gives_is_no_key() -> None:
    found = flowing("def f(a, **kw):\n    return a, kw['x']\nf(**{'a': 1, 'x': 2})\n")
    assert list(found.keys) == ["x"]


def test_functions_that_share_a_schema_share_their_keys() -> None:
    text = """\
        class A:
            def f(self, **kw):
                return kw['x']
        class B(A):
            def f(self, **more):
                return more['y'], super().f(**more)
        def g(a: A):
            return a.f(x=1, y=2), B().f(y=3)
        """
    found = flowing(text, "A.f", "B.f")
    assert list(found.keys) == ["x", "y"]
    assert found.function.qualname == "A.f"
    assert [caller.call.at for caller in found.callers.calls] == ["app.py:6", "app.py:8", "app.py:8"]
    assert [asked.uses.function.qualname for asked in found.keys["y"].reads] == ["B.f"]


def test_callers_of_several_functions_are_each_told_once() -> None:
    sources = Sources(Finder(corpus_of("def f(a, **kw):\n    return kw['x']\nf(1, x=1)\nf()\nWAYS = [f, f]\n")))
    own = sources.callers(uses(sources.finder.corpus, "f").function)
    both = together([own, own])
    assert both.calls == own.calls
    assert both.refused == own.refused
    assert len(both.refused) == 1
    assert both.unseen == own.unseen
    assert together([]).calls == ()


# What callers give.


def test_keywords_are_given_with_their_values_and_mappings_without() -> None:
    text = "def f(a, **kw):\n    return kw['x']\nf(1, y=b, x=2)\nf(1, y=3, **{'x': 4, 'z': 5})\nf(1, **m)\n"
    assert given(text) == [{"y": "b", "x": "2"}, {"y": "3", "x": None, "z": None}, {}]


def test_callers_are_looked_for_once() -> None:
    sources = Sources(Finder(corpus_of("def f(**kw):\n    return kw['x']\nf(x=1)\n")))
    found = uses(sources.finder.corpus, "f")
    assert sources.callers(found.function) is sources.callers(found.function)
    assert sources.onward(found) is sources.onward(found)


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ("return f(**more)", ["x", "y"]),
        ("return more['z'], f(**more)", ["x", "y", "z"]),
        ("more.pop('x')\n    return f(**more)", ["y"]),
        ("return f(**more), g(**more)", ["v", "x", "y"]),
        ("return f(x=1, **more)", ["x", "y"]),
        ("return f(**other)", []),
        ("return f(**h())", []),
    ],
)
def test_a_mapping_of_the_function_around_holds_what_that_reads_takes_and_is_given(body: str, keys: list[str]) -> None:
    head = "def f(**kw):\n    return kw.get('x')\ndef g(v=1, **kw):\n    return v, kw.get('x')\n"
    text = f"{head}def outer(a, *, other, **more):\n    {body}\nouter(1, other=2, x=3, y=4)\n"
    assert sorted(given(text)[0]) == keys


def test_a_mapping_at_the_top_of_a_file_holds_nothing_known() -> None:
    assert given("def f(**kw):\n    return kw['x']\nf(**kw)\n") == [{}]


def test_a_function_that_hands_its_keys_to_itself_ends() -> None:
    assert given("def f(**kw):\n    return kw['x'], f(**kw)\n\n\nf(y=1)\n") == [{"x": None, "y": None}, {"y": "1"}]


def test_keys_are_followed_only_so_far() -> None:
    forward = "".join(f"def g{n}(**kw):\n    return {'f' if n == 0 else f'g{n - 1}'}(**kw)\n" for n in range(7))
    text = "def f(**kw):\n    return kw.get('x')\n" + forward
    near = given(text + "g3(deep=1)\n")[0]
    far = given(text + "g6(deep=1)\n")[0]
    assert sorted(near) == ["deep", "x"]
    assert sorted(far) == ["x"]


def test_only_a_name_of_the_keys_of_the_function_around_is_handed_on() -> None:
    text = "def f(**kw):\n    return kw['x']\ndef g(m, **kw):\n    return f(**kw), f(**m), f(**m.n)\n"
    text += "def h(m):\n    f(**m)\n"
    sources = Sources(Finder(corpus_of(text)))
    found = sources.callers(uses(sources.finder.corpus, "f").function)
    handed = [handing(caller, mapping) for caller in found.calls for mapping in caller.mappings]
    assert [each is not None for each in handed] == [True, False, False, False]
