"""Translate referrals between the wire and the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from services.referrals.families.domain import Family
from services.referrals.needs.domain import Need
from services.referrals.referrals.domain import Referral
from services.referrals.referrals.views import SHOWN

PLAIN = (
    *("id", "version", "need", "family", "organization", "subject", "area", "status", "note", "created_at"),
    *("sent_at", "deadline", "expires", "escalated_at", "accepted_at", "closed_at", "outcome", "reason"),
    *("follows", "followed_by", "last_modified"),
)
STEP = ("at", "transition", "previous_status", "status", "actor", "reason")
SERVICE = ("at", "description", "quantity")


def new(need: Need, referral_id: str, organization: str, note: str, at: datetime) -> Referral:
    """Return a referral of a need that has not made its first move."""
    return Referral(
        id=referral_id,
        need=need.id,
        family=need.family,
        organization=organization,
        subject=need.subject,
        area=need.area,
        areas=need.areas,
        created_at=at,
        last_modified=at,
        note=note.strip(),
    )


def shown(one: Referral, *, to_agency: bool, recipient: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a referral whole; to an agency without the family's id."""
    known = {name: getattr(one, name) for name in PLAIN} | {
        "areas": list(one.areas),
        "services": [{name: getattr(service, name) for name in SERVICE} for service in one.services],
        "history": [{name: getattr(step, name) for name in STEP} for step in one.history],
        "recipient": recipient,
    }
    return known | ({"family": ""} if to_agency else {})


def recipient(family: Family, need: Need, today: date) -> dict[str, Any]:
    """Return what an agency needs in order to help, and no more: ages instead of names and dates of birth."""
    return {
        "head_name": family.head.name,
        "phone": family.phone,
        "language": family.language,
        "urgency": need.urgency,
        "need_note": need.note,
        "members_count": len(family.members),
        "members": [{"age": member.age(today), "sex": member.sex} for member in family.members],
    }


def summary(document: Mapping[str, Any], *, to_agency: bool) -> dict[str, Any]:
    """Return a referral as lists show it, of a stored document; to an agency without the family's id."""
    known = {"id": document["_id"]} | {name: document[name] for name in SHOWN}
    return known | ({"family": ""} if to_agency else {})


def state(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the public state that a stored document holds, as its last event carried it: nothing of the family."""
    last = document["history"][-1]
    return {
        "id": document["_id"],
        "organization": document["organization"],
        "area": document["area"],
        "areas": list(document["areas"]),
        "subject": document["subject"],
        "status": str(document["status"]),
        "previous_status": str(last["previous_status"]),
        "transition": str(last["transition"]),
        "outcome": document["outcome"],
        "escalated": document["escalated_at"] is not None,
        "accepted_at": _iso(document["accepted_at"]),
        "deadline": _iso(document["deadline"]),
        "follows": document["follows"],
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
