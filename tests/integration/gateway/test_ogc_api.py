"""Prove what the API of features says beside features: tags, filters, pages for people, and whom it refuses."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from flask.testing import FlaskClient
from pymongo.database import Database

from chassis import clock
from chassis.config import Config
from services.gateway.directory import figures
from services.gateway.directory.views import Directory
from services.gateway.ogc.domain import TooBroad
from services.gateway.ogc.parser import LENGTH_MOST
from services.gateway.ogc.views import Points
from tests.integration.gateway.directories import Json, Projected, located, organization
from tests.integration.gateway.features import EVERYTHING, ROOT, caller, fill

ITEMS = "/ogc/collections/organizations/items"
WICKED = '<script>alert("1")</script> & جمعية'


@pytest.fixture
def http(config: Config, database: Database[Json], projected: Projected) -> FlaskClient:
    """Give a caller of an API that shows a filled directory."""
    fill(projected)
    return caller(config, database)


@pytest.fixture
def found(http: FlaskClient) -> Callable[..., set[str]]:
    """Give what finds ids by parameters."""

    def find(**asked: str) -> set[str]:
        answer = http.get(ITEMS, query_string={name.replace("_lang", "-lang"): text for name, text in asked.items()})
        assert answer.status_code == 200, answer.text
        return {one["id"] for one in (answer.json or {})["features"]}

    return find


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"name": "Suva"}, {"fiji"}),
        ({"members_count": "7"}, {"fiji"}),
        ({"international_cooperation": "false"}, {"north"}),
        ({"subjects": "housing"}, {"qus"}),
        ({"areas": "EG29", "subjects": "health"}, {"station", "qus", "nowhere"}),
        ({"area": "EG2905"}, {"qus"}),
        ({"last_modified": "2026-11-10T00:00:00Z"}, {"qus"}),
        ({"name": "Suva", "filter": "members_count > 7"}, set()),
        ({"name": "Suva", "filter": "members_count = 7", "bbox": "170,-20,180,-10"}, {"fiji"}),
        ({"filter": '{"op":"=","args":[{"property":"name"},"Suva"]}', "filter_lang": "cql2-json"}, {"fiji"}),
        ({"filter": "true", "filter_lang": "cql2-json"}, EVERYTHING),
    ],
)
def test_parameters_find(found: Callable[..., set[str]], asked: dict[str, str], ids: set[str]):
    assert found(**asked) - {"nowhere"} == ids - {"nowhere"}


@pytest.mark.parametrize("path", ["/ogc", ITEMS, f"{ITEMS}/fiji"])
def test_parameter_stands_once(http: FlaskClient, path: str):
    answer = http.get(path, query_string=[("f", "json"), ("f", "html")])

    assert (answer.status_code, (answer.json or {})["problems"][0]["field"]) == (400, "f")


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": '{"$where": "1"}', "filter-lang": "cql2-json"},
        {"filter": "[", "filter-lang": "cql2-json"},
        {"filter": f'"{"x" * LENGTH_MOST}"', "filter-lang": "cql2-json"},
        {"filter": "(" * 100 + "true" + ")" * 100},
        {"name[$gt]": ""},
    ],
)
def test_wicked_filter_is_refused(http: FlaskClient, asked: dict[str, str]):
    answer = http.get(ITEMS, query_string=asked)

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_deeply_nested_json_is_refused(http: FlaskClient):
    nested = '{"op":"not","args":[' * 150 + "true" + "]}" * 150

    assert http.get(ITEMS, query_string={"filter": nested, "filter-lang": "cql2-json"}).status_code == 400


def test_too_broad_question_is_told_so(http: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def stopped(*_: object) -> None:
        raise TooBroad

    monkeypatch.setattr(Points, "page", stopped)

    answer = http.get(ITEMS)

    assert answer.status_code == 400
    assert "Narrow it" in (answer.json or {})["detail"]


def test_pages_follow_their_links(http: FlaskClient):
    seen: list[str] = []
    path = f"{ITEMS}?limit=2&bbox=-180,-90,180,90&f=json"
    while path:
        page = http.get(path).json or {}
        seen += [one["id"] for one in page["features"]]
        path = next((link["href"].removeprefix(ROOT) for link in page["links"] if link["rel"] == "next"), "")

    assert len(seen) == len(set(seen))
    assert set(seen) == EVERYTHING


def test_pages_for_people_follow_their_links(http: FlaskClient):
    text = http.get(ITEMS, query_string={"limit": 2, "f": "html"}).text

    assert 'rel="next"' in text
    assert "cursor=" in text
    assert "f=html" in text.partition('rel="next"')[0].rpartition("<a ")[2]


def test_same_page_is_not_sent_again(http: FlaskClient):
    first = http.get(ITEMS)

    again = http.get(ITEMS, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert "Accept" in first.headers["Vary"]


def test_changed_page_has_another_tag(http: FlaskClient, projected: Projected):
    before = http.get(ITEMS).headers["ETag"]

    projected.organizations(organization("new", locations=located(26.2, 32.7)))

    assert http.get(ITEMS).headers["ETag"] != before


def test_formats_have_tags_of_their_own(http: FlaskClient):
    tags = {http.get(ITEMS, headers={"Accept": accept}).headers["ETag"] for accept in ("text/html", "*/*")}

    assert len(tags) == 2


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/wicked"])
def test_names_are_escaped(http: FlaskClient, projected: Projected, path: str):
    projected.organizations(organization("wicked", WICKED, locations=located(26.2, 32.7)))

    answer = http.get(path, query_string={"f": "html"})

    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_names_are_written_in_their_own_direction(http: FlaskClient):
    text = http.get(f"{ITEMS}/qus", query_string={"f": "html"}).text

    assert '<h1 dir="auto">جمعية الرحمة بقوص</h1>' in text


def test_pages_are_drawn_from_here(http: FlaskClient):
    answer = http.get("/ogc/style.css")

    assert (answer.status_code, answer.mimetype) == (200, "text/css")


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/collections/secrets",
        "/ogc/collections/secrets/items",
        "/ogc/collections/secrets/queryables",
        f"{ITEMS}/closed",
        f"{ITEMS}/nobody",
        "/ogc/nothing",
    ],
)
def test_what_is_not_there_is_told_so(http: FlaskClient, path: str):
    answer = http.get(path)

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_inactive_organization_leaves(http: FlaskClient, projected: Projected):
    projected.organizations(organization("qus", status="inactive", version=2))

    assert http.get(f"{ITEMS}/qus").status_code == 404
    assert "qus" not in http.get(ITEMS).text


def test_queryables_are_what_can_be_asked(http: FlaskClient):
    told = http.get("/ogc/collections/organizations/queryables")
    schema = orjson.loads(told.data)

    assert told.mimetype == "application/schema+json"
    assert schema["additionalProperties"] is False
    for name in set(schema["properties"]) - {"geometry"}:
        assert http.get(ITEMS, query_string={"filter": f"{name} IS NULL"}).status_code == 200


def test_extent_is_counted_with_the_figures(http: FlaskClient, projected: Projected, database: Database[Json]):
    shown = Directory(database)
    projected.store.keep_figures(figures.document(shown.count(), clock.now()))

    extent = (http.get("/ogc/collections/organizations").json or {})["extent"]

    assert extent["spatial"]["bbox"] == [[-171.8, -17.7, 178.0, 90.0]]
    assert extent["temporal"]["interval"] == [["2026-11-02T08:15:00+00:00", None]]
