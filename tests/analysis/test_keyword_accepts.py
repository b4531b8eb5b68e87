import ast
import inspect
import sys
import textwrap
import types

import pytest

from fixbot.analysis.accepting.accepts import Accepted, Slot, Unknown, accepted
from fixbot.analysis.definitions import File
from fixbot.analysis.module import statements
from fixbot.analysis.project import Project
from fixbot.model import SourceFile


def project(text: str, **others: str) -> tuple[Project, File]:
    files = {"shop/__init__.py": "", "shop/main.py": text, **{f"shop/{name}.py": each for name, each in others.items()}}
    known = {path: SourceFile(path, textwrap.dedent(each).encode()) for path, each in files.items()}
    found = Project(known.get, lambda name: ("",) if name == "shop" else ())
    file = found.file("shop/main.py")
    assert file is not None
    return found, file


def ask(text: str, *, depth: int = 3, **others: str) -> Accepted | Unknown:
    """Answer for the last call of a file that unpacks `given`."""
    found, file = project(text, **others)
    calls = [node for node in ast.walk(file.module.tree) if isinstance(node, ast.Call)]
    wanted = [call for call in calls if any(ast.unparse(each.value) == "given" for each in call.keywords)]
    call = max(wanted, key=lambda node: node.lineno)
    nodes = [node for node, _ in statements(file.module.tree) if isinstance(node, ast.stmt)]
    at = [node for node in nodes if node.lineno <= call.lineno <= (node.end_lineno or 0)][-1]
    return accepted(found, file, call, at, depth=depth)


def taken(text: str, *, depth: int = 3, **others: str) -> str:
    """Write an answer as one line: `name: type = default`, `!` behind what is required, `...` where it is open."""
    found = ask(text, depth=depth, **others)
    if isinstance(found, Unknown):
        return f"unknown: {found.because}"
    return ", ".join([*map(written, found.slots), *([] if found.closed else [f"... {found.because}"])])


def written(slot: Slot) -> str:
    kind = f": {slot.type.source}" if slot.type is not None else ""
    default = f" = {ast.unparse(slot.default)}" if slot.default is not None else ""
    return f"{slot.name}{kind}{default}{'!' if slot.required else ''}"


FUNCTIONS = [
    ("def g(a, b: int = 3, *, c: str): ...\ng(**given)", "a!, b: int = 3, c: str!"),
    ("def g(a, b: int = 3, *, c: str): ...\ng(1, c=2, **given)", "b: int = 3"),
    ("def g(a, b: int = None): ...\ng(1, **given)", "b: int | None = None"),
    ("def g(a, b=3, c=None): ...\ng(1, **given)", "b: int = 3, c = None"),
    ("def g(a, /, b): ...\ng(**given)", "b!"),
    ("def g(a, *rest, b): ...\ng(*x, **given)", "unknown: a `*` argument there may fill any of its parameters"),
    ("def g(a, *rest, b): ...\ng(1, *x, **given)", "b!"),
    ("def g(a, b): ...\ng(1, **other, **given)", "b"),
    ("def g(): ...\ng(**given)", ""),
    ("async def g(a): ...\nasync def f(given):\n    await g(**given)", "a!"),
    ("def f(given):\n    def g(a): ...\n    g(**given)", "a!"),
    ("import functools\n@functools.lru_cache\ndef g(a): ...\ng(**given)", "a!"),
    ("import contextlib\n@contextlib.contextmanager\ndef g(a):\n    yield\ng(**given)", "a!"),
    ("import x\n@x.changed(1)\ndef g(a): ...\ng(**given)", "unknown: `g` is decorated with `x.changed(1)`"),
    ("import requests\nrequests.get(**given)", "unknown: `requests.get` is not of the project"),
    ("import shop.other\nshop.other.get(**given)", "unknown: `shop.other.get` cannot be found"),
    ("from .other import get\nget(**given)", "unknown: `get` cannot be found"),
    ("dict(**given)", "unknown: `dict` is not of the project"),
    ("client.post(**given)", "unknown: `client.post` cannot be found"),
    ("handlers[0](**given)", "unknown: `handlers[0]` cannot be found"),
    ("def g(): ...\n[g(**given) for g in x]", "unknown: `g` is bound where it is called"),
]


@pytest.mark.parametrize(("text", "wanted"), FUNCTIONS)
def test_a_function_takes_what_its_call_does_not_give_yet(text: str, wanted: str) -> None:
    assert taken(text) == wanted


def test_a_decorator_that_hands_everything_on_leaves_the_parameters() -> None:
    decorator = """
        import functools

        def timed(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                return function(*args, **kwargs)
            return wrapper
        """
    text = "from .timing import timed\n@timed\ndef g(a, b): ...\ng(1, **given)\n"
    assert taken(text, timing=decorator) == "b!"


def test_the_evidence_says_where_a_keyword_is_from() -> None:
    found = ask("class A:\n    def g(self, a): ...\nA().g(**given)")
    assert isinstance(found, Accepted)
    assert [slot.says for slot in found.slots] == ["`a` is a parameter of `A.g`"]


SHOP = """
    import abc
    from typing import Generic
    from lib import Foreign

    class Base(abc.ABC):
        limit = 3

        def save(self, a: int, b=1): ...

        @classmethod
        def make(cls, a): ...

        @staticmethod
        def check(a): ...

        @property
        def reader(self): ...

        class Inner:
            def __init__(self, x): ...

    class Other:
        def save(self, c): ...

    class Left(Base): ...

    class Right(Base):
        def save(self, r): ...

    class Both(Left, Right): ...

    class Odd(Foreign, Base): ...

    class Plain(Generic): ...
    """
METHODS = [
    ("    def f(self, given):\n        self.save(**given)", "a: int!, b: int = 1"),
    ("    def f(self, given):\n        self.save(1, **given)", "b: int = 1"),
    ("    def f(self, given):\n        super().save(1, **given)", "b: int = 1"),
    ("    def f(self, given):\n        super(Shop, self).save(1, **given)", "b: int = 1"),
    ("    def f(self, given):\n        super().nothing(**given)", "unknown: `super().nothing` cannot be found"),
    ("    def f(self, given):\n        self.make(**given)", "a!"),
    ("    def f(self, given):\n        self.check(**given)", "a!"),
    ("    def f(self, given):\n        self.reader(**given)", "unknown: `Base.reader` is a property"),
    ("    def f(self, given):\n        self.limit(**given)", "unknown: `self.limit` is no method"),
    ("    def f(self, given):\n        self.Inner(**given)", "x!"),
    ("    @classmethod\n    def f(cls, given):\n        cls.make(**given)", "a!"),
    ("    @classmethod\n    def f(cls, given):\n        cls.save(self, **given)", "a: int!, b: int = 1"),
    ("    def f(self, given):\n        Base.save(self, **given)", "a: int!, b: int = 1"),
    ("    def f(self, given):\n        Shop.save(self, **given)", "a: int!, b: int = 1"),
    ("    def f(self, given):\n        Shop.make(**given)", "a!"),
    ("    def f(self, shop: Shop, given):\n        shop.save(1, **given)", "b: int = 1"),
    ("    def f(self, both: Both, given):\n        both.save(**given)", "r!"),
    (
        "    def f(self, odd: Odd, given):\n        odd.save(**given)",
        "unknown: `odd.save` may be that of `Foreign`, which is not of the project",
    ),
]


@pytest.mark.parametrize(("body", "wanted"), METHODS)
def test_a_method_is_found_where_python_finds_it(body: str, wanted: str) -> None:
    text = f"from .base import Base, Both, Odd\n\nclass Shop(Base):\n{body}\n"
    assert taken(text, base=SHOP) == wanted


def test_a_class_method_may_make_an_object_of_a_class_below() -> None:
    text = """
        class A:
            def __init__(self, x): ...

            @classmethod
            def make(cls, given):
                return cls(**given)
        """
    assert taken(text) == "x!, ... may make an object of a class below, which takes more"


def test_a_parameter_of_a_nested_function_is_no_class() -> None:
    text = """
        class A:
            @classmethod
            def make(cls, given):
                def inner(cls):
                    return cls(**given)
        """
    assert taken(text) == "unknown: `cls` cannot be found"


ONWARD = [
    ("def g(**kw):\n    return kw['a'], kw.get('b', 3), kw.pop('c', None)", "a!, b: int = 3, c = None"),
    ("def g(**kw):\n    if x:\n        return kw['a']", "a"),
    ("def g(a, **kw):\n    return kw['b']", "a!, b!"),
    ("def h(x: int, y=1): ...\ndef g(**kw):\n    h(**kw)", "x: int!, y: int = 1"),
    ("def h(x, y=1): ...\ndef g(**kw):\n    h(1, **kw)", "y: int = 1"),
    ("def h(x, y=1): ...\ndef g(y=2, **kw):\n    h(y=y, **kw)", "y: int = 2, x!"),
    ("def h(x): ...\ndef g(**kw):\n    if y:\n        h(**kw)", "x"),
    ("def h(x): ...\ndef g(**kw):\n    with y:\n        h(**kw)", "x!"),
    ("def h(x): ...\ndef g(**kw):\n    kw.setdefault('x', 1)\n    h(**kw)", "x"),
    ("def h(x): ...\ndef g(**kw):\n    h(**{'x': 1, **kw})", "x"),
    ("def h(x, z): ...\ndef g(**kw):\n    h(**{**kw, 'x': 1})", "z!"),
    ("def h(x, z): ...\ndef g(**kw):\n    kw.pop('x', 0)\n    h(x=3, **kw)", "x: int = 0, z!"),
    ("def h(x): ...\ndef g(**kw):\n    'x' in kw\n    h(**kw)", "x!"),
    ("def h(x=1): ...\ndef g(**kw):\n    kw.get('x', 2)\n    h(**kw)", "x: int"),
    ("def g(n, **kw):\n    g(n - 1, **kw)\n    return kw['a']", "n!, a!"),
    ("def g(**kw):\n    return {**kw}", "... hands its keywords on: keeps its keywords in a dictionary"),
    ("import x\ndef g(**kw):\n    x.y(**kw)", "... hands its keywords on: `x.y` is not of the project"),
    (
        "import x\ndef h(**kw):\n    x.y(**kw)\ndef g(**kw):\n    h(**kw)",
        "... hands its keywords on: `x.y` is not of the project",
    ),
    ("class A:\n    def __init__(self, x): ...\ndef g(**kw):\n    A(**kw)", "x!"),
    ("def g(**kw):\n    if 'x' not in kw:\n        kw['x'] = 1\n    return kw['x']", "x"),
    ("def h(x): ...\ndef g(**kw):\n    return lambda: h(**kw)", "x"),
    ("def h(x): ...\ndef g(**kw):\n    def inner():\n        h(**kw)", "x"),
]


@pytest.mark.parametrize(("text", "wanted"), ONWARD)
def test_what_a_callee_does_with_its_own_keywords_is_followed(text: str, wanted: str) -> None:
    assert taken(f"{text}\n\n\ng(**given)\n") == wanted


LEFT_OUT = [
    ("def h(a, b=1): ...\ndef g(**kw):\n    h(**kw)\n    kw.get('z', 2)", "z: int, a!, b: int = 1"),
    ("def g(n, **kw):\n    g(n, **kw)\n    kw.get('z', 2)", "n!, z: int = 2"),
    ("def g(n, **kw):\n    g(n, z=1, **kw)\n    kw.get('z', 2)", "n!, z: int"),
    ("def h(**kw):\n    g(**kw)\ndef g(**kw):\n    h(**kw)\n    kw.get('z', 2)", "z: int"),
    ("def h(z=2): ...\ndef g(**kw):\n    h(**kw)\n    kw.get('z', 2)", "z: int = 2"),
    ("def h(): ...\ndef g(**kw):\n    kw.pop('z', 2)\n    h(**kw)", "z: int = 2"),
    ("def h(z=2): ...\ndef i(z=3): ...\ndef g(**kw):\n    h(**kw)\n    i(**kw)", "z: int"),
    ("def h(z=2): ...\ndef i(y=3): ...\ndef g(**kw):\n    h(**kw)\n    i(**kw)", "z: int, y: int"),
    ("def h(z=2): ...\ndef g(**kw):\n    kw.get('z', 2)\n    h(z=1, **kw)", "z: int"),
    ("def h(z=2): ...\ndef g(**kw):\n    kw.get('z', 3)\n    h(**{**kw, 'z': 1})", "z: int = 3"),
    ("def h(z=2): ...\ndef g(**kw):\n    h(**{'z': 1, **kw})", "z: int"),
    ("def h(z=2): ...\ndef g(**kw):\n    h(**x, **kw)", "z: int"),
    ("def h(z=2): ...\ndef g(**kw):\n    kw.setdefault('z', 5)\n    h(**kw)", "z: int"),
    ("def g(**kw):\n    if kw:\n        return len(kw)\n    return kw.get('x', 2)", "x: int"),
    ("def g(**kw):\n    print(kw)\n    return kw.get('x', 2)", "x: int"),
    (
        "def g(**kw):\n    x = kw.pop('x', 2)\n    if kw:\n        raise TypeError(f'no {kw}')\n    return x",
        "x: int = 2",
    ),
    ("def g(**kw):\n    y.z = kw\n    return kw.get('x', 2)", "x: int, ... has a `kw` that is kept in `y.z`"),
    (
        "import y\ndef g(**kw):\n    y.z(**kw)\n    return kw.get('x', 2)",
        "x: int, ... hands its keywords on: `y.z` is not of the project",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), LEFT_OUT)
def test_a_default_stands_for_a_key_that_is_left_out_only_where_it_is_so_everywhere(text: str, wanted: str) -> None:
    assert taken(f"{text}\n\n\ng(**given)\n") == wanted


def test_the_annotation_of_all_keywords_says_the_type_of_one_that_is_read() -> None:
    assert (
        taken("def g(**kw: float):\n    return kw['a'], kw.get('b', 1)\n\n\ng(**given)\n") == "a: float!, b: float = 1"
    )


CACHED = [
    ("@functools.cache\ndef g(a=1): ...", "is cached"),
    ("@functools.lru_cache(maxsize=3)\ndef g(a=1): ...", "is cached"),
    ("@functools.cache\ndef h(a=1): ...\ndef g(**kw):\n    return h(**kw)", "is cached"),
    ("@functools.wraps(x)\ndef h(a=1): ...\ndef g(a=1, **kw):\n    return h(**kw)", ""),
    ("def g(a=1): ...", ""),
]


@pytest.mark.parametrize(("text", "wanted"), CACHED)
def test_a_cache_tells_a_default_from_what_is_left_out(text: str, wanted: str) -> None:
    found = ask(f"import functools\n{text}\n\n\ng(**given)\n")
    assert isinstance(found, Accepted)
    assert found.doubtful == wanted


OPAQUE = [
    ("def g(a: Gone, b: int, c, d: 'int | T' = 1, e: list[T] = ()): ...", "a d e"),
    ("def h(a: Gone = 1): ...\ndef g(**kw):\n    kw.get('a', 1)\n    return h(**kw)", "a"),
    ("@dataclass\nclass g:\n    a: Gone = 3\n    b: int = 3", "a"),
    ("@attr.s\nclass g:\n    a = attr.ib()\n    b: Gone = attr.ib()\n    c = attr.ib(converter=int)", "b c"),
    ("class g(DeclarativeBase):\n    __tablename__ = 'g'\n    a: Mapped[Gone]\n    b: Mapped[int]", "a"),
    ("class g(BaseModel):\n    a: Gone\n    b: int", "a"),
    (
        (
            "class g(BaseModel):\n    a: int\n    b: int\n    c: int\n"
            "    @field_validator('a', 'b', mode='before')\n    def v(cls, given): ...\n"
            "    @field_validator('c')\n    def w(cls, given): ..."
        ),
        "a b",
    ),
    (
        (
            "class B(BaseModel):\n    @field_validator('*', mode='wrap')\n    def v(cls, given): ...\n"
            "class g(B):\n    a: int\n    b: int"
        ),
        "a b",
    ),
    ("class g(BaseModel):\n    a: int\n    @model_validator(mode='wrap')\n    def v(cls, given): ...", "a"),
    ("class g(BaseModel):\n    a: int\n    @model_validator(mode='after')\n    def v(self): ...", ""),
    (
        (
            "class g(BaseModel):\n    a: int\n    b: int\n    @validator('a', pre=True)\n    def v(cls, given): ...\n"
            "    @validator('b')\n    def w(cls, given): ..."
        ),
        "a",
    ),
    ("class g(BaseModel):\n    a: int\n    @validator(*NAMES, mode=MODE)\n    def v(cls, given): ...", "a"),
    (
        (
            "class g(BaseModel):\n    a: Annotated[int, BeforeValidator(x)]\n    b: Annotated[int, AfterValidator(x)]\n"
            "    c: Annotated[int, WrapValidator(x)] = 3\n    d: Optional[Annotated[int, PlainValidator(x)]] = None"
        ),
        "a c d",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), OPAQUE)
def test_a_type_that_is_not_understood_or_not_what_callers_give_is_opaque(text: str, wanted: str) -> None:
    head = (
        "import attr\nfrom dataclasses import dataclass\nfrom sqlalchemy.orm import DeclarativeBase, Mapped\n"
        "from typing import Annotated, Optional, TypeVar\nfrom pydantic import BaseModel, field_validator, validator\n"
        "from pydantic import AfterValidator, BeforeValidator, PlainValidator, WrapValidator, model_validator\n"
        "T = TypeVar('T')\n"
    )
    found = ask(f"{head}{text}\n\n\ng(**given)\n")
    assert isinstance(found, Accepted)
    assert [slot.name for slot in found.slots if slot.opaque] == wanted.split()
    assert all(slot.type is None for slot in found.slots if slot.opaque)


def test_a_use_that_says_nothing_of_the_keys_leaves_a_callee_open() -> None:
    assert "... has a `kw` that" in taken("def g(**kw):\n    x.y = kw\n    return kw['a']\n\n\ng(**given)\n")


def test_a_callee_that_refuses_what_it_does_not_know_is_closed() -> None:
    text = "def g(**kw):\n    a = kw.pop('a')\n    if kw:\n        raise TypeError(kw)\n\n\ng(**given)\n"
    assert taken(text) == "a!"


def test_keywords_are_followed_only_so_far() -> None:
    text = "def i(x): ...\ndef h(**kw):\n    i(**kw)\ndef g(**kw):\n    h(**kw)\n\n\ng(**given)\n"
    assert taken(text) == "x!"
    ends = "hands its keywords on further than one looks"
    assert taken(text, depth=1) == f"... {ends}"
    assert taken(text, depth=0) == f"... {ends}"


CLASSES = [
    ("class A:\n    def __init__(self, x: int, y=1): ...", "x: int!, y: int = 1"),
    ("class A: ...", ""),
    ("class B:\n    def __init__(self, x): ...\nclass A(B): ...", "x!"),
    (
        (
            "class B:\n    def __init__(self, x): ...\nclass A(B):\n    "
            "def __init__(self, **kw):\n        super().__init__(**kw)"
        ),
        "x!",
    ),
    (
        "class A:\n    def __init__(self, **kw):\n        super().__init__(**kw)",
        "... hands its keywords on: `super().__init__` is that of another class, for `A` has nothing above it",
    ),
    ("import x\nclass A(x.B): ...", "unknown: `A` derives from `x.B`, which is not of the project"),
    ("import x\n@x.changed\nclass A: ...", "unknown: `A` is decorated with `x.changed`"),
    ("import x\n@x.changed\nclass A:\n    def __init__(self, x): ...", "unknown: `A` is decorated with `x.changed`"),
    ("import functools\n@functools.total_ordering\nclass A:\n    def __init__(self, x): ...", "x!"),
    ("class A:\n    def __new__(cls, x): ...", "unknown: `A` is made in a way of its own"),
    ("class A:\n    __init__ = other", "unknown: `A` is made in a way of its own"),
    ("import abc\nclass A(metaclass=abc.ABCMeta): ...", ""),
    ("import x\nclass A(metaclass=x.Meta): ...", "unknown: `A` has a metaclass"),
    ("class B: ...\nclass C(B): ...\nclass A(B, C): ...", "unknown: the bases of `A` have no order"),
    ("class A(A): ...", "unknown: the bases of `A` have no order"),
]


@pytest.mark.parametrize(("text", "wanted"), CLASSES)
def test_a_class_takes_what_its_making_takes(text: str, wanted: str) -> None:
    assert taken(f"{text}\n\n\nA(**given)\n") == wanted


def test_a_method_of_a_class_without_an_order_is_not_found() -> None:
    text = (
        "class B: ...\nclass C(B): ...\nclass A(B, C):\n    def g(self): ...\n    "
        "def f(self, given):\n        self.g(**given)"
    )
    assert taken(text) == "unknown: `self.g` cannot be found"


DATA = [
    ("@dataclass\nclass A:\n    x: int\n    y: str = 'a'", "x: int!, y: str = 'a'"),
    ("@dataclass\nclass A:\n    x: int = None", "x: int | None = None"),
    (
        "@dataclass\nclass A:\n    x: list[int] = field(default_factory=list)\n    y: int = field(default=3)",
        "x: list[int], y: int = 3",
    ),
    (
        (
            "@dataclass\nclass A:\n    x: int = field(init=False)\n    y: ClassVar[int] = 3\n    "
            "z: 'ClassVar[int]' = 3\n    w = 4"
        ),
        "",
    ),
    ("@dataclass\nclass A:\n    x: InitVar[int]\n    y: 'int'\n    z: 'in t'", "x: int!, y: int!, z!"),
    ("@dataclass(init=False)\nclass A:\n    x: int", "unknown: `A` is a dataclass without an `__init__`"),
    (
        "@dataclass\nclass B:\n    x: int\n    y: int = 1\n@dataclass\nclass A(B):\n    x: str\n    z: int = 2",
        "x: str!, y: int = 1, z: int = 2",
    ),
    ("@dataclass\nclass B:\n    x: int\nclass A(B):\n    z: int", "x: int!"),
    ("class B:\n    x: int\n@dataclass\nclass A(B):\n    z: int", "z: int!"),
    ("@dataclass\nclass A:\n    x: int\n    def __init__(self, y): ...", "y!"),
    (
        "import x\n@dataclass\nclass A(x.B):\n    z: int",
        "z: int!, ... derives from `x.B`, which may have fields as well",
    ),
    ("@pydantic.dataclasses.dataclass\nclass A:\n    x: int", "x: int!"),
]
HEAD = """
from dataclasses import dataclass, field, InitVar, KW_ONLY
from typing import ClassVar, NamedTuple, Optional, Annotated, TypedDict, Required, NotRequired
import attr, attrs, pydantic
"""


@pytest.mark.parametrize(("text", "wanted"), DATA)
def test_a_dataclass_takes_its_fields(text: str, wanted: str) -> None:
    assert taken(f"{HEAD}{text}\n\n\nA(**given)\n") == wanted


def written_by_python(text: str) -> dict[str, bool]:
    """Run a file and map what its class `A` takes by keyword to whether that is required."""
    module = types.ModuleType("ran")
    sys.modules["ran"] = module
    try:
        exec(compile(text, "ran", "exec"), vars(module))  # noqa: S102 - the texts of this file
        return {each.name: each.default is each.empty for each in inspect.signature(module.A).parameters.values()}
    finally:
        del sys.modules["ran"]


STANDARD = [
    text for text, wanted in DATA if "known" not in wanted and "pydantic" not in text and "import x" not in text
]


@pytest.mark.parametrize("text", STANDARD)
def test_python_itself_takes_the_same(text: str) -> None:
    head = HEAD.replace("import attr, attrs, pydantic\n", "")
    found = ask(f"{head}{text}\n\n\nA(**given)\n")
    assert isinstance(found, Accepted)
    assert {slot.name: slot.required for slot in found.slots} == written_by_python(head + text)


def test_fields_that_are_given_by_position_are_no_more_taken() -> None:
    text = (
        f"{HEAD}@dataclass\nclass A:\n    x: int\n    k: int = field(kw_only=True)\n    "
        "y: int\n    _: KW_ONLY\n    z: int\n"
    )
    assert taken(f"{text}\n\nA(1, 2, **given)\n") == "k: int!, z: int!"
    text = f"{HEAD}@dataclass(kw_only=True)\nclass A:\n    x: int\n    y: int = field(kw_only=False)\n"
    assert taken(f"{text}\n\nA(1, **given)\n") == "x: int!"


ATTRS = [
    ("@attr.s\nclass A:\n    x = attr.ib()\n    _y = attr.ib(default=3)\n    z: int = 4", "x!, y: int = 3"),
    (
        "@attr.s\nclass A:\n    x = attr.ib(3)\n    y = attr.ib(type=int)\n    z = attr.ib(default=None)",
        "x: int = 3, y: int!, z = None",
    ),
    (
        "@attr.s(auto_attribs=True)\nclass A:\n    x: int\n    y: int = attr.ib(factory=int)\n    z: ClassVar[int] = 1",
        "x: int!, y: int",
    ),
    ("@attrs.define\nclass A:\n    x: int\n    y: int = attrs.field(default=3, alias='w')", "x: int!, w: int = 3"),
    ("@attrs.define\nclass A:\n    x: int\n    y = attrs.field()", "y!"),
    ("@attrs.define\nclass A:\n    x: int = attrs.field(init=False)\n    y: str = attrs.field(converter=str)", "y!"),
    (
        "@attrs.define\nclass A:\n    x: int = attrs.field()\n    @x.default\n    def _x(self):\n        return 3",
        "x: int",
    ),
    ("@attrs.define\nclass A:\n    x: int = attrs.field(default=attrs.Factory(list))", "x: int"),
    ("@attrs.define\nclass B:\n    x: int\n@attrs.frozen\nclass A(B):\n    y: int", "x: int!, y: int!"),
    ("class B: ...\n@attrs.define\nclass A(B):\n    y: int", "y: int!"),
    (
        "import x\n@attrs.define\nclass A(x.B):\n    y: int",
        "y: int!, ... derives from `x.B`, which may have fields as well",
    ),
    ("@attr.s(these={})\nclass A: ...", "unknown: `A` has no `__init__` that its fields tell"),
    ("@attr.s(init=False)\nclass A: ...", "unknown: `A` has no `__init__` that its fields tell"),
    ("@attr.s\nclass A:\n    x = other()\n    y, z = 1, 2", ""),
]


@pytest.mark.parametrize(("text", "wanted"), ATTRS)
def test_a_class_of_attrs_takes_its_fields(text: str, wanted: str) -> None:
    assert taken(f"{HEAD}{text}\n\n\nA(**given)\n") == wanted


def test_fields_of_attrs_are_given_by_position_too() -> None:
    text = f"{HEAD}@attrs.define\nclass A:\n    x: int\n    y: int = attrs.field(kw_only=True)\n    z: int = 3\n"
    assert taken(f"{text}\n\nA(1, 2, **given)\n") == "y: int!"
    text = f"{HEAD}@attrs.define(kw_only=True)\nclass A:\n    x: int\n"
    assert taken(f"{text}\n\nA(**given)\n") == "x: int!"


TUPLES = [
    ("class A(NamedTuple):\n    x: int\n    y: str = 'a'", "A(1, **given)", "y: str = 'a'"),
    ("class B(NamedTuple):\n    x: int\nclass A(B):\n    y: int", "A(**given)", "x: int!"),
    ("class A(TypedDict):\n    x: int\n    y: NotRequired[str]", "A(**given)", "x: int!, y: str"),
    ("class A(TypedDict, total=False):\n    x: int\n    y: Required[str]", "A(**given)", "x: int, y: str!"),
    ("class B(TypedDict):\n    x: int\nclass A(B, total=False):\n    y: int", "A(**given)", "x: int!, y: int"),
]


@pytest.mark.parametrize(("text", "call", "wanted"), TUPLES)
def test_named_tuples_and_typed_dictionaries_take_their_names(text: str, call: str, wanted: str) -> None:
    assert taken(f"{HEAD}{text}\n\n\n{call}\n") == wanted


MODELS = [
    (
        "class A(BaseModel):\n    x: int\n    y: str = 'a'\n    _z: int = 3\n    K: ClassVar[int] = 1",
        "x: int!, y: str = 'a'",
    ),
    ("class A(BaseModel):\n    x: Optional[int]\n    y: Optional[int] = None", "x: int | None!, y: int | None = None"),
    (
        (
            "class A(BaseModel):\n    x: int = Field(...)\n    y: int = Field(3, ge=1)\n    "
            "z: int = Field(default=None)\n    w: list[int] = Field(default_factory=list)"
        ),
        "x: int!, y: int = 3, z: int | None = None, w: list[int]",
    ),
    ("class A(BaseModel):\n    x: int = made()", "x: int = made()"),
    ("class B(BaseModel):\n    x: int\nclass A(B):\n    y: int", "x: int!, y: int!"),
    ("class A(BaseModel):\n    x: int = Field(alias='X')", "X: int!"),
    ("class A(BaseModel):\n    x: int = Field(alias=None)", "x: int!"),
    ("class A(BaseModel):\n    x: Annotated[int, Field(alias='X')] = 3", "X: int = 3"),
    (
        "class A(BaseModel):\n    x: int = Field(validation_alias=AliasChoices('a', 'b'))",
        "unknown: `A.x` may be given by more than one name",
    ),
    (
        "class A(BaseModel):\n    model_config = ConfigDict(populate_by_name=True)\n    x: int = Field(alias='X')",
        "unknown: `A.x` may be given by more than one name",
    ),
    ("class A(BaseModel):\n    model_config = ConfigDict(populate_by_name=True)\n    x: int", "x: int!"),
    (
        "class A(BaseModel):\n    model_config = {'alias_generator': camel}\n    x: int",
        "unknown: `A` gives its fields other names",
    ),
    (
        "class A(BaseModel):\n    class Config:\n        t: int = 1\n        def alias_generator(_): ...\n    x: int",
        "unknown: `A` gives its fields other names",
    ),
    ("class A(BaseModel, extra='allow'):\n    x: int", "x: int!, ... takes extra keywords"),
    (
        "class A(BaseModel):\n    model_config: dict = ConfigDict(extra='allow')\n    x: int",
        "x: int!, ... takes extra keywords",
    ),
    (
        "class A(BaseModel):\n    class Config:\n        extra = Extra.allow\n    x: int",
        "x: int!, ... takes extra keywords",
    ),
    ("class A(BaseModel):\n    class Config:\n        extra = Extra.forbid\n    x: Optional[int]", "x: int | None"),
    (
        "class A(BaseModel):\n    x: int\n    @model_validator(mode='before')\n    def v(cls, given): ...",
        "x!, ... has a validator that sees all keywords first",
    ),
    (
        (
            "class A(BaseModel):\n    x: int\n    @model_validator(mode='after')\n    "
            "def v(cls, given): ...\n    @other\n    def w(self): ..."
        ),
        "x: int!",
    ),
    (
        "class A(BaseModel):\n    x: int\n    @root_validator(pre=True)\n    def v(cls, given): ...",
        "x!, ... has a validator that sees all keywords first",
    ),
    ("class A(BaseModel):\n    x: int\n    def __init__(self, y): ...", "y!"),
    (
        "class A(BaseModel):\n    x: int\n    def __init__(self, y, **kw):\n        super().__init__(**kw)",
        "y!, x: int!",
    ),
    ("class A(BaseSettings):\n    x: int", "x: int"),
]


@pytest.mark.parametrize(("text", "wanted"), MODELS)
def test_a_model_of_pydantic_takes_its_fields(text: str, wanted: str) -> None:
    head = "from pydantic import BaseModel, Field, ConfigDict, Extra\nfrom pydantic_settings import BaseSettings\n"
    assert taken(f"{HEAD}{head}{text}\n\n\nA(**given)\n") == wanted


def test_a_model_for_pydantic_1_may_leave_out_what_may_be_none() -> None:
    text = "from typing import Optional\nfrom pydantic.v1 import BaseModel\nclass A(BaseModel):\n    x: Optional[int]\n"
    assert taken(f"{text}\n\nA(**given)\n") == "x: int | None"


COLUMNS = [
    ("x = Column(Integer, primary_key=True)", "x: int"),
    ("x = Column(Integer)", "x: int | None"),
    ("x = Column(String(20), nullable=False)", "x: str"),
    ("x = Column('y', Text)", "x: str | None"),
    ("x = Column(type_=Text)", "x: str | None"),
    ("x = Column(ForeignKey('a.id'))", "x"),
    ("x = Column(ForeignKey('a.id'), Boolean)", "x: bool | None"),
    ("x = Column(Float)", "x: float | None"),
    ("x = Column(Float(asdecimal=True))", "x: Decimal | None"),
    ("x = Column(Numeric(10, 2))", "x: Decimal | None"),
    ("x = Column(Numeric(asdecimal=False))", "x: float | None"),
    ("x = Column(DateTime(timezone=True))", "x: datetime | None"),
    ("x = Column(Date)", "x: date | None"),
    ("x = Column(Time)", "x: time | None"),
    ("x = Column(Interval)", "x: timedelta | None"),
    ("x = Column(LargeBinary)", "x: bytes | None"),
    ("x = Column(JSON)", "x"),
    ("x = Column(Uuid)", "x: UUID | None"),
    ("x = Column(PGUUID)", "x"),
    ("x = Column(PGUUID(as_uuid=True))", "x: UUID | None"),
    ("x = Column(PGUUID(as_uuid=False))", "x: str | None"),
    ("x = Column(ARRAY(String))", "x: list[str] | None"),
    ("x = Column(ARRAY(String(3)))", "x: list[str] | None"),
    ("x = Column(ARRAY(JSON))", "x"),
    ("x = Column(Enum(Color))", "x: Color | None"),
    ("x = Column(Enum('a', 'b'))", "x: str | None"),
    ("x = Column(Enum(*names))", "x"),
    ("x = Column(Enum(Plain))", "x"),
    ("x = sa.Column(sa.Integer)", "x: int | None"),
    ("x = relationship('B')", "x"),
    ("x = synonym('y')", "x"),
    ("x = other()", ""),
    ("x = 3", ""),
    ("x = made().Column(Integer)", ""),
    ("x: int = 3", ""),
    ("x: Mapped[int]", "x: int"),
    ("x: Mapped[Optional[int]]", "x: int | None"),
    ("x: 'Mapped[int]'", "x: int"),
    ("x: 'other'", ""),
    ("x: list[int]", ""),
    ("x: Mapped[int] = mapped_column(primary_key=True)", "x: int"),
    ("x: Mapped[int] = mapped_column(nullable=True)", "x: int | None"),
    ("x: Mapped['Missing'] = mapped_column(String)", "x: str"),
    ("x: Mapped[list[Color]] = relationship()", "x: list[Color]"),
    ("@declared_attr\n    def x(cls):\n        return Column(Integer)", "x: int | None"),
    ("@declared_attr\n    def __x__(cls):\n        return Column(Integer)", ""),
    ("@declared_attr\n    def x(cls):\n        return 3", ""),
    ("def x(self): ...", ""),
]
SQL = """
from typing import Optional
import enum
import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, String, Text, Boolean, Float, Numeric, DateTime, Date, Time, JSON
from sqlalchemy import Enum, LargeBinary, Interval, Uuid, ARRAY
from sqlalchemy.dialects.postgresql import UUID as PGUUID
from sqlalchemy.orm import declarative_base, relationship, synonym, Mapped, mapped_column, declared_attr
Base = declarative_base()
class Color(enum.Enum):
    RED = 1
class Plain: ...
"""


@pytest.mark.parametrize(("body", "wanted"), COLUMNS)
def test_a_table_takes_its_columns(body: str, wanted: str) -> None:
    assert taken(f"{SQL}class A(Base):\n    {body}\n\n\nA(**given)\n") == wanted


SAYS = [
    ("x = Column(Integer)", "`A.x` is a column"),
    ("x = Column(Integer, nullable=False)", "`A.x` is a column that must not be empty"),
    ("x = Column(Integer, nullable=False, default=3)", "`A.x` is a column"),
    ("x = Column(Integer, primary_key=True)", "`A.x` is a column"),
    ("x: Mapped[int]", "`A.x` is a column that must not be empty"),
    ("x: Mapped[Optional[int]]", "`A.x` is a column"),
    ("x: Mapped[int] = mapped_column()", "`A.x` is a column that must not be empty"),
    ("x = relationship('B')", "`A.x` is a relation"),
    ("x = synonym('y')", "`A.x` is a mapped attribute"),
]


@pytest.mark.parametrize(("body", "says"), SAYS)
def test_the_evidence_says_which_columns_must_not_be_empty(body: str, says: str) -> None:
    found = ask(f"{SQL}class A(Base):\n    {body}\n\n\nA(**given)\n")
    assert isinstance(found, Accepted)
    assert [slot.says for slot in found.slots] == [says]


TABLES = [
    (
        "class Mixin:\n    y = Column(Date)\nclass A(Mixin, Base):\n    x = Column(Integer)",
        "x: int | None, y: date | None",
    ),
    ("class B(Base):\n    y = Column(Date)\nclass A(B):\n    x = Column(Integer)", "x: int | None, y: date | None"),
    ("class Root(sa.orm.DeclarativeBase): ...\nclass A(Root):\n    x = Column(Integer)", "x: int | None"),
    ("class A(unknown.Base):\n    __tablename__ = 'a'\n    x = Column(Integer)", "x: int | None"),
    ("class A(Base):\n    x = Column(Integer)\n    def __init__(self, y): ...", "y!"),
    (
        "class A(Base):\n    x = Column(Integer)\n    def __init__(self, y, **kw):\n        super().__init__(**kw)",
        "y!, x: int | None",
    ),
    (
        "Own = declarative_base(cls=Plain)\nclass A(Own):\n    x = Column(Integer)",
        "unknown: `A` has a base with a constructor of its own",
    ),
    ("Own: object = declarative_base()\nclass A(Own):\n    x = Column(Integer)", "x: int | None"),
    ("Own = 3\nclass A(Own):\n    x = Column(Integer)", "unknown: `A` derives from `Own`, which is not of the project"),
    ("@sa.orm.as_declarative()\nclass Root: ...\nclass A(Root):\n    x = Column(Integer)", "x: int | None"),
    ("class A(sa.orm.MappedAsDataclass, Base):\n    x: Mapped[int]", "unknown: `A` is a table and a dataclass at once"),
]


@pytest.mark.parametrize(("text", "wanted"), TABLES)
def test_a_table_is_known_by_its_bases(text: str, wanted: str) -> None:
    assert taken(f"{SQL}{text}\n\n\nA(**given)\n") == wanted


def test_a_base_may_be_made_in_another_file() -> None:
    text = "from sqlalchemy import Column, Integer\nfrom .base import Base\nclass A(Base):\n    x = Column(Integer)\n"
    base = "from sqlalchemy.orm import declarative_base\nOther = 3\nBase = declarative_base()\n"
    assert taken(f"{text}\n\nA(**given)\n", base=base) == "x: int | None"


DATABASES = {
    "of the project": "from .base import db\n",
    "of this file": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
    "of this file, annotated": "from flask_sqlalchemy import SQLAlchemy\ndb: SQLAlchemy = SQLAlchemy()\n",
    "not found": "from gone import db\n",
}


@pytest.mark.parametrize("head", DATABASES.values(), ids=DATABASES)
def test_a_table_of_flask_takes_its_columns(head: str) -> None:
    text = (
        "class A(db.Model):\n    x = db.Column(db.Integer)\n    "
        "y = db.relationship('B')\n    z = helper.Column(db.Integer)\n"
    )
    base = "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n"
    assert taken(f"{head}{text}\n\nA(**given)\n", base=base) == "x: int | None, y"
