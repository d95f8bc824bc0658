"""State what the notifications service answers: which messages there were, and what became of each.

Webhooks are in :mod:`contracts.webhooks`.

It publishes no event. A message's fate concerns nobody but those who read it here, and each is read by RPC; an event
that no service consumes would cost a transaction for every receipt and tell nothing new.

No answer holds an address, a name or a word of what was sent, to whomever it is given.
"""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from contracts.envelope import EventContract, RpcContract

SERVICE = "notifications"

CHANNELS = ("sms", "email", "log")
AUDIENCES = ("family", "agency", "officer")
LANGUAGES = ("ar", "fa", "en")
STATUSES = (
    "created",
    "sending",
    "pending",
    "sent",
    "delivered",
    "permanent-failure",
    "temporary-failure",
    "technical-failure",
    "cancelled",
)


def _text(most: int, least: int = 0, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(min=least, max=most), **options)


def _choice(choices: tuple[str, ...], **options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(choices), **options)


def _time(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(format="iso", **options)


class ListMessages(Schema):
    """Filter messages, and ask for a page: at most ``limit`` after the cursor that the page before gave."""

    referral = _text(100, load_default="")
    status = _choice(STATUSES, load_default=None, allow_none=True)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = _text(500, load_default="")


class ById(Schema):
    """Name one message."""

    id = _text(100, 1, required=True)


class Message(Schema):
    """Describe one message.

    ``status`` bears GOV.UK Notify's names, and ``cancelled`` for one not sent on purpose; ``reason`` says why it stands
    where it stands, in one word. ``due_at`` is the earliest moment of the next attempt, null once the provider has it.
    ``doubts`` counts attempts of which nobody knows whether the message went out: so many times it may be doubled.
    ``provider_reference`` is the provider's id of its first part. ``language`` is empty until it is first sent.
    """

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    event = fields.String(required=True, metadata={"description": "Id of the event that asked for it."})
    referral = fields.String(required=True)
    audience = _choice(AUDIENCES, required=True)
    channel = _choice(CHANNELS, required=True)
    template = fields.String(required=True)
    language = fields.String(required=True)
    status = _choice(STATUSES, required=True)
    reason = fields.String(required=True)
    attempts = fields.Integer(required=True)
    doubts = fields.Integer(required=True)
    parts = fields.Integer(required=True)
    provider_reference = fields.String(required=True)
    created_at = _time(required=True)
    due_at = _time(required=True, allow_none=True)
    sent_at = _time(required=True, allow_none=True)
    completed_at = _time(required=True, allow_none=True)


class MessagePage(Schema):
    """Give a page of messages, newest first; an empty ``next`` means that there are no more."""

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE

    items = fields.List(fields.Nested(Message), required=True)
    next = fields.String(required=True)


LIST_MESSAGES = RpcContract(SERVICE, "list_messages", ListMessages, MessagePage, "List messages, newest first.")
GET_MESSAGE = RpcContract(SERVICE, "get_message", ById, Message, "Read one message.")

EVENTS: tuple[EventContract, ...] = ()
CALLS: tuple[RpcContract, ...] = (LIST_MESSAGES, GET_MESSAGE)
