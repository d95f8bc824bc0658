"""Prove what a search of the directory finds, in which order, and that an index answers it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import orjson
import pytest
from pymongo.errors import OperationFailure

from chassis.bounded import index_is_away
from chassis.config import Config
from chassis.database import connect
from chassis.errors import Invalid
from services.gateway.directory.search import cursors, views
from services.gateway.directory.search.query import Near, Search, after_name
from services.gateway.directory.search.views import BY_NAME
from services.gateway.directory.store import INDEXES, Between
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import QENA, QUS, Projected, capable, located, organization

QENA_STATION = Near(26.164, 32.727, 50_000)


@pytest.fixture(autouse=True)
def _organizations(projected: Projected) -> None:
    projected.organizations(
        organization("ehsan", "جمعية الإحسان الخيرية", areas=QENA, locations=located(26.17, 32.72)),
        organization(
            "rahma",
            "جمعية الرحمة بقوص",
            areas=QUS,
            capabilities=capable("health", "housing"),
            locations=located(25.92, 32.76, "EG2905"),
            international_cooperation=False,
        ),
        organization(
            "amal", "مؤسسة الأمل", areas=QENA, capabilities=capable("food"), locations=[], description="رعايةٌ صحيّة"
        ),
        organization("closed", "جمعية مغلقة", areas=QENA, status="inactive"),
        organization(
            "donor",
            "Qena Donors",
            areas=QENA,
            organization_type="donor",
            capabilities=[],
            locations=located(26.2, 32.7),
        ),
    )


def found(shown: Directory, **asked: Any) -> list[str]:
    """Return the ids that a search finds, in their order."""
    return [orjson.loads(item)["id"] for item in shown.page(Search(**asked)).items]


def paged(shown: Directory, search: Search) -> list[str]:
    """Return the ids of all pages of a search, in their order."""
    ids: list[str] = []
    while True:
        page = shown.page(search)
        ids += [orjson.loads(item)["id"] for item in page.items]
        if not page.next:
            return ids
        search = replace(search, cursor=page.next)


def test_all_active_by_name(shown: Directory):
    assert found(shown) == ["donor", "ehsan", "rahma", "amal"]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"q": "الاحسان"}, {"ehsan"}),
        ({"q": "إحسان"}, {"ehsan"}),
        ({"q": "جمعيه رحم"}, {"rahma"}),
        ({"q": "صحية"}, {"amal"}),
        ({"q": "QENA don"}, {"donor"}),
        ({"q": "حسان"}, set()),
        ({"q": "مغلقة"}, set()),
        ({"q": "؟!"}, {"donor", "ehsan", "rahma", "amal"}),
        ({"q": ".*"}, {"donor", "ehsan", "rahma", "amal"}),
        ({"subject": "health"}, {"ehsan", "rahma"}),
        ({"area": "EG2901"}, {"donor", "ehsan", "amal"}),
        ({"area": "EG29"}, {"donor", "ehsan", "rahma", "amal"}),
        ({"area": "EG2901", "subject": "housing"}, set()),
        ({"area": "EG", "subject": "housing"}, {"rahma"}),
        ({"organization_type": "donor"}, {"donor"}),
        ({"international_cooperation": False}, {"rahma"}),
        ({"q": "جمعية", "subject": "health", "international_cooperation": True}, {"ehsan"}),
    ],
)
def test_filters(shown: Directory, asked: dict[str, Any], ids: set[str]):
    assert set(found(shown, **asked)) == ids


@pytest.mark.parametrize("few", [1, 2])
def test_common_words_find_the_same(shown: Directory, monkeypatch: pytest.MonkeyPatch, few: int):
    narrowed: list[dict[str, Any]] = [{}, {"area": "EG2901"}, {"subject": "health"}, {"near": QENA_STATION}]
    words = ("جمعية", "جمعيه رحم", "QENA don", "صحية", "غير موجود")
    wanted = [{"q": q, **more} for q in words for more in narrowed]
    expected = [found(shown, **asked) for asked in wanted]
    monkeypatch.setattr(views, "FEW", few)

    assert [found(shown, **asked) for asked in wanted] == expected


@pytest.mark.parametrize("limit", [1, 2, 10])
@pytest.mark.parametrize("narrowed", [{}, {"area": "EG2901"}])
def test_very_word_before_longer_ones(projected: Projected, shown: Directory, limit: int, narrowed: dict[str, Any]):
    projected.organizations(
        organization("longer", "ا رحمن", areas=QENA),
        organization("both", "ب رحم رحمن", areas=QENA),
        organization("very", "ي رحم", areas=QENA),
        organization("last", "ا رحيم", areas=QENA),
    )

    seen = paged(shown, Search(q="رح", limit=limit, **narrowed))

    assert [one for one in seen if one != "rahma"] == ["both", "very", "longer", "last"]


def test_search_of_nothing_yet_finds_nothing(config: Config):
    with closing(connect(config, "nothing_yet").client) as client:
        nothing = Directory(client[config.database("nothing_yet")])

        assert nothing.page(Search(q="جمعية")).items == list(nothing.features(Search(q="جمعية"))) == []


def test_nearest_first(shown: Directory):
    page = shown.page(Search(near=QENA_STATION))

    places = [(one["id"], one["distance_m"]) for one in map(orjson.loads, page.items)]
    assert [id_ for id_, _ in places] == ["ehsan", "donor", "rahma"]
    assert 900 < places[0][1] < 1100


def test_within_a_distance(shown: Directory):
    assert found(shown, near=Near(26.164, 32.727, 2_000)) == ["ehsan"]


@pytest.mark.parametrize("near", [None, QENA_STATION])
def test_pages_show_each_once(projected: Projected, shown: Directory, near: Near | None):
    projected.organizations(
        *(organization(f"same-{number}", "الاسم نفسه", locations=located(26.17, 32.72)) for number in range(7))
    )

    seen = paged(shown, Search(near=near, limit=2))

    assert len(seen) == len(set(seen)) == (10 if near else 11)


@pytest.mark.parametrize("ties", [0, 3, 200])
def test_many_at_one_distance_are_in_order(
    projected: Projected, shown: Directory, monkeypatch: pytest.MonkeyPatch, ties: int
):
    monkeypatch.setattr(views, "TIES", ties)
    ids = [f"same-{number:03}" for number in range(50)]
    projected.organizations(*(organization(id_, "الاسم نفسه", locations=located(26.3, 32.8)) for id_ in ids))

    seen = paged(shown, Search(near=QENA_STATION, limit=6))

    assert seen == ["ehsan", "donor", *ids, "rahma"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsIDJd", "!!", cursors.write((1.5, "x"))])
def test_strange_cursor_is_refused(shown: Directory, cursor: str):
    with pytest.raises(Invalid):
        shown.page(Search(cursor=cursor))


@pytest.mark.parametrize("place", [("زز", "زز", ""), ("جمعيه", "ز", ""), ("", "", ""), ("جمعيه", "", "")])
def test_cursor_of_other_words_is_refused(shown: Directory, place: tuple[str, str, str]):
    with pytest.raises(Invalid):
        shown.page(Search(q="جمعية", cursor=cursors.write(place)))


@pytest.mark.parametrize(("term", "id_"), [("a\U0010ffff\U0010ffff", "x"), ("a\U0010ffff", "")])
def test_cursor_beyond_the_word_is_refused(shown: Directory, term: str, id_: str):
    with pytest.raises(Invalid):
        shown.page(Search(q="a", cursor=cursors.write(("a", term, id_))))


def test_map_shows_what_has_a_place(shown: Directory):
    features = [orjson.loads(one) for one in shown.features(Search())]

    assert {one["properties"]["id"] for one in features} == {"ehsan", "rahma", "donor"}
    assert set(features[0]["properties"]) == {
        "id", "name", "organization_type", "subjects", "terms", "international_cooperation", "area"
    }  # fmt: skip


def test_map_obeys_filters(shown: Directory):
    assert [orjson.loads(one)["id"] for one in shown.features(Search(subject="housing"))] == ["rahma"]


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({}, None),
        ({}, ("جمعيه", "ehsan")),
        ({"subject": "health", "area": "EG29"}, ("جمعيه", "ehsan")),
        ({"organization_type": "donor", "international_cooperation": True}, None),
        ({"q": "الاحسان جمعيه"}, None),
    ],
)
def test_search_uses_an_index(projected: Projected, asked: dict[str, Any], place: Any):
    conditions = Search(**asked).conditions() | (after_name(place) if place else {})

    plan = projected.database["directory_organizations"].find(conditions).sort(BY_NAME).limit(51).explain()

    stages = list(stages_of(plan["queryPlanner"]["winningPlan"]))
    assert "COLLSCAN" not in stages
    assert "IXSCAN" in stages


def test_order_by_name_is_the_indexs(projected: Projected):
    plan = (
        projected.database["directory_organizations"]
        .find(Search(subject="health").conditions())
        .sort(BY_NAME)
        .explain()
    )

    assert "SORT" not in list(stages_of(plan["queryPlanner"]["winningPlan"]))


def test_read_by_id_is_the_fastest(projected: Projected):
    plan = projected.database["directory_organizations"].find({"_id": "ehsan"}).explain()

    assert list(stages_of(plan["queryPlanner"]["winningPlan"])) == ["IDHACK"]


@pytest.mark.parametrize(
    ("collection", "conditions"),
    [
        ("directory_referrals", {"organization": {"$in": ["ehsan"]}, "accepted": True}),
        ("directory_referrals", {"accepted": True}),
        ("directory_organizations", {"applied_at": {"$gt": None}}),
        ("directory_organizations", {"_id": Between("a", "c", ["b"]).left_out, "removed": {"$ne": True}}),
        ("directory_areas", {"heard_at": {"$not": {"$gte": None}}, "removed": {"$ne": True}}),
        ("directory_rebuilds", {"open": True}),
    ],
)
def test_projectors_queries_use_an_index(projected: Projected, collection: str, conditions: dict[str, Any]):
    plan = projected.database[collection].find(conditions).explain()

    assert "COLLSCAN" not in list(stages_of(plan["queryPlanner"]["winningPlan"]))


def stages_of(plan: dict[str, Any]) -> Any:
    """Yield the names of a plan's stages."""
    yield plan.get("stage")
    for inner in (plan.get("inputStage"), *plan.get("inputStages", ())):
        if inner:
            yield from stages_of(inner)


@pytest.mark.parametrize("standing", [["terms", "_id"], []])
def test_words_wait_while_their_index_is_exchanged(projected: Projected, shown: Directory, standing: list[str]):
    organizations = projected.database["directory_organizations"]
    organizations.drop_index("words")
    if standing:
        organizations.create_index(standing, name="words")
    try:
        with pytest.raises(OperationFailure) as refused:
            found(shown, q="احسان")
    finally:
        organizations.drop_index("words") if standing else None
        organizations.create_indexes(list(INDEXES["directory_organizations"]))

    assert index_is_away(refused.value)
