"""Turn requests into what the domain reads, and services into what is answered and published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from marshmallow import ValidationError

from chassis import loading
from contracts.registry import SERVICE_BYTES
from contracts.registry.services import Service as ServiceSchema
from contracts.registry.services import ServiceRowFields
from services.registry.faults import Fault
from services.registry.problems import faults_of_schema
from services.registry.services.domain import Service
from services.registry.services.plain import plain

PUBLIC = tuple(ServiceSchema().fields)
_ROW = ServiceRowFields()


def record(service: Service) -> dict[str, Any]:
    """Return the public record as plain JSON types, as the contract's ``Service`` has it."""
    return {name: as_json(getattr(service, name)) for name in PUBLIC}


def tombstone(service_id: str) -> dict[str, Any]:
    """Return what is published of a record that was taken off."""
    return {"id": service_id, "removed": True}


def oversized(service: Service) -> list[Fault]:
    """Return the fault of a record that is larger than events and answers have room for."""
    size = len(orjson.dumps(record(service)))
    return [Fault("", "too_large", str(size))] if size > SERVICE_BYTES else []


def load_row(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return a row as its schema loads it, or empty with its faults."""
    try:
        return loading.load(_ROW, given), []
    except ValidationError as error:
        return {}, faults_of_schema(error.messages, given)


def as_json(value: Any) -> Any:
    """Return a value as JSON has it. By hand: a schema takes five times as long."""
    match value:
        case tuple() | list():
            return [as_json(each) for each in value]
        case dict():
            return {name: as_json(each) for name, each in value.items()}
        case datetime():
            return value.isoformat()
    return as_json(plain(value)) if hasattr(value, "__dataclass_fields__") else value
