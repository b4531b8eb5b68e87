import codecs
import sys

import pytest

from tests.engine.rewriting import attempted, fixed, fixed_bytes, refusals

PLAIN = b"""\
import logging
log = logging.getLogger(__name__)
def send(hub):
    try:
        hub.send()
    except:
        pass
"""
PLAIN_AFTER = PLAIN.replace(b"except:", b"except Exception:").replace(
    b"        pass\n", b'        log.warning("hub.send failed in send", exc_info=True)\n'
)


def reraising(body: str) -> tuple[str, str]:
    return body, body.replace("except:", "except BaseException:")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "lone CR"])
def test_line_ends_stay_and_new_lines_get_the_same(end: bytes) -> None:
    assert fixed_bytes(PLAIN.replace(b"\n", end)) == PLAIN_AFTER.replace(b"\n", end)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "lone CR"])
def test_imports_that_are_put_in_get_the_line_ends_of_the_file(end: bytes) -> None:
    before = b"def send(hub):\n    try:\n        hub.send()\n    except:\n        pass\n"
    after = fixed_bytes(before.replace(b"\n", end))
    assert after.startswith(end.join([b"import logging", b"", b"logger = logging.getLogger(__name__)", b"", b"def "]))
    assert after.count(end) == after.replace(end, b"\n").count(b"\n")


def test_mixed_line_ends_stay_where_they_are() -> None:
    before = b"x = 1\r\ny = 2\ndef f(a):\r\n    try:\n        a()\r\n    except:\n        a.close()\r\n        raise\n"
    assert fixed_bytes(before) == before.replace(b"except:", b"except BaseException:")


def test_a_byte_order_mark_stays() -> None:
    assert fixed_bytes(codecs.BOM_UTF8 + PLAIN) == codecs.BOM_UTF8 + PLAIN_AFTER


def test_latin_1_with_its_cookie_stays_latin_1() -> None:
    head = "# -*- coding: latin-1 -*-\n# caf\xe9\n".encode("latin-1")
    tail = 'NAME = "\xfc\xdf"  # \xe4\n'.encode("latin-1")
    assert fixed_bytes(head + PLAIN + tail) == head + PLAIN_AFTER + tail


def test_columns_count_characters_where_wide_ones_stand_on_the_line() -> None:
    before, after = reraising('def f(a):\n    try: a("ü€😀"); b = "é"\n    except: raise\n')
    assert fixed(before) == after


def test_tabs_stay_and_new_lines_are_indented_by_tabs() -> None:
    before = "class A:\n\tdef f(self, a):\n\t\ttry:\n\t\t\ta()\n\t\texcept: pass\n"
    assert "\t\texcept Exception:\n\t\t\tlogger.warning(" in fixed(before)


def test_a_one_line_suite_becomes_a_block_with_the_indentation_of_the_file() -> None:
    before = "class A:\n    def f(self, a):\n        try: a()\n        except: pass\n"
    assert "        except Exception:\n            logger.warning(" in fixed(before)


def test_two_spaces_stay_two_spaces() -> None:
    before = "class A:\n  def f(self, a):\n    try:\n      a()\n    except: pass\n"
    assert "    except Exception:\n      logger.warning(" in fixed(before)


def test_form_feeds_stay() -> None:
    before, after = reraising(
        "x = 1\n\x0c\ndef f(a):\n    try:\n        a()\n    except:\n        raise\n\x0c\ny = 2\n"
    )
    assert fixed(before) == after


def test_characters_that_only_str_splitlines_breaks_at_are_no_line_ends() -> None:
    before, after = reraising('x = "\u2028 \x0b \x1c"\ndef f(a):\n    try:\n        a()\n    except:\n        raise\n')
    assert fixed(before) == after


@pytest.mark.parametrize("last", ["raise", "raise  # again", "raise;", "raise  "])
def test_a_missing_final_newline_stays_missing(last: str) -> None:
    before, after = reraising(f"def f(a):\n    try:\n        a()\n    except:\n        {last}")
    assert fixed(before) == after


def test_blank_lines_and_spaces_at_the_end_stay() -> None:
    before, after = reraising("def f(a):  \n    try:\n        a()  \n    except:\n        raise\n\n\n  \n\n")
    assert fixed(before) == after


def test_comments_between_handlers_stay() -> None:
    before, after = reraising(
        "def f(a):\n    try:  # one\n        a()\n    # two\n    except KeyError:  # three\n        raise\n"
        "  # four, oddly indented\n    # five\n    except:  # six\n        # seven\n        raise  # eight\n"
        "    # nine\n    else:  # ten\n        pass\n    finally:  # eleven\n        a.close()\n# twelve\n"
    )
    assert fixed(before) == after


def test_a_comment_beside_pass_stays_beside_the_log_call_where_it_fits() -> None:
    before = PLAIN.replace(b"pass", b"pass  # why")
    assert b"exc_info=True)  # why\n" in fixed_bytes(before)


def test_a_comment_that_would_not_fit_stands_above_the_log_call() -> None:
    before = PLAIN.replace(b"pass", b"pass  # a long reason for staying silent here")
    assert b"        # a long reason for staying silent here\n        log.warning(" in fixed_bytes(before)


def test_decorators_stay() -> None:
    before, after = reraising(
        "@ first\n@second(\n    1)  # why\nclass A:\n    @property\n    def f(self):\n"
        "        try:\n            self.a()\n"
        "        except:\n            raise\n"
    )
    assert fixed(before) == after


def test_a_try_below_elif_is_reached() -> None:
    before, after = reraising(
        "if a:\n    pass\nelif b:\n    try:\n        c()\n    except:\n        raise\nelif d:\n"
        "    try:\n        e()\n    except:\n        raise\nelse:\n    pass\n"
    )
    assert fixed(before) == after


def test_semicolons_stay() -> None:
    before, after = reraising(
        "def f(a):\n    x = 1; y = 2;\n    try: a(); a()\n    except: x = 3; raise\n    z = 4; w = 5\n"
    )
    assert fixed(before) == after


def test_semicolons_of_a_one_line_suite_stay_where_a_log_call_comes_before_it() -> None:
    after = fixed("def f(a):\n    try: a()\n    except: x = 3; y = 4\n")
    assert after.endswith('        logger.warning("a failed in f", exc_info=True)\n        x = 3; y = 4\n')


def test_a_comment_beside_a_one_line_suite_stays() -> None:
    after = fixed("def f(a):\n    try: a()\n    except: pass  # why\n")
    assert "    except Exception:  # why\n        logger.warning(" in after


def test_backslash_continuations_stay() -> None:
    before, after = reraising(
        "def f(a):\n    try:\n        x = 1 + \\\n   2\n        a()\n    except:\n        x = \\\n  3\n        raise\n"
    )
    assert fixed(before) == after


def test_a_backslash_between_except_and_its_colon_stays() -> None:
    before, after = (
        "def f(a):\n    try:\n        a()\n    except \\\n  :\n        raise\n",
        "except BaseException \\\n  :\n",
    )
    assert after in fixed(before)


def test_spaces_between_except_and_its_colon_go() -> None:
    assert "    except BaseException:\n" in fixed("def f(a):\n    try:\n        a()\n    except  :\n        raise\n")


def test_a_try_after_a_backslash_is_edited_with_the_statement_around_it() -> None:
    before, after = reraising(
        "def f(a):\n    if a: \\\n        pass\n    try:\n        a()\n    except:\n        raise\n"
    )
    assert fixed(before) == after


def test_nested_handlers_are_rewritten_in_one_pass() -> None:
    before, after = reraising(
        "def f(a):\n    try:\n        try:\n            a()\n        except:\n            raise\n    except:\n"
        "        try:\n            a()\n        except:\n            raise\n        raise\n"
    )
    done = attempted(before)
    assert done.rewrite is not None
    assert done.rewrite.after.decode() == after
    assert len(done.rewrite.findings) == 3


def test_many_handlers_of_one_function_are_rewritten_together() -> None:
    part = "    try:\n        a()\n    except:\n        raise\n"
    before, after = reraising("def f(a):\n" + part * 12)
    assert fixed(before) == after


def test_async_code_is_rewritten() -> None:
    before, after = reraising(
        "async def f(a):\n    async with a as b:\n        async for c in b:\n            try:\n"
        "                await c\n"
        "            except:\n                raise\n"
    )
    assert fixed(before) == after


def test_a_try_inside_match_is_rewritten() -> None:
    before, after = reraising(
        "def f(a):\n    match a:\n        case {'k': [1, *rest], **more} if rest:\n"
        "            try:\n                a()\n"
        "            except:\n                raise\n        case _: pass\n"
    )
    assert fixed(before) == after


def test_a_try_inside_a_class_body_is_rewritten() -> None:
    before, after = reraising("class A:\n    x = 1\n    try:\n        y = z()\n    except:\n        raise\n    w = 2\n")
    assert fixed(before) == after


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 came with Python 3.12")
def test_type_parameters_stay() -> None:
    before, after = reraising(
        "type A[T] = list[T]\ndef f[T: int](a: T):\n    try:\n        a()\n    except:\n        raise\n"
    )
    assert fixed(before) == after


def test_strings_that_look_like_code_stay() -> None:
    before, after = reraising(
        '"""\ntry:\n    x\nexcept :\n    pass\n"""\ndef f(a):\n    try:\n        a()\n    except:\n        raise\n'
    )
    assert fixed(before) == after


def test_a_string_at_the_left_margin_inside_the_try_stays() -> None:
    before, after = reraising('def f(a):\n    try:\n        a("""\nx\n  y\n""")\n    except:\n        raise\n')
    assert fixed(before) == after


def test_oddly_formatted_code_around_the_handler_stays() -> None:
    before, after = reraising(
        "def f ( a ,b=1 ) :\n    x=[ 1,2 ,\n3 ]\n    try :\n        a( x )\n    except:\n        raise\n    return(x)\n"
    )
    assert fixed(before) == after


def test_a_statement_on_the_line_of_its_def_is_reached_through_the_def() -> None:
    before, after = reraising("class A:\n    x = 1; y = 2\nif 1:\n    try: a()\n    except: raise\n")
    assert fixed(before) == after


def test_a_file_that_does_not_parse_is_left_alone() -> None:
    assert attempted("def f(:\n    try:\n        a()\n    except:\n        raise\n").rewrite is None


def test_a_file_that_does_not_compile_is_refused_with_the_reason() -> None:
    (because,) = refusals("return 1\ntry:\n    a()\nexcept:\n    raise\n")
    assert because.startswith("does not compile as it stands: line 1")


def test_a_deep_file_is_refused_and_does_not_crash() -> None:
    deep = "x = " + "-" * 3000 + "1\n"
    done = attempted(deep + "try:\n    a()\nexcept:\n    raise\n")
    assert done.rewrite is None or b"except BaseException:" in done.rewrite.after


def test_code_that_libcst_cannot_read_is_refused_with_the_reason() -> None:
    (because,) = refusals("x = 1\ntry:\n    (c): int = 1\n    a()\nexcept: raise\n")
    assert because.startswith("LibCST cannot read line 2: ")
