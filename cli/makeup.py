"""Say what a node without Docker consists of: its processes, what each of them is given, and where each is reached.

:class:`cli.node.Node` starts, watches and stops all that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from chassis.config import PREFIX, Config, read
from cli import broker, parts, roster
from cli.layout import Layout
from cli.process import LOOPBACK, Part
from cli.roster import API, API_HEALTH, SERVICES, Service

USER = "tashbik"
SMSC_ACCOUNT = "tashbik"
BROKER_PORTS = ("amqp", "management", "prometheus", "distribution", "epmd")
ADDRESSES = ("amqp_url", "mongo_url")
DEMO_SETTINGS = {
    "NODE": "qena",
    "QUIET_HOURS": "",
    "MAIL_FROM": "tashbik@qena.example",
    "OFFICER_EMAIL": "officer@qena.example",
}


class NodeError(Exception):
    """Say which process does not start, or that there is no node."""


class Makeup:
    """Describe a node in a directory of its own, as it remembers itself there.

    ``settings`` are ``TASHBIK_*`` variables on top of those remembered. ``services`` may name fewer than all.
    ``cache_gb`` is for the database's cache, which wants to hold what is read often.
    """

    def __init__(
        self,
        home: Path,
        *,
        demo: bool = False,
        settings: Mapping[str, str] | None = None,
        services: Sequence[Service] = SERVICES,
        api: bool = True,
        cache_gb: float = parts.CACHE_GB,
    ) -> None:
        """Take the directory; nothing is written or started before :meth:`up`."""
        self.home = home.resolve()
        self.layout = Layout.at(self.home)
        self.layout.demo |= demo
        self.layout.take(settings or {})
        self._services = services
        self._api = api
        self._cache_gb = cache_gb

    # Where it is reached

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
            "MALLOC_ARENA_MAX": "2",  # else what each thread once needed for a large answer stays its own
            "MALLOC_MMAP_THRESHOLD_": "4194304",  # else the 16 MB of a secret's hash stay with each process of the API
            "MALLOC_TRIM_THRESHOLD_": "8388608",
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
        mongo = parts.mongo_member(self.home / "mongo", ports["mongo"], cache_gb=self._cache_gb, key_file=key_file)
        services = [
            roster.service_part(each, self.environment_of(each.name), ports[each.name]) for each in self._services
        ]
        metrics, api_environment = self.home / "metrics", self.environment_of(API)
        api = [roster.api_part(read(environment), api_environment, ports[API_HEALTH], metrics)] if self._api else []
        outside = roster.outside_parts(self.layout, SMSC_ACCOUNT) if self.layout.demo else ()
        return [[mongo, epmd], [rabbitmq, *outside], [*services, *api]]

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
