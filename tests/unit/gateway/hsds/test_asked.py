"""Prove what conditions come of what is asked, and which index leads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.hsds.asked import Near, Order, OrganizationsAsked, ServicesAsked, bearing, meeting
from services.gateway.hsds.taxonomies import NEEDS_TAXONOMY, ORGANIZATIONS_TAXONOMY, TYPE, term_id

NEEDS, ORGANIZATIONS = NEEDS_TAXONOMY.id, ORGANIZATIONS_TAXONOMY.id
HEALTH, DONOR = term_id(NEEDS_TAXONOMY, "health", "fa"), term_id(ORGANIZATIONS_TAXONOMY, "donor")
COOPERATION = term_id(ORGANIZATIONS_TAXONOMY, "international_cooperation")
NOTHING: dict[str, Any] = {"facets": {"$in": []}}
OTHERS = "0bc248fa-dc27-4650-9ba4-8f1a24ef16a2"
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("term", "taxonomy", "conditions"),
    [
        ("", "", {"facets": "*|*"}),
        ("", NEEDS, {"facets": "+|*"}),
        ("", ORGANIZATIONS, {"facets": "*|*"}),
        (HEALTH, "", {"facets": "health|*"}),
        (HEALTH, ORGANIZATIONS, {"facets": "health|*"}),
        (DONOR, NEEDS, {"facets": "+|*", TYPE: "donor"}),
        (term_id(ORGANIZATIONS_TAXONOMY, TYPE), "", {"facets": "*|*"}),
        (COOPERATION, "", {"facets": "*|*", "international_cooperation": True}),
        ("nothing", "", NOTHING),
        ("", "nothing", NOTHING),
        (OTHERS, "", {"facets": f"{OTHERS}|*"}),
        (OTHERS.upper(), "", {"facets": f"{OTHERS}|*"}),
        (OTHERS, NEEDS, NOTHING),
        ("*", "", NOTHING),
        ("+", "", NOTHING),
        ("health", "", NOTHING),
    ],
)
def test_organizations_bear_terms(term: str, taxonomy: str, conditions: dict[str, Any]):
    assert bearing(term, taxonomy) == conditions


@pytest.mark.parametrize(
    ("term", "taxonomy", "organization", "area", "keys"),
    [
        ("", "", "", "", "*|*"),
        (HEALTH, NEEDS, "", "", "health|*"),
        ("", NEEDS, "ehsan", "", "+|@ehsan"),
        (HEALTH, "", "", "EG29", "health|EG29"),
        ("", "", "ehsan", "EG29", {"$all": ["*|@ehsan", "*|EG29"]}),
        (DONOR, "", "", "", {"$in": []}),
        ("", ORGANIZATIONS, "", "", {"$in": []}),
        ("nothing", "", "ehsan", "", {"$in": []}),
        (OTHERS, "", "ehsan", "EG29", {"$all": [f"{OTHERS}|@ehsan", f"{OTHERS}|EG29"]}),
        (OTHERS, NEEDS, "", "", {"$in": []}),
        ("*", "", "", "", {"$in": []}),
    ],
)
def test_services_meet_needs(term: str, taxonomy: str, organization: str, area: str, keys: Any):
    assert meeting(term, taxonomy, organization, area) == {"facets": keys}


def test_services_meet_needs_of_own_terms():
    own = meeting("of its own", NEEDS, "", "EG29", "health.dialysis")

    assert own == {"facets": "health.dialysis|EG29"}
    assert meeting("of its own", ORGANIZATIONS, "", "", "health.dialysis") == NOTHING


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        (OrganizationsAsked(), Order.NAME),
        (OrganizationsAsked(search="إحسان"), Order.WORDS),
        (OrganizationsAsked(search="…"), Order.NAME),
        (ServicesAsked(modified_after=NOVEMBER), Order.MODIFIED),
        (ServicesAsked(modified_after=NOVEMBER, search="علاج"), Order.WORDS),
        (ServicesAsked(near=Near((32.7, 26.2), 500), search="علاج"), Order.NEAR),
    ],
)
def test_one_index_leads(asked: OrganizationsAsked | ServicesAsked, order: Order):
    assert asked.selection.order is order


def test_distance_stands_for_the_area():
    near = ServicesAsked(postcode="EG2901", proximity=500, near=Near((32.7, 26.2), 500))

    assert near.selection.conditions == {"facets": "*|*"}
    assert ServicesAsked(postcode="EG2901", proximity=500).selection.conditions == {"facets": "*|EG2901"}


def test_selections_differ_by_what_is_asked():
    asked = [
        ServicesAsked(),
        ServicesAsked(search="علاج"),
        ServicesAsked(modified_after=NOVEMBER),
        ServicesAsked(organization_id="ehsan"),
        ServicesAsked(near=Near((32.7, 26.2), 500)),
        ServicesAsked(near=Near((32.7, 26.2), 501)),
    ]

    assert len({one.selection.key for one in asked}) == len(asked)
    assert ServicesAsked(page=3, full=True).selection.key == ServicesAsked().selection.key
