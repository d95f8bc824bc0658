"""Prove that KML is well formed, ordered as its schema has it, and says nothing but text."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import orjson
import pytest

from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.downloads.kml import written
from services.gateway.downloads.words import Wording

KML = "{http://www.opengis.net/kml/2.2}"
ORDER = ["name", "link", "address", "ExtendedData", "Point"]  # of the elements that we use, in AbstractFeatureType
HOSTILE = '</name><script>alert("x")</script>&amp;<![CDATA[ ]]>\x00\x1b'


def placemark(**fields: Any) -> Element:
    """Return the placemark of an organization."""
    record = {**ORGANIZATION, **fields}
    text = b"".join(written([record], Wording("en", {}), "https://qena.example/"))
    (found,) = fromstring(text).iter(f"{KML}Placemark")
    return found


def facts(found: Element) -> dict[str, str]:
    """Return what is told beside name and place."""
    return {one.get("name", ""): one.findtext(f"{KML}value", "") for one in found.iter(f"{KML}Data")}


def test_point_is_longitude_first():
    assert placemark().findtext(f"{KML}Point/{KML}coordinates") == "32.727,26.164"


def test_elements_stand_in_their_order():
    assert [child.tag.rpartition("}")[2] for child in placemark()] == ORDER


def test_organization_without_place_has_no_point():
    found = placemark(locations=[])

    assert found.find(f"{KML}Point") is None
    assert found.findtext(f"{KML}name") == ORGANIZATION["name"]


@pytest.mark.parametrize("field", ["name", "alternate_name", "email", "website"])
def test_markup_stays_text(field: str):
    found = placemark(**{field: HOSTILE})

    assert HOSTILE.rstrip("\x00\x1b") in (found.findtext(f"{KML}name"), facts(found).get(field))
    assert {child.tag.rpartition("}")[2] for child in found} == set(ORDER)


def test_data_is_named_and_titled():
    found = placemark()

    assert facts(found)["members_count"] == "120"
    assert facts(found)["last_modified"] == "2026-11-02T08:15:00Z"
    assert found.findtext(f".//{KML}Data[@name='email']/{KML}displayName") == "E-mail"


def test_placemark_leads_to_its_page():
    link = placemark().find("{http://www.w3.org/2005/Atom}link")

    assert link is not None
    assert link.get("href") == f"https://qena.example/o/{ORGANIZATION['id']}"


def test_id_is_one_of_xml():
    assert placemark(id="01932f6e").get("id") == "organization-01932f6e"


def test_empty_document_is_whole():
    text = b"".join(written([], Wording("ar", {}), "https://qena.example"))

    assert fromstring(text).findtext(f"{KML}Document/{KML}name") == "المنظمات"


def test_gdal_reads_it(tmp_path: Path):
    if (program := shutil.which("ogr2ogr")) is None:
        pytest.skip("gdal-bin is missing")
    source, target = tmp_path / "organizations.kml", tmp_path / "organizations.geojson"
    records = [ORGANIZATION, {**ORGANIZATION, "id": "two", "locations": []}]
    source.write_bytes(b"".join(written(records, Wording("ar", {}), "https://qena.example")))

    subprocess.run([program, "-f", "GeoJSON", target, source], check=True, capture_output=True, timeout=60)

    first, second = orjson.loads(target.read_bytes())["features"]
    assert first["geometry"]["coordinates"][:2] == [32.727, 26.164]
    assert first["properties"]["Name"] == ORGANIZATION["name"]
    assert first["properties"]["members_count"] == "120"
    assert second["geometry"] is None
