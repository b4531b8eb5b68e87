"""What the action and a release install is what pyproject.toml asks for, by hash, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ACTION, RELEASE = (ROOT / ".github" / name / "requirements.txt" for name in ("action", "release"))
BUILT_WITH = PROJECT["build-system"]["requires"]
RUNS_ON = PROJECT["project"]["dependencies"]
(BUILD,) = (one for one in PROJECT["project"]["optional-dependencies"]["dev"] if one.startswith("build>"))
WANTED = {ACTION: [*RUNS_ON, *BUILT_WITH], RELEASE: [BUILD, *BUILT_WITH]}
PLATFORMS = [
    {"sys_platform": platform, "os_name": os_name, "platform_system": system}
    for platform, os_name, system in (
        ("linux", "posix", "Linux"),
        ("darwin", "posix", "Darwin"),
        ("win32", "nt", "Windows"),
    )
]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True, slots=True)
class Locked:
    """A line of a lock: one version, and who asked for it."""

    requirement: Requirement
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (only,) = self.requirement.specifier
        assert only.operator == "=="
        return only.version


def locked(lock: Path) -> list[Locked]:
    text = lock.read_text("utf-8").removeprefix("--only-binary :all:\n")
    return [entry(one) for one in re.split(r"\n(?=\S)", text.strip())]


def entry(text: str) -> Locked:
    requirement, *hashes = (line.strip(" \\") for line in text.splitlines() if "# via" not in line)
    via = re.search(r"# via (.*)", text)
    return Locked(Requirement(requirement), tuple(hashes), tuple(via[1].split(", ")) if via else ())


def environments() -> list[dict[str, str]]:
    here = {key: str(value) for key, value in default_environment().items()}
    versions = [{"python_version": one, "python_full_version": f"{one}.1"} for one in PYTHONS]
    return [{**here, **platform, **version} for platform in PLATFORMS for version in versions]


def applies(requirement: Requirement, environment: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({**environment, "extra": ""})


def strangers(lock: Path, asked: list[str]) -> list[str]:
    """Give what neither is asked for nor is wanted by something in the lock."""
    known = {canonicalize_name(Requirement(one).name) for one in asked}
    names = {one.name for one in locked(lock)}
    return [one.name for one in locked(lock) if one.name not in known and not set(one.wanted_by) & names]


def run(*command: str | Path) -> str:
    around = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([str(part) for part in command], env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("lock", WANTED, ids=lambda lock: lock.parent.name)
def test_a_lock_takes_wheels_by_hash_alone(lock: Path) -> None:
    assert lock.read_text("utf-8").startswith("--only-binary :all:\n")
    for one in locked(lock):
        assert one.version
        assert one.hashes, one.name
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", text) for text in one.hashes), one.name


@pytest.mark.parametrize("lock", WANTED, ids=lambda lock: lock.parent.name)
def test_a_lock_has_what_is_asked_for_within_its_bounds_everywhere(lock: Path) -> None:
    for environment in environments():
        versions = {one.name: one.version for one in locked(lock) if applies(one.requirement, environment)}
        wanted = [asked for asked in map(Requirement, WANTED[lock]) if applies(asked, environment)]
        assert [
            str(asked) for asked in wanted if not asked.specifier.contains(versions[canonicalize_name(asked.name)])
        ] == []


@pytest.mark.parametrize("lock", WANTED, ids=lambda lock: lock.parent.name)
def test_each_platform_gets_one_version_of_a_package(lock: Path) -> None:
    for environment in environments():
        names = [one.name for one in locked(lock) if applies(one.requirement, environment)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("lock", WANTED, ids=lambda lock: lock.parent.name)
def test_a_lock_names_nothing_that_nobody_asks_for(lock: Path) -> None:
    assert strangers(lock, WANTED[lock]) == []


def test_a_stranger_in_a_lock_is_noticed(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    hashed = f" \\\n    --hash=sha256:{'a' * 64}\n"
    lock.write_text(f"--only-binary :all:\n\nclick==8.5.1{hashed}colorama==1{hashed}    # via click\nevil==1{hashed}")
    assert strangers(lock, ["click>=8"]) == ["evil"]


def test_ci_takes_one_version_of_everything_that_is_asked_for_within_its_bounds() -> None:
    lines = (ROOT / ".github" / "ci" / "constraints.txt").read_text("utf-8").splitlines()
    pinned = [Requirement(line) for line in lines]
    extras = PROJECT["project"]["optional-dependencies"]
    asked = [*RUNS_ON, *BUILT_WITH, *extras["dev"], *extras["test"]]
    for environment in environments():
        there = [one for one in pinned if applies(one, environment)]
        versions = {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in there}
        assert len(versions) == len(there)
        wanted = [one for one in map(Requirement, asked) if applies(one, environment) and one.name != "fixbot"]
        assert [str(one) for one in wanted if not one.specifier.contains(versions[canonicalize_name(one.name)])] == []


@pytest.mark.real
def test_the_lock_is_all_that_fixbot_needs(tmp_path: Path) -> None:
    copy, environment = tmp_path / "copy", tmp_path / "environment"
    for name in ("fixbot", "codemods", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    programs = environment / ("Scripts" if sys.platform == "win32" else "bin")
    pip = (sys.executable, "-m", "pip", "--python", programs / "python", "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--require-hashes", "-r", ACTION)
    run(*pip, "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", copy)
    assert "No broken requirements" in run(*pip, "check")
    assert "bare-except" in run(programs / "fixbot", "codemods")
