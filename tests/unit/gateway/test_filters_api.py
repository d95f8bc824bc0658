"""Prove what the filters of the directory ask it for, and how wrong ones are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from services.gateway.directory.grid import Box
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import ORGANIZATION

FILTERS = f"min_members=10&min_capacity=40&member_of={ORGANIZATION}"
LISTS = ["/organizations", "/organizations.geojson"]
FILES = [f"/organizations.{ending}" for ending in ("csv", "xlsx", "kml")]


@pytest.mark.parametrize("path", LISTS + FILES)
def test_filters_go_along(http: FlaskClient, directory: FakeDirectory, path: str):
    assert http.get(f"{path}?{FILTERS}").status_code == 200

    (search,) = directory.searched
    assert (search.min_members, search.min_capacity, search.member_of) == (10, 40, ORGANIZATION)
    assert (search.open_at, search.bbox) == (None, None)


@pytest.mark.parametrize("path", [*LISTS, *FILES, "/services"])
def test_now_is_a_moment_of_the_nodes_clock(http: FlaskClient, directory: FakeDirectory, path: str):
    http.get(f"{path}?open_now=true")

    moment = directory.searched[0].open_at
    assert moment is not None
    assert timedelta(0) <= datetime.now(UTC) - moment < timedelta(minutes=1)
    assert str(moment.tzinfo) == "Africa/Cairo"


@pytest.mark.parametrize("path", LISTS + FILES)
def test_what_is_not_asked_does_not_narrow(http: FlaskClient, directory: FakeDirectory, path: str):
    http.get(f"{path}?open_now=false")

    assert directory.searched[0].narrowing == {}


@pytest.mark.parametrize("path", [*LISTS, "/services"])
@pytest.mark.parametrize(
    ("asked", "box"),
    [
        ("32.5,25.9,33,26.3", Box(32.5, 25.9, 33, 26.3)),
        ("170,-50,-170,-10", Box(170, -50, -170, -10)),
        ("32.71999999999999744,-0.5,33,26.3", Box(32.71999999999999744, -0.5, 33, 26.3)),
    ],
)
def test_box_goes_along(http: FlaskClient, directory: FakeDirectory, path: str, asked: str, box: Box):
    http.get(f"{path}?bbox={asked}")

    assert directory.searched[0].bbox == box


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("min_members=many", "min_members"),
        ("min_members=-1", "min_members"),
        ("min_members=99999999999999999999", "min_members"),
        ("min_capacity=1.5", "min_capacity"),
        ("open_now=perhaps", "open_now"),
        (f"member_of={'x' * 101}", "member_of"),
        (f"subject=health.{'a' * 40}.{'b' * 40}.{'c' * 12}", "subject"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,nan", "bbox"),
        ("bbox=1,20,3,10", "bbox"),
        ("bbox=1,20,3,91", "bbox"),
        ("bbox=181,20,3,30", "bbox"),
    ],
)
def test_wrong_filter_is_refused_by_name(http: FlaskClient, asked: str, field: str):
    answer = http.get(f"/organizations?{asked}")

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json["problems"]] == [field]


@pytest.mark.parametrize("asked", ["min_members=1", "min_capacity=1", "member_of=x"])
def test_services_are_not_found_by_what_organizations_are(http: FlaskClient, asked: str):
    assert http.get(f"/services?{asked}").status_code == 422


@pytest.mark.parametrize(
    ("asked", "status"), [*((one, 200) for one in FILTERS.split("&")), ("open_now=true", 200), ("bbox=1,2,3,4", 422)]
)
def test_tiles_are_boxes_themselves(http: FlaskClient, asked: str, status: int):
    assert http.get(f"/tiles/organizations/0/0/0.mvt?{asked}").status_code == status
