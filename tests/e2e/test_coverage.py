"""Prove that the public sees where needs wait and help is far, and never fewer than five of them."""

from __future__ import annotations

import pytest

from tests.e2e.client import Json
from tests.e2e.world import COUNTY, GOVERNORATE, World, soon

FRESH = {"Cache-Control": "no-cache"}
SUBJECT, PLACE = "water_sanitation", "EG2907"


@pytest.fixture(scope="module", autouse=True)
def _provider(world: World) -> None:
    """Register one who helps, in a county far away; other tests may have registered others."""
    world.organization(SUBJECT, capabilities=[{"subject": SUBJECT, "capacity": 20}])


def areas(world: World) -> dict[str, Json]:
    """Return the figures of areas, by code."""
    items = world.public.send("GET", "/figures/areas", headers=FRESH).json()["items"]
    return {one["area"]: one for one in items}


def gaps(world: World, **asked: str) -> list[Json]:
    """Return the gaps of our subject."""
    asked = {"subject": SUBJECT, **asked}
    return list(world.public.send("GET", "/gaps", params=asked, headers=FRESH).json()["items"])


def test_gap_opens_and_closes(world: World):
    families = [world.family(PLACE) for _ in range(5)]
    for family in families[:4]:
        world.need(family, SUBJECT)
    world.settle()
    assert gaps(world) == []

    world.need(families[4], SUBJECT)

    soon(lambda: bool(gaps(world, area=GOVERNORATE)), "the gap")
    (gap,) = gaps(world)
    assert (gap["area"], gap["open_needs"], gap["organizations"], gap["free_capacity"]) == (PLACE, 5, 0, None)
    nearest = world.public.send("GET", f"/organizations/{gap['nearest_organization']}").json()
    assert SUBJECT in {one["subject"] for one in nearest["capabilities"]}
    assert gap["nearest_km"] > 1
    shown = areas(world)
    assert shown[PLACE]["by_subject"][SUBJECT]["open_needs"] == 5
    there = shown[COUNTY]["by_subject"][SUBJECT]
    assert (there["organizations"] >= 1, there["free_capacity"] >= 20, there["open_needs"]) == (True, True, None)

    world.worker.send("PATCH", f"/families/{families[0]['id']}", {"status": "closed"}, match="*").raise_for_status()

    soon(lambda: gaps(world) == [], "no gap")
