from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.parts.command import (
    CLEAN,
    PROGRAM,
    SMELLY,
    WHO,
    Done,
    commit,
    fixbot,
    plant,
    program,
    repository,
    unmeasured,
)
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real
NOBODY = 65534


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a repository with one finding on `main`."""
    return repository(tmp_path / "place", {"a.py": SMELLY, "c.py": CLEAN})


def run(place: Path, *arguments: str | Path) -> Done:
    return fixbot("run", place, "--forge", "local", "--jobs", "1", *arguments)


def objects(place: Path) -> str:
    return git(place, "count-objects", "-v") + git(place, "for-each-ref")


def refused(done: Done, says: str, code: int = 2) -> None:
    assert (done.code, done.out, done.err) == (code, "", f"fixbot: {says}\n")


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    place = tmp_path / "plain"
    plant(place, {"a.py": SMELLY})
    refused(run(place), f"{place} is not a git repository: run `git init`, or name the right directory")
    assert os.listdir(place) == ["a.py"]  # noqa: PTH208 - names are enough


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    refused(run(tmp_path / "nowhere"), f"no such directory: {tmp_path / 'nowhere'}")


def test_a_file_instead_of_a_folder(place: Path) -> None:
    refused(run(place / "a.py"), f"no such directory: {place / 'a.py'}")


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    refused(run(tmp_path), "the branch main has no commit: commit something first")


def test_a_detached_head(place: Path) -> None:
    git(place, "checkout", "--quiet", "--detach")
    before = objects(place)
    refused(run(place), "HEAD is detached: check out a branch, or name one with --base BRANCH")
    assert objects(place) == before


def test_a_base_that_does_not_exist(place: Path) -> None:
    refused(run(place, "--base", "nope"), "the branch nope has no commit: name one that `git branch` lists")
    assert run(place, "--base", "--evil").code == 2


def test_a_dirty_tree_is_told_and_left_as_it_is(place: Path) -> None:
    plant(place, {"c.py": SMELLY})
    done = run(place)
    assert done.code == 0
    assert done.err == f"note: {place} has changes that are not committed; only what is on main is looked at\n"
    assert (place / "c.py").read_text() == SMELLY
    assert git(place, "diff", "--name-only", "main", "fixbot/bare-except/all") == "a.py"
    assert run(place, "--quiet").err == ""


def test_a_shallow_clone_works(place: Path, tmp_path: Path) -> None:
    commit(place, {"d.py": SMELLY})
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(place, "push", "--quiet", str(tmp_path / "origin.git"), "main")
    git(
        tmp_path, "clone", "--quiet", "--depth", "1", "--branch", "main", f"file://{tmp_path / 'origin.git'}", "shallow"
    )
    shallow = tmp_path / "shallow"
    assert git(shallow, "rev-parse", "--is-shallow-repository") == "true"
    done = run(shallow)
    assert (done.code, done.err) == (0, "")
    head = git(tmp_path / "origin.git", "rev-parse", "fixbot/bare-except/all")
    assert git(shallow, "rev-parse", "fixbot/bare-except/all") == head
    assert "unchanged" in run(shallow).out


def test_a_bare_repository(place: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(place), "bare.git")
    bare = tmp_path / "bare.git"
    refused(run(bare), f"{bare} is a bare repository: name a clone of it that has a working tree")


def test_unknown_codemods_and_keys(place: Path) -> None:
    refused(run(place, "--select", "bare-exept"), "no codemod is called 'bare-exept'; did you mean 'bare-except'?")
    plant(place, {"fixbot.toml": "max-opne = 1\n"})
    refused(run(place), "fixbot.toml: unknown key 'max-opne': did you mean 'max-open'?")
    plant(place, {"fixbot.toml": "max-open = \n"})
    done = run(place)
    assert done.code == 2
    assert done.err.startswith("fixbot: fixbot.toml: is not TOML: ")


def test_a_configuration_must_not_make_fixbot_run_a_program(place: Path) -> None:
    plant(place, {"fixbot.toml": 'verify-command = "true"\n'})
    done = run(place)
    assert done.code == 2
    assert "a repository must not make fixbot run a program" in done.err


def test_from_a_folder_of_the_repository_the_configuration_at_its_top_counts(place: Path) -> None:
    plant(place, {"sub/d.py": CLEAN, "fixbot.toml": 'ignore = ["bare-except"]\n'})
    commit(place)
    done = run(place / "sub", "--format", "json")
    assert done.json["pulls"] == []


def test_a_result_that_cannot_be_written_is_told_before_anything_is_done(place: Path) -> None:
    before = objects(place)
    refused(run(place, "--output", "no/such/x"), "cannot write no/such/x: its folder does not exist")
    assert objects(place) == before


def test_github_without_a_token_or_a_name(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.delenv("FIXBOT_TOKEN", raising=False)
    done = fixbot("run", place, "--forge", "github")
    refused(done, "no token: set GITHUB_TOKEN or FIXBOT_TOKEN, or use --forge local")
    monkeypatch.setenv("FIXBOT_TOKEN", "canary")
    done = fixbot("run", place, "--forge", "github")
    refused(done, "no repository: add a GitHub remote called origin, or say --repo OWNER/NAME")


def test_git_is_missing(place: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    there = {"PATH": str(tmp_path / "empty")}
    refused(program("run", place, environment=there), "git is not installed, or not on PATH")
    assert program("scan", place, environment=there).code == 1


def test_a_commit_without_its_contents(place: Path) -> None:
    blob = git(place, "rev-parse", "HEAD:a.py")
    (place / ".git/objects" / blob[:2] / blob[2:]).unlink()
    refused(run(place), "the content of a.py is not here: run `git fetch --refetch`")


def test_a_crafted_tree_does_not_lead_out_of_the_trial_s_folder(place: Path, tmp_path: Path) -> None:
    blob = git(place, "rev-parse", "HEAD:a.py")
    escape = f"../../../..{tmp_path}/escaped"
    entry = f"100644 {escape}\0".encode() + bytes.fromhex(blob) + f"100644 {'z.py'}\0".encode() + bytes.fromhex(blob)
    (tmp_path / "raw").write_bytes(entry)
    tree = git(place, "hash-object", "-t", "tree", "-w", "--literally", str(tmp_path / "raw"))
    head = git(place, "commit-tree", tree, "-m", "x", environment=WHO)
    git(place, "update-ref", "refs/heads/crafted", head)
    run(place, "--base", "crafted", "--verify-command", "true")
    assert not (tmp_path / "escaped").exists()


def unprivileged(place: Path, *arguments: str) -> Done:
    """Run as somebody who may read and not write; the tests themselves may be root's."""
    whose: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        subprocess.run([sys.executable, "-c", ""], cwd="/", check=True, capture_output=True, **whose)
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("this Python lies where root alone may run it")
    done = subprocess.run(
        [*PROGRAM, *arguments], cwd=place, env=unmeasured(), capture_output=True, check=False, text=True, **whose
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def readable(place: Path) -> Iterator[Path]:
    """Open the way to the repository for everybody, and for nobody to write there."""
    for folder in (place, *place.parents):
        if folder.stat().st_uid == os.geteuid():
            with contextlib.suppress(PermissionError):
                folder.chmod(folder.stat().st_mode | 0o555)
    yield place
    subprocess.run(["chmod", "-R", "u+w", str(place)], check=True)


def owned_by_nobody(place: Path) -> None:
    if os.geteuid() == 0:
        for path in (place, *place.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def test_a_repository_of_somebody_else(readable: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make files that are somebody else's")
    done = unprivileged(readable, "run", "--forge", "local")
    assert (done.code, done.out) == (2, "")
    assert done.err == "fixbot: . belongs to somebody else: run fixbot as its owner\n"


def test_a_git_directory_that_cannot_be_written(readable: Path) -> None:
    owned_by_nobody(readable)
    subprocess.run(["chmod", "-R", "a-w", str(readable / ".git")], check=True)
    before = objects_as_they_lie(readable)
    done = unprivileged(readable, "run", "--forge", "local")
    assert (done.code, done.out) == (2, "")
    assert done.err == f"fixbot: {readable / '.git'} cannot be written: make it writable, or use --dry-run\n"
    assert objects_as_they_lie(readable) == before
    assert unprivileged(readable, "run", "--forge", "local", "--dry-run").code == 0


def objects_as_they_lie(place: Path) -> list[str]:
    return sorted(str(path) for path in (place / ".git").rglob("*"))


def test_a_working_tree_that_cannot_be_written(readable: Path) -> None:
    owned_by_nobody(readable)
    readable.chmod(0o555)
    done = unprivileged(readable, "run", "--forge", "local")
    assert (done.code, done.err) == (0, "")
    fixed = unprivileged(readable, "fix", "a.py")
    assert fixed.code == 1
    assert fixed.out.startswith("a.py:4: left as it is: it cannot be written: Permission denied\n")
    assert (readable / "a.py").read_text() == SMELLY


# A shell that starts something in the background has it ignore Ctrl-C, and what that starts inherits it.
HEARD = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("delay", [0.6, 1.5])
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, jobs: str, delay: float) -> None:
    many = "\n\n".join(SMELLY.replace("load", f"load{number}") for number in range(60))
    place = repository(tmp_path / "place", {f"m{number}.py": many for number in range(60)})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    before = git(place, "for-each-ref")
    ready = tmp_path / "ready"  # from here on it is fixbot that runs, however slow the machine
    prelude = f"{HEARD}; import libcst, pathlib; pathlib.Path({str(ready)!r}).touch()"
    with subprocess.Popen(
        [sys.executable, "-c", f"{prelude}; {PROGRAM[2]}", "run", "--forge", "local", "--jobs", jobs],
        cwd=place,
        env=unmeasured() | {"TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not ready.exists():
            time.sleep(0.01)
        time.sleep(delay)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130, (out, err)
    assert out == ""
    assert err.strip() == "fixbot: interrupted; nothing is half done, start it again"
    assert list(scratch.iterdir()) == []
    assert git(place, "for-each-ref") == before
    assert not list((place / ".git").rglob("*.lock"))
    assert not (place / ".git/fixbot").exists()
    assert git(place, "status", "--porcelain") == ""


# LibCST cleans up when it is interrupted while it finds positions, fails at that, and so replaces the interrupt.
REPLACED = """
import signal
from libcst.metadata.position_provider import PositionProvidingCodegenState as State

def interrupted(self, node):
    if type(node).__name__ == "Call":
        signal.raise_signal(signal.SIGINT)
    return before(self, node)

before, State.before_codegen = State.before_codegen, interrupted
"""
# A process with several threads is not forked: what can lose a Ctrl-C runs in it, and not in one that ignores it.
THREADED = """
import threading

threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
# Python 3.11 puts a `RuntimeError` in the place of what is raised in `__set_name__`, as when LibCST is loaded late.
LOADED = """
import dataclasses, signal

def interrupted(self, owner, name):
    if owner.__module__ == "libcst._nodes.expression":
        dataclasses.Field.__set_name__ = before
        signal.raise_signal(signal.SIGINT)
    return before(self, owner, name)

before, dataclasses.Field.__set_name__ = dataclasses.Field.__set_name__, interrupted
"""
# What is raised in `__del__` is dropped; Python says so on stderr.
DROPPED = """
import signal, sys
from fixbot import examine

class Dying:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def interrupted(*arguments):
    Dying()
    return before(*arguments)

before, examine.tried = examine.tried, interrupted
sys.unraisablehook = lambda seen: None
"""


@pytest.mark.parametrize("hit", [REPLACED, LOADED, DROPPED], ids=["replaced", "loaded", "dropped"])
@pytest.mark.parametrize("command", ["run --forge local", "fix"])
def test_ctrl_c_that_does_not_arrive_is_not_lost(place: Path, hit: str, command: str) -> None:
    before = objects(place)
    interrupted(place, hit, command)
    assert objects(place) == before
    assert (place / "a.py").read_text() == SMELLY


def interrupted(place: Path, hit: str, command: str) -> None:
    """Run a command that `hit` interrupts, and see it stop for that."""
    done = subprocess.run(
        [sys.executable, "-c", f"{HEARD}\n{THREADED}\n{hit}\n{PROGRAM[2]}", *command.split(), "--jobs", "1"],
        cwd=place,
        env=unmeasured(),
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.strip() == "fixbot: interrupted; nothing is half done, start it again"


SLEEPY = "import time\n\n\nasync def main():\n    time.sleep(1); print()\n"


@pytest.mark.parametrize("hit", [REPLACED, LOADED], ids=["replaced", "loaded"])
def test_ctrl_c_that_does_not_arrive_is_not_lost_in_a_whole_project_either(tmp_path: Path, hit: str) -> None:
    place = repository(tmp_path / "place", {"a.py": SLEEPY})
    before = objects(place)
    interrupted(place, hit, "run --forge local --select blocking-sleep")
    assert objects(place) == before
