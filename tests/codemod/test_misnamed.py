"""Tests of what is said of names that nothing binds, and of those that are rewritten."""

from __future__ import annotations

import pytest

from fixbot.codemod import Safety
from fixbot.codemod.contract import of_projects
from fixbot.codemod.misnamed.likely import distance
from fixbot.engine import survey, whole
from fixbot.engine.survey import Survey
from fixbot.joint import attempt_jointly
from fixbot.registry import choose


def looked(files: dict[str, str], texts: dict[str, bytes] | None = None) -> Survey:
    (codemod,) = of_projects(choose(["undefined-name"]))
    found = survey(whole({path: text.encode() for path, text in files.items()}, texts=texts), codemod)
    assert found.broken is None, found.broken.trace
    return found


def said(code: str, **more: str) -> list[str]:
    files = {"app.py": code} | {f"{name}.py": text for name, text in more.items()}
    return [finding.message for finding in looked(files).findings if finding.path == "app.py"]


def dismissed(code: str, **more: str) -> list[str]:
    files = {"app.py": code} | {f"{name}.py": text for name, text in more.items()}
    found = looked(files)
    assert not found.findings
    return [one.because for one in found.dismissed]


def written(code: str) -> str:
    (codemod,) = of_projects(choose(["undefined-name"]))
    done = attempt_jointly(whole({"app.py": code.encode()}), codemod, Safety.REVIEW)
    assert done.broken is None, done.broken.trace
    return "".join(rewrite.after.decode() for rewrite in done.rewrites)


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("attempt", "attempts", 1),
        ("discuont", "discount", 1),
        ("lenght", "length", 1),
        ("cat", "dog", 3),
        ("a", "abcd", 3),
    ],
)
def test_the_distance_of_two_names_counts_letters(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("import math\nprint(jsn.dumps(1), json.dumps(1))\n", "`import json` is missing"),
        ("print(urllib.parse.quote(''))\n", "`import urllib.parse` is missing"),
        ("def pour(cup: Optional[int]) -> None: ...\n", "`from typing import Optional` is missing"),
        ("print(xrange(3))\n", "in Python 3 it is `range`"),
        ("cup = 1\ndel cup\nprint(cup)\n", "it is deleted before"),
        ("def pour():\n    size: int\n    return size\n", "it is declared and gets no value"),
        ("print(table(1))\n\n\ndef table(rows):\n    return rows\n", "gets its value only here"),
        ("class Shelf:\n    size = 1\n\n    def first(self):\n        return size\n", "a method reads it by `self.`"),
        ("def one():\n    saucer = 1\n    return saucer\n\n\ndef two():\n    return saucer\n", "only `one` gives"),
    ],
)
def test_the_finding_says_where_the_name_is_something(code: str, part: str) -> None:
    assert any(part in message for message in said(code))


def test_another_file_shows_how_the_name_is_imported_and_defined() -> None:
    says = "nothing binds `Basket` here: reading it raises `NameError`; "
    imports = "from shop.models import (\n    Shelf,\n    Basket,\n)\nprint(Basket)\n"
    defines = "\n\nclass Basket: ...\n"
    imported = "another file has `from shop.models import Basket` (other.py:1)"

    assert said("print(Basket())\n", other=imports) == [says + imported]
    assert said("print(Basket())\n", other=defines) == [f"{says}another file defines one (other.py:3)"]


def test_all_places_of_a_function_are_one_finding_and_each_function_has_its_own() -> None:
    found = looked({"app.py": "def one():\n    jug\n    return jug\n\n\ndef two():\n    return jug\n"}).findings

    assert [(finding.line, finding.qualname) for finding in found] == [(2, "one"), (7, "two")]
    assert [each.says for each in found[0].evidence] == ["it is read again in line 3"]


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("def pour():\n    return jug\n\n\nexec(open('more').read())\n", "may give the module any name"),
        (
            "import enum\n\n\n@enum.global_enum\nclass Size(enum.Enum):\n    BIG = 1\n\n\nprint(BIG)\n",
            "may give the module",
        ),
        ("cup = 1\n\n\ndef pour():\n    return cup\n\n\nprint(pour())\ndel cup\n", "deleted around the function"),
        ("# Databricks notebook source\ndisplay(spark.read)\n", "gives it"),
        ("Import('env')\nenv.Append(A=1)\n", "gives it"),
        ("reveal_type(1)\n", "gives it `reveal_type`"),
        ("print(jug)  # type: ignore[name-defined]\n", "a comment says that it is known"),
        ("import sys\n\ntext = sys.version_info[0] < 3 and unicode or str\n", "is looked for before it is read"),
    ],
)
def test_a_name_that_may_be_something_is_dismissed(code: str, because: str) -> None:
    assert all(because in one for one in dismissed(code))
    assert dismissed(code)


def test_gettext_makes_its_names_builtins() -> None:
    assert dismissed("print(_('cup'))\n", start="import gettext\n\ngettext.install('shop')\n") == [
        "start.py makes `_` a builtin"
    ]


def test_globals_that_are_only_read_hide_nothing() -> None:
    assert len(said("print(globals()['cup'], jug)\nexec('cup', {})\n")) == 1


def test_where_annotations_are_lazy_they_may_name_what_comes_later() -> None:
    files = {"app.py": "class Shelf:\n    following: Shelf\n"}

    assert len(looked(files).findings) == 1
    assert not looked(files, {"pyproject.toml": b'[project]\nname = "shop"\nrequires-python = ">=3.14"\n'}).findings


@pytest.mark.parametrize(
    "code",
    [
        "def pour(jug_a):\n    return jug_b\n",
        "def pour(Teapot):\n    return teapot\n",
        "def pour(saucer_):\n    return saucer\n",
        "def pour(max_size):\n    return min_size\n",
        "def pour(cups):\n    print(cups)\n    return [cup_ for cup in cups]\n",
        "def pour(kettle):\n    if kettle:\n        saucer = 1\n        print(saucer)\n    return saucerr\n",
        "def pour(rows):\n    return row\n",
        "def pour(teapot):\n    print(tepot.size)\n    return teapot\n",
        "def pour(teapot):\n    del teapot\n    return tepot\n",
        "def pour(teapot):\n    return f'{tepot}'\n",
        "def pour(teapot, teapos):\n    return teapoo\n",
        "def tepot():\n    return 1\n\n\ndef pour():\n    return teppot\n",
    ],
)
def test_where_there_is_a_doubt_a_person_has_to_say(code: str) -> None:
    assert written(code) == ""
    assert all("it is `" not in message for message in said(code))


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("def pour(teapot):\n    return tepot\n", "    return teapot"),
        ("def pour():\n    for saucer in range(3):\n        print(saucer, sacuer)\n", "        print(saucer, saucer)"),
        ("def pour(teapot):\n    print(teapot.size)\n    return tepot.size\n", "    return teapot.size"),
        (
            "import teapots\n\n\ndef pour():\n    teapots.fill()\n    tepaots.fill(1)\n    tepaots.fill()\n",
            "    teapots.fill(1)",
        ),
        ("def simmer(kettle):\n    return kettle\n\n\nprint(smimer(1) or Flase)\n", "print(simmer(1) or False)"),
    ],
)
def test_a_name_that_is_surely_meant_is_written(code: str, line: str) -> None:
    assert line in written(code).split("\n")
