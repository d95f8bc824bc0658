"""Hold the families in care: who they are, where they live, and what they consented to.

Each change is a pure function that returns the family in its next version and the event to publish; a change that
changes nothing returns the same family and no event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from services.referrals.errors import NotAllowed, NotValid
from services.referrals.families.national_id import NationalId

HEAD = "head"
MOST_MEMBERS = 60
MOST_CONSENTS = 200
CONSENT_LASTS = timedelta(days=365)
"""How long a consent holds that names no end."""


class Status(StrEnum):
    """Say whether a family is in care."""

    OPEN = "open"
    CLOSED = "closed"


class Purpose(StrEnum):
    """Say what a family consented to: being referred to agencies, or being written to."""

    REFERRAL = "referral"
    MESSAGES = "messages"


class What(StrEnum):
    """Name a change of a family."""

    REGISTERED = "registered"
    CHANGED = "changed"
    MEMBER_ADDED = "member_added"
    CONSENT_GRANTED = "consent_granted"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Member:
    """Hold one member of a family."""

    id: str
    given_name: str
    family_name: str
    sex: str
    birth_date: date | None
    relationship: str
    national_id: NationalId | None = None

    @property
    def name(self) -> str:
        """Return the name as it is said."""
        return f"{self.given_name} {self.family_name}".strip()

    def age(self, on: date) -> int | None:
        """Return the age in whole years, or None where the date of birth is not known."""
        if self.birth_date is None:
            return None
        before_birthday = (on.month, on.day) < (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - before_birthday


@dataclass(frozen=True, slots=True)
class Household:
    """Describe how a family lives, as a group of the DCI social registry."""

    size: int | None = None
    dwelling: str = "unknown"
    poverty_score: float | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """Hold one consent, and which member granted it."""

    id: str
    purpose: Purpose
    granted_at: datetime
    expires: datetime
    granted_by: str
    withdrawn_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether the consent holds at a moment, by a clock that may have been set back meanwhile.

        None is recorded before it is granted, so what is here was granted; and what was withdrawn stays so, also where
        its moment lies ahead now.
        """
        return self.withdrawn_at is None and at < self.expires


@dataclass(frozen=True, slots=True)
class Change:
    """Record one change: of which record (the family, a member, a consent) and which fields; never a value."""

    at: datetime
    actor: str
    what: What
    record: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Hold one family. ``areas`` are the area's ancestors, then the area itself; ``phone`` is E.164 or empty."""

    id: str
    area: str
    areas: tuple[str, ...]
    address: str
    phone: str
    language: str
    household: Household
    members: tuple[Member, ...]
    registered_at: datetime
    last_modified: datetime
    consents: tuple[Consent, ...] = ()
    status: Status = Status.OPEN
    version: int = 1
    changes: tuple[Change, ...] = ()

    @property
    def head(self) -> Member:
        """Return the head of the family."""
        return next(member for member in self.members if member.relationship == HEAD)

    def permits(self, purpose: Purpose, at: datetime) -> bool:
        """Tell whether a consent to the purpose holds at a moment."""
        return _permits(self.consents, purpose, at)

    def member(self, member_id: str) -> Member:
        """Return a member by id. Raises :class:`NotValid` with ``unknown_member``."""
        for member in self.members:
            if member.id == member_id:
                return member
        raise NotValid("unknown_member", "members")


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what a referral must know of its family."""

    language: str
    consents: tuple[Consent, ...]

    def require(self, purpose: Purpose, at: datetime) -> None:
        """Raise :class:`NotAllowed` where no consent to the purpose holds at a moment."""
        if not _permits(self.consents, purpose, at):
            raise NotAllowed("consent_missing", "need")


@dataclass(frozen=True, slots=True)
class FamilyChanged:
    """Say what happened to a family."""

    what: What


Changed = tuple[Family, FamilyChanged]


def register(family: Family, actor: str) -> Changed:
    """Check a new family with its consents, and begin its history."""
    at = family.registered_at
    _check_members(family.members, at)
    for consent in family.consents:
        _check_consent(family, consent, at)
    granted = (Change(at, actor, What.CONSENT_GRANTED, consent.id) for consent in family.consents)
    begun = Change(at, actor, What.REGISTERED, family.id)
    return replace(family, changes=(begun, *granted)), FamilyChanged(What.REGISTERED)


def change(family: Family, actor: str, at: datetime, **fields: Any) -> tuple[Family, FamilyChanged | None]:
    """Set fields of a family in care; those that are equal already do not count."""
    _require_open(family)
    different = {name: value for name, value in fields.items() if getattr(family, name) != value}
    if not different:
        return family, None
    _check_members(different.get("members", family.members), at)
    return _changed(family, actor, at, What.CHANGED, family.id, **different)


def correct_member(member: Member, **fields: Any) -> Member:
    """Set fields of a member, to be given to :func:`change` among its siblings."""
    return replace(member, **fields)


def add_member(family: Family, actor: str, at: datetime, member: Member) -> Changed:
    """Add a member to a family in care."""
    _require_open(family)
    members = (*family.members, member)
    _check_members(members, at)
    return _changed(family, actor, at, What.MEMBER_ADDED, member.id, members=members)


def grant(family: Family, actor: str, at: datetime, consent: Consent) -> Changed:
    """Record a consent of a family in care."""
    _require_open(family)
    _check_consent(family, consent, at)
    return _changed(family, actor, at, What.CONSENT_GRANTED, consent.id, consents=(*family.consents, consent))


def withdraw(family: Family, actor: str, at: datetime, consent_id: str) -> Changed:
    """Withdraw a consent from now on, also of a family that is closed. One that holds no more is refused."""
    for consent in family.consents:
        if consent.id == consent_id and consent.holds(at):
            break
    else:
        raise NotAllowed("no_such_consent", "consent")
    kept = tuple(replace(one, withdrawn_at=at) if one is consent else one for one in family.consents)
    return _changed(family, actor, at, What.CONSENT_WITHDRAWN, consent_id, consents=kept)


def close(family: Family, actor: str, at: datetime) -> Changed:
    """Take a family out of care."""
    _require_open(family)
    return _changed(family, actor, at, What.CLOSED, family.id, status=Status.CLOSED)


def reopen(family: Family, actor: str, at: datetime) -> Changed:
    """Take a family into care again."""
    if family.status == Status.OPEN:
        raise NotAllowed("family_open", "status")
    return _changed(family, actor, at, What.REOPENED, family.id, status=Status.OPEN)


def consent_of(
    consent_id: str, purpose: Purpose, granted_at: datetime, expires: datetime | None, granted_by: str
) -> Consent:
    """Return a consent; one that names no end holds for :data:`CONSENT_LASTS`."""
    return Consent(consent_id, purpose, granted_at, expires or granted_at + CONSENT_LASTS, granted_by)


def _changed(family: Family, actor: str, at: datetime, what: What, record: str, **fields: Any) -> Changed:
    names = tuple(sorted(fields)) if what == What.CHANGED else ()
    step = Change(at, actor, what, record, names)
    changed = replace(family, version=family.version + 1, last_modified=at, changes=(*family.changes, step), **fields)
    return changed, FamilyChanged(what)


def _permits(consents: Iterable[Consent], purpose: Purpose, at: datetime) -> bool:
    return any(consent.purpose == purpose and consent.holds(at) for consent in consents)


def _require_open(family: Family) -> None:
    if family.status != Status.OPEN:
        raise NotAllowed("family_closed", "status")


def _check_members(members: Iterable[Member], at: datetime) -> None:
    members = tuple(members)
    if sum(member.relationship == HEAD for member in members) != 1:
        raise NotValid("one_head", "members")
    if len(members) > MOST_MEMBERS:
        raise NotValid("too_many", "members")
    ids = [member.national_id.normalised for member in members if member.national_id]
    if len(set(ids)) != len(ids):
        raise NotValid("repeated", "members")
    tomorrow = (at + timedelta(days=1)).date()  # east of Greenwich the day begins before it does in UTC
    if any(member.birth_date is not None and member.birth_date > tomorrow for member in members):
        raise NotValid("in_the_future", "members")


def _check_consent(family: Family, consent: Consent, at: datetime) -> None:
    if len(family.consents) >= MOST_CONSENTS:
        raise NotValid("too_many", "consents")
    family.member(consent.granted_by)
    if consent.granted_at > at:
        raise NotValid("in_the_future", "granted_at")
    if consent.expires <= max(consent.granted_at, at):
        raise NotValid("in_the_past", "expires")
