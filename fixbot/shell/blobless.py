"""Looks at a repository on a server: its commits and trees come here, a file's content only when it is asked for."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from fixbot.errors import OperatorError
from fixbot.shell.git import Entry, Git, refused
from fixbot.shell.network import towards
from fixbot.shell.repository import first_line, listed

_DEPTH = 100  # commits of the base, so that what fixbot made on an earlier one can be told
_TIP = "refs/fixbot/tip"
_NO_HEAD = "couldn't find remote ref HEAD"
#: The commands of git that talk to the server: `cat-file` asks it for a content that is not here.
_ASKING = frozenset({"cat-file", "fetch"})
# Told which commits are here, the server leaves out what these hold, and that is every content that is asked for.
_TELL_NOTHING = ("-c", "fetch.negotiationAlgorithm=noop")


class Blobless(Git):
    """A bare repository in an empty folder: nothing is checked out, and no hook or filter has a place there.

    The folder belongs to one process at a time: what a git that was killed has locked there is free again.

    Args:
        folder: where it is made, or was made before.
        url: the address of the repository on its server.
        token: what the server is shown; it stands in no file and in no argument.

    Raises:
        OperatorError: git itself is missing, or does not accept the token.
    """

    def __init__(self, folder: Path, url: str, token: str = "") -> None:
        self.directory = self.git_dir = folder
        self._around: dict[str, str] = {"GIT_DIR": str(folder)}
        self._url, self._way = url, towards(url, token)
        self._format = "sha1"  # what git makes where no setting says otherwise
        _unlock(folder)
        settings = _settings(url)
        if not _is_set_up(folder, settings):
            self._run("init", "--quiet", "--bare", "--template=", str(folder))
            for key, value in settings.items():
                self._run("config", key, value)

    def _try(
        self, *args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        way = self._way if not _ASKING.isdisjoint(args[:3]) else {}
        return super()._try(*args, stdin=stdin, env={**way, **(env or {})})

    def fetch(self, branch: str | None = None) -> str:
        """Bring the last commits of a branch here, without contents, and return the newest.

        Args:
            branch: its name; None stands for the one that the server shows first.

        Raises:
            ForgeError: the server did not answer, or has no such branch.
            OperatorError: it does not accept the token.
        """
        return self._tip_of(self._fetched("HEAD" if branch is None else f"refs/heads/{branch}"))

    def newest(self) -> str | None:
        """Do what `fetch` does with the branch that the server shows first; return None where it has none.

        Raises:
            ForgeError: the server did not answer.
            OperatorError: it does not accept the token.
        """
        done = self._fetched("HEAD")
        return None if _NO_HEAD in os.fsdecode(done.stderr) else self._tip_of(done)

    def _fetched(self, ref: str) -> subprocess.CompletedProcess[bytes]:
        options = (f"--depth={_DEPTH}", "--filter=blob:none", "--no-tags", "--no-write-fetch-head")
        return self._try("fetch", "--quiet", *options, "origin", f"+{ref}:{_TIP}")

    def _tip_of(self, done: subprocess.CompletedProcess[bytes]) -> str:
        if done.returncode != 0:
            raise refused(self._url, done)
        return first_line(self._run("rev-parse", "--verify", f"{_TIP}^{{commit}}"))

    def bring(self, blobs: Sequence[str]) -> None:
        """Bring the contents with these ids here that are not here yet, in one request.

        Raises:
            ForgeError: the server did not answer, or does not give them.
            OperatorError: it does not accept the token.
        """
        # asked about one of them, git would fetch it by itself, each in a request of its own
        here = set(self._run("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)").split())
        missing = "".join(f"{blob}\n" for blob in blobs if blob.encode() not in here)
        if not missing:
            return
        options = ("--no-tags", "--no-write-fetch-head", "--filter=blob:none", "--recurse-submodules=no", "--stdin")
        done = self._try(*_TELL_NOTHING, "fetch", "--quiet", *options, "origin", stdin=missing.encode())
        if done.returncode != 0:
            raise refused(self._url, done)

    def current_branch(self) -> str:
        """Return none: nothing is checked out.

        Raises:
            OperatorError: always.
        """
        message = "nothing is checked out: name a branch with --base BRANCH"
        raise OperatorError(message)

    def entries(self, commit: str) -> Iterator[Entry]:
        """Yield every file of a commit; sizes are not known."""
        done = self._about(commit, "ls-tree", "-r", "-z", "--full-tree", commit)
        yield from listed(self._said("ls-tree", done))


def _settings(url: str) -> dict[str, str]:
    # git tidies up by itself after a fetch: in the background it would hold locks that nobody knows to be in use
    tidying = {"gc.autoDetach": "false", "maintenance.autoDetach": "false"}
    origin = {"url": url, "promisor": "true", "partialCloneFilter": "blob:none"}
    return {f"remote.origin.{key}": value for key, value in origin.items()} | tidying


def _is_set_up(folder: Path, settings: Mapping[str, str]) -> bool:
    """Say whether a folder is a repository with some settings; reading its file saves a process for each."""
    if not ((folder / "HEAD").is_file() and all((folder / name).is_dir() for name in ("objects", "refs"))):
        return False
    try:
        lines = (folder / "config").read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return False
    section, found = "", set()
    for line in lines:
        key, _, value = line.strip().partition(" = ")
        section = _section(line) if line.startswith("[") else section
        found.add((f"{section}.{key}".lower(), value))
    return all((key.lower(), value) in found for key, value in settings.items())


def _section(line: str) -> str:
    return line.strip("[]").replace('"', "").replace(" ", ".")


def _unlock(folder: Path) -> None:
    """Take the locks in a repository away; links lead to other places, and are not followed."""
    if folder.is_symlink():
        return
    for place, folders, names in os.walk(folder):
        if Path(place) == folder / "objects":
            folders[:] = [name for name in folders if len(name) > len("ff")]  # the others hold objects alone
        for name in names:
            if name.endswith(".lock"):
                with suppress(OSError):
                    Path(place, name).unlink()
