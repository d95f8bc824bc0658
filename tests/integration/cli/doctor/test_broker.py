"""Prove each check of the broker by breaking what it looks at."""

from __future__ import annotations

from typing import Any

from chassis import topology
from chassis.config import Config
from cli.doctor import broker as broker_checks
from cli.doctor.patient import Level, Patient
from contracts.catalogue import EVENTS
from tests.integration.cli.doctor.patients import QUEUE, consume, levels, told


def test_missing_queue_is_named(patient: Patient, channel: Any):
    channel.queue_delete(topology.delay_name(QUEUE, 0.2))

    assert f"queue {QUEUE}.delay.0.2s is missing" in told(broker_checks.queues, patient)


def test_looking_makes_no_queue(patient: Patient, channel: Any, node_config: Config):
    channel.queue_delete(topology.delay_name(QUEUE, 0.2))

    twice = [levels(broker_checks.queues, patient) for _ in range(2)]

    assert twice == [[Level.BROKEN], [Level.BROKEN]]


def test_queue_with_other_arguments_is_named(patient: Patient, channel: Any):
    name = topology.delay_name(QUEUE, 0.2)
    channel.queue_delete(name)
    channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})

    found = told(broker_checks.queues, patient)
    channel.queue_delete(name)

    assert f"queue {name} stands otherwise than declared" in found


def test_missing_exchange_is_named(patient: Patient, channel: Any):
    channel.exchange_delete("registry.events")

    assert "exchange registry.events is missing" in told(broker_checks.exchanges, patient)


def test_missing_binding_is_named(patient: Patient, channel: Any):
    event = next(event for event in EVENTS if any(consumer.queue == QUEUE for consumer in event.consumers))
    channel.queue_unbind(QUEUE, event.exchange, event.type)

    assert f"{QUEUE} is not bound to {event.exchange} for {event.type}" in told(broker_checks.bindings, patient)


def test_queue_without_consumer_is_named(patient: Patient, listening: Any):
    listening.basic_cancel("rpc-registry")

    found = told(broker_checks.consumers, patient)
    consume(listening, "rpc-registry")

    assert "nobody consumes rpc-registry → registry does not run" in found


def test_event_between_attempts_is_told(patient: Patient, channel: Any):
    delay = topology.delay_name(QUEUE, patient.config.retry_delays[-1])
    channel.queue_delete(delay)
    channel.queue_declare(delay, durable=True, auto_delete=False)  # one from which nothing goes back in the meantime
    channel.basic_publish_confirm(channel.prepare_message(b"{}"), "", delay)

    found = told(broker_checks.failing, patient)
    channel.queue_delete(delay)

    assert f"1 events of {QUEUE} failed" in found
