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
