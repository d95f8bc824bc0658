"""State what the notifications service answers about webhooks: which there are, and what became of their deliveries.

What is delivered are public events of the registry, never anything of a family or a person. A secret stands in two
answers only: when a webhook is made, and when its secret is exchanged.
"""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from contracts import registry
from contracts.checks import Length, OneOf, Text, in_calendar
from contracts.envelope import EventContract, RpcContract
from contracts.notifications import SERVICE

PUBLIC_EVENTS: tuple[EventContract, ...] = registry.EVENTS
EVENT_TYPES = tuple(event.type for event in PUBLIC_EVENTS)
STATUSES = ("waiting", "delivered", "failed", "held")
REASONS = ("", "owner", "gone", "failing", "unreadable")
DELIVERY_REASONS = ("", "status", "timeout", "unreachable", "forbidden_address", "expired")
MOST_REPLAYED = 1_000


def _id(**options: Any) -> fields.String:
    return fields.String(validate=Length("length", min=1, max=100), **options)


def _time(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(format="iso", validate=in_calendar, **options)


def _url(**options: Any) -> fields.String:
    described = {"description": "`https://…`, without a user or a fragment.", "format": "uri"}
    return fields.String(validate=Length("length", min=1, max=2_000), metadata=described, **options)


def _types(**options: Any) -> fields.List:
    return fields.List(
        fields.String(validate=OneOf("not_a_choice", EVENT_TYPES)),
        validate=Length("length", min=1, max=len(EVENT_TYPES)),
        **options,
    )


def _description(**options: Any) -> fields.String:
    return Text(validate=Length("too_long", max=300), **options)


class NewWebhook(Schema):
    """Say where to send which events. ``description`` tells people what it is for."""

    url = _url(required=True)
    event_types = _types(required=True)
    description = _description(load_default="")


class WebhookFields(Schema):
    """Give what is to change of a webhook; ``enabled`` stops and starts it."""

    url = _url()
    event_types = _types()
    description = _description()
    enabled = fields.Boolean()


class CreateWebhook(Schema):
    """Ask for a webhook."""

    webhook = fields.Nested(NewWebhook, required=True)


class ChangeWebhook(Schema):
    """Name a webhook, and what is to change."""

    id = _id(required=True)
    webhook = fields.Nested(WebhookFields, required=True)


class WebhookById(Schema):
    """Name one webhook."""

    id = _id(required=True)


class ListWebhooks(Schema):
    """Ask for a page of webhooks: at most ``limit`` after the cursor that the page before gave."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.String(load_default="", validate=Length("too_long", max=500))


class ListDeliveries(ListWebhooks):
    """Ask for a page of a webhook's deliveries, newest first, of one status or of all."""

    id = _id(required=True)
    status = fields.String(validate=OneOf("not_a_choice", STATUSES), load_default=None, allow_none=True)


class Replay(Schema):
    """Say which deliveries are to be made anew: those of these statuses whose event came at ``since`` or later."""

    since = _time(load_default=None, allow_none=True)
    statuses = fields.List(
        fields.String(validate=OneOf("not_a_choice", STATUSES[1:])),
        load_default=lambda: ["failed", "held"],
        validate=Length("length", min=1, max=len(STATUSES)),
        metadata={"description": "`failed` and `held` where nothing is given."},
    )
    after = fields.String(
        load_default="",
        validate=Length("too_long", max=500),
        metadata={"description": "What `next` was in the answer before; empty for the oldest."},
    )


class ReplayDeliveries(Replay):
    """Name a webhook, and which of its deliveries are to be made anew."""

    id = _id(required=True)


class Webhook(Schema):
    """Describe one webhook.

    ``reason`` says why it is disabled: ``owner`` (somebody did it), ``gone`` (the receiver answered 410), ``failing``
    (five days without one success), ``unreadable`` (no key opens its address or secret; what cannot be read is empty,
    and the webhook is removed and made anew). ``owner`` is who made it, as ``<role>:<id>``.
    """

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    owner = fields.String(required=True)
    url = fields.String(required=True)
    event_types = fields.List(fields.String(), required=True)
    description = fields.String(required=True)
    enabled = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    created_at = _time(required=True)
    changed_at = _time(required=True)
    old_secret_until = _time(required=True, allow_none=True)


class WebhookWithSecret(Webhook):
    """Describe a webhook with the secret that signs from now on, which is shown this once."""

    secret = fields.String(required=True)


class WebhookPage(Schema):
    """Give a page of webhooks; an empty ``next`` means that there are no more."""

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE

    items = fields.List(fields.Nested(Webhook), required=True)
    next = fields.String(required=True)


class Delivery(Schema):
    """Describe one event's way to a webhook.

    ``event`` is the event's id, and ``webhook-id`` of every attempt. ``code`` is the status of the last answer, null
    where there was none; ``reason`` says what was wrong. ``due_at`` is the earliest moment of the next attempt.
    """

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE

    id = fields.String(required=True)
    event = fields.String(required=True)
    event_type = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    attempts = fields.Integer(required=True)
    code = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, validate=validate.OneOf(DELIVERY_REASONS))
    created_at = _time(required=True)
    attempted_at = _time(required=True, allow_none=True)
    due_at = _time(required=True, allow_none=True)


class DeliveryPage(Schema):
    """Give a page of deliveries, newest first; an empty ``next`` means that there are no more."""

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE

    items = fields.List(fields.Nested(Delivery), required=True)
    next = fields.String(required=True)


class Replayed(Schema):
    """Say how many deliveries are made anew, and after which the rest is to be asked for; empty where there is none."""

    replayed = fields.Integer(required=True)
    next = fields.String(required=True)


class WebhookRemoved(Schema):
    """Say that a webhook is gone, with its deliveries."""

    id = fields.String(required=True)
    removed = fields.Boolean(required=True)


CREATE_WEBHOOK = RpcContract(SERVICE, "create_webhook", CreateWebhook, WebhookWithSecret, "Make a webhook.", True)
LIST_WEBHOOKS = RpcContract(SERVICE, "list_webhooks", ListWebhooks, WebhookPage, "List webhooks.")
GET_WEBHOOK = RpcContract(SERVICE, "get_webhook", WebhookById, Webhook, "Read one webhook.")
CHANGE_WEBHOOK = RpcContract(SERVICE, "change_webhook", ChangeWebhook, Webhook, "Change a webhook.", True)
REMOVE_WEBHOOK = RpcContract(SERVICE, "remove_webhook", WebhookById, WebhookRemoved, "Remove a webhook.", True)
ROTATE_WEBHOOK = RpcContract(SERVICE, "rotate_webhook", WebhookById, WebhookWithSecret, "Exchange its secret.", True)
TEST_WEBHOOK = RpcContract(SERVICE, "test_webhook", WebhookById, Delivery, "Send a webhook an event to try it.", True)
LIST_DELIVERIES = RpcContract(SERVICE, "list_deliveries", ListDeliveries, DeliveryPage, "List its deliveries.")
REPLAY_DELIVERIES = RpcContract(SERVICE, "replay_deliveries", ReplayDeliveries, Replayed, "Deliver anew.", True)

CALLS: tuple[RpcContract, ...] = (
    CREATE_WEBHOOK,
    LIST_WEBHOOKS,
    GET_WEBHOOK,
    CHANGE_WEBHOOK,
    REMOVE_WEBHOOK,
    ROTATE_WEBHOOK,
    TEST_WEBHOOK,
    LIST_DELIVERIES,
    REPLAY_DELIVERIES,
)
