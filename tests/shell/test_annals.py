from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.shell.annals import Annals, annals_of
from tests.parts.command import WHO, commit, repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real
LONG = "".join(f"line_{number} = {number}\n" for number in range(20))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a repository with one file."""
    return repository(tmp_path / "place", {"old/a.py": LONG})


def move(place: Path, old: str, new: str) -> None:
    (place / new).parent.mkdir(parents=True, exist_ok=True)
    git(place, "mv", "--", old, new)
    commit(place, message="Move it")


def test_a_renamed_file_is_found_where_it_is_today(place: Path) -> None:
    move(place, "old/a.py", "new/b.py")
    move(place, "new/b.py", "newer/c.py")
    assert Annals(place).renamed("old/a.py") == "newer/c.py"


def test_a_file_that_was_removed_is_nowhere(place: Path) -> None:
    git(place, "rm", "--quiet", "old/a.py")
    commit(place, message="Remove it")
    assert Annals(place).renamed("old/a.py") == ""


def test_a_renamed_folder_is_found_where_most_of_it_went(place: Path) -> None:
    commit(place, {"old/b.py": f"{LONG}b = 1\n", "old/deep/c.py": f"{LONG}c = 1\n"})
    git(place, "mv", "old", "new")
    commit(place, message="Move all")
    assert Annals(place).renamed("old/") == "new/"
    assert Annals(place).renamed("old/deep") == "new/deep/"


@pytest.mark.parametrize("path", ["never/was.py", "*.py", ":(top)old/a.py", "-x", "", "../a.py"])
def test_a_path_that_never_was_is_nowhere(place: Path, path: str) -> None:
    move(place, "old/a.py", "new/b.py")
    assert Annals(place).renamed(path) is None


def test_a_commit_is_known_by_its_first_digits_with_its_lines(place: Path) -> None:
    new = commit(place, {"old/a.py": f"{LONG}more = 1\n", "b.bin": b"\0\1"}, "Say more")
    found = Annals(place).commit_named(new[:8])
    assert found is not None
    assert (found.id, found.lines) == (new, {"old/a.py": (1, 0), "b.bin": (0, 0)})


def test_a_merge_tells_what_it_brought_to_its_first_parent(place: Path) -> None:
    git(place, "checkout", "--quiet", "-b", "side")
    brought = commit(place, {"side.py": "x = 1\n"}, "Beside")
    git(place, "checkout", "--quiet", "main")
    commit(place, {"main.py": "y = 1\n"}, "Here")
    git(place, "merge", "--quiet", "--no-ff", "-m", "Merge", "side", environment=WHO)
    merge = git(place, "rev-parse", "HEAD")
    annals = Annals(place)
    found = annals.commit_named(merge)
    assert found is not None
    assert found.lines == {"side.py": (1, 0)}
    assert annals.within(merge) == {merge, brought}
    assert annals.within(brought) == {brought}
    assert annals.within("f" * 40) == {"f" * 40}


@pytest.mark.parametrize("word", ["ffffffff", "HEAD", "main", "--all", "", "abc", "0" * 40])
def test_what_names_no_commit_is_none(place: Path, word: str) -> None:
    assert Annals(place).commit_named(word) is None


def test_messages_come_whole_whatever_is_in_them(place: Path) -> None:
    trailers = f"Fixbot-Codemod: x\nFixbot-Plan: {'a' * 20}"
    said = commit(place, message=f"A \x1f strange\n\none | two\n\n{trailers}\n")
    commit(place, message="Nothing of ours")
    (told,) = Annals(place).telling("HEAD")
    assert (told.id, told.subject, told.date) == (said, "A \x1f strange", "2023-11-14")
    assert trailers in told.message


def test_where_there_is_no_repository_or_no_commit_there_are_no_annals(tmp_path: Path) -> None:
    assert annals_of(tmp_path) is None
    git(tmp_path, "init", "--quiet")
    assert annals_of(tmp_path) is None
