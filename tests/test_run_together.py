from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fixbot import registry
from tests.codemod.renamed_functions import RenamedFunctions
from tests.parts.command import commit, fixbot, plant, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
FILES = {
    "a.py": "def old_a():\n    pass\n",
    "b.py": "import a\n\na.old_a()\n",
    "c.py": "def old_c():\n    old_c()\n",
    "lib/d.py": "def old_d():\n    pass\n",
    "lib/e.py": "import d\n\nd.old_d()\n",
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a repository in which one codemod looks at everything."""
    monkeypatch.setattr(registry, "catalogue", lambda: {RenamedFunctions.slug(): RenamedFunctions})
    return repository(tmp_path / "place", FILES)


def run(place: Path, *arguments: str | Path) -> Any:  # noqa: ANN401 - the document is for a test to judge
    done = fixbot("run", place, "--forge", "local", "--jobs", "1", "--format", "json", *arguments)
    assert (done.code, done.err) == (0, ""), done.err
    return done.json


def settings(place: Path, **values: object) -> Path:
    path = place.parent / "fixbot-settings.toml"
    path.write_text("".join(f"{key.replace('_', '-')} = {json.dumps(value)}\n" for key, value in values.items()))
    return path


def test_files_that_change_together_are_in_one_pull_request(place: Path) -> None:
    (pull,) = run(place)["pulls"]
    assert (pull["state"], pull["files"], pull["findings"]) == ("opened", list(FILES), 3)
    for path, text in FILES.items():
        assert git(place, "show", f"{pull['branch']}:{path}") == text.replace("old_", "new_").strip()
        assert (place / path).read_text() == text
    body = (place / ".git/fixbot/pulls/1.md").read_text()
    assert "Changed with them: `b.py`, `lib/e.py`\n" in body
    assert "3 findings in 5 files" in body
    again = run(place)
    assert [one["state"] for one in again["pulls"]] == ["unchanged"]
    assert again["summary"]["writes"] == 0


def test_small_pull_requests_do_not_part_what_changes_together(place: Path) -> None:
    pulls = run(place, "--config", settings(place, max_files=2))["pulls"]
    assert sorted(pull["files"] for pull in pulls) == [["a.py", "b.py"], ["c.py"], ["lib/d.py", "lib/e.py"]]


def test_an_excluded_file_holds_up_its_callers_and_no_other(place: Path) -> None:
    done = run(place, "--config", settings(place, exclude=["b.py", "lib/d.py"]))
    assert [pull["files"] for pull in done["pulls"]] == [["c.py"]]
    because = "b.py has to change with it, and it is excluded by the configuration"
    assert [(one["path"], one["because"]) for one in done["refused"]] == [("a.py", because)]


def test_only_what_is_committed_counts_and_nothing_of_what_is_protected(place: Path) -> None:
    caller = FILES["b.py"]
    commit(place, {".github/x.py": caller, "z.py": caller})
    plant(place, {"y.py": caller})
    done = fixbot("run", place, "--forge", "local", "--jobs", "1", "--format", "json")
    assert done.json["pulls"][0]["files"] == [*FILES, "z.py"]


def test_the_verify_command_judges_what_changes_together(place: Path) -> None:
    code = "import sys; sys.exit('new' in open('b.py').read())"
    done = run(place, "--verify-command", f'{sys.executable} -c "{code}"')
    assert [pull["files"] for pull in done["pulls"]] == [["c.py", "lib/d.py", "lib/e.py"]]
    assert [(one["path"], one["because"]) for one in done["refused"]] == [
        ("a.py", "the verify command fails with exit code 1")
    ]


def test_a_pull_request_that_was_closed_is_not_offered_again_in_any_of_its_files(place: Path) -> None:
    run(place, "--config", settings(place, max_files=2))
    (first,) = (
        path
        for path in (place / ".git/fixbot/pulls").glob("*.json")
        if json.loads(path.read_text())["branch"].endswith("lib")
    )
    first.write_text(json.dumps(json.loads(first.read_text()) | {"state": "closed"}))
    done = run(place, "--config", settings(place, max_files=2))
    assert sorted(pull["files"] for pull in done["pulls"] if "files" in pull) == [["a.py", "b.py"], ["c.py"]]
    assert "declined: pull request" in done["refused"][0]["because"]
