"""Prove that areas are read from the layouts that there are, and that each fault is named by feature and field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.area_files import read
from tests.unit.cli.area_features import a_feature, a_file, other_feature

PLACES = Path(__file__).parents[4] / "shared" / "data" / "places"
HEBRON = {
    **{"adm2_name": "Hebron", "adm2_name1": "الخليل", "adm2_pcode": "PS0150", "adm1_pcode": "PS01", "adm0_pcode": "PS"},
    **{"lang": "en", "lang1": "ar", "lang2": None, "valid_on": "2023-10-19", "valid_to": None},
    **{"center_lat": 31.53, "center_lon": 35.09},
}


def areas(folder: Path, *features: Any, **mapping: str) -> list[dict[str, Any]]:
    found = read(a_file(folder, *features), {name.replace("__", "."): source for name, source in mapping.items()})
    assert found.faults == []
    return [area for _, area in found.areas]


def test_unknown_properties_are_left_out(tmp_path: Path):
    one = areas(tmp_path, a_feature("EG2901", population=252_000, schematic=True))[0]

    assert set(one) == {"id", "level", "names", "schematic", "outline"}


def test_dataset_of_boundaries_is_understood(tmp_path: Path):
    assert areas(tmp_path, other_feature(**HEBRON)) == [
        {
            "id": "PS0150",
            "parent": "PS01",
            "level": "county",
            "names": {"en": "Hebron", "ar": "الخليل"},
            "centre": [35.09, 31.53],
            "valid_from": "2023-10-19",
            "outline": None,
        }
    ]


def test_older_dataset_of_boundaries_is_understood(tmp_path: Path):
    named = {"ADM2_EN": "Qena", "ADM2_AR": "قنا", "ADM2_REF": "Qina", "ADM2ALT1EN": "Qina Markaz", "ADM2ALT2EN": None}
    above = {"ADM1_EN": "Qena", "ADM1_PCODE": "EG29", "ADM0_EN": "Egypt", "ADM0_PCODE": "EG"}
    dated = {"date": "2017-04-21", "validOn": "2017-04-21T00:00:00Z", "validTo": "-99"}

    assert areas(tmp_path, other_feature(**named, ADM2_PCODE="EG2901", **above, **dated)) == [
        {
            "id": "EG2901",
            "parent": "EG29",
            "level": "county",
            "names": {"ar": "قنا", "en": "Qena"},
            "aliases": ["Qina Markaz"],
            "valid_from": "2017-04-21",
            "outline": None,
        }
    ]


def test_mapping_goes_before_the_layout(tmp_path: Path):
    one = areas(tmp_path, other_feature(**HEBRON), level="=governorate", names__fa="adm2_name1")[0]

    assert (one["level"], one["names"]["fa"], one["names"]["en"]) == ("governorate", "الخليل", "Hebron")


def test_other_layout_is_mapped(tmp_path: Path):
    feature = other_feature(id=7, CODE=2507, NAME_FA="پاکدشت", OTHER="پاکدشت قدیم; مامازن")

    one = areas(tmp_path, feature, id="CODE", level="=county", names__fa="NAME_FA", aliases="OTHER")[0]

    assert one == {
        "id": "2507",
        "level": "county",
        "names": {"fa": "پاکدشت"},
        "aliases": ["پاکدشت قدیم", "مامازن"],
        "outline": None,
    }


@pytest.mark.parametrize(
    ("feature", "field"),
    [
        (a_feature("EG2901", "village"), "level"),
        (a_feature("EG 29"), "id"),
        (a_feature("EG2901", names={"ar": " "}), "names"),
        (a_feature("EG2901", centre=[200.0, 26.0]), "centre.0"),
        (a_feature("EG2901", valid_to="19/10/2023"), "valid_to"),
        (a_feature("EG2901", schematic="yes"), "schematic"),
        (other_feature(NAME="قنا"), "id"),
        (None, ""),
        ({"type": "Feature", "properties": None, "geometry": None}, ""),
    ],
)
def test_fault_is_named(tmp_path: Path, feature: Any, field: str):
    found = read(a_file(tmp_path, a_feature("EG", "country"), feature))

    assert field in [one.field for one in found.faults]
    assert {one.feature for one in found.faults} == {2}
    assert [area["id"] for _, area in found.areas] == ["EG"]


def test_code_stands_once(tmp_path: Path):
    found = read(a_file(tmp_path, a_feature("EG2901"), a_feature("EG2902"), a_feature("EG2901")))

    assert [(one.feature, one.code, one.reason) for one in found.faults] == [
        (3, "EG2901", "Feature 1 has this code, too.")
    ]


@pytest.mark.skipif(not PLACES.is_dir(), reason="no test data beside the project")
def test_real_boundaries_are_read():
    governorates = read(PLACES / "palestine-cod" / "admin" / "admin2.geojson")

    codes = {area["id"]: area for _, area in governorates.areas}
    assert governorates.faults == []
    assert len(codes) == 16
    assert codes["PS0150"]["names"]["en"] == "Hebron"


@pytest.mark.skipif(not PLACES.is_dir(), reason="no test data beside the project")
def test_real_file_of_another_layout_is_mapped():
    mapping = {"id": "id", "level": "=governorate", "names.ar": "Subdivision_ar", "names.en": "Subdivision_en"}

    found = read(PLACES / "egygeo" / "Governorate_boundaries.json", mapping | {"centre": "centroid"})

    assert found.faults == []
    assert len(found.areas) == 27
