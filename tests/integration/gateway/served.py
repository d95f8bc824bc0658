"""Make up services at places for HSDS, and read the lists of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from chassis.ids import new_id
from services.gateway.api.examples.case import AREAS
from services.gateway.api.examples.hsds import PLACES
from services.gateway.directory.views import Directory
from services.gateway.hsds.asked import ServicesAsked
from tests.integration.gateway.directories import QENA, QUS, Projected, area, located, organization, service

Json = dict[str, Any]

EHSAN, RAHMA = new_id(), new_id()
STATION, CLINIC, SCHOOL = new_id(), new_id(), new_id()
CHECKUP, MEDICINE, LESSONS, CLOSED, HIDDEN = (new_id() for _ in range(5))
AT_STATION, AT_CLINIC, AT_SCHOOL = new_id(), new_id(), new_id()
SCHOOL_POSTAL = "83511-1234"
PANTRIES, CLOTHES = new_id(), new_id()
"""Terms of a taxonomy that is neither the shared one nor the node's own."""
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
PROGRAM = {"id": new_id(), "name": "رعاية", "alternate_name": "", "description": "", "attributes": []}


def place(id: str, latitude: float, longitude: float, area: str = "EG2901", postal: str = "") -> Json:  # noqa: A002
    """Return a place of an organization."""
    address = {"id": new_id(), "address_1": "1 Main Street", "postal_code": postal, "address_type": "physical"}
    return {**located(latitude, longitude, area)[0], "id": id, "addresses": [address] if postal else []}


def classified(*terms: str) -> list[Json]:
    """Return attributes that say under which terms of others a record falls."""
    about = {"link_type": "taxonomy", "value": "", "label": "Pantries"}
    return [{"id": new_id(), "taxonomy_term_id": term, **about} for term in terms]


def at(id: str, location: str) -> Json:  # noqa: A002
    """Return a service at a place."""
    return {**service("any", at=location)["service_at_locations"][0], "id": id}


def serve(projected: Projected) -> None:
    """Put two organizations with their places and services into a directory."""
    projected.areas(*(area(code, **PLACES[code]) for code in AREAS))
    projected.organizations(
        organization(
            EHSAN,
            "جمعية الإحسان",
            locations=[place(STATION, 26.164, 32.727, postal="SW1A 1AA"), place(CLINIC, 26.2, 32.7)],
            programs=[PROGRAM],
        ),
        organization(
            RAHMA,
            "جمعية الرحمة",
            area="EG2905",
            areas=QUS,
            locations=[place(SCHOOL, 25.92, 32.76, "EG2905", SCHOOL_POSTAL)],
        ),
    )
    projected.services(
        service(
            CHECKUP,
            "كشف طبي",
            organization_id=EHSAN,
            areas=QENA,
            program_id=PROGRAM["id"],
            service_at_locations=[at(AT_STATION, STATION), at(AT_CLINIC, CLINIC)],
            last_modified="2026-10-01T08:00:00Z",
            attributes=classified(PANTRIES.upper(), CLOTHES),
        ),
        service(MEDICINE, "دواء شهري", organization_id=EHSAN, areas=QENA, last_modified="2026-11-02T08:00:00Z"),
        service(
            LESSONS,
            "دروس تقوية",
            organization_id=RAHMA,
            area="EG2905",
            areas=QUS,
            subjects=["schooling"],
            service_at_locations=[at(AT_SCHOOL, SCHOOL)],
            last_modified="2026-11-03T08:00:00Z",
            attributes=classified(PANTRIES),
        ),
        service(HIDDEN, "خدمة متوقفة", organization_id=EHSAN, status="defunct"),
    )


def services(shown: Directory, **asked: Any) -> list[str]:
    """Return the ids on a page of services, in their order."""
    return _ids(shown.hsds.services_page(ServicesAsked(**asked)).body)


def at_locations(shown: Directory, **asked: Any) -> list[str]:
    """Return the ids on a page of services at locations, in their order."""
    return _ids(shown.hsds.at_locations_page(ServicesAsked(**asked)).body)


def _ids(body: bytes) -> list[str]:
    page = orjson.loads(body)
    assert page["total_items"] == len(page["contents"])
    return [one["id"] for one in page["contents"]]


def whole(shown: Directory, id: str) -> Json:  # noqa: A002
    """Return a service as it is read by its id."""
    record: Json = orjson.loads(shown.hsds.services([id])[id][0])
    return record
