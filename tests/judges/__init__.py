"""Parts that other people wrote, to judge what this project writes for GitHub: workflows, actions, SARIF.

Each judge of workflows is a function of documents and an empty folder, and gives its complaints: none means that it is
content. `EVERY` is for `pytest.mark.parametrize`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.judges import actionlint, house, inputs, language, runner, schemas, scripts, zizmor
from tests.judges.documents import Document

Judge = Callable[[Sequence[Document], Path], list[str]]

EVERY = [
    pytest.param(house.judge, id="house"),
    pytest.param(inputs.judge, id="inputs"),
    pytest.param(zizmor.judge, id="zizmor"),
    pytest.param(schemas.judge, id="schemas"),
    pytest.param(scripts.judge, id="scripts"),
    pytest.param(runner.judge, id="act"),
    pytest.param(actionlint.judge, id="actionlint", marks=pytest.mark.real),
    pytest.param(language.judge, id="language", marks=pytest.mark.real),
]
