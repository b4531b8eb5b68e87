import ast
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.codemod.wording import what_fails
from fixbot.model import SourceFile
from tests.engine.rewriting import fixed


def says(body: str, head: str = "import json") -> str:
    text = f"{head}\nasync def f(self, x):\n    try:\n{textwrap.indent(body, ' ' * 8)}\n    except:\n        pass\n"
    module = parse(SourceFile("a.py", text.encode()))
    assert isinstance(module, Module)
    node = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Try))
    return what_fails(Names(module), node)


WORDS = [
    ("json.loads(x)", "json.loads failed"),
    ("self.client.fetch(x)", "client.fetch failed"),
    ("self.fetch(x)", "fetch failed"),
    ("cls.fetch(x)", "fetch failed"),
    ("self(x)", "self failed"),
    ("x.strip(); x.send()", "x.send failed"),
    ("a(); b()", "a failed"),
    ("a = int(x); json.loads(a)", "json.loads failed"),
    ("number = int(x)", "int failed"),
    ("size = len(x)", "size could not be set"),
    ("size = len(x); y = int(x)", "int failed"),
    ("len(x)", "len failed"),
    ("x[0].strip()", "strip failed"),
    ("n = int(x[0].strip())", "int failed"),
    ("x().send()", "x failed"),
    ("x[0].send()", "send failed"),
    ("x[0]()", "This step failed"),
    ("total = 1 / x", "total could not be set"),
    ("first = 1\nsecond = 2", "first could not be set"),
    ("self.total = x[1]", "total could not be set"),
    ("x.a.b = 1", "x.a.b could not be set"),
    ("for row in x:\n    pass", "row could not be set"),
    ("x[1] = 2", "This step failed"),
    ("1 / x", "This step failed"),
    ("try:\n    1 / x\nexcept E:\n    y = 1", "This step failed"),
    ("raise ValueError(x)", "This step failed"),
    ("raise make(x)()", "make failed"),
    ("self.log.info('x'); x.send()", "x.send failed"),
    ("def g():\n    x.send()", "This step failed"),
    ("y = await self.sent", "y could not be set"),
    ("await self.sent", "sent failed"),
    ("await x[0]", "an entry of x could not be read"),
    ("del self.rows[x]", "an entry of rows could not be deleted"),
    ("return self.total", "total could not be read"),
    ("return x[1]", "an entry of x could not be read"),
    ("Logger.trace('x'); x.send()", "x.send failed"),
    ("a(); b(); c(); d()", "a failed"),
]


@pytest.mark.parametrize(("body", "expected"), WORDS)
def test_what_failed_is_said_in_names_of_the_code(body: str, expected: str) -> None:
    assert says(body) == expected


def test_where_many_calls_speak_none_of_them_is_blamed() -> None:
    after = fixed("def f(x):\n    try:\n        x.a(); x.b(); x.c(); x.d()\n    except:\n        pass\n")
    assert 'logger.warning("f failed", exc_info=True)' in after


@pytest.mark.parametrize(
    "body",
    [
        'open("{secret}\'s \\"file\\"")',
        'x["{key}"]("%s", f"{x}")',
        '"{}".format(x)',
        'self.call("""{\n}""").then(lambda: "{x}")',
        "f'{x}'.strip()",
        "x['pass' 'word'].y = '{1}'",
    ],
)
def test_what_failed_holds_no_value_quote_or_brace(body: str) -> None:
    assert not set(says(body)) & set("\"'{}%\\\n")


def test_a_call_that_fits_stands_on_one_line_with_the_function() -> None:
    assert 'logger.warning("x.send failed in f", exc_info=True)' in fixed(
        "def f(x):\n    try: x.send()\n    except: pass\n"
    )


def test_a_call_outside_functions_names_none() -> None:
    assert 'logger.warning("send failed", exc_info=True)' in fixed("try:\n    send()\nexcept:\n    pass\n")


def test_a_longer_call_has_an_argument_a_line() -> None:
    name = "a_function_with_quite_a_long_name"
    after = fixed(f"def {name}(x):\n    try:\n        x.send()\n    except:\n        pass\n")
    assert (
        f'        logger.warning(\n            "x.send failed in {name}",\n            exc_info=True,\n        )\n'
        in after
    )


def test_where_nothing_fits_the_function_is_left_out() -> None:
    name = "a_function_with_a_very_long_name_that_says_everything_twice"
    after = fixed(f"def {name}(x):\n    try:\n        x.send()\n    except:\n        pass\n")
    assert '            "x.send failed",\n' in after
