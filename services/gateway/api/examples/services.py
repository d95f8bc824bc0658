"""Show services of the register and the directory."""

from __future__ import annotations

from services.gateway.api.examples.case import ACCEPTED, AREAS, ORGANIZATION_ID, REGISTERED, Json

SERVICE_ID = "01932f6f-3b00-7d44-8c2a-7e15c0b2d001"
LOCATION_ID = "01932f6e-8a00-7c21-9d5e-2f64b0a9c112"

NEW_SERVICE: Json = {
    "name": "علاج شهري للأسر",
    "description": "أدوية الأمراض المزمنة، كل شهر.",
    "subjects": ["health"],
    "terms": ["health.dialysis"],
    "eligibility_description": "الأسر المسجلة لدى الوحدة الاجتماعية.",
    "minimum_age": 18,
    "phones": [{"number": "096 5331234", "type": "voice"}],
    "service_at_locations": [
        {
            "location_id": LOCATION_ID,
            "schedules": [{"freq": "WEEKLY", "byday": "SU,TU", "opens_at": "09:00", "closes_at": "14:00"}],
        }
    ],
    "required_documents": [{"document": "بطاقة الرقم القومي"}],
    "cost_options": [{"amount": 0, "currency": "EGP"}],
    "capacities": [{"unit": {"name": "families"}, "available": 12, "maximum": 40}],
}


def _an_id(number: int) -> str:
    return f"7d0e3b6a-54a0-5c1d-9b77-{number:012x}"


_SCHEDULE: Json = {
    "id": _an_id(3),
    "valid_from": "",
    "valid_to": "",
    "dtstart": "",
    "timezone": None,
    "until": "",
    "count": None,
    "wkst": None,
    "freq": "WEEKLY",
    "interval": None,
    "byday": "SU,TU",
    "byweekno": "",
    "bymonthday": "",
    "byyearday": "",
    "description": "",
    "opens_at": "09:00",
    "closes_at": "14:00",
    "schedule_link": "",
    "attending_type": "",
    "notes": "",
    "attributes": [],
}
_UNIT: Json = {"id": _an_id(7), "name": "families", "scheme": "", "identifier": "", "uri": "", "attributes": []}
SERVICE: Json = {
    "id": SERVICE_ID,
    "version": 1,
    "organization_id": ORGANIZATION_ID,
    "area": "EG2901",
    "areas": AREAS,
    "last_modified": REGISTERED,
    **NEW_SERVICE,
    "alternate_name": "",
    "status": "active",
    "program_id": "",
    "url": "",
    "additional_urls": [],
    "email": "",
    "interpretation_services": "",
    "application_process": "",
    "fees_description": "",
    "maximum_age": None,
    "assured_date": "",
    "assurer_email": "",
    "licenses": "",
    "accreditations": "",
    "alert": "",
    "wait_time": "",
    "phones": [
        {
            "id": _an_id(1),
            "number": "+20965331234",
            "extension": None,
            "type": "voice",
            "description": "",
            "languages": [],
            "attributes": [],
        }
    ],
    "schedules": [],
    "service_areas": [],
    "service_at_locations": [
        {
            "id": _an_id(2),
            "location_id": LOCATION_ID,
            "description": "",
            "service_areas": [],
            "contacts": [],
            "phones": [],
            "schedules": [_SCHEDULE],
            "attributes": [],
        }
    ],
    "languages": [],
    "funding": [],
    "cost_options": [
        {
            "id": _an_id(4),
            "valid_from": "",
            "valid_to": "",
            "option": "",
            "currency": "EGP",
            "amount": 0,
            "amount_description": "",
            "attributes": [],
        }
    ],
    "required_documents": [{"id": _an_id(5), "document": "بطاقة الرقم القومي", "uri": "", "attributes": []}],
    "contacts": [],
    "capacities": [
        {
            "id": _an_id(6),
            "unit": _UNIT,
            "available": 12,
            "maximum": 40,
            "description": "",
            "updated": REGISTERED,
            "attributes": [],
        }
    ],
    "attributes": [],
}
SERVICES: Json = {"items": [SERVICE], "next": ""}
SERVICE_CHANGE: Json = {"status": "temporarily closed", "alert": "مغلق في شهر أغسطس."}
REMOVED: Json = {"id": SERVICE_ID, "version": 2, "removed": True}
HISTORY: Json = {
    "items": [
        {
            "version": 2,
            "last_action_date": ACCEPTED,
            "last_action_type": "assure",
            "updated_by": "officer:officer-qena",
            "operation": "registry.change_service",
            "source": "",
            "import_id": "",
            "changes": [
                {
                    "resource_type": "service",
                    "resource_id": SERVICE_ID,
                    "field_name": "assured_date",
                    "previous_value": "",
                    "replacement_value": "2026-11-03",
                },
            ],
        },
    ],
    "next": "2",
}
PUBLIC_SERVICES: Json = {"items": [SERVICE], "next": "WyLYudmE2KfYrCIsIjAxOTMiXQ"}
