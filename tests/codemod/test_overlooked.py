"""Whoever may call a function that sleeps without awaiting it keeps it a plain function."""

import re
import textwrap

import pytest

from fixbot.codemod import ProjectCodemod, Safety
from fixbot.engine.survey import Survey, survey, whole
from fixbot.registry import catalogue


def looked(files: dict[str, str]) -> Survey:
    codemod = catalogue()["blocking-sleep"]()
    assert isinstance(codemod, ProjectCodemod)
    return survey(whole({path: textwrap.dedent(code).encode() for path, code in files.items()}), codemod)


WAIT = """
    import time

    def wait(n=0):
        time.sleep(1)
        return 1
"""
DOOR = """
    import time

    class Door:
        def shut(self):
            time.sleep(1)
            return 1
"""
RUN = "\n    async def run():\n        return wait()\n"
CLOSE = "\n    async def run(door: Door):\n        return door.shut()\n"

# The files of a project, and what stands in the way of making coroutines of its functions.
CASES: dict[str, tuple[dict[str, str], str]] = {
    "a package hands it on under another name": (
        {"pkg/__init__.py": "from .app import wait as pause", "pkg/app.py": WAIT + RUN,
         "main.py": "from pkg import pause\n\ndef plain():\n    return pause()"},
        "called from plain code",
    ),
    "a package hides its module behind it": (
        {"pkg/__init__.py": "from .wait import wait", "pkg/wait.py": WAIT + RUN,
         "main.py": "import pkg\n\ndef plain():\n    return pkg.wait()"},
        "called from plain code",
    ),
    "tests stand beside the sources": (
        {"src/pkg/__init__.py": "from .app import wait", "src/pkg/app.py": WAIT + RUN,
         "tests/test_app.py": "from pkg import wait\n\ndef test_it():\n    assert wait()"},
        "called from plain code",
    ),
    "one of two imports brings it": (
        {"app.py": WAIT + RUN,
         "main.py": "try:\n    from fast import wait\nexcept ImportError:\n    from app import wait\n\nwait()"},
        "may be what is meant by `wait`",
    ),
    "a package makes up its names": (
        {"pkg/__init__.py": "def __getattr__(name):\n    return 1", "pkg/app.py": WAIT + RUN,
         "main.py": "from pkg import wait\n\nwait()"},
        "may be what is meant by `wait`",
    ),
    "its module is loaded by name": (
        {"app.py": WAIT + RUN, "main.py": "import importlib\n\nm = importlib.import_module('app')\nm.wait()"},
        "may be what is meant by `m.wait`",
    ),
    "its module is handed over": (
        {"app.py": WAIT + RUN, "main.py": "import app\n\ndef use(backend):\n    backend.wait()\n\nuse(app)"},
        "may be what is meant by `backend.wait`",
    ),
    "a mixin brings its caller": (
        {"app.py": "class Mixin:\n    def close(self):\n        return self.shut()\n" + textwrap.dedent(DOOR + CLOSE)
         + "\nclass Both(Mixin, Door):\n    pass"},
        "may be what is meant by `self.shut`",
    ),
    "a base calls what its heir has": (
        {"app.py": "class Base:\n    def close(self):\n        return self.shut()\n"
         + textwrap.dedent(DOOR + CLOSE).replace("class Door", "class Door(Base)")},
        "may be what is meant by `self.shut`",
    ),
    "modules are loaded by names that are worked out": (
        {"app.py": WAIT + RUN,
         "main.py": "from importlib import import_module\n\nfor m in [import_module(n) for n in 'ab']:\n    m.wait()"},
        "may be what is meant by `m.wait`",
    ),
    "an heir binds its name in another way": (
        {"app.py": DOOR + CLOSE, "main.py": "import app\n\nclass Quick(app.Door):\n    from os import getpid as shut"},
        "is overridden by `Quick.shut`",
    ),
    "an heir may derive from something else": (
        {"app.py": DOOR + CLOSE, "main.py": """
            try:
                from app import Door
            except ImportError:
                Door = object

            class Quick(Door):
                def shut(self):
                    return 1
            """},
        "is overridden by `Quick.shut`",
    ),
    "a proxy hands every call on": (
        {"app.py": DOOR + CLOSE, "main.py": """
            class Proxy:
                def __getattr__(self, name):
                    return name

            def plain():
                return Proxy().shut()
            """},
        "may be what is meant by `Proxy().shut`",
    ),
    "a test has something else of that shape": (
        {"app.py": DOOR + CLOSE, "test_app.py": "class Fake:\n    def shut(self):\n        return 1"},
        "may have `Fake.shut` in its place",
    ),
    "a test replaces its class": (
        {"app.py": DOOR + CLOSE,
         "test_app.py": "from unittest import mock\n\n@mock.patch('app.Door')\ndef test_it(d):\n    pass"},
        "belongs to `Door`, which is replaced",
    ),
    "a test replaces its module": (
        {"app.py": WAIT, "main.py": "import app\n\nasync def run():\n    return app.wait()",
         "test_main.py": "import main\n\ndef test_it(monkeypatch):\n    monkeypatch.setattr(main, 'app', 1)"},
        "belongs to `app`, which is replaced",
    ),
    "a test replaces it where it is used": (
        {"app.py": WAIT, "main.py": "from app import wait" + textwrap.dedent(RUN),
         "test_main.py": "def test_it(monkeypatch):\n    monkeypatch.setattr('main.wait', lambda: 1)"},
        "is named in a string",
    ),
    "a keyword replaces it": (
        {"app.py": WAIT + RUN,
         "test_app.py": "from unittest.mock import patch\n\nimport app\n\npatch.multiple(app, wait=print)"},
        "is replaced at",
    ),
    "its name is put together": (
        {"app.py": textwrap.dedent(DOOR + CLOSE).replace("shut", "do_shut")
         + "\ndef dispatch(door, word):\n    return getattr(door, f'do_{word}')()"},
        "by a name that is put together",
    ),
    "its class looks names up": (
        {"app.py": textwrap.dedent(DOOR) + "\n    def any(self, name):\n        return getattr(self, name)()\n"
         + textwrap.dedent(CLOSE)},
        "by a name that is not known before",
    ),
    "its private name is written out": (
        {"app.py": textwrap.dedent(DOOR).replace("shut", "__shut")
         + "\n    async def run(self):\n        return self.__shut()",
         "test_app.py": "import app\n\napp.Door()._Door__shut()"},
        "is called by its inner name",
    ),
    "it is a console script": (
        {"pkg/app.py": WAIT + RUN, "setup.py": "setup(entry_points={'console_scripts': ['x = pkg.app:wait']})"},
        "is named in a string",
    ),
    "the names of the module are asked for it": (
        {"app.py": WAIT + RUN + "\n    globals()['wait']()\n"},
        "is named in a string",
    ),
    "a doctest calls it": (
        {"app.py": WAIT.replace("time.sleep(1)", "'''\n        >>> wait(0)\n        '''\n        time.sleep(1)") + RUN},
        "is called in a doctest",
    ),
    "its kinds of arguments are told apart": (
        {"app.py": "import typing\n\n@typing.overload\ndef wait(n: int) -> int: ...\n" + textwrap.dedent(WAIT + RUN)},
        "is defined more than once",
    ),
    "it may end an iteration": (
        {"app.py": WAIT.replace("return 1", "return next(n)") + RUN},
        "may raise StopIteration",
    ),
    "a lambda's default is worked out at once": (
        {"app.py": WAIT + RUN + "\n    later = lambda wait=wait(): wait\n"},
        "called from plain code",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_somebody_may_call_otherwise_stays_a_plain_function(case: str) -> None:
    files, because = CASES[case]
    found = looked(files)

    assert found.broken is None
    assert len(found.sites) == 1
    finding, site = found.sites[0]
    assert {type(place.plan).__name__ for place in site.places} <= {"Thread"}
    said = " ".join([finding.message, *(each.says for each in finding.evidence)])
    assert re.search(re.escape(because), said), said


TESTED = """
    import time

    def wait():
        time.sleep(1)

    async def run():
        wait()
        time.sleep(2)
"""


@pytest.mark.parametrize(
    ("test", "because"),
    [
        ("@patch('app.asyncio.sleep')\ndef test_run(sleep):\n    app.run()", "already puts something in the place"),
        ("def test_run(monkeypatch):\n    monkeypatch.setattr(app.asyncio, 'sleep', 1)\n    app.run()", "already puts"),
        ("@freeze_time('2026-01-01')\ndef test_run():\n    app.run()", "stops the clock"),
        ("@patch('time.monotonic')\ndef test_run(clock):\n    app.run()", "stops the clock"),
    ],
)
def test_a_test_that_counts_on_the_new_sleep_or_stops_its_clock_is_for_a_person(test: str, because: str) -> None:
    found = looked({"app.py": TESTED, "test_app.py": f"import app\n{test}\n"})

    assert [finding.safety for finding in found.findings] == [Safety.MANUAL] * 2
    assert all(because in finding.message for finding in found.findings)


def test_a_clock_that_spares_the_event_loop_is_no_matter() -> None:
    test = "import app\n\n@freeze_time('2026-01-01', real_asyncio=True)\ndef test_run():\n    app.run()\n"
    found = looked({"app.py": TESTED, "test_app.py": test})

    assert [finding.safety for finding in found.findings] == [Safety.REVIEW] * 2


@pytest.mark.parametrize(
    ("handler", "alone"),
    [("except ValueError:", True), ("except OverflowError:", True), ("except KeyboardInterrupt:", False)],
)
def test_errors_that_only_the_old_sleep_raises_are_for_a_person(handler: str, *, alone: bool) -> None:
    before = "" if alone else "        print()\n"
    code = f"import time\n\nasync def run():\n    try:\n{before}        time.sleep(1)\n    {handler}\n        return\n"
    found = looked({"app.py": code})

    assert [finding.safety for finding in found.findings] == [Safety.MANUAL]
    assert "catches what `time.sleep` raises" in found.findings[0].message


def test_a_value_error_of_something_else_is_no_matter() -> None:
    tried = "    try:\n        int('x')\n        time.sleep(1)\n    except ValueError:\n        return\n"
    code = f"import time\n\nasync def run():\n{tried}"
    found = looked({"app.py": code})

    assert [finding.safety for finding in found.findings] == [Safety.REVIEW]


def test_a_sleep_that_a_function_replaces_is_not_that_of_time() -> None:
    code = (
        "from time import sleep\n\ndef patch(f):\n    global sleep\n    sleep = f\n\nasync def run():\n    sleep(1)\n"
    )

    assert looked({"app.py": code}).findings == ()


def test_what_needs_the_loop_goes_to_no_thread() -> None:
    code = textwrap.dedent("""
        import asyncio
        import time

        def tell(task):
            asyncio.create_task(task)

        def wait(task):
            time.sleep(1)
            tell(task)

        async def run(task):
            wait(task)

        def main(task):
            wait(task)
        """)
    found = looked({"app.py": code})

    assert [finding.safety for finding in found.findings] == [Safety.MANUAL]
    assert "belongs to the event loop's own thread" in found.findings[0].message


def test_where_another_loop_is_about_a_file_that_shows_none_is_for_a_person() -> None:
    app = "import time\n\nasync def run():\n    time.sleep(1)\n"
    main = "import trio\n\nimport app\n\ntrio.run(app.run)\n"

    assert looked({"app.py": app, "main.py": main}).findings[0].safety is Safety.MANUAL
    assert looked({"app.py": app}).findings[0].safety is Safety.REVIEW


@pytest.mark.parametrize(
    ("loop", "safety"),
    [
        ("import types\n\n@types.coroutine\ndef switch():\n    yield\n", Safety.MANUAL),
        ("def drive(coroutine):\n    coroutine.send(None)\n", Safety.MANUAL),
        ("class Turn:\n    def __await__(self):\n        yield\n", Safety.MANUAL),
        ("import asyncio\n\nclass Turn:\n    def __await__(self):\n        yield\n", Safety.REVIEW),
    ],
)
def test_a_loop_of_the_projects_own_is_for_a_person(loop: str, safety: Safety) -> None:
    found = looked({"app.py": "import time\n\nasync def run():\n    time.sleep(1)\n", "loop.py": loop})

    assert [finding.safety for finding in found.findings] == [safety]


def test_a_file_whose_name_is_no_text_is_looked_at() -> None:
    found = looked({"\udcff.py": "import time\n\nasync def run():\n    time.sleep(1)\n"})

    assert found.broken is None
    assert len(found.findings) == 1


def test_what_is_added_to_may_change_while_a_coroutine_waits() -> None:
    code = "import time\n\ndef wait():\n    time.sleep(1)\n    return 1\n\nasync def run(self):\n    {} += wait()\n"
    shared, own = (looked({"app.py": code.format(target)}).findings[0] for target in ("self.count", "count"))

    assert shared.safety is Safety.MANUAL
    assert "`self.count` is read before" in shared.message
    assert own.safety is Safety.REVIEW
