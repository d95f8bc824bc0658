"""Answer for messages to citizens and staff: what became of each, never its address or its words."""

from __future__ import annotations

from typing import Any

from flask import Response

from contracts.notifications import GET_MESSAGE, LIST_MESSAGES
from services.gateway.api.blueprint import Blueprint, query_of
from services.gateway.api.examples import messages as examples
from services.gateway.api.exchange import call, page, record
from services.gateway.auth.guard import operation

messages = Blueprint("messages", "Texts and mails: what became of each, never its address or its words.")


@messages.route("/messages", methods=["GET"])
@messages.arguments(query_of(LIST_MESSAGES), location="query")
@messages.response(200, LIST_MESSAGES.response, example=examples.MESSAGES)
@operation("notifications.list_messages", paged=True)
def list_messages(asked: dict[str, Any]) -> Response:
    """List messages, newest first."""
    return page(call(LIST_MESSAGES, asked))


@messages.route("/messages/<record:id>", methods=["GET"])
@messages.response(200, GET_MESSAGE.response, example=examples.MESSAGE)
@operation("notifications.get_message", tagged=True)
def get_message(id: str) -> Response:  # noqa: A002 - the field's name
    """Read what became of one message."""
    return record(call(GET_MESSAGE, {"id": id}))
