"""Prove the rules of families, members and consents."""

from datetime import date, timedelta

import pytest

from services.referrals.errors import NotAllowed, NotValid
from services.referrals.families import domain
from services.referrals.families.domain import Purpose, Status, What
from services.referrals.families.national_id import NationalId
from tests.unit.referrals.builders import NOW, WORKER, a_child, a_consent, a_family, a_member

LATER = NOW + timedelta(days=1)


def test_registering_begins_the_history():
    family, event = domain.register(a_family(), WORKER)

    assert event.what == What.REGISTERED
    assert [change.what for change in family.changes] == [What.REGISTERED, What.CONSENT_GRANTED]


@pytest.mark.parametrize("members", [(a_child(),), (a_member(), a_member(id="member-3"))])
def test_exactly_one_head(members):
    with pytest.raises(NotValid) as raised:
        domain.register(a_family(members=members, consents=()), WORKER)

    assert raised.value.code == "one_head"


def test_one_id_one_member():
    same = NationalId("EG", "29105020100021")
    twins = (a_member(national_id=same), a_child(national_id=same))

    with pytest.raises(NotValid) as raised:
        domain.register(a_family(members=twins), WORKER)

    assert raised.value.code == "repeated"


def test_nobody_is_born_tomorrow():
    with pytest.raises(NotValid):
        domain.add_member(a_family(), WORKER, NOW, a_child(id="member-3", birth_date=date(2026, 3, 12)))


def test_family_has_room_for_sixty():
    children = tuple(a_child(id=f"child-{number}") for number in range(59))
    full = a_family(members=(a_member(), *children))

    with pytest.raises(NotValid) as raised:
        domain.add_member(full, WORKER, NOW, a_child(id="child-60"))

    assert raised.value.code == "too_many"


def test_change_names_fields_not_values():
    family, _ = domain.change(a_family(), WORKER, LATER, phone="+201001234568", language="ar")

    assert family.version == 2
    assert family.changes[-1].fields == ("phone",)


def test_equal_change_changes_nothing():
    before = a_family()

    after, event = domain.change(before, WORKER, LATER, phone=before.phone)

    assert (after, event) == (before, None)


def test_closed_family_stays_as_it_is():
    closed, _ = domain.close(a_family(), WORKER, NOW)

    with pytest.raises(NotAllowed) as raised:
        domain.add_member(closed, WORKER, LATER, a_child(id="member-3"))

    assert raised.value.code == "family_closed"


def test_closed_family_reopens():
    closed, _ = domain.close(a_family(), WORKER, NOW)

    reopened, event = domain.reopen(closed, WORKER, LATER)

    assert (reopened.status, event.what) == (Status.OPEN, What.REOPENED)


@pytest.mark.parametrize(
    ("moment", "permitted"),
    [
        (NOW - timedelta(hours=2), True),
        (NOW, True),
        (NOW + timedelta(days=365), False),
    ],
    ids=["by a clock set back", "while it holds", "once it has expired"],
)
def test_consent_holds_for_its_time(moment, permitted):
    assert a_family().permits(Purpose.REFERRAL, moment) is permitted


def test_consent_is_to_one_purpose():
    assert not a_family().permits(Purpose.MESSAGES, NOW)


def test_withdrawn_consent_permits_nothing():
    family, _ = domain.withdraw(a_family(), WORKER, NOW, "consent-1")

    assert not family.permits(Purpose.REFERRAL, NOW)
    assert not family.permits(Purpose.REFERRAL, NOW - timedelta(hours=2))


def test_consent_is_withdrawn_once():
    family, _ = domain.withdraw(a_family(), WORKER, NOW, "consent-1")

    with pytest.raises(NotAllowed):
        domain.withdraw(family, WORKER, LATER, "consent-1")


def test_consent_without_an_end_lasts_a_year():
    consent = domain.consent_of("consent-2", Purpose.MESSAGES, NOW, None, "member-1")

    assert consent.expires == NOW + timedelta(days=365)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"granted_by": "member-9"}, "unknown_member"),
        ({"granted_at": LATER}, "in_the_future"),
        ({"expires": NOW}, "in_the_past"),
    ],
)
def test_consent_that_cannot_be(fields, code):
    with pytest.raises(NotValid) as raised:
        domain.grant(a_family(), WORKER, NOW, a_consent(id="consent-2", **fields))

    assert raised.value.code == code


@pytest.mark.parametrize(("day", "age"), [(date(2026, 5, 1), 34), (date(2026, 5, 2), 35), (date(2026, 12, 31), 35)])
def test_age_turns_on_the_birthday(day, age):
    assert a_member(birth_date=date(1991, 5, 2)).age(day) == age
