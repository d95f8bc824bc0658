"""Find and describe the parts that a node stands on: a private MongoDB replica set and a private RabbitMQ broker.

Every part listens on loopback only, on ports and in directories that it is given, and reads
nothing of what the machine's own broker or database is configured with::

    mongo_member(…) ─▶ Part          initiate(ports) makes the members one replica set
    broker(…)       ─▶ epmd, rabbitmq  the broker's port mapper runs in the foreground, to end with the rest
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import stat
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from cli.process import LOOPBACK, Part, answers, free_ports, listens, wait_until

REPLICA_SET = "rs0"
RABBITMQ_SCRIPTS = Path("/usr/lib/rabbitmq/bin")
ERLANG_BINARIES = Path("/usr/lib/erlang/bin")
PLUGINS = ("rabbitmq_management", "rabbitmq_prometheus", "rabbitmq_federation", "rabbitmq_shovel")
ALREADY_INITIATED, NOT_ALLOWED, USER_EXISTS = 23, (13, 18), 51003


class MissingPart(Exception):
    """Say which program is missing and how to get it."""


@dataclass(frozen=True, slots=True)
class BrokerPorts:
    """Name the five ports of one broker."""

    amqp: int
    management: int
    prometheus: int
    distribution: int
    epmd: int

    @classmethod
    def free(cls) -> BrokerPorts:
        """Choose ports that nobody uses now."""
        return cls(*free_ports(5))


# Finding programs


def find_mongod() -> Path:
    """Return ``mongod`` from PATH, else from the wheel that carries one; raise :class:`MissingPart`."""
    if on_path := shutil.which("mongod"):
        return Path(on_path)
    carried = Path(sysconfig.get_path("platlib")) / "fiftyone" / "db" / "bin" / "mongod"
    if not carried.exists():
        raise MissingPart(
            "There is no mongod. `make setup` installs one into .venv on x86-64 Linux; on another machine put a mongod "
            "of MongoDB 6 or newer on PATH."
        )
    if not os.access(carried, os.X_OK):
        carried.chmod(carried.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return carried


def find_rabbitmq() -> Path:
    """Return the directory of RabbitMQ's own scripts; raise :class:`MissingPart`.

    Debian's ``/usr/sbin/rabbitmq-server`` is passed over: it is a wrapper that only starts the machine's own broker.
    """
    on_path = shutil.which("rabbitmq-server")
    own = [Path(on_path).resolve().parent] if on_path and "wrapper" not in Path(on_path).resolve().name else []
    for scripts in (*own, RABBITMQ_SCRIPTS):
        if (scripts / "rabbitmq-server").exists() and (scripts / "rabbitmqctl").exists():
            return scripts
    raise MissingPart("There is no RabbitMQ. Get it by `make setup`, or by `apt-get install rabbitmq-server`.")


def find_epmd() -> Path:
    """Return Erlang's port mapper; raise :class:`MissingPart`."""
    found = shutil.which("epmd") or shutil.which("epmd", path=str(ERLANG_BINARIES))
    if not found:
        raise MissingPart("There is no epmd. It comes with Erlang: `apt-get install erlang-base`.")
    return Path(found)


# MongoDB


CACHE_GB = 0.5
"""Gigabytes of memory for the cache of a member, as the containers' is."""

DIRTY = "eviction_dirty_target=20,eviction_dirty_trigger=40"
"""Per cent of the cache that may wait to be written, and from which on whoever writes helps; MongoDB's are 5 and 20.

Of a small cache that is little: a page into which an import puts one record after the other would be written each time.
"""

TRANSACTION_SECONDS = 10
"""Longest life of a transaction: what a killed process left open holds up the others no longer than this."""


def mongo_member(
    home: Path, port: int, *, name: str = "mongo", cache_gb: float = CACHE_GB, key_file: Path | None = None
) -> Part:
    """Describe one member of a replica set.

    With ``key_file`` members prove themselves by it and clients must log in. It is ready when it accepts connections;
    whether the set has a primary is :func:`has_primary`'s to tell. Slow operations are not logged: MongoDB would write
    down what was searched for and stored, names of families too.
    """
    command = [
        *(str(find_mongod()), "--replSet", REPLICA_SET, "--dbpath", str(home), "--port", str(port)),
        *("--bind_ip", LOOPBACK, "--nounixsocket", "--oplogSize", "1024"),
        *("--wiredTigerCacheSizeGB", str(cache_gb), "--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"),
        *("--slowOpSampleRate", "0", "--wiredTigerEngineConfigString", DIRTY),
    ]
    if key_file:
        command += ["--keyFile", str(key_file)]
    return Part(name, tuple(command), ready=lambda: listens(port), folders=(home,))


def mongo_key() -> str:
    """Return a fresh key for a replica set's ``--keyFile``."""
    return base64.b64encode(secrets.token_bytes(192)).decode()


def mongo_url(ports: Sequence[int], user: str = "", password: str = "") -> str:
    """Return the address of a replica set on loopback."""
    login, source = (f"{user}:{quote(password, safe='')}@", "&authSource=admin") if user else ("", "")
    return f"mongodb://{login}{','.join(f'{LOOPBACK}:{port}' for port in ports)}/?replicaSet={REPLICA_SET}{source}"


def initiate(ports: Sequence[int], user: str = "", password: str = "", seconds: float = 60.0) -> None:
    """Make the members one replica set with a primary and, where given, a first user who may do everything.

    Safe to repeat. Members find a dead primary within about 2 seconds (MongoDB's default is 10).
    """
    with _member(ports[0]) as first, _unless(ALREADY_INITIATED, *NOT_ALLOWED):
        first.admin.command("replSetInitiate", _set_of(ports))
    wait_until(lambda: has_primary(ports), "the primary of the replica set", seconds)
    if user:
        with _member(_primary_port(ports)) as primary, _unless(*NOT_ALLOWED, USER_EXISTS):
            primary.admin.command("createUser", user, pwd=password, roles=["root"])


def has_primary(ports: Sequence[int]) -> bool:
    """Tell whether one of the members is a primary that takes writes."""
    return _primary_port(ports) is not None


def _set_of(ports: Sequence[int]) -> dict[str, Any]:
    return {
        "_id": REPLICA_SET,
        "members": [{"_id": number, "host": f"{LOOPBACK}:{port}"} for number, port in enumerate(ports)],
        "settings": {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500},
    }


def _primary_port(ports: Sequence[int]) -> Any:
    for port in ports:
        with suppress(PyMongoError), _member(port) as member:
            if member.admin.command("hello").get("isWritablePrimary"):
                return port
    return None


@contextmanager
def _member(port: int) -> Iterator[MongoClient[dict[str, Any]]]:
    member: MongoClient[dict[str, Any]] = MongoClient(
        LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=2000
    )
    with member:
        yield member


@contextmanager
def _unless(*codes: int) -> Iterator[None]:
    try:
        yield
    except OperationFailure as failure:
        if failure.code not in codes:
            raise


# RabbitMQ


def broker(home: Path, ports: BrokerPorts, user: str, password: str, *, name: str = "tashbik") -> tuple[Part, Part]:
    """Describe a private RabbitMQ node: its port mapper and itself, to be started in that order.

    ``user`` with ``password`` administers it; there is no guest. The process that is started becomes the broker itself,
    so that a signal to it reaches it; SIGTERM ends it in order.
    """
    management = f"http://{LOOPBACK}:{ports.management}/api/overview"
    environment = _broker_environment(home, ports, name)
    epmd = (str(find_epmd()), "-port", str(ports.epmd), "-address", LOOPBACK)
    return (
        Part("epmd", epmd, ready=lambda: listens(ports.epmd)),
        Part(
            "rabbitmq",
            (str(find_rabbitmq() / "rabbitmq-server"),),
            ready=lambda: listens(ports.amqp) and answers(management, user, password),
            environment=environment,
            folders=(home / "mnesia", home / "log"),
            files=_broker_files(home, ports, user, password),
            stop_seconds=30,
        ),
    )


def amqp_url(port: int, user: str, password: str, vhost: str = "") -> str:
    """Return the address of a broker on loopback; an empty ``vhost`` means the broker's default one."""
    return f"amqp://{user}:{quote(password, safe='')}@{LOOPBACK}:{port}/{quote(vhost, safe='')}"


def _broker_environment(home: Path, ports: BrokerPorts, name: str) -> dict[str, str]:
    return {
        "HOME": str(home),  # the Erlang cookie lies here
        "ERL_EPMD_PORT": str(ports.epmd),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "RABBITMQ_NODENAME": f"{name}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(ports.amqp),
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
        "RUNNING_UNDER_SYSTEMD": "true",  # the script then execs the broker instead of staying above it
    }


def _broker_files(home: Path, ports: BrokerPorts, user: str, password: str) -> dict[Path, str]:
    settings = {
        "default_user": user,
        "default_pass": password,
        "management.tcp.ip": LOOPBACK,
        "management.tcp.port": ports.management,
        "prometheus.tcp.ip": LOOPBACK,
        "prometheus.tcp.port": ports.prometheus,
        "log.console.level": "warning",
    }
    return {
        home / "rabbitmq.conf": "".join(f"{key} = {value}\n" for key, value in settings.items()),
        home / "advanced.config": "[].\n",
        home / "enabled_plugins": f"[{','.join(PLUGINS)}].\n",
    }
