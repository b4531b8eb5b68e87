from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.calling.family import Family, family
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function, FunctionNode

TOP = "class Top:\n    def book(self, a, **kwargs):\n        return a\n"


def function(corpus: Corpus, name: str) -> Function:
    for path in corpus.files:
        file = corpus.file(path)
        for node in ast.walk(file.module.tree) if file is not None else ():
            if file is not None and isinstance(node, FunctionNode) and Function(file, node).qualname == name:
                return Function(file, node)
    raise AssertionError(name)


def family_of(files: Mapping[str, str], name: str) -> Family:
    corpus = Corpus({path: textwrap.dedent(text).encode() for path, text in files.items()})
    return family(corpus, Finder(corpus), function(corpus, name))


def names(found: Family) -> list[str]:
    """Give the members; nothing may stand in the way."""
    assert found.because == ()
    return [found.members[0].qualname, *sorted(each.qualname for each in found.members[1:])]


def of_top(text: str, path: str = "main.py") -> Family:
    return family_of({"app.py": TOP, path: "from app import Top\n" + textwrap.dedent(text)}, "Top.book")


def test_a_function_is_alone() -> None:
    assert names(family_of({"app.py": "def book(**kwargs): ...\n"}, "book")) == ["book"]


def test_an_init_is_alone() -> None:
    text = "class A:\n    def __init__(self, **k): ...\nclass B(A):\n    def __init__(self): ...\n"
    assert names(family_of({"app.py": text}, "A.__init__")) == ["A.__init__"]


def test_a_private_method_is_alone() -> None:
    text = "class A:\n    def __go(self, **k): ...\nclass B(A):\n    def __go(self): ...\n"
    assert names(family_of({"app.py": text}, "A.__go")) == ["A.__go"]


def test_overrides_and_what_they_override_belong_together_with_their_siblings() -> None:
    text = """
    class Sub(Top):
        def book(self, a, **kwargs): return 1
    class Between(Top): ...
    class Other(Between):
        def book(this, a, **more): return 2
    class Stranger:
        def book(self): return 3
    """
    files = {"app.py": TOP, "main.py": "from app import Top\n" + textwrap.dedent(text)}
    for name in ("Top.book", "Sub.book", "Other.book"):
        rest = {"Top.book", "Sub.book", "Other.book"} - {name}
        assert names(family_of(files, name)) == [name, *sorted(rest)]


def test_a_class_that_derives_from_both_brings_two_methods_together() -> None:
    text = """
    class Mixin:
        def book(self, a, **kwargs): return 1
    class Both(Mixin, Top): ...
    """
    assert names(of_top(text)) == ["Top.book", "Mixin.book"]


def test_an_heir_with_type_arguments_or_by_another_name_is_found() -> None:
    text = """
    from app import Top as T
    class One(Top[int]):
        def book(self, a, **kwargs): return 1
    class Two(T):
        def book(self, a, **kwargs): return 1
    """
    assert names(of_top(text)) == ["Top.book", "One.book", "Two.book"]


APART = {
    "def book(self, a): return 1": "has other parameters than `Sub.book`, which takes no `**` keywords",
    "def book(self, b, **kwargs): return 1": "has other parameters than `Sub.book`",
    "def book(self, a, b=1, **kwargs): return 1": "has other parameters than `Sub.book`",
    "def book(self, a, *, b=1, **kwargs): return 1": "has other parameters than `Sub.book`",
    "def book(self, a, *args, **kwargs): return 1": "has other parameters than `Sub.book`",
    "def book(self, a, /, **kwargs): return 1": "has other parameters than `Sub.book`",
    "@property\n    def book(self): return 1": "is a property in `Sub.book`",
    "@staticmethod\n    def book(self, a, **kwargs): return 1": "is bound in another way than `Sub.book`",
    "book = 1": "is no method in `Sub`",
}


@pytest.mark.parametrize("member", APART)
def test_methods_that_take_other_arguments_do_not_change_together(member: str) -> None:
    assert of_top(f"class Sub(Top):\n    {member}\n").because == (APART[member],)


def test_a_method_that_may_override_something_of_another_library_stands_in_the_way() -> None:
    text = """
    from threading import Thread
    class Sub(Top, Thread):
        def book(self, a, **kwargs): return 1
    """
    assert of_top(text).because == ("may override something of `threading.Thread` in `Sub`",)


def test_a_class_that_may_derive_stands_in_the_way() -> None:
    text = "def make(Top):\n    class Sub(Top):\n        def book(self, a, **kwargs): return 1\n"
    assert of_top(text).because == ("may be overridden by `make.Sub.book`",)


def test_a_protocol_stands_in_the_way() -> None:
    text = "from typing import Protocol\nclass Books(Protocol):\n    def book(self, a, **kwargs): ...\n"
    assert of_top(text).because == ("may stand for `Books.book`, a protocol",)
    text += "class Sub(Books):\n    def book(self, a, **kwargs): return 1\n"
    assert family_of({"app.py": text}, "Sub.book").because == ("is a member of `Books`, a protocol",)


def test_a_fake_of_a_test_stands_for_something_else() -> None:
    fake = "class Fake:\n    def book(self, a, **kwargs): return 1\n"
    found = family_of({"app.py": TOP, "tests/test_app.py": fake}, "Fake.book")
    assert found.because == ("may stand in the place of `Top.book`",)


def test_a_fake_of_a_test_stands_in_the_way() -> None:
    text = "class Fake:\n    def book(self, a, **kwargs): return 1\n"
    said = "may have `Fake.book` in its place in tests/test_app.py"
    assert of_top(text, "tests/test_app.py").because == (said,)
    assert of_top(text).because == ()
