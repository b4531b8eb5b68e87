"""A file that changes while it is looked at is left alone, and nothing of it is mixed."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

import pytest

from fixbot.shell import files as shell_files
from fixbot.shell.files import read_source, write_source
from tests.hostile.attacks import smelly
from tests.parts.command import CLEAN, SMELLY, fixbot, plant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OTHER = "# somebody else was faster\n"


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen between the look at a file and its replacement."""
    before = shell_files._replace

    def replace(target: Path, content: bytes, expected: bytes) -> str | None:
        act()
        return before(target, content, expected)

    monkeypatch.setattr(shell_files, "_replace", replace)


@pytest.mark.real
@pytest.mark.parametrize("how", ["written", "replaced by a link", "removed", "made a folder", "emptied"])
def test_a_file_that_somebody_changes_meanwhile_is_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    place, outside = smelly(tmp_path / "place"), tmp_path / "outside.py"
    path = place / "a.py"
    outside.write_text(SMELLY)

    def act() -> None:
        path.unlink()
        acts: dict[str, Callable[[], object]] = {
            "written": lambda: path.write_text(OTHER),
            "replaced by a link": lambda: path.symlink_to(outside),
            "removed": lambda: None,
            "made a folder": path.mkdir,
            "emptied": path.touch,
        }
        acts[how]()

    meanwhile(monkeypatch, act)
    with contextlib.chdir(place):
        done = fixbot("fix", "--jobs", "1")
    assert done.code == 1
    assert "left as it is" in done.out
    assert outside.read_text() == SMELLY
    assert [entry.name for entry in place.iterdir() if entry.name.startswith(".fixbot")] == []
    assert path.is_symlink() or path.is_dir() or not path.exists() or path.read_text() in {OTHER, ""}


def test_a_folder_that_becomes_a_link_leads_nowhere(tmp_path: Path) -> None:
    place, outside = tmp_path / "place", tmp_path / "outside"
    plant(outside, {"a.py": SMELLY})
    place.mkdir()
    (place / "d").symlink_to(outside)
    assert write_source(place, "d/a.py", CLEAN.encode(), SMELLY.encode()) == "it lies outside the root"
    assert (outside / "a.py").read_text() == SMELLY


def test_a_file_that_grows_and_shrinks_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    path, stop = tmp_path / "a.py", threading.Event()
    sides = [b"a" * 300_000, b"b" * 900_000]
    path.write_bytes(sides[0])

    def write() -> None:
        while not stop.is_set():
            for side in sides:
                beside = tmp_path / "beside"
                beside.write_bytes(side)
                os.replace(beside, path)  # noqa: PTH105 - as others do it

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [getattr(read_source(tmp_path, "a.py"), "content", None) for _ in range(300)]
    finally:
        stop.set()
        writer.join()
    assert {content for content in seen if content is not None} <= {*sides}
    assert any(seen)
