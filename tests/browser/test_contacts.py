"""Prove that the details name whom one turns to, in each direction, and say nothing where the record does not."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.pages import heading
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.slow

NUMBER, EMAIL = "+20965331299", "mona@ehsan.example"
PERSON = {
    "name": "منى حسن",
    "title": "مسؤولة الاستقبال",
    "department": "",
    "email": EMAIL,
    "phones": [{"number": NUMBER, "extension": 4, "type": "voice", "description": "صباحًا"}],
}
OFFICE = {"name": "", "title": "Reception", "department": "Families", "email": "ask at the door", "phones": []}
EMPTY = {"name": "", "title": "", "department": "", "email": "", "phones": []}
HEADINGS = {"ar": "جهات الاتصال", "fa": "افراد و دفترهای پاسخ‌گو", "en": "People and offices to contact"}
BEGINNINGS = """(lines, side) => lines.map((line) => {
  const text = document.createRange();
  text.selectNodeContents(line);
  return text.getBoundingClientRect()[side];
})"""


@pytest.fixture
def opened(visitor, directory):
    """Give what opens an organization's details with contacts of its own and of its first place."""
    record = directory.organization(directory.all[0]["id"])

    def opened(lang="en", size=(1280, 800), own=(PERSON,), there=(OFFICE,)):
        place = record["locations"][0] | {"name": "العيادة", "contacts": list(there)}
        shown = record | {"contacts": list(own), "locations": [place]}
        page = visitor.new_page(size)
        page.route(f"**/organizations/{record['id']}", lambda route: route.fulfill(json=shown))
        visitor.go(page, lang, organization=record["id"])
        expect(heading(page)).to_have_text(record["name"])
        return page

    return opened


@pytest.mark.parametrize(("lang", "size"), [("ar", (1280, 800)), ("fa", (360, 740)), ("en", (360, 740))])
def test_details_name_whom_to_turn_to(opened, lang, size):
    page = opened(lang, size)

    part = page.locator(".part", has=page.get_by_role("heading", name=HEADINGS[lang], exact=True))
    person, office = part.locator("li").all()
    number, email = person.get_by_role("link").all()
    assert person.inner_text().split("\n") == [PERSON["name"], PERSON["title"], f"{NUMBER} (4)", "صباحًا", EMAIL]
    assert (number.get_attribute("href"), number.get_attribute("dir")) == (f"tel:{NUMBER};ext=4", "ltr")
    assert (email.get_attribute("href"), email.get_attribute("dir")) == (f"mailto:{EMAIL}", "ltr")
    assert office.inner_text().split("\n") == ["Reception", "Families", "العيادة", "ask at the door"]
    assert office.get_by_role("link").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("lang", "side"), [("ar", "right"), ("en", "left")])
def test_contacts_begin_where_reading_does(opened, lang, side):
    page = opened(lang)

    edge = page.locator(".contacts").first.evaluate("(list, side) => list.getBoundingClientRect()[side]", side)
    lines = page.locator(".contacts .line, .contacts .aside").evaluate_all(BEGINNINGS, side)

    assert lines == pytest.approx([edge] * len(lines), abs=2)


@pytest.mark.parametrize(("lang", "size"), [("ar", (1280, 800)), ("en", (360, 740))])
def test_contacts_pass_axe(opened, lang, size):
    page = opened(lang, size)
    expect(page.locator(".contacts").first).to_be_visible()

    assert violations(page) == []


def test_nobody_to_turn_to_is_not_told(opened):
    page = opened(own=[EMPTY], there=[])

    expect(page.locator(".ending")).to_be_visible()
    assert page.get_by_role("heading", name=HEADINGS["en"]).count() == 0
    assert page.locator(".contacts").count() == 0


def test_service_names_whom_to_turn_to(visitor, directory):
    offers = (directory.get("services", organization_id=place["id"])["items"] for place in directory.all)
    service = next(one for items in offers for one in items)
    there = {"location_id": "elsewhere", "contacts": [OFFICE]}
    given = service | {"contacts": [PERSON], "service_at_locations": [there]}
    page = visitor.new_page()
    page.route("**/services?*", lambda route: route.fulfill(json={"items": [given], "next": ""}))
    visitor.go(page, organization=service["organization_id"])

    shown = page.locator(".service")
    expect(shown.get_by_text(HEADINGS["en"])).to_be_visible()
    expect(shown.get_by_role("link", name=EMAIL)).to_have_attribute("href", f"mailto:{EMAIL}")
    assert [one.inner_text() for one in shown.locator(".contact-name").all()] == [PERSON["name"], "Reception"]
