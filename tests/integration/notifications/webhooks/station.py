"""Put the stores, the desk and the sender together on a real database, with a clock of the tests' own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chassis import clock
from chassis.config import Config
from chassis.crypto import FieldVault
from chassis.database import Database
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.rpc import Call
from chassis.work import Result, Units, event_seal
from contracts.envelope import Event
from contracts.policy import Scope
from services.notifications.webhooks.desk import Desk
from services.notifications.webhooks.domain import Delivery, Webhook
from services.notifications.webhooks.guard import Rules
from services.notifications.webhooks.line import Line
from services.notifications.webhooks.making import Recorder
from services.notifications.webhooks.sender import Sender
from services.notifications.webhooks.store import DeliveryStore, LaneStore, WebhookStore
from tests.unit.notifications.webhooks.builders import ORGANIZATION

OFFICER = Actor("officer-1", "officer", area="EG29")
PRIVATE = Rules((), private=True)
PATIENCE = 0.5
"""Seconds that a receiver has for each step."""


@dataclass
class Station:
    """Hold what sends webhooks. Time stands where :attr:`now` says, and moves when a test moves it."""

    database: Database[dict[str, Any]]
    config: Config
    now: datetime = field(default_factory=clock.now)

    def __post_init__(self) -> None:
        """Make the parts."""
        vault = FieldVault(self.database, self.config.keys)
        vault.prepare()
        self.webhooks = WebhookStore(self.database, vault)
        self.deliveries, self.lanes = DeliveryStore(self.database), LaneStore(self.database)
        self.units = Units(self.database, node="qena", service="notifications", seal=event_seal(self.config))
        self.desk = Desk(self.webhooks, self.deliveries, self.lanes, PRIVATE)

    def sender(self) -> Sender:
        """Return a sender, as each replica has its own."""
        return Sender(
            self.webhooks,
            self.deliveries,
            self.lanes,
            self.units,
            line=lambda: Line(PRIVATE, timeout=PATIENCE),
            now=lambda: self.now,
            chance=lambda: 0.5,
        )

    def passes(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def call(self, effect: Any, actor: Actor = OFFICER, scope: Scope | None = None, **request: Any) -> Result:
        """Have the desk do something for a caller."""
        bounds = scope or Scope(actor=actor.label)
        deadline = clock.now() + timedelta(seconds=10)
        made = Call(request, actor, bounds, deadline, operation=effect.__name__, key=new_id())
        result = self.units.once(made, lambda unit: effect(made, unit))
        self.now = max(self.now, clock.now())  # what the desk has let be due is due
        return result

    def subscribed(self, url: str, *types: str, actor: Actor = OFFICER) -> Webhook:
        """Make a webhook."""
        fields = {"url": url, "event_types": types or (ORGANIZATION,), "description": ""}
        return self.webhooks.get(self.call(self.desk.create, actor, webhook=fields).id, Scope())

    def happens(self, event: Event | None = None) -> Event:
        """Consume a public event."""
        event = event or an_event()
        self.all_happen([event])
        return event

    def all_happen(self, events: Sequence[Event]) -> None:
        """Consume public events that came together."""
        recorder = Recorder(self.webhooks, self.deliveries, self.lanes, self.units)
        self.units.do(OFFICER, lambda unit: recorder.record(events, unit))
        self.now = max(self.now, clock.now())

    def rounds(self) -> int:
        """Serve every lane that is due, once, and return how many there were."""
        sender, served = self.sender(), 0
        for lane in iter(sender.claim, None):
            sender.serve(lane)
            served += 1
        return served

    def of(self, webhook: Webhook) -> list[Delivery]:
        """Return a webhook's deliveries, newest first."""
        return self.deliveries.page(webhook.id, None, 100, "")

    def only(self, webhook: Webhook) -> Delivery:
        """Return a webhook's one delivery."""
        (found,) = self.of(webhook)
        return found

    def again(self, webhook: Webhook) -> Webhook:
        """Return the webhook as it is now."""
        return self.webhooks.get(webhook.id, Scope())


def an_event(**changes: Any) -> Event:
    """Build an event of an organization."""
    values: dict[str, Any] = {
        "id": new_id(),
        "type": ORGANIZATION,
        "source": "/qena/registry",
        "subject": "0199-o1",
        "subjectversion": 3,
        "time": clock.now(),
        "node": "qena",
        "actor": "officer:oidc-0123456789",
        "payload": {"id": "0199-o1", "name": "جمعية الرحمة بقنا"},
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    return Event(**values | changes)
