"""Make up where help is missing: areas in which many wait, and nobody or few can take them."""

from __future__ import annotations

from typing import Any

from tests.browser import offers, qena

Json = dict[str, Any]
WAITING = {("EG2909", "health"): 40, ("EG2905", "housing"): 25, ("EG2907", "food"): 10}


def gaps(records: list[Json], asked: dict[str, str]) -> Json:
    """Return the gaps, worst first, as far as they are asked for."""
    items = [
        _gap(records, area, subject, waiting)
        for (area, subject), waiting in WAITING.items()
        if asked.get("subject") in (None, subject) and asked.get("area") in (None, qena.GOVERNORATE, area)
    ]
    return {"as_of": "2026-03-14T09:30:00Z", "items": items[: int(asked.get("limit", 50))]}


def _gap(records: list[Json], area: str, subject: str, waiting: int) -> Json:
    longitude, latitude = qena.CENTRES[area][3]
    offering = [one for one in records if any(each["subject"] == subject for each in one["capabilities"])]
    inside = [one for one in offering if one["area"] == area and subject == "food"]
    others = inside or [one for one in offering if one["area"] != area]
    far = {one["id"]: offers.distance(one, latitude, longitude) for one in others}
    nearest = min((id_ for id_, metres in far.items() if metres is not None), key=lambda id_: far[id_] or 0)
    return {
        "area": area,
        "subject": subject,
        "spread": False,
        "open_needs": waiting,
        "organizations": len(inside),
        "free_capacity": 4 if inside else None,
        "nearest_km": round((far[nearest] or 0) / 1000, 1),
        "nearest_organization": nearest,
    }
