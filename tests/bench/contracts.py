"""Define what the benchmarks' own service is asked, and what it tells."""

from __future__ import annotations

from marshmallow import Schema, fields

from contracts.envelope import Consumer, EventContract, RpcContract

NAME = "bench"


class Said(Schema):
    """Carry a text."""

    text = fields.String(required=True)


SAY = RpcContract(NAME, "say", Said, Said, "Made for benchmarks.")
SAID = EventContract(
    type="tashbik.bench.thing.said.v1",
    service=NAME,
    schema=Said,
    description="Sent in benchmarks.",
    consumers=(Consumer(NAME, "on_said"),),
)
