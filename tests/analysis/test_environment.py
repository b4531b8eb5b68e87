from __future__ import annotations

import pytest

from fixbot.analysis.definitions import File
from fixbot.analysis.environment import PATTERN, Read, reads
from fixbot.analysis.module import Module, parse
from fixbot.analysis.names import Names
from fixbot.model import SourceFile
from fixbot.report.variables import as_env_example


def found(text: str) -> list[Read]:
    assert PATTERN.search(text.encode())
    module = parse(SourceFile("app.py", text.encode()))
    assert isinstance(module, Module)
    return list(reads(File(module, Names(module))))


@pytest.mark.parametrize(
    ("text", "name", "required"),
    [
        ("import os\nos.environ['A']\n", "A", True),
        ("import os\nos.getenv('A')\n", "A", False),
        ("import os as o\no.environ.get(key='A', default=1)\n", "A", False),
        ("from os import environ as env\nenv['A']\n", "A", True),
        ("from os import getenv\nx = [getenv('A', '1') for _ in y]\n", "A", False),
        ("import os\nNAME = 'A'\ndef f():\n    return os.getenv(NAME)\n", "A", False),
        ("from decouple import config\nconfig('A')\n", "A", True),
        ("import click\n@click.option('--a', envvar='A')\ndef f(a): pass\n", "A", False),
        ("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    a: str\n", "A", True),
        ("from x import BaseSettings, Field\nclass S(BaseSettings):\n    a: str = Field(..., alias='B')\n", "B", True),
        ("class S(BaseSettings):\n    a: int = 1\n    class Config:\n        env_prefix = 'P_'\n", "P_A", False),
    ],
)
def test_reads_are_found_in_every_way_of_writing_them(text: str, name: str, required: bool) -> None:  # noqa: FBT001 - it is what comes out
    assert [(read.name, read.required) for read in found(text)] == [(name, required)]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.environ['A'] = 'x'\n",
        "import os\nos.getenv(name)\n",
        "environ = {}\nenviron['A']\n",
        "import os\nos.getenv(*args)\n",
        "import os\nos.getenv('not a name')\n",
    ],
)
def test_other_things_are_no_reads(text: str) -> None:
    assert found(text) == []


def test_an_example_lists_names_places_and_defaults() -> None:
    text = "import os\nPORT = os.getenv('PORT', '8000')\nURL = os.environ['URL']\nMODE = os.getenv('MODE')\n"
    assert as_env_example(found(text)).split("\n\n")[1:] == [
        "# optional, no default: app.py:4\n# MODE=",
        "# optional: app.py:2\n# PORT=8000",
        "# required: app.py:3\nURL=\n",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.getenv('API_KEY', 'hunter2')\n",
        "import os\nos.getenv('DATABASE_URL', 'postgres://me:hunter2@db/shop')\n",
    ],
)
def test_an_example_shows_no_secret(text: str) -> None:
    assert "hunter2" not in as_env_example(found(text))


def test_a_default_cannot_break_out_of_its_line() -> None:
    text = "import os\nos.getenv('A', 'x\\nEVIL=1')\nos.getenv('B', 'two words')\nos.getenv('C', '$(rm x)\"')\n"
    lines = as_env_example(found(text)).splitlines()
    assert [line for line in lines if "=" in line] == ["# A=", '# B="two words"', "# C="]


def test_several_defaults_are_not_chosen_from() -> None:
    text = "import os\nos.getenv('A', '1')\nos.getenv('A', '2')\n"
    assert "# optional; with several defaults: app.py:2, app.py:3\n# A=\n" in as_env_example(found(text))
