"""Wire the notifications service: what it hears, what it answers, and how messages leave.

::

    referrals.events ─▶ on_referral_changed ─▶ messages (created) ─▶ DueMessages ─▶ send_message ─▶ SMSC, mail server
                                                  ▲                                   │ asks referrals, whom
                                                  └─ sweep: doubts, late receipts ◀───┘
    SMSC ── receipts ─▶ Ways ─▶ ledger

Webhooks are wired in :mod:`services.notifications.webhooks.service`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint, register_entrypoint

from chassis import clock
from chassis.config import Config
from chassis.crypto import Vault
from chassis.errors import Unavailable
from chassis.events import event_handler
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.mongo import UNREACHABLE, Mongo, Storage
from chassis.rpc import Call, Rpc
from chassis.timer import every
from chassis.trail.sealing import Sealing
from chassis.work import Unit
from contracts import notifications as contract
from contracts.envelope import Event
from contracts.referrals import GET_RECIPIENT, REFERRAL_CHANGED
from services.notifications.channels.channel import Channel
from services.notifications.channels.email import EmailChannel, MailServer
from services.notifications.channels.log import LogChannel
from services.notifications.channels.receipts import Receipt
from services.notifications.channels.smpp import Smsc
from services.notifications.channels.sms import SmsChannel
from services.notifications.messages import schemas
from services.notifications.messages import store as message_store
from services.notifications.messages.domain import Message
from services.notifications.messages.ledger import Ledger
from services.notifications.messages.making import messages_of
from services.notifications.messages.post import LEASE, House, Post
from services.notifications.messages.store import ContentStore, MessageStore
from services.notifications.webhooks import store as webhook_store
from services.notifications.webhooks.service import Webhooks

INDEXES = {**message_store.INDEXES, **webhook_store.INDEXES}
POLL = 0.25
PAUSE = 2.0

log = get_logger()


class Settings(DependencyProvider):
    """Give workers the configuration."""

    def get_dependency(self, worker_ctx: Any) -> Config:
        """Return the configuration."""
        config: Config = self.container.config["TASHBIK"]
        return config


class Ways(DependencyProvider):
    """Hold the ways out for as long as the service runs; receipts of texts come in through them."""

    storage = Storage()

    def setup(self) -> None:
        """Choose the channels: the log stands in where no SMSC or mail server is configured."""
        config: Config = self.container.config["TASHBIK"]
        self._channels: dict[str, Channel] = {"log": LogChannel()}
        if config.smsc_host:
            self._channels["sms"] = SmsChannel(Smsc.of(config), self._on_receipt, spawn=self._spawn)
        if config.smtp_host:
            self._channels["email"] = EmailChannel(MailServer.of(config))

    def start(self) -> None:
        """Open the channels."""
        for channel in self._channels.values():
            channel.start()

    def stop(self) -> None:
        """Close the channels, after the last worker has ended."""
        for channel in self._channels.values():
            channel.stop()

    def get_dependency(self, worker_ctx: Any) -> Mapping[str, Channel]:
        """Return the channels by name."""
        return self._channels

    def _spawn(self, run: Callable[[], None], name: str) -> None:
        """Run a channel's thread so that a defect in it ends the service, which is then started again."""
        self.container.spawn_managed_thread(run, identifier=name)

    def _on_receipt(self, receipt: Receipt) -> None:
        try:
            Ledger(MessageStore(self.storage.database)).take_receipt(receipt)
        except UNREACHABLE as error:
            raise Unavailable("The database does not answer; the receipt may come again.") from error


class DueMessages(Entrypoint):
    """Claim messages that are due, and run the service's method with each, a few at once.

    A claim holds for :data:`LEASE` and is extended while its worker runs. What a worker raises is logged; its message
    is found again when the claim has run out.
    """

    storage = Storage()

    def start(self) -> None:
        """Start looking."""
        config: Config = self.container.config["TASHBIK"]
        self._store = MessageStore(self.storage.database)
        self._places = threading.BoundedSemaphore(max(1, config.workers // 2))
        self._in_hand: set[str] = set()
        self._stopping = threading.Event()
        self._looking = self.container.spawn_managed_thread(self._look, identifier="due messages")
        self.container.spawn_managed_thread(self._hold, identifier="message claims")

    def stop(self) -> None:
        """Claim nothing more; what is in hand is finished."""
        self._stopping.set()
        self._looking.wait()

    def _look(self) -> None:
        while not self._stopping.is_set():
            try:
                pause = 0.0 if self._claim_one() else POLL
            except UNREACHABLE as error:
                log.warning("messages_not_claimed", error=type(error).__name__)
                pause = PAUSE
            except ContainerBeingKilled:
                return
            if pause:
                self._stopping.wait(pause)

    def _claim_one(self) -> bool:
        if not self._places.acquire(timeout=POLL):
            return False
        message = self._claimed()
        if message is None:
            self._places.release()
            return False
        self._in_hand.add(message.id)
        self.container.spawn_worker(self, (message,), {}, handle_result=self._done(message))
        return True

    def _claimed(self) -> Message | None:
        try:
            return self._store.claim(clock.now(), LEASE)
        except UNREACHABLE:
            self._places.release()
            raise

    def _done(self, message: Message) -> Any:
        def handle_result(_context: Any, _result: Any, exc_info: Any) -> tuple[Any, Any]:
            self._in_hand.discard(message.id)
            self._places.release()
            if exc_info:
                log.error("message_not_processed", message=message.id, exc_info=exc_info[1])
            return None, None

        return handle_result

    def _hold(self) -> None:
        """Extend claims; the container ends this thread once the last worker is done."""
        while True:
            time.sleep(LEASE.total_seconds() / 4)
            try:
                if self._in_hand:
                    self._store.extend(list(self._in_hand), clock.now() + LEASE)
            except UNREACHABLE as error:
                log.warning("claims_not_extended", error=type(error).__name__)


def due_message(method: Any) -> Any:
    """Run a service's method with each message that is due: ``def method(self, message: Message)``."""
    register_entrypoint(method, DueMessages())
    return method


class Notifications(Webhooks):
    """Tell families, agencies and officers what becomes of referrals, and other systems what is public."""

    name = "notifications"

    mongo = Mongo(INDEXES)
    vault = Vault()
    rpc = Rpc()
    ways = Ways()
    config = Settings()
    sealing = Sealing()

    @event_handler(REFERRAL_CHANGED)
    def on_referral_changed(self, event: Event, unit: Unit) -> None:
        """Record whom to tell of a referral's transition; nothing is sent here, and no address is known yet.

        Each event speaks of one transition, so an older version than the last seen is told of too, and a missing one is
        told of when it comes. An event has one message for each audience, also if it is consumed again after the inbox
        has forgotten it.
        """
        store = MessageStore(self.mongo)
        for message in messages_of(event, self.ways, new_id, unit.now):
            if store.add(message, unit.session):
                unit.audit("message.created", message.id, why=event.id)

    @due_message
    def send_message(self, message: Message) -> None:
        """Send one claimed message."""
        store = MessageStore(self.mongo)
        Post(
            store,
            Ledger(store),
            ContentStore(self.mongo, self.vault),
            channels=self.ways,
            ask=self._contact,
            house=House.of(self.config),
        ).send(message)

    @every("sweep_interval")
    def sweep(self) -> None:
        """Settle messages whose sender died and those whose receipts never came; measure what is open."""
        store = MessageStore(self.mongo)
        store.hasten(clock.now(), LEASE)
        ledger = Ledger(store)
        ledger.resolve_doubts()
        ledger.stop_waiting()
        ledger.measure()

    @every("seal_interval")
    def seal_audit(self) -> None:
        """Seal what was noted since the last time."""
        self.sealing.turn()

    @rpc(contract.LIST_MESSAGES)
    def list_messages(self, call: Call) -> dict[str, Any]:
        """List messages, newest first. Those who may call reach the whole node, so the scope adds nothing."""
        asked = call.request
        return schemas.page_shown(MessageStore(self.mongo).page(**asked), asked["limit"])

    @rpc(contract.GET_MESSAGE)
    def get_message(self, call: Call) -> dict[str, Any]:
        """Read one message."""
        return schemas.shown(MessageStore(self.mongo).get(call.request["id"]))

    def _contact(self, referral: str, audience: str) -> Mapping[str, Any]:
        contact: Mapping[str, Any] = self.rpc.call(GET_RECIPIENT, {"referral": referral, "audience": audience})
        return contact
