"""Build families, needs, referrals and agencies that look like real life, with defaults for what is not said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.referrals.families.domain import Consent, Family, Household, Member, Purpose
from services.referrals.matching.domain import Candidate, Other
from services.referrals.needs.domain import Need
from services.referrals.referrals import domain as referral_domain
from services.referrals.referrals.domain import Referral, Service

NOW = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
PERIOD = timedelta(hours=72)
WORKER = "case_worker:worker-1"
AGENCY = "association:ihsan-1"
CLOCK = "service:referrals"
QENA = ("EG", "EG29", "EG2901")


def a_member(**fields: Any) -> Member:
    """Return the head of a family, a widow of 34."""
    known: dict[str, Any] = {
        "id": "member-1",
        "given_name": "فاطمة",
        "family_name": "عبد الرحيم",
        "sex": "female",
        "birth_date": date(1991, 5, 2),
        "relationship": "head",
    }
    return Member(**known | fields)


def a_child(**fields: Any) -> Member:
    """Return a child of nine."""
    known = {"id": "member-2", "given_name": "أحمد", "sex": "male", "birth_date": date(2016, 7, 1)}
    return a_member(**known | {"relationship": "child"} | fields)


def a_consent(**fields: Any) -> Consent:
    """Return a consent to referral, granted an hour ago for a year."""
    known: dict[str, Any] = {
        "id": "consent-1",
        "purpose": Purpose.REFERRAL,
        "granted_at": NOW - timedelta(hours=1),
        "expires": NOW + timedelta(days=365),
        "granted_by": "member-1",
    }
    return Consent(**known | fields)


def a_family(**fields: Any) -> Family:
    """Return a family of two in Qena that consented to referral."""
    known: dict[str, Any] = {
        "id": "family-1",
        "area": "EG2901",
        "areas": QENA,
        "address": "شارع الجمهورية، قنا",
        "phone": "+201001234567",
        "language": "ar",
        "household": Household(size=3),
        "members": (a_member(), a_child()),
        "consents": (a_consent(),),
        "registered_at": NOW,
        "last_modified": NOW,
    }
    return Family(**known | fields)


def a_need(**fields: Any) -> Need:
    """Return an open need of household goods."""
    known: dict[str, Any] = {
        "id": "need-1",
        "family": "family-1",
        "subject": "household_goods",
        "urgency": "high",
        "area": "EG2901",
        "areas": QENA,
        "point": (32.72, 26.16),
        "note": "ثلاجة وموقد",
        "registered_at": NOW,
        "last_modified": NOW,
    }
    return Need(**known | fields)


def a_new_referral(**fields: Any) -> Referral:
    """Return a referral that has not made its first move."""
    known: dict[str, Any] = {
        "id": "referral-1",
        "need": "need-1",
        "family": "family-1",
        "organization": "ihsan",
        "subject": "household_goods",
        "area": "EG2901",
        "areas": QENA,
        "created_at": NOW,
        "last_modified": NOW,
    }
    return Referral(**known | fields)


def a_service(**fields: Any) -> Service:
    """Return a service given just now."""
    known: dict[str, Any] = {"at": NOW, "description": "ثلاجة", "quantity": 1.0}
    return Service(**known | fields)


def a_referral(status: str = "sent", **fields: Any) -> Referral:
    """Return a referral that has come to a status the usual way."""
    new = a_new_referral(**fields)
    if status == "draft":
        return referral_domain.draft(new, WORKER, NOW)[0]
    sent, _ = referral_domain.send(new, WORKER, NOW, PERIOD)
    if status == "sent":
        return sent
    accepted, _ = referral_domain.accept(sent, AGENCY, NOW)
    if status == "accepted":
        return accepted
    at_work, _ = referral_domain.report(accepted, AGENCY, NOW, a_service())
    return at_work if status == "in_progress" else replace(at_work, status=status)


def an_agency(name: str = "الإحسان", **fields: Any) -> Candidate:
    """Return an agency in Qena, two kilometres away, with room for ten families."""
    known: dict[str, Any] = {
        "id": name,
        "name": name,
        "area": "EG2901",
        "areas": QENA,
        "distance_m": 2_000,
        "capacity": 10,
        "languages": ("ar",),
    }
    return Candidate(**known | fields)


def another(name: str, reason: str = "no_capability", **fields: Any) -> Other:
    """Return a near agency that cannot be asked."""
    return Other(**{"id": name, "name": name, "reason": reason, "distance_m": 500} | fields)
