"""Put a line between services and a part, over TCP on loopback, that can be slow, silent or cut.

::

    services ──▶ Line.port ══ slow(seconds) · silent() · cut() ══▶ the part's own port

A connection is pumped by two threads of its own. What a silent line took is handed over once it speaks again, as TCP
would; a cut line resets what stands and lets nobody in.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cli.process import LOOPBACK, free_ports

CHUNK = 65536
CONNECT_SECONDS = 5.0
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no seconds: closing sends RST


class Line:
    """Forward TCP connections to a port of loopback, well or badly. Thread-safe."""

    def __init__(self, target: int) -> None:
        """Take the port of the part; :attr:`port` is where to reach it through the line. Listens at once."""
        self.target = target
        self.port = free_ports(1, besides=(target,))[0]
        self._delay = 0.0
        self._open = True
        self._speaking = threading.Event()
        self._speaking.set()
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((LOOPBACK, self.port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """Hold every piece of data so long, in each direction."""
        self._delay = seconds
        try:
            yield
        finally:
            self._delay = 0.0

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Take what is sent and hand nothing over."""
        self._speaking.clear()
        try:
            yield
        finally:
            self._speaking.set()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Reset every connection, and every one that is tried."""
        self._open = False
        self._reset_all()
        try:
            yield
        finally:
            self._open = True

    def close(self) -> None:
        """Let go of everything."""
        self._open = False
        self._listener.close()
        self._speaking.set()
        self._reset_all()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        far = None
        with suppress(OSError):
            far = socket.create_connection((LOOPBACK, self.target), CONNECT_SECONDS) if self._open else None
        if far is None:
            return _reset(near)
        far.settimeout(None)
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._sockets |= {near, far}
        if not self._open:  # cut meanwhile
            self._drop(near, far)
        there = threading.Thread(target=self._pump, args=(near, far), daemon=True)
        there.start()
        self._pump(far, near)
        there.join()
        return self._drop(near, far)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while received := source.recv(CHUNK):
                self._speaking.wait()
                if self._delay:
                    time.sleep(self._delay)
                sink.sendall(received)
            if source in self._sockets:  # it has ended by itself
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(source, sink)

    def _drop(self, *pair: socket.socket) -> None:
        with self._lock:
            known = self._sockets.intersection(pair)
            self._sockets -= known
        for one in known:
            _reset(one)

    def _reset_all(self) -> None:
        self._drop(*self._sockets)


def _reset(one: socket.socket) -> None:
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    with suppress(OSError):
        one.shutdown(socket.SHUT_RD)  # wakes whoever reads it, and tells the other side nothing yet
    one.close()
