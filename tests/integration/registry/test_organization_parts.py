"""Prove that what an organization's record shares with a service's is kept the same way, and that services follow."""

from __future__ import annotations

import pytest

from chassis.errors import Invalid
from contracts.policy import Scope
from services.registry.organizations.schemas import record

NODE = Scope()
CONTACT = {"name": "قسم الاستقبال", "phones": [{"number": "٠٩٦ ٥٣٣١٢٣٤", "type": "voice"}]}


def problems(error):
    return [(problem["field"], problem["code"]) for problem in error.value.problems]


def kept(house, organization_id):
    return record(house.organizations.get(organization_id, NODE))


def test_parts_get_ids_and_keep_them(house):
    number = house.register(name="جمعية الإحسان", area="EG2901", contacts=[CONTACT], programs=[{"name": "كفالة"}])
    before = kept(house, number)

    house.change(number, contacts=[{**CONTACT, "title": "مدير"}], programs=[{"name": "كفالة الأيتام"}])

    after = kept(house, number)
    assert after["contacts"][0]["phones"][0]["number"] == "+20965331234"
    assert [one["id"] for one in (*before["contacts"], *before["programs"])] == [
        one["id"] for one in (*after["contacts"], *after["programs"])
    ]


def test_registration_keeps_its_day(house):
    registration = {"identifier_scheme": "eg.moss.registration", "identifier": "1234/2009"}
    number = house.register(name="جمعية الإحسان", identifiers=[{**registration, "valid_from": "2009-05-12"}])

    assert house.change(number, identifiers=[registration]) == 1
    assert kept(house, number)["identifiers"] == [{**registration, "valid_from": "2009-05-12"}]


def test_same_parts_again_change_nothing(house):
    number = house.register(name="جمعية الإحسان", area="EG2901", contacts=[CONTACT], funding=[{"source": "زكاة"}])

    assert house.change(number, contacts=[CONTACT], funding=[{"source": "زكاة"}]) == 1


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"contacts": [{"phones": [{"number": "01234"}]}]}, ("contacts.0.phones.0.number", "not_a_phone")),
        ({"contacts": [{"email": "x@"}]}, ("contacts.0.email", "not_an_email")),
        ({"contacts": [{"email": "ولي@x.example"}]}, ("contacts.0.email", "not_an_email")),
        ({"logo": "شعار"}, ("logo", "not_an_address")),
        ({"uri": "not a uri"}, ("uri", "not_an_address")),
        ({"additional_websites": [{"url": "لا يوجد"}]}, ("additional_websites.0.url", "not_an_address")),
    ],
)
def test_wrong_part_is_named(house, fields, fault):
    with pytest.raises(Invalid) as error:
        house.register(name="جمعية الإحسان", area="EG2901", **fields)

    assert problems(error) == [fault]


def test_too_large_record_is_refused(house):
    places = [{"description": "x" * 2_000, "transportation": "x" * 2_000} for _ in range(100)]
    number = house.register(name="جمعية الإحسان", area="EG2901", locations=places)
    programs = [{"name": str(one), "description": "x" * 10_000} for one in range(10)]

    with pytest.raises(Invalid) as refused:
        house.change(number, programs=programs)

    assert problems(refused) == [("", "too_large")]


def test_place_keeps_what_is_said_of_it(house):
    place = {"transportation": "محطة قنا", "addresses": [{"address_1": "شارع الجميل"}], "phones": CONTACT["phones"]}
    number = house.register(name="جمعية الإحسان", area="EG2901", locations=[place])

    (known,) = kept(house, number)["locations"]

    assert (known["address"], known["transportation"]) == ("شارع الجميل", "محطة قنا")
    assert known["phones"][0]["number"] == "+20965331234"
    assert house.change(number, locations=[place]) == 1
