"""What shows that a call is meant to block."""

import ast
import textwrap

import pytest

from fixbot.analysis.coroutines.meant import meant, silenced
from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.places import CallPlace, place_of
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File


def sleeping(code: str, path: str = "app.py") -> tuple[File, CallPlace, ast.AsyncFunctionDef]:
    file = Corpus({path: textwrap.dedent(code).encode()}).file(path)
    assert file is not None
    nodes = list(ast.walk(file.module.tree))
    call = next(node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "time.sleep")
    function = next(node for node in nodes if isinstance(node, ast.AsyncFunctionDef))
    return file, place_of(Nesting(file), call), function


def why(code: str, path: str = "app.py") -> str | None:
    file, place, function = sleeping(code, path)
    return meant(file.module, place, function)


@pytest.mark.parametrize(
    ("comment", "known"),
    [
        ("# noqa: ASYNC251", True),
        ("# noqa: E501, ASYNC251 - the device is slow", True),
        ("# noqa: TRIO101", True),
        ("# noqa: E501", False),
        ("# ASYNC251", False),
        ("", False),
    ],
)
def test_a_comment_for_other_linters_silences_fixbot_too(comment: str, *, known: bool) -> None:
    file, place, _ = sleeping(f"async def f():\n    time.sleep('#')  {comment}\n")
    assert silenced(file.module, place) is known


@pytest.mark.parametrize(
    "comment",
    ["Block the loop.", "on purpose", "deliberately slow", "time.sleep is harder here", "blocking this loop"],
)
def test_words_beside_a_call_say_that_it_is_meant(comment: str) -> None:
    above = f"async def f():\n    # first\n    # {comment}\n    time.sleep(1)\n"
    behind = f"async def f():\n    time.sleep(1)  # {comment}\n"
    assert comment in (why(above) or "")
    assert comment in (why(behind) or "")


def test_words_further_away_say_nothing() -> None:
    assert why("async def f():\n    # on purpose\n    x = 1\n    time.sleep(1)\n") is None


@pytest.mark.parametrize("comment", ["simulate work", "pretend to be busy", "stall the others"])
def test_what_a_test_pretends_is_meant_and_what_a_program_does_is_not(comment: str) -> None:
    code = f"async def f():\n    # {comment}\n    time.sleep(1)\n"
    assert why(code, "tests/test_app.py") is not None
    assert why(code) is None


@pytest.mark.parametrize("name", ["test_blocking_handler", "test_loop_busy", "test_sync"])
def test_the_name_of_a_test_says_that_it_blocks(name: str) -> None:
    assert name in (why(f"async def {name}():\n    time.sleep(1)\n", "test_app.py") or "")
    assert why(f"async def {name}():\n    time.sleep(1)\n") is None


def test_a_test_of_other_names_sleeps_by_mistake() -> None:
    assert why("async def test_kernel():\n    time.sleep(1)  # wait for it\n", "tests/test_app.py") is None


def test_who_looks_at_slow_callbacks_knows_what_blocks() -> None:
    code = "async def f(loop):\n    loop.slow_callback_duration = 10\n    time.sleep(1)\n"
    assert "slow_callback_duration" in (why(code) or "")
