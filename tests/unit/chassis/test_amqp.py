"""Read many frames by few looks at the socket, each as it was sent."""

from __future__ import annotations

import socket
from struct import pack

from amqp.transport import TCPTransport

from chassis.amqp import read_ahead

FRAMES = [pack(">BHI", 1, 0, len(payload)) + payload + b"\xce" for payload in (b"method", b"header", b"body" * 500)]


class Counted:
    """Count the looks at a socket."""

    def __init__(self, sock: socket.socket) -> None:
        """Take the socket."""
        self.looks = 0
        self._sock = sock

    def recv(self, size: int) -> bytes:
        """Take what has come."""
        self.looks += 1
        return self._sock.recv(size)


def transport_of(sock: socket.socket) -> tuple[TCPTransport, Counted]:
    """Return a transport that reads ahead from a socket."""
    transport, counted = TCPTransport("localhost:0"), Counted(sock)
    transport._read_buffer, transport._quick_recv = b"", counted.recv
    read_ahead(transport)
    return transport, counted


def test_one_look_takes_many_frames() -> None:
    ours, brokers = socket.socketpair()
    with ours, brokers:
        transport, counted = transport_of(ours)
        brokers.sendall(b"".join(FRAMES))

        read = [transport.read_frame() for _ in FRAMES]

    assert [payload for _, _, payload in read] == [b"method", b"header", b"body" * 500]
    assert counted.looks == 1


def test_half_frame_waits_for_its_rest() -> None:
    ours, brokers = socket.socketpair()
    with ours, brokers:
        transport, _ = transport_of(ours)
        ours.settimeout(0.01)
        brokers.sendall(FRAMES[0] + FRAMES[2][:100])
        first = transport.read_frame()
        timed_out = False
        try:
            transport.read_frame()
        except TimeoutError:
            timed_out = True
        brokers.sendall(FRAMES[2][100:])

        rest = transport.read_frame()

    assert timed_out
    assert (bytes(first[2]), bytes(rest[2])) == (b"method", b"body" * 500)
