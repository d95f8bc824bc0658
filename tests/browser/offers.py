"""Make up what organizations of the directory do: services with hours, cost and capacity, and figures of areas."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Any

from contracts.subjects import SUBJECTS
from tests.browser import qena

EARTH_M = 6_371_000
EVERY = 4  # of so many organizations one is open now
Json = dict[str, Any]


def services(records: list[Json]) -> list[Json]:
    """Return two services for every second organization: one by the week, and one by another rule."""
    return [service for number, one in enumerate(records) if number % 2 == 0 for service in _of(one, number)]


def is_open(record: Json) -> bool:
    """Say whether the test's gateway calls an organization open."""
    return int(record["id"][-4:]) % EVERY == 0


def distance(record: Json, latitude: float, longitude: float) -> int | None:
    """Return how far an organization's first place is from a point, in metres; None where it has none."""
    place = record["locations"][0]
    if place["latitude"] is None:
        return None
    here, there = radians(latitude), radians(place["latitude"])
    turn = radians(place["longitude"] - longitude)
    half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(turn / 2) ** 2
    return round(2 * EARTH_M * asin(sqrt(half)))


def area_figures(records: list[Json]) -> Json:
    """Return the figures of every area; those of two centres are too small to be published, or unknown."""
    return {"as_of": "2026-03-14T09:30:00Z", "items": [_figures(area, records) for area in qena.areas()]}


def _figures(area: Json, records: list[Json]) -> Json:
    within = [one for one in records if area["id"] in one["areas"]]
    small = area["id"] in ("EG2905", "EG2909")
    return {
        "area": area["id"],
        **{field: area[field] for field in ("parent", "level", "names", "centre")},
        "organizations": len(within),
        "members": sum(one["members_count"] or 0 for one in within),
        "international_cooperation": sum(one["international_cooperation"] for one in within),
        "free_capacity": _room(within),
        "families_in_care": None if small else 5 * len(within),
        "open_needs": None if small else 15 * len(within),
        "open_needs_per_1000_families": None if small else 12.5 + len(within),
        "by_subject": {code: _by_subject(code, within, small) for code in SUBJECTS},
    }


def _by_subject(code: str, within: list[Json], small: bool) -> Json:
    offering = [one for one in within if any(each["subject"] == code for each in one["capabilities"])]
    needs = None if small else 5 * len(offering) or None
    counts = {"organizations": len(offering), "free_capacity": _room(offering, code)}
    return counts | {"open_needs": needs, "open_needs_here": needs}


def _room(within: list[Json], code: str = "") -> int | None:
    stated = [each["capacity"] for one in within for each in one["capabilities"] if code in ("", each["subject"])]
    return sum(room or 0 for room in stated) or None


def _of(record: Json, number: int) -> list[Json]:
    subject = record["capabilities"][0]["subject"]
    weekly = {"freq": "WEEKLY", "byday": "SU,MO,TU,WE,TH", "opens_at": "09:00", "closes_at": "14:00"}
    monthly = {"freq": "MONTHLY", "byday": "1MO", "opens_at": "10:00", "closes_at": "12:00", "description": ""}
    place = record["locations"][0]["id"]
    return [
        _service(record, number, "استقبال الأسر", subject)
        | {
            "description": "تسجيل الأسر وتوجيهها إلى ما يناسبها.",
            "service_at_locations": [{"location_id": place, "schedules": [_SCHEDULE | weekly], "phones": []}],
            "capacities": [{"unit": {"name": "families"}, "available": 12, "maximum": 40}],
            "cost_options": [{"option": "", "currency": "EGP", "amount": 0, "amount_description": ""}],
            "eligibility_description": "الأسر المسجلة لدى الوحدة الاجتماعية.",
            "minimum_age": 18,
            "required_documents": [{"document": "بطاقة الرقم القومي"}, {"document": "قيد عائلي"}],
            "phones": [{"number": f"+2096544{number:04d}", "extension": None, "type": "voice", "description": ""}],
            "email": f"help{number}@example.org",
            "assured_date": "2026-02-01",
        },
        _service(record, number + 500, "قافلة شهرية", subject)
        | {
            "schedules": [_SCHEDULE | monthly],
            "cost_options": [{"option": "كشف", "currency": "EGP", "amount": 25, "amount_description": ""}],
            "status": "temporarily closed" if number % EVERY else "active",
        },
    ]


def _service(record: Json, number: int, name: str, subject: str) -> Json:
    return {
        "id": f"0199a3c2-0000-7000-9000-{number:012d}",
        "organization_id": record["id"],
        "name": name,
        "alternate_name": "",
        "description": "",
        "status": "active",
        "subjects": [subject],
        "schedules": [],
        "service_at_locations": [],
        "capacities": [],
        "cost_options": [],
        "required_documents": [],
        "languages": [],
        "phones": [],
        "email": "",
        "url": "",
        "alert": "",
        "assured_date": "",
    }


_SCHEDULE: Json = {
    "valid_from": "",
    "valid_to": "",
    "dtstart": "",
    "until": "",
    "timezone": None,
    "count": None,
    "interval": None,
    "freq": None,
    "byday": "",
    "byweekno": "",
    "bymonthday": "",
    "byyearday": "",
    "description": "",
    "opens_at": "",
    "closes_at": "",
    "schedule_link": "",
    "notes": "",
}
