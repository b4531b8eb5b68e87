"""One file is merged as git merges it; a merge of real branches is the yardstick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixbot.errors import ForgeError, OperatorError
from fixbot.shell.merging import Conflict, merged
from tests.parts.command import WHO
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

LINES = [f"line {number}" for number in range(12)]


def text(*, end: str = "\n", last: str | None = None, **changed: str) -> bytes:
    """Give twelve lines, some of them changed (`at3="new"`), each with the same line end but perhaps the last."""
    lines = [changed.get(f"at{number}", line) for number, line in enumerate(LINES)]
    return (end.join(lines) + (end if last is None else last)).encode()


CASES: dict[str, tuple[bytes | None, bytes | None, bytes | None]] = {
    "nobody changes it": (text(), text(), text()),
    "only the pull request changes it": (text(), text(), text(at3="new")),
    "only the base changes it": (text(), text(at3="new"), text()),
    "both change it alike": (text(), text(at3="new"), text(at3="new")),
    "each changes a place of its own": (text(), text(at1="ours"), text(at9="theirs")),
    "neighbours": (text(), text(at4="ours"), text(at5="theirs")),
    "the same line": (text(), text(at4="ours"), text(at4="theirs")),
    "one line alike, one line apart": (text(), text(at2="same", at9="ours"), text(at2="same", at5="theirs")),
    "line ends of Windows": (text(end="\r\n"), text(end="\r\n", at1="ours"), text(end="\r\n", at9="theirs")),
    "the base changes all line ends": (text(), text(end="\r\n"), text(at9="theirs")),
    "no newline at the end": (text(last=""), text(last="", at1="ours"), text(last="", at9="theirs")),
    "the newline at the end is added": (text(last=""), text(), text(last="", at1="theirs")),
    "the last line is changed and gets a newline": (text(last=""), text(), text(last="", at11="theirs")),
    "bytes that are no text": (b"\xff\xfe\n" * 9, b"\xfa\n" + b"\xff\xfe\n" * 9, b"\xff\xfe\n" * 9 + b"\xfb\n"),
    "a binary file": (b"\0" + text(), b"\0" + text(at1="ours"), b"\0" + text(at9="theirs")),
    "a file that becomes binary": (text(), text(at1="ours"), text(at9="the\0irs")),
    "a NUL that git does not see": (text() * 90 + b"\0\n", text(at1="ours") + text() * 89 + b"\0\n", text() * 90),
    "the pull request deletes it": (text(), text(), None),
    "the base deletes it": (text(), None, text()),
    "both delete it": (text(), None, None),
    "the base deletes what the pull request changes": (text(), None, text(at1="theirs")),
    "the pull request deletes what the base changes": (text(), text(at1="ours"), None),
    "the pull request adds it": (None, None, text()),
    "both add it alike": (None, text(), text()),
    "both add it apart": (None, text(), text(at1="theirs")),
    "both add it, one more than the other": (None, text(), text() + b"more\n"),
    "it becomes empty": (text(), b"", text(at1="theirs")),
    "it was empty": (b"", text(), text(at1="theirs")),
}


def by_git(place: Path, before: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | str | None:
    """Merge two real branches that hold the file as `before`, `ours` and `theirs`."""
    git(place, "init", "--quiet", "--initial-branch=base")
    (place / "other").write_text("other")
    _commit(place, before)
    git(place, "checkout", "--quiet", "-b", "theirs")
    _commit(place, theirs)
    git(place, "checkout", "--quiet", "base")
    _commit(place, ours)
    try:
        git(place, "merge", "--quiet", "--no-commit", "--no-ff", "theirs", environment=WHO)
    except AssertionError:
        return "conflict"
    return (place / "f").read_bytes() if (place / "f").exists() else None


def _commit(place: Path, content: bytes | None) -> None:
    if content is None:
        (place / "f").unlink(missing_ok=True)
    else:
        (place / "f").write_bytes(content)
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--allow-empty", "-m", "x", environment=WHO)


@pytest.mark.parametrize("sides", CASES.values(), ids=CASES)
def test_a_file_is_merged_as_git_merges_branches(
    tmp_path: Path, sides: tuple[bytes | None, bytes | None, bytes | None]
) -> None:
    found = merged(*sides)
    assert ("conflict" if isinstance(found, Conflict) else found) == by_git(tmp_path, *sides)


def test_settings_of_a_repository_around_it_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "merge.conflictStyle", "no such style")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert merged(*CASES["each changes a place of its own"]) == text(at1="ours", at9="theirs")
    assert [path.name for path in tmp_path.iterdir()] == [".git"], "and nothing is left behind"


def test_a_conflict_says_why() -> None:
    assert merged(*CASES["the same line"]) == Conflict("both sides change the same lines")
    assert merged(*CASES["a binary file"]) == Conflict("both sides change a binary file")


@pytest.mark.parametrize(
    ("program", "error", "says"),
    [
        (None, OperatorError, "git is not installed"),
        ("#!/bin/sh\necho 'no way' >&2\nexit 255\n", ForgeError, "git merge-file failed: no way"),
        ("#!/bin/sh\nexec sleep 9\n", ForgeError, "git merge-file did not finish in 0.2 seconds"),
    ],
    ids=["not there", "fails", "hangs"],
)
def test_a_git_that_does_not_work_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, error: type[Exception], says: str
) -> None:
    monkeypatch.setattr("fixbot.shell.merging._TIMEOUT", 0.2)
    if program is not None:
        (tmp_path / "git").write_text(program)
        (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin" if program else str(tmp_path))
    with pytest.raises(error, match=says):
        merged(*CASES["the same line"])
