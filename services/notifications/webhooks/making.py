"""Record what is to be delivered, in the transaction that consumes the events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from chassis.ids import new_id
from chassis.work import Unit, Units
from contracts.envelope import Event
from services.notifications.webhooks.domain import KEPT, Delivery, Status
from services.notifications.webhooks.schemas import body_of
from services.notifications.webhooks.store import DeliveryStore, LaneStore, Listener, WebhookStore

MOST_AT_ONCE = 2_000
"""Deliveries that are recorded in one transaction."""
MakeId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Recorder:
    """Record who is to be told of events."""

    webhooks: WebhookStore
    deliveries: DeliveryStore
    lanes: LaneStore
    units: Units
    make_id: MakeId = new_id

    def record(self, events: Sequence[Event], unit: Unit) -> None:
        """Record one delivery for each event and each webhook that is to be told of it.

        Many are recorded a slice at a time, each in a transaction of its own before the one that consumes the events:
        all in one would fit in no database's memory. Where that one fails the events come again, and what is recorded
        is found.
        """
        listeners = self.webhooks.listeners(unit.session)
        size = max(1, MOST_AT_ONCE // max(1, len(listeners)))
        if len(events) <= size:
            self._record(events, unit)
            return
        for start in range(0, len(events), size):
            self.units.do(unit.actor, partial(self._record, events[start : start + size]))

    def _record(self, events: Sequence[Event], unit: Unit) -> None:
        made = deliveries_of(events, self.webhooks.listeners(unit.session), self.make_id, unit.now)
        if made:
            told = {one.event for one in made}
            bodies = {event.id: body_of(event) for event in events if event.id in told}
            self.deliveries.add(made, bodies, unit.session)
            self.lanes.wake({one.webhook for one in made}, unit.now, unit.session)


def deliveries_of(
    events: Sequence[Event], listeners: Sequence[Listener], make_id: MakeId, now: datetime
) -> list[Delivery]:
    """Return the deliveries of events. Those to a disabled webhook are held at once, for a replay."""
    return [
        Delivery(
            id=make_id(),
            webhook=listener.id,
            event=event.id,
            event_type=event.type,
            created_at=now,
            erase_at=now + KEPT,
            due=now,
            status=Status.WAITING if listener.enabled else Status.HELD,
        )
        for event in events
        for listener in listeners
        if event.type in listener.event_types
    ]
