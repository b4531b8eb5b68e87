from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.coroutines import reach as reaching
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.coroutines.reach import Reach, is_coroutine
from fixbot.analysis.coroutines.target import Target, key_of
from fixbot.analysis.coroutines.verdicts import Convertible, Stuck, Threadable, Unreached, Verdict
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function, FunctionNode

WAIT = "import time\ndef wait():\n    time.sleep(1)\n"


def blocking(corpus: Corpus, words: str = "time.sleep") -> list[Function]:
    """Give the plain functions that call something themselves."""
    found = []
    for path in corpus.files:
        file = corpus.file(path)
        for node in ast.walk(file.module.tree) if file is not None else ():
            own = isinstance(node, ast.FunctionDef) and [ast.unparse(each) for each in node.body]
            if file is not None and own and any(line.startswith((words, f"return {words}")) for line in own):
                assert isinstance(node, FunctionNode)
                found.append(Function(file, node))
    return found


def verdicts(files: Mapping[str, str], texts: Mapping[str, str] | None = None) -> dict[str, Verdict]:
    """Give the verdict on each plain function that sleeps."""
    content = {path: textwrap.dedent(text).encode() for path, text in files.items()}
    corpus = Corpus(content, texts={path: text.encode() for path, text in (texts or {}).items()})
    functions = blocking(corpus)
    reach = Reach(Finder(corpus), {key_of(function): Target.of(function).name for function in functions})
    return {function.qualname: reach.verdict(key_of(function), function.qualname) for function in functions}


def verdict(text: str, name: str = "wait", **others: str) -> Verdict:
    files = {f"{path}.py": other for path, other in others.items()}
    return verdicts({"app.py": WAIT + textwrap.dedent(text), **files})[name]


def converted(text: str, name: str = "wait", **others: str) -> list[str]:
    found = verdict(text, name, **others)
    assert isinstance(found, Convertible), found
    return [function.qualname for function in found.conversion.functions]


def stuck(text: str, name: str = "wait", **others: str) -> tuple[str, ...]:
    found = verdict(text, name, **others)
    assert isinstance(found, Stuck), found
    return found.because


def threaded(text: str, name: str = "wait", **others: str) -> Threadable:
    found = verdict(text, name, **others)
    assert isinstance(found, Threadable), found
    return found


def entries(found: Threadable) -> list[str]:
    calls = [entry.found()[0] for entry in found.entries]
    return [f"{call.place}: {ast.unparse(call.node)}" for call in calls]


def test_a_function_that_no_coroutine_calls_is_unreached() -> None:
    found = verdict("def main():\n    wait()\nasync def run():\n    main\n")
    assert found == Unreached("no coroutine is seen to call `wait`, directly or through other functions")
    assert isinstance(verdict("async def other():\n    pass\n"), Unreached)
    assert isinstance(verdict("def main():\n    wait()\n"), Unreached)


def test_a_function_that_coroutines_alone_call_becomes_one() -> None:
    found = verdict("async def one():\n    wait()\nasync def two():\n    wait()\n    wait()\n")
    assert isinstance(found, Convertible)
    assert [function.qualname for function in found.conversion.functions] == ["wait"]
    assert [call.node.lineno for call in found.conversion.calls] == [5, 7, 8]
    assert [function.qualname for function in found.conversion.roots] == ["one", "two"]
    assert found.chain.words == ("the coroutine `one` calls `wait` at app.py:5",)


def test_all_functions_between_become_coroutines_too() -> None:
    text = "def a():\n    wait()\ndef b():\n    a()\nasync def run():\n    b()\n"
    assert converted(text) == ["wait", "a", "b"]


def test_a_chain_over_several_files_is_told_from_the_coroutine_down() -> None:
    found = verdict(
        "def a():\n    wait()\n",
        b="from app import a\nclass B:\n    def go(self):\n        a()\n",
        c="from b import B\nasync def run():\n    B().go()\n",
    )
    assert isinstance(found, Convertible)
    assert found.chain.words == (
        "the coroutine `run` calls `B.go` at c.py:3",
        "`B.go` calls `a` at b.py:4",
        "`a` calls `wait` at app.py:5",
    )


def test_the_shortest_way_is_told() -> None:
    text = "def a():\n    wait()\ndef b():\n    a()\nasync def long():\n    b()\nasync def short():\n    a()\n"
    found = verdict(text)
    assert isinstance(found, Convertible)
    assert found.chain.words[0] == "the coroutine `short` calls `a` at app.py:11"
    assert len(found.chain.words) == 2


def test_of_two_ways_as_long_one_is_told() -> None:
    text = "def a():\n    wait()\ndef b():\n    wait()\ndef c():\n    a()\n    b()\nasync def run():\n    c()\n"
    found = verdict(text)
    assert isinstance(found, Convertible)
    assert len(found.chain.words) == 3
    assert converted(text) == ["wait", "a", "b", "c"]


def test_a_function_that_calls_itself_becomes_a_coroutine() -> None:
    text = "def down(n):\n    wait()\n    down(n - 1)\nasync def run():\n    down(3)\n"
    assert converted(text) == ["wait", "down"]


def test_functions_that_call_each_other_become_coroutines_together() -> None:
    text = "def odd(n):\n    even(n)\n    wait()\ndef even(n):\n    odd(n)\nasync def run():\n    odd(3)\n"
    assert converted(text) == ["wait", "odd", "even"]


def test_a_circle_that_no_coroutine_calls_is_unreached() -> None:
    assert isinstance(verdict("def odd(n):\n    even(n)\n    wait()\ndef even(n):\n    odd(n)\n"), Unreached)
    other = "def odd(n):\n    even(n)\n    wait()\ndef even(n):\n    odd(n)\nasync def run():\n    odder()\n"
    assert isinstance(verdict(other), Unreached)


def test_a_plain_caller_of_a_circle_keeps_all_of_it_plain() -> None:
    text = "def odd(n):\n    even(n)\n    wait()\ndef even(n):\n    odd(n)\nasync def run():\n    odd(3)\neven(1)\n"
    found = threaded(text)
    assert entries(found) == ["run: odd(3)"]
    assert found.because == "`even` is also called from plain code: `the module` at app.py:11"


def test_a_plain_caller_leaves_a_thread_at_each_coroutine() -> None:
    text = "def main():\n    wait()\nasync def one():\n    wait()\nasync def two():\n    return [wait() for _ in 'x']\n"
    found = threaded(text)
    assert entries(found) == ["one: wait()", "two: wait()"]
    assert found.because == "`wait` is also called from plain code: `main` at app.py:5"
    assert found.entries[0].found()[2].functions == ()
    assert [function.qualname for function in found.entries[0].found()[2].roots] == ["one"]


def test_a_plain_caller_further_up_keeps_what_is_below_plain() -> None:
    text = "def a():\n    wait()\ndef b():\n    a()\ndef main():\n    b()\nasync def run():\n    a()\n"
    found = threaded(text)
    assert entries(found) == ["run: a()"]
    assert found.because == "`a` is also called from plain code: `b` at app.py:7"


def test_of_two_branches_the_willing_one_is_not_converted_alone() -> None:
    text = "def a():\n    wait()\ndef b():\n    wait()\nasync def run():\n    a()\n    b()\nb()\n"
    found = threaded(text)
    assert entries(found) == ["run: a()", "run: b()"]


def test_the_tests_of_a_function_are_among_its_callers() -> None:
    plain = "from app import wait\ndef test_it():\n    wait()\n"
    assert entries(threaded("async def run():\n    wait()\n", test_app=plain)) == ["run: wait()"]
    awaiting = "from app import wait\nasync def test_it():\n    wait()\n"
    found = verdict("async def run():\n    wait()\n", test_app=awaiting)
    assert isinstance(found, Convertible)
    assert [call.at for call in found.conversion.calls] == ["app.py:5", "test_app.py:3"]


SOFT = {
    "a lambda": ("f = lambda: wait()\nasync def run():\n    wait()\n", "`a lambda` at app.py:4"),
    "the module": ("wait()\nasync def run():\n    wait()\n", "`the module` at app.py:4"),
    "a class": ("class A:\n    x = wait()\nasync def run():\n    wait()\n", "`the body of a class` at app.py:5"),
}


@pytest.mark.parametrize("where", SOFT)
def test_what_no_coroutine_runs_is_plain_code(where: str) -> None:
    text, says = SOFT[where]
    assert threaded(text).because == f"`wait` is also called from plain code: {says}"


def test_a_thread_that_runs_the_function_leaves_it_as_it_is() -> None:
    text = "async def run(loop):\n    wait()\n    await loop.run_in_executor(None, wait)\n"
    found = threaded(text)
    assert entries(found) == ["run: wait()"]
    assert found.because == "`wait` is handed to a thread at app.py:6"


def test_a_plain_caller_under_a_lock_leaves_a_thread() -> None:
    text = "def a(lock):\n    with lock:\n        wait()\nasync def run(lock):\n    a(lock)\n"
    found = threaded(text)
    assert entries(found) == ["run: a(lock)"]
    assert found.because == "`wait` is called at app.py:6, where a thread's lock is held meanwhile (`lock`, line 5)"


BARRED = {
    "a generator expression": ("all(wait() for _ in 'x')", "it stands in a generator expression"),
    "a comprehension inside of another": ("[[wait() for _ in 'x'] for _ in 'y']", "a comprehension inside another one"),
    "a lock": ("with lock:\n        wait()", "a thread's lock is held meanwhile"),
    "a handler of everything": ("try:\n        wait()\n    except:\n        pass", "a cancellation would be swallowed"),
}


@pytest.mark.parametrize("what", BARRED)
def test_a_coroutine_that_cannot_await_there_is_left_to_a_person(what: str) -> None:
    text, because = BARRED[what]
    (says,) = stuck(f"async def run(lock):\n    {text}\n")
    assert says.startswith("`wait` is called at app.py:")
    assert because in says


METHOD = "    def wait(self):\n        time.sleep(1)\n"
RUN = "async def run(a: A):\n    a.wait()\n"
HARD = {
    "is a property": f"class A:\n    @property\n{METHOD}{RUN.replace('()', '')}",
    "is used as a value": f"class A:\n{METHOD}    f = wait\n{RUN}",
    "overrides `B.wait`": f"class B:\n    wait = 1\nclass A(B):\n{METHOD}{RUN}",
    "is overridden by `B.wait`": f"class A:\n{METHOD}class B(A):\n    def wait(self):\n        pass\n{RUN}",
    "may override something of `lib.B`": f"from lib import B\nclass A(B):\n{METHOD}{RUN}",
    "may override something of `an unknown base`": f"class A(B()):\n{METHOD}{RUN}",
    "may stand for `B.wait`, a protocol": "from typing import Protocol, TypeVar\nT = TypeVar('T')\n"
    f"class B(Protocol[T]):\n    def wait(self): ...\nclass A:\n{METHOD}{RUN}",
    "is decorated by something that may not know coroutines": f"class A:\n    @lib.f\n{METHOD}{RUN}",
    "is cached, and a coroutine": f"import functools\nclass A:\n    @functools.lru_cache(maxsize=1)\n{METHOD}{RUN}",
    "is called by Python itself": f"class A:\n{METHOD.replace('wait', '__len__')}{RUN.replace('wait', '__len__')}",
    "touches the event loop: `asyncio.run`": f"import asyncio\nclass A:\n{METHOD}        asyncio.run(1)\n{RUN}",
    "is a generator": f"class A:\n{METHOD}        yield 1\n{RUN}",
}


@pytest.mark.parametrize("what", HARD)
def test_what_stands_in_a_methods_own_way_is_told(what: str) -> None:
    name = "A.__len__" if "Python itself" in what else "A.wait"
    assert any(f"`{name}` {what}" in each for each in stuck(HARD[what], name))


@pytest.mark.parametrize(
    ("text", "because"),
    [
        (
            "def g():\n    time.sleep(1)\nif 1:\n    def g():\n        pass\nasync def run():\n    g()\n",
            "more than once",
        ),
        ("def g():\n    time.sleep(1)\ng = g or 1\nasync def run():\n    g()\n", "more than once"),
        ("def g():\n    time.sleep(1)\nasync def run():\n    'Say\\n>>> g(1)\\n'\n    g()\n", "a doctest in app.py"),
    ],
)
def test_what_stands_in_a_functions_own_way_is_told(text: str, because: str) -> None:
    assert any(because in each for each in stuck(text, "g"))


def test_a_hard_hurdle_anywhere_above_leaves_everything_to_a_person() -> None:
    text = "def a():\n    wait()\nX = [a]\nasync def run():\n    a()\n    wait()\n"
    assert stuck(text) == ("`a` is used as a value at app.py:6",)


def test_a_hard_hurdle_where_no_coroutine_gets_to_is_plain_code() -> None:
    text = "def a():\n    wait()\nX = [a]\nasync def run():\n    wait()\n"
    assert entries(threaded(text)) == ["run: wait()"]


def test_of_many_reasons_the_first_few_are_told() -> None:
    between = "".join(f"def a{n}():\n    wait()\nX{n} = [a{n}]\n" for n in range(6))
    called = "".join(f"    a{n}()\n" for n in range(6))
    because = stuck(f"{between}async def run():\n{called}")
    assert len(because) == 5
    assert because[-1] == "2 functions more have such reasons"
    fewer = stuck(between.replace("X4 = [a4]\n", "").replace("X5 = [a5]\n", "") + f"async def run():\n{called}")
    assert len(fewer) == 4
    assert "more have" not in fewer[-1]


def test_an_event_loop_that_calls_the_function_is_an_event_loop_held_up() -> None:
    found = verdict("async def run(loop):\n    loop.call_soon(wait)\n")
    assert isinstance(found, Stuck)
    says = "`wait` is called by the event loop: `call_soon` at app.py:5"
    assert found.because == found.chain.words == (says,)
    assert isinstance(verdict("def run(loop):\n    loop.call_later(1, wait)\n"), Stuck)
    assert isinstance(verdict("def run(loop):\n    loop.call_at(loop.time() + 1, wait)\n"), Stuck)
    assert isinstance(verdict("def run(loop):\n    loop.call_twice(1, wait)\n"), Unreached)


def test_a_call_in_a_function_that_becomes_a_coroutine_is_an_entry_along_with_it() -> None:
    text = """
    def keep():
        time.sleep(2)
    def go():
        wait()
        keep()
    keep()
    async def run():
        go()
    """
    found = threaded(text, "keep")
    (entry,) = found.entries
    assert (entry.found()[0].place, ast.unparse(entry.found()[0].node)) == ("go", "keep()")
    assert [function.qualname for function in entry.found()[2].functions] == ["go"]
    assert [call.at for call in entry.found()[2].calls] == ["app.py:12"]
    assert [function.qualname for function in entry.found()[2].roots] == ["run"]
    assert converted(text) == ["wait", "go"]


def test_the_public_interface_of_a_distribution_stays_as_it_is() -> None:
    files = {"pkg/__init__.py": "from pkg.app import wait\n", "pkg/app.py": WAIT + "async def run():\n    wait()\n"}
    assert isinstance(verdicts(files)["wait"], Convertible)
    found = verdicts(files, {"pyproject.toml": "[build-system]\nrequires = []\n"})["wait"]
    assert isinstance(found, Stuck)
    assert "belongs to the public interface of the distribution" in found.because[0]


def test_an_entry_point_is_a_caller_that_does_not_await() -> None:
    files = {"app.py": WAIT + "async def run():\n    wait()\n"}
    found = verdicts(files, {"pyproject.toml": '[project.scripts]\nwait = "app:wait"\n'})["wait"]
    assert isinstance(found, Stuck)
    assert found.because == ("`wait` is named in pyproject.toml",)


def test_a_name_in_too_many_files_is_left_to_a_person() -> None:
    files = {f"m{number}.py": "async def run(wait):\n    wait()\n" for number in range(150)}
    found = verdicts({"app.py": WAIT + "async def run():\n    wait()\n", **files})["wait"]
    assert isinstance(found, Stuck)
    assert "has a name that 151 files mention" in found.because[0]


def test_too_many_functions_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "_MOST_FUNCTIONS", 3)
    chain = "".join(f"def a{n}():\n    {f'a{n - 1}' if n else 'wait'}()\n" for n in range(3))
    assert isinstance(verdict(f"{chain}async def run():\n    a2()\n    wait()\n"), Stuck)
    shorter = chain.partition("def a2")[0]
    assert converted(f"{shorter}async def run():\n    a1()\n    wait()\n") == ["wait", "a0", "a1"]


def test_a_project_without_anything_that_blocks_has_nothing_to_follow() -> None:
    corpus = Corpus({"app.py": WAIT.encode() + b"async def run():\n    wait()\n"})
    (function,) = blocking(corpus)
    assert isinstance(Reach(Finder(corpus), {}).verdict(key_of(function), function.qualname), Unreached)


def test_only_an_async_def_is_a_coroutine() -> None:
    corpus = Corpus({"app.py": b"async def a():\n    pass\ndef b():\n    pass\n"})
    file = corpus.file("app.py")
    assert file is not None
    one, other = (Function(file, node) for node in file.module.tree.body if isinstance(node, FunctionNode))
    assert [is_coroutine(one), is_coroutine(other), is_coroutine(None)] == [True, False, False]


def test_what_python_itself_calls_may_be_reached_without_a_call() -> None:
    found = verdicts({"app.py": "import time\nclass A:\n    def __len__(self):\n        time.sleep(1)\n"})["A.__len__"]
    assert found == Unreached("Python itself calls `A.__len__`, and no coroutine is seen to lead there")


@pytest.mark.parametrize("ends", ["next(n)", "[next(iter([1])) for _ in n]"])
def test_a_function_that_may_end_an_iteration_stays_plain(ends: str) -> None:
    text = f"def g(n):\n    time.sleep(1)\n    {ends}\nasync def run():\n    g(1)\n"
    assert stuck(text, "g") == ("`g` may raise StopIteration, which no coroutine may",)
    assert converted(text.replace(ends, "next(n, 1)"), "g") == ["g"]


@pytest.mark.parametrize("raised", ["StopIteration", "StopIteration(1)"])
def test_a_function_that_ends_an_iteration_itself_stays_plain(raised: str) -> None:
    text = f"def g(n):\n    time.sleep(1)\n    raise {raised}\nasync def run():\n    g(1)\n"
    assert stuck(text, "g") == ("`g` may raise StopIteration, which no coroutine may",)


def test_a_function_that_is_declared_in_several_ways_stays_plain() -> None:
    text = "from typing import overload\n@overload\ndef g(n: int) -> int: ...\ndef g(n):\n    time.sleep(1)\n"
    assert stuck(f"{text}async def run():\n    g(1)\n", "g") == (
        "`g` is defined more than once, be it for type checkers",
    )
