from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

import fixbot.scan
from fixbot.model import Skipped, SourceFile
from fixbot.scan import scan
from fixbot.shell.files import read_source
from tests.engine.rewriting import BARE_EXCEPT

HANDLER = b"def f(a):\n    try:\n        a()\n    except:\n        pass\n"


def test_files_are_worked_through_slab_by_slab_and_come_out_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixbot.scan, "_SLAB", len(HANDLER))
    sources = [SourceFile(f"{number:02}.py", HANDLER) for number in range(20)]

    found = scan(sources, [BARE_EXCEPT], jobs=1)

    assert [finding.path for finding in found.findings] == [source.path for source in sources]
    assert (found.files, found.parsed) == (20, 20)


@pytest.mark.parametrize("jobs", [1, 2])
def test_paths_are_read_by_whoever_works_on_them(tmp_path: Path, jobs: int) -> None:
    for number in range(12):
        (tmp_path / f"{number:02}.py").write_bytes(HANDLER if number % 2 else b"x = 1\n")
    paths = [f"{number:02}.py" for number in range(13)]

    found = scan(paths, [BARE_EXCEPT], jobs=jobs, read=partial(read_source, tmp_path))

    assert [finding.path for finding in found.findings] == paths[1::2]
    assert (found.files, found.parsed) == (13, 6)
    assert [(skip.path, skip.reason) for skip in found.skipped] == [("12.py", "unreadable")]


def test_what_is_skipped_before_it_is_read_is_counted() -> None:
    skipped = Skipped("link.py", "symlink", "left alone")

    found = scan([skipped, SourceFile("a.py", b"x = 1\n")], [BARE_EXCEPT], jobs=1)

    assert (found.files, found.skipped) == (2, (skipped,))


def test_paths_without_a_reader_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="reads them"):
        scan(["a.py"], [BARE_EXCEPT], jobs=1)
