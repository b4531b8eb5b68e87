"""What stands in the way of a schema in one style and not in another, and what tests look at."""

from __future__ import annotations

import pytest

from fixbot.codemod.reshaping.plans import Onward
from tests.codemod.schema_surveying import because, fields, plan, schema

READ = "def f(**kw){}:\n    return kw['x']\n\n\nf(x=1)\n"
NEW = '[project]\nrequires-python = ">=3.11"\n'
CHECKED = NEW + "[tool.mypy]\nstrict = true\n"


def taken(text: str, building: str = "") -> list[str]:
    """Give the keys of a TypedDict for `f`."""
    return [field.name for field in plan({"app.py": text, "pyproject.toml": building}, style="typed-dict").fields]


def left(text: str, building: str = "") -> str:
    """Give why there is no TypedDict."""
    return because({"app.py": text, "pyproject.toml": building}, style="typed-dict")


def test_types_in_comments_would_be_there_twice() -> None:
    text = "def f(a, **kw):\n    # type: (int, int) -> int\n    return kw['x']\n"
    assert left(text) == "`f` has its types in comments"
    assert left("def f(\n    a,  # type: int\n    **kw\n):\n    return kw['x']\n") == "`f` has its types in comments"


def test_whoever_gets_the_function_as_a_value_may_ask_for_its_annotations() -> None:
    assert left(READ.format("") + "WAYS = [f]\n") == "`f` is used as a value at app.py:6"


def test_a_type_checker_would_begin_to_look_into_a_body_without_annotations() -> None:
    reason = "`f` has no annotations, so that type checkers would begin to look into its body"
    assert left(READ.format(""), CHECKED) == reason
    assert taken(READ.format(" -> int"), CHECKED) == ["x"]
    assert taken(READ.format(""), NEW) == ["x"]


CLASS = "class {}:\n    def f(self, **kw) -> int:\n        return kw['x']\n\n\n"


def test_overrides_are_not_typed_one_by_one() -> None:
    files = {"app.py": CLASS.format("A") + CLASS.format("B(A)"), "pyproject.toml": CHECKED}
    for name in ("A.f", "B.f"):
        reason = f"`{name}` overrides something, or is overridden, and types would have to agree"
        assert because(files, name, style="typed-dict") == reason
    apart = {"app.py": CLASS.format("A") + CLASS.format("B"), "pyproject.toml": CHECKED}
    assert plan(apart, "A.f", style="typed-dict").fields[0].name == "x"


def test_a_type_checker_does_not_see_what_is_taken_out() -> None:
    head = "def g(y: int) -> int:\n    return y\n\n\ndef f(**kw) -> int:\n"
    text = head + "    kw.pop('x', 1)\n    return g(**kw)\n"
    assert left(text, CHECKED) == "`f` takes out `x` before it hands the rest on, which type checkers do not see"
    assert taken(text, NEW) == ["x", "y"]
    assert taken(head + "    return g(**kw)\n", CHECKED) == ["y"]


def test_a_model_raises_errors_of_values_and_a_dataclass_does_not() -> None:
    text = "def f(**kw):\n    return kw['x']\n\n\ntry:\n    f(x=1)\nexcept ValueError:\n    pass\n"
    assert fields(text) == fields(text, style="pydantic") == ["x: int"]
    unknown = text.replace("x=1", "**given()")
    assert fields(unknown) == ["x: Any"]
    assert because(unknown, style="pydantic") == "`f` is called at app.py:6 where a `ValueError` is caught"
    other = text.replace("ValueError", "KeyError")
    assert (
        because(other) == because(other, style="pydantic") == "`f` is called at app.py:6 where a `KeyError` is caught"
    )


@pytest.mark.parametrize("look", ["assert_called_once_with(x=1)", "call_args", "mock_calls", "assert_has_calls([])"])
def test_a_mock_of_that_name_may_expect_the_keys(look: str) -> None:
    files = {"app.py": READ.format(""), "test_app.py": f"def test(client):\n    client.f.{look}\n"}
    assert because(files) == "`f` may be what a mock is expected to be called as at test_app.py:2"
    assert plan(files, style="params").fields[0].name == "x"
    assert plan(files | {"test_app.py": f"def test(client):\n    client.of.{look}\n"}).fields[0].name == "x"


def test_bounds_that_a_caller_waits_for_stay_with_the_body() -> None:
    text = "def f(**kw):\n    n = kw['n']\n    if n < 1:\n        raise ValueError(n)\n    return n\n\n\n"
    assert fields(text + "f(n=2)\n", style="pydantic") == ["n: int = ge=1"]
    caught = text + "def g():\n    try:\n        return f(n=2)\n    except Exception:\n        return 0\n"
    assert fields(caught, style="pydantic") == ["n: int"]
    assert "ge=1" not in schema(caught, style="pydantic")


# What takes the keys may be something else.

HANDING = "def g(x=1):\n    return x\n\n\ndef f(**kw):\n    return g(**kw)\n\n\nf(x=1)\n"


@pytest.mark.parametrize(
    "test",
    [
        "@mock.patch('app.g')\ndef test(g):\n    pass\n",
        "def test(monkeypatch):\n    monkeypatch.setattr(app, 'g', print)\n",
        "def test(mocker):\n    mocker.spy(app, 'g')\n",
        "def test(fake):\n    fake.g.assert_called_with(x=1)\n",
    ],
)
def test_a_default_is_not_handed_on_where_a_test_may_look_at_it(test: str) -> None:
    files = {"app.py": HANDING, "test_app.py": test}
    assert because(files).startswith("`f` hands its keys on to `g`, which a test replaces at test_app.py:")
    assert plan(files, style="pydantic").onward == (Onward(),)
    required = files | {"app.py": HANDING.replace("x=1):", "x):")}
    assert plan(required).onward == (Onward(("x",)),)


SERVICE = "class A:\n    def g(self, {}):\n        return x\n\n    def f(self, **kw):\n        return self.g(**kw)\n"
MADE = "\n\nA().f(x=1)\n"
HEIR = "\n\nclass B(A):\n    def g(self, {}):\n        return x\n\n\nB().f(x=1)\n"


def test_a_default_is_not_handed_on_where_an_override_may_have_another() -> None:
    text = SERVICE.format("x=1") + HEIR.format("x=2")
    reason = "`A.f` hands its keys on to `A.g`, which may be overridden with other defaults"
    assert because(text, "A.f") == reason
    assert plan(text, style="pydantic").onward == (Onward(),)
    assert plan(SERVICE.format("x=1") + MADE).onward == (Onward(("x",)),)
    assert plan(SERVICE.format("x") + HEIR.format("x")).onward == (Onward(("x",)),)


def test_a_default_is_not_handed_on_to_a_method_that_others_may_override() -> None:
    files = {
        "pyproject.toml": "[build-system]\nrequires = ['x']\n",
        "lib/__init__.py": "from lib.a import A\n",
        "lib/a.py": SERVICE.format("x=1") + MADE,
    }
    reason = "`A.f` hands its keys on to `A.g`, which may be overridden with other defaults"
    assert because(files, public="change") == reason


def test_an_override_hands_its_keys_up_by_name() -> None:
    text = "class A:\n    def f(self, **kw):\n        return kw.get('x', 1)\n"
    text += "\n\nclass B(A):\n    def f(self, **kw):\n        return super().f(**kw)\n\n\nB().f(x=1)\n"
    assert fields(text, "A.f") == ["x: int = 1"]


def test_an_init_has_the_defaults_that_are_seen() -> None:
    text = "class A:\n    def __init__(self, x=1):\n        self.x = x\n\n\nclass B(A):\n    def __init__(self, x=2):\n"
    text += "        self.x = x\n\n\ndef f(**kw):\n    return A(**kw)\n\n\nf(x=1)\n"
    assert plan(text).onward == (Onward(("x",)),)


def test_what_refuses_keys_in_its_own_words_is_not_what_python_refuses() -> None:
    head = "def low(**kw):\n    a = kw.pop('a', 1)\n    if kw:\n        raise ValueError(kw)\n    return a\n\n\n"
    text = head + "def mid(**kw):\n    return low(**kw)\n\n\nmid(**form)\n"
    assert because(text, "mid", style="params") == "`mid` is called at app.py:12 with a mapping that may hold any key"
