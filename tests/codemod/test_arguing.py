"""A new argument stands where the other arguments of the call stand, and comments stay where they are."""

from __future__ import annotations

import libcst as cst
import pytest

from fixbot.codemod.arguing import Given, edit
from fixbot.codemod.contract import Declined, Proposal

LAYOUTS = {
    "f()": "f(wait=3)",
    "f(a)": "f(a, wait=3)",
    "f(a, b,)": "f(a, b, wait=3,)",
    "f( a )": "f( a, wait=3 )",
    "f(a, b = 2)": "f(a, b = 2, wait = 3)",
    "f(*a, **b)": "f(*a, **b, wait=3)",
    "f(a,\n  b)": "f(a,\n  b,\n  wait=3)",
    "f(\n    a\n)": "f(\n    a,\n    wait=3\n)",
    "f(\n    a,\n)": "f(\n    a,\n    wait=3,\n)",
    "f(\n    a, b\n)": "f(\n    a, b, wait=3\n)",
    "f(\n    a,\n    b,  # two\n)": "f(\n    a,\n    b,  # two\n    wait=3,\n)",
    "f(\n    a,  # one\n    b  # two\n)": "f(\n    a,  # one\n    b,  # two\n    wait=3\n)",
    "f(\n    # first\n    a,\n    # last\n)": "f(\n    # first\n    a,\n    wait=3,\n    # last\n)",
    "f(a, wait=None)": "f(a, wait=3)",
    "f(\n    wait=None,  # for ever\n    a=1,\n)": "f(\n    wait=3,  # for ever\n    a=1,\n)",
}


def argued(source: str) -> Proposal | Declined:
    return edit(Given((("wait", "3"),)), cst.parse_expression(source))


@pytest.mark.parametrize("source", LAYOUTS)
def test_an_argument_is_laid_out_as_its_neighbours_are(source: str) -> None:
    made = argued(source)
    assert isinstance(made, Proposal)
    assert isinstance(made.replacement, cst.Call)
    assert cst.Module([]).code_for_node(made.replacement) == LAYOUTS[source]


def test_a_lone_generator_expression_is_left_to_a_person() -> None:
    assert argued("f(x for x in y)") == Declined("its only argument is a generator expression")


def test_something_else_is_no_call() -> None:
    assert argued("f") == Declined("it is not the call that was found")
