"""Prove what the public figures count, and when they are counted again."""

from __future__ import annotations

from datetime import timedelta

import orjson

from chassis import clock
from services.gateway.directory import figures
from services.gateway.directory.changes import of_page
from services.gateway.directory.schemas import Figures
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import Projected, area, capable, organization


def counted(shown: Directory) -> dict:
    """Return the figures as a caller sees them."""
    return orjson.loads(figures.document(shown.count(), clock.now())["body"])


def test_figures_of_the_directory(projected: Projected, shown: Directory):
    projected.areas(area("EG29"), area("EG2901"), area("EG2905"))
    projected.organizations(
        organization("ehsan", members_count=120),
        organization("rahma", members_count=None, capabilities=capable("health", "food")),
        organization("unit", organization_type="social_unit", international_cooperation=False, members_count=5),
        organization("closed", status="inactive"),
    )
    projected.accepted("ehsan", 12, status="completed")
    projected.accepted("rahma", 4)
    projected.accepted("unit", 3, subject="food")

    found = counted(shown)

    assert not Figures().validate(found)
    assert (found["organizations"], found["international_cooperation"], found["members"]) == (3, 2, 125)
    assert found["by_type"] == {"community": 2, "social_unit": 1}
    assert found["by_area"] == {"EG29": 3, "EG2901": 3, "EG2905": 0}
    assert (found["referrals_accepted"], found["referrals_completed"]) == (15, 10)
    assert found["by_subject"]["health"] == {"organizations": 3, "referrals_accepted": 15, "referrals_completed": 10}
    assert found["by_subject"]["food"] == {"organizations": 1, "referrals_accepted": None, "referrals_completed": None}


def test_figures_of_nothing(shown: Directory):
    found = counted(shown)

    assert (found["organizations"], found["members"], found["referrals_accepted"]) == (0, 0, None)


def test_change_is_seen(projected: Projected, shown: Directory):
    moment = clock.now() - timedelta(seconds=1)
    assert not shown.changed_since(moment, clock.now())

    projected.organizations(organization("ehsan"))

    assert shown.changed_since(moment, clock.now())


def test_change_that_committed_late_is_seen(projected: Projected, shown: Directory):
    began = clock.now()
    counted_at = clock.now() + timedelta(seconds=5)

    projected.apply(of_page("organizations", [organization("ehsan")]), now=began)

    assert shown.changed_since(counted_at, counted_at)


def test_directory_at_rest_is_not_counted_again(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))
    projected.age(minutes=2)

    assert not shown.changed_since(clock.now() - timedelta(minutes=1), clock.now())


def test_figures_are_kept(projected: Projected, shown: Directory):
    projected.store.keep_figures(figures.document(shown.count(), clock.now()))

    kept = shown.figures()
    assert kept is not None
    assert orjson.loads(kept["body"])["organizations"] == 0
