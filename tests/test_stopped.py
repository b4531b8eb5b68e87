"""Real runs are stopped at many moments: nothing of them stays but what the next run goes on from."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.real,
    pytest.mark.long,
    pytest.mark.no_cover,  # processes that are killed tell nothing, and the others do what many tests do
    pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals"),
]

#: How many moments of a run are tried with each signal.
MOMENTS = int(os.environ.get("FIXBOT_TEST_MOMENTS", "5"))
PROGRAM = "from fixbot.cli.main import main; main()"
SMELLY = '''"""Reads."""

import logging

logger = logging.getLogger(__name__)


def load{0}(text):
    """Load."""
    try:
        return int(text)
    except:
        return None


def quiet{0}(text):
    """Be quiet."""
    try:
        return int(text)
    except Exception:
        pass
'''
COMMANDS = {
    "run": ("run", "--forge", "local", "--no-progress", "--jobs", "2"),
    "verified": ("run", "--forge", "local", "--no-progress", "--jobs", "1", "--verify-command", "sleep 0.2"),
    "plan": ("plan", "--forge", "local", "--no-progress", "--jobs", "2", "--output", "../plan.json"),
    "apply": ("apply", "--forge", "local", "../plan.json"),
    "fix": ("fix", "--no-progress", "--jobs", "2", "."),
}
# A program that a signal ends before it is ready for one, or after it is done with everything, dies of the signal.
ENDS = {signal.SIGINT: {130, -signal.SIGINT}, signal.SIGTERM: {143, -signal.SIGTERM}}
TRACES = (".lock", ".probe", "tmp_", "incoming", "fixbot-")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with a repository, its origin, and room for temporary files."""

    root: Path

    @property
    def work(self) -> Path:
        return self.root / "work"

    def git(self, *args: str, at: str = "work") -> str:
        command = ["git", "-C", str(self.root / at), "-c", "user.name=A", "-c", "user.email=a@example.org", *args]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def start(self, command: str) -> subprocess.Popen[str]:
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GIT_", "COV", "FIXBOT", "GITHUB"))
        }
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *COMMANDS[command]],
            cwd=self.work,
            env=env | {"TMPDIR": str(self.root / "tmp"), "HOME": str(self.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def finish(self, command: str) -> tuple[int, str]:
        with self.start(command) as process:
            said, _ = process.communicate(timeout=300)
        return process.returncode, said

    def refs(self) -> dict[str, str]:
        listed = {at: self.git("for-each-ref", "--format=%(refname) %(objectname)", at=at) for at in ("work", "origin")}
        return {f"{at} {line.split()[0]}": line.split()[1] for at, told in listed.items() for line in told.splitlines()}

    def files(self) -> dict[str, bytes]:
        found = {path.name: path.read_bytes() for path in self.work.glob("*.py")}
        records = (self.work / ".git" / "fixbot").rglob("*")
        return found | {path.name: b"" for path in records if path.is_file()}

    def traces(self) -> list[str]:
        """Give what should not be there, once what was stopped has had time to take it away."""
        deadline = time.monotonic() + 5
        while (found := list(self._traces())) and time.monotonic() < deadline:
            time.sleep(0.05)
        return found

    def _traces(self) -> Iterator[str]:
        yield from (str(path) for path in (self.root / "tmp").rglob("*"))
        for path in self.root.rglob("*"):
            hidden = path.name.startswith(".") and path.parent.name in {"pulls", "issues"}
            if hidden or path.name.endswith(".lock") or path.name.lstrip(".").startswith(TRACES):
                yield str(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give a repository with smells and an origin."""
    place = Place(tmp_path_factory.mktemp("made"))
    (place.root / "tmp").mkdir()
    place.work.mkdir()
    for number in range(10):
        (place.work / f"reader{number}.py").write_text(SMELLY.format(number), encoding="utf-8")
    place.git("init", "-q", "-b", "main")
    place.git("add", "-A")
    place.git("commit", "-q", "-m", "Read")
    place.git("clone", "-q", "--bare", ".", "../origin")
    place.git("remote", "add", "origin", "../origin")
    place.git("fetch", "-q", "origin")
    return place


def copied(made: Place, root: Path) -> Place:
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(made.root, root, symlinks=True)
    return Place(root)


@pytest.mark.parametrize("command", COMMANDS)
def test_whatever_moment_it_is_stopped_at_nothing_is_left_half_done(made: Place, tmp_path: Path, command: str) -> None:
    whole = copied(made, tmp_path / "place")
    if command == "apply":
        assert whole.finish("plan")[0] == 0
        made = copied(whole, tmp_path / "planned")
    before = whole.refs()
    began = time.monotonic()
    code, said = whole.finish(command)
    took = time.monotonic() - began
    assert code == 0, said
    assert whole.traces() == []
    after, files = whole.refs(), whole.files()
    for moment in range(MOMENTS):
        for number, ends in ENDS.items():
            place = copied(made, tmp_path / "place")
            with place.start(command) as process:
                time.sleep(took * (moment + 0.5) / MOMENTS)
                process.send_signal(number)
                said, _ = process.communicate(timeout=120)
            assert process.returncode in ends | {0}, said
            assert process.returncode < 0 or "Traceback" not in said
            assert place.traces() == []
            assert all(commit in {before.get(ref), after[ref]} for ref, commit in place.refs().items())
            assert place.finish(command)[0] == 0
            assert (place.refs(), place.files()) == (after, files)
            assert place.traces() == []
