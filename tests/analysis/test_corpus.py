"""Tests of the ways to find files by their bytes."""

import pytest

from fixbot.analysis.coroutines.target import key_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function


@pytest.mark.parametrize(
    "text",
    [
        "class B(A): pass",
        "class B(x.A[int], metaclass=M(1)):\n    pass",
        "def f():\n    class B(  # note: one\n        object,\n        A,\n    ) :\n        pass",
    ],
)
def test_a_class_is_found_by_the_names_of_its_bases(text: str) -> None:
    assert Corpus({"app.py": text.encode(), "other.py": b"class A: pass"}).deriving("A") == ("app.py",)


def test_a_class_that_only_mentions_a_name_does_not_derive_from_it() -> None:
    assert Corpus({"app.py": b"class B(C):\n    a = A()\n"}).deriving("A") == ()


@pytest.mark.parametrize(("text", "found"), [("sleepy sleep", True), ("asleep sleepy", False), ("_sleep", False)])
def test_a_word_is_mentioned_only_as_a_whole(text: str, *, found: bool) -> None:
    assert bool(Corpus({"app.py": text.encode()}).mentioning("sleep")) is found


def test_what_was_forgotten_is_found_again() -> None:
    corpus = Corpus({"app.py": b"def f():\n    pass\n", "more.py": b"from app import f\n"})
    before, found = corpus.file("app.py"), corpus.project.find("app.f", "more.py")
    corpus.forget()
    after, again = corpus.file("app.py"), corpus.project.find("app.f", "more.py")
    assert before is not None
    assert after is not None
    assert before is not after
    assert isinstance(found, Function)
    assert isinstance(again, Function)
    assert key_of(found) == key_of(again)


def test_a_tree_alone_is_not_kept_and_what_cannot_be_parsed_is_told() -> None:
    corpus = Corpus({"app.py": b"a = 1\n", "bad.py": b"a = (\n"})
    skipped = corpus.skipped("bad.py")

    assert corpus.module("app.py") is not None
    assert corpus.module("bad.py") is None
    assert corpus.module("none.py") is None
    assert skipped is not None
    assert skipped.reason == "unparsable"
    assert corpus.skipped("app.py") is None
    assert corpus.skipped("none.py") is None
