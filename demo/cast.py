"""Name who appears in the demo: a family that nobody is, a case worker, and what each of them says.

Names, numbers and addresses are invented. Nothing is sent anywhere: the node's SMSC and mail server are on this machine
and write down what they receive.
"""

from __future__ import annotations

from typing import Any

COUNTY = "Deshna"

CHILD = {"relationship": "child"}

FAMILY: dict[str, Any] = {
    "address": "دشنا، شارع المدرسة، منزل ٧",
    "phone": "٠١٠٠٠٠٠٠٠٢٧",
    "language": "ar",
    "household": {"size": 4, "dwelling": "rented"},
    "members": [
        {
            "given_name": "زينب",
            "family_name": "عبد الراضي",
            "sex": "female",
            "birth_date": "1988-03-15",
            "relationship": "head",
            "national_id": "٢٨٨٠٣١٥٢٧٠١٢٤٦",
        },
        {
            "given_name": "منى",
            "family_name": "حسين",
            "sex": "female",
            "birth_date": "2012-09-01",
            "relationship": "child",
        },
        {
            "given_name": "كريم",
            "family_name": "حسين",
            "sex": "male",
            "birth_date": "2016-01-20",
            "relationship": "child",
        },
    ],
}
PHONE = "201000000027"
"""The family's phone as the SMSC writes it."""

CONSENTS: tuple[dict[str, Any], ...] = ({"purpose": "referral"}, {"purpose": "messages"})

NEED: dict[str, Any] = {
    "subject": "lasting_work",
    "urgency": "high",
    "point": [32.4697, 26.1242],
    "note": "تعول ثلاثة أفراد وتجيد الخياطة، وتحتاج إلى عمل دائم قريب من المنزل",
}
SECOND_NEED: dict[str, Any] = {
    "subject": "schooling",
    "urgency": "normal",
    "point": [32.4697, 26.1242],
    "note": "مستلزمات مدرسية لطفلين",
}

REJECTION = "لا توجد أماكن شاغرة في ورش الجمعية هذا الشهر"
SERVICES: tuple[dict[str, Any], ...] = (
    {"description": "مقابلة في ورشة الخياطة وتدريب ثلاثة أيام", "quantity": 3},
    {"description": "عقد عمل لمدة عام في ورشة الخياطة", "quantity": 1},
)
