"""Prove what is remembered of the registry, and what is asked anew."""

import pytest

from services.referrals.errors import NotAllowed, NotValid
from services.referrals.registry import REMEMBERED, Agency, Memory, Place, required_agency, required_place


def an_agency(**fields):
    """Return an active agency of household goods."""
    known = {"email": "", "phone": "", "languages": ("ar",), "active": True, "subjects": frozenset({"household_goods"})}
    return Agency(id="ihsan", name="الإحسان", **known | fields)


class Clock:
    """Tell a time that the test sets."""

    now = 0.0

    def __call__(self):
        """Return the time."""
        return self.now


class Asked:
    """Count how often a value was asked for."""

    def __init__(self, *values):
        """Take the values, the last one for ever."""
        self.values = list(values)
        self.times = 0

    def __call__(self):
        """Return the next value."""
        self.times += 1
        return self.values.pop(0) if len(self.values) > 1 else self.values[0]


def test_value_is_remembered_for_a_minute():
    clock, asked = Clock(), Asked("قنا")
    memory = Memory(clock)

    for clock.now in (0, REMEMBERED - 1, REMEMBERED + 1):
        memory.get("area:EG2901", asked)

    assert asked.times == 2


def test_absence_is_not_remembered():
    memory, asked = Memory(Clock()), Asked(None, "قنا")

    assert [memory.get("area:EG2901", asked) for _ in range(2)] == [None, "قنا"]


def test_what_does_not_serve_is_asked_anew():
    memory, asked = Memory(Clock()), Asked("old", "new")
    memory.get("agency:ihsan", asked)

    assert memory.get("agency:ihsan", asked, lambda known: known == "new") == "new"


@pytest.mark.parametrize(
    ("agency", "error", "code"),
    [
        (None, NotValid, "unknown_organization"),
        (an_agency(active=False), NotAllowed, "organization_inactive"),
        (an_agency(subjects=frozenset({"health"})), NotAllowed, "no_capability"),
    ],
)
def test_agency_that_cannot_be_asked(agency, error, code):
    with pytest.raises(error) as raised:
        required_agency(agency, "household_goods")

    assert raised.value.code == code


@pytest.mark.parametrize("bound", ["", "EG", "EG29", "EG2901"])
def test_place_within_reach(bound):
    place = Place("EG2901", ("EG", "EG29", "EG2901"), "EG2901")

    assert required_place(place, bound) is place


@pytest.mark.parametrize("place", [None, Place("EG2904", ("EG", "EG29", "EG2904"), "EG2904")])
def test_place_beyond_reach_is_unknown(place):
    with pytest.raises(NotValid) as raised:
        required_place(place, "EG2901")

    assert raised.value.code == "unknown_area"
