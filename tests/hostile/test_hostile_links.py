"""No link of a repository leads a command out of it, neither to read nor to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.attacks import COMMANDS, below, called, smelly
from tests.parts.command import SMELLY, commit, plant, program

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
SECRET = SMELLY.replace("load", "unheard_of")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_link_to_a_file_a_folder_or_itself_is_not_followed(tmp_path: Path, name: str) -> None:
    place, outside, away = smelly(tmp_path / "place"), tmp_path / "outside", tmp_path / "away"
    plant(outside, {"secret.py": SECRET, "deep/secret.py": SECRET, "requirements/x.txt": "unheard_of\n"})
    (place / "file.py").symlink_to(outside / "secret.py")
    (place / "folder").symlink_to(outside)
    (place / "folder.py").symlink_to(outside)
    (place / "loop").symlink_to(".")
    (place / "loop.py").symlink_to("loop.py")
    (place / "nowhere.py").symlink_to("/nonexistent/x.py")
    commit(place)
    before = below(outside)
    done = called(name, place, away)
    assert done.code in {0, 1}
    assert below(outside) == before
    told = done.out + done.err + "".join(path.read_text() for path in away.iterdir() if path.name != "report.md")
    assert "unheard_of" not in told


OUTPUTS = {
    "plan": ("plan", "--forge", "local", "--output"),
    "tracker": ("tracker", "--forge", "local", "--output"),
    "scan": ("scan", "--format", "sarif", "--output"),
    "fix": ("fix", "--diff", "--output"),
    "preview": ("preview", "--output"),
    "review": ("run", "--forge", "local", "--dry-run", "--review"),
    "summary": ("run", "--forge", "local", "--dry-run", "--summary"),
    "outputs": ("run", "--forge", "local", "--dry-run", "--outputs"),
}


@pytest.mark.parametrize("way", ["file", "folder", "far"])
@pytest.mark.parametrize("name", OUTPUTS)
def test_what_a_command_writes_does_not_go_through_a_link_of_the_repository(
    tmp_path: Path, name: str, way: str
) -> None:
    place, outside = smelly(tmp_path / "place"), tmp_path / "outside"
    plant(outside, {"mine": "mine\n"})
    plant(place, {"docs/x.txt": "x"})
    (place / "OUT.md").symlink_to(outside / "mine")
    (place / "folder").symlink_to(outside)
    (place / "docs/far").symlink_to("../folder")
    commit(place)
    before = below(outside)
    path = {"file": "OUT.md", "folder": "folder/new", "far": "docs/far/new"}[way]
    done = program(*OUTPUTS[name], path, cwd=place)
    assert below(outside) == before
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"fixbot: cannot write {path}: ")


def test_a_link_inside_the_repository_and_one_of_nobody_s_are_followed(tmp_path: Path) -> None:
    place = smelly(tmp_path / "place")
    plant(place, {"docs/x.txt": "x"})
    (place / "inside").symlink_to("docs")
    (tmp_path / "mine").symlink_to(tmp_path)
    for path in ("inside/out.json", str(tmp_path / "mine/out.json"), "/dev/null"):
        assert program("scan", "--output", path, cwd=place).code == 1
    assert (place / "docs/out.json").exists()
    assert (tmp_path / "out.json").exists()
