"""Prove that of nodes that start at the same time no two have the same port."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cli.claims import Claims
from cli.layout import Layout
from cli.process import LOOPBACK, free_ports
from cli.roster import ROOT, python_path

CHOOSER = """
import sys
from pathlib import Path
from cli.claims import Claims
from cli.layout import Layout

sys.stdin.readline()
with Claims() as claims:
    layout = Layout.at(Path(sys.argv[1]))
    layout.choose_ports(("mongo", "api"), {"api": int(sys.argv[2])}, claims.claim)
    print(layout.ports["api"], flush=True)
    sys.stdin.readline()
"""

Chooser = subprocess.Popen[str]


@pytest.fixture
def choosers(tmp_path: Path) -> Iterator[tuple[int, list[Chooser]]]:
    """Give a port, and nodes that will all prefer it as soon as they read a line."""
    (wanted,) = free_ports(1)
    with ExitStack() as stack:
        started = [stack.enter_context(_chooser(tmp_path / str(number), wanted)) for number in range(4)]
        stack.callback(lambda: [each.kill() for each in started])
        yield wanted, started


def _chooser(home: Path, wanted: int) -> Chooser:
    return subprocess.Popen(
        [sys.executable, "-c", CHOOSER, str(home), str(wanted)],
        cwd=ROOT,
        env={"PYTHONPATH": python_path()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go(chooser: Chooser) -> None:
    """Let a node go on."""
    chooser.stdin.write("\n")
    chooser.stdin.flush()


def test_two_starts_choose_two_ports(choosers: tuple[int, list[Chooser]]):
    wanted, started = choosers
    for each in started:
        go(each)

    chosen = [int(each.stdout.readline()) for each in started]

    assert len(set(chosen)) == len(started)
    assert wanted in chosen


def test_killed_start_claims_nothing(choosers: tuple[int, list[Chooser]]):
    wanted, (first, *_) = choosers
    go(first)
    first.stdout.readline()
    with Claims() as other:
        claimed = [other.claim(wanted)]
        first.kill()
        first.wait()

        claimed.append(other.claim(wanted))

    assert claimed == [False, True]


def test_taken_port_is_not_claimed():
    with socket.socket() as server, Claims() as claims, Claims() as others:
        server.bind((LOOPBACK, 0))
        taken = server.getsockname()[1]

        assert (claims.claim(taken), others.claim(taken)) == (False, False)


def test_port_kept_while_a_process_restarts_is_nobody_elses():
    (port,) = free_ports(1)
    with Claims() as ours, Claims() as theirs:
        with socket.create_server((LOOPBACK, port)):
            assert (ours.claim(port), ours.keep(port)) == (False, True)

        assert (theirs.claim(port), theirs.keep(port)) == (False, False)


def test_claim_may_be_repeated():
    (port,) = free_ports(1)

    with Claims() as claims:
        assert (claims.claim(port), claims.claim(port)) == (True, True)


def test_claims_end_with_the_start():
    (port,) = free_ports(1)
    with Claims() as first:
        first.claim(port)

    with Claims() as second:
        assert second.claim(port)


def test_remembered_port_is_claimed_too(tmp_path: Path):
    first, second = Layout.at(tmp_path / "one"), Layout.at(tmp_path / "two")
    first.choose_ports(("api",), {})
    second.ports = dict(first.ports)

    with Claims() as ours, Claims() as theirs:
        first.choose_ports(("api",), {}, ours.claim)
        second.choose_ports(("api",), {}, theirs.claim)

    assert first.ports != second.ports
