"""Prove that what domain, contract, policy and page say of the registry agrees."""

from dataclasses import fields
from pathlib import Path

import pytest

from contracts import registry as contract
from contracts.policy import POLICY
from contracts.registry.events import AREA_CHANGED, ORGANIZATION_CHANGED
from services.registry.areas import domain as areas
from services.registry.areas.schemas import record as area_record
from services.registry.history.domain import Stamp
from services.registry.organizations import domain as organizations
from services.registry.organizations.places import Location
from services.registry.organizations.schemas import record, tombstone
from services.registry.organizations.store import from_document, to_document
from services.registry.service import page
from tests.unit.registry.builders import MONDAY, an_area, an_organization

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "registry.md").read_text(encoding="utf-8")
UNPUBLISHED = {"external_ids", "registered"}


def test_public_record_is_the_whole_record():
    kept = {field.name for field in fields(organizations.Organization)}

    assert kept - UNPUBLISHED == set(contract.Organization().fields)


def test_every_field_that_may_be_set_is_kept():
    kept = {field.name for field in fields(organizations.Organization)}

    assert set(contract.OrganizationFields().fields) <= kept
    assert set(contract.OrganizationFields().fields) >= organizations.OWN_FIELDS


def test_levels_agree():
    assert areas.LEVELS == contract.AREA_LEVELS


def test_statuses_agree():
    assert {organizations.ACTIVE, organizations.INACTIVE} == set(contract.ORGANIZATION_STATUSES)


def test_policy_names_each_call():
    assert {call.name for call in contract.CALLS} == {name for name in POLICY if name.startswith("registry.")}


def test_record_is_what_its_schema_dumps():
    organization = an_organization(phones=(organizations.Phone("+20965331234"),))

    assert record(organization) == contract.Organization().dump(organization)


FOUND_BY = ("keys", "named", "search", "covers", "placed")


def test_record_may_be_published():
    assert ORGANIZATION_CHANGED.schema().validate(record(an_organization())) == {}
    assert ORGANIZATION_CHANGED.schema().validate(tombstone("org-1")) == {}
    assert AREA_CHANGED.schema().validate(area_record(an_area())) == {}


@pytest.mark.parametrize("name", sorted(set(contract.Organization().fields) - {"id"}))
def test_part_of_a_record_may_not_be_published(name):
    part = record(an_organization())
    del part[name]

    assert name in ORGANIZATION_CHANGED.schema().validate(part)


def test_document_holds_the_organization():
    stamp = Stamp(MONDAY, "officer:officer-1", "registry.put_organizations", "moss")
    organization = an_organization(external_ids=("external:moss:17",), members_count=4, registered=stamp)

    assert from_document(to_document(organization)) == organization


def test_document_holds_nothing_that_goes_without_saying():
    (place,) = to_document(an_organization(locations=(Location("place-1", latitude=0.0),)))["locations"]
    bare = to_document(organizations.Organization("org-1", "جمعية", MONDAY))

    assert place == {"id": "place-1", "latitude": 0.0}
    assert set(bare) == {"_id", "version", "status", "name", "last_modified", *FOUND_BY}


def test_page_ends_before_a_message_is_full():
    records = [{"id": str(number), "description": "x" * 100_000} for number in range(20)]

    first = page(records, 50)

    assert (len(first["items"]), first["next"]) == (6, "5")


def test_last_page_leads_nowhere():
    assert page([{"id": "1"}], 2) == {"items": [{"id": "1"}], "next": ""}


@pytest.mark.parametrize(
    "name", [*(call.method for call in contract.CALLS), *(event.type for event in contract.EVENTS)]
)
def test_page_names(name):
    assert f"`{name}`" in PAGE
