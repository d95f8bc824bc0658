"""Build organizations, areas and rows that look like real life, with defaults for what is not said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.registry.areas.domain import Area
from services.registry.areas.tree import Tree
from services.registry.organizations.domain import Organization
from services.registry.organizations.parts import Capability
from services.registry.organizations.places import Location

MONDAY = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 10, 8, 30, tzinfo=UTC)
QENA_PATH = ("EG", "EG29", "EG2901")


def square(west: float, south: float, size: float) -> dict[str, Any]:
    """Return a square outline."""
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def an_area(code: str = "EG2901", **fields: Any) -> Area:
    """Return the centre of Qena, a square of a tenth of a degree."""
    known: dict[str, Any] = {
        "level": "county",
        "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"},
        "parent": "EG29",
        "path": ("EG", "EG29", code),
        "outline": square(32.7, 26.1, 0.1),
    }
    return Area(id=code, **known | fields)


def qena_tree() -> Tree:
    """Return Egypt, the governorate of Qena and two of its centres."""
    return Tree(
        [
            Area("EG", "country", {"ar": "مصر", "fa": "مصر", "en": "Egypt"}, path=("EG",)),
            Area(
                "EG29",
                "governorate",
                {"ar": "قنا", "fa": "قنا", "en": "Qena"},
                parent="EG",
                path=("EG", "EG29"),
                outline=square(32.0, 25.5, 1.5),
            ),
            an_area(),
            an_area("EG2902", names={"ar": "أبو تشت", "fa": "", "en": "Abu Tesht"}, outline=square(32.0, 26.1, 0.1)),
        ],
        revision=1,
    )


def an_organization(**fields: Any) -> Organization:
    """Return an association of the centre of Qena that gives food to 40 families at once."""
    known: dict[str, Any] = {
        "id": "0198c5d2-0000-7000-8000-000000000001",
        "name": "جمعية الإحسان الخيرية",
        "last_modified": MONDAY,
        "capabilities": (Capability("food", 40),),
        "locations": (Location("place-1", address="شارع الجمهورية", area="EG2901"),),
        "area": "EG2901",
        "areas": QENA_PATH,
    }
    return Organization(**known | fields)


def a_row(number: int = 1, **organization: Any) -> dict[str, Any]:
    """Return a row of an import as it comes over the wire."""
    return {"row": number, "organization": {"name": "جمعية الإحسان الخيرية", "area": "قنا", **organization}}
