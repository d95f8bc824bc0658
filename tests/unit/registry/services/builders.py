"""Build services that look like real life, with defaults for what is not said."""

from __future__ import annotations

from typing import Any

from services.registry.services.domain import Home, Service
from services.registry.services.intake import read
from services.registry.services.parts import (
    Attribute,
    Contact,
    CostOption,
    Funding,
    Language,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Unit,
    Url,
)
from tests.unit.registry.builders import MONDAY, QENA_PATH

SERVICE_ID = "0198c5d2-0000-7000-8000-0000000000f1"
ORGANIZATION_ID = "0198c5d2-0000-7000-8000-000000000001"
CLINIC, BRANCH = "0198c5d2-0000-7000-8000-0000000000a1", "0198c5d2-0000-7000-8000-0000000000a2"


def an_id(number: int) -> str:
    """Return the id of a part."""
    return f"0198c5d2-0000-7000-8000-{number:012x}"


def a_home(**fields: Any) -> Home:
    """Return an association of the centre of Qena with two places."""
    known: dict[str, Any] = {
        "id": ORGANIZATION_ID,
        "area": "EG2901",
        "areas": QENA_PATH,
        "locations": frozenset({CLINIC, BRANCH}),
    }
    return Home(**known | fields)


def a_service(**fields: Any) -> Service:
    """Return monthly treatment for families, at the clinic."""
    known: dict[str, Any] = {
        "id": SERVICE_ID,
        "organization_id": ORGANIZATION_ID,
        "name": "علاج شهري للأسر",
        "last_modified": MONDAY,
        "area": "EG2901",
        "areas": QENA_PATH,
        "subjects": ("health",),
        "service_at_locations": (ServiceAtLocation(an_id(1), CLINIC),),
    }
    return Service(**known | fields)


def a_full_service() -> Service:
    """Return a service that says everything there is to say."""
    terms = (Attribute(an_id(2), "eligibility", an_id(3), "widows", "Widows"),)
    languages = (Language(an_id(4), "العربية", "ar", "", terms),)
    phones = (Phone(an_id(5), "+20965331234", 12, "voice", "", languages, terms),)
    contacts = (Contact(an_id(6), "", "Reception", "", "desk@ehsan.example", phones, terms),)
    schedules = (Schedule(an_id(7), freq="WEEKLY", wkst="SA", byday="SU,MO", opens_at="09:00", closes_at="14:00"),)
    reached = (ServiceArea(an_id(8), "قنا", extent="EG2901", extent_type="pcode"),)
    place = ServiceAtLocation(an_id(1), CLINIC, "", reached, contacts, phones, schedules, terms)
    return a_service(
        additional_urls=(Url(an_id(9), "Form", "https://ehsan.example/form"),),
        minimum_age=18,
        maximum_age=64.5,
        assured_date="2026-03-01",
        phones=phones,
        schedules=schedules,
        service_areas=reached,
        service_at_locations=(place,),
        languages=languages,
        funding=(Funding(an_id(10), "Donors"),),
        cost_options=(CostOption(an_id(11), currency="EGP", amount=0),),
        required_documents=(RequiredDocument(an_id(12), "بطاقة الرقم القومي"),),
        contacts=contacts,
        capacities=(ServiceCapacity(an_id(13), Unit(an_id(14), "families"), 12, 40, "", MONDAY),),
        attributes=terms,
        external_ids=("external:moss:17",),
        terms=("health.dialysis",),
    )


def fields_of(old: Service | None = None, /, **given: Any) -> dict[str, Any]:
    """Return the domain's fields of what somebody gives."""
    return dict(read(given, country="EG").fields_of(SERVICE_ID, old, MONDAY))
