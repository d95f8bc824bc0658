"""Show needs of a family, and the agencies that are proposed for one."""

from __future__ import annotations

from services.gateway.api.examples.case import AREAS, FAMILY_ID, NEED_ID, ONWARD_ID, ORGANIZATION_ID, REGISTERED, Json

NEW_NEED: Json = {"subject": "health", "urgency": "high", "point": [32.71, 26.17], "note": "علاج شهري للسكر"}
NEED: Json = {
    "id": NEED_ID,
    "version": 1,
    "family": FAMILY_ID,
    "subject": "health",
    "urgency": "high",
    "area": "EG2901",
    "areas": AREAS,
    "point": [32.71, 26.17],
    "note": "علاج شهري للسكر",
    "status": "open",
    "registered_at": REGISTERED,
    "last_modified": REGISTERED,
}
NEEDS: Json = {"items": [{field: value for field, value in NEED.items() if field != "note"}], "next": ""}
PROPOSALS: Json = {
    "need": NEED_ID,
    "proposed": [
        {
            "organization": ORGANIZATION_ID,
            "name": "جمعية الإحسان الخيرية بقنا",
            "rank": 1,
            "area": "EG2901",
            "distance_m": 1820,
            "free_capacity": 28,
            "same_area": True,
            "reasons": [
                {
                    "code": "same_area",
                    "message": {
                        "ar": "في مركز الأسرة نفسه.",
                        "fa": "در همان شهرستان خانواده است.",
                        "en": "In the family's own county.",
                    },
                }
            ],
        }
    ],
    "not_proposed": [
        {
            "organization": ONWARD_ID,
            "name": "جمعية الرحمة بقوص",
            "distance_m": 31200,
            "reasons": [
                {
                    "code": "no_free_capacity",
                    "message": {
                        "ar": "لا توجد سعة متاحة.",
                        "fa": "ظرفیت خالی ندارد.",
                        "en": "It has no free capacity.",
                    },
                }
            ],
        }
    ],
}
