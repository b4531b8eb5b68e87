import ast
import gc
import textwrap

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.analysis.project import Project
from fixbot.analysis.raises import Answer, exceptions_of
from fixbot.model import Skipped, SourceFile


class Files:
    """Files by their paths, and how often each was read."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.reads: list[str] = []

    def __call__(self, path: str) -> SourceFile | Skipped | None:
        self.reads.append(path)
        if path not in self.texts:
            return None
        return SourceFile(path, textwrap.dedent(self.texts[path]).encode())


def ask(files: dict[str, str], path: str = "app/main.py", project: Project | None = None) -> Answer:
    """Answer for the last `try` of a file."""
    project = project or Project(Files(files))
    file = project.file(path)
    assert file is not None
    *_, node = (node for node in ast.walk(file.module.tree) if isinstance(node, ast.Try))
    return exceptions_of(node.body, file.names, node, project=project)


def one(above: str, body: str, parameters: str = "x, text: str") -> Answer:
    """Answer for a body below some definitions, all in one file."""
    inside = textwrap.indent(textwrap.dedent(body).strip(), " " * 8)
    text = f"{textwrap.dedent(above)}\nasync def sample({parameters}):\n    try:\n{inside}\n    except: pass\n"
    return ask({"app/main.py": text})


def types(found: Answer) -> list[str]:
    return list(dict.fromkeys(raised.type for raised in found.exceptions))


def unknown(found: Answer) -> list[str]:
    return [one.call for one in found.unknown]


CLEAN = """
    def clean(text: str) -> str:
        if not text:
            raise ValueError("empty")
        return text.strip()
    """


def test_a_call_of_a_function_in_the_same_file_is_followed() -> None:
    found = one(CLEAN, "clean(text)")
    assert (types(found), found.complete) == (["ValueError"], True)


def test_what_comes_through_a_call_says_where_it_comes_from() -> None:
    (raised,) = one(CLEAN, "clean(text)").exceptions
    assert (raised.line, raised.because, raised.source) == (9, "clean(text)", "project")
    assert (raised.origin, raised.origin_source) == ("clean raises ValueError in app/main.py:4", "raise")


def test_what_comes_through_two_calls_says_where_it_is_raised() -> None:
    found = one(CLEAN + "\n    def outer(text: str) -> str:\n        return clean(text)\n", "outer(text)")
    assert [raised.origin for raised in found.exceptions] == ["clean raises ValueError in app/main.py:4"]
    assert found.complete


def test_a_file_that_stands_for_itself_needs_no_project() -> None:
    text = textwrap.dedent(CLEAN) + "\ntry:\n    clean('a')\nexcept: pass\n"
    module = parse(SourceFile("a.py", text.encode()))
    assert isinstance(module, Module)
    project = Project()
    node = module.tree.body[-1]
    assert isinstance(node, ast.Try)
    assert types(exceptions_of(node.body, Names(module), node)) == ["ValueError"]
    assert types(exceptions_of(node.body, Names(module), node, project=project)) == ["ValueError"]


def test_the_kind_of_a_result_is_known() -> None:
    found = one(CLEAN, "clean(text).encode()")
    assert (types(found), found.complete) == (["ValueError", "UnicodeEncodeError"], True)


def test_the_kind_of_a_result_without_annotation_is_found() -> None:
    found = one("def count():\n    if sample:\n        return 1\n    return 2", "1 / count()")
    assert (types(found), found.complete) == (["ZeroDivisionError"], True)


def test_what_may_return_nothing_may_be_none() -> None:
    found = one("def find(text: str):\n    if text:\n        return text.strip()", "find(text).upper()")
    assert (types(found), found.complete) == (["AttributeError"], True)


def test_what_a_function_does_not_say_stays_one_unknown_call() -> None:
    found = one("def load(a):\n    a.fetch()\n    a.parse()\n    raise KeyError", "load(text)")
    assert (types(found), unknown(found)) == (["KeyError"], ["load"])


def test_what_a_function_catches_itself_does_not_come_out() -> None:
    found = one(
        "def f(text: str):\n    try:\n        return int(text)\n    except ValueError:\n        return 0", "f(text)"
    )
    assert (types(found), found.complete) == ([], True)


IMPORTS = [
    ("from app.utils import clean", "app/utils.py"),
    ("from app.utils.phone import clean", "app/utils/phone.py"),
    ("from .utils import clean", "app/utils.py"),
    ("from .utils import clean", "app/utils/__init__.py"),
    ("from ..shared.utils import clean", "shared/utils.py"),
    ("from app.utils import clean as clean", "src/app/utils.py"),
]


@pytest.mark.parametrize(("line", "path"), IMPORTS)
def test_a_function_is_found_by_its_import(line: str, path: str) -> None:
    asking = "src/app/main.py" if path.startswith("src") else "app/main.py"
    found = ask({asking: f"{line}\ntry:\n    clean('a')\nexcept: pass\n", path: CLEAN}, asking)
    assert (types(found), found.complete) == (["ValueError"], True)
    assert found.exceptions[0].origin == f"clean raises ValueError in {path}:4"


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("import app.utils", "app.utils.clean('a')"),
        ("import app.utils as u", "u.clean('a')"),
        ("from app import utils", "utils.clean('a')"),
        ("from . import utils", "utils.clean('a')"),
    ],
)
def test_a_function_is_found_through_its_module(line: str, call: str) -> None:
    found = ask({"app/main.py": f"{line}\ntry:\n    {call}\nexcept: pass\n", "app/utils.py": CLEAN})
    assert (types(found), found.complete) == (["ValueError"], True)


def test_a_monorepo_has_its_roots_anywhere_above_the_file() -> None:
    files = {
        "apps/backend/src/api/routes/main.py": "from utils.phone import clean\ntry:\n    clean('a')\nexcept: pass\n",
        "apps/backend/src/utils/phone.py": CLEAN,
    }
    assert types(ask(files, "apps/backend/src/api/routes/main.py")) == ["ValueError"]


def test_a_module_beside_a_package_s_own_is_not_taken_for_it() -> None:
    files = {
        "lib/__init__.py": "",
        "lib/tools/__init__.py": "",
        "lib/tools/main.py": "import clean\ntry:\n    clean.clean('a')\nexcept: pass\n",
        "lib/tools/clean.py": "def clean(a): raise OSError",
        "clean.py": "def clean(a): raise KeyError",
    }
    assert types(ask(files, "lib/tools/main.py")) == ["KeyError"]


@pytest.mark.parametrize(
    "init", ["from .phone import clean", "from .phone import *", "from app.utils.phone import clean"]
)
def test_what_a_package_passes_on_is_found(init: str) -> None:
    files = {
        "app/main.py": "from app.utils import clean\ntry:\n    clean('a')\nexcept: pass\n",
        "app/utils/__init__.py": init,
        "app/utils/phone.py": CLEAN,
    }
    assert types(ask(files)) == ["ValueError"]


def test_packages_that_pass_a_name_round_in_circles_come_to_an_end() -> None:
    files = {
        "app/main.py": "from app.a import clean\ntry:\n    clean('a')\nexcept: pass\n",
        "app/a.py": "from app.b import clean",
        "app/b.py": "from app.a import clean",
    }
    assert unknown(ask(files)) == ["clean"]


def test_a_file_that_does_not_parse_is_as_good_as_none() -> None:
    files = {"app/main.py": "from app.a import clean\ntry:\n    clean('a')\nexcept: pass\n", "app/a.py": "def clean(:"}
    assert unknown(ask(files)) == ["clean"]


def test_a_file_is_read_once() -> None:
    files = Files(
        {"app/main.py": "from app.a import f\ntry:\n    f()\n    f()\nexcept: pass\n", "app/a.py": "def f(): pass"}
    )
    project = Project(files)
    assert ask({}, project=project).complete
    assert ask({}, project=project).complete
    assert sorted(set(files.reads)) == sorted(files.reads)


def test_when_too_much_was_read_what_is_kept_is_dropped_and_read_again() -> None:
    padding = f"# {'x' * 5_000_000}\n"
    files = Files(
        {
            "app/main.py": f"{padding}from app.a import f\ntry:\n    f()\nexcept: pass\n",
            "app/a.py": f"{padding}def f(): raise OSError",
        }
    )
    project = Project(files)
    assert types(ask({}, project=project)) == ["OSError"]
    gc.collect()  # what somebody holds is not read again
    assert types(ask({}, project=project)) == ["OSError"]
    other = parse(SourceFile("b.py", b"try:\n    pass\nexcept: pass\n"))
    assert isinstance(other, Module)
    node = other.tree.body[0]
    assert isinstance(node, ast.Try)
    assert exceptions_of(node.body, Names(other), node, project=project).complete
    gc.collect()
    assert types(ask({}, project=project)) == ["OSError"]
    assert files.reads.count("app/a.py") > 1


def test_a_function_that_calls_itself_is_unknown() -> None:
    found = one("def f(a):\n    if a:\n        raise KeyError\n    f(a)", "f(x)")
    assert (types(found), unknown(found)) == (["KeyError"], ["f"])


def test_functions_that_call_each_other_come_to_an_end() -> None:
    found = one("def f(a):\n    g(a)\n    raise KeyError\ndef g(a):\n    f(a)\n    raise OSError", "f(x)")
    assert (sorted(types(found)), unknown(found)) == (["KeyError", "OSError"], ["f"])


def test_a_chain_of_calls_is_followed_six_levels_deep() -> None:
    chain = "\n".join(f"def f{n}():\n    f{n + 1}()" for n in range(1, 7)) + "\ndef f7():\n    raise OSError"
    assert (types(one(chain, "f2()")), one(chain, "f2()").complete) == (["OSError"], True)
    assert (types(one(chain, "f1()")), unknown(one(chain, "f1()"))) == ([], ["f1"])


def test_the_answer_does_not_depend_on_what_was_asked_before() -> None:
    text = (
        "def f(a):\n    g(a)\n    raise KeyError\ndef g(a):\n    h(a)\n    raise OSError\n"
        "def h(a):\n    f(a)\n    raise EOFError\n"
        "def first(a):\n    try:\n        g(a)\n    except: pass\n"
        "def second(a):\n    try:\n        f(a)\n    except: pass\n"
    )
    orders = []
    for reverse in (False, True):
        project = Project(Files({"a.py": text}))
        file = project.file("a.py")
        assert file is not None
        nodes = [node for node in ast.walk(file.module.tree) if isinstance(node, ast.Try)]
        nodes.sort(key=lambda node: node.lineno, reverse=reverse)
        found = [exceptions_of(node.body, file.names, node, project=project) for node in nodes]
        orders.append(found[::-1] if reverse else found)
    assert orders[0] == orders[1]


def test_a_body_of_three_dots_says_nothing() -> None:
    assert unknown(one("def f(): ...", "f()")) == ["f"]


@pytest.mark.parametrize(
    "above", ["def f(): raise NotImplementedError", "def f():\n    'Text.'\n    raise NotImplementedError('a')"]
)
def test_a_body_that_others_have_to_write_says_nothing(above: str) -> None:
    found = one(above, "f()")
    assert (types(found), unknown(found)) == ([], ["f"])


DECORATED = [
    ("import functools", "@functools.lru_cache(maxsize=None)", True),
    ("import functools", "@functools.cache", True),
    ("from functools import wraps", "@wraps(sample)", True),
    ("import app", "@app.task", False),
    ("", "@anything", False),
]


@pytest.mark.parametrize(("above", "decorator", "complete"), DECORATED)
def test_a_decorator_that_is_not_known_leaves_what_the_body_raises_in_doubt(
    above: str, decorator: str, *, complete: bool
) -> None:
    found = one(f"{above}\n{decorator}\ndef f(): raise KeyError", "f()")
    assert (types(found), found.complete) == (["KeyError"], complete)
    assert found.exceptions[0].sure == complete


def test_a_generator_raises_where_it_is_run_through() -> None:
    above = "def rows(text: str):\n    yield int(text)"
    assert types(one(above, "rows(text)")) == []
    found = one(above, "for row in rows(text):\n    pass")
    assert (types(found), found.complete) == (["ValueError"], True)
    assert types(one(above, "[row for row in rows(text)]")) == ["ValueError"]


def test_a_coroutine_raises_where_it_is_awaited() -> None:
    above = "async def load(text: str):\n    return int(text)"
    assert types(one(above, "load(text)")) == []
    found = one(above, "await load(text)")
    assert (types(found), found.complete) == (["ValueError"], True)
    later = one(above, "task = load(text)\nawait task")
    assert (types(later), later.complete) == (["ValueError"], True)


def test_a_context_manager_raises_where_it_is_entered() -> None:
    above = "from contextlib import contextmanager\n@contextmanager\ndef opened(text: str):\n    int(text)\n    yield"
    assert types(one(above, "opened(text)")) == []
    found = one(above, "with opened(text):\n    pass")
    assert (types(found), found.complete) == (["ValueError"], True)


def test_a_function_with_stars_in_its_call_is_known_in_part() -> None:
    found = one(CLEAN, "clean(*x)")
    assert (types(found), unknown(found)) == (["ValueError"], ["clean"])


def test_an_overloaded_function_is_the_last_one() -> None:
    above = "from typing import overload\n@overload\ndef f(a: int) -> int: ...\ndef f(a):\n    raise KeyError"
    found = one(above, "f(x)")
    assert (types(found), found.complete) == (["KeyError"], True)


def test_a_function_that_is_defined_twice_is_unknown() -> None:
    assert unknown(one("if sample:\n    def f(): pass\nelse:\n    def f(): raise KeyError", "f()")) == ["f"]


def test_a_function_that_is_replaced_is_unknown() -> None:
    assert unknown(one("def f(): pass\nf = anything(f)", "f()")) == ["f"]


def test_a_function_inside_the_function_is_followed() -> None:
    found = ask({"app/main.py": "def f():\n    def g(): raise KeyError\n    try:\n        g()\n    except: pass\n"})
    assert types(found) == ["KeyError"]


def test_a_constant_of_another_module_has_its_kind() -> None:
    files = {
        "app/main.py": "from app import config\nfrom app.config import SIZE\n"
        "try:\n    1 / SIZE\n    config.NAME.encode()\nexcept: pass\n",
        "app/config.py": "SIZE = 3\nNAME = 'a'\n",
    }
    found = ask(files)
    assert (types(found), found.complete) == (["ZeroDivisionError", "UnicodeEncodeError"], True)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import json", []),
        ("from json import loads", []),
        ("import app.config", []),
        ("from app.config import SIZE", []),
        ("from . import config", []),
        ("import elsewhere", ["ImportError"]),
        ("from .missing import a", ["ImportError"]),
    ],
)
def test_an_import_inside_a_function_that_is_called_may_fail_where_nobody_has_it(
    line: str, expected: list[str]
) -> None:
    files = {"app/main.py": f"def f():\n    {line}\ntry:\n    f()\nexcept: pass\n", "app/config.py": "SIZE = 3"}
    found = ask(files)
    assert (types(found), found.complete) == (expected, True)


def test_a_file_outside_of_everything_has_an_end() -> None:
    assert Project(lambda _: None).module("json", "/srv/app.py") is None
