"""Show webhooks and deliveries to callers, and write events as they leave the node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from contracts import webhooks as contract
from contracts.envelope import SPEC_VERSION, Event
from services.notifications.webhooks.domain import TEST_TYPE, Delivery, Status, Webhook

_webhook = contract.Webhook()
_with_secret = contract.WebhookWithSecret()
_delivery = contract.Delivery()


def shown(webhook: Webhook) -> dict[str, Any]:
    """Return a webhook as the contract describes it, without its secret."""
    return dict(_webhook.dump(webhook))


def shown_with_secret(webhook: Webhook) -> dict[str, Any]:
    """Return a webhook with its secret."""
    return dict(_with_secret.dump(webhook))


def delivery_shown(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as the contract describes it."""
    due = delivery.due if delivery.status is Status.WAITING else None
    values = asdict(delivery) | {"status": delivery.status.value, "code": delivery.code or None, "due_at": due}
    return dict(_delivery.dump(values))


def page_shown(webhooks: Sequence[Webhook], limit: int) -> dict[str, Any]:
    """Return a page of webhooks; a full one says where the next begins, which may then be empty."""
    return {"items": [shown(one) for one in webhooks], "next": webhooks[-1].id if len(webhooks) == limit else ""}


def deliveries_shown(found: Sequence[Delivery], limit: int) -> dict[str, Any]:
    """Return a page of deliveries, as :func:`page_shown` does."""
    return {"items": [delivery_shown(one) for one in found], "next": found[-1].id if len(found) == limit else ""}


def body_of(event: Event) -> bytes:
    """Return an event as it leaves the node: its CloudEvent without who caused it and by which request.

    ``actor`` names a client or a person's pseudonym, ``traceparent`` a request: both are the node's own.
    """
    return _written(
        {
            "id": event.id,
            "type": event.type,
            "source": event.source,
            "subject": event.subject,
            "subjectversion": event.subjectversion,
            "time": event.time,
            "node": event.node,
            "data": event.payload,
        }
    )


def trial_of(event: str, webhook: str, node: str, now: datetime) -> bytes:
    """Return the body of an event that tells nothing but that a webhook is tried."""
    return _written(
        {
            "id": event,
            "type": TEST_TYPE,
            "source": f"/{node}/{contract.SERVICE}",
            "subject": webhook,
            "subjectversion": 1,
            "time": now,
            "node": node,
            "data": {"webhook": webhook},
        }
    )


def _written(attributes: dict[str, Any]) -> bytes:
    envelope = {"specversion": SPEC_VERSION, "datacontenttype": "application/json", **attributes}
    return orjson.dumps(envelope, option=orjson.OPT_UTC_Z)
