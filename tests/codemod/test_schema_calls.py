from __future__ import annotations

import ast
import itertools

import pytest

from fixbot.codemod.reshaping.plans import Pass
from tests.codemod.schema_editing import declined, plain, rewritten

PLAN = Pass("FParams", ("x", "y"), param="params")

CALLS = {
    "f(a, x=1, y=2, **m)": "f(a, params=FParams(x=1, y=2, **m))",
    "f(x=1, a=2, y=3)": "f(params=FParams(x=1, y=3), a=2)",
    "f(x=1,y=2)": "f(params=FParams(x=1,y=2))",
    "f(x = 1, y = 2, )": "f(params=FParams(x = 1, y = 2), )",
    "f(*a, x=1, y=(yield))": "f(*a, params=FParams(x=1, y=(yield)))",
    "f(x=1, y=2, *a)": "f(params=FParams(x=1, y=2), *a)",
    "f (a)(x=1, y=2)": "f (a)(params=FParams(x=1, y=2))",
    "partial(f, a, x=1, y=2)": "partial(f, a, params=FParams(x=1, y=2))",
    "f(x=g(), a=1, y=h())": "f(params=FParams(x=g(), y=h()), a=1)",
    "f(g(), x=a, y=b)": "f(g(), params=FParams(x=a, y=b))",
    "f(x=lambda: g(), a=g(), y=2)": "f(params=FParams(x=lambda: g(), y=2), a=g())",
    "f(a=g(), x=1, y=2)": "f(a=g(), params=FParams(x=1, y=2))",
    "f(a, x=1, # one\n  y=2, # two\n  b=3)": "f(a, params=FParams(x=1, # one\n  y=2), # two\n  b=3)",
    "f(\n  a\n  , x=1 # one\n  , y=2\n  , b=3)": "f(\n  a\n  , params=FParams(x=1 # one\n  , y=2)\n  , b=3)",
    "f(\n    x=1, y=2)": "f(\n    params=FParams(x=1, y=2))",
}


@pytest.mark.parametrize("call", list(CALLS))
def test_keywords_move_into_the_schema(call: str) -> None:
    assert _within(call, PLAN) == CALLS[call]


def _within(call: str, plan: Pass) -> str:
    if "yield" not in call:
        return rewritten(call + "\n", plan).rstrip("\n")
    inside = rewritten(f"def run():\n    {call}\n", plan)
    return inside.removeprefix("def run():\n    ").rstrip("\n")


def test_comments_of_arguments_that_change_places_stay() -> None:
    after = rewritten("f(a,\n  x=1, b=3, # three\n  y=2 # two\n)\n", PLAN)
    assert ast.unparse(ast.parse(after)) == "f(a, params=FParams(x=1, y=2), b=3)"


OTHERS = [
    ("f()", Pass("P"), "f(P())"),
    ("f( )", Pass("m.P", param="params"), "f(params=m.P())"),
    ("f(\n)", Pass("P"), "f(P())"),
    ("f(a)", Pass("P"), "f(a, P())"),
    ("f(a, )", Pass("P"), "f(a, P(), )"),
    ("f(**m)", Pass("P"), "f(P(**m))"),
    ("f(**m, **n)", Pass("P"), "f(P(**m, **n))"),
    ("f(a, *b)", Pass("P"), "f(a, *b, P())"),
    ("f(i for i in a)", Pass("P"), "f((i for i in a), P())"),
    ("f((i for i in a))", Pass("P"), "f((i for i in a), P())"),
    ("f(i for i in a)", Pass("P", joined=((0, "b"),)), "f(P(b=(i for i in a)))"),
    ("f(a := 1)", Pass("P"), "f(a := 1, P())"),
    ("f(a := 1)", Pass("P", joined=((0, "b"),)), "f(P(b=(a := 1)))"),
    ("f((a := 1))", Pass("P", joined=((0, "b"),)), "f(P(b=(a := 1)))"),
    ("f(a, b, x=1)", Pass("P", ("x",), ((0, "a"),), "p"), "f(b, p=P(a=a, x=1))"),
    ("f(a, b, x=1)", Pass("P", ("x",), ((0, "a"), (1, "b"))), "f(P(a=a, b=b, x=1))"),
    ("f(x=1, a=2, b=3)", Pass("P", ("x", "b"), (), "p"), "f(p=P(x=1, b=3), a=2)"),
    ("f(a, b, c)", Pass("P", (), ((0, "a"), (2, "c"))), "f(b, P(a=a, c=c))"),
    ("f(a, b, c)", Pass("P", (), ((2, "c"), (0, "a")), "p"), "f(b, p=P(a=a, c=c))"),
    ("f(\n    a, b)", Pass("P", (), ((0, "a"),)), "f(\n    b,\n    P(a=a))"),
]


@pytest.mark.parametrize(("call", "plan", "after"), OTHERS)
def test_the_schema_follows_what_is_passed_by_position(call: str, plan: Pass, after: str) -> None:
    assert rewritten(call + "\n", plan) == after + "\n"


LAYOUTS = {
    "a line each": (
        """
        f(
            customer_id=a,  # who
            # the x
            x=1,  # one
            y=[

                # two
                2,
            ],
            **m,  # more
            # the end
        )
        """,
        """
        f(
            customer_id=a,  # who
            params=FParams(
                # the x
                x=1,  # one
                y=[

                    # two
                    2,
                ],
                **m,  # more
            ),
            # the end
        )
        """,
    ),
    "no comma at the end": (
        """
        f(
          a,
          x=1,
          y=2
        )
        """,
        """
        f(
          a,
          params=FParams(
            x=1,
            y=2,
          )
        )
        """,
    ),
    "the last bracket behind the last argument": (
        """
        f(
            x=1,
            y=2)
        """,
        """
        f(
            params=FParams(
                x=1,
                y=2))
        """,
    ),
    "between others": (
        """
        f(
            x=1,  # one
            b=3,  # three
            y=2,  # two
        )
        """,
        """
        f(
            params=FParams(
                x=1,  # one
                y=2,  # two
            ),
            b=3,  # three
        )
        """,
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_call_with_a_line_for_each_argument_keeps_its_layout(name: str) -> None:
    before, after = LAYOUTS[name]
    assert rewritten(before, PLAN) == plain(after)


ONE = [
    ("f(\n    a,\n    **m,  # more\n)\n", "f(\n    a,\n    params=P(**m),  # more\n)\n"),
    ("f(\n    a,\n    # more\n    **m\n)\n", "f(\n    a,\n    # more\n    params=P(**m)\n)\n"),
    ("f(\n    a,  # one\n)\n", "f(\n    a,  # one\n    params=P(),\n)\n"),
    ("f(\n    # nothing\n)\n", "f(params=P()\n    # nothing\n)\n"),
    ("f(  # nothing\n)\n", "f(  # nothing\n    params=P())\n"),
]


@pytest.mark.parametrize(("before", "after"), ONE)
def test_one_argument_shares_its_line_with_the_schema(before: str, after: str) -> None:
    assert rewritten(before, Pass("P", param="params")) == after


def test_a_line_that_gets_too_long_is_broken() -> None:
    before = "self.service.create_booking(customer_id=customer, x=123456789, y=9)\n"
    inside = "    customer_id=customer,\n    params=FParams(x=123456789, y=9),\n"
    assert rewritten(before, PLAN) == f"self.service.create_booking(\n{inside})\n"


def test_a_schema_that_is_too_long_for_a_line_is_broken_too() -> None:
    before = f"create(customer_id=customer, x='{'x' * 40}', y='{'y' * 10}')\n"
    inside = f"        params=FParams(\n            x='{'x' * 40}',\n            y='{'y' * 10}',\n        ),\n"
    plan = Pass("FParams", ("x", "y"), param="params", hang="    ")
    assert rewritten(before, plan) == f"create(\n        customer_id=customer,\n{inside}    )\n"


REFUSED = {
    "f(*a, b)": (Pass("P", joined=((1, "x"),)), "an argument is not where it was found"),
    "f(*a)": (Pass("P", joined=((0, "x"),)), "an argument is not where it was found"),
    "f(x=1)": (Pass("P", joined=((0, "x"),)), "an argument is not where it was found"),
    "f(a)": (Pass("P", joined=((1, "x"),)), "an argument is not where it was found"),
    "f(x=1, a={**b}, y=b)": (PLAN, "its arguments would be computed in another order"),
    "f(x=1, b=2)": (PLAN, "the call does not give `y`"),
    "f(x=1, a=g(), y=b.c)": (PLAN, "its arguments would be computed in another order"),
    "f(x=1, a=b, y=g())": (PLAN, "its arguments would be computed in another order"),
    "f(a := 1, b)": (Pass("P", joined=((0, "x"),)), "its arguments would be computed in another order"),
    "f(a[0], g())": (Pass("P", joined=((0, "x"),)), "its arguments would be computed in another order"),
}


@pytest.mark.parametrize("call", list(REFUSED))
def test_a_call_that_would_not_be_the_same_is_left_alone(call: str) -> None:
    plan, because = REFUSED[call]
    assert declined(call + "\n", plan) == because


ARGUMENTS = ("a", "b=2", "x=[1, (2)]", "y=3", "**m")
OPEN = ("", "  # open\n    ", "\n    ", "\n    # lead\n    ")
BETWEEN = (", ", ",\n    ", ",  # of it\n    # above\n    ", "  # odd\n    , ")
CLOSE = ("", ",", "\n", ",\n", ",  # last\n    # foot\n", "  # last\n")


@pytest.mark.parametrize("count", range(1, len(ARGUMENTS) + 1))
@pytest.mark.parametrize("first", range(2))
def test_every_layout_gives_the_same_call(first: int, count: int) -> None:
    given = ARGUMENTS[first : first + count]
    moved = [arg for arg in given if arg[0] in "xy*"]
    kept = [arg for arg in given if arg not in moved]
    plan = Pass("P", tuple(arg[0] for arg in moved if arg[0] in "xy"), param="params")
    inside = ", ".join(moved)
    expected = ast.unparse(ast.parse(f"f({', '.join([*kept, f'params=P({inside})'])})"))
    for opening, between, closing in itertools.product(OPEN, BETWEEN, CLOSE):
        after = rewritten(f"f({opening}{between.join(given)}{closing})\n", plan)
        assert ast.unparse(ast.parse(after)) == expected, after
