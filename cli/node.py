"""Start, watch and stop a whole node without Docker; the command line, demo, tests, chaos and benchmarks share it.

::

    node = Node(Path(".run"), demo=True)
    node.up()                      # returns when every process is ready; a no-op where it already is
    node.kill("registry")          # supervisor starts it again
    node.wait_ready("registry")
    node.down()                    # no process and no file is left
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chassis.config import PREFIX
from cli import broker, database, indexes, parts
from cli.claims import Claims
from cli.makeup import BROKER_PORTS, USER, Makeup, NodeError
from cli.process import wait_until
from cli.roster import API, API_HEALTH, OUTSIDE, ROOT, SERVICES
from cli.supervision import State, Supervisor

READY_SECONDS = 90
FAILING_SECONDS = 8  # a process that will not stay up for so long is given up
LOG_LINES = 15
SMSC_PASSWORD_BYTES = 6  # which make 8 letters, as many as SMPP 3.4 allows
PREFERRED_PORTS = {API: 8080}
PORT_NAMES = ("mongo", *BROKER_PORTS, API, API_HEALTH, *OUTSIDE, *(service.name for service in SERVICES))

Tell = Callable[[str, float], None]
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Status:
    """Say how one process is. ``ready`` is its own answer; ``state`` and ``pid`` are supervisor's."""

    name: str
    state: str
    pid: int
    since: int
    ready: bool


class Node(Makeup):
    """Run a node in a directory of its own, on ports that it chooses once and remembers."""

    # Starting and stopping

    def up(self, tell: Tell = lambda name, seconds: None, say: Say = lambda text: None) -> None:
        """Start what does not run and return when all of it is ready.

        ``tell`` hears the name of each process as it gets ready, with the seconds since the call; ``say`` what else is
        done that takes long. Raises :class:`NodeError` with the end of its log for a process that does not start.
        """
        with self._claims:
            self._up(tell, say, time.monotonic())

    def _up(self, tell: Tell, say: Say, started: float) -> None:
        self._choose_ports()
        self._remember()
        self.supervisor.configure(self.parts, ROOT)
        self.supervisor.launch()
        for stage in self._stages():
            for part in stage:
                self.supervisor.start(part.name)
            for part in stage:
                self.wait_ready(part.name)
                tell(part.name, time.monotonic() - started)
            if any(part.name == "rabbitmq" for part in stage):
                self._prepare_broker()
            if any(part.name == "mongo" for part in stage):
                self._prepare_database(say)

    def down(self, *, keep_data: bool = False) -> None:
        """Stop every process of the node and, unless told otherwise, remove all that it wrote."""
        if self.runs():
            self._remember()  # an older version, which started it, did not know all that this one reads
            running = {state.name for state in self.supervisor.states()}
            for stage in reversed(self._stages()):
                self.supervisor.stop_all([part.name for part in stage if part.name in running])
        self.supervisor.shut_down()
        if not keep_data:
            self.layout.remove()

    def start(self, name: str) -> None:
        """Start one process again after :meth:`stop`."""
        self.supervisor.start(name)

    def stop(self, name: str) -> None:
        """Stop one process in order; it stays down until :meth:`start`."""
        self.supervisor.stop(name)

    def kill(self, name: str) -> int:
        """Kill one process at once, by ``SIGKILL``, and return the pid that it had; supervisor starts it again."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_ready(self, name: str, seconds: float = READY_SECONDS) -> None:
        """Return when a process is ready; raise :class:`NodeError` with the end of its log when it will not be."""
        part = self.part(name)
        give_up = time.monotonic() + min(seconds, FAILING_SECONDS)

        def settled() -> bool:
            failing = time.monotonic() > give_up and self._state(name).state in {"BACKOFF", "EXITED", "FATAL"}
            if failing:
                raise NodeError(f"{name} ends as soon as it is started. Its log ends so:\n{self.log_end(name)}")
            return part.ready()

        try:
            wait_until(settled, name, seconds)
        except TimeoutError as late:
            raise NodeError(f"{late}. Its log ends so:\n{self.log_end(name)}") from late

    # Looking

    @property
    def supervisor(self) -> Supervisor:
        """Return the supervisor of this node."""
        return Supervisor(self.home, Path(self.layout.socket or self.home / "supervisor.sock"))

    @property
    def exists(self) -> bool:
        """Tell whether a node was started here and not removed."""
        return self.layout.exists

    def runs(self) -> bool:
        """Tell whether supervisor runs for this node."""
        return self.exists and self.supervisor.runs()

    def left(self) -> list[int]:
        """Return the pids of all processes of this node."""
        return self.supervisor.left()

    def status(self) -> list[Status]:
        """Return the status of every process, in the order of their start."""
        states = {state.name: state for state in self.supervisor.states()}
        known = [(part, states[part.name]) for part in self.parts if part.name in states]
        return [Status(part.name, state.state, state.pid, state.since, part.ready()) for part, state in known]

    def pid(self, name: str) -> int:
        """Return the pid of a running process; raise :class:`NodeError` where it does not run."""
        state = self._state(name)
        if not state.pid:
            raise NodeError(f"{name} does not run ({state.state})")
        return state.pid

    def log(self, name: str) -> Path:
        """Return the file of a process's log."""
        return self.supervisor.logs / f"{name}.log"

    def log_end(self, name: str) -> str:
        """Return the last lines of a process's log."""
        if not self.log(name).exists():
            return "(empty)"
        return "\n".join(self.log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:])

    @cached_property
    def _claims(self) -> Claims:
        return Claims()

    def _prepare_broker(self) -> None:
        secrets = self.home / "secrets"
        urls = {process: (secrets / process / "amqp_url").read_text(encoding="utf-8") for process in broker.PROCESSES}
        broker.prepare(self.broker_url, self.management_url, urls, self.config.retry_delays)

    def _prepare_database(self, say: Say) -> None:
        parts.initiate(self._database_ports, USER, self.layout.secret("mongo"))
        config, secrets = self.config, self.home / "secrets"
        urls = {process: (secrets / process / "mongo_url").read_text(encoding="utf-8") for process in database.OPENS}
        database.prepare(config.mongo_url, config.database_prefix, urls)
        indexes.exchange(config.mongo_url, config.database_prefix, say)

    def _state(self, name: str) -> State:
        for state in self.supervisor.states():
            if state.name == name:
                return state
        raise NodeError(f"there is no process {name!r}")

    def _choose_ports(self) -> None:
        wanted = int(self.layout.settings.pop(PREFIX + "API_PORT", 0))
        if wanted and wanted != self.layout.ports.get(API):
            if not self._claims.claim(wanted):
                raise NodeError(f"port {wanted} is taken by another program or node; give another {PREFIX}API_PORT")
            self.layout.ports[API] = wanted
        if self.supervisor.runs():
            for port in self.layout.ports.values():
                self._claims.keep(port)
        else:
            self.layout.choose_ports(PORT_NAMES, PREFERRED_PORTS, self._claims.claim)

    def _remember(self) -> None:
        layout = self.layout
        layout.save()
        if not (self.home / "secrets" / "mongo_key").exists():
            layout.keep_secret("mongo_key", parts.mongo_key())
        layout.keep_secret("mongo_url", parts.mongo_url(self._database_ports, USER, layout.secret("mongo")))
        for process in database.OPENS:
            password = layout.secret(f"{process}/mongo")
            layout.keep_secret(f"{process}/mongo_url", parts.mongo_url(self._database_ports, process, password))
        for process in broker.PROCESSES:
            password = layout.secret(f"{process}/broker")
            layout.keep_secret(f"{process}/amqp_url", parts.amqp_url(self._broker_port, process, password, "/"))
        layout.secret("smsc", SMSC_PASSWORD_BYTES)
        for part in self.parts:
            part.prepare()
