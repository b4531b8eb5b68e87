"""Serves HTTP on a free local port for as long as a `with` block lasts."""

from __future__ import annotations

import contextlib
from _thread import start_new_thread
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping


class Handler(BaseHTTPRequestHandler):
    """Reads a whole request and sends a whole answer, which closes the connection unless the handler keeps it."""

    protocol_version = "HTTP/1.1"  # git sends "Expect: 100-continue", which 1.0 would leave unanswered
    timeout = 60
    keeps = False

    def body(self) -> bytes:
        """Give the request's body, whether its length was announced or it came in chunks."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send one complete answer."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "keep-alive" if self.keeps else "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Stay silent: a test asks the part what happened instead of reading its log."""

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers


class Server(ThreadingHTTPServer):
    """Serves on a free port of 127.0.0.1.

    Its threads begin below `threading`, which is where coverage sets its trace: CPython 3.11 refuses to take that off
    two threads at once (`PyEval_SetTrace`), and a test that is not measured takes it off all of them.
    """

    def __init__(self, handler: type[Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:  # noqa: ANN401 - as socketserver has it
        """Handle one connection in a thread of its own."""
        start_new_thread(self.process_request_thread, (request, client_address))

    @contextlib.contextmanager
    def running(self) -> Iterator[int]:
        """Serve while the block runs; gives the port."""
        start_new_thread(self.serve_forever, (0.02,))
        try:
            yield self.server_port
        finally:
            self.shutdown()


@contextlib.contextmanager
def serving(handler: type[Handler]) -> Iterator[int]:
    """Serve with `handler` while the block runs; gives the port."""
    with Server(handler) as server, server.running() as port:
        yield port
