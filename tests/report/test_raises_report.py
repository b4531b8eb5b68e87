import json
from dataclasses import replace

import pytest

from fixbot.analysis.handlers.bodies import Handled, Spelled
from fixbot.analysis.raises import Raised, Unknown
from fixbot.report.raises import as_json, as_text, summary

BODY = ((6, "    data = json.loads(text)"), (7, "    row['a']"))
ENTRY = Handled(
    path="a.py",
    line=5,
    handler_line=8,
    caught="Exception",
    exceptions=(
        Raised("json.JSONDecodeError", 6, "json.loads(text)", "stdlib"),
        Raised("TypeError", 6, "json.loads(text)", "stdlib"),
        Raised("KeyError", 7, "row['a']", "operation"),
        Raised("KeyError", 7, "row['a']", "operation"),
    ),
    unknown=(),
    complete=True,
    spelled=(Spelled("json.JSONDecodeError", "json.JSONDecodeError", "import json"), Spelled("KeyError", "KeyError")),
    because="",
    body=BODY,
)


def test_lines_stand_beside_what_they_raise() -> None:
    assert as_text([ENTRY]) == (
        "a.py:5: try\n"
        "    6  data = json.loads(text)  json.JSONDecodeError, TypeError [stdlib]\n"
        "    7  row['a']                 KeyError [operation]\n"
        "    complete: nothing else can come out, misuse aside\n"
        "a.py:8: except Exception:\n"
        "    write: except (json.JSONDecodeError, KeyError):\n"
        "    needs: import json\n"
    )


def test_a_full_text_names_the_expression() -> None:
    shown = as_text([ENTRY], full=True)
    assert "    6  data = json.loads(text)  json.JSONDecodeError [stdlib] from json.loads(text)\n" in shown
    assert "                                TypeError [stdlib] from json.loads(text)\n" in shown


def test_handlers_of_one_try_share_its_body() -> None:
    second = replace(ENTRY, handler_line=10, caught=None, spelled=(), because="the handlers before it catch everything")
    other = replace(ENTRY, line=20, handler_line=23)
    shown = as_text([ENTRY, second, other])
    assert shown.count(": try\n") == 2
    assert "a.py:10: except:\n    no suggestion: the handlers before it catch everything\n\na.py:20: try\n" in shown


def test_calls_of_which_nothing_is_known_stand_beside_their_line_and_below() -> None:
    single = replace(ENTRY, complete=False, unknown=(Unknown(7, "client.send"),))
    assert "KeyError [operation]\n                                unknown: client.send\n" in as_text([single])
    assert "    not complete: client.send may raise anything\n" in as_text([single])
    several = replace(single, unknown=(Unknown(6, "client.send"), Unknown(7, "client.send"), Unknown(7, "other")))
    assert "    not complete: any exception may come out of 2 expressions that are not understood\n" in as_text(
        [several]
    )


def test_a_narrow_handler_is_told_what_would_be_suggested() -> None:
    assert "    suggested: except (json" in as_text([replace(ENTRY, caught="OSError")])
    assert as_text([replace(ENTRY, caught="(json.JSONDecodeError, KeyError)")]).endswith("\n    as suggested\n")


def test_where_too_many_types_would_be_needed_the_likeliest_are_named() -> None:
    shown = as_text([replace(ENTRY, because="6 types would be needed, which is more than 4")])
    assert shown.endswith(
        "    no suggestion: 6 types would be needed, which is more than 4\n"
        "    the likeliest: json.JSONDecodeError, KeyError\n"
    )


def test_an_import_is_named_once() -> None:
    both = (Spelled("a.X", "a.X", "import a"), Spelled("a.Y", "a.Y", "import a"))
    assert as_text([replace(ENTRY, spelled=both)]).count("import a") == 1


def long_body(length: int) -> Handled:
    body = tuple((number, f"    f({number})") for number in range(95, 95 + length))
    return replace(ENTRY, body=body, exceptions=(Raised("OSError", 97, "f(97)", "project"),))


def test_a_short_body_is_shown_whole() -> None:
    assert "…" not in as_text([long_body(10)])


def test_of_a_long_body_lines_that_raise_nothing_are_left_out() -> None:
    shown = as_text([long_body(20)]).splitlines()
    assert shown[1:5] == ["     95  f(95)", "     96  f(96)", "     97  f(97)  OSError [project]", "         …"]
    assert len(as_text([long_body(20)], full=True).splitlines()) == 20 + 5


@pytest.mark.parametrize("full", [False, True])
def test_lines_keep_to_a_hundred_columns(*, full: bool) -> None:
    call = "a.very.long.name.of.something.that.is.called.in.the.middle"
    wide = replace(
        ENTRY,
        body=((6, "    " + "x" * 200),),
        exceptions=tuple(Raised(f"package.module.Error{n}", 6, call, "stdlib") for n in range(9)),
        unknown=(Unknown(6, call), Unknown(6, "other")),
        complete=False,
    )
    lines = as_text([wide], full=full).splitlines()
    assert max(map(len, lines)) <= 100
    assert all(f"package.module.Error{n}" in "".join(lines) for n in range(9))


def test_code_has_the_room_that_short_notes_leave() -> None:
    code = "x" * 70
    assert code in as_text([replace(ENTRY, body=((7, code),))])


def test_nothing_in_a_body_can_steer_a_terminal_or_a_runner() -> None:
    hostile = "    f('\x1b[31m \u202e ##[error]') \t# \udcff"
    shown = as_text([replace(ENTRY, path="::error::\n.py", body=((6, hostile),))])
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "##[" not in shown
    assert not [line for line in shown.splitlines() if line.startswith("::")]
    shown.encode()


def test_tabs_keep_the_shape_of_the_body() -> None:
    shown = as_text([replace(ENTRY, body=((6, "\tif a:"), (7, "\t\tb()"), (8, ""), (9, "text at the margin")))])
    assert "    6      if a:  " in shown
    assert "    7          b()  " in shown


def test_the_json_has_the_keys_of_the_contract_first() -> None:
    entry = replace(ENTRY, path="\udcff.py", unknown=(Unknown(7, "f"),), complete=False)
    (found,) = json.loads(as_json([entry]))
    assert found == {
        "path": "\udcff.py",
        "line": 5,
        "handler_line": 8,
        "exceptions": [
            {"type": "json.JSONDecodeError", "line": 6, "because": "json.loads(text)", "source": "stdlib"},
            {"type": "TypeError", "line": 6, "because": "json.loads(text)", "source": "stdlib"},
            {"type": "KeyError", "line": 7, "because": "row['a']", "source": "operation"},
            {"type": "KeyError", "line": 7, "because": "row['a']", "source": "operation"},
        ],
        "complete": False,
        "unknown": [{"line": 7, "call": "f"}],
        "suggested": ["json.JSONDecodeError", "KeyError"],
        "caught": "Exception",
        "imports": {"json.JSONDecodeError": "import json"},
    }
    assert as_json([entry]).isascii()


def test_no_handlers_are_an_empty_list_and_no_text() -> None:
    assert as_json([]) == "[]\n"
    assert as_text([]) == ""


def test_the_figures_are_one_line() -> None:
    other = replace(ENTRY, path="b.py", complete=False, because="nothing is known of what it raises")
    assert summary([ENTRY, ENTRY, other], files=9, skipped=1, seconds=1.25) == (
        "3 handlers in 2 files, 2 complete, 2 with a suggestion; 9 files looked at, 1 skipped; 1.2 s"
    )
    assert summary([ENTRY], files=1, skipped=0, seconds=0).startswith("1 handler in 1 file, 1 complete, 1 with")
    assert summary([], files=1, skipped=0, seconds=0) == "no `try` with a handler; 1 file looked at, 0 skipped; 0.0 s"
