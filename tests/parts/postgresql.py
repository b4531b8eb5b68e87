"""A PostgreSQL server of its own: `initdb` and `postgres` in a temporary folder, as a user who may run them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The one who may do everything there. Over the socket nobody is asked for a password, over the network all are.
USER, PASSWORD = "keeper", "correct-horse"
_PATIENCE = 60  # seconds until it answers
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs: the folder of its socket, its port (the same on 127.0.0.1), and its process."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def url(self, database: str, user: str = USER) -> str:
        """Return the address of a database by way of the socket."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}&port={self.port}"

    def networked(self, database: str, user: str = USER) -> str:
        """Return the address of a database by way of the network."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, database: str, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement; give its rows."""
        import psycopg  # noqa: PLC0415 - not every machine has it

        where = f"host={self.folder} port={self.port} user={USER} dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            done = connection.execute(sql.encode())
            return done.fetchall() if done.description else []


def programs() -> Path | None:
    """Return the folder of the server's programs, which Debian keeps off PATH; None where there are none."""
    found = shutil.which("initdb")
    newest = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return Path(found).parent if found else newest[-1].parent if newest else None


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Run a server that has only what it brings with it; nothing of it is left."""
    who = _who()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=_open_to_all() if who else None))
    try:
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        for path in (folder, secret):
            shutil.chown(path, who) if who else None
        _made(programs, folder, secret, who)
        with _serving(programs, folder, who) as server:
            yield server
    finally:
        shutil.rmtree(folder)


def _made(programs: Path, folder: Path, secret: Path, who: str | None) -> None:
    ways = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--no-locale"]
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", USER, "--no-sync", *ways]
    subprocess.run(command, check=True, capture_output=True, user=who, cwd=folder)


@contextmanager
def _serving(programs: Path, folder: Path, who: str | None) -> Iterator[Server]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    ways = {"listen_addresses": "127.0.0.1", "fsync": "off", "unix_socket_directories": folder, "port": port}
    options = [word for name, value in ways.items() for word in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log, user=who, cwd=folder) as process:
        server = Server(folder, port, process)
        try:
            _await(server)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once; what it holds is thrown away anyway
            process.wait(_PATIENCE)


def _await(server: Server) -> None:
    import psycopg  # noqa: PLC0415 - not every machine has it

    end = time.monotonic() + _PATIENCE
    while True:
        try:
            server.run("postgres", "SELECT 1")
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > end:
                raise AssertionError((server.folder / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return


def _who() -> str | None:
    """Return whom to run it as, since it refuses root; None for whoever runs this."""
    if os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415 - not every machine has it

    there = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in there else "nobody"


def _open_to_all() -> Path:
    """Return a folder for temporary files that everybody can get into, which root's own may not be."""
    places = [Path(tempfile.gettempdir()), Path("/dev/shm"), Path("/var/tmp"), Path("/tmp")]  # noqa: S108 - what is made there has a name of its own
    return next(
        place
        for place in places
        if place.is_dir() and all(folder.stat().st_mode & stat.S_IXOTH for folder in (place, *place.parents))
    )
