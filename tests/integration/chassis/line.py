"""Stand between a client and the broker, and do to their connections what networks do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from cli.process import LOOPBACK

CHUNK = 65_536
AMQP_PORT = 5672


class Line:
    """Pass on what client and broker say. ``url`` is the client's address; ``opened`` counts the connections made."""

    def __init__(self, url: str) -> None:
        """Take the broker's address."""
        real = urlsplit(url)
        self._broker = (real.hostname or LOOPBACK, real.port or AMQP_PORT)
        self._server = socket.create_server((LOOPBACK, 0))
        self._pairs: list[_Pair] = []
        self.opened = 0
        self.url = real._replace(
            netloc=f"{real.username}:{real.password}@{LOOPBACK}:{self._server.getsockname()[1]}"
        ).geturl()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection."""
        for pair in self._pairs:
            pair.end()

    def hush(self) -> None:
        """Let every present connection stand, and nothing more be heard on it, not even that the broker has left."""
        for pair in self._pairs:
            pair.silent = True

    def close(self) -> None:
        """End every connection and take no more."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                client, _ = self._server.accept()
                self._pairs.append(_Pair(client, socket.create_connection(self._broker)))
                self.opened += 1


class _Pair:
    """Carry one connection, each way in a thread."""

    def __init__(self, client: socket.socket, broker: socket.socket) -> None:
        self.silent = False
        self._ends = (client, broker)
        for source, target in ((client, broker), (broker, client)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def end(self) -> None:
        for one in self._ends:
            with suppress(OSError):  # it has ended
                one.shutdown(socket.SHUT_RDWR)

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source:
            while chunk := source.recv(CHUNK):
                if not self.silent:
                    target.sendall(chunk)
        if not self.silent:
            self.end()


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """Give a line to a broker."""
    line = Line(url)
    try:
        yield line
    finally:
        line.close()
