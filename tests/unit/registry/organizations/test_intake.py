"""Prove that what people write of an organization is read, and that what cannot be read is named."""

import pytest

from services.registry.organizations.intake import read
from services.registry.organizations.parts import Identifier, Phone
from services.registry.organizations.places import Location
from tests.unit.registry.builders import an_organization, qena_tree


def reading(**given):
    return read(given, country="EG", tree=qena_tree())


def faults(draft):
    return [(fault.field, fault.code) for fault in draft.faults]


def test_phone_becomes_e164():
    draft = reading(phones=[{"number": "٠٩٦ ٥٣٣١٢٣٤", "type": "voice"}])

    assert draft.fields["phones"] == (Phone("+20965331234", "voice"),)


def test_short_number_is_its_digits():
    draft = reading(phones=[{"number": "١٩٨٢٨", "type": "voice", "extension": 3}, {"number": "16528", "type": "sms"}])

    assert draft.faults == []
    assert draft.fields["phones"] == (Phone("19828", "voice", 3), Phone("16528", "sms"))


def test_same_phone_counts_once():
    draft = reading(phones=[{"number": "01001234567", "type": "cell"}, {"number": "+20 100 123 4567", "type": "cell"}])

    assert draft.fields["phones"] == (Phone("+201001234567", "cell"),)


def test_wrong_phone_is_named():
    draft = reading(phones=[{"number": "01001234567", "type": "cell"}, {"number": "لا يوجد", "type": "voice"}])

    assert faults(draft) == [("phones.1.number", "not_a_phone")]
    assert draft.faults[0].value == "لا يوجد"


def test_tax_number_follows_its_rules():
    right = reading(identifiers=[{"identifier_scheme": "eg.tn", "identifier": "١٠٠-٥٣١-٣٨٥"}])
    wrong = reading(identifiers=[{"identifier_scheme": "eg.tn", "identifier": "١٠٠-٥٣١"}])

    assert right.fields["identifiers"] == (Identifier("eg.tn", "100531385"),)
    assert faults(wrong) == [("identifiers.0.identifier", "wrong_identifier")]


def test_unknown_scheme_is_kept_with_plain_digits():
    draft = reading(identifiers=[{"identifier_scheme": "eg.moss", "identifier": " ١٢٣٤ / ٢٠٠٩ "}])

    assert draft.fields["identifiers"] == (Identifier("eg.moss", "1234 / 2009"),)


def test_day_of_registration_is_kept():
    draft = reading(
        identifiers=[{"identifier_scheme": "eg.moss", "identifier": "1234/2009", "valid_from": "2009-05-12"}]
    )

    assert draft.fields["identifiers"] == (Identifier("eg.moss", "1234/2009", "2009-05-12"),)


def test_website_may_lack_its_scheme():
    assert reading(website="www.example.org").fields["website"] == "https://www.example.org"


@pytest.mark.parametrize("name", ["email", "assurer_email"])
def test_email_is_kept_as_mail_servers_write_it(name):
    assert reading(**{name: "info@مثال.مصر"}).fields[name] == "info@xn--mgbh0fb.xn--wgbh1c"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"email": "info@"}, ("email", "not_an_email")),
        ({"website": "لا يوجد"}, ("website", "not_an_address")),
        ({"area": "أسوان"}, ("area", "unknown_area")),
        ({"locations": [{"area": "أسوان"}]}, ("locations.0.area", "unknown_area")),
    ],
)
def test_unreadable_value_is_named(given, fault):
    assert faults(reading(**given)) == [fault]


@pytest.mark.parametrize(("valid_to", "implied"), [("", True), ("2020-12-31", None), ("9999-12-31", True)])
def test_open_cooperation_is_implied(valid_to, implied):
    draft = reading(cooperations=[{"partner": "UNHCR", "valid_to": valid_to}])

    assert draft.fields.get("international_cooperation") is implied


def test_denied_cooperation_stays_denied():
    draft = reading(cooperations=[{"partner": "UNHCR"}], international_cooperation=False)

    assert draft.fields["international_cooperation"] is False


def test_last_year_tells_members():
    draft = reading(members_by_year=[{"year": 2025, "members": 130}, {"year": 2023, "members": 90}])

    assert draft.fields["members_count"] == 130
    assert [one.year for one in draft.fields["members_by_year"]] == [2023, 2025]


@pytest.mark.parametrize(
    ("scheme", "written", "kept"),
    [
        ("eg.tn", "٣٣١-١٠٥-٢٦٨", "331105268"),
        ("tr.vkn", "4540536920", "4540536920"),
        ("tr.vkn", "4540536921", None),
        ("eg.moss.registration", "1234 / 2009", "1234 / 2009"),
        ("xx.vat", "17", "17"),
    ],
)
def test_identifier_follows_rules_that_are_known(scheme, written, kept):
    draft = reading(identifiers=[{"identifier_scheme": scheme, "identifier": written}])

    assert [one.identifier for one in draft.fields["identifiers"]] == ([kept] if kept else [])
    assert faults(draft) == ([] if kept else [("identifiers.0.identifier", "wrong_identifier")])


def test_area_comes_from_first_location():
    draft = reading(locations=[{"area": "أبو تشت"}, {"area": "EG2901"}])

    assert draft.area == "EG2902"


def test_area_comes_from_point():
    draft = reading(locations=[{"latitude": 26.15, "longitude": 32.05}])

    assert draft.area == "EG2902"
    assert draft.locations == [{"latitude": 26.15, "longitude": 32.05, "area": "EG2902"}]


def test_new_organization_lies_where_its_officer_is():
    fields = reading(name="جمعية").fields_of("org-1", None, qena_tree(), "EG2901")

    assert (fields["area"], fields["areas"]) == ("EG2901", ("EG", "EG29", "EG2901"))


def test_known_organization_stays_where_it_is():
    fields = reading(name="جمعية").fields_of("org-1", an_organization(), qena_tree(), "EG2902")

    assert "area" not in fields


def test_spaces_are_tidied():
    draft = reading(name="  جمعية   الإحسان ", locations=[{"address": " شارع\n النيل "}])

    assert draft.fields["name"] == "جمعية الإحسان"
    assert draft.fields_of("org-1", None, qena_tree())["locations"][0].address == "شارع النيل"


def test_location_merges_with_known_one():
    old = an_organization(locations=(Location("place-1", "المقر", "", 26.15, 32.75, "EG2901"),))

    fields = reading(locations=[{"address": "شارع النيل"}]).fields_of(old.id, old, qena_tree())

    assert fields["locations"] == (Location("place-1", "المقر", "شارع النيل", 26.15, 32.75, "EG2901"),)
