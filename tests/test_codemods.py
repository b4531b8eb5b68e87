from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fixbot.codemod import Fixes, ProjectCodemod, Recipe, Safety
from fixbot.codemod.contract import of_files
from fixbot.codemod.patches import TextCodemod
from fixbot.engine import inspect, survey, whole
from fixbot.engine.patching import hear
from fixbot.model import Finding, SourceFile
from fixbot.registry import catalogue
from fixbot.testing import Case, cases, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping

# What an example runs through in another writing was measured with the first, and measuring takes most of the time.
ANOTHER = re.compile(r", with(?:out)? (?:CRLF|a byte order mark|tabs|a final newline)$")
CASES = [
    pytest.param(case, id=f"{slug}: {case}", marks=pytest.mark.no_cover if ANOTHER.search(str(case)) else ())
    for slug, codemod in catalogue().items()
    for case in cases(codemod)
]


@pytest.mark.parametrize("case", CASES)
def test_example(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("slug", catalogue())
def test_the_tamest_that_a_codemod_says_it_finds_is_among_its_examples(slug: str) -> None:
    codemod = catalogue()[slug]()
    texts = (example.before if isinstance(example, Fixes) else example.code for example in codemod.examples)
    files = ({"example.py": text} if isinstance(text, str) else text for text in texts)
    found = [finding.safety for each in files for finding in findings(codemod, each)]
    assert min(found, key=list(Safety).index) is codemod.tamest()


def findings(codemod: Recipe, files: Mapping[str, str]) -> tuple[Finding, ...]:
    contents = {path: text.encode() for path, text in files.items()}
    if isinstance(codemod, ProjectCodemod):
        return survey(whole(contents), codemod).findings
    if isinstance(codemod, TextCodemod):
        return hear(whole(contents), numbered(codemod, contents)).findings
    chosen = of_files([codemod])
    return tuple(one for path in contents for one in inspect(SourceFile(path, contents[path]), chosen).findings)
