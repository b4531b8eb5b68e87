from __future__ import annotations

import shlex
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import OperatorError
from fixbot.model import Base, Rewrite
from fixbot.shell import trial as module
from fixbot.shell.git import Git
from fixbot.shell.trial import Objection, Trial, trial
from tests.parts.command import repository
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path


def rewrite(path: str) -> Rewrite:
    return Rewrite(path, b"before\n", b"after\n", ())


def fails_where(condition: str) -> tuple[str, ...]:
    code = (
        f"import sys, os; after = lambda *p: all(open(x).read() == 'after\\n' for x in p); sys.exit(bool({condition}))"
    )
    return (sys.executable, "-c", code)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in "abcd":
        (tmp_path / name).write_bytes(b"before\n")
    return tmp_path


def judged(folder: Path, condition: str) -> tuple[list[str], set[str]]:
    holding, objections = Trial(folder, fails_where(condition)).holding([rewrite(name) for name in "abcd"])
    assert all((folder / name).read_bytes() == b"before\n" for name in "abcd"), "everything is put back"
    assert {one.because for one in objections.values()} <= {"the verify command fails with exit code 1"}
    return [one.path for one in holding], set(objections)


def test_all_hold_where_the_command_succeeds(folder: Path) -> None:
    assert judged(folder, "False") == (["a", "b", "c", "d"], set())


def test_the_one_that_fails_is_found(folder: Path) -> None:
    assert judged(folder, "after('c')") == (["a", "b", "d"], {"c"})


def test_several_that_fail_are_found(folder: Path) -> None:
    assert judged(folder, "after('a') or after('d')") == (["b", "c"], {"a", "d"})


def test_none_may_hold(folder: Path) -> None:
    assert judged(folder, "any(after(x) for x in 'abcd')") == ([], {"a", "b", "c", "d"})


def test_two_that_fail_only_together_leave_something_that_holds(folder: Path) -> None:
    holding, objections = judged(folder, "after('a', 'd')")
    assert set(holding) | objections == {"a", "b", "c", "d"}
    assert holding
    assert not {"a", "d"} <= set(holding)


def judged_in_groups(folder: Path, condition: str) -> tuple[list[str], set[str]]:
    rewrites = [replace(rewrite(name), group=group) for name, group in zip("abcd", ["a", "b", "a", ""], strict=True)]
    holding, objections = Trial(folder, fails_where(condition)).holding(rewrites)
    return sorted(one.path for one in holding), set(objections)


def test_a_group_holds_or_fails_as_a_whole(folder: Path) -> None:
    assert judged_in_groups(folder, "after('c')") == (["b", "d"], {"a", "c"})
    assert judged_in_groups(folder, "after('d')") == (["a", "b", "c"], {"d"})
    assert judged_in_groups(folder, "after('a') != after('c')") == (["a", "b", "c", "d"], set())
    assert judged_in_groups(folder, "after('a') != after('c') or after('b')") == (["a", "c", "d"], {"b"})


def test_a_command_that_does_not_end_is_an_objection(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TIMEOUT", 0.3)
    waiting = Trial(folder, (sys.executable, "-c", "import time; print(1, flush=True); time.sleep(20)"))
    assert "does not end within" in objection(waiting).because
    assert (folder / "a").read_bytes() == b"before\n"


def says(folder: Path, code: str) -> str:
    return objection(Trial(folder, (sys.executable, "-c", f"import os, sys; {code}; sys.exit(1)"))).says


def objection(ready: Trial) -> Objection:
    found = ready.objection([rewrite("a")])
    assert found is not None
    return found


def test_the_last_lines_of_a_command_that_fails_are_told_on_one_line(folder: Path) -> None:
    both = "print('one', flush=True); print('two  ', file=sys.stderr, flush=True); print(); print('three', flush=True)"
    assert says(folder, both) == "one / two / three"
    assert says(folder, "pass") == ""
    assert says(folder, "[print(n) for n in range(9)]") == "4 / 5 / 6 / 7 / 8"
    long = says(folder, "print('x' * 20000 + 'end')")
    assert len(long) <= 501
    assert (long[:2], long[-4:]) == ("…x", "xend")


def test_what_a_command_says_starts_nothing_in_a_log(folder: Path) -> None:
    told = says(
        folder, r"""sys.stdout.buffer.write(b'\x1b[31m::error::a\x1b[0m\n##[set-output name=a]b\x07\xff\xe2\x80\xae')"""
    )
    assert told == "\\x3a:error::a / \\x23#[set-output name=a]b\\x07\ufffd\\u202e"


def test_a_process_that_is_left_behind_holds_nothing_up(folder: Path) -> None:
    code = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'])"
    begun = time.monotonic()
    assert Trial(folder, (sys.executable, "-c", code)).objection([]) is None
    assert time.monotonic() - begun < 4


def test_a_command_knows_the_way_to_the_network_and_no_login(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://ada:s3cret/@proxy.example:3128")
    monkeypatch.setenv("HTTP_PROXY", "ada:s3cret@proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    shown = says(
        folder, "print(*[os.environ.get(n) for n in ('https_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'GITHUB_TOKEN')])"
    )
    assert shown == "http://proxy.example:3128 proxy.example:3128 http://proxy.example:3128 None"


def test_a_command_that_fails_before_anything_is_changed_is_told_with_its_words(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": "a = 1\n"})
    opened, head = Git(place), git(place, "rev-parse", "HEAD")
    command = shlex.join([sys.executable, "-c", "import nothing_of_that_name"])
    with pytest.raises(OperatorError) as caught, trial(opened, Base("main", head, opened.tree_of(head)), command):
        pass
    assert "fails with exit code 1 before anything is changed: mend that first" in str(caught.value)
    assert str(caught.value).endswith("ModuleNotFoundError: No module named 'nothing_of_that_name'")
    assert len(str(caught.value).splitlines()) == 1


def test_the_folder_holds_the_commit_with_its_modes(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"run.sh": "#!/bin/sh\n", "deep/er/a.txt": "x"})
    (place / "run.sh").chmod(0o755)
    (place / "link").symlink_to("run.sh")
    git(place, "add", "--all")
    git(place, "-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x")
    (place / "run.sh").write_text("changed since")
    checks = (
        "os.access('run.sh', os.X_OK)",
        "open('deep/er/a.txt').read() == 'x'",
        "open('run.sh').read().startswith('#!')",
        "not os.path.lexists('link')",
    )
    code = f"import os, sys; sys.exit(not ({' and '.join(checks)}))"
    opened = Git(place)
    head = git(place, "rev-parse", "HEAD")
    with trial(opened, Base("main", head, opened.tree_of(head)), shlex.join([sys.executable, "-c", code])) as ready:
        laid_out = ready.folder
        assert laid_out != place
    assert not laid_out.exists()
