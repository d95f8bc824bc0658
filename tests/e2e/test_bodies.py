"""Prove that a refused request leaves its connection whole, however slowly its body arrives."""

from __future__ import annotations

import http.client
import socket

from cli.node import Node
from cli.process import LOOPBACK

BODY = b'{"area": "EG2901"}'
HEAD = b"POST /families HTTP/1.1\r\nHost: qena\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
    BODY
)


def test_refusal_waits_for_the_body(node: Node):
    with socket.create_connection((LOOPBACK, node.config.api_port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in (HEAD, BODY[:5], BODY[5:]):
            connection.sendall(piece)
        first = answer(connection)

        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: qena\r\n\r\n")
        second = answer(connection)

    assert (first, second) == (401, 200)


def answer(connection: socket.socket) -> int:
    """Read one whole answer and return its status."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status
