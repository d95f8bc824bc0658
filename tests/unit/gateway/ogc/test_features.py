"""Prove how records become features."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from services.gateway.ogc import features

RING = [[32.6, 26.1], [32.8, 26.1], [32.8, 26.3], [32.6, 26.1]]
AREA = {
    "id": "EG2901",
    "names": {"ar": "قنا", "fa": "قنا", "en": "Qena"},
    "parent": "EG29",
    "path": ["EG29", "EG2901"],
    "level": "county",
    "schematic": False,
    "version": 1,
    "valid_from": "",
    "valid_to": "",
}


def test_area_shows_its_days():
    made = features.of_area({**AREA, "outline": None, "valid_from": "2000-01-01", "valid_to": ""})

    shown = orjson.loads(made["item"])["properties"]
    assert (shown["valid_from"], shown["valid_to"]) == ("2000-01-01", None)


@pytest.mark.parametrize(
    ("outline", "shown"),
    [
        ({"type": "Polygon", "coordinates": [RING]}, {"type": "MultiPolygon", "coordinates": [[RING]]}),
        ({"type": "MultiPolygon", "coordinates": [[RING]]}, {"type": "MultiPolygon", "coordinates": [[RING]]}),
        (None, None),
    ],
)
def test_outlines_are_of_one_kind(outline: Any, shown: Any):
    made = features.of_area({**AREA, "outline": outline})

    assert orjson.loads(made["item"])["geometry"] == shown
