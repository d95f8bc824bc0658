"""Prove that filters show what the gateway finds, and that the address carries them."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.pages import in_digits_of, listed, number, settled, show_all

pytestmark = pytest.mark.slow


def _ids(places):
    return {place["id"] for place in places}


def test_everything_is_listed_at_first(visit, directory):
    page = visit()

    assert show_all(page) == _ids(directory.all)


def test_filter_by_help(visit, directory):
    page = visit()

    page.select_option("#subject", directory.subject)

    expected = _ids(directory.places(subject=directory.subject))
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(expected)} "))
    assert show_all(page) == expected


@pytest.mark.parametrize("retired", [False, True])
def test_filter_by_term(visit, directory, retired):
    borne = [one for one in directory.terms.values() if one["retired"] is retired]
    if not borne:
        pytest.skip("nobody bears such a term in this directory")
    code, name = borne[0]["code"], borne[0]["names"]["en"]
    page = visit(subject=code) if retired else visit()

    page.select_option("#subject", code)

    expect(page.locator(".chip")).to_have_text([name])
    expect(page).to_have_url(re.compile(f"subject={code}"))
    assert show_all(settled(page)) == _ids(directory.places(subject=code))
    expect(page.locator(".place-help").first).to_contain_text(name)
    page.locator(".place").first.click()
    expect(page.locator(".capabilities .terms").first).to_contain_text(name)


def test_terms_stand_beneath_their_subject(visit, directory):
    names = {one["names"]["en"]: one["retired"] for one in directory.terms.values()}
    page = visit()

    offered = page.locator("#subject option").all_text_contents()

    assert {name for name in names if f"\u2003{name}" in " ".join(offered)} == {
        name for name, retired in names.items() if not retired
    }


def test_filter_by_area_moves_map_there(visit, directory):
    page = visit()

    page.select_option("#area", directory.area)

    expected = _ids(directory.places(area=directory.area))
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(expected)} "))
    assert show_all(page) == expected
    assert page.locator(".area-name").count() < len(directory.get("areas")["items"]) - 1


def test_filter_by_type(visit, directory):
    page = visit()

    page.select_option("#type", directory.type)

    expected = _ids(directory.places(organization_type=directory.type))
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(expected)} "))
    assert show_all(page) == expected


def test_filter_by_cooperation(visit, directory):
    page = visit()

    page.get_by_label("International cooperation only").check()

    expected = _ids(directory.places(international_cooperation="true"))
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(expected)} "))
    assert show_all(page) == expected
    assert page.locator(".place .tag").count() == len(expected)


@pytest.mark.parametrize(
    ("control", "value", "asked"), [("members", "100", "min_members"), ("capacity", "20", "min_capacity")]
)
def test_filter_by_size(visit, directory, control, value, asked):
    page = visit()

    page.select_option(f"#{control}", value)

    expected = _ids(directory.places(**{asked: value}))
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(expected)} "))
    assert show_all(page) == expected
    assert f"{control}={value}" in page.url


def test_filter_by_open_now(visit, directory):
    page = visit()

    page.get_by_label("Open now").check()

    expected = _ids(directory.places(open_now="true"))
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(expected)} " if expected else "^$"))
    expect(page).to_have_url(re.compile("open=yes"))


def test_unoffered_number_in_address_is_kept(visit, directory):
    page = visit(members="37")

    assert show_all(page) == _ids(directory.places(min_members="37"))
    assert page.locator("#members").input_value() == "37"


def test_filters_without_control_get_chips(visit, directory):
    centrals = directory.places(organization_type="central")
    central = next((one for one in centrals if directory.places(member_of=one["id"])), None)
    if central is None:
        pytest.skip("nobody is a member of another in this directory")
    whole = next(area for area in directory.get("areas")["items"] if area["level"] == "governorate")
    box = "32,25,33.5,27"
    page = visit(member_of=central["id"], bbox=box, area=whole["id"])

    chips = [whole["names"]["en"], f"member of {central['name']}", "Within a part of the map"]
    expect(page.locator(".chip")).to_have_text(chips)
    assert show_all(page) == _ids(directory.places(member_of=central["id"], bbox=box, area=whole["id"]))
    for name in ("Remove: Network", "Remove: Within", "Remove: Area"):
        page.get_by_role("button", name=name).click()

    expect(page.locator(".chips")).to_be_hidden()
    assert show_all(settled(page)) == _ids(directory.all)
    assert set(parse_qs(urlsplit(page.url).query)) <= {"lang", "at"}


def test_gateways_names_ask_the_same(visit, directory):
    page = visit(organization_type=directory.type, min_members="10", open_now="true")

    assert page.locator(".chip").count() == 3
    assert parse_qs(urlsplit(page.url).query) == {
        "lang": ["en"],
        "type": [directory.type],
        "members": ["10"],
        "open": ["yes"],
    }


def test_unusable_values_are_told(visitor, directory):
    gone = "0199a3c2-0000-7000-8000-ffffffffffff"
    asked = {
        "type": "circus",
        "members": "many",
        "bbox": "1,2,3",
        "near": "26,32",
        "utm_source": "letter",
        "open": "no",
    }
    visitor.tolerated = "422|404"
    page = visitor.open("ar", **asked, subject="none", area="XX", member_of=gone)

    codes = page.locator(".unread code")
    expect(codes).to_have_count(5)
    told = {"type=circus", "members=many", "bbox=1,2,3", "near=26,32", "subject=none", "area=XX", f"member_of={gone}"}
    assert set(codes.all_inner_texts()) < told
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator(".count")).to_have_text(re.compile(rf"^{in_digits_of('ar', len(directory.all))} "))
    page.get_by_role("button", name="إغلاق").click()
    expect(page.locator(".unread")).to_be_hidden()
    expect(page.locator("#query")).to_be_focused()


def test_five_unusable_values_are_told(visit):
    wrong = dict.fromkeys(("type", "members", "capacity", "bbox", "near", "at", "shade"), "many")

    page = visit(**wrong)

    expect(page.locator(".unread code")).to_have_count(5)


def test_late_name_leaves_what_is_typed(visitor, directory):
    one = directory.all[0]
    held = []
    page = visitor.new_page()
    page.route(f"**/organizations/{one['id']}", lambda route: held.append(route))  # noqa: PLW0108 - a method takes no mark
    visitor.go(page, member_of=one["id"])
    page.locator("#query").evaluate("field => { field.value = 'foo'; }")  # somebody types, and has not paused yet

    held.pop().continue_()

    expect(page.locator(".chip")).to_have_text([f"member of {one['name']}"])
    expect(page.locator("#query")).to_have_value("foo")


def test_late_names_leave_what_is_typed(visitor):
    held = []
    page = visitor.new_page()
    page.route("**/subjects", lambda route: held.append(route))  # noqa: PLW0108 - a method takes no mark
    page.goto(visitor.base_url)
    expect(page.locator("#query")).to_be_visible()
    page.locator("#query").evaluate("field => { field.value = 'foo'; }")

    held.pop().continue_()

    expect(page.locator("#subject option").nth(1)).to_be_attached()
    expect(page.locator("#query")).to_have_value("foo")


def test_chip_removes_one_filter(visit, directory):
    page = visit(type=directory.type, members="10")

    page.get_by_role("button", name="Remove: Type").click()

    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(".chip")).to_be_focused()
    assert show_all(settled(page)) == _ids(directory.places(min_members="10"))


def test_chips_say_what_is_set(visit, directory):
    page = visit("ar", area=directory.area, capacity="20", open="yes")

    chips = page.locator(".chip").all_inner_texts()
    area = next(area for area in directory.get("areas")["items"] if area["id"] == directory.area)
    assert chips == [area["names"]["ar"], "تتسع لـ٢٠ أسرة على الأقل", "مفتوحة الآن"]


def test_nothing_found_offers_what_to_drop(visit, directory):
    page = visit(type=directory.type, q="qqqqqqqq")

    page.get_by_role("button", name="Without “qqqqqqqq”").click()

    assert show_all(settled(page)) == _ids(directory.places(organization_type=directory.type))
    assert page.locator("#query").input_value() == ""


def test_filters_combine(visit, directory):
    asked = {"subject": directory.subject, "area": directory.area}
    page = visit(**asked)

    assert show_all(page) == _ids(directory.places(**asked))


def test_filters_stand_in_address(visit, directory):
    page = visit()

    page.select_option("#type", directory.type)
    expect(page).to_have_url(re.compile(rf"type={directory.type}"))
    before = listed(settled(page))
    page.reload()

    assert listed(settled(page)) == before
    assert page.locator("#type").input_value() == directory.type


def test_back_undoes_filter(visit, directory):
    page = visit()

    page.select_option("#type", directory.type)
    expect(page).to_have_url(re.compile("type="))
    page.go_back()

    expect(page.locator(".count")).to_have_text(re.compile(rf"^{len(directory.all)} "))
    assert page.locator("#type").input_value() == ""


def test_late_answer_does_not_replace_later_one(visit, directory):
    page = visit()
    page.route("**/tiles/organizations/**?subject=*", lambda route: _late(page, route))

    page.select_option("#subject", directory.subject)
    page.select_option("#subject", "")

    expect(page.locator("#list")).to_have_attribute("aria-busy", "false")
    page.wait_for_timeout(600)
    assert number(page.locator(".count").inner_text()) == str(len(directory.all))


def _late(page, route):
    page.wait_for_timeout(400)
    route.continue_()
