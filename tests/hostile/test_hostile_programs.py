"""Nothing in a repository makes a command run a program, whichever command it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hostile.attacks import COMMANDS, called, smelly, trap
from tests.parts.command import commit, plant
from tests.parts.git import git

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real


def settings(script: Path) -> dict[str, str]:
    """Give settings of git each of which names a program."""
    named = ("core.fsmonitor", "core.sshCommand", "core.askPass", "core.pager", "core.editor", "credential.helper")
    signing = ("gpg.program", "gpg.ssh.program", "gpg.x509.program")
    filters = ("filter.trap.clean", "filter.trap.smudge", "filter.trap.process", "diff.trap.textconv")
    others = ("diff.trap.command", "diff.external", "merge.trap.driver", "core.alternateRefsCommand", "core.gitProxy")
    every = dict.fromkeys((*named, *signing, *filters, *others, "uploadpack.packObjectsHook"), str(script))
    return every | {"filter.trap.required": "true", "log.showSignature": "true", "commit.gpgSign": "true"}


def spoilt(place: Path, script: Path) -> None:
    """Set every trap that git knows: settings, hooks, filters, and a commit that asks for its signature's program."""
    commit(place, {".gitattributes": "*.py filter=trap diff=trap merge=trap\n"})
    raw = git(place, "cat-file", "commit", "HEAD").replace("\n\n", "\ngpgsig -----BEGIN SSH SIGNATURE-----\n\n", 1)
    signed = git(place, "hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{raw}\n")
    git(place, "update-ref", "refs/heads/main", signed)
    hooks = place.parent / "hooks"
    hooks.mkdir()
    for name in (
        "pre-push",
        "reference-transaction",
        "post-index-change",
        "pre-commit",
        "post-checkout",
        "pre-auto-gc",
    ):
        (hooks / name).symlink_to(script)
    git(place, "config", "core.hooksPath", str(hooks))
    for key, value in settings(script).items():
        git(place, "config", key, value)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_setting_hook_or_filter_is_run(tmp_path: Path, name: str) -> None:
    place = smelly(tmp_path / "place")
    script, canary = trap(tmp_path)
    spoilt(place, script)
    canary.unlink(missing_ok=True)
    (place / "a.py").touch()  # git would ask the filter now
    assert called(name, place, tmp_path / "away").code in {0, 1}
    assert not canary.exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_bare_repository_inside_is_none(tmp_path: Path, name: str) -> None:
    place = smelly(tmp_path / "place")
    script, canary = trap(tmp_path)
    bare = place / "bare"
    git(tmp_path, "clone", "--quiet", "--bare", str(place), str(bare))
    for key, value in {"core.bare": "false", "core.worktree": str(bare), **settings(script)}.items():
        git(bare, "config", key, value)
    (bare / "refs/keep").touch()
    plant(bare, {"a.py": "x = 1\n"})
    canary.unlink(missing_ok=True)
    called(name, bare, tmp_path / "away")
    assert not canary.exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_submodule_s_address_is_not_asked(tmp_path: Path, name: str) -> None:
    place = smelly(tmp_path / "place")
    canary = tmp_path / "canary"
    address = f"ext::sh -c touch% {canary}"
    for folder in ("mod", "-evil", "mod.py"):
        git(place, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{folder}")
        with (place / ".gitmodules").open("a") as file:
            file.write(
                f'[submodule "{folder}"]\n\tpath = {folder}\n\turl = "{address}"\n\tupdate = "!touch {canary}"\n'
            )
    git(place, "add", ".gitmodules")
    git(
        place,
        "commit",
        "--quiet",
        "-m",
        "x",
        environment={
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b",
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@b",
        },
    )
    git(place, "config", "submodule.recurse", "true")
    git(place, "config", "protocol.ext.allow", "always")
    git(place, "config", "remote.origin.url", address)
    assert called(name, place, tmp_path / "away").code in {0, 1}
    assert not canary.exists()


RUFF = """\
extend = "{away}/other.toml"
cache-dir = "{away}/cache"
output-format = "github"
[lint]
select = ["F", "E", "UP", "NOPE1"]
"""


@pytest.mark.parametrize("name", ["fix", "run", "plan", "preview"])
@pytest.mark.parametrize("file", ["ruff.toml", ".ruff.toml", "pyproject.toml"])
def test_ruff_does_not_read_what_a_repository_tells_it_to(tmp_path: Path, name: str, file: str) -> None:
    place, away = smelly(tmp_path / "place"), tmp_path / "away"
    text = RUFF.format(away=away)
    if file == "pyproject.toml":
        text = "[tool.ruff]\n" + text.replace("[lint]", "[tool.ruff.lint]")
    commit(place, {file: text, ".libcst.codemod.yaml": f"formatter: [touch, {tmp_path}/canary]\n"})
    assert called(name, place, away).code in {0, 1}
    assert not (away / "cache").exists()
    assert not (tmp_path / "canary").exists()
    assert not list(place.rglob(".ruff_cache"))
