"""Prove that what domain and contract say of a service agrees, and that HSDS 3.1 says the same."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest
from marshmallow import fields as shapes

from contracts.registry import SERVICE_CHANGED, Service, ServiceFields, hsds
from services.registry.services import domain, parts
from services.registry.services.schemas import record, tombstone
from services.registry.services.store import from_document, to_document
from tests.unit.registry.services.builders import a_full_service, a_service

HSDS = Path(__file__).resolve().parents[5] / "shared" / "data" / "hsds-3.1" / "schema"
OURS = {"version", "organization_id", "area", "areas", "subjects", "terms"}
LATER = {"terms"}
"""What records lack that were published before there was such a field."""
SAID_BY_PLACE = {
    "organization",
    "program",
    "location",
    "taxonomy_term",
    "metadata",
    "link_id",
    "link_entity",
    "unit_id",
}
"""What HSDS nests or refers to and our record leaves to where a part stands; history is asked for by itself."""
OBJECTS = {
    "service": Service,
    "attribute": hsds.Attribute,
    "url": hsds.Url,
    "language": hsds.Language,
    "phone": hsds.ServicePhone,
    "contact": hsds.Contact,
    "schedule": hsds.Schedule,
    "service_area": hsds.ServiceArea,
    "funding": hsds.Funding,
    "cost_option": hsds.CostOption,
    "required_document": hsds.RequiredDocument,
    "unit": hsds.Unit,
    "service_capacity": hsds.ServiceCapacity,
    "service_at_location": hsds.ServiceAtLocation,
}
NAMES = {parts.Phone: "ServicePhone"}
"""Contracts of another name than the domain's: organizations have a Phone, and the API document tells them apart."""
TYPES = {"string": (shapes.String, shapes.AwareDateTime), "number": shapes.Float, "array": shapes.List}


def standard(name):
    if not HSDS.exists():
        pytest.skip("The schemas of HSDS 3.1 are not here.")
    return json.loads((HSDS / f"{name}.json").read_text(encoding="utf-8"))["properties"]


def test_public_record_is_the_whole_record():
    kept = {field.name for field in fields(domain.Service)}

    assert kept - {"external_ids", "registered"} == set(Service().fields)


@pytest.mark.parametrize("kind", parts.Part.__args__, ids=lambda kind: kind.__name__)
def test_part_is_what_its_contract_says(kind):
    name = NAMES.get(kind, kind.__name__)
    answered, given = getattr(hsds, name)().fields, getattr(hsds, f"{name}Fields")().fields

    assert [field.name for field in fields(kind)] == list(answered) == list(given)


def test_lists_of_parts_agree():
    lists = {
        name: field.inner.nested.__name__
        for name, field in ServiceFields().fields.items()
        if isinstance(field, shapes.List) and isinstance(field.inner, shapes.Nested)
    }

    assert lists == {name: f"{NAMES.get(kind, kind.__name__)}Fields" for name, kind in parts.PARTS.items()}


@pytest.mark.parametrize("service", [a_service(), a_full_service()], ids=["small", "full"])
def test_record_is_what_its_schema_dumps(service):
    assert record(service) == Service().dump(service)


@pytest.mark.parametrize("service", [a_service(), a_full_service()], ids=["small", "full"])
def test_record_may_be_published(service):
    assert SERVICE_CHANGED.schema().validate(record(service)) == {}
    assert SERVICE_CHANGED.schema().validate(tombstone("service-1")) == {}


@pytest.mark.parametrize("name", sorted(set(Service().fields) - {"id"} - LATER))
def test_part_of_a_record_may_not_be_published(name):
    part = record(a_service())
    del part[name]

    assert name in SERVICE_CHANGED.schema().validate(part)


def test_document_holds_the_service():
    service = a_full_service()

    assert from_document(to_document(service)) == service


def test_record_may_be_given_back():
    given = {name: value for name, value in record(a_full_service()).items() if name in ServiceFields().fields}

    assert ServiceFields().validate(given) == {}


@pytest.mark.parametrize("name", OBJECTS)
def test_names_are_those_of_hsds(name):
    known = standard(name)
    left_out = {field for field in known if field.endswith("_id") and field not in OBJECTS[name]().fields}

    assert set(known) - set(OBJECTS[name]().fields) - left_out - SAID_BY_PLACE <= {"fees"}
    assert set(OBJECTS[name]().fields) - set(known) <= OURS


@pytest.mark.parametrize("name", OBJECTS)
def test_types_are_those_of_hsds(name):
    known, ours = standard(name), OBJECTS[name]().fields

    wrong = [
        field
        for field, shape in known.items()
        if field in ours and "type" in shape and not isinstance(ours[field], TYPES[shape["type"]])
    ]
    assert wrong == []
