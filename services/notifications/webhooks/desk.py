"""Carry changes of webhooks through: read, decide, store, audit, all in one unit of work."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from chassis.errors import Conflict, Invalid, PreconditionFailed
from chassis.ids import new_id
from chassis.rpc import Call
from chassis.work import Result, Unit
from contracts.problems import PROBLEMS
from contracts.webhooks import MOST_REPLAYED
from services.notifications.webhooks import domain
from services.notifications.webhooks.domain import Delivery, Webhook
from services.notifications.webhooks.guard import Rules
from services.notifications.webhooks.schemas import delivery_shown, trial_of
from services.notifications.webhooks.store import DeliveryStore, LaneStore, WebhookStore

KIND = "webhook"
CREATED, ACCEPTED = 201, 202
MOST_OF_ONE, MOST_OF_ALL = 10, 100


@dataclass(frozen=True, slots=True)
class Desk:
    """Change webhooks for a call."""

    webhooks: WebhookStore
    deliveries: DeliveryStore
    lanes: LaneStore
    rules: Rules

    def create(self, call: Call, unit: Unit) -> Result:
        """Make a webhook. Raises ``Invalid``, and ``Conflict`` where there are too many."""
        fields = call.request["webhook"]
        self._check(fields)
        self._room(call.actor.label, unit)
        webhook = Webhook(
            id=new_id(),
            version=1,
            owner=call.actor.label,
            url=fields["url"],
            event_types=tuple(dict.fromkeys(fields["event_types"])),
            description=fields["description"],
            secret=_new_secret(),
            created_at=unit.now,
            changed_at=unit.now,
        )
        self.webhooks.add(webhook, unit.session)
        self.lanes.open(webhook.id, unit.session)
        return self._done(webhook, unit, "webhook.created", CREATED)

    def change(self, call: Call, unit: Unit) -> Result:
        """Change a webhook. Raises ``NotFound``, ``PreconditionFailed``, ``Invalid``, ``Conflict`` if unreadable."""
        old = self._readable(call, unit)
        fields = dict(call.request["webhook"])
        self._check(fields)
        if "event_types" in fields:
            fields["event_types"] = tuple(dict.fromkeys(fields["event_types"]))
        new = domain.changed(old, fields, unit.now)
        if new is not old:
            self.webhooks.save(new, unit.session)
            self.lanes.rouse(new.id, unit.now, unit.session)
        return self._done(new, unit, "webhook.changed")

    def rotate(self, call: Call, unit: Unit) -> Result:
        """Exchange a webhook's secret. Raises ``NotFound``, ``PreconditionFailed``, ``Conflict`` if unreadable."""
        new = domain.rotated(self._readable(call, unit), _new_secret(), unit.now)
        self.webhooks.save(new, unit.session)
        return self._done(new, unit, "webhook.secret_rotated")

    def remove(self, call: Call, unit: Unit) -> Result:
        """Remove a webhook; who comes down its lane next erases its deliveries. Raises ``NotFound``."""
        webhook = self._asked(call, unit)
        self.webhooks.remove(webhook, unit.session)
        self.lanes.rouse(webhook.id, unit.now, unit.session)
        unit.audit("webhook.removed", webhook.id)
        return Result(webhook.id, webhook.version + 1)

    def try_out(self, call: Call, unit: Unit) -> Result:
        """Record the delivery of an event that tells of nothing. Raises ``NotFound``, ``Conflict`` if disabled."""
        webhook = self._enabled(call, unit)
        event = new_id()
        delivery = Delivery(
            id=new_id(),
            webhook=webhook.id,
            event=event,
            event_type=domain.TEST_TYPE,
            created_at=unit.now,
            erase_at=unit.now + domain.KEPT,
            due=unit.now,
        )
        body = trial_of(event, webhook.id, unit.node, unit.now)
        self.deliveries.add([delivery], {event: body}, unit.session)
        self.lanes.rouse(webhook.id, unit.now, unit.session)
        unit.audit("webhook.tried", webhook.id)
        return Result(delivery.id, 1, ACCEPTED, delivery_shown(delivery))

    def replay(self, call: Call, unit: Unit) -> Result:
        """Let deliveries be made anew, the oldest first. Raises ``NotFound``, ``Conflict`` if disabled."""
        webhook = self._enabled(call, unit)
        found = self.deliveries.ended(webhook.id, call.request, MOST_REPLAYED + 1, unit.session)
        ended, more = found[:MOST_REPLAYED], found[MOST_REPLAYED:]
        self.deliveries.save_all([domain.replayed(one, unit.now) for one in ended], unit.session)
        self.lanes.rouse(webhook.id, unit.now, unit.session)
        unit.audit("webhook.replayed", webhook.id)
        return Result(
            webhook.id, webhook.version, ACCEPTED, {"replayed": len(ended), "next": ended[-1].id if more else ""}
        )

    def _asked(self, call: Call, unit: Unit) -> Webhook:
        webhook = self.webhooks.get(call.request["id"], call.scope, unit.session)
        if call.if_version not in (None, webhook.version):
            raise PreconditionFailed("The webhook has moved on.")
        return webhook

    def _enabled(self, call: Call, unit: Unit) -> Webhook:
        webhook = self._asked(call, unit)
        if not webhook.enabled:
            raise Conflict("The webhook is disabled.", [_problem("enabled", "webhook_disabled")])
        return webhook

    def _readable(self, call: Call, unit: Unit) -> Webhook:
        webhook = self._asked(call, unit)
        if not webhook.readable:
            raise Conflict("The webhook cannot be decrypted.", [_problem("", "webhook_unreadable")])
        return webhook

    def _check(self, fields: dict[str, object]) -> None:
        if "url" in fields and (fault := self.rules.fault_of(str(fields["url"]))):
            problem = {"field": "url", "code": "not_an_address", "message": fault}
            raise Invalid("The node does not send to this address.", [problem])

    def _room(self, owner: str, unit: Unit) -> None:
        if self.webhooks.count(owner, unit.session) >= MOST_OF_ONE:
            raise Conflict(f"A client has {MOST_OF_ONE} webhooks at most.", [_problem("", "too_many")])
        if self.webhooks.count("", unit.session) >= MOST_OF_ALL:
            raise Conflict(f"The node has {MOST_OF_ALL} webhooks at most.", [_problem("", "too_many")])

    def _done(self, webhook: Webhook, unit: Unit, action: str, status: int = 200) -> Result:
        unit.audit(action, webhook.id)
        unit.keep(KIND, webhook.id, webhook.version, self.webhooks.document(webhook, unit.session))
        return Result(webhook.id, webhook.version, status)


def _new_secret() -> str:
    return domain.secret_of(secrets.token_bytes(domain.SECRET_BYTES))


def _problem(field: str, code: str) -> dict[str, object]:
    return {"field": field, "code": code, "message": PROBLEMS[code].en}
