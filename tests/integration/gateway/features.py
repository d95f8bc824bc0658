"""Fill a directory with what tests of its features look for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from flask.testing import FlaskClient
from pymongo.database import Database

from chassis.config import Config
from services.gateway.app import assemble, create_app
from services.gateway.ogc.collections import ORGANIZATIONS, Collection
from services.gateway.ogc.domain import Selection
from services.gateway.ogc.features import several
from services.gateway.ogc.views import Features
from tests.integration.gateway.directories import (
    QENA,
    QUS,
    Json,
    Projected,
    area,
    capable,
    located,
    organization,
    service,
)
from tests.unit.gateway.fakes import FakeServices

EVERYTHING = {"station", "qus", "north", "fiji", "samoa", "pole", "nowhere"}
ROOT = "https://qena.example"
AREAS = {"EG", "EG2901", "EG2905", "EG2909"}
SERVICES = {"clinic", "visits"}


def fill(projected: Projected) -> None:
    """Put organizations into the directory here and there, one without a place and one inactive, and four areas."""
    projected.organizations(
        organization("station", "جمعية الإحسان", areas=QENA, locations=located(26.164, 32.727)),
        organization(
            "qus",
            "جمعية الرحمة بقوص",
            area="EG2905",
            areas=QUS,
            locations=located(25.92, 32.76, "EG2905"),
            capabilities=[{**capable("health")[0], "terms": ["health.dialysis.home"]}, *capable("housing")],
            members_count=None,
            website="https://rahma.example",
            last_modified="2026-11-10T00:00:00Z",
        ),
        organization(
            "north", "Alex", area="", areas=[], locations=located(31.2, 29.9, ""), international_cooperation=False
        ),
        organization("fiji", "Suva", areas=[], locations=located(-17.7, 178.0, ""), members_count=7),
        organization("samoa", "Apia", areas=[], locations=located(-13.8, -171.8, ""), capabilities=[]),
        organization("pole", "Pole", areas=[], locations=located(90.0, 0.0, "")),
        organization("nowhere", "مؤسسة الأمل", areas=QENA, locations=[], last_modified="2026-11-20T10:00:00.500Z"),
        organization("closed", "جمعية مغلقة", areas=QENA, status="inactive", locations=located(26.164, 32.727)),
    )
    _serve(projected)
    projected.areas(
        area("EG", level="country", parent="", path=["EG"], outline=None, names={"ar": "مصر", "fa": "", "en": "Egypt"}),
        area("EG2901", outline=square(32.6, 26.1, 32.8, 26.3)),
        area("EG2905", outline=several(square(32.7, 25.8, 32.9, 26.1)), names={"ar": "قوص", "fa": "", "en": "Qus"}),
        area("EG2909", outline=cornered(), names={"ar": "", "fa": "", "en": "Corner"}, schematic=False),
    )


def square(west: float, south: float, east: float, north: float) -> Json:
    """Return an outline that is a box."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def cornered() -> Json:
    """Return an outline in the shape of an L, whose bounds hold more than it does."""
    ring = [[30, 20], [40, 20], [40, 21], [31, 21], [31, 30], [30, 30], [30, 20]]
    return {"type": "Polygon", "coordinates": [ring]}


def _serve(projected: Projected) -> None:
    """Put services of one organization into the directory: one at its place, one at none, and one that has ended."""
    station = organization("station", "جمعية الإحسان", areas=QENA, locations=located(26.164, 32.727))
    place = station["locations"][0]["id"]
    own = {"organization_id": "station", "areas": QENA, "area": "EG2901"}
    projected.services(
        service("clinic", "عيادة", at=place, **own),
        service("visits", "زيارات", subjects=["housing"], terms=["housing.rent"], minimum_age=None, **own),
        service("ended", "كساء", status="defunct", **own),
    )


def caller(config: Config, database: Database[Json]) -> FlaskClient:
    """Return a caller of an API that shows a directory."""
    named = replace(config, public_url=ROOT, public_rate="100000/minute")
    parts = assemble(named, FakeServices(), database)
    return create_app(named, parts, rate_storage="memory://").test_client()


def found(features: Features, collection: Collection = ORGANIZATIONS, **asked: Any) -> set[str]:
    """Return the ids of what is found, which no page shows twice."""
    ids = paged(features, collection, Selection(**asked))
    assert len(ids) == len(set(ids))
    return set(ids)


def paged(features: Features, collection: Collection, selection: Selection) -> list[str]:
    """Return the ids of all pages, in their order."""
    ids: list[str] = []
    while True:
        page = features.page(collection, selection)
        ids += [orjson.loads(item)["id"] for item in page.items]
        if not page.next:
            return ids
        selection = replace(selection, cursor=page.next)
