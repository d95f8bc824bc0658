"""Run a real SMSC and a real mail server that misbehave towards chosen addresses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cli.process import Part, free_ports, listens, wait_until
from tests.parts import ROOT, Running

GOOD, BUSY, REFUSING, SILENT, LOST = ("+20100000000" + str(number) for number in range(1, 6))
MAIL_GOOD, MAIL_BUSY, MAIL_REFUSING, MAIL_SILENT = (
    f"{name}@rahma.example.org" for name in ("office", "busy", "nobody", "silent")
)


@dataclass
class Server:
    """Be a server that runs, and the file of what it has received."""

    running: Running
    port: int
    out: Path

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return what has arrived so far."""
        return [orjson.loads(line) for line in self.out.read_bytes().splitlines()] if self.out.exists() else []

    def texts_to(self, address: str) -> list[str]:
        """Return the texts that have arrived for an address."""
        return [line["text"] for line in self.lines if address in (line.get("destination"), *line.get("to", ()))]

    def wait_for(self, address: str, count: int = 1, seconds: float = 10) -> list[str]:
        """Return the texts for an address once there are so many."""
        wait_until(lambda: len(self.texts_to(address)) >= count, f"{count} for {address}", seconds)
        return self.texts_to(address)


@contextmanager
def serving(module: str, folder: Path, *arguments: str, port: int = 0) -> Iterator[Server]:
    """Run one of the demo's servers on a port of its own."""
    port = port or free_ports(1)[0]
    out = folder / f"{module}.jsonl"
    command = (sys.executable, "-m", f"demo.{module}", "--port", str(port), "--out", str(out), *arguments)
    part = Part(module, command, ready=lambda: listens(port), environment={"PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"})
    with Running(part, folder) as running:
        yield Server(running, port, out)


@contextmanager
def an_smsc(folder: Path, *arguments: str, port: int = 0) -> Iterator[Server]:
    """Run an SMSC that misbehaves towards the numbers named above."""
    towards = ("--throttle", BUSY, "--refuse", REFUSING, "--hang", SILENT, "--lose", LOST)
    with serving("smsc", folder, "--system-id", "tashbik", *towards, *arguments, port=port) as server:
        yield server


@contextmanager
def a_mailbox(folder: Path) -> Iterator[Server]:
    """Run a mail server that misbehaves towards the addresses named above."""
    towards = ("--defer", MAIL_BUSY, "--refuse", MAIL_REFUSING, "--hang", MAIL_SILENT)
    with serving("mailbox", folder, *towards) as server:
        yield server
