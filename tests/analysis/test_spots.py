import ast

import pytest

from fixbot.analysis.coroutines.mentions import Call, Finder, key_of
from fixbot.analysis.coroutines.spots import call_of, function_of, spot_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function
from fixbot.analysis.module import parse

CODE = b"""\
class Shop:
    def wait(self):
        return make()()

    @property
    def open(self):
        return self.door.is_open

async def run():
    return [make() for _ in range(make())]

make()
"""


def calls(corpus: Corpus) -> tuple[Call, ...]:
    """Give the calls of `make`."""
    file = corpus.file("made.py")
    assert file is not None
    (node,) = file.module.tree.body
    assert isinstance(node, ast.FunctionDef)
    return Finder(corpus).mentions(Function(file, node)).calls


def project() -> Corpus:
    files = {"made.py": b"def make():\n    return make\n", "shop.py": b"from made import make\n" + CODE}
    return Corpus(files)


def test_a_call_is_found_again_in_a_tree_that_was_parsed_anew() -> None:
    before = calls(project())
    assert len(before) == 4
    for call in before:
        spot = spot_of(call)
        parse.cache_clear()
        again = call_of(Finder(project()), spot)
        assert again.node is not call.node
        assert ast.dump(again.node) == ast.dump(call.node)
        assert (again.key, again.place, spot.key, spot.at) == (call.key, call.place, call.key, call.at)
        assert (again.caller and key_of(again.caller)) == (call.caller and key_of(call.caller)) == spot.caller
    assert [spot_of(call).in_coroutine for call in before] == [False, True, True, False]


def test_the_outer_of_two_calls_that_begin_together_is_told_from_the_inner() -> None:
    corpus = project()
    inner = next(call for call in calls(corpus) if call.place == "Shop.wait")
    file = corpus.file("shop.py")
    assert file is not None
    outer = Finder(corpus).nesting(file).parents.get(inner.node)
    assert isinstance(outer, ast.Call)
    spot = spot_of(Call(file, outer, inner.caller, inner.place))
    assert call_of(Finder(corpus), spot).node is outer
    assert call_of(Finder(corpus), spot_of(inner)).node is inner.node


def test_a_function_is_found_by_its_key() -> None:
    found = function_of(project(), ("shop.py", 3, 4))
    assert found.qualname == "Shop.wait"


def test_what_is_not_there_any_more_is_an_error() -> None:
    (call, *_) = calls(project())
    with pytest.raises(LookupError):
        call_of(Finder(Corpus({"shop.py": b"def wait():\n    pass\n"})), spot_of(call))
    with pytest.raises(LookupError):
        function_of(Corpus({}), ("shop.py", 3, 4))
