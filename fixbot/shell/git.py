"""Writes objects, branches and pushes with git's plumbing; never the working tree, the index, hooks or filters."""

from __future__ import annotations

import copy
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self
from urllib.parse import urlsplit

from fixbot.errors import BlockedError, FixbotError, ForgeError, OperatorError, TokenError
from fixbot.shell import programs
from fixbot.shell.environment import safe_environment
from fixbot.shell.network import lost, towards, without_logins
from fixbot.shell.repository import Entry, Repository, first_line

__all__ = ["Entry", "Git", "Identity"]
_TIMEOUT = 600  # seconds


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a commit is by and when, in git's own form (`1700000000 +0000`)."""

    name: str
    email: str
    date: str


class Git(Repository):
    """A repository that can be written to."""

    @contextmanager
    def apart(self) -> Iterator[Self]:
        """Give the same repository, whose new objects go to a temporary folder: ids without a trace."""
        with tempfile.TemporaryDirectory(prefix="fixbot-") as folder:
            other = self._with({"GIT_OBJECT_DIRECTORY": folder, **self._borrowed()})
            other._known.update({args: done for args, done in self._known.items() if done.returncode == 0})  # noqa: SLF001 - its own copy
            yield other

    @contextmanager
    def holding(self, commit: str, url: str, token: str = "") -> Iterator[Self]:
        """Fetch a commit and its parents to a temporary repository, which borrows what is here, and give that.

        Raises:
            ForgeError: the remote did not answer, or does not have the commit.
            OperatorError: the remote did not accept the token.
        """
        is_whole = not self.is_partial()  # else its commits do not tell the remote what is here
        with self._elsewhere(borrowing=is_whole) as around:
            options = ("--quiet", "--depth=2", "--no-tags", "--no-write-fetch-head")
            done = self._try("fetch", *options, "--", url, commit, env=towards(url, token) | around)
            if done.returncode != 0:
                raise refused(url, done)
            yield self._with(around)

    @contextmanager
    def _aside(self) -> Iterator[dict[str, str]]:
        """Give surroundings in which no setting of a clone counts, to talk to a remote in.

        Settings name other addresses, proxies and programs, also for one address alone, and what is laid over them
        does not reach all of these. A repository with surroundings of its own was made by fixbot.
        """
        if "GIT_DIR" in self._around:
            yield {}
            return
        with self._elsewhere(borrowing=True) as around:
            yield around

    @contextmanager
    def _elsewhere(self, *, borrowing: bool) -> Iterator[dict[str, str]]:
        """Give the surroundings of an empty repository; with `borrowing` it has the objects that are here."""
        with tempfile.TemporaryDirectory(prefix="fixbot-") as folder:
            _make_bare(Path(folder), self._format)
            around = {"GIT_DIR": folder} | (self._borrowed() if borrowing else {})
            shallow = self.git_dir / "shallow"
            if borrowing and shallow.is_file():  # else the remote believes that all history is here
                shutil.copyfile(shallow, Path(folder) / "shallow")
            yield around

    def _with(self, around: Mapping[str, str]) -> Self:
        other = copy.copy(self)
        other._around = self._around | dict(around)  # noqa: SLF001 - its own copy
        other.__dict__.pop("_known", None)  # it sees more
        return other

    def _borrowed(self) -> dict[str, str]:
        objects = str(self.git_dir / "objects").replace("\\", "\\\\").replace('"', '\\"')
        return {"GIT_ALTERNATE_OBJECT_DIRECTORIES": f'"{objects}"'}

    def date_of(self, commit: str) -> str:
        """Return when a commit was made, in git's own form."""
        # `git show` reads `.gitmodules` of the working tree, and ends where that holds what git does not like.
        done = self._about(commit, "rev-list", "--max-count=1", "--format=%cd", "--date=raw", commit, "--")
        return os.fsdecode(self._said("rev-list", done)).splitlines()[1]

    def trees_below(self, commit: str) -> tuple[str, ...]:
        """Return the ids of the trees below a commit's own, each once."""
        listed = self._run("ls-tree", "-r", "-d", "-z", "--full-tree", commit).split(b"\0")
        found = (record.partition(b"\t")[0].decode().split() for record in listed if record)
        return tuple(sorted({name for _mode, kind, name in found if kind == "tree"}))

    def pack(self, names: Iterable[str], to: IO[bytes]) -> None:
        """Write objects that are here into a file, in git's own format.

        Raises:
            OperatorError: one is not here, or the file cannot be written.
            ForgeError: it took too long.
        """
        listed = "".join(f"{name}\n" for name in names).encode()
        command = ["git", "-C", str(self.directory), "pack-objects", "--stdout", "--quiet", "--threads=1"]
        surroundings = safe_environment() | self._around
        try:
            done = programs.run(command, stdin=listed, stdout=to, timeout=_TIMEOUT, env=surroundings)
        except subprocess.TimeoutExpired as exc:
            message = f"git pack-objects did not finish in {_TIMEOUT} seconds"
            raise ForgeError(message) from exc
        if done.returncode != 0:
            raise OperatorError(self._failed("pack-objects", done))

    def write_blob(self, content: bytes) -> str:
        """Store bytes as they are, without filters, and return their id."""
        return first_line(self._run("hash-object", "-w", "--stdin", "--no-filters", stdin=content))

    def write_tree(self, base: str, files: Mapping[str, tuple[str, str]]) -> str:
        """Return the id of tree `base` with some files replaced; `files` gives mode and blob by path."""
        with tempfile.TemporaryDirectory(prefix="fixbot-") as folder:
            env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._run("read-tree", base, env=env)
            lines = b"".join(
                f"{mode} {blob}\t".encode() + os.fsencode(path) + b"\0" for path, (mode, blob) in files.items()
            )
            self._run("update-index", "-z", "--index-info", stdin=lines, env=env)
            return first_line(self._run("write-tree", "--missing-ok", env=env))

    def write_commit(self, tree: str, parent: str, message: str, who: Identity) -> str:
        """Store a commit and return its id, which depends on the arguments alone."""
        env = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _signature(who).items()}
        return first_line(self._run("commit-tree", tree, "-p", parent, stdin=message.encode(), env=env))

    def move_branch(self, branch: str, new: str, old: str | None) -> None:
        """Point a local branch at a commit, provided it still points at `old` (None: does not exist).

        Raises:
            ForgeError: the branch is somewhere else by now.
            BlockedError: another branch's name stands in the way.
        """
        done = self._try("update-ref", "--create-reflog", f"refs/heads/{branch}", new, old or "0" * len(new))
        if done.returncode != 0:
            _mind_the_way(branch, os.fsdecode(done.stderr))
            message = f"the branch {branch} cannot be moved: {first_line(done.stderr)}"
            raise ForgeError(message)

    def remote_heads(self, url: str, prefix: str, token: str = "") -> dict[str, str]:
        """Ask a remote for the branches that begin with `prefix`; return their commits by name.

        Raises:
            ForgeError: the remote did not answer.
            OperatorError: the remote did not accept the token.
        """
        with self._aside() as around:
            done = self._try("ls-remote", "--", url, f"refs/heads/{prefix}*", env=towards(url, token) | around)
        if done.returncode != 0:
            raise refused(url, done)
        pairs = (line.split("\t") for line in os.fsdecode(done.stdout).splitlines())
        return {ref.removeprefix("refs/heads/"): commit for commit, ref in pairs}

    def push(self, url: str, branch: str, new: str, old: str | None, token: str = "") -> None:
        """Push a commit to a branch, provided the remote still has `old` there (None: no such branch).

        Raises:
            ForgeError: the remote refused, or the branch is somewhere else by now.
            OperatorError: the remote did not accept the token.
            BlockedError: another branch's name stands in the way.
        """
        ref = f"refs/heads/{branch}"
        options = ("--quiet", "--porcelain", "--no-verify", f"--force-with-lease={ref}:{old or ''}")
        with self._aside() as around:
            done = self._try("push", *options, "--", url, f"{new}:{ref}", env=towards(url, token) | around)
        if done.returncode != 0:
            _mind_the_way(branch, os.fsdecode(done.stdout + done.stderr))
            raise refused(url, done)


def _make_bare(folder: Path, kind: str) -> None:
    """Make an empty repository without a process: gitrepository-layout(5) says what one needs.

    Args:
        folder: an empty folder.
        kind: how its objects are named, `sha1` or another that git knows.
    """
    for name in ("objects", "refs"):
        (folder / name).mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    settings = "[core]\n\trepositoryformatversion = {}\n\tbare = true\n"
    more = "" if kind == "sha1" else f"[extensions]\n\tobjectformat = {kind}\n"
    (folder / "config").write_text(settings.format(1 if more else 0) + more, "utf-8")


def _mind_the_way(branch: str, said: str) -> None:
    """Look whether git says that a branch cannot be because of another one's name.

    Raises:
        BlockedError: it does.
    """
    other = re.search(r"'refs/heads/([^']+)' exists; cannot create", said)
    if other is not None:
        message = f"the branch {other[1]} stands in the way of {branch}: rename it"
        raise BlockedError(message)


def _signature(who: Identity) -> dict[str, str]:
    # without the @ git takes small numbers for something else
    return {"NAME": who.name, "EMAIL": who.email, "DATE": f"@{who.date}"}


def refused(url: str, done: subprocess.CompletedProcess[bytes]) -> FixbotError:
    """Return the error that says why a remote did not do what was asked, and whose fault that is."""
    said = without_logins(os.fsdecode(done.stdout + done.stderr))
    where = urlsplit(url)._replace(query="", fragment="")
    shown = where._replace(netloc=where.netloc.rpartition("@")[2]).geturl()
    if "stale info" in said or "fetch first" in said or "non-fast-forward" in said:
        return ForgeError(f"{shown}: the branch was moved by somebody else in the meantime; run fixbot again")
    if where.scheme in {"", "file"} and "does not appear to be a git repository" in said:
        return ForgeError(f"{shown} does not exist, or is no git repository")
    if (error := lost(shown, said)) is not None:
        return error
    if re.search(r"could not read Username|Authentication failed|returned error: 40[13]", said):
        kind = OperatorError if "returned error: 403" in said else TokenError
        return kind(f"{shown} does not accept the token: check that GITHUB_TOKEN may write to it")
    if "not found" in said.lower() or "does not appear to be a git repository" in said:
        return ForgeError(f"{shown} does not exist, or the token may not see it")
    last = [line for line in said.splitlines() if line.strip()]
    return ForgeError(f"{shown}: git says: {last[-1].strip() if last else f'exit {done.returncode}'}")
