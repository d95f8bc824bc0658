"""Show terms of the node's own."""

from __future__ import annotations

from services.gateway.api.examples.case import ACCEPTED, REGISTERED, Json

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
HISTORY: Json = {
    "items": [
        {
            "version": 2,
            "last_action_date": ACCEPTED,
            "last_action_type": "update",
            "updated_by": "operator:operator-qena",
            "operation": "registry.retire_term",
            "source": "",
            "import_id": "",
            "changes": [
                {
                    "resource_type": "term",
                    "resource_id": "health.dialysis",
                    "field_name": "retired",
                    "previous_value": False,
                    "replacement_value": True,
                },
            ],
        },
        {
            "version": 1,
            "last_action_date": REGISTERED,
            "last_action_type": "create",
            "updated_by": "operator:operator-qena",
            "operation": "registry.put_term",
            "source": "",
            "import_id": "",
            "changes": [],
        },
    ],
    "next": "",
}
