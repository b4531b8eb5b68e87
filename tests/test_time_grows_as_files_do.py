"""A file that is four times as long takes about four times as long, whichever codemod looks at it.

Lines that run are counted instead of seconds: they are the same on every machine, however busy. Each round of a loop
and of a comprehension is one. What the builtins do in one call is not seen.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from fixbot import registry
from fixbot.codemod import Codemod, Fixes, ProjectCodemod, Recipe
from fixbot.codemod.patches import TextCodemod
from fixbot.engine import inspect, survey, whole
from fixbot.engine.patching import hear
from fixbot.model import SourceFile
from fixbot.testing import numbered

SMALL, LARGE, EXAMPLES = 4, 16, 3
# Four times the lines are what it costs to look at each once, sixteen to look at each with each.
MOST = 6.0
CODEMODS = registry.every()
PATH = "shop/sample.py"

TraceFunction = Callable[[FrameType, str, Any], Any]


def smelly(recipe: Recipe) -> str:
    """Return the first examples in which a codemod finds something, of each the longest file."""
    found = []
    for example in recipe.examples:
        if isinstance(example, Fixes) or example.reports is not None:
            code = example.before if isinstance(example, Fixes) else example.code
            found.append(textwrap.dedent(code if isinstance(code, str) else max(code.values(), key=len)).strip("\n"))
    return "\n\n".join(found[:EXAMPLES]) + "\n"


def one_after_the_other(code: str, number: int) -> str:
    """Return so many copies of some code, each with names of its own for what it defines at its margin."""
    defined = re.compile(r"^(?:async def|def|class) (\w+)", re.MULTILINE).findall(code)
    names = re.compile(rf"\b(?:{'|'.join(defined)})\b") if defined else None
    copies = (names.sub(rf"\g<0>_{each}", code) if names else code for each in range(number))
    return "\n\n".join(copies)


def in_one_function(code: str, number: int) -> str:
    """Return one function with so many copies of some code in it."""
    body = one_after_the_other(code, number)
    return f"async def all_of_it(self, **kwargs):\n{textwrap.indent(body, '    ')}\n"


def in_one_class(code: str, number: int) -> str:
    """Return one class with so many methods, each with a copy of some code."""
    method = textwrap.indent(code, "        ")
    methods = "".join(f"    async def method_{each}(self):\n{method}\n" for each in range(number))
    return f"class Thing:\n{methods}"


def beside_others(code: str, number: int) -> str:
    """Return some code behind plenty of imports, names, functions and comments that have nothing to do with it."""
    others = "".join(
        f"from package_{each} import thing_{each}\n# number {each}\nname_{each} = thing_{each}.value\n\n\n"
        f"def function_{each}(value):\n    return value + name_{each}\n\n\n"
        for each in range(number * 4)
    )
    return f"{others}{one_after_the_other(code, number)}"


def lines_run(work: Callable[[], Any]) -> int:
    """Return how many lines of Python some work runs."""
    counted = 0

    def trace(_: FrameType, event: str, __: object) -> TraceFunction:
        nonlocal counted
        counted += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def scanned(recipe: Recipe, code: str) -> None:
    """Look for a smell in a file, which is a project of its own."""
    files = {PATH: code.encode(), "shop/__init__.py": b""}
    match recipe:
        case ProjectCodemod():
            assert survey(whole(files), recipe).broken is None
        case TextCodemod():
            hear(whole(files), numbered(recipe, files))
        case Codemod():
            seen = inspect(SourceFile(PATH, files[PATH]), [recipe])
            assert seen.skipped is None
            assert not seen.broken


@pytest.mark.parametrize("recipe", CODEMODS, ids=lambda recipe: recipe.slug())
@pytest.mark.parametrize("shape", [one_after_the_other, in_one_function, in_one_class, beside_others])
def test_the_work_grows_as_the_file_does(recipe: Recipe, shape: Callable[[str, int], str]) -> None:
    code = smelly(recipe)
    code = re.sub(r"^from __future__ [^\n]*\n", "", code, flags=re.MULTILINE)
    scanned(recipe, shape(code, 2))  # what is read once, such as the knowledge of the standard library
    small, large = (lines_run(lambda n=n: scanned(recipe, shape(code, n))) for n in (SMALL, LARGE))  # type: ignore[misc]
    assert large < small * MOST
