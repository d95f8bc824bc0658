"""Go down one webhook's lane: send what is due, one delivery after the other, and record what became of each.

::

    lane claimed ─▶ enabled? ─▶ due deliveries ─▶ sign ─▶ post ─▶ record ─┬─ taken: the next, for SLICE at most
                       │ no: hold what waits      as it was? else stop    ├─ not taken: the lane rests
                       ▼                                                  └─ gone, or failing for days: disabled
                    released ◀────────────────────────────────────────────┘

One sender at a time goes down a lane, in whichever replica. A receiver that is slow or away takes up one of the senders
for one request, and then rests; after :data:`SLICE` a lane goes behind those that have been due longer. Before each
request it is asked whether the webhook is still as it was read: one that was changed, disabled or removed is sent
nothing more as it was, and its lane is due again. A sender that dies between the receiver's answer and the record of it
leaves a lane that is due again once its lease has run out: the delivery is then made again, with the same
``webhook-id``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from chassis import clock
from chassis.errors import Conflict
from chassis.identity import Actor
from chassis.logs import get_logger
from chassis.work import Unit, Units
from services.notifications import metrics
from services.notifications.webhooks import domain
from services.notifications.webhooks.domain import Delivery, Lane, Outcome, Status, Webhook, Why
from services.notifications.webhooks.line import Line
from services.notifications.webhooks.store import DeliveryStore, LaneStore, WebhookStore

LEASE = timedelta(seconds=60)
SLICE = timedelta(seconds=10)
MOST = 200
"""Deliveries of one turn, at most."""
GROUP = 20
"""Deliveries whose events are read at once."""
HELD_AT_ONCE = 1_000
OURSELVES = Actor("notifications", "service")
CONTENT_TYPE = "application/cloudevents+json"
USER_AGENT = "Tashbik-Webhooks/1"

log = get_logger()


@dataclass(slots=True)
class Turn:
    """Hold what is given back at the end of a turn, whatever ends it: the lane, and when that is due again."""

    lane: Lane
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Sender:
    """Send to webhooks. Safe to run in several threads and replicas."""

    webhooks: WebhookStore
    deliveries: DeliveryStore
    lanes: LaneStore
    units: Units
    line: Callable[[], Line]
    now: Callable[[], datetime] = clock.now
    chance: Callable[[], float] = field(default=random.random)

    def claim(self) -> Lane | None:
        """Claim a lane, or return None where nothing is due."""
        return self.lanes.claim(self.now(), LEASE)

    def serve(self, lane: Lane, stopping: Callable[[], bool] = lambda: False) -> None:
        """Send what is due down a lane that is claimed, and give it back."""
        webhook = self.webhooks.find(lane.id)
        if webhook is None:
            self.deliveries.erase(lane.id)
            self.lanes.close(lane)
            return
        if webhook.enabled and not webhook.readable:
            self._disable(webhook, Why.UNREADABLE)
            self.lanes.release(lane, self.now())  # looked at once more: as disabled, or as readable by now
            return
        if not webhook.enabled:
            self._hold(webhook.id)
            self.lanes.release(lane, None)
            return
        turn = Turn(lane, due=lane.until)  # where it breaks off
        try:
            self._send_due(webhook, turn, stopping)
            self._look_ahead(turn)
        finally:
            self.lanes.release(turn.lane, turn.due)

    def measure(self) -> None:
        """Set the gauges of what waits, and of what is disabled."""
        oldest, now = self.lanes.oldest_due(self.now()), self.now()
        metrics.WEBHOOKS_WAITING.set(self.deliveries.waiting())
        metrics.WEBHOOKS_OLDEST_DUE.set((now - oldest).total_seconds() if oldest else 0)
        for status in (Status.DELIVERED, Status.FAILED):
            metrics.WEBHOOKS_FINISHED.labels(status.value)  # 0 at first: no increase is seen of what begins with 1
        counts = self.webhooks.disabled_counts()
        for why in (Why.OWNER, Why.GONE, Why.FAILING, Why.UNREADABLE):
            metrics.WEBHOOKS_DISABLED.labels(why.value).set(counts.get(why.value, 0))

    def _send_due(self, webhook: Webhook, turn: Turn, stopping: Callable[[], bool]) -> None:
        began = self.now()
        with self.line() as line:
            for delivery, body in self._with_bodies(self.deliveries.due(webhook.id, began, MOST)):
                if stopping() or self.now() >= began + SLICE or not self.webhooks.stands(webhook):
                    break
                outcome = self._attempt(line, webhook, delivery, body)
                turn.lane = domain.served(turn.lane, outcome, self.now())
                self._record(domain.attempted(delivery, outcome, self.now(), self.chance()), webhook)
                if not outcome.taken and outcome.reason != Why.EXPIRED:
                    self._judge(webhook, turn.lane, outcome)
                    break

    def _with_bodies(self, due: Sequence[Delivery]) -> Iterator[tuple[Delivery, bytes | None]]:
        for start in range(0, len(due), GROUP):
            group = due[start : start + GROUP]
            bodies = self.deliveries.bodies([one.event for one in group])
            yield from ((one, bodies.get(one.event)) for one in group)

    def _look_ahead(self, turn: Turn) -> None:
        due = self.deliveries.next_due(turn.lane.id)
        turn.due = due and max(due, self.now())
        if due is None:
            turn.lane = domain.at_ease(turn.lane)

    def _attempt(self, line: Line, webhook: Webhook, delivery: Delivery, body: bytes | None) -> Outcome:
        if body is None:
            return Outcome(reason=Why.EXPIRED)
        return line.post(webhook.url, self._headers(webhook, delivery.event, body), body)

    def _headers(self, webhook: Webhook, event: str, body: bytes) -> dict[str, str]:
        now = self.now()
        timestamp = int(now.timestamp())
        return {
            "Content-Type": CONTENT_TYPE,
            "User-Agent": USER_AGENT,
            "webhook-id": event,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": domain.signature(webhook.secrets_at(now), event, timestamp, body),
        }

    def _record(self, delivery: Delivery, webhook: Webhook) -> None:
        outcome = "taken" if delivery.status is Status.DELIVERED else delivery.reason
        metrics.WEBHOOK_ATTEMPTS.labels(outcome).inc()
        if delivery.status is not Status.WAITING:
            metrics.WEBHOOKS_FINISHED.labels(delivery.status.value).inc()
        log.info(
            "webhook_attempted",
            webhook=webhook.id,
            event_id=delivery.event,
            status=delivery.status.value,
            reason=delivery.reason,
            code=delivery.code,
            attempts=delivery.attempts,
        )
        try:
            self.deliveries.save(delivery)
        except Conflict:
            log.warning("delivery_moved_on", webhook=webhook.id, event_id=delivery.event)

    def _judge(self, webhook: Webhook, lane: Lane, outcome: Outcome) -> None:
        if outcome.gone:
            self._disable(webhook, Why.GONE)
        elif lane.failing_long(self.now()):
            self._disable(webhook, Why.FAILING)

    def _disable(self, sent_to: Webhook, why: Why) -> None:
        """Disable a webhook as it was when it was sent to; one that its owner has changed meanwhile stays."""

        def effect(unit: Unit) -> bool:
            webhook = self.webhooks.find(sent_to.id, unit.session)
            if webhook is None or not webhook.enabled or webhook.version != sent_to.version:
                return False
            if why is Why.UNREADABLE and webhook.readable:  # the key was found meanwhile
                return False
            self.webhooks.disable(domain.disabled(webhook, why, unit.now), unit.session)
            self.lanes.wake([webhook.id], unit.now, unit.session)
            unit.audit("webhook.disabled", webhook.id, why)
            return True

        if self.units.do(OURSELVES, effect):
            self._hold(sent_to.id)
            log.warning("webhook_disabled", webhook=sent_to.id, reason=why.value)

    def _hold(self, webhook: str) -> None:
        """Hold what waits for a webhook, for as long as that is disabled: what is replayed meanwhile stays replayed."""
        while self.units.do(OURSELVES, partial(self._hold_some, webhook)) == HELD_AT_ONCE:
            pass

    def _hold_some(self, webhook_id: str, unit: Unit) -> int:
        webhook = self.webhooks.find(webhook_id, unit.session)
        if webhook is None or webhook.enabled:
            return 0
        self.lanes.touch(webhook_id, unit.session)
        return self.deliveries.hold(webhook_id, HELD_AT_ONCE, unit.session)
