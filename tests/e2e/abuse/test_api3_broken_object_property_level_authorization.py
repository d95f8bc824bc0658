"""API3:2023, broken object property level authorization: writing fields that are ours, reading fields that are not.

Requests refuse unknown fields, and no request schema names what the owner decides (id, version, areas, status of a
referral, times). Answers are made by schemas of their own; who may not see a value gets it empty:
``test_agency_sees_no_family`` and ``test_auditor_sees_no_phone`` of ``tests/e2e/test_access.py``.
"""

from __future__ import annotations

from typing import Any

import pytest

from chassis.ids import new_id
from tests.e2e.abuse.answers import assert_refused
from tests.e2e.client import Client, Json
from tests.e2e.world import COUNTY, World

OURS: dict[str, Any] = {
    "id": "chosen-by-me",
    "_id": "chosen-by-me",
    "version": 999,
    "areas": ["EG"],
    "registered_at": "2001-01-01T00:00:00Z",
    "last_modified": "2001-01-01T00:00:00Z",
    "creator": "operator:somebody",
    "role": "operator",
    "terms": ["x"],
}


@pytest.mark.parametrize("name", OURS)
def test_field_of_ours_cannot_be_given(world: World, housing: Json, agency: Client, name: str):
    more = {name: OURS[name]}
    family = world.people.family(COUNTY)

    tries = [
        (world.operator, "POST", "/organizations", {"name": f"جمعية {new_id()}", "area": COUNTY} | more),
        (agency, "PATCH", f"/organizations/{housing['id']}", more),
        (world.worker, "POST", "/families", family | more),
        (world.worker, "POST", "/families", {**family, "members": [family["members"][0] | more]}),
        (world.worker, "POST", "/referrals", {"need": "x", "organization": "x"} | more),
    ]

    for client, method, path, body in tries:
        assert_refused(client.send(method, path, body, match="*"), "invalid", "forbidden")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("name", "جمعية أخرى"), ("status", "closed"), ("international_cooperation", True), ("area", "EG2909")],
)
def test_association_changes_only_what_is_its_own(agency: Client, housing: Json, name: str, wanted: Any):
    path = f"/organizations/{housing['id']}"

    assert_refused(agency.send("PATCH", path, {name: wanted}, match="*"), "forbidden", "invalid")
    assert agency.get(f"/register{path}")[name] == housing[name]


@pytest.mark.parametrize("name", ["status", "outcome", "organization", "deadline", "sent_at"])
def test_move_takes_no_state_along(world: World, housing: Json, agency: Client, name: str):
    sent = world.referral(housing["id"])

    answer = agency.send("POST", f"/referrals/{sent['id']}/reject", {"reason": "لا سعة", name: "completed"})

    assert_refused(answer, "invalid")
    assert agency.get(f"/referrals/{sent['id']}")["status"] == "sent"
