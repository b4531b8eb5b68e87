"""What is said of functions that take any keyword: why they stay, what is known of each key, who has to change what."""

from __future__ import annotations

import pytest

from fixbot.analysis.corpus import Corpus
from fixbot.codemod.contract import Site
from fixbot.codemod.keywords import survey
from fixbot.model import Breaking, Safety
from tests.codemod.schema_surveying import because, dismissed, drafts, fields, plan, site, told

BOOK = "def book(guest, **kw):\n    return guest, kw['table'], kw.get('hours', 2)\n\n\n"
CALLED = BOOK + "book('Ann', table=4)\n"


# What is no finding at all.

DISMISSED = {
    "def f(**kw):\n    return 1\n": "`f` does nothing with its keys",
    "def g():\n    return 1\n\n\ndef f(**kw):\n    return g(**kw)\n": "`f` does nothing with its keys",
    "import m\n\n\ndef f(**kw):\n    return m.g(**kw)\n": (
        "`f` hands `**kw` on to `m.g`: `m.g` is not of the project (app.py:5)"
    ),
    "def f(**kw):\n    x = kw.pop('x')\n    if kw:\n        raise TypeError\n    return x\n": (
        "`f` refuses keys itself that it does not know"
    ),
    "class A:\n    def f(self, **kw):\n        ...\n": "`A.f` has no body that asks for keys",
    "class A:\n    def f(self, **kw):\n        raise NotImplementedError\n": "`A.f` has no body that asks for keys",
    "import abc\n\n\nclass A:\n    @abc.abstractmethod\n    def f(self, **kw):\n        return kw['x']\n": (
        "`A.f` has no body that asks for keys"
    ),
    "class A:\n    @property\n    def f(self, **kw):\n        return kw['x']\n": "`A.f` is a property",
    "class A:\n    def __call__(self, **kw):\n        return kw['x']\n": "`A.__call__` is called by Python itself",
    "import m\n\n\n@m.route('/')\ndef f(**kw):\n    return kw['x']\n": (
        "`f` is decorated by `m.route`, which may call it in its own way"
    ),
    "import m\n\n\nclass A(m.B):\n    def f(self, **kw):\n        return kw['x']\n": (
        "`A.f` may override something of `m.B`"
    ),
    "def pytest_configure(**kw):\n    return kw['x']\n": "`pytest_configure` is called by pytest",
}


@pytest.mark.parametrize("text", DISMISSED)
@pytest.mark.parametrize("style", ["dataclass", "typed-dict"])
def test_what_only_seems_to_be_one_is_told_to_whoever_asks(text: str, style: str) -> None:
    assert dismissed(text, style=style) == [DISMISSED[text]]


def test_an_entry_point_is_told_with_the_file_that_says_so() -> None:
    files = {"app.py": "def f(**kw):\n    return kw['x']\n", "pyproject.toml": "[project.scripts]\nx = 'app:f'\n"}
    assert dismissed(files) == ["`f` is an entry point in pyproject.toml"]


def test_a_function_that_only_keeps_its_keys_is_dismissed() -> None:
    assert len(dismissed("def f(**kw):\n    return kw\n")) == 1
    assert len(dismissed("class A:\n    def __init__(self, **kw):\n        self.kw = kw\n")) == 1


def test_a_dismissed_function_is_told_with_its_line() -> None:
    (found,) = drafts("import os\n\n\ndef f(**kw):\n    return 1\n")
    assert not isinstance(found, Site)
    assert (found.path, found.line) == ("app.py", 4)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return dict(**x)\n",
        "from typing import Unpack\n\n\ndef f(**kw: Unpack[A]):\n    return kw['x']\n",
        "import typing\n\n\ndef f(**kw: 'typing.Unpack[A]'):\n    return kw['x']\n",
        "def f(*args: P.args, **kw: P.kwargs):\n    return kw['x']\n",
        "def f(**kw: **P):\n    return kw['x']\n",
        "f = lambda **kw: kw['x']\n",
        "x = 1\n",
    ],
)
def test_what_has_no_keys_or_typed_ones_is_not_spoken_of(text: str) -> None:
    assert drafts(text) == []


def test_a_file_that_stays_as_it_is_is_not_looked_at() -> None:
    chosen = {"style": "dataclass", "join": "false", "public": "keep"}
    corpus = Corpus({"app.py": BOOK.encode()}, fixed={"app.py": "it is generated"})
    assert list(survey(corpus, chosen)) == []


# What is left to a person.


def test_a_finding_for_a_person_says_why_and_what_else_stands_in_the_way() -> None:
    text = BOOK + "WAYS = [book]\nprint(f'{book(1, table=2)}')\nbook(**form)\n"
    found = site(text)
    assert found.message == (
        "`book` takes any keyword and checks none; left to a person: `book` is used as a value at app.py:5"
    )
    assert (found.safety, found.at.path, found.at.line, found.places) == (Safety.MANUAL, "app.py", 1, ())
    assert [each.says for each in found.evidence] == [
        "`book` is called in an f-string at app.py:6",
        "`book` is called at app.py:7 with a mapping that may hold `guest` too",
    ]


def test_no_more_than_six_other_reasons_are_told() -> None:
    found = site(BOOK + "".join(f"print(f'{{book({n}, table=2)}}')\n" for n in range(9)))
    assert found.message.endswith("is called in an f-string at app.py:5")
    assert len(found.evidence) == 6


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return kw['x'], kw", "has a `kw` that is kept in a tuple (app.py:2)"),
        ("return kw['x'], kw[y]", "has a `kw` that is read by a key that is worked out at run time (app.py:2)"),
        ("return kw['x'], m.g(**kw)", "hands `**kw` on to `m.g`: `m.g` cannot be found (app.py:2)"),
    ],
)
@pytest.mark.parametrize("style", ["dataclass", "pydantic", "params", "typed-dict"])
def test_keys_that_may_be_others_are_left_to_a_person_in_each_style(body: str, reason: str, style: str) -> None:
    assert because(f"def f(**kw):\n    {body}\n", style=style) == f"`f` {reason}"


def test_keys_that_are_only_kept_beside_others_are_left_to_a_person() -> None:
    reason = because("def f(**kw):\n    return kw['x'], {'a': 1, **kw}\n")
    assert reason.startswith("`f` hands `**kw` on to ")
    assert reason.endswith("they are kept in a dictionary (app.py:2)")


def test_a_callee_that_takes_more_than_one_knows_is_left_to_a_person() -> None:
    text = "def g(**kw):\n    return m.h(**kw)\n\n\ndef f(**kw):\n    return kw['x'], g(**kw)\n"
    assert (
        because(text, "f")
        == "`f` hands `**kw` on to `g`, which hands its keywords on: `m.h` cannot be found (app.py:6)"
    )


PUBLIC = {
    "pyproject.toml": "[build-system]\nrequires = ['x']\n",
    "lib/__init__.py": "from lib.a import f\n",
    "lib/a.py": "def f(**kw):\n    return kw.get('x', 1)\n\n\nf(x=1)\n",
}


@pytest.mark.parametrize("style", ["dataclass", "pydantic", "params", "auto"])
def test_a_public_interface_stays(style: str) -> None:
    assert because(PUBLIC, style=style) == "`f` belongs to the public interface of the distribution"


def test_a_public_interface_changes_where_that_is_chosen_or_nobody_can_tell() -> None:
    assert fields(PUBLIC, public="change") == ["x: int = 1"]
    assert plan(PUBLIC, style="typed-dict").fields[0].name == "x"


def test_a_function_that_is_used_as_a_value_may_have_parameters_where_unknown_keys_fail_already() -> None:
    strict = "def g(x=1):\n    return x\n\n\ndef f(**kw):\n    return g(**kw)\n\n\nWAYS = [f]\n"
    assert plan(strict, "f", style="params").fields[0].name == "x"
    assert because(strict + "f()\n") == "`f` is used as a value at app.py:9"
    lenient = "def f(**kw):\n    return kw.get('x', 1)\n\n\nWAYS = [f]\nf()\n"
    assert because(lenient, style="params") == because(lenient) == "`f` is used as a value at app.py:5"
    sometimes = strict.replace("return g(**kw)", "return g(**kw) if a else 1") + "f()\n"
    assert because(sometimes, style="params") == "`f` is used as a value at app.py:9"


def test_calls_that_cannot_be_changed_do_not_matter_where_they_stay() -> None:
    text = BOOK + "print(f'{book(1, table=2)}')\n"
    assert because(text) == "`book` is called in an f-string at app.py:5"
    assert [field.name for field in plan(text, style="params").fields] == ["table", "hours"]


def test_parameters_are_left_to_a_person_where_a_mapping_may_hold_keys_that_were_of_no_account() -> None:
    reason = "`book` is called at app.py:5 with a mapping that may hold any key"
    assert because(BOOK + "book(1, **form)\n", style="params") == reason
    assert plan(BOOK + "book(1, **{'table': 2})\n", style="params").fields[0].name == "table"
    inside = "def outer(**more):\n    return book(1, **more)\n\n\n"
    assert plan(BOOK + inside + "outer(table=1)\n", "book", style="params").fields[0].name == "table"
    reason = "`book` is called at app.py:6 with the keys of `outer`, whoever calls that"
    assert because(BOOK + inside + "WAYS = [outer]\n", "book", style="params") == reason
    strict = "def g(x=1):\n    return x\n\n\ndef f(**kw):\n    return g(**kw)\n\n\nf(**form)\n"
    assert plan(strict, "f", style="params").fields[0].name == "x"


FAMILY = "class A:\n    def f(self, **kw):\n        return kw['x']\n\n\nclass B(A):\n    {}\n\n\nA().f(x=1)\n"


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("def f(self):\n        return 1", "`A.f` has other parameters than `B.f`, which takes no `**` keywords"),
        ("f = None", "`A.f` is no method in `B`"),
    ],
)
def test_overrides_that_cannot_change_together_are_left_to_a_person(member: str, reason: str) -> None:
    assert because(FAMILY.format(member)) == reason
    assert plan(FAMILY.format(member), style="typed-dict").fields[0].name == "x"


# What is said of a rewrite.


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("pydantic", "a pydantic model, `BookParams`, has a field for each key and refuses every other"),
        ("dataclass", "a dataclass, `BookParams`, has a field for each key and takes no other"),
        ("typed-dict", "`BookParams` tells type checkers the keys, and nothing changes at run time"),
        ("params", "each key becomes a keyword-only parameter"),
    ],
)
def test_a_rewrite_is_announced_with_the_number_of_keys(style: str, said: str) -> None:
    assert site(CALLED, style=style).message == (
        f"`book` takes any keyword and checks none, 2 keys flow through it; {said}"
    )


LETTER = "class Letter:\n    def __init__(self, to: str, lang: str = 'en'):\n        self.to = to\n\n\n"


def test_what_is_known_of_each_key_is_evidence() -> None:
    text = LETTER + (
        "def f(**kw):\n    if kw.get('urgent'):\n        print(kw['to'])\n    print(kw.pop('urgent', None))\n"
        "    return Letter(**kw)\n\n\nf(to='Ann', seal=1)\n"
    )
    assert told(text, style="pydantic") == [
        "`urgent` is read in line 7, where `None` stands for it, is read in line 9, where `None` stands for it",
        "`to` is read without a default in line 8, `to` is a parameter of `Letter.__init__`, is given at app.py:13",
        "`lang` `lang` is a parameter of `Letter.__init__`",
        "`seal` is given at app.py:13, and is read nowhere",
        "nothing tells the type of `urgent`: a person should tighten `Any`",
    ]


def test_a_key_that_is_asked_for_or_set_is_told_as_such() -> None:
    text = "def f(**kw):\n    if 'x' not in kw:\n        kw['x'] = 1\n    return kw['x']\n\n\nf()\n"
    assert told(text, style="typed-dict")[0] == (
        "`x` is asked for in line 2, is set in line 3, is read without a default in line 4"
    )


@pytest.mark.parametrize(("count", "more"), [(3, ""), (4, "and at 1 place"), (5, "and at 2 places more")])
def test_only_the_first_callers_are_named(count: int, more: str) -> None:
    text = "def f(**kw):\n    return kw['x']\n\n\n" + "".join(f"f(x={n})\n" for n in range(count))
    (said,) = told(text)
    named, _, others = said.partition(", is given at app.py:7")
    assert named.endswith(", is given at app.py:5, is given at app.py:6")
    assert others.startswith(f", {more}" if more else "")
    assert bool(others) is bool(more)


def test_only_the_first_reads_are_named() -> None:
    text = "def f(**kw):\n" + "    print(kw['x'])\n" * 4 + "\n\nf(x=1)\n"
    assert told(text)[0].count("is read without a default") == 3


def test_a_key_that_the_function_sets_itself_is_told() -> None:
    text = LETTER + "def f(**kw):\n    return kw['lang'], Letter(**{'to': 'Bob', **kw})\n\n\nf(lang='fr')\n"
    assert "`to` is set by the function itself and given by no caller: it is no field" in told(text)


def test_a_call_that_fails_already_is_told_and_left_alone() -> None:
    found = site(BOOK + "book(table=1)\nbook(1, table=1)\n")
    assert "the call at app.py:5 fails as it is, and is left alone" in [each.says for each in found.evidence]
    assert [place.line for place in found.places] == [1, 6]


@pytest.mark.parametrize("style", ["dataclass", "pydantic", "params", "typed-dict"])
def test_types_that_a_person_should_tighten_are_named(style: str) -> None:
    text = (
        "def f(a: int, **kw) -> int:\n    return kw['x'], kw['y'], kw.get('z', 1)\n\n\nf(1, x=unknown(), y=unknown())\n"
    )
    assert told(text, style=style)[-1] == "nothing tells the type of `x`, `y`: a person should tighten `Any`"


# Who has to change what.


def broken(text: str, **chosen: str) -> Breaking:
    found = site(text, **chosen).breaking
    assert found is not None
    return found


def test_a_schema_breaks_whoever_calls_from_elsewhere() -> None:
    assert broken(BOOK + "book('Ann', table=4)\nbook('Bob', table=5, hours=3)\n") == Breaking(
        who="Whoever calls `book` from elsewhere passes one `BookParams` of `app.py` for its keywords",
        before="book('Ann', table=4)",
        after="book('Ann', BookParams(table=4))",
        callers=("app.py:5", "app.py:6"),
    )


@pytest.mark.parametrize(
    ("calls", "before", "after"),
    [
        ("book('Ann', **form)\n", "book('Ann', **form)", "book('Ann', BookParams(**form))"),
        ("book(guest='Ann', table=1)\n", "book(guest='Ann', table=1)", "book(guest='Ann', params=BookParams(table=1))"),
        ("book('Ann', **{'table': 1})\n", "book('Ann', **{'table': 1})", "book('Ann', BookParams(**{'table': 1}))"),
    ],
)
def test_a_call_is_shown_before_and_after(calls: str, before: str, after: str) -> None:
    found = broken(BOOK + calls)
    assert (found.before, found.after) == (before, after)


def test_a_call_without_keys_is_no_example() -> None:
    text = "def f(**kw):\n    return kw.get('x', 1)\n\n\nf()\nf(x=2)\n"
    assert broken(text).before == "f(x=2)"
    assert broken(text[: text.index("f()")] + "f()\n").before == "f(x=1)"
    assert broken(text[: text.index("f()")] + "f()\n").callers == ("app.py:5",)


def test_the_making_of_an_object_is_shown_as_a_call_of_its_class() -> None:
    text = "class Desk:\n    def __init__(self, **kw):\n        self.x = kw.get('x', 1)\n\n\nDesk()\n"
    assert broken(text).before == "Desk(x=1)"
    assert broken(text).after == "Desk(params=DeskParams(x=1))"


def test_an_object_whose_base_may_look_at_positions_is_made_by_keyword() -> None:
    text = "class Desk(Table):\n    def __init__(self, text, **kw):\n        self.x = kw['x']\n\n\n"
    text += "Desk('a', x=1)\n"
    assert broken(text).after == "Desk('a', params=DeskParams(x=1))"
    assert broken(text.replace("(Table)", "")).after == "Desk('a', DeskParams(x=1))"


def test_an_exception_is_made_again_from_its_positional_arguments() -> None:
    text = "class Failure(Exception):\n    def __init__(self, **kw):\n        self.x = kw['x']\n\n\nFailure(x=1)\n"
    assert because(text).startswith("`Failure.__init__` makes ")


def test_a_function_that_nobody_is_seen_to_call_is_left_to_a_person() -> None:
    assert because(BOOK) == "`book` is called nowhere that can be seen"
    assert plan(BOOK, style="typed-dict").fields[0].name == "table"


def test_what_joins_moves_into_the_schema() -> None:
    text = "def f(a: int, **kw):\n    return a, kw['k']\n\n\nf(1, k=2)\n"
    found = broken(text, join="true")
    assert (found.before, found.after) == ("f(1, k=2)", "f(FParams(a=1, k=2))")


def test_parameters_break_only_keys_that_nobody_knows() -> None:
    assert broken(BOOK + "book('Ann', table=4)\n", style="params") == Breaking(
        who="Calls of `book` stay as they are, but a keyword that is none of its own is an error now",
        before="book(anything=1)",
        after="TypeError: it takes table, hours",
    )


def test_a_typed_dictionary_breaks_nothing() -> None:
    assert site(BOOK, style="typed-dict").breaking is None
