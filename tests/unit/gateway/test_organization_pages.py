"""Prove what an organization's page shows, to whom in which language, and what robots are told."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from xml.etree.ElementTree import fromstring

import orjson
import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from services.gateway.api.examples import organizations
from services.gateway.cache import ROUTE
from services.gateway.downloads import sitemap
from services.gateway.downloads.page import day
from tests.unit.gateway.fake_directory import FakeDirectory
from tests.unit.gateway.fakes import ORGANIZATION

PAGE = f"/o/{ORGANIZATION}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOSTILE = '<img src=x onerror="alert(1)">'


def put(directory: FakeDirectory, **fields: Any) -> None:
    """Have the directory hold an organization like this."""
    directory.body = orjson.dumps({**organizations.PUBLIC_ORGANIZATION, **fields})


@pytest.mark.parametrize(
    ("asked", "accepted", "begins"),
    [
        ("?lang=fa", "en", '<html lang="fa" dir="rtl">'),
        ("", "en-GB,en;q=0.9", '<html lang="en" dir="ltr">'),
        ("", "de", '<html lang="ar" dir="rtl">'),
        ("?lang=xx", "fa", '<html lang="fa" dir="rtl">'),
    ],
)
def test_page_speaks_the_callers_language(http: FlaskClient, asked: str, accepted: str, begins: str):
    answer = http.get(PAGE + asked, headers={"Accept-Language": accepted})

    assert begins in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    assert answer.headers["Content-Language"] in begins


@pytest.mark.parametrize(("asked", "kept"), [("", None), ("?lang=xx", None), ("?lang=en", "/o/<record:id>")])
def test_page_that_hangs_on_the_browser_is_not_kept(app: Flask, asked: str, kept: str | None):
    with app.test_request_context(PAGE + asked):
        app.full_dispatch_request()

        assert request.environ.get(ROUTE) == kept


def test_page_tells_how_to_reach_it(http: FlaskClient, directory: FakeDirectory):
    place = {**organizations.ORGANIZATION["locations"][0], "transportation": "Bus 5"}
    put(directory, locations=[place], phones=[{"number": "+20965331234", "extension": 12, "type": "voice"}])

    text = http.get(f"{PAGE}?lang=en").text

    assert "How to get there: Bus 5" in text
    assert f"For people with disabilities: {place['accessibility'][0]['description']}" in text
    assert 'href="tel:+20965331234;ext=12"' in text


def test_page_and_data_tell_a_short_number(http: FlaskClient, directory: FakeDirectory):
    put(directory, phones=[{"number": "19828", "type": "voice"}])

    text = http.get(f"{PAGE}?lang=en").text

    assert 'href="tel:19828"' in text
    assert '"telephone":["19828"]' in text.replace(" ", "")


def contact(**fields: Any) -> dict[str, Any]:
    """Return a contact like this, else empty."""
    return {"id": "c", "name": "", "title": "", "department": "", "email": "", "phones": [], **fields}


def test_page_names_whom_to_turn_to(http: FlaskClient, directory: FakeDirectory):
    number = {"number": "+20965331299", "extension": 4, "type": "cell", "description": "Mornings"}
    person = contact(name="منى حسن", title="Reception", email="mona@ehsan.example", phones=[number])
    place = {**organizations.ORGANIZATION["locations"][0], "name": "Clinic", "contacts": [contact(title="Doctor")]}
    put(directory, contacts=[person], locations=[place])

    text = http.get(f"{PAGE}?lang=en").text

    assert '<a href="tel:+20965331299;ext=4"><bdi dir="ltr">+20965331299 (4)</bdi></a>' in text
    assert '<a href="mailto:mona@ehsan.example"><bdi dir="ltr">mona@ehsan.example</bdi></a>' in text
    plain = re.sub(r"<[^>]+>|\s+", " ", text)
    assert re.search(r"People and offices to contact +منى حسن +Reception +\+20965331299 \(4\) +Mobile +Mornings", plain)
    assert re.search(r"Doctor +Clinic +Places", plain)


@pytest.mark.parametrize("contacts", [[], [contact()]], ids=["none", "says nothing"])
def test_page_without_contacts_has_no_heading(http: FlaskClient, directory: FakeDirectory, contacts: list[Any]):
    put(directory, contacts=contacts)

    assert "People and offices" not in http.get(f"{PAGE}?lang=en").text


@pytest.mark.parametrize("email", ["ask at the door", "a@b.example?bcc=c@d.example"])
def test_only_an_address_is_written_to(http: FlaskClient, directory: FakeDirectory, email: str):
    put(directory, email=email, contacts=[contact(email=email)])

    text = http.get(PAGE).text

    assert f"<bdi>{email}</bdi>" in text
    assert "mailto:" not in text


def test_page_tells_what_is_known(http: FlaskClient):
    text = http.get(f"{PAGE}?lang=en").text

    assert f"<h1><bdi>{organizations.ORGANIZATION['name']}</bdi></h1>" in text
    for one in ("Community association", "40 families", 'href="tel:+20965331234;ext=12"', "UNICEF", "26.164, 32.727"):
        assert one in text


def test_page_names_the_terms_that_are_borne(http: FlaskClient, directory: FakeDirectory):
    put(directory, capabilities=[{**organizations.ORGANIZATION["capabilities"][0], "terms": ["health.dialysis"]}])

    text = re.sub(r"<[^>]+>|\s+", " ", http.get(f"{PAGE}?lang=en").text)
    listed = http.get("/o?lang=en").text

    assert re.search(r"Health +40 families +Dialysis", text)
    assert "<p>Health; Dialysis</p>" in listed


def test_partner_tells_what_is_known(http: FlaskClient, directory: FakeDirectory):
    bare = {"partner": "Tdh", "country": "", "programme": "", "valid_from": "", "valid_to": "", "approval_number": ""}
    put(directory, cooperations=[*organizations.ORGANIZATION["cooperations"], bare])

    text = re.sub(r"<[^>]+>|\s+", " ", http.get(f"{PAGE}?lang=en").text)

    assert re.search(r"UNICEF +رعاية الأطفال +From 1 January 2025 +Tdh +International cooperation", text)


def test_page_leads_to_map_and_data(http: FlaskClient):
    text = http.get(f"{PAGE}?lang=fa").text

    assert f'href="/?organization={ORGANIZATION}&amp;lang=fa"' in text
    assert f'href="/organizations/{ORGANIZATION}.jsonld"' in text


def test_page_has_languages_own_digits(http: FlaskClient):
    text = http.get(f"{PAGE}?lang=ar").text

    assert "٤٠ أسرة" in text
    assert "١٢٠" in text


@pytest.mark.parametrize(
    ("language", "shown"), [("ar", "٢ نوفمبر ٢٠٢٦"), ("fa", "۱۱ آبان ۱۴۰۵"), ("en", "2 November 2026")]
)
def test_day_is_of_the_languages_calendar(language: str, shown: str):
    assert day(date(2026, 11, 2), language) == shown


@pytest.mark.parametrize("field", ["name", "alternate_name", "description", "email", "website"])
def test_markup_stays_text(http: FlaskClient, directory: FakeDirectory, field: str):
    put(directory, **{field: HOSTILE})

    assert "<img" not in http.get(PAGE).text


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("https://ehsan.example/%D9%82%D9%86%D8%A7", "https://ehsan.example/قنا"),
        ("https://ehsan.example/%E2%80%AEgro", "https://ehsan.example/%E2%80%AEgro"),
        ("https://ehsan.example/a%20b", "https://ehsan.example/a%20b"),
        ("https://ehsan.example/%FF", "https://ehsan.example/%FF"),
    ],
    ids=["letters", "turned about", "space", "no text"],
)
def test_website_is_shown_with_its_letters(http: FlaskClient, directory: FakeDirectory, kept: str, shown: str):
    put(directory, website=kept)

    assert f'<a href="{kept}"><bdi dir="ltr">{shown}</bdi></a>' in http.get(PAGE).text


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "ehsan.example"])
def test_only_the_web_is_linked(http: FlaskClient, directory: FakeDirectory, website: str):
    put(directory, website=website)

    assert f'href="{website}' not in http.get(PAGE).text


def test_page_runs_no_script(http: FlaskClient):
    answer = http.get(PAGE)

    assert re.findall(r"<script[^>]*>", answer.text) == ['<script type="application/ld+json">']
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_page_carries_its_linked_data(http: FlaskClient):
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', http.get(f"{PAGE}?lang=en").text)

    assert orjson.loads(script) == http.get(f"/organizations/{ORGANIZATION}.jsonld?language=en").json


def test_inactive_organization_is_not_for_search_engines(http: FlaskClient, directory: FakeDirectory):
    put(directory, status="inactive")

    assert '<meta name="robots" content="noindex" />' in http.get(PAGE).text


@pytest.mark.parametrize("path", ["/o/nobody", "/organizations/nobody.jsonld", "/sitemap-0.xml", "/sitemap-2.xml"])
def test_what_is_not_there_is_not_found(http: FlaskClient, path: str):
    assert http.get(path).status_code == 404


def test_page_is_tagged(http: FlaskClient):
    tag = http.get(PAGE).headers["ETag"]

    assert http.get(PAGE, headers={"If-None-Match": tag}).status_code == 304


def test_networks_are_links_by_name(http: FlaskClient, directory: FakeDirectory):
    put(directory, member_of=[ORGANIZATION, "unknown"])

    text = http.get(f"{PAGE}?lang=en").text

    assert f'<a href="/o/{ORGANIZATION}?lang=en"><bdi>{organizations.ORGANIZATION["name"]}</bdi></a>' in text
    assert '<a href="/o/unknown?lang=en">' in text


def test_linked_data_has_its_media_type(http: FlaskClient):
    answer = http.get(f"/organizations/{ORGANIZATION}.jsonld")

    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-1.xml"])
def test_sitemap_lists_pages(http: FlaskClient, path: str):
    answer = http.get(path)

    listed = fromstring(answer.data)
    assert listed.tag == f"{MAP}urlset"
    assert [one.text for one in listed.iter(f"{MAP}loc")] == [f"https://qena.example{one}" for one in ("/", "/o", PAGE)]
    assert [one.text for one in listed.iter(f"{MAP}lastmod")] == ["2026-11-02T08:15:00Z"]
    assert answer.mimetype == "application/xml"


def test_sitemap_of_many_is_an_index(http: FlaskClient, directory: FakeDirectory):
    directory.downloads.count = lambda: 100_000  # type: ignore[method-assign]

    listed = fromstring(http.get("/sitemap.xml").data)

    assert listed.tag == f"{MAP}sitemapindex"
    assert [one.text for one in listed.iter(f"{MAP}loc")] == [
        f"https://qena.example/sitemap-{page}.xml" for page in (1, 2, 3)
    ]


@pytest.mark.parametrize(("count", "pages"), [(0, 1), (49_998, 1), (49_999, 2), (1_000_000, 21)])
def test_sitemap_has_no_more_than_its_room(count: int, pages: int):
    assert sitemap.pages_of(count) == pages


def test_robots_find_the_sitemap(http: FlaskClient):
    answer = http.get("/robots.txt")

    assert "Sitemap: https://qena.example/sitemap.xml" in answer.text
    assert "Disallow: /o" not in answer.text.replace("/organizations", "").replace("/ogc", "")
