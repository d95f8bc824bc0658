"""Let supervisor run a node's processes: write its configuration, speak to it, and find what it left behind.

Supervisor starts a process again when it dies, as often as that happens. Every process carries :data:`MARK` in its
environment with the node's directory, so that whatever belongs to a node can be found and ended by its pid, also where
supervisor itself was killed.
"""

from __future__ import annotations

import getpass
import os
import re
import shlex
import signal
import subprocess
import sys
import xmlrpc.client
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from cli.process import Part, wait_until, write_private

MARK = "TASHBIK_RUN"
LOG_BYTES = "10MB"
LOG_BACKUPS = 2
TRIES = 1_000_000  # supervisor gives a process up after so many failed starts in a row; we never want it to
FOREIGN = re.compile(r"^(RABBITMQ|ERL|TASHBIK|MONGO|SUPERVISOR|GRANIAN)_")
GOING = {"STARTING", "RUNNING", "STOPPING", "BACKOFF"}
START_SECONDS, STOP_SECONDS, KILL_SECONDS = 20, 120, 10


class SupervisionError(Exception):
    """Say what supervisor refused."""


@dataclass(frozen=True, slots=True)
class State:
    """Say how one process is.

    ``state`` is the word of supervisor (``RUNNING``, ``BACKOFF`` …), ``pid`` is 0 for none, ``since`` is the Unix time
    of its last start in seconds.
    """

    name: str
    state: str
    pid: int
    since: int


class Supervisor:
    """Run the processes of one node. ``home`` is the node's directory, ``socket`` the path of supervisor's socket."""

    def __init__(self, home: Path, socket: Path) -> None:
        """Take the node's directory and the socket's path; nothing is started."""
        self.home = home
        self.socket = socket
        self.configuration = home / "supervisord.conf"
        self.logs = home / "logs"

    def configure(self, parts: Sequence[Part], root: Path) -> None:
        """Write the configuration for these processes, which run in ``root``; :meth:`start` starts one."""
        self.logs.mkdir(parents=True, exist_ok=True)
        sections = [self._own_sections(), *(self._program(part, root, order) for order, part in enumerate(parts, 1))]
        write_private(
            self.configuration, "\n".join(_section(name, values) for each in sections for name, values in each)
        )

    def launch(self) -> None:
        """Start supervisor itself, or let a running one take up a changed configuration."""
        if self.runs():
            self._take_up_changes()
            return
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.configuration)]
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise SupervisionError(f"supervisord does not start: {done.stdout}{done.stderr}")
        wait_until(self.runs, "supervisord", START_SECONDS)

    def runs(self) -> bool:
        """Tell whether supervisor answers."""
        with suppress(OSError, HTTPException, xmlrpc.client.Fault):
            return bool(self._call("supervisor.getState")["statename"] == "RUNNING")
        return False

    def start(self, name: str) -> None:
        """Start a process, unless it runs; return at once."""
        with suppress(AlreadyThus):
            self._call("supervisor.startProcess", name, False)

    def stop(self, name: str) -> None:
        """Stop a process in order and wait for its end; supervisor does not start it again until :meth:`start`."""
        with suppress(AlreadyThus):
            self._call("supervisor.stopProcess", name, True)

    def stop_all(self, names: Sequence[str]) -> None:
        """Stop several processes at once, in order, and wait for the end of all."""
        for name in names:
            self._call("supervisor.stopProcessGroup", name, False)
        wait_until(lambda: not self._going(names), f"the end of {', '.join(names)}", STOP_SECONDS)

    def _going(self, names: Sequence[str]) -> list[str]:
        return [each.name for each in self.states() if each.name in names and each.state in GOING]

    def states(self) -> list[State]:
        """Return the state of every process."""
        return [
            State(each["name"], each["statename"], int(each["pid"]), int(each["start"]))
            for each in self._call("supervisor.getAllProcessInfo")
        ]

    def shut_down(self) -> None:
        """Stop every process in the reverse order of their start, then supervisor; then what is left, by its pid."""
        if self.runs():
            self._call("supervisor.shutdown")
            with suppress(TimeoutError):
                wait_until(lambda: not self.left(), "the end of all processes", STOP_SECONDS)
        for deadly in (signal.SIGTERM, signal.SIGKILL):
            self._signal_left(deadly)
        if left := self.left():
            raise SupervisionError(f"these processes do not end: {left}")

    def left(self) -> list[int]:
        """Return the pids of all processes that carry this node's mark, supervisor's included."""
        mark = f"{MARK}={self.home}".encode()
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in _variables(path)]

    def _signal_left(self, which: signal.Signals) -> None:
        for pid in self.left():
            with suppress(ProcessLookupError):
                os.kill(pid, which)
        with suppress(TimeoutError):
            wait_until(lambda: not self.left(), "the end of all processes", KILL_SECONDS)

    def _take_up_changes(self) -> None:
        added, changed, removed = self._call("supervisor.reloadConfig")[0]
        self.stop_all((*changed, *removed))
        for name in (*changed, *removed):
            self._call("supervisor.removeProcessGroup", name)
        for name in (*added, *changed):
            self._call("supervisor.addProcessGroup", name)

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not FOREIGN.match(name)}
        return {**own, MARK: str(self.home), "LANG": "C.UTF-8"}

    def _call(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport("", "", f"unix://{self.socket}")
        try:
            with xmlrpc.client.ServerProxy("http://127.0.0.1", transport) as proxy:
                return getattr(proxy, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultString.startswith(("ALREADY_STARTED", "NOT_RUNNING")):
                raise AlreadyThus(fault.faultString) from fault
            raise SupervisionError(f"{method}{arguments}: {fault.faultString}") from fault
        finally:
            transport.close()

    def _own_sections(self) -> list[tuple[str, Mapping[str, object]]]:
        daemon = {
            "logfile": self.logs / "supervisord.log",
            "logfile_maxbytes": LOG_BYTES,
            "logfile_backups": LOG_BACKUPS,
            "pidfile": self.home / "supervisord.pid",
            "childlogdir": self.logs,
            "umask": "077",
        }
        if os.geteuid() == 0:
            daemon["user"] = getpass.getuser()
        factory = "supervisor.rpcinterface:make_main_rpcinterface"
        return [
            ("unix_http_server", {"file": self.socket, "chmod": "0700"}),
            ("rpcinterface:supervisor", {"supervisor.rpcinterface_factory": factory}),
            ("supervisord", daemon),
        ]

    def _program(self, part: Part, root: Path, order: int) -> list[tuple[str, Mapping[str, object]]]:
        program = {
            "command": shlex.join(part.command),
            "directory": root,
            "environment": _environment_line(part.environment),
            "priority": order,
            "autostart": "false",
            "autorestart": "true",
            "startsecs": 1,
            "startretries": TRIES,
            "stopwaitsecs": part.stop_seconds,
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": self.logs / f"{part.name}.log",
            "stdout_logfile_maxbytes": LOG_BYTES,
            "stdout_logfile_backups": LOG_BACKUPS,
        }
        return [(f"program:{part.name}", program)]


class AlreadyThus(SupervisionError):
    """Say that a process was already started, or already stopped."""


def _section(name: str, values: Mapping[str, object]) -> str:
    return "\n".join([f"[{name}]", *(f"{key} = {_escaped(str(value))}" for key, value in values.items()), ""])


def _escaped(value: str) -> str:
    """Return a value as supervisor's reader needs it; after a space that would take a sign for a comment's."""
    if re.search(r"[\r\n]|\s[;#]", value):
        raise SupervisionError(f"a value may hold no line break, and no ; or # after a space: {value!r}")
    return value.replace("%", "%%")


def _environment_line(environment: Mapping[str, str]) -> str:
    for name, value in environment.items():
        if '"' in value:  # supervisor's reader knows no way to write it
            raise SupervisionError(f"{name} may hold no double quote; give it as a file, by {name}_FILE")
    return ",".join(f'{name}="{value}"' for name, value in environment.items())


def _variables(path: Path) -> Iterable[bytes]:
    try:
        return path.read_bytes().split(b"\0")
    except OSError:  # it has ended, or it is another user's
        return ()
