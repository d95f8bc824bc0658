"""Prove how a file of areas is read and cut into messages."""

from __future__ import annotations

from pathlib import Path

import click
import orjson
import pytest

from cli.areas import BATCH_BYTES, batches, read_areas
from contracts.registry import BATCH_AREAS


def a_feature(code: str, level: str = "county", **properties: object) -> dict[str, object]:
    names = {"ar": "قنا", "fa": "قنا", "en": "Qena"}
    given = {"id": code, "level": level, "names": names, **properties}
    return {"type": "Feature", "properties": given, "geometry": None}


def a_file(folder: Path, *features: dict[str, object]) -> Path:
    file = folder / "areas.geojson"
    file.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}))
    return file


def test_parents_come_first(tmp_path: Path):
    file = a_file(tmp_path, a_feature("EG2901"), a_feature("EG", "country"), a_feature("EG29", "governorate"))

    assert [area["id"] for area in read_areas(file)] == ["EG", "EG29", "EG2901"]


def test_unknown_properties_are_left_out(tmp_path: Path):
    file = a_file(tmp_path, a_feature("EG2901", population=252_000, schematic=True))

    assert set(read_areas(file)[0]) == {"id", "level", "names", "schematic", "outline"}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"features": [1]}', b'{"features": [{"properties": {"id": "EG"}}]}'])
def test_other_file_is_refused(tmp_path: Path, content: bytes):
    file = tmp_path / "areas.geojson"
    file.write_bytes(content)

    with pytest.raises(click.BadParameter, match="no GeoJSON FeatureCollection of areas"):
        read_areas(file)


def test_batch_is_not_too_long():
    assert [len(batch) for batch in batches([{"id": "EG"}] * (BATCH_AREAS + 1))] == [BATCH_AREAS, 1]


def test_batch_is_not_too_large():
    large = {"id": "EG", "outline": "0" * (BATCH_BYTES * 2 // 3)}

    assert [len(batch) for batch in batches([large, large])] == [1, 1]
