"""Tests of the ways to find files by their bytes."""

import re

import pytest

from fixbot.analysis.coroutines.target import key_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function
from fixbot.engine.survey import having


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


class Counted:
    """A pattern that counts how often somebody looks for it."""

    def __init__(self, pattern: bytes) -> None:
        self.count = 0
        self._pattern = re.compile(pattern)

    def findall(self, content: bytes) -> list[bytes]:
        self.count += 1
        return self._pattern.findall(content)

    def search(self, content: bytes) -> re.Match[bytes] | None:
        self.count += 1
        return self._pattern.search(content)


FILES = {**{f"a{number}.py": b"sleep = 1\n" for number in range(9)}, "b.py": b"wake = 1\n", "c.py": b"sleep = 1\n"}


def test_a_content_under_many_names_is_looked_through_once_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    words = Counted(rb"\w+")
    monkeypatch.setattr("fixbot.analysis.corpus._WORD", words)
    corpus = Corpus(FILES)
    corpus.prepare()
    assert words.count == 3
    assert corpus.mentioning("wake") == ("b.py",)
    assert corpus.mentioning("sleep") == (*(f"a{number}.py" for number in range(9)), "c.py")


def test_a_content_under_many_names_is_looked_through_once_for_a_pattern() -> None:
    wake = Counted(rb"wake")
    assert list(having(FILES, wake)) == ["b.py"]
    assert wake.count == 3


def test_what_is_certain_to_have_a_pattern_is_not_looked_through() -> None:
    wake = Counted(rb"wake")
    assert list(having(FILES, wake, {"c.py", "a3.py"})) == ["a3.py", "b.py", "c.py"]
    assert wake.count == 2
