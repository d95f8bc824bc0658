"""Translate families between the wire and the domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chassis import clock
from contracts.phones import e164
from services.referrals.errors import NotValid
from services.referrals.families import domain, national_id
from services.referrals.families.domain import HEAD, Consent, Family, FamilyChanged, Household, Member, Purpose
from services.referrals.families.national_id import NationalId
from services.referrals.families.views import head_name
from services.referrals.registry import Place

Request = Mapping[str, Any]
NewId = Callable[[], str]
PLAIN = ("given_name", "family_name", "sex", "birth_date", "relationship")


def family(request: Request, place: Place, at: datetime, country: str, new_id: NewId) -> Family:
    """Return a new family, whose rules :func:`services.referrals.families.domain.register` checks."""
    members = tuple(_numbered(request["members"], lambda one: member(one, country, new_id())))
    head = next((one.id for one in members if one.relationship == HEAD), "")
    return Family(
        id=new_id(),
        area=place.area,
        areas=place.areas,
        address=request["address"].strip(),
        phone=phone(request["phone"], country),
        language=request["language"],
        household=Household(**request["household"]),
        members=members,
        consents=tuple(consent(one, new_id(), at, head) for one in request["consents"]),
        registered_at=at,
        last_modified=at,
    )


def member(request: Request, country: str, member_id: str) -> Member:
    """Return a new member; a national id is read by the rules of its country, the node's if none is given."""
    known = {name: request[name] for name in PLAIN}
    return Member(id=member_id, **known, national_id=_national_id(request, None, country))


def corrected(before: Sequence[Member], changes: Sequence[Request], country: str) -> tuple[Member, ...]:
    """Return the members with the corrections that are given. Raises :class:`NotValid` with ``unknown_member``."""
    by_id = {one.id: one for one in before}
    for after in _numbered(changes, lambda change: _corrected(by_id, change, country)):
        by_id[after.id] = after
    return tuple(by_id.values())


def consent(request: Request, consent_id: str, at: datetime, head: str) -> Consent:
    """Return a new consent: granted now, by the head, for a year, unless the request says otherwise."""
    expires = request["expires"] and moment(request["expires"])
    granted_at = moment(request["granted_at"]) if request["granted_at"] else at
    return domain.consent_of(
        consent_id, Purpose(request["purpose"]), granted_at, expires, request["granted_by"] or head
    )


def phone(text: str, country: str) -> str:
    """Return a number in E.164, or nothing for nothing. Raises :class:`NotValid` with ``not_a_phone``."""
    if not text.strip():
        return ""
    number = e164(text, country)
    if number is None:
        raise NotValid("not_a_phone", "phone")
    return number


def moment(given: datetime) -> datetime:
    """Return a moment as it is kept: in UTC, cut to the millisecond."""
    return clock.truncate(given.astimezone(UTC))


def shown(family: Family, *, masked: bool) -> dict[str, Any]:
    """Return a family whole; ``masked`` leaves out address, phone and national ids."""
    return {
        "id": family.id,
        "version": family.version,
        "area": family.area,
        "areas": list(family.areas),
        "address": "" if masked else family.address,
        "phone": "" if masked else family.phone,
        "language": family.language,
        "household": {name: getattr(family.household, name) for name in ("size", "dwelling", "poverty_score")},
        "head_name": family.head.name,
        "members": [_member_shown(one, masked=masked) for one in family.members],
        "consents": [_consent_shown(one) for one in family.consents],
        "status": family.status,
        "registered_at": family.registered_at,
        "last_modified": family.last_modified,
    }


def summary(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a family as lists show it, of a document of :class:`services.referrals.families.views.FamilyViews`."""
    known = {name: document[name] for name in ("version", "area", "areas", "language", "status", "last_modified")}
    names = {"head_name": head_name(document), "members_count": len(document["members"])}
    return {"id": document["_id"]} | known | names


def event(family: Family, changed: FamilyChanged) -> dict[str, Any]:
    """Return the payload of the event: opaque ids and codes."""
    return {"id": family.id, "what": changed.what.value, "status": family.status.value, "area": family.area}


def state(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a family is counted by, of a document of :meth:`FamilyViews.states`."""
    return {"id": document["_id"]} | {name: document[name] for name in ("version", "area", "status")}


def _corrected(members: Mapping[str, Member], change: Request, country: str) -> Member:
    before = members.get(change["id"])
    if before is None:
        raise NotValid("unknown_member", "id")
    fields = {name: change[name] for name in PLAIN if name in change}
    if "national_id" in change or "national_id_country" in change:
        fields["national_id"] = _national_id(change, before.national_id, country)
    return domain.correct_member(before, **fields)


def _national_id(request: Request, before: NationalId | None, country: str) -> NationalId | None:
    text = request.get("national_id", before.number if before else "")
    of = request.get("national_id_country") or (before.country if before else country)
    return national_id.read(text, of) if text.strip() else None


def _numbered(requests: Sequence[Request], read: Callable[[Request], Member]) -> Any:
    for number, request in enumerate(requests):
        try:
            yield read(request)
        except NotValid as error:
            raise NotValid(error.code, f"members.{number}.{error.field}") from error


def _member_shown(one: Member, *, masked: bool) -> dict[str, Any]:
    held = one.national_id
    return {name: getattr(one, name) for name in ("id", *PLAIN)} | {
        "national_id": held.number if held and not masked else "",
        "national_id_country": held.country if held else "",
        "national_id_warning": held.warning if held else "",
    }


def _consent_shown(one: Consent) -> dict[str, Any]:
    names = ("id", "purpose", "granted_at", "expires", "withdrawn_at", "granted_by")
    return {name: getattr(one, name) for name in names}
