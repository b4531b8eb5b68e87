"""Which style a schema has, where it stands, and which types its fields have, on which Python."""

from __future__ import annotations

import pytest

from tests.codemod.schema_surveying import Files, after, because, fields, plan, schema, site

READ = "def f(**kw):\n    return kw.get('x', 1), kw['y']\n\n\nf(y=['a'])\n"
MODELS = "from pydantic import BaseModel\n\n\nclass Room(BaseModel):\n    seats: int\n"


def on(python: str, text: str = READ, more: str = "") -> dict[str, str]:
    return {"app.py": text, "pyproject.toml": f'[project]\nrequires-python = ">={python}"\n{more}'}


# Styles.


@pytest.mark.parametrize(
    ("texts", "head"),
    [
        ({}, "@dataclass("),
        ({"requirements.txt": "requests\n"}, "@dataclass("),
        ({"requirements.txt": "pydantic>=2\n"}, "class FParams(BaseModel):"),
        ({"requirements.txt": "pydantic<2\n"}, "class FParams(BaseModel):"),
        ({"models.py": MODELS}, "class FParams(BaseModel):"),
    ],
)
def test_a_project_that_depends_on_pydantic_gets_models(texts: dict[str, str], head: str) -> None:
    assert schema({"app.py": READ} | texts, style="auto").startswith(head)


def test_a_model_is_spelled_for_the_version_of_pydantic() -> None:
    text = "def f(**kw):\n    if 'x' in kw:\n        return kw['x']\n\n\nf(x=1)\n"
    old, new = ({"app.py": text, "requirements.txt": f"pydantic{version}\n"} for version in ("==1.10.2", ">=2"))
    assert '    class Config:\n        extra = "forbid"\n' in after(old, style="auto")["app.py"]
    assert 'if "x" in' not in after(old, style="auto")["app.py"]
    assert "if 'x' in params.__fields_set__:" in after(old, style="auto")["app.py"]
    assert "if 'x' in params.model_fields_set:" in after(new, style="auto")["app.py"]
    assert 'model_config = ConfigDict(extra="forbid")' in after(new, style="auto")["app.py"]


def test_a_style_that_is_chosen_does_not_ask_what_the_project_depends_on() -> None:
    assert schema({"app.py": READ, "requirements.txt": "pydantic\n"}).startswith("@dataclass(")
    assert "BaseModel" in schema(READ, style="pydantic")


@pytest.mark.parametrize(("style", "safety"), [("typed-dict", "safe"), ("params", "review"), ("dataclass", "review")])
def test_only_what_nobody_runs_is_safe(style: str, safety: str) -> None:
    assert site(READ, style=style).safety == safety


# Versions of Python.


@pytest.mark.parametrize(
    ("python", "head"),
    [
        ("3.8", "@dataclass(frozen=True)"),
        ("3.9", "@dataclass(frozen=True)"),
        ("3.10", "@dataclass(frozen=True, kw_only=True, slots=True)"),
        ("3.11", "@dataclass(frozen=True, kw_only=True, slots=True)"),
    ],
)
def test_a_dataclass_is_written_for_the_oldest_python(python: str, head: str) -> None:
    assert schema(on(python)).partition("\n")[0] == head


def test_a_dataclass_for_older_pythons_has_its_required_fields_first() -> None:
    lines = schema(on("3.9")).splitlines()
    assert lines[-2:] == ["    y: list[str]", "    x: int = 1"]
    assert schema(on("3.10")).splitlines()[-2:] == ["    x: int = 1", "    y: list[str]"]


@pytest.mark.parametrize(("python", "kind"), [("3.8", "List[str]"), ("3.9", "list[str]")])
def test_containers_are_spelled_for_the_oldest_python(python: str, kind: str) -> None:
    assert f"    y: {kind}" in schema(on(python)).splitlines()


@pytest.mark.parametrize(("python", "kind"), [("3.9", "Optional[int]"), ("3.10", "int | None")])
def test_what_may_be_none_is_spelled_for_the_oldest_python(python: str, kind: str) -> None:
    text = "def f(**kw):\n    return kw.get('x')\n\n\nf(x=1)\n"
    assert f"    x: {kind} = None" in schema(on(python, text)).splitlines()
    assert after(on(python, text))["app.py"].count("Optional") == 2 * (python == "3.9")


@pytest.mark.parametrize(
    ("files", "needed"),
    [
        (on("3.11"), "from typing import NotRequired, TypedDict, Unpack\n"),
        (on("3.9", more='dependencies = ["typing_extensions"]\n'), "from typing import TYPE_CHECKING\n"),
        (on("3.9"), "from typing import TYPE_CHECKING\n"),
        (on("3.10"), "from typing import TYPE_CHECKING\n"),
        ({"app.py": READ}, "from typing import TYPE_CHECKING\n"),
    ],
)
def test_a_typed_dictionary_works_where_the_project_does(files: dict[str, str], needed: str) -> None:
    found = after(files, style="typed-dict")["app.py"]
    assert needed in found
    hidden = "TYPE_CHECKING" in needed
    assert ('**kw: "Unpack[FParams]"' in found) is hidden
    assert ("\n    class FParams(TypedDict):" in found) is hidden


def test_annotations_that_nobody_works_out_need_no_quotes() -> None:
    text = "from __future__ import annotations\n\n\n" + READ
    assert "def f(**kw: Unpack[FParams]):" in after(text, style="typed-dict")["app.py"]


# Homes.


def home(files: Files, **chosen: str) -> list[str]:
    """Give the files in which a class is defined, and what the function's file imports of it."""
    found = after(files, **({"style": "pydantic"} | chosen))
    return sorted(path for path, text in found.items() if "class FParams" in text)


INSIDE = {"app/__init__.py": "", "app/sub/__init__.py": "", "app/sub/desk.py": READ}


@pytest.mark.parametrize("path", ["app/sub/schemas.py", "app/schemas.py", "schemas.py"])
def test_a_model_goes_to_the_schemas_around_its_function(path: str) -> None:
    files = INSIDE | {path: MODELS}
    assert home(files) == [path]
    name = path.removesuffix(".py").replace("/", ".")
    assert f"from {name} import FParams\n" in after(files, style="pydantic")["app/sub/desk.py"]


def test_the_nearest_schemas_with_models_count() -> None:
    files = INSIDE | {"schemas.py": MODELS, "app/schemas.py": MODELS, "app/sub/schemas.py": "class A:\n    x = 1\n"}
    assert home(files) == ["app/schemas.py"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "class Room:\n    seats = 1\n",
        MODELS + "\n\nDEFAULT = Room(seats=1)\n",
        "from desk import f\n" + MODELS,
        "import desk\n" + MODELS,
        "# @generated\n" + MODELS,
    ],
)
def test_a_module_of_other_things_or_that_needs_the_function_gets_no_model(text: str) -> None:
    assert home({"desk.py": READ, "schemas.py": text}) == ["desk.py"]


def test_a_function_of_the_schemas_keeps_its_model_before_it() -> None:
    found = after({"schemas.py": READ + "\n\n" + MODELS.partition("\n\n\n")[2], "a.py": MODELS}, style="pydantic")
    assert found["schemas.py"].index("class FParams") < found["schemas.py"].index("def f(")


@pytest.mark.parametrize("style", ["dataclass", "typed-dict"])
def test_only_models_go_to_the_schemas(style: str) -> None:
    assert home({"desk.py": READ, "schemas.py": MODELS}, style=style) == ["desk.py"]


def test_a_schema_stands_before_the_class_or_function_around() -> None:
    text = "import os\n\n\ndef outer():\n    def f(**kw):\n        return kw['x']\n\n    return f(x=1)\n"
    found = after(text)["app.py"]
    assert found.index("class FParams") < found.index("def outer")


# Imports.


def test_a_caller_imports_the_schema_or_writes_its_module() -> None:
    files = {
        "a.py": "def f(**kw):\n    return kw['x']\n",
        "b.py": "from a import f\n\nf(x=1)\n",
        "c.py": "import a\n\na.f(x=1)\n",
    }
    found = after(files)
    assert found["b.py"] == "from a import FParams, f\n\nf(FParams(x=1))\n"
    assert found["c.py"] == "import a\n\na.f(a.FParams(x=1))\n"


def test_a_caller_that_the_home_imports_is_left_to_a_person() -> None:
    files = {
        "a.py": "import b\n\n\ndef f(**kw):\n    return kw['x']\n",
        "b.py": "def g():\n    from a import f\n\n    return f(x=1)\n",
    }
    assert because(files) == "`f` has to do with b.py, which a.py imports itself"


def test_a_caller_that_has_the_name_for_something_else_is_left_to_a_person() -> None:
    files = {"a.py": "def f(**kw):\n    return kw['x']\n", "b.py": "from a import f\n\nFParams = 1\nf(x=1)\n"}
    assert because(files) == "`f` has to do with b.py, where `FParams` cannot be imported"


BASE = "class Desk:\n    def f(self, **kw):\n        return kw['x']\n"
HEIR = "class Lent(Desk):\n    def f(self, **more):\n        return more['x']\n\n\nLent().f(x=1)\n"


def test_an_override_in_another_file_imports_the_schema() -> None:
    found = after({"a.py": '"""Desks."""\n\n\n' + BASE, "b.py": "from a import Desk\n\n\n" + HEIR})
    assert "from a import Desk, FParams\n" in found["b.py"]
    assert "    def f(self, params: FParams):\n        return params.x\n" in found["b.py"]
    assert found["b.py"].endswith("Lent().f(FParams(x=1))\n")


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"a.py": "import b\n\n\n" + BASE, "b.py": "import a\n\n\n" + HEIR.replace("Desk", "a.Desk")},
            "which a.py imports itself",
        ),
        (
            {"a.py": BASE, "b.py": "from a import Desk\n\nFParams = 1\n\n\n" + HEIR},
            "where `FParams` cannot be imported",
        ),
    ],
)
def test_an_override_that_cannot_import_the_schema_is_left_to_a_person(files: dict[str, str], reason: str) -> None:
    assert because(files, "Desk.f") == f"`Desk.f` has to do with b.py, {reason}"


# Types.


def kinds(text: str, **chosen: str) -> list[str]:
    """Give the types of the fields of `f`."""
    return [field.type for field in plan(text, "f", **chosen).fields]


def handing(signature: str, call: str, head: str = "") -> str:
    """Give a function `f` that hands its keys on to `g`."""
    return f"{head}def g({signature}):\n    return 1\n\n\ndef f(**kw):\n    return g(**kw)\n\n\n{call}\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (handing("x: int", "f(x=1)"), "int"),
        (handing("x: int", "f(x=unknown())"), "int"),
        (handing("x: int", "f(**mapping)"), "int"),
        (handing("x: 'int'", "f(x=1)"), "int"),
        (handing("x: int | None", "f(x=1)"), "int | None"),
        (handing("x: list[int]", "f(x=[1])"), "list[int]"),
        (handing("x: date", "f(x=today())", "from datetime import date\n\n\n"), "date"),
        (handing("x: Any", "f(x=1)", "from typing import Any\n\n\n"), "Any"),
        (handing("x", "f(x=1)"), "int"),
        (handing("x", "f(x=1)\nf(x='a')"), "int | str"),
        (handing("x", "f(x=1)\nf(x=unknown())"), "Any"),
        (handing("x", "f(**mapping)"), "Any"),
        (handing("x=None", "f(x=None)"), "Any"),
        (handing("x: int = None", "f()"), "int | None"),
    ],
)
def test_a_field_has_the_type_that_the_callee_says_or_that_callers_give(text: str, kind: str) -> None:
    assert kinds(text) == [kind]


def test_a_default_alone_tells_a_type_but_none_does_not() -> None:
    assert kinds("def f(**kw):\n    return kw.get('x', 1.5), kw.get('y')\n\n\nf()\n") == ["float", "Any"]


def test_a_typed_dictionary_has_the_types_of_all_defaults() -> None:
    text = "def f(a: int, **kw) -> int:\n    return kw.get('x', 1) or kw.get('x', 'a')\n\n\nf(1)\n"
    assert kinds(text, style="typed-dict") == ["int | str"]


@pytest.mark.parametrize(
    ("signature", "kind"),
    [("**kw", ""), ("**kw: object", "int"), ("*a: int, **kw", "int"), ("a=0, *, b: int = 1, **kw", "int")],
)
def test_parameters_have_types_where_the_function_says_some(signature: str, kind: str) -> None:
    assert kinds(f"def f({signature}):\n    return kw.get('x', 1)\n\n\nf()\n", style="params") == [kind]


def test_a_returned_type_is_one_too() -> None:
    assert kinds("def f(**kw) -> int:\n    return kw.get('x', 1)\n\n\nf()\n", style="params") == ["int"]


def test_a_class_is_a_type_where_it_is_there_before_the_schema() -> None:
    thing, function, call = "class Thing:\n    pass\n\n\n", "def f(**kw):\n    return kw['x']\n\n\n", "f(x=Thing())\n"
    assert kinds(thing + function + call) == ["Thing"]
    assert kinds(function + thing + call) == ["Any"]


def test_a_class_of_another_file_is_a_type_where_that_does_not_go_in_a_circle() -> None:
    function, thing = "def f(**kw):\n    return kw['x']\n", "class Thing:\n    pass\n\n\n"
    use = "import a\nimport c\n\na.f(x=c.Thing())\n"
    assert fields({"a.py": "import c\n\n\n" + function, "b.py": use, "c.py": thing}) == ["x: c.Thing"]
    assert fields({"a.py": "from c import Other\n\n\n" + function, "b.py": use, "c.py": thing}) == ["x: Thing"]
    assert fields({"a.py": function, "b.py": use, "c.py": thing}) == ["x: Any"]
    assert fields({"a.py": function, "b.py": use, "c.py": "import a\n\n\n" + thing}) == ["x: Any"]


def test_a_model_has_no_types_that_it_cannot_check_without_harm() -> None:
    text = "class Thing:\n    pass\n\n\ndef f(**kw):\n    return kw['x'], kw['y']\n\n\nf(x=Thing(), y=1)\n"
    assert kinds(text) == ["Thing", "int"]
    assert kinds(text, style="pydantic") == ["Any", "int"]


def test_values_that_a_model_would_copy_or_change_have_no_type() -> None:
    read = "def f(**kw):\n    return kw['x']\n\n\n"
    assert kinds(read + "f(x=[1])\n", style="pydantic") == ["list[int]"]
    assert kinds(read + "def g(y: list[int]):\n    return f(x=y)\n", style="pydantic") == ["Any"]
    assert kinds(read + "def g(y: list[int]):\n    return f(x=y)\n") == ["list[int]"]


def test_the_old_pydantic_would_take_the_first_type_that_fits() -> None:
    text = "def f(**kw):\n    return kw['x']\n\n\nf(x=1)\nf(x='a')\n"
    assert kinds(text, style="pydantic") == ["int | str"]
    assert fields({"app.py": text, "requirements.txt": "pydantic<2\n"}, style="auto") == ["x: Any"]


def test_a_value_that_the_callee_does_not_declare_is_a_type_too() -> None:
    assert kinds(handing("x: int", "f(x='a')")) == ["int | str"]
    assert kinds(handing("x: list[int]", "f(x=['a'])")) == ["list[int]"]


@pytest.mark.parametrize(
    ("head", "kind"), [("import numpy\n", "numpy.ndarray"), ("from numpy import array\n", "ndarray"), ("", "Any")]
)
def test_a_type_of_another_library_is_known_where_the_file_imports_that_anyway(head: str, kind: str) -> None:
    files = {
        "a.py": f"{head}import c\n\n\ndef f(**kw):\n    return c.g(**kw)\n\n\nf(**m)\n",
        "c.py": "from numpy import ndarray\n\n\ndef g(x: ndarray):\n    return x\n",
    }
    assert [field.type for field in plan(files).fields] == [kind]


def test_a_field_that_is_called_like_a_type_hides_it() -> None:
    text = "def f(**kw):\n    return kw['str'], kw['x']\n\n\nf(str=1, x='a')\n"
    assert kinds(text)[1] == "Any"
    text = "def f(a: int, **kw) -> int:\n    return kw['str'], kw['x']\n\n\nf(1, str=1, x='a')\n"
    assert kinds(text, style="params")[1] == "str"


def test_a_module_that_has_something_else_by_that_name_writes_the_type_in_full() -> None:
    assert kinds("Any = 1\n\n\ndef f(**kw):\n    return kw['x']\n\n\nf(**m)\n") == ["typing.Any"]
    assert kinds("Any = typing = 1\n\n\ndef f(**kw):\n    return kw['x']\n\n\nf(**m)\n") == ["object"]


def test_a_field_of_an_unknown_type_leaves_its_key_without_one() -> None:
    text = "from dataclasses import dataclass\n\n\n@dataclass\nclass A:\n    x: unknown\n\n\n"
    assert kinds(text + "def f(**kw):\n    return A(**kw)\n\n\nf(x=1)\n") == ["Any"]


def test_a_module_that_has_something_else_by_the_name_of_what_makes_the_class_is_left_to_a_person() -> None:
    text = "dataclass = 1\n\n\ndef f(**kw):\n    return kw['x']\n\n\nf(x=1)\n"
    assert because(text) == "`f` has to do with app.py, where `dataclass` means something else"
    assert kinds(text, style="pydantic") == ["int"]


# Bounds.

CHECK = "    if n < 1 or n > 50:\n        raise ValueError(n)\n    return n\n"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("def f(**kw):\n    n = kw['n']\n" + CHECK + "\n\nf(n=2)\n", "n: int = ge=1, le=50"),
        ("def f(**kw):\n    n = kw.get('n', 5)\n" + CHECK + "\n\nf(n=2)\n", "n: int = 5, ge=1, le=50"),
        ("def f(**kw):\n    n = kw['n']\n" + CHECK + "\n\nf(**m)\n", "n: Any"),
        ("def f(**kw):\n    n = len(kw['n'])\n" + CHECK + "\n\nf(n='a')\n", "n: str"),
    ],
)
def test_a_model_has_the_bounds_that_the_body_checks(text: str, field: str) -> None:
    assert fields(text, style="pydantic") == [field]
    assert "ge=1" not in schema(text)


def test_bounds_of_one_override_are_not_those_of_all() -> None:
    text = "import os\n\n\nclass A:\n    def f(self, **kw):\n        n = kw['n']\n"
    text += "        if n < 1:\n            raise ValueError\n"
    text += "\n\nclass B(A):\n    def f(self, **kw):\n        return kw['n']\n\n\nB().f(n=2)\n"
    assert "    n: int\n" in after(text, style="pydantic")["app.py"]


def test_a_parameter_that_joins_keeps_the_bounds_that_the_body_checks() -> None:
    text = "def f(n: int, **kw):\n    if n < 1:\n        raise ValueError(n)\n    return n, kw['x']\n\n\nf(1, x=1)\n"
    assert "    n: int = Field(ge=1)\n" in after(text, style="pydantic", join="true")["app.py"]
