"""Show families, their members, consents and history."""

from __future__ import annotations

from services.gateway.api.examples.case import AREAS, CONSENT_ID, FAMILY_ID, MEMBER_ID, REGISTERED, Json

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
