"""Generate the AsyncAPI 3.0 document of what the node's services publish, from the contracts.

A message's payload is the whole CloudEvent (structured mode), its ``data`` the contract's schema. Channels are routing
keys on the publisher's topic exchange; each consumer named in a contract is an operation that receives.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from contracts.envelope import EventContract, EventSchema

VERSION = "3.0.0"
CLOUDEVENTS_JSON = "application/cloudevents+json"


def document(contracts: Iterable[EventContract], *, title: str, version: str) -> dict[str, Any]:
    """Return the document as plain JSON types."""
    contracts = tuple(contracts)
    schemas = _schemas(contracts)
    return {
        "asyncapi": VERSION,
        "info": {
            "title": title,
            "version": version,
            "description": "Facts that the services of one node publish. Delivery is at least once, in no promised "
            "order: compare `subjectversion`, and know an event again by its `id`.",
        },
        "defaultContentType": CLOUDEVENTS_JSON,
        "channels": {contract.type: _channel(contract) for contract in contracts},
        "operations": dict(operation for contract in contracts for operation in _operations(contract)),
        "components": {"schemas": schemas},
    }


def name_of(contract: EventContract) -> str:
    """Return the name of a contract's envelope among the document's schemas."""
    return f"{contract.type}.envelope"


def _schemas(contracts: Iterable[EventContract]) -> dict[str, Any]:
    plugin = MarshmallowPlugin(schema_name_resolver=lambda kind: _class_of(kind).__name__)
    spec = APISpec("schemas", "1", "3.1.0", plugins=[plugin])
    spec.components.schema("Envelope", schema=EventSchema)
    for contract in contracts:
        if _name(contract) not in spec.components.schemas:
            spec.components.schema(_name(contract), schema=contract.schema)
    schemas: dict[str, Any] = dict(spec.to_dict()["components"]["schemas"])
    for contract in contracts:
        schemas[name_of(contract)] = _envelope(contract)
    return schemas


def _name(contract: EventContract) -> str:
    return _class_of(contract.schema).__name__


def _class_of(schema: Any) -> type[Schema]:
    return schema if isinstance(schema, type) else type(schema)


def _envelope(contract: EventContract) -> dict[str, Any]:
    reference = f"#/components/schemas/{_name(contract)}"
    return {
        "allOf": [
            {"$ref": "#/components/schemas/Envelope"},
            {"type": "object", "properties": {"type": {"const": contract.type}, "data": {"$ref": reference}}},
        ]
    }


def _channel(contract: EventContract) -> dict[str, Any]:
    return {
        "address": contract.type,
        "description": contract.description,
        "messages": {
            "event": {
                "name": contract.type,
                "contentType": CLOUDEVENTS_JSON,
                "payload": {"$ref": f"#/components/schemas/{name_of(contract)}"},
            }
        },
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": contract.exchange, "type": "topic", "durable": True, "vhost": "/"},
            }
        },
    }


def _operations(contract: EventContract) -> list[tuple[str, dict[str, Any]]]:
    channel = {"$ref": f"#/channels/{contract.type.replace('/', '~1')}"}
    summary = contract.unconsumed or "Consumed by " + ", ".join(one.queue for one in contract.consumers)
    sends = (f"{contract.service}.send.{contract.type}", {"action": "send", "channel": channel, "summary": summary})
    receives = [
        (f"{consumer.queue}.receive.{contract.type}", {"action": "receive", "channel": channel})
        for consumer in contract.consumers
    ]
    return [sends, *receives]
