"""Give the chassis's tests a publisher and a consumer of their own: things that are counted.

The consumer fails on purpose: a thing of colour ``red`` always, one of colour ``amber`` until its third attempt, and
one of colour ``black`` kills the process, the first time. For a ``grey`` one a part is away, for longer than there are
attempts.
"""

from __future__ import annotations

import os
import signal

from marshmallow import Schema, fields

from chassis.errors import Unavailable
from chassis.event_batches import event_batch_handler
from chassis.events import event_handler
from chassis.mongo import Mongo
from chassis.outbox import Relay
from chassis.work import Unit, Work
from contracts.envelope import Consumer, Event, EventContract

ATTEMPTS_OF_AMBER = 3
ATTEMPTS_OF_GREY = 6


class ThingSchema(Schema):
    """Describe a thing."""

    number = fields.Integer(required=True, strict=True)
    colour = fields.String(load_default="green")


THING = EventContract(
    type="tashbik.things.thing.changed.v1",
    service="things",
    schema=ThingSchema,
    description="Sent in tests.",
    consumers=(Consumer("counter", "on_thing"), Consumer("counter", "on_things")),
)
EVENTS = (THING,)


class Things:
    """Publish what is in the outbox."""

    name = "things"
    mongo = Mongo()
    work = Work()
    relay = Relay(EVENTS)


class Counter:
    """Count things, one by one and in batches."""

    name = "counter"
    mongo = Mongo({"one": (), "many": (), "attempts": ()})

    @event_handler(THING)
    def on_thing(self, event: Event, unit: Unit) -> None:
        """Note a thing; mind its colour first."""
        self._mind(event)
        self.mongo["one"].insert_one({"number": event.payload["number"]}, session=unit.session)

    @event_batch_handler(THING)
    def on_things(self, events: list[Event], unit: Unit) -> None:
        """Note things, unless a red one is among them."""
        if any(event.payload["colour"] == "red" for event in events):
            raise ValueError("red")
        self.mongo["many"].insert_many([{"number": event.payload["number"]} for event in events], session=unit.session)

    def _mind(self, event: Event) -> None:
        colour = event.payload["colour"]
        seen = self.mongo["attempts"].find_one_and_update(
            {"_id": event.id}, {"$inc": {"count": 1}}, upsert=True, return_document=True
        )
        if colour == "black" and seen["count"] == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if colour == "red" or (colour == "amber" and seen["count"] < ATTEMPTS_OF_AMBER):
            raise ValueError(colour)
        if colour == "grey" and seen["count"] < ATTEMPTS_OF_GREY:
            raise Unavailable("A part is away.")
