import pytest

from fixbot.analysis.raises.docstrings import raises

CASES = [
    (
        "google",
        "Do it.\n\nRaises:\n    ValueError: bad.\n        On: so.\n    app.Failed: else.\n\nReturns:\n    One: a",
        ["ValueError", "app.Failed"],
    ),
    (
        "google, indented",
        "Do it.\n\n    Raises:\n        KeyError: none.\n    Returns:\n        Other: one.",
        ["KeyError"],
    ),
    (
        "numpy",
        "Do it.\n\nRaises\n------\nValueError\n    If it is bad.\nKeyError : none\n\nReturns\n-------\nOther",
        ["ValueError", "KeyError"],
    ),
    (
        "sphinx",
        "Do it.\n\n:param a: A.\n:raises ValueError: bad.\n:raise KeyError: none.\n:except OSError: full.",
        ["ValueError", "KeyError", "OSError"],
    ),
    ("several in one", "Do it.\n\n:raises ValueError, KeyError: bad.\n", ["ValueError", "KeyError"]),
    (
        "several in one entry",
        "Do it.\n\nRaises:\n    ValueError, TypeError: bad.\n    KeyError or IndexError: none.",
        ["ValueError", "TypeError", "KeyError", "IndexError"],
    ),
    (
        "marked up",
        "Do it.\n\nRaises:\n    `ValueError`: bad.\n    :class:`KeyError`: none.",
        ["ValueError", "KeyError"],
    ),
    ("prose", "Do it.\n\nRaises:\n    an error if it is bad: always.", []),
    ("a sentence", "This raises ValueError where it is bad.", []),
    ("twice", ":raises OSError: a\n:raises OSError: b", ["OSError"]),
    ("nothing", "Do it.", []),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_docstring_says_is_read(text: str, expected: list[str]) -> None:
    assert list(raises(text)) == expected
