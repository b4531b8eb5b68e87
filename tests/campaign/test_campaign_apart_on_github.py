"""What a campaign keeps apart on GitHub: its token, its workers, its clones, and what all of it costs in requests."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fixbot.handover.documents import Plan
from fixbot.handover.text import read
from fixbot.shell.blobless import Blobless
from fixbot.shell.campaign.errand import Errand
from fixbot.shell.campaign.parcels import is_read, pack
from tests.campaign.organisation import CLEAN, OWN, Plot, partaking, smelly
from tests.parts.command import fixbot
from tests.parts.git import git
from tests.parts.github import TOKEN
from tests.parts.recorder import HANG_UP, NOT_MODIFIED
from tests.parts.watch import Spy, watching

if TYPE_CHECKING:
    from tests.campaign.board import Board
    from tests.campaign.conftest import Begun

pytestmark = pytest.mark.real

EASY = "[waves]\ncanary = 9\nsize = 9\n"
SECRETS = (TOKEN, base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode())
RICH = {
    **smelly(3, CODEOWNERS="* @octo\n"),
    "fixbot.toml": 'max-hourly = 9\nexclude = ["vendor/**"]\n',
    "pyproject.toml": '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\n',
    "ruff.toml": "line-length = 100\n",
    "src/app/__init__.py": "",
    "tests/test_app.py": "from app.clean import one\n\n\ndef test_one():\n    assert one() == 1\n",
    "vendor/odd.py": smelly(1)["src/app/load_0.py"],
    "requirements.txt": "requests\n",
    "data/table.csv": "a;b\n",
    "docs/index.md": "# app\n",
}


def process(board: Board, *arguments: str, token: str = TOKEN, programs: str = "") -> subprocess.CompletedProcess[str]:
    """Run `fixbot campaign` in a process of its own."""
    site = board.organisation.site
    kept = ("HOME", "TMPDIR", "NO_PROXY", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    around = {name: os.environ[name] for name in kept if name in os.environ}
    around |= {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}" if programs else os.environ["PATH"]}
    around |= {"GITHUB_API_URL": site.recorder.url, "GITHUB_SERVER_URL": site.git.url}
    return subprocess.run(
        [sys.executable, "-c", "from fixbot.cli import main; main()", "campaign", *arguments],
        env=around | ({"GITHUB_TOKEN": token} if token else {}),
        cwd=board.folder,
        capture_output=True,
        text=True,
        check=False,
    )


def holding(folder: Path, secret: str) -> list[Path]:
    """Return the files in a folder that hold a secret."""
    return [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_the_token_is_shown_to_git_and_github_and_stands_nowhere(begun: Begun, tmp_path: Path) -> None:
    board = begun([Plot("app", RICH)])
    board.write(EASY)
    spy = Spy.at(tmp_path / "spy")
    with watching(board.folder, spy) as watch:
        done = process(board, "start", str(board.file), programs=str(spy.programs))
    assert done.returncode == 0, done.stderr
    assert board.organisation.every() == {"app": 1}
    for secret in SECRETS:
        assert watch.showing(secret) == []
        assert holding(board.folder, secret) == []
        assert secret not in done.stdout + done.stderr + watch.left
        assert board.organisation.site.recorder.leaks(secret) == []
    ours = {one.arguments.partition(" campaign ")[2] for one in watch.holding(SECRETS[0]) if one.arguments}
    assert ours == {f"start {board.file}"}
    told = [one.arguments for one in watch.holding(SECRETS[1])]
    assert any(" fetch " in one for one in told)
    others = [one for one in told if "git" not in one or "fixbot.cli" in one]
    assert [one for one in others if not one.startswith("cat /proc/")] == []  # which is how the spy looks


def test_a_worker_is_told_nothing_but_its_errand(begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = begun([Plot("app", RICH | {"src/app/only.py": "ONLY = 1\n"})])
    board.write(EASY)
    told, python = tmp_path / "told", tmp_path / "python"
    dump = "import os, sys; print(sys.argv, dict(os.environ))"
    python.write_text(f'#!/bin/sh\n{sys.executable} -c "{dump}" "$@" >> {told}\nexec {sys.executable} "$@"\n', "utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setenv("SOME_PASSWORD", "s3cret")
    board.start()
    assert board.organisation.every() == {"app": 1}
    said = told.read_text("utf-8")
    assert "'plan'" in said
    assert not [
        word for word in (*SECRETS, "s3cret", "GITHUB_", "FIXBOT_", board.organisation.site.git.url) if word in said
    ]


def test_a_parcel_is_all_that_a_worker_needs(begun: Begun, tmp_path: Path) -> None:
    board = begun([Plot("app", RICH), *partaking(1)])
    board.write(EASY)
    parcels, plans = tmp_path / "parcels", tmp_path / "plans"
    assert process(board, "pack", "--to", str(parcels)).returncode == 0
    site = board.organisation.site
    site.recorder.clear()
    site.git.counts.clear()
    site.recorder.before, site.git.before = (lambda _: HANG_UP), (lambda _: True)
    with watching(plans, Spy.at(tmp_path / "spy")) as watch:
        done = process(board, "plan", str(parcels), "--to", str(plans), token=TOKEN)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("planned") == 2
    assert site.recorder.exchanges == []
    assert dict(site.git.counts) == {}
    for secret in SECRETS:
        assert holding(parcels, secret) == holding(plans, secret) == []
        assert {one.arguments.rpartition(" --to ")[2] for one in watch.holding(secret)} <= {str(plans)}
    site.recorder.before, site.git.before = (lambda _: None), (lambda _: False)
    board.start("--plans", str(plans))
    assert board.organisation.every() == {"app": 1, "library-00": 1}


def test_the_plan_of_a_parcel_is_that_of_a_full_clone(begun: Begun, tmp_path: Path) -> None:
    board = begun([Plot("app", RICH)])
    board.write(EASY)
    parcels, clone = tmp_path / "parcels", tmp_path / "clone"
    assert board.command("pack", "--to", str(parcels)).code == 0
    (place,) = parcels.glob("*.errand.json")
    errand = read(place.read_bytes(), Errand, "the errand")
    bare = board.organisation.site.git.repository("acme/app")
    git(bare, "clone", "--quiet", str(bare), str(clone))
    situation, output = tmp_path / "situation.json", tmp_path / "plan.json"
    situation.write_text(errand.situation, "utf-8")
    words = ("--base", "main", "--situation", str(situation), "--output", str(output), "--jobs", "1")
    assert fixbot("plan", clone, *words, *errand.arguments).code == 0
    assert board.command("plan", str(parcels), "--to", str(tmp_path / "plans")).code == 0
    (plan,) = (tmp_path / "plans").iterdir()
    assert plan.read_bytes() == output.read_bytes()
    made = read(plan.read_bytes(), Plan, "the plan")
    assert {rewrite.path for rewrite in made.rewrites} == {f"src/app/load_{number}.py" for number in range(3)}


def test_all_contents_come_in_one_request_and_no_more_than_planning_reads(begun: Begun, tmp_path: Path) -> None:
    board = begun([Plot("app", RICH)])
    server = board.organisation.site.git
    (tmp_path / "clone").mkdir()
    clone = Blobless(tmp_path / "clone", server.clone_url("acme/app"), TOKEN)
    commit = clone.fetch()
    entries = list(clone.entries(commit))
    assert here(clone) == set()
    server.counts.clear()
    pack(clone, commit, tmp_path / "parcel")
    assert dict(server.counts) == {"advertise-fetch": 1, "fetch": 1}
    assert here(clone) == {entry.blob for entry in entries if is_read(entry)}
    assert {entry.path for entry in entries if not is_read(entry)} == {"README.md", "data/table.csv", "docs/index.md"}
    pack(clone, commit, tmp_path / "parcel")
    assert dict(server.counts) == {"advertise-fetch": 1, "fetch": 1}


def here(clone: Blobless) -> set[str]:
    """Return the ids of the contents that are in a clone."""
    listed = git(clone.git_dir, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")
    return {name for name, kind in map(str.split, listed.splitlines()) if kind == "blob"}


def test_clones_are_shallow_are_taken_again_and_go_when_all_is_done(begun: Begun) -> None:
    board = begun(partaking(2))
    long = board.organisation.repositories["service-01"]
    for number in range(120):
        git(long.clone, "fast-import", "--quiet", stdin=_grown(number))
    long.mirror.to_emulator()
    board.write(EASY)
    board.start()
    clones = sorted((board.kept / "clones").iterdir())
    assert len(clones) == 2
    assert sorted(int(git(clone, "rev-list", "--count", "refs/fixbot/tip")) for clone in clones) == [1, 100]
    before = {clone: here_in(clone) for clone in clones}
    assert list((board.kept / "parcels").iterdir()) == []
    board.start()
    assert {clone: here_in(clone) for clone in clones} == before
    assert board.organisation.site.git.counts["advertise-fetch"] == 4  # each is looked at, and again before its turn
    board.organisation.decide(["service-01", "library-00"], merged=True)
    board.start()
    assert set(board.states().values()) == {"done"}
    assert not any((board.kept / "clones").glob("*"))


def here_in(clone: Path) -> list[str]:
    return git(clone, "cat-file", "--batch-all-objects", "--batch-check").splitlines()


def _grown(number: int) -> str:
    text = f"{number}\n"
    head = "commit refs/heads/main\ncommitter Octo <octo@example.org> 1767323045 +0000\ndata 3\nGo\n"
    return f"{head}from refs/heads/main^0\nM 100644 inline NEWS.md\ndata {len(text)}\n{text}\n"


def asked(board: Board) -> dict[str, tuple[int, int, int]]:
    """Return by repository how many requests came in, how many were answered with 304, and how many were writes."""
    found: dict[str, tuple[int, int, int]] = {}
    for exchange in board.organisation.site.recorder.exchanges:
        parts = exchange.request.path.split("/")
        name = parts[3] if parts[1] == "repos" else "/".join(parts)
        requests, same, writes = found.get(name, (0, 0, 0))
        found[name] = (
            requests + 1,
            same + (exchange.answer.status == NOT_MODIFIED),
            writes + exchange.request.is_write,
        )
    return found


def test_a_repository_costs_few_requests(begun: Begun) -> None:
    board = begun([Plot("smelly", smelly(2) | OWN), Plot("clean", {"a.py": CLEAN} | OWN)])
    board.write(EASY)
    board.start()
    assert asked(board) == {"/orgs/acme/repos": (1, 0, 0), "clean": (4, 1, 0), "smelly": (24, 6, 9)}
    board.start()
    assert asked(board) == {"/orgs/acme/repos": (1, 0, 0), "clean": (3, 3, 0), "smelly": (10, 7, 0)}
    board.start()
    assert asked(board) == {"/orgs/acme/repos": (1, 1, 0), "clean": (3, 3, 0), "smelly": (10, 10, 0)}


def test_all_repositories_share_one_connection(begun: Begun) -> None:
    board = begun(partaking(4))
    board.write(EASY)
    recorder = board.organisation.site.recorder
    recorder.keeps = True
    before = sockets()
    board.start()
    assert len(recorder.requests) > 50
    assert recorder.connections == 1
    board.start()
    assert recorder.connections == 1
    assert sockets() <= before + 2  # the two ends of the connection


def sockets() -> int:
    """Count the sockets that this process holds, on Linux."""
    return sum(_target(place).startswith("socket:") for place in Path("/proc/self/fd").glob("*"))


def _target(place: Path) -> str:
    try:
        return str(place.readlink())
    except OSError:  # it was open only for this very look
        return ""
