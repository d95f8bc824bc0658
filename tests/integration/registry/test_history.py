"""Prove that the history tells who changed what of a record, and to whom."""

from datetime import timedelta

import pytest

from chassis import clock
from chassis.errors import Conflict, NotFound
from chassis.identity import Actor
from contracts.policy import Scope
from contracts.registry import GET_ORGANIZATION_HISTORY, HISTORY_DAYS, HISTORY_VERSIONS
from services.registry.history import store
from services.registry.history.desk import read
from services.registry.history.domain import ORGANIZATION, Entry, Stamp
from services.registry.history.store import HistoryStore
from tests.integration.registry.house import OFFICER, OPERATOR, QENA, call_of, changes, steps
from tests.unit.registry.builders import square

FAR = Actor("officer-2", "officer", area="EG28")


def test_changes_are_told_newest_first(house):
    number = house.register(OFFICER, name="جمعية الإحسان", area="EG2901", members_count=120)
    house.change(number, members_count=135)
    house.change(number, OFFICER, assured_date="2026-03-01", assurer_email="o@qena.example")

    told = house.told(number)

    assert steps(told) == [
        (3, "assure", "officer:officer-1"),
        (2, "update", "operator:operator-1"),
        (1, "create", "officer:officer-1"),
    ]
    assert changes(told[1]) == [("members_count", 120, 135)]
    assert {one["operation"] for one in told[:2]} == {"registry.change_organization"}


def test_new_rows_write_no_entry(house):
    rows = [{"row": number, "organization": {"name": f"جمعية {number}", "area": "EG2901"}} for number in (1, 2, 3)]

    made = house.put(rows)

    assert house.count("history") == 0
    first = house.told(made[0]["id"])[0]
    assert (first["last_action_type"], first["operation"]) == ("create", "registry.put_organizations")
    assert (first["source"], first["import_id"]) == ("moss", "import-1")


def test_import_tells_all_its_changes_at_once(house):
    rows = [{"row": number, "organization": {"name": f"جمعية {number}", "area": "EG2901"}} for number in (1, 2, 3)]
    made = house.put(rows)
    for row in rows:
        row["organization"]["members_count"] = 7
    house.commands.names.clear()

    house.put(rows, "import-2")

    assert house.count("history") == 3
    assert house.commands.names.count("update") == 1
    newest = house.told(made[0]["id"])[0]
    assert (newest["version"], newest["import_id"], newest["changes"][0]["field_name"]) == (
        2,
        "import-2",
        "members_count",
    )


def test_services_have_a_history_of_their_own(house):
    owner = house.register(name="جمعية الإحسان", area="EG2901")
    number = house.register_service(owner, OFFICER)
    house.change_service(number, alert="مغلق")
    house.change(owner, area="EG2902")

    told = house.told_of_service(number)

    assert [(one["version"], one["operation"]) for one in told] == [
        (3, "registry.change_organization"),
        (2, "registry.change_service"),
        (1, "registry.register_service"),
    ]
    assert changes(told[0])[0] == ("area", "EG2901", "EG2902")


def test_place_is_told_by_itself(house):
    office, store = {"name": "المقر", "area": "EG2901"}, {"name": "المخزن", "area": "EG2901"}
    number = house.register(name="جمعية الإحسان", locations=[office, store])
    house.change(number, members_count=120)
    house.change(number, locations=[office, {**store, "phones": [{"number": "096 5331234"}], "address": "دشنا"}])
    place = house.organizations.get(number, Scope()).locations[1].id

    told = house.told(number, resource_id=place)

    assert [one["version"] for one in told] == [3]
    assert {(one["resource_type"], one["resource_id"]) for one in told[0]["changes"]} == {("location", place)}
    assert [name for name, _, _ in changes(told[0])] == ["address", "phones"]


def test_areas_have_a_history_of_their_own(house):
    house.put_areas([{**QENA[2], "aliases": ["بندر قنا"], "centre": [32.75, 26.15]}])
    house.put_areas([{**QENA[2], "aliases": ["مدينة قنا"], "centre": [32.75, 26.16]}])

    told = house.told_of_area("EG2901")

    assert [(one["version"], one["operation"]) for one in told] == [
        (version, "registry.put_areas") for version in (3, 2, 1)
    ]
    assert changes(told[0]) == [
        ("aliases", ["بندر قنا"], ["مدينة قنا"]),
        ("centre", [32.75, 26.15], [32.75, 26.16]),
    ]


def test_area_names_the_file_that_changed_it(house):
    house.put_areas([{**QENA[2], "aliases": ["بندر قنا"]}], source="adm2.geojson", **{"import": "load-7"})

    told = house.told_of_area("EG2901")

    assert [(one["source"], one["import_id"]) for one in told] == [("adm2.geojson", "load-7"), ("", "")]
    assert house.database["audit"].find_one({"action": "area.put", "why": "import:load-7"})["record"] == "EG2901"


def test_outline_is_told_without_values(house):
    house.put_areas([{**QENA[2], "outline": square(32.7, 26.1, 0.2), "centre": [32.75, 26.15]}])

    newest = house.told_of_area("EG2901")[0]

    assert ("outline", None, None) in changes(newest)
    assert "coordinates" not in str(list(house.database["history"].find()))


def test_each_version_of_an_area_is_told(house):
    spelling = {"id": "EG2903", "level": "county", "parent": "EG29", "names": {"ar": "دشنا"}}
    house.put_areas([spelling, {**spelling, "names": {"ar": "دشنا", "en": "Deshna"}}])

    told = house.told_of_area("EG2903")

    assert steps(told) == [(2, "update", "operator:operator-1"), (1, "create", "operator:operator-1")]


def test_areas_in_bulk_are_noted_at_once(house):
    house.put_areas([{**area, "valid_from": "2026-01-01"} for area in QENA])

    assert house.count("history") == len(QENA)
    assert house.commands.names.count("insert") == len(["history", "outbox", "audit", "idempotency"])


def test_terms_have_a_history_of_their_own(house):
    house.put_term("health.dialysis")
    house.put_term("health.dialysis", "Renal dialysis")
    house.retire_term("health.dialysis")

    told = house.told_of_term("health.dialysis")

    assert [(one["version"], one["operation"]) for one in told] == [
        (3, "registry.retire_term"),
        (2, "registry.put_term"),
        (1, "registry.put_term"),
    ]
    assert changes(told[0]) == [("retired", False, True)]
    assert told[1]["changes"][0]["replacement_value"]["en"] == "Renal dialysis"


@pytest.mark.parametrize("of", ["told_of_area", "told_of_term"])
def test_history_of_nothing_is_not_found(house, of):
    with pytest.raises(NotFound):
        getattr(house, of)("never-there")


def test_area_from_before_has_a_shorter_history(house):
    house.database["areas"].update_one({"_id": "EG2901"}, {"$unset": {"registered": ""}})
    house.put_areas([{**QENA[2], "aliases": ["بندر قنا"]}])

    assert steps(house.told_of_area("EG2901")) == [(2, "update", "operator:operator-1")]


def test_equal_and_refused_changes_are_not_told(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")
    house.register(name="جمعية النور", area="EG2901")
    house.change(number, name="جمعية الإحسان")

    with pytest.raises(Conflict):
        house.change(number, name="جمعية النور")

    assert steps(house.told(number)) == [(1, "create", "operator:operator-1")]


def test_pages_tell_each_version_once(house):
    number = house.register(name="جمعية الإحسان")
    for count in range(1, 5):
        house.change(number, members_count=count)
    seen, after = [], ""

    while told := house.told(number, limit=2, after=after):
        seen += [one["version"] for one in told]
        after = str(seen[-1])

    assert seen == [5, 4, 3, 2, 1]


def test_entries_are_read_as_they_are_told(house, monkeypatch):
    monkeypatch.setattr(store, "READ_AT_ONCE", 2)
    number = house.register(name="جمعية الإحسان")
    for count in range(1, 6):
        house.change(number, members_count=count)
    house.commands.names.clear()
    call = call_of(GET_ORGANIZATION_HISTORY, {"id": number})

    told = read(house.history, ORGANIZATION, house.organizations.get, call)

    assert [next(told)["version"], next(told)["version"]] == [6, 5]
    assert "getMore" not in house.commands.names
    assert [one["version"] for one in told] == [4, 3, 2, 1]


def test_history_is_read_within_reach(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")
    itself, another = (Actor("client-1", "association", organization=one) for one in (number, "another"))

    assert len(house.told(number, itself)) == len(house.told(number, OFFICER)) == 1
    for stranger in (another, FAR):
        with pytest.raises(NotFound):
            house.told(number, stranger)


def test_record_from_before_has_a_shorter_history(house):
    number = house.register(name="جمعية الإحسان")
    house.database["organizations"].update_one({"_id": number}, {"$unset": {"registered": ""}})
    house.change(number, members_count=5)

    assert steps(house.told(number)) == [(2, "update", "operator:operator-1")]


def test_oldest_entries_make_room(house):
    stamp = Stamp(clock.now(), "operator:operator-1")
    entries = [Entry("organization", "org-1", version, "update", stamp) for version in range(2, HISTORY_VERSIONS + 5)]

    house.units.do(OPERATOR, lambda unit: house.history.add(entries, unit.session))
    house.units.do(
        OPERATOR,
        lambda unit: house.history.add(
            [Entry("organization", "org-1", HISTORY_VERSIONS + 5, "update", stamp)], unit.session
        ),
    )

    kept = [one.version for one in HistoryStore(house.database).before("organization", "org-1", 0, 1000)]
    assert (len(kept), kept[0]) == (HISTORY_VERSIONS, HISTORY_VERSIONS + 5)


def test_entries_have_their_time(house):
    declared = house.database["history"].index_information()["at"]

    assert timedelta(seconds=declared["expireAfterSeconds"]) == timedelta(days=HISTORY_DAYS)
