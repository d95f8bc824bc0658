"""State what the referrals service publishes: opaque ids, codes and times, nothing of a person."""

from __future__ import annotations

from contracts.envelope import Consumer, EventContract
from contracts.referrals.families import FamilyChangedPayload
from contracts.referrals.needs import NeedChangedPayload
from contracts.referrals.states import ReferralState
from contracts.referrals.words import SERVICE

REFERRAL_CHANGED = EventContract(
    type="tashbik.referrals.referral.changed.v1",
    service=SERVICE,
    schema=ReferralState,
    description=(
        "Sent in the transaction of every change of a referral, drafts too; `subjectversion` is its version. "
        "Each carries the whole public state, so a projection may ignore any that is older than what it holds."
    ),
    consumers=(Consumer("notifications", "on_referral_changed"), Consumer("projector", "on_directory_event")),
)
FAMILY_CHANGED = EventContract(
    type="tashbik.referrals.family.changed.v1",
    service=SERVICE,
    schema=FamilyChangedPayload,
    description=(
        "Sent in the transaction of every change of a family, its members and consents. An opaque id and codes only; "
        "of a family the directory keeps whether it is in care, and where, to count it."
    ),
    consumers=(Consumer("projector", "on_directory_event"),),
)
NEED_CHANGED = EventContract(
    type="tashbik.referrals.need.changed.v1",
    service=SERVICE,
    schema=NeedChangedPayload,
    description=(
        "Sent in the transaction of every change of a need. Opaque ids and codes only, never the note; "
        "of a need the directory keeps whether it is open, on what subject and where, to count it."
    ),
    consumers=(Consumer("projector", "on_directory_event"),),
)

EVENTS: tuple[EventContract, ...] = (REFERRAL_CHANGED, FAMILY_CHANGED, NEED_CHANGED)
