"""Write packages for the tests of their reading and import."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from cli.roster import ROOT

FIXTURES = Path(os.environ.get("TASHBIK_TEST_DATA", ROOT.parent / "shared" / "data")) / "hsds-import-fixtures"
Table = Sequence[Mapping[str, str]]

ORGANIZATION = {"id": "1", "name": "Harvest Food Bank", "email": "info@example.org"}
LOCATION = {"id": "1", "organization_id": "1", "name": "Palo Alto", "latitude": "37.77", "longitude": "-122.40"}
SERVICE = {"id": "1", "organization_id": "1", "name": "Hot meals", "status": "active"}
AT_LOCATION = {"id": "1", "service_id": "1", "location_id": "1"}


HARVEST: Mapping[str, Table] = {
    "organizations": [ORGANIZATION | {"tax_id": "12-3456789", "url": "http://www.harvest.example"}],
    "programs": [{"id": "1", "organization_id": "1", "name": "Meals"}],
    "locations": [
        {
            **LOCATION,
            "alternate_name": "Harvest West",
            "description": "Canned goods only",
            "transportation": "Bus 24",
        },
        {"id": "2", "organization_id": "1", "name": "Belmont"},
    ],
    "physical_addresses": [
        {
            "id": "1",
            "location_id": "1",
            "attention": "Reception",
            "address_1": "1 Main Street",
            "city": "Fairfax",
            "region": "North",
            "state_province": "VA",
            "postal_code": "22031-1234",
            "country": "US",
        }
    ],
    "postal_addresses": [{"id": "1", "location_id": "1", "address_1": "PO Box 1", "city": "Fairfax", "country": "US"}],
    "accessibility_for_disabilities": [
        {"id": "1", "location_id": "1", "accessibility": "ramp", "details": "at the back"}
    ],
    "services": [SERVICE | {"program_id": "1", "licenses": "State Board", "accreditations": "BBB"}],
    "services_at_location": [AT_LOCATION],
    "phones": [
        {"id": "1", "organization_id": "1", "number": "703-555-1212", "extension": "12", "department": "Food Pantry"},
        {"id": "2", "service_id": "1", "number": "703-555-1213", "extension": "7", "department": "Kitchen"},
    ],
    "regular_schedules": [
        {"id": "1", "location_id": "1", "weekday": "Monday", "opens_at": "9:30", "closes_at": "17:00"}
    ],
}
"""A package as HSDS 1.1 has it, with all that a place may say."""


def a_package(folder: Path, **tables: Table) -> Path:
    """Write a package of one organization, its place and its service, with other tables or some instead."""
    folder.mkdir(parents=True, exist_ok=True)
    usual: dict[str, Table] = {
        "organizations": [ORGANIZATION],
        "locations": [LOCATION],
        "services": [SERVICE],
        "services_at_location": [AT_LOCATION],
    }
    for name, rows in (usual | tables).items():
        if not rows:
            continue
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder
