"""Declare, break and describe the node that the doctor looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from chassis import topology, wire
from chassis.config import Config
from chassis.crypto import FieldVault
from chassis.database import connect, prepare
from cli.doctor import broker as broker_checks
from cli.doctor import storage
from cli.doctor.patient import Level, Patient
from contracts.catalogue import EVENTS

QUEUE = "projector.on_directory_event"
LONG_AGO = timedelta(hours=2)


def prepare_databases(config: Config) -> None:
    """Make collections, indexes and data keys, as services do at their start."""
    for service, indexes in storage.declared().items():
        database = connect(config, service)
        with database.client:
            prepare(database, indexes)
            if service in {"referrals", "notifications"}:
                FieldVault(database, config.keys).prepare()


def declare(channel: Any, config: Config) -> None:
    """Declare what services declare at their start."""
    topology.declare(channel, EVENTS, config.retry_delays)
    for service in broker_checks.answering():
        wire.queue_of(service)(channel).declare()


def consume(channel: Any, *queues: str) -> None:
    """Consume queues; each consumer has the name of its queue."""
    for queue in queues:
        channel.basic_consume(queue, consumer_tag=queue, callback=lambda message: None)


def levels(check: Callable[[Patient], Iterator[Any]], patient: Patient) -> list[Level]:
    """Return how bad each fault is that a check finds."""
    return [fault.level for fault in check(patient)]


def told(check: Callable[[Patient], Iterator[Any]], patient: Patient) -> str:
    """Return what a check finds, with what to do, in one text."""
    return "\n".join(f"{fault.found} → {fault.remedy}" for fault in check(patient))
