"""Prove that a refused request leaves its connection whole, and that slow senders keep nobody waiting."""

from __future__ import annotations

import http.client
import select
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from cli.node import Node
from cli.process import LOOPBACK, wait_until
from services.gateway.bodies import PAUSE
from services.gateway.server import ARRIVING_EACH
from tests.e2e.world import World

BODY = b'{"area": "EG2901"}'
HEAD = b"POST /families HTTP/1.1\r\nHost: qena\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(
    BODY
)
NEIGHBOUR = "127.0.0.2"
SLOW_SENDERS = 3 * ARRIVING_EACH
REFUSED_AT_ONCE = SLOW_SENDERS - ARRIVING_EACH
ROUNDS = len(BODY) - 5 - 1
MARGIN = 10.0  # seconds


def test_refusal_waits_for_the_body(node: Node):
    with socket.create_connection((LOOPBACK, node.config.api_port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in (HEAD, BODY[:5], BODY[5:]):
            connection.sendall(piece)
        first, _ = answer(connection)

        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: qena\r\n\r\n")
        second, _ = answer(connection)

    assert (first, second) == (401, 200)


@pytest.fixture
def slow_senders(node: Node) -> Iterator[list[socket.socket]]:
    """Give connections from one address that have each sent a request but for the end of its body."""
    with ExitStack() as stack:
        connections = []
        for _ in range(SLOW_SENDERS):
            connection = socket.create_connection((LOOPBACK, node.config.api_port), timeout=PAUSE + MARGIN)
            connections.append(stack.enter_context(connection))
            connection.sendall(HEAD + BODY[:5])
        yield connections


@pytest.mark.slow
def test_slow_senders_keep_nobody_waiting(world: World, slow_senders: list[socket.socket]):
    wait_until(lambda: len(answered(slow_senders)) == REFUSED_AT_ONCE, "the refusal of those beyond the share", PAUSE)
    held = [connection for connection in slow_senders if connection not in answered(slow_senders)]

    with httpx.Client(
        base_url=world.url, transport=httpx.HTTPTransport(local_address=NEIGHBOUR), timeout=PAUSE + MARGIN
    ) as neighbour:
        for number in range(ROUNDS):
            assert world.public.send("GET", "/subjects").status_code == 200
            assert neighbour.get("/subjects").status_code == 200
            assert neighbour.post("/families", content=BODY).status_code == 401
            assert answered(held) == []
            for connection in held:
                connection.sendall(BODY[5 + number : 6 + number])

    statuses = Counter(answer(connection) for connection in slow_senders)
    assert statuses == {(408, "close"): ARRIVING_EACH, (503, "close"): REFUSED_AT_ONCE}
    assert {connection.recv(1) for connection in slow_senders} == {b""}


def answered(connections: list[socket.socket]) -> list[socket.socket]:
    """Return those on which an answer waits to be read."""
    return select.select(connections, [], [], 0)[0]


def answer(connection: socket.socket) -> tuple[int, str]:
    """Read one whole answer and return its status, and what becomes of the connection."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    response.read()
    return response.status, response.getheader("Connection", "")
