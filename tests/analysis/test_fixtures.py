from __future__ import annotations

import ast

import pytest

from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function

SHOP = b"class Shop:\n    def sell(self):\n        pass\n"
FIXTURE = "import pytest\nfrom shop import Shop\n\n\n@pytest.fixture\ndef shop(db):\n    {}\n"
TEST = "def test_it(shop):\n    shop.sell()\n"


def mentions(**files: str) -> tuple[list[str], list[str]]:
    corpus = Corpus({"shop.py": SHOP} | {f"{name}.py": text.encode() for name, text in files.items()})
    file = corpus.file("shop.py")
    assert file is not None
    (cls,) = file.module.tree.body
    assert isinstance(cls, ast.ClassDef)
    assert isinstance(cls.body[0], ast.FunctionDef)
    found = Finder(corpus).mentions(Function(file, cls.body[0]))
    return [call.at for call in found.calls], [hurdle.says for hurdle in found.hurdles]


@pytest.mark.parametrize("gives", ["return Shop()", "yield Shop()", "made = Shop()\n    yield made"])
def test_a_parameter_of_a_test_is_what_the_fixture_of_its_name_gives(gives: str) -> None:
    calls, hurdles = mentions(test_shop=f"{FIXTURE.format(gives)}\n\n{TEST}")

    assert len(calls) == 1
    assert hurdles == []


def test_a_fixture_of_a_conftest_is_found() -> None:
    calls, hurdles = mentions(conftest=FIXTURE.format("return Shop()"), test_shop=TEST)

    assert calls == ["test_shop.py:2"]
    assert hurdles == []


def test_a_fixture_of_the_class_comes_first() -> None:
    inside = (
        "class TestShop:\n    @pytest.fixture\n    def shop(self):\n        return object()\n\n"
        "    def test_it(self, shop):\n        shop.sell()\n"
    )

    calls, _ = mentions(test_shop=f"{FIXTURE.format('return Shop()')}\n\n{inside}")

    assert calls == []


@pytest.mark.parametrize(
    "fixture",
    [
        FIXTURE.format("return db"),
        FIXTURE.format("return db.shop"),
        FIXTURE.format("return Shop() if db else None or db"),
        FIXTURE.replace("@pytest.fixture\n", "").format("return Shop()"),
    ],
)
def test_what_a_fixture_gives_may_be_unknown(fixture: str) -> None:
    calls, hurdles = mentions(test_shop=f"{fixture}\n\n{TEST}")

    assert calls == []
    assert len(hurdles) == 1


def test_a_fixture_that_takes_its_own_name_is_no_riddle() -> None:
    own = "import pytest\n\n\n@pytest.fixture\ndef shop(shop):\n    return shop\n"

    calls, hurdles = mentions(conftest=own, test_shop=f"{own}\n\n{TEST}")

    assert calls == []
    assert len(hurdles) == 1
