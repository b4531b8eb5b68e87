"""Tests of contents that are kept on disk."""

import multiprocessing
import pickle
import tempfile
from pathlib import Path

import pytest

from fixbot.analysis.corpus import Corpus
from fixbot.model import SourceFile
from fixbot.shell.spool import Spool

_SOURCES = [SourceFile("b.py", b"b = 1\n"), SourceFile("a.py", b""), SourceFile("c.py", b"c" * 100_000)]


def test_contents_are_as_they_were_read() -> None:
    spool = Spool(iter(_SOURCES))
    assert dict(spool) == {one.path: one.content for one in _SOURCES}
    assert "a.py" in spool
    assert "d.py" not in spool
    assert len(spool) == len(_SOURCES)
    with pytest.raises(KeyError):
        spool["d.py"]


def test_contents_stay_in_memory_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert dict(Spool(_SOURCES)) == {one.path: one.content for one in _SOURCES}


def test_contents_travel() -> None:
    there = pickle.loads(pickle.dumps(Spool(_SOURCES)))  # noqa: S301 - its own bytes
    assert there == {one.path: one.content for one in _SOURCES}


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="nothing forks here")
def test_a_forked_process_reads_them_too() -> None:
    spool, context = Spool(_SOURCES), multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    process = context.Process(target=lambda: queue.put(len(spool["c.py"])))
    process.start()
    assert queue.get() == len(_SOURCES[2].content)
    process.join()
    assert spool["b.py"] == b"b = 1\n"


def test_a_project_has_its_files_in_order_and_changes_some() -> None:
    corpus = Corpus(Spool(_SOURCES))
    assert list(corpus.files) == ["a.py", "b.py", "c.py"]
    changed = corpus.changed({"b.py": b"sleep = 2\n", "ab.py": b"sleep()\n"})
    assert list(changed.files) == ["a.py", "ab.py", "b.py", "c.py"]
    assert changed.mentioning("sleep") == ("ab.py", "b.py")
    assert corpus.mentioning("sleep") == ()
