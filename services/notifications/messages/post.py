"""Take a claimed message to its channel, and record every step so that a crash at any point is seen.

::

    claimed ─▶ quiet hours? ─▶ an earlier one waits? ─▶ ask referrals: whom, which language? ─▶ words
                  │ later          │ later                  │ nobody: cancelled                  │ broken: failed
                                                                                                 ▼
                       what became of it ◀─ record ◀─ channel.send ◀─ record `sending` and, encrypted, what is sent

Until `sending` is recorded a crash costs nothing: the claim runs out and another takes the message. From then on nobody
knows whether it went out, until the answer is recorded, which is therefore tried for as long as the claim holds;
:meth:`.ledger.Ledger.resolve_doubts` decides about those whose answer was never recorded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chassis import clock, spans
from chassis.config import Config
from chassis.errors import NotFound, TashbikError
from chassis.logs import get_logger
from chassis.mongo import UNREACHABLE
from services.notifications import metrics
from services.notifications.channels.channel import (
    Busy,
    Channel,
    ChannelError,
    Letter,
    Refused,
    Unanswered,
    Unreachable,
)
from services.notifications.messages import domain
from services.notifications.messages.domain import Failure, Message
from services.notifications.messages.hours import QuietHours
from services.notifications.messages.ledger import Ledger, unless_moved_on
from services.notifications.messages.notices import FAMILY
from services.notifications.messages.store import ContentStore, MessageStore
from services.notifications.templates import rendering
from services.notifications.templates.rendering import Unmade, Words

TURN = timedelta(seconds=1)
LEASE = timedelta(seconds=20)
ANSWER_PAUSES = (0.2, 0.5, 1.0, 1.0, 1.0)  # beside the seconds that the driver itself tries each time
FAILURES: dict[type[ChannelError], Failure] = {
    Busy: Failure.BUSY,
    Unreachable: Failure.UNREACHABLE,
    Refused: Failure.REFUSED,
    Unanswered: Failure.UNANSWERED,
}

log = get_logger()


@dataclass(frozen=True, slots=True)
class Recipient:
    """Say whom to tell, at this moment: where nobody may be told, ``withheld`` says why."""

    address: str
    language: str
    agency: str
    withheld: str = ""

    @classmethod
    def of(cls, contact: Mapping[str, Any], *, by_text: bool) -> Recipient:
        """Read the answer of ``referrals.get_recipient``. A text goes to a number in E.164 only, never to a hotline."""
        address = str(contact["phone" if by_text else "email"])
        if by_text and not address.startswith("+"):
            address = ""
        missing = "" if address else ("no_phone" if by_text else "no_email")
        return cls(
            address=address,
            language=str(contact["language"]),
            agency=str(contact["agency"]["name"]),
            withheld=str(contact.get("withheld") or missing),
        )


@dataclass(frozen=True, slots=True)
class House:
    """Hold the rules of the node: when texts may go, how times are shown, how long contents are kept."""

    zone: ZoneInfo
    quiet: QuietHours | None
    country: str
    language: str
    public_url: str
    keep: timedelta

    @classmethod
    def of(cls, config: Config) -> House:
        """Return the rules that a node is configured with."""
        return cls(
            zone=config.timezone,
            quiet=QuietHours(config.timezone, *config.quiet_hours) if config.quiet_hours else None,
            country=config.country,
            language=config.language,
            public_url=config.public_url,
            keep=timedelta(days=config.message_days),
        )


class Post:
    """Send claimed messages."""

    def __init__(
        self,
        store: MessageStore,
        ledger: Ledger,
        contents: ContentStore,
        *,
        channels: Mapping[str, Channel],
        ask: Callable[[str, str], Mapping[str, Any]],
        house: House,
        lease: timedelta = LEASE,
        now: Callable[[], datetime] = clock.now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the stores, a channel by its name, and how to ask referrals for (referral, audience).

        ``lease`` is how long a claim holds unless it is extended.
        """
        self._store = store
        self._ledger = ledger
        self._contents = contents
        self._channels = channels
        self._ask = ask
        self._house = house
        self._lease = lease
        self._now = now
        self._sleep = sleep

    def send(self, message: Message) -> None:
        """Send one claimed message, or record why not, or give it back for later."""
        with unless_moved_on(message):
            if self._put_off(message):
                return
            with spans.during(f"send {message.channel}", spans.PRODUCER, message.traceparent):
                self._carry(message)

    def _carry(self, message: Message) -> None:
        recipient = self._recipient(message)
        words = self._words(message, recipient) if recipient else None
        if recipient and words:
            self._hand_over(message, recipient, words)

    def _put_off(self, message: Message) -> bool:
        now = self._now()
        quiet = self._house.quiet if message.audience == FAMILY else None
        until = quiet.over(now) if quiet else now
        if until <= now and self._store.follows_another(message):
            until = now + TURN
        if until > now:
            self._store.save(domain.postponed(message, until))
        return until > now

    def _recipient(self, message: Message) -> Recipient | None:
        """Return whom to tell; where there is nobody, or nobody to ask, record that and return None."""
        try:
            recipient = Recipient.of(self._ask(message.referral, message.audience), by_text=message.audience == FAMILY)
        except NotFound:
            self._ledger.record(domain.cancelled(message, "not_found", self._now()))
            return None
        except TashbikError as error:
            log.warning("recipient_not_told", message=message.id, code=error.code)
            self._ledger.record(domain.unreachable(message, self._now()))
            return None
        if recipient.withheld:
            self._ledger.record(domain.cancelled(message, recipient.withheld, self._now()))
            return None
        return recipient

    def _words(self, message: Message, recipient: Recipient) -> Words | None:
        language = rendering.known_language(recipient.language, self._house.language)
        known = rendering.facts(
            agency=recipient.agency,
            referral=message.referral,
            subject=message.subject,
            deadline=message.deadline,
            language=language,
            country=self._house.country,
            zone=self._house.zone,
            public_url=self._house.public_url,
        )
        make = rendering.text if message.audience == FAMILY else rendering.mail
        try:
            return make(message.template, language, known)
        except Unmade as error:
            log.error("message_not_made", message=message.id, template=str(error))
            self._ledger.record(domain.unmade(message, self._now()))
            return None

    def _hand_over(self, message: Message, recipient: Recipient, words: Words) -> None:
        language = rendering.known_language(recipient.language, self._house.language)
        self._contents.keep(message.id, recipient.address, words.text, self._now() + self._house.keep)
        sending = domain.begun(message, language, self._now() + self._lease)
        self._store.save(sending)
        after = self._sent(sending, Letter(message.id, recipient.address, words.text, words.subject, language))
        self._record_answer(after)
        self._ledger.confirm_early(after)

    def _sent(self, sending: Message, letter: Letter) -> Message:
        try:
            channel = self._channel(sending.channel)
            taken = channel.send(letter)
        except ChannelError as error:
            failure = FAILURES[type(error)]
            metrics.ATTEMPTS.labels(sending.channel, failure.value).inc()
            log.warning("message_not_sent", message=sending.id, failure=failure.value, code=str(error))
            return domain.failed(sending, failure, self._now())
        metrics.ATTEMPTS.labels(sending.channel, "taken").inc()
        now = self._now()
        metrics.SENDING_SECONDS.labels(sending.channel).observe((now - sending.created_at).total_seconds())
        return domain.taken(sending, now, taken.references, receipts=channel.receipts)

    def _record_answer(self, after: Message) -> None:
        for pause in ANSWER_PAUSES:
            try:
                return self._ledger.record(after)
            except UNREACHABLE as error:
                log.warning("answer_not_recorded", message=after.id, error=type(error).__name__)
                self._sleep(pause)
        return self._ledger.record(after)

    def _channel(self, name: str) -> Channel:
        if name not in self._channels:
            raise Unreachable("not_configured")
        return self._channels[name]
