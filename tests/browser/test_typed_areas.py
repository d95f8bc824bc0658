"""Prove that areas are offered for what one types, in any language and spelling, and that choosing one goes there."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.pages import settled, show_all

pytestmark = pytest.mark.slow

PHONE = (360, 740)
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def _area(code, level, parent, names, aliases=(), **days):
    named = dict(zip(("ar", "fa", "en"), names, strict=True))
    area = {"id": code, "parent": parent, "level": level, "names": named, "aliases": list(aliases), "centre": None}
    return {**area, **days}


AREAS = [
    _area("T", "county", "Q", ("تل الخليل", "تل الخلیل", "Tell Hebron")),
    _area("H", "governorate", "", ("محافظة الخليل", "استان الخلیل", "Hebron Governorate")),
    _area("V", "locality", "H", ("الخليل القديمة", "الخلیل قدیم", "Old Hebron")),
    _area("C", "locality", "H", ("الخليل", "الخلیل", "Hebron"), ["Al-Khalil", "حي ١٢"]),
    _area("P", "county", "Q", ("باكدشت", "پاکدشت", "Pakdasht")),
    _area("Q", "governorate", "", ("قِنا", "قنا", "Qena Governorate")),
    _area("A", "county", "Q", ("أبو تشت", "ابو‌تشت", "Abu Tesht")),
    _area("W", "county", "Q", ("الوقف", "الوقف", "El Waqf")),
    _area("M1", "county", "H", ("المنقول", "منقول", "Moved"), valid_from="2000-01-01", valid_to="2024-02-29"),
    _area("M2", "county", "Q", ("المنقول", "منقول", "Moved"), valid_from="2024-03-01", valid_to=""),
    _area("M3", "county", "H", ("المنقول", "منقول", "Moved"), valid_from="9999-01-01"),
]


@pytest.fixture
def offering(visitor):
    """Give what opens the page with these areas."""

    def opened(lang="en", size=(1280, 800), **asked):
        page = visitor.new_page(size)
        page.route(re.compile(r"/areas$"), lambda route: route.fulfill(json={"items": AREAS, "next": ""}))
        return visitor.go(page, lang, **asked)

    return opened


def _offered(page):
    return page.locator(".offered .offer").evaluate_all("all => all.map((one) => one.dataset.area)")


def _named(directory, code):
    """Return an area of the directory."""
    return next(area for area in directory.get("areas")["items"] if area["id"] == code)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("پاکدشت", ["P"]),
        ("باكدشت", ["P"]),
        ("pak", ["P"]),
        ("الخلیل", ["H", "T", "C"]),  # all four fit; the one that is called just so comes before the other of its level
        ("خليل", ["H", "T", "C"]),
        ("HEBRON", ["H", "T", "C"]),
        ("khalil", ["C"]),
        ("حي 12", ["C"]),
        ("حی ۱۲", ["C"]),
        ("old heb", ["V"]),
        ("moved", ["M2"]),  # the others have ended, or not begun
        ("ابو تشت", ["A"]),
        ("أَبُـو", ["A"]),
        ("ابوتشت", ["A"]),
        ("قنا", ["Q"]),
        ("وقف", ["W"]),
        ("ebron", []),
        ("hebron qus", ["H", "C"]),
        ("q", []),
        ("…", []),
    ],
)
def test_areas_are_offered_by_beginnings_of_words(offering, typed, expected):
    page = offering()

    page.locator("#query").fill(typed)

    assert _offered(page) == expected


@pytest.mark.parametrize(
    ("lang", "typed", "label"),
    [
        ("ar", "Pakd", "المنطقة: باكدشت (مركز، قِنا)"),
        ("fa", "باكدشت", "منطقه: پاکدشت (شهرستان، قنا)"),
        ("en", "پاکدشت", "Area: Pakdasht (county, Qena Governorate)"),
        ("en", "Qena", "Area: Qena Governorate (governorate)"),
        ("ar", "أرامل باكدشت", "«أرامل» في باكدشت (مركز، قِنا)"),
        ("fa", "بیوگان در پاکدشت", "«بیوگان» در پاکدشت (شهرستان، قنا)"),
        ("en", "Pakdasht eye hospital", "“eye hospital” in Pakdasht (county, Qena Governorate)"),
    ],
)
def test_area_is_offered_with_where_it_lies_and_the_other_words(offering, lang, typed, label):
    page = offering(lang)

    page.locator("#query").press_sequentially(typed)

    named = page.get_by_role("button", name=label, exact=True)
    expect(page.locator("ul[aria-label]").filter(has=named)).to_be_visible()


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_chosen_area_takes_the_place_of_words(visit, directory, lang):
    area = _named(directory, directory.area)
    page = visit(lang)
    page.locator("#query").press_sequentially(area["names"]["ar"])
    expect(page).to_have_url(re.compile("q="))

    page.locator(f'.offer[data-area="{area["id"]}"]').click()

    expect(page.locator("#list")).to_be_focused()
    expect(page.locator("#query")).to_have_value("")
    expect(page.locator(".chip")).to_have_text([area["names"][lang]])
    expect(page.locator(".offered")).to_be_hidden()
    expect(page).to_have_url(re.compile(rf"\?lang={lang}&area={area['id']}$"))
    expect(page.locator("#list")).to_have_attribute("aria-busy", "false")
    if lang == "en":
        assert show_all(page) == {place["id"] for place in directory.places(area=area["id"])}


def test_map_goes_to_chosen_area(visit, directory):
    area = _named(directory, directory.area)
    page = visit()
    page.locator("#query").fill(area["names"]["en"])

    page.locator(f'.offer[data-area="{area["id"]}"]').click()

    expect(page.locator("#list")).to_be_focused()
    settled(page)
    assert page.locator(".area-name").count() < len(directory.get("areas")["items"]) - 1
    assert page.locator(".area-name").get_by_text(area["names"]["en"], exact=True).count() == 1


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_chosen_area_leaves_the_other_words(visit, directory, lang):
    area = _named(directory, directory.area)
    page = visit(lang)
    page.locator("#query").press_sequentially(f"جمعية ب{area['names']['ar']}")

    page.keyboard.press("Tab")
    expect(page.locator(f'.offer[data-area="{area["id"]}"]')).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#list")).to_be_focused()
    expect(page.locator("#query")).to_have_value("جمعية")
    expect(page.locator(".chip")).to_have_text([area["names"][lang]])
    expect(page.locator(".offered")).to_be_hidden()
    expect(page).to_have_url(re.compile(rf"\?lang={lang}&q={quote('جمعية')}&area={area['id']}$"))
    expect(page.locator("#list")).to_have_attribute("aria-busy", "false")
    found = directory.get("organizations", q="جمعية", area=area["id"], limit="50")["items"]
    assert show_all(page) == {item["id"] for item in found}


def test_area_is_not_offered_for_what_is_a_name(visit, directory):
    name = next(one["name"] for one in directory.all if one["name"].endswith(" بقوص") and "EG2908" in one["area"])
    page = visit(q=name.replace(" بقوص", "", 1).rsplit(" ", 1)[0] + " بقوص")
    expect(page.locator(".offered .offer")).to_have_count(1)

    page.locator("#query").fill(name)

    expect(page.locator(".count")).to_have_text("1 organization")
    expect(page.locator(".offered")).to_be_hidden()


def test_area_that_is_set_is_offered_to_drop_its_name(offering):
    page = offering(area="P")

    page.locator("#query").fill("hospital pakdasht")
    page.locator(".offered .offer").click()

    expect(page.locator("#query")).to_have_value("hospital")
    expect(page.locator(".chip")).to_have_text(["Pakdasht"])


def test_back_returns_to_words(visit, directory):
    name = _named(directory, directory.area)["names"]["en"]
    page = visit(q=name)

    page.locator(f'.offer[data-area="{directory.area}"]').click()
    expect(page).to_have_url(re.compile(f"area={directory.area}"))
    page.go_back()

    expect(page.locator("#query")).to_have_value(name)
    expect(page.locator(f'.offer[data-area="{directory.area}"]')).to_be_visible()
    assert "area" not in parse_qs(urlsplit(page.url).query)


def test_area_is_reached_by_keyboard(visit, directory):
    page = visit()
    page.locator("#query").press_sequentially(_named(directory, directory.area)["names"]["en"])

    page.keyboard.press("Tab")
    expect(page.locator(".offered .offer").first).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#list")).to_be_focused()
    expect(page.locator(".chip")).to_have_count(1)


def test_chosen_area_is_not_offered(visit, directory):
    name = _named(directory, directory.area)["names"]["en"]
    page = visit(area=directory.area)

    page.locator("#query").fill(name)

    assert directory.area not in _offered(page)


def test_area_goes_with_words(offering):
    page = offering()
    page.locator("#query").fill("pakdasht")
    expect(page.locator(".offered")).to_be_visible()

    page.locator("#query").fill("")

    expect(page.locator(".offered")).to_be_hidden()


def test_areas_are_offered_beside_organizations(visit, directory):
    area = _named(directory, directory.area)
    expected = directory.get("organizations", q=area["names"]["ar"], limit="50")["items"]
    page = visit()

    page.locator("#query").press_sequentially(area["names"]["ar"])

    offers = page.locator(".offered .offer")
    expect(offers.first).to_be_visible()
    told = rf"^{len(expected)} organizations?\. {offers.count()} areas? (is|are) offered for these words\.$"
    expect(page.locator(".count[role=status]")).to_have_text(re.compile(told))
    assert page.locator(".place").count() == len(expected)


@pytest.mark.parametrize("typed", ["pakdash", "zzz pakdasht"])
def test_areas_are_told_where_nothing_else_is_found(offering, typed):
    page = offering()

    page.locator("#query").fill(typed)

    told = page.locator(".count[role=status]")
    expect(told).to_have_text("No organization matches. 1 area is offered for these words.")
    assert told.evaluate("one => getComputedStyle(one.parentElement).display") != "none"
    page.locator("#query").fill("")
    expect(told).to_have_text(re.compile(r"^\d+ "))
    expect(told).not_to_have_class(re.compile("unseen"))


@pytest.mark.parametrize(("typed", "asks"), [("pakdasht", "pakdasht"), ("zzz pakdasht", r"zzz\+pakdasht")])
def test_nothing_more_is_asked_while_typing(offering, typed, asks):
    page = offering()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))

    page.locator("#query").press_sequentially(typed, delay=20)
    expect(page.locator(".offered")).to_be_visible()
    expect(page).to_have_url(re.compile(f"q={asks}"))
    settled(page)

    drawn = ("/tiles/", "/assets/")  # of the view before, and the icon that a browser reads for each address
    assert [path for path in asked if not path.startswith(drawn)] == ["/organizations"]


@pytest.mark.parametrize("lang", ["ar", "fa", "en"])
def test_offered_areas_leave_room_on_a_telephone(visitor, directory, lang):
    word = directory.word
    long = [_area(f"L{at}", "county", "Q", (f"{word} نجع حمادي والقرى المجاورة",) * 3) for at in range(4)]
    page = visitor.new_page(PHONE)
    body = json.dumps({"items": [*AREAS, *long], "next": ""})
    page.route(re.compile(r"/areas$"), lambda route: route.fulfill(body=body, content_type="application/json"))
    visitor.go(page, lang)

    page.locator("#query").press_sequentially(word)

    expect(page).to_have_url(re.compile("q="))
    settled(page)
    boxes = [page.locator(".offered .offer").nth(at).bounding_box() for at in range(3)]
    assert page.locator(".offered .offer").count() == 3
    assert min(box["height"] for box in boxes) >= 44
    assert len({box["y"] for box in boxes}) == 1
    assert not page.evaluate(WIDER_THAN_SCREEN)
    expect(page.locator(".offered .offer").first).to_be_in_viewport(ratio=1)
    expect(page.locator(".place").first).to_be_in_viewport(ratio=0.9)
    expect(page.locator(".map-canvas")).to_be_in_viewport(ratio=1)
