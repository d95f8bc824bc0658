"""Prove that the list of organizations needs no scripts: what it shows, asks, and says where it is asked wrongly."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from flask.testing import FlaskClient

from chassis.errors import Invalid
from services.gateway.api.examples import organizations
from services.gateway.directory.search import cursors
from services.gateway.directory.search.query import Search
from services.gateway.directory.search.views import Page
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import ORGANIZATION

HOSTILE = '"><img src=x onerror="alert(1)">'


def links(text: str) -> dict[str, str]:
    """Return where links lead, by their words."""
    found = re.findall(r'<a href="([^"]+)"[^>]*>(?:<bdi>)?([^<]+)', text)
    return {unescape(word): unescape(href) for href, word in found}


@pytest.mark.parametrize(
    ("asked", "accepted", "begins"),
    [
        ("?lang=fa", "en", '<html lang="fa" dir="rtl">'),
        ("", "en-GB,en;q=0.9", '<html lang="en" dir="ltr">'),
        ("", "de", '<html lang="ar" dir="rtl">'),
    ],
)
def test_list_speaks_the_callers_language(http: FlaskClient, asked: str, accepted: str, begins: str):
    answer = http.get(f"/o{asked}", headers={"Accept-Language": accepted})

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert begins in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_list_leads_to_each_organization(http: FlaskClient):
    text = http.get("/o?lang=en").text

    assert links(text)[organizations.ORGANIZATION["name"]] == f"/o/{ORGANIZATION}?lang=en"
    assert "Organizations: 42" in text
    assert "Community association" in text


def test_form_asks_the_directory(http: FlaskClient, directory: FakeDirectory):
    asked = "q=احسان&subject=health&area=EG2901&organization_type=community&international_cooperation=true"

    text = http.get(f"/o?lang=en&{asked}").text

    wanted = {"subject": "health", "area": "EG2901", "organization_type": "community"}
    assert directory.searched == [Search(q="احسان", international_cooperation=True, **wanted)]
    assert 'value="احسان"' in text
    assert re.findall(r'<option value="(\w+)" selected>', text) == ["health", "EG2901", "community", "true"]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [("", ["health.dialysis"]), ("health", ["health.dialysis"]), ("health.a", ["health.a", "health.dialysis"])],
)
def test_terms_are_offered_beneath_their_subject(http: FlaskClient, asked: str, codes: list[str]):
    text = http.get(f"/o?lang=en&subject={asked}").text

    offered = re.findall(r'<option value="([\w.]+)"', text)
    at = offered.index("health")
    assert offered[at + 1 : at + 2 + len(codes)] == [*codes, "schooling"]
    assert f'value="{asked}" selected' in text or not asked


def test_empty_choices_do_not_narrow(http: FlaskClient, directory: FakeDirectory):
    http.get("/o?lang=en&q=+&subject=&area=&organization_type=&international_cooperation=&utm_source=elsewhere")

    assert directory.searched == [Search()]


def test_pages_follow_one_another(http: FlaskClient):
    first = links(http.get("/o?lang=en&subject=health").text)["Next page"]
    second = links(http.get(first).text)
    third = links(http.get(second["Next page"].replace("cursor=next-page", "cursor=third")).text)

    assert first == "/o?subject=health&lang=en&cursor=next-page"
    assert "Previous page" not in second
    assert second["First page"] == "/o?subject=health&lang=en"
    assert third["Previous page"] == first


def test_way_back_is_bounded(http: FlaskClient):
    text = http.get("/o?lang=en&cursor=f&back=a.b.c.d.e").text

    assert links(text)["Next page"] == "/o?lang=en&cursor=next-page&back=b.c.d.e.f"
    assert links(text)["Previous page"] == "/o?lang=en&cursor=e&back=a.b.c.d"


def test_languages_keep_what_is_asked(http: FlaskClient):
    text = http.get("/o?lang=en&q=health&cursor=f").text

    assert links(text)["فارسی"] == "/o?q=health&cursor=f&lang=fa"


def within(text: str) -> dict[str, str]:
    """Return where the areas lead that words name, by what is said of them."""
    found = re.findall(r'<p><a href="([^"]+)">(.+?)</a></p>', text)
    return {unescape(re.sub(r"</?bdi>", "", said)): unescape(href) for href, said in found}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("lang=en&q=hospital+Qena", {"Search in Qena (County): hospital": "/o?q=hospital&lang=en&area=EG2901"}),
        ("lang=ar&q=جمعية+قنا", {"البحث في قنا (المركز): جمعية": f"/o?q={quote('جمعية')}&lang=ar&area=EG2901"}),
        ("lang=fa&q=قنا", {"جستجو در قنا (شهرستان)": "/o?lang=fa&area=EG2901"}),
        (
            "lang=en&q=in+Qena+a%26b&subject=health&cursor=f&back=e",
            {"Search in Qena (County): a&b": "/o?q=a%26b&subject=health&lang=en&area=EG2901"},
        ),
        ("lang=en&q=Qena&area=EG2901", {}),
        ("lang=en&q=hospital", {}),
        ("lang=en", {}),
    ],
)
def test_area_among_words_is_offered(http: FlaskClient, asked: str, expected: dict[str, str]):
    assert within(http.get(f"/o?{asked}").text) == expected


def test_area_among_words_is_offered_where_nothing_is_found(http: FlaskClient, directory: FakeDirectory, monkeypatch):
    monkeypatch.setattr(directory, "page", lambda search: Page([], ""))

    assert within(http.get("/o?lang=en&q=<b>+Qena").text) == {
        "Search in Qena (County): <b>": "/o?q=%3Cb%3E&lang=en&area=EG2901"
    }


def test_wrong_question_offers_no_area(http: FlaskClient):
    assert within(http.get("/o?lang=en&q=hospital+Qena&subject=nonsense").text) == {}


def test_nothing_found_says_so(http: FlaskClient, directory: FakeDirectory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(directory, "page", lambda search: Page([], ""))

    answer = http.get("/o?lang=en&q=nothing")

    assert (answer.status_code, "No organization is like this." in answer.text) == (200, True)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("subject=nonsense", "Help"),
        ("organization_type=nonsense", "Type"),
        ("international_cooperation=perhaps", "International cooperation"),
        (f"q={'x' * 201}", "Words of the name or description"),
        (f"cursor={'x' * 1001}", "the place in the list"),
    ],
)
def test_wrong_question_is_told_in_words(http: FlaskClient, asked: str, words: str):
    answer = http.get(f"/o?lang=en&{asked}")

    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert f"<strong>This was not understood:</strong> {words}</p>" in answer.text


def test_place_that_is_none_is_told(http: FlaskClient, directory: FakeDirectory, monkeypatch: pytest.MonkeyPatch):
    def refuse(search: Search) -> Page:
        raise cursors.refused()

    monkeypatch.setattr(directory, "page", refuse)

    answer = http.get("/o?lang=en&cursor=nonsense")

    assert (answer.status_code, "the place in the list" in answer.text) == (422, True)
    assert links(answer.text)["First page"] == "/o?lang=en"


@pytest.mark.parametrize(("asked", "said"), [("q=many", "more than 1000"), ("lang=ar", "٤٢")])
def test_count_is_told(http: FlaskClient, asked: str, said: str):
    assert said in http.get(f"/o?{asked}", headers={"Accept-Language": "en"}).text


def test_nothing_comes_alive(http: FlaskClient, directory: FakeDirectory):
    record: dict[str, Any] = {**organizations.PUBLIC_ORGANIZATION, "name": HOSTILE}
    directory.body = orjson.dumps(record)

    text = http.get("/o", query_string={"q": HOSTILE, "area": HOSTILE[:40], "lang": "en"}).text

    assert "<img" not in text


def test_policy_lets_the_form_ask_this_host_only(http: FlaskClient):
    policy = http.get("/o").headers["Content-Security-Policy"]

    assert "form-action 'self'" in policy
    assert "script-src 'self'" in policy
    assert "form-action 'none'" in http.get(f"/o/{ORGANIZATION}").headers["Content-Security-Policy"]


@pytest.mark.parametrize(("asked", "indexed"), [("lang=en", True), ("q=a", False), ("cursor=f", False)])
def test_search_engines_take_the_list_alone(http: FlaskClient, asked: str, indexed: bool):
    assert ("noindex" not in http.get(f"/o?{asked}").text) is indexed


def test_sitemap_and_organizations_lead_to_the_list(http: FlaskClient):
    assert "<loc>https://qena.example/o</loc>" in http.get("/sitemap.xml").text
    assert links(http.get(f"/o/{ORGANIZATION}?lang=en").text)["List of organizations"] == "/o?lang=en"


def test_question_that_takes_too_long_is_told(http: FlaskClient, directory: FakeDirectory, monkeypatch):
    def refuse(search: Search) -> Page:
        raise Invalid("The question is wrong.", [{"field": "query", "code": "too_long", "message": "It is long."}])

    monkeypatch.setattr(directory, "page", refuse)

    answer = http.get("/o?lang=en&q=a")

    assert (answer.status_code, "a search that takes too long" in answer.text) == (422, True)
