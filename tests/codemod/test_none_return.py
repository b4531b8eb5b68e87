"""Tests of `-> None` for methods that return nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fixbot.codemod import Safety
from tests.codemod.trying import fixed_by, found

SLUG = "missing-none-return"
CUSTOM = "\n\ndef one() -> int:\n    return 1\n"
CASES = {
    "def __init__(self): pass": True,
    "def __init__(self):\n        return": True,
    "def __init__(self):\n        return None": True,
    "def __init__(self):\n        return 1": False,
    "def __init__(self) -> None: pass": False,
    "def __post(self): pass": False,
    "def __setattr__(self, name, value): pass": True,
    "def __delitem__(self, key):\n        raise KeyError(key)": True,
    "def __set__(self, owner, value):\n        self.value = value": True,
    "def __del__(self):\n        yield 1": False,
    "def __init_subclass__(cls): pass": True,
}


@pytest.mark.parametrize(("method", "expected"), CASES.items(), ids=[str(number) for number in range(len(CASES))])
def test_methods_that_give_nothing_are_told(method: str, *, expected: bool) -> None:
    assert bool(found(SLUG, f"class Shelf:\n    {method}\n{CUSTOM}")) is expected


def test_ruff_says_the_same(tmp_path: Path) -> None:
    for number, method in enumerate(CASES):
        (tmp_path / f"case_{number}.py").write_text(f"class Shelf:\n    {method}\n", encoding="utf-8")
    options = ["--isolated", "--no-cache", "--select=ANN204", "--output-format=concise"]
    command = [sys.executable, "-m", "ruff", "check", *options, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    marked = {int(number) for number in re.findall(r"case_(\d+)\.py:\d+:\d+: ANN204", told)}
    given = {3, 9}  # one returns a value, the other yields: they return something
    assert marked - given == {number for number, expected in enumerate(CASES.values()) if expected} - given


def test_a_body_that_is_checked_already_is_safe() -> None:
    code = "class Shelf:\n    def __init__(self, size: int): pass\n\n    def __del__(self): pass\n"

    assert [finding.safety for finding in found(SLUG, code + CUSTOM)] == [Safety.SAFE, Safety.REVIEW]


def test_every_file_is_looked_at_where_the_project_says_so() -> None:
    code = "class Shelf:\n    def __init__(self): pass\n"
    old = f"from __future__ import print_function\n{code}"

    assert not found(SLUG, code)
    assert found(SLUG, code, files="every")
    assert not found(SLUG, old, files="every")
    assert "def __init__(self) -> None: pass" in fixed_by(SLUG, code, files="every")


def test_a_method_under_a_condition_is_one() -> None:
    code = "class Shelf:\n    if input():\n        def __init__(self): pass\n"

    assert len(found(SLUG, code + CUSTOM)) == 1


def test_an_arrow_in_a_body_is_no_annotation() -> None:
    code = "class Shelf:\n    def __init__(self):\n        pass\n\n    def say(self):\n        return 'a -> b'\n"

    assert not found(SLUG, code)


def test_a_sketch_finds_the_same() -> None:
    code = "class Shelf:\n    def __init__(self):\n        pass\n\n    def size(self) -> int:\n        return 1\n"

    assert len(found(SLUG, code)) == len(found(SLUG, code, whole=True)) == 1
