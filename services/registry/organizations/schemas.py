"""Turn requests into what the domain reads, and organizations into what is answered and published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from marshmallow import ValidationError

from chassis import loading
from contracts import registry as contract
from contracts.registry.words import ORGANIZATION_BYTES
from services.registry.faults import Fault
from services.registry.organizations.domain import Organization
from services.registry.organizations.parts import PARTS
from services.registry.organizations.places import Location
from services.registry.problems import faults_of_schema
from services.registry.services.plain import plain

PUBLIC = tuple(contract.Organization().fields)
_AGENCY = contract.Agency()
_ROW = contract.RowFields()
_PARTS = frozenset(PARTS.values())
JSON = frozenset({str, int, float, bool, type(None)})
"""Types of values that are JSON as they are, and the most there are in a record: these are asked for first."""


def record(organization: Organization) -> dict[str, Any]:
    """Return the public record as plain JSON types, as the contract's ``Organization`` has it."""
    values = ((name, getattr(organization, name)) for name in PUBLIC)
    return {name: value if type(value) in JSON else as_json(value) for name, value in values}


def agency(organization: Organization) -> dict[str, Any]:
    """Return what a referral needs of its agency."""
    return _AGENCY.dump(organization)  # type: ignore[no-any-return]


def tombstone(organization_id: str) -> dict[str, Any]:
    """Return what is published of a record that was taken off."""
    return {"id": organization_id, "removed": True}


def oversized(organization: Organization) -> list[Fault]:
    """Return the fault of a record that is larger than events and answers have room for."""
    size = len(orjson.dumps(record(organization)))
    return [Fault("", "too_large", str(size))] if size > ORGANIZATION_BYTES else []


def load_row(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return a row as its schema loads it, or empty with its faults."""
    try:
        return loading.load(_ROW, given), []
    except ValidationError as error:
        return {}, faults_of_schema(error.messages, given)


def as_json(value: Any) -> Any:
    """Return a value as JSON has it. By hand: a batch has 500 records, and a schema takes five times as long."""
    match value:
        case tuple():
            return [as_json(part) for part in value]
        case datetime():
            return value.isoformat()
        case Location():
            return {name: told for name, told in plain(value).items() if name != "external_ids"}
    return plain(value) if type(value) in _PARTS else value
