"""Show terms of the node's own."""

from __future__ import annotations

from services.gateway.api.examples.case import Json

NEW_TERM: Json = {"names": {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}}
TERM: Json = {
    "id": "health.dialysis",
    "version": 1,
    "subject": "health",
    "parent": "health",
    **NEW_TERM,
    "retired": False,
}
TERMS: Json = {"items": [TERM], "next": ""}
