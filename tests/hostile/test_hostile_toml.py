"""TOML that is made to keep its reader busy is refused at once, and ordinary TOML never is."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest

from fixbot.toml import LIMIT, table

MANY = 400_000
PARTS = ".".join(["a"] * 16)
DOTS = "a." * 1000
QUOTED = r'''"a.b\"#"'''
LONG_KEYS = {
    "dotted": "a" + ".a" * MANY + " = 1",
    "spaced": "a" + " .\ta" * 200_000 + " = 1",
    "header": "[a" + ".a" * MANY + "]",
    "list header": "[[a" + ".a" * MANY + "]]",
    "quoted": QUOTED + f".{QUOTED}" * 90_000 + " = 1",
    "literal": "'a=b'" + ".'a=b'" * 150_000 + " = 1",
    "empty": '""' + '.""' * 300_000 + " = 1",
    "inline": "x = {y = [{a" + ".a" * MANY + " = 1}]}",
    "after a text": 'x = \'\'\'\n\'\n\'\'\'\ny = """\n"\\""""""\na' + ".a" * MANY + " = 1",
    "after a comment": "# don't\na" + ".a" * MANY + " = 1",
}
OPEN = {
    "arrays": "a = " + "[" * 900_000,
    "tables": "a = " + "{a=" * 300_000,
    "escapes": '\\"' * 450_000,
    "quotes": '"a\n' * 300_000,
    "a text": 'a = """' + '""\\"' * 200_000,
    "another text": "a = '''" + "''a" * 300_000,
    "twice": "a = 1\n" * 150_000,
    "a number": "a = " + "1" * 900_000,
}
ORDINARY = {
    "texts": f"a = \"{DOTS}\"\nb = '{DOTS}'\nc = \"\"\"\n{DOTS}\n\"\"\"\nd = '''\n{DOTS}\n'''\n",
    "comment": "#" + "-." * 1000 + "\n[tool]  # " + "a." * 1000 + "\n",
    "versions": "a = [" + ", ".join(["1.5"] * 1000) + "]\nb = [" + ", ".join(['"a>=1.2.3"'] * 1000) + "]\n",
    "quotes": 'a = [\'"\', "\'"]\nb = """"a"""""\nc = \'\'\'\'\'a\'\'\'\'\'\nd = "\\\\"\n' + f'e = "{"a." * 100}"\n',
    "as many parts as may be": f"[{PARTS}]\n{PARTS} = 1\n",
}
COSTLY = {
    "keys below a header": f"[{PARTS}]\n" + "".join(f"{i}{PARTS[1:]} = []\n" for i in range(4_000)),
    "headers": "".join(f"[{i}{PARTS[1:]}]\n" for i in range(4_000)),
}


def refused(content: str) -> str:
    assert len(content) <= LIMIT
    began = time.process_time()
    with pytest.raises(ValueError, match=r"^(?:line \d|is )") as caught:
        table(content.encode())
    assert time.process_time() - began < 8
    return str(caught.value)


@pytest.mark.parametrize("kind", LONG_KEYS)
def test_a_key_of_very_many_parts_is_refused_before_it_is_parsed(kind: str) -> None:
    line = LONG_KEYS[kind].count("\n") + 1
    assert refused(LONG_KEYS[kind]) == f"line {line} has a key of more than 16 parts: write one with fewer dots"


@pytest.mark.parametrize("kind", OPEN)
def test_what_never_ends_or_comes_again_is_refused_at_once(kind: str) -> None:
    assert len(refused(OPEN[kind])) < 400


def test_a_key_that_is_one_long_name_does_not_fill_the_message() -> None:
    assert len(refused(f"[{'a' * MANY}]\n[{'a' * MANY}]\n")) < 400


@pytest.mark.parametrize("kind", ORDINARY)
def test_what_people_write_is_read_as_ever(kind: str) -> None:
    assert table(ORDINARY[kind].encode()) == tomllib.loads(ORDINARY[kind])


@pytest.mark.parametrize("kind", COSTLY)
def test_the_costliest_that_is_read_takes_time_that_grows_as_the_file_does(kind: str) -> None:
    half, whole = (timed(COSTLY[kind][: len(COSTLY[kind]) // parts].rpartition("\n")[0]) for parts in (2, 1))
    assert whole < 4 * half + 0.5


def timed(content: str) -> float:
    began = time.process_time()
    table(content.encode())
    return time.process_time() - began


def test_the_project_s_own_file_is_read() -> None:
    own = Path(__file__).parents[2] / "pyproject.toml"
    assert table(own.read_bytes()) == tomllib.loads(own.read_text("utf-8"))
