from __future__ import annotations

import pytest

from fixbot.codemod.reshaping.plans import Onward, Reshape, Style
from tests.codemod.schema_editing import key, plain, rewritten

X, Y = key("x"), key("y", "2")
EACH = Onward(("x", "y"))

EDITED = {
    "a method": (
        """
        async def f(self, a: int, **kwargs: Any) -> None:
            await self.g(kwargs["x"])
        """,
        """
        async def f(self, a: int, params: P) -> None:
            await self.g(params.x)
        """,
    ),
    "a default": ("def f(a=1, **kwargs): return kwargs['x']\n", "def f(a=1, *, params: P): return params.x\n"),
    "starred arguments": ("def f(*a, **kwargs): return kwargs['x']\n", "def f(*a, params: P): return params.x\n"),
    "keyword-only": ("def f(*, a, **kwargs): return kwargs['x']\n", "def f(*, a, params: P): return params.x\n"),
    "positional-only": ("def f(a, /, **kwargs): return kwargs['x']\n", "def f(a, /, params: P): return params.x\n"),
    "one parameter on each line": (
        """
        def f(
            a,  # first
            # the rest
            **kwargs,  # of it
        ):
            return kwargs["x"]
        """,
        """
        def f(
            a,  # first
            # the rest
            params: P,  # of it
        ):
            return params.x
        """,
    ),
    "no comma at the end": (
        """
        def f(
            a=1,
            **kwargs
        ):
            return g(
                a,
                **kwargs
            )
        """,
        """
        def f(
            a=1,
            *,
            params: P
        ):
            return g(
                a,
                x=params.x,
                y=params.y
            )
        """,
    ),
    "commas in front": (
        """
        def f(
            a  # the a
            , /  # no names
            , **kwargs  # the others
        ):
            return a
        """,
        """
        def f(
            a  # the a
            , /  # no names
            , params: P  # the others
        ):
            return a
        """,
    ),
    "aligned lines": (
        """
        def f(a,
              b=2, **kwargs):
            return g(a,
                     **kwargs)
        """,
        """
        def f(a,
              b=2, *,
              params: P):
            return g(a,
                     x=params.x,
                     y=params.y)
        """,
    ),
    "a display": (
        """
        def f(**kwargs):
            return {
                'a': 1,  # one
                **kwargs,  # two
                # three
            }
        """,
        """
        def f(params: P):
            return {
                'a': 1,  # one
                'x': params.x,
                'y': params.y,  # two
                # three
            }
        """,
    ),
    "a display without a comma at the end": (
        """
        def f(**kwargs):
            return {
                "a": 1,
                **kwargs
            }
        """,
        """
        def f(params: P):
            return {
                "a": 1,
                "x": params.x,
                "y": params.y
            }
        """,
    ),
    "a line that gets too long": (
        """
        class A:
            def f(self, **kwargs):
                if self:
                    return self.something_with_a_very_long_name_for_it(self.first, **kwargs)
        """,
        """
        class A:
            def f(self, params: P):
                if self:
                    return self.something_with_a_very_long_name_for_it(
                        self.first,
                        x=params.x,
                        y=params.y,
                    )
        """,
    ),
    "comments inside of what goes": (
        """
        def f(**kwargs):
            if kwargs.get(
                "x",  # the x
                # or nothing
                None,
            ):
                return 1
            elif kwargs.get("y",  # the y
                            2):
                return 2
        """,
        """
        def f(params: P):
            # the x
            # or nothing
            if params.x:
                return 1
            # the y
            elif params.y:
                return 2
        """,
    ),
}


@pytest.mark.parametrize("name", EDITED)
def test_the_layout_stays(name: str) -> None:
    before, after = EDITED[name]
    plan = Reshape(Style.PYDANTIC, "kwargs", annotation="P", fields=(X, Y), onward=(EACH,))
    assert rewritten(before, plan) == plain(after)


def test_comments_of_parameters_that_join_stay() -> None:
    before = """
    def f(
        a,  # the a
        # about b
        b=2,  # the b
        *,
        c,  # the c
        **kwargs,
    ):
        return b, c
    """
    after = """
    def f(
        a,  # the a
        # about b
        # the b
        # the c
        params: P,
    ):
        return params.b, params.c
    """
    plan = Reshape(Style.DATACLASS, "kwargs", annotation="P", joined=("b", "c"))
    assert rewritten(before, plan) == plain(after)
