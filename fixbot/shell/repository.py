"""Reads a git repository: its commits, branches and settings; never its working tree, and writes nothing."""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from fixbot.errors import ForgeError, OperatorError
from fixbot.marker import is_of_fixbot, marker_of_commit
from fixbot.model import Touched
from fixbot.shell import programs
from fixbot.shell.environment import configured, safe_environment

_HEADS = "refs/heads/"
_TIMEOUT = 600
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree: its mode (`100644`, `120000`, …), its blob, its size in bytes (0 if unknown) and its path."""

    mode: str
    blob: str
    size: int
    path: str


class Repository:
    """One repository, seen from one of its directories.

    Raises:
        OperatorError: the directory is in no git repository, or git itself is missing.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._around: dict[str, str] = {}
        if not directory.is_dir():
            message = f"no such directory: {directory}"
            raise OperatorError(message)
        found = self._try("rev-parse", "--path-format=absolute", "--git-common-dir", "--show-object-format")
        if found.returncode != 0:
            raise OperatorError(_no_repository(directory, os.fsdecode(found.stderr)))
        place, _, self._format = os.fsdecode(found.stdout).strip().rpartition("\n")
        self.git_dir = Path(place)

    def _try(
        self, *args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return programs.run(
                ["git", "-C", str(self.directory), *args],
                stdin=stdin,
                timeout=_TIMEOUT,
                env=safe_environment() | self._around | dict(env or {}),
            )
        except FileNotFoundError as exc:
            message = "git is not installed, or not on PATH"
            raise OperatorError(message) from exc
        except subprocess.TimeoutExpired as exc:
            message = f"git {args[0]} did not finish in {_TIMEOUT} seconds"
            raise ForgeError(message) from exc

    def _run(self, *args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        return self._said(args[0], self._try(*args, stdin=stdin, env=env))

    def _said(self, word: str, done: subprocess.CompletedProcess[bytes]) -> bytes:
        if done.returncode != 0:
            raise OperatorError(self._failed(word, done))
        return done.stdout

    @cached_property
    def _known(self) -> dict[tuple[str, ...], subprocess.CompletedProcess[bytes]]:
        """What was asked once."""
        return {}

    def _once(self, *args: str, final: Collection[int] = (0,)) -> subprocess.CompletedProcess[bytes]:
        """Ask what stays true, such as what is behind an id, and remember it if git ends with a `final` code."""
        done = self._known.get(args) or self._try(*args)
        if done.returncode in final:
            self._known[args] = done
        return done

    def _about(self, commit: str, *args: str) -> subprocess.CompletedProcess[bytes]:
        """Ask about a commit, once where it is named by its id."""
        return (self._once if _ID.match(commit) else self._try)(*args)

    def _failed(self, word: str, done: subprocess.CompletedProcess[bytes]) -> str:
        said = os.fsdecode(done.stderr)
        if any(sign in said.lower() for sign in ("insufficient permission", "permission denied", "read-only file")):
            return f"{self.git_dir} cannot be written: make it writable, or use --dry-run"
        return f"git {word} failed: {first_line(done.stderr) or f'exit {done.returncode}'}"

    def top(self) -> Path:
        """Return the top of the working tree, and where there is none the directory itself."""
        done = self._try("rev-parse", "--show-toplevel")
        return Path(first_line(done.stdout)) if done.returncode == 0 else self.directory

    def current_branch(self) -> str:
        """Return the branch that is checked out.

        Raises:
            OperatorError: HEAD is detached.
        """
        done = self._try("symbolic-ref", "--quiet", "HEAD")  # its short form is not short where a tag has that name
        name = first_line(done.stdout)
        if done.returncode != 0 or not name.startswith(_HEADS):
            message = "HEAD is detached: check out a branch, or name one with --base BRANCH"
            raise OperatorError(message)
        return name.removeprefix(_HEADS)

    def default_branch(self) -> str | None:
        """Return the branch that `origin` shows first; without that `main` or `master`, None where neither is there."""
        done = self._try("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
        if done.returncode == 0:
            return first_line(done.stdout).removeprefix("refs/remotes/origin/")
        known = ("main", "master")
        return next((name for name in known if self.resolve(f"{_HEADS}{name}") is not None), None)

    def occupied(self) -> dict[str, str]:
        """Return the branches that are checked out in some working tree, with the place of that tree."""
        place, found = "", {}
        for line in os.fsdecode(self._run("worktree", "list", "--porcelain")).splitlines():
            word, _, value = line.partition(" ")
            place = value if word == "worktree" else place
            if word == "branch":
                found[value.removeprefix(_HEADS)] = place
        return found

    def has_changes(self) -> bool:
        """Say whether tracked files of the working tree differ from its commit; no filter of the repository runs."""
        listed = self._try("config", "--name-only", "-z", "--get-regexp", r"^filter\..*\.(clean|process|required)$")
        keys = [key for key in os.fsdecode(listed.stdout).split("\0") if key]
        off = {key: "false" if key.endswith(".required") else "" for key in keys}
        done = self._try(
            "status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all", env=configured(off)
        )
        return done.returncode == 0 and bool(done.stdout)

    def resolve(self, ref: str) -> str | None:
        """Return the id of the commit that a full ref (`refs/heads/main`) points at, None where there is none."""
        done = self._about(ref, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        return first_line(done.stdout) if done.returncode == 0 else None

    def tip(self, branch: str) -> str | None:
        """Return the commit of a branch: of the one here, or where there is none, of the one that `origin` had last."""
        return self.resolve(f"refs/heads/{branch}") or self.resolve(f"refs/remotes/origin/{branch}")

    def tree_of(self, commit: str) -> str:
        """Return the id of a commit's tree."""
        return first_line(self._run("rev-parse", "--verify", f"{commit}^{{tree}}"))

    def is_shallow(self) -> bool:
        """Say whether history was cut off when the repository was cloned."""
        return first_line(self._run("rev-parse", "--is-shallow-repository")) == "true"

    def is_partial(self) -> bool:
        """Say whether contents were left out when the repository was cloned."""
        return self._try("config", "--get-regexp", r"^remote\..*\.promisor$").returncode == 0

    def entries(self, commit: str) -> Iterator[Entry]:
        """Yield every file of a commit, symlinks and submodules included, in git's order."""
        done = self._about(commit, "ls-tree", "-r", "-z", "--long", "--full-tree", commit)
        yield from listed(self._said("ls-tree", done))

    def file(self, commit: str, path: str) -> bytes | None:
        """Return one regular file of a commit, None where there is none."""
        return self.files(commit, [path]).get(path)

    def files(self, commit: str, paths: Iterable[str]) -> dict[str, bytes]:
        """Return some files of a commit by their paths, as far as they are there and regular."""
        found = list(listed(self._run("ls-tree", "-z", "--full-tree", commit, "--", *paths)))
        contents = zip(found, self._contents(found), strict=True)
        return {entry.path: content for entry, content in contents if content is not None}

    def diff(self, old: str, new: str) -> str:
        """Return the difference of two commits as text."""
        return os.fsdecode(self._run("diff-tree", "-p", "--no-ext-diff", "--no-textconv", old, new))

    def has(self, commit: str) -> bool:
        """Say whether a commit and its parents are here, which they need not be where history was cut off."""
        parents, _ = self._parents_and_message(commit)
        return bool(parents) and all(self.resolve(parent) is not None for parent in parents)

    def touched(self, commit: str) -> tuple[Touched, ...]:
        """Return what a commit of fixbot's with one parent changes; nothing where it is another one, or not here."""
        message = self._parents_and_message(commit)[1]
        found = self.changes(commit) if marker_of_commit(message, "fixbot") is not None else ()
        return found if is_of_fixbot(message, found) else ()

    def changes(self, commit: str) -> tuple[Touched, ...]:
        """Return what a commit with one parent changes; nothing where it has several, or it is not here."""
        parents, _ = self._parents_and_message(commit)
        if len(parents) != 1 or self.resolve(parents[0]) is None:
            return ()
        told = self._run("diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", parents[0], commit).split(b"\0")
        paths = [os.fsdecode(path) for path in told[1::2]]
        about = [meta.decode().lstrip(":").split() for meta in told[::2]]
        sides = [[Entry(a[at], a[at + 2], 0, p) for a, p in zip(about, paths, strict=False)] for at in (0, 1)]
        contents = self._contents([*sides[0], *sides[1]])
        return tuple(map(Touched, paths, contents, contents[len(paths) :]))

    def _contents(self, entries: Sequence[Entry]) -> list[bytes | None]:
        """Return the content of each regular file, None for anything else, from one git process."""
        wanted = "".join(f"{entry.blob}\n" for entry in entries if entry.mode.startswith("100"))
        said = io.BytesIO(self._run("cat-file", "--batch", stdin=wanted.encode()) if wanted else b"")
        return [_next_blob(said, entry) if entry.mode.startswith("100") else None for entry in entries]

    def _parents_and_message(self, commit: str) -> tuple[list[str], str]:
        """Read the commit as it is stored: where history was cut off, git shows a commit without its parents."""
        done = self._once("cat-file", "commit", commit) if _ID.match(commit) else None
        if done is None or done.returncode != 0:
            return [], ""
        head, _, message = done.stdout.partition(b"\n\n")
        parents = [line.removeprefix(b"parent ").decode() for line in head.split(b"\n") if line.startswith(b"parent ")]
        return parents, message.decode(errors="replace")

    def blobs(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """Yield each entry with its bytes, from one git process; however many entries a blob has, it is held once."""
        with tempfile.TemporaryFile() as wanted, tempfile.TemporaryFile() as errors:
            asked = list(entries)
            counts = Counter(entry.blob for entry in asked)
            shared: dict[str, bytes] = {}
            wanted.write("".join(f"{blob}\n" for blob in counts).encode())
            wanted.seek(0)
            command = ["git", "-C", str(self.directory), "cat-file", "--batch", "--buffer"]
            with subprocess.Popen(  # noqa: S603 - a fixed program, its arguments never through a shell
                command, stdin=wanted, stdout=subprocess.PIPE, stderr=errors, env=safe_environment() | self._around
            ) as process:
                if process.stdout is None:
                    return
                for entry in asked:
                    content = shared.get(entry.blob)
                    if content is None:
                        content = _next_blob(process.stdout, entry)
                    if counts[entry.blob] > 1:
                        shared[entry.blob] = content
                    yield entry, content

    def is_ancestor(self, old: str, new: str) -> bool:
        """Say whether one commit is reachable from another."""
        command = ("merge-base", "--is-ancestor", old, new)
        lasting = _ID.match(old) and _ID.match(new)
        return (self._once(*command, final=(0, 1)) if lasting else self._try(*command)).returncode == 0

    def remote_url(self, name: str = "origin") -> str | None:
        """Return the address that is configured for a remote, None where there is none."""
        done = self._once("config", "--get", f"remote.{name}.url", final=(0, 1))
        return first_line(done.stdout) or None if done.returncode == 0 else None

    def heads(self, prefix: str) -> dict[str, str]:
        """Return the commits of the local branches that begin with `prefix`, by name."""
        found = os.fsdecode(self._run("for-each-ref", "--format=%(objectname)\t%(refname)", f"refs/heads/{prefix}"))
        pairs = (line.split("\t") for line in found.splitlines())
        return {ref.removeprefix(_HEADS): commit for commit, ref in pairs}

    def tracked(self, directory: Path) -> set[str]:
        """Return the paths that the index tracks below a directory, relative to this repository's directory."""
        found = self._run("ls-files", "-z", "--cached", "--", str(directory))
        return {os.fsdecode(path) for path in found.split(b"\0") if path}


def _next_blob(said: IO[bytes], entry: Entry) -> bytes:
    header = said.readline().split()
    if len(header) != 3:  # noqa: PLR2004 - id, kind and size; anything else is "missing"
        message = f"the content of {entry.path} is not here: run `git fetch --refetch`"
        raise OperatorError(message)
    return said.read(int(header[2]) + 1)[:-1]


def listed(said: bytes) -> Iterator[Entry]:
    """Yield what `ls-tree -z` lists; a size that it does not tell is 0."""
    for record in said.split(b"\0"):
        if record:
            meta, _, path = record.partition(b"\t")
            mode, _kind, blob, *size = meta.decode().split()
            yield Entry(mode, blob, int(size[0]) if size and size[0].isdecimal() else 0, os.fsdecode(path))


def first_line(output: bytes) -> str:
    """Return the first line of what git said, without white space around it."""
    return os.fsdecode(output).strip().partition("\n")[0]


def _no_repository(directory: Path, said: str) -> str:
    if "dubious ownership" in said:
        return f"{directory} belongs to somebody else: run fixbot as its owner"
    if "bare repository" in said:
        return f"{directory} is a bare repository: name a clone of it that has a working tree"
    return f"{directory} is not a git repository: run `git init`, or name the right directory"
