"""Prove the shape of the directory's services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from services.gateway.api.examples import organizations, services
from services.gateway.directory.documents import facet
from services.gateway.directory.grid import position
from services.gateway.directory.schemas import PublicService, ServiceQuery
from services.gateway.directory.services.documents import borne, owned_by, service

NOW = datetime(2026, 11, 2, 8, 15, tzinfo=UTC)


def document(home: dict[str, Any] | None = organizations.ORGANIZATION, **fields: Any) -> dict[str, Any]:
    """Return the document of a service."""
    return service({**services.SERVICE, **fields}, home, version=3, now=NOW)


def test_answer_fits_its_schema():
    assert PublicService().validate(orjson.loads(document()["body"])) == {}


def test_service_is_found_by_subject_area_and_organization():
    home = organizations.ORGANIZATION["id"]

    assert {facet(), facet("health", "EG29"), facet("health", owned_by(home))} <= set(document()["facets"])


def test_service_is_found_by_terms_and_those_above():
    found = set(document(subjects=["food", "health"], terms=["health.dialysis.home"])["facets"])

    assert {facet("health.dialysis.home", "EG29"), facet("health.dialysis"), facet("food")} <= found


def test_record_from_before_terms_bears_none():
    old = {name: value for name, value in services.SERVICE.items() if name != "terms"}

    assert orjson.loads(service(old, organizations.ORGANIZATION, version=3, now=NOW)["body"])["terms"] == []


def test_service_is_where_its_place_is():
    place = organizations.ORGANIZATION["locations"][0]

    assert document()["position"] == position(place["longitude"], place["latitude"])


@pytest.mark.parametrize(
    "hidden",
    [
        document(home=None),
        document(home={**organizations.ORGANIZATION, "status": "inactive"}),
        document(status="defunct"),
    ],
    ids=["nobody's", "inactive", "defunct"],
)
def test_hidden_service_is_found_by_nothing(hidden: dict[str, Any]):
    assert (hidden["facets"], hidden["terms"], hidden["places"], hidden["cell"]) == ([], [], [], None)
    assert orjson.loads(hidden["body"])["id"] == services.SERVICE_ID


def test_what_services_show_tells_homes_apart():
    home = organizations.ORGANIZATION

    assert borne(home) == borne({**home, "name": "اسم جديد", "members_count": 1})
    assert borne(home) != borne({**home, "locations": []})
    assert borne(home) != borne({**home, "status": "inactive"})
    assert borne(home) != borne(None)


def test_query_knows_no_types_of_organizations():
    assert "organization_type" in ServiceQuery().validate({"organization_type": "donor"})
