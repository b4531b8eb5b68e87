from __future__ import annotations

import textwrap

import pytest

from fixbot.model import Safety
from tests.codemod.trying import fixed_by, found

SLUG = "lost-cause"

# What ruff's B904 marks: line numbers of what must be found, of what must not.
MARKED = """\
def marked(work, other):
    try:
        work()
    except ValueError:
        if other:
            raise TypeError  # marked
        raise LookupError("x")  # marked
    except AssertionError:
        raise
    except OSError as err:
        for _ in other:
            raise RuntimeError("no")  # marked
    except KeyError as err:
        raise err
    except IndexError as err:
        raise other  # marked, and left to a person
    finally:
        raise RuntimeError("not in a handler")
    try:
        work()
    except ValueError as err:
        match other:
            case 0:
                raise RuntimeError("in a case")  # marked
        with other:
            raise RuntimeError("in a with")  # marked
        while other:
            raise RuntimeError("in a loop")  # marked
        try:
            raise RuntimeError("caught there")
        except RuntimeError:
            pass

        def later():
            raise NameError

        class Later:
            def name(self):
                raise AttributeError
"""


def test_all_that_ruff_marks_is_found_and_nothing_else() -> None:
    lines = {place.line for finding in found(SLUG, MARKED) for place in finding.evidence}
    assert lines == {at for at, line in enumerate(MARKED.splitlines(), 1) if "# marked" in line}


def test_a_variable_is_left_to_a_person_while_the_others_are_rewritten() -> None:
    manual = [finding.line for finding in found(SLUG, MARKED) if finding.safety is Safety.MANUAL]
    assert [MARKED.splitlines()[line - 1].strip() for line in manual] == ["except IndexError as err:"]


def handler(clause: str, body: str, *, head: str = "", before: str = "") -> str:
    inner = textwrap.indent(textwrap.dedent(body), " " * 8)
    return f"{head}\ndef work(job, x=1):\n    {before or 'pass'}\n    try:\n        job()\n    {clause}\n{inner}\n"


@pytest.mark.parametrize(
    ("clause", "written"),
    [
        ("except ValueError:", "except ValueError as exc:"),
        ("except(ValueError):", "except(ValueError) as exc:"),
        ("except (ValueError, KeyError):  # both", "except (ValueError, KeyError) as exc:  # both"),
        ("except* ValueError:", "except* ValueError as exc:"),
        ("except ValueError as e:", "except ValueError as e:"),
    ],
)
def test_the_clause_gets_a_name_where_it_has_none(clause: str, written: str) -> None:
    after = fixed_by(SLUG, handler(clause, "raise TypeError(x)"))
    assert f"    {written}\n" in after


def test_the_name_that_the_file_uses_for_errors_is_taken() -> None:
    head = "try:\n    import fast\nexcept ImportError as err:\n    print(err)\n"
    assert "raise TypeError from err" in fixed_by(SLUG, handler("except OSError:", "raise TypeError", head=head))


def test_a_name_that_the_function_uses_is_not_taken() -> None:
    after = fixed_by(SLUG, handler("except OSError:", "raise TypeError(error)", before="exc = error = 1"))
    assert "except OSError as caught:" in after


@pytest.mark.parametrize(
    "body",
    [
        "raise SystemExit(1)",
        "raise typer.Exit(code=1)",
        "raise click.Abort()",
        "raise StopIteration",
        "raise KeyboardInterrupt",
        "raise exc",
        "raise exc.with_traceback(None)",
        "raise exc.errors[0]",
        "raise TypeError from exc",
        "raise TypeError from None",
        "raise",
        "sys.exit(1)",
        "return TypeError(x)",
    ],
)
def test_nothing_is_said_of_what_has_or_needs_no_cause(body: str) -> None:
    assert found(SLUG, handler("except OSError as exc:", body)) == ()


@pytest.mark.parametrize(
    ("body", "because"),
    [
        ("raise convert(exc)", "is given the error"),
        ("raise exc.as_http()", "is given the error"),
        ("raise convert(sys.exc_info())", "is given the error"),
        ("raise x", "may be an error that was raised before"),
        ("raise ERRORS[0]", "may be an error that was raised before"),
        ("for exc in x:\n    pass\nraise TypeError", "gives the name `exc` to something else"),
        ("try:\n    x()\nexcept KeyError as exc:\n    pass\nraise TypeError", "gives the name `exc` to something else"),
        ("match x:\n    case exc:\n        raise TypeError", "gives the name `exc` to something else"),
    ],
)
def test_what_may_be_no_new_error_is_left_to_a_person(body: str, because: str) -> None:
    (finding,) = found(SLUG, handler("except OSError as exc:", body))
    assert finding.safety is Safety.MANUAL
    assert because in finding.message


def test_what_an_outer_handler_caught_is_no_new_error() -> None:
    body = "try:\n    x()\nexcept KeyError:\n    raise exc\n"
    assert found(SLUG, handler("except OSError as exc:", body)) == ()


@pytest.mark.parametrize("call", ["locals()", "vars()", "eval(x)", "exec(x)"])
def test_no_name_is_put_where_code_looks_at_all_names(call: str) -> None:
    (finding,) = found(SLUG, handler("except OSError:", f"raise TypeError({call})"))
    assert finding.safety is Safety.MANUAL


@pytest.mark.parametrize("call", ["vars(x)", "eval(x, {})"])
def test_looking_at_names_of_something_else_does_no_harm(call: str) -> None:
    after = fixed_by(SLUG, handler("except OSError:", f"raise TypeError({call})"))
    assert f"raise TypeError({call}) from exc" in after


@pytest.mark.parametrize("head", ["import six", "from six import text_type", "from __future__ import division"])
def test_files_for_python_2_are_left_to_a_person(head: str) -> None:
    (finding,) = found(SLUG, handler("except OSError as exc:", "raise TypeError", head=head))
    assert finding.safety is Safety.MANUAL


def test_annotations_from_the_future_are_no_python_2() -> None:
    head = "from __future__ import annotations"
    assert "from exc" in fixed_by(SLUG, handler("except OSError as exc:", "raise TypeError", head=head))


def test_only_the_right_raise_of_several_gets_the_cause() -> None:
    body = """
        if x:
            raise SystemExit
        def later():
            raise KeyError
        try:
            raise LookupError
        except LookupError:
            raise
        raise TypeError
    """
    after = fixed_by(SLUG, handler("except OSError as exc:", body))
    assert after.count("from exc") == 1
    assert "raise TypeError from exc" in after


def test_the_rewritten_code_raises_the_same_with_its_cause() -> None:
    after = fixed_by(SLUG, handler("except OSError:", "raise TypeError('no')"))
    space: dict[str, object] = {}
    exec(compile(after, "<sample>", "exec"), space)  # noqa: S102 - it is the text above

    def fail() -> None:
        raise OSError

    work = space["work"]
    assert callable(work)
    with pytest.raises(TypeError, match="no") as caught:
        work(fail)
    assert isinstance(caught.value.__cause__, OSError)


@pytest.mark.parametrize("order", [("broad-except", SLUG), (SLUG, "broad-except")])
def test_broad_except_and_this_one_settle_on_one_handler_in_either_order(order: tuple[str, str]) -> None:
    text = (
        "def number(text: str):\n    try:\n        return int(text)\n    except Exception:\n        raise LookupError\n"
    )
    for slug in order:
        if found(slug, text):
            text = fixed_by(slug, text)
    assert "except ValueError as exc:\n        raise LookupError from exc" in text
    assert not any(found(slug, text) for slug in order)


def test_bare_except_leaves_nothing_to_do() -> None:
    text = "def number(text: str):\n    try:\n        return int(text)\n    except:\n        raise LookupError\n"
    assert found(SLUG, text) == ()
    assert found(SLUG, fixed_by("bare-except", text)) == ()
