"""Runs the GitHub emulator `emulate` on a free local port for as long as a `with` block lasts."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.parts import node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# Node need not compile the same code for every test.
_COMPILED = {"NODE_COMPILE_CACHE": str(node.cache() / "compiled")}
PATIENCE = 30.0  # seconds until a start counts as failed; it takes about 0.3


class PortTakenError(Exception):
    """Somebody took the port between finding it free and listening on it."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator; `token` is its one user's who may write."""

    port: int
    token: str

    def call(self, method: str, path: str, body: object = None, *, token: str = "") -> Any:  # noqa: ANN401 - JSON is any
        """Ask the emulator directly, past the recorder; gives the decoded answer, None where it is empty.

        Args:
            method: of the request.
            path: of the request, with its query.
            body: sent as JSON.
            token: whose; the owner's where there is none.

        Raises:
            AssertionError: the emulator refuses.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"token {token or self.token}", "Content-Type": "application/json"}
        with contextlib.closing(connection):
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read()
        assert response.status < 400, f"{method} {path}: {response.status} {text.decode()}"
        return json.loads(text) if text else None


@contextlib.contextmanager
def running(folder: Path, *, base_url: str, token: str, seed: Mapping[str, object]) -> Iterator[Emulator]:
    """Run the emulator while the block runs.

    Args:
        folder: gets the seed and the log.
        base_url: the address that the emulator's answers name as its own.
        token: a token in `seed`.
        seed: users, repositories and tokens, as `emulate`'s README describes them.

    Raises:
        UnavailableError: the emulator cannot be had on this machine.
    """
    (folder / "seed.yaml").write_text(json.dumps(seed), "utf-8")  # JSON is YAML
    with (folder / "emulator.log").open("w+b") as log:
        process, port = _start(folder, base_url, log.fileno())
        try:
            yield Emulator(port, token)
        finally:
            _stop(process)


def _start(folder: Path, base_url: str, log: int) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(3):
        port = _free_port()
        command = [str(node.node()), str(node.installed()), "start", "--service", "github"]
        options = ["--seed", str(folder / "seed.yaml"), "--port", str(port), "--base-url", base_url]
        process = subprocess.Popen(
            [*command, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **_COMPILED}
        )
        try:
            _wait(process, folder / "emulator.log")
        except PortTakenError:
            continue
        except BaseException:
            _stop(process)
            raise
        return process, port
    message = "no port stayed free long enough"
    raise AssertionError(message)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until this process says that it listens; asking the port might reach another one's emulator."""
    deadline = time.monotonic() + PATIENCE
    while "Ready." not in (said := log.read_text("utf-8", "replace")):
        if process.poll() is not None and "EADDRINUSE" in said:
            raise PortTakenError
        assert process.poll() is None, f"the emulator ended: {said}"
        assert time.monotonic() < deadline, f"the emulator does not get ready: {said}"
        time.sleep(0.01)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
