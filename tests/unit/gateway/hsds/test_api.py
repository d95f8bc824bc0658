"""Prove how HSDS's lists and records are asked for over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from services.gateway.api.examples import hsds as examples
from services.gateway.hsds.asked import MINIMAL_MOST, OrganizationsAsked, ServicesAsked
from services.gateway.records import FOUND_BY
from tests.hsds import faults, needs_schemas
from tests.unit.gateway.fake_directory import FakeDirectory

PAGE = {
    "total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"
}  # fmt: skip
LISTS = ("organizations", "services", "service_at_locations", "taxonomies", "taxonomy_terms")


def test_root_says_version_and_document(http: FlaskClient):
    assert http.get("/hsds/").json == examples.ROOT


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_list_is_a_page(http: FlaskClient, name: str, method: str):
    page = getattr(http, method)(f"/hsds/{name}").json

    assert set(page) == PAGE
    assert page["size"] == len(page["contents"]) > 0


@pytest.mark.parametrize("name", LISTS)
def test_lines_are_all_there_is(http: FlaskClient, name: str):
    answer = http.get(f"/hsds/{name}?format=ndjson&per_page=1")

    lines = [orjson.loads(line) for line in answer.data.splitlines()]
    assert answer.mimetype == "application/x-ndjson"
    assert len(lines) == http.get(f"/hsds/{name}").json["total_items"]


def test_body_and_address_are_taken_together(http: FlaskClient, directory: FakeDirectory):
    http.post("/hsds/organizations?page=2&per_page=10", json={"page": 3, "search": "إحسان", "full": True})

    assert directory.hsds.asked[0] == OrganizationsAsked(search="إحسان", page=3, per_page=10, full=True)


@pytest.mark.parametrize(
    "address",
    [
        *(f"organizations?{one}" for one in ("page=0", "per_page=0", "per_page=501", "page=x", "format=xml")),
        "organizations?modified_after=2026-01-01",
        "organizations?taxonomy=health",
        "services?postcode=EG2901",
        "services?per_page=501",
        "services?modified_after=yesterday",
        "services?modified_after=0001-01-01T00:00:00%2B14:00",
        "service_at_locations?modified_after=9999-12-31T23:59:59-14:00",
        "service_at_locations?minimal=true",
        "service_at_locations?proximity=500",
        "service_at_locations?proximity=0&postcode=EG2901",
        "services?page=1&page=2",
        "taxonomies?search=health&search=food",
        *(f"{name}?search=%25" for name in LISTS),
        "organizations?search=…%20*",
    ],
)
def test_what_is_not_known_is_refused(http: FlaskClient, address: str):
    answer = http.get(f"/hsds/{address}")

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json["problems"][0]["field"] == address.partition("?")[2].partition("=")[0]


def test_nothing_sought_narrows_nothing(http: FlaskClient):
    whole = http.get("/hsds/taxonomy_terms").json

    assert http.get("/hsds/taxonomy_terms?search=").json == http.get("/hsds/taxonomy_terms?search=%20").json == whole


@pytest.mark.parametrize("method", ["get", "post"])
def test_parameter_stands_once(http: FlaskClient, method: str):
    answer = getattr(http, method)("/hsds/organizations?search=a&page=1&search=b")

    assert (answer.status_code, answer.json["problems"]) == (
        422,
        [{"field": "search", "code": "invalid", "message": "Give this parameter once."}],
    )


def test_minimal_is_all_on_one_page(http: FlaskClient, directory: FakeDirectory):
    http.get("/hsds/services?minimal=true")
    http.get("/hsds/services?minimal=true&per_page=1000")

    assert [one.per_page for one in directory.hsds.asked] == [MINIMAL_MOST, 1000]


def test_moment_is_in_utc_if_not_said(http: FlaskClient, directory: FakeDirectory):
    http.get("/hsds/services?modified_after=2026-11-02T08:15:00")

    asked = directory.hsds.asked[0]
    assert isinstance(asked, ServicesAsked)
    assert asked.modified_after == datetime(2026, 11, 2, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize("name", LISTS)
def test_nothing_of_this_id(http: FlaskClient, name: str):
    assert http.get(f"/hsds/{name}/nothing").status_code == 404


@pytest.mark.parametrize("name", ["taxonomies", "taxonomy_terms"])
def test_record_is_what_the_list_shows(http: FlaskClient, name: str):
    listed: list[dict[str, Any]] = http.get(f"/hsds/{name}?per_page=500").json["contents"]

    assert [http.get(f"/hsds/{name}/{one['id']}").json for one in listed] == listed


@pytest.mark.parametrize("name", ["organizations", "services", "service_at_locations"])
def test_record_is_the_same_without_a_view(http: FlaskClient, directory: Any, name: str):
    id_ = http.get(f"/hsds/{name}").json["contents"][0]["id"]

    body, tag = FOUND_BY[f"/hsds/{name}/<record:id>"](directory)([id_])[id_]

    answer = http.get(f"/hsds/{name}/{id_}")
    assert (answer.data, answer.headers["ETag"]) == (body, tag)


def test_held_list_is_not_sent_again(http: FlaskClient):
    tag = http.get("/hsds/taxonomy_terms").headers["ETag"]

    assert http.get("/hsds/taxonomy_terms", headers={"If-None-Match": tag}).status_code == 304


@needs_schemas
@pytest.mark.parametrize("name", ["organization", "service", "service_at_location"])
def test_answers_obey_the_schemas_of_hsds(http: FlaskClient, name: str):
    listed = http.get(f"/hsds/{name}s").json["contents"]
    whole = http.get(f"/hsds/{name}s/{listed[0]['id']}").json

    assert faults(name, whole) == faults(f"{name}_list", listed[0]) == []


def test_own_terms_stand_beside_the_shared(http: FlaskClient):
    [own] = http.get("/hsds/taxonomy_terms?search=dialysis").json["contents"]

    alone = http.get(f"/hsds/taxonomy_terms/{own['id']}").json
    assert (own["code"], own["name"], own["language"]) == ("health.dialysis", "Dialysis", "en")
    assert alone == own
    assert http.get(f"/hsds/taxonomy_terms/{own['parent_id']}").json["code"] == "health"


@needs_schemas
def test_own_terms_conform(http: FlaskClient):
    [own] = http.get("/hsds/taxonomy_terms?search=dialysis").json["contents"]

    assert faults("taxonomy_term", own) == []
