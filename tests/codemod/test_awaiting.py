from __future__ import annotations

import ast
import textwrap

import pytest

from fixbot.codemod import Declined, Proposal, cst
from fixbot.codemod.awaiting import Await, Coroutine, Instead, Plan, Thread, edit
from fixbot.engine.survey import whole
from fixbot.joint import attempt_jointly
from fixbot.model import Safety
from fixbot.registry import choose

HEAD = "import asyncio\nimport time\n\nprint(asyncio, time)\n\n\n"
HELPER = "def wait(n=1):\n    time.sleep(n)\n    return n\n\n\n"
PLAIN = "\n\nprint(wait(1))\n"


def rewritten(text: str) -> str:
    """Give a file as it is after the rewrite, which must be whole."""
    (codemod,) = choose(["blocking-sleep"])
    done = attempt_jointly(whole({"app.py": text.encode()}), codemod, Safety.REVIEW)  # type: ignore[arg-type]
    assert done.broken is None
    assert done.refused == ()
    (rewrite,) = done.rewrites
    after = rewrite.after.decode()
    ast.parse(after)
    return after


def awaited(body: str) -> str:
    """Give what becomes of the body of a coroutine that calls a function that becomes one too."""
    return _within(body, "")


def handed_over(body: str) -> str:
    """Give what becomes of the body of a coroutine that calls a function which plain code calls too."""
    return _within(body, PLAIN)


def _within(body: str, more: str) -> str:
    inside = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    after = rewritten(f"{HEAD}{HELPER}async def run(x, *xs):\n{inside}\n{more}")
    assert after.startswith(HEAD + ("" if more else "async ") + "def wait(n=1):\n")
    return textwrap.dedent(after.partition("async def run(x, *xs):\n")[2].removesuffix(more)).strip("\n")


EXPRESSIONS = {
    "wait()": "await wait()",
    "x = wait(2)": "x = await wait(2)",
    "x = (wait(2))": "x = (await wait(2))",
    "x = ((wait(2)))": "x = ((await wait(2)))",
    "x = wait().real": "x = (await wait()).real",
    "x = (wait()).real": "x = (await wait()).real",
    "x = wait()[0]": "x = (await wait())[0]",
    "x = xs[wait()]": "x = xs[await wait()]",
    "x = wait()()": "x = (await wait())()",
    "x = wait(wait(1))": "x = await wait(await wait(1))",
    "x = wait(*xs)": "x = await wait(*xs)",
    "x = print(*wait())": "x = print(*await wait())",
    "x = print(**wait())": "x = print(**await wait())",
    "x = [*wait(), 1]": "x = [*await wait(), 1]",
    "x = -wait()": "x = -await wait()",
    "x = wait() ** 2": "x = await wait() ** 2",
    "x = 2 ** wait()": "x = 2 ** await wait()",
    "x = not wait()": "x = not await wait()",
    "x = 0 < wait() < 3": "x = 0 < await wait() < 3",
    "x = wait() or wait(2)": "x = await wait() or await wait(2)",
    "x = 1 if wait() else wait(2)": "x = 1 if await wait() else await wait(2)",
    "x = f'{wait()!r:>{wait(3)}}'": "x = f'{await wait()!r:>{await wait(3)}}'",
    "x = (y := wait())": "x = (y := await wait())",
    "x = lambda y=wait(): y": "x = lambda y=await wait(): y",
    "x = [wait(y) for y in xs]": "x = [await wait(y) for y in xs]",
    "x = [y for y in [wait()]]": "x = [y for y in [await wait()]]",
    "x = {wait(y): wait() for y in xs if wait(2)}": "x = {await wait(y): await wait() for y in xs if await wait(2)}",
    "x = list(y for y in [wait()])": "x = list(y for y in [await wait()])",
    "x += wait()": "x += await wait()",
    "x[wait()] = wait(2)": "x[await wait()] = await wait(2)",
    "x: int = wait()": "x: int = await wait()",
    "del xs[wait()]": "del xs[await wait()]",
    "return wait()": "return await wait()",
    "return(wait())": "return(await wait())",
    "return wait(), 1": "return await wait(), 1",
    "raise KeyError(wait())": "raise KeyError(await wait())",
    "assert wait(), wait(2)": "assert await wait(), await wait(2)",
    "assert(wait())": "assert(await wait())",
    "if wait(): pass": "if await wait(): pass",
    "while wait() > 3: x = wait()": "while await wait() > 3: x = await wait()",
    "for y in wait(), 2: pass": "for y in await wait(), 2: pass",
    "with wait() as y: pass": "with await wait() as y: pass",
    "with(wait()): pass": "with(await wait()): pass",
    "with (wait(), wait(2)): pass": "with (await wait(), await wait(2)): pass",
    "x = wait(); wait(2)": "x = await wait(); await wait(2)",
    "x = wait(n=wait())": "x = await wait(n=await wait())",
    "x = wait(y for y in xs)": "x = await wait(y for y in xs)",
    "x = 1 if x else(wait())": "x = 1 if x else(await wait())",
    "x = x is not wait()": "x = x is not await wait()",
    "x = 'y' in wait()": "x = 'y' in await wait()",
    "x = wait().real.imag(wait(2).real)": "x = (await wait()).real.imag((await wait(2)).real)",
    "x = [1, 2][wait():wait(2)]": "x = [1, 2][await wait():await wait(2)]",
    "yield wait()": "yield await wait()",
    "yield (wait())": "yield (await wait())",
    "@print(wait())\ndef inner():\n    pass": "@print(await wait())\ndef inner():\n    pass",
    "def inner(y=wait(), *, z=wait(2)):\n    return y": "def inner(y=await wait(), *, z=await wait(2)):\n    return y",
    "class Inner(wait(), metaclass=wait()):\n    pass": "class Inner(await wait(), metaclass=await wait()):\n    pass",
    "match wait():\n    case 1 if wait(): pass": "match await wait():\n    case 1 if await wait(): pass",
    "try:\n    pass\nexcept wait():\n    pass": "try:\n    pass\nexcept await wait():\n    pass",
    "async with wait():\n    pass": "async with await wait():\n    pass",
    "async for y in wait():\n    pass": "async for y in await wait():\n    pass",
}


@pytest.mark.parametrize("before", EXPRESSIONS)
def test_an_await_comes_before_the_call_and_nothing_else_changes(before: str) -> None:
    assert awaited(before) == EXPRESSIONS[before]


NO_ROOM = (
    "x = wait()if x else 2",
    "x = 1 if wait()else 2",
    "x = wait()and x",
    "x = [wait()for y in xs]",
    "x = [y for y in xs if wait()if y]",
)


@pytest.mark.parametrize("before", NO_ROOM)
def test_a_call_without_room_behind_it(before: str) -> None:
    after = awaited(before)
    assert "await " in after
    assert ast.dump(ast.parse(after.replace("await ", ""))) == ast.dump(ast.parse(before))


def test_a_sleep_without_room_behind_it() -> None:
    text = f"{HEAD}async def run(x):\n    return time.sleep(1)or x\n"
    assert "return (await asyncio.sleep(1))or x" in rewritten(text) or "await asyncio.sleep(1) or x" in rewritten(text)


def test_a_result_that_is_awaited_is_awaited_twice() -> None:
    """The function gives something that can be awaited, and goes on to do so."""
    assert awaited("x = await wait()") == "x = await (await wait())"


LAYOUTS = (
    "x = wait(  # first\n    1,  # second\n)  # third",
    "x = (  # before\n    wait(1)  # behind\n    # below\n)",
    "x = wait(\n    # alone\n    1\n)",
    "x = [\n    wait(1),  # one\n    # two\n    wait(2),\n]",
    "wait(1) # no room",
)


@pytest.mark.parametrize("before", LAYOUTS)
def test_comments_and_line_breaks_stay_where_they_are(before: str) -> None:
    assert awaited(before) == before.replace("wait(", "await wait(")


def test_a_call_that_goes_over_lines_before_its_dot_keeps_its_layout() -> None:
    before = "x = (\n    wait(1)\n    .real  # comment\n    .imag\n)"
    assert awaited(before) == "x = (\n    (await wait(1))\n    .real  # comment\n    .imag\n)"


THREADS = {
    "wait()": "await asyncio.to_thread(wait)",
    "x = wait(2, *xs, n=3, **x)": "x = await asyncio.to_thread(wait, 2, *xs, n=3, **x)",
    "x = wait(2,)": "x = await asyncio.to_thread(wait, 2,)",
    "x = wait().real": "x = (await asyncio.to_thread(wait)).real",
    "x = (wait()).real": "x = (await asyncio.to_thread(wait)).real",
    "x = wait(y for y in xs)": "x = await asyncio.to_thread(wait, (y for y in xs))",
    "x = wait((y for y in xs))": "x = await asyncio.to_thread(wait, (y for y in xs))",
    "x = wait(lambda: 1)": "x = await asyncio.to_thread(wait, lambda: 1)",
    "x = wait(y := 2)": "x = await asyncio.to_thread(wait, y := 2)",
    "x = f'{wait(1)}'": "x = f'{await asyncio.to_thread(wait, 1)}'",
    "x = await wait()": "x = await (await asyncio.to_thread(wait))",
    "x = wait( 2 )": "x = await asyncio.to_thread( wait, 2 )",
    "x = wait(\n    2,\n    n=3,\n)": "x = await asyncio.to_thread(\n    wait,\n    2,\n    n=3,\n)",
    "x = [wait(y) for y in xs]": "x = [await asyncio.to_thread(wait, y) for y in xs]",
    "assert 0 < wait() < 3": "assert 0 < await asyncio.to_thread(wait) < 3",
    "with wait() as y: pass": "with await asyncio.to_thread(wait) as y: pass",
    "@wait(2)\ndef inner(): pass": "@await asyncio.to_thread(wait, 2)\ndef inner(): pass",
}


@pytest.mark.parametrize("before", THREADS)
def test_a_thread_takes_the_function_and_its_arguments(before: str) -> None:
    assert handed_over(before) == THREADS[before]


def test_a_comment_behind_the_opening_parenthesis_stays_there() -> None:
    before = "x = wait(  # why\n    2,  # two\n    # more\n    n=3,\n)"
    after = "x = await asyncio.to_thread(  # why\n    wait,\n    2,  # two\n    # more\n    n=3,\n)"
    assert handed_over(before) == after


def test_a_call_inside_of_another_is_handed_over_from_within() -> None:
    after = handed_over("x = wait(wait(2))")
    assert after == "x = await asyncio.to_thread(wait, await asyncio.to_thread(wait, 2))"


METHOD = """\
import asyncio
import time

print(time)


class Door:
    def shut(self, *how):
        time.sleep(1)

    @staticmethod
    def lock():
        time.sleep(1)

    @classmethod
    def make(cls):
        time.sleep(1)

    async def run(self):
        await asyncio.sleep(0)
        self.shut()
        self.shut(self.lock(), Door.lock())
        return Door.make().x
"""


def test_methods_of_all_kinds_become_coroutines() -> None:
    after = rewritten(METHOD)
    assert "        await self.shut()\n        await self.shut(await self.lock(), await Door.lock())\n" in after
    assert "        return (await Door.make()).x\n" in after
    assert "    @staticmethod\n    async def lock():\n        await asyncio.sleep(1)\n" in after
    assert "    @classmethod\n    async def make(cls):\n" in after
    assert "    async def shut(self, *how):\n" in after


def test_methods_that_plain_code_calls_too_are_handed_over() -> None:
    after = rewritten(METHOD + "\n\nDoor().shut()\nDoor.lock()\nDoor.make()\n")
    assert "        await asyncio.to_thread(self.shut)\n" in after
    inside = "await asyncio.to_thread(self.lock), await asyncio.to_thread(Door.lock)"
    assert f"        await asyncio.to_thread(self.shut, {inside})\n" in after
    assert "        return (await asyncio.to_thread(Door.make)).x\n" in after


def code(found: Proposal | Declined) -> str:
    assert isinstance(found, Proposal)
    assert found.replacement is not None
    return cst.Module([]).code_for_node(found.replacement)


@pytest.mark.parametrize(
    ("plan", "source", "after"),
    [
        (Await(), "f()", "await f()"),
        (Await(parenthesised=True), "f()", "(await f())"),
        (Await(parenthesised=True), "(f())", "(await f())"),
        (Await(callee="a.b"), "t.sleep(1)", "await a.b(1)"),
        (Thread(runner="a.run"), "f(1)", "await a.run(f, 1)"),
        (Thread(runner="a.run"), "f()", "await a.run(f)"),
        (Thread(runner="a.run", parenthesised=True), "f()", "(await a.run(f))"),
        (Thread(runner="a.run"), "f(x for x in y)", "await a.run(f, (x for x in y))"),
        (Instead("b.c"), "(a)", "(b.c)"),
        (Instead("b"), "a.b(1)", "b"),
    ],
)
def test_each_plan_is_an_edit_of_one_node(plan: Plan, source: str, after: str) -> None:
    assert code(edit(plan, cst.parse_expression(source))) == after


def test_a_function_becomes_a_coroutine_function() -> None:
    function = cst.parse_statement("@f\ndef g():  # comment\n    pass\n")
    assert code(edit(Coroutine(), function)) == "@f\nasync def g():  # comment\n    pass\n"


@pytest.mark.parametrize(
    ("plan", "node"),
    [
        (Coroutine(), cst.parse_expression("f()")),
        (Await(), cst.parse_expression("f")),
        (Thread(runner="a"), cst.parse_expression("f")),
        (Instead("a"), cst.parse_statement("f()")),
        (None, cst.parse_expression("f()")),
        ("await", cst.parse_expression("f()")),
    ],
)
def test_any_other_node_is_left_alone(plan: object, node: cst.CSTNode) -> None:
    assert edit(plan, node) == Declined("it is not the node that was found")


def test_the_words_of_the_old_callable_may_be_dropped_and_its_import_too() -> None:
    plan = Await(callee="asyncio.sleep", imports=("import asyncio",), unused=("time",))
    found = edit(plan, cst.parse_expression("time.sleep(1)"))
    assert isinstance(found, Proposal)
    assert (found.imports, found.unused) == (("import asyncio",), ("time",))
    assert set(found.drops) == {"time", "sleep", "."}
    bare = edit(Await(callee="asyncio.sleep"), cst.parse_expression("nap(1)"))
    assert isinstance(bare, Proposal)
    assert bare.drops == ("nap",)
    other = edit(Await(callee="asyncio.sleep"), cst.parse_expression("f()(1)"))
    assert isinstance(other, Proposal)
    assert other.drops == ()
