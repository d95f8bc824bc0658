"""Prove that the register keeps what it is told, once, for those who may see it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from chassis.identity import Actor
from contracts.policy import Scope
from services.registry.organizations.intake import placed
from services.registry.organizations.schemas import record
from tests.integration.registry.house import OFFICER
from tests.outboxes import envelopes

NODE = Scope()
WANTED = {"q": "", "area": "", "subject": None, "status": None, "outside_area": None}


def events(house):
    return envelopes(house.database, {"type": {"$regex": "organization"}})


def names(house, scope=NODE, **wanted):
    return {one.name for one in house.organizations.search({**WANTED, **wanted}, scope, "", 50)}


def test_registered_organization_is_kept_whole(house):
    number = house.register(
        name="جمعية الإحسان",
        phones=[{"number": "٠٩٦٥٣٣١٢٣٤"}],
        locations=[{"address": "شارع النيل", "latitude": 26.15, "longitude": 32.75}],
        capabilities=[{"subject": "food", "capacity": 40}],
    )

    kept = house.organizations.get(number, NODE)

    assert (kept.version, kept.area, kept.areas) == (1, "EG2901", ("EG", "EG29", "EG2901"))
    assert kept.phones[0].number == "+20965331234"


def test_event_carries_whole_record(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")
    house.change(number, members_count=12)

    first, second = sorted(events(house), key=lambda event: event["subjectversion"])

    assert (first["subject"], first["subjectversion"], second["subjectversion"]) == (number, 1, 2)
    assert (second["data"]["members_count"], second["data"]["areas"]) == (12, ["EG", "EG29", "EG2901"])


def test_branch_elsewhere_tells_what_is_above_it(house):
    house.register(
        name="جمعية الإحسان", area="EG2901", locations=[{"area": "EG2901"}, {"area": "EG28"}, {"name": "مكتب"}]
    )

    (told,) = events(house)

    paths = [place["areas"] for place in told["data"]["locations"]]
    assert paths == [["EG", "EG29", "EG2901"], ["EG", "EG28"], []]


def test_page_tells_it_of_what_was_stored_before(house):
    house.register(name="جمعية الإحسان", area="EG2901", locations=[{"area": "EG28"}, {"name": "مكتب"}])
    house.database["organizations"].update_many({}, {"$unset": {"locations.$[].areas": ""}})
    tree = house.desk.tree

    (stored,) = house.organizations.page("", 9)
    told = record(placed(stored, tree))

    assert [one.areas for one in stored.locations] == [(), ()]
    assert [place["areas"] for place in told["locations"]] == [["EG", "EG28"], []]
    assert placed(stored, tree) == stored


def test_equal_change_is_silent(house):
    number = house.register(name="جمعية الإحسان", area="EG2901")

    assert house.change(number, name="جمعية الإحسان") == 1
    assert len(events(house)) == 1


def test_repeated_call_registers_once(house):
    first = house.register(key="key-1", name="جمعية الإحسان")

    assert house.register(key="key-1", name="جمعية الإحسان") == first
    assert house.count("organizations") == 1


def test_same_name_in_same_area_is_registered_already(house):
    house.register(name="جمعية الإحسان", area="EG2901")

    with pytest.raises(Conflict) as refused:
        house.register(name="جمعيه الاحسان", area="EG2901")

    assert refused.value.problems[0]["code"] == "already_registered"


def test_identifier_of_another_cannot_be_taken(house):
    number = {"identifier_scheme": "eg.moss", "identifier": "12/2009"}
    house.register(name="جمعية الإحسان", identifiers=[number])
    other = house.register(name="جمعية النور")

    with pytest.raises(Conflict) as refused:
        house.change(other, identifiers=[number])

    assert refused.value.problems[0]["code"] == "already_registered"


def test_old_version_is_refused(house):
    number = house.register(name="جمعية الإحسان")
    house.change(number, members_count=12)

    with pytest.raises(PreconditionFailed):
        house.change(number, if_version=1, members_count=13)


def test_one_of_two_writers_at_once_wins(house):
    number = house.register(name="جمعية الإحسان")

    def write(count):
        try:
            return house.change(number, if_version=1, members_count=count)
        except (Conflict, PreconditionFailed):
            return None

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(write, range(8)))

    assert [version for version in written if version] == [2]
    assert len(events(house)) == 2


def test_two_registrars_at_once_register_once(house):
    def write(_):
        try:
            return house.register(name="جمعية الإحسان", area="EG2901")
        except Conflict:
            return None

    with ThreadPoolExecutor(6) as pool:
        written = list(pool.map(write, range(6)))

    assert len([number for number in written if number]) == 1
    assert house.count("organizations") == 1


def test_organization_outside_area_does_not_exist(house):
    number = house.register(name="جمعية الإحسان", area="EG2902")

    with pytest.raises(NotFound):
        house.organizations.get(number, Scope(area="EG2901"))
    with pytest.raises(NotFound):
        house.change(number, OFFICER, members_count=3)


def test_wider_area_holds_narrower(house):
    number = house.register(name="جمعية الإحسان", area="EG2902")

    assert house.organizations.get(number, Scope(area="EG29")).id == number


def test_association_sees_itself_only(house):
    own, other = house.register(name="جمعية الإحسان"), house.register(name="جمعية النور")
    scope = Scope(organization=own)

    assert house.organizations.get(own, scope).id == own
    with pytest.raises(NotFound):
        house.organizations.get(other, scope)


def test_association_may_not_rename_itself(house):
    own = house.register(name="جمعية الإحسان")

    with pytest.raises(Forbidden) as refused:
        house.change(own, Actor("client-1", "association", organization=own), name="جمعية النور")

    assert refused.value.problems[0]["code"] == "not_yours"


def test_wrong_phone_is_invalid(house):
    with pytest.raises(Invalid) as refused:
        house.register(name="جمعية الإحسان", phones=[{"number": "لا يوجد"}])

    assert (refused.value.problems[0]["field"], refused.value.problems[0]["code"]) == ("phones.0.number", "not_a_phone")


@pytest.mark.parametrize("query", ["جمعية الإحسان", "جمعيه الاحسان", "احسان", "الإحس", "كانون", "کانون", "kan"])
def test_search_finds_every_spelling(house, query):
    house.register(name="جمعية الإحسان", alternate_name="کانون احسان – Kanoon")
    house.register(name="مؤسسة النور")

    assert names(house, q=query) == {"جمعية الإحسان"}


def test_search_narrows_by_area_and_capability(house):
    house.register(name="جمعية أ", area="EG2901", capabilities=[{"subject": "food"}])
    house.register(name="جمعية ب", area="EG2902", capabilities=[{"subject": "food"}])
    house.register(name="جمعية ج", area="EG2901")

    assert names(house, q="جمعية", area="EG2901", subject="food") == {"جمعية أ"}


def test_search_stays_in_scope(house):
    house.register(name="جمعية أ", area="EG2901")
    house.register(name="جمعية ب", area="EG2902")

    assert names(house, Scope(area="EG2902"), q="جمعية") == {"جمعية ب"}


def test_pages_give_each_organization_once(house):
    numbers = {house.register(name=f"جمعية {number}") for number in range(7)}
    seen, after = [], ""

    while page := list(house.organizations.page(after, 3)):
        seen += [one.id for one in page]
        after = page[-1].id

    assert len(seen) == 7
    assert set(seen) == numbers
