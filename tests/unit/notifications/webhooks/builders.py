"""Build webhooks and deliveries that look like real ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifications.webhooks.domain import Delivery, Lane, Webhook

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ORGANIZATION = "tashbik.registry.organization.changed.v1"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def a_webhook(**changes: Any) -> Webhook:
    """Build a webhook."""
    values: dict[str, Any] = {
        "id": "0199-w1",
        "version": 1,
        "owner": "case_worker:case-management",
        "url": "https://cases.qena.example/hooks/tashbik?key=hidden",
        "event_types": (ORGANIZATION,),
        "description": "Case management, Qena",
        "secret": SECRET,
        "created_at": NOON,
        "changed_at": NOON,
    }
    return Webhook(**values | changes)


def a_delivery(**changes: Any) -> Delivery:
    """Build a delivery that is due."""
    values: dict[str, Any] = {
        "id": "0199-d1",
        "webhook": "0199-w1",
        "event": "0199-e1",
        "event_type": ORGANIZATION,
        "created_at": NOON,
        "erase_at": NOON + timedelta(days=30),
        "due": NOON,
    }
    return Delivery(**values | changes)


def a_lane(**changes: Any) -> Lane:
    """Build a lane that is claimed for a minute."""
    return Lane(**{"id": "0199-w1", "until": NOON + timedelta(minutes=1), "rest_until": NOON} | changes)
