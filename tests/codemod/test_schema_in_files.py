from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest

from fixbot.codemod import Corpus, Declined, Dismissed, Place, ProjectCodemod, Proposal, Severity, Site, cst
from fixbot.codemod.reshaping.edit import edit
from fixbot.codemod.reshaping.plans import Onward, Pass, Reshape, Style
from fixbot.codemod.schemas.writing import imports_for, schema_source
from fixbot.engine.survey import whole
from fixbot.joint import attempt_jointly
from fixbot.model import Safety
from tests.codemod.schema_editing import key, plain

FIELDS = (key("x", None, "int"), key("y", "2", "int"))


class Planned(ProjectCodemod):
    """Give `f` a schema.

    Because the test says so.

    Left alone: all else.

    Safety: none.
    """

    severity = Severity.LOW
    pattern = re.compile(rb"kwargs")
    plan = Reshape(
        Style.DATACLASS,
        "kwargs",
        annotation="FParams",
        fields=FIELDS,
        onward=(Onward(("x", "y")),) * 2,
        schema=schema_source(Style.DATACLASS, "FParams", FIELDS, "What `f` takes by keyword."),
        imports=imports_for(Style.DATACLASS, FIELDS),
    )

    def survey(self, corpus: Corpus) -> Iterable[Site | Dismissed]:
        for path in corpus.files:
            file = corpus.file(path)
            assert file is not None
            nodes = list(ast.walk(file.module.tree))
            calls = [n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "f"]
            places = [Place.of(path, node, self._passing(node)) for node in calls]
            for node in nodes:
                if isinstance(node, ast.FunctionDef) and node.name == "f" and node.args.kwarg is not None:
                    at = Place.of(path, node, self.plan)
                    yield Site(at=at, message="It takes any keyword.", places=(at, *places))

    def _passing(self, node: ast.Call) -> Pass:
        return Pass("FParams", tuple(each.arg for each in node.keywords if each.arg), param="params")

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        return edit(place.plan, node)


def rewritten(text: str) -> str:
    done = attempt_jointly(whole({"app.py": text.encode()}), Planned(), Safety.REVIEW)
    assert done.broken is None
    assert done.refused == ()
    (rewrite,) = done.rewrites
    return rewrite.after.decode()


BEFORE = plain(
    '''
    """An app."""

    from typing import Any


    def f(a, **kwargs: Any):
        """Do.

        Args:
            a: one.
            **kwargs: the others.
        """
        if kwargs.get("y", 2) > 1:  # often
            return f(a, **kwargs)
        return kwargs["x"], {"a": a, **kwargs}


    f(1, x=2)
    '''
)
AFTER = plain(
    '''
    """An app."""

    from dataclasses import dataclass


    @dataclass(frozen=True, kw_only=True, slots=True)
    class FParams:
        """What `f` takes by keyword."""

        x: int
        y: int = 2


    def f(a, params: FParams):
        """Do.

        Args:
            a: one.
            params: the others.
        """
        if params.y > 1:  # often
            return f(a, params=FParams(x=params.x, y=params.y))
        return params.x, {"a": a, "x": params.x, "y": params.y}


    f(1, params=FParams(x=2))
    '''
)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("step", ["    ", "  ", "\t"])
def test_a_file_changes_as_a_whole_and_passes_every_check(step: str, end: str) -> None:
    before, after = (text.replace("    ", step).replace("\n", end) for text in (BEFORE, AFTER))
    head, function, rest = after.partition("def f(a, params")
    found = rewritten(before)
    assert found.endswith(function + rest)
    assert found == after or step != "    "
    assert found.count(end) == found.count("\n") == after.count(end)
    assert head.startswith('"""An app."""')


def test_what_python_would_not_understand_is_refused() -> None:
    text = BEFORE.replace('if kwargs.get("y", 2) > 1:', 'if a if kwargs["y"]else 1:')
    done = attempt_jointly(whole({"app.py": text.encode()}), Planned(), Safety.REVIEW)
    assert done.rewrites == ()
    assert [refusal.because[:26] for refusal in done.refused] == ["the edit makes no Python: "]
