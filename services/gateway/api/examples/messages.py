"""Show messages to families and agencies."""

from __future__ import annotations

from services.gateway.api.examples.case import MESSAGE_ID, REFERRAL_ID, SENT, Json

MESSAGE: Json = {
    "id": MESSAGE_ID,
    "version": 3,
    "event": "01932f73-9a00-7b55-9c0d-1e2f3a4b0009",
    "referral": REFERRAL_ID,
    "audience": "family",
    "channel": "sms",
    "template": "referral_sent_family",
    "language": "ar",
    "status": "delivered",
    "reason": "delivered",
    "attempts": 1,
    "doubts": 0,
    "parts": 2,
    "provider_reference": "7f3a01",
    "created_at": SENT,
    "due_at": None,
    "sent_at": "2026-11-02T08:30:01Z",
    "completed_at": "2026-11-02T08:30:04Z",
}
MESSAGES: Json = {"items": [MESSAGE], "next": ""}
