"""Prove what the directory shows, whatever order its changes come in."""

from __future__ import annotations

import threading
from itertools import permutations
from typing import Any

import orjson
import pytest

from services.gateway.directory.documents import FEW
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import Projected, area, organization, referral

Json = dict[str, Any]
TIMES = ("applied_at", "heard_at")


def read(shown: Directory, id: str = "ehsan") -> Json | None:  # noqa: A002
    """Return an organization as a caller sees it."""
    found = shown.organization(id)
    return orjson.loads(found[0]) if found else None


def activity(shown: Directory, id: str = "ehsan") -> tuple[int | None, int | None]:  # noqa: A002
    """Return what is shown of an agency's referrals."""
    found = read(shown, id)
    assert found is not None
    return found["activity"]["referrals_accepted"], found["activity"]["referrals_completed"]


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_newest_version_is_shown(projected: Projected, shown: Directory, order: tuple[int, ...]):
    for version in order:
        projected.organizations(organization("ehsan", f"الاسم {version}", version=version))

    found = read(shown)
    assert found is not None
    assert (found["name"], found["version"]) == ("الاسم 3", 3)


def test_tag_changes_with_version(projected: Projected, shown: Directory):
    tags = []
    for version in (1, 2):
        projected.organizations(organization("ehsan", version=version))
        tags.append(shown.organization("ehsan")[1])

    assert [tag.partition("-")[0] for tag in tags] == ['"1', '"2']


def test_unknown_field_of_newer_registry_is_not_shown(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan", secret_note="…"))

    assert "secret_note" not in read(shown)


def test_several_are_read_as_each(projected: Projected, shown: Directory):
    projected.organizations(*(organization(id_) for id_ in ("ehsan", "amal", "nour")))
    projected.referrals(referral("one", "placeholder"))

    found = shown.organizations(["ehsan", "nour", "placeholder", "nowhere"])

    assert found == {id_: shown.organization(id_) for id_ in ("ehsan", "nour")}


@pytest.mark.parametrize("late", [1, 2])
def test_removed_organization_stays_away(projected: Projected, shown: Directory, late: int):
    projected.organizations(organization("ehsan", version=1))

    projected.organizations({"id": "ehsan", "version": 3, "removed": True})
    projected.organizations(organization("ehsan", version=late))

    assert read(shown) is None


def test_tombstone_may_come_first(projected: Projected, shown: Directory):
    projected.organizations({"id": "ehsan", "version": 3, "removed": True})

    projected.organizations(organization("ehsan", version=2))

    assert read(shown) is None


def test_few_referrals_are_not_published(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))

    projected.accepted("ehsan", FEW - 1)

    assert activity(shown) == (None, None)


def test_enough_referrals_are_published(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))

    projected.accepted("ehsan", FEW + 1, status="completed")

    assert activity(shown) == (FEW, FEW)


def test_activity_changes_the_tag(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))
    before = shown.organization("ehsan")[1]

    projected.accepted("ehsan", FEW)

    assert shown.organization("ehsan")[1] != before


def test_referrals_may_come_before_their_agency(projected: Projected, shown: Directory):
    projected.accepted("ehsan", FEW)
    assert read(shown) is None

    projected.organizations(organization("ehsan"))

    assert activity(shown) == (FEW, None)


def test_agency_keeps_its_activity_when_it_changes(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))
    projected.accepted("ehsan", FEW)

    projected.organizations(organization("ehsan", version=2))

    assert activity(shown) == (FEW, None)


def test_older_state_of_referral_counts_nothing(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))
    projected.accepted("ehsan", FEW, version=3, status="completed")

    projected.accepted("ehsan", FEW, version=2, status="accepted")

    assert activity(shown) == (FEW, FEW)


def test_rejected_referral_counts_nothing(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))

    projected.accepted("ehsan", FEW, status="rejected")

    assert activity(shown) == (None, None)


def test_nothing_of_a_family_is_kept(projected: Projected):
    projected.referrals(referral("one", "ehsan", family="a-family", note="a text"))

    kept = projected.database["directory_referrals"].find_one({})
    assert set(kept) == {"_id", "version", *TIMES, "organization", "subject", "accepted", "at_work", "completed"}


def test_two_projectors_count_right(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"))

    def project(part: int) -> None:
        for number in range(10):
            projected.referrals(referral(f"{part}-{number}", "ehsan"))

    threads = [threading.Thread(target=project, args=(part,)) for part in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert activity(shown) == (30, None)


def test_two_projectors_agree_on_the_newest(projected: Projected, shown: Directory):
    def project(versions: range) -> None:
        for version in versions:
            projected.organizations(organization("ehsan", f"الاسم {version}", version=version))

    threads = [threading.Thread(target=project, args=(range(part + 1, 22, 3),)) for part in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert read(shown)["version"] == 21


def test_agency_and_its_referrals_may_come_at_once(projected: Projected, shown: Directory):
    works = (
        lambda: projected.organizations(organization("ehsan")),
        lambda: projected.accepted("ehsan", FEW),
    )
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert activity(shown) == (FEW, None)


def test_areas_are_shown_with_and_without_outline(projected: Projected, shown: Directory):
    projected.areas(area("EG2901"), area("EG29", outline=None))

    listed = [orjson.loads(one) for one in shown.areas()]
    outlines = [orjson.loads(one) for one in shown.outlines()]

    assert [one["id"] for one in listed] == ["EG29", "EG2901"]
    assert "outline" not in listed[1]
    assert [(one["id"], one["geometry"]["type"]) for one in outlines] == [("EG2901", "MultiPolygon")]


def test_status_tells_what_there_is(projected: Projected, shown: Directory):
    projected.organizations(organization("ehsan"), organization("closed", status="inactive"))
    projected.areas(area("EG2901"))

    status = shown.status()
    assert (status["organizations"], status["areas"]) == (1, 1)
