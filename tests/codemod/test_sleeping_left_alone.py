"""Code whose rewrite would break something that is written elsewhere is left to a person, with the reason."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.corpus import Corpus
from fixbot.codemod.contract import Site
from fixbot.codemod.sleeping import survey
from fixbot.model import Safety

WAIT = """\
import time


def wait(n=1):
    time.sleep(n)
    return n


async def run():
    wait()
"""
DOOR = """\
import time


class Door:
    def shut(self):
        time.sleep(1)

    async def run(self):
        self.shut()
"""
DIRECT = """\
import time


async def run(n):
    time.sleep(n)
"""


def found(files: Mapping[str, str]) -> list[Site]:
    content = {path: textwrap.dedent(text).lstrip("\n").encode() for path, text in files.items()}
    return [each for each in survey(Corpus(content)) if isinstance(each, Site)]


def reason(files: Mapping[str, str]) -> str:
    (site,) = found(files)
    assert site.safety is Safety.MANUAL, site.message
    return site.message.partition("; left to a person: ")[2]


@pytest.mark.parametrize("text", [WAIT, DOOR, DIRECT])
def test_by_itself_each_of_these_is_rewritten(text: str) -> None:
    (site,) = found({"app.py": text})
    assert site.safety is None
    assert site.places


OF_FUNCTIONS = {
    "one of two imports": (
        "try:\n    from fast import wait\nexcept ImportError:\n    from app import wait\nwait()\n",
        "may be what is meant by `wait` at main.py:5",
    ),
    "a module that was given away": (
        "import app\ndef main(backend):\n    backend.wait()\nmain(app)\n",
        "may be what is meant by `backend.wait` at main.py:3",
    ),
    "a module of another name": ("import app\nm = app\nm.wait()\n", "may be what is meant by `m.wait` at main.py:3"),
    "a patch where it is used": (
        "from app import wait\ndef test(monkeypatch):\n    monkeypatch.setattr('main.wait', print)\n",
        "is named in a string at main.py:3",
    ),
    "a patch of several": ("import app\npatch.multiple(app, wait=print)\n", "is replaced at main.py:2"),
    "a patch of a namespace": ("import app\npatch.dict(app.__dict__, wait=print)\n", "is replaced at main.py:2"),
    "a patch of its module": ("import app\npatch('main.app')\n", "belongs to `app`, which is replaced at main.py:2"),
    "a doctest": ('"""Show it.\n\n>>> wait(0)\n0\n"""\n', "is called in a doctest in main.py"),
    "a name that is put together": (
        "import app\ngetattr(app, 'wa' + 'it')()\n",
        "may be called by a name that is put together in main.py",
    ),
}


@pytest.mark.parametrize("what", OF_FUNCTIONS)
def test_a_function_that_others_get_at_in_another_way_stays_plain(what: str) -> None:
    text, because = OF_FUNCTIONS[what]
    assert reason({"app.py": WAIT, "main.py": text}) == f"`wait` {because}"


OF_METHODS = {
    "a fake in a test": (
        "import asyncio, app\nclass Fake:\n    def shut(self):\n        pass\n",
        "may have `Fake.shut` in its place in test_app.py",
    ),
    "an object with attributes": ("SimpleNamespace(shut=print)\n", "is replaced at test_app.py:1"),
    "a fake of the class": ("patch('app.Door')\n", "belongs to `Door`, which is replaced at test_app.py:1"),
    "another of the class": (
        "import app\ndef test(monkeypatch):\n    monkeypatch.setattr(app, 'Door', print)\n",
        "belongs to `Door`, which is replaced at test_app.py:3",
    ),
    "an heir": ("import app\nclass Back(app.Door):\n    shut = print\n", "is overridden by `Back.shut`"),
    "what a class above calls": (
        "import app\nclass Lid:\n    def f(self):\n        self.shut()\nclass Both(Lid, app.Door):\n    pass\n",
        "may be what is meant by `self.shut` at test_app.py:4",
    ),
    "a stand-in that hands everything on": (
        "import app\nclass Proxy:\n    def __getattr__(self, name):\n        ...\nProxy().shut()\n",
        "may be what is meant by `Proxy().shut` at test_app.py:5",
    ),
}


@pytest.mark.parametrize("what", OF_METHODS)
def test_a_method_that_others_stand_in_for_or_call_stays_plain(what: str) -> None:
    text, because = OF_METHODS[what]
    assert reason({"app.py": DOOR, "test_app.py": text}) == f"`Door.shut` {because}"


def test_a_class_whose_heirs_bring_the_method_calls_it() -> None:
    text = DOOR.replace("class Door:", "class Base:\n    def close(self):\n        self.shut()\n\n\nclass Door(Base):")
    assert reason({"app.py": text}) == "`Door.shut` may be what is meant by `self.shut` at app.py:6"


@pytest.mark.parametrize(
    "name", ["getattr(self, 'sh' + line)()", "getattr(self, f'sh{line}')()", "getattr(self, line)()"]
)
def test_a_method_that_is_called_by_its_name_stays_plain(name: str) -> None:
    because = reason({"app.py": f"{DOOR}\n    def one(self, line):\n        {name}\n"})
    assert because.startswith("`Door.shut` may be called by a name that is ")


def test_a_private_method_that_a_test_calls_by_its_inner_name_stays_plain() -> None:
    files = {"app.py": DOOR.replace("shut", "__shut"), "test_app.py": "import app\napp.Door()._Door__shut()\n"}
    assert reason(files) == "`Door.__shut` is called by its inner name in test_app.py"


def test_a_function_that_ends_an_iteration_stays_plain() -> None:
    because = "`wait` may raise StopIteration, which no coroutine may"
    assert reason({"app.py": WAIT.replace("return n", "return next(n)")}) == because
    assert found({"app.py": WAIT.replace("return n", "return next(n, 1)")})[0].safety is None


@pytest.mark.parametrize("error", ["ValueError", "OverflowError", "KeyboardInterrupt", "(OSError, ValueError)"])
def test_a_handler_that_waits_for_errors_of_the_old_sleep_keeps_it(error: str) -> None:
    text = DIRECT.replace(
        "    time.sleep(n)\n", f"    try:\n        time.sleep(n)\n    except {error}:\n        pass\n"
    )
    assert reason({"app.py": text}) == ("the handler on line 7 catches what `time.sleep` raises and the other does not")
    assert found({"app.py": text.replace(error, "OSError")})[0].safety is None


def test_the_loop_that_another_file_starts_is_not_asyncios() -> None:
    files = {"app.py": DIRECT, "main.py": "import trio\nimport app\ntrio.run(app.run, 1)\n"}
    assert "the project has others than that of asyncio" in reason(files)


COUNTED = {
    "a fake of the new sleep": "from unittest.mock import patch\nimport app\n@patch('app.asyncio.sleep')\n"
    "async def test(m):\n    await app.run(1)\n",
    "a fake of its own": "import asyncio, app\nasync def test(monkeypatch):\n"
    "    monkeypatch.setattr(asyncio, 'sleep', 1)\n    await app.run(1)\n",
    "a clock that stands still": "import app\n@freeze_time('2020-02-02')\nasync def test():\n    await app.run(1)\n",
    "a clock that is replaced": "import app\n@patch('time.monotonic')\nasync def test(m):\n    await app.run(1)\n",
}


@pytest.mark.parametrize("what", COUNTED)
def test_a_test_that_would_notice_the_new_sleep_keeps_the_old_one(what: str) -> None:
    assert reason({"app.py": DIRECT, "test_app.py": COUNTED[what]}).startswith("test_app.py ")


def test_a_clock_that_leaves_the_event_loop_alone_is_no_reason() -> None:
    text = COUNTED["a clock that stands still"].replace("02')", "02', real_asyncio=True)")
    assert found({"app.py": DIRECT, "test_app.py": text})[0].safety is None
    assert found({"app.py": DIRECT, "test_app.py": text.replace("app.run", "app.walk")})[0].safety is None


@pytest.mark.parametrize(
    "does",
    ["asyncio.create_task(later())", "asyncio.get_running_loop()", "n.set_result(1)", "n.create_task(1)", "inner(n)"],
)
def test_a_thread_is_not_offered_for_what_needs_the_loop(does: str) -> None:
    assert reason({"app.py": text_of(does)})
    assert found({"app.py": text_of("print(n)")})[0].safety is None


def text_of(does: str) -> str:
    inner = "\n\ndef inner(n):\n    asyncio.create_task(later())\n\n\nwait()\n"
    return "import asyncio\n" + WAIT.replace("    return n\n", f"    {does}\n    return n\n") + inner


def test_a_name_that_somebody_binds_anew_may_be_another_sleep() -> None:
    text = "from time import sleep\n\n\nasync def run(n):\n    sleep(n)\n"
    assert found({"app.py": text})[0].safety is None
    assert found({"app.py": f"{text}\n\ndef replace(other):\n    global sleep\n    sleep = other\n"}) == []


@pytest.mark.parametrize(
    "main",
    [
        "import app as a\nxs = [a]\nxs[0].wait()\n",
        "import app\ndef main(m=app):\n    m.wait()\n",
        "import app\nif m := app:\n    m.wait()\n",
        "def mod():\n    import app\n    return app\nmod().wait()\n",
        "import app\nclass A:\n    mod = app\n    def f(self):\n        self.mod.wait()\n",
    ],
)
def test_a_module_that_is_kept_somewhere_may_be_called_there(main: str) -> None:
    assert "`wait` may be what is meant by `" in reason({"app.py": WAIT, "main.py": main})


@pytest.mark.parametrize(
    "main",
    [
        "from pkg import wait\nwait()\n",
        "import pkg\npkg.wait()\n",
        "import pkg.wait\npkg.wait()\n",
        "from pkg.wait import wait\nwait()\n",
        "import pkg.wait as w\nw()\n",
    ],
)
def test_a_function_that_is_called_like_its_module_has_its_callers(main: str) -> None:
    files = {"pkg/__init__.py": "from .wait import wait\n", "pkg/wait.py": WAIT, "main.py": main}
    (site,) = found(files)
    assert site.safety is Safety.MANUAL or "also called from plain code" in str(site.evidence)


@pytest.mark.parametrize("same", ["wait as w", "wait as w, wait"])
def test_the_same_module_twice_in_a_project_is_not_told_apart(same: str) -> None:
    test = f"from app import {same}\nw()\n"
    sites = found({"a/app.py": WAIT, "b/app.py": WAIT, "tests/test_it.py": test})
    assert [site.safety for site in sites] == [Safety.MANUAL, Safety.MANUAL]


LOW = {"pkg/low.py": WAIT, "pkg/__init__.py": "from pkg.low import wait\n"}
OVERLOOKED = {
    "a star over what a package hands on": LOW | {"main.py": "from pkg import *\nwait()\n"},
    "a star under a condition": {
        "app.py": WAIT,
        "main.py": "try:\n    from app import *\nexcept ImportError:\n    pass\nwait()\n",
    },
    "the last of two stars": {
        "app.py": WAIT,
        "b.py": "def wait():\n    pass\n",
        "main.py": "from b import *\nfrom app import *\nwait()\n",
    },
    "a package that is kept": LOW | {"main.py": "import pkg\np = pkg\np.wait()\n"},
    "a module that hands it on and is kept": LOW
    | {
        "pkg/__init__.py": "",
        "pkg/on.py": "from pkg.low import wait\n",
        "main.py": "from pkg import on\nm = on\nm.wait()\n",
    },
    "a module that is imported when it is needed": {
        "app.py": WAIT,
        "main.py": "m = None\ndef init():\n    global m\n    import app as m\ndef go():\n    m.wait()\n",
    },
    "a name that is imported when it is needed": {
        "app.py": WAIT,
        "main.py": "def init():\n    global wait\n    from app import wait\ndef go():\n    wait()\n",
    },
    "a module in the body of a class": {
        "app.py": WAIT,
        "main.py": "class A:\n    import app\n    def f(self):\n        self.app.wait()\n",
    },
    "a function in the body of a class": {
        "app.py": WAIT,
        "main.py": "class A:\n    from app import wait\n    def f(self):\n        self.wait()\n",
    },
}


@pytest.mark.parametrize("what", OVERLOOKED)
def test_a_caller_is_found_by_whatever_way_it_gets_the_function(what: str) -> None:
    (site,) = found(OVERLOOKED[what])
    assert site.safety is Safety.MANUAL or "also called from plain code" in str(site.evidence)
