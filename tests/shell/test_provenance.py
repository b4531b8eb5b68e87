"""Which commit `fixbot init` pins: only one that GitHub has, and with no word behind it that is not true."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from fixbot import VERSION
from tests.parts.command import CLEAN, Done, commit, program, repository, unmeasured
from tests.parts.git import git

ROOT = Path(__file__).parents[2]
WORKFLOW = ".github/workflows/fixbot.yml"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
TAG = f"v{VERSION}"
METADATA = f"Metadata-Version: 2.4\nName: fixbot\nVersion: {VERSION}\n"
HOME = "Project-URL: Repository, https://github.com/octo/fixbot\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give a clone that fixbot was installed from; nothing of it is pushed."""
    place = repository(tmp_path / "source", {"a.py": CLEAN})
    git(place, "remote", "add", "origin", "git@github.com:octo/fixbot.git")
    return place


def push(source: Path, remote: str = "origin") -> str:
    """Let the clone know that a remote has its commit."""
    git(source, "update-ref", f"refs/remotes/{remote}/topic/one", "HEAD")
    return git(source, "rev-parse", "HEAD")


def init(tmp_path: Path, direct_url: object) -> Done:
    """Run `fixbot init` as if pip had written that record of fixbot's installation: PEP 610."""
    records = tmp_path / "records" / f"fixbot-{VERSION}.dist-info"
    records.mkdir(parents=True)
    (records / "METADATA").write_text(METADATA + HOME)
    (records / "direct_url.json").write_text(json.dumps(direct_url))
    place = repository(tmp_path / "place", {"a.py": CLEAN})
    return program("init", place, cwd=records, environment={"PYTHONPATH": str(records.parent)})


def used(tmp_path: Path) -> list[str]:
    text = (tmp_path / "place" / WORKFLOW).read_text("utf-8")
    return [line.partition("uses: ")[2] for line in text.splitlines() if "/fixbot@" in line]


def of_folder(source: Path) -> dict[str, object]:
    return {"url": source.as_uri(), "dir_info": {"editable": True}}


def test_a_commit_that_is_not_pushed_is_not_pinned_and_that_is_said(source: Path, tmp_path: Path) -> None:
    done = init(tmp_path, of_folder(source))
    assert used(tmp_path) == [f"octo/fixbot@{TAG}"] * 2
    assert "is on no branch of GitHub" in done.err
    assert done.err.startswith("warning: ")
    assert done.err.endswith(f"the workflow takes the tag {TAG}\n")
    assert f"pin octo/fixbot@{TAG} to a commit" in done.out


def test_a_commit_that_is_pushed_is_pinned_without_a_version(source: Path, tmp_path: Path) -> None:
    pushed = push(source)
    done = init(tmp_path, of_folder(source))
    assert (used(tmp_path), done.err) == ([f"octo/fixbot@{pushed}"] * 2, "")


def test_a_commit_that_has_the_tag_is_pinned_with_the_version(source: Path, tmp_path: Path) -> None:
    pushed = push(source)
    git(source, "tag", TAG)
    init(tmp_path, of_folder(source))
    assert used(tmp_path) == [f"octo/fixbot@{pushed} # {TAG}"] * 2


def test_a_commit_on_top_of_what_is_pushed_is_not_pinned(source: Path, tmp_path: Path) -> None:
    push(source)
    commit(source, {"b.py": CLEAN}, "Mine")
    assert "is on no branch of GitHub" in init(tmp_path, of_folder(source)).err
    assert used(tmp_path) == [f"octo/fixbot@{TAG}"] * 2


def test_what_is_changed_and_not_committed_is_said(source: Path, tmp_path: Path) -> None:
    pushed = push(source)
    (source / "a.py").write_text("x = 1\n")
    assert f"the workflow takes {pushed[:12]} without them" in init(tmp_path, of_folder(source)).err
    assert used(tmp_path) == [f"octo/fixbot@{pushed}"] * 2


def test_a_commit_is_taken_from_the_fork_that_has_it(source: Path, tmp_path: Path) -> None:
    git(source, "remote", "add", "mine", "https://github.com/ada/fixbot")
    pushed = push(source, "mine")
    init(tmp_path, of_folder(source))
    assert used(tmp_path) == [f"ada/fixbot@{pushed}"] * 2


def test_a_remote_that_is_not_on_github_does_not_count(source: Path, tmp_path: Path) -> None:
    git(source, "remote", "set-url", "origin", "https://git.example.org/octo/fixbot.git")
    push(source)
    assert "is on no branch of GitHub" in init(tmp_path, of_folder(source)).err


@pytest.mark.parametrize(
    ("url", "uses", "says"),
    [
        ("https://github.com/ada/fixbot.git", f"ada/fixbot@{COMMIT}", ""),
        ("ssh://git@github.com/ada/fixbot", f"ada/fixbot@{COMMIT}", ""),
        ("file:///srv/fixbot", f"octo/fixbot@{TAG}", "was not installed from GitHub"),
    ],
)
def test_a_commit_that_pip_cloned_is_pinned_where_it_came_from_github(
    url: str, uses: str, says: str, tmp_path: Path
) -> None:
    done = init(tmp_path, {"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT}})
    assert used(tmp_path) == [uses] * 2
    assert says in done.err
    assert bool(says) == bool(done.err)


@pytest.mark.parametrize("record", [{}, [], {"url": "file:///nowhere/fixbot.whl", "archive_info": {}}])
def test_without_a_commit_the_tag_is_taken(record: object, tmp_path: Path) -> None:
    done = init(tmp_path, record)
    assert (used(tmp_path), done.err) == ([f"octo/fixbot@{TAG}"] * 2, "")


@pytest.mark.real
def test_a_release_pins_the_commit_that_it_was_built_from(tmp_path: Path) -> None:
    """Build as the release does: its own step writes the commit, then come the source archive and the wheel of it."""
    copy = tmp_path / "fixbot"
    for name in ("fixbot", "codemods", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    git(copy, "init", "--quiet")
    head = commit(copy)
    release = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    (step,) = [step["run"] for step in release["jobs"]["build"]["steps"] if "commit.txt" in step.get("run", "")]
    subprocess.run(["bash", "-e", "-c", step], cwd=copy, check=True)
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(copy)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    place = repository(tmp_path / "place", {"a.py": CLEAN})
    around = {**unmeasured(), "PYTHONPATH": str(tmp_path / "installed")}  # another fixbot than the one under test
    code = "import fixbot.cli, sys; print(fixbot.__file__); sys.exit(fixbot.cli.main())"
    command = [sys.executable, "-c", code, "init", str(place)]
    ran = subprocess.run(command, cwd=place, env=around, capture_output=True, text=True, check=False)
    assert str(tmp_path / "installed") in ran.stdout
    assert (ran.returncode, ran.stderr) == (0, "")
    assert used(tmp_path) == [f"fixbot-dev/fixbot@{head} # {TAG}"] * 2
