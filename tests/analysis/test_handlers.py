import ast
import textwrap

import pytest

from fixbot.analysis import handlers
from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.model import SourceFile


def read(source: str) -> tuple[Module, ast.Try, ast.ExceptHandler]:
    """Return the first bare handler of a source."""
    module = parse(SourceFile("a.py", textwrap.dedent(source).encode()))
    assert isinstance(module, Module)
    tries = (node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    return next((module, node, handler) for node in tries for handler in node.handlers if handler.type is None)


def around(body: str, handler: str = "pass", head: str = "", before: str = "pass", after: str = "pass") -> str:
    """Return a function with this body of `try` and this handler."""
    parts = [
        head,
        "async def f(a, task):",
        textwrap.indent(before, " " * 4),
        "    try:",
        textwrap.indent(body, " " * 8),
    ]
    return "\n".join([*parts, "    except:", textwrap.indent(handler, " " * 8), textwrap.indent(after, " " * 4)])


def broad(source: str) -> str | None:
    module, node, handler = read(source)
    return handlers.stays_broad(module, Names(module), node, handler)


RERAISING = [
    "raise",
    "a()\nraise",
    "if a:\n    raise\nelse:\n    b()\n    raise",
    "if a:\n    raise ValueError\nelse:\n    raise",
    "try:\n    a()\nfinally:\n    b()\nraise",
    "try:\n    raise\nfinally:\n    b()",
    "six.reraise(*sys.exc_info())",
]


@pytest.mark.parametrize("handler", RERAISING)
def test_a_handler_reraises_that_passes_on_whatever_was_caught(handler: str) -> None:
    assert handlers.always_reraises(read(around("a()", handler))[2].body)


NOT_RERAISING = [
    "pass",
    "raise ValueError",
    "if a:\n    raise",
    "if a:\n    return 1\nraise",
    "for b in a:\n    continue\nraise",
    "if a:\n    raise\nelse:\n    pass",
    "try:\n    raise\nexcept ValueError:\n    pass",
    "try:\n    raise\nfinally:\n    return 1",
    "def g():\n    raise\ng()",
]


@pytest.mark.parametrize("handler", NOT_RERAISING)
def test_a_handler_does_not_reraise_that_may_end_otherwise(handler: str) -> None:
    assert not handlers.always_reraises(read(around("a()", handler))[2].body)


BROAD = {
    "a handler that names SystemExit": ("a()", "if isinstance(e, SystemExit):\n    pass", "", "`SystemExit` is named"),
    "a body that raises KeyboardInterrupt": ("raise KeyboardInterrupt", "pass", "", "`KeyboardInterrupt` is named"),
    "a body that names asyncio.CancelledError": ("a(asyncio.CancelledError)", "pass", "", "`CancelledError` is named"),
    "a body that exits": ("import sys\na()", "pass", "import sys\nsys.exit(1)", None),
    "sys.exit": ("sys.exit(a)", "pass", "import sys", "`sys.exit` in the body"),
    "exit": ("exit(1)", "pass", "", "`exit` in the body"),
    "exec": ("exec(a)", "pass", "", "`exec` in the body"),
    "exec where a star import leaves it open": ("exec(a)", "pass", "from x import *", "`exec` in the body"),
    "a parser of arguments": ("a.parse_args()", "pass", "", "ends with `SystemExit` on bad arguments"),
    "runpy": ("runpy.run_path(a)", "pass", "import runpy", "`runpy.run_path` in the body"),
    "a child that ends its process": ("a()", "os._exit(1)", "import os", "ends the process here"),
    "a child that ends its process by an imported name": (
        "a()",
        "_exit(1)",
        "from os import _exit",
        "ends the process",
    ),
    "a future": ("a()", "task.set_exception(b)", "", "`set_exception` hands whatever was raised"),
    "a generator that is told": ("a()", "task.throw(b)", "", "`throw` hands whatever was raised"),
    "an error kept on an object": ("a()", "a.e = sys.exc_info()", "import sys", "`a.e` keeps whatever was raised"),
    "an error kept in a mapping": ("a()", "a[1] = sys.exc_info()[1]", "import sys", "`a[1]` keeps whatever"),
    "an error kept by way of a name": ("a()", "e = sys.exc_info()\na.e = e[1]", "import sys", "`a.e` keeps whatever"),
    "an error that is collected": ("a()", "b.append(sys.exc_info())", "import sys", "`b.append` hands whatever"),
    "an error that is queued by way of a name": ("a()", "e = sys.exc_info()\nb.put(e)", "import sys", "`b.put` hands"),
    "a task cancelled in the body": ("task.cancel()\nawait task", "pass", "", "makes `CancelledError` what is awaited"),
    "eventlet": ("a()", "pass", "import eventlet", "eventlet's time-outs"),
    "gevent": ("a()", "pass", "from gevent import monkey", "gevent's time-outs"),
}


@pytest.mark.parametrize("case", BROAD)
def test_a_handler_stays_broad_for(case: str) -> None:
    body, handler, head, because = BROAD[case]
    said = broad(around(body, handler, head))
    assert said is None if because is None else because in (said or "")


def test_a_handler_stays_broad_for_a_task_cancelled_before() -> None:
    said = broad(around("await task", before="task.cancel()"))
    assert said is not None
    assert "`task.cancel()`" in said


def test_a_task_that_is_cancelled_later_does_not_matter() -> None:
    assert broad(around("await task", after="task.cancel()")) is None


def test_a_handler_stays_broad_where_the_error_is_raised_after_it() -> None:
    head = "import sys"
    handler = "new = sys.exc_info()\nfix(new)\nold = new"
    said = broad(around("a()", handler, head, after="if old:\n    raise old[1]"))
    assert said == "`old` keeps whatever was raised for later"


NARROW = {
    "a clause that deals with SystemExit": "try:\n    b()\nexcept SystemExit:\n    pass",
    "an ordinary call": "a()",
    "a function that is only defined": "def g():\n    sys.exit(1)",
}


@pytest.mark.parametrize("case", NARROW)
def test_a_handler_need_not_stay_broad_for(case: str) -> None:
    assert broad(around(NARROW[case], head="import sys")) is None


@pytest.mark.parametrize(
    "handler",
    ["t, e, tb = sys.exc_info()\nprint(e)", "a.log(sys.exc_info())", "b.append(1)", "x.append(sys.exc_info)", "b = a"],
)
def test_an_error_that_is_only_shown_is_not_kept(handler: str) -> None:
    assert broad(around("a()", handler, "import sys")) is None


def test_a_clause_before_that_swallows_system_exit_leaves_the_rest_to_the_last() -> None:
    source = "try:\n    a()\nexcept SystemExit as e:\n    code = e.code\nexcept:\n    code = 1\n"
    assert "`SystemExit`" in (broad(source) or "")


@pytest.mark.parametrize("clause", ["Exception", "(KeyError, Exception)"])
def test_a_clause_before_that_catches_exception_leaves_what_is_beyond_it(clause: str) -> None:
    source = f"try:\n    a()\nexcept {clause}:\n    pass\nexcept:\n    b()\n"
    assert "catches `Exception`" in (broad(source) or "")


@pytest.mark.parametrize("clause", ["SystemExit", "(KeyboardInterrupt, SystemExit)", "KeyboardInterrupt", "ValueError"])
def test_a_clause_before_that_passes_exits_on_leaves_nothing_to_the_last(clause: str) -> None:
    assert broad(f"try:\n    a()\nexcept {clause}:\n    raise\nexcept:\n    code = 1\n") is None


def test_clauses_before_that_swallow_both_leave_nothing_to_the_last() -> None:
    source = "try:\n    a()\nexcept SystemExit:\n    pass\nexcept KeyboardInterrupt:\n    pass\nexcept:\n    code = 1\n"
    assert broad(source) is None


@pytest.mark.parametrize(
    "body",
    [
        "input()",
        "server.serve_forever()",
        "root.mainloop()",
        "signal.pause()",
        "getpass.getpass()",
        "yield 1",
        "yield from a",
    ],
)
def test_a_person_or_a_generator_s_end_is_seen(body: str) -> None:
    assert handlers.may_be_ended_by_hand(read(around(body).replace("async ", ""))[1]) is not None


@pytest.mark.parametrize("body", ["a()", "def g():\n    yield 1", "input", "lambda: input()"])
def test_a_body_that_waits_for_nobody_is_seen(body: str) -> None:
    assert handlers.may_be_ended_by_hand(read(around(body))[1]) is None


LOOPS = [
    ("while True:", True),
    ("while 1:", True),
    ("while not False:", True),
    ("while a.b():", False),
    ("for x in y:", False),
    ("if x:", False),
]


@pytest.mark.parametrize(("loop", "endless"), LOOPS)
def test_the_guard_of_an_endless_loop_is_seen(loop: str, *, endless: bool) -> None:
    module, node, _ = read(f"def f():\n    {loop}\n        try:\n            a()\n        except:\n            pass\n")
    assert handlers.is_main_loop(module, node) is endless


def test_a_function_inside_an_endless_loop_is_no_guard() -> None:
    source = "while True:\n    def f():\n        try:\n            a()\n        except:\n            pass\n"
    module, node, _ = read(source)
    assert not handlers.is_main_loop(module, node)


@pytest.mark.parametrize(
    "handler",
    [
        "traceback.print_exc()",
        "sys.exc_info()",
        "from traceback import format_exc\nformat_exc()",
        "log.info('x', exc_info=sys.exc_info())",
        "self.handle_error(request)",
        "self._print_exception()",
        "report_error()",
        "showtraceback()",
    ],
)
def test_a_handler_that_asks_for_the_error_uses_it(handler: str) -> None:
    assert handlers.uses_error(read(around("a()", handler, "import sys, traceback"))[2])


@pytest.mark.parametrize(
    "handler", ["pass", "print('failed')", "errors += 1", "self.errors()", "def g():\n    report_error()"]
)
def test_a_handler_that_does_not_ask_for_the_error_does_not_use_it(handler: str) -> None:
    assert not handlers.uses_error(read(around("a()", handler))[2])


@pytest.mark.parametrize(
    "handler", ["raise", "raise ValueError", "if a:\n    raise", "sys.exit(1)", "self.fail(a)", "quit()", "os._exit(2)"]
)
def test_a_handler_that_raises_or_ends_the_program_raises(handler: str) -> None:
    assert handlers.raises(read(around("a()", handler))[2])


@pytest.mark.parametrize("handler", ["pass", "def g():\n    raise ValueError", "exit", "self.exit()"])
def test_a_handler_that_goes_on_does_not_raise(handler: str) -> None:
    assert not handlers.raises(read(around("a()", handler))[2])


def new_raises(handler: str) -> list[str]:
    return [ast.unparse(node) for node in handlers.new_raises(read(around("a()", handler))[2])]


def test_new_errors_without_a_cause_are_found() -> None:
    found = new_raises("if a:\n    raise ValueError(1)\nraise errors.Missing")
    assert sorted(found) == ["raise ValueError(1)", "raise errors.Missing"]


@pytest.mark.parametrize(
    "handler",
    [
        "raise",
        "raise ValueError from None",
        "raise ValueError from e",
        "raise e",
        "raise self.error",
        "try:\n    b()\nexcept KeyError:\n    raise ValueError",
        "def g():\n    raise ValueError",
    ],
)
def test_other_raises_are_no_new_errors_without_a_cause(handler: str) -> None:
    assert new_raises(handler) == []


@pytest.mark.parametrize(
    "call",
    [
        "logger.error('x')",
        "self.log.warning('x')",
        "logging.getLogger('x').info('y')",
        "logger.bind(a=1).exception('x')",
        "logger.opt(lazy=True).debug('x')",
        "LOG.critical('x')",
    ],
)
def test_a_call_that_logs_is_seen(call: str) -> None:
    assert len(handlers.log_calls(read(around("a()", call))[2])) == 1


@pytest.mark.parametrize(
    "call", ["print('x')", "a.error('x')", "logger('x')", "logger.level", "math.log(2)", "self.warning('x')"]
)
def test_a_call_that_does_not_log_is_seen(call: str) -> None:
    assert handlers.log_calls(read(around("a()", call))[2]) == []
