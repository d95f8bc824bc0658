"""State the events of the registry."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from contracts.checks import said
from contracts.envelope import Consumer, EventContract
from contracts.registry.areas import Area
from contracts.registry.organizations import Organization
from contracts.registry.services import Service
from contracts.registry.terms import Term
from contracts.registry.words import SERVICE


class WholeOrRemoved(Schema):
    """Carry a whole record, or ``{"id", "removed": true}`` where it was taken off."""

    removed = fields.Boolean(load_default=False)

    def __init__(self, **options: Any) -> None:
        """Let the record be absent, so that a tombstone fits; :meth:`whole_or_removed` asks for all of it otherwise."""
        super().__init__(**options)
        self.record = [name for name in self.fields if name not in ("id", "removed")]
        for name in self.record:
            self.fields[name].required = False

    @validates_schema
    def whole_or_removed(self, payload: dict[str, Any], **_: Any) -> None:
        """Refuse a record with a part missing: a projection would show less than there is."""
        missing = [] if payload.get("removed") else [name for name in self.record if name not in payload]
        if missing:
            raise ValidationError({name: [said("required")] for name in missing})


class OrganizationChangedPayload(WholeOrRemoved, Organization):
    """Carry the whole public record of an organization, or ``{"id", "removed": true}`` where it was taken off."""


class ServiceChangedPayload(WholeOrRemoved, Service):
    """Carry the whole public record of a service, or ``{"id", "removed": true}`` where it was taken off."""


class AreaChangedPayload(Area):
    """Carry the whole record of an area. Areas are never removed."""


class TermChangedPayload(Term):
    """Carry the whole record of a term. Terms are never removed, but may be retired."""


ORGANIZATION_CHANGED = EventContract(
    type="tashbik.registry.organization.changed.v1",
    service=SERVICE,
    schema=OrganizationChangedPayload,
    description=(
        "Sent in the transaction of every change of an organization; `subjectversion` is its version. Each carries the "
        "whole public record, so a projection may ignore any that is older than what it holds; a tombstone's version "
        "is higher than that of any record before it, and nothing follows it."
    ),
    consumers=(Consumer("projector", "on_directory_event"), Consumer("notifications", "on_public_event")),
)
SERVICE_CHANGED = EventContract(
    type="tashbik.registry.service.changed.v1",
    service=SERVICE,
    schema=ServiceChangedPayload,
    description=(
        "Sent in the transaction of every change of a service, and of its organization where that moves, gives up a "
        "place or is removed; `subjectversion` is the service's version. Each carries the whole public record, so a "
        "projection may ignore any that is older than what it holds; a tombstone's version is higher than that of any "
        "record before it, and nothing follows it."
    ),
    consumers=(Consumer("projector", "on_directory_event"), Consumer("notifications", "on_public_event")),
)
AREA_CHANGED = EventContract(
    type="tashbik.registry.area.changed.v1",
    service=SERVICE,
    schema=AreaChangedPayload,
    description="Sent in the transaction of every change of an area, with its whole record and outline.",
    consumers=(Consumer("projector", "on_directory_event"), Consumer("notifications", "on_public_event")),
)
TERM_CHANGED = EventContract(
    type="tashbik.registry.term.changed.v1",
    service=SERVICE,
    schema=TermChangedPayload,
    description="Sent in the transaction of every change of a term of the node's own, with its whole record.",
    consumers=(Consumer("projector", "on_directory_event"), Consumer("notifications", "on_public_event")),
)

EVENTS: tuple[EventContract, ...] = (ORGANIZATION_CHANGED, SERVICE_CHANGED, AREA_CHANGED, TERM_CHANGED)
