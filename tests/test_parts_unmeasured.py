"""Servers that tests run in threads are left alone by who measures."""

from __future__ import annotations

import http.client
import threading
from typing import Any

from tests.parts.http import Handler, serving


def test_what_serves_a_test_is_not_traced() -> None:
    class Hello(Handler):
        def do_GET(self) -> None:  # noqa: N802 - a name that http.server calls
            self.answer(200, {}, str(traced).encode())

    traced: list[str] = []

    def trace(frame: Any, _event: str, _argument: Any) -> None:  # noqa: ANN401 - as sys.settrace has it
        traced.append(frame.f_code.co_name)

    before = threading.gettrace()
    threading.settrace(trace)
    try:
        with serving(Hello) as port:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"[]"
            connection.close()
    finally:
        threading.settrace(before)
    assert traced == []
