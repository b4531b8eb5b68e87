"""A forward proxy on 127.0.0.1, and a front that speaks TLS before a server that does not."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import http.client
import ipaddress
import socket
import ssl
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.parts.http import Handler, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PER_CONNECTION = frozenset({"connection", "transfer-encoding", "content-length", "proxy-authorization", "expect"})


class Proxy:
    """Forwards what names a whole address, and opens tunnels for CONNECT (RFC 9110, 9.3.6).

    Attributes:
        seen: what was asked, as `CONNECT host:port` or `GET http://…`, the refused ones included.
        login: the `user:password` that it asks for; empty for none.
        answer: the status with which it refuses everything; 0 for none.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.login = ""
        self.answer = 0
        self._port = 0

    @property
    def url(self) -> str:
        """The proxy's address, with its login."""
        return f"http://{self.login}{'@' if self.login else ''}127.0.0.1:{self._port}"

    @property
    def place(self) -> str:
        """Host and port alone."""
        return f"127.0.0.1:{self._port}"

    @contextlib.contextmanager
    def running(self) -> Iterator[Proxy]:
        """Serve while the block runs."""
        with serving(_handler(self)) as port:
            self._port = port
            yield self


def _handler(proxy: Proxy) -> type[Handler]:
    class Forwarding(Handler):
        def serve(self) -> None:
            proxy.seen.append(f"{self.command} {self.path}")
            body = b"" if self.command == "CONNECT" else self.body()
            expected = "Basic " + base64.b64encode(proxy.login.encode()).decode()
            if proxy.answer:
                self.answer(proxy.answer, {}, b"")
            elif proxy.login and self.headers.get("Proxy-Authorization") != expected:
                self.answer(407, {"Proxy-Authenticate": 'Basic realm="proxy"'}, b"")
            elif self.command == "CONNECT":
                self._tunnel()
            else:
                url = urlsplit(self.path)
                _forward(self, url.port or 80, f"{url.path}?{url.query}" if url.query else url.path, body)

        do_GET = do_POST = do_PATCH = do_CONNECT = serve  # noqa: N815 - names that http.server calls

        def _tunnel(self) -> None:
            self.close_connection = True
            with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as there:
                self.send_response_only(200)
                self.end_headers()
                back = threading.Thread(target=_pump, args=(there, self.connection))
                back.start()
                _pump(self.connection, there)
                back.join()

    return Forwarding


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Carry bytes one way until one of the two is shut."""
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _forward(request: Handler, port: int, path: str, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _PER_CONNECTION}
    connection.request(request.command, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    kept = {name: value for name, value in answer.getheaders() if name.lower() not in _PER_CONNECTION}
    request.answer(answer.status, kept, content)
    connection.close()


@contextlib.contextmanager
def tls_before(port: int, folder: Path) -> Iterator[tuple[str, Path]]:
    """Speak TLS before a local server while the block runs; gives the address, and the authority's certificate."""

    class Front(Handler):
        def serve(self) -> None:
            _forward(self, port, self.path, self.body())

        do_GET = do_POST = do_PATCH = serve  # noqa: N815 - names that http.server calls

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority, chain = _certificates(folder)
    context.load_cert_chain(chain)
    with Server(Front) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        with server.running() as front:
            yield f"https://127.0.0.1:{front}", authority


def _certificates(folder: Path) -> tuple[Path, Path]:
    """Make an authority and a certificate for 127.0.0.1; gives the one's file, and the other's with its key."""
    folder.mkdir(parents=True, exist_ok=True)
    key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of a test")])
    now = dt.datetime.now(dt.UTC)

    def begun(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        )

    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    root = (
        begun(name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    places = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    leaf = begun(subject, server_key.public_key()).add_extension(places, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    authority, chain = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(root.public_bytes(pem))
    chain.write_bytes(
        server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + leaf.public_bytes(pem)
    )
    return authority, chain
