"""Prove that every query of the registry's stores is answered by an index."""

import pytest

from contracts.policy import Scope
from services.registry.agencies.views import AgencyView, Wanted

SEARCHES = [
    {"q": "جمعية"},
    {"q": "جمعية احسان", "area": "EG2901"},
    {"area": "EG2901"},
    {"subject": "food"},
    {"subject": "food", "status": "active"},
    {"subject": "food.kitchen"},
    {"status": "inactive"},
    {"outside_area": True},
    {"area": "EG2901", "outside_area": False},
    {"q": "احسان", "area": "EG29", "subject": "food", "status": "active"},
    {},
]
PLAIN = {"q": "", "area": "", "subject": None, "status": None, "outside_area": None}


def rows(count):
    return [
        {
            "row": number,
            "organization": {
                "name": f"جمعية {number}",
                "external_id": str(number),
                "area": ("EG2901", "EG2902", "EG28")[number % 3],
                "status": "inactive" if number % 5 == 0 else "active",
                "capabilities": [{"subject": ("food", "housing")[number % 2]}],
                "locations": [{"longitude": 32 + number / 500, "latitude": 26.1}] if number % 4 else [],
            },
        }
        for number in range(1, count + 1)
    ]


@pytest.fixture
def profiled(house):
    """Give a registry of some size, whose database notes how it answers."""
    house.put(rows(300))
    house.database.command("profile", 2)
    yield house
    house.database.command("profile", 0)
    house.database.drop_collection("system.profile")


def plans(house):
    """Return ``(collection, plan, command)`` of every query since profiling began."""
    seen = house.database["system.profile"].find(
        {"ns": {"$regex": r"\.(organizations|services|areas|terms|claims|revisions|history)$"}}
    )
    return [(each["ns"], each.get("planSummary", ""), each["command"]) for each in seen]


def scans(house):
    return [each for each in plans(house) if "COLLSCAN" in each[1]]


@pytest.mark.parametrize("scope", [Scope(), Scope(area="EG29")], ids=["node", "area"])
@pytest.mark.parametrize("wanted", SEARCHES, ids=str)
def test_search_uses_an_index(profiled, wanted, scope):
    list(profiled.organizations.search(PLAIN | wanted, scope, "", 50))

    assert plans(profiled)
    assert scans(profiled) == []


def test_reads_use_an_index(profiled):
    one = next(profiled.organizations.page("", 1))
    profiled.organizations.get(one.id, Scope(area=one.area))
    list(profiled.areas.page("", 50))
    profiled.areas.get("EG2901")
    profiled.areas.tree()

    assert len(plans(profiled)) >= 6
    assert scans(profiled) == []


def test_writes_use_an_index(profiled):
    changed = rows(40)
    changed[3]["organization"]["members_count"] = 5
    profiled.put(changed, "import-2")
    number = profiled.register(name="جمعية جديدة", area="EG2901")
    profiled.change(number, members_count=3)
    profiled.put_areas([{"id": "EG2909", "level": "county", "parent": "EG29", "names": {"en": "Qus"}}])

    assert scans(profiled) == []


@pytest.mark.parametrize("point", [(32.75, 26.15), None], ids=["point", "centre"])
@pytest.mark.parametrize("area", ["EG2901", "EG29", "EG"])
def test_agencies_use_an_index(profiled, area, point):
    AgencyView(profiled.database).find(Wanted("food", profiled.areas.get(area), point, 10))

    assert len(plans(profiled)) >= 3
    assert scans(profiled) == []


def test_nearest_look_at_few(profiled):
    AgencyView(profiled.database).find(Wanted("food", profiled.areas.get("EG2901"), (32.75, 26.15), 5))

    near = profiled.database["system.profile"].find({"command.pipeline.0.$geoNear.query.covers": "food@EG2901"})

    assert [each["docsExamined"] < 100 for each in near] == [True]


def test_belonging_uses_an_index(profiled):
    profiled.organizations.named_by_others("org-1", None)
    profiled.organizations.hold(["org-1"], Scope(), None)

    assert len(plans(profiled)) == 3
    assert scans(profiled) == []


SERVICE_SEARCHES = [
    {},
    {"q": "خدمة 1"},
    {"area": "EG2901"},
    {"subject": "food", "status": "inactive"},
    {"subject": "food.kitchen"},
    {"q": "خدمة", "area": "EG29", "subject": "food", "status": "active"},
]


@pytest.fixture
def serving(house):
    """Give a registry of some services, whose database notes how it answers, and the id of who gives them."""
    owners = [one["id"] for one in house.put(rows(30))]
    house.put_services([a_service(owners[number % 30], number) for number in range(1, 121)])
    house.database.command("profile", 2)
    yield house, owners[0]
    house.database.command("profile", 0)
    house.database.drop_collection("system.profile")


def a_service(owner, number):
    given = {"organization_id": owner, "name": f"خدمة {number}", "external_id": str(number)}
    return {"row": number, "service": {**given, "subjects": [("food", "housing")[number % 2]]}}


@pytest.mark.parametrize("scope", ["node", "area", "organization"])
@pytest.mark.parametrize("wanted", [*SERVICE_SEARCHES, {"organization_id": "own"}], ids=str)
def test_search_of_services_uses_an_index(serving, wanted, scope):
    house, owner = serving
    plain = {**PLAIN, "organization_id": "", **wanted}
    bound = {"node": Scope(), "area": Scope(area="EG29"), "organization": Scope(organization=owner)}[scope]

    list(house.services.search({**plain, "organization_id": owner if plain["organization_id"] else ""}, bound, "", 50))

    assert plans(house)
    assert scans(house) == []


def test_services_are_read_and_written_by_indexes(serving):
    house, owner = serving
    number = house.register_service(owner, subjects=["food"])
    house.change_service(number, alert="مغلق")
    list(house.services.page("", 50))
    house.put_services([a_service(owner, 1)], "import-2")
    house.change(owner, area="EG2902")
    house.remove_service(number)
    house.remove(owner)

    assert len(plans(house)) >= 10
    assert scans(house) == []


def test_history_uses_an_index(serving):
    house, owner = serving
    number = house.register_service(owner)
    house.change_service(number, alert="مغلق")
    house.told_of_service(number)
    house.change(owner, members_count=5)
    house.told(owner)
    house.put_areas([{"id": "EG", "level": "country", "names": {"en": "Egypt"}}])
    house.told_of_area("EG")
    house.remove(owner)
    house.history.erase()

    assert [each for each in plans(house) if each[0].endswith(".history")]
    assert scans(house) == []
