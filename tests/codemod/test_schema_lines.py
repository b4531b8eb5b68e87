from __future__ import annotations

import pytest

from fixbot.codemod.reshaping.plans import Reshape, Style
from tests.codemod.schema_editing import key, plain, rewritten

X, Y = key("x"), key("y", "2")

LINES = {
    "in the middle": (
        """
        def f(**kwargs):
            a = 1

            # the x
            x = kwargs["x"]  # really
            return a, x
        """,
        """
        def f(*, x: object, y: object = 2):
            a = 1

            # the x
            # really
            return a, x
        """,
    ),
    "at the start": (
        """
        def f(**kwargs):
            x = kwargs["x"]

            y = kwargs.get("y", 2)

            return x, y
        """,
        """
        def f(*, x: object, y: object = 2):
            return x, y
        """,
    ),
    "between lines": (
        """
        def f(**kwargs):
            a = 1

            x = kwargs["x"]
            return a, x
        """,
        """
        def f(*, x: object, y: object = 2):
            a = 1

            return a, x
        """,
    ),
    "at the end": (
        """
        def f(a, *args, b, **kwargs):
            g(a)
            x = kwargs["x"]  # the x
            # the end
        """,
        """
        def f(a, *args, b, x: object, y: object = 2):
            g(a)
            # the x
            # the end
        """,
    ),
    "everything": (
        """
        def f(**kwargs):
            x = kwargs["x"]  # the x
        """,
        """
        def f(*, x: object, y: object = 2):
            # the x
            pass
        """,
    ),
    "a body on one line": (
        "def f(**kwargs): x = kwargs['x']; y = kwargs['y']\n",
        "def f(*, x: object, y: object = 2): pass\n",
    ),
    "half a body on one line": (
        "def f(**kwargs): q = 1; x = kwargs['x']\n",
        "def f(*, x: object, y: object = 2): q = 1\n",
    ),
    "before a block": (
        """
        def f(**kwargs):
            x = kwargs["x"]  # the x
            if x:
                pass
        """,
        """
        def f(*, x: object, y: object = 2):
            # the x
            if x:
                pass
        """,
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_line_that_would_set_a_parameter_to_itself_goes(name: str) -> None:
    before, after = LINES[name]
    assert rewritten(before, Reshape(Style.PARAMS, "kwargs", fields=(X, Y))) == plain(after)


DOCSTRINGS = {
    "**kwargs: what": "params: what",
    r"\*\*kwargs: what": "params: what",
    "**kwargs (dict): what": "params (P): what",
    "kwargs: what": "params: what",
    "**kwargs : dict": "params : P",
    "**kwargs": "params",
    ":param kwargs: what": ":param params: what",
    r":param \**kwargs: what": ":param params: what",
    ":param dict kwargs: what": ":param params: what",
    ":type kwargs: dict": ":type params: P",
    "All **kwargs: are kept.": "All **kwargs: are kept.",
    "more_kwargs: what": "more_kwargs: what",
}


@pytest.mark.parametrize("entry", DOCSTRINGS)
def test_a_docstring_names_the_new_parameter(entry: str) -> None:
    source = f'def f(**kwargs):\n    r"""Do.\n\n    {entry}\n    """\n'
    expected = f'def f(params: P):\n    r"""Do.\n\n    {DOCSTRINGS[entry]}\n    """\n'
    assert rewritten(source, Reshape(Style.PYDANTIC, "kwargs", annotation="P")) == expected
    assert DOCSTRINGS[entry] == entry or entry in rewritten(source, Reshape(Style.PARAMS, "kwargs", fields=(X,)))
