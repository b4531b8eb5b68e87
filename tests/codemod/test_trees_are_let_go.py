"""Tests that codemods which look at a whole project keep the trees of a few files at a time."""

import ast
import gc

import pytest

from fixbot.analysis.corpus import Corpus
from fixbot.analysis.definitions import File
from fixbot.codemod import ProjectCodemod
from fixbot.registry import choose

_FILES = 100
_ROOM = 30_000  # characters: a fifth of the files
_MOST = 45
_SLUGS = sorted(each.slug() for each in choose() if isinstance(each, ProjectCodemod))


def _content(number: int) -> str:
    """Return a file of which every codemod has something to look at."""
    tenth = number % 10 == 0  # what is found in every file is not let go of
    engine = 'engine = create_engine(os.environ["DATABASE"])' if tenth else ""
    counter = "counter = redis.Redis()" if tenth else ""
    health = '@router.get("/health")\nasync def health():\n    return {"status": "ok"}\n' if tenth else ""
    return f'''"""Part {number}."""
import asyncio
import os
import subprocess
import time
from datetime import datetime
from uuid import uuid4

import redis
import requests
from fastapi import APIRouter
from sqlalchemy import create_engine, text
router = APIRouter()
{engine}
SECRET_{number} = os.getenv("SECRET_KEY_{number}", "not secret")
{counter}


class Part{number}:
    def __init__(self, name, **kwargs):
        self.name = name
        self.size = kwargs.get("size", {number})
        self.kind = getattr(self, name)

    def copy{number}(self, **kwargs):
        print(f"copying {{self.name}}")
        return type(self)(self.name, **kwargs)


def pause{number}(seconds):
    time.sleep(seconds)
    return requests.get("https://shop.example/{number}"), datetime.utcnow()


def cut{number}(**options):
    return options["at"], options.get("deep", False)


{health}


@router.post("/part/{number}/sales")
async def sell_part(name: str, count: int):
    """Sell a part."""
    # TODO: Implement storing the sale
    # For now, return mock data
    sale = {{"id": str(uuid4()), "name": name, "count": count}}
    return {{"success": True, "message": "Sold successfully", "sale": sale}}


@router.get("/part/{number}")
async def part{number}(key, connection):
    subprocess.run(["true"])
    if int(counter.get(key) or 0) > 3:
        return undefined{number}
    counter.incr(key)
    await asyncio.sleep(1)
    cut{number}(at=1)
    return connection.execute(text(f"SELECT * FROM parts WHERE name = '{{key}}'"))
'''  # noqa: S608 - it is what a codemod is to find


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    parts = {f"shop/part{number}.py": _content(number).encode() for number in range(_FILES)}
    return {"shop/__init__.py": b"", **parts}


def _alive() -> int:
    return sum(isinstance(each, ast.Module) for each in gc.get_objects())


@pytest.mark.parametrize("slug", _SLUGS)
def test_a_survey_keeps_the_trees_of_few_files(slug: str, contents: dict[str, bytes]) -> None:
    (codemod,) = choose([slug])
    assert isinstance(codemod, ProjectCodemod)
    corpus = Corpus(contents, room=_ROOM)
    gc.collect()
    before = most = _alive()
    told = 0
    for told, _ in enumerate(codemod.survey(corpus), 1):
        if told % 20 == 1:
            most = max(most, _alive())
    assert max(most, _alive()) - before < _MOST
    assert told


def test_whoever_holds_a_file_gets_the_same_one_again(contents: dict[str, bytes]) -> None:
    corpus = Corpus(contents, room=_ROOM)
    held = corpus.file("shop/part7.py")
    assert held is not None
    for path in contents:
        corpus.file(path)
    assert corpus.file("shop/part7.py") is held
    assert corpus.project.generation > 1


def test_a_file_that_nobody_holds_is_let_go_of(contents: dict[str, bytes]) -> None:
    corpus = Corpus(contents, room=_ROOM)
    gc.collect()
    before = sum(isinstance(each, File) for each in gc.get_objects())
    for path in contents:
        corpus.file(path)
    assert sum(isinstance(each, File) for each in gc.get_objects()) - before < _MOST


def test_the_trees_that_were_asked_for_last_stay(contents: dict[str, bytes]) -> None:
    corpus = Corpus(contents, room=_ROOM)
    often, seldom = "shop/part7.py", "shop/part8.py"
    kept = [corpus.project.kept(_Counted, file) for each in (often, seldom) if (file := corpus.file(each)) is not None]
    for path in contents:
        corpus.file(path)
        corpus.file(often)
    assert corpus.project.generation > 1
    again = [corpus.project.kept(_Counted, file) for each in (often, seldom) if (file := corpus.file(each)) is not None]
    assert again[0] is kept[0]
    assert again[1] is not kept[1]


class _Counted:
    def __init__(self, file: File) -> None:
        self.path = file.path


def test_what_cannot_be_parsed_is_no_file_however_often_it_is_asked_for() -> None:
    corpus = Corpus({"broken.py": b"def (", "shop.py": b"import broken\nimport missing\n"})
    assert [corpus.file("broken.py"), corpus.file("broken.py"), corpus.file("missing.py")] == [None, None, None]
    assert corpus.project.module("broken", "shop.py") is None
    assert corpus.project.module("shop", "broken.py") == "shop.py"
