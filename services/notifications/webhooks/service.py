"""Wire webhooks into the notifications service.

::

    registry.events ─▶ on_public_event ─▶ deliveries, events, lanes ─▶ WebhookRounds ─▶ Sender ─▶ other systems
    gateway ─▶ create, change, rotate, test, replay … ─▶ Desk ─▶ webhooks, lanes
"""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx

from chassis.config import Config
from chassis.crypto import FieldVault
from chassis.database import Database
from chassis.event_batches import event_batch_handler
from chassis.rounds import Rounds, limited
from chassis.rpc import Call, rpc
from chassis.timer import every
from chassis.work import Result, Unit, Units, Work, event_seal
from contracts import webhooks as contract
from contracts.envelope import Event
from services.notifications.webhooks import schemas
from services.notifications.webhooks.desk import KIND, Desk
from services.notifications.webhooks.domain import Lane, Webhook
from services.notifications.webhooks.guard import Rules
from services.notifications.webhooks.line import TIMEOUT, Line
from services.notifications.webhooks.making import Recorder
from services.notifications.webhooks.sender import Sender
from services.notifications.webhooks.store import DeliveryStore, LaneStore, WebhookStore, types_listened_to

PLACES = 16
"""Webhooks that one process sends to at once."""


def rules_of(config: Config) -> Rules:
    """Return what the node allows to be sent to."""
    return Rules(config.webhook_ports, config.webhook_private)


class WebhookRounds(Rounds):
    """Send to webhooks for as long as the service runs."""

    work = "notifications.webhooks"

    def begin(self) -> None:
        """Make the sender."""
        config: Config = self.container.config["TASHBIK"]
        database = self.storage.database
        seal = event_seal(config)
        tls = httpx.create_ssl_context()
        self._sender = Sender(
            WebhookStore(database, FieldVault(database, config.keys)),
            DeliveryStore(database),
            LaneStore(database),
            Units(database, node=config.node, service=self.container.service_name, seal=seal),
            line=lambda: Line(rules_of(config), tls, limit=partial(limited, TIMEOUT)),
        )

    def claim(self) -> Lane | None:
        """Claim a lane that is due."""
        return self._sender.claim()

    def serve(self, item: Lane) -> None:
        """Go down a lane."""
        self._sender.serve(item, lambda: self.stopping)

    def get_dependency(self, worker_ctx: Any) -> Sender:
        """Return the sender, which measures too."""
        return self._sender


class Webhooks:
    """Answer for webhooks, and record what is to be delivered. The notifications service is one of these."""

    mongo: Database[dict[str, Any]]  # these three are the service's own
    vault: FieldVault
    config: Config

    work = Work()
    rounds = WebhookRounds(PLACES)

    @event_batch_handler(*contract.PUBLIC_EVENTS, heeded=types_listened_to)
    def on_public_event(self, events: list[Event], unit: Unit) -> None:
        """Record who is to be told of public events; nothing is sent here.

        Each event is delivered as it is, older versions too: receivers compare `subjectversion`. What no webhook is
        subscribed to leaves nothing here; a webhook is told of what happens after it was made.
        """
        Recorder(self._webhooks, DeliveryStore(self.mongo), LaneStore(self.mongo), self.work).record(events, unit)

    @every("sweep_interval")
    def measure_webhooks(self) -> None:
        """Measure what waits."""
        self.rounds.measure()

    @rpc(contract.CREATE_WEBHOOK)
    def create_webhook(self, call: Call) -> dict[str, Any]:
        """Make a webhook and answer it with its secret."""
        return schemas.shown_with_secret(self._as_left(self._once(call, self._desk.create), call))

    @rpc(contract.LIST_WEBHOOKS)
    def list_webhooks(self, call: Call) -> dict[str, Any]:
        """List webhooks within reach, newest first."""
        asked = call.request
        return schemas.page_shown(self._webhooks.page(call.scope, asked["limit"], asked["after"]), asked["limit"])

    @rpc(contract.GET_WEBHOOK)
    def get_webhook(self, call: Call) -> dict[str, Any]:
        """Read one webhook."""
        return schemas.shown(self._webhooks.get(call.request["id"], call.scope))

    @rpc(contract.CHANGE_WEBHOOK)
    def change_webhook(self, call: Call) -> dict[str, Any]:
        """Change a webhook and answer it."""
        return schemas.shown(self._as_left(self._once(call, self._desk.change), call))

    @rpc(contract.REMOVE_WEBHOOK)
    def remove_webhook(self, call: Call) -> dict[str, Any]:
        """Remove a webhook."""
        return {"id": self._once(call, self._desk.remove).id, "removed": True}

    @rpc(contract.ROTATE_WEBHOOK)
    def rotate_webhook(self, call: Call) -> dict[str, Any]:
        """Exchange a webhook's secret and answer it with the new one."""
        return schemas.shown_with_secret(self._as_left(self._once(call, self._desk.rotate), call))

    @rpc(contract.TEST_WEBHOOK)
    def test_webhook(self, call: Call) -> dict[str, Any]:
        """Record the delivery of a test event and answer it."""
        return self._once(call, self._desk.try_out).body or {}

    @rpc(contract.LIST_DELIVERIES)
    def list_deliveries(self, call: Call) -> dict[str, Any]:
        """List a webhook's deliveries, newest first."""
        asked = call.request
        webhook = self._webhooks.get(asked["id"], call.scope)
        found = DeliveryStore(self.mongo).page(webhook.id, asked["status"], asked["limit"], asked["after"])
        return schemas.deliveries_shown(found, asked["limit"])

    @rpc(contract.REPLAY_DELIVERIES)
    def replay_deliveries(self, call: Call) -> dict[str, Any]:
        """Let deliveries be made anew, and answer how many."""
        return self._once(call, self._desk.replay).body or {}

    @property
    def _webhooks(self) -> WebhookStore:
        return WebhookStore(self.mongo, self.vault)

    @property
    def _desk(self) -> Desk:
        return Desk(self._webhooks, DeliveryStore(self.mongo), LaneStore(self.mongo), rules_of(self.config))

    def _once(self, call: Call, effect: Any) -> Result:
        units: Units = self.work
        return units.once(call, lambda unit: effect(call, unit))

    def _as_left(self, result: Result, call: Call) -> Webhook:
        """Return the webhook as the call has left it, also where the call is repeated."""
        units: Units = self.work
        kept = units.kept(KIND, result.id, result.version)
        return self._webhooks.webhook(kept) if kept else self._webhooks.get(result.id, call.scope)
