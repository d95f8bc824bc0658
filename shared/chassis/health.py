"""Tell whether a process lives, whether it can serve, and how it does, over a small HTTP server of its own.

``/livez``    200 while the process's loop turns; nothing else is asked, so that a lost broker restarts nobody
``/readyz``   200 where every check is well, else 503; ``{"status": …, "checks": {"broker": "ok", …}}``
``/metrics``  Prometheus' text form
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import orjson

from chassis import metrics
from chassis.config import ConfigError
from chassis.logs import describe, get_logger

Check = Callable[[], str]
"""Return in a few words what is wrong, or nothing where all is well."""

JSON = "application/json"
INTERVAL = 2.0
PATIENCE = 10.0

log = get_logger()


class Health:
    """Hold a process's checks. Thread-safe."""

    def __init__(self, **checks: Check) -> None:
        """Take the first checks by name."""
        self._checks = dict(checks)

    def add(self, name: str, check: Check) -> None:
        """Add a check, or replace the one of that name."""
        self._checks = {**self._checks, name: check}

    def report(self) -> tuple[bool, dict[str, Any]]:
        """Return whether all is well, and the report that ``/readyz`` answers."""
        found = {name: check() for name, check in self._checks.items()}
        ready = not any(found.values())
        states = {name: fault or "ok" for name, fault in found.items()}
        return ready, {"status": "ready" if ready else "not ready", "checks": states}


class Pulse:
    """Ask a part again and again, in a thread of its own, and tell as a :data:`Check` when it last answered.

    So that a readiness probe itself never waits for a part that hangs.
    """

    def __init__(self, ask: Callable[[], object], *, interval: float = INTERVAL, patience: float = PATIENCE) -> None:
        """Take a question that raises where the part is not well; it is put every ``interval`` seconds."""
        self._ask = ask
        self._interval = interval
        self._patience = patience
        self._stopped = threading.Event()
        self._answered = 0.0
        self._fault = "not asked yet"

    def __call__(self) -> str:
        """Return the last fault, or that the last answer is older than ``patience`` seconds."""
        if not self._fault and time.monotonic() - self._answered > self._patience:
            return f"no answer for {time.monotonic() - self._answered:.0f} s"
        return self._fault

    def start(self) -> Self:
        """Ask as long as the process lives."""
        threading.Thread(target=self._run, name="pulse", daemon=True).start()
        return self

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Ask as long as the block runs."""
        self.start()
        try:
            yield
        finally:
            self._stopped.set()

    def beat(self) -> None:
        """Ask once."""
        try:
            self._ask()
        except Exception as error:  # whatever a driver raises is the answer to the question
            self._fault = describe(error)[:200]
        else:
            self._fault, self._answered = "", time.monotonic()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self.beat()
            self._stopped.wait(self._interval)


class _Handler(BaseHTTPRequestHandler):
    """Answer the three paths."""

    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        """Answer one request."""
        match self.path.partition("?")[0]:
            case "/livez":
                self._answer(HTTPStatus.OK, b'{"status":"alive"}', JSON)
            case "/readyz":
                ready, report = self.server.health.report()
                status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
                self._answer(status, orjson.dumps(report), JSON)
            case "/metrics":
                self._answer(HTTPStatus.OK, *metrics.render())
            case _:
                self._answer(HTTPStatus.NOT_FOUND, b'{"status":"not found"}', JSON)

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
        """Say nothing: probes come every few seconds."""


class _Server(ThreadingHTTPServer):
    """Serve from a thread, each request in one of its own."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], health: Health, *, shared: bool) -> None:
        self.health = health
        self.allow_reuse_port = shared
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Note that a prober hung up, in one line."""
        log.debug("probe_not_answered", exc_info=True)


@contextmanager
def serving(health: Health, host: str, port: int, *, shared: bool = False) -> Iterator[int]:
    """Serve for the length of the block, and yield the port; with port 0 nothing is served.

    ``shared`` lets several processes serve one port, of which any answers: the workers of one API. Raises
    :class:`ConfigError` where the address cannot be had.
    """
    if not port:
        yield 0
        return
    with _bound(health, host, port, shared=shared) as server:
        threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def _bound(health: Health, host: str, port: int, *, shared: bool) -> _Server:
    try:
        return _Server((host, port), health, shared=shared)
    except (OSError, OverflowError) as error:
        raise ConfigError(f"TASHBIK_HEALTH_HOST or TASHBIK_HEALTH_PORT is wrong ({error})") from error
