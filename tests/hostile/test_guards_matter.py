"""Takes each guard away and sees the harm, so that the other tests of this folder cannot pass for another reason."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest

from fixbot import markdown, marker
from fixbot.analysis import module as analysis_module
from fixbot.cli import options
from fixbot.markdown import code, text
from fixbot.marker import read_marker
from fixbot.shell import commit_files, environment, files, ruff
from fixbot.shell.files import find_files, is_protected, read_source, write_source
from fixbot.shell.git import Git
from fixbot.shell.ruff import run_alone
from tests.hostile import harms_of_git, harms_of_text
from tests.hostile.attacks import Guard, blob, nested, smelly, trap
from tests.parts.command import CLEAN, SMELLY, commit, fixbot, plant
from tests.parts.git import git


def a_link_is_written_through(root: Path) -> bool:
    outside = root / "outside.py"
    outside.write_text(SMELLY)
    plant(root / "place", {"b.py": CLEAN})
    (root / "place/d").symlink_to(root)
    write_source(root / "place", "d/outside.py", CLEAN.encode(), SMELLY.encode())
    return outside.read_text() != SMELLY


def a_link_is_read(root: Path) -> bool:
    (root / "secret.py").write_text("SECRET = 1\n")
    (root / "place").mkdir()
    (root / "place/a.py").symlink_to(root / "secret.py")
    return hasattr(read_source(root / "place", "a.py"), "content")


def git_s_own_files_are_named(root: Path) -> bool:
    plant(root, {".github/a.py": SMELLY})
    return find_files([root / ".github/a.py"], root)[0] == [".github/a.py"]


def a_large_file_is_read(root: Path) -> bool:
    with (root / "a.py").open("wb") as file:
        file.truncate(2_000_000)
    return hasattr(read_source(root, "a.py"), "content")


def a_setting_of_git_runs_a_program(root: Path) -> bool:
    place = smelly(root / "place")
    script, canary = trap(root)
    git(place, "config", "core.fsmonitor", str(script))
    Git(place).has_changes()
    return canary.exists()


def a_bare_repository_inside_runs_a_program(root: Path) -> bool:
    place = smelly(root / "place")
    script, canary = trap(root)
    bare = place / "bare"
    git(root, "clone", "--quiet", "--bare", str(place), str(bare))
    for key, value in {"core.bare": "false", "core.worktree": str(bare), "core.fsmonitor": str(script)}.items():
        git(bare, "config", key, value)
    with contextlib.suppress(Exception):
        Git(bare).has_changes()
    return canary.exists()


def a_cache_is_made_outside(root: Path) -> bool:
    (root / "place").mkdir()
    (root / "place/a.py").write_text("x = 1\n")
    (root / "place/ruff.toml").write_text(f'cache-dir = "{root}/cache"\n')
    run_alone(root / "place", ["check", "--exit-zero"])
    return (root / "cache").exists()


def a_deep_file_breaks_a_codemod(root: Path) -> bool:
    plant(root, {"a.py": nested("sum", 700)})
    analysis_module.parse.cache_clear()
    return fixbot("scan", "--jobs", "1", root).code == 3


def what_is_written_follows_a_link(root: Path) -> bool:
    place = smelly(root / "place")
    (root / "mine").write_text("mine")
    (place / "OUT").symlink_to(root / "mine")
    with contextlib.chdir(place):
        fixbot("scan", "--jobs", "1", "--output", "OUT")
    return (root / "mine").read_text() != "mine"


def a_link_in_a_commit_is_rewritten(root: Path) -> bool:
    place = smelly(root / "place")
    (place / "l.py").symlink_to("a.py")
    (place / "a.py").unlink()
    commit(place, {"x.py": CLEAN})
    git(place, "update-index", "--add", "--cacheinfo", f"120000,{blob(place, SMELLY.encode())},s.py")
    git(place, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "x")
    with contextlib.chdir(place):
        done = fixbot("run", "--forge", "local", "--jobs", "1", "--dry-run", "--format", "json")
    return any("s.py" in pull["files"] for pull in done.json["pulls"])


def a_name_ends_a_code_span(_: Path) -> bool:
    return code("a`b``c @org/team") == "`a`b``c @org/team`"


def a_person_is_pinged_by_text(_: Path) -> bool:
    return "@org" in text("ask @org/team")


def a_character_is_not_seen(_: Path) -> bool:
    return "\u202e" in code("a\u202eb")


MARKER = {"codemod": "x", "branch": "fixbot/x/all", "plan": "a" * 20, "base": "b" * 40, "findings": ["c" * 20]}


def a_forged_marker_is_believed(_: Path) -> bool:
    forged = MARKER | {"pushed": ["--output=x"]}
    return read_marker(f"<!-- fixbot:1 {json.dumps(forged)} -->") is not None


def a_plan_touches_git(_: Path) -> bool:
    return not is_protected(".github/workflows/x.py")


def always_fine(*_: object) -> bool:
    return True


def never(*_: object) -> bool:
    return False


GUARDS = {
    "the real place of a folder": Guard(os.path, "realpath", os.path.abspath, a_link_is_written_through),
    "O_NOFOLLOW": Guard(files, "_FLAGS", os.O_RDONLY, a_link_is_read),
    "the protected folders": Guard(files, "PROTECTED", frozenset[str](), git_s_own_files_are_named),
    "the protected folders, for a plan": Guard(files, "PROTECTED", frozenset[str](), a_plan_touches_git),
    "the size cap": Guard(files, "LIMIT", 10**9, a_large_file_is_read),
    "settings that keep git tame": Guard(environment, "_SAFE", {}, a_setting_of_git_runs_a_program),
    "safe.bareRepository": Guard(
        environment,
        "_SAFE",
        {
            key: value
            for key, value in environment._SAFE.items()  # noqa: SLF001 - the guard is a constant
            if key not in {"safe.bareRepository", "core.fsmonitor"}
        },
        a_bare_repository_inside_runs_a_program,
    ),
    "ruff without configuration": Guard(ruff, "_ALONE", (), a_cache_is_made_outside),
    "the limit of nesting": Guard(analysis_module, "is_deep", never, a_deep_file_breaks_a_codemod),
    "links on the way to an output": Guard(options, "leads_astray", never, what_is_written_follows_a_link),
    "modes of a commit": Guard(commit_files, "objection", lambda _: None, a_link_in_a_commit_is_rewritten),
    "the length of backticks": Guard(markdown, "_longest_run", lambda _: 0, a_name_ends_a_code_span),
    "signs as entities": Guard(markdown, "_entities", str, a_person_is_pinged_by_text),
    "visible characters": Guard(markdown, "visible", str, a_character_is_not_seen),
    "the shape of a marker": Guard(marker, "_is_well_formed", always_fine, a_forged_marker_is_believed),
    **harms_of_git.GUARDS,
    **harms_of_text.GUARDS,
}


@pytest.mark.real
@pytest.mark.parametrize("name", GUARDS)
def test_with_its_guard_there_is_no_harm_and_without_it_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    guard = GUARDS[name]
    for side in ("with", "without"):
        (tmp_path / side).mkdir()
    assert not guard.harm(tmp_path / "with")
    monkeypatch.setattr(guard.owner, guard.name, guard.without)
    analysis_module.parse.cache_clear()
    harmed = guard.harm(tmp_path / "without")
    monkeypatch.undo()
    analysis_module.parse.cache_clear()
    assert harmed
