"""Prove that organizations follow the area tree: all of them, once, whoever dies meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis import clock
from contracts.policy import Scope
from services.registry.reviews import desk as reviews
from services.registry.reviews.store import Elsewhere
from tests.integration.registry.house import changes, steps
from tests.outboxes import envelopes
from tests.unit.registry.builders import square

NODE = Scope()
POINT = {"latitude": 26.15, "longitude": 32.75}
FAR = {"latitude": 20.05, "longitude": 30.05}
LATER = timedelta(minutes=2)
ABU_TESHT_MOVED = {
    "id": "EG2902",
    "level": "county",
    "parent": "EG29",
    "names": {"ar": "أبو تشت", "en": "Abu Tesht"},
    "outline": square(30.0, 20.0, 0.1),
}


def many(house, count, **place):
    rows = [
        {"row": n, "organization": {"name": f"جمعية {n}", "area": "EG29", "locations": [place]}}
        for n in range(1, count + 1)
    ]
    return [one["id"] for one in house.put(rows)]


def told_once(house, ids):
    """Tell whether each has been changed once since it was registered: record, event and history."""
    told = len(envelopes(house.database, {"type": {"$regex": "organization"}}))
    versions = [house.organizations.get(one, NODE).version for one in ids]
    return versions == [2] * len(ids) and all(len(house.told(one)) == 2 for one in ids), told


def test_outline_that_moves_leaves_a_place_outside(house):
    number = house.register(name="بعيدة", area="EG2902", locations=[{**POINT, "longitude": 32.05, "area": "EG2902"}])
    house.review()

    house.put_areas([ABU_TESHT_MOVED])
    house.review()

    (place,) = house.organizations.get(number, NODE).locations
    assert place.outside_area
    (newest, _) = house.told(number)
    assert (newest["updated_by"], newest["operation"]) == ("service:registry", "registry.areas_changed")
    assert changes(newest) == [("outside_area", False, True)]


def test_outline_that_comes_gives_a_place_its_area(house):
    number = house.register(name="بلا مركز", area="EG29", locations=[FAR])
    service = house.register_service(number)

    house.put_areas([ABU_TESHT_MOVED])
    house.review()

    kept = house.organizations.get(number, NODE)
    assert (kept.area, kept.locations[0].area, kept.version) == ("EG29", "EG2902", 2)
    assert steps(house.told_of_service(service))[0][0] == 1


def test_organization_without_area_gets_one_and_takes_its_services_along(house):
    number = house.register(name="بلا منطقة", locations=[FAR])
    service = house.register_service(number)

    house.put_areas([ABU_TESHT_MOVED])
    house.review()

    kept = house.organizations.get(number, NODE)
    assert kept.areas == ("EG", "EG29", "EG2902")
    assert house.services.get(service, NODE).areas == kept.areas


def test_organization_gets_no_area_in_which_another_bears_its_name(house):
    house.register(name="جمعية الإحسان", area="EG2902")
    twin = house.register(name="جمعية الاحسان", locations=[FAR])

    house.put_areas([ABU_TESHT_MOVED])
    house.review()

    kept = house.organizations.get(twin, NODE)
    assert (kept.area, kept.locations[0].area) == ("", "EG2902")


def test_what_stays_as_it_is_is_not_written(house):
    number = house.register(name="قريبة", area="EG2901", locations=[{**POINT, "area": "EG2901"}])
    house.put_areas([ABU_TESHT_MOVED])
    house.database["outbox"].delete_many({})

    house.review()

    assert house.organizations.get(number, NODE).version == 1
    assert house.count("outbox") == 0
    assert house.database["reviews"].find_one()["changed"] == 0


def test_tree_rests_before_it_is_followed(house):
    number = house.register(name="بلا مركز", area="EG29", locations=[FAR])
    house.review()
    house.put_areas([ABU_TESHT_MOVED])

    house.reviews.turn(clock.now())
    house.reviews.turn(clock.now() + timedelta(seconds=50))
    before = house.organizations.get(number, NODE).version
    house.reviews.turn(clock.now() + LATER)

    assert (before, house.organizations.get(number, NODE).version) == (1, 2)


def test_load_that_goes_on_begins_it_anew(house):
    ids = many(house, 3, **FAR)
    house.put_areas([ABU_TESHT_MOVED])
    house.reviews.turn(clock.now())
    house.reviews.turn(clock.now() + LATER, seconds=0.0)

    village = {**ABU_TESHT_MOVED, "id": "EG290201", "level": "locality", "parent": "EG2902"}
    house.put_areas([village])
    house.review()

    assert {house.organizations.get(one, NODE).locations[0].area for one in ids} == {"EG290201"}


def test_all_are_changed_once_whoever_dies(house, monkeypatch):
    monkeypatch.setattr(reviews, "LOOKED_AT", 5)
    monkeypatch.setattr(reviews, "CHANGED", 2)
    ids = many(house, 17, **FAR)
    house.put_areas([ABU_TESHT_MOVED])
    house.database["outbox"].delete_many({})
    house.reviews.turn(clock.now())

    for died in (1, 2, 4):
        with pytest.raises(ConnectionError):
            dying(house, died).turn(clock.now() + LATER, seconds=30.0)
    house.reviews.turn(clock.now() + LATER, seconds=30.0)
    house.reviews.turn(clock.now() + LATER, seconds=30.0)

    assert told_once(house, ids) == (True, 17)


def test_second_process_leaves_it_to_the_first(house, monkeypatch):
    monkeypatch.setattr(reviews, "LOOKED_AT", 5)
    ids = many(house, 12, **FAR)
    house.put_areas([ABU_TESHT_MOVED])
    house.database["outbox"].delete_many({})
    house.reviews.turn(clock.now())
    first, second = house.reviews, house.reviews
    page = first.store.page

    def and_meanwhile_the_other(after, limit):
        found = page(after, limit)
        monkeypatch.setattr(first.store, "page", page)
        second.turn(clock.now() + LATER, seconds=30.0)
        return found

    monkeypatch.setattr(first.store, "page", and_meanwhile_the_other)
    first.turn(clock.now() + LATER, seconds=30.0)

    assert told_once(house, ids) == (True, 12)


def test_cooperation_ends_with_its_last_day(house, monkeypatch):
    last = clock.now().date()
    relief = {"partner": "Relief", "valid_to": last.isoformat()}
    number = house.register(name="جمعية", area="EG2901", cooperations=[relief], international_cooperation=True)
    house.review()
    on_its_last_day = house.organizations.get(number, NODE).international_cooperation
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    house.change(number, email="ehsan@example.org")  # which says nothing of it

    house.review()

    assert (on_its_last_day, house.organizations.get(number, NODE).international_cooperation) == (True, False)
    assert house.told(number)[0]["operation"] == "registry.cooperation_ended"


def test_cooperation_that_somebody_states_afterwards_stays(house, monkeypatch):
    relief = {"partner": "Relief", "valid_to": clock.now().date().isoformat()}
    number = house.register(name="جمعية", area="EG2901", cooperations=[relief], international_cooperation=True)
    house.review()
    for days in (1, 2):
        later = clock.now() + timedelta(days=1)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        house.review()
        if days == 1:
            house.change(number, international_cooperation=True)

    assert house.organizations.get(number, NODE).international_cooperation


def test_day_has_it_looked_over_again(house):
    house.register(name="قريبة", area="EG2901", locations=[POINT])
    house.review()
    first = house.database["reviews"].find_one()["done"]

    house.reviews.turn(clock.now() + timedelta(days=1))

    assert house.database["reviews"].find_one()["of"] != first


def test_step_that_is_not_next_is_refused(house):
    house.review()
    house.put_areas([ABU_TESHT_MOVED])
    house.reviews.turn(clock.now())
    of = house.database["reviews"].find_one()["of"]

    with pytest.raises(Elsewhere):
        house.reviews.store.advance(of, "somebody", "else")


def dying(house, steps_left):
    """Return a reviewer whose process dies in its last step, when all is written but not committed."""
    made = house.reviews
    advance = made.store.advance

    def die(of, after, to, changed=0, session=None):
        nonlocal steps_left
        advance(of, after, to, changed, session)
        steps_left -= 1
        if not steps_left:
            raise ConnectionError

    made.store.advance = die
    return made


def test_branches_stored_before_are_found_where_they_are(house):
    """Nobody is told: what an organization is found by follows from its record."""
    branch = {**POINT, "area": "EG2901"}
    number = house.register(name="من سوهاج", area="EG28", capabilities=[{"subject": "food"}], locations=[branch])
    stored = house.database["organizations"]
    keys = ["food@*", "food@EG", "food@EG28"]
    older = {"$set": {"covers": keys}, "$unset": {"locations.0.areas": 1}}
    stored.update_one({"_id": number}, older)

    house.review()

    assert stored.find_one({"_id": number})["covers"] == [*keys, "food@EG29", "food@EG2901"]
    assert told_once(house, [])[1] == len(house.told(number)) == house.organizations.get(number, NODE).version == 1


def test_register_is_looked_over_once_more_after_an_update(house):
    house.register(name="بموقع", area="EG29", locations=[POINT])
    house.review()
    kept = house.database["reviews"]
    kept.update_one({}, [{"$set": {"done": {"$substrCP": ["$done", 0, {"$subtract": [{"$strLenCP": "$done"}, 2]}]}}}])
    before = kept.find_one()["done"]

    house.review()

    assert kept.find_one()["done"] == f"{before} {reviews.FORM}"
