"""Receive webhooks, as another system does: a real HTTP server on loopback that notes what comes, and misbehaves."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from standardwebhooks import Webhook

from cli.process import wait_until

Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with a status."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    """Answer with a body that does not end, until the other side has enough."""
    request.send_response(200)
    request.end_headers()
    sent = 0
    while True:
        request.wfile.write(b"x" * 65_536)
        sent += 65_536
        request.server.sent = sent  # type: ignore[attr-defined]


def broken_off(code: int) -> Answer:
    """Answer with a status and less of a body than was announced."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        request.send_header("Content-Length", "10")
        request.end_headers()
        request.wfile.write(b"ok")
        request.close_connection = True

    return answer


@dataclass(frozen=True)
class Received:
    """Hold one request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """Return the event in it."""
        return dict(orjson.loads(self.body))

    def verified(self, secret: str) -> Any:
        """Return the event once the library of Standard Webhooks has verified it; raise where it does not."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass
class Receiver:
    """Note what comes in; ``answers`` are given in turn, then 204."""

    port: int = 0
    scheme: str = "http"
    received: list[Received] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}/hook"

    def hang(self, request: BaseHTTPRequestHandler) -> None:
        """Answer nothing for as long as the server lives."""
        self.stopped.wait()

    def drip(self, request: BaseHTTPRequestHandler) -> None:
        """Answer a letter a second, so that no single wait is long."""
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.stopped.wait(1.0):
            request.wfile.write(b"X: y\r\n")

    def drip_body(self, request: BaseHTTPRequestHandler) -> None:
        """Take it, and then answer a letter a second."""
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        while not self.stopped.wait(1.0):
            request.wfile.write(b"x")

    def wait_for(self, count: int, seconds: float = 20) -> list[Received]:
        """Return what has come, once it is so many."""
        wait_until(lambda: len(self.received) >= count, f"{count} requests", seconds)
        return self.received


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Give a receiver that runs, and speaks TLS where it is told how."""
    receiver = Receiver(scheme="https" if tls else "http")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(self.path, headers, body))
            answer = receiver.answers.popleft() if receiver.answers else status(204)
            try:
                answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Print nothing: that a line is cut is what is tried."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
