import io
import itertools
import tokenize
from collections import Counter

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from fixbot.codemod import Safety
from fixbot.engine import rewrite
from fixbot.model import Rewrite, SourceFile, Untouched
from fixbot.shell import ruff
from tests.engine.rewriting import BARE_EXCEPT, attempted

HEADS = (
    "",
    '"""Doc."""\n',
    "import os\n",
    "import logging\n",
    "import logging\nlogger = logging.getLogger(__name__)\n",
    "import logging as lg\nlog = lg.getLogger('x')\n",
    "from logging import getLogger\nlogger = getLogger()\nlogger = None\n",
    "import logging\nif len(__name__) > 99:\n    logger = logging.getLogger()\n",
    "import logging\nlogger = logging.getLogger()\ndel logger\n",
    "import logging\nlogger: logging.Logger = logging.getLogger()\ndel logging\n",
    "logger = _logger = None\n",
    "try:\n    import nothing_of_that_name\nexcept:\n    nothing_of_that_name = None\n",
    "try:\n    boom()\nexcept:\n    pass\n",
    "def early(call):\n    try:\n        call()\n    except:\n        pass\nearly(boom)\n",
    "class Early:\n    try:\n        boom()\n    except:\n        x = 1\n",
    "for logger in range(3):\n    pass\n",
)
METHOD = "    def g(self, call):\n        try:\n            call()\n        except:\n            pass\n"
INIT = "    def __init__(self, call):\n        self.g(call)\n        self.log = l2.getLogger()\n"
NESTED = "    except:\n        try:\n            call()\n        except: pass\n"
FUNCTIONS = (
    "def f(call):\n    try:\n        call()\n    except:\n        pass\n",
    "def f(call, logger=None):\n    try:\n        call()\n    except:\n        return logger\n",
    "def f(call, logging=None):\n    try:\n        call()\n    except:\n        return logging\n",
    "def f(call):\n    try:\n        call()\n    except:\n        x = 1\n    logger = 2\n    return logger\n",
    "def f(call):\n    import logging\n    try:\n        call()\n    except:\n        pass\n",
    "def f(call):\n    def g():\n        try:\n            call()\n        except: pass\n    return g()\n",
    "def f(call):\n    global logger\n    try:\n        call()\n    except: pass\n    logger = None\n",
    f"class A:\n{METHOD}def f(call):\n    A().g(call)\n",
    f"import logging as l2\nclass A:\n    log = l2.getLogger('x')\n{METHOD}def f(call):\n    A().g(call)\n",
    f"import logging as l2\nclass A:\n{INIT}{METHOD}def f(call):\n    A(call)\n",
    f"def f(call):\n    try:\n        call()\n{NESTED}",
    "def f(c):\n    try:\n        try:\n            c()\n        except: raise KeyError(1)\n    except: pass\n",
)
TAILS = (
    "",
    "import logging\n",
    "import logging\nlogger = logging.getLogger()\n",
    "logger = None\n",
    "def reset():\n    global logger\n    logger = None\nreset()\n",
    "try:\n    boom()\nexcept:\n    logger = None\n",
)


def boom() -> None:
    message = "what the handlers are there for"
    raise ValueError(message)


def run(source: str) -> BaseException | None:
    try:
        exec(compile(source, "sample.py", "exec"), {"__name__": "sample", "boom": boom})  # noqa: S102 - our own text
    except Exception as exc:  # noqa: BLE001 - whatever it is, the test wants to see it
        return exc
    return None


def modules() -> st.SearchStrategy[str]:
    calls = st.sampled_from(["", "f(boom)\n"])
    parts = (st.lists(st.sampled_from(HEADS), max_size=2).map("".join), st.sampled_from(FUNCTIONS), calls)
    return st.tuples(*parts, st.sampled_from(TAILS), st.just("f(boom)\n")).map("".join)


@settings(max_examples=80, deadline=None)
@given(modules())
@example("".join([*HEADS[:5], FUNCTIONS[0], "f(boom)\n", TAILS[2]]))
def test_a_logger_that_is_not_bound_is_never_called(before: str) -> None:
    assume(run(before) is None)
    done = attempted(before)
    assert done.rewrite is not None
    after = done.rewrite.after.decode()
    assert run(after) is None, after


def test_ruff_finds_no_undefined_name_more_than_before() -> None:
    found = []
    tails = itertools.cycle(TAILS)
    for head, function in itertools.product(HEADS, FUNCTIONS):
        tail = next(tails)
        done = attempted(head + function + tail)
        assert done.rewrite is not None
        found.append(done.rewrite)
    for one, opinion in zip(found, ruff.ask(found, ruff.Style(select=("E402",))), strict=True):
        was, now = (Counter(said.code for said in side) for side in (opinion.before, opinion.after))
        assert now["F821"] <= was["F821"], one.after.decode()


SIMPLE = st.sampled_from(
    ["a()", "pass", "x = 1", "a(); b()", "x = [1,  2]", "return None", 'c = "# no comment"', "a(\n1)"]
)
HANDLED = st.sampled_from(["pass", "raise", "log.error('x')", "x = None", "raise E(1)", "print('x'); y = 1", "return"])
COMMENTS = st.sampled_from(["", "", "  # why", "  # ü € 😀"])
CLAUSES = st.sampled_from(["except:", "except:", "except :", "except KeyError:", "except (A, B) as e:"])


@st.composite
def blocks(draw: st.DrawFn, step: str, depth: int) -> list[str]:
    lines = []
    for _ in range(draw(st.integers(1, 2))):
        if depth and draw(st.booleans()):
            lines += draw(tries(step, depth - 1))
        else:
            lines.append(draw(SIMPLE) + draw(COMMENTS))
    return lines


@st.composite
def tries(draw: st.DrawFn, step: str, depth: int) -> list[str]:
    def inside(lines: list[str]) -> list[str]:
        return [step + line.replace("\n", "\n" + step) for line in lines]

    lines = ["try:" + draw(COMMENTS), *inside(draw(blocks(step, depth)))]
    clauses = draw(st.lists(CLAUSES, min_size=1, max_size=3))
    for clause in [
        *(one for one in clauses if one[6:].strip(" :")),
        *[c for c in clauses if not c[6:].strip(" :")][:1],
    ]:
        body = [draw(HANDLED) + draw(COMMENTS), *(draw(blocks(step, depth)) if draw(st.booleans()) else [])]
        one_line = len(body) == 1 and draw(st.booleans())
        lines += [f"{clause} {body[0]}"] if one_line else [clause + draw(COMMENTS), *inside(body)]
        if draw(st.booleans()):
            lines.append("# between")
    for word in ("else", "finally"):
        if draw(st.integers(0, 3)) == 0:
            lines += [f"{word}:", *inside(draw(blocks(step, 0)))]
    return lines


@st.composite
def functions(draw: st.DrawFn) -> bytes:
    step = draw(st.sampled_from(["    ", "  ", "\t"]))
    body = draw(tries(step, 2))
    lines = [
        "# first",
        "def f(a, b, log):",
        *(step + line.replace("\n", "\n" + step) for line in body),
        "y = [ 1 ]",
        "# last",
    ]
    head = draw(st.sampled_from([[], ['"""Doc."""', ""], ["import os", "", "import sys"], ["x = 1;  z = 2"]]))
    text = "\n".join([*head, *lines]) + draw(st.sampled_from(["\n", "", "\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))).encode()


def comments(content: bytes) -> Counter[str]:
    text = io.StringIO(content.decode().replace("\r\n", "\n").replace("\r", "\n"))
    return Counter(t.string for t in tokenize.generate_tokens(text.readline) if t.type == tokenize.COMMENT)


@settings(max_examples=100, deadline=None)
@given(functions())
def test_a_rewrite_settles_compiles_and_keeps_everything_outside_its_findings(before: bytes) -> None:
    source = SourceFile("a.py", before)
    outcome = rewrite(source, BARE_EXCEPT, limit=Safety.REVIEW)
    if isinstance(outcome, Untouched):
        assert outcome.reason == "nothing to rewrite"
        return
    assert isinstance(outcome, Rewrite)
    compile(outcome.after, "a.py", "exec")
    assert rewrite(SourceFile("a.py", outcome.after), BARE_EXCEPT) == Untouched("a.py", "nothing to rewrite")
    assert comments(outcome.after) == comments(before)
    covered = {line for one in outcome.findings for line in range(one.line, one.end_line + 1)}
    outside = [line for number, line in enumerate(before.splitlines(keepends=True), 1) if number not in covered]
    after = iter(outcome.after.splitlines(keepends=True))
    assert all(line in after for line in outside)
    assert attempted(before, "a.py").rewrite == outcome
