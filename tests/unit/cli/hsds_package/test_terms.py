"""Prove what becomes of the terms that a package classifies records by: subjects, and attributes with one id."""

from __future__ import annotations

import uuid

import pytest

from tests.unit.cli.hsds_made import Make, organization, service


def test_attribute_of_another_table_is_not_a_services(make: Make):
    said = {"link_id": "1", "link_entity": "organization", "value": "Charity"}

    assert "attributes" not in service(make(attributes=[said]))


def test_organization_keeps_terms_of_others(make: Make):
    said = {"link_id": "1", "link_entity": "organization", "taxonomy_term_id": "BD"}

    made = organization(make(attributes=[said], taxonomy_terms=[{"id": "BD", "code": "BD-1", "name": "Pantries"}]))

    term = made["attributes"][0].pop("taxonomy_term_id")
    assert made["attributes"] == [{"link_type": "taxonomy", "label": "Pantries", "value": "BD-1"}]
    assert str(uuid.UUID(term)) == term
    assert "capabilities" not in made


def _term_of(make: Make, **term: str) -> str:
    """Return the id of the term that a service bears, which a package calls so."""
    said = [{"service_id": "1", "taxonomy_id": term["id"]}]
    (attribute,) = service(make(taxonomy=[{"name": "Pantries", **term}], services_taxonomy=said))["attributes"]
    return str(attribute["taxonomy_term_id"])


def test_term_has_one_id_in_every_package(make: Make):
    """211s call a term by its code, and by their own names."""
    first = _term_of(make, id="BD-1800", name="Pantries", vocabulary="AIRS")

    assert first == _term_of(make, id="BD-1800", name="Food pantries", vocabulary="airs")
    assert first != _term_of(make, id="BD-1801", name="Pantries", vocabulary="AIRS")
    assert first != _term_of(make, id="BD-1800", name="Pantries", vocabulary="Open Eligibility")


def test_terms_that_are_numbered_are_told_apart_by_name(make: Make):
    assert _term_of(make, id="1", name="Pantries") == _term_of(make, id="1", name="PANTRIES")
    assert _term_of(make, id="1", name="Pantries") != _term_of(make, id="1", name="Clinics")


def test_term_that_has_a_uuid_keeps_it(make: Make):
    assert _term_of(make, id="{0BC248FA-DC27-4650-9BA4-8F1A24EF16A2}") == "0bc248fa-dc27-4650-9ba4-8f1a24ef16a2"


@pytest.mark.parametrize("term", [{"name": "Food"}, {"name": "X", "code": "food"}, {"name": "غذاء"}])
def test_term_tells_subject(make: Make, term: dict[str, str]):
    said = [{"service_id": "1", "taxonomy_id": "BD"}]

    assert service(make(taxonomy=[{"id": "BD", **term}], services_taxonomy=said))["subjects"] == ["food"]


def test_term_above_tells_subject(make: Make):
    terms = [{"id": "BD", "name": "Food"}, {"id": "BD-1", "name": "Pantries", "parent_id": "BD"}]

    made = service(make(taxonomy=terms, services_taxonomy=[{"service_id": "1", "taxonomy_id": "BD-1"}]))

    assert made["subjects"] == ["food"]
    (attribute,) = made["attributes"]
    assert (attribute["label"], attribute["value"]) == ("Pantries", "BD-1")


def test_mapping_tells_subject(make: Make):
    terms = [{"id": "BD-1", "name": "Roofs"}]

    made = service(
        make({"roofs": "housing"}, taxonomy=terms, services_taxonomy=[{"service_id": "1", "taxonomy_id": "BD-1"}])
    )

    assert made["subjects"] == ["housing"]


def test_terms_in_a_circle_end(make: Make):
    terms = [{"id": "1", "name": "One", "parent_id": "2"}, {"id": "2", "name": "Two", "parent_id": "1"}]

    made = service(make(taxonomy=terms, services_taxonomy=[{"service_id": "1", "taxonomy_id": "1"}]))

    assert "subjects" not in made
