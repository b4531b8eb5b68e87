"""What a repository could do through git, names and files that change, and the guard that it lacks then."""

from __future__ import annotations

import contextlib
import json
import os
import re
from typing import TYPE_CHECKING, Any

from fixbot.errors import BlockedError, FixbotError
from fixbot.model import SourceFile
from fixbot.shell import commit_files, environment, files, repository, ruff, trial
from fixbot.shell import git as shell_git
from fixbot.shell.files import find_files, write_source
from fixbot.shell.git import Git
from fixbot.shell.repository import Entry, Repository
from fixbot.shell.ruff import run_alone
from tests.hostile.attacks import Guard, blob, crafted, smelly, trap, tree
from tests.parts.command import CLEAN, SMELLY, commit, fixbot, plant
from tests.parts.git import git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_SAFE = environment._SAFE  # noqa: SLF001 - the guard is a constant
_run, _try = Repository._run, Repository._try  # noqa: SLF001 - the guards are words of commands


def _moved(place: Path) -> None:
    Git(place).move_branch("fixbot/x/all", git(place, "rev-parse", "main"), None)


def a_hook_runs(root: Path) -> bool:
    place = smelly(root / "place")
    script, canary = trap(root)
    (place / ".git/hooks/reference-transaction").symlink_to(script)
    canary.unlink(missing_ok=True)
    _moved(place)
    return canary.exists()


def a_folder_of_hooks_is_obeyed(root: Path) -> bool:
    place = smelly(root / "place")
    script, canary = trap(root)
    (root / "hooks").mkdir()
    (root / "hooks/reference-transaction").symlink_to(script)
    git(place, "config", "core.hooksPath", str(root / "hooks"))
    canary.unlink(missing_ok=True)
    _moved(place)
    return canary.exists()


def a_filter_runs(root: Path) -> bool:
    place = smelly(root / "place")
    commit(place, {".gitattributes": "*.py filter=trap\n"})
    script, canary = trap(root)
    git(place, "config", "filter.trap.clean", str(script))
    os.utime(place / "a.py", (1, 1))
    Git(place).has_changes()
    return canary.exists()


def _lacking(root: Path, **settings: str) -> bool:
    """Say whether a program runs where a content is missing, which git would fetch by itself."""
    place = smelly(root / "place")
    script, canary = trap(root)
    script.write_text(f"#!/bin/sh\ntouch {canary}\n")  # it does not wait for what git says
    head, lost = git(place, "rev-parse", "HEAD"), git(place, "rev-parse", "HEAD:a.py")
    (place / ".git/objects" / lost[:2] / lost[2:]).unlink()
    usual = {"remote.origin.promisor": "true", "core.repositoryFormatVersion": "1"}
    for key, value in (usual | {"extensions.partialClone": "origin"} | settings).items():
        git(place, "config", key, value.format(script=script, place=place))
    with contextlib.suppress(FixbotError):
        Git(place).file(head, "a.py")
    return canary.exists()


def what_is_missing_runs_the_program_of_a_path(root: Path) -> bool:
    return _lacking(root, **{"remote.origin.url": "{place}", "remote.origin.uploadpack": "{script}"})


def what_is_missing_runs_an_ext_address(root: Path) -> bool:
    return _lacking(root, **{"remote.origin.url": "ext::{script}", "protocol.ext.allow": "always"})


def another_content_is_shown(root: Path) -> bool:
    place = smelly(root / "place")
    git(place, "replace", git(place, "rev-parse", "HEAD:a.py"), blob(place, b"other\n"))
    return Git(place).file(git(place, "rev-parse", "HEAD"), "a.py") == b"other\n"


def _tame(*, lacking: tuple[str, ...] = (), allowing: tuple[str, ...] = ()) -> dict[str, str]:
    """Give the environment of git without some variables, and without some of the settings."""
    env = environment.safe_environment()
    kept = {name: value for name, value in env.items() if name not in lacking}
    return {name: "x.y" if value in allowing else value for name, value in kept.items()}


ODD = ('a"b.py', "new\nline.py", "tab\t.py", "-rf.py", "ä.py")


def names_are_not_what_they_are(root: Path) -> bool:
    place = root / "place"
    git(root, "init", "--quiet", str(place))
    commit(place, dict.fromkeys(ODD, CLEAN))
    return {entry.path for entry in Git(place).entries("HEAD") if entry.path in ODD} != {*ODD}


def without_nul(self: Repository, *args: str, **more: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
    if "--long" not in args:
        return _try(self, *args, **more)
    done = _try(self, *(word for word in args if word != "-z"), **more)
    done.stdout = b"\0".join(done.stdout.splitlines())
    return done


def a_person_s_commit_is_lost(root: Path) -> bool:
    place, away = smelly(root / "place"), root / "away"
    mine = git(place, "rev-parse", "main")
    git(root, "clone", "--quiet", "--bare", str(place), str(away))
    theirs = commit(place, {"b.py": CLEAN})
    git(place, "push", "--quiet", str(away), "main:refs/heads/fixbot/x/all")
    with contextlib.suppress(FixbotError):
        Git(place).push(str(away), "fixbot/x/all", mine, mine)
    return git(away, "rev-parse", "fixbot/x/all") != theirs


def a_person_s_branch_is_moved(root: Path) -> bool:
    place = smelly(root / "place")
    mine = git(place, "rev-parse", "main")
    theirs = commit(place, {"b.py": CLEAN})
    git(place, "update-ref", "refs/heads/fixbot/x/all", theirs)
    with contextlib.suppress(FixbotError):
        Git(place).move_branch("fixbot/x/all", mine, mine)
    return git(place, "rev-parse", "fixbot/x/all") != theirs


def without_old_ids(self: Repository, *args: str, **more: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
    blind = ["--force" if word.startswith("--force-with-lease") else word for word in args]
    return _try(self, *(blind[:-1] if args[0] == "update-ref" else blind), **more)


def a_branch_in_the_way_is_not_named(root: Path) -> bool:
    place = smelly(root / "place")
    git(place, "update-ref", "refs/heads/fixbot", git(place, "rev-parse", "main"))
    try:
        _moved(place)
    except BlockedError as exc:
        return "the branch fixbot stands in the way" not in str(exc)
    except FixbotError:
        return True
    return False


def git_s_own_files_are_offered_in_capitals(_: Path) -> bool:
    return commit_files.objection(Entry("100644", "0" * 40, 1, ".GIT/hooks/x.py")) is None


def in_small_letters(path: str) -> bool:
    return not files.PROTECTED.isdisjoint(path.split("/"))


def one_of_two_files_is_dropped(root: Path) -> bool:
    place = smelly(root / "place")
    code, other = blob(place, SMELLY.encode()), blob(place, b"other\n")
    crafted(place, tree(place, [("100644", b"a.py", code), ("100644", b"b", code), ("100644", b"b", other)]))
    with contextlib.chdir(place):
        fixbot("run", "--forge", "local", "--jobs", "1", "--select", "bare-except")
    heads = git(place, "for-each-ref", "--format=%(refname)", "refs/heads/fixbot").split()
    return any(len(git(place, "ls-tree", "-r", head).splitlines()) < 3 for head in heads)


class _Following(os.PathLike[str]):
    """An entry of a folder that is what its link leads to."""

    def __init__(self, entry: os.DirEntry[str]) -> None:
        self._entry, self.name, self.path = entry, entry.name, entry.path
        self.stat, self.is_symlink = entry.stat, entry.is_symlink

    def __fspath__(self) -> str:
        return self.path

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        del follow_symlinks
        with contextlib.suppress(OSError):  # after 40 links
            return self._entry.is_dir()
        return False


_scandir = os.scandir


@contextlib.contextmanager
def following(path: str) -> Iterator[Iterator[_Following]]:
    with _scandir(path) as found:
        yield map(_Following, found)


def a_loop_is_walked(root: Path) -> bool:
    plant(root, {"a.py": CLEAN})
    (root / "loop").symlink_to(".")
    return len(find_files([], root)[0]) > 1


def what_somebody_wrote_meanwhile_is_lost(root: Path) -> bool:
    plant(root, {"a.py": "theirs = 1\n"})
    write_source(root, "a.py", CLEAN.encode(), SMELLY.encode())
    return (root / "a.py").read_text() != "theirs = 1\n"


def as_it_was(_: Path, path: str) -> SourceFile:
    return SourceFile(path, SMELLY.encode())


def ruff_extends_to_outside(root: Path) -> bool:
    (root / "away.toml").write_text('[lint]\nselect = ["D100"]\n')
    plant(root / "place", {"a.py": "x = 1\n", "ruff.toml": f'extend = "{root}/away.toml"\n'})
    return "D100" in run_alone(root / "place", ["check", "--exit-zero"])


def _seen_by(root: Path, known: Mapping[str, str]) -> bool:
    (root / "known.json").write_text(json.dumps(dict(known)))
    return "hunter2" in (root / "known.json").read_text()


@contextlib.contextmanager
def _secret(name: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = "hunter2"
    try:
        yield
    finally:
        os.environ.pop(name)
        os.environ.update({} if before is None else {name: before})


def a_check_sees_the_token(root: Path) -> bool:
    with _secret("FIXBOT_TOKEN"):
        return _seen_by(root, trial._bare_environment())  # noqa: SLF001 - what its program gets


def git_sees_the_token(root: Path) -> bool:
    with _secret("FIXBOT_TOKEN"):
        return _seen_by(root, environment.safe_environment())


def an_endless_file_is_read(root: Path) -> bool:
    place = smelly(root / "place")
    (root / "order").write_text("b.py\na.py\n")  # one that ends: it says as well that it was read
    git(place, "config", "diff.orderFile", str(root / "order"))
    commit(place, {"a.py": CLEAN, "b.py": CLEAN})
    told = _run(Git(place), "log", "--max-count=1", "--format=", "--name-only")  # as who looks at history asks
    return told.split() == [b"b.py", b"a.py"]


def without(key: str) -> dict[str, str]:
    return {name: value for name, value in _SAFE.items() if name != key}


_PLAIN = ("GIT_ALLOW_PROTOCOL",)
_NOTHING = re.compile(r"(?!)")

GUARDS = {
    "core.hooksPath, for a hook": Guard(environment, "_SAFE", without("core.hooksPath"), a_hook_runs),
    "core.hooksPath, for a folder of hooks": Guard(
        environment, "_SAFE", without("core.hooksPath"), a_folder_of_hooks_is_obeyed
    ),
    "files that git is told to read": Guard(environment, "_SAFE", without("diff.orderFile"), an_endless_file_is_read),
    "filters that are off": Guard(repository, "configured", lambda _: {}, a_filter_runs),
    "the protocols, for a path": Guard(
        repository,
        "safe_environment",
        lambda: _tame(lacking=_PLAIN),
        what_is_missing_runs_the_program_of_a_path,
    ),
    "the protocols, for ext": Guard(
        repository,
        "safe_environment",
        lambda: _tame(lacking=_PLAIN, allowing=("protocol.ext.allow",)),
        what_is_missing_runs_an_ext_address,
    ),
    "no replaced objects": Guard(
        repository, "safe_environment", lambda: _tame(lacking=("GIT_NO_REPLACE_OBJECTS",)), another_content_is_shown
    ),
    "names that end in NUL": Guard(Repository, "_try", without_nul, names_are_not_what_they_are),
    "the lease of a push": Guard(Git, "_try", without_old_ids, a_person_s_commit_is_lost),
    "the old commit of a branch": Guard(Git, "_try", without_old_ids, a_person_s_branch_is_moved),
    "branches in the way": Guard(shell_git, "_mind_the_way", lambda *_: None, a_branch_in_the_way_is_not_named),
    "protected folders in capitals": Guard(
        commit_files, "is_protected", in_small_letters, git_s_own_files_are_offered_in_capitals
    ),
    "names that stand twice": Guard(commit_files, "mind_doubles", lambda *_: None, one_of_two_files_is_dropped),
    "links to folders": Guard(os, "scandir", following, a_loop_is_walked),
    "the second look": Guard(files, "read_source", as_it_was, what_somebody_wrote_meanwhile_is_lost),
    "ruff that extends nothing": Guard(ruff, "_ALONE", (), ruff_extends_to_outside),
    "secrets of a check": Guard(trial, "_SECRET", _NOTHING, a_check_sees_the_token),
    "secrets of git": Guard(environment, "_KEPT", ("FIXBOT_TOKEN",), git_sees_the_token),
}
