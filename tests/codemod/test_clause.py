import libcst as cst
import pytest

from fixbot.codemod.clause import with_cause, with_first, with_traceback, with_types


def handler(body: str, clause: str = "except:") -> cst.ExceptHandler:
    found = cst.ensure_type(cst.parse_statement(f"try:\n    a()\n{clause}{body}"), cst.Try).handlers[0]
    return cst.ensure_type(found, cst.ExceptHandler)


def block(*lines: str) -> str:
    return "\n" + "".join(f"    {line}\n" for line in lines)


def code(node: cst.ExceptHandler) -> str:
    return cst.Module([]).code_for_node(node)


def test_a_clause_gets_its_types() -> None:
    assert code(with_types(handler(block("pass")), "(A, b.C)", None)) == "except (A, b.C):" + block("pass")


def test_a_clause_gets_its_name() -> None:
    assert code(with_types(handler(block("pass")), "A", "exc")) == "except A as exc:" + block("pass")


def test_odd_spaces_of_a_clause_go() -> None:
    assert code(with_types(handler(block("pass"), "except  :"), "A", None)) == "except A:" + block("pass")


def test_a_statement_takes_the_place_of_a_lone_pass() -> None:
    assert code(with_first(handler(block("pass  # why")), "log()", 4)) == "except:" + block("log()  # why")


def test_a_statement_comes_before_what_else_is_there() -> None:
    assert code(with_first(handler(block("x = 1", "pass")), "log()", 4)) == "except:" + block("log()", "x = 1", "pass")


def test_comments_at_the_head_of_the_body_stay_where_they_were() -> None:
    before = handler(block("# first", "pass"))
    assert code(with_first(before, "log()", 4)) == "except:" + block("# first", "log()")


def test_what_is_put_first_is_a_simple_statement() -> None:
    with pytest.raises(TypeError, match="not a simple statement: if x: y"):
        with_first(handler(block("pass")), "if x: y", 4)


CAUSES = [
    ("raise A()", "raise A() from e"),
    ("raise a.B", "raise a.B from e"),
    ("raise A", "raise A from e"),
    ("raise", "raise"),
    ("raise a", "raise a"),
    ("raise A() from b", "raise A() from b"),
    ("raise A() from None", "raise A() from None"),
    ("if x: raise A()", "if x: raise A() from e"),
]


@pytest.mark.parametrize(("before", "after"), CAUSES)
def test_what_raises_something_new_names_its_cause(before: str, after: str) -> None:
    assert code(with_cause(handler(block(before)), "e")) == "except:" + block(after)


@pytest.mark.parametrize(
    "body",
    [
        block("def f():", "    raise A()"),
        block("class B:", "    raise A()"),
        block("try:", "    x()", "except C:", "    raise A()"),
    ],
)
def test_what_is_only_defined_or_handled_there_names_no_cause(body: str) -> None:
    assert code(with_cause(handler(body), "e")) == "except:" + body


TRACEBACKS = [
    ("log.error('x')", "log.exception('x')"),
    ("self.logger.error('x %s', y)", "self.logger.exception('x %s', y)"),
    ("log.warning('x')", "log.warning('x', exc_info=True)"),
    ("log.warning('x',)", "log.warning('x', exc_info=True,)"),
    ("log.critical('x', y)", "log.critical('x', y, exc_info=True)"),
    ("log.error()", "log.error()"),
    ("print('x')", "print('x')"),
    ("log.level('x')", "log.level('x')"),
    ("a.warning('x')", "a.warning('x')"),
    ("log('x')", "log('x')"),
    ("f = lambda: log.error('x')", "f = lambda: log.error('x')"),
]


@pytest.mark.parametrize(("before", "after"), TRACEBACKS)
def test_a_log_call_carries_the_traceback(before: str, after: str) -> None:
    assert code(with_traceback(handler(block(before)), 4)) == "except:" + block(after)


def test_only_the_first_log_call_carries_the_traceback() -> None:
    before = handler(block("log.info('x')", "log.error('y')"))
    assert code(with_traceback(before, 4)) == "except:" + block("log.info('x', exc_info=True)", "log.error('y')")


def test_a_log_call_that_grows_too_long_gets_an_argument_a_line() -> None:
    text = "x" * 50
    before = handler(block(f"log.warning('{text}', y)"))
    after = block("log.warning(", f"    '{text}',", "    y,", "    exc_info=True,", ")")
    assert code(with_traceback(before, 4)) == "except:" + after


def test_a_log_call_with_an_argument_a_line_gets_one_more() -> None:
    before = handler(block("log.warning(", "    'x',", "    y,", ")"))
    after = block("log.warning(", "    'x',", "    y,", "    exc_info=True,", ")")
    assert code(with_traceback(before, 4)) == "except:" + after
