"""Prove that a line is transparent while it is well, and slow, silent or cut when it is told to be."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from cli.process import LOOPBACK
from tests.chaos.proxy import Line

QUICK, PATIENT = 0.2, 5.0


class Echo(socketserver.BaseRequestHandler):
    """Send back what comes."""

    def handle(self) -> None:
        while received := self.request.recv(1024):
            self.request.sendall(received)


@pytest.fixture
def line() -> Iterator[Line]:
    """Give a line to a server that echoes."""
    with socketserver.ThreadingTCPServer((LOOPBACK, 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        line = Line(server.server_address[1])
        yield line
        line.close()
        server.shutdown()


@pytest.fixture
def caller(line: Line) -> Iterator[socket.socket]:
    """Give a connection through the line."""
    with socket.create_connection((LOOPBACK, line.port), PATIENT) as caller:
        yield caller


def echo(caller: socket.socket, word: bytes) -> bytes:
    caller.sendall(word)
    return caller.recv(1024)


def test_well_line_is_transparent(caller: socket.socket):
    assert echo(caller, b"salam") == b"salam"


def test_slow_line_holds_data(line: Line, caller: socket.socket):
    began = time.monotonic()

    with line.slow(QUICK):
        echo(caller, b"salam")

    assert time.monotonic() - began >= 2 * QUICK


def test_silent_line_hands_over_later(line: Line, caller: socket.socket):
    caller.settimeout(QUICK)
    with line.silent(), pytest.raises(TimeoutError):
        echo(caller, b"salam")

    caller.settimeout(PATIENT)

    assert caller.recv(1024) == b"salam"


def test_cut_line_resets_connections(line: Line, caller: socket.socket):
    echo(caller, b"salam")

    with line.cut(), pytest.raises(ConnectionError):
        caller.recv(1024)
        echo(caller, b"salam")


def test_cut_line_refuses_callers(line: Line):
    with (
        line.cut(),
        pytest.raises(ConnectionError),
        socket.create_connection((LOOPBACK, line.port), PATIENT) as caller,
    ):
        echo(caller, b"salam")


def test_mended_line_takes_callers(line: Line):
    with line.cut():
        pass

    with socket.create_connection((LOOPBACK, line.port), PATIENT) as caller:
        assert echo(caller, b"salam") == b"salam"
