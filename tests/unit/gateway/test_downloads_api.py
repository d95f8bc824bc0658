"""Prove how files are asked for and sent."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient

from tests.unit.gateway.fake_directory import FakeDirectory

FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "kml": "application/vnd.google-earth.kml+xml; charset=utf-8",
}


@pytest.mark.parametrize("ending", FILES)
def test_file_has_type_and_name(http: FlaskClient, ending: str):
    answer = http.get(f"/organizations.{ending}")

    named = answer.headers["Content-Disposition"]
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, FILES[ending])
    assert re.fullmatch(rf'attachment; filename="organizations-qena-\d{{4}}-\d\d-\d\d\.{ending}"', named)


@pytest.mark.parametrize("ending", FILES)
def test_small_file_is_tagged(http: FlaskClient, ending: str):
    tag = http.get(f"/organizations.{ending}").headers["ETag"]

    assert http.get(f"/organizations.{ending}", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("ending", FILES)
def test_filters_go_along(http: FlaskClient, directory: FakeDirectory, ending: str):
    http.get(f"/organizations.{ending}?q=احسان&subject=health&area=EG29&international_cooperation=true&language=en")

    (search,) = directory.searched
    assert (search.q, search.subject, search.area, search.international_cooperation) == (
        "احسان",
        "health",
        "EG29",
        True,
    )


@pytest.mark.parametrize(("asked", "heading"), [("", "الاسم"), ("?language=fa", "نام"), ("?language=en", "Name")])
def test_language_is_the_nodes_or_asked_for(http: FlaskClient, asked: str, heading: str):
    text = http.get(f"/organizations.csv{asked}").text

    assert heading in text.splitlines()[0].split(",")


@pytest.mark.parametrize("asked", ["language=de", "limit=5", "organization_type=nothing", "near=26.1,32.7"])
def test_unknown_wish_is_refused(http: FlaskClient, asked: str):
    assert http.get(f"/organizations.csv?{asked}").status_code == 422


@pytest.mark.parametrize(("language", "right_to_left"), [("ar", True), ("fa", True), ("en", False)])
def test_sheet_follows_the_language(http: FlaskClient, language: str, right_to_left: bool):
    book = openpyxl.load_workbook(BytesIO(http.get(f"/organizations.xlsx?language={language}").data))

    assert bool(book.active.sheet_view.rightToLeft) is right_to_left
