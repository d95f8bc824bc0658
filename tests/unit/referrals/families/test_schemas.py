"""Prove how families come off the wire and go onto it."""

from datetime import datetime, timedelta, timezone

import pytest

from contracts.referrals import RecordConsent, RegisterFamily
from services.referrals.errors import NotValid
from services.referrals.families import schemas
from services.referrals.families.national_id import NationalId
from services.referrals.registry import Place
from tests.unit.referrals.builders import NOW, a_child, a_family, a_member

PLACE = Place("EG2901", ("EG", "EG29", "EG2901"), "EG2901")
HEAD = {"given_name": "فاطمة", "relationship": "head"}


def numbered():
    """Return a maker of ids that count."""
    ids = iter(range(1, 100))
    return lambda: f"id-{next(ids)}"


def read(**fields):
    """Read a request that registers a family."""
    request = RegisterFamily().load({"area": "EG2901", "members": [HEAD]} | fields)
    return schemas.family(request, PLACE, NOW, "EG", numbered())


def test_head_grants_unless_said():
    family = read(consents=[{"purpose": "referral"}])

    assert family.consents[0].granted_by == family.head.id


def test_phone_becomes_e164():
    assert read(phone="٠١٠٠ ١٢٣ ٤٥٦٧").phone == "+201001234567"


@pytest.mark.parametrize("number", ["12", "19828", "١٦٥٢٨", "123"])
def test_wrong_phone_is_refused(number):
    with pytest.raises(NotValid) as raised:
        read(phone=number)

    assert raised.value.code == "not_a_phone"


def test_id_follows_its_own_country():
    family = read(members=[HEAD | {"national_id": "0499370899", "national_id_country": "IR"}])

    assert family.head.national_id == NationalId("IR", "0499370899")


@pytest.mark.parametrize("far", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_moment_of_another_age_is_refused(far):
    faults = RecordConsent().validate({"family": "family-1", "purpose": "referral", "granted_at": far})

    assert faults["granted_at"][0]["code"] == "out_of_range"


def test_moment_is_kept_in_utc():
    cairo = timezone(timedelta(hours=2))

    assert schemas.moment(datetime(2026, 3, 9, 10, 30, 0, 123456, tzinfo=cairo)) == NOW.replace(microsecond=123000)


def test_correction_leaves_the_rest():
    head = a_member(national_id=NationalId("EG", "29105020100021"))

    after = schemas.corrected([head, a_child()], [{"id": head.id, "given_name": "فاطمة الزهراء"}], "EG")

    assert after == (a_member(given_name="فاطمة الزهراء", national_id=head.national_id), a_child())


def test_correction_of_nobody_is_refused():
    with pytest.raises(NotValid) as raised:
        schemas.corrected([a_member()], [{"id": "member-9"}], "EG")

    assert (raised.value.code, raised.value.field) == ("unknown_member", "members.0.id")


def test_masked_family_shows_no_contact():
    member = a_member(national_id=NationalId("EG", "29105020100021", "check_digit"))

    shown = schemas.shown(a_family(members=(member,)), masked=True)

    assert (shown["phone"], shown["address"]) == ("", "")
    assert (shown["members"][0]["national_id"], shown["members"][0]["national_id_warning"]) == ("", "check_digit")
