"""Code that sleeps is run before and after the rewrite: it does the same, and the event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fixbot.codemod import ProjectCodemod, Safety
from fixbot.engine.survey import survey, whole
from fixbot.joint import attempt_jointly
from fixbot.registry import choose

Files = Mapping[str, str]
MOST_CALLS = 60


@cache
def codemod() -> ProjectCodemod:
    (found,) = choose(["blocking-sleep"])
    assert isinstance(found, ProjectCodemod)
    return found


def rewritten(files: Files) -> dict[str, str]:
    """Give all files as they are after the rewrite.

    A rewrite may be refused as unsettled only where a finding was left to a person before: it may come free.
    """
    corpus = whole({path: text.encode() for path, text in files.items()})
    done = attempt_jointly(corpus, codemod(), Safety.REVIEW)
    assert done.broken is None, done.broken.trace
    by_hand = any(finding.safety is Safety.MANUAL for finding in survey(corpus, codemod()).findings)
    because = [refusal.because for refusal in done.refused]
    assert [each for each in because if not (by_hand and "does not settle" in each)] == []
    return dict(files) | {rewrite.path: rewrite.after.decode() for rewrite in done.rewrites}


@contextmanager
def loaded(files: Files, **given: object) -> Iterator[dict[str, ModuleType]]:
    """Run files as modules that can import each other, in the order they are given, with some names given to all."""
    names = {path: path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in files}
    made = {path: ModuleType(name) for path, name in names.items()}
    shadowed = {name: sys.modules.pop(name) for name in names.values() if name in sys.modules}
    try:
        for path, module in made.items():
            sys.modules[names[path]] = module
            vars(module).update(given)
            package, _, last = names[path].rpartition(".")
            module.__package__ = package or None
            if package:
                setattr(sys.modules[package], last, module)
            if path.endswith("__init__.py"):
                module.__path__ = []
                module.__package__ = names[path]
        for path, module in made.items():
            exec(compile(files[path], path, "exec"), module.__dict__)  # noqa: S102 - our own text
        yield made
    finally:
        for name in names.values():
            sys.modules.pop(name, None)
        sys.modules.update(shadowed)


@dataclass
class Told:
    """What running some files came to: results by function, sleeps in order, and what Python complained of."""

    results: list[tuple[str, str]] = field(default_factory=list)
    sleeps: list[object] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def recording(told: Told) -> Iterator[None]:
    """Let nothing sleep, write down what would, and what is left un-awaited."""

    def sleep(pause: float) -> None:
        told.sleeps.append(pause)

    async def sleep_async(pause: float, result: object = None) -> object:
        told.sleeps.append(pause)
        return result

    with pytest.MonkeyPatch.context() as patched, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        patched.setattr(time, "sleep", sleep)
        patched.setattr(asyncio, "sleep", sleep_async)
        patched.setattr(sys, "unraisablehook", lambda seen: told.complaints.append(repr(seen.exc_value)))
        yield
        gc.collect()
    told.complaints += [str(each.message) for each in warned]


def ran(files: Files, entries: list[str]) -> Told:
    """Run the entry points, each `name` of whichever file has it."""
    told, count = Told(), 0

    def tick() -> None:
        """Bring to an end what calls too much."""
        nonlocal count
        count += 1
        if count > MOST_CALLS:
            raise KeyError(count)

    with recording(told), loaded(files, tick=tick) as modules:
        for entry in entries:
            count = 0
            function = next(found for each in modules.values() if (found := vars(each).get(entry)) is not None)
            told.results.append((entry, outcome(function)))
    return told


def outcome(function: Callable[[int], object]) -> str:
    """Call a function the way its callers do who are no part of the files."""
    try:
        if function.__name__.startswith("co"):
            assert inspect.iscoroutinefunction(function)
            return repr(asyncio.run(function(2)))
        assert not inspect.iscoroutinefunction(function), f"{function.__name__} has callers that nobody sees"
        return repr(function(2))
    except (KeyError, ZeroDivisionError, RecursionError) as exc:
        return repr(exc)


@dataclass(frozen=True)
class Shape:
    """How a module gets at `time.sleep`."""

    imports: str
    call: str
    inside: str = ""


SHAPES = (
    Shape("import time", "time.sleep"),
    Shape("import time as t", "t.sleep"),
    Shape("from time import sleep", "sleep"),
    Shape("from time import monotonic, sleep as nap", "nap"),
    Shape("import asyncio\nimport time", "time.sleep"),
    Shape("import asyncio as aio\nimport time", "time.sleep"),
    Shape("", "time.sleep", "import time"),
    Shape("", "nap", "from time import sleep as nap"),
    Shape("try:\n    from time import sleep\nexcept ImportError:\n    sleep = None", "sleep"),
)
# Statements of a function with `n` and `acc`; S sleeps, H is a call that may wait, B a block, C a plain callable.
STEPS = (
    "S",
    "S",
    "acc.append(H)",
    "acc.append(H)",
    "n = H % 5",
    "if n % 2:\nBelse:\nB",
    "if H > 3 and H:\nB",
    "for i in range(2):\nB",
    "for i in [H, 1]:\nB",
    "left = 2\nwhile left > 0:\n    left -= 1\nB",
    "try:\nBfinally:\nB",
    "try:\nB    raise KeyError(n)\nexcept KeyError as exc:\n    acc.append(str(exc))\nB",
    "with Manager():\nB",
    "acc += [H for i in range(2) if i]",
    "acc += [i for i in range(3) if H > i]",
    "acc += sorted({H for i in range(2)})",
    "acc.append({i: H for i in range(2)})",
    "acc.append(sum(H for i in range(2)))",
    "acc += list(map(C, [1, 2]))",
    "acc.append((lambda: H)())",
    "acc.append(f'{H}')",
    "acc.append(-H ** 2)",
    "acc.append(H.real)",
    "acc.append([H, *[H]][0])",
    "acc.append(n if H else 0)",
    "acc.append(max(H, n, key=lambda x: x))",
    "assert H is not None, n",
    "def inner(n=H):\n    acc = []\nB    return len(acc)\nacc.append(inner())",
    "acc.append((yes := H) and yes)",
    "acc.append(not H)",
    "if n == 7:\n    return H",
    "print(end=str(H)[:0])",
    "x = y = H",
)
HEAD = (
    "class Manager:\n    def __enter__(self):\n        return self\n\n"
    "    def __exit__(self, *exc):\n        return False\n\n\n"
    "def same(function):\n    return function\n\n\n"
)


@dataclass(frozen=True)
class Known:
    """What a function of the generated code may call: an expression, and whether that has to be awaited."""

    call: str
    waits: bool = False


def indented(text: str, depth: int = 1) -> str:
    return "".join("    " * depth + line + "\n" for line in text.splitlines())


@st.composite
def bodies(draw: st.DrawFn, shape: Shape, known: list[Known], *, waits: bool, depth: int = 2) -> str:
    """Draw statements for a function; those for a coroutine may await."""

    def called() -> str:
        usable = [each for each in known if waits or not each.waits]
        if not usable:
            return "(n + 1)"
        chosen = draw(st.sampled_from(usable))
        argument = draw(st.sampled_from(["n", "1", "n - 1", "3"]))
        return f"(await {chosen.call}({argument}))" if chosen.waits else f"{chosen.call}({argument})"

    def step() -> str:
        text = draw(st.sampled_from(STEPS if depth else STEPS[:5]))
        inner = waits and not text.startswith("def")
        plain = inner and "lambda: H" not in text and "sum(H" not in text
        parts = []
        for letter in text:
            if letter == "S":
                parts.append(f"{shape.call}({draw(st.sampled_from(['n', '0.5', 'n * 2', '1 if n else 2']))})")
            elif letter == "H":
                usable = called()
                parts.append(usable if plain or "await" not in usable else "(n + 2)")
            elif letter == "C":
                functions = [each.call for each in known if not each.waits]
                parts.append(draw(st.sampled_from(functions)) if functions else "abs")
            elif letter == "B":
                parts.append(indented(draw(bodies(shape, known, waits=inner, depth=max(depth - 1, 0)))))
            else:
                parts.append(letter)
        return "".join(parts)

    return "\n".join(step() for _ in range(draw(st.integers(1, 3 if depth == 2 else 2)))) + "\n"


@st.composite
def functions(
    draw: st.DrawFn, name: str, shape: Shape, known: list[Known], *, waits: bool, method: bool = False
) -> str:
    """Draw a function of one number, plain or a coroutine, that gives back a number."""
    body = draw(bodies(shape, known, waits=waits))
    decorators = "" if waits or method else draw(st.sampled_from(["", "", "", "@same\n"]))
    inside = indented(shape.inside) if shape.inside else ""
    start = f"{'async ' if waits else ''}def {name}({'self, ' if method else ''}n):\n"
    again = draw(st.booleans()) and not waits and not method
    recursion = indented(f"if n > 2:\n    acc.append({name}(n - 3))") if again else ""
    pause = f"    {shape.call}(n)\n" if draw(st.booleans()) and not waits else ""
    ending = f"{pause}    return len(repr(acc)) % 7 + n\n"
    return f"{decorators}{start}{inside}    tick()\n    acc = []\n{recursion}{indented(body)}{ending}"


@st.composite
def classes(draw: st.DrawFn, shape: Shape, known: list[Known]) -> str:
    """Draw a class whose methods call each other, and a coroutine that uses it."""
    own: list[Known] = []
    text = "class Worker:\n    total = 0\n\n"
    for name in ("step", "both"):
        text += indented(draw(functions(name, shape, [*known, *own], waits=False, method=True))) + "\n"
        own.append(Known(f"self.{name}"))
    text += indented(draw(functions("run", shape, [*known, *own], waits=True, method=True)))
    if draw(st.booleans()):
        text += f"\n\nclass Heir(Worker):\n    def step(self, n):\n        return n + {draw(st.integers(0, 3))}\n"
    return f"{text}\n\nasync def co_work(n):\n    worker = Worker()\n    return await worker.run(n) + worker.both(1)\n"


@dataclass(frozen=True)
class Sample:
    """Files that sleep, and the functions that are called from outside: `co…` are awaited, the others are not."""

    files: dict[str, str]
    entries: list[str]


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    package = draw(st.booleans())
    shapes = {stem: draw(st.sampled_from(SHAPES)) for stem in ("one", "two")}
    back = draw(st.booleans())  # whether `one` imports `two` as well
    by_name = draw(st.booleans())
    texts: dict[str, str] = {"one": HEAD, "two": HEAD}
    names: dict[str, list[str]] = {"one": [], "two": []}
    entries = []

    def known_in(stem: str, names: Mapping[str, list[str]]) -> list[Known]:
        other = "two" if stem == "one" else "one"
        seen = names[other] if stem == "two" or back else []
        prefix = "" if by_name and stem == "two" else f"{other}."
        own = [Known(name, name.startswith("co")) for name in names[stem]]
        return [*own, *(Known(prefix + name, name.startswith("co")) for name in seen)]

    kinds = draw(st.lists(st.sampled_from(["help", "help", "co", "plain"]), min_size=2, max_size=5))
    for number, kind in enumerate([*kinds, "co"]):
        stem = draw(st.sampled_from(["one", "two"]))
        name = f"{kind}{number}"
        written = functions(name, shapes[stem], known_in(stem, names), waits=kind == "co")
        texts[stem] += draw(written) + "\n\n"
        if kind == "help":
            names[stem].append(name)
        else:
            entries.append(name)
            names[stem] += [name] if kind == "co" else []
    if draw(st.booleans()):
        texts["two"] += draw(classes(shapes["two"], known_in("two", names)))
        entries.append("co_work")
    origin = "from . import {0}" if package else "import {0}"
    imports = {"one": origin.format("two") if back else "", "two": origin.format("one")}
    if by_name:
        listed = ", ".join(names["one"])
        imports["two"] = f"from {'.one' if package else 'one'} import {listed}" if listed else ""
    folder = "gen/" if package else ""
    files = {"gen/__init__.py": ""} if package else {}
    for stem in ("one", "two"):
        lines = "".join(f"{line}\n" for line in (shapes[stem].imports, imports[stem]) if line)
        files[f"{folder}{stem}.py"] = f"{lines}\n\n{texts[stem]}"
    return Sample(files, entries)


CHAIN = Sample(
    {
        "one.py": "import time\n\n\ndef help0(n):\n    time.sleep(n)\n    return n\n",
        "two.py": (
            "from one import help0\n\n\ndef help1(n):\n    return help0(n) + 1\n\n\n"
            "async def co2(n):\n    return [help1(i) for i in range(n)]\n"
        ),
    },
    ["co2"],
)


@pytest.mark.long
@pytest.mark.no_cover
@settings(max_examples=45, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(samples())
@example(CHAIN)
def test_rewritten_code_gives_the_same_results_after_the_same_sleeps(sample: Sample) -> None:
    before = ran(sample.files, sample.entries)
    files = rewritten(sample.files)
    shown = "\n".join(f"# {path}\n{text}" for path, text in files.items() if text != sample.files[path])
    assert ran(files, sample.entries) == before, shown
    assert before.complaints == []


def test_a_chain_of_helpers_over_two_files_becomes_a_chain_of_coroutines() -> None:
    files = rewritten(CHAIN.files)
    assert "await asyncio.sleep(n)" in files["one.py"]
    assert "return await help0(n) + 1" in files["two.py"]
    assert "[await help1(i) for i in range(n)]" in files["two.py"]


PAUSE = 0.3
BEAT = 0.01
STALLS = {
    "directly": {"main.py": f"import time\n\n\nasync def work():\n    time.sleep({PAUSE})\n    return 1\n"},
    "through two calls across two files": {
        "low.py": f"import time\n\n\ndef nap():\n    time.sleep({PAUSE})\n\n\ndef wait():\n    nap()\n    return 1\n",
        "main.py": "import low\n\n\nasync def work():\n    return low.wait()\n",
    },
    "in a helper that plain code calls too": {
        "low.py": f"import time\n\n\ndef wait():\n    time.sleep({PAUSE})\n    return 1\n",
        "plain.py": "import low\n\n\ndef main():\n    return low.wait()\n\n\nif __name__ == '__main__':\n    main()\n",
        "main.py": "import low\n\n\nasync def work():\n    return low.wait()\n",
    },
}


async def longest_stall(work: Callable[[], Awaitable[object]]) -> float:
    """Give the longest time between two beats of a task that beats all along while something else runs."""
    loop = asyncio.get_running_loop()
    beats = [loop.time()]

    async def beat() -> None:
        while True:
            await asyncio.sleep(BEAT)
            beats.append(loop.time())

    heart = asyncio.create_task(beat())
    await asyncio.sleep(2 * BEAT)
    assert await work() == 1
    await asyncio.sleep(2 * BEAT)
    heart.cancel()
    return max(later - sooner for sooner, later in pairwise(beats))


@pytest.mark.parametrize("where", STALLS)
def test_the_event_loop_goes_on_during_a_sleep_that_was_rewritten(where: str) -> None:
    files = STALLS[where]
    with loaded(files) as modules:
        assert asyncio.run(longest_stall(modules["main.py"].work)) >= PAUSE
    after = rewritten(files)
    assert after != files
    with loaded(after) as modules:
        assert asyncio.run(longest_stall(modules["main.py"].work)) < PAUSE * 2 / 3


def test_a_helper_that_plain_code_calls_too_is_handed_over_to_a_thread() -> None:
    files = STALLS["in a helper that plain code calls too"]
    after = rewritten(files)
    assert "await asyncio.to_thread(low.wait)" in after["main.py"]
    assert after["low.py"] == files["low.py"]


APP = """\
import time


async def fetch(answers):
    pause = 0.5
    while (answer := next(answers)) is None:
        time.sleep(pause)
        pause *= 2
    return answer


async def twice():
    time.sleep(7)
    return 2
"""
PATCHING = {
    "a decorator": """\
import asyncio
from unittest.mock import call, patch

import app


@patch("app.time.sleep")
def test_it(slept):
    assert asyncio.run(app.fetch(iter([None, None, 3]))) == 3
    assert slept.call_args_list == [call(0.5), call(1.0)]
    asyncio.run(app.twice())
    slept.assert_called_with(7)
""",
    "a block": """\
import asyncio
import time
from unittest import mock

import app


def test_it():
    with mock.patch.object(time, "sleep", side_effect=KeyError) as slept:
        try:
            asyncio.run(app.twice())
        except KeyError:
            pass
        time.sleep.assert_called_once_with(7)
    assert slept.call_count == 1
""",
    "a fake that keeps the time": """\
import asyncio

import pytest

import app


class Clock:
    def __init__(self):
        self.now = 0.0

    def sleep(self, pause):
        self.now += pause


def test_it():
    clock = Clock()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("app.time.sleep", clock.sleep)
        assert asyncio.run(app.fetch(iter([None, None, 3]))) == 3
        assert asyncio.run(app.twice()) == 2
    assert clock.now == 8.5
""",
}


@pytest.mark.parametrize("how", PATCHING)
def test_a_test_that_patches_the_sleep_passes_before_and_after(how: str) -> None:
    files = {"app.py": APP, "test_app.py": PATCHING[how]}
    after = rewritten(files)
    assert "await asyncio.sleep(pause)" in after["app.py"]
    assert "await asyncio.sleep(7)" in after["app.py"]
    assert after["test_app.py"] != files["test_app.py"]
    for each in (files, after):
        started = time.monotonic()
        with loaded(each) as modules:
            modules["test_app.py"].test_it()
        assert time.monotonic() - started < 3, "it really slept"


def test_sleeps_that_a_test_patches_in_an_unknown_way_are_left_to_a_person() -> None:
    test = PATCHING["a decorator"].replace("app.time.sleep", "app.time")
    files = {"app.py": APP, "test_app.py": test}
    assert rewritten(files) == files
    found = survey(whole({path: text.encode() for path, text in files.items()}), codemod()).findings
    assert [finding.safety for finding in found] == [Safety.MANUAL, Safety.MANUAL]
    assert all("test_app.py:7 patches `app.time` and with it replaces all of `time`" in each.message for each in found)
