"""Make the messages that an event asks for."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime

from contracts.envelope import Event
from services.notifications.messages.domain import Message
from services.notifications.messages.notices import Notice, notices

LOG = "log"


def messages_of(event: Event, ways: Container[str], new_id: Callable[[], str], now: datetime) -> list[Message]:
    """Return a message for everyone who is to be told of ``tashbik.referrals.referral.changed``.

    ``ways`` are the channels there are; where a text or a mail has none, it goes to the log. Which version of the
    referral it is does not matter: a transition is told of whenever it is heard of, and those of one referral leave in
    the order of its versions as far as they wait together.
    """
    payload = event.payload
    told = notices(payload["transition"], previous_status=payload["previous_status"], outcome=payload["outcome"])
    deadline = datetime.fromisoformat(payload["deadline"]) if payload["deadline"] else None
    return [
        Message(
            id=new_id(),
            version=1,
            event=event.id,
            referral=payload["id"],
            order=event.subjectversion,
            template=notice.template,
            audience=notice.audience,
            channel=channel_of(notice, ways),
            repeats=notice.repeats,
            created_at=now,
            due=now,
            subject=payload["subject"],
            deadline=deadline,
            traceparent=event.traceparent,
        )
        for notice in told
    ]


def channel_of(notice: Notice, ways: Container[str]) -> str:
    """Return by which channel a notice goes."""
    channel = "sms" if notice.by_text else "email"
    return channel if channel in ways else LOG
