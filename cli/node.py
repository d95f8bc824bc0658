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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chassis.config import PREFIX, Config, read
from cli import broker, database, parts, roster
from cli.claims import Claims
from cli.layout import Layout
from cli.process import LOOPBACK, Part, wait_until
from cli.roster import API, API_HEALTH, OUTSIDE, ROOT, SERVICES, Service
from cli.supervision import State, Supervisor

READY_SECONDS = 90
FAILING_SECONDS = 8  # a process that will not stay up for so long is given up
LOG_LINES = 15
USER = "tashbik"
SMSC_ACCOUNT = "tashbik"
SMSC_PASSWORD_BYTES = 6  # which make 8 letters, as many as SMPP 3.4 allows
PREFERRED_PORTS = {API: 8080}
BROKER_PORTS = ("amqp", "management", "prometheus", "distribution", "epmd")
PORT_NAMES = ("mongo", *BROKER_PORTS, API, API_HEALTH, *OUTSIDE, *(service.name for service in SERVICES))
ADDRESSES = ("amqp_url", "mongo_url")
DEMO_SETTINGS = {
    "NODE": "qena",
    "QUIET_HOURS": "",
    "MAIL_FROM": "tashbik@qena.example",
    "OFFICER_EMAIL": "officer@qena.example",
}

Tell = Callable[[str, float], None]


class NodeError(Exception):
    """Say which process does not start, or that there is no node."""


@dataclass(frozen=True, slots=True)
class Status:
    """Say how one process is. ``ready`` is its own answer; ``state`` and ``pid`` are supervisor's."""

    name: str
    state: str
    pid: int
    since: int
    ready: bool


class Node:
    """Run a node in a directory of its own, on ports that it chooses once and remembers.

    ``settings`` are ``TASHBIK_*`` variables on top of those remembered. ``services`` may name fewer than all.
    """

    def __init__(
        self,
        home: Path,
        *,
        demo: bool = False,
        settings: Mapping[str, str] | None = None,
        services: Sequence[Service] = SERVICES,
        api: bool = True,
    ) -> None:
        """Take the directory; nothing is written or started before :meth:`up`."""
        self.home = home.resolve()
        self.layout = Layout.at(self.home)
        self.layout.demo |= demo
        self.layout.take(settings or {})
        self._services = services
        self._api = api
        self._claims = Claims()

    # Starting and stopping

    def up(self, tell: Tell = lambda name, seconds: None) -> None:
        """Start what does not run and return when all of it is ready.

        ``tell`` hears the name of each process as it gets ready, with the seconds since the call. Raises
        :class:`NodeError` with the end of its log for a process that does not start.
        """
        with self._claims:
            self._up(tell, time.monotonic())

    def _up(self, tell: Tell, started: float) -> None:
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
                self._prepare_database()

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

    @property
    def addresses(self) -> dict[str, str]:
        """Return the addresses that a person opens in a browser."""
        public = self.config.public_url.rstrip("/")
        return {
            "map": f"{public}/",
            "API docs": f"{public}/docs",
            "broker's console": f"{self.management_url}/",
        }

    @property
    def management_url(self) -> str:
        """Return the address of the broker's management interface."""
        return f"http://{LOOPBACK}:{self.layout.ports['management']}"

    @property
    def broker_url(self) -> str:
        """Return the address by which the broker's administrator logs in, who may do everything."""
        return parts.amqp_url(self.layout.ports["amqp"], USER, self.layout.secret("broker"), "/")

    @property
    def texts(self) -> Path:
        """Return the file of texts that the SMSC received, one JSON object a line."""
        return self.layout.texts

    @property
    def mails(self) -> Path:
        """Return the file of mails that the mail server received, one JSON object a line."""
        return self.layout.mails

    def health_url(self, name: str) -> str:
        """Return the address under which a process answers ``/livez``, ``/readyz`` and ``/metrics``."""
        return f"http://{LOOPBACK}:{self.layout.ports[API_HEALTH if name == API else name]}"

    # What it consists of

    @property
    def supervisor(self) -> Supervisor:
        """Return the supervisor of this node."""
        return Supervisor(self.home, Path(self.layout.socket or self.home / "supervisor.sock"))

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of this node's processes, without what is one process's own."""
        ports, secrets = self.layout.ports, self.home / "secrets"
        node = {
            "NODE": "local",
            "API_PORT": str(ports[API]),
            "PUBLIC_URL": f"http://{LOOPBACK}:{ports[API]}",
            "AMQP_URL_FILE": str(secrets / broker.CLI / "amqp_url"),
            "MONGO_URL_FILE": str(secrets / "mongo_url"),
            "KEYS": str(self.layout.keys),
        }
        chosen = {PREFIX + name: text for name, text in (node | (DEMO_SETTINGS if self.layout.demo else {})).items()}
        outside = self._outside_settings() if self.layout.demo else {}
        return {
            "PYTHONPATH": roster.python_path(),
            "TMPDIR": str(self.home / "tmp"),
            **chosen,
            **self.layout.settings,
            **outside,
        }

    def environment_of(self, process: str) -> dict[str, str]:
        """Return the environment of one process, which logs in to broker and database by addresses of its own."""
        own = {PREFIX + url.upper() + "_FILE": str(self.home / "secrets" / process / url) for url in ADDRESSES}
        return {**self.environment, **own}

    @property
    def config(self) -> Config:
        """Return the configuration that commands read; the node's processes differ in their addresses alone."""
        return read(self.environment)

    @property
    def parts(self) -> list[Part]:
        """Describe all processes, in the order of their start."""
        return [part for stage in self._stages() for part in stage]

    def part(self, name: str) -> Part:
        """Return one of them; raise :class:`NodeError` for a name that is none."""
        for part in self.parts:
            if part.name == name:
                return part
        raise NodeError(f"there is no process {name!r}; there are {', '.join(part.name for part in self.parts)}")

    @property
    def _broker_port(self) -> int:
        """Return the port at which services reach the broker; the chaos tests put a line of their own between."""
        return self.layout.ports["amqp"]

    @property
    def _database_ports(self) -> list[int]:
        """Return the ports at which services, and its own members, reach the database's members; as above."""
        return [self.layout.ports["mongo"]]

    def _stages(self) -> list[list[Part]]:
        """Return the processes in groups: each group starts when the one before is ready."""
        ports, environment = self.layout.ports, self.environment
        broker_ports = parts.BrokerPorts(*(ports[name] for name in BROKER_PORTS))
        epmd, rabbitmq = parts.broker(self.home / "rabbitmq", broker_ports, USER, self.layout.secret("broker"))
        key_file = self.home / "secrets" / "mongo_key"
        mongo = parts.mongo_member(self.home / "mongo", ports["mongo"], key_file=key_file)
        services = [
            roster.service_part(each, self.environment_of(each.name), ports[each.name]) for each in self._services
        ]
        metrics, api_environment = self.home / "metrics", self.environment_of(API)
        api = [roster.api_part(read(environment), api_environment, ports[API_HEALTH], metrics)] if self._api else []
        outside = roster.outside_parts(self.layout, SMSC_ACCOUNT) if self.layout.demo else ()
        return [[mongo, epmd], [rabbitmq, *outside], [*services, *api]]

    def _prepare_broker(self) -> None:
        secrets = self.home / "secrets"
        urls = {process: (secrets / process / "amqp_url").read_text(encoding="utf-8") for process in broker.PROCESSES}
        broker.prepare(self.broker_url, self.management_url, urls, self.config.retry_delays)

    def _prepare_database(self) -> None:
        parts.initiate(self._database_ports, USER, self.layout.secret("mongo"))
        config, secrets = self.config, self.home / "secrets"
        urls = {process: (secrets / process / "mongo_url").read_text(encoding="utf-8") for process in database.OPENS}
        database.prepare(config.mongo_url, config.database_prefix, urls)

    def _state(self, name: str) -> State:
        for state in self.supervisor.states():
            if state.name == name:
                return state
        raise NodeError(f"there is no process {name!r}")

    def _outside_settings(self) -> dict[str, str]:
        ports, secrets = self.layout.ports, self.home / "secrets"
        outside = {
            "SMSC_HOST": LOOPBACK,
            "SMSC_PORT": str(ports["smsc"]),
            "SMSC_SYSTEM_ID": SMSC_ACCOUNT,
            "SMSC_PASSWORD_FILE": str(secrets / "smsc"),
            "SMTP_HOST": LOOPBACK,
            "SMTP_PORT": str(ports["mailbox"]),
        }
        return {PREFIX + name: text for name, text in outside.items()}

    def _choose_ports(self) -> None:
        wanted = int(self.layout.settings.pop(PREFIX + "API_PORT", 0))
        if wanted and wanted != self.layout.ports.get(API):
            if not self._claims.claim(wanted):
                raise NodeError(f"port {wanted} is taken by another program or node; give another {PREFIX}API_PORT")
            self.layout.ports[API] = wanted
        if not self.supervisor.runs():
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
