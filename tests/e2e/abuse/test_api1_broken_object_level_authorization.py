"""API1:2023, broken object level authorization: reaching a record of another by its id.

Every owner bounds its queries by the area or organization of the signed actor; what is out of reach does not exist.
``tests/e2e/test_access.py`` walks every route so. Here: ids brought in by other ways than the path.
"""

from __future__ import annotations

import pytest

from chassis.ids import new_id
from tests.e2e.abuse.answers import assert_refused
from tests.e2e.client import Client, Json
from tests.e2e.world import OTHER_COUNTY, World


@pytest.fixture(scope="module")
def referral(world: World, housing: Json) -> Json:
    """Refer a family to an agency."""
    return world.referral(housing["id"])


@pytest.fixture(scope="module")
def stranger(world: World) -> Client:
    """Give a client of another agency."""
    return world.association(world.organization(locations=[{"area": OTHER_COUNTY}])["id"])


def test_filter_reaches_no_further_than_the_caller(world: World, stranger: Client, housing: Json, referral: Json):
    family = world.worker.get(f"/referrals/{referral['id']}")["family"]

    assert stranger.items("/referrals", organization=housing["id"]) == []
    assert world.far_worker.items("/referrals", family=family) == []
    assert world.far_worker.items("/needs", family=family) == []


def test_cursor_of_another_opens_nothing(world: World, referral: Json):
    cursor = world.worker.get("/referrals", limit=1)["next"]

    for path in ("/referrals", "/families", "/needs"):
        answer = world.far_worker.send("GET", path, params={"cursor": cursor})
        assert answer.status_code in (200, 422)
        assert referral["id"] not in answer.text


def test_key_of_another_answers_nothing(world: World):
    key, asked = new_id(), {"name": f"جمعية {new_id()}", "area": "EG2904"}
    made = world.operator.post("/organizations", asked, key=key)

    answer = world.far_officer.send("POST", "/organizations", asked, key=key)

    assert_refused(answer, "forbidden", "invalid")
    assert made["id"] not in answer.text


def test_own_case_cannot_be_tied_to_a_foreign_one(world: World, housing: Json, referral: Json):
    foreign = world.worker.get(f"/referrals/{referral['id']}")["need"]

    answer = world.far_worker.send("POST", "/referrals", {"need": foreign, "organization": housing["id"]})

    assert_refused(answer, "not_found")


def test_conflict_tells_nothing_of_a_foreign_family(world: World):
    ours = world.people.family("EG2904")
    world.worker.post("/families", ours)
    theirs = world.people.family(OTHER_COUNTY)
    theirs["members"][0]["national_id"] = ours["members"][0]["national_id"]

    answer = world.far_worker.send("POST", "/families", theirs)

    assert_refused(answer, "conflict")
    assert not [word for word in (ours["phone"], ours["address"], "EG2904") if word in answer.text]
