import ast
import textwrap

import pytest

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File, Function
from fixbot.analysis.project import Project
from fixbot.analysis.types import (
    ANY,
    NONE,
    Spelled,
    Type,
    annotated_type,
    keyword_type,
    plain_type,
    spell_type,
    union,
)
from fixbot.model import SourceFile

INT, STR, FLOAT = Type("int", (), value=True), Type("str", (), value=True), Type("float", (), value=True)
DATE = Type("date", (("date", "datetime.date"),), value=True)
MODELS = """
    from __future__ import annotations
    import enum
    from collections import namedtuple
    from typing import TYPE_CHECKING, NewType, Optional, TypeVar
    from datetime import date
    if TYPE_CHECKING:
        from decimal import Decimal

    T = TypeVar("T")
    Json = dict[str, Optional[int]]
    Text = "Booking"
    Key = NewType("Key", int)
    Pair = namedtuple("Pair", "a b")
    LIMIT = 30
    Loop = list["Loop"]
    Nothing = None
    Alias: object = list[int]
    COUNT = 1

    def count():
        global COUNT
        COUNT = 2

        class Hidden: ...

        return Hidden

    Twice = int
    Twice = str

    class Color(str, enum.Enum):
        RED = "red"
        BLUE = "blue"

        def shade(self): ...

    class Level(enum.IntEnum):
        LOW = 1

    class Base:
        size: int
        when: "date | None"
        price: Decimal
        label = "x"

        @property
        def name(self) -> str:
            return ""

        @property
        def plain(self):
            return ""

    class Booking(Base):
        class Status:
            pass

        def status(self) -> int: ...

    class Odd:
        def __new__(cls):
            return 3

    def made() -> Booking: ...
    async def fetched() -> int: ...
    def unsaid(): ...
    """


def project(text: str, **others: str) -> tuple[Project, File]:
    files = {"shop/main.py": text, "shop/models.py": MODELS, "shop/__init__.py": ""}
    files |= {f"shop/{name}.py": other for name, other in others.items()}
    known = {path: SourceFile(path, textwrap.dedent(each).encode()) for path, each in files.items()}
    found = Project(known.get)
    file = found.file("shop/main.py")
    assert file is not None
    return found, file


def plain(expression: str, before: str = "", parameters: str = "") -> Type | None:
    body = textwrap.indent(textwrap.dedent(before), "    ")
    head = (
        "import datetime\nimport uuid\nfrom decimal import Decimal\nfrom pathlib import Path\nimport shop.models as m\n"
        "from shop.models import Booking, Color, Level, LIMIT, Odd, made, fetched, unsaid\n"
        "from unittest.mock import Mock\nfrom threading import Lock, Thread\nimport requests\n"
        "SIZE = 3\nBIG = 1\nNAMES = ['a']\n"
        "def grow():\n    global BIG\n    BIG = 'x'\n"
    )
    found, file = project(f"{head}async def f({parameters}):\n{body}\n    g({expression})\n")
    at = file.module.tree.body[-1]
    assert isinstance(at, ast.AsyncFunctionDef)
    last = at.body[-1]
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Call)
    return plain_type(last.value.args[0], file, last, found)


def source(found: Type | None) -> str | None:
    return None if found is None else found.source


PLAIN = [
    ("3", "int"),
    ("-3", "int"),
    ("-True", "int"),
    ("-2.5", "float"),
    ("-x", None),
    ("'a'", "str"),
    ("b'a'", "bytes"),
    ("True", "bool"),
    ("None", "None"),
    ("...", None),
    ("f'{x}'", "str"),
    ("not x", "bool"),
    ("x is None", "bool"),
    ("1 < 2", "bool"),
    ("x == y", None),
    ("[1, 2]", "list[int]"),
    ("[1, 'a', None]", "list[int | str | None]"),
    ("[]", "list[Any]"),
    ("[x]", "list[Any]"),
    ("{1}", "set[int]"),
    ("{}", "dict[Any, Any]"),
    ("{'a': 1, 'b': 2}", "dict[str, int]"),
    ("{'a': 1, **x}", "dict[Any, Any]"),
    ("(1, 'a')", "tuple[int, str]"),
    ("(0,)", "tuple[int, ...]"),
    ("(1, 2)", "tuple[int, ...]"),
    ("()", "tuple[Any, ...]"),
    ("(*x, 1)", "tuple[Any, ...]"),
    ("[i for i in x]", "list[Any]"),
    ("{i for i in x}", "set[Any]"),
    ("{i: i for i in x}", "dict[Any, Any]"),
    ("(i for i in x)", None),
    ("lambda: 1", None),
    ("1 + 2", "int"),
    ("1 / 2", "float"),
    ("1 + 2.0", "float"),
    ("2 ** 3", None),
    ("'a' + 'b'", "str"),
    ("'%s' % x", "str"),
    ("'a' + x", None),
    ("x + 'a'", None),
    ("'a' * 3", None),
    ("1 if x else 'a'", "int | str"),
    ("1 if x else y", None),
    ("1 or 'a'", "int | str"),
    ("datetime.date(2024, 1, 1)", "date"),
    ("datetime.date.today()", "date"),
    ("datetime.datetime.now() + datetime.timedelta(days=1)", "datetime"),
    ("datetime.timezone.utc", "timezone"),
    ("datetime.date", None),
    ("Decimal('1')", "Decimal"),
    ("Path('a') / 'b'", "Path"),
    ("uuid.uuid4()", "UUID"),
    ("uuid.UUID('1')", "UUID"),
    ("str(x)", "str"),
    ("len(x)", "int"),
    ("sorted(x)", "list[Any]"),
    ("dict(a=1)", "dict[Any, Any]"),
    ("tuple(x)", "tuple[Any, ...]"),
    ("print(x)", None),
    ("Thread()", "Thread"),
    ("Lock()", None),
    ("Mock()", None),
    ("requests.get(x)", None),
    ("Booking()", "Booking"),
    ("m.Booking()", "Booking"),
    ("await Booking()", None),
    ("Odd()", None),
    ("Color.RED", "Color"),
    ("m.Level.LOW", "Level"),
    ("Color.shade", None),
    ("Color.RED.value", "str"),
    ("Level.LOW.value", "int"),
    ("Level.LOW.name", "str"),
    ("Color.GREEN.name", None),
    ("Booking.size.value", None),
    ("made()", "Booking"),
    ("fetched()", None),
    ("await fetched()", "int"),
    ("unsaid()", None),
    ("LIMIT", "int"),
    ("m.LIMIT", "int"),
    ("SIZE", "int"),
    ("NAMES", "list[Any]"),
    ("BIG", None),
    ("m.COUNT", None),
    ("nowhere", None),
    ("Booking().size", "int"),
    ("[SIZE for SIZE in x][SIZE]", None),
]


@pytest.mark.parametrize(("expression", "wanted"), PLAIN)
def test_the_type_of_a_plain_expression_is_known(expression: str, wanted: str | None) -> None:
    assert source(plain(expression)) == wanted


BOUND = [
    ("x = 3", "", "int"),
    ("x: float = 3", "", "float"),
    ("x: int", "", "int"),
    ("x = 3\nx = 4", "", None),
    ("x = 3\nx += 1", "", None),
    ("x = y = 3", "", None),
    ("for x in []: pass", "", None),
    ("with open('a') as x: pass", "", None),
    ("import json as x", "", None),
    ("def x(): pass", "", None),
    ("try: pass\nexcept OSError as x: pass", "", None),
    ("match y:\n    case [1, *x]: pass", "", None),
    ("match y:\n    case {**x}: pass", "", None),
    ("match y:\n    case x: pass", "", None),
    ("x = x", "", None),
    ("x = [1]", "", "list[Any]"),
    ("x = y\ny = 3", "", "int"),
    ("h = lambda x: x", "x: int", "int"),
    ("", "x: int", "int"),
    ("", "x: int = None", "int | None"),
    ("", "x=3", None),
    ("", "x", None),
    ("", "*x: int", None),
    ("x = 3", "x: int", None),
]


@pytest.mark.parametrize(("before", "parameters", "wanted"), BOUND)
def test_a_name_has_the_type_of_what_binds_it_once(before: str, parameters: str, wanted: str | None) -> None:
    assert source(plain("x", before, parameters)) == wanted


FIELDS = [
    ("data.size", "int"),
    ("data.when", "date | None"),
    ("data.name", "str"),
    ("data.plain", None),
    ("data.label", None),
    ("data.price", None),
    ("data.nothing", None),
    ("other.size", None),
    ("[data.size for data in other][0]", None),
]


@pytest.mark.parametrize(("expression", "wanted"), FIELDS)
def test_an_attribute_has_the_type_that_its_class_says(expression: str, wanted: str | None) -> None:
    assert source(plain(expression, parameters="data: Booking, other")) == wanted


def test_a_name_of_a_comprehension_hides_one_outside_of_it() -> None:
    assert plain("[h(SIZE) for SIZE in x]") == Type("list[Any]", (("Any", "typing.Any"),))
    found, file = project("SIZE = 1\ng(h(y=SIZE) for SIZE in z)\n")
    last = file.module.tree.body[-1]
    inner = next(node for node in ast.walk(last) if isinstance(node, ast.keyword))
    assert plain_type(inner.value, file, last, found) is None
    inner.value = ast.parse("SIZE.real", mode="eval").body
    assert plain_type(inner.value, file, last, found) is None
    inner.value = ast.parse("SIZE()", mode="eval").body
    assert plain_type(inner.value, file, last, found) is None


def test_a_class_around_a_method_lends_it_no_names() -> None:
    found, file = project("class A:\n    x = 3\n    g(x)\n")
    cls = file.module.tree.body[0]
    assert isinstance(cls, ast.ClassDef)
    assert plain_type(ast.parse("x", mode="eval").body, file, cls.body[-1], found) is None


ANNOTATIONS = [
    ("int", "int", True),
    ("any", None, False),
    ("None", "None", True),
    ("'int'", "int", True),
    ("'in t'", None, False),
    ("3", None, False),
    ("Optional[int]", "int | None", True),
    ("t.Optional['date']", "date | None", True),
    ("Union[int, str, None]", "int | str | None", True),
    ("Union[int, T]", None, False),
    ("int | str", "int | str", True),
    ("int | nowhere", None, False),
    ("List[int]", "list[int]", True),
    ("Dict[str, Any]", "dict[str, Any]", False),
    ("Tuple[int, ...]", "tuple[int, ...]", True),
    ("tuple[()]", "tuple", False),
    ("Dict", "dict", False),
    ("list", "list", False),
    ("Sequence[int]", "Sequence[int]", False),
    ("Callable[[int], str]", "Callable[[int], str]", False),
    ("Callable[[], str]", "Callable[[], str]", False),
    ("Callable[[T], str]", None, False),
    ("Callable[..., T]", None, False),
    ("Callable[..., date]", "Callable[..., date]", False),
    ("Literal['a', 'b']", 'Literal["a", "b"]', True),
    ("Literal[1]", "Literal[1]", True),
    ("Literal[Color.RED]", None, False),
    ("Annotated[int, 'x']", "int", True),
    ("Required[int]", "int", True),
    ("Final[int]", "int", True),
    ("ClassVar[int]", None, False),
    ("ClassVar", None, False),
    ("InitVar[int]", None, False),
    ("Mapped[Optional[int]]", "int | None", True),
    ("Self", None, False),
    ("Unpack[Booking]", None, False),
    ("Type[Booking]", "type[Booking]", False),
    ("date", "date", True),
    ("datetime.datetime", "datetime", True),
    ("Path", "Path", True),
    ("T", None, False),
    ("Session", "Session", False),
    ("Session[int]", "Session[int]", False),
    ("numpy.array", None, False),
    ("Lock", None, False),
    ("Booking", "Booking", False),
    ("Booking.Status", "Status", False),
    ("Color", "Color", True),
    ("list[Color]", "list[Color]", True),
    ("models.Key", "Key", False),
    ("models.Json", "Json", True),
    ("models.Text", "Booking", False),
    ("models.Pair", "Pair", False),
    ("models.Alias", "Alias", True),
    ("models.Loop", None, False),
    ("models.LIMIT", None, False),
    ("models.Nothing", None, False),
    ("models.Twice", None, False),
    ("models.T", None, False),
    ("models.made", None, False),
    ("models", None, False),
    ("Gone", None, False),
    ("Thing", None, False),
    ("Local", None, False),
    ("f()", None, False),
]
HEAD = """
    import datetime
    import typing as t
    import numpy
    from collections.abc import Callable, Sequence
    from dataclasses import InitVar
    from datetime import date
    from pathlib import Path
    from threading import Lock
    from typing import Annotated, Any, ClassVar, Dict, Final, List, Literal, Optional, Required, Self, Tuple, Type
    from typing import Union, Unpack, TYPE_CHECKING
    from sqlalchemy.orm import Mapped, Session
    from . import models
    from .models import Booking, Color, T
    from .gone import Gone
    if TYPE_CHECKING:
        from elsewhere import Thing
        class Shape: ...
    """


def annotation(text: str, *, for_checker: bool = False, head: str = HEAD) -> Type | None:
    inside = f"def outer():\n    class Local: ...\n    def f(x: {text}): ...\n"
    found, file = project(textwrap.dedent(head) + inside)
    function = next(node for node in ast.walk(file.module.tree) if isinstance(node, ast.arg)).annotation
    at = next(node for node in ast.walk(file.module.tree) if isinstance(node, ast.FunctionDef) and node.name == "f")
    assert function is not None
    return annotated_type(function, file, at, found, for_checker=for_checker)


@pytest.mark.parametrize(("text", "wanted", "value"), ANNOTATIONS)
def test_an_annotation_is_read_so_that_another_file_can_write_it(text: str, wanted: str | None, *, value: bool) -> None:
    found = annotation(text)
    assert source(found) == wanted
    assert found is None or found.value is value


def test_the_names_of_an_annotation_keep_their_origins() -> None:
    found = annotation("dict[date, Booking.Status | models.Booking]")
    assert found is not None
    assert dict(found.origins) == {
        "date": "datetime.date",
        "Status": "shop/models.py:Booking.Status",
        "Booking": "shop/models.py:Booking",
    }


def test_a_name_for_the_checker_alone_will_do_where_nobody_looks_at_run_time() -> None:
    assert source(annotation("Thing", for_checker=True)) == "Thing"
    assert source(annotation("'Shape'", for_checker=True)) == "Shape"
    assert annotation("'Shape'") is None


def test_what_is_imported_for_the_checker_and_otherwise_can_be_used() -> None:
    head = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import x\nelse:\n    import x\n"
    assert source(annotation("x.Thing", head=head)) == "Thing"


def test_an_argument_that_nobody_has_tried_at_run_time_is_left_out() -> None:
    head = "from __future__ import annotations\nfrom sqlalchemy.orm import Session\n"
    assert source(annotation("Session[int]", head=head)) == "Session"
    assert source(annotation("Session[int]", head=head, for_checker=True)) == "Session[int]"
    assert source(annotation("'Session[int]'")) == "Session"


@pytest.mark.skipif(not hasattr(ast, "TypeAlias"), reason="this Python has no type statement")
def test_parameters_of_types_stay_where_they_are() -> None:  # pragma: no cover - for newer versions
    found, file = project("type Alias = int\ndef f[V](x: V, y: Alias): ...\n")
    function = file.module.tree.body[-1]
    assert isinstance(function, ast.FunctionDef)
    known = [annotated_type(arg.annotation, file, function, found) for arg in function.args.args if arg.annotation]
    assert [source(each) for each in known] == [None, None]


def test_a_union_has_each_type_once_and_none_last() -> None:
    assert union([NONE, INT, Type("bool", (), value=True), INT]) == Type("int | bool | None", (), value=True)
    assert union([Type("int | None", (), value=True), STR]).source == "int | str | None"
    assert union([INT, Type("int")]) == Type("int")


def test_a_union_with_anything_is_anything() -> None:
    assert union([INT, ANY]) == ANY
    assert union([]) == ANY


def test_a_container_of_anything_takes_in_the_others() -> None:
    wide = Type("list[Any]", (("Any", "typing.Any"),))
    assert union([Type("list[int]"), wide, NONE]).source == "list[Any] | None"
    assert union([Type("dict[str, int]"), Type("dict")]).source == "dict"
    assert union([Type("list[int]"), Type("list[str]")]).source == "list[int] | list[str]"


LENGTHS = [
    (["tuple[int, int]", "tuple[int]"], "tuple[int, ...]"),
    (["tuple[int, ...]", "tuple[int, int]", "None"], "tuple[int, ...] | None"),
    (["tuple[int, int] | str", "tuple[int] | None"], "tuple[int, ...] | str | None"),
    (["tuple[int, int]", "tuple[int, int]"], "tuple[int, int]"),
    (["tuple[int, int]", "tuple[str]"], "tuple[int, int] | tuple[str]"),
    (["tuple[int, str]", "tuple[int]"], "tuple[int, str] | tuple[int]"),
]


@pytest.mark.parametrize(("types", "wanted"), LENGTHS)
def test_tuples_of_several_lengths_are_of_any_length(types: list[str], wanted: str) -> None:
    assert union(Type(each) for each in types).source == wanted


KEYWORDS = [
    ("int", "int"),
    ("'Optional[Booking]'", "Booking | None"),
    ("Any", None),
    ("object", None),
    ("Unpack[Keys]", None),
    ("Gone", None),
]


@pytest.mark.parametrize(("text", "wanted"), KEYWORDS)
def test_the_annotation_of_all_keywords_is_that_of_each(text: str, wanted: str | None) -> None:
    head = "from typing import Any, Optional, TypedDict, Unpack\nfrom .models import Booking\n"
    found, file = project(f"{head}class Keys(TypedDict): ...\ndef f(**options: {text}): ...\n")
    function = file.definition(file.module.tree, "f")
    assert isinstance(function, Function)
    assert source(keyword_type(function, found)) == wanted


def test_keywords_without_an_annotation_have_no_type() -> None:
    found, file = project("def f(**options): ...\ndef g(): ...\n")
    functions = [file.definition(file.module.tree, name) for name in "fg"]
    assert [keyword_type(each, found) for each in functions if isinstance(each, Function)] == [None, None]


def test_two_classes_of_one_name_are_told_apart() -> None:
    one, two = Type("Key", (("Key", "a.py:Key"),)), Type("list[Key]", (("Key", "b.py:Key"),))
    found = union([one, two, Type("K", (("K", "a.py:Key"),))])
    assert found == Type("Key | list[Key2] | Key", (("Key", "a.py:Key"), ("Key2", "b.py:Key")))


def test_text_in_types_stands_in_double_quotes() -> None:
    kinds = Type("Literal['a']", (("Literal", "typing.Literal"),), value=True)
    assert union([kinds]).source == 'Literal["a"]'
    assert union([Type("""Literal['"']""")]).source == """Literal['"']"""


def spelled(
    found: Type,
    text: str,
    *,
    pipes: bool = True,
    generics: bool = True,
    for_checker: bool = False,
    path: str = "shop/main.py",
) -> Spelled | None:
    known, _ = project(text, sub="", **{"deep/__init__": "", "deep/inner": text})
    file = known.file(path)
    assert file is not None
    at = file.module.tree.body[-1]
    return spell_type(found, file, at, known, pipes=pipes, generics=generics, for_checker=for_checker)


BOOKING = Type("Booking", (("Booking", "shop/models.py:Booking"),))
STATUS = Type("Status", (("Status", "shop/models.py:Booking.Status"),))
NESTED = Type("Inner", (("Inner", "lib.mod.Outer.Inner"),))
WAYS = [
    (INT, "x = 1", Spelled("int")),
    (INT, "int = 1", None),
    (DATE, "x = 1", Spelled("date", ("from datetime import date",))),
    (DATE, "from datetime import date\nx = 1", Spelled("date")),
    (DATE, "from datetime import date as d\nx = 1", Spelled("d")),
    (DATE, "import datetime\nx = 1", Spelled("datetime.date")),
    (DATE, "import datetime as dt\nx = 1", Spelled("dt.date")),
    (DATE, "from datetime import datetime\nx = 1", Spelled("date", ("from datetime import date",))),
    (DATE, "date = 1", Spelled("datetime.date", ("import datetime",))),
    (DATE, "date = 1\ndatetime = 1", None),
    (DATE, "from x import *\nx = 1", None),
    (DATE, "x = 1\nfrom datetime import date", Spelled("datetime.date", ("import datetime",))),
    (Type("Q", (("Q", "xml.sax.Q"),)), "import xml\nx = 1", Spelled("xml.sax.Q", ("import xml.sax",))),
    (Type("Q", (("Q", "xml.sax.Q"),)), "import xml.sax\nx = 1", Spelled("xml.sax.Q")),
    (NESTED, "x = 1", Spelled("Outer.Inner", ("from lib.mod import Outer",))),
    (BOOKING, "x = 1", Spelled("Booking", ("from shop.models import Booking",))),
    (BOOKING, "from .sub import a\nx = 1", Spelled("Booking", ("from .models import Booking",))),
    (BOOKING, "from .models import Booking\nx = 1", Spelled("Booking")),
    (BOOKING, "from shop.models import Booking as B\nx = 1", Spelled("B")),
    (BOOKING, "from shop import models\nx = 1", Spelled("models.Booking")),
    (BOOKING, "Booking = 1", None),
    (STATUS, "x = 1", Spelled("Booking.Status", ("from shop.models import Booking",))),
    (STATUS, "from shop.models import Booking\nx = 1", Spelled("Booking.Status")),
    (Type("New", (("New", "shop/main.py:New"),)), "x = 1", Spelled("New")),
    (Type("New", (("New", "shop/main.py:New"),)), "from a import New\nx = 1", None),
    (Type("New", (("New", "shop/gone.py:New"),)), "x = 1", None),
    (Type("New", (("New", "other/gone.py:New"),)), "from . import sub\nx = 1", None),
    (Type("Json", (("Json", "shop/models.py:Json"),)), "from .models import Json\nx = 1", Spelled("Json")),
    (
        Type("dict[date, Booking]", (*DATE.origins, *BOOKING.origins)),
        "x = 1",
        Spelled("dict[date, Booking]", ("from datetime import date", "from shop.models import Booking")),
    ),
    (Type("Key | Key2", (("Key", "a.Key"), ("Key2", "b.Key"))), "x = 1", None),
]


@pytest.mark.parametrize(("found", "text", "wanted"), WAYS)
def test_a_type_is_written_as_the_file_writes_it(found: Type, text: str, wanted: Spelled | None) -> None:
    assert spelled(found, text) == wanted


def test_a_file_further_down_imports_with_more_dots() -> None:
    wanted = Spelled("Booking", ("from ..models import Booking",))
    assert spelled(BOOKING, "from . import x\nx = 1", path="shop/deep/inner.py") == wanted


def test_an_import_for_the_checker_alone_is_not_used_at_run_time() -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .models import Booking\nx = 1"
    assert spelled(BOOKING, text) is None
    assert spelled(BOOKING, text, for_checker=True) == Spelled("Booking")


SCHEMAS = {
    "app/schemas.py": "class X: ...\n",
    "app/booking.py": "def book(): ...\n",
    "app/deep/inner.py": "y = 1\n",
}
FOLDERS = [
    ("app/c.py", {"app/c.py": "import app.schemas\nx = 1"}, Spelled("app.schemas.X")),
    ("app/c.py", {"app/c.py": "import app.booking\nx = 1"}, Spelled("X", ("from app.schemas import X",))),
    ("app/c.py", {"app/c.py": "from app import booking\nx = 1"}, Spelled("X", ("from app.schemas import X",))),
    ("app/c.py", {"app/c.py": "import booking\nx = 1"}, Spelled("X", ("from schemas import X",))),
    ("app/booking.py", {"main.py": "from app.booking import book"}, Spelled("X", ("from app.schemas import X",))),
    ("app/booking.py", {"app/c.py": "import os, booking"}, Spelled("X", ("from schemas import X",))),
    ("app/booking.py", {"tests/c.py": "from app import (booking)"}, Spelled("X", ("from app.schemas import X",))),
    ("app/booking.py", {"main.py": "import app.booking", "app/c.py": "import booking"}, None),
    ("app/booking.py", {}, Spelled("X", ("from schemas import X",))),
    ("app/deep/inner.py", {"main.py": "import app.deep.inner"}, Spelled("X", ("from app.schemas import X",))),
    ("app/deep/inner.py", {"main.py": "import app.deep.inner", "app/deep/app/schemas.py": ""}, None),
]


@pytest.mark.parametrize(("path", "others", "wanted"), FOLDERS)
def test_a_folder_without_an_init_is_named_as_the_imports_name_it(
    path: str, others: dict[str, str], wanted: Spelled | None
) -> None:
    corpus = Corpus({name: text.encode() for name, text in (SCHEMAS | others).items()})
    file = corpus.file(path)
    assert file is not None
    wanted_type = Type("X", (("X", "app/schemas.py:X"),))
    assert spell_type(wanted_type, file, file.module.tree.body[-1], corpus.project, corpus=corpus) == wanted


def test_a_package_below_another_folder_is_named_as_the_file_names_it() -> None:
    corpus = Corpus({"ns/pkg/__init__.py": b"", "ns/pkg/a.py": b"class X: ...", "b.py": b"import ns.pkg.c\nx = 1"})
    corpus = corpus.changed({"ns/pkg/c.py": b""})
    file = corpus.file("b.py")
    assert file is not None
    found = spell_type(Type("X", (("X", "ns/pkg/a.py:X"),)), file, file.module.tree.body[-1], corpus.project)
    assert found == Spelled("X", ("from ns.pkg.a import X",))


OLDER = [
    ("int | None", "Optional[int]", ("from typing import Optional",)),
    ("int | str", "Union[int, str]", ("from typing import Union",)),
    (
        "list[int | str] | int | str",
        "Union[List[Union[int, str]], int, str]",
        ("from typing import List", "from typing import Union"),
    ),
    (
        "int | str | None",
        "Optional[Union[int, str]]",
        ("from typing import Union", "from typing import Optional"),
    ),
    ("list[int]", "List[int]", ("from typing import List",)),
    (
        "dict[str, tuple[int, ...]]",
        "Dict[str, Tuple[int, ...]]",
        ("from typing import Dict", "from typing import Tuple"),
    ),
    ("list", "list", ()),
    ("None", "None", ()),
]


@pytest.mark.parametrize(("text", "wanted", "imports"), OLDER)
def test_older_versions_of_python_are_written_for(text: str, wanted: str, imports: tuple[str, ...]) -> None:
    assert spelled(Type(text), "x = 1", pipes=False, generics=False) == Spelled(wanted, imports)


def test_arguments_stay_where_only_one_of_the_two_ways_is_too_new() -> None:
    found = Type("list[int] | None")
    assert spelled(found, "x = 1", pipes=False) == Spelled("Optional[list[int]]", ("from typing import Optional",))
    assert spelled(found, "x = 1", generics=False) == Spelled("List[int] | None", ("from typing import List",))


def test_generic_classes_are_written_for_older_versions_too() -> None:
    calls = Type("Callable[[int], str]", (("Callable", "collections.abc.Callable"),))
    assert spelled(calls, "x = 1", generics=False) == Spelled("Callable[[int], str]", ("from typing import Callable",))
    queue = Type("Queue[int]", (("Queue", "queue.Queue"),))
    assert spelled(queue, "x = 1", generics=False) == Spelled("Queue", ("from queue import Queue",))
    own = Type("Optional | None", (("Optional", "shop/models.py:Booking"),))
    written = spelled(own, "x = 1", pipes=False)
    assert written is not None
    assert written.source == "Optional[Booking]"


def test_a_class_of_a_function_is_known_nowhere_else() -> None:
    assert plain("Inner()", before="class Inner: ...") is None


def test_a_name_at_the_top_of_a_file_is_known_too() -> None:
    found, file = project("x = 3\n")
    assert plain_type(ast.parse("x", mode="eval").body, file, file.module.tree, found) == INT
