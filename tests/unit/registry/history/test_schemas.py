"""Prove whom the history names, and by what a change came."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chassis.identity import Actor
from chassis.rpc import Call
from contracts.policy import Scope
from contracts.registry import HISTORY_BYTES, RecordVersion
from services.registry.history.domain import Change, Entry, Stamp
from services.registry.history.schemas import answered, stamp_of
from tests.unit.registry.builders import MONDAY

IMPORT = {"source": "moss-qena", "import": "import-1", "creator": "officer:oidc-1234"}


def a_call(actor, request, operation):
    return Call(request, actor, Scope(), datetime(2026, 3, 9, tzinfo=UTC), operation)


def test_import_is_its_makers():
    stamp = stamp_of(a_call(Actor("importer", "service"), IMPORT, "registry.put_organizations"), MONDAY)

    assert stamp == Stamp(MONDAY, "officer:oidc-1234", "registry.put_organizations", "moss-qena", "import-1")


def test_nobody_speaks_for_another():
    stamp = stamp_of(a_call(Actor("officer-2", "officer"), IMPORT, "registry.put_organizations"), MONDAY)

    assert stamp.by == "officer:officer-2"


def test_change_names_its_call():
    request = {"id": "org-1", "organization": {"name": "جمعية"}}

    stamp = stamp_of(a_call(Actor("client-1", "association"), request, "registry.change_organization"), MONDAY)

    assert stamp == Stamp(MONDAY, "association:client-1", "registry.change_organization")


@pytest.mark.parametrize("changes", [(), (Change("phones", [], [{"number": "+20965331234"}]), Change("name", "", "x"))])
def test_answer_fits_its_contract(changes):
    entry = Entry("organization", "org-1", 2, "update", Stamp(MONDAY, "operator:operator-1"), changes)

    assert RecordVersion().validate(answered(entry)) == {}


def test_too_large_entry_tells_no_values():
    programmes = [{"description": "ص" * (HISTORY_BYTES // 2)}]
    changes = (Change("programs", [], programmes), Change("name", "", "x"))

    told = answered(Entry("organization", "org-1", 2, "update", Stamp(MONDAY, "operator:operator-1"), changes))

    assert [(one["field_name"], one["replacement_value"]) for one in told["changes"]] == [
        ("programs", None),
        ("name", None),
    ]
