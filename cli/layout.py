"""Remember what a node without Docker chose at its first start: ports, secrets, settings, and where its files lie.

::

    .run/node.json          ports, settings and whether it is a demo
    .run/secrets/           passwords and addresses with passwords, one a file, read by ``TASHBIK_…_FILE``;
                            those of one process alone lie in a folder of its name
    .run/keys/              identities and encryption keys, see :mod:`cli.keys`
    .run/logs/              one log a process
    .run/mongo/ rabbitmq/   database and broker
    .run/received/          what the demo's SMSC and mail server were sent
    .run/tmp/               files in work

Everything is readable by its owner only.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from chassis.config import KEYS, PREFIX, ConfigError
from cli import keys
from cli.process import free_ports, is_free, write_private

SOCKET_PATH_BYTES = 100  # of the 108 that Linux takes
FOLDERS = ("secrets", "keys", "logs", "mongo", "rabbitmq", "received", "metrics", "tmp")
FILES = ("node.json", "supervisord.conf", "supervisord.pid", "supervisor.sock")
OF_THE_NODE = ("amqp_url", "mongo_url", "keys", "health_port")


@dataclass
class Layout:
    """Hold a node's directory and what it remembers.

    ``ports`` maps a name to a loopback port; ``settings`` maps ``TASHBIK_*`` variables, given by whoever started the
    node, to their text; ``socket`` is where supervisor listens.
    """

    home: Path
    ports: dict[str, int] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    demo: bool = False
    socket: str = ""

    @classmethod
    def at(cls, home: Path) -> Layout:
        """Read what the node in ``home`` remembers; a directory without a node remembers nothing."""
        with suppress(FileNotFoundError):
            return cls(home, **orjson.loads((home / "node.json").read_bytes()))
        return cls(home)

    @property
    def exists(self) -> bool:
        """Tell whether a node was ever started here."""
        return (self.home / "node.json").exists()

    @property
    def keys(self) -> Path:
        """Return the directory of the node's keys."""
        return self.home / "keys"

    @property
    def texts(self) -> Path:
        """Return the file of texts that the demo's SMSC received, one JSON object a line."""
        return self.home / "received" / "texts.jsonl"

    @property
    def mails(self) -> Path:
        """Return the file of mails that the demo's mail server received, one JSON object a line."""
        return self.home / "received" / "mails.jsonl"

    def take(self, settings: Mapping[str, str]) -> None:
        """Add settings to those remembered; raise :class:`ConfigError` for one that the node sets by itself."""
        for name in OF_THE_NODE:
            if PREFIX + name.upper() in settings:
                raise ConfigError(f"{PREFIX}{name.upper()} is set by the node itself; take it out of the environment.")
        known = {PREFIX + name.upper() for name in KEYS}
        self.settings |= {name: text for name, text in settings.items() if name.removesuffix("_FILE") in known}

    def choose_ports(
        self, names: Iterable[str], preferred: Mapping[str, int], claim: Callable[[int], bool] = is_free
    ) -> None:
        """Choose a port for each name that has none yet, or whose port somebody else took meanwhile.

        ``claim`` tells whether a port is free, and may keep it so.
        """
        self.ports = {name: port for name, port in self.ports.items() if claim(port)}
        taken = set(self.ports.values())
        missing = [name for name in names if name not in self.ports]
        for name, port in zip(missing, free_ports(len(missing), taken, claim), strict=True):
            wanted = preferred.get(name, 0)
            self.ports[name] = wanted if wanted and wanted not in taken and claim(wanted) else port

    def save(self) -> None:
        """Write down what is remembered, and make the directories and keys that are missing."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in ("secrets", "logs", "received", "metrics", "tmp"):
            (self.home / folder).mkdir(mode=0o700, exist_ok=True)
        keys.create(self.keys)
        self.socket = self.socket or self._socket_path()
        remembered = {"ports": self.ports, "settings": self.settings, "demo": self.demo, "socket": self.socket}
        write_private(self.home / "node.json", orjson.dumps(remembered, option=orjson.OPT_INDENT_2).decode())

    def secret(self, name: str, size: int = 24) -> str:
        """Return a secret, made of ``size`` random bytes the first time that it is asked for."""
        path = self.home / "secrets" / name
        if not path.exists():
            write_private(path, secrets.token_urlsafe(size))
        return path.read_text(encoding="utf-8")

    def keep_secret(self, name: str, content: str) -> Path:
        """Write a secret and return its file."""
        path = self.home / "secrets" / name
        write_private(path, content)
        return path

    def remove(self) -> None:
        """Remove all that the node wrote, and its directory where nothing else lies in it."""
        if self.socket and Path(self.socket).parent != self.home:
            shutil.rmtree(Path(self.socket).parent, ignore_errors=True)
        for name in (*FOLDERS, *FILES):
            path = self.home / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        with suppress(OSError):
            self.home.rmdir()

    def _socket_path(self) -> str:
        beside = self.home / "supervisor.sock"
        if len(str(beside).encode()) <= SOCKET_PATH_BYTES:
            return str(beside)
        return str(Path(tempfile.mkdtemp(prefix="tashbik-")) / "supervisor.sock")
