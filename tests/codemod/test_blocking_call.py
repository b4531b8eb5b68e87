from __future__ import annotations

import asyncio
import itertools
import textwrap
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from fixbot.codemod import Declined, Place, ProjectCodemod, Safety, cst
from fixbot.engine import survey, whole
from fixbot.engine.survey import Survey
from fixbot.joint import attempt_jointly
from fixbot.registry import choose

HEAD = "import os, pathlib, requests, subprocess\nfrom pathlib import Path\n"


def codemod() -> ProjectCodemod:
    (made,) = choose(["blocking-call-in-async"])
    assert isinstance(made, ProjectCodemod)
    return made


def surveyed(files: Mapping[str, str]) -> Survey:
    found = survey(whole({path: textwrap.dedent(text).encode() for path, text in files.items()}), codemod())
    assert found.broken is None, found.broken.trace
    return found


def fixed(files: Mapping[str, str]) -> dict[str, str]:
    done = attempt_jointly(whole({path: text.encode() for path, text in files.items()}), codemod(), Safety.REVIEW)
    assert done.broken is None, done.broken.trace
    assert not done.refused, done.refused
    return {rewrite.path: rewrite.after.decode() for rewrite in done.rewrites}


def line(statement: str, parameters: str = "x", head: str = "import asyncio\n") -> str | None:
    """Return what becomes of one statement of a coroutine, None where nothing does."""
    changed = fixed({"app.py": f"{head}{HEAD}async def f({parameters}):\n    {statement}\n"})
    return changed["app.py"].splitlines()[-1].strip() if changed else None


def messages(statement: str, parameters: str = "x", head: str = "import asyncio\n", **others: str) -> list[str]:
    files = {"app.py": f"{head}{HEAD}async def f({parameters}):\n    {statement}\n", **others}
    return [finding.message for finding in surveyed(files).findings]


REWRITTEN = [
    ("requests.get(x)", "await asyncio.to_thread(requests.get, x)"),
    ("(requests.get)(x)", "await asyncio.to_thread((requests.get), x)"),
    ("y = (requests.get(x))", "y = (await asyncio.to_thread(requests.get, x))"),
    ("y = (requests.get(x)).text", "y = (await asyncio.to_thread(requests.get, x)).text"),
    ("y = f'{requests.get(x).text}'", "y = f'{(await asyncio.to_thread(requests.get, x)).text}'"),
    ("print(*requests.get(*x, **x))", "print(*await asyncio.to_thread(requests.get, *x, **x))"),
    ("y = -requests.get(x) ** 2", "y = -await asyncio.to_thread(requests.get, x) ** 2"),
    ("requests.get(await x)", "await asyncio.to_thread(requests.get, await x)"),
    ("requests.get(y := x)", "await asyncio.to_thread(requests.get, y := x)"),
    ("requests.get(u for u in x)", "await asyncio.to_thread(requests.get, (u for u in x))"),
    ("requests.get(((u for u in x)))", "await asyncio.to_thread(requests.get, ((u for u in x)))"),
    ("print('é', requests.get(x), 'ß')", "print('é', await asyncio.to_thread(requests.get, x), 'ß')"),
    ("yield requests.get(x)", "yield await asyncio.to_thread(requests.get, x)"),
    ("input(), input()", "await asyncio.to_thread(input), await asyncio.to_thread(input)"),
    ("assert input()", "assert await asyncio.to_thread(input)"),
]


@pytest.mark.parametrize(("before", "after"), REWRITTEN)
def test_a_call_goes_to_a_thread_wherever_it_stands(before: str, after: str) -> None:
    assert line(before) == after


READ = [
    ("return open('a').read()", "return await asyncio.to_thread(Path('a').read_text)"),
    ("return open('a', 'r').read().strip()", "return (await asyncio.to_thread(Path('a').read_text)).strip()"),
    ("return (open('a', mode='rt').read())", "return (await asyncio.to_thread(Path('a').read_text))"),
    ("return open(x, 'rb').read()", "return await asyncio.to_thread(Path(x).read_bytes)"),
    ("open('a', errors=x, encoding=x).read()", "await asyncio.to_thread(Path('a').read_text, encoding=x, errors=x)"),
]


@pytest.mark.parametrize(("before", "after"), READ)
def test_a_whole_file_is_read_by_its_path(before: str, after: str) -> None:
    assert line(before, "x: str") == after


def test_an_encoding_goes_along_by_position_where_keywords_do_not() -> None:
    before = "return open(x, encoding='y').read()"
    assert line(before, "x: Path", "import trio\n") == "return await trio.to_thread.run_sync(Path(x).read_text, 'y')"


UNREAD = [
    ("open(x).read()", "x", "nobody can tell that `pathlib` reads the same there"),
    ("open(b'a').read()", "x", "nobody can tell"),
    ("open('a', x).read()", "x", "nobody can tell"),
    ("open('a', 'r+').read()", "x", "nobody can tell"),
    ("open('a', newline='').read()", "x", "nobody can tell"),
    ("open('a', 'rb', encoding=x).read()", "x", "nobody can tell"),
    ("open(*x).read()", "x", "nobody can tell"),
    ("open('a').read(5)", "x", "the file is never closed"),
    ("open('a').readlines()", "x", "the file is never closed"),
    ("open('a', 'w').write(x)", "x", "the file is never closed"),
]


@pytest.mark.parametrize(("before", "parameters", "because"), UNREAD)
def test_what_pathlib_may_read_otherwise_is_left_to_a_person(before: str, parameters: str, because: str) -> None:
    (message,) = messages(before, parameters)
    assert because in message


def test_names_that_mean_something_else_are_left_to_a_person() -> None:
    assert "`asyncio` means something else there" in messages("requests.get(x)", "x, asyncio")[0]
    (message,) = messages("open('a').read()", "x, asyncio")
    assert "`asyncio` or `pathlib` means something else there" in message


def test_keywords_that_trio_does_not_pass_on_are_left_to_a_person() -> None:
    (message,) = messages("open('a', errors='x').read()", "x", "import trio\n")
    assert "`trio.to_thread.run_sync` takes no keyword arguments" in message


@pytest.mark.parametrize("text", ["from unittest.mock import mock_open\n", "patch('builtins.open')\n"])
def test_where_tests_replace_open_it_stays(text: str) -> None:
    (message,) = messages("open('a').read()", **{"test_app.py": text})
    assert "something else is put in the place of `open`" in message
    assert "left to a person" not in messages("requests.get(x)", **{"test_app.py": text})[0]


def test_a_file_that_is_opened_speaks_for_what_is_read_from_it() -> None:
    (opened,) = messages("with open(x) as y: y.read(); y.readline()")
    assert opened.startswith("`open` holds up")
    (made,) = messages("y = open(x); y.read()")
    assert made.startswith("`open` holds up")


def test_a_file_that_was_opened_elsewhere_is_read_in_a_thread() -> None:
    assert (
        line("x.write('a')", "x: io.TextIOWrapper", "import asyncio, io\n") == "await asyncio.to_thread(x.write, 'a')"
    )


def test_what_is_left_to_a_person_says_what_coroutines_use() -> None:
    (finding,) = surveyed({"app.py": "import os\nasync def f(x):\n    os.popen(x)\n"}).findings
    assert finding.evidence[-1].says == "coroutines use `asyncio.create_subprocess_exec` or a thread in its place"


def test_what_is_awaited_or_handed_over_is_dismissed_with_the_reason() -> None:
    found = surveyed({"app.py": "import asyncio\nasync def f():\n    await input()\n    asyncio.to_thread(input())\n"})
    assert [one.because for one in found.dismissed] == ["`input` is awaited", "`input` is handed over as it stands"]
    assert found.findings == ()


def test_a_project_without_coroutines_is_not_looked_at() -> None:
    assert surveyed({"app.py": "def f():\n    input()\n"}) == Survey()


HELPED = """
import requests
class Shop:
    def __init__(self, url):
        self.rates = requests.get(url)

    @property
    def prices(self):
        return requests.get("/prices")

    def order(self):
        return self.pay() and input()

    def pay(self):
        return requests.post("/pay")

    def read(self):
        return open("a").read()
"""


def helped(statement: str) -> list[tuple[str, tuple[str, ...]]]:
    app = f"from shop import Shop\nasync def main(shop: Shop):\n    {statement}\n"
    found = surveyed({"shop.py": HELPED, "app.py": app}).findings
    return [(finding.message, tuple(each.says for each in finding.evidence)) for finding in found]


def test_a_call_of_a_method_is_left_to_a_person_with_the_way_down() -> None:
    ((message, evidence),) = helped("shop.order()")
    assert message == (
        "this call gets to `input`, `requests.post` and holds up the event loop that `main` runs on; left to a person: "
        "`Shop.order` would use its object from another thread while coroutines go on to use it"
    )
    assert evidence == (
        "`main` calls `Shop.order` at app.py:3",
        "`Shop.order` calls `input` at shop.py:12",
    )


def test_the_way_down_may_go_through_several_functions() -> None:
    files = {
        "a.py": "def ask():\n    return input()\n",
        "b.py": "from a import ask\ndef again():\n    return ask()\n",
        "c.py": "import b\nasync def main():\n    b.again()\n",
    }
    (finding,) = surveyed(files).findings
    assert [each.says for each in finding.evidence] == [
        "`main` calls `again` at c.py:3",
        "`again` calls `ask` at b.py:3",
        "`ask` calls `input` at a.py:2",
    ]


def test_the_making_of_an_instance_is_a_call_too() -> None:
    ((message, _),) = helped("Shop('/rates')")
    assert "this call gets to `requests.get`" in message


def test_a_property_that_waits_is_left_to_a_person() -> None:
    ((message, _),) = helped("return shop.prices")
    assert "left to a person: it is no call: a property is read" in message


def test_files_are_not_followed_through_calls() -> None:
    assert helped("shop.read()") == []


def test_a_call_through_functions_that_is_awaited_or_handed_over_stays() -> None:
    assert helped("await shop.pay()") == []
    assert helped("pool.submit(shop.pay())") == []


def test_a_plain_function_that_only_seems_to_be_reached_is_dismissed_with_the_reason() -> None:
    text = "import contextlib\n@contextlib.contextmanager\ndef ask():\n    yield input()\ndef tell():\n    input()\n"
    found = surveyed({"app.py": f"{text}async def f(x):\n    x.ask(x.tell())\n"})
    assert [one.because for one in found.dismissed] == [
        "nobody can tell on which thread `ask` runs: it is a generator, or decorated",
        "no coroutine calls `tell`, directly or through 2 other functions at most",
    ]


def test_a_plain_function_whose_name_no_coroutine_gets_to_is_not_looked_at() -> None:
    text = "def tell():\n    input()\ndef more():\n    tell()\nasync def f():\n    pass\n"
    assert surveyed({"app.py": text}).dismissed == ()


def test_what_is_reached_by_tests_alone_or_cached_is_dismissed_with_the_reason() -> None:
    text = "import functools\ndef ask():\n    input()\n@functools.lru_cache(1)\ndef once():\n    input()\n"
    test = "from app import ask, once\nasync def check():\n    ask()\n    once()\n    input()\n"
    found = surveyed({"app.py": text, "tests/test_app.py": test})
    assert found.findings == ()
    assert [(one.path, one.because) for one in found.dismissed] == [
        ("app.py", "nothing else runs on the event loop of a test"),
        ("app.py", "`once` is cached: it waits once"),
        ("tests/test_app.py", "nothing else runs on the event loop of a test"),
    ]


def test_a_way_is_followed_only_so_far() -> None:
    names = ["ask", "one", "two", "three"]
    steps = "".join(f"def {outer}():\n    {inner}()\n" for inner, outer in itertools.pairwise(names))
    for last, count in (("two", 1), ("three", 0)):
        text = f"def ask():\n    input()\n{steps}async def f():\n    {last}()\n"
        assert len(surveyed({"app.py": text}).findings) == count


def test_where_many_ways_meet_a_person_has_to_look() -> None:
    calls = "".join(f"async def f{number}():\n    ask()\n" for number in range(9))
    (finding,) = surveyed({"app.py": f"def ask():\n    input()\n{calls}"}).findings
    assert (finding.line, finding.fixable) == (2, False)
    assert finding.message.startswith("`input` holds up the event loop: 9 calls in coroutines get to it")
    assert finding.evidence[0].says == "`f0` calls `ask` at app.py:4"


TIED = [
    ("asyncio.get_running_loop()", "`asyncio.get_running_loop`"),
    ("signal.signal(1, x)", "`signal.signal`"),
    ("x.loop.call_soon(x)", "`call_soon`"),
    ("asyncio.run(x)", None),
    ("x.call()", None),
]


@pytest.mark.parametrize(("call", "tie"), TIED)
def test_what_speaks_to_the_event_loop_stays_on_its_thread(call: str, tie: str | None) -> None:
    text = f"import asyncio, signal\ndef ask(x):\n    {call}\n    input()\nasync def f(x):\n    ask(x)\n"
    (finding,) = surveyed({"app.py": text}).findings
    assert finding.fixable is (tie is None)
    assert tie is None or f"`ask` calls {tie}, which belongs to the event loop's own thread" in finding.message


def test_what_a_method_calls_is_looked_at_as_well() -> None:
    text = """
        import asyncio
        class A:
            def ask(self):
                self.tell()
                input()
            def tell(self):
                self.again()
            def again(self):
                self.tell()
                asyncio.create_task(self.later())
            async def later(self):
                self.ask()
    """
    (finding,) = surveyed({"app.py": text}).findings
    assert "`A.again` calls `asyncio.create_task`" in finding.message


def test_functions_that_call_each_other_are_followed_once() -> None:
    text = "def a():\n    b()\n    input()\ndef b():\n    a()\nasync def f():\n    b()\n    a()\n"
    assert [finding.line for finding in surveyed({"app.py": text}).findings] == [7, 8]


def test_a_node_that_is_another_is_declined() -> None:
    reading = next(site for _, site in surveyed({"a.py": "async def f():\n    open('a').read()\n"}).sites).places[0]
    assert isinstance(codemod().edit(reading, cst.Name("x")), Declined)
    other = Place(path="a.py", kind="Call", line=1, column=0, end_line=1, end_column=1)
    assert isinstance(codemod().edit(other, cst.Name("x")), Declined)


SERVED = """
import asyncio
import socket


async def answer(reader, writer):
    writer.write(b"hello")
    writer.close()


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        with socket.create_connection(server.sockets[0].getsockname(), timeout=0.2) as peer:
            return peer.recv(5)
    except TimeoutError:
        return b"nobody answers"
    finally:
        server.close()
"""


def ran(code: str) -> Any:  # noqa: ANN401 - whatever the code returns
    module = SimpleNamespace()
    exec(compile(code, "served.py", "exec"), module.__dict__)  # noqa: S102 - the code of this test
    return asyncio.run(module.main())


def test_the_event_loop_goes_on_while_a_thread_waits() -> None:
    assert ran(SERVED) == b"nobody answers"
    assert ran(fixed({"served.py": SERVED})["served.py"]) == b"hello"
