"""Prove that the details show what an organization does, and say of its hours only what its rules tell."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

WEEKLY = {"freq": "WEEKLY", "byday": "SU,MO,TU,WE,TH", "opens_at": "09:00", "closes_at": "14:00"}
# 2026-03-10 is a Tuesday; Cairo is two hours east of UTC then.
TUESDAY_NOON, TUESDAY_EVENING, THURSDAY_EVENING = "2026-03-10T10:00Z", "2026-03-10T18:00Z", "2026-03-12T18:00Z"


@pytest.fixture
def offering(directory):
    """Give the id of an organization that has services, and the first of them."""
    for place in directory.all:
        if items := directory.get("services", organization_id=place["id"])["items"]:
            return place["id"], items[0]
    return pytest.skip("no organization has services")


def _show(visitor, offering, schedules, at=TUESDAY_NOON, lang="en", **changed):
    id_, service = offering
    page = visitor.new_page()
    page.clock.set_fixed_time(datetime.fromisoformat(at))
    given = service | {"service_at_locations": [], "schedules": schedules} | changed
    page.route("**/services?*", lambda route: route.fulfill(json={"items": [given], "next": ""}))
    visitor.go(page, lang, organization=id_)
    expect(page.locator(".service")).to_be_visible()
    return page.locator(".service")


def test_services_show_what_matters(visit, directory, offering):
    id_, service = offering
    page = visit(organization=id_)

    shown = page.locator(".service").first
    expect(shown.get_by_role("heading")).to_have_text(service["name"])
    expect(shown).to_contain_text("Sunday to Thursday, 9:00 to 14:00")
    expect(shown).to_contain_text("room for 12 more families, of 40")
    expect(shown).to_contain_text("Free of charge")
    expect(shown).to_contain_text("from the age of 18 years")
    expect(shown).to_contain_text("بطاقة الرقم القومي")
    expect(shown).to_contain_text("1 February 2026")
    number = service["phones"][0]["number"]
    expect(shown.get_by_role("link", name=number)).to_have_attribute("href", f"tel:{number}")
    expect(shown.get_by_role("link", name=service["email"])).to_have_attribute("href", f"mailto:{service['email']}")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (TUESDAY_NOON, "Open now, until 14:00"),
        ("2026-03-10T05:00Z", "Closed now, opens today at 9:00"),
        (TUESDAY_EVENING, "Closed now, opens tomorrow at 9:00"),
        (THURSDAY_EVENING, "Closed now, opens on Sunday at 9:00"),
    ],
)
def test_standing_is_of_the_nodes_zone(visitor, offering, at, words):
    shown = _show(visitor, offering, [WEEKLY], at)

    expect(shown.locator(".tag")).to_have_text(words)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("ar", "مفتوحة الآن، حتى ٢:٠٠ م"), ("fa", "اکنون باز است، تا ۱۴:۰۰")],
)
def test_standing_speaks_the_language(visitor, offering, lang, words):
    shown = _show(visitor, offering, [WEEKLY], lang=lang)

    expect(shown.locator(".tag")).to_have_text(words)


@pytest.mark.parametrize(
    "schedule",
    [
        {"freq": "MONTHLY", "byday": "2TU", "opens_at": "09:00", "closes_at": "14:00"},
        WEEKLY | {"interval": 2},
        WEEKLY | {"valid_to": "2026-03-01"},
        WEEKLY | {"closes_at": ""},
    ],
)
def test_nothing_is_guessed(visitor, offering, schedule):
    shown = _show(visitor, offering, [schedule])

    assert shown.locator(".tag").count() == 0


def test_other_rule_forbids_saying_closed(visitor, offering):
    other = {"freq": "MONTHLY", "byday": "2TU", "opens_at": "16:00", "closes_at": "21:00"}

    shown = _show(visitor, offering, [WEEKLY, other], TUESDAY_EVENING)

    assert shown.locator(".tag").count() == 0
    expect(shown).to_contain_text("FREQ=MONTHLY;BYDAY=2TU")


@pytest.mark.parametrize(
    ("lang", "standing", "hours"),
    [
        ("en", "Closed now, opens today at 16:00 (UTC+2)", "9:00 to 14:00 (UTC-5)"),
        ("ar", "مغلقة الآن، تفتح اليوم الساعة ٤:٠٠ م (بتوقيت غرينتش\u061c+٢)", "٢:٠٠ م (بتوقيت غرينتش\u061c-٥)"),
        ("fa", "اکنون بسته، امروز ۱۶:۰۰ (به وقت گرینویچ \u200e+۲) باز می‌شود", "۱۴:۰۰ (به وقت گرینویچ \u200e−۵)"),
    ],
)
def test_other_zone_is_named(visitor, offering, lang, standing, hours):
    schedule = WEEKLY | {"timezone": -5}

    shown = _show(visitor, offering, [schedule], lang=lang)

    expect(shown.locator(".tag")).to_have_text(standing.replace(" م", "\u00a0م"))
    expect(shown).to_contain_text(hours.replace(" م", "\u00a0م"))


@pytest.mark.parametrize(
    ("schedule", "standing", "hours"),
    [
        # 21:00 there is 2:30 of the next day at the node.
        (
            {"opens_at": "21:00-03:30", "closes_at": "23:00-03:30"},
            "Closed now, opens tomorrow at 2:30 (UTC+2)",
            "21:00 to 23:00 (UTC-3:30)",
        ),
        ({"opens_at": "09:00+02:00", "closes_at": "14:00+02:00"}, "Open now, until 14:00", "9:00 to 14:00"),
        ({"opens_at": "09:00Z", "closes_at": "14:00Z"}, "Open now, until 16:00 (UTC+2)", "9:00 to 14:00 (UTC)"),
    ],
)
def test_moment_is_told_by_nodes_clock(visitor, offering, schedule, standing, hours):
    shown = _show(visitor, offering, [WEEKLY | schedule])

    expect(shown.locator(".tag")).to_have_text(standing)
    expect(shown.locator(".facts .line").first).to_have_text(f"Sunday to Thursday, {hours}")


def test_closed_for_a_time_is_told(visitor, offering):
    shown = _show(visitor, offering, [WEEKLY], status="temporarily closed", alert="مغلق في أغسطس")

    expect(shown.locator(".tag")).to_have_text("Closed for a time")
    expect(shown).to_contain_text("مغلق في أغسطس")


def test_failing_services_leave_the_rest(visitor, offering):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route("**/services?*", lambda route: route.fulfill(status=503), times=1)
    visitor.go(page, organization=offering[0])
    expect(page.locator(".detail .facts").first).to_be_visible()

    page.locator(".later").get_by_role("button", name="Try again").click()

    expect(page.locator(".service").first).to_be_visible()


def test_organization_without_services_says_nothing(visitor, offering):
    page = visitor.new_page()
    page.route("**/services?*", lambda route: route.fulfill(json={"items": [], "next": ""}))
    visitor.go(page, organization=offering[0])

    expect(page.locator(".ending")).to_be_visible()
    expect(page.locator(".later .waiting")).to_have_count(0)
    assert page.get_by_role("heading", name="Services").count() == 0


def test_markup_of_service_stays_text(visitor, offering):
    markup = '<img src="x" onerror="window.hurt = true">'

    shown = _show(visitor, offering, [WEEKLY | {"description": markup}], name=markup, alert=markup)

    expect(shown.get_by_role("heading")).to_have_text(markup)
    assert shown.locator("img").count() == 0
    assert shown.page.evaluate("window.hurt") is None


def test_cooperation_is_told_in_full(visitor, directory):
    one = next(place for place in directory.all if place["international_cooperation"])
    record = directory.organization(one["id"])
    record["cooperations"] = [
        {"partner": "UNICEF", "country": "US", "programme": "Care", "valid_from": "2025-01-01", "valid_to": ""}
    ]
    page = visitor.new_page()
    page.route(f"**/organizations/{record['id']}", lambda route: route.fulfill(json=record))
    visitor.go(page, "fa", organization=record["id"])

    told = page.locator(".cooperations li")
    for words in ("UNICEF", "ایالات متحده", "Care", "از ۱۲ دی ۱۴۰۳"):
        expect(told).to_contain_text(words)


def test_own_page_is_linked(visit, directory):
    id_ = directory.all[0]["id"]
    page = visit("ar", organization=id_)

    expect(page.locator(".ending a")).to_have_attribute("href", re.compile(rf"^o/{id_}\?lang=ar$"))


@pytest.mark.parametrize(
    ("lang", "heading", "more"),
    [
        ("ar", "الخدمات (٤٣٠)", "عرض جميع الخدمات (٤٣٠)"),
        ("fa", "خدمات (۴۳۰)", "نمایش همهٔ خدمات (۴۳۰)"),
        ("en", "Services (430)", "Show all 430 services"),
    ],
)
def test_all_of_many_services_are_shown(visitor, offering, lang, heading, more):
    id_, service = offering
    names = [f"Service {number}" for number in range(430)]

    def page_of(route):
        after = int(parse_qs(urlsplit(route.request.url).query).get("after", ["0"])[0])
        items = [service | {"id": name, "name": name} for name in names[after : after + 200]]
        route.fulfill(json={"items": items, "next": str(after + 200) if after + 200 < len(names) else ""})

    page = visitor.new_page()
    page.route("**/services?*", page_of)
    visitor.go(page, lang, organization=id_)
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    assert page.locator(".service").count() < len(names)

    page.get_by_role("button", name=more, exact=True).click()

    assert page.locator(".service h4").all_inner_texts() == names
    expect(page.locator(".service").nth(50)).to_be_focused()
    assert page.get_by_role("button", name=more).count() == 0
