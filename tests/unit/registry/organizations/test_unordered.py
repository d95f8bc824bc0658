"""Prove that a list whose rows have no order changes no record by another one, and every record by another content."""

import pytest

from tests.unit.registry.builders import a_row
from tests.unit.registry.organizations.test_batch import after, outcomes, planned

HOURS = [{"freq": "WEEKLY", "byday": day, "opens_at": "09:00", "closes_at": "17:00"} for day in ("MO", "WE", "FR")]
STREETS = [{"address_1": f"{number} Main Street", "city": "Fairfax", "address_type": "physical"} for number in (1, 2)]
REACHED = [{"number": "0962345678"}, {"number": "0962345679", "languages": [{"code": "en"}, {"code": "ar"}]}]
PLACES = [
    {"external_id": "1", "name": "East", "schedules": HOURS, "addresses": STREETS, "phones": REACHED},
    {"external_id": "2", "name": "West", "contacts": [{"name": "Mona", "phones": REACHED}, {"name": "Huda"}]},
]
WHOLE = {
    "locations": PLACES,
    "phones": [{"number": "0962345678"}, {"number": "0962345679", "type": "fax"}],
    "programs": [{"name": "Meals"}, {"name": "Lessons"}],
    "languages": ["en", "ar"],
    "attributes": [{"label": "a"}, {"label": "b"}],
    "identifiers": [
        {"identifier_scheme": "tax_id", "identifier": "1"},
        {"identifier_scheme": "ein", "identifier": "2"},
    ],
}


def turned(given):
    """Return what is given with each of its lists the other way round."""
    if isinstance(given, dict):
        return {name: turned(value) for name, value in given.items()}
    return [turned(one) for one in reversed(given)] if isinstance(given, list) else given


def put(row, known=(), *, unordered=True):
    return planned(a_row(external_id="17", **row), known=known, unordered=unordered)


@pytest.fixture(scope="module")
def known():
    return after(put(WHOLE))


def test_other_order_changes_nothing(known):
    again = put(turned(WHOLE), known)

    assert (outcomes(again), again.events) == ([(1, "unchanged")], [])


def test_order_counts_where_it_is_said(known):
    assert outcomes(put(turned(WHOLE), known, unordered=False)) == [(1, "updated")]


def test_change_within_another_order_is_one(known):
    row = turned(WHOLE)
    row["locations"][0]["contacts"][1]["phones"][0]["number"] = "0962345670"

    changed = put(row, known)

    [before], [after_] = known, changed.updated.values()
    assert outcomes(changed) == [(1, "updated")]
    assert after_.locations[0] == before.locations[0]
    assert after_.programs == before.programs
    [mona] = [one for one in after_.locations[1].contacts if one.name == "Mona"]
    assert {phone.number for phone in mona.phones} == {"+20962345678", "+20962345670"}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_less_is_not_the_same(known, name):
    assert outcomes(put({name: [WHOLE[name][0]]}, known)) == [(1, "unchanged" if name in KEPT else "updated")]


KEPT = {"locations", "identifiers"}
"""Lists in which another list may have brought what is not said."""
