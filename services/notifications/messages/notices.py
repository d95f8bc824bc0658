"""State which transition of a referral tells whom, by which template, and whether a doubtful one is sent again.

===============  =============================  ==============================  =======================
transition       family, by text                agency, by mail                 officer, by mail
===============  =============================  ==============================  =======================
sent             referred                       new referral
accepted         accepted
completed        completed, or not completed
rejected         looking for another                                            needs another agency
returned         looking for another                                            needs another agency
expired          looking for another                                            needs another agency
revoked          revoked                        revoked
escalated                                                                       unanswered
===============  =============================  ==============================  =======================

Nobody is told of a draft, nor when one is revoked; of ``started`` and ``service_reported``, since the family is there;
of ``referred_onward``, since the referral that follows is sent and tells the family where it now lies.
"""

from __future__ import annotations

from dataclasses import dataclass

NEVER_SENT = "draft"

FAMILY, AGENCY, OFFICER = "family", "agency", "officer"


@dataclass(frozen=True, slots=True)
class Notice:
    """Say whom to tell, and with which template.

    ``repeats`` says what becomes of a message of which nobody knows whether it went out: sent again where a missing one
    harms more than a doubled one, given up where it is the other way round.
    """

    template: str
    audience: str
    repeats: bool = True

    @property
    def by_text(self) -> bool:
        """Tell whether it goes by text message; otherwise by mail."""
        return self.audience == FAMILY


LOOKING_FOR_ANOTHER = (
    Notice("family_looking_for_another", FAMILY),
    Notice("officer_needs_agency", OFFICER),
)

NOTICES: dict[str, tuple[Notice, ...]] = {
    "drafted": (),
    "sent": (Notice("agency_referral", AGENCY), Notice("family_referred", FAMILY)),
    "accepted": (Notice("family_accepted", FAMILY),),
    "started": (),
    "service_reported": (),
    "completed": (Notice("family_completed", FAMILY, repeats=False),),
    "rejected": LOOKING_FOR_ANOTHER,
    "returned": LOOKING_FOR_ANOTHER,
    "referred_onward": (),
    "revoked": (Notice("agency_revoked", AGENCY), Notice("family_revoked", FAMILY)),
    "escalated": (Notice("officer_unanswered", OFFICER),),
    "expired": LOOKING_FOR_ANOTHER,
}
NOT_COMPLETED = (Notice("family_not_completed", FAMILY),)


def notices(transition: str, *, previous_status: str = "", outcome: str = "") -> tuple[Notice, ...]:
    """Return whom to tell of a transition: nobody of one not known here, since a newer publisher may add some."""
    if transition == "revoked" and previous_status == NEVER_SENT:
        return ()
    if transition == "completed" and outcome == "not_successful":
        return NOT_COMPLETED
    return NOTICES.get(transition, ())


def all_notices() -> frozenset[Notice]:
    """Return every notice that there is."""
    return frozenset(notice for group in (*NOTICES.values(), NOT_COMPLETED) for notice in group)
