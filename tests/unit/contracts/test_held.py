"""Prove that what the register holds of HSDS is what the documentation says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema

from contracts.registry import Organization, Service, hsds, organizations, places
from tests.hsds import HSDS, needs_schemas

PAGE = Path(__file__).resolve().parents[3] / "docs" / "hsds.md"
ROW = re.compile(r"^\| `(\w+)` \|(.*)\|(.*)\|(.*)\|$", re.MULTILINE)
NAME = re.compile(r"`(\w+)`")
OTHERWISE = {"meta_table_description", "metadata", "taxonomy", "taxonomy_term"}
"""Objects that no record holds."""
HELD: dict[str, type[Schema]] = {
    "accessibility": places.Accessibility,
    "address": places.Address,
    "attribute": hsds.Attribute,
    "contact": hsds.Contact,
    "cost_option": hsds.CostOption,
    "funding": hsds.Funding,
    "language": hsds.Language,
    "location": places.Location,
    "organization": Organization,
    "organization_identifier": organizations.Identifier,
    "phone": hsds.ServicePhone,
    "program": hsds.Program,
    "required_document": hsds.RequiredDocument,
    "schedule": hsds.Schedule,
    "service": Service,
    "service_area": hsds.ServiceArea,
    "service_at_location": hsds.ServiceAtLocation,
    "service_capacity": hsds.ServiceCapacity,
    "unit": hsds.Unit,
    "url": hsds.Url,
}


def told() -> dict[str, set[str]]:
    """Return of each object the fields that the table names."""
    section = PAGE.read_text(encoding="utf-8").partition("## What is held of HSDS")[2].partition("\n## ")[0]
    return {name: set(NAME.findall("".join(cells))) for name, *cells in ROW.findall(section)}


def properties(name: str) -> dict[str, Any]:
    """Return the fields of an object of HSDS."""
    return json.loads((HSDS / "schema" / f"{name}.json").read_text(encoding="utf-8"))["properties"]


def test_table_has_every_object():
    assert told().keys() == HELD.keys() | OTHERWISE


@pytest.mark.parametrize("name", HELD)
def test_register_holds_none_that_the_table_names(name: str):
    assert told()[name].isdisjoint(HELD[name]().fields)


@needs_schemas
@pytest.mark.parametrize("name", sorted(HELD.keys() | OTHERWISE))
def test_register_holds_all_others(name: str):
    held = HELD[name]().fields if name in HELD else ()

    assert properties(name).keys() - told()[name] == properties(name).keys() & held
    assert told()[name] <= properties(name).keys()


@needs_schemas
def test_objects_are_those_of_hsds():
    objects = {path.stem for path in (HSDS / "schema").glob("*.json")} - {"openapi"}

    assert objects == told().keys()
