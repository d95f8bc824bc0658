"""Prove how ports are chosen and files are kept private."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from cli.process import LOOPBACK, free_ports, is_free, listens, wait_until, write_private


@pytest.fixture
def taken() -> int:
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


def test_ports_differ():
    assert len(set(free_ports(20))) == 20


def test_ports_lie_below_outgoing_ones():
    first_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])

    assert all(port < first_outgoing for port in free_ports(20))


def test_port_besides_given_ones():
    first = free_ports(1)

    assert set(free_ports(50, besides=first)).isdisjoint(first)


def test_taken_port_is_not_free(taken: int):
    assert listens(taken)
    assert not is_free(taken)


def test_waiting_ends_by_its_deadline():
    with pytest.raises(TimeoutError, match="the primary is not ready after 0 seconds"):
        wait_until(lambda: False, "the primary", seconds=0.01, interval=0.001)


def test_private_file_stays_private(tmp_path: Path):
    path = tmp_path / "secrets" / "broker"
    path.parent.mkdir()
    path.touch(mode=0o644)

    write_private(path, "hunter2")

    assert path.stat().st_mode & 0o777 == 0o600
