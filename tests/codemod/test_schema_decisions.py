"""What is decided for each key: whether it must be given, what stands for it, how it goes on."""

from __future__ import annotations

import textwrap

import pytest

from fixbot.codemod.reshaping.plans import Onward
from tests.codemod.schema_surveying import after, because, fields, plan

LETTER = """\
from dataclasses import dataclass


@dataclass
class Letter:
    to: str
    lang: str = "en"


"""


def with_body(body: str, *calls: str) -> str:
    """Give a function `f` with `**kw`, and what follows it."""
    return "def f(**kw):\n" + textwrap.indent(body, "    ") + "\n\n\n" + "\n".join(calls or ("f(x=1)",)) + "\n"


def posted(body: str, *calls: str) -> str:
    """Give a function `f` that may make a letter of its `**kw`."""
    return LETTER + with_body(body, *(calls or ("f(to='Ann')",)))


DEFAULTS = {
    "return kw['x']": "x: int",
    "return kw.pop('x')": "x: int",
    "return kw.get('x', 2)": "x: int = 2",
    "return kw.pop('x', 2)": "x: int = 2",
    "return kw.get('x')": "x: int | None = None",
    "return kw.get('x', -1)": "x: int = -1",
    "return kw.get('x', \"a\")": 'x: int | str = "a"',
    "return kw.get('x', '\"')": "x: int | str = '\"'",
    "return kw.get('x', (1, 2))": "x: int | tuple[int, ...] = (1, 2)",
    "return kw.get('x', 1), kw.get('x', 1)": "x: int = 1",
}


@pytest.mark.parametrize("body", DEFAULTS)
def test_a_field_has_the_default_that_the_code_used(body: str) -> None:
    assert fields(with_body(body)) == [DEFAULTS[body]]


@pytest.mark.parametrize(("default", "kind"), [("[]", "list[Any]"), ("{}", "dict[Any, Any]")])
def test_each_object_gets_an_empty_container_of_its_own(default: str, kind: str) -> None:
    text = with_body(f"return kw.get('x', {default})", "f()")
    assert fields(text) == [f"x: {kind} = {default}"]
    assert f"x: {kind} = field(default_factory={kind[:4]})" in after(text)["app.py"]
    assert because(text, style="params") == "`f` has a default for `x` that can be changed"


@pytest.mark.parametrize("default", ["[1]", "{'a': 1}", "g()", "y", "-y", "not True", "(g(),)", "...", "'a' * 2"])
def test_a_default_that_is_worked_out_is_left_to_a_person(default: str) -> None:
    reason = "`f` works out the default of `x` when it reads it (app.py:2)"
    assert because(with_body(f"return kw.get('x', {default})")) == reason


@pytest.mark.parametrize(
    "text",
    [
        "N = 5\nN = 6\ndef f(**kw):\n    return kw.get('x', N)\n",
        "def f(**kw):\n    return kw.get('x', N)\nN = 5\n",
        "N = 5\ndef f(N, **kw):\n    return kw.get('x', N)\n",
        "N = 5\ndef g(N):\n    def f(**kw):\n        return kw.get('x', N)\n    return f()\n",
        "N = []\ndef f(**kw):\n    return kw.get('x', N)\n",
        "N = g()\ndef f(**kw):\n    return kw.get('x', N)\n",
        "from m import N\ndef f(**kw):\n    return kw.get('x', N)\n",
        "if y:\n    N = 5\ndef f(**kw):\n    return kw.get('x', N)\n",
    ],
)
def test_a_name_that_may_change_is_left_to_a_person(text: str) -> None:
    assert "works out the default of `x` when it reads it" in because(
        text + ("f(1, x=1)\n" if "f(N" in text else "f(x=1)\n")
    )


def test_a_constant_that_is_made_before_the_function_is_a_default() -> None:
    text = "N = 5\n\n\ndef f(**kw):\n    return kw.get('x', N)\n\n\nf(x=1)\n"
    assert fields(text) == ["x: int = N"]


def test_defaults_that_differ_are_left_to_a_person() -> None:
    text = with_body("y = kw.get('x', 1)\nreturn y, kw.get('x', 2)")
    assert because(text) == "`f` reads `x` with different defaults (app.py:2, app.py:3)"


def test_a_container_that_two_reads_make_anew_is_left_to_a_person() -> None:
    text = with_body("return kw.get('x', []), kw.get('x', [])")
    assert because(text) == "`f` reads `x` in several places with a default that can be changed"


def test_a_read_with_a_default_and_one_without_make_a_required_key() -> None:
    assert fields(with_body("return kw.get('x', 2), kw['x']")) == ["x: int"]


def test_a_key_that_only_callers_know_is_a_field_that_nobody_reads() -> None:
    assert fields(with_body("return kw['x']", "f(x=1, y='a')")) == ["x: int", "y: str | None = None"]


@pytest.mark.parametrize("change", ["kw['x'] = 1", "kw['x'] += 1", "del kw['x']", "kw.setdefault('x', 1)"])
def test_a_key_that_the_body_changes_is_left_to_a_person(change: str) -> None:
    assert because(with_body(f"{change}\nreturn kw.get('x')")) == "`f` changes `x` in its `kw` (app.py:2)"


@pytest.mark.parametrize("call", ["f()", "f(y=1)", "f(**{'y': 1})", "f(**{})"])
def test_a_call_without_a_key_that_is_needed_is_named(call: str) -> None:
    reason = "`f` is called without `x` at app.py:6, which it reads without a default"
    assert because(with_body("return kw['x']", "f(x=1)", call)) == reason


@pytest.mark.parametrize("call", ["f(x=1)", "f(**{'x': 1})", "f(**mapping)", "f(y=1, **mapping)"])
def test_a_call_that_gives_the_key_or_a_mapping_will_do(call: str) -> None:
    assert fields(with_body("return kw['x'], kw.get('y')", call))[0].startswith("x: ")


@pytest.mark.parametrize(
    "body", ["return 1 or kw['x']", "if y:\n    return 2\nreturn kw['x']", "return [kw['x'] for _ in y]"]
)
def test_a_key_that_only_some_paths_need_must_be_given_for_sure(body: str) -> None:
    assert fields(with_body(body)) == ["x: int"]
    reason = "`f` reads `x` without a default on some paths only, and may be called without it at app.py:"
    assert because(with_body(body, "f(**mapping)")).startswith(reason)


GUARDED = {
    "if 'x' in kw:\n    return kw['x']",
    "if y and 'x' in kw:\n    return kw['x']",
    "if 'x' in kw:\n    if y:\n        return kw['x']",
    "return kw['x'] if 'x' in kw else 0",
    "return 'x' in kw and y and kw['x']",
    "return [kw['x'] for _ in y if 'x' in kw]",
    "return {kw['x'] for _ in y if 'x' in kw}",
    "return {1: kw['x'] for _ in y if 'x' in kw}",
    "return list(kw['x'] for _ in y if 'x' in kw)",
}
# What has a value has been given; there is no need to remember whether it was.
VALUED = {
    "return kw.get('x') and kw['x']",
    "if kw.get('x'):\n    return kw['x']",
    "if kw.get('x') is not None:\n    return kw['x']",
}


@pytest.mark.parametrize("body", sorted(GUARDED))
def test_a_key_that_is_read_where_it_is_known_to_be_there_may_be_left_out(body: str) -> None:
    text = with_body(body, "f()", "f(x=1)")
    (field,) = fields(text, style="pydantic")
    assert field.startswith("x: int | None = ")
    assert because(text) == "`f` tells whether `x` was given, which a dataclass cannot"
    assert because(text, style="params") == "`f` tells whether `x` was given, which a plain parameter cannot"


@pytest.mark.parametrize("body", sorted(VALUED))
@pytest.mark.parametrize("style", ["pydantic", "dataclass"])
def test_a_key_that_is_read_where_it_has_a_value_is_none_where_it_is_left_out(body: str, style: str) -> None:
    assert fields(with_body(body, "f()", "f(x=1)"), style=style) == ["x: int | None = None"]


NOT_GUARDED = {
    "if 'y' in kw:\n    return kw['x']",
    "if 'x' in kw:\n    pass\nelse:\n    return kw['x']",
    "if 'x' not in kw:\n    return kw['x']",
    "if 'x' in kw or y:\n    return kw['x']",
    "return 0 if 'x' in kw else kw['x']",
    "return kw['x'] and 'x' in kw",
    "return 'x' in kw or kw['x']",
    "if 'x' in kw:\n    return lambda: kw['x']",
    "if kw.get('y'):\n    return kw['x']",
    "return [1 for _ in kw['x'] if 'x' in kw]",
    "return [1 for _ in y if z and kw['x']]",
    "if 'x' in z:\n    return kw['x']",
}


@pytest.mark.parametrize("body", sorted(NOT_GUARDED))
def test_any_other_condition_makes_nothing_sure(body: str) -> None:
    reason = because(with_body(body, "f()"), style="pydantic")
    assert reason.startswith("`f` is called without `x` at app.py:")


@pytest.mark.parametrize("body", ["if kw:\n    return kw['x']", "print(kw)\nreturn kw['x']", "len(kw)\nreturn kw['x']"])
def test_whoever_looks_at_all_keys_would_see_others(body: str) -> None:
    assert because(with_body(body)) == "`f` asks whether `kw` is empty, or shows it"
    assert plan(with_body(body), style="typed-dict").fields[0].name == "x"


def test_a_loop_over_names_asks_for_each_of_them() -> None:
    text = with_body("return [kw[key] for key in ('x', 'y')]", "f(x=1, y='a')")
    assert fields(text) == ["x: int", "y: str"]
    assert because(text, style="params") == "`f` reads keys in a loop over their names"


@pytest.mark.parametrize(
    "text",
    [
        with_body("if a:\n    return kw.get('x', [])", "f()"),
        "import functools\n\n\n" + with_body("return kw.get('x', [])", "g = functools.partial(f, x=[1])", "g()"),
    ],
)
def test_a_container_that_would_not_be_new_at_each_read_is_left_to_a_person(text: str) -> None:
    assert because(text) == "`f` has a default for `x` that can be changed"


def test_too_many_keys_are_no_parameters() -> None:
    text = with_body(f"return {', '.join(f'kw.get({n!r})' for n in 'abcdefghijklm')}", "f()")
    assert because(text, style="params") == "`f` takes 13 keys, which are too many to write out as parameters"
    assert len(fields(text.replace(", kw.get('m')", ""), style="params")) == 12
    assert len(fields(text)) == 13


def test_a_key_that_is_only_refused_is_none_for_type_checkers() -> None:
    text = with_body("if 'x' in kw:\n    raise TypeError\nreturn kw['y']", "f(y=1)")
    assert [field.name for field in plan(text, style="typed-dict").fields] == ["y"]
    given = with_body("if 'x' in kw:\n    print(1)\nreturn kw['y']", "f(y=1)")
    assert [field.name for field in plan(given, style="typed-dict").fields] == ["x", "y"]


@pytest.mark.parametrize("read", ["kw[key]", "kw.pop(key)"])
def test_the_variable_of_a_loop_over_names_may_be_asked_for(read: str) -> None:
    text = with_body(f"for key in ('x', 'y'):\n    if key in kw:\n        print({read})", "f(x=1)")
    assert [field.partition(":")[0] for field in fields(text, style="pydantic")] == ["x", "y"]


def test_another_variable_than_that_of_the_loop_makes_nothing_sure() -> None:
    text = with_body(
        "for key in ('x',):\n    for other in ('z',):\n        if other in kw:\n            print(kw[key])", "f()"
    )
    assert because(text, style="pydantic").startswith("`f` is called without `x` at app.py:")


def test_a_loop_over_names_may_ask_for_each_of_them_first() -> None:
    text = with_body("for key in ('x', 'y'):\n    if key in kw:\n        print(kw[key])", "f(x=1)")
    assert fields(text, style="pydantic") == ["x: int | None = not given", "y: Any = not given"]
    assert because(text) == "`f` tells whether `x` was given, which a dataclass cannot"


# How the keys go on.

EACH = (Onward(("to", "lang")),)


@pytest.mark.parametrize(
    "body",
    [
        "return Letter(**kw)",
        "return Letter(**{**kw})",
        "return kw['to'], Letter(**{'to': 'Bob', **kw})",
        "return kw.get('lang', 'en'), Letter(**kw)",
    ],
)
@pytest.mark.parametrize("style", ["dataclass", "pydantic", "params"])
def test_keys_go_on_by_name_where_their_defaults_are_those_of_the_callee(body: str, style: str) -> None:
    (found,) = plan(posted(body), style=style).onward
    assert sorted(found.each or ()) == ["lang", "to"]


def test_a_key_that_was_taken_out_before_does_not_go_on() -> None:
    found = plan(posted("print(kw.pop('urgent', False))\nreturn Letter(**kw)"))
    assert ([field.name for field in found.fields], found.onward) == (["urgent", "to", "lang"], EACH)


def test_a_key_that_is_given_behind_the_stars_is_never_seen() -> None:
    text = posted("return kw.get('lang', 'en'), Letter(**{**kw, 'lang': 'fr'})")
    assert plan(text).onward == (Onward(("to",)),)


def test_a_key_that_the_function_sets_itself_and_nobody_gives_is_no_field() -> None:
    found = plan(posted("return Letter(**{'to': 'Bob', **kw})", "f(lang='fr')"))
    assert [field.name for field in found.fields] == ["lang"]
    assert found.onward == (Onward(("lang",)),)


ONLY_MODELS = {
    "return kw.get('lang', 'fr'), Letter(**kw)": "tells whether `lang` was given, which a dataclass cannot",
    "return kw.get('lang', 'en'), Letter(lang='fr', **kw)": "gives `lang` beside `**kw` itself (app.py:11)",
    "return kw['to'], Letter(to='Bob', **kw)": "gives `to` beside `**kw` itself (app.py:11)",
    "return kw.get('lang', 'en'), Letter(**{'lang': 'fr', **kw})": "gives `lang` beside `**kw` itself (app.py:11)",
    "return kw.get('urgent', 0), Letter(**kw)": "hands `urgent` on to what does not take it (app.py:11)",
    "return Letter(**{**others, **kw})": "puts `**kw` together with another mapping (app.py:11)",
}


@pytest.mark.parametrize("body", ONLY_MODELS)
def test_only_a_model_hands_on_what_was_given(body: str) -> None:
    assert because(posted(body)) == f"`f` {ONLY_MODELS[body]}"
    assert plan(posted(body), style="pydantic").onward == (Onward(),)


def test_a_model_keeps_back_what_was_taken_out_before() -> None:
    found = plan(posted("print(kw.pop('urgent', 0))\nreturn kw.get('lang', 'fr'), Letter(**kw)"), style="pydantic")
    assert found.onward == (Onward(without=("urgent",)),)


UNSURE = {
    "def g(x=[]):\n    return x\n": "return g(**kw)",
    "def g(x=len('')):\n    return x\n": "return g(**kw)",
    "def g(x=1):\n    return x\n\n\ndef h(x=2):\n    return x\n": "return g(**kw), h(**kw)",
}


@pytest.mark.parametrize("callees", UNSURE)
def test_a_default_of_a_callee_that_cannot_be_written_tells_whether_a_key_was_given(callees: str) -> None:
    text = callees + "\n\n" + with_body(UNSURE[callees])
    assert because(text) == "`f` tells whether `x` was given, which a dataclass cannot"
    assert set(plan(text, style="pydantic").onward) == {Onward()}


def test_a_callee_that_takes_any_keyword_gets_what_it_does_not_read_too() -> None:
    text = "def g(*, a, **more):\n    return a, more.get('y', 1)\n\n\n" + with_body(
        "return g(a=1, **kw)", "f(y=2, z=3)"
    )
    found = plan(text, "f", style="pydantic")
    assert [(field.name, field.default) for field in found.fields] == [("y", "1"), ("z", "None")]
    assert found.onward == (Onward(),)


def test_a_callee_that_is_not_always_called_needs_its_key_all_the_same() -> None:
    text = "def g(x):\n    return x\n\n\n" + with_body("return g(**kw) if a else 1", "f(x=1)")
    assert fields(text) == ["x: int"]
    assert because(text + "f()\n") == "`f` is called without `x` at app.py:10, which it reads without a default"
    assert because(text + "f(**m)\n").startswith("`f` reads `x` without a default on some paths only")
