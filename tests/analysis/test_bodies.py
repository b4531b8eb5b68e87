import pickle
import textwrap

import pytest

from fixbot.analysis.handlers.bodies import Handled, _because, answers, innermost, tries
from fixbot.analysis.likely.rank import MOST
from fixbot.analysis.module import Module, parse
from fixbot.analysis.raises import Answer, Raised, Unknown
from fixbot.model import SourceFile


def read(text: str, path: str = "a.py") -> Module:
    module = parse(SourceFile(path, textwrap.dedent(text).encode()))
    assert isinstance(module, Module)
    return module


def handled(text: str, *lines: int) -> list[Handled]:
    return list(answers(read(text), lines=lines or None))


def one(
    body: str, clause: str = "except Exception:", above: str = "", parameters: str = "text: str, row: dict"
) -> Handled:
    inside = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    (found,) = handled(f"{above}\ndef f({parameters}):\n    try:\n{inside}\n    {clause}\n        pass\n")
    return found


def types(entry: Handled) -> list[str]:
    return [raised.type for raised in entry.exceptions]


def test_bare_broad_and_narrow_handlers_have_an_entry() -> None:
    found = handled("""\
        def f(text: str):
            try:
                int(text)
            except KeyError:
                pass
            except (OSError, TypeError) as exc:
                pass
            except Exception:
                pass
            except:
                pass
        """)
    assert [(entry.line, entry.handler_line, entry.caught, entry.name) for entry in found] == [
        (2, 4, "KeyError", None),
        (2, 6, "(OSError, TypeError)", "exc"),
        (2, 8, "Exception", None),
        (2, 10, None, None),
    ]
    assert [entry.broad for entry in found] == [False, False, True, True]
    assert [entry.clause_now for entry in found] == [
        "except KeyError:",
        "except (OSError, TypeError) as exc:",
        "except Exception:",
        "except:",
    ]


SIBLINGS = [
    ("ValueError", ["KeyError"]),
    ("KeyError", ["ValueError"]),
    ("LookupError", ["ValueError"]),
    ("(LookupError, ValueError)", []),
    ("Exception", []),
    ("BaseException", []),
    ("IndexError", ["ValueError", "KeyError"]),
    ("UnicodeError", ["ValueError", "KeyError"]),
    ("text", ["ValueError", "KeyError"]),
    ("json.JSONDecodeError", ["ValueError", "KeyError"]),
]


@pytest.mark.parametrize(("caught", "left"), SIBLINGS)
def test_what_a_handler_before_catches_is_not_suggested(caught: str, left: list[str]) -> None:
    source = f"""\
        import json
        def f(text: str, row: dict):
            try:
                int(text)
                row["a"]
            except {caught}:
                pass
            except Exception:
                pass
        """
    before, after = handled(source)
    assert before.suggested == ("ValueError", "KeyError")
    assert after.suggested == tuple(left)
    assert types(before) == types(after) == ["ValueError", "KeyError"]
    assert (after.clause is None) == (not left)
    assert after.because == ("" if left else "the handlers before it catch everything")


def test_a_bare_handler_before_leaves_nothing() -> None:
    # Python refuses this order only when it compiles; a file with it still parses.
    before, after = handled(
        "def f(t: str):\n    try:\n        int(t)\n    except:\n        pass\n    except OSError: pass\n"
    )
    assert (before.suggested, after.suggested) == (("ValueError",), ())


def test_an_alias_of_a_class_is_that_class() -> None:
    source = "try:\n    open('a')\nexcept IOError:\n    pass\nexcept Exception:\n    pass\n"
    assert "OSError" not in handled(source)[1].suggested


def test_a_class_of_the_file_itself_is_known() -> None:
    source = """\
        class Odd(ValueError): pass
        def f(x):
            try:
                raise Odd
            except Odd:
                pass
            except ValueError:
                pass
        """
    before, after = handled(source)
    assert (before.suggested, before.clause) == (("Odd",), "except Odd:")
    assert after.because == "the handlers before it catch everything"


def test_nested_tries_come_in_the_order_of_their_lines() -> None:
    source = """\
        try:
            try:
                a()
            except KeyError:
                try:
                    b()
                except OSError: pass
        except ValueError: pass
        else:
            try:
                c()
            except TypeError: pass
        """
    assert [(entry.line, entry.handler_line) for entry in handled(source)] == [(1, 8), (2, 4), (5, 7), (10, 12)]


def test_exception_groups_keep_their_star() -> None:
    (entry,) = handled("def f(t: str):\n    try:\n        int(t)\n    except* KeyError as e:\n        pass\n")
    assert (entry.clause_now, entry.clause) == ("except* KeyError as e:", "except* ValueError as e:")


def test_the_clause_names_the_types_and_the_imports_they_need() -> None:
    entry = one("int(text)\nloads(text)", "except Exception as exc:", "from json import loads")
    assert entry.suggested == ("ValueError",)
    entry = one("loads(text)\nrow['a']", "except Exception as exc:", "from json import loads")
    assert set(entry.suggested) == {"json.JSONDecodeError", "KeyError"}
    assert entry.clause == f"except ({', '.join(entry.suggested)}) as exc:"
    assert entry.imports == {"json.JSONDecodeError": "import json"}


def test_nothing_known_is_the_reason_for_no_clause() -> None:
    assert one("pass").because == "nothing in it raises, misuse aside"
    unknown = one("row.thing.call()")
    assert (unknown.complete, unknown.because) == (False, "nothing is known of what it raises")
    assert unknown.clause is None


def test_handlers_before_that_catch_all_that_is_known_are_the_reason_for_no_clause() -> None:
    source = "def f(t: str, g):\n    try:\n        g(int(t))\n    except ValueError: pass\n    except Exception: pass\n"
    assert handled(source)[1].because == "the handlers before it catch everything that is known"


def test_too_many_types_are_the_reason_for_no_clause() -> None:
    raising = ["OSError", "KeyError", "ValueError", "TypeError", "NameError"]
    body = "\n".join(f"if x == {n}:\n    raise {name}" for n, name in enumerate(raising))
    entry = one(body, parameters="x: int")
    assert len(entry.suggested) <= MOST
    assert (entry.clause, entry.because) == (None, "5 types would be needed, which is more than 4")


def test_a_name_that_is_hidden_is_the_reason_for_no_clause() -> None:
    entry = one("int(text)", parameters="text: str, ValueError")
    assert entry.suggested == ("ValueError",)
    assert (entry.clause, entry.because) == (None, "something else goes by the name of ValueError there")


def test_a_module_that_the_body_imports_may_be_missing_in_the_clause() -> None:
    entry = one("import json\njson.loads(text)")
    assert "json.JSONDecodeError" in entry.suggested
    assert (entry.clause, entry.because) == (None, "`json` is imported by the body itself")


def test_lines_choose_the_innermost_tries() -> None:
    source = "try:\n    try:\n        a()\n    except KeyError: pass\n    b()\nexcept OSError: pass\n"
    assert [entry.line for entry in handled(source, 3)] == [2]
    assert [entry.line for entry in handled(source, 5)] == [1]
    assert [entry.line for entry in handled(source, 5, 2)] == [1, 2]
    assert handled(source, 7) == []
    module = read(source)
    assert list(answers(module, lines=())) == []
    assert innermost(tries(module), 7) is None


def test_a_try_without_handlers_is_none() -> None:
    assert tries(read("try:\n    a()\nfinally:\n    b()\n")) == []


def test_the_body_is_kept_as_it_is_written() -> None:
    (entry,) = handled("if x:\n\ttry:\n\t\ta(  1,\n2)\n\texcept OSError: pass\n")
    assert entry.body == ((3, "\t\ta(  1,"), (4, "2)"))


def test_what_is_learnt_travels_between_processes() -> None:
    entry = one("int(text)\nrow['a']")
    assert pickle.loads(pickle.dumps(entry)) == entry  # noqa: S301 - its own bytes


@pytest.mark.parametrize("caught", ["requests.RequestException", "requests.exceptions.RequestException"])
def test_a_handler_before_catches_a_type_of_a_package_by_any_of_its_names(caught: str) -> None:
    (_, after) = handled(
        f"import requests\ndef f(url):\n    try:\n        requests.get(url).json()\n"
        f"    except {caught}:\n        pass\n    except Exception:\n        pass\n"
    )
    assert after.because == "the handlers before it catch everything that is known"


def test_what_is_known_but_not_likely_is_not_called_unknown() -> None:
    found = Answer((Raised("LookupError", 1, "a()", "project", ("builtins.LookupError",)),), (Unknown(1, "a"),))
    assert _because(found, found, ()) == "none of what is known to come out is likely to be meant"
    assert _because(Answer((), found.unknown), Answer((), ()), ()) == "nothing is known of what it raises"
