import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fixbot.errors import OperatorError
from fixbot.model import Skipped, SourceFile
from fixbot.shell import files
from fixbot.shell.files import LIMIT, find_files, read_source, write_source

NOBODY = 65534


def plant(root: Path, *paths: str, content: bytes = b"x = 1\n") -> None:
    for path in paths:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def names_in(directory: Path) -> list[str]:
    return [place.name for place in directory.iterdir()]


def reasons(skipped: list[Skipped]) -> dict[str, str]:
    return {skip.path: skip.reason for skip in skipped}


def test_a_directory_means_its_python_files_sorted(tmp_path: Path) -> None:
    plant(tmp_path, "b.py", "a/z.py", "a/b/c.py", "a.txt", "a/w.pyw", "A.PY", "a-b.py")
    assert find_files([tmp_path], tmp_path) == (["a-b.py", "a/b/c.py", "a/z.py", "b.py"], [])


def test_no_path_means_the_root(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    assert find_files([], tmp_path) == (["a.py"], [])


def test_paths_are_relative_to_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "src/a.py", "src/b/c.py")
    monkeypatch.chdir(tmp_path / "src" / "b")
    assert find_files([Path(), Path("../a.py")], tmp_path) == (["src/a.py", "src/b/c.py"], [])


def test_a_named_file_may_have_any_ending(tmp_path: Path) -> None:
    plant(tmp_path, "manage", "win.pyw")
    found, _ = find_files([tmp_path / "manage", tmp_path / "win.pyw"], tmp_path)
    assert found == ["manage", "win.pyw"]


def test_what_is_found_twice_is_listed_once(tmp_path: Path) -> None:
    plant(tmp_path, "src/a.py")
    assert find_files([tmp_path / "src" / "a.py", tmp_path, tmp_path / "src"], tmp_path) == (["src/a.py"], [])


@pytest.mark.parametrize("name", ["build", ".venv", "node_modules", "x.egg-info", "__pycache__", "a/site-packages"])
def test_directories_of_others_are_passed_over(tmp_path: Path, name: str) -> None:
    plant(tmp_path, f"{name}/a.py", "b.py")
    assert find_files([tmp_path], tmp_path) == (["b.py"], [])


def test_a_virtual_environment_is_known_by_its_file(tmp_path: Path) -> None:
    plant(tmp_path, "py3/lib/a.py", "py3/pyvenv.cfg", "b.py")
    assert find_files([tmp_path], tmp_path) == (["b.py"], [])


def test_a_named_directory_is_entered_whatever_its_name(tmp_path: Path) -> None:
    plant(tmp_path, "build/a.py", "build/pyvenv.cfg", "build/dist/b.py")
    assert find_files([tmp_path / "build"], tmp_path) == (["build/a.py"], [])


@pytest.mark.parametrize("path", [".git/hooks/a.py", ".github/a.py", ".git", "sub/.GitHub/a.py"])
def test_nothing_of_git_and_github_is_taken_even_when_named(tmp_path: Path, path: str) -> None:
    plant(tmp_path, f"{path}/x.py" if path == ".git" else path)
    found, skipped = find_files([tmp_path / path], tmp_path)
    assert (found, reasons(skipped)) == ([], {path: "protected"})


def test_excluded_paths_are_left_out_silently(tmp_path: Path) -> None:
    plant(tmp_path, "docs/conf.py", "a.py", "a_pb2.py", "src/a_pb2.py", "src/docs.py")
    assert find_files([tmp_path], tmp_path, exclude=["docs", "*_pb2.py"]) == (["a.py", "src/docs.py"], [])


def test_a_named_file_is_taken_though_excluded_and_untracked(tmp_path: Path) -> None:
    plant(tmp_path, "docs/conf.py", "new.py")
    paths = [tmp_path / "docs" / "conf.py", tmp_path / "new.py", tmp_path]
    found = find_files(paths, tmp_path, exclude=["docs"], tracked=lambda _directory: set())
    assert found == (["docs/conf.py", "new.py"], [])


def test_what_git_does_not_track_is_skipped_with_advice(tmp_path: Path) -> None:
    plant(tmp_path, "src/a.py", "src/new.py")
    found, skipped = find_files([tmp_path / "src"], tmp_path, tracked=lambda _directory: {"src/a.py"})
    advice = "git does not track it; name the file to include it"
    assert (found, skipped) == (["src/a.py"], [Skipped("src/new.py", "untracked", advice)])


def test_each_named_directory_is_asked_about_on_its_own(tmp_path: Path) -> None:
    plant(tmp_path, "in/a.py", "out/b.py")
    tracked = {tmp_path / "in": set[str](), tmp_path / "out": None}
    found, skipped = find_files([tmp_path / "in", tmp_path / "out"], tmp_path, tracked=tracked.__getitem__)
    assert (found, reasons(skipped)) == (["out/b.py"], {"in/a.py": "untracked"})


def test_links_are_never_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    plant(tmp_path, "outside/a.py", "root/real.py")
    (root / "link.py").symlink_to("real.py")
    (root / "gone.py").symlink_to("nowhere.py")
    (root / "folder").symlink_to("../outside")
    (root / "loop").symlink_to(".")
    (root / "folder.py").symlink_to("../outside")
    found, skipped = find_files([root], root)
    assert found == ["real.py"]
    assert reasons(skipped) == {"folder.py": "symlink", "gone.py": "symlink", "link.py": "symlink"}


def test_a_named_link_to_a_file_is_skipped(tmp_path: Path) -> None:
    plant(tmp_path, "real.py")
    (tmp_path / "link.py").symlink_to("real.py")
    found, skipped = find_files([tmp_path / "link.py"], tmp_path)
    assert (found, reasons(skipped)) == ([], {"link.py": "symlink"})


def test_a_named_link_to_a_directory_means_that_directory(tmp_path: Path) -> None:
    plant(tmp_path, "real/a.py")
    (tmp_path / "link").symlink_to("real")
    assert find_files([tmp_path / "link"], tmp_path) == (["real/a.py"], [])


def test_a_root_that_is_a_link_is_the_place_it_leads_to(tmp_path: Path) -> None:
    plant(tmp_path, "real/a.py")
    (tmp_path / "link").symlink_to("real")
    assert find_files([tmp_path / "real" / "a.py"], tmp_path / "link") == (["a.py"], [])


def test_a_file_over_the_limit_is_skipped_with_its_size(tmp_path: Path) -> None:
    plant(tmp_path, "fits.py", content=b"#" * LIMIT)
    plant(tmp_path, "large.py", content=b"#" * 1_300_000)
    found, skipped = find_files([tmp_path, tmp_path / "large.py"], tmp_path)
    assert (found, skipped) == (["fits.py"], [Skipped("large.py", "too large", "1.3 MB; the limit is 1 MB")])


def test_a_pipe_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert reasons(find_files([tmp_path], tmp_path)[1]) == {"pipe.py": "not regular"}
    assert reasons(find_files([tmp_path / "pipe.py"], tmp_path)[1]) == {"pipe.py": "not regular"}


def test_all_paths_that_do_not_exist_are_named(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    with pytest.raises(OperatorError) as caught:
        find_files([Path("no.py"), tmp_path / "a.py" / "b.py", tmp_path], tmp_path)
    assert str(caught.value) == f"no such file or directory: no.py; no such file or directory: {tmp_path}/a.py/b.py"


@pytest.mark.parametrize("name", ["outside.py", "root-too/a.py"])
def test_a_path_outside_the_root_is_refused(tmp_path: Path, name: str) -> None:
    plant(tmp_path, name, "root/a.py")
    with pytest.raises(OperatorError, match=r"^not inside "):
        find_files([tmp_path / name], tmp_path / "root")


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OperatorError):
        find_files([tmp_path / name], tmp_path)


def test_a_directory_that_vanishes_is_skipped(tmp_path: Path) -> None:
    plant(tmp_path, "a/b.py")

    def vanish(directory: Path) -> None:
        (directory / "b.py").unlink()
        directory.rmdir()

    found, skipped = find_files([tmp_path / "a"], tmp_path, tracked=vanish)
    assert (found, skipped) == ([], [Skipped("a", "unreadable", "No such file or directory")])


def test_a_name_that_is_not_utf_8_can_be_found_and_read(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    plant(tmp_path, name)
    assert find_files([tmp_path], tmp_path) == ([name], [])
    assert read_source(tmp_path, name) == SourceFile(name, b"x = 1\n")


def test_a_file_is_read_byte_for_byte(tmp_path: Path) -> None:
    plant(tmp_path, "a/b.py", content=b"\xef\xbb\xbfx\r\n\0\x1a\xff")
    plant(tmp_path, "empty.py", content=b"")
    assert read_source(tmp_path, "a/b.py") == SourceFile("a/b.py", b"\xef\xbb\xbfx\r\n\0\x1a\xff")
    assert read_source(tmp_path, "empty.py") == SourceFile("empty.py", b"")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("link.py", "symlink"),
        ("pipe.py", "not regular"),
        ("folder", "not regular"),
        ("large.py", "too large"),
        ("no.py", "unreadable"),
        ("a\0b.py", "unreadable"),
    ],
)
def test_what_is_no_small_regular_file_is_not_read(tmp_path: Path, path: str, reason: str) -> None:
    plant(tmp_path, "real.py", "folder/a.py")
    plant(tmp_path, "large.py", content=b"#" * (LIMIT + 1))
    (tmp_path / "link.py").symlink_to("real.py")
    os.mkfifo(tmp_path / "pipe.py")
    answer = read_source(tmp_path, path)
    assert isinstance(answer, Skipped)
    assert (answer.path, answer.reason) == (path, reason)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs a file whose size is not told")
def test_a_file_whose_size_is_not_what_it_says_is_not_read() -> None:
    assert read_source(Path("/proc/self"), "status") == Skipped("status", "unreadable", "it changed while it was read")


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", content=b"old")
    (tmp_path / "a.py").chmod(0o750)
    assert write_source(tmp_path, "a.py", b"new", b"old") is None
    assert (tmp_path / "a.py").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "a.py").stat().st_mode) == 0o750
    assert names_in(tmp_path) == ["a.py"]


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", content=b"newer")
    assert write_source(tmp_path, "a.py", b"new", b"old") == "it has changed since it was read"
    assert (tmp_path / "a.py").read_bytes() == b"newer"
    assert names_in(tmp_path) == ["a.py"]


def test_a_file_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    assert write_source(tmp_path, "a.py", b"new", b"old") == "it cannot be written: No such file or directory"
    assert names_in(tmp_path) == []


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", content=b"old")
    (tmp_path / "a.py").chmod(0o444)
    assert write_source(tmp_path, "a.py", b"new", b"old") == "it is read-only"


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """Be somebody who is not root, who may write anywhere, and may get to a folder; whoever is not root stays so."""
    if os.geteuid() != 0:
        yield
        return
    before = {place: stat.S_IMODE(place.stat().st_mode) for place in (folder, *folder.parents)}
    closed = {place: mode for place, mode in before.items() if mode & 0o555 != 0o555}
    for place, mode in closed.items():
        place.chmod(mode | 0o555)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        for place, mode in closed.items():
            place.chmod(mode)


def test_a_read_only_directory_is_a_reason(tmp_path: Path) -> None:
    plant(tmp_path, "sub/a.py", content=b"old")
    (tmp_path / "sub").chmod(0o555)
    with nobody(tmp_path):
        because = write_source(tmp_path, "sub/a.py", b"new", b"old")
    (tmp_path / "sub").chmod(0o700)
    assert because == "it cannot be written: Permission denied"


@pytest.mark.parametrize("path", ["../outside.py", "folder/a.py", "x/../../outside.py", "../root-too/a.py"])
def test_nothing_outside_the_root_is_written(tmp_path: Path, path: str) -> None:
    plant(tmp_path, "outside.py", "elsewhere/a.py", "root-too/a.py", "root/b.py", "root/x/c.py", content=b"old")
    (tmp_path / "root" / "folder").symlink_to("../elsewhere")
    assert write_source(tmp_path / "root", path, b"new", b"old") == "it lies outside the root"
    assert b"new" not in {place.read_bytes() for place in tmp_path.rglob("*.py")}


@pytest.mark.parametrize("path", ["link.py", "folder", "folder/..", "."])
def test_what_is_no_regular_file_is_not_written(tmp_path: Path, path: str) -> None:
    plant(tmp_path, "real.py", "folder/a.py", content=b"old")
    (tmp_path / "link.py").symlink_to("real.py")
    assert write_source(tmp_path, path, b"new", b"old") is not None
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "real.py").read_bytes() == b"old"


@pytest.mark.parametrize("path", [".git/hooks/a.py", ".github/a.py"])
def test_nothing_of_git_and_github_is_written(tmp_path: Path, path: str) -> None:
    plant(tmp_path, path, content=b"old")
    assert write_source(tmp_path, path, b"new", b"old") == "nothing in .git or .github is touched"


def test_an_interrupt_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "a.py", content=b"old")

    def interrupted(root: Path, path: str) -> SourceFile | Skipped:
        assert len(names_in(root)) == 2, path
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "read_source", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_source(tmp_path, "a.py", b"new", b"old")
    assert names_in(tmp_path) == ["a.py"]
    assert (tmp_path / "a.py").read_bytes() == b"old"
