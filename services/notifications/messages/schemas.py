"""Show messages to callers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.notifications import Message as MessageAnswer
from services.notifications.messages.domain import Message, Status

_answer = MessageAnswer()


def shown(message: Message) -> dict[str, Any]:
    """Return a message as the contract describes it."""
    return dict(
        _answer.dump(
            {
                "id": message.id,
                "version": message.version,
                "event": message.event,
                "referral": message.referral,
                "audience": message.audience,
                "channel": message.channel,
                "template": message.template,
                "language": message.language,
                "status": message.status.value,
                "reason": message.reason,
                "attempts": message.attempts,
                "doubts": message.doubts,
                "parts": message.parts,
                "provider_reference": next(iter(message.references), ""),
                "created_at": message.created_at,
                "due_at": message.due if message.status is Status.CREATED else None,
                "sent_at": message.sent_at,
                "completed_at": message.completed_at,
            }
        )
    )


def page_shown(messages: Sequence[Message], limit: int) -> dict[str, Any]:
    """Return a page; a full one says where the next begins, which may then be empty."""
    following = messages[-1].id if len(messages) == limit else ""
    return {"items": [shown(message) for message in messages], "next": following}
