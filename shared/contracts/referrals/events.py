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
    description="Sent in the transaction of every change of a family, its members and consents. Opaque ids only.",
    unconsumed="Families stay with this service; the event is for a node's own integrations, none of which exists yet.",
)
NEED_CHANGED = EventContract(
    type="tashbik.referrals.need.changed.v1",
    service=SERVICE,
    schema=NeedChangedPayload,
    description="Sent in the transaction of every change of a need. Opaque ids only, never the note.",
    unconsumed="Needs are read from this service; figures that count them by area are not built yet.",
)

EVENTS: tuple[EventContract, ...] = (REFERRAL_CHANGED, FAMILY_CHANGED, NEED_CHANGED)
