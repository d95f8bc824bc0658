"""Say whom to tell of a referral, where, and in which language: as it is at the moment of telling."""

from __future__ import annotations

from typing import Any

from chassis.rpc import Call
from chassis.work import Unit
from contracts.referrals import LANGUAGES
from services.referrals.desk import Desk, House
from services.referrals.families.domain import Purpose
from services.referrals.referrals.domain import Referral
from services.referrals.registry import Agency
from services.referrals.views import EVERYWHERE

Contact = dict[str, Any]


def get(desk: Desk, call: Call) -> Contact:
    """Return the contact for one audience. The family's is given by its consent to messages, and leaves a trace."""
    referral = desk.referrals.get(call.request["referral"], EVERYWHERE)
    agency = desk.registry.agency(referral.organization)
    match call.request["audience"]:
        case "family":
            contact = _family(desk, call, referral)
        case "agency":
            contact = _agency(agency, desk.house)
        case _:
            contact = _contact(language=desk.house.language, email=desk.house.officer_email)
    return contact | {"audience": call.request["audience"], "agency": _named(referral.organization, agency)}


def _family(desk: Desk, call: Call, referral: Referral) -> Contact:
    def effect(unit: Unit) -> Contact:
        family = desk.families.get(referral.family, EVERYWHERE, unit.session)
        if not family.permits(Purpose.MESSAGES, unit.now):
            return _contact(language=family.language, withheld="consent_missing")
        unit.audit("family.contact_read", family.id, why=referral.id)
        withheld = "" if family.phone else "no_phone"
        return _contact(language=family.language, name=family.head.name, phone=family.phone, withheld=withheld)

    return desk.units.do(call.actor, effect, traceparent=call.traceparent)


def _agency(agency: Agency | None, house: House) -> Contact:
    if agency is None:
        return _contact(language=house.language, withheld="no_email")
    language = next((one for one in agency.languages if one in LANGUAGES), house.language)
    return _contact(language=language, name=agency.name, email=agency.email)


def _contact(*, language: str, name: str = "", phone: str = "", email: str = "", withheld: str = "") -> Contact:
    missing = "" if phone or email else "no_email"
    return {"language": language, "name": name, "phone": phone, "email": email, "withheld": withheld or missing}


def _named(organization: str, agency: Agency | None) -> Contact:
    name, phone = (agency.name, agency.phone) if agency else ("", "")
    return {"id": organization, "name": name, "phone": phone}
