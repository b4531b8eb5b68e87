from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Mapping

import pytest

from fixbot.analysis.calling.callers import Caller, Callers, callers_of
from fixbot.analysis.coroutines.mentions import Finder
from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import Function, FunctionNode

BOOK = "def book(a, b=1, **kwargs):\n    return kwargs\n"
ROOM = "class Room:\n    def __init__(self, a, **kwargs):\n        self.a = a\n"
DESK = "class Desk:\n    def book(self, a, b=1, **kwargs):\n        return kwargs\n"


def function(corpus: Corpus, name: str) -> Function:
    for path in corpus.files:
        file = corpus.file(path)
        for node in ast.walk(file.module.tree) if file is not None else ():
            if file is not None and isinstance(node, FunctionNode) and Function(file, node).qualname == name:
                return Function(file, node)
    raise AssertionError(name)


def callers(files: Mapping[str, str], name: str) -> Callers:
    corpus = Corpus({path: textwrap.dedent(text).encode() for path, text in files.items()})
    return callers_of(Finder(corpus), function(corpus, name))


def bound(caller: Caller) -> set[str]:
    return set(caller.bound)


def of_book(text: str) -> Callers:
    return callers({"app.py": BOOK, "main.py": "from app import book\n" + textwrap.dedent(text)}, "book")


def of_room(text: str) -> Callers:
    return callers({"app.py": ROOM, "main.py": "from app import Room\n" + textwrap.dedent(text)}, "Room.__init__")


def of_desk(text: str) -> Callers:
    return callers({"app.py": DESK, "main.py": "from app import Desk\n" + textwrap.dedent(text)}, "Desk.book")


def only(found: Callers) -> Caller:
    assert len(found.calls) == 1
    return found.calls[0]


def lines(found: Callers) -> list[str]:
    """Give where the calls are; nothing may be unseen or fixed."""
    assert (found.unseen, found.fixed) == ((), ())
    return [caller.call.at for caller in found.calls]


def keys(caller: Caller) -> list[list[str] | None]:
    return [None if each.keys is None else sorted(each.keys) for each in caller.mappings]


def test_keywords_are_told_apart_from_own_parameters() -> None:
    caller = only(of_book("book(1, y=2, b=3, x=4)\n"))
    assert list(caller.given) == ["y", "x"]
    assert bound(caller) == {"a", "b"}
    assert (caller.mappings, caller.first) == ((), 0)


def test_a_parameter_that_only_a_position_gives_leaves_its_name_to_the_keywords() -> None:
    found = callers({"app.py": "def book(a, /, **kwargs):\n    return a\nbook(1, a=2)\n"}, "book")
    assert list(only(found).given) == ["a"]
    assert (found.unseen, found.fixed) == ((), ())


def test_calls_are_in_source_order() -> None:
    found = of_book("book(1, z=3)\ndef other():\n    book(2)\nbook(3)\n")
    assert lines(found) == ["main.py:2", "main.py:4", "main.py:5"]


@pytest.mark.parametrize(
    "mapping",
    [
        "{'x': 1, 'y': 2}",
        "dict(x=1, y=2)",
        "dict({'x': 1}, y=2)",
        "{'x': 1, **{'y': 2}}",
        "dict(x=1, **dict(y=2))",
    ],
)
def test_the_keys_of_a_mapping_that_is_written_out_are_known(mapping: str) -> None:
    caller = only(of_book(f"book(1, 2, **{mapping})\n"))
    assert keys(caller) == [["x", "y"]]


LOOKS = [
    "print(data)",
    "data['x']",
    "data.get('x')",
    "assert data == {'x': 1}",
    "assert 'x' in data",
    "f'{data}'",
    "other(**data)",
    "{'z': 1, **data}",
    "for key in data: pass",
    "[key for key in data]",
]


@pytest.mark.parametrize("look", LOOKS)
def test_the_keys_of_a_local_name_are_known_where_it_is_only_looked_at(look: str) -> None:
    found = of_book(f"def main():\n    data = {{'x': 1}}\n    {look}\n    book(1, 2, **data)\n")
    assert keys(only(found)) == [["x"]]
    assert found.fixed == ()


@pytest.mark.parametrize(
    "change",
    [
        "data['y'] = 1",
        "data.update(y=1)",
        "data.pop('x')",
        "other(data)",
        "return data",
        "again = data",
        "data = {}",
        "data |= {'y': 1}",
        "del data",
        "def inner():\n        nonlocal data\n        data = {}",
        "data.get",
        "x = {'k': data}",
    ],
)
def test_the_keys_of_a_local_name_that_may_be_changed_are_unknown(change: str) -> None:
    found = of_book(f"def main():\n    data = {{'x': 1}}\n    {change}\n    book(1, 2, **data)\n")
    assert keys(only(found)) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "def main(data):\n    book(1, 2, **data)\n",
        "data = {'x': 1}\nbook(1, 2, **data)\n",
        "def main():\n    data = {name: 1}\n    book(1, 2, **data)\n",
        "def main():\n    data: dict = load()\n    book(1, 2, **data)\n",
        "def main():\n    for data in []: book(1, 2, **data)\n",
        "def dict(**more): ...\nbook(1, 2, **dict(x=1))\n",
        "def main():\n    (data, _) = {}, 1\n    book(1, 2, **data)\n",
        "book(1, 2, **({'x': 1} if a else {}))\n",
        "def main(data):\n    book(1, 2, **data)\n    data = {'x': 1}\n",
        "def main():\n    a = {**a}\n    book(1, 2, **a)\n",
    ],
)
def test_other_mappings_hold_unknown_keys(text: str) -> None:
    assert keys(only(of_book(text))) == [None]


def test_an_annotated_local_name_is_followed() -> None:
    assert keys(only(of_book("def main():\n    data: dict = {'x': 1}\n    book(1, 2, **data)\n"))) == [["x"]]


FIXED = {
    "book(*args, x=1)": "is called at main.py:2 with `*` arguments that may be any of its parameters",
    "book(1, **more)": "is called at main.py:2 with a mapping that may hold `b` too",
    "book(1, **{'b': 1})": "is called at main.py:2 with a mapping that holds `b` too",
    "book(1, x=load(), b=1, y=2)": "is called at main.py:2 with arguments that would be worked out in another order",
    "book(1, x=1, b=load(), y=2)": "is called at main.py:2 with arguments that would be worked out in another order",
    "f'{book(1)}'": "is called in an f-string at main.py:2",
    "book(1, 2, 3)": "is called wrongly at main.py:2",
    "book(1, a=2)": "is called wrongly at main.py:2",
    "book(1, x=1, **{'x': 2})": "is called wrongly at main.py:2",
    "book(1, **{'x': 1}, **{'x': 2})": "is called wrongly at main.py:2",
    "book(1, x=book(2))": "is called at main.py:2 with a call of itself among its arguments",
}


@pytest.mark.parametrize("call", FIXED)
def test_a_call_that_cannot_be_changed_is_fixed(call: str) -> None:
    found = of_book(f"{call}\n")
    assert FIXED[call] in found.fixed
    assert found.unseen == ()


@pytest.mark.parametrize(
    "call",
    [
        "book(1, x=load(), y=read(), b=1)",
        "book(1, x=a.b, b=-1, y=(c, [d], {e}, {'f': g}))",
        "book(1, b=load(), x=read(), **{'y': 1})",
        "book(1, 2, **more)",
        "book(a=1, b=2, **more)",
        "book(**{'x': 1}, a=1)",
    ],
)
def test_a_call_that_can_be_changed_is_not_fixed(call: str) -> None:
    assert lines(of_book(f"{call}\n")) == ["main.py:2"]


def test_a_function_that_takes_any_arguments_by_position_may_be_given_starred_ones() -> None:
    text = "def book(a, *args, **kwargs):\n    return kwargs\nbook(*things, x=1)\nbook(1, 2, 3)\n"
    assert lines(callers({"app.py": text}, "book")) == ["app.py:3", "app.py:4"]


def test_a_keyword_only_parameter_without_a_default_is_needed() -> None:
    text = "def book(*, a, b=2, **kwargs):\n    return kwargs\nbook(a=1)\nbook(b=1)\n"
    found = callers({"app.py": text}, "book")
    assert lines(found) == ["app.py:3"]
    assert [caller.call.at for caller in found.refused] == ["app.py:4"]


CAUGHT = {
    "try:\n    book(1)\nexcept KeyError:\n    pass": "KeyError",
    "try:\n    if 1: book(1)\nexcept (OSError, TypeError):\n    pass": "TypeError",
    "import pytest\nwith pytest.raises(ValueError):\n    book(1)": "ValueError",
    "import pytest\nwith pytest.raises((OSError, Exception)):\n    book(1)": "Exception",
    "def test(self):\n    with self.assertRaises(KeyError):\n        book(1)": "KeyError",
    "def test(self):\n    self.assertRaises(KeyError, lambda: book(1))": "KeyError",
    "from contextlib import suppress\nwith suppress(OSError, LookupError):\n    book(1)": "LookupError",
}


@pytest.mark.parametrize("text", CAUGHT)
def test_a_call_whose_errors_are_caught_is_fixed(text: str) -> None:
    found = of_book(f"{text}\n")
    assert found.fixed == (f"is called at {only(found).call.at} where a `{CAUGHT[text]}` is caught",)


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    pass\nexcept KeyError:\n    book(1)",
        "try:\n    book(1)\nexcept Exception:\n    pass",
        "import pytest\nwith pytest.raises(OSError):\n    book(1)",
        "from contextlib import suppress\nwith suppress(Exception):\n    book(1)",
        "try:\n    def inner():\n        book(1)\nexcept KeyError:\n    pass",
        "with raises():\n    book(1)",
    ],
)
def test_a_call_whose_errors_about_keys_are_not_caught_is_not_fixed(text: str) -> None:
    assert len(lines(of_book(f"{text}\n"))) == 1


UNSEEN = {
    "later(book)": "is used as a value at main.py:2",
    "getattr(app, 'book')": "is named in a string at main.py:2",
    "import asyncio\nasyncio.to_thread(book, 1)": "is handed to a thread at main.py:3",
    "patch('app.book')": "is named in a string at main.py:2",
    '"""\n>>> book(1)\n"""': "is called in a doctest in main.py",
}


@pytest.mark.parametrize("text", UNSEEN)
def test_a_use_that_is_no_call_may_hide_callers(text: str) -> None:
    assert UNSEEN[text] in of_book(f"{text}\n").unseen


def test_a_value_beside_one_of_the_same_line_is_not_overlooked() -> None:
    assert of_room("x: Room = later(Room)\n").unseen == ("is used as a value at main.py:2",)


@pytest.mark.parametrize("call", ["book(x=2)", "book(**{'x': 1})", "book()"])
def test_a_call_that_lacks_a_parameter_is_left_out(call: str) -> None:
    found = of_book(f"import pytest\nwith pytest.raises(TypeError):\n    {call}\n")
    assert lines(found) == []
    assert len(found.refused) == 1


@pytest.mark.parametrize("call", ["book()", "book(1)", "book(1, 2, 3, 4)", "book(1, 2, a=1)", "book(x=1)"])
def test_a_call_that_cannot_fit_means_something_else(call: str) -> None:
    files = {"app.py": DESK.replace("b=1", "b"), "main.py": f"def main(desk):\n    desk.{call}\n"}
    assert lines(callers(files, "Desk.book")) == []


def test_a_call_that_is_awaited_may_be_meant() -> None:
    files = {"app.py": DESK.replace("def", "async def"), "main.py": "async def main(desk):\n    await desk.book(1)\n"}
    assert callers(files, "Desk.book").unseen == ("may be what is meant by `desk.book` at main.py:2",)


def test_a_call_in_a_file_that_must_stay_is_fixed() -> None:
    content = {"app.py": BOOK.encode(), "gen.py": b"from app import book\nbook(1)\n"}
    corpus = Corpus(content, fixed={"gen.py": "it is generated"})
    found = callers_of(Finder(corpus), function(corpus, "book"))
    assert found.fixed == ("is called at gen.py:2, and that file stays as it is: it is generated",)


def test_a_class_of_an_unknown_module_is_meant_only_where_the_call_fits() -> None:
    files = {"app.py": ROOM, "main.py": "from . import app\ndef main(app):\n    app.Room()\n"}
    assert lines(callers(files, "Room.__init__")) == []
    unseen = callers(files | {"main.py": "def main(app):\n    app.Room(1)\n"}, "Room.__init__").unseen
    assert unseen == ("may be what is meant by `app.Room` at main.py:2",)


@pytest.mark.parametrize("call", ["book(1, 2)", "book(1, b=2, x=3)", "book(desk, 1, 2)", "book(*args)", "book(**more)"])
def test_a_call_that_may_fit_may_be_meant(call: str) -> None:
    files = {"app.py": DESK.replace("b=1", "b"), "main.py": f"def main(desk):\n    desk.{call}\n"}
    assert callers(files, "Desk.book").unseen == ("may be what is meant by `desk.book` at main.py:2",)


def test_a_type_that_is_called_where_nobody_knows_the_class_makes_containers() -> None:
    files = {"app.py": ROOM, "main.py": "def f(x): return type(x)(1)\n"}
    assert lines(callers(files, "Room.__init__")) == []
    assert callers(files | {"main.py": "def f(x): return type(x)(**x)\n"}, "Room.__init__").unseen


def test_a_type_that_is_called_with_what_cannot_fit_is_not_meant() -> None:
    assert lines(of_room("def f(x): return type(x)(), x.__class__(1, 2)\n")) == []


DYNAMIC = {
    "def main(d, n='book'): getattr(d, n)(1)": "may be called by a name that is not known before at main.py:2",
    "def main(d, n): getattr(d, f'bo{n}')(1)": "may be called by a name that is not known before at main.py:2",
    "def main(d, n): getattr(Desk(), 'bo' + n)(1)": "may be called by a name that is not known before at main.py:2",
    "class Sub(Desk):\n    def main(self, name): return object.__getattribute__(self, name)": (
        "may be called by a name that is not known before, in main.py"
    ),
}


@pytest.mark.parametrize("text", DYNAMIC)
def test_a_method_may_be_called_by_a_name_that_is_worked_out(text: str) -> None:
    assert DYNAMIC[text] in of_desk(f"{text}\n").unseen


@pytest.mark.parametrize(
    "text",
    [
        "def main(desk, name): getattr(desk, name)(1)",
        "def main(desk, name='book'): getattr(desk, name)()",
        "def main(desk, name): getattr(desk, name)",
        "def main(desk, name): getattr(desk, f'do_{name}')(1)",
        "def main(desk, name): getattr(desk, 'do_' + name)(1)",
        "def main(desk): getattr(desk, 'other')(1)",
        "def main(desk): getattr(desk)(1)",
        "def main(name): getattr('text', name)(1)",
        "class Other:\n    def main(self, name): getattr(self, name)(1)",
        "import app\ndef main(name): getattr(app, name)(1)",
    ],
)
def test_a_method_is_not_called_by_a_name_that_cannot_be_its(text: str) -> None:
    assert lines(of_desk(f"{text}\n")) == []


def test_a_function_may_be_called_by_a_name_that_is_worked_out() -> None:
    assert of_book("import app\ngetattr(app, name)(1)\n").unseen
    assert lines(of_book("def main(module): getattr(module, name)(1)\n")) == []
    assert callers({"app.py": BOOK + "globals()[name](1)\n"}, "book").unseen
    assert lines(of_book("class A:\n    def main(self): getattr(self, name)(1)\n")) == []
    assert lines(callers({"app.py": BOOK, "b.py": "", "c.py": "import b\ngetattr(b, name)(1)\n"}, "book")) == []


NAMESPACES = {
    "globals()['bo' + name](1)": "may be called by a name that is not known before, in app.py",
    "globals()['book'](1)": "may be called by a name that is not known before, in app.py",
    "globals().get('bo%s' % name)(1)": "may be called by a name that is not known before, in app.py",
    "vars()[f'bo{name}'](1)": "may be called by a name that is not known before, in app.py",
    "g = globals()\ng['book'](1)": "may be called by a name that is not known before, in app.py",
    "import sys\nvars(sys.modules[__name__])": "is among the names that are gone through at app.py:4",
    "import sys\ngetattr(sys.modules[__name__], n)(1)": "may be called by a name that is not known before at app.py:4",
}


@pytest.mark.parametrize("text", NAMESPACES)
def test_a_function_may_be_found_among_the_names_of_its_own_module(text: str) -> None:
    assert NAMESPACES[text] in callers({"app.py": f"{BOOK}{text}\n"}, "book").unseen


@pytest.mark.parametrize(
    "text",
    ["globals()['other']", "globals()['do_' + name](1)", "globals().get('x', 1)", "globals().update(x=1)", "vars(x)"],
)
def test_other_names_of_its_module_do_not_hide_callers(text: str) -> None:
    assert lines(callers({"app.py": f"{BOOK}{text}\n"}, "book")) == []


@pytest.mark.parametrize(
    "text",
    [
        "vars(app).items()",
        "dir(app)",
        "import inspect\ninspect.getmembers(app, inspect.isfunction)",
        "from inspect import getmembers\ngetmembers(app)",
        "app.__dict__[name]",
        "app.__dict__.get(name)",
        "def run(name):\n    fn = getattr(app, name, None)\n    return fn(1)",
        "def run(name):\n    return getattr(app, name)",
        "def run(name):\n    if fn := getattr(app, name): fn(1)",
    ],
)
def test_a_function_may_be_found_among_the_names_of_its_module(text: str) -> None:
    files = {"app.py": BOOK, "main.py": f"import app\n{text}\n"}
    assert len(callers(files, "book").unseen) == 1
    assert callers(files | {"main.py": f"import lib as app\n{text}\n"}, "book").unseen == ()


def test_a_package_may_give_a_function_away_with_all_its_names() -> None:
    files = {"pkg/__init__.py": "from .app import book\n", "pkg/app.py": BOOK, "main.py": "import pkg\nvars(pkg)\n"}
    assert callers(files, "book").unseen == ("is among the names that are gone through at main.py:2",)
    assert callers(files | {"pkg/__init__.py": "book = 1\n"}, "book").unseen == ()


@pytest.mark.parametrize(
    "text",
    [
        "'book' in dir(app)",
        "app.__dict__['other']",
        "vars(app).get('other')",
        "vars(app).update(x=1)",
        "def run(name):\n    fn = getattr(app, name)\n    return fn()",
        "vars(1)",
        "dir()",
        "__dict__",
    ],
)
def test_what_asks_for_one_name_of_a_module_hides_no_callers(text: str) -> None:
    assert lines(callers({"app.py": BOOK, "main.py": f"import app\n{text}\n"}, "book")) == []


@pytest.mark.parametrize(
    "text",
    [
        "vars(Desk)",
        "Desk.__dict__.items()",
        "dir(Desk())",
        "vars(type(Desk()))",
        "Desk().__class__.__dict__",
        "class Sub(Desk):\n    @classmethod\n    def run(cls): return vars(cls)",
        "def run(s):\n    for n in dir(s): getattr(s, n)(1)",
    ],
)
def test_a_method_may_be_found_among_the_names_of_its_class(text: str) -> None:
    assert len(of_desk(f"{text}\n").unseen) == 1


@pytest.mark.parametrize(
    "text",
    ["vars(Desk())", "vars(self)", "class Sub(Desk):\n    def run(self): return vars(self)", "def f(): vars(x)"],
)
def test_the_attributes_of_an_object_are_no_methods(text: str) -> None:
    assert lines(of_desk(f"{text}\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        "eval('book(1, x=2)')",
        "eval(f'book({x})')",
        "exec('y = 1; app.book(%s)' % x)",
        "import timeit\ntimeit.timeit('book(1)', setup='from app import book')",
        "run([python, '-c', 'from app import book; print(book(1))'])",
        "CODE = 'book(1)'\nexec(CODE)",
        "CODE = ' \\n import app\\n app.book(1)'\nexec(CODE)",
    ],
)
def test_a_text_that_is_run_may_call_a_function(text: str) -> None:
    (reason,) = callers({"app.py": BOOK, "main.py": f"{text}\n"}, "book").unseen
    assert reason.startswith("is called in a text that is run as code at main.py:")


@pytest.mark.parametrize(
    "text",
    [
        "print('book(1)')",
        "import re\nre.compile('book(1)')",
        "def f():\n    'book(1)'\n    exec(x)",
        "exec(x)\nraise TypeError('book() takes no x')",
        "eval('other(1)')",
        "eval('booking(1)')",
    ],
)
def test_a_text_that_nobody_runs_calls_nothing(text: str) -> None:
    assert lines(callers({"app.py": BOOK, "main.py": f"{text}\n"}, "book")) == []


def test_a_class_inside_of_a_function_may_be_used_by_other_files() -> None:
    files = {"app.py": f"def make():\n{textwrap.indent(DESK, '    ')}    return Desk()\n", "main.py": "x.book(1)\n"}
    assert callers(files, "make.Desk.book").unseen == (
        "belongs to a class inside of a function, and is mentioned in main.py",
    )


def test_a_cached_function_wants_arguments_with_a_hash() -> None:
    text = "import functools\n@functools.lru_cache\ndef book(**kwargs):\n    return 1\nbook(x=1)\n"
    found = callers({"app.py": text}, "book")
    assert found.fixed == ("is cached by `functools.lru_cache`, which asks for arguments with a hash",)


PARTIALS = {
    "p = partial(book, 1, x=1)\np()\np(b=2)\np(2)": {"a"},
    "def main():\n    p = partial(book, x=1)\n    return p(1, b=3), p(a=1, b=2)": {"a", "b"},
    "partial(book, x=1)(1)": {"a"},
    "p = partial(book, 1, x=1)": {"a"},
    "p = partial(book, a=1, x=1)\np(a=2)": {"a"},
    "def main():\n    p = partial(book, x=1)\n    p(1)\ndef other(p):\n    p(y=2)\n[p for p in 'x']": {"a"},
}


@pytest.mark.parametrize("text", PARTIALS)
def test_a_partial_that_is_only_called_is_a_caller(text: str) -> None:
    found = of_book(f"from functools import partial\n{text}\n")
    assert (found.unseen, found.fixed) == ((), ())
    caller = only(found)
    assert (list(caller.given), caller.first, bound(caller)) == (["x"], 1, PARTIALS[text])
    assert isinstance(caller.call.node, ast.Call)
    assert ast.unparse(caller.call.node.func) == "partial"


@pytest.mark.parametrize(
    "text",
    [
        "later(partial(book, 1))",
        "p = partial(book, 1)\nlater(p)",
        "p = partial(book, 1)\np = 2",
        "p = partial(book, 1)\n__all__ = ['p']",
        "class A:\n    p = partial(book, 1)",
        "q = p = partial(book, 1)",
        "def main(self):\n    self.p = partial(book, 1)",
    ],
)
def test_a_partial_that_goes_elsewhere_hides_callers(text: str) -> None:
    found = of_book(f"from functools import partial\n{text}\n")
    assert found.calls == ()
    assert [each.partition(" at ")[0] for each in found.unseen] == ["goes into a `functools.partial`"]


def test_a_partial_that_another_file_may_import_hides_callers() -> None:
    files = {
        "app.py": BOOK,
        "main.py": "import functools\nfrom app import book\nbook_one = functools.partial(book, 1)\n",
        "more.py": "from main import book_one\n",
    }
    unseen = "goes into a `functools.partial` at main.py:3 whose calls cannot be followed"
    assert callers(files, "book").unseen == (unseen,)


@pytest.mark.parametrize("later", ["p(y=2)", "p(**more)", "p(*more)"])
def test_a_partial_that_is_called_with_other_keywords_hides_them(later: str) -> None:
    found = of_book(f"from functools import partial\np = partial(book, 1)\n{later}\n")
    assert "goes into a `functools.partial` at main.py:3 whose calls give more than it takes" in found.unseen


def test_a_partial_that_is_called_wrongly_is_fixed() -> None:
    found = of_book("from functools import partial\np = partial(book, 1)\np(1, 2)\n")
    assert found.fixed == ("is called wrongly through the `functools.partial` at main.py:3",)


def test_a_partial_of_a_method_of_a_class_takes_the_object_too() -> None:
    caller = only(of_desk("from functools import partial\npartial(Desk.book, Desk(), 1, x=2)()\n"))
    assert (caller.first, bound(caller)) == (2, {"a"})


def test_a_partial_of_a_class_is_a_caller_of_its_init() -> None:
    caller = only(of_room("from functools import partial\npartial(Room, 1, x=2)()\n"))
    assert (caller.first, bound(caller), list(caller.given)) == (1, {"a"}, ["x"])


def test_the_object_of_a_method_that_is_called_through_its_class_does_not_count() -> None:
    found = of_desk("desk = Desk()\nDesk.book(desk, 1, x=2)\ndesk.book(3, 4)\n")
    assert [(caller.first, sorted(bound(caller))) for caller in found.calls] == [(1, ["a"]), (0, ["a", "b"])]
    assert found.fixed == ()


@pytest.mark.parametrize("call", ["Desk.book()", "Desk.book(*things)"])
def test_a_call_through_the_class_without_an_object_is_wrong(call: str) -> None:
    assert of_desk(f"{call}\n").fixed[0] == "is called wrongly at main.py:2"


def test_a_class_method_and_a_static_one_take_no_object() -> None:
    text = """
    class Desk:
        @classmethod
        def one(cls, a, **kwargs):
            return cls
        @staticmethod
        def two(a, **kwargs):
            return a
    Desk.one(1, x=2)
    Desk.two(1, x=2)
    """
    for name in ("Desk.one", "Desk.two"):
        caller = only(callers({"app.py": text}, name))
        assert (caller.first, bound(caller)) == (0, {"a"})


def test_the_name_of_the_object_is_no_keyword() -> None:
    assert of_desk("Desk().book(1, self=2)\n").fixed == ("is called wrongly at main.py:2",)


def test_super_means_the_method_above() -> None:
    text = """
    class Sub(Desk):
        def book(self, a, b=1, **kwargs):
            return super().book(a, b, **kwargs)
    """
    found = of_desk(text)
    assert lines(found) == ["main.py:5"]
    assert (
        callers({"app.py": DESK, "main.py": "from app import Desk\n" + textwrap.dedent(text)}, "Sub.book").calls == ()
    )


def test_super_of_a_class_that_is_named_means_the_method_above_that() -> None:
    text = """
    class Sub(Desk):
        def book(self, a, b=1, **kwargs):
            return 1
    class Leaf(Sub):
        def book(self, a, b=1, **kwargs):
            return super(Sub, self).book(a, b, x=1)
    """
    assert lines(of_desk(text)) == ["main.py:8"]


def test_super_as_a_value_may_hide_callers() -> None:
    text = "class Sub(Desk):\n    def book(self, a, b=1, **kwargs):\n        return super().book\n"
    assert of_desk(text).unseen == ("is used as a value at main.py:4",)


CLASSES = {
    "the class": "Room(1, x=2)\n",
    "an heir": "class Suite(Room):\n    pass\nSuite(1, x=2)\n",
    "an heir of an heir": "class Suite(Room):\n    pass\nclass Best(Suite):\n    pass\nBest(1, x=2)\n",
    "an heir by another name": "from app import Room as R\nclass Suite(R):\n    pass\nSuite(1, x=2)\n",
    "with type arguments": "Room[int](1, x=2)\n",
    "super": "class Suite(Room):\n    def __init__(self):\n        super().__init__(1, x=2)\n",
    "super of a class": "class Suite(Room):\n    def __init__(self):\n        super(Suite, self).__init__(1, x=2)\n",
    "cls": "class Suite(Room):\n    @classmethod\n    def make(cls):\n        return cls(1, x=2)\n",
    "type": "class Suite(Room):\n    def copy(self):\n        return type(self)(1, x=2)\n",
    "__class__": "class Suite(Room):\n    def copy(self):\n        return self.__class__(1, x=2)\n",
    "again": "class Suite(Room):\n    def reset(self):\n        self.__init__(1, x=2)\n",
}


@pytest.mark.parametrize("how", CLASSES)
def test_all_ways_to_run_an_init_are_found(how: str) -> None:
    found = of_room(CLASSES[how])
    assert (found.unseen, found.fixed) == ((), ())
    assert (list(only(found).given), bound(only(found)), only(found).first) == (["x"], {"a"}, 0)


def test_an_init_that_is_called_through_its_class_takes_the_object() -> None:
    found = of_room("class Suite(Room):\n    def __init__(self):\n        Room.__init__(self, 1, x=2)\n")
    assert (only(found).first, bound(only(found)), found.unseen, found.fixed) == (1, {"a"}, (), ())


def test_an_heir_with_an_init_of_its_own_is_not_meant() -> None:
    assert lines(of_room("class Suite(Room):\n    def __init__(self):\n        pass\nSuite()\n")) == []


IDLE = [
    "def f(x: Room, *y: list[Room]) -> Room | None: ...\nz: Room",
    "isinstance(x, (Room, int))",
    "try: ...\nexcept Room: ...",
    "try: ...\nexcept (Room, OSError): ...",
    "Room.name",
    "x is Room",
    "match x:\n    case Room(): ...",
    "class Suite(Room[int]): ...",
    "cast(Room, x)",
    "Mock(spec=Room)",
    "patch.object(Room, 'name')",
    "X = list[Room | None]",
    "f'{Room}'",
    "Room",
    "object.__new__(Room)",
]


@pytest.mark.parametrize("text", IDLE)
def test_naming_a_class_calls_nothing(text: str) -> None:
    assert lines(of_room(f"{text}\n")) == []


BUSY = {
    "x = Room": "is used as a value at main.py:2",
    "def f(x: Annotated[Room, Depends(Room)]): ...": "is used as a value at main.py:2",
    "raise Room": "is raised without a call at main.py:2",
    "init = Room.__init__": "is used as a value at main.py:2",
    "later(factory=Room)": "is used as a value at main.py:2",
    "d[Room] = 1": "is used as a value at main.py:2",
    "class Suite(Room):\n    def f(self): return self.__init__": "is used as a value at main.py:3",
    "class Suite(Room):\n    def f(self): return later(type(self))": "is used as a value at main.py:3",
    "class Suite(Room):\n    def __init__(self): later(super().__init__)": "is used as a value at main.py:3",
    "def f(x): return type(x)(1)": "may be what is made by the type of `x` at main.py:2",
    "def f(x): return x.__class__(1)": "may be what is made by the type of `x` at main.py:2",
    "def f(x: Room): return x.__class__(1)": "may be what is made by the type of `x` at main.py:2",
    "patch.object(Room, '__init__')": "is used as a value at main.py:2",
}


@pytest.mark.parametrize("text", BUSY)
def test_a_class_that_goes_elsewhere_may_hide_callers(text: str) -> None:
    assert BUSY[text] in of_room(f"{text}\n").unseen


def test_the_type_of_something_else_is_not_meant() -> None:
    other = "class Other:\n    def f(self): return type(self)(1)\n"
    assert lines(of_room(f"{other}def f(x: Other): return type(x)(1), type(x), x.__class__\n")) == []


def test_a_class_that_may_derive_may_hide_callers() -> None:
    assert of_room("def f(Room):\n    class Suite(Room): ...\n").unseen == ("may be inherited by `f.Suite`",)


def test_a_call_that_may_make_an_object_of_another_class_is_fixed() -> None:
    text = """
    class Top:
        def __init__(self, a, **kwargs): ...
        @classmethod
        def make(cls):
            return cls(1, x=2)
    class Leaf(Top):
        def __init__(self, a, **kwargs): ...
    """
    for name, other in (("Top", "Leaf"), ("Leaf", "Top")):
        found = callers({"app.py": text}, f"{name}.__init__")
        assert found.fixed == (f"is called at app.py:6, where `{other}.__init__` may be meant too",)
        assert list(only(found).given) == ["x"]


def test_an_heir_that_gets_another_init_from_a_decorator_hides_callers() -> None:
    text = "from dataclasses import dataclass\n@dataclass\nclass Suite(Room):\n    b: int\nclass Best(Suite): ...\n"
    assert of_room(text).unseen == (
        "is inherited by `Suite`, which `dataclass` may give another one",
        "is inherited by `Best`, which `dataclass` may give another one",
    )
    assert of_room("from typing import final\n@final\nclass Suite(Room): ...\n").unseen == ()
    assert of_room("@other\nclass Suite(Room):\n    def __init__(self): ...\n").unseen == ()


def test_the_order_of_python_says_which_init_an_heir_has() -> None:
    text = """
    class Top:
        def __init__(self, **kwargs): ...
    class Left(Top): ...
    class Right(Top):
        def __init__(self, **kwargs): ...
    class Both(Left, Right): ...
    Both(x=1)
    """
    assert lines(callers({"app.py": text}, "Right.__init__")) == ["app.py:8"]
    assert lines(callers({"app.py": text}, "Top.__init__")) == []


def test_a_base_that_may_be_the_class_may_hide_callers() -> None:
    files = {"pkg/app.py": ROOM, "pkg/main.py": "from .gone.app import Room\nclass Suite(Room): ...\nSuite(1)\n"}
    unseen = callers(files, "Room.__init__").unseen
    assert unseen == ("may be what is meant by `Room` at pkg/main.py:2",)


def test_a_class_beside_it_may_call_an_init_by_super() -> None:
    text = """
    class Mixin:
        def __init__(self, **kwargs):
            super().__init__(1, **kwargs)
    class Suite(Mixin, Room):
        pass
    """
    assert "may be called by `super()` in `Mixin.__init__`" in of_room(text).unseen


@pytest.mark.parametrize(("bases", "said"), [("Thread, Room", True), ("Room, Thread", False)])
def test_a_class_from_outside_may_call_the_init_that_comes_after_its_own(bases: str, *, said: bool) -> None:
    found = of_room(f"from threading import Thread\nclass Suite({bases}): ...\n")
    assert ("may be called by `threading.Thread`, which `Suite` derives from too" in found.unseen) is said


MORE = {
    "__call__ of the class is another matter": ("Room.__call__(1)", "is used as a value at main.py:2"),
    "a file of a friend": (
        "class Mixin:\n    def __init__(self, a, **k): pass\nclass Both(Room, Mixin): ...\nBoth(1)",
        "",
    ),
}


@pytest.mark.parametrize("what", MORE)
def test_other_uses_of_a_class(what: str) -> None:
    text, said = MORE[what]
    assert of_room(f"{text}\n").unseen == ((said,) if said else ())


def test_a_method_is_called_inside_of_its_class_body_with_an_object() -> None:
    text = "class Desk:\n    def book(self, a, **kwargs): ...\n    made = book(None, 1, x=2)\n"
    caller = only(callers({"app.py": text}, "Desk.book"))
    assert (caller.first, bound(caller), list(caller.given)) == (1, {"a"}, ["x"])


def test_a_doctest_of_a_class_calls_its_init() -> None:
    assert of_room('"""\n>>> Room(1)\n"""\n').unseen == ("is called in a doctest in main.py",)


def test_an_unknown_class_that_is_only_named_is_not_meant() -> None:
    files = {"app.py": ROOM, "main.py": "def main(app, x):\n    isinstance(x, app.Room)\n"}
    assert lines(callers(files, "Room.__init__")) == []


@pytest.mark.parametrize(
    "text",
    [
        "for cls in Room.__subclasses__(): cls(1)",
        "def f(room: Room): type(room).__subclasses__()",
        "class A(Room):\n    @classmethod\n    def every(cls): return cls.__subclasses__()",
        "def f(cls): return cls.__subclasses__()",
    ],
)
def test_a_class_that_is_found_by_its_base_may_hide_callers(text: str) -> None:
    (reason,) = of_room(f"{text}\n").unseen
    assert reason.startswith("may be what is found by `__subclasses__` at main.py:")


def test_a_base_above_gives_away_its_heirs() -> None:
    files = {"base.py": "class Base: ...\n", "app.py": "from base import Base\n" + ROOM.replace("Room", "Room(Base)")}
    files["main.py"] = "import base\nbase.Base.__subclasses__()\n"
    assert callers(files, "Room.__init__").unseen == ("may be what is found by `__subclasses__` at main.py:2",)


@pytest.mark.parametrize("text", ["def f(cls): return cls.__subclasses__()", "class A: ...\nA.__subclasses__()"])
def test_the_heirs_of_another_class_are_not_meant(text: str) -> None:
    assert lines(callers({"app.py": ROOM, "main.py": f"{text}\n"}, "Room.__init__")) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f(room): room.__init__(1)",
        "def f(room: Room): room.__init__(1, x=2)",
        "Room.__new__(Room).__init__(1)",
        "class A(Room):\n    @classmethod\n    def make(cls):\n        o = cls.__new__(cls)\n        o.__init__(1)",
    ],
)
def test_an_init_of_some_object_may_be_meant(text: str) -> None:
    (reason,) = of_room(f"{text}\n").unseen
    assert reason.startswith("may be what is meant by `")


@pytest.mark.parametrize(
    "text",
    [
        "def f(room): room.__init__()",
        "from lib import Other\ndef f(x): Other.__init__(x, 1, y=2)",
        "class A:\n    def __init__(self): self.__init__(1)",
        "class A(list):\n    def __init__(self): super(A, self).__init__(1)",
        "f = x.__init__",
    ],
)
def test_an_init_of_something_else_is_not_meant(text: str) -> None:
    assert lines(of_room(f"{text}\n")) == []
    assert lines(callers({"app.py": ROOM, "main.py": "def f(o): o.__init__(1)\n"}, "Room.__init__")) == []


def test_an_init_of_an_unknown_object_that_gets_keywords_may_be_meant() -> None:
    assert callers({"app.py": ROOM, "main.py": "def f(o): o.__init__(1, x=2)\n"}, "Room.__init__").unseen


def test_heirs_are_found_by_every_name_of_a_class() -> None:
    files = {
        "app.py": ROOM,
        "one.py": "from app import Room as R\nclass One(R): ...\nclass Two[T](R): ...\nOne(1)\n",
        "two.py": "import one\nclass Three(one.One[int]): ...\nThree(2)\n",
    }
    if sys.version_info < (3, 12):
        files["one.py"] = files["one.py"].replace("[T]", "")
    assert lines(callers(files, "Room.__init__")) == ["one.py:4", "two.py:3"]


def test_a_name_that_stands_as_a_text_is_asked_for_where_it_may_come_from() -> None:
    files = {"app.py": DESK, "main.py": "def run(d, n): getattr(d, n)(1)\n"}
    reason = "may be called by a name that is not known before at main.py:1"
    assert callers(files | {"b.py": "from main import run\nrun(x, 'book')\n"}, "Desk.book").unseen == (reason,)
    assert callers(files | {"b.py": "NAME = 'book'\n"}, "Desk.book").unseen == ()
