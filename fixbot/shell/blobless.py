"""Looks at a repository on a server: its commits and trees come here, a file's content only when it is asked for."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from fixbot.errors import OperatorError
from fixbot.shell.git import Entry, Git, refused
from fixbot.shell.network import towards
from fixbot.shell.repository import first_line, listed

_DEPTH = 100  # commits of the base, so that what fixbot made on an earlier one can be told
_TIP = "refs/fixbot/tip"
#: The commands of git that talk to the server: `cat-file` asks it for a content that is not here.
_ASKING = frozenset({"cat-file", "fetch"})


class Blobless(Git):
    """A bare repository in an empty folder: nothing is checked out, and no hook or filter has a place there.

    Args:
        folder: where it is made.
        url: the address of the repository on its server.
        token: what the server is shown; it stands in no file and in no argument.

    Raises:
        OperatorError: git itself is missing, or does not accept the token.
    """

    def __init__(self, folder: Path, url: str, token: str = "") -> None:
        self.directory = self.git_dir = folder
        self._around: dict[str, str] = {"GIT_DIR": str(folder)}
        self._url, self._way = url, towards(url, token)
        self._run("init", "--quiet", "--bare", "--template=", str(folder))
        self._format = "sha1"  # what git makes where no setting says otherwise
        for key, value in {"url": url, "promisor": "true", "partialCloneFilter": "blob:none"}.items():
            self._run("config", f"remote.origin.{key}", value)

    def _try(
        self, *args: str, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        way = self._way if args[0] in _ASKING else {}
        return super()._try(*args, stdin=stdin, env={**way, **(env or {})})

    def fetch(self, branch: str | None = None) -> str:
        """Bring the last commits of a branch here, without contents, and return the newest.

        Args:
            branch: its name; None stands for the one that the server shows first.

        Raises:
            ForgeError: the server did not answer, or has no such branch.
            OperatorError: it does not accept the token.
        """
        ref = "HEAD" if branch is None else f"refs/heads/{branch}"
        options = (f"--depth={_DEPTH}", "--filter=blob:none", "--no-tags", "--no-write-fetch-head")
        done = self._try("fetch", "--quiet", *options, "origin", f"+{ref}:{_TIP}")
        if done.returncode != 0:
            raise refused(self._url, done)
        return first_line(self._run("rev-parse", "--verify", f"{_TIP}^{{commit}}"))

    def current_branch(self) -> str:
        """Return none: nothing is checked out.

        Raises:
            OperatorError: always.
        """
        message = "nothing is checked out: name a branch with --base BRANCH"
        raise OperatorError(message)

    def entries(self, commit: str) -> Iterator[Entry]:
        """Yield every file of a commit; sizes are not known."""
        yield from listed(self._run("ls-tree", "-r", "-z", "--full-tree", commit))
