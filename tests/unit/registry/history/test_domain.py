"""Prove what an entry of the history says of a change."""

from __future__ import annotations

from services.registry.history.domain import Change, Stamp, changed, removed
from services.registry.history.schemas import differing
from services.registry.organizations.domain import change
from services.registry.organizations.parts import Capability, Phone
from services.registry.organizations.schemas import PUBLIC, as_json
from services.registry.services.plain import plain
from tests.unit.registry.builders import MONDAY, TUESDAY, an_organization

STAMP = Stamp(TUESDAY, "officer:officer-1", "registry.change_organization")


def entry_of(old, **fields):
    new, _ = change(old, fields, role="officer", at=TUESDAY)
    return changed("organization", new.id, new.version, differing(old, new, PUBLIC, as_json), STAMP)


def test_entry_has_both_values():
    entry = entry_of(an_organization(members_count=120), members_count=135)

    assert (entry.version, entry.action) == (2, "update")
    assert entry.changes == (Change("members_count", 120, 135),)


def test_list_tells_what_went_and_came():
    kept, old, new = Phone("+20965331234"), Phone("+20965331235"), Phone("+20965331236", "fax")

    entry = entry_of(an_organization(phones=(kept, old)), phones=(kept, new))

    assert entry.changes == (Change("phones", [plain(old)], [plain(new)]),)


def test_new_order_tells_no_value():
    food, health = Capability("food"), Capability("health")

    entry = entry_of(an_organization(capabilities=(food, health)), capabilities=(health, food))

    assert entry.changes == (Change("capabilities", [], []),)


def test_day_that_follows_is_told():
    entry = entry_of(an_organization(), status="inactive")

    assert {one.field_name for one in entry.changes} == {"status", "status_since"}


def test_looking_over_is_an_assurance():
    entry = entry_of(an_organization(), assured_date="2026-03-09", name="جمعية الإحسان")

    assert entry.action == "assure"


def test_withdrawn_assurance_is_an_update():
    entry = entry_of(an_organization(assured_date="2026-03-01"), assured_date="")

    assert (entry.action, entry.changes) == ("update", (Change("assured_date", "2026-03-01", ""),))


def test_ids_of_lists_are_not_told():
    entry = entry_of(an_organization(), external_ids=("external:moss:17",))

    assert (entry.version, entry.changes) == (2, ())


def test_end_tells_the_beginning():
    registered = Stamp(MONDAY, "operator:operator-1")

    entries = list(removed("organization", "org-1", 3, registered, STAMP))

    assert [(one.version, one.action, one.stamp) for one in entries] == [
        (1, "create", registered),
        (3, "delete", STAMP),
    ]


def test_end_that_keeps_values_names_their_owner():
    said = {"name": "علاج شهري", "alert": "مغلق"}

    (end,) = removed("service", "service-1", 3, None, STAMP, said=said, owner="org-1")

    assert (end.erased, end.owner) == (False, "org-1")
    assert end.changes == (Change("name", "علاج شهري", None), Change("alert", "مغلق", None))


def test_end_without_an_owner_is_erased():
    (end,) = removed("service", "service-1", 3, None, STAMP)

    assert (end.ended, end.erased, end.changes) == (True, True, ())
