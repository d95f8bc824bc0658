"""Show a webhook, and what is delivered to it."""

from __future__ import annotations

from services.gateway.api.examples.case import Json

WEBHOOK_ID = "01932f73-9a00-7c66-8d0e-2f3a4b5c0001"
MADE = "2026-11-02T08:00:00Z"

NEW_WEBHOOK: Json = {
    "url": "https://cases.qena.example/hooks/tashbik",
    "event_types": ["tashbik.registry.organization.changed.v1"],
    "description": "Case management, Qena",
}
WEBHOOK: Json = {
    "id": WEBHOOK_ID,
    "version": 1,
    "owner": "case_worker:case-management",
    **NEW_WEBHOOK,
    "enabled": True,
    "reason": "",
    "created_at": MADE,
    "changed_at": MADE,
    "old_secret_until": None,
}
WEBHOOKS: Json = {"items": [WEBHOOK], "next": ""}
CREATED: Json = {**WEBHOOK, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}
WEBHOOK_CHANGE: Json = {"enabled": False}
CHANGED: Json = {**WEBHOOK, "version": 2, "enabled": False, "reason": "owner", "changed_at": "2026-11-03T09:00:00Z"}
ROTATED: Json = {
    **WEBHOOK,
    "version": 2,
    "changed_at": "2026-11-03T09:00:00Z",
    "old_secret_until": "2026-11-04T09:00:00Z",
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}
REMOVED: Json = {"id": WEBHOOK_ID, "removed": True}
DELIVERY: Json = {
    "id": "01932f73-9a00-7c66-8d0e-2f3a4b5c0002",
    "event": "01932f73-9a00-7b55-9c0d-1e2f3a4b0010",
    "event_type": "tashbik.registry.organization.changed.v1",
    "status": "waiting",
    "attempts": 1,
    "code": 503,
    "reason": "status",
    "created_at": "2026-11-02T08:30:00Z",
    "attempted_at": "2026-11-02T08:30:01Z",
    "due_at": "2026-11-02T08:30:06Z",
}
DELIVERIES: Json = {"items": [DELIVERY], "next": ""}
TRIED: Json = {
    **DELIVERY,
    "event_type": "tashbik.notifications.webhook.tested.v1",
    "attempts": 0,
    "code": None,
    "reason": "",
    "attempted_at": None,
    "due_at": "2026-11-02T08:30:00Z",
}
REPLAY: Json = {"since": "2026-11-01T00:00:00Z", "statuses": ["failed", "held"]}
REPLAYED: Json = {"replayed": 12, "next": ""}
