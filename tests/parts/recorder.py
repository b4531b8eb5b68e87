"""A proxy before the GitHub emulator: keeps every request and answer, and lets a test break the next one."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import re
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.parts.http import Handler, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

READS = frozenset({"GET", "HEAD"})
OK, NOT_MODIFIED = 200, 304
# They belong to one connection, not to the message (RFC 9110, 7.6.1).
PER_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; names of headers are lower case and `authorization` is kept apart from them."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    authorization: str
    body: bytes

    @property
    def is_write(self) -> bool:
        """Whether the request may change something."""
        return self.method not in READS

    def json(self) -> Any:  # noqa: ANN401 - JSON is any
        """Give the body as JSON."""
        return json.loads(self.body)

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client got; status 0 is a connection that was closed without an answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:  # noqa: ANN401 - JSON is any
        """Give the body as JSON."""
        return json.loads(self.body)


HANG_UP = Answer(0)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its answer, and whether the emulator ever saw the request."""

    request: Request
    answer: Answer
    forwarded: bool


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` requests that `when` says yes to.

    Attributes:
        when: says yes or no to a request.
        answer: sent to the client instead of the emulator's; None leaves the emulator's.
        forward: whether the emulator does the work before the client hears of the failure.
        delay: seconds before the answer is sent.
        times: how many more requests it strikes.
    """

    when: Callable[[Request], bool]
    answer: Answer | None = None
    forward: bool = False
    delay: float = 0.0
    times: int = 1


class Recorder:
    """Forwards to the emulator, which must advertise `url` as its own address.

    Attributes:
        upstream: the emulator's port.
        exchanges: every request with its answer, in the order in which they were answered.
        before: called with each request before anything is done; an answer from it is all that happens.
        on_write: called with a write after the emulator has answered it, before the client hears of it; an answer
            from it is sent instead of the emulator's.
        keeps: whether connections stay open after an answer, as GitHub's do.
        connections: how many were opened so far.
        unchanged: how many reads were answered with 304, because the client knew the answer by its ETag.
    """

    def __init__(self) -> None:
        self.upstream = 0
        self.before: Callable[[Request], Answer | None] = lambda _request: None
        self.on_write: Callable[[Request], Answer | None] = lambda _request: None
        self.exchanges: list[Exchange] = []
        self.keeps = False
        self.connections = 0
        self.unchanged = 0
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._port = 0

    @property
    def url(self) -> str:
        """The address for GITHUB_API_URL, without a slash at the end."""
        return f"http://localhost:{self._port}"

    @property
    def requests(self) -> list[Request]:
        """Every request so far, in the order in which they were answered."""
        return [exchange.request for exchange in self.exchanges]

    @property
    def writes(self) -> list[Request]:
        """Every request so far that is neither GET nor HEAD."""
        return [request for request in self.requests if request.is_write]

    def matching(self, method: str, path: str) -> list[Exchange]:
        """Give the exchanges of that method whose whole path matches the regular expression `path`."""
        return [
            exchange
            for exchange in self.exchanges
            if exchange.request.method == method and re.fullmatch(path, exchange.request.path)
        ]

    def clear(self) -> None:
        """Forget what was recorded; faults stay."""
        self.exchanges.clear()
        self.unchanged = 0

    def inject(self, fault: Fault) -> None:
        """Let `fault` strike; with several that match, the one injected first does."""
        self._faults.append(fault)

    def calm(self) -> None:
        """Take every fault back that has not struck yet."""
        self._faults.clear()

    def leaks(self, secret: str) -> list[str]:
        """Name each request that shows `secret` anywhere but in the header Authorization."""
        return [str(request) for request in self.requests if _shows(request, secret)]

    @contextlib.contextmanager
    def running(self) -> Iterator[Recorder]:
        """Serve while the block runs."""
        with serving(_handler(self)) as port:
            self._port = port
            yield self

    def handle(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Answer one request and record it; `headers` go to the emulator as they came."""
        said = self.before(request)
        if said is not None:
            self.exchanges.append(Exchange(request, said, forwarded=False))
            return said
        fault = self._strike(request)
        forward = fault is None or fault.forward or fault.answer is None
        answer = self._forward(request, headers) if forward else HANG_UP
        if forward and request.is_write:
            answer = self.on_write(request) or answer
        if fault:
            time.sleep(fault.delay)
            answer = fault.answer or answer
        self.unchanged += answer.status == NOT_MODIFIED
        self.exchanges.append(Exchange(request, answer, forward))
        return answer

    def _strike(self, request: Request) -> Fault | None:
        with self._lock:
            fault = next((fault for fault in self._faults if fault.times and fault.when(request)), None)
            if fault:
                fault.times -= 1
            return fault

    def _forward(self, request: Request, headers: Mapping[str, str]) -> Answer:
        target = f"{request.path}?{request.query}" if request.query else request.path
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=60)
        with contextlib.closing(connection):
            connection.request(request.method, target, request.body or None, dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, _kept(dict(response.getheaders())), response.read())
        return _tagged(answer, request) if request.method == "GET" and answer.status == OK else answer


def _handler(recorder: Recorder) -> type[Handler]:
    class Proxy(Handler):
        def setup(self) -> None:
            super().setup()
            self.keeps = recorder.keeps
            recorder.connections += 1

        def serve(self) -> None:
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            authorization = headers.pop("authorization", "")
            request = Request(self.command, path, query, headers, authorization, self.body())
            answer = recorder.handle(request, _kept(dict(self.headers.items())))
            if answer.status:
                self.answer(answer.status, answer.headers, answer.body)
            else:
                self.close_connection = True

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815 - names that http.server calls

    return Proxy


def _tagged(answer: Answer, request: Request) -> Answer:
    """Give an answer an ETag, and leave its body out where the client has it already (RFC 9110, 13.1.2)."""
    tag = f'W/"{hashlib.sha256(answer.body).hexdigest()}"'
    headers = {**answer.headers, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Answer(NOT_MODIFIED, headers)
    return Answer(answer.status, headers, answer.body)


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in PER_CONNECTION}


def _shows(request: Request, secret: str) -> bool:
    texts = [request.path, request.query, *request.headers.values(), request.body.decode(errors="replace")]
    return any(secret in text for text in texts)
