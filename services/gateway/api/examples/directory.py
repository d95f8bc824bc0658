"""Show areas, subjects, figures and the state of the directory."""

from __future__ import annotations

from services.gateway.api.examples.case import ACCEPTED, AREAS, ORGANIZATION_ID, REGISTERED, Json

AREA: Json = {
    "id": "EG2901",
    "version": 1,
    "parent": "EG29",
    "level": "county",
    "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"},
    "aliases": ["بندر قنا"],
    "path": AREAS,
    "schematic": True,
    "centre": [32.727, 26.164],
    "valid_from": "",
    "valid_to": "",
}
PUBLIC_AREAS: Json = {"items": [AREA], "next": ""}
OUTLINE: Json = {"type": "Polygon", "coordinates": [[[32.6, 26.1], [32.8, 26.1], [32.8, 26.3], [32.6, 26.1]]]}
SHOWN_OUTLINE: Json = {"type": "MultiPolygon", "coordinates": [OUTLINE["coordinates"]]}
OUTLINES: Json = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "id": "EG2901", "geometry": SHOWN_OUTLINE, "properties": AREA}],
}
NEW_AREAS: Json = {
    "areas": [
        {
            "id": "EG2901",
            "parent": "EG29",
            "level": "county",
            "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"},
            "outline": OUTLINE,
            "schematic": True,
            "centre": [32.727, 26.164],
        }
    ]
}
AREA_RESULTS: Json = {"results": [{"id": "EG2901", "version": 1, "outcome": "created"}]}
AREA_HISTORY: Json = {
    "items": [
        {
            "version": 2,
            "last_action_date": ACCEPTED,
            "last_action_type": "update",
            "updated_by": "operator:cli",
            "operation": "registry.put_areas",
            "source": "",
            "import_id": "",
            "changes": [
                {
                    "resource_type": "area",
                    "resource_id": "EG2901",
                    "field_name": "aliases",
                    "previous_value": [],
                    "replacement_value": ["بندر قنا"],
                },
                {
                    "resource_type": "area",
                    "resource_id": "EG2901",
                    "field_name": "outline",
                    "previous_value": None,
                    "replacement_value": None,
                },
            ],
        },
        {
            "version": 1,
            "last_action_date": REGISTERED,
            "last_action_type": "create",
            "updated_by": "operator:cli",
            "operation": "registry.put_areas",
            "source": "",
            "import_id": "",
            "changes": [],
        },
    ],
    "next": "",
}
OWN_TERM: Json = {
    "code": "health.dialysis",
    "names": {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"},
    "retired": False,
}
SUBJECTS: Json = {
    "items": [{"code": "health", "names": {"ar": "صحة", "fa": "سلامت", "en": "Health"}, "terms": [OWN_TERM]}],
    "next": "",
}
FIGURES: Json = {
    "as_of": ACCEPTED,
    "organizations": 152,
    "international_cooperation": 31,
    "members": 18400,
    "referrals_accepted": 85,
    "referrals_completed": 60,
    "by_type": {"community": 120, "social_unit": 32},
    "by_subject": {"health": {"organizations": 44, "referrals_accepted": 25, "referrals_completed": None}},
    "by_term": {"health.dialysis": 9},
    "by_area": {"EG2901": 37},
}
AREAS_FIGURES: Json = {
    "as_of": ACCEPTED,
    "items": [
        {
            "area": "EG2901",
            "parent": "EG29",
            "level": "county",
            "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"},
            "centre": [32.727, 26.164],
            "organizations": 37,
            "members": 4100,
            "international_cooperation": 8,
            "free_capacity": 145,
            "families_in_care": 320,
            "open_needs": 40,
            "open_needs_per_1000_families": 125.0,
            "by_subject": {
                "health": {"organizations": 11, "free_capacity": 40, "open_needs": None, "open_needs_here": None}
            },
        }
    ],
}
GAPS: Json = {
    "as_of": ACCEPTED,
    "items": [
        {
            "area": "EG2908",
            "subject": "health",
            "spread": False,
            "open_needs": 25,
            "organizations": 0,
            "free_capacity": None,
            "nearest_km": 31.4,
            "nearest_organization": ORGANIZATION_ID,
        }
    ],
}
REBUILD: Json = {
    "id": "01932f80-0000-7000-8000-000000000001",
    "status": "waiting",
    "requested_at": ACCEPTED,
    "finished_at": None,
    "seen": 0,
    "removed": 0,
}
DIRECTORY_STATUS: Json = {
    "organizations": 152,
    "areas": 11,
    "projectors": [{"applied_at": ACCEPTED, "lag_seconds": 0.031}],
    "rebuild": REBUILD,
}
