"""Prove what HSDS's lists find in a real directory, how they are paged, and that an index answers them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from chassis.bounded import LONGEST_MS, Bounded
from chassis.ids import new_id
from services.gateway.api.examples.case import AREAS
from services.gateway.api.examples.hsds import PLACES
from services.gateway.directory.views import Directory
from services.gateway.hsds.asked import OrganizationsAsked
from services.gateway.hsds.lists import views
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, ORGANIZATIONS_TAXONOMY, term_id
from tests.hsds import faults, needs_schemas
from tests.integration.gateway.directories import Projected, area, capable, located, organization
from tests.integration.gateway.test_search import stages_of

HEALTH, DONOR = term_id(NEEDS_TAXONOMY, "health", "ar"), term_id(ORGANIZATIONS_TAXONOMY, "donor")
OTHERS = new_id()
CHARITY = [{"id": new_id(), "link_type": "taxonomy", "taxonomy_term_id": OTHERS, "value": "", "label": "Charity"}]
EHSAN, RAHMA, AMAL, CLOSED, DONORS = (new_id() for _ in range(5))


@pytest.fixture(autouse=True)
def _organizations(projected: Projected) -> None:
    projected.areas(*(area(code, **PLACES[code]) for code in AREAS))
    projected.organizations(
        organization(EHSAN, "جمعية الإحسان الخيرية", capabilities=capable("health"), locations=located(26.17, 32.72)),
        organization(RAHMA, "جمعية الرحمة بقوص", capabilities=capable("health", "housing")),
        organization(AMAL, "مؤسسة الأمل", capabilities=capable("food"), locations=[], attributes=CHARITY),
        organization(CLOSED, "جمعية مغلقة", status="inactive"),
        organization(DONORS, "Qena Donors", organization_type="donor", capabilities=[], attributes=CHARITY),
    )


def found(shown: Directory, **asked: Any) -> list[str]:
    """Return the ids on a page, in their order."""
    page = orjson.loads(shown.hsds.organizations_page(OrganizationsAsked(**asked)).body)
    assert page["total_items"] >= page["size"] == len(page["contents"])
    return [one["id"] for one in page["contents"]]


def total(shown: Directory, **asked: Any) -> int:
    """Return how many are said to be found."""
    return shown.hsds.organizations_page(OrganizationsAsked(**asked)).total


def test_all_active_by_name(shown: Directory):
    assert found(shown) == [DONORS, EHSAN, RAHMA, AMAL]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"search": "الاحسان"}, {EHSAN}),
        ({"search": "جمعيه"}, {EHSAN, RAHMA}),
        ({"search": "مغلقة"}, set()),
        ({"taxonomy_term_id": HEALTH}, {EHSAN, RAHMA}),
        ({"taxonomy_term_id": HEALTH, "search": "رحمة"}, {RAHMA}),
        ({"taxonomy_term_id": DONOR}, {DONORS}),
        ({"taxonomy_id": NEEDS_TAXONOMY.id}, {EHSAN, RAHMA, AMAL}),
        ({"taxonomy_id": ORGANIZATIONS_TAXONOMY.id}, {EHSAN, RAHMA, AMAL, DONORS}),
        ({"taxonomy_id": NEEDS_TAXONOMY.id, "taxonomy_term_id": DONOR}, set()),
        ({"taxonomy_id": "nothing"}, set()),
        ({"taxonomy_term_id": OTHERS}, {AMAL, DONORS}),
        ({"taxonomy_term_id": OTHERS, "search": "الأمل"}, {AMAL}),
        ({"taxonomy_term_id": OTHERS, "taxonomy_id": NEEDS_TAXONOMY.id}, set()),
        ({"taxonomy_term_id": new_id()}, set()),
    ],
)
def test_filters_narrow_all_together(shown: Directory, asked: dict[str, Any], ids: set[str]):
    assert set(found(shown, **asked)) == ids
    assert total(shown, **asked) == len(ids)


def test_inactive_is_not_there(shown: Directory):
    assert shown.hsds.organizations([CLOSED, "nothing"]) == {}


def test_record_is_whole(shown: Directory):
    body = orjson.loads(shown.hsds.organizations([EHSAN])[EHSAN][0])

    assert body["locations"][0]["addresses"][0]["city"] == "مركز قنا"
    assert [one["taxonomy_term"]["code"] for one in body["attributes"]] == [
        "health", "community", "international_cooperation"
    ]  # fmt: skip


def test_area_is_named_as_it_is_called_now(projected: Projected, shown: Directory):
    renamed = {"ar": "مدينة قنا", "fa": "قنا", "en": "Qena City"}
    before = orjson.loads(shown.hsds.organizations([EHSAN])[EHSAN][0])["locations"][0]["addresses"][0]["city"]
    projected.areas(area("EG2901", **PLACES["EG2901"] | {"names": renamed}, version=2))

    body = orjson.loads(shown.hsds.organizations([EHSAN])[EHSAN][0])

    assert (before, body["locations"][0]["addresses"][0]["city"]) == ("مركز قنا", "مدينة قنا")


def test_recount_of_referrals_keeps_the_address(projected: Projected, shown: Directory):
    projected.accepted(EHSAN, 7)

    body = orjson.loads(shown.hsds.organizations([EHSAN])[EHSAN][0])

    assert body["locations"][0]["addresses"][0]["state_province"] == "قنا"


def test_lines_are_all_records(shown: Directory):
    lines = [orjson.loads(body) for body in shown.hsds.all_organizations(OrganizationsAsked(full=True))]

    assert [one["id"] for one in lines] == [DONORS, EHSAN, RAHMA, AMAL]
    assert all("attributes" in one for one in lines)


@pytest.mark.parametrize("search", ["", "الاسم"])
@pytest.mark.parametrize("milestone", [3, 10_000])
def test_any_order_of_pages_shows_each_once(
    projected: Projected, shown: Directory, monkeypatch: pytest.MonkeyPatch, search: str, milestone: int
):
    monkeypatch.setattr(views, "MILESTONE", milestone)
    same = [new_id() for _ in range(12)]
    projected.organizations(*(organization(id_, f"الاسم {number // 5}") for number, id_ in enumerate(same)))

    asked = OrganizationsAsked(search=search, per_page=2)
    pages = [found(shown, search=search, per_page=2, page=number) for number in (7, 3, 8, 1, 2, 6, 5, 4)]

    seen = [id_ for page in pages for id_ in page]
    assert len(seen) == len(set(seen)) == shown.hsds.organizations_page(asked).total == (12 if search else 16)


def test_page_beyond_the_last_is_empty(shown: Directory):
    page = orjson.loads(shown.hsds.organizations_page(OrganizationsAsked(page=9)).body)

    assert (page["empty"], page["last_page"], page["total_items"]) == (True, True, 4)


def test_words_find_so_many_and_no_more(projected: Projected, shown: Directory, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(views, "FOUND_MOST", 3)
    projected.organizations(*(organization(new_id(), "جمعية أخرى") for _ in range(3)))

    pages = [found(shown, search="جمعية", per_page=2, page=number) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [2, 1, 0]
    assert total(shown, search="جمعية") == 3


def test_place_in_the_order_is_read_from_the_index(projected: Projected, shown: Directory):
    selection = OrganizationsAsked(taxonomy_id=NEEDS_TAXONOMY.id).selection
    conditions = {**selection.conditions, "sort": {"$gte": "جمعيه"}}
    reader = shown.hsds._organization_list._reader(Bounded(projected.database["directory_organizations"], LONGEST_MS))

    walk = reader._sorted(selection, conditions, {"sort": 1}).skip(1).limit(1)

    stages = list(stages_of(walk.explain()["queryPlanner"]["winningPlan"]))

    assert "PROJECTION_COVERED" in stages
    assert not {"FETCH", "SORT"} & set(stages)


@pytest.mark.parametrize("asked", [{}, {"taxonomy_term_id": HEALTH}, {"taxonomy_term_id": DONOR}])
def test_count_reads_the_index_alone(projected: Projected, asked: dict[str, Any]):
    conditions = OrganizationsAsked(**asked).selection.conditions
    counting = {"count": "directory_organizations", "query": conditions, "hint": "facets"}

    plan = projected.database.command("explain", counting)

    assert "FETCH" not in list(stages_of(plan["queryPlanner"]["winningPlan"]))


def test_total_is_believed_for_a_while(projected: Projected, shown: Directory):
    before = total(shown, per_page=2)

    projected.organizations(organization(new_id(), "جمعية جديدة"))

    again, others = total(shown, per_page=2), total(Directory(projected.database), per_page=2)
    assert (before, again, others) == (4, 4, 5)


def test_what_is_new_is_on_the_last_page_at_once(projected: Projected, shown: Directory):
    before = found(shown, search="جديدة")
    id_ = new_id()

    projected.organizations(organization(id_, "جمعية جديدة"))

    assert (before, found(shown, search="جديدة"), total(shown)) == ([], [id_], 5)


@needs_schemas
def test_schemas_of_hsds_are_obeyed(shown: Directory):
    asked = OrganizationsAsked(per_page=500)

    flat = orjson.loads(shown.hsds.organizations_page(asked).body)["contents"]
    full = orjson.loads(shown.hsds.organizations_page(replace(asked, full=True)).body)["contents"]

    assert [fault for one in flat for fault in faults("organization_list", one)] == []
    assert [fault for one in full for fault in faults("organization", one)] == []
