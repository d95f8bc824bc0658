"""Prove that a record comes back from its node's package with its own attributes, whatever they are called."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from cli.hsds_package import organizations, reading
from cli.hsds_package.making import Maker
from services.gateway.api.examples.organizations import PUBLIC_ORGANIZATION
from services.gateway.hsds.organizations import rendered
from services.gateway.hsds.package.archive import written
from services.gateway.hsds.package.made import KINDS
from services.gateway.hsds.package.tables import IDS, descriptor
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, term_id

Json = dict[str, Any]
HEALTH, ELSEWHERE = term_id(NEEDS_TAXONOMY, "health"), "0198c5d2-0000-7000-8000-00000000bb01"
PLACE = PUBLIC_ORGANIZATION["locations"][0] | {"area": "EG2901"}
PLAIN = PUBLIC_ORGANIZATION | {"attributes": [], "area": "EG2901", "locations": [PLACE | {"attributes": []}]}
SAID = ("capabilities", "area", "organization_type", "international_cooperation", "cooperations", "languages")


def attribute(number: int, kind: str, term: str, value: str) -> Json:
    """Return an attribute that a record was registered with."""
    said = {"id": f"0198c5d2-0000-7000-8000-{number:012x}", "link_type": kind, "taxonomy_term_id": term}
    return {name: text for name, text in {**said, "value": value, "label": "x"}.items() if text}


def packed(record: Json) -> bytes:
    """Return the package of one organization."""
    batch = ([(orjson.loads(rendered(record, {})), record)], [])
    return b"".join(written(descriptor("qena", ""), [batch], lambda _: {}, []))


def back(record: Json, folder: Path) -> Json:
    """Return what comes back of a record from a node's package of it."""
    file = folder / "package.zip"
    file.write_bytes(packed(record))
    with reading.read(file) as found:
        assert not found.verdicts.errors, list(found.verdicts)
        _, made = next(organizations.rows(Maker(found)))
    return made


def registered(kind: str) -> list[Json]:
    return [
        attribute(number, kind, term, value)
        for number, (term, value) in enumerate([(HEALTH, ""), (HEALTH, "40 families"), (ELSEWHERE, "en"), ("", "ar")])
    ]


@pytest.mark.parametrize("kind", sorted(KINDS["organization"]))
def test_attribute_called_as_ours_comes_back(tmp_path: Path, kind: str):
    known = registered(kind)

    plain, made = (back(PLAIN | {"attributes": some}, tmp_path) for some in ([], known))

    assert made["attributes"] == known
    assert [made.get(name) for name in SAID] == [plain.get(name) for name in SAID]


def test_place_called_to_lie_elsewhere_lies_where_it_does(tmp_path: Path):
    known = registered("area")

    made = back(PLAIN | {"locations": [PLACE | {"attributes": known}]}, tmp_path)

    assert (made["locations"][0]["attributes"], made["locations"][0]["area"]) == (known, "EG2901")


def test_nothing_is_noted_of_attributes_called_otherwise():
    names = zipfile.ZipFile(io.BytesIO(packed(PLAIN | {"attributes": registered("keyword")}))).namelist()

    assert IDS.file not in names


@pytest.mark.parametrize("places", [[], [PLACE | {"languages": [{"id": ELSEWHERE, "code": "en"}]}], [PLACE]])
def test_languages_come_back_whatever_places_say(tmp_path: Path, places: list[Json]):
    made = back(PLAIN | {"languages": ["fa", "ar"], "locations": places}, tmp_path)

    assert (made["languages"], made["attributes"]) == (["fa", "ar"], [])


def test_changed_amount_is_the_capabilitys(tmp_path: Path):
    [before] = PLAIN["capabilities"]
    file = tmp_path / "edited.zip"
    with zipfile.ZipFile(io.BytesIO(packed(PLAIN))) as package, zipfile.ZipFile(file, "w") as edited:
        for name in package.namelist():
            edited.writestr(name, package.read(name).replace(f"{before['capacity']} ".encode(), b"77 "))

    with reading.read(file) as found:
        _, made = next(organizations.rows(Maker(found)))

    assert (made["capabilities"][0]["capacity"], made["attributes"]) == (77, [])
