"""A git server that asks for a token: git's own `http-backend` behind Basic authentication, on 127.0.0.1."""

from __future__ import annotations

import base64
import contextlib
import os
import subprocess
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.parts.git import git
from tests.parts.http import Handler, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# as GitHub does
_ALLOWED = """\
[http]
\treceivepack = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
"""


class GitServer:
    """Serves the bare repositories under `root` to whoever sends the token, and counts what is asked.

    Attributes:
        counts: how many requests of each kind came in with the right token (`advertise-fetch`,
            `advertise-push`, `fetch`, `push`, `probe`) or without it (`refused`).
        before: called with each request's kind before anything is done; where it says so, the connection is cut.
        on_push: called with the bare repository after each push, before the client hears of it; where it says so,
            the client hears nothing.
    """

    def __init__(self, root: Path, token: str) -> None:
        self.root = root
        self.token = token
        self.counts: Counter[str] = Counter()
        self.before: Callable[[str], bool] = lambda _kind: False
        self.on_push: Callable[[Path], bool] = lambda _repository: False
        self._port = 0

    @property
    def url(self) -> str:
        """The server's address, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def basic(self) -> str:
        """The value of the one `Authorization` header that is let in."""
        return "Basic " + base64.b64encode(f"x-access-token:{self.token}".encode()).decode()

    def clone_url(self, name: str) -> str:
        """Give the address to clone `owner/name` from; it holds no token."""
        return f"{self.url}/{name}.git"

    def repository(self, name: str) -> Path:
        """Give the path of the bare repository `owner/name`; it need not exist."""
        return self.root / f"{name}.git"

    def create(self, name: str) -> Path:
        """Make an empty bare repository `owner/name` whose branch is `main`; gives its path."""
        path = self.repository(name)
        path.mkdir(parents=True)
        git(path, "init", "--quiet", "--bare", "--initial-branch=main")
        with (path / "config").open("a", encoding="utf-8") as config:
            config.write(_ALLOWED)
        return path

    @contextlib.contextmanager
    def running(self) -> Iterator[GitServer]:
        """Serve while the block runs."""
        with serving(_handler(self)) as port:
            self._port = port
            yield self


def auth_environment(url: str, token: str) -> dict[str, str]:
    """Give the environment in which git sends `token` to the server of `url`, to no other, and runs no hook.

    Git reads such settings from GIT_CONFIG_COUNT (git-config(1), "ENVIRONMENT"), so that the token stands
    neither in the arguments nor in .git.
    """
    parts = urlsplit(url)
    secret = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    settings = {
        f"http.{parts.scheme}://{parts.netloc}/.extraHeader": f"Authorization: Basic {secret}",
        "core.hooksPath": os.devnull,
        "credential.helper": "",
    }
    numbered = {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_COUNT": str(len(settings))}
    for number, (name, value) in enumerate(settings.items()):
        numbered |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return numbered


def _handler(server: GitServer) -> type[Handler]:
    class Backend(Handler):
        def serve(self) -> None:
            body = self.body()  # also of a request that is refused: an unread body resets the connection
            if self.headers.get("Authorization") != server.basic:
                server.counts["refused"] += 1
                self.answer(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
                return
            kind = _kind(self.path, body)
            server.counts[kind] += 1
            if server.before(kind):
                self.close_connection = True
                return
            answer = _backend(server.root, self, body)
            bare = server.root / self.path.removesuffix("/git-receive-pack").lstrip("/")
            if kind == "push" and server.on_push(bare):
                self.close_connection = True
                return
            head, _, content = answer.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
            self.answer(int(headers.pop("Status", "200").split()[0]), headers, content)

        do_GET = do_POST = serve  # noqa: N815 - names that http.server calls

    return Backend


def _kind(path: str, body: bytes) -> str:
    if body == b"0000":
        return "probe"  # git asks whether it is let in before it sends something large
    direction = "push" if "git-receive-pack" in path else "fetch"
    return f"advertise-{direction}" if "/info/refs" in path else direction


def _backend(root: Path, request: Handler, body: bytes) -> bytes:
    """Run `git http-backend`, a CGI program (RFC 3875); gives its headers and content."""
    url = urlsplit(request.path)
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REQUEST_METHOD": request.command,
        "PATH_INFO": url.path,
        "QUERY_STRING": url.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "REMOTE_USER": "x-access-token",
    }
    done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
    return done.stdout  # where it fails it has said so to the client, who may have asked for what is not there
