"""Prove that services are kept as they are told, once, and go with their organization."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from chassis.identity import Actor
from contracts.policy import Scope
from contracts.registry import SERVICES_MOST
from services.registry.services import desk
from tests.integration.registry.house import OFFICER
from tests.outboxes import envelopes

NODE = Scope()
WANTED = {"q": "", "organization_id": "", "area": "", "subject": None, "status": None}
CLINIC = {"name": "العيادة", "latitude": 26.15, "longitude": 32.75}


@pytest.fixture
def owner(house):
    """Give the id of an association of Qena with two places."""
    return house.register(name="جمعية الإحسان", area="EG2901", locations=[CLINIC, {"name": "الفرع", "area": "EG2901"}])


def events(house):
    return sorted(envelopes(house.database, {"type": {"$regex": "service"}}), key=lambda event: event["subjectversion"])


def trail(house, service_id):
    found = house.database["audit"].find({"record": service_id}).sort("at", 1)
    return [(entry["action"], entry["why"]) for entry in found]


def names(house, scope=NODE, **wanted):
    return {one.name for one in house.services.search({**WANTED, **wanted}, scope, "", 50)}


def places(house, organization_id):
    return [location.id for location in house.organizations.get(organization_id, NODE).locations]


def test_registered_service_is_kept_whole(house, owner):
    clinic = places(house, owner)[0]
    number = house.register_service(
        owner,
        subjects=["health"],
        phones=[{"number": "٠٩٦٥٣٣١٢٣٤", "languages": [{"code": "ar"}]}],
        service_at_locations=[{"location_id": clinic, "schedules": [{"freq": "WEEKLY", "byday": "SU"}]}],
        capacities=[{"unit": {"name": "families"}, "available": 12, "maximum": 40}],
    )

    kept = house.services.get(number, NODE)

    assert (kept.version, kept.organization_id, kept.areas) == (1, owner, ("EG", "EG29", "EG2901"))
    assert (kept.phones[0].number, kept.phones[0].languages[0].code) == ("+20965331234", "ar")
    assert kept.service_at_locations[0].schedules[0].byday == "SU"
    assert kept.capacities[0].updated == kept.last_modified


def test_event_carries_whole_record(house, owner):
    number = house.register_service(owner)
    house.change_service(number, status="temporarily closed")

    first, second = events(house)

    assert (first["subject"], first["subjectversion"], second["subjectversion"]) == (number, 1, 2)
    assert (second["data"]["status"], second["data"]["organization_id"]) == ("temporarily closed", owner)


def test_equal_change_is_silent(house, owner):
    number = house.register_service(owner, phones=[{"number": "096 5331234"}])

    assert house.change_service(number, phones=[{"number": "0965331234"}]) == 1
    assert len(events(house)) == 1


def test_trail_tells_who_did_what(house, owner):
    number = house.register_service(owner)
    house.change_service(number, OFFICER, name="علاج", alert="مغلق")
    house.remove_service(number)

    assert trail(house, number) == [
        ("service.registered", ""),
        ("service.changed", "alert, name"),
        ("service.removed", ""),
    ]


def test_repeated_call_registers_once(house, owner):
    first = house.register_service(owner, key="key-1")

    assert house.register_service(owner, key="key-1") == first
    assert house.count("services") == 1


def test_old_version_is_refused(house, owner):
    number = house.register_service(owner)
    house.change_service(number, alert="مغلق")

    with pytest.raises(PreconditionFailed):
        house.change_service(number, if_version=1, alert="مفتوح")
    with pytest.raises(PreconditionFailed):
        house.remove_service(number, if_version=1)


def test_one_of_two_writers_at_once_wins(house, owner):
    number = house.register_service(owner)

    def write(count):
        try:
            return house.change_service(number, if_version=1, alert=str(count))
        except (Conflict, PreconditionFailed):
            return None

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(write, range(8)))

    assert [version for version in written if version] == [2]
    assert len(events(house)) == 2


def test_service_of_nobody_is_refused(house):
    with pytest.raises(NotFound):
        house.register_service("nobody")


def test_officer_keeps_services_of_own_area_only(house):
    far = house.register(name="جمعية أبو تشت", area="EG2902")
    number = house.register_service(far)

    with pytest.raises(NotFound):
        house.register_service(far, OFFICER)
    with pytest.raises(NotFound):
        house.change_service(number, OFFICER, alert="مغلق")


def test_association_keeps_its_own_services(house, owner):
    own = Actor("client-1", "association", organization=owner)
    other = house.register(name="جمعية النور", area="EG2901")
    number = house.register_service(owner, own)

    assert house.change_service(number, own, alert="مغلق") == 2
    with pytest.raises(NotFound):
        house.register_service(other, own)
    with pytest.raises(Forbidden):
        house.change_service(number, own, assured_date="2026-03-01")


def test_faults_name_the_field(house, owner):
    with pytest.raises(Invalid) as refused:
        house.register_service(owner, phones=[{"number": "لا يوجد"}])
    with pytest.raises(Invalid) as misplaced:
        house.register_service(owner, service_at_locations=[{"location_id": "elsewhere"}])

    assert [(one["field"], one["code"]) for one in refused.value.problems] == [("phones.0.number", "not_a_phone")]
    assert [(one["field"], one["code"]) for one in misplaced.value.problems] == [
        ("service_at_locations.0.location_id", "no_such_location")
    ]


def test_place_of_another_service_keeps_its_id(house, owner):
    clinic = places(house, owner)[0]
    place = {"id": "0198c5d2-0000-7000-8000-000000000009", "location_id": clinic}
    house.register_service(owner, service_at_locations=[place])

    with pytest.raises(Conflict) as refused:
        house.register_service(owner, service_at_locations=[place])

    assert refused.value.problems[0]["code"] == "id_taken"


def test_too_large_record_is_refused(house, owner):
    reached = [{"extent": "x" * 50_000, "name": str(number)} for number in range(5)]

    with pytest.raises(Invalid) as refused:
        house.register_service(owner, service_areas=reached)

    assert refused.value.problems[0]["code"] == "too_large"


def test_organization_has_so_many_services(house, owner, monkeypatch):
    assert SERVICES_MOST == desk.SERVICES_MOST
    monkeypatch.setattr(desk, "SERVICES_MOST", 2)  # five hundred take a minute to register
    for number in range(2):
        house.register_service(owner, name=f"خدمة {number}")

    with pytest.raises(Invalid) as refused:
        house.register_service(owner)

    assert refused.value.problems[0]["code"] == "too_many"


def test_removed_organization_takes_its_services_along(house, owner):
    gone, other = house.register_service(owner), house.register(name="جمعية النور", area="EG2901")
    stays = house.register_service(other)

    house.remove(owner)

    with pytest.raises(NotFound):
        house.services.get(gone, NODE)
    assert house.services.get(stays, NODE).version == 1
    assert [event["data"] for event in events(house) if event["subject"] == gone][-1] == {"id": gone, "removed": True}
    assert trail(house, gone)[-1] == ("service.removed", "organization")


def test_services_move_with_their_organization(house, owner):
    number = house.register_service(owner)

    house.change(owner, area="EG2902")

    moved = house.services.get(number, NODE)
    assert (moved.version, moved.area, moved.areas) == (2, "EG2902", ("EG", "EG29", "EG2902"))
    assert events(house)[-1]["data"]["area"] == "EG2902"


def test_services_leave_a_place_that_is_given_up(house, owner):
    clinic, branch = places(house, owner)
    number = house.register_service(owner, service_at_locations=[{"location_id": clinic}, {"location_id": branch}])

    house.change(owner, locations=[CLINIC])

    assert [one.location_id for one in house.services.get(number, NODE).service_at_locations] == [clinic]


def test_import_moves_services_too(house):
    row = {"row": 1, "organization": {"name": "جمعية الإحسان", "external_id": "17", "area": "EG2901"}}
    owner = house.put([row])[0]["id"]
    number = house.register_service(owner)

    house.put([{**row, "organization": {**row["organization"], "area": "EG2902"}}], "import-2")

    assert house.services.get(number, NODE).area == "EG2902"


def test_other_changes_leave_services_alone(house, owner):
    number = house.register_service(owner)

    house.change(owner, members_count=120, status="inactive")

    assert house.services.get(number, NODE).version == 1


def test_no_service_outlives_its_organization(house):
    """Let registrations and a removal meet: whichever comes first, no service is left without its organization."""
    owners = [house.register(name=f"جمعية {number}", area="EG2901") for number in range(6)]

    def race(act, owner):
        try:
            act(owner)
        except (NotFound, Conflict):
            return

    with ThreadPoolExecutor(12) as pool:
        for owner in owners:
            pool.submit(race, house.register_service, owner)
            pool.submit(race, house.remove, owner)

    left = {one.organization_id for one in house.services.page("", 50)}
    assert left <= {one.id for one in house.organizations.page("", 50)}


@pytest.mark.parametrize("query", ["علاج شهري", "علاج", "شهري للاسر"])
def test_search_finds_every_spelling(house, owner, query):
    house.register_service(owner, name="علاج شهري للأسر")
    house.register_service(owner, name="مطبخ الخير")

    assert names(house, q=query) == {"علاج شهري للأسر"}


def test_search_narrows(house, owner):
    other = house.register(name="جمعية أبو تشت", area="EG2902")
    house.register_service(owner, name="أ", subjects=["health"])
    house.register_service(owner, name="ب", status="inactive")
    house.register_service(other, name="ج", subjects=["health"])

    assert names(house, organization_id=owner) == {"أ", "ب"}
    assert names(house, area="EG2902") == {"ج"}
    assert names(house, subject="health", status="active") == {"أ", "ج"}
    assert names(house, Scope(area="EG2901")) == {"أ", "ب"}
    assert names(house, Scope(organization=other)) == {"ج"}


def test_pages_give_each_service_once(house, owner):
    numbers = {house.register_service(owner, name=f"خدمة {number}") for number in range(5)}
    seen, after = [], ""

    while page := list(house.services.page(after, 2)):
        seen += [one.id for one in page]
        after = page[-1].id

    assert sorted(seen) == sorted(numbers)


def a_row(owner, number=1, **service):
    return {"row": number, "service": {"organization_id": owner, "name": f"خدمة {number}", **service}}


def test_batch_is_put_once(house, owner):
    rows = [a_row(owner, number, external_id=str(number)) for number in range(1, 41)]

    first, second = house.put_services(rows), house.put_services(rows, "import-2")

    assert {one["outcome"] for one in first} == {"created"}
    assert {one["outcome"] for one in second} == {"unchanged"}
    assert (house.count("services"), len(events(house))) == (40, 40)


def test_batch_may_be_put_again_past_its_key(house, owner):
    rows = [a_row(owner, 1, external_id="17"), a_row(owner, 2)]
    house.put_services(rows)

    again = house.put_services(rows)

    assert ([one["outcome"] for one in again], house.count("services")) == (["unchanged"] * 2, 2)


def test_row_of_an_earlier_batch_is_a_duplicate(house, owner):
    house.put_services([a_row(owner, 1, external_id="17")])

    later = house.put_services([a_row(owner, 2, external_id="17")], number=1)

    assert [problem["code"] for problem in later[0]["problems"]] == ["duplicate_row"]


def test_import_reaches_organizations_of_its_area_only(house, owner):
    far = house.register(name="جمعية أبو تشت", area="EG2902")

    put = house.put_services([a_row(owner, 1), a_row(far, 2)], actor=OFFICER)

    assert [one["outcome"] for one in put] == ["created", "rejected"]
