"""Tests of the names that are nothing, against what ruff says of them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.analysis.undefined import undefined
from fixbot.model import SourceFile

# Each is what ruff's rule F821 says of it, too.
CASES = {
    "a name that nothing binds": ("print(cup)\n", ["cup"]),
    "a name that is bound below, in a module": ("print(cup)\ncup = 1\n", ["cup"]),
    "a name that is bound below a function": ("def pour():\n    return cup\n\n\ncup = 1\n", []),
    "a name that is bound under a condition": ("if input():\n    cup = 1\nprint(cup)\n", []),
    "a name of a class in its body and in its method": (
        "class Shelf:\n    size = 1\n    double = 2 * size\n\n    def first(self, at=size):\n        return size\n",
        ["size"],
    ),
    "a name of a class in a comprehension": (
        "class Shelf:\n    sizes = [1]\n    doubles = [size * len(sizes) for size in sizes]\n",
        ["sizes"],
    ),
    "a name of a comprehension after it": ("print([cup for cup in 'ab'])\nprint(cup)\n", ["cup"]),
    "a name that a comprehension binds by `:=`": ("print([last := cup for cup in 'ab'])\nprint(last)\n", []),
    "a name that is deleted": ("cup = 1\ndel cup\nprint(cup)\n", ["cup"]),
    "a name that may be deleted": ("cup = 1\nif input():\n    del cup\nprint(cup)\n", []),
    "a name that is deleted and is nothing": ("del cup\n", ["cup"]),
    "the name of an error after its clause": (
        "try:\n    input()\nexcept OSError as error:\n    print(error)\nprint(error)\n",
        ["error"],
    ),
    "the name of an error that was another name before": (
        "error = None\ntry:\n    input()\nexcept OSError as error:\n    pass\nprint(error)\n",
        [],
    ),
    "a name that is tried": ("try:\n    cup\nexcept (KeyError, NameError):\n    cup = 1\n", []),
    "a name that a bare clause hides": ("try:\n    cup = input()\n    print(jug)\nexcept:\n    pass\n", ["jug"]),
    "a name that another clause is about": ("try:\n    cup\nexcept ValueError:\n    pass\n", ["cup"]),
    "a name that a function makes global": (
        "def pour():\n    global cup\n    cup = 1\n\n\ndef drink():\n    return cup\n",
        [],
    ),
    "a name that is only declared": ("cup: int\nprint(cup)\n", ["cup"]),
    "a name that is declared and set by an inner function": (
        "def pour():\n    cup: int\n\n    def fill():\n        nonlocal cup\n        cup = 1\n\n    return cup\n",
        [],
    ),
    "a name that a star may bring": ("from shelf import *\n\nprint(cup)\n", []),
    "captures": (
        (
            "match input():\n    case [first, *others]:\n        print(first, others)\n"
            "    case {'a': one, **more}:\n        print(one, more)\n"
            "    case str() as text:\n        print(text, other)\n"
        ),
        ["other"],
    ),
    "names that Python gives": (
        (
            "print(__file__, __name__, __path__)\n\n\nclass Shelf:\n    print(__qualname__, __module__)\n\n"
            "    def me(self):\n        return __class__, __qualname__\n"
        ),
        ["__path__", "__qualname__"],
    ),
    "an annotation that is evaluated": ("class Shelf:\n    following: Shelf\n", ["Shelf"]),
    "an annotation that is not": (
        "from __future__ import annotations\n\n\nclass Shelf:\n    following: Shelf\n    other: Cup\n",
        ["Cup"],
    ),
    "annotations in strings": (
        (
            "from typing import Annotated, Literal, Optional, cast\n\n\n"
            "def pour(cup: 'Optional[Cup]') -> Literal['big']: ...\n\n\n"
            "print(cast('list[Jug]', 1), cast(int, 'text'))\nlid: Annotated['Lid', 'text']\nplain: list['Pot']\n"
        ),
        ["Cup", "Jug", "Lid", "Pot"],
    ),
    "types of fields in strings": (
        (
            "from typing import NamedTuple, TypedDict, TypeVar\n\nT = TypeVar('T', bound='Jug')\n"
            "Cup = NamedTuple('Cup', [('size', 'Size')])\nPot = TypedDict('Pot', {'lid': 'Lid', 'x': int})\n"
        ),
        ["Jug", "Lid", "Size"],
    ),
    "a decorator and a default": ("@poured\ndef pour(cup=jug):\n    return cup\n", ["jug", "poured"]),
    "a lambda": ("pour = lambda cup, jug=pot: cup + jug + lid\n", ["lid", "pot"]),
    "a formatted string": ("print(f'{cup!r:>{width}}')\n", ["cup", "width"]),
    "a type alias that is annotated": (
        "from typing import TypeAlias, Union\n\nCup: TypeAlias = Union['Jug', Pot]\nJug = Pot = int\n",
        ["Pot"],
    ),
}
PARAMETERS = {
    "type parameters": (
        (
            "def pour[T: Jug](cup: T) -> T:\n    return cup\n\n\nclass Shelf[T]:\n    one: T\n\n"
            "    def first(self) -> T:\n        return T\n\n\n"
            "type Pots[T] = list[T] | Lid\nprint(T)\n\n\nclass Jug: ...\n"
        ),
        ["Lid", "T"],
    )
}


def names(code: str, *, path: str = "example.py", lazy: bool = False) -> list[str]:
    module = parse(SourceFile(path, code.encode()))
    assert isinstance(module, Module)
    return sorted(one.name for one in undefined(module, lazy=lazy))


@pytest.mark.parametrize(("code", "expected"), CASES.values(), ids=CASES)
def test_names_that_are_nothing_are_told(code: str, expected: list[str]) -> None:
    assert names(code) == expected


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the parser does not know type parameters")
@pytest.mark.parametrize(("code", "expected"), PARAMETERS.values(), ids=PARAMETERS)
def test_type_parameters_are_names_of_what_they_belong_to(code: str, expected: list[str]) -> None:
    assert names(code) == expected


def test_ruff_says_the_same(tmp_path: Path) -> None:
    for number, (code, _) in enumerate(CASES.values()):
        (tmp_path / f"case_{number}.py").write_text(code, encoding="utf-8")
    options = ["--isolated", "--no-cache", "--select=F821", "--target-version=py311", "--output-format=concise"]
    command = [sys.executable, "-m", "ruff", "check", *options, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found: dict[int, list[str]] = {number: [] for number in range(len(CASES))}
    for number, name in re.findall(r"case_(\d+)\.py:\d+:\d+: F821 .*?`(\w+)`", said):
        found[int(number)].append(name)
    assert {name: sorted(found[number]) for number, name in enumerate(CASES)} == {
        name: expected for name, (_, expected) in CASES.items()
    }


def test_annotations_of_newer_versions_are_looked_at_later() -> None:
    code = "class Shelf:\n    following: Shelf\n"

    assert names(code) == ["Shelf"]
    assert names(code, lazy=True) == []


def test_a_package_knows_where_it_is() -> None:
    assert names("print(__path__)\n", path="shop/__init__.py") == []


def test_what_is_nested_too_deeply_is_left_alone() -> None:
    module = parse(SourceFile("deep.py", ("cup" + " + cup" * 20_000).encode()))

    assert not isinstance(module, Module) or undefined(module) == []


def test_a_name_that_alone_is_tried_is_looked_for() -> None:
    assert names("try:\n    cup\nexcept:\n    cup = 1\n") == []


def test_types_of_a_vendored_copy_are_types() -> None:
    assert names("from shop.vendored.typing_extensions import Literal\n\nsize: Literal['big']\n") == []


def test_names_below_no_type_check_are_no_types() -> None:
    assert names("import typing\n\n\n@typing.no_type_check\ndef pour(cup: 'Cup') -> 'Jug': ...\n") == []
