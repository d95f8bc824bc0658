"""Prove which place of an organization a row of a list means, and what becomes of the others."""

from __future__ import annotations

from typing import Any

from services.registry.organizations.listed import Listing, settle_listed
from services.registry.organizations.places import Location
from services.registry.organizations.schemas import as_json
from services.registry.organizations.store import from_document, to_document
from tests.unit.registry.builders import an_organization

HARVEST = Listing("external:harvest:", whole=True)
EAST: dict[str, Any] = {"external_id": "east", "name": "East", "address": "1 Main Street"}
WEST: dict[str, Any] = {"external_id": "west", "name": "West", "address": "2 Main Street"}
OWN = Location("place-1", "المقر", "شارع النيل")


def put(*given: dict[str, Any], old: tuple[Location, ...] = (), listing: Listing = HARVEST) -> tuple[Location, ...]:
    return settle_listed("org-1", old, given, listing)[0]


def names(places: tuple[Location, ...]) -> list[str]:
    return [one.name for one in places]


def test_order_of_the_list_changes_nothing():
    before = put(EAST, WEST)

    assert put(WEST, EAST, old=before) == before


def test_ids_are_told_in_the_order_of_the_row():
    east, west = put(EAST, WEST)

    _, ids = settle_listed("org-1", (east, west), [WEST, EAST], HARVEST)

    assert ids == [west.id, east.id]


def test_place_added_here_stays():
    before = (OWN, *put(EAST))

    after = put({**EAST, "address": "9 Main Street"}, WEST, old=before)

    assert after[0] == OWN
    assert [(one.name, one.address) for one in after[1:]] == [("East", "9 Main Street"), ("West", "2 Main Street")]
    assert after[1].id == before[1].id


def test_what_was_added_to_a_place_stays():
    (east,) = put(EAST)
    mended = from_document(to_document(an_organization(locations=(Location(**_plain(east), transportation="Bus 24"),))))

    (after,) = put(EAST, old=mended.locations)

    assert after.transportation == "Bus 24"


def _plain(place: Location) -> dict[str, Any]:
    return {name: getattr(place, name) for name in ("id", "name", "address", "external_ids")}


def test_place_that_the_list_has_no_more_goes():
    before = (OWN, *put(EAST, WEST))

    assert names(put(WEST, old=before)) == ["المقر", "West"]
    assert names(put(old=before)) == ["المقر"]


def test_half_a_list_takes_nothing_back():
    half = Listing(HARVEST.prefix)

    assert names(put(WEST, old=put(EAST, WEST), listing=half)) == ["East", "West"]


def test_place_of_two_lists_is_gone_with_both():
    other = Listing("external:moss:", whole=True)
    both = put(EAST | {"external_id": "7"}, old=put(EAST), listing=other)

    left = put(old=both)

    assert [one.external_ids for one in both] == [("external:harvest:east", "external:moss:7")]
    assert [one.external_ids for one in left] == [("external:moss:7",)]
    assert put(old=left, listing=other) == ()


def test_like_place_is_taken_for_it():
    """As a node has them from before places were known by their ids, or somebody registered them by hand."""
    before = (Location("place-1", "west", "2 main street"), Location("place-2", "East", "1 Main Street"))

    after = put(EAST, WEST, old=before)

    assert [(one.id, one.name) for one in after] == [("place-1", "West"), ("place-2", "East")]
    assert put(EAST, WEST, old=after) == after


def test_places_of_one_name_are_two():
    twins = [EAST | {"external_id": one} for one in ("1", "2")]

    after = put(*twins)

    assert len({one.id for one in after}) == 2
    assert put(*reversed(twins), old=after) == after


def test_own_id_names_a_place_here():
    own = Listing("external:qena:", own=True, whole=True)
    before = (OWN, Location("place-2", "الفرع"))

    given = {"external_id": "place-2", "name": "فرع قنا"}

    assert names(put(given, old=before)) == ["المقر", "الفرع", "فرع قنا"]
    after = put(given, old=before, listing=own)

    assert after == (OWN, Location("place-2", "فرع قنا"))


def test_list_without_ids_goes_by_position():
    row = {"address": "شارع الجمهورية"}
    moved, added = put(row, old=(OWN, Location("place-2", "الفرع")))

    assert (moved.id, moved.name, moved.address, added.name) == ("place-1", "المقر", "شارع الجمهورية", "الفرع")
    assert put(row, old=(added, moved)) == (added, moved)
    assert put(old=(added, moved)) == (added,)


def test_same_row_gives_the_same_ids():
    assert put(EAST, WEST) == put(EAST, WEST)
    assert len({one.id for one in put(EAST, WEST)}) == 2


def test_keys_are_kept_and_shown_to_nobody():
    known = an_organization(locations=put(EAST))

    assert from_document(to_document(known)) == known
    assert "external_ids" not in as_json(known.locations)[0]
