"""Tell what became of services: events for the outbox, entries for the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.work import Unit
from contracts.registry import SERVICE_CHANGED
from services.registry.services.domain import DomainEvent, ServiceChanged, ServiceRegistered, ServiceRemoved
from services.registry.services.schemas import record, tombstone


def publish(unit: Unit, events: Iterable[DomainEvent], why: str = "") -> None:
    """Put the domain's events into the outbox and the audit trail; ``why`` names what they came by."""
    for event in events:
        match event:
            case ServiceRegistered(service):
                _emit(unit, service.id, service.version, record(service))
                unit.audit("service.registered", service.id, why)
            case ServiceChanged(service, changed):
                _emit(unit, service.id, service.version, record(service))
                unit.audit("service.changed", service.id, ", ".join([*sorted(changed), *filter(None, [why])]))
            case ServiceRemoved(service_id, version):
                _emit(unit, service_id, version, tombstone(service_id))
                unit.audit("service.removed", service_id, why)


def _emit(unit: Unit, subject: str, version: int, payload: dict[str, Any]) -> None:
    unit.emit(SERVICE_CHANGED, subject=subject, version=version, payload=payload)
