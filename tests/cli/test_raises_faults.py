from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.analysis.handlers.bodies import answers
from tests.parts.command import fixbot, plant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from fixbot.analysis.handlers.bodies import Handled
    from fixbot.analysis.module import Module
from fixbot.analysis.project import Project

GOOD = "try:\n    int('1')\nexcept ValueError:\n    pass\n"


@pytest.fixture
def _broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give two files, on one of which the analysis breaks: there is no such file where it is as it should be."""
    plant(tmp_path, {"pyproject.toml": "", "bad.py": GOOD, "good.py": GOOD})
    monkeypatch.chdir(tmp_path)

    def breaking(
        module: Module, project: Project | None = None, lines: Collection[int] | None = None
    ) -> Iterator[Handled]:
        if module.path == "bad.py":
            message = "a thing nobody thought of"
            raise LookupError(message)
        return answers(module, project, lines)

    monkeypatch.setattr("fixbot.raises.answers", breaking)


@pytest.mark.usefixtures("_broken")
def test_a_fault_of_the_analysis_leaves_the_other_files_their_answer() -> None:
    done = fixbot("raises", ".", "--format", "json", "--jobs", "1")
    assert done.code == 3
    assert [entry["path"] for entry in done.json] == ["good.py"]
    assert done.err == (
        "LookupError: a thing nobody thought of\nfixbot: the analysis broke on bad.py; please report it\n"
    )


@pytest.mark.usefixtures("_broken")
def test_a_fault_of_the_analysis_shows_its_trace_where_more_is_wanted() -> None:
    assert "Traceback" in fixbot("raises", "bad.py", "--verbose", "--jobs", "1").err


@pytest.mark.usefixtures("_broken")
def test_a_fault_of_the_analysis_is_named_where_quiet_is_wanted() -> None:
    done = fixbot("raises", "bad.py", "--quiet", "--jobs", "1")
    assert (done.code, done.err) == (3, "fixbot: the analysis broke on bad.py; please report it\n")
