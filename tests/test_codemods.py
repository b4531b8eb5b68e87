from __future__ import annotations

import pytest

from fixbot.registry import catalogue
from fixbot.testing import Case, cases

CASES = [pytest.param(case, id=f"{slug}: {case}") for slug, codemod in catalogue().items() for case in cases(codemod)]


@pytest.mark.parametrize("case", CASES)
def test_example(case: Case) -> None:
    case.check()
