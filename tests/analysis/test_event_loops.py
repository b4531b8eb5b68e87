from __future__ import annotations

import ast
import textwrap

import pytest

from fixbot.analysis.coroutines.libraries import Library, library_of, spelled
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, FunctionNode


def file_of(text: str) -> File:
    file = Corpus({"app.py": textwrap.dedent(text).encode()}).file("app.py")
    assert file is not None
    return file


def library(text: str, name: str = "f") -> Library:
    file = file_of(text)
    functions = [node for node in ast.walk(file.module.tree) if isinstance(node, FunctionNode)]
    return library_of(file, next(node for node in functions if node.name == name))


IMPORTED = [
    ("", "asyncio"),
    ("import asyncio", "asyncio"),
    ("import trio", "trio"),
    ("from trio.testing import MockClock", "trio"),
    ("import anyio.to_thread", "anyio"),
    ("import asyncio, anyio", "asyncio"),
    ("import anyio, trio", "anyio"),
    ("import asyncio, trio", None),
    ("import curio", None),
    ("from twisted.internet import reactor", None),
    ("import twisted, asyncio", "asyncio"),
    ("from . import trio", "asyncio"),
]


@pytest.mark.parametrize(("imports", "expected"), IMPORTED)
def test_where_nothing_else_tells_the_imports_do(imports: str, expected: str | None) -> None:
    found = library(f"{imports}\nasync def f():\n    pass\n")
    assert found.name == expected
    assert found.because


CALLED = [
    ("await asyncio.sleep(1)", "asyncio"),
    ("await trio.sleep(1)", "trio"),
    ("await nap(1)", "trio"),
    ("await anyio.sleep(1)", "anyio"),
    ("await anyio.sleep(1); await trio.sleep(1)", "trio"),
    ("await anyio.sleep(1); await asyncio.sleep(1)", "asyncio"),
    ("await asyncio.sleep(1); await trio.sleep(1)", None),
    ("pass", None),
]


@pytest.mark.parametrize(("body", "expected"), CALLED)
def test_what_a_function_calls_tells_first(body: str, expected: str | None) -> None:
    head = "import asyncio, anyio, trio\nfrom trio import sleep as nap\n"
    assert library(f"{head}async def f():\n    {body}\n").name == (expected if body != "pass" else "anyio")


def test_the_coroutines_around_and_inside_tell_next() -> None:
    text = """
        import asyncio, trio
        async def outer():
            await trio.sleep(1)
            async def f():
                pass
        async def g():
            async def inner():
                await asyncio.sleep(1)
    """
    assert library(text, "f") == Library("trio", "the coroutines around it use trio")
    assert library(text, "g").name == "asyncio"


def test_a_mark_of_a_test_tells() -> None:
    text = "import asyncio, trio, pytest\n@pytest.mark.trio\nasync def f():\n    pass\n"
    assert library(text).name == "trio"


def written(head: str, full: str, inside: str = "pass") -> tuple[str, str | None] | None:
    file = file_of(f"{head}\nasync def f(x):\n    {inside}\n    x()\n")
    function = next(node for node in ast.walk(file.module.tree) if isinstance(node, FunctionNode))
    return spelled(file, function.body[-1], full)


RUN = "trio.to_thread.run_sync"
WRITTEN = [
    ("", "asyncio.sleep", ("asyncio.sleep", "import asyncio")),
    ("import asyncio", "asyncio.sleep", ("asyncio.sleep", None)),
    ("import asyncio as aio", "asyncio.sleep", ("aio.sleep", None)),
    ("from asyncio import sleep", "asyncio.sleep", ("sleep", None)),
    ("asyncio = 1", "asyncio.sleep", None),
    ("try:\n    import asyncio\nexcept ImportError:\n    asyncio = None", "asyncio.sleep", None),
    ("import trio", RUN, (RUN, None)),
    ("", RUN, (RUN, "import trio")),
    ("from trio import to_thread", RUN, ("to_thread.run_sync", None)),
    ("from trio.to_thread import run_sync", RUN, ("run_sync", None)),
    ("trio = 1", RUN, None),
    ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import asyncio", "asyncio.sleep", None),
    ("import typing\nif typing.TYPE_CHECKING:\n    from asyncio import sleep", "asyncio.sleep", None),
]


@pytest.mark.parametrize(("head", "full", "expected"), WRITTEN)
def test_a_name_is_written_as_its_file_imports_it(
    head: str, full: str, expected: tuple[str, str | None] | None
) -> None:
    assert written(head, full) == expected


def test_an_import_inside_of_a_function_counts_once_it_has_run() -> None:
    assert written("", "asyncio.sleep", "import asyncio") == ("asyncio.sleep", None)
    file = file_of("async def f(x):\n    x()\n    import asyncio\n")
    function = file.module.tree.body[0]
    assert isinstance(function, FunctionNode)
    assert spelled(file, function.body[0], "asyncio.sleep") is None
