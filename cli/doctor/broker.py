"""Look at the broker: does it answer, does all stand on it that is declared, and does anybody listen.

How something stands is asked of the management interface: AMQP could tell by declaring it anew, but who may declare a
queue may also delete it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from amqp.exceptions import NotFound
from kombu import Connection, Exchange, Queue

from chassis import amqp, deadletters, topology, wire
from chassis.config import Config
from chassis.logs import describe
from cli import roster
from cli.doctor.patient import Fault, Patient, broken, warning
from contracts.catalogue import CALLS, EVENTS

OLDEST_BROKER = (3, 10)
LONG_QUEUE = 1_000
LOGS = "Look at its log: `tashbik logs rabbitmq`, or `docker-compose logs broker`."
RESTART = "Declare it anew: `tashbik up`, or `docker-compose up -d`."
START = "Start it: `tashbik up`, or `docker-compose up -d`; then look at its log."
REMEDY = f"{topology.REMEDY.capitalize()}."

Standing = dict[str, Any]
_QUEUE: Standing = {"durable": True, "auto_delete": False, "arguments": {}}
_EXCHANGE: Standing = {"type": "topic", "durable": True, "auto_delete": False, "arguments": {}}


def answers(patient: Patient) -> Iterator[Fault]:
    """See that the broker answers, and is new enough."""
    try:
        with patient.broker() as connection:
            said = str(connection.connection.server_properties.get("version", "0"))
    except amqp.BROKER_ERRORS as error:
        return (yield broken(f"it does not answer ({describe(error)})", f"{LOGS} Where it does not run: {START}"))
    if tuple(int(part) for part in said.split(".")[:2] if part.isdigit()) < OLDEST_BROKER:
        yield broken(f"RabbitMQ is {said}", "Install 3.10 or newer: older ones lose what they dead-letter.")


def queues(patient: Patient) -> Iterator[Fault]:
    """See that every declared queue stands, with the arguments that it is declared with."""
    standing = _standing(patient, "queues", _QUEUE)
    for queue in declared_queues(patient.config):
        stated = queue.as_dict()
        declared = {"durable": stated["durable"], "arguments": stated["queue_arguments"] or {}}
        yield from _stands(f"queue {queue.name}", _QUEUE | declared, standing.get(queue.name))


def exchanges(patient: Patient) -> Iterator[Fault]:
    """See that every declared exchange stands, of its type."""
    standing = _standing(patient, "exchanges", _EXCHANGE)
    for exchange in declared_exchanges():
        declared = {"type": exchange.type, "durable": exchange.durable}
        yield from _stands(f"exchange {exchange.name}", _EXCHANGE | declared, standing.get(exchange.name))


def bindings(patient: Patient) -> Iterator[Fault]:
    """See that every queue is bound for what it is to receive. AMQP cannot tell; the management interface can."""
    rows = patient.ask("bindings/{vhost}").json()
    standing = {(row["source"], row["routing_key"], row["destination"]) for row in rows}
    for source, key, queue in sorted(declared_bindings() - standing):
        yield broken(f"{queue} is not bound to {source} for {key}: it does not get these events", RESTART)


def consumers(patient: Patient) -> Iterator[Fault]:
    """See that somebody listens to every queue of work, and that none is long."""
    with patient.broker() as connection:
        channel = connection.channel()
        for name in _worked(patient.config):
            try:
                stands = channel.queue_declare(name, passive=True)
            except NotFound:
                channel = connection.channel()  # the broker has closed the one before; `queues` tells of this
                continue
            if not stands.consumer_count:
                yield broken(f"nobody consumes {name}", f"{_consumer(name)} does not run, or has no broker. {START}")
            if stands.message_count > LONG_QUEUE:
                yield warning(
                    f"{stands.message_count} messages wait in {name}",
                    f"{_consumer(name)} is slow, fails, or needs more processes: read its log for `event_failed`.",
                )


def failing(patient: Patient) -> Iterator[Fault]:
    """See that no event failed and waits for its next attempt."""
    with patient.broker() as connection:
        for name in deadletters.queues(EVENTS):
            if count := sum(_length(connection, delay.name) for delay in _delays(name, patient.config)):
                yield warning(
                    f"{count} events of {name} failed, and wait for another attempt",
                    f"Look in the log of {_consumer(name)} for `event_failed`: it names the error.",
                )


def alarms(patient: Patient) -> Iterator[Fault]:
    """See that no node of the broker is out of memory or disk, or parted from the others."""
    for node in patient.ask("nodes").json():
        if not node.get("running", True):
            yield broken(f"the broker's node {node['name']} does not run", LOGS)
        if node.get("mem_alarm") or node.get("disk_free_alarm"):
            yield broken(
                f"the broker takes nothing more: {node['name']} is short of memory or disk",
                "Make room on its disk, or give it memory; what is to be sent waits in the outbox.",
            )
        if node.get("partitions"):
            yield broken(f"{node['name']} is parted from other nodes of the broker", LOGS)


def declared_exchanges() -> list[Exchange]:
    """Return every exchange that the contracts and calls are declared on."""
    found = [wire.EXCHANGE, wire.REPLIES, *map(topology.exchange_of, EVENTS)]
    found += map(topology.retries_of, deadletters.queues(EVENTS))
    return list({exchange.name: exchange for exchange in found}.values())


def declared_queues(config: Config) -> list[Queue]:
    """Return every queue of the node, as its owner declares it."""
    found = [wire.queue_of(service) for service in answering()]
    for name in deadletters.queues(EVENTS):
        found += [topology.work_queue(name), topology.parked_queue(name), *_delays(name, config)]
    return found


def declared_bindings() -> set[tuple[str, str, str]]:
    """Return every binding as exchange, routing key and queue."""
    calls = {(wire.EXCHANGE.name, f"{service}.*", f"rpc-{service}") for service in answering()}
    retries = {
        (topology.retries_of(work).name, name, name)
        for work in deadletters.queues(EVENTS)
        for name in (work, topology.parked_name(work))
    }
    return (
        calls
        | retries
        | {(contract.exchange, contract.type, consumer.queue) for contract in EVENTS for consumer in contract.consumers}
    )


def answering() -> list[str]:
    """Return the services that answer calls."""
    return sorted({contract.service for contract in CALLS})


def _worked(config: Config) -> list[str]:
    return [*(f"rpc-{service}" for service in answering()), *deadletters.queues(EVENTS)]


def _delays(name: str, config: Config) -> list[Queue]:
    return [topology.delay_queue(name, seconds) for seconds in config.retry_delays]


def _length(connection: Connection, queue: str) -> int:
    try:
        return int(connection.channel().queue_declare(queue, passive=True).message_count)
    except NotFound:
        return 0  # `queues` tells of this


def _consumer(queue: str) -> str:
    name = queue.removeprefix("rpc-").partition(".")[0]
    return name if name in {service.name for service in roster.SERVICES} else "its consumer"


def _standing(patient: Patient, kind: str, asked: Standing) -> dict[str, Standing]:
    rows = patient.ask(f"{kind}/{{vhost}}?columns={','.join(['name', *asked])}").json()
    return {row["name"]: {name: row[name] for name in asked} for row in rows}


def _stands(what: str, declared: Standing, standing: Standing | None) -> Iterator[Fault]:
    if standing is None:
        yield broken(f"{what} is missing", RESTART)
    elif differing := _differing(_flat(declared), _flat(standing)):
        yield broken(f"{what} stands otherwise than declared ({', '.join(differing)})", REMEDY)


def _differing(declared: Standing, standing: Standing) -> list[str]:
    return sorted(name for name in declared | standing if declared.get(name) != standing.get(name))


def _flat(standing: Standing) -> Standing:
    """Return all that can differ side by side; a queue is classic where nothing else is said."""
    arguments = standing.get("arguments", {})
    stated = {name: value for name, value in arguments.items() if (name, value) != ("x-queue-type", "classic")}
    return {name: value for name, value in standing.items() if name != "arguments"} | stated
