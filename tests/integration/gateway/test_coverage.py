"""Prove what is counted of areas, what moves it, and which gaps are found in it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from pymongo.database import Database

from services.gateway.directory.coverage import views
from services.gateway.directory.views import Directory
from tests.integration.gateway.counted import CENTRE_OF_QUS, UP, Count, Json, gaps
from tests.integration.gateway.directories import (
    QENA,
    QUS,
    Projected,
    capable,
    family,
    located,
    need,
    organization,
    referral,
    service,
)


def able(capacity: int | None, subject: str = "health", unit: str = "families") -> Json:
    """Return a capability with what can be done at once."""
    return {"subject": subject, "capacity": capacity, "unit": unit}


def test_area_counts_what_lies_within(projected: Projected, counted: Count):
    projected.organizations(
        organization("ehsan", area="EG2901", areas=QENA, members_count=120, locations=[]),
        organization("qus", area="EG2905", areas=QUS, members_count=7, international_cooperation=False, locations=[]),
        organization("closed", status="inactive"),
    )

    found = counted()

    shown = {
        code: (one["organizations"], one["members"], one["international_cooperation"]) for code, one in found.items()
    }
    assert shown == {"EG": (2, 127, 1), "EG29": (2, 127, 1), "EG2901": (1, 120, 1), "EG2905": (1, 7, 0)}
    assert (found["EG"]["parent"], found["EG2905"]["parent"]) == (None, "EG29")


def test_organization_of_many_places_is_one(projected: Projected, counted: Count):
    projected.organizations(
        organization(
            "ehsan", area="EG2901", areas=QENA, locations=[*located(26.1, 32.7), *located(25.9, 32.7, "EG2905")]
        )
    )

    found = counted()

    assert {code: one["organizations"] for code, one in found.items()} == dict.fromkeys(UP, 1)


def test_few_families_are_not_published(projected: Projected, counted: Count):
    projected.families(*(family(f"f{number}") for number in range(4)), *(family(f"q{n}", "EG2905") for n in range(14)))
    projected.needs(*(need(f"n{number}") for number in range(4)), *(need(f"m{n}", "EG2905") for n in range(6)))

    found = counted()

    assert {code: one["families_in_care"] for code, one in found.items()} == {
        "EG": 10,
        "EG29": 10,
        "EG2901": None,
        "EG2905": 10,
    }
    assert (found["EG2901"]["open_needs"], found["EG2905"]["open_needs"], found["EG29"]["open_needs"]) == (None, 5, 5)
    assert (found["EG2901"]["open_needs_per_1000_families"], found["EG29"]["open_needs_per_1000_families"]) == (
        None,
        500,
    )
    assert found["EG2901"]["by_subject"] == {}


def test_need_that_moves_is_counted_there(projected: Projected, counted: Count):
    projected.needs(*(need(f"n{number}") for number in range(5)))
    before = counted()

    projected.needs(*(need(f"n{number}", "EG2905", version=2) for number in range(5)))

    after = counted()
    assert (before["EG2901"]["open_needs"], before["EG2905"]["open_needs"]) == (5, None)
    assert (after["EG2901"]["open_needs"], after["EG2905"]["open_needs"]) == (None, 5)
    assert after["EG2905"]["by_subject"]["health"]["open_needs"] == 5


@pytest.mark.parametrize("status", ["referred", "met", "closed"])
def test_need_is_open_until_it_moves_on(projected: Projected, counted: Count, status: str):
    projected.needs(*(need(f"n{number}") for number in range(5)))
    projected.needs(need("n0", status=status, version=2))
    moved_on = counted()

    projected.needs(need("n0", version=3))

    assert (moved_on["EG29"]["open_needs"], counted()["EG29"]["open_needs"]) == (None, 5)


def test_family_that_leaves_is_not_counted(projected: Projected, counted: Count):
    projected.families(*(family(f"f{number}") for number in range(6)))
    projected.families(family("f0", status="closed", version=2), family("f1", "EG2905", version=2))
    projected.families(*(family(f"q{number}", "EG29") for number in range(5)))

    found = counted()

    assert (found["EG2901"]["families_in_care"], found["EG29"]["families_in_care"]) == (None, 5)


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_events_may_come_in_any_order(projected: Projected, order: tuple[int, ...]):
    states = {1: need("n", "EG2901"), 2: need("n", "EG2905", version=2), 3: need("n", "EG2905", "met", version=3)}
    families = {1: family("f"), 2: family("f", "EG2905", version=2), 3: family("f", "EG2905", "closed", version=3)}

    for version in (*order, order[0]):
        projected.needs(states[version])
        projected.families(families[version])

    kept = projected.database["directory_needs"].find_one({}, {"applied_at": 0, "heard_at": 0})
    assert kept == {"_id": "n", "version": 3, "area": "EG2905", "subject": "health", "open": False}
    kept = projected.database["directory_families"].find_one({}, {"applied_at": 0, "heard_at": 0})
    assert kept == {"_id": "f", "version": 3, "area": "EG2905", "in_care": False}


def test_older_event_without_area_counts_nowhere(projected: Projected, counted: Count):
    projected.families(
        *({"id": f"f{number}", "version": 1, "what": "changed", "status": "open"} for number in range(5))
    )

    assert {one["families_in_care"] for one in counted().values()} == {None}


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_family_stays_where_it_was(projected: Projected, counted: Count, at_once: bool):
    told = [family(f"f{number}") for number in range(5)]
    untold = [{"id": one["id"], "version": 2, "what": "changed", "status": "open"} for one in told]

    for some in [told + untold] if at_once else [told, untold]:
        projected.families(*some)

    assert counted()["EG2901"]["families_in_care"] == 5
    assert projected.database["directory_families"].count_documents({"version": 2}) == 5


def test_capacity_less_what_is_taken(projected: Projected, counted: Count):
    projected.organizations(organization("ehsan", capabilities=[able(20), able(7, "food"), able(30, "food", "meals")]))
    projected.referrals(
        *(referral(f"r{number}", "ehsan") for number in range(7)), referral("done", "ehsan", "completed")
    )

    qena = counted()["EG2901"]

    assert {code: one["free_capacity"] for code, one in qena["by_subject"].items()} == {"food": 7, "health": 15}
    assert qena["free_capacity"] == 22
    assert qena["by_subject"]["food"]["organizations"] == 1


def test_taken_beyond_capacity_takes_no_others(projected: Projected, counted: Count):
    projected.organizations(organization("full", capabilities=[able(5)]), organization("free", capabilities=[able(10)]))
    projected.referrals(*(referral(f"r{number}", "full") for number in range(12)))

    assert counted()["EG2901"]["free_capacity"] == 10


def test_unstated_capacity_is_unknown(projected: Projected, counted: Count):
    projected.organizations(
        organization("ehsan", capabilities=[able(None), able(40, "food", "meals")]),
        organization("closed", status="inactive", capabilities=[able(40)]),
    )
    projected.accepted("ehsan", 6)
    projected.accepted("closed", 6)

    qena = counted()["EG2901"]

    assert qena["free_capacity"] is None
    assert qena["by_subject"]["health"] == {
        "organizations": 1,
        "free_capacity": None,
        "open_needs": None,
        "open_needs_here": None,
    }


def test_available_stands_for_what_is_unstated(projected: Projected, counted: Count):
    projected.organizations(organization("ehsan", capabilities=[able(20)]))
    free = [{"unit": {"name": "families"}, "available": 12}, {"unit": {"name": "beds"}, "available": 90}]
    projected.services(
        service("both", subjects=["food", "health"], capacities=free),
        service("known", subjects=["health"], capacities=free),
        service("closed", subjects=["food"], capacities=free, status="inactive"),
    )

    qena = counted()["EG2901"]

    assert {code: one["free_capacity"] for code, one in qena["by_subject"].items()} == {"food": 12, "health": 20}
    assert qena["free_capacity"] == 32


@pytest.mark.parametrize("rare", [1, 2], ids=["outwards", "compared"])
def test_gap_names_the_nearest(
    projected: Projected, shown: Directory, counted: Count, monkeypatch: pytest.MonkeyPatch, rare: int
):
    monkeypatch.setattr(views, "RARE", rare)
    projected.organizations(
        organization("near", capabilities=capable("health"), locations=located(26.00, 32.76)),
        organization("far", capabilities=capable("health"), locations=located(26.50, 32.76)),
        organization("other", capabilities=capable("food"), locations=located(25.91, 32.76)),
    )
    projected.needs(*(need(f"n{number}", "EG2905") for number in range(8)))

    counted()

    (gap,) = gaps(shown)
    assert gap == {
        "area": "EG2905",
        "subject": "health",
        "spread": False,
        "open_needs": 5,
        "organizations": 0,
        "free_capacity": None,
        "nearest_km": 10.0,
        "nearest_organization": "near",
    }


def test_rare_are_read_once(projected: Projected, shown: Directory, database: Database[Json]):
    projected.organizations(organization("near", capabilities=capable("health"), locations=located(26.00, 32.76)))
    nearest = shown.coverage.nearest()
    nearest("health", CENTRE_OF_QUS)
    database["directory_organizations"].delete_many({})

    found = nearest("health", [32.76, 26.00]), nearest("food", CENTRE_OF_QUS)

    assert found == ((0.0, "near"), None)


def test_nobody_near_is_told(projected: Projected, shown: Directory, counted: Count):
    projected.needs(*(need(f"n{number}", "EG2905") for number in range(5)))

    counted()

    assert [(one["nearest_km"], one["nearest_organization"]) for one in gaps(shown)] == [(None, None)]


def test_gaps_of_a_subject_and_an_area(projected: Projected, shown: Directory, counted: Count):
    projected.needs(
        *(need(f"n{number}", "EG2905") for number in range(10)),
        *(need(f"m{number}", "EG2905", subject="food") for number in range(5)),
        *(need(f"o{number}", "EG2901") for number in range(5)),
        *(need(f"p{number}", "EG29") for number in range(50)),
    )

    counted()

    def pairs(**asked: Any) -> list[tuple[str, str]]:
        return [(one["area"], one["subject"]) for one in gaps(shown, **asked)]

    county, other, food = ("EG2905", "health"), ("EG2901", "health"), ("EG2905", "food")
    assert pairs() == [("EG29", "health"), county, other, food]
    assert pairs(subject="health") == [("EG29", "health"), county, other]
    assert pairs(area="EG2905") == [county, food]
    assert pairs(area="EG29", limit=3) == pairs(limit=3)
    assert pairs(area="EG30") == []
