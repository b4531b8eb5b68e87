"""Runs git: reads commits and makes commits with plumbing; never the working tree, the index, hooks or filters."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fixbot.errors import ForgeError, OperatorError

_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_TIMEOUT = 600
# Settings of the repository that would make git run a program, and prompts that nobody answers.
_SAFE = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.sshCommand": "ssh -o BatchMode=yes",
    "core.attributesFile": os.devnull,
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "false",
    "commit.gpgSign": "false",
    "protocol.ext.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
    "uploadpack.packObjectsHook": "",
}
_KEPT = (
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "SSH_AUTH_SOCK",
    "SSL_CERT_FILE",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree: its mode (`100644`, `120000`, …), its blob, its size in bytes and its path."""

    mode: str
    blob: str
    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a commit is by and when, in git's own form (`1700000000 +0000`)."""

    name: str
    email: str
    date: str


class Git:
    """One repository, seen from one of its directories.

    Raises:
        OperatorError: the directory is in no git repository, or git itself is missing.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        if not directory.is_dir():
            message = f"no such directory: {directory}"
            raise OperatorError(message)
        found = self._try("rev-parse", "--path-format=absolute", "--git-common-dir")
        if found.returncode != 0:
            raise OperatorError(_no_repository(directory, os.fsdecode(found.stderr)))
        self.git_dir = Path(_line(found.stdout))

    def _try(
        self, *args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - a fixed program, its arguments never through a shell
                ["git", "-C", str(self.directory), *args],  # noqa: S607 - git is found on PATH like any tool
                input=stdin,
                capture_output=True,
                check=False,
                timeout=_TIMEOUT,
                env=safe_environment() | dict(env or {}),
            )
        except FileNotFoundError as exc:
            message = "git is not installed, or not on PATH"
            raise OperatorError(message) from exc
        except subprocess.TimeoutExpired as exc:
            message = f"git {args[0]} did not finish in {_TIMEOUT} seconds"
            raise ForgeError(message) from exc

    def _run(self, *args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        done = self._try(*args, stdin=stdin, env=env)
        if done.returncode != 0:
            message = f"git {args[0]} failed: {_line(done.stderr) or f'exit {done.returncode}'}"
            raise OperatorError(message)
        return done.stdout

    def current_branch(self) -> str:
        """Return the branch that is checked out.

        Raises:
            OperatorError: HEAD is detached.
        """
        done = self._try("symbolic-ref", "--quiet", "--short", "HEAD")
        if done.returncode != 0:
            message = "HEAD is detached: check out a branch, or name one with --base BRANCH"
            raise OperatorError(message)
        return _line(done.stdout)

    def resolve(self, ref: str) -> str | None:
        """Return the id of the commit that a full ref (`refs/heads/main`) points at, None where there is none."""
        done = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        return _line(done.stdout) if done.returncode == 0 else None

    def tree_of(self, commit: str) -> str:
        """Return the id of a commit's tree."""
        return _line(self._run("rev-parse", "--verify", f"{commit}^{{tree}}"))

    def date_of(self, commit: str) -> str:
        """Return when a commit was made, in git's own form."""
        return _line(self._run("show", "--no-patch", "--no-show-signature", "--format=%cd", "--date=raw", commit))

    def is_shallow(self) -> bool:
        """Say whether history was cut off when the repository was cloned."""
        return _line(self._run("rev-parse", "--is-shallow-repository")) == "true"

    def entries(self, commit: str) -> Iterator[Entry]:
        """Yield every file of a commit, symlinks and submodules included, in git's order."""
        for record in self._run("ls-tree", "-r", "-z", "--long", "--full-tree", commit).split(b"\0"):
            if record:
                meta, _, path = record.partition(b"\t")
                mode, _kind, blob, size = meta.decode().split()
                yield Entry(mode, blob, 0 if size == "-" else int(size), os.fsdecode(path))

    def file(self, commit: str, path: str) -> bytes | None:
        """Return one regular file of a commit, None where there is none."""
        listed = self._run("ls-tree", "-z", "--long", "--full-tree", commit, "--", path)
        mode, kind, blob, *_ = listed.partition(b"\t")[0].decode().split() or ["", "", ""]
        if kind != "blob" or mode == "120000":
            return None
        return self._run("cat-file", "blob", blob)

    def diff(self, old: str, new: str) -> str:
        """Return the difference of two commits as text."""
        return os.fsdecode(self._run("diff-tree", "-p", "--no-ext-diff", "--no-textconv", old, new))

    def blobs(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Yield each entry with its bytes, from one git process."""
        with tempfile.TemporaryFile() as wanted, tempfile.TemporaryFile() as errors:
            listed = list(entries)
            wanted.write("".join(f"{entry.blob}\n" for entry in listed).encode())
            wanted.seek(0)
            command = ["git", "-C", str(self.directory), "cat-file", "--batch", "--buffer"]
            with subprocess.Popen(  # noqa: S603 - a fixed program, its arguments never through a shell
                command, stdin=wanted, stdout=subprocess.PIPE, stderr=errors, env=safe_environment()
            ) as process:
                if process.stdout is None:
                    return
                for entry in listed:
                    header = process.stdout.readline().split()
                    if len(header) != 3:  # noqa: PLR2004 - id, kind and size; anything else is "missing"
                        message = f"the content of {entry.path} is not here: run `git fetch --refetch`"
                        raise OperatorError(message)
                    yield entry, process.stdout.read(int(header[2]) + 1)[:-1]

    def write_blob(self, content: bytes) -> str:
        """Store bytes as they are, without filters, and return their id."""
        return _line(self._run("hash-object", "-w", "--stdin", "--no-filters", stdin=content))

    def write_tree(self, base: str, files: Mapping[str, tuple[str, str]]) -> str:
        """Return the id of tree `base` with some files replaced; `files` gives mode and blob by path."""
        with tempfile.TemporaryDirectory(prefix="fixbot-") as folder:
            env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._run("read-tree", base, env=env)
            lines = b"".join(
                f"{mode} {blob}\t".encode() + os.fsencode(path) + b"\0" for path, (mode, blob) in files.items()
            )
            self._run("update-index", "-z", "--index-info", stdin=lines, env=env)
            return _line(self._run("write-tree", env=env))

    def write_commit(self, tree: str, parent: str, message: str, who: Identity) -> str:
        """Store a commit and return its id, which depends on the arguments alone."""
        env = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _signature(who).items()}
        return _line(self._run("commit-tree", tree, "-p", parent, stdin=message.encode(), env=env))

    def move_branch(self, branch: str, new: str, old: str | None) -> None:
        """Point a local branch at a commit, provided it still points at `old` (None: does not exist).

        Raises:
            ForgeError: the branch is somewhere else by now, or another branch's name stands in the way.
        """
        done = self._try("update-ref", "--create-reflog", f"refs/heads/{branch}", new, old or "0" * len(new))
        if done.returncode != 0:
            message = f"the branch {branch} cannot be moved: {_line(done.stderr)}"
            raise ForgeError(message)

    def is_ancestor(self, old: str, new: str) -> bool:
        """Say whether one commit is reachable from another."""
        return self._try("merge-base", "--is-ancestor", old, new).returncode == 0

    def remote_url(self, name: str = "origin") -> str | None:
        """Return the address that is configured for a remote, None where there is none."""
        done = self._try("config", "--get", f"remote.{name}.url")
        return _line(done.stdout) or None if done.returncode == 0 else None

    def remote_heads(self, url: str, prefix: str, token: str = "") -> dict[str, str]:
        """Ask a remote for the branches that begin with `prefix`; return their commits by name.

        Raises:
            ForgeError: the remote did not answer, or did not accept the token.
        """
        done = self._try("ls-remote", "--", url, f"refs/heads/{prefix}*", env=auth(url, token))
        if done.returncode != 0:
            raise ForgeError(_refused(url, done))
        pairs = (line.split("\t") for line in os.fsdecode(done.stdout).splitlines())
        return {ref.removeprefix("refs/heads/"): commit for commit, ref in pairs}

    def heads(self, prefix: str) -> dict[str, str]:
        """Return the commits of the local branches that begin with `prefix`, by name."""
        found = os.fsdecode(self._run("for-each-ref", "--format=%(objectname)\t%(refname)", f"refs/heads/{prefix}"))
        pairs = (line.split("\t") for line in found.splitlines())
        return {ref.removeprefix("refs/heads/"): commit for commit, ref in pairs}

    def push(self, url: str, branch: str, new: str, old: str | None, token: str = "") -> None:
        """Push a commit to a branch, provided the remote still has `old` there (None: no such branch).

        Raises:
            ForgeError: the remote refused, or the branch is somewhere else by now.
        """
        ref = f"refs/heads/{branch}"
        lease = f"--force-with-lease={ref}:{old or ''}"
        done = self._try(
            "push",
            "--quiet",
            "--porcelain",
            "--no-verify",
            lease,
            "--",
            url,
            f"{new}:{ref}",
            env=auth(url, token),
        )
        if done.returncode != 0:
            raise ForgeError(_refused(url, done))

    def tracked(self, directory: Path) -> set[str]:
        """Return the paths that the index tracks below a directory, relative to this repository's directory."""
        found = self._run("ls-files", "-z", "--cached", "--", str(directory))
        return {os.fsdecode(path) for path in found.split(b"\0") if path}


def safe_environment() -> dict[str, str]:
    """Return what git may know: no token, no configuration from outside, nothing of the caller that it does not need."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    env |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:http:https:ssh",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "LC_ALL": "C.UTF-8",
    }
    return env | _config(_SAFE)


def auth(url: str, token: str) -> dict[str, str]:
    """Return the environment that shows a token to one host alone, and to nobody who reads argv or the disk."""
    parts = urlsplit(url)
    if not token or parts.scheme not in {"http", "https"}:
        return {}
    login = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
    return _config(_SAFE | {f"http.{host}.extraHeader": f"Authorization: Basic {login}"})


def _config(values: Mapping[str, str]) -> dict[str, str]:
    numbered = list(enumerate(values.items()))
    keys = {f"GIT_CONFIG_KEY_{i}": key for i, (key, _) in numbered}
    return (
        {"GIT_CONFIG_COUNT": str(len(numbered))} | keys | {f"GIT_CONFIG_VALUE_{i}": value for i, (_, value) in numbered}
    )


def _signature(who: Identity) -> dict[str, str]:
    return {"NAME": who.name, "EMAIL": who.email, "DATE": who.date}


def _line(output: bytes) -> str:
    return os.fsdecode(output).strip().partition("\n")[0]


def _no_repository(directory: Path, said: str) -> str:
    if "dubious ownership" in said:
        return f"{directory} belongs to somebody else: run fixbot as its owner"
    return f"{directory} is not a git repository: run `git init`, or name the right directory"


def _refused(url: str, done: subprocess.CompletedProcess[bytes]) -> str:
    said = os.fsdecode(done.stdout + done.stderr)
    where = urlsplit(url)._replace(query="", fragment="")
    shown = where._replace(netloc=where.netloc.rpartition("@")[2]).geturl()
    if "stale info" in said or "fetch first" in said or "non-fast-forward" in said:
        return f"{shown}: the branch was moved by somebody else in the meantime; run fixbot again"
    if any(word in said for word in ("could not read Username", "Authentication failed", "401", "403")):
        return f"{shown} does not accept the token: check that GITHUB_TOKEN may write to it"
    if "not found" in said.lower() or "does not appear to be a git repository" in said:
        return f"{shown} does not exist, or the token may not see it"
    last = [line for line in said.splitlines() if line.strip()]
    return f"{shown}: git says: {last[-1].strip() if last else f'exit {done.returncode}'}"
