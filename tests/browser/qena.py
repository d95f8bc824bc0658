"""Describe a directorate for the browser: the nine centres of Qena, and organizations as such a directory has them.

Names and places of the centres are real; every organization, number and address is made up, and the outlines are
schematic: each centre gets what lies nearest to it. The same directory comes out each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from random import Random
from typing import Any

from contracts.subjects import SUBJECTS

Point = tuple[float, float]

GOVERNORATE = "EG29"
CENTRES: dict[str, tuple[str, str, str, Point]] = {
    "EG2901": ("أبو تشت", "ابوتشت", "Abu Tesht", (32.03, 26.12)),
    "EG2902": ("فرشوط", "فرشوط", "Farshut", (32.16, 26.055)),
    "EG2903": ("نجع حمادي", "نجع حمادی", "Nag Hammadi", (32.27, 26.04)),
    "EG2904": ("دشنا", "دشنا", "Deshna", (32.50, 26.16)),
    "EG2905": ("الوقف", "الوقف", "El Waqf", (32.44, 26.05)),
    "EG2906": ("قنا", "قنا", "Qena", (32.73, 26.16)),
    "EG2907": ("قفط", "قفط", "Qift", (32.83, 25.99)),
    "EG2908": ("قوص", "قوص", "Qus", (32.80, 25.89)),
    "EG2909": ("نقادة", "نقاده", "Naqada", (32.69, 25.90)),
}
BORDER: list[Point] = [
    (31.86, 26.10), (31.98, 26.27), (32.30, 26.29), (32.55, 26.37), (32.82, 26.38), (33.02, 26.18),
    (33.00, 25.86), (32.86, 25.74), (32.62, 25.78), (32.50, 25.96), (32.22, 25.90), (31.95, 25.98),
]  # fmt: skip
NAMES = {
    "community": (
        "جمعية تنمية المجتمع المحلي ب{0}", "جمعية الإحسان الخيرية ب{0}", "جمعية رعاية المرأة والطفل ب{0}",
        "جمعية النور لرعاية المكفوفين ب{0}", "جمعية شباب الصعيد للتنمية ب{0}", "جمعية كفالة اليتيم ب{0}",
    ),
    "central": ("الجمعية المركزية للخدمات الاجتماعية ب{0}",),
    "social_unit": ("الوحدة الاجتماعية ب{0}", "الوحدة الاجتماعية بنجع {0}"),
    "government_agency": ("إدارة {0} الاجتماعية", "مكتب التأهيل الاجتماعي ب{0}"),
    "company": ("شركة {0} للصناعات الغذائية",),
    "donor": ("مؤسسة أهل {0} للتنمية",),
}  # fmt: skip
TERMS = {
    "health.dialysis": ("غسيل كلوي", "دیالیز", "Dialysis"),
    "health.dialysis.home": ("غسيل كلوي في المنزل", "دیالیز در خانه", "Dialysis at home"),
    "health.eyes": ("طب العيون", "چشم‌پزشکی", "Eye care"),
    "health.lepers": ("مستعمرة الجذام", "جذام‌خانه", "Leper colony"),
}
"""Terms of the node's own; the last one is retired."""
RETIRED = "health.lepers"
PARTNERS = ("برنامج الأغذية العالمي", "منظمة اليونيسف", "هيئة كير الدولية", "مؤسسة أغاخان")
ACCREDITATION = {
    "accreditor": "الهيئة القومية لضمان الجودة",
    "identifier": "Q-118",
    "valid_from": "2024-01-01",
    "valid_to": "",
}
FOREIGN_MARKUP = "<img src=x onerror=alert(1)>"


def areas() -> list[dict[str, Any]]:
    """Return the governorate and its centres, without outlines."""
    whole = _area(GOVERNORATE, "", "governorate", ("قنا", "قنا", "Qena Governorate"), (32.48, 26.13))
    return [whole, *(_area(code, GOVERNORATE, "county", tuple(row[:3]), row[3]) for code, row in CENTRES.items())]


def outlines() -> list[dict[str, Any]]:
    """Return a GeoJSON feature for each area."""
    rings = {GOVERNORATE: BORDER, **{code: _cell(code) for code in CENTRES}}
    return [_outline(area, rings[area["id"]]) for area in areas()]


def organizations() -> list[dict[str, Any]]:
    """Return about a hundred public records, most of them in Qena, Nag Hammadi and Qus; two have no place."""
    random = Random(29)
    busy = {"EG2906": 3, "EG2903": 2, "EG2908": 2}
    drafts = [
        (code, kind, name)
        for code in CENTRES
        for kind, names in NAMES.items()
        for name in names
        for _ in range(busy.get(code, 1) if kind == "social_unit" else 1)
    ]
    partners = cycle(PARTNERS)
    records = [_organization(number, draft, random, partners) for number, draft in enumerate(drafts)]
    records[1]["activity"] = {"referrals_accepted": 25, "referrals_completed": None}
    records[2]["name"] += f" {FOREIGN_MARKUP}"
    _join(records)
    _specialize(records)
    for record in (records[10], records[40]):
        record["locations"][0] |= {"latitude": None, "longitude": None}
    return records


def _organization(number: int, draft: tuple[str, str, str], random: Random, partners: Iterator[str]) -> dict[str, Any]:
    code, kind, name = draft
    centre, (longitude, latitude) = CENTRES[code][0], CENTRES[code][3]
    cooperates = kind != "social_unit" and random.random() < 0.25
    subjects = random.sample(list(SUBJECTS), random.randint(1, 4))
    accepted, completed = random.choice(((None, None), (5, None), (11, 8), (38, 31)))
    return {
        "id": f"0199a3c2-0000-7000-8000-{number:012d}",
        "version": 1,
        "name": name.format(centre),
        "alternate_name": "",
        "organization_type": kind,
        "description": f"تعمل في {centre} والقرى المجاورة، وتستقبل الأسر من الأحد إلى الخميس.",
        "email": f"info{number}@example.org",
        "website": "https://example.org/" if number % 3 else "",
        "phones": [{"number": f"+2096533{number:04d}", "type": "voice"}],
        "identifiers": [{"identifier_scheme": "eg.moss.registration", "identifier": f"{number + 100}/2009"}],
        "languages": ["ar", "en"] if cooperates else ["ar"],
        "members_count": random.randint(12, 900) if kind in ("community", "central") else None,
        "international_cooperation": cooperates,
        "cooperations": [_cooperation(next(partners))] if cooperates else [],
        "accreditations": [ACCREDITATION] if kind == "community" else [],
        "parent_organization_id": "",
        "member_of": [],
        "year_incorporated": 1990 + number % 30,
        "assured_date": "2026-01-20" if number % 2 else "",
        "capabilities": [
            {"subject": subject, "capacity": random.choice((None, 2, 15, 40, 120)), "unit": "families"}
            for subject in subjects
        ],
        "locations": [
            {
                "id": f"place-{number}",
                "name": "",
                "address": f"{random.randint(1, 90)} شارع الجمهورية، {centre}",
                "latitude": round(latitude + random.gauss(0, 0.012), 5),
                "longitude": round(longitude + random.gauss(0, 0.014), 5),
                "area": code,
            }
        ],
        "area": code,
        "areas": [GOVERNORATE, code],
        "status": "active",
        "last_modified": "2026-03-14T09:30:00Z",
        "activity": {
            "referrals_accepted": accepted,
            "referrals_completed": completed,
        },
    }


def _cooperation(partner: str) -> dict[str, Any]:
    return {
        "partner": partner,
        "country": "US" if partner == "منظمة اليونيسف" else "",
        "programme": "رعاية الأطفال",
        "valid_from": "2025-01-01",
        "valid_to": "2027-12-31",
        "approval_number": "",
    }


def _join(records: list[dict[str, Any]]) -> None:
    """Make the communities of each centre members of its central association."""
    central = {one["area"]: one["id"] for one in records if one["organization_type"] == "central"}
    for record in records:
        if record["organization_type"] == "community":
            record["member_of"] = [central[record["area"]]]


def _specialize(records: list[dict[str, Any]]) -> None:
    """Have every second of those that offer health bear terms."""
    healing = [one for record in records for one in record["capabilities"] if one["subject"] == "health"]
    borne = cycle((["health.dialysis.home", "health.eyes"], ["health.dialysis"], [RETIRED]))
    for capability in healing[::2]:
        capability["terms"] = next(borne)


def _area(code: str, parent: str, level: str, names: tuple[str, ...], centre: Point) -> dict[str, Any]:
    path = [parent, code] if parent else [code]
    named = dict(zip(("ar", "fa", "en"), names, strict=True))
    return {
        "id": code,
        "version": 1,
        "parent": parent,
        "level": level,
        "names": named,
        "path": path,
        "schematic": True,
        "centre": list(centre),
    }


def _outline(area: dict[str, Any], ring: list[Point]) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [[list(point) for point in [*ring, ring[0]]]]}
    return {"type": "Feature", "id": area["id"], "geometry": geometry, "properties": area}


def _cell(code: str) -> list[Point]:
    own, ring = CENTRES[code][3], BORDER
    for other, row in CENTRES.items():
        if other != code:
            ring = _nearer(ring, own, row[3])
    return ring


def _nearer(ring: list[Point], own: Point, other: Point) -> list[Point]:
    """Return the part of a ring that lies nearer to one point than to another (Sutherland and Hodgman's clipping)."""
    middle = ((own[0] + other[0]) / 2, (own[1] + other[1]) / 2)
    towards = (own[0] - other[0], own[1] - other[1])

    def side(point: Point) -> float:
        return (point[0] - middle[0]) * towards[0] + (point[1] - middle[1]) * towards[1]

    kept: list[Point] = []
    for before, at in zip([ring[-1], *ring[:-1]], ring, strict=True):
        if (side(before) >= 0) != (side(at) >= 0):
            share = side(before) / (side(before) - side(at))
            kept.append((before[0] + share * (at[0] - before[0]), before[1] + share * (at[1] - before[1])))
        if side(at) >= 0:
            kept.append(at)
    return kept
