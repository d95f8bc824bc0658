"""Prove that a cooperation's country is one that ISO 3166-1 knows, and that what was kept before is still read."""

import pytest

from contracts.registry.countries import countries
from contracts.registry.standing import Cooperation, CooperationFields

PARTNER = {"partner": "UNICEF"}


def test_there_are_as_many_countries_as_the_standard_has():
    assert len(countries()) == 249
    assert {"EG", "IR", "PS", "US", "GB", "AQ"} <= countries()


@pytest.mark.parametrize("code", ["US", "PS", ""])
def test_country_is_taken(code: str):
    assert CooperationFields().load({**PARTNER, "country": code})["country"] == code


@pytest.mark.parametrize("code", ["XX", "ZZ", "UK", "EU", "XK", "AA"])
def test_code_of_no_country_is_refused(code: str):
    wrong = CooperationFields().validate({**PARTNER, "country": code})

    assert [one["code"] for one in wrong["country"]] == ["not_a_country"]


@pytest.mark.parametrize("code", ["us", "USA", "U", "US\n"])
def test_what_is_no_code_is_malformed(code: str):
    wrong = CooperationFields().validate({**PARTNER, "country": code})

    assert "malformed" in [one["code"] for one in wrong["country"]]


def test_what_was_kept_before_is_read():
    kept = {**PARTNER, "country": "ZZ", "programme": "", "valid_from": "", "valid_to": "", "approval_number": ""}

    assert Cooperation().load(kept)["country"] == "ZZ"
