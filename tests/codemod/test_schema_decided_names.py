"""What a schema and its parameter are called, which keys have no name, and which parameters join."""

from __future__ import annotations

import pytest

from tests.codemod.schema_surveying import after, because, fields, plan, schema, site

STYLES = ("dataclass", "pydantic", "params", "typed-dict")


def reading(key: str) -> str:
    return f"def f(**kw):\n    return kw[{key!r}]\n\n\nf(**{{{key!r}: 1}})\n"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("key", ["content-type", "class", "None", "2nd", ""])
def test_a_key_that_is_no_name_is_left_to_a_person(key: str, style: str) -> None:
    assert because(reading(key), style=style) == f"`f` takes `{key}`, which is no name in Python"


@pytest.mark.parametrize("key", ["model_name", "_private", "copy", "dict", "json", "schema", "__dunder"])
def test_a_model_has_no_field_that_hides_its_own(key: str) -> None:
    reason = f"`f` takes `{key}`, which no field of a pydantic model can be called"
    assert because(reading(key), style="pydantic") == reason
    old = {"app.py": reading(key), "requirements.txt": "pydantic<2\n"}
    assert because(old, style="auto") == reason


@pytest.mark.parametrize("key", ["model_name", "_private", "copy"])
def test_a_dataclass_takes_more_names_than_a_model(key: str) -> None:
    assert fields(reading(key)) == [f"{key}: Any"]


@pytest.mark.parametrize("key", ["list", "field", "Any"])
def test_a_key_that_the_class_needs_for_itself_is_left_to_a_person(key: str) -> None:
    assert because(reading(key)) == f"`f` takes `{key}`, which means something else inside of a class"
    assert [field.name for field in plan(reading(key), style="params").fields] == [key]


def test_a_name_that_python_changes_inside_of_a_class_is_left_to_a_person() -> None:
    assert because(reading("__x")) == "`f` takes `__x`, which means something else inside of a class"


def test_a_key_that_is_a_parameter_too_is_left_to_a_person() -> None:
    text = "def f(a, /, **kw):\n    return kw.get('a'), kw['x']\n\n\nf(1, x=1)\n"
    assert because(text) == "`f` takes `a`, which is a parameter of its own too"


# Keyword-only parameters are names of the body.

FOR_ELSE = "`f` takes `x`, and the body uses that name for something else"
OF_BODY = "`f` takes `x`, and a variable of the body has that name"
HIDDEN = {
    "return x, kw['x']": FOR_ELSE,
    "return [x for x in kw['x']]": FOR_ELSE,
    "return lambda x: kw['x']": FOR_ELSE,
    "def g(x):\n        return 1\n    return kw['x'], g": FOR_ELSE,
    "global x\n    return kw['x']": FOR_ELSE,
    "x = 1\n    return kw['x']": OF_BODY,
    "print(x)\n    x = kw['x']\n    return x": OF_BODY,
    "x = kw['x']\n    return x, kw['x']": OF_BODY,
    "y = kw['x']\n    x = y\n    return x": OF_BODY,
    "if y:\n        x = kw['x']\n    return 1": OF_BODY,
    "y = x = kw['x']\n    return y": OF_BODY,
}


@pytest.mark.parametrize("body", HIDDEN)
def test_a_key_is_no_parameter_where_the_body_uses_its_name(body: str) -> None:
    text = f"def f(**kw):\n    {body}\n\n\nf(x=1)\n"
    assert because(text, style="params") == HIDDEN[body]
    assert fields(text) == ["x: int"]


@pytest.mark.parametrize(
    "body",
    [
        "x = kw['x']\n    return x",
        "y = 2\n    x = kw['x']\n    x += y\n    return x",
        "def g(y):\n        return y\n    return kw['x'], g",
        "return kw['x'].x, g(x=1)",
    ],
)
def test_a_key_becomes_a_parameter_where_its_name_is_free_or_its_own(body: str) -> None:
    assert fields(f"def f(**kw):\n    {body}\n\n\nf(x=1)\n", style="params") == ["x: "]


# What the schema is called.

READ = "    def {}(self, **kw):\n        return kw['x']\n"
BOOK = "\n\nDesk().book(x=1)\n"


def called(text: str, name: str = "") -> str:
    (line,) = [line for line in schema(text, name).splitlines() if line.startswith("class ")]
    return line[len("class ") : -1]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def create_booking(**kw):\n    return kw['x']\n\n\ncreate_booking(x=1)\n", "CreateBookingParams"),
        ("def _create(**kw):\n    return kw['x']\n\n\n_create(x=1)\n", "CreateParams"),
        ("class Desk:\n" + READ.format("book") + BOOK, "BookParams"),
        ("class Desk:\n    def __init__(self, **kw):\n        self.x = kw['x']\n\n\nDesk(x=1)\n", "DeskParams"),
        ("# BookParams\nclass Desk:\n" + READ.format("book") + BOOK, "DeskBookParams"),
        ("BookParams = DeskBookParams = 1\nclass Desk:\n" + READ.format("book") + BOOK, "AppDeskBookParams"),
        ("from a import FParams\ndef f(**kw):\n    return kw['x']\n\n\nf(x=1)\n", "AppFParams"),
    ],
)
def test_a_schema_is_called_after_its_function_or_class(text: str, name: str) -> None:
    assert called(text) == name


def test_two_schemas_of_one_file_have_two_names() -> None:
    text = "class Desk:\n" + READ.format("book") + "class Room:\n" + READ.format("book") + BOOK + "Room().book(x=1)\n"
    assert {called(text, "Desk.book"), called(text, "Room.book")} == {"DeskBookParams", "RoomBookParams"}


def test_two_schemas_in_the_module_of_schemas_have_two_names() -> None:
    read = "def book(**kw):\n    return kw['x']\n\n\nbook(x=1)\n"
    models = "from pydantic import BaseModel\n\n\nclass Room(BaseModel):\n    seats: int\n"
    found = after({"one.py": read, "other.py": read, "schemas.py": models}, style="pydantic")
    assert "book(BookParams(x=1))" in found["one.py"]
    assert "book(OtherBookParams(x=1))" in found["other.py"]
    assert found["schemas.py"].count("BookParams(BaseModel):") == 2


def test_a_function_whose_names_are_all_taken_is_left_to_a_person() -> None:
    text = "FParams = AppFParams = 1\ndef f(**kw):\n    return kw['x']\n\n\nf(x=1)\n"
    assert because(text) == "`f` has no free name for a schema"
    assert fields(text, style="params") == ["x: "]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def f(params, **kw):\n    return kw['x']\n\n\nf(1, x=1)\n", "parameters"),
        ("def f(**kw):\n    return kw['x'], params\n\n\nf(x=1)\n", "parameters"),
        ("def f(parameters, **kw):\n    params = 1\n    return kw['x'], g(options=1)\n\n\nf(1, x=1)\n", "settings"),
        ("def f(**kw):\n    return kw['x'].params\n\n\nf(x=1)\n", "params"),
    ],
)
def test_the_parameter_has_a_name_that_nothing_else_in_the_body_has(text: str, name: str) -> None:
    assert plan(text).param == name


def test_a_function_that_uses_all_names_for_a_parameter_is_left_to_a_person() -> None:
    text = "def f(params, parameters, options, settings, **kw):\n    return kw['x']\n\n\nf(1, 2, 3, 4, x=1)\n"
    assert because(text) == "`f` has no free name for a parameter"
    assert fields(text, style="params") == ["x: "]


# Parameters that join.


def joining(text: str, style: str = "dataclass") -> tuple[str, ...]:
    return plan(text, join="true", style=style).joined


@pytest.mark.parametrize(
    ("signature", "call", "names"),
    [
        ("a: int", "1", ("a",)),
        ("a: int, b, c: str = 'x'", "1, 2", ("a", "c")),
        ("*, a: int, b: str = 'x'", "a=1", ("a", "b")),
        ("a: int, *, b: bool", "1, b=True", ("a", "b")),
        ("a: int = len('')", "1", ()),
        ("a: int, *args", "1", ()),
        ("a: int, /", "1", ()),
        ("a: Thing", "1", ()),
        ("a", "1", ()),
    ],
)
def test_parameters_of_plain_types_join_where_no_keys_go_on(signature: str, call: str, names: tuple[str, ...]) -> None:
    text = f"class Thing:\n    pass\n\n\ndef f({signature}, **kw):\n    return kw['k']\n\n\nf({call}, k=1)\n"
    assert joining(text) == names
    assert joining(text, "params") == joining(text, "typed-dict") == plan(text).joined == ()


def test_a_parameter_that_the_body_binds_anew_does_not_join() -> None:
    assert joining("def f(a: int, **kw):\n    a += 1\n    return a, kw['k']\n\n\nf(1, k=2)\n") == ()


def test_the_object_of_a_method_does_not_join() -> None:
    assert joining("class C:\n    def f(self: int, a: int, **kw):\n        return a, kw['k']\n\n\nC().f(1, k=2)\n") == (
        "a",
    )


def test_methods_that_change_together_keep_their_parameters() -> None:
    base = "import os\n\n\nclass A:\n    def f(self, a: int, **kw):\n        return a, kw['k']\n"
    text = base + "\n\nclass B(A):\n    def f(self, a: int, **kw):\n        return a, kw['k']\n\n\nB().f(1, k=2)\n"
    found = after(text, join="true")["app.py"]
    assert found.count("def f(self, a: int, params: ") == 2
    assert found.endswith("Params(k=2))\n")


@pytest.mark.parametrize("call", ["Room(seats=seats, **kw)", "Room(**{'seats': seats, **kw})"])
def test_what_the_body_hands_on_beside_the_keys_joins_whatever_its_type(call: str) -> None:
    room = "from dataclasses import dataclass\n\n\n@dataclass\nclass Room:\n    seats: int\n    name: str\n\n\n"
    text = f"{room}def f(db: int, seats, **kw):\n    return db, {call}\n\n\nf(1, 2, name='a')\n"
    assert joining(text) == ("seats",)
    found = after(text, join="true")["app.py"]
    assert "    seats: int\n    name: str\n" in found
    assert "f(1, FParams(seats=2, name='a'))" in found


@pytest.mark.parametrize(
    ("call", "moved"),
    [
        ("f(1, 2, k=3)", "f(2, FParams(a=1, k=3))"),
        ("f(a=1, b=2, k=3)", "f(params=FParams(a=1, k=3), b=2)"),
        ("f(x.y, 2, k=z)", "f(2, FParams(a=x.y, k=z))"),
        ("f(1, b=2, **m)", "f(params=FParams(a=1, **m), b=2)"),
    ],
)
def test_a_call_gives_what_joins_to_the_schema(call: str, moved: str) -> None:
    text = f"def f(a: int, b, **kw):\n    return a, b, kw['k']\n\n\n{call}\n"
    assert after(text, join="true")["app.py"].splitlines()[-1] == moved


@pytest.mark.parametrize("call", ["f(g(), h(), k=i())", "f(1, h(), k=2)", "f(k=g(), b=h(), a=i())"])
def test_a_call_whose_arguments_would_change_places_is_left_to_a_person(call: str) -> None:
    text = f"def f(a: int, b, **kw):\n    return a, b, kw['k']\n\n\n{call}\n"
    assert because(text, join="true") == "`f` is called at app.py:5 with arguments whose order would change"


def test_a_call_that_gives_nothing_but_what_joins_keeps_its_order() -> None:
    text = "def f(a: int, **kw):\n    return a, kw['k']\n\n\nf(g(), k=h())\n"
    assert after(text, join="true")["app.py"].splitlines()[-1] == "f(FParams(a=g(), k=h()))"


def test_nothing_joins_where_a_method_is_called_through_its_class() -> None:
    text = "import os\n\n\nclass C:\n    def f(self, a: int, **kw):\n        return a, kw['k']\n\n\nC.f(C(), 1, k=2)\n"
    assert after(text, join="true")["app.py"].splitlines()[-1] == "C.f(C(), 1, params=FParams(k=2))"


def test_a_joined_field_has_its_default_and_its_evidence() -> None:
    text = "def f(a: int, b: str = 'x', **kw):\n    return a, b, kw['k']\n\n\nf(1, k=2)\n"
    assert '    a: int\n    b: str = "x"\n    k: int\n' in after(text, join="true")["app.py"]
    assert site(text, join="true").breaking is not None
