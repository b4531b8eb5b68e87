from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.corpus import Corpus
from fixbot.codemod.contract import Site
from fixbot.codemod.sleeping import survey
from fixbot.engine.survey import whole
from fixbot.joint import attempt_jointly
from fixbot.model import Dismissed, Safety
from fixbot.registry import choose

WAIT = """\
import time


def wait(n=1):
    time.sleep(n)


"""


def files_of(files: Mapping[str, str] | str) -> dict[str, bytes]:
    several = {"app.py": files} if isinstance(files, str) else files
    return {path: textwrap.dedent(text).encode() for path, text in several.items()}


def drafts(files: Mapping[str, str] | str) -> list[Site | Dismissed]:
    return list(survey(Corpus(files_of(files))))


def site(files: Mapping[str, str] | str) -> Site:
    (found,) = drafts(files)
    assert isinstance(found, Site)
    return found


def says(files: Mapping[str, str] | str) -> str:
    return site(files).message


def because(files: Mapping[str, str] | str) -> str:
    """Give why a sleep is left to a person."""
    found = site(files)
    assert found.safety is Safety.MANUAL
    before, _, reason = found.message.partition("; left to a person: ")
    assert "holds up the event loop" in before
    return reason


def told(files: Mapping[str, str] | str) -> list[str]:
    return [each.says for each in site(files).evidence]


def after(files: Mapping[str, str] | str) -> str:
    """Give `app.py` after the rewrite."""
    (codemod,) = choose(["blocking-sleep"])
    done = attempt_jointly(whole(files_of(files)), codemod, Safety.REVIEW)  # type: ignore[arg-type]
    assert done.broken is None
    assert done.refused == ()
    return next(rewrite.after.decode() for rewrite in done.rewrites if rewrite.path == "app.py")


def test_a_sleep_in_a_coroutine_says_on_what_it_runs_and_how_that_is_known() -> None:
    found = site("import time\nclass A:\n    async def run(self):\n        time.sleep(1)\n")
    assert found.message == (
        "`time.sleep` holds up the event loop that `A.run` runs on; `await asyncio.sleep` lets other tasks run"
    )
    assert [(each.line, each.says) for each in found.evidence] == [
        (4, "`A.run` is a coroutine of asyncio: the file imports no other event loop")
    ]
    assert (found.at.path, found.at.line, found.safety) == ("app.py", 4, None)


def test_a_function_that_becomes_a_coroutine_is_named_with_the_chain_to_it() -> None:
    found = site(WAIT + "async def run():\n    wait()\n")
    assert found.message == (
        "`time.sleep` holds up the event loop: a coroutine gets to `wait` through calls; "
        "`wait` becomes a coroutine, and each call awaits"
    )
    assert [(each.line, each.says) for each in found.evidence] == [(5, "the coroutine `run` calls `wait` at app.py:9")]
    assert [place.line for place in found.places] == [5, 4, 9]


def test_several_functions_that_become_coroutines_are_all_named() -> None:
    text = WAIT + "def both():\n    wait()\nasync def run():\n    both()\n"
    assert says(text).endswith("; `wait`, `both` become coroutines, and each call awaits")
    assert told(text) == ["the coroutine `run` calls `both` at app.py:11", "`both` calls `wait` at app.py:9"]


def test_a_call_for_a_thread_says_where_the_sleep_is_and_who_calls_it_plainly() -> None:
    found = site(WAIT + "wait()\nasync def run():\n    wait()\n")
    assert found.message == (
        "this call sleeps (app.py:5) and holds up the event loop that `run` runs on; a thread can wait in its place"
    )
    assert [each.says for each in found.evidence] == [
        "the coroutine `run` calls `wait` at app.py:10",
        "`wait` is also called from plain code: `the module` at app.py:8",
    ]
    assert found.at.line == 10


def test_one_call_that_comes_to_several_sleeps_is_one_finding() -> None:
    text = "import time\ndef wait():\n    time.sleep(1)\n    time.sleep(2)\nwait()\nasync def run():\n    wait()\n"
    assert says(text).startswith("this call sleeps (app.py:3, app.py:4) and")
    both = "import time\ndef a():\n    time.sleep(1)\ndef b():\n    time.sleep(2)\n    a()\n"
    both += "b()\nasync def run():\n    b()\n"
    assert says(both).startswith("this call sleeps (app.py:3, app.py:5) and")


def test_a_sleep_that_no_coroutine_gets_to_is_dismissed() -> None:
    (found,) = drafts(WAIT + "wait()\nasync def run():\n    pass\n")
    assert found == Dismissed("app.py", 5, "no coroutine is seen to call `wait`, directly or through other functions")


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.sleep(1)\n",
        "import time\nclass A:\n    time.sleep(1)\n",
        "import time\nasync def run():\n    return lambda: time.sleep(1)\n",
        "import time\nasync def run(loop):\n    await loop.run_in_executor(None, time.sleep, 1)\n",
        "import time, asyncio\nasync def run():\n    await asyncio.to_thread(time.sleep, 1)\n",
        "import time\nasync def run():\n    await time.sleep(1)\n",
        "import time\nasync def run(time):\n    time.sleep(1)\n",
        "import time\nasync def run():\n    [time.sleep(1) for time in 'x']\n",
        "async def run():\n    time.sleep(1)\n",
        "import time\nasync def run():\n    time.sleep\n",
    ],
)
def test_what_is_no_sleep_of_a_function_is_not_spoken_of(text: str) -> None:
    assert drafts(text) == []


ARGUMENTS = ("time.sleep()", "time.sleep(secs=1)", "time.sleep(*x)", "time.sleep(1, 2)", "time.sleep(**x)")


@pytest.mark.parametrize("call", ARGUMENTS)
def test_arguments_that_do_not_fit_are_left_to_a_person(call: str) -> None:
    reason = "its arguments are not a single number of seconds"
    assert because(f"import time\nasync def run(x):\n    {call}\n") == reason
    through = f"import time\ndef wait(x):\n    {call}\nasync def run(x):\n    wait(x)\n"
    assert because(through) == reason
    assert told(through) == ["the coroutine `run` calls `wait` at app.py:5"]


BARRED = {
    "any(time.sleep(1) for _ in x)": "it stands in a generator expression",
    "with x.lock:\n        time.sleep(1)": "a thread's lock is held meanwhile (`x.lock`, line 3)",
    "try:\n        time.sleep(1)\n    except:\n        pass": "a cancellation would be swallowed on line 5",
}


@pytest.mark.parametrize("body", BARRED)
def test_a_place_where_nobody_may_wait_is_left_to_a_person(body: str) -> None:
    assert because(f"import time\nasync def run(x):\n    {body}\n") == BARRED[body]
    assert because(f"import time\ndef wait(x):\n    {body}\nasync def run(x):\n    wait(x)\n") == BARRED[body]


LOOPS = {
    "import trio\nasync def run():\n    await trio.lowlevel.checkpoint()\n    {}\n": "trio",
    "import anyio\nasync def run():\n    {}\n": "anyio",
    "import asyncio\nasync def run():\n    {}\n": "asyncio",
    "import asyncio, trio\nasync def run():\n    await trio.sleep(0)\n    {}\n": "trio",
    "import asyncio, trio\nasync def run():\n    await asyncio.sleep(0)\n    {}\n": "asyncio",
    "import anyio, asyncio\nasync def run():\n    asyncio.Event()\n    await anyio.sleep(0)\n    {}\n": "asyncio",
}


@pytest.mark.parametrize("text", LOOPS)
def test_the_sleep_of_the_library_that_a_coroutine_runs_on_is_taken(text: str) -> None:
    direct = after("import time\n" + text.format("time.sleep(1)"))
    assert f"    await {LOOPS[text]}.sleep(1)\n" in direct
    assert "import time\n" not in direct
    helped = after("import time\ndef wait():\n    time.sleep(2)\n" + text.format("wait()"))
    assert f"async def wait():\n    await {LOOPS[text]}.sleep(2)\n" in helped
    assert "    await wait()\n" in helped


RUNNERS = {
    "import trio\nasync def run():\n    {}\n": "trio.to_thread.run_sync",
    "import anyio\nasync def run():\n    {}\n": "anyio.to_thread.run_sync",
    "import asyncio\nasync def run():\n    {}\n": "asyncio.to_thread",
    "from trio import to_thread, sleep\nasync def run():\n    await sleep(0)\n    {}\n": "to_thread.run_sync",
}


@pytest.mark.parametrize("text", RUNNERS)
def test_each_library_has_its_own_way_to_hand_a_call_to_a_thread(text: str) -> None:
    found = after(WAIT + "wait()\n" + text.format("wait(2)"))
    assert f"    await {RUNNERS[text]}(wait, 2)\n" in found
    assert "    time.sleep(n)\n" in found


def test_keyword_arguments_go_along_to_a_thread_of_asyncio_alone() -> None:
    text = WAIT + "wait()\nimport {0}\nasync def run():\n    wait(n=2)\n"
    assert "await asyncio.to_thread(wait, n=2)" in after(text.format("asyncio"))
    assert because(text.format("trio")) == "`trio.to_thread.run_sync` takes no keyword arguments"
    assert because(text.format("anyio")) == "`anyio.to_thread.run_sync` takes no keyword arguments"


def test_coroutines_of_two_libraries_cannot_share_a_coroutine() -> None:
    files = {
        "app.py": WAIT,
        "one.py": "import trio\nfrom app import wait\nasync def run():\n    wait()\n",
        "two.py": "import asyncio\nfrom app import wait\nasync def run():\n    wait()\n",
    }
    assert because(files) == "coroutines of asyncio and trio both get there"
    assert told(files) == ["the coroutine `run` calls `wait` at one.py:4"]


def test_a_coroutine_of_which_nobody_knows_the_library_is_left_to_a_person() -> None:
    head = "import time, asyncio, trio\n"
    direct = because(f"{head}async def run():\n    time.sleep(1)\n")
    assert direct.startswith("nobody can tell on which: the file imports asyncio and trio")
    helped = f"{head}def wait():\n    time.sleep(1)\nasync def run():\n    wait()\n"
    assert because(helped).startswith("nobody can tell which event loop `run` runs on: the file imports asyncio and")
    assert because(f"{helped}wait()\n").startswith("nobody can tell which event loop `run` runs on: ")


def test_a_name_that_means_something_else_is_left_to_a_person() -> None:
    direct = "import time\nasync def run(asyncio):\n    time.sleep(1)\n"
    assert because(direct) == "`asyncio` means something else there"
    through = "import time\ndef wait(asyncio):\n    time.sleep(1)\nasync def run():\n    wait(1)\n"
    assert because(through) == "`asyncio` means something else there"
    thread = WAIT + "wait()\nasync def run(asyncio):\n    wait()\n"
    assert because(thread) == "`asyncio` means something else there"


def test_a_call_that_nobody_may_await_is_not_handed_over_either() -> None:
    text = WAIT + "wait()\nasync def run(lock):\n    wait()\n    [lock for _ in [wait()]]\n"
    assert [each.safety for each in drafts(text) if isinstance(each, Site)] == [None, None]
    held = WAIT + "wait()\nasync def run(lock):\n    with lock:\n        wait()\n"
    assert "a thread's lock is held meanwhile" in because(held)


def test_reasons_beyond_the_first_are_evidence() -> None:
    text = "import time\nclass B:\n    def wait(self):\n        pass\n"
    text += "class A(B):\n    def wait(self):\n        time.sleep(1)\n"
    text += "    def go(self):\n        self.wait()\nX = A.go\nasync def run(a: A):\n    a.go()\n"
    assert because(text) == "`A.wait` overrides `B.wait`"
    assert told(text)[-1] == "`A.go` is used as a value at app.py:10"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("import time\nasync def run():\n    time.sleep(1)\n", False),
        ("import time\nasync def run():\n    time.sleep(1)\n    return time.time()\n", True),
        ("import time\nasync def run():\n    time.sleep(1)\ndef other():\n    time.sleep(1)\n", True),
        ("import time\n__all__ = ['time']\nasync def run():\n    time.sleep(1)\n", True),
        ("import time\nasync def run(x: 'time.struct_time'):\n    time.sleep(1)\n", True),
        ("import time, os\nasync def run():\n    time.sleep(1)\n    os.getpid()\n", False),
        ("import time as time\nasync def run():\n    time.sleep(1)\n", True),
        ("import time  # noqa: F401\nasync def run():\n    time.sleep(1)\n    time.sleep(2)\n", True),
    ],
)
def test_the_import_goes_where_nothing_uses_it_any_more(text: str, *, kept: bool) -> None:
    found = after(text)
    assert "import asyncio\n" in found
    assert ("import time" in found) is kept


@pytest.mark.parametrize("use", ["import app\nprint(app.time.time())\n", "from app import time\nprint(time)\n"])
def test_the_import_stays_where_another_file_uses_it_through_this_one(use: str) -> None:
    found = after({"app.py": "import time\nasync def run():\n    time.sleep(1)\n", "main.py": use})
    assert "import time\n" in found
    assert "await asyncio.sleep(1)" in found


PATCHED = """
from unittest import mock
import app

@mock.patch("app.time.sleep")
async def test_it(sleep):
    await app.run()
"""


def test_a_patch_that_cannot_be_changed_along_leaves_the_sleep_to_a_person() -> None:
    direct = "import time\nasync def run():\n    time.sleep(1)\n"
    test = PATCHED.replace("app.time.sleep", "app.time")
    reason = because({"app.py": direct, "test_app.py": test})
    assert "test_app.py:5 patches `app.time`" in reason
    assert "await" not in says({"app.py": direct, "test_app.py": test})


def test_sleeps_that_one_patch_serves_move_together() -> None:
    direct = "import time\nasync def run():\n    time.sleep(1)\n    time.sleep(2)\n"
    found = drafts({"app.py": direct, "test_app.py": PATCHED})
    assert [isinstance(each, Site) and len(each.places) for each in found] == [3, 3]
    mixed = drafts({"app.py": direct + "def main():\n    time.sleep(3)\n", "test_app.py": PATCHED})
    assert [each.safety for each in mixed if isinstance(each, Site)] == [Safety.MANUAL, Safety.MANUAL]


def test_a_property_between_is_left_to_a_person() -> None:
    text = """
    import time
    def wait():
        time.sleep(1)
    class Door:
        @property
        def open(self):
            return wait()
    async def run(d: Door):
        d.open
    """
    assert "`Door.open` is a property" in because(text)


def test_a_comment_that_silences_other_linters_silences_this_one() -> None:
    (found,) = drafts("import time\nasync def run():\n    time.sleep(1)  # noqa: ASYNC251\n")
    assert found == Dismissed("app.py", 3, "a comment silences other linters there")


def test_a_file_that_imports_a_loop_of_its_own_kind_is_left_to_a_person() -> None:
    found = because("import curio\nimport time\nasync def run():\n    time.sleep(1)\n")
    assert found == "nobody can tell on which: the file imports curio, which has a loop of its own"


def test_an_import_for_type_checkers_alone_leaves_the_sleep_to_a_person() -> None:
    head = "import time\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import asyncio\n"
    assert because(head + "async def run():\n    time.sleep(1)\n") == "`asyncio` means something else there"


@pytest.mark.parametrize("test", ["__name__ == '__main__'", "sys.platform == 'win32'"])
def test_an_import_under_a_condition_does_not_bring_the_library(test: str) -> None:
    head = f"import sys, time\nfrom typing import TYPE_CHECKING\nif {test}:\n    import asyncio\n"
    found = after(head + "async def run():\n    time.sleep(1)\n")
    assert "\nimport asyncio\n" in f"\n{found}"
    assert "    await asyncio.sleep(1)\n" in found


def test_an_import_that_comes_later_in_the_function_does_not_bring_the_library() -> None:
    text = "import time\nasync def run():\n    time.sleep(1)\n    import asyncio\n    asyncio.sleep\n"
    assert because(text) == "`asyncio` means something else there"


def test_the_coroutines_around_tell_the_library() -> None:
    around = "import asyncio, trio\nasync def outer():\n    await trio.sleep(0)\n    async def run():\n        {}\n"
    assert "        await trio.sleep(1)\n" in after("import time\n" + around.format("time.sleep(1)"))
