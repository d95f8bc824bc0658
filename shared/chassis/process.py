"""Run one service in this process: refuse a wrong configuration, wait for the parts, serve, and end in good order.

::

    configuration, keys ──wrong──▶ exit 78, naming the key
         │
    wait for broker, database (back-off, each vain look is logged; /livez 200, /readyz 503)
         │
    container: indexes, topology, consumers ──dies──▶ exit 1
         │
    SIGTERM, SIGINT ─▶ take nothing more, finish what is in hand ──▶ exit 0; after GRACE seconds: exit 1

A broker or a database that goes away later ends nothing: links reconnect, and readiness says so.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from typing import Any

import eventlet
from amqp.exceptions import AccessRefused, NotAllowed
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from chassis import amqp, identity, logs, spans
from chassis.config import Config, ConfigError, read
from chassis.container import Container
from chassis.database import open_client, refusals_named
from chassis.health import Health, Pulse, serving
from chassis.link import Link
from chassis.logs import describe, get_logger
from chassis.rpc import Rpc
from chassis.tls import CertificateRefused
from chassis.trail.seals import SealingKey

EXIT_OK = 0
EXIT_DIED = 1
EXIT_USAGE = 64  # EX_USAGE of sysexits.h
EXIT_CONFIG = 78  # EX_CONFIG
GRACE = 25.0  # seconds from the signal to the end; compose and supervisor kill after 30
KILL_GRACE = 3.0
POLL = 0.1
PING_TIMEOUT_MS = 2000
BACKOFF = (0.2, 0.5, 1, 2, 5)
NEW_OBJECTS = 20_000
"""After so many more objects, Python looks for those that hold each other: what a service works on is a tree of plain
values, of which there are more than Python's usual 700 in a page, and none of them is such."""

log = get_logger()


def main(arguments: Sequence[str]) -> int:
    """Run the service that the one argument names as ``package.module:Class``, and return the exit code."""
    if len(arguments) != 1 or ":" not in arguments[0]:
        print("usage: python -m chassis.run package.module:Class", file=sys.stderr)
        return EXIT_USAGE
    module, _, name = arguments[0].partition(":")
    try:
        config = read()
        service = getattr(import_module(module), name)
        check_keys(config, service.name)
        logs.configure(config, service.name)
        spans.export(config, service.name)
        return Process(service, config).run()
    except ConfigError as error:
        print(f"{arguments[0]} does not start: {error}", file=sys.stderr)
        return EXIT_CONFIG


def check_keys(config: Config, service: str) -> None:
    """Raise :class:`ConfigError` where the keys that every service needs are missing or unreadable."""
    try:
        identity.private_key(config.keys, service)
        if service not in identity.trusted_keys(config.keys):
            raise FileNotFoundError(config.keys / "trusted" / f"{service}.pem")
        identity.Seal((config.keys / "event.key").read_bytes())
        SealingKey.read(config.keys)
    except (OSError, ValueError) as error:
        raise ConfigError(f"TASHBIK_KEYS is wrong ({error}): `tashbik keys create` makes the keys of a node") from error


class Process:
    """Hold one service's container from the first wait to the exit code."""

    def __init__(self, service: type, config: Config) -> None:
        """Take the service class."""
        self._config = config
        self._service = service
        self._container: Container | None = None
        self._started = False
        self._stopping = False
        self._mongo = open_client(config, serverSelectionTimeoutMS=PING_TIMEOUT_MS, maxPoolSize=2)
        self._pulse = Pulse(self._ping)
        self._health = Health(service=self._fault, database=self._pulse)

    def run(self) -> int:
        """Serve until a signal comes or the service dies, and return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        with ExitStack() as stack:
            stack.enter_context(self._mongo)
            stack.enter_context(self._pulse.beating())
            stack.enter_context(serving(self._health, self._config.health_host, self._config.health_port))
            serving_thread = eventlet.spawn(self._serve)
            while not (self._stopping or serving_thread.dead):
                eventlet.sleep(POLL)  # a signal wakes no greenlet; so look
            return self._end(serving_thread)

    def _on_signal(self, _number: int, _frame: Any) -> None:
        self._stopping = True

    def _fault(self) -> str:
        if self._stopping:
            return "stopping"
        return "" if self._started else "starting"

    @refusals_named()
    def _ping(self) -> None:
        self._mongo.admin.command("ping")

    def _serve(self) -> None:
        wait_for("broker", lambda: ask_broker(self._config), amqp.BROKER_ERRORS)
        wait_for("database", lambda: ask_database(self._mongo), (PyMongoError,))
        self._container = Container(self._service, nameko_config(self._config))
        self._health.add("broker", partial(_broker_fault, _lines(self._container)))
        self._container.start()
        collect_seldom()
        self._started = True
        log.info("service_started", workers=self._config.workers)
        self._container.wait()

    def _end(self, serving_thread: Any) -> int:
        if not self._stopping:
            return _cause(serving_thread)
        log.info("service_stopping", started=self._started)
        if not self._started or self._container is None:
            return EXIT_OK
        return _stop(self._container)


def _cause(serving_thread: Any) -> int:
    """Log why the service ended by itself. A wrong configuration that showed on the way is raised."""
    try:
        serving_thread.wait()
    except ConfigError:
        raise
    except Exception as error:  # the boundary of the process: log it in our form, and exit
        log.critical("service_died", exc_info=error)
    else:
        log.critical("service_ended")
    return EXIT_DIED


def _stop(container: Container) -> int:
    with eventlet.Timeout(GRACE, False):
        container.stop()
        log.info("service_stopped")
        return EXIT_OK
    log.warning("service_killed", after=GRACE)
    with eventlet.Timeout(KILL_GRACE, False):
        container.kill()
    return EXIT_DIED


def collect_seldom() -> None:
    """Have Python look for garbage in cycles more seldom, and never among what stands now: a seventh of our time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


def nameko_config(config: Config) -> dict[str, Any]:
    """Return Nameko's configuration of a container; extensions find ours in it as ``TASHBIK``."""
    return {
        "AMQP_URI": config.amqp_url,
        "HEARTBEAT": amqp.HEARTBEAT,
        "max_workers": config.workers,
        "parent_calls_tracked": 1,
        "TASHBIK": config,
    }


def wait_for(part: str, ask: Callable[[], object], away: tuple[type[BaseException], ...]) -> None:
    """Ask a part until it answers, with back-off. What it raises beside ``away`` is raised."""
    attempt = 0
    while True:
        try:
            ask()
        except away as error:
            delay = BACKOFF[min(attempt, len(BACKOFF) - 1)]
            attempt += 1
            log.warning("part_awaited", part=part, error=describe(error), retry_in=delay)
            eventlet.sleep(delay)
        else:
            return


def ask_broker(config: Config) -> None:
    """Connect to the broker once.

    Raises :class:`ConfigError` where it refuses the user or the virtual host, or we its certificate.
    """
    try:
        amqp.connect(config.amqp_url).release()
    except CertificateRefused as error:
        raise ConfigError(str(error)) from error
    except (AccessRefused, NotAllowed, KeyError, ValueError) as error:
        raise ConfigError(f"TASHBIK_AMQP_URL is wrong ({describe(error)})") from error


def ask_database(client: MongoClient[dict[str, Any]]) -> None:
    """Ask the database's primary once.

    Raises :class:`ConfigError` where it refuses us, its certificate does not hold, or it is no replica set.
    """
    with refusals_named():
        answer = client.admin.command("hello")
    if "setName" not in answer and answer.get("msg") != "isdbgrid":
        raise ConfigError("TASHBIK_MONGO_URL is wrong (transactions need a replica set)")


def _lines(container: Container) -> list[Link | Rpc]:
    """Return what of a service is connected to the broker: what it answers and consumes by, and what it calls by."""
    link = container.shared_extensions.get(Link)
    calling = [one for one in container.dependencies if isinstance(one, Rpc)]
    return [*([link] if link else []), *calling]


def _broker_fault(lines: Sequence[Link | Rpc]) -> str:
    return "" if all(line.connected for line in lines) else "not connected"
