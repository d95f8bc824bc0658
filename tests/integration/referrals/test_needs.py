"""Prove which agencies are proposed for a need, and which needs there are."""

import pytest

from chassis.errors import Conflict
from tests.integration.referrals.world import HOME, IHSAN, a_family, code_of

VILLAGE = [32.74, 26.18]


def test_rejected_need_goes_to_the_next(world):
    first = world.referral()
    world.call("reject_referral", {"id": first["id"], "reason": "لا مكان لدينا"}, IHSAN)

    proposals = world.call("propose_agencies", {"need": first["need"]})
    second = world.refer({"id": first["need"]}, proposals["proposed"][0]["organization"])

    assert second["organization"] == "rahma"
    reasons = {one["organization"]: [reason["code"] for reason in one["reasons"]] for one in proposals["not_proposed"]}
    assert reasons == {"ihsan": ["rejected_before"], "nour": ["inactive"], "tibb": ["no_capability"]}


def test_work_at_hand_fills_an_agency(world):
    world.accepted()
    world.accepted()
    need = world.need(world.another_family())

    proposals = world.call("propose_agencies", {"need": need["id"]})

    assert [one["organization"] for one in proposals["proposed"]] == ["rahma", "qus"]
    full = next(one for one in proposals["not_proposed"] if one["organization"] == "ihsan")
    assert [reason["code"] for reason in full["reasons"]] == ["no_free_capacity"]


def test_closed_family_has_no_new_needs(world):
    family = world.call("register_family", a_family())
    world.call("change_family", {"id": family["id"], "status": "closed"})

    with pytest.raises(Conflict) as raised:
        world.need(family)

    assert code_of(raised) == "family_closed"


@pytest.mark.parametrize(
    ("asked", "found"),
    [({"status": "open"}, 1), ({"status": "met"}, 0), ({"subject": "household_goods"}, 1), ({"urgency": "low"}, 0)],
)
def test_needs_are_filtered(world, asked, found):
    world.need(world.family())

    page = world.call("list_needs", asked)

    assert len(page["items"]) == found
    assert not [item for item in page["items"] if "note" in item]


@pytest.mark.parametrize(
    ("point", "centre", "measured_from"),
    [
        (HOME, VILLAGE, HOME),
        (None, VILLAGE, VILLAGE),
        (None, None, None),
    ],
    ids=["point", "centre", "unknown"],
)
def test_distance_says_where_it_begins(world, registry, point, centre, measured_from):
    registry.centres["EG290101"] = centre
    need = world.need(world.family(), area="EG290101", point=point)

    proposals = world.call("propose_agencies", {"need": need["id"]})

    first = proposals["proposed"][0]
    assert registry.points == [measured_from]
    assert (first["distance_m"] is not None) == (measured_from is not None)
    assert ("from_area_centre" in [reason["code"] for reason in first["reasons"]]) == (measured_from == VILLAGE)
