"""Prove what becomes of the telephone numbers of a package."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.hsds_package import reading
from tests.unit.cli.hsds_made import Make, organization, service, warnings
from tests.unit.cli.hsds_packages import a_package

LONG = "left out: it is one number of 6 digits at most"


@pytest.mark.parametrize("follows", [" ext. 12", "x12", "ext.12", " #12"])
def test_extension_may_follow_its_number(make: Make, follows: str):
    made = service(make(phones=[{"service_id": "1", "number": f"703-555-1212{follows}", "language": "en,es"}]))

    assert made["phones"] == [
        {"number": "+17035551212", "languages": [{"code": "en"}, {"code": "es"}], "extension": 12}
    ]


@pytest.mark.parametrize("said", ["1" * 5_000, "12 or 14", "front desk"])
def test_other_extensions_are_told(make: Make, said: str):
    maker = make(phones=[{"service_id": "1", "number": "703-555-1212", "extension": said}])

    assert service(maker)["phones"] == [{"number": "+17035551212"}]
    assert warnings(maker) == [LONG]


def test_number_says_whom_one_reaches(make: Make):
    phone = {"number": "703-555-1212", "extension": "12", "department": "Food Pantry", "description": "mornings"}

    maker = make(phones=[phone | {"organization_id": "1"}, phone | {"service_id": "1"}])

    reached = {"number": "+17035551212", "extension": 12, "description": "Food Pantry; mornings"}
    assert organization(maker)["phones"] == [reached | {"type": "voice"}]
    assert service(maker)["phones"] == [reached]


def test_extensions_tell_numbers_apart(make: Make):
    phones = [{"organization_id": "1", "number": "703-555-1212", "extension": one} for one in ("12", "", "12")]

    assert [one.get("extension") for one in organization(make(phones=phones))["phones"]] == [12, None]


@pytest.mark.parametrize(("own", "number"), [("703-555-1213", "+17035551213"), ("", "+17035551212")])
def test_organization_without_a_number_is_reached_at_its_places(make: Make, own: str, number: str):
    phones = [{"location_id": "1", "number": "703-555-1212", "type": "tty"}]
    phones += [{"organization_id": "1", "number": own, "type": "tty"}] * bool(own)

    assert organization(make(phones=phones))["phones"] == [{"number": number, "type": "textphone"}]


@pytest.mark.parametrize(
    ("said", "reason"),
    [({"type": "hotline"}, "taken as voice"), ({"language": "en"}, "left out: an organization's number has none")],
)
def test_what_an_organizations_number_has_not_is_told(make: Make, said: dict[str, str], reason: str):
    maker = make(phones=[{"organization_id": "1", "number": "703-555-1212", **said}])

    assert organization(maker)["phones"] == [{"number": "+17035551212", "type": "voice"}]
    assert warnings(maker) == [reason]


def test_numbers_beyond_ten_are_told(make: Make):
    maker = make(phones=[{"organization_id": "1", "number": f"703-555-12{one}"} for one in range(10, 23)])

    assert len(organization(maker)["phones"]) == 10
    assert warnings(maker) == ["3 left out: there are 10 at most"]


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ({"number": "211"}, {"number": "211"}),
        ({"number": "2-1-1", "type": "hotline"}, {"number": "211", "type": "hotline"}),
        ({"number": "741741", "type": "text"}, {"number": "741741", "type": "text"}),
        ({"number": "911", "country_prefix": "1"}, {"number": "911"}),
        ({"number": "211 x12"}, {"number": "211", "extension": 12}),
        ({"number": "211", "extension": "12"}, {"number": "211", "extension": 12}),
        ({"number": "211, press 2"}, {"number": "211", "description": "press 2"}),
    ],
)
def test_short_numbers_are_taken(make: Make, said: dict[str, str], made: dict[str, object]):
    assert service(make(phones=[{"service_id": "1"} | said]))["phones"] == [made]


@pytest.mark.parametrize(
    ("country", "number", "taken"),
    [("EG", "19828", True), ("IR", "1480", True), ("US", "211", True), ("EG", "1480", False), ("EG", "12", False)],
)
def test_short_numbers_are_of_the_country(tmp_path: Path, country: str, number: str, taken: bool):
    place = {"id": "1", "location_id": "1", "address_1": "1 High Street", "city": "Qena", "country": country}
    phone = {"id": "1", "service_id": "1", "number": number}

    with reading.read(a_package(tmp_path / "package", physical_addresses=[place], phones=[phone]), "EG") as found:
        assert (not found.verdicts.errors) is taken
