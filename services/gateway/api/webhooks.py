"""Answer for webhooks: who is told of public events, and what became of each delivery."""

from __future__ import annotations

from typing import Any

from flask import Response

from contracts.webhooks import (
    CHANGE_WEBHOOK,
    CREATE_WEBHOOK,
    GET_WEBHOOK,
    LIST_DELIVERIES,
    LIST_WEBHOOKS,
    REMOVE_WEBHOOK,
    REPLAY_DELIVERIES,
    ROTATE_WEBHOOK,
    TEST_WEBHOOK,
    NewWebhook,
    Replay,
    WebhookFields,
)
from services.gateway.api.blueprint import Blueprint, query_of
from services.gateway.api.examples import webhooks as examples
from services.gateway.api.exchange import call, created, page, plain, record
from services.gateway.auth.guard import IfMatch, operation

webhooks = Blueprint("webhooks", "Other systems that are told of public events, signed as Standard Webhooks has it.")


@webhooks.route("/webhooks", methods=["POST"])
@webhooks.arguments(NewWebhook, example=examples.NEW_WEBHOOK)
@webhooks.response(201, CREATE_WEBHOOK.response, example=examples.CREATED)
@operation("notifications.create_webhook", changes=True)
def create_webhook(webhook: dict[str, Any]) -> Response:
    """Make a webhook. Its secret is in this answer only."""
    return created(call(CREATE_WEBHOOK, {"webhook": webhook}), "/webhooks")


@webhooks.route("/webhooks", methods=["GET"])
@webhooks.arguments(query_of(LIST_WEBHOOKS), location="query")
@webhooks.response(200, LIST_WEBHOOKS.response, example=examples.WEBHOOKS)
@operation("notifications.list_webhooks", paged=True)
def list_webhooks(asked: dict[str, Any]) -> Response:
    """List webhooks within your reach, newest first."""
    return page(call(LIST_WEBHOOKS, asked))


@webhooks.route("/webhooks/<record:id>", methods=["GET"])
@webhooks.response(200, GET_WEBHOOK.response, example=examples.WEBHOOK)
@operation("notifications.get_webhook", tagged=True)
def get_webhook(id: str) -> Response:  # noqa: A002 - the field's name
    """Read one webhook."""
    return record(call(GET_WEBHOOK, {"id": id}))


@webhooks.route("/webhooks/<record:id>", methods=["PATCH"])
@webhooks.arguments(WebhookFields, example=examples.WEBHOOK_CHANGE)
@webhooks.response(200, CHANGE_WEBHOOK.response, example=examples.CHANGED)
@operation("notifications.change_webhook", changes=True, if_match=IfMatch.REQUIRED)
def change_webhook(webhook: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Change what is given of a webhook; the rest stays. `enabled` stops it and starts it again."""
    return record(call(CHANGE_WEBHOOK, {"id": id, "webhook": webhook}))


@webhooks.route("/webhooks/<record:id>/remove", methods=["POST"])
@webhooks.response(200, REMOVE_WEBHOOK.response, example=examples.REMOVED)
@operation("notifications.remove_webhook", changes=True, if_match=IfMatch.OPTIONAL)
def remove_webhook(id: str) -> Response:  # noqa: A002 - the field's name
    """Remove a webhook, with all that waits for it."""
    return plain(call(REMOVE_WEBHOOK, {"id": id}))


@webhooks.route("/webhooks/<record:id>/rotate", methods=["POST"])
@webhooks.response(200, ROTATE_WEBHOOK.response, example=examples.ROTATED)
@operation("notifications.rotate_webhook", changes=True, if_match=IfMatch.OPTIONAL)
def rotate_webhook(id: str) -> Response:  # noqa: A002 - the field's name
    """Exchange the secret. For a day the old one signs beside the new one, which is in this answer only."""
    return record(call(ROTATE_WEBHOOK, {"id": id}))


@webhooks.route("/webhooks/<record:id>/ping", methods=["POST"])
@webhooks.response(202, TEST_WEBHOOK.response, example=examples.TRIED)
@operation("notifications.test_webhook", changes=True)
def test_webhook(id: str) -> Response:  # noqa: A002 - the field's name
    """Send an event that tells of nothing. What becomes of it is among the deliveries."""
    return _accepted(call(TEST_WEBHOOK, {"id": id}), id)


@webhooks.route("/webhooks/<record:id>/deliveries", methods=["GET"])
@webhooks.arguments(query_of(LIST_DELIVERIES, "id"), location="query")
@webhooks.response(200, LIST_DELIVERIES.response, example=examples.DELIVERIES)
@operation("notifications.list_deliveries", paged=True)
def list_deliveries(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """List what was delivered or is to be, newest first."""
    return page(call(LIST_DELIVERIES, {**asked, "id": id}))


@webhooks.route("/webhooks/<record:id>/replay", methods=["POST"])
@webhooks.arguments(Replay, example=examples.REPLAY)
@webhooks.response(202, REPLAY_DELIVERIES.response, example=examples.REPLAYED)
@operation("notifications.replay_deliveries", changes=True)
def replay_deliveries(asked: dict[str, Any], id: str) -> Response:  # noqa: A002 - the field's name
    """Deliver anew what failed, or was held while the webhook was disabled; at most 1,000 at once."""
    return _accepted(call(REPLAY_DELIVERIES, {**asked, "id": id}), id)


def _accepted(answer: dict[str, Any], webhook: str) -> Response:
    response = plain(answer, 202)
    response.headers["Location"] = f"/webhooks/{webhook}/deliveries"
    return response
