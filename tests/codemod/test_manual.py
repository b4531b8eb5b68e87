"""Tests of what the examples of a codemod that rewrites nothing have to show."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from fixbot.codemod import Codemod, Declined, Keeps, Module, Proposal, Safety, Severity, Spot, cst
from fixbot.testing import cases


class Reporting(Codemod):
    """Mind the gap.

    It is there.

    Left alone: nothing.

    Safety: `manual`.
    """

    severity = Severity.LOW
    safety = Safety.MANUAL
    pattern = re.compile(rb"gap")
    examples = (
        Keeps("gap = 1\n", because="one", reports="a gap"),
        Keeps("gap = 2\n", because="another", reports="a gap"),
        Keeps("pag = 1\n", because="none"),
    )

    def find(self, module: Module) -> Iterable[Spot]:
        for node in module.tree.body:
            yield Spot(node=node, message="there is a gap")

    def fix(self, spot: Spot, node: cst.CSTNode) -> Proposal | Declined:
        del node
        return Declined(spot.message)


def test_a_codemod_that_rewrites_nothing_needs_no_rewrites_among_its_examples() -> None:
    checks = {str(case): case for case in cases(Reporting)}
    checks.pop("is documented")  # its class stands in a file of tests

    for case in checks.values():
        case.check()


@pytest.mark.parametrize(
    ("safety", "examples", "lacks"),
    [
        (Safety.MANUAL, Reporting.examples[1:], "1 Keeps that report, at least 2 are needed"),
        (Safety.REVIEW, Reporting.examples, "0 Fixes, at least 2 are needed"),
    ],
)
def test_too_few_examples_are_told(safety: Safety, examples: tuple[Keeps, ...], lacks: str) -> None:
    told = type("Telling", (Reporting,), {"safety": safety, "examples": examples})
    (case,) = (case for case in cases(told) if str(case) == "has examples")

    with pytest.raises(AssertionError, match=lacks):
        case.check()
