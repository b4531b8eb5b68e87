from __future__ import annotations

import ast
import textwrap

import pytest

from fixbot.analysis.coroutines.nesting import Nesting
from fixbot.analysis.coroutines.places import CallPlace, place_of, run_by
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import FunctionNode

HEAD = """
import asyncio, contextlib, threading, time, trio
LOCK = threading.Lock()
"""


def places(body: str, head: str = HEAD, of: str = "f") -> list[CallPlace]:
    """Return the places of the calls of `wait` in an `async def f`."""
    text = f"{head}\nasync def f(x, *args):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n"
    file = Corpus({"app.py": text.encode()}).file("app.py")
    assert file is not None
    nodes = [node for node in ast.walk(file.module.tree) if isinstance(node, FunctionNode)]
    function = next(node for node in nodes if node.name == of)
    nesting = Nesting(file)
    return [place_of(nesting, call) for call in run_by(function) if ast.unparse(call.func) == "wait"]


def place(body: str) -> CallPlace:
    (found,) = places(body)
    return found


OPEN = ["wait()", "x = [wait() for _ in x]", "x = {wait(): 1 for _ in x}", "x(y for y in wait())", "f'{wait()}'",
        "x(y for y in [wait() for _ in x])", "[y for y in [z for z in wait()]]",
        "def g(x=wait()):\n    pass", "@wait()\ndef g():\n    pass", "class A(wait()):\n    pass", "lambda x=wait(): x",
        "if wait():\n    pass", "match x:\n    case 1 if wait():\n        pass",
        "def g(*, x=wait()):\n    pass", "class A(metaclass=wait()):\n    pass"]  # fmt: skip


@pytest.mark.parametrize("body", OPEN)
def test_an_await_may_stand_where_the_function_itself_runs_the_call(body: str) -> None:
    assert place(body).barred is None
    assert place(body).hindrance is None


BARRED = [
    ("x(wait() for y in x)", "generator expression"),
    ("x(y for y in x if wait())", "generator expression"),
    ("x(y for y in x for z in wait())", "generator expression"),
    ("x([wait() for z in y] for y in x)", "generator expression"),
    ("[[wait() for z in y] for y in x]", "comprehension inside another one"),
]


@pytest.mark.parametrize(("body", "because"), BARRED)
def test_an_await_may_not_stand_everywhere(body: str, because: str) -> None:
    assert because in (place(body).barred or "")
    assert place(body).hindrance == place(body).barred


CLOSED = ["lambda: wait()", "def g():\n    wait()", "class A:\n    x = wait()", "async def g():\n    wait()"]


@pytest.mark.parametrize("body", CLOSED)
def test_what_something_nested_runs_is_not_the_functions(body: str) -> None:
    assert places(body) == []


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("wait()", "it stands in no function"),
        ("class A:\n    x = wait()", "it stands in the body of a class"),
        ("x = lambda: wait()", "it stands in a lambda"),
        ("def f():\n    wait()", None),
    ],
)
def test_a_call_that_is_already_known_has_a_place_too(text: str, because: str | None) -> None:
    file = Corpus({"app.py": text.encode()}).file("app.py")
    assert file is not None
    call = next(node for node in ast.walk(file.module.tree) if isinstance(node, ast.Call))
    assert place_of(Nesting(file), call).barred == because


def test_calls_come_in_the_order_of_the_code_the_outer_first() -> None:
    found = places("x = wait(wait(1), 2)\nwait(3)")
    assert [ast.unparse(each.call) for each in found] == ["wait(wait(1), 2)", "wait(1)", "wait(3)"]
    assert [each.statement.lineno for each in found] == [6, 6, 7]
    assert [type(node).__name__ for node in found[1].chain] == ["Call"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("wait().x", True),
        ("wait()[0]", True),
        ("x[wait()]", False),
        ("wait()()", True),
        ("x(wait())", False),
        ("await wait()", True),
        ("x = wait() + 1", False),
        ("with wait() as x: pass", False),
    ],
)
def test_what_binds_closer_than_await_needs_parentheses(body: str, *, expected: bool) -> None:
    assert place(body).parenthesised is expected


def test_an_awaited_call_is_told_apart() -> None:
    found = [each.awaited for each in places("await wait(wait())")]
    assert found == [True, False]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("await asyncio.to_thread(wait())", True),
        ("await trio.to_thread.run_sync(wait(), 1)", True),
        ("x.run_in_executor(None, wait())", True),
        ("x.submit(wait())", True),
        ("threading.Thread(target=wait())", True),
        ("trio.wrap_file(wait())", True),
        ("asyncio.wrap_file(wait())", False),
        ("asyncio.to_thread(x(wait()))", False),
        ("wait().submit(x)", False),
        ("x.submit(*wait())", True),
        ("wait()()", False),
    ],
)
def test_what_a_thread_is_given_is_handed_over(body: str, *, expected: bool) -> None:
    assert place(body).handed_over is expected


LOCKED = [
    ("with LOCK:\n    wait()", True),
    ("with x.lock:\n    wait()", True),
    ("with x._lock, y:\n    wait()", True),
    ("with x.readLock():\n    wait()", True),
    ("with MUTEX:\n    wait()", True),
    ("with x.rlock1:\n    wait()", True),
    ("with LOCK, wait():\n    pass", True),
    ("with wait(), LOCK:\n    pass", False),
    ("with x:\n    wait()", False),
    ("with x.block:\n    wait()", False),
    ("with x.clock():\n    wait()", False),
    ("with x():\n    wait()", False),
    ("with x[0]:\n    wait()", False),
    ("async with x.lock:\n    wait()", False),
    ("x.lock.acquire()\nwait()\nx.lock.release()", True),
    ("await x.lock.acquire()\nwait()", False),
    ("x.acquire()\nwait()", False),
    ("gate = threading.Condition()\nwith gate:\n    wait()", True),
    ("lock = open('x')\nwith lock:\n    wait()", False),
    ("with LOCK:\n    pass\nwait()", False),
]


@pytest.mark.parametrize(("body", "expected"), LOCKED)
def test_a_lock_that_is_held_is_seen(body: str, *, expected: bool) -> None:
    assert (place(body).lock is not None) is expected
    assert ("lock is held" in (place(body).hindrance or "")) is expected


def test_a_lock_around_the_definition_is_not_held_when_it_runs() -> None:
    head = f"{HEAD}\nwith LOCK:\n    async def g():\n        wait()\n"
    assert [each.lock for each in places("pass", head, of="g")] == [None]


def tried(*clauses: str) -> str:
    return "try:\n    wait()\n" + "\n".join(clauses)


SWALLOWED = [
    (tried("except:\n    pass"), True),
    (tried("except BaseException:\n    pass"), True),
    (tried("except (OSError, asyncio.CancelledError):\n    pass"), True),
    (tried("except* BaseException:\n    pass"), True),
    (tried("except trio.Cancelled:\n    pass"), True),
    (tried("except:\n    raise"), False),
    (tried("except Exception:\n    pass"), False),
    (tried("except asyncio.CancelledError:\n    raise", "except BaseException:\n    pass"), False),
    (tried("finally:\n    x()"), False),
    (tried("finally:\n    return 1"), True),
    ("try:\n    pass\nexcept:\n    wait()", False),
    ("try:\n    x()\nexcept:\n    pass\nelse:\n    wait()", False),
    ("try:\n    x()\nfinally:\n    wait()\n    return", False),
    ("with contextlib.suppress(BaseException):\n    wait()", True),
    ("with contextlib.suppress(OSError):\n    wait()", False),
    ("with contextlib.suppress(wait()):\n    pass", False),
    ("while x:\n    try:\n        if x:\n            wait()\n    except:\n        x = 1", True),
]


@pytest.mark.parametrize(("body", "expected"), SWALLOWED)
def test_what_would_swallow_a_cancellation_is_seen(body: str, *, expected: bool) -> None:
    assert (place(body).swallowed is not None) is expected
    assert ("cancellation" in (place(body).hindrance or "")) is expected


TIDYING = [
    ("try:\n    x()\nfinally:\n    wait()", True),
    ("try:\n    x()\nexcept BaseException:\n    wait()\n    raise", True),
    ("try:\n    x()\nexcept OSError:\n    wait()", False),
    ("try:\n    wait()\nfinally:\n    x()", False),
    ("wait()", False),
]


@pytest.mark.parametrize(("body", "expected"), TIDYING)
def test_what_runs_while_a_cancellation_is_on_its_way_is_seen(body: str, *, expected: bool) -> None:
    assert (place(body).tidying is not None) is expected
