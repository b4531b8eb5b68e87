"""A repository of any size ends in figures or in a reason, not in a machine without memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.hostile.attacks import COMMANDS, blob, called, crafted, smelly, tree
from tests.parts.command import CLEAN, PROGRAM, SMELLY, plant, unmeasured
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
#: How many files there are; 100000 is the full size.
MANY = int(os.environ.get("FIXBOT_MANY_FILES", "10000"))
MEGABYTE = 1_000_000


def limited(place: Path, megabytes: int, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command that may use so much memory at most."""
    prelude = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({megabytes * MEGABYTE},) * 2)"
    return subprocess.run(
        [sys.executable, "-c", f"{prelude}; {PROGRAM[2]}", *words, "--jobs", "1"],
        cwd=place,
        env=unmeasured(),
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.mark.parametrize("name", ["scan", "fix", "audit", "preview"])
def test_a_file_of_200_megabytes_is_not_read(tmp_path: Path, name: str) -> None:
    place = smelly(tmp_path / "place")
    for path in ("huge.py", "huge.ipynb", "huge.pyi", "requirements.txt", "CODEOWNERS"):
        with (place / path).open("wb") as file:
            file.truncate(200 * MEGABYTE)
        git(place, "update-index", "--add", "--cacheinfo", f"100644,{blob(place, b'')},{path}")
    (tmp_path / "away").mkdir()
    (tmp_path / "away/report.md").write_text("# Audit\n\n- `huge.py:3`: a bare except\n")
    words = [word.format(away=tmp_path / "away") for word in COMMANDS[name]]
    done = limited(place, 900, *words)
    assert done.returncode in {0, 1}, done.stderr
    if name == "scan":
        assert '"too large"' in done.stdout


@pytest.mark.parametrize("suffix", ["ipynb", "pyi", "py", "txt"])
def test_one_content_under_many_names_is_held_once(tmp_path: Path, suffix: str) -> None:
    place = smelly(tmp_path / "place")
    size = {"py": 900_000, "txt": 900_000}.get(suffix, 15 * MEGABYTE)
    large, code = blob(place, b"#" * size), blob(place, SMELLY.encode())
    stem = b"requirements-%04d.txt" if suffix == "txt" else f"b%04d.{suffix}".encode()
    count = 2500 * MEGABYTE // size
    folder = tree(place, [("100644", stem % number, large) for number in range(count)])
    crafted(place, tree(place, [("100644", b"a.py", code), ("40000", b"d", folder)]))
    words = ("run", "--forge", "local", "--select", "blocking-sleep,bare-except")
    done = limited(place, 1800, *words)
    assert done.returncode == 0, done.stderr
    assert "1 rewritten" in done.stdout


@pytest.mark.parametrize("name", ["scan", "run"])
def test_very_many_files_are_looked_at_in_time(tmp_path: Path, name: str) -> None:
    place = smelly(tmp_path / "place")
    for folder in range(0, MANY, 1000):
        plant(place, {f"d{folder}/m{number}.py": CLEAN for number in range(min(1000, MANY - folder))})
    git(place, "add", "--all")
    git(place, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x")
    started = time.monotonic()
    done = called(name, place, tmp_path / "away")
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    assert done.code in {0, 1}
    assert done.json["summary"]["files"] == MANY + 1
    assert seconds < 60 * max(1, MANY / 10_000), f"{MANY} files, {seconds:.1f} s, {peak:.0f} MB"
    assert peak < 1000
