"""Prove areas and places on real outlines and names, where the test data is present."""

import csv
import json
from pathlib import Path

import pytest

from services.registry.agencies.views import AgencyView, Wanted
from services.registry.areas.domain import centre_of

PLACES = Path(__file__).resolve().parents[4] / "shared" / "data" / "places"
QENA_BOX = (31.9, 25.6, 33.1, 26.4)
PALESTINE = {"id": "PS", "level": "country", "names": {"ar": "فلسطين", "en": "Palestine"}}

pytestmark = pytest.mark.skipif(not PLACES.exists(), reason=f"needs the test data in {PLACES}")


def features(path):
    return json.loads((PLACES / path).read_text(encoding="utf-8"))["features"]


@pytest.fixture
def governorates(house):
    """Put the sixteen governorates of Palestine with their real outlines."""
    house.put_areas([PALESTINE])
    for feature in features("palestine-cod/admin/admin2.geojson"):
        properties = feature["properties"]
        area = {
            "id": properties["adm2_pcode"],
            "parent": "PS",
            "level": "governorate",
            "names": {"en": properties["adm2_name"]},
            "outline": feature["geometry"],
        }
        house.put_areas([area])
    return house


@pytest.fixture
def egypt(house):
    """Put the governorates of Egypt with their real outlines."""
    for feature in features("egygeo/Governorate_boundaries.json"):
        properties = feature["properties"]
        area = {
            "id": f"G{properties['id']}",
            "parent": "EG",
            "level": "governorate",
            "names": {"ar": properties["Subdivision_ar"], "en": properties["Subdivision_en"]},
            "outline": feature["geometry"],
        }
        house.put_areas([area])
    return house


def osm_places():
    """Return the named places and facilities around Qena: name, longitude, latitude."""
    west, south, east, north = QENA_BOX
    with (PLACES / "osm-egypt-2019" / "osm_egypt_places_facilities.tsv").open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines, delimiter="\t"):
            longitude, latitude = float(line["lon"]), float(line["lat"])
            if west <= longitude <= east and south <= latitude <= north:
                yield line["name"], longitude, latitude


@pytest.mark.slow
def test_point_lies_where_the_database_says(governorates):
    tree = governorates.trees.read(governorates.areas)
    known = json.loads((PLACES / "palestine-cod" / "known_locations.json").read_text(encoding="utf-8"))
    points = [(one["longitude"], one["latitude"]) for one in known]
    database = governorates.database["areas"]

    def by_database(point):
        within = {"outline": {"$geoIntersects": {"$geometry": {"type": "Point", "coordinates": list(point)}}}}
        found = database.find_one(within | {"parent": "PS"}, {"_id": True}, sort=[("_id", 1)])
        return found["_id"] if found else ""

    same = [tree.at(point) == by_database(point) for point in points[::20]]

    assert sum(same) / len(same) > 0.98  # sides are straight on a map, and arcs on the globe


def test_localities_lie_in_a_governorate(governorates):
    tree = governorates.trees.read(governorates.areas)
    known = json.loads((PLACES / "palestine-cod" / "known_locations.json").read_text(encoding="utf-8"))
    west_bank = [one for one in known if one["governorate"] == "we"]

    found = [tree.at((one["longitude"], one["latitude"])) for one in west_bank]

    assert len(west_bank) > 1000
    assert sum(code.startswith("PS01") for code in found) / len(found) > 0.99


def test_counties_of_qom_are_found_by_short_name(house):
    house.put_areas([{"id": "IR", "level": "country", "names": {"fa": "ایران"}}])
    shapes = features("iran-osm-boundaries/IR-25/IR-25.all.min.geojson")
    counties = [one for one in shapes if one["properties"].get("tags", {}).get("admin_level") == "5"]
    for number, feature in enumerate(counties):
        tags = feature["properties"]["tags"]
        county = {"id": f"IR25{number:02}", "parent": "IR", "level": "county", "outline": feature["geometry"]}
        house.put_areas([{**county, "names": {"fa": tags["name"], "en": tags.get("name:en", "")}}])
    tree = house.trees.read(house.areas)

    code = tree.find("قم")

    assert tree.get(code).names["fa"] == "شهرستان قم"
    assert tree.find("Qom County") == code == tree.at(centre_of(tree.get(code).outline))


def test_real_places_are_imported_found_and_ranked(egypt):
    rows = [
        {
            "row": number,
            "organization": {
                "name": f"{name} {number}",
                "capabilities": [{"subject": "food"}],
                "locations": [{"longitude": longitude, "latitude": latitude}],
            },
        }
        for number, (name, longitude, latitude) in enumerate(osm_places(), start=1)
    ]

    results = egypt.put(rows)
    areas = {one["area"] for one in egypt.database["organizations"].find({}, {"area": True})}
    agencies = AgencyView(egypt.database).find(Wanted("food", egypt.areas.get("G22"), (32.72, 26.16), 20))["agencies"]

    assert len(rows) > 250
    assert {one["outcome"] for one in results} == {"created"}
    assert "G22" in areas
    assert [one["distance_m"] for one in agencies] == sorted(one["distance_m"] for one in agencies)
    assert {one["area"] for one in agencies} == {"G22"}
