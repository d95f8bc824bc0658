"""Hold the one envelope and the two kinds of contract that every publisher states.

An *event contract* names a fact that a service publishes, who consumes it and what may be relied on. An *RPC contract*
names a call that a service answers, and the shape of its request and response. Both are data: topology, AsyncAPI
document, access check and validation are all derived from them.

The envelope is CloudEvents 1.0 in structured JSON (CloudEvents 1.0.2, JSON event format), with four extension
attributes, all lower case as the standard asks::

    subjectversion  integer, version of the subject that the event speaks of; grows by one with each change
    traceparent     W3C trace context of the request that caused the event
    node            name of the directorate's node that published it
    actor           who caused it, as ``<role>:<id>``; never a person's name
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

SPEC_VERSION = "1.0"

SchemaClass = type[Schema]  # by a name of its own, since a contract has a field called `type`


@dataclass(frozen=True, slots=True)
class Event:
    """Carry one published fact.

    ``time`` is aware and UTC. ``payload`` is what the contract's schema describes, as plain JSON types; on the wire it
    is CloudEvents' ``data``.
    """

    id: str
    type: str
    source: str
    subject: str
    subjectversion: int
    time: datetime
    node: str
    actor: str
    payload: dict[str, Any]
    traceparent: str = ""


class EventSchema(Schema):
    """Describe the envelope on the wire. Unknown attributes are ignored, as CloudEvents asks of consumers."""

    class Meta:
        """Let a newer publisher add attributes."""

        unknown = EXCLUDE

    specversion = fields.String(required=True, validate=validate.Equal(SPEC_VERSION))
    id = fields.String(required=True, validate=validate.Length(min=1, max=100))
    type = fields.String(required=True, validate=validate.Length(min=1, max=200))
    source = fields.String(required=True, validate=validate.Length(min=1, max=200))
    subject = fields.String(required=True, validate=validate.Length(min=1, max=200))
    subjectversion = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    time = fields.AwareDateTime(required=True, format="iso")
    node = fields.String(required=True)
    actor = fields.String(required=True)
    traceparent = fields.String(load_default="")
    datacontenttype = fields.String(load_default="application/json")
    data = fields.Dict(required=True)


@dataclass(frozen=True, slots=True)
class Consumer:
    """Name one consumer of an event: the queue is ``<service>.<handler>``, so renaming a handler is a migration."""

    service: str
    handler: str

    @property
    def queue(self) -> str:
        """Return the name of the consumer's queue."""
        return f"{self.service}.{self.handler}"


@dataclass(frozen=True, slots=True)
class EventContract:
    """State one event: its CloudEvents type, the schema of its payload, and *all* its consumers.

    ``consumers`` may be empty only together with ``unconsumed``, a sentence that says why nobody listens.
    ``description`` says when it is sent and what may be relied on.
    """

    type: str
    service: str
    schema: SchemaClass
    description: str
    consumers: tuple[Consumer, ...] = ()
    unconsumed: str = ""

    def __post_init__(self) -> None:
        """Refuse a contract that forgets to say who consumes it."""
        if bool(self.consumers) == bool(self.unconsumed):
            raise ValueError(f"{self.type}: name its consumers, or say in `unconsumed` why there are none")

    @property
    def exchange(self) -> str:
        """Return the exchange that carries it: one topic exchange a publishing service."""
        return f"{self.service}.events"


@dataclass(frozen=True, slots=True)
class RpcContract:
    """State one call: who answers it, the shape of request and response, and whether it changes anything.

    ``name`` (``<service>.<method>``) is also the operation's name in the access policy. A changing call must carry an
    idempotency key; a call that only reads must not need one. ``response`` is None where the answer is empty.
    ``timeout`` is the longest the caller waits, in seconds.
    """

    service: str
    method: str
    request: type[Schema]
    response: type[Schema] | None
    description: str
    changes: bool = False
    timeout: float = 10.0
    reads_family: bool = field(default=False)

    @property
    def name(self) -> str:
        """Return ``<service>.<method>``: routing key and name of the operation in the policy."""
        return f"{self.service}.{self.method}"
