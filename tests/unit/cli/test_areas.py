"""Prove how a file of areas is cut into messages, and what the command says of one that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from cli.areas import BATCH_BYTES, batches, put, read_areas
from cli.main import main
from contracts.registry import BATCH_AREAS, OUTLINE_POSITIONS
from tests.unit.cli.area_features import a_feature, a_file


def run(*arguments: str):
    return CliRunner().invoke(main, ["areas", "load", *arguments])


def test_parents_come_first(tmp_path: Path):
    file = a_file(tmp_path, a_feature("EG2901"), a_feature("EG", "country"), a_feature("EG29", "governorate"))

    assert [(number, area["id"]) for number, area in read_areas(file)] == [(2, "EG"), (3, "EG29"), (1, "EG2901")]


@pytest.mark.parametrize("content", [b"", b"[]", b'{"features": {}}', b"\xff\xfe"])
def test_other_file_is_refused(tmp_path: Path, content: bytes):
    file = tmp_path / "areas.geojson"
    file.write_bytes(content)

    with pytest.raises(click.BadParameter, match="no GeoJSON FeatureCollection of areas"):
        read_areas(file)


def test_batch_is_not_too_long():
    found = [(number, {"id": "EG"}) for number in range(BATCH_AREAS + 1)]

    assert [len(batch) for batch in batches(found)] == [BATCH_AREAS, 1]


def test_batch_is_not_too_large():
    large = {"id": "EG", "outline": "0" * (BATCH_BYTES * 2 // 3)}

    assert [len(batch) for batch in batches([(1, large), (2, large)])] == [1, 1]


class FakeRegistry:
    """Take areas, and keep what was asked."""

    def __init__(self):
        self.asked = []

    def call(self, contract, asked, **_):
        self.asked.append(asked)
        return {"results": [{"outcome": "created"} for _ in asked["areas"]]}


def test_batches_name_their_file_and_one_import():
    registry = FakeRegistry()

    outcomes = put(registry, [(number, {"id": str(number)}) for number in range(BATCH_AREAS + 1)], "adm2.geojson")

    assert outcomes == {"created": BATCH_AREAS + 1}
    first, second = [(asked["source"], asked["import"]) for asked in registry.asked]
    assert first == second
    assert first[0] == "adm2.geojson"


def test_every_fault_is_told_and_nothing_is_loaded(tmp_path: Path):
    file = a_file(tmp_path, a_feature("EG2901", "village"), a_feature("EG 29"), a_feature("EG2902", names={}))

    result = run(str(file))

    assert result.exit_code == 1
    assert "Nothing was loaded: 3 faults in areas.geojson." in result.output
    assert [line.split()[0] for line in result.output.splitlines()[1:4]] == ["1", "2", "3"]


SQUARE = [[32, 26], [33, 26], [33, 27], [32, 27], [32, 26]]
BOW_TIE = [[32, 26], [33, 27], [33, 26], [32, 27], [32, 26]]


def drawn(feature: dict[str, Any], *rings: list[list[float]]) -> dict[str, Any]:
    return {**feature, "geometry": {"type": "Polygon", "coordinates": rings}}


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_what_the_register_refuses_is_told_before_it_is_asked(tmp_path: Path, options: tuple[str, ...]):
    file = a_file(
        tmp_path,
        drawn(a_feature("EG2901", parent="EG29"), SQUARE[:-1]),
        drawn(a_feature("EG2902", parent="EG29"), moved_to_metres(SQUARE)),
        a_feature("EG2903", parent="EG29", valid_from="2024-03-01", valid_to="2024-02-29"),
        a_feature("EG2904", parent="EG2903"),
        a_feature("EG2905", "village"),
        a_feature("EG29", "governorate", parent="EG"),
    )

    result = run(str(file), *options)

    assert result.exit_code == 1
    assert [line.split()[:3] for line in result.output.splitlines()[1:6]] == [
        ["1", "EG2901", "outline"],
        ["2", "EG2902", "outline"],
        ["3", "EG2903", "valid_to"],
        ["4", "EG2904", "level"],
        ["5", "EG2905", "level"],
    ]
    assert "Nothing was loaded: 5 faults in areas.geojson." in result.output


def moved_to_metres(ring: list[list[float]]) -> list[list[float]]:
    return [[longitude * 111_000, latitude * 111_000] for longitude, latitude in ring]


def test_outline_of_too_many_positions_is_told(tmp_path: Path):
    ring = [SQUARE[0], *([one / OUTLINE_POSITIONS, 0] for one in range(OUTLINE_POSITIONS)), SQUARE[0]]

    result = run(str(a_file(tmp_path, drawn(a_feature("EG2901", parent="EG29"), ring))), "--dry-run")

    assert result.output.splitlines()[1].split()[:3] == ["1", "EG2901", "outline"]


def test_outline_that_crosses_itself_is_told_and_taken(tmp_path: Path):
    file = a_file(tmp_path, drawn(a_feature("EG2901"), SQUARE), drawn(a_feature("EG2902"), BOW_TIE))

    result = run(str(file), "--dry-run")

    assert result.exit_code == 0
    assert "1 outlines are drawn wrong" in result.output
    assert "crosses itself near 32.50000, 26.50000 (longitude," in " ".join(result.output.split())


def test_dry_run_asks_no_node(tmp_path: Path):
    result = run(str(a_file(tmp_path, a_feature("EG", "country"))), "--dry-run")

    assert result.output == "1 areas, none of them faulty. Nothing was loaded.\n"


@pytest.mark.parametrize("mapping", ["names=NAME", "names.ar", "names.ar=", "colour=NAME"])
def test_wrong_mapping_is_named(tmp_path: Path, mapping: str):
    result = run(str(a_file(tmp_path, a_feature("EG", "country"))), "--map", mapping)

    assert result.exit_code == 2
    assert mapping in result.output
