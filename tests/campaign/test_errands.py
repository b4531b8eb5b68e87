from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from fixbot.errors import FixbotError, ForgeError, OperatorError
from fixbot.shell import git as writing
from fixbot.shell import repository as reading
from fixbot.shell.campaign import parcels
from fixbot.shell.campaign.errand import Answer, Errand, run_errand
from fixbot.shell.campaign.parcels import pack, unpack
from fixbot.shell.git import Git
from tests.parts.command import CLEAN, SMELLY, program, repository, unmeasured
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.real
FILES: dict[str, str | bytes] = {
    "src/a.py": SMELLY,
    "src/b.py": CLEAN,
    "pyproject.toml": '[project]\nname = "x"\n[tool.ruff]\nline-length = 100\n[tool.fixbot]\n',
    "requirements.txt": "requests\n",
    "bin/tool": "#!/usr/bin/env python3\nprint(1)\n",
    "docs/CODEOWNERS": "* @ada\n",
    "picture.bin": b"\0" * 3_000_000,
    "data/large.json": "[" + "1, " * 500_000 + "1]",
}
UNREAD = {"picture.bin", "data/large.json"}
GIT = shutil.which("git")
HANGS = ("--verify-command", "sleep 600")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a repository with code, configuration, and much that is neither."""
    made = repository(tmp_path / "place", {})
    for path, content in FILES.items():
        file = made / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    (made / "bin/tool").chmod(0o755)
    git(made, "add", "--all")
    git(made, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "-m", "more")
    return made


def errand(place: Path, *more: str, seconds: float = 120.0) -> Errand:
    heard = program("listen", place, "--forge", "local", "--select", "bare-except")
    arguments = ("--select", "bare-except", *more)
    commit = git(place, "rev-parse", "main")
    return Errand(name="place", commit=commit, branch="main", arguments=arguments, situation=heard.out, seconds=seconds)


def parcel(place: Path, to: Path, *, whole: bool = False) -> Path:
    file = to / "it.pack"
    pack(Git(place), git(place, "rev-parse", "main"), file, whole=whole)
    return file


def test_a_plan_from_a_parcel_is_that_of_the_repository_byte_for_byte(place: Path, tmp_path: Path) -> None:
    work = errand(place)
    (tmp_path / "heard.json").write_text(work.situation)
    alone = program("plan", place, "--situation", tmp_path / "heard.json", "--select", "bare-except", "--jobs", "2")
    assert alone.code == 0, alone.err
    file = parcel(place, tmp_path)
    assert '"codemod": "bare-except"' in alone.out
    assert run_errand(work, file).plan.decode() == alone.out
    assert run_errand(work, file.read_bytes()).plan.decode() == alone.out


def test_a_parcel_holds_what_is_read_and_no_more(place: Path, tmp_path: Path) -> None:
    file = parcel(place, tmp_path)
    assert file.stat().st_size < 10_000
    made = tmp_path / "made"
    made.mkdir()
    unpack(file, git(place, "rev-parse", "main"), "main", made)
    here = git(made, "cat-file", "--batch-check=%(objectname) %(objecttype)", "--batch-all-objects").splitlines()
    blobs = {git(place, "rev-parse", f"main:{path}"): path for path in FILES}
    assert {blobs[line.split()[0]] for line in here if line.endswith("blob")} == set(FILES) - UNREAD
    assert {path.name for path in made.iterdir()} == {".git", "pyproject.toml"}


@pytest.mark.parametrize(
    ("whole", "says"), [(False, "its Python files are more"), (True, "its files, all of which `verify-command` needs,")]
)
def test_a_parcel_that_is_too_heavy_is_refused(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, *, whole: bool
) -> None:
    monkeypatch.setattr(parcels, "HEAVIEST", 500)
    with pytest.raises(OperatorError, match="a campaign plans for no more") as refused:
        parcel(place, tmp_path, whole=whole)
    assert str(refused.value).startswith(says)
    assert not (tmp_path / "it.pack").exists()


def spoil(folder: Path, word: str, then: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let git say half of a parcel and then do something else, where it is asked for one thing."""
    folder.mkdir()
    script = folder / "git"
    script.write_text(f'#!/bin/sh\ncase " $* " in *" {word} "*) printf PACK; {then};; esac\nexec {GIT} "$@"\n', "utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    for module in (parcels, writing, reading):
        monkeypatch.setattr(module, "_TIMEOUT", 2)


@pytest.mark.parametrize(
    ("then", "kind", "says"),
    [
        ("exec sleep 60", ForgeError, "git pack-objects did not finish in 2 seconds"),
        ("echo 'fatal: No space left on device' >&2; exit 128", OperatorError, "No space left on device"),
    ],
)
def test_packing_that_comes_to_nothing_says_why_and_leaves_no_half_parcel(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str, kind: type[FixbotError], says: str
) -> None:
    spoil(tmp_path / "programs", "pack-objects", then, monkeypatch)
    with pytest.raises(kind, match=says):
        parcel(place, tmp_path)
    assert not (tmp_path / "it.pack").exists()


@pytest.mark.parametrize("word", ["index-pack", "--git-common-dir"])
def test_a_parcel_that_git_does_not_open_in_time_is_an_answer_with_the_reason(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    work, file = errand(place), parcel(place, tmp_path)
    spoil(tmp_path / "programs", word, "exec sleep 60", monkeypatch)
    assert "did not finish in 2 seconds" in run_errand(work, file).failed


@pytest.mark.parametrize("content", [b"", b"PACK", b"nonsense" * 100])
def test_what_is_no_parcel_is_an_answer_with_the_reason(place: Path, content: bytes) -> None:
    answer = run_errand(errand(place), content)
    assert not answer.plan
    assert answer.failed.startswith("the parcel cannot be opened: ")


def test_a_worker_of_another_version_does_nothing(place: Path, tmp_path: Path) -> None:
    answer = run_errand(replace(errand(place), version="0.0.1"), parcel(place, tmp_path))
    assert "0.0.1 where the campaign was started" in answer.failed


def test_planning_that_hangs_ends_with_all_that_it_started(place: Path, tmp_path: Path) -> None:
    mark = f"sleep {600 + os.getpid()}"
    started = time.monotonic()
    answer = run_errand(errand(place, "--verify-command", mark, seconds=8.0), parcel(place, tmp_path, whole=True))
    assert answer.failed == "planning took longer than 0 minutes"
    assert time.monotonic() - started < 60
    assert running(mark) == 0


def test_an_errand_that_nobody_wants_any_more_ends_soon(place: Path, tmp_path: Path) -> None:
    mark, halt, answers = f"sleep {700 + os.getpid()}", Event(), list[Answer]()
    work, file = errand(place, "--verify-command", mark), parcel(place, tmp_path, whole=True)
    thread = Thread(target=lambda: answers.append(run_errand(work, file, halt)))
    thread.start()
    until(lambda: running(mark) > 0)
    halt.set()
    thread.join(30)
    assert [answer.failed for answer in answers] == ["halted"]
    assert running(mark) == 0


def test_planning_that_is_killed_is_an_answer_with_the_reason(place: Path, tmp_path: Path) -> None:
    mark, answers = f"sleep {800 + os.getpid()}", list[Answer]()
    work, file = errand(place, "--verify-command", mark), parcel(place, tmp_path, whole=True)
    thread = Thread(target=lambda: answers.append(run_errand(work, file)))
    thread.start()
    until(lambda: running(mark) > 0)
    for planning in processes("fixbot.cli", mark):
        os.kill(planning, signal.SIGKILL)
    thread.join(30)
    for left in processes(mark):  # the operator's own check, in a group of its own
        os.kill(left, signal.SIGKILL)
    assert [answer.failed for answer in answers] == [
        "the process that planned was killed (signal 9), as when memory runs out"
    ]


def test_planning_knows_none_of_the_operators_secrets(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "FIXBOT_TOKEN", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"):
        monkeypatch.setenv(name, "s3cret-word")
    told = tmp_path / "told"
    command = f"sh -c 'env >> {told}'"
    answer = run_errand(errand(place, "--verify-command", command), parcel(place, tmp_path, whole=True))
    assert answer.plan, answer.failed
    assert "PATH=" in told.read_text()
    assert "s3cret" not in told.read_text()


def test_what_a_repository_has_wrong_is_said_in_its_own_words(tmp_path: Path) -> None:
    place = repository(tmp_path / "place", {"a.py": SMELLY, "fixbot.toml": "max-open = 3\n"})
    answer = run_errand(errand(place, "--set", "bare-except.nonsense=1"), parcel(place, tmp_path))
    assert "nonsense" in answer.failed
    assert "Traceback" not in answer.failed


def test_nothing_stays_where_the_work_was_done(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert run_errand(errand(place), parcel(place, tmp_path)).plan
    run_errand(errand(place, *HANGS, seconds=3.0), parcel(place, tmp_path, whole=True))
    assert list(folder.iterdir()) == []


def test_a_worker_without_room_says_so(place: Path, tmp_path: Path) -> None:
    work, file = errand(place), parcel(place, tmp_path, whole=True)
    code = (
        "import resource, sys, pickle\n"
        "from pathlib import Path\n"
        "from fixbot.shell.campaign.errand import run_errand\n"
        "work = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "print(run_errand(work, Path(sys.argv[2])).failed)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, pickle.dumps(work).hex(), str(file)],
        env=unmeasured(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip()
    assert "Traceback" not in done.stderr


def processes(*words: str) -> list[int]:
    """Return the processes with all of these words on their command line."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if folder.name.isdecimal() and int(folder.name) != os.getpid() and all(word in line for word in words):
                found.append(int(folder.name))
    return found


def running(mark: str) -> int:
    """Count the operator's checks that run, but not who has started them."""
    return len(set(processes(mark)) - set(processes("fixbot.cli", mark)))


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
