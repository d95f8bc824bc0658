"""Record what became of messages: each step, each receipt, and those of which nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from chassis import clock
from chassis.errors import Conflict
from chassis.logs import get_logger
from chassis.timer import apart
from services.notifications import metrics
from services.notifications.channels.receipts import Receipt
from services.notifications.messages import domain
from services.notifications.messages.domain import Failure, Message, Status
from services.notifications.messages.store import MessageStore, Overdue

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10))
"""How long a message that cannot be settled is left alone, then the last again; the alert looks at 15 minutes."""

log = get_logger()


@contextmanager
def unless_moved_on(message: Message) -> Iterator[None]:
    """Leave a message alone that somebody else has changed meanwhile: a claim had run out, or a receipt came."""
    try:
        yield
    except Conflict:
        log.warning("message_moved_on", message=message.id)


class Ledger:
    """Record steps of messages. Thread-safe, and safe to run in several replicas."""

    def __init__(self, store: MessageStore, now: Callable[[], datetime] = clock.now) -> None:
        """Take the store."""
        self._store = store
        self._now = now

    def record(self, message: Message) -> None:
        """Save a message's next version, count it and note it. Raises :class:`Conflict`."""
        self._store.save(message)
        if message.finished:
            metrics.FINISHED.labels(message.channel, message.status.value).inc()
        if message.reason == Failure.UNANSWERED:
            metrics.DOUBTS.labels("repeated" if message.status is Status.CREATED else "given_up").inc()
        log.info(
            "message_recorded",
            message=message.id,
            template=message.template,
            status=message.status.value,
            reason=message.reason,
            attempts=message.attempts,
            doubts=message.doubts,
        )

    def take_receipt(self, receipt: Receipt) -> None:
        """Keep a receipt, and let it speak to the message that awaits it, if that is recorded already.

        A receipt may come before the answer that names its id is recorded: then :meth:`confirm_early` finds it. Each
        side writes before it looks, so one of them sees the other.
        """
        self._store.keep_receipt(receipt, self._now())
        self._confirm(receipt)

    def confirm_early(self, message: Message) -> None:
        """Let those receipts speak that came before the message awaited them."""
        for receipt in self._store.receipts_of(message.unconfirmed):
            self._confirm(receipt)

    def resolve_doubts(self) -> int:
        """Decide for every message whose sender died on the way, and return how many there were."""
        lost = self._store.in_doubt(self._now())
        for one in lost:
            self._settle("notifications.resolve_doubts", one, self._decide)
        return len(lost)

    def stop_waiting(self) -> int:
        """Give up on receipts that have not come in time, and return how many messages that concerned."""
        late = self._store.without_receipt(self._now())
        for one in late:
            self._settle("notifications.stop_waiting", one, self._give_up)
        return len(late)

    def measure(self) -> None:
        """Set the gauges of what is open."""
        for status, count in self._store.open_counts().items():
            metrics.OPEN.labels(status).set(count)
        now = self._now()
        oldest = self._store.oldest_due(now)
        metrics.OLDEST_DUE.set((now - oldest).total_seconds() if oldest else 0)

    def _settle(self, work: str, one: Overdue, settle: Callable[[Message], None]) -> None:
        """Settle a message; one that cannot be settled steps back, so that no number of them keeps others waiting."""
        until = self._now() + BACK_OFF[min(one.tries, len(BACK_OFF) - 1)]
        with apart(work, one.id, partial(self._store.step_back, one.id, until)):
            message = one.read()
            with unless_moved_on(message):
                settle(message)

    def _decide(self, message: Message) -> None:
        self.record(domain.in_doubt(message, self._now()))

    def _give_up(self, message: Message) -> None:
        self.confirm_early(message)
        self.record(domain.unconfirmed(message, self._now()))

    def _confirm(self, receipt: Receipt) -> None:
        while (message := self._store.awaiting(receipt.reference)) is not None:
            try:
                self.record(domain.confirmed(message, receipt.reference, receipt.delivery, self._now()))
            except Conflict:
                continue  # another part's receipt came at the same moment: look again
            return
