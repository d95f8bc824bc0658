"""Prove that areas are shaded by what is published of them, and that the table tells the same without the map."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import settled
from tests.browser.test_accessibility import EACH_LANGUAGE_AND_SIZE, violations

pytestmark = pytest.mark.slow

NO_WEBGL = "HTMLCanvasElement.prototype.getContext = () => null"
FIGURES = "**/figures/areas"
ORGANIZATIONS, NEEDS = 1, 6


def _areas(directory):
    """Return the figures of the areas within the governorate, by their codes."""
    items = directory.get("figures/areas")["items"]
    return {one["area"]: one for one in items if one["level"] == "county"}


def _column(page, number):
    return page.locator(f".figures-table tbody tr > :nth-child({number + 1})").all_inner_texts()


def test_nothing_is_shaded_at_first(visitor):
    asked: list[str] = []
    page = visitor.new_page()
    page.on("request", lambda request: asked.append(request.url))

    visitor.go(page)

    expect(page.locator(".shade-key")).to_be_hidden()
    assert asked
    assert not any("figures/areas" in url for url in asked)


def test_shade_stands_in_address(visit):
    page = visit()

    page.select_option("#shade", "organizations")

    expect(page).to_have_url(re.compile("shade=organizations"))
    expect(page.locator(".shade-key h2")).to_have_text("Organizations")
    page.reload()
    expect(settled(page).locator(".shade-key h2")).to_have_text("Organizations")


def test_key_holds_every_number(visit, directory):
    page = visit(shade="organizations")

    rows = page.locator(".shade-key li")
    expect(rows.first).to_be_visible()
    ranges = [[int(number) for number in re.findall(r"\d+", text)] for text in rows.all_inner_texts()]
    assert len(ranges) <= 5
    for one in _areas(directory).values():
        assert any(least <= one["organizations"] <= most for least, *_, most in ([*each, each[-1]] for each in ranges))


def test_unpublished_is_a_class_of_its_own(visitor, directory):
    figures = directory.get("figures/areas")
    for one in figures["items"][-3:]:
        one |= {"open_needs": None, "open_needs_per_1000_families": None}
    page = visitor.new_page()
    page.route(FIGURES, lambda route: route.fulfill(json=figures))

    visitor.go(page, shade="open_needs")

    expect(page.locator(".shade-key li").last).to_have_text("Not published, or not known")


@pytest.mark.parametrize("below", [False, True])
def test_shades_are_of_help_asked_for(visit, directory, below):
    code = next(iter(directory.terms), None) if below else directory.subject
    if code is None:
        pytest.skip("nobody bears a term in this directory")
    page = visit(shade="organizations", subject=code)

    subject = code.split(".")[0]
    name = next(one["names"]["en"] for one in directory.get("subjects")["items"] if one["code"] == subject)
    expect(page.locator(".shade-key h2")).to_have_text(f"Organizations · {name}")
    most = max(one["by_subject"][subject]["organizations"] for one in _areas(directory).values())
    expect(page.locator(".shade-key li").last).to_have_text(re.compile(rf"\b{most}$"))


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({"shade": "organizations"}, []),
        ({"shade": "organizations", "subject": "health"}, []),
        ({"shade": "members", "subject": "health"}, ["Of all kinds of help: this figure is not known by kind."]),
        ({"shade": "members", "type": "central"}, ["Other filters do not change these figures."]),
        ({"shade": "members", "q": "قنا", "cooperation": "yes"}, ["Other filters do not change these figures."]),
    ],
)
def test_key_says_what_is_not_counted_by(visit, state, told):
    page = visit(**state)

    expect(page.locator(".shade-key h2")).to_be_visible()
    assert page.locator(".shade-key .shade-note").all_inner_texts() == told


def test_key_says_that_terms_are_not_counted(visit, directory):
    term = next(iter(directory.terms), None)
    if term is None:
        pytest.skip("nobody bears a term in this directory")
    page = visit(shade="organizations", subject=term)

    expect(page.locator(".shade-note")).to_have_text(re.compile("as a whole, not of what lies below it"))


def test_needs_are_shaded_by_help_asked_for(visitor, directory):
    figures = directory.get("figures/areas")
    for at, one in enumerate(figures["items"]):
        one |= {"families_in_care": 40, "open_needs": 900, "open_needs_per_1000_families": 22_500}
        one["by_subject"] = {"health": {"organizations": 3, "free_capacity": None, "open_needs": 5 * (1 + at % 2)}}
    page = visitor.new_page()
    page.route(FIGURES, lambda route: route.fulfill(json=figures))

    visitor.go(page, shade="open_needs", subject="health")

    expect(page.locator(".shade-key li")).to_have_text(["125", "250"])
    expect(page.locator(".shade-key h2")).to_have_text("Open needs per 1,000 families · Health")


def test_table_counts_by_help_asked_for(visit, directory):
    subject = directory.subject
    page = visit(panel="table", subject=subject, shade="organizations")

    expect(page.locator(".counted-note")).to_have_text(re.compile("all other figures are of all kinds of help"))
    for code, one in _areas(directory).items():
        cells = page.locator(f'.figures-table tr[data-area="{code}"] td')
        expect(cells.first).to_have_text(f"{one['by_subject'][subject]['organizations']:,}")
        assert cells.nth(1).inner_text() == f"{one['members']:,}"


def test_table_follows_the_filters(visit, directory):
    page = visit(panel="table")
    first, one = next(iter(_areas(directory).items()))
    cell = page.locator(f'.figures-table tr[data-area="{first}"] td').first
    expect(cell).to_have_text(f"{one['organizations']:,}")

    page.select_option("#subject", directory.subject)

    expect(cell).to_have_text(f"{one['by_subject'][directory.subject]['organizations']:,}")


@pytest.mark.parametrize("panel", ["table", "gaps"])
def test_panel_says_that_other_filters_do_not_count(visit, panel):
    page = visit(panel=panel, type="central")

    expect(page.locator(f".{panel}-panel .counted-note")).to_have_text("Other filters do not change these figures.")


@pytest.mark.parametrize(("lang", "digits"), [("ar", "[٠-٩]"), ("fa", "[۰-۹]")])
def test_key_has_digits_of_language(visit, lang, digits):
    page = visit(lang, shade="members")

    expect(page.locator(".shade-key li").first).to_have_text(re.compile(digits))


def test_failing_figures_can_be_retried(visitor):
    visitor.tolerated = "503"
    page = visitor.new_page()
    page.route(FIGURES, lambda route: route.fulfill(status=503), times=1)
    visitor.go(page, shade="members")
    expect(page.locator(".shade-key")).to_contain_text("cannot be loaded")

    page.locator(".shade-key").get_by_role("button", name="Try again").click()

    expect(page.locator(".shade-key h2")).to_have_text("Members")


def test_table_tells_the_same(visit, directory):
    page = visit()

    page.get_by_role("button", name="Table").click()

    expect(page.locator(".table-panel h2")).to_be_focused()
    table = page.get_by_role("table", name=re.compile("Organizations, help and needs"))
    expect(table.locator("tbody tr")).to_have_count(len(_areas(directory)))
    for one in _areas(directory).values():
        cells = table.locator(f'tr[data-area="{one["area"]}"] td').all_inner_texts()
        assert cells[0] == f"{one['organizations']:,}"
        assert cells[NEEDS - 1] == ("not published" if one["open_needs"] is None else f"{one['open_needs']:,}")


def test_table_is_sorted_by_column(visit):
    page = visit(panel="table")
    expect(page.locator(".figures-table")).to_be_visible()

    page.get_by_role("button", name="Organizations", exact=True).press("Enter")
    falling = [int(text) for text in _column(page, ORGANIZATIONS)]
    page.get_by_role("button", name=re.compile("^Organizations")).press("Enter")
    rising = [int(text) for text in _column(page, ORGANIZATIONS)]

    assert falling == sorted(falling, reverse=True)
    assert rising == sorted(rising)
    expect(page.locator('th[aria-sort="ascending"]')).to_have_text(re.compile("^Organizations"))
    expect(page.locator('[data-column="organizations"]')).to_be_focused()


def test_unpublished_sorts_last_either_way(visitor, directory):
    figures = directory.get("figures/areas")
    counties = [one for one in figures["items"] if one["level"] == "county"]
    counties[0] |= {"open_needs": None}
    page = visitor.new_page()
    page.route(FIGURES, lambda route: route.fulfill(json=figures))
    visitor.go(page, panel="table")

    for _ in range(2):
        page.locator('[data-column="open_needs"]').click()

        assert _column(page, NEEDS)[-1] == "not published"


def test_table_works_without_map(visitor, directory):
    page = visitor.new_page()
    page.add_init_script(NO_WEBGL)
    visitor.go(page)

    page.get_by_role("button", name="Table").click()

    expect(page.locator(".figures-table tbody tr").first).to_be_visible()


def test_table_closes_to_its_button(visit):
    page = visit()
    page.get_by_role("button", name="Table").press("Enter")
    expect(page.locator(".table-panel h2")).to_be_focused()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Table")).to_be_focused()
    expect(page.locator("#list")).to_be_visible()


def test_no_figures_yet_is_told(visitor):
    page = visitor.new_page()
    page.route(FIGURES, lambda route: route.fulfill(json={"as_of": None, "items": []}))

    visitor.go(page, panel="table", shade="members")

    expect(page.get_by_text("No figures of areas yet")).to_be_visible()


@pytest.mark.parametrize(("lang", "size"), EACH_LANGUAGE_AND_SIZE)
def test_shades_and_table_pass(visit, lang, size):
    page = visit(lang, size, shade="members", panel="table")
    expect(page.locator(".figures-table tbody tr").first).to_be_visible()

    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
