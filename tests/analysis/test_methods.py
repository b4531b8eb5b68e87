import ast
import textwrap

import pytest

from fixbot.analysis.project import Project
from fixbot.analysis.raises import Answer, exceptions_of
from fixbot.model import SourceFile


def ask(text: str, **others: str) -> Answer:
    files = {"app/main.py": text, **{f"app/{name}.py": other for name, other in others.items()}}
    known = {path: SourceFile(path, textwrap.dedent(each).encode()) for path, each in files.items()}
    project = Project(known.get)
    file = project.file("app/main.py")
    assert file is not None
    *_, node = (node for node in ast.walk(file.module.tree) if isinstance(node, ast.Try))
    return exceptions_of(node.body, file.names, node, project=project)


def types(found: Answer) -> list[str]:
    return list(dict.fromkeys(raised.type for raised in found.exceptions))


def unknown(found: Answer) -> list[str]:
    return [one.call for one in found.unknown]


STORE = """
    class Base:
        def load(self, key: str) -> int:
            return int(key)

        def save(self, key: str) -> None:
            raise OSError("full")

    class Disk:
        def save(self, key: str) -> None:
            raise EOFError

    class Store(Base):
        size = 3

        def __init__(self, name: str) -> None:
            if not name:
                raise ValueError("no name")
            self.name = name
            self.cache = {}
            self.disk = Disk()
            self.later = None

        def save(self, key: str) -> None:
            raise KeyError(key)

        @property
        def ratio(self) -> float:
            return 1 / len(self.name)

        @staticmethod
        def check(key: str) -> None:
            assert key

        @classmethod
        def made(cls, name: str):
            return cls(name)

        def __enter__(self):
            raise EOFError

        def __exit__(self, *args):
            return None

        def __getitem__(self, key: str) -> str:
            raise LookupError(key)
    """


def within(body: str, parameters: str = "store: Store, text: str") -> Answer:
    """Answer for a body in a file that imports the store."""
    inside = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    text = f"from app.store import Store, Base\ndef sample({parameters}):\n    try:\n{inside}\n    except: pass\n"
    return ask(text, store=STORE)


CASES = [
    ("a method of an annotated parameter", "store.save(text)", ["KeyError"]),
    ("a method that a base has", "store.load(text)", ["ValueError"]),
    ("a constructor", "Store(text)", ["ValueError"]),
    ("a method of what was just made", "Store(text).save(text)", ["ValueError", "KeyError"]),
    ("a method of a name that was assigned", "made = Store(text)\nmade.save(text)", ["ValueError", "KeyError"]),
    ("a property", "store.ratio", ["ZeroDivisionError"]),
    ("a static method", "Store.check(text)", ["AssertionError"]),
    ("a static method of an instance", "store.check(text)", ["AssertionError"]),
    ("a class method", "Store.made(text)", ["ValueError"]),
    ("an attribute that __init__ sets", "store.cache['a']", ["KeyError"]),
    ("an attribute of a parameter's kind", "store.name.encode()", ["UnicodeEncodeError"]),
    ("a method of an attribute", "store.disk.save(text)", ["EOFError"]),
    ("an attribute of the class", "1 / store.size", ["ZeroDivisionError"]),
    ("a method that is not called", "store.save", []),
    ("with", "with store:\n    pass", ["EOFError"]),
    ("an item", "store['a']", ["LookupError"]),
    ("setting an attribute", "store.name = text", []),
    ("a class", "[Store]", []),
]


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_method_is_found_by_the_class_of_its_receiver(body: str, expected: list[str]) -> None:
    found = within(body)
    assert (types(found), unknown(found)) == (expected, [])


@pytest.mark.parametrize(
    ("annotation", "absent"),
    [
        ("'Store'", False),
        ("Store | None", True),
        ("'Store | None'", True),
        ("typing.Optional['Store']", True),
        ("typing.Union[Store, None]", True),
    ],
)
def test_an_annotation_names_the_class(annotation: str, *, absent: bool) -> None:
    above = "import typing\nfrom app.store import Store\n"
    text = f"{above}def f(s: {annotation}):\n    try:\n        s.save('a')\n    except: pass\n"
    found = ask(text, store=STORE)
    assert (types(found), found.complete) == ((["AttributeError"] if absent else []) + ["KeyError"], True)


def test_inside_a_test_for_none_a_method_is_there() -> None:
    found = within("if store is not None:\n    store.save(text)", "store: Store | None, text: str")
    assert types(found) == ["KeyError"]


def test_an_attribute_that_nobody_sets_is_unknown() -> None:
    assert unknown(within("store.nothing")) == ["store.nothing"]


def test_an_attribute_that_is_none_at_first_is_of_no_known_kind() -> None:
    assert unknown(within("store.later.fetch()")) == ["store.later.fetch"]


CHECKED = """
from dataclasses import dataclass
@dataclass(frozen=True)
class A:
    a: int
    def __post_init__(self):
        if self.a < 1:
            raise ValueError
"""

SELF = """
    class Base:
        def load(self, key): raise KeyError
    class Store(Base):
        def __init__(self, client):
            self.client = client
            self.names: list[str] = []
        def load(self, key):
            raise OSError
        def run(self, key: str):
            try:
                {body}
            except: pass
    """


@pytest.mark.parametrize(
    ("body", "expected", "missing"),
    [
        ("self.load(key)", ["OSError"], []),
        ("super().load(key)", ["KeyError"], []),
        ("self.names[0]", ["IndexError"], []),
        ("self.client.fetch(key)", [], ["self.client.fetch"]),
        ("self.nothing(key)", [], ["self.nothing"]),
        ("self.key = key", [], []),
        ("self.key: str = key.strip()", [], []),
        ("self.names += [key]", [], []),
        ("type(self).load(self, key)", [], ["type(self).load"]),
    ],
)
def test_self_is_of_the_class_around(body: str, expected: list[str], missing: list[str]) -> None:
    found = ask(SELF.replace("{body}", body))
    assert (types(found), unknown(found)) == (expected, missing)


def test_a_method_that_a_class_of_the_file_overrides_may_be_another() -> None:
    text = (
        textwrap.dedent(SELF).replace("{body}", "self.load(key)")
        + "class Heir(Store):\n    def load(self, key): pass\n"
    )
    found = ask(text)
    assert (types(found), unknown(found)) == (["OSError"], ["self.load"])


def test_a_method_that_an_heir_of_an_heir_overrides_may_be_another() -> None:
    text = textwrap.dedent(SELF).replace("{body}", "self.load(key)")
    found = ask(text + "class A(Store): pass\nclass B(A):\n    def load(self, key): pass\n")
    assert unknown(found) == ["self.load"]


def test_bases_that_go_round_in_circles_come_to_an_end() -> None:
    text = (
        "class A(B): pass\nclass B(A):\n    def f(self):\n        try:\n            self.no()\n        except: pass\n"
    )
    assert unknown(ask(text)) == ["self.no"]


@pytest.mark.parametrize(
    ("above", "call", "expected", "complete"),
    [
        ("class A: pass", "A()", [], True),
        ("class A(Anything): pass", "A()", [], False),
        ("class A(metaclass=type): pass", "A()", [], False),
        ("@anything\nclass A: pass", "A()", [], False),
        ("class A: ...", "A()", [], False),
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    a: int", "A(1)", [], True),
        (
            CHECKED,
            "A(1)",
            ["ValueError"],
            True,
        ),
        ("from typing import NamedTuple\nclass A(NamedTuple):\n    a: int", "A(1)", [], True),
        ("import enum\nclass A(enum.Enum):\n    X = 1", "A(1)", ["ValueError"], True),
        ("import enum\nclass A(str, enum.Enum):\n    X = 'x'", "A('x')", ["ValueError"], True),
        ("import enum\nclass A(enum.Enum):\n    X = 1", "A['X']", ["KeyError"], True),
        ("import enum\nclass A(enum.Enum):\n    X = 1", "A.X", [], True),
        ("from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]): pass", "A()", [], True),
        ("class A:\n    def __new__(cls):\n        raise TypeError", "A()", ["TypeError"], True),
    ],
)
def test_making_an_instance_runs_what_its_class_says(
    above: str, call: str, expected: list[str], *, complete: bool
) -> None:
    found = ask(f"{above}\ntry:\n    {call}\nexcept: pass\n")
    assert (types(found), found.complete) == (expected, complete)


ERRORS = """
    class AppError(Exception):
        def __init__(self, message: str, code: int = 500) -> None:
            super().__init__(message)
            self.code = code
    class NotFound(AppError, LookupError):
        pass
    class Foreign(Anything):
        pass
    def find(key: str) -> str:
        raise NotFound(key)
    """


def test_a_class_of_another_file_is_named_as_an_importer_writes_it() -> None:
    found = ask("from app.errors import find\ntry:\n    find('a')\nexcept: pass\n", errors=ERRORS)
    (raised,) = found.exceptions
    assert (raised.type, found.complete) == ("app.errors.NotFound", True)
    assert raised.lineage[0] == "app/errors.py:NotFound"
    assert "builtins.LookupError" in raised.lineage
    assert found.possible == ("app.errors.NotFound",)


def test_a_class_of_the_file_itself_keeps_its_bare_name() -> None:
    found = ask(textwrap.dedent(ERRORS) + "try:\n    find('a')\nexcept: pass\n")
    assert types(found) == ["NotFound"]


@pytest.mark.parametrize("clause", ["NotFound", "LookupError", "app.errors.AppError", "Exception"])
def test_an_inner_handler_catches_a_class_of_another_file(clause: str) -> None:
    text = (
        "import app.errors\nfrom app.errors import find, NotFound\n"
        f"try:\n    try:\n        find('a')\n    except {clause}:\n        pass\nexcept: pass\n"
    )
    known = {"app/main.py": text, "app/errors.py": textwrap.dedent(ERRORS)}
    project = Project({path: SourceFile(path, each.encode()) for path, each in known.items()}.get)
    file = project.file("app/main.py")
    assert file is not None
    node = file.module.tree.body[-1]
    assert isinstance(node, ast.Try)
    assert types(exceptions_of(node.body, file.names, node, project=project)) == []


@pytest.mark.parametrize(
    ("raised", "type_", "complete"),
    [
        ("raise NotFound('a')", "app.errors.NotFound", True),
        ("raise errors.NotFound('a')", "app.errors.NotFound", True),
        ("raise errors.AppError('a', code=4)", "app.errors.AppError", True),
        ("raise Foreign()", "app.errors.Foreign", False),
        ("raise other.Failed('a')", "other.Failed", False),
    ],
)
def test_a_raise_of_a_class_of_another_file_is_understood(raised: str, type_: str, *, complete: bool) -> None:
    above = "import other\nfrom app import errors\nfrom app.errors import NotFound, Foreign\n"
    found = ask(f"{above}try:\n    {raised}\nexcept: pass\n", errors=ERRORS)
    assert (types(found), found.complete) == ([type_], complete)
    assert found.exceptions[0].sure == complete
    assert "builtins.Exception" in found.exceptions[0].lineage


@pytest.mark.parametrize(
    ("asking", "home", "line", "expected"),
    [
        ("src/app/api/main.py", "src/app/errors.py", "from ..errors import fail", "app.errors.Failed"),
        ("src/app/api/main.py", "src/app/errors.py", "from app.errors import fail", "app.errors.Failed"),
        ("api/src/main.py", "api/src/tools/errors.py", "from tools.errors import fail", "tools.errors.Failed"),
        ("main.py", "errors.py", "from errors import fail", "errors.Failed"),
        ("tools/main.py", "tools/errors.py", "from .errors import fail", "errors.Failed"),
        ("src/app/main.py", "src/app/errors/__init__.py", "from .errors import fail", "app.errors.Failed"),
    ],
)
def test_a_class_is_named_from_the_root_of_its_package(asking: str, home: str, line: str, expected: str) -> None:
    files = {
        asking: f"{line}\ntry:\n    fail()\nexcept: pass\n",
        home: "class Failed(Exception): pass\ndef fail(): raise Failed",
    }
    if "src/app" in home:
        files["src/app/__init__.py"] = files["src/app/api/__init__.py"] = ""
    project = Project({path: SourceFile(path, text.encode()) for path, text in files.items()}.get)
    file = project.file(asking)
    assert file is not None
    node = file.module.tree.body[-1]
    assert isinstance(node, ast.Try)
    assert types(exceptions_of(node.body, file.names, node, project=project)) == [expected]


@pytest.mark.parametrize("body", ["pass", '"""For heirs."""'])
@pytest.mark.parametrize("own", ["self", "cls"])
def test_a_method_that_does_nothing_is_there_for_heirs_to_fill(own: str, body: str) -> None:
    mark = "    @classmethod\n" if own == "cls" else ""
    text = f"class A:\n{mark}    def hook({own}): {body}\n{mark}    def run({own}):\n"
    found = ask(f"{text}        try: {own}.hook()\n        except: pass\n")
    assert unknown(found) == [f"{own}.hook"]


def test_a_class_method_that_an_heir_overrides_may_be_another() -> None:
    text = "class A:\n    @classmethod\n    def make(cls): return 1\n    @classmethod\n    def run(cls):\n"
    heir = "class B(A):\n    @classmethod\n    def make(cls): raise OSError\n"
    body = "        try: cls.make()\n        except: pass\n"
    assert unknown(ask(text + body)) == []
    assert unknown(ask(text + body + heir)) == ["cls.make"]


@pytest.mark.parametrize("call", ["User(**x)", "User.model_validate(x)", "User(id=x)"])
def test_a_class_has_what_it_does_from_the_package_that_its_base_comes_from(call: str) -> None:
    text = "from pydantic import BaseModel\nclass User(BaseModel):\n    id: int\n"
    found = ask(f"{text}def load(x):\n    try: {call}\n    except: pass\n")
    assert [(raised.type, raised.source) for raised in found.exceptions] == [("pydantic.ValidationError", "package")]
    assert not found.complete


def test_what_comes_from_a_package_through_a_function_is_the_projects() -> None:
    text = "from pydantic import BaseModel\nclass User(BaseModel):\n    id: int\ndef make(x):\n    return User(id=x)\n"
    found = ask(f"{text}def load(x):\n    try: make(x)\n    except: pass\n")
    assert [(raised.type, raised.source) for raised in found.exceptions] == [("pydantic.ValidationError", "project")]


def test_an_attribute_that_a_method_deletes_may_be_gone() -> None:
    text = "class A:\n    def __init__(self): self.name = 'a'\n    def close(self): {close}\n    def run(self):\n"
    body = "        try: self.name\n        except: pass\n"
    assert ask(text.format(close="pass") + body).complete
    assert not ask(text.format(close="del self.name") + body).complete
