import ast
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.codemod.catching import awaits, free_name, types_for
from fixbot.model import SourceFile
from tests.engine.rewriting import fixed


def read(text: str) -> tuple[Module, ast.Try, ast.ExceptHandler]:
    module = parse(SourceFile("a.py", textwrap.dedent(text).encode()))
    assert isinstance(module, Module)
    tries = (node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    return next((module, node, handler) for node in tries for handler in node.handlers if handler.type is None)


def handler_in(head: str, inside: str = "pass") -> tuple[Module, ast.Try, ast.ExceptHandler]:
    return read(f"{head}\ndef f(x):\n    {inside}\n    try:\n        x()\n    except:\n        pass\n")


def types(body: str, head: str = "import json, os", *, narrow: str = "complete", before: str = "") -> str:
    inside = textwrap.indent(body, " " * 8)
    text = f"{head}\ndef f(x: str, y):\n    try:\n{inside}\n{before}    except:\n        pass\n"
    module, node, handler = read(text)
    return types_for(module, Names(module), node, handler, narrow=narrow).source


def test_one_type_stands_alone_and_several_in_brackets() -> None:
    assert types("return os.stat(x)") == "OSError"
    assert types("a, b = x.split(); return os.stat(b)") in {"(ValueError, OSError)", "(OSError, ValueError)"}


def test_a_body_that_is_not_understood_gets_exception() -> None:
    assert types("return y.anything()") == "Exception"


def test_narrow_types_are_not_named_where_they_are_not_wanted() -> None:
    assert types("return os.stat(x)", narrow="never") == "Exception"


def test_more_than_four_types_become_exception() -> None:
    body = "import a\nassert x\nint(x)\n[][0]\n{}[1]\nos.stat(x)\n1 / 0\n"
    assert types(body) == "Exception"


def test_a_body_that_raises_nothing_gets_exception() -> None:
    assert types("pass") == "Exception"


def test_a_body_that_raises_more_than_exception_gets_exception() -> None:
    assert types("raise SystemExit") == "Exception"


def test_types_that_an_earlier_clause_catches_are_not_named_again() -> None:
    assert types("int(x); os.stat(x)", before="    except OSError:\n        pass\n") == "ValueError"
    assert types("int(x)", before="    except (ValueError, KeyError):\n        pass\n") == "Exception"


def test_a_type_that_cannot_be_spelled_makes_the_clause_broad() -> None:
    assert types("return os.stat(x)", head="import os\nOSError = 1") == "Exception"


def test_the_guard_of_an_endless_loop_stays_broad() -> None:
    module, node, handler = read("while True:\n    try:\n        int('1')\n    except:\n        pass\n")
    assert types_for(module, Names(module), node, handler, narrow="complete").source == "Exception"


def test_the_evidence_says_what_raises_what_in_the_order_of_lines() -> None:
    module, node, handler = read(
        "import os\ndef f(x: str):\n    try:\n        int(x)\n        os.stat(x)\n    except: pass\n"
    )
    found = types_for(module, Names(module), node, handler, narrow="complete").evidence
    assert [(one.line, one.says) for one in found] == [
        (4, "`int(x)` raises `ValueError`"),
        (5, "`os.stat(x)` raises `OSError`"),
    ]


def test_the_evidence_names_two_unknown_calls_and_counts_the_rest() -> None:
    module, node, handler = read("def f(a, b, c, d):\n    try:\n        a(); b(); c(); d()\n    except: pass\n")
    (found,) = types_for(module, Names(module), node, handler, narrow="complete").evidence
    assert found.says == "`a`, `b` and 2 more may raise anything"


def test_evidence_has_at_most_four_entries_beside_the_offer_and_no_backticks_inside() -> None:
    body = "".join(f"        {{}}[{n}]\n" for n in range(9))
    module, node, handler = read(f"def f(a):\n    try:\n{body}        a()\n    except: pass\n")
    found = types_for(module, Names(module), node, handler, narrow="complete").evidence
    assert len(found) == 5
    assert all(one.says.count("`") % 2 == 0 for one in found)


NAMES = [
    ("pass", "exc"),
    ("exc = 1", "error"),
    ("exc = error = 1", "caught"),
    ("exc = error = caught = 1", "exc_"),
    ("exc = error = caught = exc_ = 1", None),
    ("'exc in a string'", "error"),
    ("excellent = 1", "exc"),
]


@pytest.mark.parametrize(("inside", "expected"), NAMES)
def test_a_name_for_the_error_is_one_that_nothing_around_uses(inside: str, expected: str | None) -> None:
    module, _, handler = handler_in("", inside)
    assert free_name(module, handler) == expected


def test_a_name_that_only_another_function_uses_is_free() -> None:
    module, _, handler = handler_in("def g():\n    exc = 1\n")
    assert free_name(module, handler) == "exc"


def test_a_name_of_the_class_around_is_not_free() -> None:
    module, _, handler = read("class A:\n    exc = 1\n    def f(self):\n        try: a()\n        except: pass\n")
    assert free_name(module, handler) == "error"


@pytest.mark.parametrize(
    ("body", "expected"),
    [("await x", True), ("async for a in x: pass", True), ("async with x: pass", True), ("x()", False)],
)
def test_a_body_that_awaits_is_seen(body: str, *, expected: bool) -> None:
    _, node, _ = read(f"async def f(x):\n    try:\n        {body}\n    except: pass\n")
    assert awaits(node) is expected


def test_nested_handlers_get_names_of_their_own() -> None:
    after = fixed(
        "def f(x, y, z):\n    try:\n        x()\n    except:\n        try:\n            y()\n        except:\n"
        "            if z:\n                raise A('one')\n        raise A('two')\n"
    )
    assert "except Exception as exc:" in after
    assert "except Exception as error:" in after
    assert "raise A('one') from error" in after
    assert "raise A('two') from exc" in after


def test_an_import_that_is_asked_for_an_attribute_may_lack_it() -> None:
    after = fixed("try:\n    import tempfile\n    Temp = tempfile.TemporaryDirectory\nexcept:\n    Temp = None\n")
    assert "except (ImportError, AttributeError):" in after


def test_the_end_of_a_forked_child_is_reached_whatever_is_raised() -> None:
    after = fixed(
        "import os\ndef f(work):\n    if os.fork() == 0:\n        try:\n            work()\n        except:\n"
        "            code = 1\n        os._exit(code)\n"
    )
    assert "except BaseException:" in after


def test_a_traceback_that_is_queued_is_handed_on() -> None:
    after = fixed(
        "import traceback\ndef f(queue, work):\n    try:\n        work()\n    except:\n"
        "        queue.put(traceback.format_exc())\n"
    )
    assert "except BaseException:" in after


def test_a_call_that_carries_the_traceback_already_stays_as_it_is() -> None:
    after = fixed(
        "import logging\nlog = logging.getLogger()\ndef f(work):\n    try:\n        work()\n    except:\n"
        "        log.error('no', exc_info=True)\n"
    )
    assert "except Exception:\n        log.error('no', exc_info=True)" in after


def test_a_logger_that_a_set_up_method_makes_is_used() -> None:
    after = fixed(
        "import logging\nclass Monitor:\n    def __init__(self):\n        self.set_up()\n    def set_up(self):\n"
        "        self.ear = logging.getLogger()\n    def look(self, a):\n        try:\n            a()\n"
        "        except:\n            pass\n"
    )
    assert "self.ear.warning(" in after
    assert after.count("getLogger") == 1


def test_what_is_called_out_of_a_table_may_raise_anything() -> None:
    assert types("y['job'](x)", narrow="likely") == "Exception"
    assert types("y['job']\nos.stat(x)", narrow="likely") != "Exception"


def test_what_only_a_base_class_raises_is_not_named() -> None:
    head = "class Loop:\n    def stop(self): raise NotImplementedError\n"
    assert types("Loop().stop()", head, narrow="likely") == "Exception"
