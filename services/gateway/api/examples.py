"""Give the API document its examples: one case of the Qena directorate, from an association to a met need."""

from __future__ import annotations

from typing import Any

ORGANIZATION_ID = "01932f6e-8a00-7c21-9d5e-2f64b0a9c111"
ONWARD_ID = "01932f6e-8a00-7c21-9d5e-2f64b0a9c222"
FAMILY_ID = "01932f70-1200-7d3a-8b11-6a0c5e7f0001"
MEMBER_ID = "01932f70-1200-7d3a-8b11-6a0c5e7f0002"
CONSENT_ID = "01932f70-1200-7d3a-8b11-6a0c5e7f0003"
NEED_ID = "01932f72-5600-7aa0-a1b2-c3d4e5f60001"
REFERRAL_ID = "01932f73-9a00-7b55-9c0d-1e2f3a4b0001"
MESSAGE_ID = "01932f74-0c00-7e10-8d2f-5b6a7c8d0001"
AREAS = ["EG", "EG29", "EG2901"]
REGISTERED, SENT, ACCEPTED = "2026-11-02T08:15:00Z", "2026-11-02T08:30:00Z", "2026-11-03T07:05:00Z"

Json = dict[str, Any]

NEW_ORGANIZATION: Json = {
    "name": "جمعية الإحسان الخيرية بقنا",
    "organization_type": "community",
    "description": "علاج شهري ومستلزمات منزلية للأسر الأولى بالرعاية.",
    "email": "info@ehsan-qena.example",
    "phones": [{"number": "096 5331234", "type": "voice"}],
    "identifiers": [{"identifier_scheme": "eg.moss.registration", "identifier": "1234/2009"}],
    "languages": ["ar"],
    "year_incorporated": 2009,
    "members_count": 120,
    "international_cooperation": True,
    "cooperation_partner": "UNICEF",
    "capabilities": [{"subject": "health", "capacity": 40}],
    "locations": [{"name": "المقر", "address": "شارع الجميل، قنا", "latitude": 26.164, "longitude": 32.727}],
    "area": "EG2901",
}
ORGANIZATION: Json = {
    "id": ORGANIZATION_ID,
    "version": 1,
    **NEW_ORGANIZATION,
    "alternate_name": "",
    "website": "",
    "phones": [{"number": "+20965331234", "type": "voice"}],
    "capabilities": [{"subject": "health", "capacity": 40, "unit": "families"}],
    "locations": [
        {
            "id": "01932f6e-8a00-7c21-9d5e-2f64b0a9c112",
            "name": "المقر",
            "address": "شارع الجميل، قنا",
            "latitude": 26.164,
            "longitude": 32.727,
            "area": "EG2901",
        }
    ],
    "areas": AREAS,
    "status": "active",
    "last_modified": REGISTERED,
}
ORGANIZATIONS: Json = {"items": [ORGANIZATION], "next": ""}
ORGANIZATION_CHANGE: Json = {"members_count": 135, "capabilities": [{"subject": "health", "capacity": 60}]}
REMOVED: Json = {"id": ORGANIZATION_ID, "version": 2, "removed": True}
PUBLIC_ORGANIZATION: Json = {**ORGANIZATION, "activity": {"referrals_accepted": 10, "referrals_completed": None}}
PUBLIC_ORGANIZATIONS: Json = {"items": [PUBLIC_ORGANIZATION], "next": "WyLYp9mE2KfYrdiz2KfZhiIsIjAxOTMiXQ"}
POINTS: Json = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": ORGANIZATION_ID,
            "geometry": {"type": "Point", "coordinates": [32.727, 26.164]},
            "properties": {
                "id": ORGANIZATION_ID,
                "name": "جمعية الإحسان الخيرية بقنا",
                "organization_type": "community",
                "subjects": ["health"],
                "international_cooperation": True,
                "area": "EG2901",
            },
        }
    ],
}
AREA: Json = {
    "id": "EG2901",
    "version": 1,
    "parent": "EG29",
    "level": "county",
    "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"},
    "path": AREAS,
    "schematic": True,
    "centre": [32.727, 26.164],
}
PUBLIC_AREAS: Json = {"items": [AREA], "next": ""}
OUTLINE: Json = {"type": "Polygon", "coordinates": [[[32.6, 26.1], [32.8, 26.1], [32.8, 26.3], [32.6, 26.1]]]}
OUTLINES: Json = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "id": "EG2901", "geometry": OUTLINE, "properties": AREA}],
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
SUBJECTS: Json = {"items": [{"code": "health", "names": {"ar": "صحة", "fa": "سلامت", "en": "Health"}}], "next": ""}
FIGURES: Json = {
    "as_of": ACCEPTED,
    "organizations": 152,
    "international_cooperation": 31,
    "members": 18400,
    "referrals_accepted": 85,
    "referrals_completed": 60,
    "by_type": {"community": 120, "social_unit": 32},
    "by_subject": {"health": {"organizations": 44, "referrals_accepted": 25, "referrals_completed": None}},
    "by_area": {"EG2901": 37},
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

NEW_MEMBER: Json = {
    "given_name": "مريم",
    "family_name": "حسن",
    "sex": "female",
    "birth_date": "2016-04-11",
    "relationship": "child",
}
NEW_FAMILY: Json = {
    "area": "EG2901",
    "address": "نجع الحجيري، قنا",
    "phone": "01012345678",
    "language": "ar",
    "household": {"size": 5, "dwelling": "rented"},
    "members": [
        {
            "given_name": "فاطمة",
            "family_name": "حسن",
            "sex": "female",
            "birth_date": "1988-01-01",
            "relationship": "head",
            "national_id": "28801012700123",
        },
        NEW_MEMBER,
    ],
    "consents": [{"purpose": "referral"}, {"purpose": "messages"}],
}
NEW_CONSENT: Json = {"purpose": "messages", "granted_at": REGISTERED}
CONSENT: Json = {
    "id": CONSENT_ID,
    "purpose": "referral",
    "granted_at": REGISTERED,
    "expires": "2027-11-02T08:15:00Z",
    "withdrawn_at": None,
    "granted_by": MEMBER_ID,
}
FAMILY: Json = {
    "id": FAMILY_ID,
    "version": 1,
    "area": "EG2901",
    "areas": AREAS,
    "address": "نجع الحجيري، قنا",
    "phone": "+201012345678",
    "language": "ar",
    "household": {"size": 5, "dwelling": "rented", "poverty_score": None},
    "head_name": "فاطمة حسن",
    "members": [
        {
            "id": MEMBER_ID,
            "given_name": "فاطمة",
            "family_name": "حسن",
            "sex": "female",
            "birth_date": "1988-01-01",
            "relationship": "head",
            "national_id": "28801012700123",
            "national_id_country": "EG",
            "national_id_warning": "",
        }
    ],
    "consents": [CONSENT],
    "status": "open",
    "registered_at": REGISTERED,
    "last_modified": REGISTERED,
}
FAMILY_CHANGE: Json = {"phone": "01098765432", "household": {"size": 6}}
FAMILY_SUMMARY: Json = {
    "id": FAMILY_ID,
    "version": 1,
    "area": "EG2901",
    "areas": AREAS,
    "language": "ar",
    "head_name": "فاطمة حسن",
    "members_count": 2,
    "status": "open",
    "last_modified": REGISTERED,
}
FAMILIES: Json = {"items": [FAMILY_SUMMARY], "next": ""}
FAMILIES_FOUND: Json = {"items": [FAMILY_SUMMARY]}
FAMILY_SEARCH: Json = {"q": "زينب", "limit": 20}
LOOK_UP: Json = {"national_id": "28801012700123"}
HISTORY: Json = {
    "family": FAMILY_ID,
    "items": [
        {
            "at": REGISTERED,
            "kind": "family",
            "id": FAMILY_ID,
            "what": "registered",
            "actor": "case_worker:01932f60-0000-7000-8000-000000000007",
            "subject": "",
            "organization": "",
            "status": "open",
            "reason": "",
            "changed": [],
        }
    ],
}
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
NEW_REFERRAL: Json = {"need": NEED_ID, "organization": ORGANIZATION_ID, "note": "الأسرة متاحة صباحًا."}
REFERRAL: Json = {
    "id": REFERRAL_ID,
    "version": 1,
    "need": NEED_ID,
    "family": FAMILY_ID,
    "organization": ORGANIZATION_ID,
    "subject": "health",
    "area": "EG2901",
    "areas": AREAS,
    "status": "sent",
    "note": "الأسرة متاحة صباحًا.",
    "created_at": SENT,
    "sent_at": SENT,
    "deadline": "2026-11-05T08:30:00Z",
    "expires": "2026-11-08T08:30:00Z",
    "escalated_at": None,
    "accepted_at": None,
    "closed_at": None,
    "services": [],
    "outcome": "",
    "reason": "",
    "history": [
        {
            "at": SENT,
            "transition": "sent",
            "previous_status": "draft",
            "status": "sent",
            "actor": "case_worker:01932f60-0000-7000-8000-000000000007",
            "reason": "",
        }
    ],
    "follows": "",
    "followed_by": "",
    "recipient": None,
    "last_modified": SENT,
}
ACCEPTED_REFERRAL: Json = {
    **REFERRAL,
    "version": 2,
    "family": "",
    "status": "accepted",
    "accepted_at": ACCEPTED,
    "recipient": {
        "head_name": "فاطمة حسن",
        "phone": "+201012345678",
        "language": "ar",
        "urgency": "high",
        "need_note": "علاج شهري للسكر",
        "members_count": 2,
        "members": [{"age": 38, "sex": "female"}, {"age": 10, "sex": "female"}],
    },
    "last_modified": ACCEPTED,
}
REFERRALS: Json = {
    "items": [
        {
            "id": REFERRAL_ID,
            "version": 1,
            "need": NEED_ID,
            "family": FAMILY_ID,
            "organization": ORGANIZATION_ID,
            "subject": "health",
            "area": "EG2901",
            "status": "sent",
            "sent_at": SENT,
            "deadline": "2026-11-05T08:30:00Z",
            "escalated_at": None,
            "outcome": "",
            "last_modified": SENT,
        }
    ],
    "next": "",
}
REASON: Json = {"reason": "لا توجد سعة هذا الشهر."}
SERVICE: Json = {"description": "علاج شهر", "quantity": 1}
OUTCOME: Json = {"outcome": "successful"}
ONWARD: Json = {"organization": ONWARD_ID, "reason": "تحتاج الأسرة إلى طبيب قلب."}
TOKEN_REQUEST: Json = {
    "grant_type": "client_credentials",
    "client_id": "01932f60-0000-7000-8000-000000000007",
    "client_secret": "mB0jvUzTnB9s0W6q6l7mC6f7v7n9a7n3bJ0r1d2s3t4",
}
TOKEN: Json = {
    "access_token": "eyJhbGciOiJFZDI1NTE5IiwidHlwIjoiYXQrand0Iiw…",
    "token_type": "Bearer",
    "expires_in": 900,
}
JWKS: Json = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "…", "kid": "…", "use": "sig", "alg": "Ed25519"}]}
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
IMPORT: Json = {
    "id": "01932f90-0000-7000-8000-000000000001",
    "version": 1,
    "filename": "associations.xlsx",
    "size": 48213,
    "status": "received",
    "dry_run": False,
    "language": "ar",
    "mapping": None,
    "mapping_given": False,
    "columns": [],
    "total": 0,
    "counts": {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0, "warned": 0},
    "failure": None,
    "created_by": "01932f60-0000-7000-8000-000000000001",
    "created_at": REGISTERED,
    "finished_at": None,
}
IMPORTS: Json = {"items": [IMPORT], "next": ""}
REJECTIONS: Json = {
    "items": [
        {
            "row": 17,
            "rejected": True,
            "problems": [
                {
                    "field": "area",
                    "code": "unknown_area",
                    "message": {
                        "ar": "لا توجد منطقة بهذا الرمز أو الاسم.",
                        "fa": "منطقه‌ای با این کد یا نام نیست.",
                        "en": "There is no area of this code or name.",
                    },
                    "column": "المركز",
                    "value": "قناا",
                    "severity": "error",
                }
            ],
        }
    ],
    "next": "",
}
