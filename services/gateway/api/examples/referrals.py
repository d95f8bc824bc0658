"""Show referrals and the moves of one."""

from __future__ import annotations

from services.gateway.api.examples.case import (
    ACCEPTED,
    AREAS,
    FAMILY_ID,
    NEED_ID,
    ONWARD_ID,
    ORGANIZATION_ID,
    REFERRAL_ID,
    SENT,
    Json,
)

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
